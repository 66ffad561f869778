package journal_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"quitt/bank/datev"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/payments/journal"
	"quitt/store"
	"quitt/store/storetest"
)

var ctx = context.Background()

func order() journal.Order {
	return journal.Order{Chart: journal.SKR03, Names: map[ledger.EntryKind]string{ledger.PaymentEntry: "Zahlung"}, Batch: datev.Batch{
		Created: storetest.Now, Consultant: 29098, Client: 55003, FiscalYear: "2026-01-01", AccountDigits: 4, From: "2026-11-01", To: "2026-11-30", Chart: "03"}}
}

// entry moves money of no case.
func entry(k ledger.EntryKind, name, on string, p ...ledger.Posting) ledger.Entry {
	return ledger.Entry{ID: store.NewID(), Kind: k, Source: "bank:DE1", ExternalID: name, ValueOn: debt.MustDate(on), BookedAt: storetest.Now, Postings: p}
}

func post(a debt.AccountKind, amount debt.Cents) ledger.Posting {
	p := ledger.Posting{Account: a, Amount: amount}
	if a != debt.RemittedAccount {
		p.Provider = "bank:DE1"
	}
	return p
}

func written(t *testing.T, s *store.Store, c debt.ID) ([]string, journal.Sums) {
	t.Helper()
	var out bytes.Buffer
	sums, err := journal.Desk{Store: s}.Write(ctx, c, &out, order())
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, l := range strings.Split(strings.TrimSuffix(out.String(), "\r\n"), "\r\n")[2:] {
		cells := strings.Split(l, ";")
		rows = append(rows, strings.Join([]string{cells[0], cells[1], cells[6], cells[7], cells[9], cells[10], cells[13], cells[117]}, " "))
	}
	return rows, sums
}

func TestAJournalHasWhatMovedMoneyInItsPeriod(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, other := storetest.Creditor(t, s, "koeln"), storetest.Creditor(t, s, "bonn")
		f := storetest.File(c.ID, "AZ-7")
		write := func(who debt.ID, do func(tx *store.Tx) error) {
			t.Helper()
			if err := s.Write(ctx, who, do); err != nil {
				t.Fatal(err)
			}
		}
		write(c.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
		pay := func(method debt.Method, amount debt.Cents, on string) {
			write(c.ID, func(tx *store.Tx) error {
				f, err := tx.LockOne(f.File.Case.ID)
				if err != nil {
					return err
				}
				past, err := tx.LoadHistory(f)
				if err != nil {
					return err
				}
				p := debt.Payment{ID: store.NewID(), CaseID: f.Case.ID, Method: method, Status: debt.PaymentSucceeded, Amount: amount,
					ReceivedOn: debt.MustDate(on), Source: "bank:DE1", BookedAt: storetest.Now}
				p.ExternalID = string(p.ID)
				entries, account, err := past.Insert(p, storetest.Stamp)
				if err != nil {
					return err
				}
				f.Account = account
				f.Case.Paid(account.Balance(), true)
				return tx.Book(store.Booking{File: f, Payments: []debt.Payment{p}, Entries: entries,
					Events: []debt.Event{storetest.Event(f.Case, debt.PaymentSucceededEvent)}})
			})
		}
		pay(debt.MethodTransfer, 30_00, "2026-11-20")
		pay(debt.MethodCash, 5_00, "2026-11-20")      // reached the creditor himself
		pay(debt.MethodTransfer, 10_00, "2026-11-10") // before it: what was settled is settled anew
		apart := []ledger.Entry{
			entry(ledger.ProviderFee, "fee/1", "2026-11-21", post(debt.FeesAccount, 3_00), post(debt.ClearingAccount, -3_00)),
			entry(ledger.SuspenseEntry, "paid/1", "2026-11-01", post(debt.ClearingAccount, 7_00), post(debt.InTransitAccount, -7_00)),
			entry(ledger.RemittanceEntry, "Quitt 11/2026", "2026-11-30", post(debt.ClearingAccount, -20_00), post(debt.RemittedAccount, 20_00)),
			entry(ledger.ProviderFee, "fee/2", "2026-10-31", post(debt.FeesAccount, 1_00), post(debt.ClearingAccount, -1_00)),
			entry(ledger.ProviderFee, "fee/3", "2026-12-01", post(debt.FeesAccount, 1_00), post(debt.ClearingAccount, -1_00)),
		}
		write(c.ID, func(tx *store.Tx) error { return tx.BookApart(apart...) })
		write(other.ID, func(tx *store.Tx) error {
			return tx.BookApart(entry(ledger.ProviderFee, "fee/1", "2026-11-21", post(debt.FeesAccount, 9_00), post(debt.ClearingAccount, -9_00)))
		})
		rows, sums := written(t, s, c.ID)
		all := strings.Join(rows, "\n")
		t.Log("\n" + all)
		for row, n := range map[string]int{
			`7,00 "S" 1200 1590 0111 "` + string(apart[1].ID) + `" "suspense" `:     1,
			`10,00 "S" 1200 1592 1011 "F-AZ-7" "Zahlung F-AZ-7" `:                   1,
			`30,00 "S" 1200 1592 2011 "F-AZ-7" "Zahlung F-AZ-7" `:                   2,
			`30,00 "S" 1200 1592 2011 "F-AZ-7" "counter F-AZ-7" "1"`:                1,
			`3,00 "S" 4970 1200 2111 "` + string(apart[0].ID) + `" "provider_fee" `: 1,
			`20,00 "S" 1592 1200 3011 "Quitt11/2026" "remittance" `:                 1,
		} {
			if got := strings.Count(all, row); got != n {
				t.Errorf("%q is there %d times, want %d", row, got, n)
			}
		}
		if len(rows) != 7 || sums.Rows != 7 || sums.In-sums.Out != (10+30+7-3-20)*100 {
			t.Errorf("%d rows, %+v", len(rows), sums)
		}
	})
}

func TestAJournalIsRefusedWithTheFieldThatIsWrong(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		err := s.Write(ctx, c.ID, func(tx *store.Tx) error {
			return tx.BookApart(entry(ledger.ProviderFee, "fee/1", "2026-11-21", post(debt.FeesAccount, 3_00), post(debt.ClearingAccount, -3_00)))
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			change func(o *journal.Order)
			key    string
		}{
			"no adviser":        {func(o *journal.Order) { o.Batch.Consultant = 0 }, "datev_head"},
			"two fiscal years":  {func(o *journal.Order) { o.Batch.To = "2027-01-01" }, "datev_head"},
			"account too long":  {func(o *journal.Order) { o.Chart.Fees = "497000" }, "datev_row"},
			"account no number": {func(o *journal.Order) { o.Chart.Bank = "Bank" }, "datev_row"},
		} {
			o := order()
			x.change(&o)
			_, err := journal.Desk{Store: s}.Write(ctx, c.ID, &bytes.Buffer{}, o)
			if !errors.Is(err, debt.E(debt.Invalid, x.key, nil)) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
