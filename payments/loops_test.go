package payments_test

import (
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
)

func TestAFailedDebitThatCostAFeeHasFailedAllTheSame(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodDirectDebit))
		w.deliver(w.till.Pay(a.ID))
		w.deliver(w.till.Change(a.ID, func(f *rail.Facts) {
			f.State, f.Failure = rail.Failed, "insufficient_funds"
			f.Moves = []rail.Move{{Kind: rail.Fee, ID: "txn_fee", Amount: 35, Currency: "EUR", On: debt.DateIn(w.clock.Now(), debt.Berlin),
				At: w.clock.Now(), Transaction: "txn_fee", Object: rail.Ref{Kind: rail.ChargeRef, ID: "py_1"}}}
		}))
		if got := w.attempt(a); got.Status != debt.PaymentFailed || got.Open {
			w.t.Errorf("%+v", got)
		}
	})
}

func TestARefundUnderWayIsLookedAtWithoutANotice(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		w.deliver(w.till.Pay(a.ID))
		pending := func(is bool) func(*rail.Facts) {
			return func(f *rail.Facts) {
				f.Moves = append(f.Moves[:1:1], rail.Move{Kind: rail.Refunded, ID: "re_1", Amount: 100_00, Currency: "EUR", Pending: is,
					On: debt.DateIn(w.clock.Now(), debt.Berlin), At: w.clock.Now(), Transaction: "txn_re", Object: rail.Ref{Kind: rail.RefundRef, ID: "re_1"}})
			}
		}
		w.deliver(w.till.Change(a.ID, pending(true)))
		w.must2(w.till.Change(a.ID, pending(false)))
		w.clock.Move(7 * time.Hour)
		if n, err := w.rail.LookDue(ctx, w.creditor); n != 1 || err != nil {
			w.t.Errorf("looked at %d: %v", n, err)
		}
		if got := w.attempt(a); got.Status != debt.PaymentRefunded || !got.DueAt.IsZero() {
			w.t.Errorf("%+v", got)
		}
	})
}
