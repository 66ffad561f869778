package limitation

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/debttest"
)

func ack(on string) Step { return Step{Kind: Acknowledgement, On: debt.MustDate(on)} }

func suspension(kind StepKind, on, until string) Step {
	return Step{kind, debt.MustDate(on), debt.MustDate(until)}
}

// limitationFacts are the free-text columns of the vectors, read by hand.
var limitationFacts = map[string]Facts{
	"L01": {DueOn: debt.MustDate("2023-02-10")},
	"L02": {DueOn: debt.MustDate("2023-12-31")},
	"L03": {DueOn: debt.MustDate("2024-01-01")},
	"L04": {DueOn: debt.MustDate("2025-06-15")},
	"L05": {DueOn: debt.MustDate("2022-05-01"), Steps: []Step{ack("2025-03-14")}},
	"L06": {DueOn: debt.MustDate("2022-05-01"), Steps: []Step{ack("2025-03-14"), ack("2025-06-14"), ack("2026-01-14")}},
	"L07": {DueOn: debt.MustDate("2022-05-01"), Steps: []Step{ack("2026-02-01")}},
	"L08": {DueOn: debt.MustDate("2024-03-01"), Steps: []Step{ack("2024-07-01")}},
	"L09": {DueOn: debt.MustDate("2023-05-15"), Steps: []Step{suspension(CourtDunning, "2026-12-21", "2027-01-25")}},
	"L10": {DueOn: debt.MustDate("2023-05-15"), Steps: []Step{suspension(Negotiations, "2026-10-01", "2026-11-15")}},
	"L11": {DueOn: debt.MustDate("2023-05-15"), Steps: []Step{suspension(Negotiations, "2026-12-20", "2026-12-29")}},
	"L12": {DueOn: debt.MustDate("2023-05-15"), Steps: []Step{suspension(Deferral, "2025-02-01", "2026-01-31")}},
	"L13": {DueOn: debt.MustDate("2023-05-15"), TitleFinalOn: debt.MustDate("2026-03-24")},
	"L14": {DueOn: debt.MustDate("2023-05-15"), TitleFinalOn: debt.MustDate("2026-03-24"),
		Steps: []Step{{Kind: EnforcementAct, On: debt.MustDate("2040-06-01")}}},
	"L15": {DueOn: debt.MustDate("2027-07-01"), TitleFinalOn: debt.MustDate("2026-03-24"), Recurring: true},
}

func TestLimitationVectors(t *testing.T) {
	for _, v := range debttest.Vectors(t, "limitation") {
		t.Run(v["id"], func(t *testing.T) {
			want := Limitation{debt.MustDate(v["expires_end_of_day"]), debt.MustDate(v["last_day_to_act_NW"]), v["id"] == "L13" || v["id"] == "L14"}
			facts, known := limitationFacts[v["id"]]
			facts.Region = "NW"
			got := facts.Limitation()
			switch v["id"] {
			case "L16": // interest due 2025 on a claim due 2022: § 217
				main := Facts{DueOn: debt.MustDate("2022-05-01"), Region: "NW"}.Limitation()
				own := Facts{DueOn: debt.MustDate("2025-05-01"), Region: "NW"}.Limitation()
				got = own.CappedBy(main)
			case "L17": // the end of the suspension, not the expiry
				end := LoanSuspensionEnd(debt.MustDate("2024-04-01"), debt.Date{})
				got = Limitation{end, debt.LastDayToAct(end, "NW"), false}
			default:
				if !known {
					t.Fatal("no facts for this vector")
				}
				if due := v["due_or_start"]; strings.HasPrefix(due, "20") && facts.DueOn != debt.MustDate(due) {
					t.Errorf("facts are due %s, the vector %s", facts.DueOn, due)
				}
			}
			if d := cmp.Diff(want, got, cmp.AllowUnexported(debt.Date{})); d != "" {
				t.Error(d)
			}
		})
	}
}

func expiry(f Facts) string { return f.Limitation().ExpiresOn.String() }

func TestLateKnowledgeStartsThePeriodLaterButAtMostTenYears(t *testing.T) {
	f := Facts{DueOn: debt.MustDate("2015-05-15")}
	for known, want := range map[string]string{
		"2015-06-01": "2018-12-31", "2017-03-01": "2020-12-31", "2021-12-31": "2024-12-31",
		"2022-01-01": "2025-05-15", "2030-01-01": "2025-05-15",
	} {
		f.KnownOn = debt.MustDate(known)
		if got := expiry(f); got != want {
			t.Errorf("known %s: %s, want %s", known, got, want)
		}
	}
}

