// Package looks is the log of what staff have seen: records, documents, letters and mails about
// people. Its rows are never changed, and deleted when they have been kept long enough
// (debt/retention, store/expired).
package looks

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// What was looked at.
type What string

// The things about people that staff open.
const (
	Record   What = "record"
	Preview  What = "preview"  // of a document
	Original What = "original" // of a document
	Letter   What = "letter"
)

// Look is one time somebody saw something.
type Look struct {
	ID      debt.ID
	CaseID  debt.ID
	By      debt.Actor
	What    What
	Subject debt.ID // the document's or letter's; "" for the record
	At      time.Time
}

type row struct {
	ID      debt.ID         `db:"id"`
	CaseID  debt.ID         `db:"case_id"`
	ByKind  string          `db:"by_kind"`
	ByID    column.Optional `db:"by_id"`
	What    What            `db:"what"`
	Subject column.Optional `db:"subject"`
	At      column.Instant  `db:"at"`
}

const columns = `id, case_id, by_kind, by_id, what, subject, at`

const (
	addSQL    = `INSERT INTO looks (creditor_id, ` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	ofCaseSQL = `SELECT ` + columns + ` FROM looks WHERE creditor_id = $1 AND case_id = $2 ORDER BY at DESC, id DESC LIMIT $3`
)

// Add keeps a look.
func Add(t *store.Tx, l Look) error {
	_, err := t.Exec(addSQL, t.Creditor(), l.ID, l.CaseID, l.By.Kind, column.Optional(l.By.ID), string(l.What), column.Optional(l.Subject), column.At(l.At))
	return err
}

// OfCase lists the last looks at a case, the newest first.
func OfCase(r *store.Reader, caseID debt.ID, most int) ([]Look, error) {
	var rows []row
	if err := r.List(&rows, ofCaseSQL, r.Creditor(), caseID, most); err != nil {
		return nil, err
	}
	list := make([]Look, len(rows))
	for i, l := range rows {
		list[i] = Look{l.ID, l.CaseID, debt.Actor{Kind: l.ByKind, ID: debt.ID(l.ByID)}, l.What, debt.ID(l.Subject), l.At.Time}
	}
	return list, nil
}
