// Package announced remembers the transfers that debtors were given a reference of their own
// for: what of a claim they do not dispute.
package announced

import (
	"database/sql"
	"encoding/json"
	"errors"

	"quitt/debt"
	"quitt/debt/objection"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

type row struct {
	ID          debt.ID        `db:"id"`
	CaseID      debt.ID        `db:"case_id"`
	Reference   string         `db:"reference"`
	Amount      debt.Cents     `db:"amount_cents"`
	Designation string         `db:"designation"`
	At          column.Instant `db:"announced_at"`
}

const columns = `id, case_id, reference, amount_cents, designation, announced_at`

const (
	addSQL         = `INSERT INTO announced_transfers (creditor_id, ` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	byReferenceSQL = `SELECT ` + columns + ` FROM announced_transfers WHERE creditor_id = $1 AND reference = $2`
	ofCaseSQL      = `SELECT ` + columns + ` FROM announced_transfers WHERE creditor_id = $1 AND case_id = $2 ORDER BY announced_at, id`
)

func (r row) transfer() (objection.Announced, error) {
	a := objection.Announced{ID: r.ID, CaseID: r.CaseID, Reference: r.Reference, Amount: r.Amount, At: r.At.Time}
	return a, json.Unmarshal([]byte(r.Designation), &a.Designation)
}

// Add keeps a new one; its case must be locked.
func Add(t *store.Tx, a objection.Announced) error {
	designation, err := json.Marshal(a.Designation)
	if err != nil {
		return err
	}
	_, err = t.Exec(addSQL, t.Creditor(), a.ID, a.CaseID, a.Reference, int64(a.Amount), string(designation), column.At(a.At))
	return err
}

// Find looks for the one with a reference; ok is false without.
func Find(r *store.Reader, reference string) (a objection.Announced, ok bool, err error) {
	var found row
	if err := r.Get(&found, byReferenceSQL, r.Creditor(), reference); errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	} else if err != nil {
		return a, false, err
	}
	a, err = found.transfer()
	return a, err == nil, err
}

const byReferencesSQL = `SELECT ` + columns + ` FROM announced_transfers WHERE creditor_id = $1 AND reference IN (`

// FindAll gives those with one of up to 256 references.
func FindAll(r *store.Reader, references []string) ([]objection.Announced, error) {
	if len(references) == 0 {
		return nil, nil
	}
	query, args := bulk.In(byReferencesSQL, r.Creditor(), references)
	return list(r, query+` ORDER BY reference, id`, args...)
}

// OfCase lists those of a case, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]objection.Announced, error) {
	return list(r, ofCaseSQL, r.Creditor(), caseID)
}

func list(r *store.Reader, query string, args ...any) ([]objection.Announced, error) {
	var rows []row
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	list := make([]objection.Announced, len(rows))
	for i, x := range rows {
		var err error
		if list[i], err = x.transfer(); err != nil {
			return nil, err
		}
	}
	return list, nil
}
