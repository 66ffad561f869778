package plans

import (
	"quitt/debt"
	"quitt/debt/plan"
	kept "quitt/store/plans"
)

// ends are the days on which the plans of both sides would be done, and the one the debtor can
// afford if he told it. They decide nothing.
func (s scene) ends(rounds []kept.Round, debtors, creditors plan.Schedule) (plan.Ends, error) {
	e := plan.Ends{Debtor: debtors.Last().DueOn, Creditor: creditors.Last().DueOn}
	for _, r := range rounds {
		if r.Affordable == nil {
			continue
		}
		end, err := s.affordableEnd(r)
		if err != nil {
			return e, err
		}
		e.Affordable = end
	}
	return e, nil
}

// Never is the end of a plan that would never be done.
var Never = debt.MustDate("2199-12-31")

// affordableEnd is when a plan with the instalment a debtor can afford would be done; Never if it
// never would.
func (s scene) affordableEnd(r kept.Round) (debt.Date, error) {
	w := r.Wish
	w.Instalment, w.EndBy, w.Down, w.Settlement, w.Rhythm, w.First = *r.Affordable, debt.Date{}, 0, "", plan.Monthly, debt.Later(w.First, s.today.AddDays(1))
	a, err := s.evaluate(w, s.today)
	switch {
	case err == nil:
		return a.Schedule.Last().DueOn, nil
	case debt.KindOf(err) != debt.Invalid:
		return debt.Date{}, err
	}
	open, err := s.owed()
	if *r.Affordable >= open {
		return w.First, err
	}
	return Never, err
}

// compared are the ends of a talk in which the creditor proposed last; zero otherwise. The
// debtor's is of what he proposed last.
func (s scene) compared(rounds []kept.Round) (plan.Ends, error) {
	last, _ := waits(rounds)
	if last.Act != kept.Counter {
		return plan.Ends{}, nil
	}
	var debtors plan.Schedule
	for _, r := range rounds {
		if r.Act == kept.Propose {
			debtors = r.Schedule
		}
	}
	if len(debtors.Instalments) == 0 {
		return plan.Ends{}, nil
	}
	return s.ends(rounds, debtors, last.Schedule)
}
