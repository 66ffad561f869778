// Package batches keeps one action on many cases: what was chosen, what would become of each
// case, what was done and what was undone.
package batches

import (
	"time"

	"quitt/debt"
	"quitt/debt/batch"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// State is where a batch stands.
type State string

// The states of a batch.
const (
	Chosen   State = "chosen"
	Running  State = "running"
	Finished State = "done"
	Undoing  State = "undoing"
	Undone   State = "undone"
)

// Mark is what became of one case, or would become.
type Mark string

// The marks. A case that is Kept was to be undone and could not.
const (
	Ready    Mark = "ready"
	Refused  Mark = "refused"
	Done     Mark = "done"
	Reverted Mark = "undone"
	Kept     Mark = "kept"
)

// Batch is one action on many cases.
type Batch struct {
	batch.Order

	ID      debt.ID
	Member  debt.ID
	By      debt.Actor
	State   State
	MadeAt  time.Time
	EndedAt time.Time
}

// Item is one case of a batch.
type Item struct {
	CaseID debt.ID
	Mark   Mark
	Why    string  // a code, for what was refused or kept
	HoldID debt.ID // that was placed or ended
}

type row struct {
	ID      debt.ID        `db:"id"`
	Member  debt.ID        `db:"member_id"`
	ByKind  string         `db:"by_kind"`
	Action  batch.Action   `db:"action"`
	Reason  batch.Reason   `db:"reason"`
	Until   column.Day     `db:"until_on"`
	State   State          `db:"state"`
	MadeAt  column.Instant `db:"made_at"`
	EndedAt column.Instant `db:"ended_at"`
}

const columns = `id, member_id, by_kind, action, reason, until_on, state, made_at, ended_at`

func (r row) batch() Batch {
	return Batch{batch.Order{Action: r.Action, Reason: r.Reason, Until: r.Until.Date}, r.ID, r.Member, debt.Actor{Kind: r.ByKind, ID: r.Member},
		r.State, r.MadeAt.Time, r.EndedAt.Time}
}

const (
	addSQL     = `INSERT INTO batches (creditor_id, ` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)`
	addCaseSQL = `INSERT INTO batch_cases (creditor_id, batch_id, case_id, state, why, hold_id) VALUES ($1, $2, $3, 'ready', '', NULL)`
	loadSQL    = `SELECT ` + columns + ` FROM batches WHERE creditor_id = $1 AND id = $2`
	// Changes nothing, which locks the row on both engines.
	lockSQL   = `UPDATE batches SET state = state WHERE creditor_id = $1 AND id = $2 RETURNING ` + columns
	saveSQL   = `UPDATE batches SET reason = $3, until_on = $4, state = $5, ended_at = $6 WHERE creditor_id = $1 AND id = $2`
	workSQL   = `SELECT ` + columns + ` FROM batches WHERE creditor_id = $1 AND state IN ('running', 'undoing') ORDER BY made_at, id LIMIT 1`
	latelySQL = `SELECT ` + columns + ` FROM batches WHERE creditor_id = $1 AND state <> 'chosen' ORDER BY made_at DESC, id DESC LIMIT $2`

	forgetCasesSQL = `DELETE FROM batch_cases WHERE creditor_id = $1 AND batch_id IN (
		SELECT id FROM batches WHERE creditor_id = $1 AND made_at < $2 AND state = 'chosen')`
	forgetSQL = `DELETE FROM batches WHERE creditor_id = $1 AND made_at < $2 AND state = 'chosen'`
)

// keptFor is how long what was chosen and never done stays.
const keptFor = 24 * time.Hour

// Add keeps what somebody chose, and forgets what others chose more than a day ago and never
// did.
func Add(t *store.Tx, b Batch, cases []debt.ID) error {
	old := column.At(b.MadeAt.Add(-keptFor))
	for _, query := range []string{forgetCasesSQL, forgetSQL} {
		if _, err := t.Exec(query, t.Creditor(), old); err != nil {
			return err
		}
	}
	if _, err := t.Exec(addSQL, t.Creditor(), b.ID, b.Member, b.By.Kind, string(b.Action), string(b.Reason), column.On(b.Until), string(b.State),
		column.At(b.MadeAt)); err != nil {
		return err
	}
	for _, id := range cases {
		if _, err := t.Exec(addCaseSQL, t.Creditor(), b.ID, id); err != nil {
			return err
		}
	}
	return nil
}

// Load reads a batch, or NotFound "list_batch_unknown".
func Load(r *store.Reader, id debt.ID) (Batch, error) {
	var found row
	if err := r.Get(&found, loadSQL, r.Creditor(), id); err != nil {
		return Batch{}, store.Missing(err, "list_batch_unknown")
	}
	return found.batch(), nil
}

// Lock is Load that keeps everybody else from the batch until the transaction ends.
func Lock(t *store.Tx, id debt.ID) (Batch, error) {
	var found row
	if err := t.Get(&found, lockSQL, t.Creditor(), id); err != nil {
		return Batch{}, store.Missing(err, "list_batch_unknown")
	}
	return found.batch(), nil
}

// Save stores what has changed of a locked batch.
func Save(t *store.Tx, b Batch) error {
	_, err := t.Exec(saveSQL, t.Creditor(), b.ID, string(b.Reason), column.On(b.Until), string(b.State), column.At(b.EndedAt))
	return err
}

// AtWork gives the oldest batch that is being done or undone; found is false without.
func AtWork(r *store.Reader) (b Batch, found bool, err error) {
	var rows []row
	if err := r.List(&rows, workSQL, r.Creditor()); err != nil || len(rows) == 0 {
		return b, false, err
	}
	return rows[0].batch(), true, nil
}

// Lately lists the newest that were done.
func Lately(r *store.Reader, most int) ([]Batch, error) {
	var rows []row
	err := r.List(&rows, latelySQL, r.Creditor(), most)
	list := make([]Batch, len(rows))
	for i, b := range rows {
		list[i] = b.batch()
	}
	return list, err
}

type itemRow struct {
	CaseID debt.ID         `db:"case_id"`
	Mark   Mark            `db:"state"`
	Why    string          `db:"why"`
	HoldID column.Optional `db:"hold_id"`
}

const (
	itemsSQL = `SELECT case_id, state, why, hold_id FROM batch_cases WHERE creditor_id = $1 AND batch_id = $2 AND state = $3 ORDER BY case_id LIMIT $4`
	allSQL   = `SELECT case_id, state, why, hold_id FROM batch_cases WHERE creditor_id = $1 AND batch_id = $2 ORDER BY case_id`
	markSQL  = `UPDATE batch_cases SET state = $4, why = $5, hold_id = $6 WHERE creditor_id = $1 AND batch_id = $2 AND case_id = $3`
	countSQL = `SELECT state, CAST(COUNT(*) AS BIGINT) AS n FROM batch_cases WHERE creditor_id = $1 AND batch_id = $2 GROUP BY state`
)

// Items gives up to most cases of a batch with a mark.
func Items(r *store.Reader, id debt.ID, m Mark, most int) ([]Item, error) {
	return items(r, itemsSQL, r.Creditor(), id, string(m), most)
}

// All gives all cases of a batch.
func All(r *store.Reader, id debt.ID) ([]Item, error) { return items(r, allSQL, r.Creditor(), id) }

func items(r *store.Reader, query string, args ...any) ([]Item, error) {
	var rows []itemRow
	err := r.List(&rows, query, args...)
	list := make([]Item, len(rows))
	for i, x := range rows {
		list[i] = Item{x.CaseID, x.Mark, x.Why, debt.ID(x.HoldID)}
	}
	return list, err
}

// Note stores what became of cases of a locked batch.
func Note(t *store.Tx, id debt.ID, list ...Item) error {
	for _, x := range list {
		if _, err := t.Exec(markSQL, t.Creditor(), id, x.CaseID, string(x.Mark), x.Why, column.Optional(x.HoldID)); err != nil {
			return err
		}
	}
	return nil
}

// Counts gives how many cases of a batch have each mark.
func Counts(r *store.Reader, id debt.ID) (map[Mark]int, error) {
	var rows []struct {
		Mark Mark `db:"state"`
		N    int  `db:"n"`
	}
	err := r.List(&rows, countSQL, r.Creditor(), id)
	counts := map[Mark]int{}
	for _, x := range rows {
		counts[x.Mark] = x.N
	}
	return counts, err
}

const movingSQL = `
	SELECT id FROM cases c WHERE creditor_id = $1 AND (
	       EXISTS (SELECT 1 FROM attempts a WHERE a.creditor_id = c.creditor_id AND a.case_id = c.id AND a.open)
	    OR EXISTS (SELECT 1 FROM payments p WHERE p.creditor_id = c.creditor_id AND p.case_id = c.id
	               AND p.status IN ('created', 'started', 'in_flight', 'unknown'))) AND id IN (`

// Moving tells which of up to 256 cases money is under way for.
func Moving(r *store.Reader, cases []debt.ID) (map[debt.ID]bool, error) {
	var ids []debt.ID
	query, args := bulk.In(movingSQL, r.Creditor(), cases)
	err := r.List(&ids, query, args...)
	moving := map[debt.ID]bool{}
	for _, id := range ids {
		moving[id] = true
	}
	return moving, err
}

const knownSQL = `SELECT id FROM cases WHERE creditor_id = $1 AND id IN (`

// Known gives those of up to 256 cases that exist.
func Known(r *store.Reader, cases []debt.ID) (ids []debt.ID, err error) {
	query, args := bulk.In(knownSQL, r.Creditor(), cases)
	return ids, r.List(&ids, query, args...)
}
