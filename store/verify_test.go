package store_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/storetest"
)

// lived is a database with thirty cases, payments, back-dated ones and a reversal.
func lived(t *testing.T, s *store.Store) debt.ID {
	t.Helper()
	c := storetest.Creditor(t, s, "koeln")
	ids := addFiles(t, s, c.ID, 30)
	run := func(fn func(tx *store.Tx) error) {
		t.Helper()
		if err := s.Write(ctx, c.ID, fn); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []struct {
		amount debt.Cents
		on     string
		ids    []debt.ID
	}{{100_00, "2026-08-01", ids[:20]}, {50_00, "2026-06-01", ids[:10]}, {5000_00, "2026-10-01", ids[15:18]}} {
		run(func(tx *store.Tx) error { return payAll(tx, p.ids, paymentOn{p.amount, debt.MustDate(p.on), stamp}) })
	}
	run(func(tx *store.Tx) error { return takeBack(tx, ids[0], stamp) })
	run(func(tx *store.Tx) error {
		f, err := tx.LockOne(ids[1])
		if err != nil {
			return err
		}
		e := f.Account.AddCost(debt.Cost{ID: store.NewID(), CaseID: ids[1], Kind: debt.CourtCost, Amount: 36_00,
			IncurredOn: debt.MustDate("2026-09-01"), LegalGround: "GKG KV 1100"}, stamp)
		if err := tx.AddCost(f.Account.Costs[0]); err != nil {
			return err
		}
		f.Case.Paid(f.Account.Balance(), true)
		return tx.Book(store.Booking{File: f, Entries: []ledger.Entry{e}})
	})
	if _, err := s.Sequence(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	run(func(tx *store.Tx) error {
		return payAll(tx, ids[20:22], paymentOn{1_00, debt.MustDate("2026-08-01"), stamp})
	})
	return c.ID
}

// loosen takes every guard and constraint off a table, as someone with the file or the
// server in his hands can.
func loosen(t *testing.T, db *sql.DB, sqlite bool, table string) {
	t.Helper()
	statements := []string{"PRAGMA foreign_keys = OFF", "CREATE TABLE loose AS SELECT * FROM " + table,
		"DROP TABLE " + table, "ALTER TABLE loose RENAME TO " + table}
	if !sqlite {
		statements = column(t, db, `
			SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname) || ' CASCADE'
			  FROM pg_constraint WHERE conrelid = $1::regclass ORDER BY contype = 'p'`, table)
	}
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// One row each, chosen the same way on both engines.
const (
	aPayment  = `(SELECT MIN(CAST(id AS TEXT)) FROM entries WHERE kind = 'payment')`
	aReversal = `(SELECT MIN(CAST(id AS TEXT)) FROM entries WHERE kind = 'reversal')`
	anOpening = `(SELECT MIN(CAST(id AS TEXT)) FROM entries WHERE kind = 'claim_opened')`

	aPair = `UPDATE postings SET amount_cents = amount_cents + CASE line WHEN 1 THEN 7 ELSE -7 END WHERE line <= 2 AND CAST(entry_id AS TEXT) = `
)

var tamperings = []struct{ rule, table, statement string }{
	{"entry_zero", "postings", `UPDATE postings SET amount_cents = amount_cents + 1 WHERE line = 1 AND CAST(entry_id AS TEXT) = ` + aPayment},
	{"entry_zero", "postings", `DELETE FROM postings WHERE CAST(entry_id AS TEXT) = ` + anOpening},
	{"entry_zero", "entries", `INSERT INTO entries (creditor_id, id, kind, source, external_id, value_on, booked_at)
		SELECT creditor_id, creditor_id, 'k', 's', 'x', value_on, booked_at FROM entries WHERE CAST(id AS TEXT) = ` + aPayment},
	{"balance", "entries", `UPDATE entries SET case_id = NULL WHERE CAST(id AS TEXT) = ` + aPayment},
	{"correction", "postings", aPair + aReversal},
	{"correction", "entries", `UPDATE entries SET value_on = '2026-01-01' WHERE CAST(id AS TEXT) = ` + aReversal},
	{"correction", "entries", `UPDATE entries SET corrects = '019ab000-0000-7000-8000-000000000001' WHERE CAST(id AS TEXT) = ` + aReversal},
	{"balance", "claims", `UPDATE claims SET open_cents = open_cents + 1`},
	{"balance", "claims", `UPDATE claims SET open_interest_cents = open_interest_cents + 1`},
	{"balance", "costs", `UPDATE costs SET open_cents = open_cents - 1`},
	{"balance", "postings", aPair + anOpening},
	{"balance", "cases", `UPDATE cases SET overpaid_cents = overpaid_cents + 1`},
	{"negative", "claims", `UPDATE claims SET open_cents = -1`},
	{"accrued", "claims", `UPDATE claims SET accrued_to = '2026-03-18'`},
	{"last_value", "cases", `UPDATE cases SET last_value_on = '2026-11-11'`},
	{"payment_once", "payments", `UPDATE payments SET status = 'failed' WHERE status = 'succeeded'`},
	{"payment_once", "payments", `DELETE FROM payments`},
	{"payment_once", "payments", `UPDATE payments SET case_id = (SELECT MAX(CAST(case_id AS TEXT)) FROM payments) WHERE 1 = 1`},
	{"allocation", "payments", `UPDATE payments SET amount_cents = amount_cents + 1`},
	{"interest", "claims", `UPDATE claims SET interest_surcharge = 900`},
	{"interest", "claims", `UPDATE claims SET default_from = '2026-03-25'`},
	{"case_balance", "cases", `UPDATE cases SET principal_cents = principal_cents + 1`},
	{"payment_axis", "cases", `UPDATE cases SET payment = 'paid' WHERE payment = 'part_paid'`},
	{"event_numbers", "events", `DELETE FROM events WHERE seq = 1`},
	{"event_numbers", "cases", `UPDATE cases SET event_count = event_count + 1`},
	{"event_numbers", "events", `UPDATE events SET seq = seq + 1 WHERE seq = 2`},
	{"provider_clearing", "postings", `UPDATE postings SET provider = 'elsewhere' WHERE provider <> '' AND CAST(entry_id AS TEXT) = ` + aReversal},
	{"provider_clearing", "entries", `DELETE FROM entries WHERE kind = 'reversal'`},
	{"booked_twice", "entries", `UPDATE entries SET source = 's', external_id = 'x' WHERE kind = 'claim_opened'`},
	{"feed_gap", "feed", `UPDATE feed SET seq = seq + 1 WHERE seq > 5`},
	{"feed_gap", "feed", `DELETE FROM feed WHERE seq = 5`},
	{"feed_chain", "events", `UPDATE events SET data = '{"amount_cents":2}' WHERE seq = 1`},
	{"feed_chain", "events", `UPDATE events SET at = '2026-11-22T11:00:00.000001Z' WHERE seq = 1`},
	{"feed_chain", "feed", `UPDATE feed SET hash = '0' WHERE seq = 5`},
	{"feed_head", "feed", `DELETE FROM feed WHERE seq = (SELECT MAX(seq) FROM feed)`},
	{"feed_head", "feed_heads", `UPDATE feed_heads SET hash = 'x'`},
	{"feed_once", "feed_pending", `DELETE FROM feed_pending`},
	{"feed_once", "feed_pending", `INSERT INTO feed_pending (creditor_id, event_id) SELECT creditor_id, event_id FROM feed WHERE seq = 5`},
	{"feed_once", "feed", `UPDATE feed SET event_id = (SELECT event_id FROM feed WHERE seq = 4) WHERE seq = 5`},
	{"feed_once", "events", `DELETE FROM events WHERE id IN (SELECT event_id FROM feed_pending)`},
}

// rulesFound verifies and gives the rules that were broken.
func rulesFound(t *testing.T, s *store.Store) []string {
	t.Helper()
	var rules []string
	if _, err := s.Verify(ctx, func(f store.Finding) bool {
		rules = append(rules, f.Rule)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}

func TestVerifyFindsNothingInAnHonestLedger(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		lived(t, s)
		tally := verified(t, s)
		if tally.Cases != 30 || tally.Payments != 35 || tally.Pending != 2 || tally.Events != 65 {
			t.Errorf("tally %+v", tally)
		}
	})
}

func TestVerifyFindsEveryTampering(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url, Unprepared: true})
		lived(t, s)
		db := storetest.Raw(t, url)
		db.SetMaxOpenConns(1) // the pragma belongs to one connection
		exec := func(statement string) sql.Result {
			t.Helper()
			res, err := db.Exec(statement)
			if err != nil {
				t.Fatal(statement, err)
			}
			return res
		}
		sqlite := strings.HasPrefix(url, "sqlite:")
		for _, table := range []string{"entries", "postings", "events", "feed", "feed_pending", "feed_heads", "payments", "claims", "costs", "cases"} {
			loosen(t, db, sqlite, table)
			exec("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
		}
		for _, c := range tamperings {
			statement := c.statement
			if !sqlite { // ids are compared as text above
				statement = strings.Replace(statement, "SET case_id = (SELECT MAX(CAST(case_id AS TEXT))", "SET case_id = (SELECT CAST(MAX(CAST(case_id AS TEXT)) AS UUID)", 1)
			}
			if n, err := exec(statement).RowsAffected(); n == 0 || err != nil {
				t.Errorf("%s changed nothing, %v", statement, err)
			}
			if rules := rulesFound(t, s); !slices.Contains(rules, c.rule) {
				t.Errorf("%s: found %v after %s", c.rule, rules, statement)
			}
			exec("DELETE FROM " + c.table)
			exec("INSERT INTO " + c.table + " SELECT * FROM kept_" + c.table)
		}
		verified(t, s)
	})
}
