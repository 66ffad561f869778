package objections

import (
	"quitt/debt"
	"quitt/store"
	"quitt/store/person"
)

// texts seals those of a row under the key of the person the case is about: people write about
// their lives, some of it about health or family (GDPR Art. 9).
func texts(t *store.Tx, table string, caseID, id debt.ID) (*person.Texts, error) {
	key, err := t.KeyOf(caseID)
	return key.Texts(table, t.Creditor(), id), err
}

// ending is a decision as it is kept beside what it decides.
type ending struct {
	table      string
	caseID, id debt.ID
}

// last seals the reason of a decision.
func (e ending) last(t *store.Tx, reason debt.Personal) (string, error) {
	x, err := texts(t, e.table, e.caseID, e.id)
	if err != nil {
		return "", err
	}
	return x.Last("reason", reason), x.Err()
}
