package transfer_test

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"quitt/bank/archive"
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/search"
	"quitt/store/statements"
	"quitt/store/storetest"
)

// A day as a bank tells it, in camt.053 and once more in MT940: reference, split file reference
// from a grandmother, our debits as a batch, one of them returned with a fee, a transfer of ours
// that came back, and one that is only announced.
func TestADayIsBookedFromTheBanksOwnFilesOnce(t *testing.T) {
	each(t, 0, func(t *testing.T, w *world) {
		w.desk.Parse = nil
		for i, ref := range []string{"69694201028", "69694201029"} {
			f := storetest.File(w.creditor, "R"+ref)
			f.File.Case.FileReference, f.Debtor.FirstName, f.Debtor.LastName = ref, debt.Personal([]string{"Max", "Moritz"}[i]), "Mustermann"
			w.cases, w.refs = append(w.cases, f.File.Case.ID), append(w.refs, ref)
			w.write(func(tx *store.Tx) error {
				if err := tx.AddFiles([]store.NewFile{f}); err != nil {
					return err
				}
				k, err := statements.MakeKeys(tx)
				if err != nil {
					return err
				}
				order := []string{"RATE-69694201028-01", "RATE-69694201029-02"}[i]
				if err := statements.Learn(tx, k, storetest.Now, statements.Sign{Kind: statements.Order, Hash: k.Hash("end_to_end", order), CaseID: f.File.Case.ID}); err != nil {
					return err
				}
				return search.Add(tx, search.NewSubject(f))
			})
		}
		for _, path := range []string{"../../bank/camt/testdata/camt.053.001.08-de-reconciliation.xml", "../../bank/mt940/testdata/mt940-dk-reconciliation.sta"} {
			b, err := os.ReadFile(path)
			w.must(err)
			r, err := w.desk.Import(ctx, w.creditor, archive.File{Name: path, R: bytes.NewReader(b), Size: int64(len(b))})
			w.must(err)
			if len(r.Statements) != 1 || r.Statements[0].State == statements.Quarantine {
				t.Fatalf("%+v", r)
			}
		}
		if got := w.payments(0); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"120.00-0.00 succeeded 2026-11-20", "25.50-25.50 reversed 2026-11-20", "79.90-0.00 succeeded 2026-11-20"}) {
			t.Errorf("%v", got)
		}
		if got := w.payments(1); !slices.Equal(got, []string{"50.00-0.00 succeeded 2026-11-20"}) {
			t.Errorf("%v", got)
		}
		if got := w.lines(statements.Suspended); len(got) != 1 || got[0].Amount != 30_50 || got[0].Reason != rail.WhyReturned {
			t.Errorf("%+v", got)
		}
		if w.holds(debt.ClearingAccount) != 277_40 || w.holds(debt.FeesAccount) != 3_00 {
			t.Errorf("clearing %s, fees %s", w.holds(debt.ClearingAccount), w.holds(debt.FeesAccount))
		}
	})
}
