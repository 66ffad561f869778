// Package notes remembers what staff write down about a case for each other.
package notes

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// Note is one text of one member of the staff.
type Note struct {
	ID, CaseID debt.ID
	By         debt.Actor
	Text       debt.Personal
	At         time.Time
}

type row struct {
	ID     debt.ID         `db:"id"`
	CaseID debt.ID         `db:"case_id"`
	ByKind string          `db:"by_kind"`
	ByID   column.Optional `db:"by_id"`
	Text   string          `db:"text"`
	At     column.Instant  `db:"at"`
	Key    string          `db:"person_key"`
}

const columns = `id, case_id, by_kind, by_id, text, at`

const addSQL = `INSERT INTO notes (creditor_id, ` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`

var ofCaseSQL = `SELECT ` + columns + `, ` + person.KeyColumn("notes") + ` FROM notes WHERE creditor_id = $1 AND case_id = $2 ORDER BY at, id`

// Add keeps a note, sealed under the key of the person it is about; the case must be locked.
func Add(t *store.Tx, n Note) error {
	key, err := t.KeyOf(n.CaseID)
	if err != nil {
		return err
	}
	x := key.Texts("notes", t.Creditor(), n.ID)
	text := x.Seal("text", n.Text)
	if x.Err() != nil {
		return x.Err()
	}
	_, err = t.Exec(addSQL, t.Creditor(), n.ID, n.CaseID, n.By.Kind, column.Optional(n.By.ID), text, column.At(n.At))
	return err
}

// OfCase lists the notes of a case, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]Note, error) {
	var rows []row
	if err := r.List(&rows, ofCaseSQL, r.Creditor(), caseID); err != nil {
		return nil, err
	}
	list := make([]Note, len(rows))
	for i, n := range rows {
		x := r.Safe().Texts(n.Key, "notes", r.Creditor(), n.ID)
		list[i] = Note{n.ID, n.CaseID, debt.Actor{Kind: n.ByKind, ID: debt.ID(n.ByID)}, x.Open("text", n.Text), n.At.Time}
		if x.Err() != nil {
			return nil, x.Err()
		}
	}
	return list, nil
}
