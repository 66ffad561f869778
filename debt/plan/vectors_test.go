package plan

import (
	"slices"
	"testing"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/ledger"
)

// vectorStart is where each worked schedule begins; those of S4 stand in for 83.69 of interest
// booked up to 2025-11-22, 23 days before its first instalment.
type vectorStart struct {
	debt.Balance

	accruedTo, today string
	instalment       debt.Cents
	mode             Interest
}

var vectorStarts = map[string]vectorStart{
	"S1": {debt.Balance{Principal: 480_00, Interest: 21_09, Costs: 55_62}, "2026-11-22", "2026-11-22", 100_00, NoInterest},
	"S2": {debt.Balance{Principal: 480_00, Costs: 55_62}, "2025-09-01", "2025-09-01", 100_00, Continues},
	"S3": {debt.Balance{Principal: 480_00, Costs: 55_62}, "2025-09-01", "2025-09-01", 100_00, Continues},
	"S4": {debt.Balance{Principal: 1_250_00, Interest: 83_69, Costs: 141_05}, "2025-11-22", "2025-11-22", 250_00, Continues},
}

func (v vectorStart) account(order debt.AllocationOrder) ledger.Account {
	a := owing(v.Principal, v.Costs, day("2025-03-01"))
	a.Claims[0].Order, a.Claims[0].Interest, a.Claims[0].AccruedTo = order, v.Interest, day(v.accruedTo)
	return a
}

func TestEverySchedulesLineIsAsComputedByHand(t *testing.T) {
	schedules := map[string]Schedule{}
	lines := 0
	for _, v := range debttest.Vectors(t, "plan") {
		start, ok := vectorStarts[v["id"]]
		if !ok {
			t.Fatalf("no start for %s", v["id"])
		}
		if _, done := schedules[v["id"]]; !done {
			order := map[string]debt.AllocationOrder{"367": debt.Order367, "497": debt.Order497}[v["allocation"]]
			r := Standard()
			r.Interest = start.mode
			w := Wish{Instalment: start.instalment, First: day(v["date"]), Rhythm: Monthly}
			a, err := r.Evaluate(w, positionOf(start.account(order), start.today))
			if err != nil || len(a.Breaches) > 0 || !a.AtOnce {
				t.Fatal(v["id"], err, a.Breaches)
			}
			schedules[v["id"]] = a.Schedule
		}
		n := v.Number(t, "instalment_no")
		got := schedules[v["id"]].Instalments[n-1]
		rest := v.Cents(t, "rest_costs") + v.Cents(t, "rest_interest") + v.Cents(t, "rest_principal")
		want := Instalment{No: n, DueOn: day(v["date"]), Amount: v.Cents(t, "paid"), Costs: v.Cents(t, "to_costs"),
			Interest: v.Cents(t, "to_interest"), Principal: v.Cents(t, "to_principal"), Accrued: v.Cents(t, "interest_accrued"), Rest: rest}
		if got != want {
			t.Errorf("%s instalment %d:\n got %+v\nwant %+v", v["id"], n, got, want)
		}
		lines++
	}
	for id, s := range schedules {
		if len(s.Instalments) != 6 || s.Last().Rest != 0 || s.Tentative {
			t.Errorf("%s: %d instalments, %s left, tentative %v", id, len(s.Instalments), s.Last().Rest, s.Tentative)
		}
	}
	if lines != 24 {
		t.Errorf("%d lines compared", lines)
	}
}

func TestDaysOfAScheduleFollowTheCalendar(t *testing.T) {
	for name, c := range map[string]struct {
		wish Wish
		want []string
	}{
		"day 31":                     {Wish{First: day("2027-01-31"), Rhythm: Monthly}, []string{"2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"}},
		"29 February":                {Wish{First: day("2028-01-30"), Rhythm: Monthly}, []string{"2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"}},
		"begun on 28 for 31":         {Wish{First: day("2027-02-28"), Day: 31, Rhythm: Monthly}, []string{"2027-02-28", "2027-03-31", "2027-04-30"}},
		"first apart from the day":   {Wish{First: day("2026-12-10"), Day: 1, Rhythm: Monthly}, []string{"2026-12-10", "2027-01-01", "2027-02-01"}},
		"weeks over daylight saving": {Wish{First: day("2027-03-25"), Rhythm: Weekly}, []string{"2027-03-25", "2027-04-01", "2027-04-08"}},
		"fortnights over a year":     {Wish{First: day("2026-12-25"), Rhythm: Fortnightly}, []string{"2026-12-25", "2027-01-08", "2027-01-22"}},
	} {
		var got []string
		for i := range c.want {
			got = append(got, c.wish.due(i).String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestOnlyAScheduleWithInterestIsTentative(t *testing.T) {
	for mode, want := range map[Interest]bool{NoInterest: false, Continues: true} {
		r := Standard()
		r.Interest = mode
		a, err := r.Evaluate(Wish{Instalment: 100_00, First: day("2026-12-15"), Rhythm: Monthly}, positionOf(owing(600_00, 0, day("2026-05-01")), "2026-11-28"))
		if err != nil || a.Schedule.Tentative != want {
			t.Errorf("%s: tentative %v, %v", mode, a.Schedule.Tentative, err)
		}
	}
	r := Standard()
	r.Interest = Continues
	a, err := r.Evaluate(Wish{Instalment: 100_00, First: day("2026-12-02"), Rhythm: Weekly}, positionOf(owing(190_00, 0, day("2026-05-01")), "2026-11-28"))
	if err != nil || a.Schedule.Tentative {
		t.Errorf("every day is announced, and yet tentative %v, %v", a.Schedule.Tentative, err)
	}
}
