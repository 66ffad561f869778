package plan

import (
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
)

// Wish is what one side asks for. Either Instalment or EndBy says how fast; with a Settlement
// neither does.
type Wish struct {
	Instalment debt.Cents `json:"instalment_cents,omitempty"`
	EndBy      debt.Date  `json:"end_by,omitzero"` // the last instalment is due by this day
	First      debt.Date  `json:"first"`
	Day        int        `json:"day,omitempty"` // of the month, of the second instalment and all after; 0: as the first
	Rhythm     Rhythm     `json:"rhythm"`
	Down       debt.Cents `json:"down_cents,omitempty"` // paid on First in place of an instalment
	Settlement string     `json:"settlement,omitempty"`
}

// Facts is what Barriers must know beside the case.
type Facts struct {
	On         debt.Date
	Limitation debt.Date // raw expiry; none if not computed
	Minor      bool
	Reserved   bool // under guardianship with reservation of consent (BGB § 1825)
	Disputed   bool // an open objection leaves nothing undisputed
}

// Barriers gives every reason why there can be no new plan on a case now. A promise or a
// hardship is none: a plan may be what helps.
func Barriers(c debt.Case, f Facts) []debt.Barrier {
	var against []debt.Barrier
	with := func(applies bool, b debt.Barrier) {
		if applies {
			against = append(against, b)
		}
	}
	insolvent := slices.ContainsFunc(c.Holds, func(h debt.Hold) bool { return h.Kind == debt.HoldInsolv && h.Active(f.On) })
	with(c.Review != debt.ReviewAccepted, debt.BarrierNotAccepted)
	with(c.Stage == debt.StageClosed, debt.BarrierClosed)
	with(c.Payment == debt.StatePaid || c.Payment == debt.StateOverpaid, debt.BarrierPaid)
	with(c.Plan == debt.PlanActive || c.Plan == debt.PlanAtRisk, debt.BarrierPlanRunning)
	with(c.Objection == debt.ObjectionOpen && f.Disputed, debt.BarrierObjection)
	with(!f.Limitation.IsZero() && f.On.After(f.Limitation), debt.BarrierTimeBarred)
	with(insolvent, debt.Barrier("hold_"+debt.HoldInsolv))
	with(f.Minor, debt.BarrierMinor)
	with(f.Reserved, BarrierReserved)
	return against
}

// BarrierReserved is a guardianship whose court order makes the person's own plan depend on
// the guardian's consent (BGB § 1825).
const BarrierReserved debt.Barrier = "guardianship_reserved"

// Position is what is known of a case when a wish is looked at.
type Position struct {
	// Account is what the plan would cover: without what an open objection disputes.
	Account ledger.Account
	Today   debt.Date
	Against []debt.Barrier // see Barriers; with any of them there is no plan

	ahead *ledger.Forecast // of the account, so that its interest is laid out once
}

// forecast runs the account ahead with its own rests.
func (p Position) forecast() ledger.Forecast {
	if p.ahead != nil {
		return p.ahead.Clone()
	}
	return p.Account.Forecast(p.Account.Rests)
}

// farthest is how far ahead a first instalment or an end may be named at all.
const (
	farthestFirst = 3 * 12  // months
	farthestEnd   = 30 * 12 // months
)

// check refuses what is no wish at all, whatever the rules say: a mistake in typing.
func (w Wish) check(p Position, open debt.Cents) error {
	if !slices.Contains(Rhythms(), w.Rhythm) {
		return debt.E(debt.Invalid, "plan_rhythm_unknown", nil)
	}
	if last := p.Today.AddMonths(farthestFirst); !w.First.After(p.Today) || w.First.After(last) {
		return debt.E(debt.Invalid, "plan_first_range", debt.Args{"least": p.Today.AddDays(1), "most": last})
	}
	if !in(w.Day, 0, 31) {
		return debt.E(debt.Invalid, "plan_day_range", nil)
	}
	if w.Settlement != "" {
		return nil
	}
	if w.Down < 0 || w.Down >= open {
		return debt.E(debt.Invalid, "plan_down_range", debt.Args{"most": open - 1})
	}
	if w.Instalment == 0 && !w.EndBy.IsZero() {
		if last := p.Today.AddMonths(farthestEnd); !w.EndBy.After(w.First) || w.EndBy.After(last) {
			return debt.E(debt.Invalid, "plan_end_range", debt.Args{"least": w.First.AddDays(1), "most": last})
		}
		return nil
	}
	if w.Instalment < 1_00 || w.Instalment >= open {
		return debt.E(debt.Invalid, "plan_instalment_range", debt.Args{"least": debt.Cents(1_00), "most": open})
	}
	return nil
}

// due gives the day of the instalment with an index from 0. A month that lacks the day has the
// instalment on its last one (BGB § 188 III).
func (w Wish) due(index int) debt.Date {
	c := calendar{wish: w}
	return c.due(index)
}

// calendar is the days of a wish; it looks at its first day once.
type calendar struct {
	wish  Wish
	year  int
	month time.Month
	day   int
	days  []debt.Date // as far as they were asked for, from the first on
}

func (c *calendar) due(index int) debt.Date {
	w := &c.wish
	switch {
	case index == 0:
		return w.First
	case w.Rhythm != Monthly:
		return w.First.AddDays(index * w.Rhythm.days())
	}
	if c.year == 0 {
		c.year, c.month, c.day = w.First.Time().Date()
		if w.Day > 0 {
			c.day = w.Day
		}
	}
	return dayIn(c.year, c.month+time.Month(index), c.day)
}

// at is due for those who ask for one day after the other, more than once.
func (c *calendar) at(index int) debt.Date {
	for len(c.days) <= index {
		c.days = append(c.days, c.due(len(c.days)))
	}
	return c.days[index]
}

// monthDay is the day of the month on which the instalments of a wish fall; 0 for weeks.
func (w Wish) monthDay() int {
	if w.Day == 0 && w.Rhythm == Monthly {
		return w.First.Time().Day()
	}
	return w.Day
}

// dayOf gives a day of the month that lies some months after the one of a date, its last day
// if it has no such day.
func dayOf(d debt.Date, months, day int) debt.Date {
	y, m, _ := d.Time().Date()
	return dayIn(y, m+time.Month(months), day)
}

// dayIn gives a day of a month, which may lie beyond December.
func dayIn(year int, month time.Month, day int) debt.Date {
	d := debt.NewDate(year, month, day)
	if day > 28 {
		d = debt.Earlier(d, debt.NewDate(year, month+1, 0))
	}
	return d
}
