// Package programs keeps what programs of creditors need beside the things they work on: how
// a request with an Idempotency-Key was answered, and the place of a case in a list.
package programs

import (
	"context"
	"slices"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
	"quitt/store/once"
)

// Request is one that carried an Idempotency-Key.
type Request struct {
	Key         debt.ID // of the program
	Name        string  // the Idempotency-Key
	Fingerprint string  // of what was sent, 64 hex digits
	Run         debt.ID // of whoever works on it
	BegunAt     time.Time
	Status      int // of its answer; 0 while it is being worked on, and effect once it has changed something
	Body        string
}

// How long an answer is remembered, and how long a run may take before it counts as dead:
// longer than the server lets any request work.
const (
	Remembered = 24 * time.Hour
	lease      = 2 * time.Minute
)

// effect is the status of a request that has taken effect and was not answered yet.
const effect = 1

type row struct {
	Fingerprint string         `db:"fingerprint"`
	Run         debt.ID        `db:"run"`
	BegunAt     column.Instant `db:"begun_at"`
	Status      int            `db:"status"`
	Body        string         `db:"body"`
}

const (
	// A row that is remembered no more, or whose run is dead, is taken over in place: of two
	// that come at once only one changes it.
	beginSQL = `
		INSERT INTO api_requests (creditor_id, key_id, name, fingerprint, run, begun_at, status, body) VALUES ($1, $2, $3, $4, $5, $6, 0, '')
		ON CONFLICT (creditor_id, key_id, name) DO UPDATE
		   SET fingerprint = excluded.fingerprint, run = excluded.run, begun_at = excluded.begun_at, status = 0, body = ''
		 WHERE api_requests.begun_at <= $7 OR api_requests.status = 0 AND api_requests.begun_at <= $8 AND api_requests.fingerprint = excluded.fingerprint`

	loadSQL = `SELECT fingerprint, run, begun_at, status, body FROM api_requests WHERE creditor_id = $1 AND key_id = $2 AND name = $3`

	effectSQL = `UPDATE api_requests SET status = 1 WHERE creditor_id = $1 AND key_id = $2 AND name = $3 AND run = $4 AND status <= 1`

	endSQL = `UPDATE api_requests SET status = $5, body = $6 WHERE creditor_id = $1 AND key_id = $2 AND name = $3 AND run = $4`

	dropSQL = `DELETE FROM api_requests WHERE creditor_id = $1 AND key_id = $2 AND name = $3 AND run = $4 AND status <= 1`
)

// Begin claims the name of a request for its run. mine says that nobody has used it; otherwise
// known is how it was answered, or Conflict "api_in_progress" while another works on it, Conflict
// "api_answer_lost" where that one died after it had taken effect, or Invalid "api_key_reused" if
// something else was sent under it.
func Begin(t *store.Tx, q Request) (known Request, mine bool, err error) {
	n, err := t.Exec(beginSQL, t.Creditor(), q.Key, q.Name, q.Fingerprint, q.Run, column.At(q.BegunAt),
		column.At(q.BegunAt.Add(-Remembered)), column.At(q.BegunAt.Add(-lease)))
	if err != nil || n == 1 {
		return q, n == 1, err
	}
	var r row
	if err := t.Get(&r, loadSQL, t.Creditor(), q.Key, q.Name); err != nil {
		return q, false, err
	}
	switch {
	case r.Fingerprint != q.Fingerprint:
		return q, false, debt.E(debt.Invalid, "api_key_reused", nil)
	case r.Status == effect && !r.BegunAt.After(q.BegunAt.Add(-lease)):
		return q, false, debt.E(debt.Conflict, "api_answer_lost", nil)
	case r.Status <= effect:
		return q, false, debt.E(debt.Conflict, "api_in_progress", nil)
	}
	return Request{q.Key, q.Name, r.Fingerprint, r.Run, r.BegunAt.Time, r.Status, r.Body}, false, nil
}

// Effect gives a context in which whatever is changed says in the same transaction that q has
// taken effect: nobody takes its name over any more. A run whose name was taken over meanwhile
// changes nothing, Conflict "api_in_progress".
func Effect(ctx context.Context, creditor debt.ID, q Request) context.Context {
	return once.In(ctx, once.Note{Creditor: creditor, Write: func(exec once.Exec) error {
		n, err := exec(effectSQL, creditor, q.Key, q.Name, q.Run)
		if err == nil && n == 0 {
			err = debt.E(debt.Conflict, "api_in_progress", nil)
		}
		return err
	}})
}

