package transfer_test

import (
	"slices"
	"testing"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/debt/rail"
	"quitt/payments/transfer"
	"quitt/store"
	"quitt/store/remittances"
	"quitt/store/statements"
	"quitt/store/storetest"
)

// debit is a direct debit of ours that was credited.
func debit(on string, amount debt.Cents, order string, texts ...string) statement.Entry {
	e := entry(on, amount, erika, texts...)
	e.Code, e.Details[0].EndToEnd = statement.Code{GVC: "171"}, order
	return e
}

// returned is what comes back of one, with the bank's fee.
func returned(on string, original, fee debt.Cents, order string) statement.Entry {
	e := entry(on, -original-fee, erika, "Rueckgabe")
	e.Code = statement.Code{GVC: "109"}
	back := euro(original)
	e.Details[0].EndToEnd, e.Details[0].Original, e.Details[0].Charges = order, &back, int64(fee)
	e.Details[0].Return = &statement.Return{Code: "MS03"}
	return e
}

func (w *world) holds(account debt.AccountKind) (sum debt.Cents) {
	w.Helper()
	w.read(func(r *store.Reader) error {
		return r.Get(&sum, `SELECT CAST(COALESCE(SUM(amount_cents), 0) AS BIGINT) FROM postings WHERE creditor_id = $1 AND account = $2`, w.creditor, string(account))
	})
	return sum
}

func TestAReturnedDebitTakesItsPaymentBackAndTheFeeApart(t *testing.T) {
	for name, order := range map[string]func(a, b sheet) [][]sheet{
		"after it":      func(a, b sheet) [][]sheet { return [][]sheet{{a}, {b}} },
		"before it":     func(a, b sheet) [][]sheet { return [][]sheet{{b}, {a}} },
		"in one file":   func(a, b sheet) [][]sheet { return [][]sheet{{b, a}} },
		"told twice":    func(a, b sheet) [][]sheet { return [][]sheet{{a, b}, {b, a}} },
		"and once more": func(a, b sheet) [][]sheet { return [][]sheet{{b}, {a}, {b, a}} },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, 1, func(t *testing.T, w *world) {
				came := daily("2026-11-02", "1", 0, debit("2026-11-02", 50_00, "E2E-1", w.rf(0)))
				back := daily("2026-11-16", "2", came.closing(), returned("2026-11-16", 50_00, 3_00, "E2E-1"))
				for _, f := range order(came, back) {
					w.load(f...)
				}
				if got := w.payments(0); !slices.Equal(got, []string{"50.00-50.00 reversed 2026-11-02"}) {
					t.Errorf("%v", got)
				}
				if c, f := w.holds(debt.ClearingAccount), w.holds(debt.FeesAccount); c != -3_00 || f != 3_00 {
					t.Errorf("clearing %s, fees %s", c, f)
				}
				if got := w.tasks(); got["payment_returned"] != 1 || got["return_unmatched"] != 0 {
					t.Errorf("%v", got)
				}
			})
		})
	}
}

func TestAReturnOfNobodyKnowsWhatWaitsForAPerson(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		r := w.load(daily("2026-11-16", "2", 100_00, returned("2026-11-16", 50_00, 3_00, "E2E-9")))
		if r.Work.Unreturned != 1 || w.tasks()["return_unmatched"] != 1 || w.holds(debt.ClearingAccount) != 0 {
			t.Errorf("%+v %v", r, w.tasks())
		}
	})
}

// What was placed by a person and what was split come back all the same.
func TestWhatAPersonPlacedIsReturnedToo(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		came := daily("2026-11-02", "1", 0, debit("2026-11-02", 50_00, "E2E-1", "ohne Angabe"))
		w.load(came)
		l := w.lines(statements.Suspended)[0]
		w.must(w.desk.Book(ctx, w.creditor, transfer.Choice{Line: l.ID, Version: l.Version}, matching.Part{CaseID: w.cases[0], Amount: 50_00}))
		w.load(daily("2026-11-16", "2", came.closing(), returned("2026-11-16", 50_00, 0, "E2E-1")))
		if got := w.payments(0); !slices.Equal(got, []string{"50.00-50.00 reversed 2026-11-02"}) {
			t.Errorf("%v", got)
		}
	})
}

