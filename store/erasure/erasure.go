// Package erasure finds everything that is kept about a person and ends it: the key, without
// which nothing sealed opens, and then the rows themselves. What books need stays: amounts,
// days, ids, references and the events, which never named anybody.
package erasure

import (
	"time"

	"quitt/debt"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// Subject is a person and all cases about him.
type Subject struct {
	Debtor debt.ID
	Erased bool // already
	Cases  []Case
}

// Case is a case of a person with what decides whether it may be forgotten.
type Case struct {
	ID debt.ID

	retention.Standing
}

const (
	debtorSQL = `
	SELECT d.id, d.erased_at FROM cases c JOIN debtors d ON d.creditor_id = c.creditor_id AND d.id = c.debtor_id
	 WHERE c.creditor_id = $1 AND c.id = $2`

	// Money is under way while an order to a provider is open, a payment has not ended, or a
	// refund has been asked for that nobody knows the outcome of.
	casesSQL = `
	SELECT c.id, c.review, c.stage,
	       (SELECT MAX(e.at) FROM events e WHERE e.creditor_id = c.creditor_id AND e.case_id = c.id AND e.type = 'case.closed') AS closed_at,
	       (SELECT CAST(COUNT(*) AS BIGINT) FROM attempts a WHERE a.creditor_id = c.creditor_id AND a.case_id = c.id AND a.open)
	     + (SELECT CAST(COUNT(*) AS BIGINT) FROM payments p WHERE p.creditor_id = c.creditor_id AND p.case_id = c.id
	           AND p.status IN ('created', 'started', 'in_flight', 'unknown'))
	     + (SELECT CAST(COUNT(*) AS BIGINT) FROM refunds r WHERE r.creditor_id = c.creditor_id AND r.case_id = c.id
	           AND r.state IN ('created', 'unknown')) AS moving
	  FROM cases c WHERE c.creditor_id = $1 AND c.debtor_id = $2 ORDER BY c.id`
)

// Find gives the person a case is about, or NotFound "case_unknown".
func Find(r *store.Reader, caseID debt.ID) (Subject, error) {
	var row struct {
		ID       debt.ID        `db:"id"`
		ErasedAt column.Instant `db:"erased_at"`
	}
	if err := r.Get(&row, debtorSQL, r.Creditor(), caseID); err != nil {
		return Subject{}, store.Missing(err, "case_unknown")
	}
	var list []struct {
		ID       debt.ID        `db:"id"`
		Review   debt.Review    `db:"review"`
		Stage    debt.Stage     `db:"stage"`
		ClosedAt column.Instant `db:"closed_at"`
		Moving   int64          `db:"moving"`
	}
	s := Subject{Debtor: row.ID, Erased: !row.ErasedAt.IsZero()}
	err := r.List(&list, casesSQL, r.Creditor(), row.ID)
	for _, c := range list {
		s.Cases = append(s.Cases, Case{c.ID, retention.Standing{Rejected: c.Review == debt.ReviewRejected,
			Closed: c.Stage == debt.StageClosed, ClosedAt: c.ClosedAt.Time, Moving: c.Moving > 0}})
	}
	return s, err
}

const (
	keySQL    = `DELETE FROM person_keys WHERE creditor_id = $1 AND debtor_id = $2`
	forgetSQL = `
	UPDATE debtors SET (` + person.Columns + `) = (` + person.NoOne + `), sealed = '', who_mark = '', state = '', preferred_channel = '', preferred_language = '',
	       erased_at = $3 WHERE creditor_id = $1 AND id = $2`
)

// gone stands where a text must not be empty; noHash where a hash must have its length.
const (
	gone   = "erased"
	noHash = "'0000000000000000000000000000000000000000000000000000000000000000'"
)

// ofCase ends what is kept about one case, in this order for the foreign keys. A reference of
// the creditor, an invoice's number and ids at a provider stay: vouchers are found by them.
// Words a person may have typed go. The hash of the hand-over goes: the same row handed over
// again must be told from what was never here. $1 is the creditor, $2 the case.
var ofCase = []string{
	`DELETE FROM search_marks WHERE creditor_id = $1 AND case_id = $2`,
	`DELETE FROM outbox WHERE creditor_id = $1 AND case_id = $2`,
	`DELETE FROM sessions WHERE owner_id = $1 AND case_id = $2`,
	`DELETE FROM representative_sessions WHERE owner_id = $1 AND authority_id IN (SELECT id FROM authorities WHERE creditor_id = $1 AND case_id = $2)`,
	`DELETE FROM representative_places WHERE owner_id = $1 AND authority_id IN (SELECT id FROM authorities WHERE creditor_id = $1 AND case_id = $2)`,
	`UPDATE authorities SET sealed = '' WHERE creditor_id = $1 AND case_id = $2`,
	`DELETE FROM one_time_codes WHERE creditor_id = $1 AND grant_id IN (SELECT id FROM access_grants WHERE creditor_id = $1 AND case_id = $2)`,
	`DELETE FROM access_lookups WHERE owner_id = $1 AND grant_id IN (SELECT id FROM access_grants WHERE creditor_id = $1 AND case_id = $2)`,
	`DELETE FROM access_grants WHERE creditor_id = $1 AND case_id = $2`,
	`DELETE FROM payment_notes WHERE creditor_id = $1 AND payment_id IN (SELECT id FROM payments WHERE creditor_id = $1 AND case_id = $2)`,
	`UPDATE letters SET document = '{}', text = '', document_sha256 = ` + noHash + `, pdf_sha256 = ` + noHash + `, country = ''
	  WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE plan_papers SET document = '{}', sha256 = ` + noHash + ` WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE plan_rounds SET note = '', affordable_cents = NULL WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE attempts SET shown = '{}', customer_id = '', url = '' WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE mandates SET sealed = '' WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE instruments SET external_id = CAST(id AS TEXT), customer_id = '', mandate_id = '', last4 = '', brand = '', state = 'dead'
	  WHERE creditor_id = $1 AND case_id = $2`,
	`DELETE FROM bank_signs WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE bank_lines SET sealed = '', payer = '', end_to_end = '', mandate = '' WHERE creditor_id = $1 AND (case_id = $2
	     OR id IN (SELECT line_id FROM bank_parts WHERE creditor_id = $1 AND case_id = $2)
	     OR move_id IN (SELECT id FROM moves WHERE creditor_id = $1 AND case_id = $2))`,
	`UPDATE claims SET object = '` + gone + `' WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE costs SET note = '' WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE payments SET note = '' WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE holds SET reason = '` + gone + `' WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE tasks SET reason = '' WHERE creditor_id = $1 AND case_id = $2`,
	`DELETE FROM notes WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE messages SET text = '' WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE requests SET text = '' WHERE creditor_id = $1 AND case_id = $2`,
	`DELETE FROM contact_changes WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE objections SET answers = '', words = '', reason = '' WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE proofs SET target = '', words = '', reason = '' WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE situations SET details = '', words = '', reason = '' WHERE creditor_id = $1 AND case_id = $2`,
	// The row is the log of the deletion. Content is removed before; of a file that came in
	// between, whoever prunes documents finds it.
	`UPDATE documents SET state = 'deleted', name = '', data_key = '', sha256 = ` + noHash + `, deleted_at = COALESCE(deleted_at, uploaded_at),
	       reason = CASE WHEN deleted_at IS NULL THEN '` + gone + `' ELSE reason END WHERE creditor_id = $1 AND case_id = $2`,
	`UPDATE cases SET content_hash = '' WHERE creditor_id = $1 AND id = $2`,
}

// Erase ends what is kept about a person. The cases must be locked and get an event each:
// pages of a case are kept until its version changes. Twice does no harm.
func Erase(t *store.Tx, s Subject, at time.Time) error {
	if _, err := t.Exec(keySQL, t.Creditor(), s.Debtor); err != nil {
		return err
	}
	if _, err := t.Exec(forgetSQL, t.Creditor(), s.Debtor, column.At(at)); err != nil {
		return err
	}
	for _, c := range s.Cases {
		for _, query := range ofCase {
			if _, err := t.Exec(query, t.Creditor(), c.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// IDs lists the cases of a person.
func (s Subject) IDs() (ids []debt.ID) {
	for _, c := range s.Cases {
		ids = append(ids, c.ID)
	}
	return ids
}
