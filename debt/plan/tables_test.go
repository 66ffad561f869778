package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"quitt/debt"
	"quitt/debt/debttest"
)

// Every order of the three days, with ties and with plans that do not exist.
func TestTheRefereeSuggestsThePlanOfTheTable(t *testing.T) {
	end := func(rank byte) debt.Date {
		if rank == '-' {
			return debt.Date{}
		}
		return day("2027-01-01").AddDays(int(rank-'0') * 30)
	}
	table := map[string]Side{ // days of debtor, creditor, affordable
		"123": Creditor, "132": Creditor, "213": Debtor, "231": Creditor, "312": Affordable, "321": Creditor,
		"111": Creditor, "112": Creditor, "121": Creditor, "122": Creditor, "211": Creditor, "221": Creditor, "212": Debtor, "311": Creditor,
		"12-": Creditor, "11-": Creditor, "21-": Debtor, "-1-": Creditor,
		"1-2": Debtor, "2-1": Affordable, "1-1": Debtor, "1--": Debtor,
	}
	for ranks, want := range table {
		got := Suggest(Ends{Debtor: end(ranks[0]), Creditor: end(ranks[1]), Affordable: end(ranks[2])})
		if got != want {
			t.Errorf("debtor, creditor, affordable %s: %s, want %s", ranks, got, want)
		}
	}
	seen := 0
	for _, d := range "123" {
		for _, c := range "123" {
			for _, a := range "123-" {
				e := Ends{Debtor: end(byte(d)), Creditor: end(byte(c)), Affordable: end(byte(a))}
				got := Suggest(e)
				if last := map[Side]debt.Date{Debtor: e.Debtor, Creditor: e.Creditor, Affordable: e.Affordable}[got]; last.IsZero() ||
					last.Before(debt.Earlier(e.Debtor, e.Creditor)) || last.After(debt.Later(e.Debtor, e.Creditor)) {
					t.Errorf("%c%c%c: %s ends outside of what the two said", d, c, a, got)
				}
				seen++
			}
		}
	}
	if seen != 36 {
		t.Errorf("%d orders", seen)
	}
}

// What is counted goes into the official table; its rows are tested in debt/attachment.
func TestRentBeyondAThirdLessensTheIncomeThatCounts(t *testing.T) {
	for _, c := range []struct{ net, rent, counted debt.Cents }{
		{2_000_00, 0, 2_000_00},
		{2_000_00, 666_60, 2_000_00},
		{2_000_00, 666_61, 1_999_99},
		{2_000_00, 900_00, 1_766_60},
		{2_000_00, 3_000_00, 0},
		{2_500_00, 800_00, 2_500_00},
		{0, 0, 0},
		{0, 500_00, 0},
		{debt.MaxCents, 0, debt.MaxCents},
		{debt.MaxCents, debt.MaxCents, debt.MaxCents.Share(3_333)},
		{1_000_00, -1, 1_000_00}, // the table of the law refuses what is negative
		{-1, 0, -1},
	} {
		if got := Income(c.net, c.rent); got != c.counted {
			t.Errorf("%s with rent %s: %s counted, want %s", c.net, c.rent, got, c.counted)
		}
	}
}

