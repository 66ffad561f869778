package reseal

import (
	"quitt/debt"
	"quitt/store"
)

// place is a column of texts about people, and what a row is called in the seal.
type place struct{ table, column, row string }

// places came into use in the clear, before they were sealed.
var places = []place{
	{"objections", "answers", "id"}, {"objections", "words", "id"}, {"objections", "reason", "id"},
	{"proofs", "target", "id"}, {"proofs", "words", "id"}, {"proofs", "reason", "id"},
	{"situations", "details", "id"}, {"situations", "words", "id"}, {"situations", "reason", "id"},
	{"messages", "text", "id"}, {"requests", "text", "id"}, {"documents", "name", "id"},
	{"plan_rounds", "note", "CAST(plan_id AS TEXT) || '/' || CAST(n AS TEXT)"},
}

func (p place) plain() string {
	return `SELECT case_id, ` + p.row + ` AS row_id, ` + p.column + ` AS text FROM ` + p.table + `
	  WHERE creditor_id = $1 AND ` + p.column + ` <> '' AND ` + p.column + ` NOT LIKE '~1:%' ORDER BY 2 LIMIT $2`
}

func (p place) update() string {
	return `UPDATE ` + p.table + ` SET ` + p.column + ` = $3 WHERE creditor_id = $1 AND ` + p.row + ` = $2 AND ` + p.column + ` = $4`
}

type textRow struct {
	CaseID debt.ID `db:"case_id"`
	Row    string  `db:"row_id"`
	Text   string  `db:"text"`
}

// Texts seals what people wrote, in all places. It finds what is in the clear by looking, not
// by an id: the last id it gives only says that there may be more.
func Texts(t *store.Tx, _ debt.ID) (last debt.ID, did int, err error) {
	for _, p := range places {
		var rows []textRow
		if err := t.List(&rows, p.plain(), t.Creditor(), portion); err != nil {
			return "", did, err
		}
		for _, r := range rows {
			if err := p.seal(t, r); err != nil {
				return "", did, err
			}
			did, last = did+1, r.CaseID
		}
		if did >= portion {
			break
		}
	}
	return last, did, nil
}

// seal seals a text; of somebody erased it goes.
func (p place) seal(t *store.Tx, r textRow) error {
	key, err := t.KeyOf(r.CaseID)
	if err != nil {
		return err
	}
	x := key.Texts(p.table, t.Creditor(), debt.ID(r.Row))
	sealed := x.Last(p.column, debt.Personal(r.Text))
	if x.Err() != nil {
		return x.Err()
	}
	_, err = t.Exec(p.update(), t.Creditor(), r.Row, sealed, r.Text)
	return err
}
