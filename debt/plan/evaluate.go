package plan

import (
	"slices"

	"quitt/debt"
)

// Breach is a rule a wish breaks, by the name of its sentence, with what the rule allows.
type Breach struct {
	Rule string    `json:"rule"`
	Args debt.Args `json:"args,omitempty"`
}

// Answer is what becomes of a wish.
type Answer struct {
	Wish     Wish // with its instalment, also where the wish named an end
	Schedule Schedule
	Deal     Deal // of a settlement
	Breaches []Breach
	// Nearest is the nearest wish that keeps every rule; nil without breaches, or if none does.
	Nearest *Wish
	// AtOnce says that nobody needs to be asked.
	AtOnce bool
}

// Evaluate looks at a wish by the rules. Invalid errors are mistakes in it; Forbidden
// "plan_forbidden" says that there can be no plan at all. What merely breaks a rule comes back
// with its schedule, every broken rule and the nearest wish that would pass.
func (r Rules) Evaluate(w Wish, p Position) (Answer, error) {
	if len(p.Against) > 0 {
		return Answer{}, debt.E(debt.Forbidden, "plan_forbidden", debt.Args{"reasons": p.Against})
	}
	ahead := p.forecast()
	p.ahead = &ahead
	open, err := p.open()
	if err != nil {
		return Answer{}, err
	}
	if err := w.check(p, open); err != nil {
		return Answer{}, err
	}
	if w.Settlement != "" {
		return r.settle(w, p, open)
	}
	a, err := r.look(w, p, open)
	if err != nil || len(a.Breaches) == 0 {
		b, _ := r.bracket(open)
		a.AtOnce = b.AtOnce
		return a, err
	}
	a.Nearest = r.nearest(a.Wish, p, open)
	return a, nil
}

// open is what the plan would cover today.
func (p Position) open() (debt.Cents, error) {
	f := p.forecast()
	b, err := f.Open(p.Today)
	return b.Total(), err
}

// look lays out a wish and names every rule it breaks.
func (r Rules) look(w Wish, p Position, open debt.Cents) (Answer, error) {
	a := Answer{Wish: w}
	a.Wish.EndBy = debt.Date{} // an instalment that is named counts
	if w.Instalment == 0 {
		n := w.countTo(w.EndBy, MostInstalments)
		amount, err := w.instalmentFor(n, p, r.Interest, open)
		if err != nil {
			return a, err
		}
		if amount == 0 {
			return a, debt.E(debt.Invalid, "plan_end_too_early", nil)
		}
		a.Wish.Instalment = amount
	}
	var err error
	if a.Schedule, err = a.Wish.schedule(p, r.Interest); err != nil {
		return a, err
	}
	b, ok := r.bracket(open)
	if !ok {
		var least debt.Cents
		if len(r.Brackets) > 0 {
			least = r.Brackets[0].From
		}
		a.Breaches = []Breach{{"plan_rule_balance", debt.Args{"least": least}}}
		return a, nil
	}
	a.Breaches = b.breaches(a, p, open)
	return a, nil
}

// countTo is how many instalments are due by a day, at most so many.
func (w Wish) countTo(end debt.Date, most int) int {
	n, c := 0, calendar{wish: w}
	for n < most && !c.due(n).After(end) {
		n++
	}
	return n
}

// breaches lists the rules that a schedule breaks.
func (b Bracket) breaches(a Answer, p Position, open debt.Cents) (list []Breach) {
	with := func(broken bool, rule string, args debt.Args) {
		if broken {
			list = append(list, Breach{rule, args})
		}
	}
	w, s := a.Wish, a.Schedule
	with(!slices.Contains(b.Rhythms, w.Rhythm), "plan_rule_rhythm", debt.Args{"rhythms": b.Rhythms})
	with(!b.daysFit(w), "plan_rule_day", debt.Args{"days": b.Days})
	with(w.First.After(b.latest(p)), "plan_rule_first", debt.Args{"latest": b.latest(p)})
	with(w.Down < open.Share(b.Down), "plan_rule_down", debt.Args{"least": open.Share(b.Down)})
	with(w.Instalment < b.Least, "plan_rule_least", debt.Args{"least": b.Least})
	with(len(s.Instalments) > b.count(w), "plan_rule_count", debt.Args{"most": b.count(w)})
	with(s.Last().DueOn.After(b.end(p)), "plan_rule_length", debt.Args{"latest": b.end(p)})
	return list
}