// An order of our own names its case, without any text.
func TestOurOwnDebitIsKnownByItsOrder(t *testing.T) {
	each(t, 2, func(t *testing.T, w *world) {
		w.write(func(tx *store.Tx) error {
			k, err := statements.MakeKeys(tx)
			if err != nil {
				return err
			}
			return statements.Learn(tx, k, storetest.Now, statements.Sign{Kind: statements.Order, Hash: k.Hash("end_to_end", "E2E-7"), CaseID: w.cases[1]})
		})
		if r := w.load(daily("2026-11-02", "1", 0, debit("2026-11-02", 50_00, "e2e-7"))); r.Work.Booked != 1 || len(w.payments(1)) != 1 {
			t.Errorf("%+v", r)
		}
	})
}

func TestABookingTheBankCorrectsIsTakenBack(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		came := daily("2026-11-02", "1", 0, entry("2026-11-02", 50_00, erika, w.rf(0)))
		wrong := entry("2026-11-03", -50_00, erika, "Storno")
		wrong.Reversal = true
		w.load(came, daily("2026-11-03", "2", came.closing(), wrong))
		if got := w.payments(0); !slices.Equal(got, []string{"50.00-50.00 reversed 2026-11-02"}) {
			t.Errorf("%v", got)
		}
	})
}

func TestARemittanceIsKnownAgainAndOneThatCameBackIsNobodys(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		came := daily("2026-11-02", "1", 0, entry("2026-11-02", 50_00, erika, w.rf(0)))
		w.load(came)
		m := remittances.Remittance{ID: store.NewID(), Number: 1, Source: w.account.Source(), UpTo: debt.MustDate("2026-11-10"), PaidOn: debt.MustDate("2026-11-11"),
			Amount: 50_00, Reference: "Auskehrung 2026/11", BookedAt: storetest.Now}
		w.read(func(r *store.Reader) error {
			own, err := remittances.OfProvider(r, m.Source) // nobody pays it out but us
			if own {
				t.Error("an account at a bank is taken for a provider's")
			}
			return err
		})
		w.write(func(tx *store.Tx) error {
			lines, err := remittances.Due(&tx.Reader, m.Source, m.UpTo)
			if err != nil {
				return err
			}
			return remittances.Add(tx, m, lines)
		})
		out := entry("2026-11-11", -m.Amount, statement.Party{Name: "Praxis"}, "Auskehrung 2026/11")
		gone := daily("2026-11-11", "2", came.closing(), out)
		if r := w.load(gone); r.Work.Remitted != 1 {
			t.Errorf("%+v", r)
		}
		back := entry("2026-11-13", m.Amount, statement.Party{Name: "Praxis"}, "Auskehrung 2026/11", w.rf(0))
		back.Details[0].Return = &statement.Return{Code: "AC01"}
		w.load(daily("2026-11-13", "3", gone.closing(), back))
		got := w.lines(statements.Suspended)
		if len(got) != 1 || got[0].Reason != rail.WhyReturned || got[0].Remittance != m.ID || len(w.payments(0)) != 1 || w.tasks()["transfer_returned"] != 1 {
			t.Fatalf("%+v %v", got, w.tasks())
		}
		err := w.desk.Book(ctx, w.creditor, transfer.Choice{Line: got[0].ID, Version: got[0].Version}, matching.Part{CaseID: w.cases[0], Amount: m.Amount})
		w.refused(err, debt.Forbidden, "move_not_placeable")
	})
}

func TestTheBooksAgreeWithTheBank(t *testing.T) {
	each(t, 2, func(t *testing.T, w *world) {
		charge := entry("2026-11-03", -4_90, statement.Party{})
		charge.Code = statement.Code{GVC: "808"}
		one := daily("2026-11-02", "1", 0, entry("2026-11-02", 50_00, erika, w.rf(0)), entry("2026-11-02", 70_00, erika, "?"), debit("2026-11-02", 20_00, "E", w.rf(1)))
		two := daily("2026-11-03", "2", one.closing(), charge, returned("2026-11-03", 20_00, 3_00, "E"))
		w.load(one, two)
		if got := w.holds(debt.ClearingAccount); got != two.closing() {
			t.Errorf("clearing %s, the bank has %s", got, two.closing())
		}
	})
}
