package rails

import (
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

type attemptRow struct {
	ID         debt.ID            `db:"id"`
	CaseID     debt.ID            `db:"case_id"`
	AccountID  debt.ID            `db:"account_id"`
	Kind       rail.Kind          `db:"kind"`
	Method     debt.Method        `db:"method"`
	Status     debt.PaymentStatus `db:"status"`
	Amount     debt.Cents         `db:"amount_cents"`
	Save       bool               `db:"keeps"`
	Purpose    string             `db:"purpose"`
	Instrument column.Optional    `db:"instrument_id"`
	ByKind     string             `db:"by_kind"`
	By         string             `db:"by_id"`
	Shown      string             `db:"shown"`
	Session    string             `db:"session_id"`
	Intent     string             `db:"intent_id"`
	Customer   string             `db:"customer_id"`
	URL        string             `db:"url"`
	StartedAt  column.Instant     `db:"started_at"`
	ExpiresAt  column.Instant     `db:"expires_at"`
	AskedAt    column.Instant     `db:"asked_at"`
	DueAt      column.Instant     `db:"due_at"`
	Looks      int                `db:"looks"`
	Failure    string             `db:"failure"`
	Funding    string             `db:"funding"`
	ExpectedOn column.Day         `db:"expected_on"`
	Open       bool               `db:"open"`
}

const attemptColumns = `id, case_id, account_id, kind, method, status, amount_cents, keeps, purpose, instrument_id, by_kind, by_id, shown, session_id, intent_id,
	customer_id, url, started_at, expires_at, asked_at, due_at, looks, failure, funding, expected_on, open`

func (r attemptRow) attempt() (rail.Attempt, error) {
	a := rail.Attempt{ID: r.ID, CaseID: r.CaseID, AccountID: r.AccountID, Kind: r.Kind, Method: r.Method, Status: r.Status,
		Amount: r.Amount, Save: r.Save, Purpose: r.Purpose, Instrument: debt.ID(r.Instrument), By: debt.Actor{Kind: r.ByKind, ID: debt.ID(r.By)}, Session: r.Session, Intent: r.Intent,
		Customer: r.Customer, URL: r.URL, StartedAt: r.StartedAt.Time, ExpiresAt: r.ExpiresAt.Time, AskedAt: r.AskedAt.Time,
		DueAt: r.DueAt.Time, Looks: r.Looks, Failure: r.Failure, Funding: r.Funding, ExpectedOn: r.ExpectedOn.Date, Open: r.Open}
	return a, json.Unmarshal([]byte(r.Shown), &a.Shown)
}

func attempts(rows []attemptRow, err error) ([]rail.Attempt, error) {
	if err != nil {
		return nil, err
	}
	list := make([]rail.Attempt, len(rows))
	for i, r := range rows {
		if list[i], err = r.attempt(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func attemptArgs(creditor debt.ID, a rail.Attempt) []any {
	shown, _ := json.Marshal(a.Shown) // a struct of texts always does
	return []any{creditor, a.ID, a.CaseID, a.AccountID, string(a.Kind), string(a.Method), string(a.Status), int64(a.Amount), a.Save, a.Purpose,
		column.Optional(a.Instrument), a.By.Kind, string(a.By.ID), string(shown), a.Session, a.Intent, a.Customer, a.URL, column.At(a.StartedAt), column.At(a.ExpiresAt),
		column.At(a.AskedAt), column.At(a.DueAt), a.Looks, a.Failure, a.Funding, column.On(a.ExpectedOn), a.Open}
}

// attemptWidth is how many values attemptArgs gives.
const attemptWidth = 27

const (
	insertAttemptSQL = `INSERT INTO attempts (creditor_id, ` + attemptColumns + `) VALUES `
	updateAttemptSQL = ` ON CONFLICT (creditor_id, id) DO UPDATE SET status = excluded.status, session_id = excluded.session_id,
		intent_id = excluded.intent_id, customer_id = excluded.customer_id, url = excluded.url, expires_at = excluded.expires_at,
		asked_at = excluded.asked_at, due_at = excluded.due_at, looks = excluded.looks, failure = excluded.failure,
		funding = excluded.funding, expected_on = excluded.expected_on, open = excluded.open`

	attemptSQL   = `SELECT ` + attemptColumns + ` FROM attempts WHERE creditor_id = $1 AND id = $2`
	byIDSQL      = `SELECT ` + attemptColumns + ` FROM attempts WHERE creditor_id = $1 AND id IN (`
	byCaseSQL    = `SELECT ` + attemptColumns + ` FROM attempts WHERE creditor_id = $1 AND case_id = $2 ORDER BY started_at, id`
	byIntentSQL  = `SELECT ` + attemptColumns + ` FROM attempts WHERE creditor_id = $1 AND account_id = $2 AND intent_id = $3`
	byPurposeSQL = `SELECT ` + attemptColumns + ` FROM attempts WHERE creditor_id = $1 AND purpose = $2`

	dueSQL = `
		UPDATE attempts SET due_at = $3 WHERE creditor_id = $1 AND due_at <= $2 AND id IN (
		       SELECT id FROM attempts WHERE creditor_id = $1 AND due_at <= $2 ORDER BY due_at LIMIT $4)
		RETURNING ` + attemptColumns
)

// AddAttempt keeps an order before its first call. Its case must be locked. Conflict
// "attempt_open": the case has an open one, or the purpose has been served.
func AddAttempt(t *store.Tx, a rail.Attempt) error {
	_, err := t.Exec(insertAttemptSQL+bulk.Tuples(1, attemptWidth), attemptArgs(t.Creditor(), a)...)
	return store.Taken(err, "attempt_open")
}

// SaveAttempts keeps what changed of orders; their cases must be locked.
func SaveAttempts(t *store.Tx, list []rail.Attempt) error {
	for len(list) > 0 {
		n := bulk.Portion(len(list), atOnce)
		args := make([]any, 0, attemptWidth*n)
		for _, a := range list[:n] {
			args = append(args, attemptArgs(t.Creditor(), a)...)
		}
		if _, err := t.Exec(insertAttemptSQL+bulk.Tuples(n, attemptWidth)+updateAttemptSQL, args...); err != nil {
			return store.Taken(err, "attempt_open")
		}
		list = list[n:]
	}
	return nil
}

// LoadAttempt reads an order, or NotFound "attempt_unknown".
func LoadAttempt(r *store.Reader, id debt.ID) (rail.Attempt, error) {
	var row attemptRow
	if err := r.Get(&row, attemptSQL, r.Creditor(), id); err != nil {
		return rail.Attempt{}, store.Missing(err, "attempt_unknown")
	}
	return row.attempt()
}

// LoadAttempts reads orders by id, as many as there are.
func LoadAttempts(r *store.Reader, ids []debt.ID) ([]rail.Attempt, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []attemptRow
	query, args := bulk.In(byIDSQL, r.Creditor(), ids)
	err := r.List(&rows, query, args...)
	return attempts(rows, err)
}

// FindIntent reads the order with an id at the provider; ok is false without.
func FindIntent(r *store.Reader, account debt.ID, intent string) (a rail.Attempt, ok bool, err error) {
	return one(r, byIntentSQL, account, intent)
}

// FindPurpose reads the order that collects something; ok is false without.
func FindPurpose(r *store.Reader, purpose string) (a rail.Attempt, ok bool, err error) {
	return one(r, byPurposeSQL, purpose)
}

func one(r *store.Reader, query string, args ...any) (rail.Attempt, bool, error) {
	var rows []attemptRow
	if err := r.List(&rows, query, append([]any{r.Creditor()}, args...)...); err != nil || len(rows) == 0 {
		return rail.Attempt{}, false, err
	}
	a, err := rows[0].attempt()
	return a, err == nil, err
}

// AttemptsOf lists a case's orders, the oldest first.
func AttemptsOf(r *store.Reader, caseID debt.ID) ([]rail.Attempt, error) {
	var rows []attemptRow
	err := r.List(&rows, byCaseSQL, r.Creditor(), caseID)
	return attempts(rows, err)
}

// ClaimDue takes up to n orders a loop has to look at. Who does not save them before an
// instant loses them to the next who asks.
func ClaimDue(t *store.Tx, n int, now, until time.Time) ([]rail.Attempt, error) {
	var rows []attemptRow
	err := t.List(&rows, dueSQL, t.Creditor(), column.At(now), column.At(until), n)
	return attempts(rows, err)
}

const anyAttemptDueSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n FROM (SELECT 1 FROM attempts WHERE creditor_id = $1 AND due_at <= $2 LIMIT 1) d`

// AnyAttemptDue reports whether a loop has to look at an order: looking costs no commit.
func AnyAttemptDue(r *store.Reader, now time.Time) (bool, error) {
	var n int64
	err := r.Get(&n, anyAttemptDueSQL, r.Creditor(), column.At(now))
	return n > 0, err
}
