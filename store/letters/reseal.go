package letters

import (
	"quitt/debt"
	"quitt/store"
	"quitt/store/person"
)

// resealed bounds the letters of a transaction.
const resealed = 200

const (
	plainSQL  = `SELECT id, case_id, document FROM letters WHERE creditor_id = $1 AND id > $2 ORDER BY id LIMIT $3`
	resealSQL = `UPDATE letters SET document = $3, text = '' WHERE creditor_id = $1 AND id = $2 AND document = $4`
)

// Reseal seals documents from before persons had keys, a portion behind an id; it gives the
// last id it looked at, "" at the end. The words stay the same.
func Reseal(t *store.Tx, after debt.ID) (last debt.ID, did int, err error) {
	var rows []row
	if err := t.List(&rows, plainSQL, t.Creditor(), after, resealed); err != nil {
		return "", 0, err
	}
	for _, r := range rows {
		last = r.ID
		if person.Sealed(r.Document) || r.Document == forgotten {
			continue
		}
		key, err := t.KeyOf(r.CaseID)
		if err != nil {
			return "", did, err
		}
		closed, err := key.Seal(owner(t.Creditor(), r.ID), r.Document)
		if err != nil {
			return "", did, err
		}
		if _, err := t.Exec(resealSQL, t.Creditor(), r.ID, closed, r.Document); err != nil {
			return "", did, err
		}
		did++
	}
	return last, did, nil
}

// forgotten is the document of a letter that need not be kept any more.
const forgotten = "{}"
