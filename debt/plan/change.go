package plan

import (
	"slices"

	"quitt/debt"
)

// ChangeKind is what a debtor may change of a running plan. Paying extra needs no change, and
// ending it needs nobody's leave.
type ChangeKind string

// The changes.
const (
	Move  ChangeKind = "move"  // to another day of the month; weeks keep their weekday
	Pause ChangeKind = "pause" // for some months: everything to come moves back
	Skip  ChangeKind = "skip"  // the next instalment: it is added at the end
	Lower ChangeKind = "lower"
	Raise ChangeKind = "raise"
)

// ChangeKinds lists every ChangeKind.
func ChangeKinds() []ChangeKind { return []ChangeKind{Move, Pause, Skip, Lower, Raise} }

// Change is one wish to change a plan.
type Change struct {
	Kind   ChangeKind `json:"kind"`
	Day    int        `json:"day,omitempty"`    // Move
	Months int        `json:"months,omitempty"` // Pause
	Amount debt.Cents `json:"amount_cents,omitempty"`
}

// Made is a change that was made, kept because each may be made only so often.
type Made struct {
	Kind ChangeKind `json:"kind"`
	On   debt.Date  `json:"on"`
}

// Changed is what a plan would be like.
type Changed struct {
	Plan     Plan
	Breaches []Breach // of the creditor's limits: then it is a proposal
}

// Change lays out a change. Invalid errors are mistakes in it; "plan_change_arrears" wants what
// is overdue paid first; what goes beyond the limits comes back with its breaches.
func (p Plan) Change(c Change, g Progress, r Rules, pos Position) (Changed, error) {
	if !p.Running() {
		return Changed{}, debt.E(debt.Forbidden, "plan_not_running", nil)
	}
	if p.Deal.Settlement != "" && c.Kind != Raise {
		return Changed{}, debt.E(debt.Forbidden, "plan_settlement_fixed", nil)
	}
	if g.Next.No == 0 {
		return Changed{}, debt.E(debt.Forbidden, "plan_nothing_to_change", nil)
	}
	breaches, err := p.limits(c, g, r, pos)
	if err != nil {
		return Changed{}, err
	}
	out := p
	out.Wish = p.changed(c, g)
	if out.Schedule, err = out.rebuild(c, g, pos); err != nil {
		return Changed{}, err
	}
	out.Changes = append(slices.Clip(p.Changes), Made{c.Kind, pos.Today})
	out.untell(p.Schedule.Instalments)
	return Changed{out, breaches}, nil
}

// untell lets an instalment that was announced and then put off be announced for its new day.
func (p *Plan) untell(before []Instalment) {
	for i, x := range p.Schedule.Instalments {
		if i < len(before) && i < p.Announced && before[i].DueOn.Before(x.DueOn) {
			p.Announced = i
		}
	}
}

// limits checks a change against what can be meant and what the creditor allows.
func (p Plan) limits(c Change, g Progress, r Rules, pos Position) (list []Breach, err error) {
	l, most := r.Changes, 0
	with := func(broken bool, rule string, args debt.Args) {
		if broken {
			list = append(list, Breach{rule, args})
		}
	}
	switch c.Kind {
	case Move:
		if !in(c.Day, 1, 31) || p.Wish.Rhythm != Monthly {
			return nil, debt.E(debt.Invalid, "plan_day_range", nil)
		}
		most = l.Moves
		away := max(c.Day, g.Next.DueOn.Time().Day()) - min(c.Day, g.Next.DueOn.Time().Day())
		with(away > l.MoveDays, "plan_limit_move_days", debt.Args{"most": l.MoveDays})
		b, _ := r.bracket(g.Open)
		with(len(b.Days) > 0 && !slices.Contains(b.Days, c.Day), "plan_rule_day", debt.Args{"days": b.Days})
	case Pause:
		if !in(c.Months, 1, 12) {
			return nil, debt.E(debt.Invalid, "plan_pause_range", nil)
		}
		most = l.Pauses
		with(c.Months > l.PauseMonths, "plan_limit_pause_months", debt.Args{"most": l.PauseMonths})
	case Skip:
		most = l.Skips
	case Lower:
		if c.Amount < 1_00 || c.Amount >= p.Wish.Instalment {
			return nil, debt.E(debt.Invalid, "plan_lower_range", debt.Args{"least": debt.Cents(1_00), "most": p.Wish.Instalment - 1})
		}
		most = l.Lowers
		b, _ := r.bracket(g.Open)
		least := max(p.Wish.Instalment.Share(l.LowerTo), b.Least)
		with(c.Amount < least, "plan_limit_lower", debt.Args{"least": least})
	case Raise:
		if c.Amount <= p.Wish.Instalment || c.Amount > g.Open {
			return nil, debt.E(debt.Invalid, "plan_raise_range", debt.Args{"least": p.Wish.Instalment + 1, "most": g.Open})
		}
		return nil, nil // nobody needs to be asked for more money
	default:
		return nil, debt.E(debt.Invalid, "plan_change_unknown", nil)
	}
	if g.Arrears > 0 {
		return nil, debt.E(debt.Forbidden, "plan_change_arrears", debt.Args{"amount": g.Arrears})
	}
	with(p.made(c.Kind, pos.Today) >= most, "plan_limit_often", debt.Args{"most": most})
	return list, nil
}

// made counts the changes of a kind in the twelve months before a day.
func (p Plan) made(k ChangeKind, today debt.Date) (n int) {
	for _, m := range p.Changes {
		if m.Kind == k && m.On.After(today.AddMonths(-12)) {
			n++
		}
	}
	return n
}