// Every combination of what stands against a plan gives exactly its reasons.
func TestWhatStandsAgainstAPlan(t *testing.T) {
	on := day("2026-11-28")
	type change struct {
		barrier debt.Barrier
		apply   func(*debt.Case, *Facts)
	}
	changes := []change{
		{debt.BarrierNotAccepted, func(c *debt.Case, _ *Facts) { c.Review = debt.ReviewReceived }},
		{debt.BarrierClosed, func(c *debt.Case, _ *Facts) { c.Stage = debt.StageClosed }},
		{debt.BarrierPaid, func(c *debt.Case, _ *Facts) { c.Payment = debt.StateOverpaid }},
		{debt.BarrierPlanRunning, func(c *debt.Case, _ *Facts) { c.Plan = debt.PlanAtRisk }},
		{debt.BarrierObjection, func(c *debt.Case, f *Facts) { c.Objection, f.Disputed = debt.ObjectionOpen, true }},
		{debt.BarrierTimeBarred, func(_ *debt.Case, f *Facts) { f.Limitation = on.AddDays(-1) }},
		{"hold_insolvency", func(c *debt.Case, _ *Facts) {
			c.Holds = []debt.Hold{{Kind: debt.HoldInsolv, Since: on, UntilEvent: debt.CaseUpdated}}
		}},
		{debt.BarrierMinor, func(_ *debt.Case, f *Facts) { f.Minor = true }},
		{BarrierReserved, func(_ *debt.Case, f *Facts) { f.Reserved = true }},
	}
	fresh := func() (debt.Case, Facts) {
		c := debt.NewCase("creditor", "case", on.Time())
		c.Review = debt.ReviewAccepted
		return c, Facts{On: on}
	}
	for mask := range 1 << len(changes) {
		c, f := fresh()
		var want []debt.Barrier
		for i, x := range changes {
			if mask&(1<<i) != 0 {
				x.apply(&c, &f)
				want = append(want, x.barrier)
			}
		}
		if got := Barriers(c, f); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	}
	for name, apply := range map[string]func(*debt.Case, *Facts){
		"an objection to a part":         func(c *debt.Case, _ *Facts) { c.Objection = debt.ObjectionOpen },
		"an answered objection":          func(c *debt.Case, f *Facts) { c.Objection, f.Disputed = debt.ObjectionRejected, true },
		"the last day of the limitation": func(_ *debt.Case, f *Facts) { f.Limitation = on },
		"an insolvency that is over": func(c *debt.Case, _ *Facts) {
			c.Holds = []debt.Hold{{Kind: debt.HoldInsolv, Since: on.AddDays(-9), ReleasedOn: on, UntilEvent: debt.CaseUpdated}}
		},
		"hardship": func(c *debt.Case, _ *Facts) {
			c.Holds = []debt.Hold{{Kind: debt.HoldHardship, Since: on, Until: on.AddDays(9)}}
		},
		"a promise": func(c *debt.Case, _ *Facts) {
			c.Holds = []debt.Hold{{Kind: debt.HoldPromise, Since: on, Until: on.AddDays(9)}}
		},
		"a proposal":       func(c *debt.Case, _ *Facts) { c.Plan = debt.PlanOpen },
		"a lapsed plan":    func(c *debt.Case, _ *Facts) { c.Plan = debt.PlanLapsed },
		"a part was paid":  func(c *debt.Case, _ *Facts) { c.Payment = debt.StatePartPaid },
		"before the court": func(c *debt.Case, _ *Facts) { c.Stage = debt.StageCourt },
		"a title":          func(c *debt.Case, _ *Facts) { c.Stage = debt.StageTitled },
	} {
		c, f := fresh()
		if apply(&c, &f); len(Barriers(c, f)) > 0 {
			t.Errorf("%s: %v", name, Barriers(c, f))
		}
	}
}

// running is a plan of six times 100.00 from 15 December, agreed on 28 November.
func running(t *testing.T) Plan {
	w := Wish{Instalment: 100_00, First: day("2026-12-15"), Rhythm: Monthly}
	a, err := Standard().Evaluate(w, usual())
	if err != nil {
		t.Fatal(err)
	}
	return Plan{State: debt.PlanActive, Wish: a.Wish, Schedule: a.Schedule, AgreedOn: day("2026-11-28"), Announced: 1}
}

// on is a sum and the day it came.
type on struct {
	day    string
	amount debt.Cents
}

func received(list ...on) (all []debt.Payment) {
	for i, x := range list {
		all = append(all, debt.Payment{ID: debt.ID(fmt.Sprint(i)), Status: debt.PaymentSucceeded, Amount: x.amount, ReceivedOn: day(x.day),
			Method: debt.MethodTransfer})
	}
	return all
}

func bookedOn(today string, payments []debt.Payment) Books {
	b := Books{Payments: payments, Open: 600_00, Today: day(today), State: "BY", Grace: 5}
	for _, p := range payments {
		b.Open -= p.Net()
	}
	return b
}

