package debt

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func ack(on string) LimitationStep { return LimitationStep{Kind: Acknowledgement, On: MustDate(on)} }

func suspension(kind LimitationStepKind, on, until string) LimitationStep {
	return LimitationStep{kind, MustDate(on), MustDate(until)}
}

// limitationFacts are the free-text columns of the vectors, read by hand.
var limitationFacts = map[string]LimitationFacts{
	"L01": {DueOn: MustDate("2023-02-10")},
	"L02": {DueOn: MustDate("2023-12-31")},
	"L03": {DueOn: MustDate("2024-01-01")},
	"L04": {DueOn: MustDate("2025-06-15")},
	"L05": {DueOn: MustDate("2022-05-01"), Steps: []LimitationStep{ack("2025-03-14")}},
	"L06": {DueOn: MustDate("2022-05-01"), Steps: []LimitationStep{ack("2025-03-14"), ack("2025-06-14"), ack("2026-01-14")}},
	"L07": {DueOn: MustDate("2022-05-01"), Steps: []LimitationStep{ack("2026-02-01")}},
	"L08": {DueOn: MustDate("2024-03-01"), Steps: []LimitationStep{ack("2024-07-01")}},
	"L09": {DueOn: MustDate("2023-05-15"), Steps: []LimitationStep{suspension(CourtDunning, "2026-12-21", "2027-01-25")}},
	"L10": {DueOn: MustDate("2023-05-15"), Steps: []LimitationStep{suspension(Negotiations, "2026-10-01", "2026-11-15")}},
	"L11": {DueOn: MustDate("2023-05-15"), Steps: []LimitationStep{suspension(Negotiations, "2026-12-20", "2026-12-29")}},
	"L12": {DueOn: MustDate("2023-05-15"), Steps: []LimitationStep{suspension(Deferral, "2025-02-01", "2026-01-31")}},
	"L13": {DueOn: MustDate("2023-05-15"), TitleFinalOn: MustDate("2026-03-24")},
	"L14": {DueOn: MustDate("2023-05-15"), TitleFinalOn: MustDate("2026-03-24"),
		Steps: []LimitationStep{{Kind: EnforcementAct, On: MustDate("2040-06-01")}}},
	"L15": {DueOn: MustDate("2027-07-01"), TitleFinalOn: MustDate("2026-03-24"), Recurring: true},
}

func TestLimitationVectors(t *testing.T) {
	for _, v := range vectors(t, "limitation") {
		t.Run(v["id"], func(t *testing.T) {
			want := Limitation{MustDate(v["expires_end_of_day"]), MustDate(v["last_day_to_act_NW"]), v["id"] == "L13" || v["id"] == "L14"}
			facts, known := limitationFacts[v["id"]]
			facts.Region = "NW"
			got := facts.Limitation()
			switch v["id"] {
			case "L16": // interest due 2025 on a claim due 2022: § 217
				main := LimitationFacts{DueOn: MustDate("2022-05-01"), Region: "NW"}.Limitation()
				own := LimitationFacts{DueOn: MustDate("2025-05-01"), Region: "NW"}.Limitation()
				got = own.CappedBy(main)
			case "L17": // the end of the suspension, not the expiry
				end := LoanSuspensionEnd(MustDate("2024-04-01"), Date{})
				got = Limitation{end, LastDayToAct(end, "NW"), false}
			default:
				if !known {
					t.Fatal("no facts for this vector")
				}
				if due := v["due_or_start"]; strings.HasPrefix(due, "20") && facts.DueOn != MustDate(due) {
					t.Errorf("facts are due %s, the vector %s", facts.DueOn, due)
				}
			}
			if d := cmp.Diff(want, got, cmp.AllowUnexported(Date{})); d != "" {
				t.Error(d)
			}
		})
	}
}

func expiry(f LimitationFacts) string { return f.Limitation().ExpiresOn.String() }

