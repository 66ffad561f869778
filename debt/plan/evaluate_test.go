package plan

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/debttest"
)

func TestWhatIsNoWishIsRefused(t *testing.T) {
	wish := func(change func(*Wish)) Wish {
		w := Wish{Instalment: 100_00, First: day("2026-12-15"), Rhythm: Monthly}
		change(&w)
		return w
	}
	for name, c := range map[string]struct {
		wish Wish
		key  string
	}{
		"nothing":                 {wish(func(w *Wish) { w.Instalment = 0 }), "plan_instalment_range"},
		"negative":                {wish(func(w *Wish) { w.Instalment = -100_00 }), "plan_instalment_range"},
		"a tenth of a cent is 0":  {wish(func(w *Wish) { w.Instalment = 0 }), "plan_instalment_range"},
		"a cent":                  {wish(func(w *Wish) { w.Instalment = 1 }), "plan_instalment_range"},
		"a thousand million":      {wish(func(w *Wish) { w.Instalment = debt.MaxCents }), "plan_instalment_range"},
		"beyond every number":     {wish(func(w *Wish) { w.Instalment = 1<<63 - 1 }), "plan_instalment_range"},
		"all at once":             {wish(func(w *Wish) { w.Instalment = 600_00 }), "plan_instalment_range"},
		"more than owed":          {wish(func(w *Wish) { w.Instalment = 600_01 }), "plan_instalment_range"},
		"400 instalments":         {wish(func(w *Wish) { w.Instalment = 1_50 }), "plan_too_long"},
		"day 32":                  {wish(func(w *Wish) { w.Day = 32 }), "plan_day_range"},
		"day -1":                  {wish(func(w *Wish) { w.Day = -1 }), "plan_day_range"},
		"no first day":            {wish(func(w *Wish) { w.First = debt.Date{} }), "plan_first_range"},
		"today":                   {wish(func(w *Wish) { w.First = day("2026-11-28") }), "plan_first_range"},
		"in the past":             {wish(func(w *Wish) { w.First = day("2026-01-15") }), "plan_first_range"},
		"begins in 30 years":      {wish(func(w *Wish) { w.First = day("2056-11-28") }), "plan_first_range"},
		"ends in the past":        {wish(func(w *Wish) { w.Instalment, w.EndBy = 0, day("2026-10-01") }), "plan_end_range"},
		"ends as it begins":       {wish(func(w *Wish) { w.Instalment, w.EndBy = 0, w.First }), "plan_end_range"},
		"ends in more than 30 y.": {wish(func(w *Wish) { w.Instalment, w.EndBy = 0, day("2056-11-29") }), "plan_end_range"},
		"ends before the second":  {wish(func(w *Wish) { w.Instalment, w.EndBy = 0, day("2026-12-16") }), "plan_end_too_early"},
		"negative with an end":    {wish(func(w *Wish) { w.Instalment, w.EndBy = -1, day("2027-05-15") }), "plan_instalment_range"},
		"negative down payment":   {wish(func(w *Wish) { w.Down = -1 }), "plan_down_range"},
		"everything down":         {wish(func(w *Wish) { w.Down = 600_00 }), "plan_down_range"},
		"a rhythm nobody knows":   {wish(func(w *Wish) { w.Rhythm = "daily" }), "plan_rhythm_unknown"},
		"no rhythm":               {wish(func(w *Wish) { w.Rhythm = "" }), "plan_rhythm_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Standard().Evaluate(c.wish, usual())
			debttest.WantKey(t, err, debt.Invalid, c.key)
		})
	}
	_, err := Standard().Evaluate(wish(func(w *Wish) { w.Settlement = "gone" }), usual())
	debttest.WantKey(t, err, debt.Expired, "plan_settlement_over")
	p := usual()
	p.Against = []debt.Barrier{debt.BarrierTimeBarred}
	_, err = Standard().Evaluate(wish(func(*Wish) {}), p)
	debttest.WantKey(t, err, debt.Forbidden, "plan_forbidden")
}

