// Package expired finds and deletes what has been kept as long as it may be. How long that is
// debt/retention says; here is only what belongs to a class and since when.
package expired

import (
	"time"

	"quitt/debt"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/column"
)

// Overdue is what should be gone already.
type Overdue struct {
	Rows int
	From time.Time // the moment the period of the oldest began; zero for none
}

// rule is how a class is found and deleted, for one creditor. $1 is the creditor, $2 the
// moment before which a row must have begun, in each statement; $3 bounds the rows deleted.
type rule struct {
	since  string // the moment of a row
	from   string // what is overdue
	delete []string
	day    bool // since is a day
	until  bool // since is the moment its period ends, for whoever decides sets that
}

const endedGrants = `IN (SELECT id FROM access_grants WHERE creditor_id = $1 AND COALESCE(revoked_at, expires_at) < $2 ORDER BY id LIMIT $3)`

var rules = map[retention.Class]rule{
	retention.Sessions: {
		since: "opened_at", from: `FROM sessions WHERE owner_id = $1 AND opened_at < $2`,
		delete: []string{`DELETE FROM sessions WHERE id_hash IN (SELECT id_hash FROM sessions WHERE owner_id = $1 AND opened_at < $2 LIMIT $3)`},
	},
	retention.Searches: {
		since: "made_at", from: `FROM list_searches WHERE creditor_id = $1 AND made_at < $2`,
		delete: []string{`DELETE FROM list_searches WHERE creditor_id = $1 AND id IN (
			SELECT id FROM list_searches WHERE creditor_id = $1 AND made_at < $2 ORDER BY id LIMIT $3)`},
	},
	retention.OneTimeCodes: {
		since: "sent_at", from: `FROM one_time_codes WHERE creditor_id = $1 AND sent_at < $2`,
		delete: []string{`DELETE FROM one_time_codes WHERE creditor_id = $1 AND id IN (
			SELECT id FROM one_time_codes WHERE creditor_id = $1 AND sent_at < $2 ORDER BY id LIMIT $3)`},
	},
	// What a grant opens goes with it; the grant itself comes last and is counted.
	retention.Grants: {
		since: "COALESCE(revoked_at, expires_at)", from: `FROM access_grants WHERE creditor_id = $1 AND COALESCE(revoked_at, expires_at) < $2`,
		delete: []string{
			`DELETE FROM sessions WHERE owner_id = $1 AND grant_id ` + endedGrants,
			`DELETE FROM one_time_codes WHERE creditor_id = $1 AND grant_id ` + endedGrants,
			`DELETE FROM access_lookups WHERE owner_id = $1 AND grant_id ` + endedGrants,
			`DELETE FROM access_grants WHERE creditor_id = $1 AND id ` + endedGrants,
		},
	},
	retention.Looks: {
		since: "at", from: `FROM looks WHERE creditor_id = $1 AND at < $2`,
		delete: []string{`DELETE FROM looks WHERE creditor_id = $1 AND id IN (
			SELECT id FROM looks WHERE creditor_id = $1 AND at < $2 ORDER BY at, id LIMIT $3)`},
	},
	// What still waits is no leftover; the loops that send end it.
	retention.Messages: {
		since: "created_at", from: `FROM outbox WHERE creditor_id = $1 AND created_at < $2 AND state IN ('sent', 'failed', 'stopped', 'unknown')`,
		delete: []string{`DELETE FROM outbox WHERE creditor_id = $1 AND id IN (SELECT id FROM outbox WHERE creditor_id = $1 AND created_at < $2
			AND state IN ('sent', 'failed', 'stopped', 'unknown') ORDER BY id LIMIT $3)`},
	},
	retention.ProviderNotices: {
		since: "received_at", from: `FROM provider_notices WHERE owner_id = $1 AND received_at < $2 AND state IN ('done', 'ignored')`,
		delete: []string{`DELETE FROM provider_notices WHERE (provider, external_id, event) IN (
			SELECT provider, external_id, event FROM provider_notices
			 WHERE owner_id = $1 AND received_at < $2 AND state IN ('done', 'ignored') LIMIT $3)`},
	},
	retention.Requests: {
		since: "begun_at", from: `FROM api_requests WHERE creditor_id = $1 AND begun_at < $2`,
		delete: []string{`DELETE FROM api_requests WHERE creditor_id = $1 AND (key_id, name) IN (
			SELECT key_id, name FROM api_requests WHERE creditor_id = $1 AND begun_at < $2 LIMIT $3)`},
	},
	// The row stays: it is the log of the deletion. What is left of the content is noise without
	// the key; whoever prunes documents removes it.
	retention.Documents: {
		since: "keep_until", until: true, from: `FROM documents WHERE creditor_id = $1 AND keep_until <= $2 AND deleted_at IS NULL`,
		delete: []string{`UPDATE documents SET state = 'deleted', name = '', data_key = '', reason = 'time_over', deleted_at = $2 WHERE creditor_id = $1 AND id IN (
			SELECT id FROM documents WHERE creditor_id = $1 AND keep_until <= $2 AND deleted_at IS NULL ORDER BY id LIMIT $3)`},
	},
	// The row stays: it explains the letter's number. Letters of a case that is not closed are
	// still needed.
	retention.Letters: {
		since: "l.dated_on", day: true, from: `FROM letters l JOIN cases c ON c.creditor_id = l.creditor_id AND c.id = l.case_id
			WHERE l.creditor_id = $1 AND l.dated_on < $2 AND l.document <> '{}' AND c.stage = 'closed'`,
		delete: []string{`UPDATE letters SET document = '{}', text = '', country = '', document_sha256 = '` + noHash + `' WHERE creditor_id = $1 AND id IN (
			SELECT l.id FROM letters l JOIN cases c ON c.creditor_id = l.creditor_id AND c.id = l.case_id
			 WHERE l.creditor_id = $1 AND l.dated_on < $2 AND l.document <> '{}' AND c.stage = 'closed' ORDER BY l.id LIMIT $3)`},
	},
	// What a line of no case says; the row stays, and so does the fingerprint by which the same
	// file is known again. One that is in the books has a movement.
	retention.UnplacedLines: bankLines(`(move_id IS NOT NULL OR state ` + linesAtWork + `)`),
	retention.ForeignLines:  bankLines(`move_id IS NULL AND state NOT ` + linesAtWork),
	// These two are people, who are erased one by one (People).
	retention.RejectedCases: {since: "since", from: `FROM (` + rejectedSQL + `) people WHERE since < $2`},
	retention.ClosedCases:   {since: "since", from: `FROM (` + closedSQL + `) people WHERE since < $2`},
}

