package collecting_test

import (
	"errors"
	"testing"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/rail"
	"quitt/payments/collecting"
	"quitt/store"
	"quitt/store/storetest"
)

func TestWhatADebtorRevokesIsNeverCharged(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(1, "2026-12-01", 200_00)
		other := storetest.File(w.creditor, "R2")
		w.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{other}) })
		unknown := debt.E(debt.NotFound, "instrument_unknown", nil)
		for _, err := range []error{w.desk.Revoke(ctx, w.creditor, other.File.Case.ID, w.saved), w.desk.Revoke(ctx, w.creditor, w.caseID, store.NewID())} {
			if !errors.Is(err, unknown) {
				t.Errorf("of another case, or of nobody: %v", err)
			}
		}
		if list, err := w.desk.Stored(ctx, w.creditor, w.caseID); err != nil || len(list) != 1 || list[0].State != rail.Usable {
			t.Fatalf("%+v %v", list, err)
		}
		for range 2 { // pressed twice
			w.must(w.desk.Revoke(ctx, w.creditor, w.caseID, w.saved))
		}
		if list, err := w.desk.Stored(ctx, w.creditor, w.caseID); err != nil || len(list) != 1 || list[0].State != rail.Dead {
			t.Errorf("%+v %v", list, err)
		}
		w.on("2026-12-10")
		w.charges(0)
		w.wants(w.order(1, 1), collection.Failed, collection.Unusable)
		events := w.events(debt.MandateRevoked)
		if len(events) != 1 || events[0].Data["reason"] != collecting.ByDebtor || events[0].Actor.Kind != "debtor" {
			t.Errorf("%+v", events)
		}
	})
}
