package outbox

import (
	"quitt/debt"
	"quitt/store"
	"quitt/store/person"
)

// resealed bounds the messages of a transaction.
const resealed = 200

const (
	plainSQL = `
	SELECT id, case_id, recipient, args FROM outbox
	 WHERE creditor_id = $1 AND id > $2 AND (recipient <> '' OR args <> '{}') ORDER BY id LIMIT $3`
	resealSQL = `
	UPDATE outbox SET recipient = $3, args = $4, recipient_mark = $5
	 WHERE creditor_id = $1 AND id = $2 AND recipient = $6 AND args = $7`
)

// Reseal seals messages from before persons had keys, a portion behind an id; it gives the
// last id it looked at, "" at the end. One that is changed meanwhile is sealed by that.
func Reseal(t *store.Tx, after debt.ID) (last debt.ID, did int, err error) {
	var rows []messageRow
	if err := t.List(&rows, plainSQL, t.Creditor(), after, resealed); err != nil {
		return "", 0, err
	}
	for _, r := range rows {
		last = r.ID
		if person.Sealed(r.Recipient) || person.Sealed(r.Args) {
			continue
		}
		said, err := seal(t, r.CaseID, r.ID, body{r.Recipient, r.Args})
		if err != nil {
			return "", did, err
		}
		if _, err := t.Exec(resealSQL, t.Creditor(), r.ID, said.recipient, said.args, mark(&t.Reader, debt.Personal(r.Recipient)), r.Recipient, r.Args); err != nil {
			return "", did, err
		}
		did++
	}
	return last, did, nil
}
