package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"quitt/debt"
	"quitt/debt/ledger"
)

// Finding is a broken invariant: what, where, and the figures that disagree. It names
// files, never persons.
type Finding struct {
	Creditor string `json:"creditor"`
	File     string `json:"file,omitempty"`
	Rule     string `json:"rule"`
	Detail   string `json:"detail"`
}

// Tally counts what was verified.
type Tally struct {
	Creditors int   `json:"creditors"`
	Cases     int   `json:"cases"`
	Entries   int   `json:"entries"`
	Postings  int   `json:"postings"`
	Payments  int   `json:"payments"`
	Events    int64 `json:"events"`
	Pending   int64 `json:"pending_events"` // not in the feed yet
}

// verifyPage is how many cases are held in memory at once.
const verifyPage = knownPage

// Verify recomputes every balance from postings and checks every invariant of the ledger,
// the event log and the feed's hash chain, one creditor per snapshot, in constant memory.
// report gets each finding; it returns false to stop.
func (s *Store) Verify(ctx context.Context, report func(Finding) bool) (Tally, error) {
	var creditors []debt.Creditor
	err := s.Read(ctx, "", func(r *Reader) (err error) {
		creditors, err = r.Creditors()
		return err
	})
	if err != nil {
		return Tally{}, err
	}
	v := &verifier{report: report}
	for _, c := range creditors {
		v.creditor = c.Code
		if err := s.Read(ctx, c.ID, v.verify); err != nil {
			return v.tally, err
		}
		if v.stopped {
			break
		}
		v.tally.Creditors++
	}
	return v.tally, nil
}

type verifier struct {
	creditor string
	report   func(Finding) bool
	stopped  bool
	tally    Tally
	clearing map[string]debt.Cents // provider account → what should be there
}

func (v *verifier) find(file, rule, format string, args ...any) {
	if !v.stopped {
		v.stopped = !v.report(Finding{v.creditor, file, rule, fmt.Sprintf(format, args...)})
	}
}

func (v *verifier) verify(r *Reader) error {
	v.clearing = map[string]debt.Cents{}
	var after debt.ID
	for !v.stopped {
		page, err := r.verifyPage(after)
		if err != nil {
			return err
		}
		if len(page.files) == 0 {
			break
		}
		for _, f := range page.files {
			v.file(f, page)
		}
		after = page.files[len(page.files)-1].Case.ID
	}
	for _, check := range []func(*Reader) error{v.strays, v.caseless, v.providers, v.keys, v.feed} {
		if v.stopped {
			return nil
		}
		if err := check(r); err != nil {
			return err
		}
	}
	return nil
}

// file checks one case: its history in itself, the stored balances and its events.
func (v *verifier) file(f *File, page verifyRows) {
	ref, a := f.Case.FileReference, f.Account
	h := ledger.History{CaseID: f.Case.ID, Settings: a.Settings, Rests: a.Rests,
		Payments: page.payments[f.Case.ID], Entries: page.entries[f.Case.ID]}
	for _, c := range a.Claims {
		h.Claims = append(h.Claims, c.Claim)
	}
	for _, c := range a.Costs {
		h.Costs = append(h.Costs, c.Cost)
	}
	for _, p := range h.Check(a) {
		v.find(ref, p.Rule, "%s", p.Detail)
	}
	if stored := a.Balance(); stored != f.balance {
		v.find(ref, "case_balance", "the case says %+v, its lines %+v", f.balance, stored)
	}
	axis := f.Case
	if axis.Paid(f.balance, h.AnyPaid("")); axis.Payment != f.Case.Payment {
		v.find(ref, "payment_axis", "the case says %s, its ledger %s", f.Case.Payment, axis.Payment)
	}
	e := page.events[f.Case.ID]
	if e.Count != f.events || e.Count > 0 && (e.First != 1 || e.Last != e.Count) {
		v.find(ref, "event_numbers", "%d events from %d to %d, the case says %d", e.Count, e.First, e.Last, f.events)
	}
	for _, entry := range h.Effective() {
		for _, p := range entry.Postings {
			if p.Provider != "" && entry.Kind == ledger.PaymentEntry {
				v.clearing[p.Provider] += p.Amount
			}
		}
	}
	v.tally.Cases++
	v.tally.Entries += len(h.Entries)
	v.tally.Payments += len(h.Payments)
	v.tally.Events += e.Count
	for _, entry := range h.Entries {
		v.tally.Postings += len(entry.Postings)
	}
}

