package cases

import (
	"cmp"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/plans"
)

// Instalment is one sum of a plan and the day it is due.
type Instalment struct {
	Amount debt.Cents
	DueOn  debt.Date
}

// Agreed is the plan of a case that runs, with what its progress is derived from.
type Agreed struct {
	plans.Kept

	Grace int // of the creditor's rules
}

// agreed reads the plan of a case if one runs.
func agreed(r *store.Reader, c debt.Case) (a Agreed, err error) {
	if c.Plan != debt.PlanActive && c.Plan != debt.PlanAtRisk {
		return a, nil
	}
	found, err := plans.Agreed(r, []debt.ID{c.ID})
	if err != nil {
		return a, err
	}
	rules, _, err := plans.Rules(r)
	return Agreed{found[c.ID], rules.GraceDays}, err
}

// next is the instalment a debtor pays next, what is under way taken as arrived: the announcement
// of one that is paid is old news.
func (a Agreed) next(s Source, today debt.Date) (Instalment, error) {
	if !a.Running() {
		return Instalment{}, nil
	}
	forecast := s.Account.Forecast(s.Account.Rests)
	open, err := forecast.Open(today)
	if err != nil {
		return Instalment{}, err
	}
	b := plan.Books{Since: a.AgreedAt, Payments: s.History.Payments, Open: open.Total(), Today: today,
		State: cmp.Or(s.Debtor.State, s.Creditor.State), Grace: a.Grace}
	// The hour of what is under way does not matter, only that it is after the agreement.
	k := a.Hoped(b, today.AddDays(1).Time()).Next
	return Instalment{k.Owed, k.DueOn}, nil
}
