package objections

import (
	"time"

	"quitt/debt"
	"quitt/debt/situation"
	"quitt/store"
	"quitt/store/column"
)

// Promise is "I can pay so much by then".
type Promise struct {
	situation.Promise

	ID      debt.ID
	CaseID  debt.ID
	Paid    debt.Cents // in all, when it was made
	State   situation.PromiseState
	MadeBy  string
	MadeAt  time.Time
	EndedAt time.Time
	HoldID  debt.ID
}

type promiseRow struct {
	ID      debt.ID                `db:"id"`
	CaseID  debt.ID                `db:"case_id"`
	Amount  debt.Cents             `db:"amount_cents"`
	Paid    debt.Cents             `db:"paid_cents"`
	ByOn    column.Day             `db:"by_on"`
	State   situation.PromiseState `db:"state"`
	MadeBy  string                 `db:"made_by"`
	MadeAt  column.Instant         `db:"made_at"`
	EndedAt column.Instant         `db:"ended_at"`
	HoldID  debt.ID                `db:"hold_id"`
}

func (r promiseRow) promise() Promise {
	return Promise{situation.Promise{Amount: r.Amount, By: r.ByOn.Date}, r.ID, r.CaseID, r.Paid, r.State, r.MadeBy, r.MadeAt.Time, r.EndedAt.Time, r.HoldID}
}

const promiseColumns = `id, case_id, amount_cents, paid_cents, by_on, state, made_by, made_at, ended_at, hold_id`

const (
	addPromiseSQL = `INSERT INTO promises (creditor_id, ` + promiseColumns + `) VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, NULL, $9)`
	endPromiseSQL = `UPDATE promises SET state = $3, ended_at = $4 WHERE creditor_id = $1 AND id = $2 AND ended_at IS NULL`

	promisesByCaseSQL = `SELECT ` + promiseColumns + ` FROM promises WHERE creditor_id = $1 AND case_id = $2 ORDER BY made_at, id`
	unremindedSQL     = `SELECT ` + promiseColumns + ` FROM promises WHERE creditor_id = $1 AND ended_at IS NULL AND by_on BETWEEN $2 AND $3
		AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.creditor_id = promises.creditor_id AND o.business_key = '` + reminderKey + `' || CAST(promises.id AS TEXT))
		ORDER BY by_on, id`
	openPromisesSQL = `SELECT ` + promiseColumns + ` FROM promises WHERE creditor_id = $1 AND ended_at IS NULL AND id > $2 ORDER BY id LIMIT $3`
)

// AddPromise keeps a new promise; Conflict "promise_open_already" if one of the case is open.
func AddPromise(t *store.Tx, p Promise) error {
	_, err := t.Exec(addPromiseSQL, t.Creditor(), p.ID, p.CaseID, int64(p.Amount), int64(p.Paid), column.On(p.By), p.MadeBy, column.At(p.MadeAt), p.HoldID)
	return store.Taken(err, "promise_open_already")
}

// Promises lists those of a case, the oldest first.
func Promises(r *store.Reader, caseID debt.ID) ([]Promise, error) {
	return promises(r, promisesByCaseSQL, r.Creditor(), caseID)
}

// reminderKey begins the key of a reminder in the outbox.
const reminderKey = "promise/"

// ReminderKey is the key under which a promise is reminded of, once.
func ReminderKey(id debt.ID) string { return reminderKey + string(id) }

// Unreminded lists open promises for the days from one to another of which nobody was reminded.
func Unreminded(r *store.Reader, from, to debt.Date) ([]Promise, error) {
	return promises(r, unremindedSQL, r.Creditor(), column.On(from), column.On(to))
}

// OpenPromises lists the open ones after an id, in the order of ids.
func OpenPromises(r *store.Reader, after debt.ID, most int) ([]Promise, error) {
	if after == "" {
		after = "00000000-0000-0000-0000-000000000000"
	}
	return promises(r, openPromisesSQL, r.Creditor(), after, most)
}

func promises(r *store.Reader, query string, args ...any) ([]Promise, error) {
	var rows []promiseRow
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	out := make([]Promise, len(rows))
	for i, row := range rows {
		out[i] = row.promise()
	}
	return out, nil
}

// EndPromise keeps what became of a promise; done is false if it was known.
func EndPromise(t *store.Tx, p Promise) (done bool, err error) {
	n, err := t.Exec(endPromiseSQL, t.Creditor(), p.ID, string(p.State), column.At(p.EndedAt))
	return n > 0, err
}