// Days that look odd and are none.
func TestWhatMerelyLooksOddIsAWish(t *testing.T) {
	for name, w := range map[string]Wish{
		"day 31":              {Instalment: 100_00, First: day("2026-12-15"), Day: 31, Rhythm: Monthly},
		"on a holiday":        {Instalment: 100_00, First: day("2026-12-25"), Rhythm: Monthly},
		"on a Sunday":         {Instalment: 100_00, First: day("2026-12-06"), Rhythm: Weekly},
		"one euro short":      {Instalment: 599_99, First: day("2026-12-15"), Rhythm: Monthly},
		"both named":          {Instalment: 100_00, EndBy: day("2020-01-01"), First: day("2026-12-15"), Rhythm: Monthly},
		"29 February":         {Instalment: 100_00, First: day("2026-12-29"), Day: 29, Rhythm: Monthly},
		"in 30 years it ends": {EndBy: day("2056-11-28"), First: day("2026-12-15"), Rhythm: Monthly},
	} {
		a, err := Standard().Evaluate(w, usual())
		if err != nil || a.Schedule.Total() != 600_00 || a.Schedule.Last().Rest != 0 || !a.Wish.EndBy.IsZero() {
			t.Errorf("%s: %v, total %s, end %s", name, err, a.Schedule.Total(), a.Wish.EndBy)
		}
	}
}

func TestEachBrokenRuleIsNamedAloneWithTheNearestWish(t *testing.T) {
	r := strict()
	a, err := r.Evaluate(kept(), usual())
	if err != nil || len(a.Breaches) > 0 || a.Nearest != nil || !a.AtOnce {
		t.Fatalf("%v %+v", err, a)
	}
	for rule, c := range map[string]struct {
		change func(*Rules, *Wish)
		want   func(*Wish)
	}{
		"plan_rule_rhythm": {func(r *Rules, _ *Wish) { r.Brackets[0].Rhythms = []Rhythm{Weekly, Fortnightly} }, func(w *Wish) { w.Rhythm = Fortnightly }},
		"plan_rule_day":    {func(_ *Rules, w *Wish) { w.Day = 14 }, func(w *Wish) { w.Day = 0 }},
		"plan_rule_first":  {func(_ *Rules, w *Wish) { w.First = day("2027-01-15") }, func(w *Wish) { w.First = day("2026-12-15") }},
		"plan_rule_down":   {func(_ *Rules, w *Wish) { w.Down = 59_99 }, func(w *Wish) { w.Down = 60_00 }},
		"plan_rule_least":  {func(r *Rules, _ *Wish) { r.Brackets[0].Least = 120_00 }, func(w *Wish) { w.Instalment = 120_00 }},
		"plan_rule_count":  {func(r *Rules, _ *Wish) { r.Brackets[0].MostInstalments = 5 }, func(w *Wish) { w.Instalment = 108_00 }},
		"plan_rule_length": {func(r *Rules, _ *Wish) { r.Brackets[0].MostMonths = 4 }, func(w *Wish) { w.Instalment = 180_00 }},
	} {
		t.Run(rule, func(t *testing.T) {
			r, w := strict(), kept()
			c.change(&r, &w)
			a, err := r.Evaluate(w, usual())
			if err != nil || len(a.Breaches) != 1 || a.Breaches[0].Rule != rule || len(a.Breaches[0].Args) == 0 || a.AtOnce {
				t.Fatalf("%v %+v", err, a.Breaches)
			}
			want := w
			c.want(&want)
			if a.Nearest == nil || *a.Nearest != want {
				t.Errorf("nearest %+v, want %+v", a.Nearest, want)
			}
		})
	}
	small := positionOf(interestFree(99_99), "2026-11-28")
	a, err = r.Evaluate(Wish{Instalment: 20_00, First: day("2026-12-15"), Rhythm: Monthly}, small)
	if err != nil || a.Nearest != nil || len(a.Breaches) != 1 || a.Breaches[0].Rule != "plan_rule_balance" || a.AtOnce {
		t.Errorf("below every bracket: %v %+v", err, a)
	}
	r.Brackets[0].AtOnce = false
	if a, err = r.Evaluate(kept(), usual()); err != nil || a.AtOnce || len(a.Breaches) > 0 {
		t.Errorf("a person has to be asked: %v %+v", err, a)
	}
}

