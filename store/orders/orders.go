// Package orders remembers what is to be collected from stored cards and mandates. Plans
// write, payments executes; how is debt/collection's. Every change is made under the lock of
// the order's case.
package orders

import (
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

type row struct {
	ID         debt.ID          `db:"id"`
	CaseID     debt.ID          `db:"case_id"`
	Purpose    string           `db:"purpose"`
	Instrument debt.ID          `db:"instrument_id"`
	Amount     debt.Cents       `db:"amount_cents"`
	DueOn      column.Day       `db:"due_on"`
	CollectOn  column.Day       `db:"collect_on"`
	ToldOn     column.Day       `db:"told_on"`
	State      collection.State `db:"state"`
	Attempt    column.Optional  `db:"attempt_id"`
	Calls      int64            `db:"calls"`
	Tries      int64            `db:"tries"`
	Reason     string           `db:"reason"`
	LookAt     column.Instant   `db:"look_at"`
	MadeAt     column.Instant   `db:"made_at"`
	EndedAt    column.Instant   `db:"ended_at"`
	Notice     int64            `db:"notice"`
}

const columns = `id, case_id, purpose, instrument_id, amount_cents, due_on, collect_on, told_on, state, attempt_id, calls, tries, reason, look_at, made_at, ended_at`

// noticeSQL are the days agreed with the mandate, 0 where it is a provider's; shown is an order
// with them.
const (
	noticeSQL = `COALESCE((SELECT m.notice_days FROM mandates m WHERE m.creditor_id = collection_orders.creditor_id
		AND m.id = collection_orders.instrument_id), 0)`
	shown = columns + `, ` + noticeSQL + ` AS notice`
)

func (r row) order() collection.Order {
	return collection.Order{ID: r.ID, CaseID: r.CaseID, InstrumentID: r.Instrument, Purpose: r.Purpose, Amount: r.Amount, DueOn: r.DueOn.Date,
		CollectOn: r.CollectOn.Date, ToldOn: r.ToldOn.Date, State: r.State, AttemptID: debt.ID(r.Attempt), Calls: int(r.Calls),
		Tries: int(r.Tries), Reason: r.Reason, LookAt: r.LookAt.Time, MadeAt: r.MadeAt.Time, EndedAt: r.EndedAt.Time, Notice: int(r.Notice)}
}

const (
	// An order is cancelled only while it waits, and then no charge of it can come any more: it may
	// be written anew. calls stays, so that the next charge has a name of its own.
	writeSQL = `INSERT INTO collection_orders (creditor_id, ` + columns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', NULL, 0, 0, '', $10, $11, NULL)
		ON CONFLICT (creditor_id, purpose) DO UPDATE SET instrument_id = excluded.instrument_id, amount_cents = excluded.amount_cents,
		       due_on = excluded.due_on, collect_on = excluded.collect_on, told_on = excluded.told_on, state = 'waiting', reason = '',
		       look_at = excluded.look_at, made_at = excluded.made_at, ended_at = NULL, tries = 0
		WHERE collection_orders.state = 'cancelled' AND collection_orders.case_id = excluded.case_id
		RETURNING ` + shown

	amendSQL = `UPDATE collection_orders SET instrument_id = $3, amount_cents = $4, due_on = $5, collect_on = $6, told_on = $7, look_at = $8
		WHERE creditor_id = $1 AND id = $2 AND state = 'waiting'`

	cancelSQL = `UPDATE collection_orders SET state = 'cancelled', reason = $3, ended_at = $4, look_at = NULL
		WHERE creditor_id = $1 AND id = $2 AND state = 'waiting'`

	cancelCaseSQL = `UPDATE collection_orders SET state = 'cancelled', reason = $3, ended_at = $4, look_at = NULL
		WHERE creditor_id = $1 AND case_id = $2 AND state = 'waiting'`

	saveSQL = `UPDATE collection_orders SET collect_on = $3, told_on = $4, state = $5, attempt_id = $6, calls = $7, tries = $8, reason = $9,
		look_at = $10, ended_at = $11 WHERE creditor_id = $1 AND id = $2`

	loadSQL      = `SELECT ` + shown + ` FROM collection_orders WHERE creditor_id = $1 AND id = $2`
	byPurposeSQL = `SELECT ` + shown + ` FROM collection_orders WHERE creditor_id = $1 AND purpose = $2`
	agreedSQL    = `SELECT CAST(COALESCE(MAX(notice_days), 0) AS BIGINT) AS n FROM mandates WHERE creditor_id = $1 AND id = $2`
	byCaseSQL    = `SELECT ` + shown + ` FROM collection_orders WHERE creditor_id = $1 AND case_id = $2 ORDER BY due_on, made_at, id`
)

// Write keeps a new order and gives it as it is kept: waiting, looked at when it has to be told
// or collected. CollectOn may be left out and is collection.On the due day then; ToldOn is set
// by who tells the debtor in the same transaction, otherwise the loop tells. Its case must be
// locked. Conflict "order_taken": the purpose has an order already that was not cancelled.
func Write(t *store.Tx, o collection.Order) (collection.Order, error) {
	o, err := planned(t, o)
	if err != nil {
		return o, err
	}
	var list []row
	err = t.List(&list, writeSQL, t.Creditor(), o.ID, o.CaseID, o.Purpose, o.InstrumentID, int64(o.Amount), column.On(o.DueOn),
		column.On(o.CollectOn), column.On(o.ToldOn), column.At(o.LookAt), column.At(o.MadeAt))
	if err == nil && len(list) == 0 {
		err = debt.E(debt.Conflict, "order_taken", nil)
	}
	if err != nil {
		return o, err
	}
	return list[0].order(), nil
}

// planned gives an order its days, which hang on what was agreed with its mandate.
func planned(t *store.Tx, o collection.Order) (collection.Order, error) {
	var days int64
	err := t.Get(&days, agreedSQL, t.Creditor(), o.InstrumentID)
	o.Notice = int(days)
	return o.Planned(), err
}

// Amend changes amount, days, instrument and ToldOn of an order while it waits; false says that
// it waits no longer. Its case must be locked. Who raises the amount or brings the day forward
// tells anew or clears ToldOn.
func Amend(t *store.Tx, o collection.Order) (bool, error) {
	was := o.CollectOn
	o, err := planned(t, o)
	if err != nil {
		return false, err
	}
	if !was.IsZero() && o.CollectOn != was { // a longer notice was agreed with this mandate
		o.ToldOn = debt.Date{}
		o = o.Planned()
	}
	n, err := t.Exec(amendSQL, t.Creditor(), o.ID, o.InstrumentID, int64(o.Amount), column.On(o.DueOn), column.On(o.CollectOn),
		column.On(o.ToldOn), column.At(o.LookAt))
	return n == 1, err
}

// Cancel ends an order while it waits; false says that it is too late: the money is being
// collected, or the order is over. Its case must be locked. reason is a code.
func Cancel(t *store.Tx, id debt.ID, reason string, now time.Time) (bool, error) {
	n, err := t.Exec(cancelSQL, t.Creditor(), id, reason, column.At(now))
	return n == 1, err
}

// CancelCase ends every order of a case that waits and gives how many they were.
func CancelCase(t *store.Tx, caseID debt.ID, reason string, now time.Time) (int, error) {
	n, err := t.Exec(cancelCaseSQL, t.Creditor(), caseID, reason, column.At(now))
	return int(n), err
}

// Save keeps how far an order has come; its case must be locked.
func Save(t *store.Tx, o collection.Order) error {
	_, err := t.Exec(saveSQL, t.Creditor(), o.ID, column.On(o.CollectOn), column.On(o.ToldOn), string(o.State), column.Optional(o.AttemptID),
		int64(o.Calls), int64(o.Tries), o.Reason, column.At(o.LookAt), column.At(o.EndedAt))
	return err
}

// Load reads an order, or NotFound "order_unknown".
func Load(r *store.Reader, id debt.ID) (collection.Order, error) {
	var found row
	if err := r.Get(&found, loadSQL, r.Creditor(), id); err != nil {
		return collection.Order{}, store.Missing(err, "order_unknown")
	}
	return found.order(), nil
}

// Find reads the order of a purpose; ok is false without.
func Find(r *store.Reader, purpose string) (o collection.Order, ok bool, err error) {
	var list []row
	if err := r.List(&list, byPurposeSQL, r.Creditor(), purpose); err != nil || len(list) == 0 {
		return o, false, err
	}
	return list[0].order(), true, nil
}

// OfCase lists those of a case by their due days.
func OfCase(r *store.Reader, caseID debt.ID) ([]collection.Order, error) {
	return list(r, byCaseSQL, caseID)
}

func list(r *store.Reader, query string, args ...any) ([]collection.Order, error) {
	var rows []row
	if err := r.List(&rows, query, append([]any{r.Creditor()}, args...)...); err != nil {
		return nil, err
	}
	out := make([]collection.Order, len(rows))
	for i, x := range rows {
		out[i] = x.order()
	}
	return out, nil
}

const (
	claimSQL = `
		UPDATE collection_orders SET look_at = $3 WHERE creditor_id = $1 AND look_at <= $2 AND id IN (
		       SELECT id FROM collection_orders WHERE creditor_id = $1 AND look_at <= $2 ORDER BY look_at LIMIT $4)
		RETURNING ` + shown

	anyDueSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n FROM (SELECT 1 FROM collection_orders WHERE creditor_id = $1 AND look_at <= $2 LIMIT 1) d`

	// Their look_at becomes an instant that is over.
	wakeSQL = `UPDATE collection_orders SET look_at = made_at WHERE state IN ('calling', 'charged') AND creditor_id = $1 AND attempt_id IN (`

	// What should have been told or collected by now and was not, and what failed since a while.
	countSQL = `SELECT CAST(COALESCE(SUM(CASE WHEN state IN ('waiting', 'calling') THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting,
		CAST(COALESCE(SUM(CASE WHEN state IN ('waiting', 'calling') AND look_at <= $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS due,
		CAST(COALESCE(SUM(CASE WHEN state = 'failed' AND ended_at > $3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS failed,
		MIN(CASE WHEN state IN ('waiting', 'calling') AND look_at <= $2 THEN look_at END) AS oldest
		FROM collection_orders WHERE creditor_id = $1 AND (look_at IS NOT NULL OR ended_at > $3)`
)

// Claim takes up to n orders the loop has to look at. Who does not save them before an instant
// loses them to the next who asks.
func Claim(t *store.Tx, n int, now, until time.Time) ([]collection.Order, error) {
	return list(&t.Reader, claimSQL, column.At(now), column.At(until), n)
}

// AnyDue reports whether the loop has to look at an order: looking costs no commit.
func AnyDue(r *store.Reader, now time.Time) (bool, error) {
	var n int64
	err := r.Get(&n, anyDueSQL, r.Creditor(), column.At(now))
	return n > 0, err
}

// Wake has the loop look at the orders whose charges changed, in the transaction in which they
// do.
func Wake(t *store.Tx, attempts []debt.ID) error {
	if len(attempts) == 0 {
		return nil
	}
	query, args := bulk.In(wakeSQL, t.Creditor(), attempts)
	_, err := t.Exec(query, args...)
	return err
}

// Figures are the orders of a creditor, for the operator.
type Figures struct {
	Waiting int64     // for their day, or for an answer
	Due     int64     // of them, what the loop has to look at now
	Failed  int64     // lately
	Oldest  time.Time // of those that are due; zero without
}

// Add adds those of another creditor.
func (f *Figures) Add(o Figures) {
	f.Waiting, f.Due, f.Failed = f.Waiting+o.Waiting, f.Due+o.Due, f.Failed+o.Failed
	if f.Oldest.IsZero() || !o.Oldest.IsZero() && o.Oldest.Before(f.Oldest) {
		f.Oldest = o.Oldest
	}
}

// Count counts; failed are those that did since an instant.
func Count(r *store.Reader, now, since time.Time) (Figures, error) {
	var found struct {
		Waiting int64          `db:"waiting"`
		Due     int64          `db:"due"`
		Failed  int64          `db:"failed"`
		Oldest  column.Instant `db:"oldest"`
	}
	err := r.Get(&found, countSQL, r.Creditor(), column.At(now), column.At(since))
	return Figures{found.Waiting, found.Due, found.Failed, found.Oldest.Time}, err
}