func TestStepsCountInTheOrderOfTheirDays(t *testing.T) {
	f := Facts{DueOn: debt.MustDate("2022-05-01"), Steps: []Step{ack("2027-01-14"), ack("2024-02-01")}}
	// 2027-01-14 comes before 2027-02-01, but only because the earlier step restarted.
	if got := expiry(f); got != "2030-01-14" {
		t.Error(got)
	}
	if f.Steps[0].On != debt.MustDate("2027-01-14") {
		t.Error("the caller's steps were sorted")
	}
}

func TestSuspendedDaysCountOnce(t *testing.T) {
	f := Facts{DueOn: debt.MustDate("2023-05-15"), Steps: []Step{
		suspension(Deferral, "2025-01-01", "2025-01-31"),
		suspension(Deferral, "2025-01-10", "2025-01-20"),
		suspension(Deferral, "2025-01-31", "2025-02-02"),
	}}
	if got := expiry(f); got != "2027-02-02" { // 33 days
		t.Error(got)
	}
}

func TestSuspensionBeforeThePeriodBeginsIsNotCounted(t *testing.T) {
	f := Facts{DueOn: debt.MustDate("2023-05-15"), Steps: []Step{suspension(Deferral, "2023-12-01", "2024-01-10")}}
	if got := expiry(f); got != "2027-01-10" {
		t.Error(got)
	}
	f.Steps[0].Until = debt.MustDate("2023-12-31")
	if got := expiry(f); got != "2026-12-31" {
		t.Error(got)
	}
}

func TestRestartDuringASuspensionKeepsItsRest(t *testing.T) {
	f := Facts{DueOn: debt.MustDate("2023-05-15"), Steps: []Step{
		suspension(Deferral, "2025-01-01", "2025-01-31"), ack("2025-01-21"),
	}}
	if got := expiry(f); got != "2028-01-31" { // 2028-01-21 and the ten days still suspended
		t.Error(got)
	}
}