func TestPaymentsPayWhatIsDueFirstAndThenShortenThePlan(t *testing.T) {
	for name, c := range map[string]struct {
		today string
		paid  []debt.Payment
		want  string // standings, then what the next one is still owed
	}{
		"nothing yet":               {"2026-12-01", nil, "upcoming upcoming upcoming upcoming upcoming upcoming; 100.00"},
		"early":                     {"2026-12-01", received(on{"2026-12-01", 100_00}), "paid upcoming upcoming upcoming upcoming upcoming; 100.00"},
		"a part":                    {"2026-12-01", received(on{"2026-12-01", 30_00}), "part upcoming upcoming upcoming upcoming upcoming; 70.00"},
		"more shortens":             {"2026-12-01", received(on{"2026-12-01", 250_00}), "paid upcoming upcoming upcoming upcoming spared; 100.00"},
		"twice before it is due":    {"2026-12-09", received(on{"2026-12-01", 100_00}, on{"2026-12-09", 100_00}), "paid upcoming upcoming upcoming upcoming spared; 100.00"},
		"due and in grace":          {"2026-12-20", nil, "upcoming upcoming upcoming upcoming upcoming upcoming; 100.00"},
		"overdue":                   {"2026-12-21", nil, "overdue upcoming upcoming upcoming upcoming upcoming; 100.00"},
		"late pays what is due":     {"2027-01-04", received(on{"2027-01-04", 150_00}), "paid part upcoming upcoming upcoming upcoming; 50.00"},
		"a part of what is overdue": {"2027-01-25", received(on{"2027-01-22", 50_00}), "overdue overdue upcoming upcoming upcoming upcoming; 100.00"},
	} {
		g := running(t).Progress(bookedOn(c.today, c.paid))
		got := ""
		for _, k := range g.Instalments {
			got += string(k.Standing) + " "
		}
		got = got[:len(got)-1] + "; " + g.Next.Owed.String()
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// What was paid on the day of the agreement and is off the sum already covers nothing.
func TestAPaymentBeforeTheAgreementIsNoInstalment(t *testing.T) {
	paid := received(on{"2026-11-28", 50_00}, on{"2026-11-27", 50_00})
	paid[0].BookedAt = day("2026-11-28").Time()
	paid[1].BookedAt = day("2026-11-30").Time() // received before, not known when it was agreed
	b := Books{Payments: paid, Since: paid[0].BookedAt.Add(1), Open: 550_00, Today: day("2026-12-01"), State: "BY"}
	if g := running(t).Progress(b); g.Paid != 50_00 || g.Instalments[0].Covered != 50_00 {
		t.Errorf("%s paid, %s of the first", g.Paid, g.Instalments[0].Covered)
	}
}

func TestTwoFullConsecutiveInstalmentsAndANoticeBeforeALapse(t *testing.T) {
	r := Standard()
	ask := func(p Plan, today string, paid ...on) Duty {
		b := bookedOn(today, received(paid...))
		return p.Duty(p.Progress(b), r, b)
	}
	p := running(t)
	for today, want := range map[string]debt.PlanState{"2027-01-20": "", "2027-01-21": debt.PlanAtRisk} {
		if d := ask(p, today); d.To != want {
			t.Errorf("two missed on %s: %q", today, d.To)
		}
	}
	if d := ask(p, "2027-02-01", on{"2027-01-30", 1}); d.To != "" {
		t.Errorf("a cent of the first, the second missed: %q", d.To) // not two full ones
	}
	if d := ask(p, "2027-02-01", on{"2027-01-30", 100_00}); d.To != "" {
		t.Errorf("one paid, one missed: %q", d.To)
	}
	p.State, p.NoticeOn = debt.PlanAtRisk, day("2027-01-21")
	if got := PayBy(p.NoticeOn); got != day("2027-02-08") {
		t.Errorf("pay by %s", got)
	}
	for today, want := range map[string]debt.PlanState{"2027-02-08": "", "2027-02-09": debt.PlanLapsed} {
		if d := ask(p, today); d.To != want {
			t.Errorf("notice of 21 January, on %s: %q", today, d.To)
		}
	}
	p.NoticeOn = day("2027-01-19") // its end, 6 February, is a Saturday
	for today, want := range map[string]debt.PlanState{"2027-02-08": "", "2027-02-09": debt.PlanLapsed} {
		if d := ask(p, today); d.To != want {
			t.Errorf("notice of 19 January, on %s: %q", today, d.To)
		}
	}
	if d := ask(p, "2027-02-05"); d.NextOn != day("2027-02-09") && d.NextOn.After(day("2027-02-09")) {
		t.Errorf("look again on %s", d.NextOn)
	}
	if d := ask(p, "2027-02-09", on{"2027-02-05", 100_00}); d.To != debt.PlanActive || d.Because != BecauseCaughtUp {
		t.Errorf("one of two paid: %q", d.To)
	}
	p.ExcusedOn = day("2027-02-01")
	if d := ask(p, "2027-06-01"); d.To != "" {
		t.Errorf("excused: %q", d.To)
	}
	p = running(t)
	p.State, p.LapsedOn = debt.PlanLapsed, day("2027-02-09")
	for _, c := range []struct {
		today string
		paid  debt.Cents
		want  debt.PlanState
	}{
		{"2027-02-12", 200_00, debt.PlanActive}, {"2027-02-12", 199_99, ""}, {"2027-02-12", 600_00, debt.PlanActive},
		{"2027-03-11", 300_00, debt.PlanActive}, {"2027-03-12", 300_00, ""},
	} {
		if d := ask(p, c.today, on{c.today, c.paid}); d.To != c.want {
			t.Errorf("lapsed, %s paid on %s: %q", c.paid, c.today, d.To)
		}
	}
}

func TestAFulfilledPlanRunsAgainOnlyWhenMoneyWentBack(t *testing.T) {
	p := running(t)
	p.State = debt.PlanFulfilled
	paid := received(on{"2026-12-10", 600_00})
	b := bookedOn("2027-01-05", paid)
	b.Open = 20_00 // a cost that came later
	if d := p.Duty(p.Progress(b), Standard(), b); d.To != "" {
		t.Errorf("a cost revives it: %+v", d)
	}
	paid[0].Returned, paid[0].Status = 600_00, debt.PaymentReversed
	b = bookedOn("2027-01-05", paid)
	if d := p.Duty(p.Progress(b), Standard(), b); d.To != debt.PlanActive || d.Because != BecauseReturned {
		t.Errorf("a return: %+v", d)
	}
}

func TestChangesFollowTheCalendar(t *testing.T) {
	r := Standard()
	r.Changes = Limits{Moves: 3, MoveDays: 31, Pauses: 3, PauseMonths: 3, Skips: 3, Lowers: 3, LowerTo: 5000}
	for name, c := range map[string]struct {
		today  string
		paid   []debt.Payment
		change Change
		want   []string
	}{
		"move later":            {"2026-12-01", nil, Change{Kind: Move, Day: 28}, []string{"2026-12-28 100.00", "2027-01-28 100.00"}},
		"move to the 31st":      {"2027-01-16", received(on{"2026-12-15", 100_00}, on{"2027-01-15", 100_00}), Change{Kind: Move, Day: 31}, []string{"2026-12-15 100.00", "2027-01-15 100.00", "2027-02-28 100.00", "2027-03-31 100.00"}},
		"move to a day gone":    {"2026-12-10", nil, Change{Kind: Move, Day: 1}, []string{"2027-01-01 100.00"}},
		"move what is in grace": {"2026-12-17", nil, Change{Kind: Move, Day: 20}, []string{"2026-12-20 100.00", "2027-01-20 100.00"}},
		"move a part":           {"2026-12-10", received(on{"2026-12-09", 40_00}), Change{Kind: Move, Day: 20}, []string{"2026-12-20 100.00", "2027-01-20 100.00"}},
		"pause":                 {"2026-12-01", nil, Change{Kind: Pause, Months: 3}, []string{"2027-03-15 100.00", "2027-04-15 100.00"}},
		"pause a part":          {"2026-12-10", received(on{"2026-12-09", 40_00}), Change{Kind: Pause, Months: 1}, []string{"2027-01-15 100.00", "2027-02-15 100.00"}},
		"skip":                  {"2026-12-01", nil, Change{Kind: Skip}, []string{"2027-01-15 100.00", "2027-02-15 100.00"}},
		"skip a part":           {"2026-12-10", received(on{"2026-12-09", 40_00}), Change{Kind: Skip}, []string{"2026-12-10 40.00", "2027-01-15 100.00", "2027-02-15 100.00"}},
		"lower":                 {"2026-12-01", nil, Change{Kind: Lower, Amount: 50_00}, []string{"2026-12-15 50.00", "2027-01-15 50.00"}},
		"lower what is due":     {"2026-12-16", nil, Change{Kind: Lower, Amount: 50_00}, []string{"2026-12-15 100.00", "2027-01-15 50.00"}},
		"raise":                 {"2026-12-01", nil, Change{Kind: Raise, Amount: 300_00}, []string{"2026-12-15 300.00", "2027-01-15 300.00"}},
	} {
		t.Run(name, func(t *testing.T) {
			p, b := running(t), bookedOn(c.today, c.paid)
			pos := positionOf(interestFree(b.Open), c.today)
			made, err := p.Change(c.change, p.Progress(b), r, pos)
			if err != nil || len(made.Breaches) > 0 || len(made.Plan.Changes) != 1 {
				t.Fatal(err, made.Breaches)
			}
			got := sums(made.Plan.Schedule)
			if len(got) < len(c.want) || !slices.Equal(got[:len(c.want)], c.want) || made.Plan.Schedule.Total() != 600_00 {
				t.Errorf("%v, total %s, want %v", got, made.Plan.Schedule.Total(), c.want)
			}
		})
	}
}

func TestChangesBeyondTheLimitsBecomeProposals(t *testing.T) {
	r := Standard()
	r.Changes = Limits{Moves: 1, MoveDays: 5, Pauses: 1, PauseMonths: 1, Skips: 0, Lowers: 1, LowerTo: 8000}
	p := running(t)
	p.Changes = []Made{{Move, day("2026-11-30")}}
	b := bookedOn("2026-12-01", nil)
	for _, c := range []struct {
		change Change
		want   []string
	}{
		{Change{Kind: Move, Day: 20}, []string{"plan_limit_often"}},
		{Change{Kind: Move, Day: 21}, []string{"plan_limit_move_days", "plan_limit_often"}},
		{Change{Kind: Pause, Months: 1}, nil},
		{Change{Kind: Pause, Months: 2}, []string{"plan_limit_pause_months"}},
		{Change{Kind: Skip}, []string{"plan_limit_often"}},
		{Change{Kind: Lower, Amount: 80_00}, nil},
		{Change{Kind: Lower, Amount: 79_99}, []string{"plan_limit_lower"}},
		{Change{Kind: Raise, Amount: 100_01}, nil},
	} {
		made, err := p.Change(c.change, p.Progress(b), r, usual())
		var got []string
		for _, x := range made.Breaches {
			got = append(got, x.Rule)
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, %v, want %v", c.change, got, err, c.want)
		}
	}
	for key, c := range map[string]Change{"plan_day_range": {Kind: Move, Day: 32}, "plan_pause_range": {Kind: Pause, Months: 13},
		"plan_lower_range": {Kind: Lower, Amount: 100_00}, "plan_raise_range": {Kind: Raise, Amount: 600_01}, "plan_change_unknown": {Kind: "end"}} {
		_, err := p.Change(c, p.Progress(b), r, usual())
		debttest.WantKey(t, err, debt.Invalid, key)
	}
	late := bookedOn("2027-01-04", nil)
	_, err := p.Change(Change{Kind: Skip}, p.Progress(late), r, usual())
	debttest.WantKey(t, err, debt.Forbidden, "plan_change_arrears")
	if _, err := p.Change(Change{Kind: Raise, Amount: 150_00}, p.Progress(late), r, positionOf(interestFree(600_00), "2027-01-04")); err != nil {
		t.Errorf("more than was agreed although something is overdue: %v", err)
	}
	p.Deal = Deal{Sum: 300_00, Settlement: "half", Broken: Lasts}
	_, err = p.Change(Change{Kind: Skip}, p.Progress(b), r, usual())
	debttest.WantKey(t, err, debt.Forbidden, "plan_settlement_fixed")
	p.State = debt.PlanLapsed
	_, err = p.Change(Change{Kind: Skip}, p.Progress(b), r, usual())
	debttest.WantKey(t, err, debt.Forbidden, "plan_not_running")
}

// A down payment that is still to come stays one when costs are added, and a due day its day.
func TestLayingOutAnewKeepsTheDownPaymentAndTheDays(t *testing.T) {
	w := Wish{Instalment: 100_00, First: day("2026-12-15"), Rhythm: Monthly, Down: 250_00}
	a, err := Standard().Evaluate(w, usual())
	if err != nil {
		t.Fatal(err)
	}
	p := Plan{State: debt.PlanActive, Wish: a.Wish, Schedule: a.Schedule, AgreedOn: day("2026-11-28")}
	for today, want := range map[string]string{"2026-12-01": "2026-12-15 250.00", "2026-12-15": "2026-12-15 250.00", "2026-12-17": "2026-12-15 250.00"} {
		b := bookedOn(today, nil)
		b.Open += 30_00
		next, changed, err := p.Replan(p.Progress(b), positionOf(interestFree(630_00), today))
		got := sums(next.Schedule)
		if err != nil || !changed || got[0] != want || got[1] != "2027-01-15 100.00" || next.Schedule.Total() != 630_00 {
			t.Errorf("on %s: %v, %v", today, got, err)
		}
	}
}

func FuzzRules(f *testing.F) {
	for _, r := range []Rules{Standard(), strict()} {
		text, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, int64(100_00), 15, int64(0), 200)
	}
	f.Add([]byte(`{"brackets":[{"from_cents":-1,"days":[0],"rhythms":["daily"],"down":-5}],"fees":true}`), int64(-1), -1, int64(1), -1)
	f.Fuzz(func(t *testing.T, text []byte, instalment int64, days int, down int64, end int) {
		var r Rules
		if json.Unmarshal(text, &r) != nil || r.Validate() != nil {
			return
		}
		p := usual()
		w := Wish{Instalment: debt.Cents(instalment), First: p.Today.AddDays(days % 5000), Day: days % 40, Rhythm: Monthly, Down: debt.Cents(down)}
		if instalment == 0 {
			w.EndBy = p.Today.AddDays(end % 20_000)
		}
		a, err := r.Evaluate(w, p)
		if err != nil {
			return
		}
		if a.Schedule.Last().Rest != 0 || a.Schedule.Total() != 600_00 {
			t.Fatalf("%+v: total %s", a.Wish, a.Schedule.Total())
		}
		if a.Nearest != nil {
			if b, err := r.Evaluate(*a.Nearest, p); err != nil || len(b.Breaches) > 0 {
				t.Fatalf("nearest %+v: %v %v", *a.Nearest, b.Breaches, err)
			}
		}
		if _, err := r.Offers(p); err != nil {
			t.Fatal(err)
		}
	})
}

func TestASettlementInOneSumLapsesWhenThatSumIsMissed(t *testing.T) {
	p, r := running(t), Standard()
	p.Schedule.Instalments, p.Deal = p.Schedule.Instalments[:1], Deal{Sum: 100_00, Settlement: "sofort", Broken: Revives}
	ask := func(today string, paid ...on) debt.PlanState {
		b := bookedOn(today, received(paid...))
		return p.Duty(p.Progress(b), r, b).To
	}
	if got := ask("2027-03-01"); got != debt.PlanAtRisk {
		t.Errorf("nothing of it paid: %q", got)
	}
	if got := ask("2027-03-01", on{"2027-01-30", 1}); got != "" {
		t.Errorf("a part of it paid: %q", got)
	}
	p.State, p.NoticeOn = debt.PlanAtRisk, day("2027-01-21")
	if got := ask("2027-02-09"); got != debt.PlanLapsed {
		t.Errorf("the notice is over: %q", got)
	}
}

func TestWhatWasWaivedIsNoInstalment(t *testing.T) {
	paid := received(on{"2026-12-15", 100_00})
	paid[0].Method = debt.MethodWaiver
	if g := running(t).Progress(bookedOn("2026-12-20", paid)); g.Paid != 0 || g.Instalments[0].Covered != 0 {
		t.Errorf("paid %s, covered %s", g.Paid, g.Instalments[0].Covered)
	}
}