// A wish whose day is allowed keeps it when only its first day has to move.
func TestTheNearestWishKeepsWhatNeedsNoChange(t *testing.T) {
	w := kept()
	w.First, w.Day = day("2026-12-03"), 15
	a, err := strict().Evaluate(w, usual())
	if err != nil || a.Nearest == nil || a.Nearest.First != day("2026-12-01") || a.Nearest.Day != 15 {
		t.Errorf("%v %+v", err, a.Nearest)
	}
}

// someRules are rules that pass Validate.
func someRules(t *rapid.T) Rules {
	r := Rules{RoundDays: 14, RemindDays: rapid.IntRange(0, 14).Draw(t, "remind"), GraceDays: rapid.IntRange(0, 30).Draw(t, "grace"),
		Interest: rapid.SampledFrom([]Interest{NoInterest, Continues}).Draw(t, "mode")}
	for i := range rapid.IntRange(1, 3).Draw(t, "brackets") {
		b := Bracket{From: debt.Cents(i) * 400_00, Least: debt.Cents(rapid.IntRange(1_00, 80_00).Draw(t, "least")),
			MostInstalments: rapid.IntRange(2, 48).Draw(t, "most"), MostMonths: rapid.IntRange(1, 60).Draw(t, "months"),
			FirstWithin: rapid.IntRange(1, 60).Draw(t, "within"), AtOnce: rapid.Bool().Draw(t, "at once"),
			Rhythms: rapid.SampledFrom([][]Rhythm{Rhythms(), {Monthly}, {Weekly}, {Fortnightly, Weekly}}).Draw(t, "rhythms"),
			Days:    rapid.SampledFrom([][]int{nil, nil, {1, 15}, {31}, {3, 7, 28}}).Draw(t, "days"),
			Down:    rapid.SampledFrom([]debt.BasisPoints{0, 0, 1000, 9000}).Draw(t, "down")}
		r.Brackets = append(r.Brackets, b)
	}
	l := rapid.IntRange(0, 3)
	r.Changes = Limits{Moves: l.Draw(t, "moves"), MoveDays: 31, Pauses: l.Draw(t, "pauses"), PauseMonths: 2, Skips: l.Draw(t, "skips"),
		Lowers: l.Draw(t, "lowers"), LowerTo: 5000}
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	return r
}

// someWish is one that may break rules but is a wish.
func someWish(t *rapid.T, today debt.Date, open debt.Cents) Wish {
	w := Wish{First: today.AddDays(rapid.IntRange(1, 90).Draw(t, "first")), Day: rapid.SampledFrom([]int{0, 0, 1, 15, 29, 31}).Draw(t, "day"),
		Rhythm: rapid.SampledFrom(Rhythms()).Draw(t, "rhythm")}
	if open > 10_00 && rapid.IntRange(0, 3).Draw(t, "with a down payment") == 0 {
		w.Down = debt.Cents(rapid.Int64Range(1, int64(open)-1).Draw(t, "down"))
	}
	if rapid.Bool().Draw(t, "by its end") {
		w.EndBy = w.First.AddDays(rapid.IntRange(1, 1500).Draw(t, "end"))
	} else {
		w.Instalment = debt.Cents(rapid.Int64Range(1_00, max(1_00, int64(open)-1)).Draw(t, "instalment"))
	}
	return w
}