const caselessSQL = `
	SELECT e.id, CAST(COALESCE(SUM(p.amount_cents), 0) AS BIGINT) AS amount FROM entries e
	  LEFT JOIN postings p ON p.creditor_id = e.creditor_id AND p.entry_id = e.id
	 WHERE e.creditor_id = $1 AND e.case_id IS NULL
	 GROUP BY e.id HAVING COUNT(p.line) < 2 OR SUM(p.amount_cents) <> 0`

// caseless checks the entries no case's history shows.
func (v *verifier) caseless(r *Reader) error {
	var rows []struct {
		ID     debt.ID    `db:"id"`
		Amount debt.Cents `db:"amount"`
	}
	err := r.List(&rows, caselessSQL, r.creditor)
	for _, row := range rows {
		v.find("", "entry_zero", "entry %s of no case has too few lines or does not sum to zero: %s", row.ID, row.Amount)
	}
	return err
}

const (
	providerSQL = `
		SELECT provider, CAST(SUM(amount_cents) AS BIGINT) AS amount FROM postings
		 WHERE creditor_id = $1 AND account = 'clearing' AND entry_id NOT IN (SELECT id FROM entries WHERE creditor_id = $1 AND kind = 'remittance') GROUP BY provider`

	// What a provider says has moved through its accounts, in and out.
	movedSQL = `
		SELECT a.provider || ':' || a.external_id AS provider, CAST(SUM(CASE
		       WHEN m.kind IN ('paid', 'refund_failed', 'reinstated', 'payout_failed', 'other') THEN m.amount_cents
		       ELSE -m.amount_cents END) AS BIGINT) AS amount
		  FROM moves m JOIN provider_accounts a ON a.creditor_id = m.creditor_id AND a.id = m.account_id
		 WHERE m.creditor_id = $1 AND m.state IN ('booked', 'suspended', 'placed') AND m.currency = 'EUR'
		 GROUP BY a.provider, a.external_id`
)

// providers checks that what lies with each provider is what came in through it less what
// went out: by its own movements, or, on rails without any, by the payments.
func (v *verifier) providers(r *Reader) error {
	type sum struct {
		Provider string     `db:"provider"`
		Amount   debt.Cents `db:"amount"`
	}
	var rows, moved []sum
	if err := r.List(&moved, movedSQL, r.creditor); err != nil {
		return err
	}
	for _, row := range moved {
		v.clearing[row.Provider] = row.Amount
	}
	if err := r.List(&rows, providerSQL, r.creditor); err != nil {
		return err
	}
	for _, row := range rows {
		if row.Amount != v.clearing[row.Provider] {
			v.find("", "provider_clearing", "%s holds %s by postings, %s by payments", row.Provider, row.Amount, v.clearing[row.Provider])
		}
		delete(v.clearing, row.Provider)
	}
	for provider, amount := range v.clearing {
		if amount != 0 {
			v.find("", "provider_clearing", "%s holds nothing by postings, %s by payments", provider, amount)
		}
	}
	return nil
}

// Rows that point at nothing. The schema has no foreign keys between the append-only
// tables (migrations/0001), so they are looked for here.
var strayRows = []struct{ table, query string }{
	{"postings", `SELECT CAST(COUNT(*) AS BIGINT) FROM postings p
		LEFT JOIN entries e ON e.creditor_id = p.creditor_id AND e.id = p.entry_id
		WHERE p.creditor_id = $1 AND e.id IS NULL`},
	{"entries", `SELECT CAST(COUNT(*) AS BIGINT) FROM entries e
		LEFT JOIN payments p ON p.creditor_id = e.creditor_id AND p.id = e.payment_id AND p.case_id = e.case_id
		WHERE e.creditor_id = $1 AND e.payment_id IS NOT NULL AND p.id IS NULL`},
	{"entries that correct", `SELECT CAST(COUNT(*) AS BIGINT) FROM entries e
		LEFT JOIN entries o ON o.creditor_id = e.creditor_id AND o.id = e.corrects
		WHERE e.creditor_id = $1 AND e.corrects IS NOT NULL AND o.id IS NULL`},
	{"events", `SELECT CAST(COUNT(*) AS BIGINT) FROM events e
		LEFT JOIN cases c ON c.creditor_id = e.creditor_id AND c.id = e.case_id
		WHERE e.creditor_id = $1 AND c.id IS NULL`},
}

