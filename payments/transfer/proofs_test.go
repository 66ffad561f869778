package transfer_test

import (
	"testing"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/store"
	"quitt/store/objections"
	"quitt/store/storetest"
)

func (w *world) proof(i int, amount debt.Cents, on string) {
	w.Helper()
	w.write(func(tx *store.Tx) error {
		return objections.AddProof(tx, objections.Proof{ID: store.NewID(), CaseID: w.cases[i], PaidOn: debt.MustDate(on), Amount: amount, FiledBy: "debtor", FiledAt: storetest.Now,
			DueOn: debt.MustDate("2026-12-10"), HoldID: store.NewID()})
	})
}

// "I have paid that already" finds the money that lay with nobody, whichever came first; another
// one's money of the same sum it does not.
func TestAProofFindsItsMoneyWhicheverCameFirst(t *testing.T) {
	for _, first := range []string{"proof", "money"} {
		t.Run(first+" first", func(t *testing.T) {
			each(t, 3, func(t *testing.T, w *world) {
				day := daily("2026-11-16", "1", 0, entry("2026-11-16", 70_00, erika, "die Rechnung"), entry("2026-11-16", 80_00, statement.Party{Name: "Wer weiß"}, "?"),
					entry("2026-11-16", 90_00, statement.Party{Name: "Mehmet Yilmaz"}, "?"))
				if first == "money" {
					w.load(day)
				}
				w.proof(0, 70_00, "2026-11-14") // Erika Mustermann's
				w.proof(1, 80_00, "2026-11-14") // Mehmet's: nothing says that it is his
				w.proof(2, 90_00, "2026-11-14") // Jana's: it is somebody else's
				if first == "proof" {
					w.load(day)
				} else {
					_, err := w.desk.Work(ctx, w.creditor)
					w.must(err)
				}
				if len(w.payments(0)) != 1 || len(w.payments(1)) != 0 || len(w.payments(2)) != 0 || w.tasks()["unplaced_money"] != 2 {
					t.Errorf("%v %v %v %v", w.payments(0), w.payments(1), w.payments(2), w.tasks())
				}
			})
		})
	}
}