func somePosition(t *rapid.T) Position {
	today := day("2024-11-28").AddDays(rapid.IntRange(0, 900).Draw(t, "today"))
	a := owing(debt.Cents(rapid.IntRange(5_00, 2_000_00).Draw(t, "principal")), debt.Cents(rapid.IntRange(0, 90_00).Draw(t, "costs")),
		today.AddDays(-rapid.IntRange(0, 400).Draw(t, "in default for")))
	a.Claims[0].Order = rapid.SampledFrom([]debt.AllocationOrder{debt.Order367, debt.Order497}).Draw(t, "order")
	return Position{Account: a, Today: today}
}

func TestTheNearestWishPassesAndNoSmallerInstalmentDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, p := someRules(t), somePosition(t)
		open := debttest.Must[debt.Cents](t)(p.open())
		w := someWish(t, p.Today, open)
		a, err := r.Evaluate(w, p)
		if err != nil {
			if debt.KindOf(err) != debt.Invalid {
				t.Fatal(err)
			}
			return
		}
		checkSchedule(t, a, p, open)
		if len(a.Breaches) == 0 && a.Nearest != nil {
			t.Fatalf("no rule is broken, and yet the nearest is %+v", a.Nearest)
		}
		if len(a.Breaches) == 0 {
			return
		}
		if a.Nearest == nil {
			for range 5 {
				other := someWish(t, p.Today, open)
				other.Day = 0 // a second instalment two days after the first is nobody's wish
				if b, err := r.Evaluate(other, p); err == nil && len(b.Breaches) == 0 {
					t.Fatalf("no wish is said to pass, %+v does", b.Wish)
				}
			}
			return
		}
		near, err := r.Evaluate(*a.Nearest, p)
		if err != nil || len(near.Breaches) > 0 {
			t.Fatalf("the nearest of %+v is %+v, which breaks %v, %v", w, *a.Nearest, near.Breaches, err)
		}
		smaller := *a.Nearest
		smaller.Instalment -= euro
		if smaller.Instalment < a.Wish.Instalment || a.Nearest.Instalment == a.Wish.Instalment {
			return // nothing is asked that was not wished
		}
		if b, err := r.Evaluate(smaller, p); err == nil && len(b.Breaches) == 0 {
			t.Fatalf("the nearest asks %s, %s would do", a.Nearest.Instalment, smaller.Instalment)
		}
	})
}

// checkSchedule: it begins when it was wished, ends at zero, adds up, and only the last
// instalment is less than the wish.
func checkSchedule(t *rapid.T, a Answer, p Position, open debt.Cents) {
	list := a.Schedule.Instalments
	var accrued debt.Cents
	for i, x := range list {
		accrued += x.Accrued
		want := a.Wish.Instalment
		if i == 0 && a.Wish.Down > 0 {
			want = a.Wish.Down
		}
		if x.No != i+1 || x.DueOn != a.Wish.due(i) || x.Amount != want && i < len(list)-1 || x.Amount > want ||
			x.Amount != x.Costs+x.Interest+x.Principal || x.Amount <= 0 || !x.DueOn.After(p.Today) {
			t.Fatalf("instalment %d: %+v of %+v", i, x, a.Wish)
		}
	}
	if a.Schedule.Interest == Continues {
		open = a.Schedule.Total() - accrued // the first line's interest runs from the last booking
		if total := p.Account.Balance().Total(); open != total {
			t.Fatalf("%s is paid without interest, %s is booked", open, total)
		}
	}
	if a.Schedule.Last().Rest != 0 || a.Schedule.Interest == NoInterest && a.Schedule.Total() != open {
		t.Fatalf("total %s of %s, %s left", a.Schedule.Total(), open, a.Schedule.Last().Rest)
	}
}

