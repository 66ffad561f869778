package documents

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

const (
	waitingSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(uploaded_at) AS oldest FROM documents WHERE creditor_id = $1 AND state = 'quarantine'`
	releaseSQL = `UPDATE documents SET state = $3, preview = $4, preview_kind = $5, reason = $6 WHERE creditor_id = $1 AND id = $2
		AND state = 'quarantine'`
	deleteSQL = `UPDATE documents SET state = 'deleted', name = '', data_key = '', deleted_at = $3, reason = $4
		WHERE creditor_id = $1 AND id = $2 AND deleted_at IS NULL`
	emptySQL = `UPDATE documents SET blob = '', preview = '' WHERE creditor_id = $1 AND id = $2 AND deleted_at IS NOT NULL`
	blobsSQL = `SELECT blob AS name FROM documents WHERE creditor_id = $1 AND blob <> '' UNION ALL SELECT preview AS name FROM documents WHERE creditor_id = $1 AND preview <> ''`
)

var (
	quarantinedSQL = selectSQL + `AND state = 'quarantine' ORDER BY uploaded_at, id LIMIT $2`
	dueSQL         = selectSQL + `AND keep_until <= $2 AND deleted_at IS NULL AND (subject_kind NOT IN ('message', 'internal') OR case_id IN
		(SELECT c.id FROM cases c WHERE c.creditor_id = $1 AND c.stage = 'closed')) ORDER BY id LIMIT $3`
	undatedSQL = `SELECT DISTINCT d.case_id FROM documents d JOIN cases c ON c.creditor_id = d.creditor_id AND c.id = d.case_id
		WHERE d.creditor_id = $1 AND d.subject_kind IN ('message', 'internal') AND d.deleted_at IS NULL AND (c.stage = 'closed') = (d.keep_until IS NULL)
		ORDER BY d.case_id LIMIT $2`
	dateSQL  = `UPDATE documents SET keep_until = $3 WHERE creditor_id = $1 AND case_id = $2 AND subject_kind IN ('message', 'internal') AND deleted_at IS NULL`
	staleSQL = selectSQL + `AND subject_kind = '' AND uploaded_at <= $2 AND deleted_at IS NULL ORDER BY id LIMIT $3`
	goneSQL  = selectSQL + `AND deleted_at IS NOT NULL AND blob <> '' ORDER BY id LIMIT $2`
)

// Quarantined gives what waits for the scan, the oldest first.
func Quarantined(r *store.Reader, most int) ([]Document, error) {
	return list(r, quarantinedSQL, r.Creditor(), most)
}

// Waiting tells how many documents wait for the scan, and since when.
func Waiting(r *store.Reader) (n int, oldest time.Time, err error) {
	var found struct {
		N      int            `db:"n"`
		Oldest column.Instant `db:"oldest"`
	}
	err = r.Get(&found, waitingSQL, r.Creditor())
	return found.N, found.Oldest.Time, err
}

// Release takes a document out of quarantine, with its preview; reason is what a scanner called
// what it found. One that has left already stays as it is.
func Release(t *store.Tx, d Document) error {
	_, err := t.Exec(releaseSQL, t.Creditor(), d.ID, string(d.State), d.Preview, string(d.PreviewKind), d.Reason)
	return err
}

// Due gives documents that need not be kept any longer.
func Due(r *store.Reader, now time.Time, most int) ([]Document, error) {
	return list(r, dueSQL, r.Creditor(), column.At(now), most)
}

// Undated gives cases with documents of messages, or internal ones, whose time does not fit: it runs from the day
// their case was closed, and while that is open there is none.
func Undated(r *store.Reader, most int) (cases []debt.ID, err error) {
	return cases, r.List(&cases, undatedSQL, r.Creditor(), most)
}

// KeepMessages sets until when the documents of all messages of a case, and internal ones, are kept; the zero time
// keeps them. The case must be locked.
func KeepMessages(t *store.Tx, caseID debt.ID, until time.Time) error {
	_, err := t.Exec(dateSQL, t.Creditor(), caseID, column.At(until))
	return err
}

// Forgotten gives documents handed in before a time that belong to nothing.
func Forgotten(r *store.Reader, before time.Time, most int) ([]Document, error) {
	return list(r, staleSQL, r.Creditor(), column.At(before), most)
}

// Delete forgets a document: its name, and its key, without which its content is noise. What
// is left of the content is removed after the commit, by whoever works through Gone.
func Delete(t *store.Tx, d Document, reason string, now time.Time) error {
	t.News()
	_, err := t.Exec(deleteSQL, t.Creditor(), d.ID, column.At(now), reason)
	return err
}

// Gone gives deleted documents whose content has not been removed yet.
func Gone(r *store.Reader, most int) ([]Document, error) { return list(r, goneSQL, r.Creditor(), most) }

// Emptied notes that a deleted document's content is removed.
func Emptied(t *store.Tx, id debt.ID) error {
	_, err := t.Exec(emptySQL, t.Creditor(), id)
	return err
}

// Blobs names all content a creditor's documents have.
func Blobs(r *store.Reader) (map[string]bool, error) {
	var names []string
	if err := r.List(&names, blobsSQL, r.Creditor()); err != nil {
		return nil, err
	}
	all := make(map[string]bool, len(names))
	for _, name := range names {
		all[name] = true
	}
	return all, nil
}
