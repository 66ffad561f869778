package payments

import (
	"context"

	"quitt/debt"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/rails"
	"quitt/store/tasks"
)

// Figures tell how payments through providers are, over all creditors, for the operator.
type Figures struct {
	Waiting     int64      // notices
	Quarantined int64      // notices nobody could make sense of
	Unexplained debt.Cents // of the newest comparison of each account
	Tasks       map[tasks.Kind]int64
	Collections orders.Figures // failed in the last week
}

// tasksCounted bounds what is counted of one creditor: more is much too much anyway.
const tasksCounted = 1000

// Figures asks the database.
func (r *Rail) Figures(ctx context.Context) (Figures, error) {
	sum := Figures{Tasks: map[tasks.Kind]int64{}}
	var tenants []debt.Creditor
	err := r.Store.Read(ctx, "", func(t *store.Reader) (err error) {
		if tenants, err = t.Creditors(); err != nil {
			return err
		}
		sum.Quarantined, err = rails.CountQuarantined(t)
		return err
	})
	for _, c := range tenants {
		if err == nil {
			err = r.addFigures(ctx, c.ID, &sum)
		}
	}
	return sum, err
}

func (r *Rail) addFigures(ctx context.Context, creditor debt.ID, sum *Figures) error {
	return r.Store.Read(ctx, creditor, func(t *store.Reader) error {
		depth, err := rails.CountNotices(t)
		if err != nil {
			return err
		}
		days, err := rails.Reconciliations(t, accountsCompared)
		if err != nil {
			return err
		}
		open, err := tasks.List(t, tasksCounted)
		if err != nil {
			return err
		}
		c, err := orders.Count(t, r.Now(), r.Now().AddDate(0, 0, -7))
		if err != nil {
			return err
		}
		sum.Waiting += depth.Waiting
		sum.Collections.Add(c)
		seen := map[debt.ID]bool{}
		for _, day := range days { // the newest first
			if !seen[day.AccountID] {
				sum.Unexplained += day.Unexplained
			}
			seen[day.AccountID] = true
		}
		for _, k := range open {
			sum.Tasks[k.Kind]++
		}
		return nil
	})
}

// accountsCompared is how many of the newest comparisons of a creditor are looked at: one
// account has one a day.
const accountsCompared = 16
