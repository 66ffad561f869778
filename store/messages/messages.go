// Package messages remembers what debtor and creditor write to each other and what a debtor has
// asked for.
package messages

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// Message is one text in one direction.
type Message struct {
	ID, CaseID debt.ID
	By         debt.Actor
	RequestID  debt.ID // the request it answers or makes; "" for none
	Text       debt.Personal
	At         time.Time
	ReadAt     time.Time // by the other side
}

// FromDebtor reports whether the debtor's side wrote it.
func (m Message) FromDebtor() bool { return m.By.Kind == "debtor" || m.By.Kind == "representative" }

type row struct {
	ID      debt.ID         `db:"id"`
	CaseID  debt.ID         `db:"case_id"`
	ByKind  string          `db:"by_kind"`
	ByID    column.Optional `db:"by_id"`
	Request column.Optional `db:"request_id"`
	Text    string          `db:"text"`
	At      column.Instant  `db:"at"`
	ReadAt  column.Instant  `db:"read_at"`
	Key     string          `db:"person_key"`
}

const columns = `id, case_id, by_kind, by_id, request_id, text, at, read_at`

func (r row) message(by *store.Reader) (Message, error) {
	text, err := open(by, r.Key, owner("messages", by.Creditor(), r.ID), r.Text)
	return Message{r.ID, r.CaseID, debt.Actor{Kind: r.ByKind, ID: debt.ID(r.ByID)}, debt.ID(r.Request), text, r.At.Time, r.ReadAt.Time}, err
}

// owner is what a sealed text belongs to.
func owner(table string, creditor, id debt.ID) string {
	return table + ".text/" + string(creditor+"/"+id)
}

// seal seals a text under the key of the person it is about: people write about their lives. An
// empty one tells of nobody.
func seal(t *store.Tx, caseID debt.ID, owner string, text debt.Personal) (string, error) {
	if text == "" {
		return "", nil
	}
	key, err := t.KeyOf(caseID)
	if err != nil {
		return "", err
	}
	return key.Seal(owner, text.Reveal())
}

func open(r *store.Reader, found, owner, sealed string) (debt.Personal, error) {
	key, err := r.Safe().Found(r.Creditor(), found)
	if err != nil {
		return "", err
	}
	text, err := key.Open(owner, sealed)
	return debt.Personal(text), err
}

var ofCaseSQL = `SELECT ` + columns + `, ` + person.KeyColumn("messages") + ` FROM messages WHERE creditor_id = $1 AND case_id = $2 ORDER BY at, id`

const (
	addSQL = `INSERT INTO messages (creditor_id, ` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)`

	sinceSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM messages WHERE creditor_id = $1 AND case_id = $2 AND at > $3
		AND by_kind IN ('debtor', 'representative')`

	readByDebtorSQL = `UPDATE messages SET read_at = $3 WHERE creditor_id = $1 AND case_id = $2 AND read_at IS NULL
		AND by_kind NOT IN ('debtor', 'representative')`
	readByCreditorSQL = `UPDATE messages SET read_at = $3 WHERE creditor_id = $1 AND case_id = $2 AND read_at IS NULL
		AND by_kind IN ('debtor', 'representative')`
)

// Add keeps a message; the case must be locked.
func Add(t *store.Tx, m Message) error {
	text, err := seal(t, m.CaseID, owner("messages", t.Creditor(), m.ID), m.Text)
	if err == nil {
		_, err = t.Exec(addSQL, t.Creditor(), m.ID, m.CaseID, m.By.Kind, column.Optional(m.By.ID), column.Optional(m.RequestID), text, column.At(m.At))
	}
	return err
}

// OfCase lists the messages of a case, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]Message, error) {
	var rows []row
	if err := r.List(&rows, ofCaseSQL, r.Creditor(), caseID); err != nil {
		return nil, err
	}
	list := make([]Message, len(rows))
	for i, x := range rows {
		var err error
		if list[i], err = x.message(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

const unreadSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM messages WHERE creditor_id = $1 AND case_id = $2 AND read_at IS NULL
	AND by_kind NOT IN ('debtor', 'representative')`

// Unread counts what the debtor has not opened.
func Unread(r *store.Reader, caseID debt.ID) (n int, err error) {
	return n, r.Get(&n, unreadSQL, r.Creditor(), caseID)
}

// WrittenSince counts what the debtor's side has written after an instant.
func WrittenSince(r *store.Reader, caseID debt.ID, since time.Time) (n int, err error) {
	return n, r.Get(&n, sinceSQL, r.Creditor(), caseID, column.At(since))
}

// Read notes that one side has opened the messages of the other.
func Read(t *store.Tx, caseID debt.ID, byDebtor bool, now time.Time) error {
	query := readByCreditorSQL
	if byDebtor {
		query = readByDebtorSQL
	}
	_, err := t.Exec(query, t.Creditor(), caseID, column.At(now))
	return err
}