// linesAtWork are not in the books yet.
const linesAtWork = `IN ('staged', 'waiting', 'batch', 'unreturned')`

func bankLines(which string) rule {
	from := `FROM bank_lines WHERE creditor_id = $1 AND case_id IS NULL AND sealed <> '' AND booked_on < $2 AND ` + which
	return rule{since: "booked_on", day: true, from: from,
		delete: []string{`UPDATE bank_lines SET sealed = '', payer = '', end_to_end = '', mandate = '', version = version + 1
			WHERE creditor_id = $1 AND id IN (SELECT id ` + from + ` ORDER BY id LIMIT $3)`}}
}

const noHash = "0000000000000000000000000000000000000000000000000000000000000000"

// Since when a case has been closed, or rejected; people who are erased already are left out.
const (
	closedSQL = `SELECT c.id, (SELECT MAX(e.at) FROM events e WHERE e.creditor_id = c.creditor_id AND e.case_id = c.id AND e.type = 'case.closed') AS since
	  FROM cases c JOIN debtors d ON d.creditor_id = c.creditor_id AND d.id = c.debtor_id
	 WHERE c.creditor_id = $1 AND c.stage = 'closed' AND d.erased_at IS NULL`
	rejectedSQL = `SELECT c.id, (SELECT MAX(e.at) FROM events e WHERE e.creditor_id = c.creditor_id AND e.case_id = c.id AND e.type = 'case.rejected') AS since
	  FROM cases c JOIN debtors d ON d.creditor_id = c.creditor_id AND d.id = c.debtor_id
	 WHERE c.creditor_id = $1 AND c.review = 'rejected' AND d.erased_at IS NULL`
)

// Known reports whether a class is kept in these tables.
func Known(c retention.Class) bool { return rules[c].since != "" }

// before is the moment as the column has it: a day is compared with a day, an end with an end.
func (k rule) before(c retention.Class, at time.Time) any {
	switch {
	case k.day:
		return column.On(debt.DateIn(at, debt.Berlin))
	case k.until:
		return column.At(retention.Of(c).Due(at))
	}
	return column.At(at)
}

// Look counts what began before a moment and is still there.
func Look(r *store.Reader, c retention.Class, before time.Time) (Overdue, error) {
	k := rules[c]
	var row struct {
		N    int            `db:"n"`
		From column.Instant `db:"oldest"`
		Day  column.Day     `db:"oldest_day"`
	}
	name := "oldest"
	if k.day {
		name = "oldest_day"
	}
	err := r.Get(&row, `SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(`+k.since+`) AS `+name+` `+k.from, r.Creditor(), k.before(c, before))
	o := Overdue{row.N, row.From.Time}
	if k.day && !row.Day.IsZero() {
		o.From = row.Day.Time()
	}
	if k.until && !o.From.IsZero() {
		o.From = retention.Of(c).Before(o.From)
	}
	return o, err
}

// Delete deletes at most most rows that began before a moment and says how many.
func Delete(t *store.Tx, c retention.Class, before time.Time, most int) (n int64, err error) {
	k := rules[c]
	for _, query := range k.delete {
		if n, err = t.Exec(query, t.Creditor(), k.before(c, before), most); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// First is less than every id.
const First debt.ID = "00000000-0000-0000-0000-000000000000"

// Page asks for those that began before a moment, at most so many after a case.
type Page struct {
	Before time.Time
	After  debt.ID
	Most   int
}

// People lists cases of a class that is erased person by person.
func People(r *store.Reader, c retention.Class, p Page) (ids []debt.ID, err error) {
	k := rules[c]
	return ids, r.List(&ids, `SELECT id `+k.from+` AND id > $3 ORDER BY id LIMIT $4`, r.Creditor(), k.before(c, p.Before), p.After, p.Most)
}
