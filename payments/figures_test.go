package payments_test

import (
	"testing"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

func TestFiguresCountWhatIsOpenOverAllCreditors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := payments.Open(payments.Rail{Desk: payments.Desk{Store: s, Now: storetest.Clock}})
		for i, code := range []string{"koeln", "bonn"} {
			c := storetest.Creditor(t, s, code)
			a, err := r.AddAccount(ctx, c.ID, payments.NewAccount{Account: rail.Account{Provider: "stripe", External: "acct_" + code}})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Write(ctx, c.ID, func(tx *store.Tx) error {
				for day := range 2 { // the newest day of an account counts
					compared := rails.Reconciliation{AccountID: a.ID, On: debt.MustDate("2026-11-20").AddDays(day), At: storetest.Now,
						Unexplained: debt.Cents(7 - 3*day + i), Report: "[]"}
					if err := rails.SaveReconciliation(tx, compared); err != nil {
						return err
					}
				}
				return tasks.Set(tx, tasks.Task{ID: store.NewID(), Kind: booking.TaskRefund, Subject: code, Amount: 5_00, OpenedAt: storetest.Now})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		f, err := r.Figures(ctx)
		if err != nil || f.Waiting != 0 || f.Quarantined != 0 || f.Unexplained != 4+5 || f.Tasks[booking.TaskRefund] != 2 {
			t.Errorf("%+v, %v", f, err)
		}
	})
}
