package seed

import (
	"context"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans"
)

// Days are counted back from today here: a plan is kept or missed while the demo runs, so what
// comes next must lie ahead.
func (f *demoFile) who(kind string) plans.Who {
	return plans.Who{Creditor: f.creditor.ID, Case: f.file.ID, By: debt.Actor{Kind: kind}}
}

// agree agrees on what a sixth of the claim comes to, or the nearest the creditor takes.
func (f *demoFile) agree(daysAgo int, rhythm plan.Rhythm) {
	f.at(daysAgo, func(ctx context.Context) error {
		w, err := f.wish(ctx, rhythm, 6)
		if err != nil {
			return err
		}
		o, err := f.plans.Prepare(ctx, f.who("debtor"), w)
		if err != nil {
			return err
		}
		_, err = f.plans.Confirm(ctx, f.who("debtor"), o.Plan.ID)
		return err
	})
}

func (f *demoFile) wish(ctx context.Context, rhythm plan.Rhythm, parts debt.Cents) (plan.Wish, error) {
	v, err := f.plans.View(ctx, f.creditor.ID, f.file.ID)
	if err != nil {
		return plan.Wish{}, err
	}
	const euro = 100
	w := plan.Wish{Instalment: max(5*euro, v.Open/parts/euro*euro), First: f.today().AddDays(3), Rhythm: rhythm}
	a, err := f.plans.Evaluate(ctx, f.creditor.ID, f.file.ID, w)
	if err == nil && parts < 20 && a.Nearest != nil {
		w = *a.Nearest
	}
	return w, err
}

// propose asks for less than the creditor takes without a question.
func (f *demoFile) propose(daysAgo int) {
	f.at(daysAgo, func(ctx context.Context) error {
		w, err := f.wish(ctx, plan.Monthly, 40)
		if w.First = f.today().AddDays(20); err == nil {
			_, err = f.plans.Propose(ctx, f.who("debtor"), plans.Proposal{Wish: w, Reason: "income"})
		}
		return err
	})
}

// cancel ends the plan that runs.
func (f *demoFile) cancel(daysAgo int) {
	f.at(daysAgo, func(ctx context.Context) error {
		v, err := f.plans.View(ctx, f.creditor.ID, f.file.ID)
		if err == nil {
			err = f.plans.Cancel(ctx, f.who("debtor"), v.Plan.ID)
		}
		return err
	})
}

// keep lets the keeper of plans do what is due.
func (f *demoFile) keep(daysAgo int) {
	f.at(daysAgo, func(ctx context.Context) error {
		for {
			if n, err := (plans.Keeper{Desk: f.plans}).Due(ctx, f.creditor.ID); err != nil || n == 0 {
				return err
			}
		}
	})
}
