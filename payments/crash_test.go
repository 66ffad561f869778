package payments_test

import (
	"slices"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/store"
)

// A program that dies between asking for a page and hearing of it leaves the payment to a loop,
// which still knows who began it.
func TestWhoBeganAPaymentIsNamedAfterACrash(t *testing.T) {
	eachShop(t, func(w *shop) {
		helper := debt.Actor{Kind: "representative", ID: "0193561e-0000-7000-8000-0000000000aa"}
		wish := w.wish(0, 100_00, debt.MethodCard)
		wish.By = helper
		opened := false
		w.till.Answer = func(_ string, attempt debt.ID) (error, bool) {
			if opened {
				return nil, true
			}
			opened = true // the provider has heard of it
			_, err := w.till.Checkout(ctx, w.account, payments.Order{Attempt: w.attempt(rail.Attempt{ID: attempt, CaseID: w.cases[0]})})
			w.must(err)
			panic("the process dies")
		}
		func() {
			defer func() {
				if recover() == nil {
					w.t.Error("the process lives on")
				}
			}()
			_, _ = w.rail.Start(ctx, wish) // dies
		}()
		w.till.Answer = nil
		w.clock.Move(5 * time.Minute)
		for range 3 {
			_, err := w.rail.LookDue(ctx, w.creditor)
			w.must(err)
			w.clock.Move(5 * time.Minute)
		}
		w.must(w.desk.Store.Read(ctx, w.creditor, func(r *store.Reader) error {
			events, err := r.Events(w.cases[0])
			at := slices.IndexFunc(events, func(e debt.Event) bool { return e.Type == debt.PaymentStartedEvent })
			if at < 0 || events[at].Actor != helper {
				w.t.Errorf("%+v", events)
			}
			return err
		}))
	})
}