// changed is the wish for what is to come; First is the day of the next instalment.
func (p Plan) changed(c Change, g Progress) Wish {
	w, next := p.Wish, g.Next.DueOn
	w.Down, w.First, w.Day = p.down(g), next, w.monthDay()
	switch c.Kind {
	case Move:
		w.Day, w.First = c.Day, dayOf(next, 0, c.Day)
	case Pause:
		w.First = dayOf(next, c.Months, next.Time().Day())
		if w.Rhythm == Monthly {
			w.First = dayOf(next, c.Months, w.Day)
		} else { // whole steps, so that the weekday stays
			steps := (next.DaysUntil(w.First) + w.Rhythm.days() - 1) / w.Rhythm.days()
			w.First = next.AddDays(steps * w.Rhythm.days())
		}
	case Skip:
		w.First = w.due(1)
	case Lower, Raise:
		w.Instalment = c.Amount
	}
	return w
}

// Replan lays out anew what is to come when something was booked or the base rate changed:
// more was paid, a debit came back, costs were added. It reports whether any sum or day is
// another than was agreed last; numbers of instalments that are paid or overdue stay.
func (p Plan) Replan(g Progress, pos Position) (Plan, bool, error) {
	if g.Done || !p.Running() {
		return p, false, nil
	}
	out := p
	out.Wish.Down, out.Wish.Day = p.down(g), p.Wish.monthDay()
	s, err := out.rebuild(Change{}, g, pos)
	if err != nil || s.Equal(p.Schedule) {
		return p, false, err
	}
	out.Schedule = s
	return out, true, nil
}

// down is the down payment while it is still to come: it stays what it is, whatever changes.
func (p Plan) down(g Progress) debt.Cents {
	if g.Next.No == 1 {
		return p.Wish.Down
	}
	return 0
}

// rebuild keeps what is past, paid, overdue or due already and lays the rest anew by the
// changed wish. A day that would already be over moves into the next month.
func (p Plan) rebuild(c Change, g Progress, pos Position) (Schedule, error) {
	b := p.builder(g, pos)
	kept, err := p.keep(b, c, g, pos)
	if err != nil {
		return Schedule{}, err
	}
	after := pos.Today
	if len(kept) > 0 {
		after = debt.Later(after, kept[len(kept)-1].DueOn)
	}
	laid := len(b.schedule.Instalments)
	for i := 0; !b.done; i++ {
		on := p.day(c, i)
		if !on.After(after) {
			continue
		}
		amount := p.Wish.Instalment
		if len(kept) == 0 && len(b.schedule.Instalments) == 0 && p.Wish.Down > 0 {
			amount = p.Wish.Down
		}
		if _, err := b.pay(amount, on); err != nil {
			return Schedule{}, err
		}
		if len(b.schedule.Instalments)-laid > MostInstalments {
			return Schedule{}, tooLong()
		}
	}
	s := b.schedule
	s.Instalments = append(kept, p.dated(b.schedule.Instalments[laid:], c, pos)...)
	for i := range s.Instalments {
		s.Instalments[i].No = i + 1
	}
	return s, nil
}

// day gives the days of what is laid anew: what was put off begins with the wish's first day,
// everything else keeps the days it had.
func (p Plan) day(c Change, index int) debt.Date {
	if c.puts() {
		return p.Wish.due(index)
	}
	return p.dueAfter(index)
}

// puts reports whether a change puts the next instalment off.
func (c Change) puts() bool { return c.Kind == Skip || c.Kind == Pause || c.Kind == Move }

// dated says of the instalments laid anew since when those are there that nobody agreed on.
func (p Plan) dated(list []Instalment, c Change, pos Position) []Instalment {
	var since, end debt.Date
	for _, i := range p.Schedule.Instalments {
		since, end = debt.Later(since, i.Since), debt.Later(end, i.DueOn)
	}
	for i := range list {
		if list[i].Since = since; c.Kind == "" && list[i].DueOn.After(end) {
			list[i].Since = pos.Today
		}
	}
	return list
}

// keep gives the instalments that stay and lays what is owed of them first. What is due stays
// due on its day, unless this very instalment is put off; of one that is, what was paid stays
// paid, as if that had been the sum.
func (p *Plan) keep(b *builder, c Change, g Progress, pos Position) (kept []Instalment, err error) {
	off := c.puts()
	for off && !p.Wish.First.After(pos.Today) {
		p.Wish.First = p.Wish.due(1)
	}
	for _, k := range g.Instalments {
		due := k.Owed > 0 && (k.Standing == Overdue || k.Standing == Part || !k.DueOn.After(pos.Today))
		switch {
		case k.Standing == Paid:
			kept = append(kept, k.Instalment)
		case due && k.Standing == Part && off && (c.Kind != Skip || p.Wish.Down > 0): // its rest moves with it
			k.DueOn = p.Wish.First
			fallthrough
		case due && (k.Standing == Overdue || !off):
			if _, err = b.pay(k.amountAhead(), debt.Later(k.DueOn, pos.Today)); err != nil {
				return nil, err
			}
			k.Rest = b.schedule.Last().Rest
			kept = append(kept, k.Instalment)
		case k.Covered > 0:
			part := k.Instalment
			part.Amount, part.DueOn = k.Covered, debt.Earlier(k.DueOn, pos.Today)
			kept = append(kept, part)
		}
	}
	return kept, nil
}