func (v *verifier) strays(r *Reader) error {
	for _, s := range strayRows {
		var n int64
		if err := r.Get(&n, s.query, r.creditor); err != nil {
			return err
		}
		if n > 0 {
			v.find("", "stray", "%d rows of %s point at nothing", n, s.table)
		}
	}
	return nil
}

const doubleKeysSQL = `
	SELECT source, external_id, kind, COUNT(*) AS n FROM entries
	 WHERE creditor_id = $1 GROUP BY source, external_id, kind HAVING COUNT(*) > 1`

// keys checks that every external fact had one effect; the unique index promises it, a
// damaged index would not.
func (v *verifier) keys(r *Reader) error {
	return r.Each(func(rows *sqlx.Rows) error {
		var row struct {
			Source     string `db:"source"`
			ExternalID string `db:"external_id"`
			Kind       string `db:"kind"`
			N          int    `db:"n"`
		}
		if err := rows.StructScan(&row); err != nil {
			return err
		}
		v.find("", "booked_twice", "%s %s of %s is booked %d times", row.Kind, row.ExternalID, row.Source, row.N)
		return nil
	}, doubleKeysSQL, r.creditor)
}

const (
	feedSQL = `
		SELECT f.seq AS feed_seq, f.hash, e.id, e.case_id, e.seq, e.type, e.at, e.actor_kind, e.actor_id, e.data, e.schema
		  FROM feed f JOIN events e ON e.creditor_id = f.creditor_id AND e.id = f.event_id
		 WHERE f.creditor_id = $1 ORDER BY f.seq`

	headSQL = `SELECT seq, hash FROM feed_heads WHERE creditor_id = $1`

	// Events that are not in exactly one of feed and feed_pending.
	strayEventsSQL = `
		SELECT CAST(COUNT(*) AS BIGINT) AS n FROM events e
		  LEFT JOIN feed f ON f.creditor_id = e.creditor_id AND f.event_id = e.id
		  LEFT JOIN feed_pending p ON p.creditor_id = e.creditor_id AND p.event_id = e.id
		 WHERE e.creditor_id = $1 AND (f.event_id IS NULL) = (p.event_id IS NULL)`

	// What waits for a place in the feed and is no event.
	strayPendingSQL = `
		SELECT CAST(COUNT(*) AS BIGINT) AS n FROM feed_pending p
		  LEFT JOIN events e ON e.creditor_id = p.creditor_id AND e.id = p.event_id
		 WHERE p.creditor_id = $1 AND e.id IS NULL`

	pendingCountSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n FROM feed_pending WHERE creditor_id = $1`
)

// feed recomputes the hash chain and checks that every event is in the feed exactly once
// or waiting for its place.
func (v *verifier) feed(r *Reader) error {
	var last struct {
		Seq  int64  `db:"seq"`
		Hash string `db:"hash"`
	}
	err := r.Each(func(rows *sqlx.Rows) error {
		var row struct {
			FeedSeq int64  `db:"feed_seq"`
			Hash    string `db:"hash"`
			eventRow
		}
		if err := rows.StructScan(&row); err != nil {
			return err
		}
		if row.FeedSeq != last.Seq+1 {
			v.find("", "feed_gap", "number %d follows %d", row.FeedSeq, last.Seq)
		}
		if want := chain(last.Hash, row.FeedSeq, row.eventRow); want != row.Hash {
			v.find("", "feed_chain", "the hash of number %d does not match its event", row.FeedSeq)
		}
		last.Seq, last.Hash = row.FeedSeq, row.Hash
		return nil
	}, feedSQL, r.creditor)
	if err != nil {
		return err
	}
	head := last
	if err := r.Get(&head, headSQL, r.creditor); err != nil {
		return err
	}
	if head != last {
		v.find("", "feed_head", "the head says number %d, the feed ends with %d", head.Seq, last.Seq)
	}
	var stray, lost, pending int64
	if err := r.Get(&stray, strayEventsSQL, r.creditor); err != nil {
		return err
	}
	if err := r.Get(&lost, strayPendingSQL, r.creditor); err != nil {
		return err
	}
	if stray += lost; stray > 0 {
		v.find("", "feed_once", "%d events are not in the feed exactly once", stray)
	}
	err = r.Get(&pending, pendingCountSQL, r.creditor)
	v.tally.Pending += pending
	return err
}
