package payments_test

import (
	"testing"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/store"
	"quitt/store/rails"
)

func (w *shop) suspended() (list []rails.Move) {
	w.t.Helper()
	w.must(w.desk.Store.Read(ctx, w.creditor, func(r *store.Reader) (err error) {
		list, err = rails.SuspendedMoves(r, 10)
		return err
	}))
	return list
}

func TestSuspendedMoneyIsPlacedOnceOnTheCaseAPersonNames(t *testing.T) {
	for what, change := range map[string]func(f *rail.Facts){
		"of an order of ours": func(f *rail.Facts) { f.Moves[0].Amount = 99_00 },
		"of nobody":           func(f *rail.Facts) { f.Attempt, f.Moves[0].Amount = "", 99_00 },
	} {
		t.Run(what, func(t *testing.T) {
			eachShop(t, func(w *shop) {
				a := w.start(w.wish(0, 100_00, debt.MethodCard))
				w.must2(w.till.Pay(a.ID))
				w.deliver(w.till.Change(a.ID, change))
				before := w.open(1)
				order := payments.PlaceOrder{CreditorID: w.creditor, CaseID: w.cases[1], Move: w.suspended()[0].RowID, Method: debt.MethodCard}
				p, err := w.rail.Place(ctx, order)
				w.must(err)
				if p.Amount != 99_00 || p.Status != debt.PaymentSucceeded || before.Total()-w.open(1).Total() > 99_00 || w.open(1).Total() >= before.Total() {
					w.t.Errorf("%+v: %s open before, %s after", p, before.Total(), w.open(1).Total())
				}
				verified(w.t, w.desk.Store)
				if left := w.suspended(); len(left) != 0 || w.tasks()["unplaced_money"] != 0 {
					w.t.Errorf("still suspended: %+v, tasks %v", left, w.tasks())
				}
				_, err = w.rail.Place(ctx, order)
				w.refused("twice", err, debt.Conflict, "move_not_suspended")
				// Hearing of it again changes nothing.
				after := w.open(1)
				w.deliver(w.till.Change(a.ID, func(*rail.Facts) {}))
				if w.open(1) != after || len(w.suspended()) != 0 {
					w.t.Errorf("changed by hearing it again: %+v", w.open(1))
				}
			})
		})
	}
}

func TestPlacingIsRefused(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		w.must2(w.till.Pay(a.ID))
		w.deliver(w.till.Change(a.ID, func(f *rail.Facts) { f.Moves[0].Currency = "USD" }))
		order := payments.PlaceOrder{CreditorID: w.creditor, CaseID: w.cases[1], Move: w.suspended()[0].RowID, Method: debt.MethodCard}
		_, err := w.rail.Place(ctx, order)
		w.refused("dollars", err, debt.Forbidden, "move_not_placeable")
		order.Move = store.NewID()
		_, err = w.rail.Place(ctx, order)
		w.refused("nothing", err, debt.NotFound, "move_unknown")
		order.CaseID = store.NewID()
		_, err = w.rail.Place(ctx, order)
		w.refused("no case", err, debt.NotFound, "case_unknown")
	})
}

func TestWhatIsPlacedBeyondTheClaimIsOverpaid(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		w.must2(w.till.Pay(a.ID))
		w.deliver(w.till.Change(a.ID, func(f *rail.Facts) { f.Moves[0].Amount = 90_000_00 }))
		_, err := w.rail.Place(ctx, payments.PlaceOrder{CreditorID: w.creditor, CaseID: w.cases[1], Move: w.suspended()[0].RowID, Method: debt.MethodCard})
		w.must(err)
		if b := w.open(1); b.Overpaid == 0 || b.Total() != 0 || w.tasks()["refund_overpayment"] != b.Overpaid {
			w.t.Errorf("%+v, tasks %v", b, w.tasks())
		}
	})
}

func TestAReplacedSecretStaysGoodForADay(t *testing.T) {
	eachShop(t, func(w *shop) {
		a := w.start(w.wish(0, 100_00, debt.MethodCard))
		notice, err := w.till.Pay(a.ID)
		w.must(err)
		w.must(w.rail.RotateEndpoint(ctx, w.name, "another secret of 32 bytes, at least"))
		w.must(w.rail.Accept(ctx, w.name, []byte(notice), tillSecret))
		w.must(w.rail.Accept(ctx, w.name, []byte(notice), "another secret of 32 bytes, at least"))
		w.clock.Move(payments.OldSecret + 2*payments.OldSecret/100)
		w.refused("old", w.rail.Accept(ctx, w.name, []byte(notice), tillSecret), debt.Forbidden, "notice_forged")
		w.refused("unknown", w.rail.RotateEndpoint(ctx, "no such name", "x"), debt.NotFound, "endpoint_unknown")
		w.work()
	})
}

func TestAClosedAccountTakesNoNewPayments(t *testing.T) {
	eachShop(t, func(w *shop) {
		if acc, err := w.rail.OpenAccount(ctx, w.creditor); err != nil || acc.ID != w.account.ID || acc.Key != "key" {
			w.t.Errorf("%+v, %v", acc.ID, err)
		}
		_, err := w.rail.CloseAccount(ctx, w.creditor)
		w.must(err)
		_, err = w.rail.Start(ctx, w.wish(0, 100_00, debt.MethodCard))
		w.refused("start", err, debt.NotFound, "provider_account_unknown")
		_, err = w.rail.CloseAccount(ctx, w.creditor)
		w.refused("again", err, debt.NotFound, "provider_account_unknown")
	})
}
