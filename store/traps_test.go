package store_test

import (
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

func TestInstantsAndDaysComeBackAsTheyWere(t *testing.T) {
	zone := time.FixedZone("far", -9*3600-1800)
	instants := []time.Time{
		time.Date(2026, 3, 29, 1, 59, 59, 999_999_999, zone), time.Date(2026, 10, 25, 0, 30, 0, 1_000, time.UTC),
		time.Date(2024, 2, 29, 23, 59, 59, 120_000_000, debt.Berlin), time.Date(2026, 1, 1, 0, 0, 0, 0, debt.Berlin),
	}
	days := []debt.Date{debt.MustDate("2024-02-29"), debt.MustDate("2026-03-29"), debt.MustDate("2026-10-25"), debt.MustDate("2026-12-31")}
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		db := storetest.Raw(t, url)
		if !strings.HasPrefix(url, "sqlite:") {
			if _, err := db.Exec(`DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET timezone = ''Pacific/Kiritimati'''; END $$`); err != nil {
				t.Fatal(err)
			}
			s = storetest.Open(t, store.Options{URL: url}) // new sessions
		}
		c := storetest.Creditor(t, s, "koeln")
		for i, at := range instants {
			f := storetest.File(c.ID, string(rune('a'+i)))
			f.File.Case.ReceivedAt = at
			f.Events[0].At = at
			f.File.Account.Claims[0].InvoicedOn = days[i]
			if err := s.Write(ctx, c.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }); err != nil {
				t.Fatal(err)
			}
			if err := s.Read(ctx, c.ID, func(r *store.Reader) error {
				got, err := r.LoadFile(f.File.Case.ID)
				if err != nil {
					return err
				}
				if want := at.UTC().Truncate(time.Microsecond); got.Case.ReceivedAt != want {
					t.Errorf("instant %v came back as %v", want, got.Case.ReceivedAt)
				}
				if got := got.Account.Claims[0].InvoicedOn; got != days[i] {
					t.Errorf("day %v came back as %v", days[i], got)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Join(column(t, db, `SELECT creditor_reference FROM cases ORDER BY received_at`), ""); got != "cdab" {
			t.Errorf("in the order of time: %s", got)
		}
		if _, err := s.Sequence(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		verified(t, s) // the hash chain covers the instants
	})
}

func TestTheSchemaRefusesWhatIsNoValue(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		db := storetest.Raw(t, url)
		a := tenant(t, s, db, "a")
		for _, statement := range []string{
			`UPDATE claims SET due_on = 'soon'`, `UPDATE claims SET due_on = '2026-02-31'`, `UPDATE claims SET due_on = '2026-13-01'`,
			`UPDATE claims SET due_on = '2025-02-29'`, `UPDATE cases SET received_at = 'then'`,
			`UPDATE cases SET received_at = '2026-02-30T10:00:00.000000Z'`, `UPDATE cases SET received_at = '2026-02-20T25:00:00.000000Z'`,
			`UPDATE claims SET business = '7x'`, `UPDATE claims SET business = 7`, `UPDATE payments SET amount_cents = 'much'`,
			`UPDATE payments SET amount_cents = 9223372036854775807 + amount_cents`, `UPDATE claims SET principal_cents = 9223372036854775807, open_cents = principal_cents + 9223372036854775807`,
			`UPDATE cases SET id = 'x'`, `UPDATE cases SET id = 'zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz'`, `UPDATE cases SET stage = 'lost'`,
			`UPDATE claims SET principal_cents = NULL`, `UPDATE claims SET principal_cents = 0`,
		} {
			if _, err := db.Exec(statement); err == nil {
				t.Errorf("took %s", statement)
			}
		}
		if _, err := db.Exec(`INSERT INTO counters (creditor_id, name, value) VALUES ($1, 'n', 9223372036854775807)`, a.creditor); err != nil {
			t.Fatal(err)
		}
		err := s.Write(ctx, debt.ID(a.creditor), func(tx *store.Tx) error { _, err := tx.Take("n", 1); return err })
		if err == nil {
			t.Error("a counter became a float")
		}
		verified(t, s)
	})
}

func TestTextThatOneEngineCannotStoreIsRefusedByBoth(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		for _, bad := range []string{"a\x00b", "\xff", "M\xfcller"} {
			for name, change := range map[string]func(f *store.NewFile){
				"reference": func(f *store.NewFile) { f.File.Case.CreditorReference = bad },
				"name":      func(f *store.NewFile) { f.Debtor.LastName = debt.Personal(bad) },
				"object":    func(f *store.NewFile) { f.File.Account.Claims[0].Object = bad },
				"event":     func(f *store.NewFile) { f.Events[0].Data = debt.Args{"x": []string{bad}} },
			} {
				f := storetest.File(c.ID, "R")
				change(&f)
				err := s.Write(ctx, c.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
				if !isError(err, debt.Invalid, "text_invalid") {
					t.Errorf("%s %q: %v", name, bad, err)
				}
			}
			err := s.Read(ctx, c.ID, func(r *store.Reader) error { _, err := r.FindCase(bad); return err })
			if !isError(err, debt.Invalid, "text_invalid") {
				t.Errorf("looking for %q: %v", bad, err)
			}
		}
		good := storetest.File(c.ID, "genuine \ufffd \\ufffd \\u0000 'quoted' \"\u2028")
		if err := s.Write(ctx, c.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{good}) }); err != nil {
			t.Error(err)
		}
		err := s.Read(ctx, c.ID, func(r *store.Reader) error {
			id, err := r.FindCase(good.File.Case.CreditorReference)
			if id != good.File.Case.ID {
				t.Errorf("found %q", id)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsNoIDIsNotFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		for _, bad := range []debt.ID{"", "x", "a,b", "{", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"} {
			if err := pay(s, c.ID, bad, "P"); !isError(err, debt.NotFound, "case_unknown") {
				t.Errorf("locking %q: %v", bad, err)
			}
			err := s.Read(ctx, c.ID, func(r *store.Reader) error { _, err := r.LoadFile(bad); return err })
			if !isError(err, debt.NotFound, "case_unknown") {
				t.Errorf("reading %q: %v", bad, err)
			}
		}
	})
}

// A plan with a forbidden scan looks immensely dear, and the server would compile it each time.
func TestAWritingTransactionIsNotCompiled(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.Postgres(t)})
	c := storetest.Creditor(t, s, "koeln")
	var jit []string
	if err := s.Write(ctx, c.ID, func(tx *store.Tx) error { return tx.List(&jit, `SELECT current_setting('jit')`) }); err != nil {
		t.Fatal(err)
	}
	if len(jit) != 1 || jit[0] != "off" {
		t.Errorf("jit is %v", jit)
	}
}
