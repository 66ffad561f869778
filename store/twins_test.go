package store_test

import (
	"database/sql"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/storetest"
)

// seeded gives ids that are the same in every run and sorted like real ones.
func seeded() func() debt.ID {
	n := 0
	return func() debt.ID {
		n++
		return debt.ID(fmt.Sprintf("019ab000-0000-7000-8000-%012x", n))
	}
}

// rows is every row of every table of a PostgreSQL database as JSON text, without what is
// sealed: that is never the same twice.
func rows(t *testing.T, db *sql.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range column(t, db, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version' ORDER BY 1`) {
		all[table] = column(t, db, `SELECT (to_jsonb(x) - 'sealed')::text FROM `+table+` x ORDER BY 1`)
	}
	return all
}

// column reads one column of text.
func column(t testing.TB, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	r, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var list []string
	for r.Next() {
		var s string
		if err := r.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// life drives a few cases through everything that has two forms.
func life(s *store.Store) error {
	stamp := ledger.Stamp{At: storetest.Now, NewID: seeded()}
	creditor := debt.Creditor{ID: stamp.NewID(), Code: "koeln", Name: "Köln", State: "NW"}
	if err := s.Write(ctx, creditor.ID, func(tx *store.Tx) error { return tx.AddCreditor(creditor, storetest.Now) }); err != nil {
		return err
	}
	files, ids := make([]store.NewFile, 3), make([]debt.ID, 3)
	for i := range files {
		files[i] = storetest.FileBy(stamp, creditor.ID, fmt.Sprint("R", i))
		f := files[i].File
		ids[i] = f.Case.ID
		files[i].Entries = append(files[i].Entries, f.Account.AddCost(debt.Cost{ID: stamp.NewID(), CaseID: ids[i],
			ClaimID: f.Account.Claims[0].ID, Kind: debt.CollectionFee, Amount: 70_20, VAT: 11_21,
			IncurredOn: debt.MustDate("2026-04-01"), LegalGround: `RVG "VV" 2300 \ 'x'`, Note: "Ä\n\t€"}, stamp))
	}
	if err := s.Write(ctx, creditor.ID, func(tx *store.Tx) error { return tx.AddFiles(files) }); err != nil {
		return err
	}
	step := func(amount debt.Cents, on string) error {
		return s.Write(ctx, creditor.ID, func(tx *store.Tx) error { return payAll(tx, ids, paymentOn{amount, debt.MustDate(on), stamp}) })
	}
	for _, p := range []struct {
		amount debt.Cents
		on     string
	}{{100_00, "2026-08-01"}, {33_33, "2026-06-02"}, {5000_00, "2026-11-01"}} {
		if err := step(p.amount, p.on); err != nil {
			return err
		}
	}
	return s.Write(ctx, creditor.ID, func(tx *store.Tx) error { return takeBack(tx, ids[1], stamp) })
}

type paymentOn struct {
	amount debt.Cents
	on     debt.Date
	ledger.Stamp
}

// payAll books one payment on each case in one batch, as payments.Desk does.
func payAll(tx *store.Tx, ids []debt.ID, of paymentOn) error {
	files, err := tx.Lock(ids...)
	if err != nil {
		return err
	}
	var bookings []store.Booking
	for _, f := range files {
		p := debt.Payment{ID: of.NewID(), CaseID: f.Case.ID, Method: debt.MethodTransfer, Status: debt.PaymentSucceeded,
			Amount: of.amount, ReceivedOn: of.on, Source: "bank", ExternalID: string(of.NewID()), BookedAt: of.At,
			Designation: []debt.Target{{Account: debt.PrincipalAccount}}, Note: "Überweisung"}
		h, err := tx.LoadHistory(f)
		if err != nil {
			return err
		}
		b := store.Booking{File: f, Payments: []debt.Payment{p}}
		if b.Entries, f.Account, err = h.Insert(p, of.Stamp); err != nil {
			return err
		}
		f.Case.Paid(f.Account.Balance(), true)
		e := storetest.Event(f.Case, debt.PaymentSucceededEvent)
		e.ID = of.NewID()
		b.Events = []debt.Event{e}
		bookings = append(bookings, b)
	}
	return tx.Book(bookings...)
}

// takeBack reverses the first payment of a case.
func takeBack(tx *store.Tx, id debt.ID, stamp ledger.Stamp) error {
	f, err := tx.LockOne(id)
	if err != nil {
		return err
	}
	h, err := tx.LoadHistory(f)
	if err != nil {
		return err
	}
	p := h.Payments[0]
	b := store.Booking{File: f}
	if b.Entries, f.Account, err = h.Reverse(p.ID, debt.Key{Source: "bank", ExternalID: "return"}, stamp); err != nil {
		return err
	}
	p.Status, p.Returned = debt.PaymentReversed, p.Amount
	f.Case.Paid(f.Account.Balance(), h.AnyPaid(p.ID))
	if err := tx.SavePayment(p); err != nil {
		return err
	}
	return tx.Book(b)
}

func TestBothFormsOfATwinLeaveTheSameRows(t *testing.T) {
	left := make([]map[string][]string, 2)
	for i := range left {
		url := storetest.Postgres(t)
		s := storetest.Open(t, store.Options{URL: url})
		if i == 1 {
			store.SetPortable(s)
		}
		if err := life(s); err != nil {
			t.Fatal(err)
		}
		verified(t, s)
		left[i] = rows(t, storetest.Raw(t, url))
	}
	for _, table := range []string{"debtors", "cases", "claims", "costs", "payments", "entries", "postings", "events", "feed_pending"} {
		if len(left[0][table]) == 0 {
			t.Errorf("%s is empty: the test compares nothing", table)
		}
	}
	if diff := cmp.Diff(left[0], left[1]); diff != "" {
		t.Errorf("PostgreSQL form (-), portable form (+):\n%s", diff)
	}
}

func TestBothFormsRefuseTheSame(t *testing.T) {
	open := func(t *testing.T, portable bool) *store.Store {
		s := storetest.Open(t, store.Options{URL: storetest.Postgres(t)})
		if portable {
			store.SetPortable(s)
		}
		return s
	}
	for name, s := range map[string]*store.Store{
		"postgres": open(t, false), "portable": open(t, true), "sqlite": storetest.Open(t, store.Options{URL: storetest.SQLite(t)}),
	} {
		t.Run(name, func(t *testing.T) {
			c := storetest.Creditor(t, s, "koeln")
			id := addFiles(t, s, c.ID, 1)[0]
			lost := func(change func(f *store.File) []ledger.Entry) error {
				return s.Write(ctx, c.ID, func(tx *store.Tx) error {
					f, err := tx.LockOne(id)
					if err != nil {
						return err
					}
					return tx.Book(store.Booking{File: f, Entries: change(f)})
				})
			}
			// A line that was not stored before its entry would be missing from the balance.
			err := lost(func(f *store.File) []ledger.Entry {
				return []ledger.Entry{f.Account.AddCost(debt.Cost{ID: store.NewID(), CaseID: id, Kind: debt.CourtCost, Amount: 1,
					IncurredOn: debt.MustDate("2026-04-01"), LegalGround: "GKG"}, stamp)}
			})
			if !isError(err, debt.Conflict, "changed_meanwhile") {
				t.Errorf("an entry on a cost that is not there: %v", err)
			}
			err = lost(func(f *store.File) []ledger.Entry { f.Case.Version--; return nil })
			if !isError(err, debt.Conflict, "changed_meanwhile") {
				t.Errorf("a stale version: %v", err)
			}
			verified(t, s)
		})
	}
}