func TestLateKnowledgeStartsThePeriodLaterButAtMostTenYears(t *testing.T) {
	f := LimitationFacts{DueOn: MustDate("2015-05-15")}
	for known, want := range map[string]string{
		"2015-06-01": "2018-12-31", "2017-03-01": "2020-12-31", "2021-12-31": "2024-12-31",
		"2022-01-01": "2025-05-15", "2030-01-01": "2025-05-15",
	} {
		f.KnownOn = MustDate(known)
		if got := expiry(f); got != want {
			t.Errorf("known %s: %s, want %s", known, got, want)
		}
	}
}

func TestStepsCountInTheOrderOfTheirDays(t *testing.T) {
	f := LimitationFacts{DueOn: MustDate("2022-05-01"), Steps: []LimitationStep{ack("2027-01-14"), ack("2024-02-01")}}
	// 2027-01-14 comes before 2027-02-01, but only because the earlier step restarted.
	if got := expiry(f); got != "2030-01-14" {
		t.Error(got)
	}
	if f.Steps[0].On != MustDate("2027-01-14") {
		t.Error("the caller's steps were sorted")
	}
}

func TestSuspendedDaysCountOnce(t *testing.T) {
	f := LimitationFacts{DueOn: MustDate("2023-05-15"), Steps: []LimitationStep{
		suspension(Deferral, "2025-01-01", "2025-01-31"),
		suspension(Deferral, "2025-01-10", "2025-01-20"),
		suspension(Deferral, "2025-01-31", "2025-02-02"),
	}}
	if got := expiry(f); got != "2027-02-02" { // 33 days
		t.Error(got)
	}
}

func TestSuspensionBeforeThePeriodBeginsIsNotCounted(t *testing.T) {
	f := LimitationFacts{DueOn: MustDate("2023-05-15"), Steps: []LimitationStep{suspension(Deferral, "2023-12-01", "2024-01-10")}}
	if got := expiry(f); got != "2027-01-10" {
		t.Error(got)
	}
	f.Steps[0].Until = MustDate("2023-12-31")
	if got := expiry(f); got != "2026-12-31" {
		t.Error(got)
	}
}

func TestRestartDuringASuspensionKeepsItsRest(t *testing.T) {
	f := LimitationFacts{DueOn: MustDate("2023-05-15"), Steps: []LimitationStep{
		suspension(Deferral, "2025-01-01", "2025-01-31"), ack("2025-01-21"),
	}}
	if got := expiry(f); got != "2028-01-31" { // 2028-01-21 and the ten days still suspended
		t.Error(got)
	}
}

func TestSuspensionThatLetsAnAcknowledgementComeInTime(t *testing.T) {
	f := LimitationFacts{DueOn: MustDate("2023-05-15"), Steps: []LimitationStep{
		suspension(Deferral, "2026-12-01", "2027-01-10"), ack("2027-02-10"),
	}}
	if got := expiry(f); got != "2030-02-10" { // otherwise expired 2027-02-10 with the day
		t.Error(got)
	}
	f.Steps[1] = ack("2027-02-11")
	if got := expiry(f); got != "2027-02-10" {
		t.Error(got)
	}
}

func TestOnlyTheCreditorsActsMayUseTheNextWorkingDay(t *testing.T) {
	// The period ends on Sunday 2028-12-31; the next working day is 2029-01-02.
	for _, c := range []struct {
		step LimitationStep
		want string
	}{
		{LimitationStep{Kind: EnforcementAct, On: MustDate("2029-01-02")}, "2032-01-02"},
		{LimitationStep{Kind: EnforcementAct, On: MustDate("2029-01-03")}, "2028-12-31"},
		{suspension(CourtDunning, "2029-01-02", "2029-01-20"), "2029-07-21"}, // until 07-20 and the one day left
		{suspension(CourtDunning, "2029-01-03", "2029-01-20"), "2028-12-31"},
		{ack("2029-01-02"), "2028-12-31"},
		{suspension(Negotiations, "2029-01-02", "2029-01-20"), "2028-12-31"},
	} {
		f := LimitationFacts{DueOn: MustDate("2025-06-15"), Region: "NW", Steps: []LimitationStep{c.step}}
		if got := expiry(f); got != c.want {
			t.Errorf("%+v: %s, want %s", c.step, got, c.want)
		}
	}
}