func TestAnEndIsKeptWithTheLeastWholeEuros(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, p := Standard(), somePosition(t)
		r.Interest = rapid.SampledFrom([]Interest{NoInterest, Continues}).Draw(t, "mode")
		w := someWish(t, p.Today, debttest.Must[debt.Cents](t)(p.open()))
		w.Instalment, w.EndBy = 0, w.First.AddDays(rapid.IntRange(1, 1500).Draw(t, "end"))
		a, err := r.Evaluate(w, p)
		if err != nil {
			return
		}
		if a.Schedule.Last().DueOn.After(w.EndBy) || a.Wish.Instalment%euro != 0 && a.Wish.Instalment != debttest.Must[debt.Cents](t)(p.open())-1 {
			t.Fatalf("%s until %s, wished %s", a.Wish.Instalment, a.Schedule.Last().DueOn, w.EndBy)
		}
		less := a.Wish
		if less.Instalment -= euro; less.Instalment < euro {
			return
		}
		if s, err := less.schedule(p, r.Interest); err == nil && !s.Last().DueOn.After(w.EndBy) {
			t.Fatalf("%s ends on %s, %s on %s as well", a.Wish.Instalment, a.Schedule.Last().DueOn, less.Instalment, s.Last().DueOn)
		}
	})
}

func TestASettlementIsTakenAsOffered(t *testing.T) {
	r := strict()
	r.Brackets[0].Settlements = []Settlement{
		{ID: "half", Percent: 5000, Instalments: 3, ValidUntil: day("2026-12-31"), Broken: Revives},
		{ID: "sum", Amount: 400_01, Instalments: 1, ValidUntil: day("2026-11-28"), Broken: Lasts},
		{ID: "over", Amount: 100_00, Instalments: 1, ValidUntil: day("2026-11-27"), Broken: Lasts},
		{ID: "all", Amount: 600_00, Instalments: 1, ValidUntil: day("2026-12-31"), Broken: Lasts},
	}
	offers, err := r.Offers(usual())
	if err != nil || len(offers) != 2 || offers[0].Sum != 300_00 || offers[0].Saves != 300_00 || offers[0].Each != 100_00 || offers[1].Saves != 199_99 {
		t.Fatalf("%v %+v", err, offers)
	}
	take := func(id string, first string) (Answer, error) {
		return r.Evaluate(Wish{Settlement: id, First: day(first), Day: 31, Rhythm: Weekly, Instalment: 1}, usual())
	}
	a, err := take("half", "2026-12-20")
	if err != nil || !a.AtOnce || a.Deal != (Deal{300_00, "half", Revives}) || a.Schedule.Total() != 300_00 || a.Schedule.Last().Rest != 0 ||
		a.Schedule.Last().DueOn != day("2027-02-28") || a.Wish.Instalment != 100_00 || a.Wish.Rhythm != Monthly {
		t.Errorf("%v %+v", err, a)
	}
	if a, err = take("sum", "2026-12-20"); err != nil || len(a.Schedule.Instalments) != 1 || a.Schedule.Total() != 400_01 || a.Deal.Broken != Lasts {
		t.Errorf("%v %+v", err, a)
	}
	late, err := take("half", "2027-02-20")
	if err != nil || late.AtOnce || len(late.Breaches) != 1 || late.Nearest == nil {
		t.Fatalf("%v %+v", err, late)
	}
	if again, err := r.Evaluate(*late.Nearest, usual()); err != nil || !again.AtOnce || len(again.Breaches) > 0 {
		t.Errorf("the nearest: %v %+v", err, again)
	}
	for _, id := range []string{"over", "all", "none"} {
		_, err := take(id, "2026-12-20")
		debttest.WantKey(t, err, debt.Expired, "plan_settlement_over")
	}
	p := usual()
	p.Against = []debt.Barrier{debt.BarrierMinor}
	if offers, err := r.Offers(p); err != nil || len(offers) > 0 {
		t.Errorf("a minor is offered %v, %v", offers, err)
	}
}

