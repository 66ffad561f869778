package seed

import (
	"context"

	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/payments/directdebit"
	"quitt/payments/transfer"
	"quitt/plans"
)

// planRuns is the case whose plan is paid by a mandate given to its creditor, the third one.
const planRuns = 8

// debits lets a creditor collect by file, and has a plan that runs paid by a mandate on paper.
func (d *seeder) debits(ctx context.Context, c debt.Creditor) error {
	if _, err := (transfer.Desk{Store: d.cases.Store, Now: d.cases.Now}).AddAccount(ctx, c.ID, c.IBAN); err != nil {
		return err
	}
	const days = 5
	desk := directdebit.Desk{Store: d.cases.Store, Now: d.cases.Now}
	if err := desk.SetAccount(ctx, c.ID, c.IBAN, mandate.Account{Identifier: "DE98ZZZ09999999999", Holder: c.AccountHolder, CutOff: 1, Notice: days}); err != nil {
		return err
	}
	id, payer := d.files[Reference(2, planRuns)].ID, demoDebtor(planRuns, 2, d.today())
	by := debt.Actor{Kind: "creditor"}
	m, err := desk.TakeDown(ctx, directdebit.Who{Creditor: c.ID, Case: id, By: by, Language: "de"}, directdebit.Sheet{Reference: "SWA-2108-1",
		SignedOn: d.today().AddDays(-9), Holder: payer.Name(), IBAN: "DE02100500000054540402", Notice: days})
	if err != nil {
		return err
	}
	return d.plans.SetMethod(ctx, plans.Who{Creditor: c.ID, Case: id, By: by}, plans.Paying{Instrument: m.ID})
}
