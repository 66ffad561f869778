package transfer_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/erasure"
	"quitt/store/expired"
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

// Lines of no case have nobody whose erasure would end them: what they say goes by the calendar,
// of money in the books after the years of a voucher, of the rest after one.
func TestWhatLinesOfNoCaseSayGoesInTime(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		day := daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)), entry("2026-11-16", 20_00, erika, "danke"),
			entry("2026-11-16", -30_00, statement.Party{Name: "Vermieter"}, "Miete"))
		w.load(day)
		at := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 12, 0, 0, 0, debt.Berlin) }
		for _, step := range []struct {
			now            time.Time
			nobody, listed bool // are still told
		}{{at(2027, 11, 16), true, true}, {at(2027, 11, 18), true, false}, {at(2034, 12, 31), true, false}, {at(2035, 1, 2), false, false}} {
			w.write(func(tx *store.Tx) error {
				for _, c := range []retention.Class{retention.UnplacedLines, retention.ForeignLines} {
					before := retention.Of(c).Before(step.now)
					found, err := expired.Look(&tx.Reader, c, before)
					if err != nil {
						return err
					}
					n, err := expired.Delete(tx, c, before, 10)
					if err != nil || n != int64(found.Rows) {
						t.Errorf("%s at %s: %d of %d, %v", c, step.now, n, found.Rows, err)
					}
				}
				return nil
			})
			nobody, listed := w.lines(statements.Suspended)[0], w.lines(statements.Listed)[0]
			if (nobody.Said.Name != "") != step.nobody || (nobody.Payer != "") != step.nobody || (listed.Said.Name != "") != step.listed || nobody.Amount != 20_00 {
				t.Errorf("at %s: %+v, %+v", step.now, nobody, listed)
			}
			if paid := w.lines(statements.Paid)[0]; paid.Said.Name == "" {
				t.Error("what belongs to a case goes with its person")
			}
		}
		again := day
		again.Head.ID, again.Head.From = "again", "2026-11-15"
		if r := w.load(again); r.Statements[0].Known != 3 || r.Work.All() != 0 {
			t.Errorf("it is not known any more: %+v", r)
		}
	})
}