func TestSuspensionThatLetsAnAcknowledgementComeInTime(t *testing.T) {
	f := Facts{DueOn: debt.MustDate("2023-05-15"), Steps: []Step{
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
		step Step
		want string
	}{
		{Step{Kind: EnforcementAct, On: debt.MustDate("2029-01-02")}, "2032-01-02"},
		{Step{Kind: EnforcementAct, On: debt.MustDate("2029-01-03")}, "2028-12-31"},
		{suspension(CourtDunning, "2029-01-02", "2029-01-20"), "2029-07-21"}, // until 07-20 and the one day left
		{suspension(CourtDunning, "2029-01-03", "2029-01-20"), "2028-12-31"},
		{ack("2029-01-02"), "2028-12-31"},
		{suspension(Negotiations, "2029-01-02", "2029-01-20"), "2028-12-31"},
	} {
		f := Facts{DueOn: debt.MustDate("2025-06-15"), Region: "NW", Steps: []Step{c.step}}
		if got := expiry(f); got != c.want {
			t.Errorf("%+v: %s, want %s", c.step, got, c.want)
		}
	}
}

func TestTitleRestartsForThirtyYearsAgain(t *testing.T) {
	f := Facts{DueOn: debt.MustDate("2020-05-15"), TitleFinalOn: debt.MustDate("2026-03-24"), Steps: []Step{
		ack("2022-01-01"), ack("2030-05-05"),
	}}
	if got := expiry(f); got != "2060-05-05" {
		t.Error(got)
	}
	f.Recurring = true // due before the title: titled like the rest
	if got := f.Limitation(); !got.Titled || got.ExpiresOn != debt.MustDate("2060-05-05") {
		t.Error(got)
	}
}

func TestLoanSuspensionEndsWithTheTitle(t *testing.T) {
	accrued := debt.MustDate("2024-04-01")
	for titled, want := range map[string]string{"2026-03-24": "2026-03-24", "2040-01-01": "2034-04-01"} {
		if got := LoanSuspensionEnd(accrued, debt.MustDate(titled)); got.String() != want {
			t.Errorf("titled %s: %s", titled, got)
		}
	}
	f := Facts{DueOn: accrued, Steps: []Step{
		{LoanDefault, accrued, LoanSuspensionEnd(accrued, debt.Date{})},
	}}
	// All 1,095 days of the period are left when the suspension ends on 2034-04-01.
	if got := expiry(f); got != "2037-03-31" {
		t.Error(got)
	}
}

func TestAccessoryMayExpireBeforeItsMainClaim(t *testing.T) {
	early, late := Limitation{ExpiresOn: debt.MustDate("2026-12-31")}, Limitation{ExpiresOn: debt.MustDate("2028-12-31")}
	if got := early.CappedBy(late); got != early {
		t.Error(got)
	}
}

func TestTheLastDayIsNotExpired(t *testing.T) {
	l := Facts{DueOn: debt.MustDate("2023-02-10")}.Limitation()
	if l.Expired(debt.MustDate("2026-12-31")) || !l.Expired(debt.MustDate("2027-01-01")) {
		t.Error(l)
	}
}

func TestThreeMonthsAfterTalksAreAFloorNotAnAddition(t *testing.T) {
	talks := suspension(Negotiations, "2026-12-20", "2026-12-29") // period to 2027-01-10, floor 2027-03-29
	for _, c := range []struct {
		step Step
		want string
	}{
		{suspension(Deferral, "2027-01-01", "2027-01-31"), "2027-03-29"}, // 41 days in all: 2027-02-10
		{suspension(Deferral, "2027-01-11", "2027-01-31"), "2027-04-19"}, // after the period: 21 days on the floor
		{suspension(Deferral, "2026-12-20", "2027-04-30"), "2027-05-12"}, // 132 days in all
		{suspension(Deferral, "2027-03-30", "2027-04-30"), "2027-03-29"}, // too late
	} {
		f := Facts{DueOn: debt.MustDate("2023-05-15"), Steps: []Step{talks, c.step}}
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
	f := Facts{DueOn: debt.MustDate("2025-06-15"), Region: "NW", Steps: []Step{
		ack("2029-01-01"), {Kind: EnforcementAct, On: debt.MustDate("2029-01-02")},
	}}
	if got := expiry(f); got != "2032-01-02" {
		t.Error(got)
	}
	f.Steps = []Step{suspension(Negotiations, "2029-01-01", "2029-01-20"), suspension(CourtDunning, "2029-01-02", "2029-01-20")}
	if got := expiry(f); got != "2029-07-21" {
		t.Error(got)
	}
}

var someStep = rapid.Custom(func(t *rapid.T) Step {
	// Few distinct days, so that steps often share one.
	on := debt.MustDate("2022-01-01").AddDays(30*rapid.IntRange(0, 100).Draw(t, "on") + rapid.IntRange(-1, 2).Draw(t, "off"))
	return Step{
		Kind: rapid.SampledFrom([]StepKind{
			Acknowledgement, EnforcementAct, Negotiations, Deferral, CourtDunning, LoanDefault,
		}).Draw(t, "kind"),
		On:    on,
		Until: on.AddDays(rapid.IntRange(-5, 900).Draw(t, "length")),
	}
})

func TestNoStepShortensLimitation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Facts{
			DueOn:  debt.MustDate("2012-01-01").AddDays(rapid.IntRange(0, 5478).Draw(t, "due")),
			Region: rapid.SampledFrom(append(debt.States(), "")).Draw(t, "state"),
		}
		if rapid.Bool().Draw(t, "knownLater") {
			f.KnownOn = f.DueOn.AddDays(rapid.IntRange(-100, 5000).Draw(t, "known"))
		}
		if rapid.Bool().Draw(t, "titled") {
			f.TitleFinalOn = f.DueOn.AddDays(rapid.IntRange(0, 2000).Draw(t, "title"))
		}
		bare := f.Limitation()
		f.Steps = rapid.SliceOfN(someStep, 0, 5).Draw(t, "steps")
		got := f.Limitation()
		if got.ExpiresOn.Before(bare.ExpiresOn) || got.LastDayToAct.Before(got.ExpiresOn) || got.Titled == f.TitleFinalOn.IsZero() {
			t.Fatalf("without steps %+v, with %+v", bare, got)
		}
		if regular := f.DueOn.YearEnd().AddMonths(36); got.ExpiresOn.Before(regular) {
			t.Fatalf("%s is earlier than the regular %s", got.ExpiresOn, regular)
		}
		slices.Reverse(f.Steps)
		if again := f.Limitation(); again != got {
			t.Fatalf("the order of the steps matters: %+v, %+v", got, again)
		}
	})
}
