// Package tasks remembers what needs a person: money nobody can place, an overpayment to send
// back, a bank's answer that changes a case. A loop that finds the same thing again changes
// nothing; a task ends with an outcome and stays.
package tasks

import (
	"slices"
	"strconv"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// Kind says what a person has to decide.
type Kind string

// Task is one finding. Kind and Subject are its identity.
type Task struct {
	ID        debt.ID
	Kind      Kind
	Subject   string // what it is about, such as a payment's or a provider's id
	CaseID    debt.ID
	PaymentID debt.ID
	Amount    debt.Cents
	Reason    string // a code
	OpenedAt  time.Time
	DoneAt    time.Time
	Outcome   string // a code; "" while open
}

type taskRow struct {
	ID        debt.ID         `db:"id"`
	Kind      Kind            `db:"kind"`
	Subject   string          `db:"subject"`
	CaseID    column.Optional `db:"case_id"`
	PaymentID column.Optional `db:"payment_id"`
	Amount    debt.Cents      `db:"amount_cents"`
	Reason    string          `db:"reason"`
	OpenedAt  column.Instant  `db:"opened_at"`
	DoneAt    column.Instant  `db:"done_at"`
	Outcome   string          `db:"outcome"`
}

const taskColumns = `id, kind, subject, case_id, payment_id, amount_cents, reason, opened_at, done_at, outcome`

func (r taskRow) task() Task {
	return Task{r.ID, r.Kind, r.Subject, debt.ID(r.CaseID), debt.ID(r.PaymentID), r.Amount, r.Reason, r.OpenedAt.Time, r.DoneAt.Time, r.Outcome}
}

const (
	addSQL = `INSERT INTO tasks (creditor_id, ` + taskColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, '') ON CONFLICT DO NOTHING`

	amountSQL = `UPDATE tasks SET amount_cents = $4, done_at = NULL, outcome = '' WHERE creditor_id = $1 AND kind = $2 AND subject = $3
		AND amount_cents <> $4`

	doneSQL = `UPDATE tasks SET done_at = $3, outcome = $4 WHERE creditor_id = $1 AND id = $2 AND done_at IS NULL`
	endSQL  = `UPDATE tasks SET done_at = $4, outcome = $5 WHERE creditor_id = $1 AND kind = $2 AND subject = $3 AND done_at IS NULL`

	againSQL = `UPDATE tasks SET opened_at = $4, reason = $5, done_at = NULL, outcome = '' WHERE creditor_id = $1 AND kind = $2 AND subject = $3
		AND done_at IS NOT NULL`

	settledSQL = `UPDATE tasks SET amount_cents = 0, done_at = COALESCE(done_at, $4),
		outcome = CASE WHEN outcome = '' THEN 'settled' ELSE outcome END WHERE creditor_id = $1 AND kind = $2 AND subject = $3`
	openSQL   = `SELECT ` + taskColumns + ` FROM tasks WHERE creditor_id = $1 AND done_at IS NULL ORDER BY opened_at, id LIMIT $2`
	ofKindSQL = `SELECT ` + taskColumns + ` FROM tasks WHERE creditor_id = $1 AND done_at IS NULL AND kind IN (`
	countSQL  = `SELECT kind, CAST(COUNT(*) AS BIGINT) AS n FROM (
		SELECT kind FROM tasks WHERE creditor_id = $1 AND done_at IS NULL ORDER BY opened_at, id LIMIT $2) opened GROUP BY kind`
	byCaseSQL     = `SELECT ` + taskColumns + ` FROM tasks WHERE creditor_id = $1 AND case_id = $2 ORDER BY opened_at, id`
	referencesSQL = `SELECT id, file_reference FROM cases WHERE creditor_id = $1 AND id IN (`
)

// Open keeps a finding; one that is known, open or done, stays as it is.
func Open(t *store.Tx, k Task) error {
	_, err := t.Exec(addSQL, t.Creditor(), k.ID, string(k.Kind), k.Subject, column.Optional(k.CaseID), column.Optional(k.PaymentID),
		int64(k.Amount), k.Reason, column.At(k.OpenedAt))
	return err
}

// Set is Open for a finding whose amount changes: with another amount it opens again, also
// after a person has ended it, and at 0 it ends with outcome "settled". The same amount again
// changes nothing.
func Set(t *store.Tx, k Task) error {
	if k.Amount == 0 {
		_, err := t.Exec(settledSQL, t.Creditor(), string(k.Kind), k.Subject, column.At(k.OpenedAt))
		return err
	}
	if err := Open(t, k); err != nil {
		return err
	}
	_, err := t.Exec(amountSQL, t.Creditor(), string(k.Kind), k.Subject, int64(k.Amount))
	return err
}

// Again is Open for a wish that may be had more than once: one that was done opens anew.
func Again(t *store.Tx, k Task) error {
	if err := Open(t, k); err != nil {
		return err
	}
	_, err := t.Exec(againSQL, t.Creditor(), string(k.Kind), k.Subject, column.At(k.OpenedAt), k.Reason)
	return err
}

// Done ends a task with an outcome; NotFound "task_unknown" if there is no such open task.
func Done(t *store.Tx, id debt.ID, outcome string, now time.Time) error {
	n, err := t.Exec(doneSQL, t.Creditor(), id, column.At(now), outcome)
	if err == nil && n == 0 {
		return debt.E(debt.NotFound, "task_unknown", nil)
	}
	return err
}

// End ends a finding that has settled itself, if it is open.
func End(t *store.Tx, k Task, outcome string, now time.Time) error {
	_, err := t.Exec(endSQL, t.Creditor(), string(k.Kind), k.Subject, column.At(now), outcome)
	return err
}

// List gives what is open, the oldest first.
func List(r *store.Reader, most int) ([]Task, error) {
	var rows []taskRow
	if err := r.List(&rows, openSQL, r.Creditor(), most); err != nil {
		return nil, err
	}
	return tasks(rows), nil
}

// OfKinds gives what is open of some kinds, the oldest first.
func OfKinds(r *store.Reader, most int, kinds ...Kind) ([]Task, error) {
	var rows []taskRow
	query, args := bulk.In(ofKindSQL, r.Creditor(), kinds)
	err := r.List(&rows, query+` ORDER BY opened_at, id LIMIT `+strconv.Itoa(most), args...)
	return tasks(rows), err
}

// Counts counts what is open of each kind, of the oldest so many.
func Counts(r *store.Reader, most int) (map[Kind]int, error) {
	var rows []struct {
		Kind Kind `db:"kind"`
		N    int  `db:"n"`
	}
	err := r.List(&rows, countSQL, r.Creditor(), most)
	counts := map[Kind]int{}
	for _, row := range rows {
		counts[row.Kind] = row.N
	}
	return counts, err
}

// OfCase gives all tasks of a case, done ones too.
func OfCase(r *store.Reader, caseID debt.ID) ([]Task, error) {
	var rows []taskRow
	if err := r.List(&rows, byCaseSQL, r.Creditor(), caseID); err != nil {
		return nil, err
	}
	return tasks(rows), nil
}

func tasks(rows []taskRow) []Task {
	list := make([]Task, len(rows))
	for i, row := range rows {
		list[i] = row.task()
	}
	return list
}

// atOnce bounds the cases that one statement asks for.
const atOnce = 256

// References gives the file reference of each case, for lists of what has to be done.
func References(r *store.Reader, ids []debt.ID) (map[debt.ID]string, error) {
	found := make(map[debt.ID]string, len(ids))
	for chunk := range slices.Chunk(ids, atOnce) {
		var rows []struct {
			ID        debt.ID `db:"id"`
			Reference string  `db:"file_reference"`
		}
		query, args := bulk.In(referencesSQL, r.Creditor(), chunk)
		if err := r.List(&rows, query, args...); err != nil {
			return nil, err
		}
		for _, c := range rows {
			found[c.ID] = c.Reference
		}
	}
	return found, nil
}