func (b Bracket) latest(p Position) debt.Date { return p.Today.AddDays(b.FirstWithin) }

func (b Bracket) end(p Position) debt.Date { return p.Today.AddMonths(b.MostMonths) }

// count is the most instalments, the down payment included.
func (b Bracket) count(w Wish) int {
	if w.Down > 0 {
		return b.MostInstalments + 1
	}
	return b.MostInstalments
}

// daysFit reports whether every instalment falls on an allowed day of the month. Weeks have
// their own rhythm.
func (b Bracket) daysFit(w Wish) bool {
	if len(b.Days) == 0 || w.Rhythm != Monthly {
		return true
	}
	day := w.Day
	if day == 0 {
		day = w.First.Time().Day()
	}
	return slices.Contains(b.Days, day) && slices.Contains(b.Days, w.First.Time().Day())
}

// nearest bends a wish until it keeps every rule, or gives nil if it finds none: its rhythm
// and days stay if they can, else the nearest allowed rhythm and then an early first day are tried.
func (r Rules) nearest(w Wish, p Position, open debt.Cents) *Wish {
	b, ok := r.bracket(open)
	if !ok {
		return nil
	}
	for _, rhythm := range b.rhythms(w.Rhythm) {
		early := p.Today.AddDays(1)
		for _, from := range []Wish{{First: w.First, Day: w.Day}, {First: w.First}, {First: early, Day: w.Day}, {First: early}} {
			bent := w
			bent.Rhythm, bent.First, bent.Day = rhythm, from.First, from.Day
			if near := r.bend(bent, b, p, open); near != nil {
				return near
			}
		}
	}
	return nil
}

// bend gives a wish the days and sums of the rules. It is looked at like any other, so that
// what is suggested is always taken.
func (r Rules) bend(w Wish, b Bracket, p Position, open debt.Cents) *Wish {
	w.First = debt.Earlier(w.First, b.latest(p))
	if !b.daysFit(w) {
		w.First = b.fitting(w.First, p)
		if !slices.Contains(b.Days, w.Day) {
			w.Day = 0
		}
	}
	w.Down = max(w.Down, open.Share(b.Down))
	n := w.countTo(b.end(p), b.count(w))
	least, err := w.instalmentFor(n, p, r.Interest, open)
	if err != nil || least == 0 {
		return nil
	}
	w.Instalment = max(w.Instalment, least, b.Least)
	if w.check(p, open) != nil {
		return nil
	}
	if a, err := r.look(w, p, open); err != nil || len(a.Breaches) > 0 {
		return nil
	}
	return &w
}

// rhythms are the allowed ones, those nearest to the wished one first.
func (b Bracket) rhythms(wished Rhythm) []Rhythm {
	away := func(r Rhythm) int {
		d := slices.Index(Rhythms(), r) - slices.Index(Rhythms(), wished)
		return max(d, -d)
	}
	return slices.SortedStableFunc(slices.Values(b.Rhythms), func(x, y Rhythm) int { return away(x) - away(y) })
}

// fitting is the allowed day nearest to one, not before tomorrow and not after the latest.
func (b Bracket) fitting(wished debt.Date, p Position) debt.Date {
	fits := func(d debt.Date) bool {
		return d.After(p.Today) && !d.After(b.latest(p)) && slices.Contains(b.Days, d.Time().Day())
	}
	for away := range mostFirst {
		for _, d := range []debt.Date{wished.AddDays(-away), wished.AddDays(away)} {
			if fits(d) {
				return d
			}
		}
	}
	return wished
}
