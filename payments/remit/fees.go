package remit

import (
	"context"

	"quitt/debt"
	"quitt/debt/agreed"
	"quitt/store"
	"quitt/store/remittances"
)

// Agree keeps what collecting costs a creditor from a day on. What is paid out or ordered to be was
// told with the fees of its days, and agreements are never changed: Conflict "payout_fees_day" for a
// day that is not behind all of these.
func (d Desk) Agree(ctx context.Context, creditor debt.ID, a agreed.Agreement) error {
	if err := a.Check(); err != nil {
		return err
	}
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		if _, err := t.Take(Gate, 1); err != nil {
			return err
		}
		last, err := remittances.SettledTo(&t.Reader)
		if err != nil {
			return err
		}
		if !last.IsZero() && !a.From.After(last) {
			return debt.E(debt.Conflict, "payout_fees_day", debt.Args{"day": last.AddDays(1)})
		}
		return remittances.Agree(t, a, d.Now())
	})
}

// Agreed lists what is agreed with a creditor, in the order of its days.
func (d Desk) Agreed(ctx context.Context, creditor debt.ID) (list []agreed.Agreement, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		list, err = remittances.Agreements(r)
		return err
	})
	return list, err
}