func TestTitleRestartsForThirtyYearsAgain(t *testing.T) {
	f := LimitationFacts{DueOn: MustDate("2020-05-15"), TitleFinalOn: MustDate("2026-03-24"), Steps: []LimitationStep{
		ack("2022-01-01"), ack("2030-05-05"),
	}}
	if got := expiry(f); got != "2060-05-05" {
		t.Error(got)
	}
	f.Recurring = true // due before the title: titled like the rest
	if got := f.Limitation(); !got.Titled || got.ExpiresOn != MustDate("2060-05-05") {
		t.Error(got)
	}
}

func TestLoanSuspensionEndsWithTheTitle(t *testing.T) {
	accrued := MustDate("2024-04-01")
	for titled, want := range map[string]string{"2026-03-24": "2026-03-24", "2040-01-01": "2034-04-01"} {
		if got := LoanSuspensionEnd(accrued, MustDate(titled)); got.String() != want {
			t.Errorf("titled %s: %s", titled, got)
		}
	}
	f := LimitationFacts{DueOn: accrued, Steps: []LimitationStep{
		{LoanDefault, accrued, LoanSuspensionEnd(accrued, Date{})},
	}}
	// All 1,095 days of the period are left when the suspension ends on 2034-04-01.
	if got := expiry(f); got != "2037-03-31" {
		t.Error(got)
	}
}

func TestAccessoryMayExpireBeforeItsMainClaim(t *testing.T) {
	early, late := Limitation{ExpiresOn: MustDate("2026-12-31")}, Limitation{ExpiresOn: MustDate("2028-12-31")}
	if got := early.CappedBy(late); got != early {
		t.Error(got)
	}
}

func TestTheLastDayIsNotExpired(t *testing.T) {
	l := LimitationFacts{DueOn: MustDate("2023-02-10")}.Limitation()
	if l.Expired(MustDate("2026-12-31")) || !l.Expired(MustDate("2027-01-01")) {
		t.Error(l)
	}
}

func TestThreeMonthsAfterTalksAreAFloorNotAnAddition(t *testing.T) {
	talks := suspension(Negotiations, "2026-12-20", "2026-12-29") // period to 2027-01-10, floor 2027-03-29
	for _, c := range []struct {
		step LimitationStep
		want string
	}{
		{suspension(Deferral, "2027-01-01", "2027-01-31"), "2027-03-29"}, // 41 days in all: 2027-02-10
		{suspension(Deferral, "2027-01-11", "2027-01-31"), "2027-04-19"}, // after the period: 21 days on the floor
		{suspension(Deferral, "2026-12-20", "2027-04-30"), "2027-05-12"}, // 132 days in all
		{suspension(Deferral, "2027-03-30", "2027-04-30"), "2027-03-29"}, // too late
	} {
		f := LimitationFacts{DueOn: MustDate("2023-05-15"), Steps: []LimitationStep{talks, c.step}}
		if got := expiry(f); got != c.want {
			t.Errorf("%+v: %s, want %s", c.step, got, c.want)
		}
		slices.Reverse(f.Steps)
		if got := expiry(f); got != c.want {
			t.Errorf("reversed %+v: %s, want %s", c.step, got, c.want)
		}
	}
}

func TestALateStepDoesNotHideATimelyActOfTheCreditor(t *testing.T) {
	// The period ends on Sunday 2028-12-31; New Year's payment is late, the bailiff on 2 January is not.
	f := LimitationFacts{DueOn: MustDate("2025-06-15"), Region: "NW", Steps: []LimitationStep{
		ack("2029-01-01"), {Kind: EnforcementAct, On: MustDate("2029-01-02")},
	}}
	if got := expiry(f); got != "2032-01-02" {
		t.Error(got)
	}
	f.Steps = []LimitationStep{suspension(Negotiations, "2029-01-01", "2029-01-20"), suspension(CourtDunning, "2029-01-02", "2029-01-20")}
	if got := expiry(f); got != "2029-07-21" {
		t.Error(got)
	}
}
