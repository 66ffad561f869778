package payments

import (
	"context"

	"quitt/debt"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/rails"
)

// PlaceOrder says where money belongs that nobody could place. Move is its row.
type PlaceOrder struct {
	CreditorID, CaseID, Move debt.ID
	Method                   debt.Method
}

// Place books suspended money to a case, as a payment of its own. Conflict
// "move_not_suspended": that has been done, or there was nothing to place. Forbidden
// "move_not_placeable": it is no money in euro that came in.
func (r *Rail) Place(ctx context.Context, o PlaceOrder) (debt.Payment, error) {
	var p debt.Payment
	err := r.Store.Write(ctx, o.CreditorID, func(t *store.Tx) error {
		f, err := t.LockOne(o.CaseID)
		if err != nil {
			return err
		}
		m, err := rails.LoadMove(&t.Reader, o.Move)
		if err != nil {
			return err
		}
		kept, err := rails.LoadAccount(&t.Reader, m.AccountID)
		if err != nil {
			return err
		}
		p, err = booking.Place(t, booking.Placing{Account: kept.Account, Move: m, File: f, Method: o.Method, Stamp: booking.Stamp(r.Now())})
		return err
	})
	return p, err
}
