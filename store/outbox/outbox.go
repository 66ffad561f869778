// Package outbox keeps what is to leave the house, written in the transaction that decides
// it, so that nothing is announced that did not happen and nothing that happened is
// forgotten.
package outbox

import (
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Mail is an e-mail: a sentence of the catalogue and what fills it.
type Mail struct {
	CaseID    debt.ID
	Recipient debt.Personal
	Template  string
	Args      map[string]string
	CreatedAt time.Time
}

const addMailSQL = `
	INSERT INTO outbox (creditor_id, id, case_id, channel, recipient, template, args, created_at)
	VALUES ($1, $2, $3, 'email', $4, $5, $6, $7)`

// Add puts an e-mail into the outbox.
func Add(t *store.Tx, m Mail, now time.Time) error {
	args, err := json.Marshal(m.Args)
	if err != nil {
		return err
	}
	_, err = t.Exec(addMailSQL, t.Creditor(), store.NewID(), m.CaseID, m.Recipient.Reveal(), m.Template, string(args), column.At(now))
	return err
}

const waitingSQL = `
	SELECT case_id, recipient, template, args, created_at FROM outbox
	 WHERE creditor_id = $1 AND sent_at IS NULL AND channel = 'email' ORDER BY id DESC LIMIT $2`

// Waiting lists the newest e-mails of a creditor that have not been sent.
func Waiting(r *store.Reader, most int) ([]Mail, error) {
	var rows []struct {
		CaseID    debt.ID        `db:"case_id"`
		Recipient string         `db:"recipient"`
		Template  string         `db:"template"`
		Args      string         `db:"args"`
		CreatedAt column.Instant `db:"created_at"`
	}
	if err := r.List(&rows, waitingSQL, r.Creditor(), most); err != nil {
		return nil, err
	}
	list := make([]Mail, len(rows))
	for i, row := range rows {
		list[i] = Mail{CaseID: row.CaseID, Recipient: debt.Personal(row.Recipient), Template: row.Template, CreatedAt: row.CreatedAt.Time}
		if err := json.Unmarshal([]byte(row.Args), &list[i].Args); err != nil {
			return nil, err
		}
	}
	return list, nil
}
