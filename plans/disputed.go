package plans

import (
	"slices"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/ledger"
	"quitt/debt/plan"
	"quitt/debt/situation"
	"quitt/store/authorities"
	"quitt/store/objections"
)

// objection gives the open one of the case; ok is false without.
func (s scene) objection() (o objections.Objection, ok bool, err error) {
	if s.file.Case.Objection != debt.ObjectionOpen {
		return o, false, nil
	}
	list, err := objections.OfCase(s.r, s.file.Case.ID)
	if i := slices.IndexFunc(list, func(o objections.Objection) bool { return o.State == debt.ObjectionOpen }); i >= 0 {
		return list[i], true, err
	}
	// The case says so and nothing tells what is disputed: everything is.
	o.Disputed.Whole = true
	return o, true, err
}

// undisputed gives the account as far as a new plan can cover it, whether something is left
// out, and whether an open objection leaves nothing.
func (s scene) undisputed() (a ledger.Account, part, nothing bool, err error) {
	o, open, err := s.objection()
	if err != nil || !open {
		return s.file.Account, false, false, err
	}
	if o.Disputed.Whole {
		return s.file.Account, true, true, nil
	}
	a = s.file.Account.Clone()
	for i := range a.Claims {
		c := &a.Claims[i]
		was, interest := c.Open, debt.Cents(0)
		for _, l := range o.Disputed.Lines {
			if l.ID == c.ID && l.Account == debt.PrincipalAccount {
				c.Open = max(0, c.Open-l.Amount)
			} else if l.ID == c.ID && l.Account == debt.InterestAccount {
				interest += l.Amount
			}
		}
		if was > c.Open { // who does not owe the principal does not owe its interest; rounded in the debtor's favour
			interest = max(interest, (c.Interest*(was-c.Open)+was-1)/was)
		}
		c.Interest = max(0, c.Interest-interest)
	}
	for i := range a.Costs {
		for _, l := range o.Disputed.Lines {
			if l.ID == a.Costs[i].ID {
				a.Costs[i].Open = max(0, a.Costs[i].Open-l.Amount)
			}
		}
	}
	return a, true, a.Balance().Total() == 0, nil
}

// reserved reports whether a guardian may have to consent to the debtor's own plan: a
// guardianship that a person has confirmed (BGB § 1825).
func (s scene) reserved() (bool, error) {
	acting, err := authorities.InForce(s.r, s.file.Case.ID, s.now)
	if err != nil {
		return false, err
	}
	reserves := false
	for _, a := range acting {
		if s.by.Kind == authority.Representing && s.by.ID == a.ID && a.Kind == authority.Guardian && a.May(authority.Propose, s.now) {
			return false, nil // the one whose consent counts
		}
		reserves = reserves || a.Reserves(s.now)
	}
	list, err := objections.Situations(s.r, s.file.Case.ID)
	return reserves || slices.ContainsFunc(list, func(x objections.Situation) bool {
		return x.Kind == situation.Guardianship && x.State == objections.SituationConfirmed
	}), err
}

// evaluate looks at a wish as on a day: one that was laid out on an earlier day is judged by it
// again, because what it costs was told then. A plan of what is not disputed ends when that is
// paid, and the creditor's offers of a settlement wait for the answer.
func (s scene) evaluate(w plan.Wish, on debt.Date) (plan.Answer, error) {
	p, err := s.position()
	if err != nil {
		return plan.Answer{}, err
	}
	_, part, _, err := s.undisputed()
	if err != nil {
		return plan.Answer{}, err
	}
	if part && w.Settlement != "" {
		return plan.Answer{}, debt.E(debt.Expired, "plan_settlement_over", nil)
	}
	p.Today = on
	a, err := s.rules.Evaluate(w, p)
	if part && err == nil {
		a.Deal = plan.Deal{Sum: a.Schedule.Total()}
	}
	return a, err
}

// suspended reports whether everything rests: the debtor wished it with an objection, or nobody
// may demand anything until a person has looked (law.md 12).
func (s scene) suspended() (bool, error) {
	if slices.ContainsFunc(s.file.Case.Holds, func(h debt.Hold) bool { return h.Kind == debt.HoldDataCheck && h.Active(s.today) }) {
		return true, nil
	}
	o, open, err := s.objection()
	return open && o.PausePlan, err
}