// End remembers the answer of a run. Another run that took it over keeps its own.
func End(t *store.Tx, q Request) error {
	_, err := t.Exec(endSQL, t.Creditor(), q.Key, q.Name, q.Run, q.Status, q.Body)
	return err
}

// Drop forgets a run that was refused, so that the name can be used again.
func Drop(t *store.Tx, q Request) error {
	_, err := t.Exec(dropSQL, t.Creditor(), q.Key, q.Name, q.Run)
	return err
}

// Place is a case as a list names it.
type Place struct {
	ID                debt.ID             `db:"id"`
	FileReference     string              `db:"file_reference"`
	CreditorReference string              `db:"creditor_reference"`
	Review            debt.Review         `db:"review"`
	Stage             debt.Stage          `db:"stage"`
	Processing        debt.Processing     `db:"processing"`
	Payment           debt.PaymentState   `db:"payment"`
	Objection         debt.ObjectionState `db:"objection"`
	Plan              debt.PlanState      `db:"plan"`
	CloseReason       debt.CloseReason    `db:"close_reason"`
	ReceivedAt        column.Instant      `db:"received_at"`
}

const placeColumns = `id, file_reference, creditor_reference, review, stage, processing, payment, objection, plan, close_reason, received_at`

const (
	firstSQL = `SELECT ` + placeColumns + ` FROM cases WHERE creditor_id = $1 ORDER BY id LIMIT $2`
	afterSQL = `SELECT ` + placeColumns + ` FROM cases WHERE creditor_id = $1 AND id > $3 ORDER BY id LIMIT $2`
	namedSQL = `SELECT id FROM cases WHERE creditor_id = $1 AND (file_reference = $2 OR creditor_reference = $2)`
)

// Page lists up to most cases behind one, "" for the first, in the order in which they came.
func Page(r *store.Reader, after debt.ID, most int) (list []Place, err error) {
	if after == "" {
		return list, r.List(&list, firstSQL, r.Creditor(), most)
	}
	return list, r.List(&list, afterSQL, r.Creditor(), most, after)
}

// Find gives the case with a reference, ours or the creditor's own: NotFound "case_unknown",
// or Conflict "api_reference_ambiguous" where it names one case here and another there.
func Find(r *store.Reader, reference string) (debt.ID, error) {
	var ids []debt.ID
	if err := r.List(&ids, namedSQL, r.Creditor(), reference); err != nil {
		return "", err
	}
	switch len(ids) {
	case 0:
		return "", debt.E(debt.NotFound, "case_unknown", nil)
	case 1:
		return ids[0], nil
	}
	return "", debt.E(debt.Conflict, "api_reference_ambiguous", nil)
}

const codeSQL = `SELECT code FROM creditors WHERE id = $1`

// Owner loads the creditor of a transaction, or NotFound "creditor_unknown".
func Owner(r *store.Reader) (debt.Creditor, error) {
	var code string
	if err := r.Get(&code, codeSQL, r.Creditor()); err != nil {
		return debt.Creditor{}, store.Missing(err, "creditor_unknown")
	}
	return r.LoadCreditor(code)
}

// Handed is a case as a repeated hand-over is compared with it.
type Handed struct {
	Reference     string `db:"creditor_reference"`
	FileReference string `db:"file_reference"`
	Hash          string `db:"content_hash"`
}

const knownSQL = `SELECT creditor_reference, file_reference, content_hash FROM cases WHERE creditor_id = $1 AND creditor_reference IN (`

const knownAtOnce = 256

// Known gives the cases among references of the creditor's own.
func Known(r *store.Reader, references []string) (map[string]Handed, error) {
	known := map[string]Handed{}
	for chunk := range slices.Chunk(references, knownAtOnce) {
		var rows []Handed
		query, args := bulk.In(knownSQL, r.Creditor(), chunk)
		if err := r.List(&rows, query, args...); err != nil {
			return nil, err
		}
		for _, k := range rows {
			known[k.Reference] = k
		}
	}
	return known, nil
}
