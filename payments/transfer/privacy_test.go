package transfer_test

import (
	"errors"
	"strings"
	"testing"

	"quitt/bank/statement"
	"quitt/debt/matching"
	"quitt/store"
	"quitt/store/erasure"
	"quitt/store/statements"
	"quitt/store/storetest"
)

// Whoever is erased is in no line any more: not in what was booked by itself, not in what a
// person placed, and not in what was split. The sums stay.
func TestWithThePersonEndsWhatBanksToldOfHim(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		w := open(t, storetest.Open(t, store.Options{URL: url}), "koeln", 2)
		who := statement.Party{Name: "Otto Quakernackel", IBAN: "DE02120300000000202051"}
		w.load(daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, who, w.rf(0)), entry("2026-11-16", 20_00, who, "von Quakernackel"),
			entry("2026-11-16", 30_00, who, "beides, Quakernackel")))
		open := w.lines(statements.Suspended)
		w.must(w.desk.Book(ctx, w.creditor, choice(open[0]), matching.Part{CaseID: w.cases[0], Amount: 20_00}))
		w.must(w.desk.Book(ctx, w.creditor, choice(open[1]), matching.Part{CaseID: w.cases[1], Amount: 10_00}, matching.Part{CaseID: w.cases[0], Amount: 20_00}))
		w.write(func(tx *store.Tx) error {
			s, err := erasure.Find(&tx.Reader, w.cases[0])
			if err != nil {
				return err
			}
			if _, err := tx.Lock(w.cases[0]); err != nil {
				return err
			}
			return erasure.Erase(tx, s, storetest.Now)
		})
		w.read(func(r *store.Reader) error {
			list, err := statements.OfCase(r, w.cases[0])
			if len(list) != 3 {
				t.Errorf("%d lines", len(list))
			}
			for _, l := range list {
				if l.Said.Name != "" || l.Payer != "" || l.Amount == 0 {
					t.Errorf("%+v", l)
				}
			}
			keys, err2 := statements.KeysOf(r)
			signs, err3 := statements.Signs(r, []string{keys.Hash("payer", who.IBAN)})
			if len(signs) != 0 {
				t.Errorf("%v", signs)
			}
			return errors.Join(err, err2, err3)
		})
		if dump := storetest.Dump(t, url); strings.Contains(dump, "Quakernackel") || strings.Contains(dump, who.IBAN) {
			t.Error("it lies in the clear")
		}
		w.verified()
	})
}
