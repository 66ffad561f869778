package hooks

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Attempt is a request that failed.
type Attempt struct {
	Seq    int64
	Number int // 1 is the first try of this event
	At     time.Time
	Result
}

// Result is how a request ended.
type Result struct {
	Status       int    // of HTTP; 0 without an answer
	Outcome      string // a code of notifications/hook
	Milliseconds int64
}

// Dead is an event that an endpoint did not take within the schedule.
type Dead struct {
	Seq      int64
	Attempts int
	At       time.Time
	Status   int
	Outcome  string
}

// attemptsKept is how long failed requests are kept.
const attemptsKept = 30 * 24 * time.Hour

const (
	addAttemptSQL = `
		INSERT INTO hook_attempts (creditor_id, id, endpoint_id, seq, attempt, at, status, outcome, milliseconds)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

	forgetSQL = `DELETE FROM hook_attempts WHERE creditor_id = $1 AND endpoint_id = $2 AND at < $3`

	attemptsSQL = `
		SELECT seq, attempt, at, status, outcome, milliseconds FROM hook_attempts
		 WHERE creditor_id = $1 AND endpoint_id = $2 ORDER BY at DESC, id DESC LIMIT $3`

	addDeadSQL = `
		INSERT INTO hook_dead (creditor_id, endpoint_id, seq, attempts, at, status, outcome) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (creditor_id, endpoint_id, seq) DO UPDATE SET attempts = hook_dead.attempts + excluded.attempts,
		       at = excluded.at, status = excluded.status, outcome = excluded.outcome`

	reviveSQL = `DELETE FROM hook_dead WHERE creditor_id = $1 AND endpoint_id = $2 AND seq = $3`

	deadSQL = `
		SELECT seq, attempts, at, status, outcome FROM hook_dead
		 WHERE creditor_id = $1 AND endpoint_id = $2 ORDER BY seq DESC LIMIT $3`
)

// AddAttempt keeps a failed request for thirty days.
func AddAttempt(t *store.Tx, endpoint debt.ID, a Attempt) error {
	_, err := t.Exec(addAttemptSQL, t.Creditor(), store.NewID(), endpoint, a.Seq, a.Number, column.At(a.At), a.Status, a.Outcome, a.Milliseconds)
	if err != nil {
		return err
	}
	_, err = t.Exec(forgetSQL, t.Creditor(), endpoint, column.At(a.At.Add(-attemptsKept)))
	return err
}

// Attempts lists failed requests, the newest first.
func Attempts(r *store.Reader, endpoint debt.ID, most int) ([]Attempt, error) {
	var rows []struct {
		Seq          int64          `db:"seq"`
		Attempt      int            `db:"attempt"`
		At           column.Instant `db:"at"`
		Status       int            `db:"status"`
		Outcome      string         `db:"outcome"`
		Milliseconds int64          `db:"milliseconds"`
	}
	if err := r.List(&rows, attemptsSQL, r.Creditor(), endpoint, most); err != nil {
		return nil, err
	}
	list := make([]Attempt, len(rows))
	for i, row := range rows {
		list[i] = Attempt{row.Seq, row.Attempt, row.At.Time, Result{row.Status, row.Outcome, row.Milliseconds}}
	}
	return list, nil
}

// AddDead notes that an event was given up.
func AddDead(t *store.Tx, endpoint debt.ID, d Dead) error {
	_, err := t.Exec(addDeadSQL, t.Creditor(), endpoint, d.Seq, d.Attempts, column.At(d.At), d.Status, d.Outcome)
	return err
}

// Revive forgets that an event was given up: a replay has delivered it.
func Revive(t *store.Tx, endpoint debt.ID, seq int64) error {
	_, err := t.Exec(reviveSQL, t.Creditor(), endpoint, seq)
	return err
}

// DeadLetters lists what was given up, the newest first.
func DeadLetters(r *store.Reader, endpoint debt.ID, most int) ([]Dead, error) {
	var rows []struct {
		Seq      int64          `db:"seq"`
		Attempts int            `db:"attempts"`
		At       column.Instant `db:"at"`
		Status   int            `db:"status"`
		Outcome  string         `db:"outcome"`
	}
	if err := r.List(&rows, deadSQL, r.Creditor(), endpoint, most); err != nil {
		return nil, err
	}
	list := make([]Dead, len(rows))
	for i, row := range rows {
		list[i] = Dead{row.Seq, row.Attempts, row.At.Time, row.Status, row.Outcome}
	}
	return list, nil
}
