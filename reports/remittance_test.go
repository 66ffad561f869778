package reports_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/portal/text"
	"quitt/reports"
	"quitt/store"
	"quitt/store/remittances"
	"quitt/store/storetest"
)

// What a provider pays out by itself has no cases and no number, and stands in the list all the same.
func TestTheListOfPayoutsHasThoseOfProviders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "praxis")
		day := debt.MustDate("2026-03-10")
		payout := func(id string, on debt.Date, amount debt.Cents) ledger.Entry {
			return ledger.Entry{ID: store.NewID(), Kind: ledger.PayoutEntry, Source: "stripe:acct_1", ExternalID: id, ValueOn: on, BookedAt: storetest.Now,
				Postings: []ledger.Posting{{Account: debt.ClearingAccount, Provider: "stripe:acct_1", Amount: -amount}, {Account: debt.RemittedAccount, Amount: amount}}}
		}
		err := s.Write(ctx, c.ID, func(tx *store.Tx) error {
			for _, e := range []ledger.Entry{payout("po_1", day, 100_00), payout("po_2", day.AddDays(1), 50_00), payout("po_3", day.AddDays(40), 1_00)} {
				if err := tx.BookApart(e); err != nil {
					return err
				}
			}
			return remittances.Add(tx, remittances.Remittance{ID: store.NewID(), Number: 7, Source: "bank", UpTo: day, PaidOn: day.AddDays(2), Amount: 30_00, Reference: "RE 7", BookedAt: storetest.Now}, nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		made, err := reports.Desk{Store: s, Now: storetest.Clock}.PayoutList(ctx, c, day, day.AddDays(30))
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		words := text.For(text.German)
		for _, table := range made.Tables {
			for _, row := range table.Rows {
				got = append(got, []string{row.Head.Says(words), row.Cells[0].Says(words), row.Cells[1].Says(words)})
			}
		}
		want := [][]string{{"bank", "1", "30,00\u00a0€"}, {"stripe:acct_1", "2", "150,00\u00a0€"}, {"12.03.2026, bank, RE 7", "7", "30,00\u00a0€"},
			{"11.03.2026, stripe:acct_1, po_2", "–", "50,00\u00a0€"}, {"10.03.2026, stripe:acct_1, po_1", "–", "100,00\u00a0€"}}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

// What is agreed for collecting stands in the advice as lines of its own, what is given back too.
func TestTheAdviceTellsAgreedFees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "praxis")
		f := storetest.File(c.ID, "1")
		day := debt.MustDate("2026-03-10")
		lines := []remittances.Line{{Amount: 100_00, Fee: 5_50, VAT: 1_05}, {Amount: -40_00, Fee: -2_00, VAT: -38}}
		err := s.Write(ctx, c.ID, func(tx *store.Tx) error {
			if err := tx.AddFiles([]store.NewFile{f}); err != nil {
				return err
			}
			for i := range lines {
				p := debt.Payment{ID: store.NewID(), CaseID: f.File.Case.ID, Method: debt.MethodTransfer, Status: debt.PaymentCreated, Amount: 100_00, Source: "bank", ReceivedOn: day, BookedAt: storetest.Now}
				p.ExternalID = string(p.ID)
				if err := tx.AddPayment(p); err != nil {
					return err
				}
				lines[i].PaymentID, lines[i].CaseID = p.ID, p.CaseID
			}
			return remittances.Add(tx, remittances.Remittance{ID: store.NewID(), Number: 1, Source: "bank", UpTo: day, PaidOn: day, Amount: remittances.SumOf(lines).Paid,
				Reference: "RE 1", BookedAt: storetest.Now}, lines)
		})
		if err != nil {
			t.Fatal(err)
		}
		made, err := reports.Desk{Store: s, Now: storetest.Clock}.Advice(ctx, c, 1)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		words := text.For(text.German)
		for _, row := range made.Tables[0].Rows {
			got = append(got, row.Head.Says(words)+" "+strings.ReplaceAll(row.Cells[0].Says(words), "\u00a0", " "))
		}
		want := []string{"Eingegangen 100,00 €", "Nach früherer Auszahlung zurückgegangen −40,00 €", "Vereinbarte Vergütung −5,50 €", "Umsatzsteuer darauf −1,05 €",
			"Vergütung zurück für zurückgegangene Zahlungen 2,00 €", "Umsatzsteuer darauf zurück 0,38 €", "Ausgezahlt 55,83 €"}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}