func TestRulesThatNobodyCouldKeepAreRefused(t *testing.T) {
	settled := func(s Settlement) func(*Rules) {
		return func(r *Rules) { r.Brackets[0].Settlements = append(r.Brackets[0].Settlements, s) }
	}
	good := Settlement{ID: "half", Percent: 5000, Instalments: 3, ValidUntil: day("2026-12-31"), Broken: Revives}
	bad := func(change func(*Settlement)) func(*Rules) {
		s := good
		change(&s)
		return settled(s)
	}
	for field, changes := range map[string][]func(*Rules){
		"brackets":          {func(r *Rules) { r.Brackets = nil }, func(r *Rules) { r.Brackets = slices.Repeat(r.Brackets, 30) }},
		"interest":          {func(r *Rules) { r.Interest = "fixed" }, func(r *Rules) { r.Interest = "" }},
		"round_days":        {func(r *Rules) { r.RoundDays = 0 }, func(r *Rules) { r.RoundDays = 91 }},
		"remind_days":       {func(r *Rules) { r.RemindDays = -1 }, func(r *Rules) { r.RemindDays = 15 }},
		"grace_days":        {func(r *Rules) { r.GraceDays = -1 }, func(r *Rules) { r.GraceDays = 31 }},
		"from_cents":        {func(r *Rules) { r.Brackets[0].From = -1 }, func(r *Rules) { r.Brackets = slices.Repeat(r.Brackets, 2) }},
		"least_cents":       {func(r *Rules) { r.Brackets[0].Least = 99 }, func(r *Rules) { r.Brackets[0].Least = debt.MaxCents + 1 }},
		"most_instalments":  {func(r *Rules) { r.Brackets[0].MostInstalments = 1 }, func(r *Rules) { r.Brackets[0].MostInstalments = 361 }},
		"most_months":       {func(r *Rules) { r.Brackets[0].MostMonths = 0 }, func(r *Rules) { r.Brackets[0].MostMonths = 121 }},
		"first_within_days": {func(r *Rules) { r.Brackets[0].FirstWithin = 0 }, func(r *Rules) { r.Brackets[0].FirstWithin = 367 }},
		"days":              {func(r *Rules) { r.Brackets[0].Days = []int{0} }, func(r *Rules) { r.Brackets[0].Days = []int{32} }},
		"rhythms":           {func(r *Rules) { r.Brackets[0].Rhythms = nil }, func(r *Rules) { r.Brackets[0].Rhythms = []Rhythm{"daily"} }},
		"down":              {func(r *Rules) { r.Brackets[0].Down = -1 }, func(r *Rules) { r.Brackets[0].Down = 9001 }},
		"changes":           {func(r *Rules) { r.Changes.Skips = 13 }, func(r *Rules) { r.Changes.MoveDays = 63 }, func(r *Rules) { r.Changes.LowerTo = 10_001 }},
		"settlement_id":     {bad(func(s *Settlement) { s.ID = "Half off" }), func(r *Rules) { settled(good)(r); settled(good)(r) }},
		"settlement_sum": {bad(func(s *Settlement) { s.Amount = 1 }), bad(func(s *Settlement) { s.Percent = 0 }), bad(func(s *Settlement) { s.Percent = 10_000 }),
			bad(func(s *Settlement) { s.Percent, s.Amount = 0, -1 })},
		"settlement_instalments": {bad(func(s *Settlement) { s.Instalments = 0 }), bad(func(s *Settlement) { s.Instalments = 13 })},
		"settlement_valid_until": {bad(func(s *Settlement) { s.ValidUntil = debt.Date{} })},
		"settlement_broken":      {bad(func(s *Settlement) { s.Broken = "" })},
	} {
		for i, change := range changes {
			r := strict()
			change(&r)
			if args := debttest.WantKey(t, r.Validate(), debt.Invalid, "plan_rules_invalid"); args["field"] != field {
				t.Errorf("%s %d: %v", field, i, args)
			}
		}
	}
	r := Standard()
	r.Fees = true
	debttest.WantKey(t, r.Validate(), debt.Forbidden, "plan_fees_off")
	for _, r := range []Rules{Standard(), strict()} {
		if err := r.Validate(); err != nil {
			t.Error(err)
		}
	}
	if n := len(Standard().Brackets); n < 6 {
		t.Errorf("%d brackets", n)
	}
}
