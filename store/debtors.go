package store

import (
	"quitt/debt"
	"quitt/store/person"
)

// debtorColumns are written; those that tell who it is stay empty (store/person).
const debtorColumns = `id, kind, country, state, address_source, sealed, who_mark`

const (
	addDebtorSQL = `
	INSERT INTO debtors (creditor_id, ` + debtorColumns + `, ` + person.Columns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ` + person.NoOne + `)`
	addKeySQL = `INSERT INTO person_keys (creditor_id, debtor_id, sealed) VALUES ($1, $2, $3)`
)

func (t *Tx) addDebtor(r person.Row) error {
	_, err := t.Exec(addDebtorSQL, t.creditor, r.ID, r.Kind, r.Country, r.State, r.AddressSource, r.Sealed, r.Mark)
	return err
}

func (t *Tx) addKey(k person.KeyRow) error {
	_, err := t.Exec(addKeySQL, t.creditor, k.DebtorID, k.Sealed)
	return err
}

const debtorSQL = `
	SELECT ` + debtorColumns + `, ` + person.Columns + `, address_stopped, email_stopped, phone_stopped, preferred_channel, preferred_language, erased_at,
	       COALESCE((SELECT k.sealed FROM person_keys k WHERE k.creditor_id = debtors.creditor_id AND k.debtor_id = debtors.id), '') AS person_key
	  FROM debtors WHERE creditor_id = $1 AND id = $2`

// LoadDebtor finds a debtor, or NotFound "debtor_unknown".
func (r *Reader) LoadDebtor(id debt.ID) (debt.Debtor, error) {
	var row person.Row
	if err := r.Get(&row, debtorSQL, r.creditor, id); err != nil {
		return debt.Debtor{}, Missing(err, "debtor_unknown")
	}
	return r.store.safe.Debtor(r.creditor, row)
}

const stopDebtorSQL = `
	UPDATE debtors SET address_stopped = $3, email_stopped = $4, phone_stopped = $5
	 WHERE creditor_id = $1 AND id = $2`

// SaveStops stores by which ways a debtor is not reached any more. The case must be locked
// and get an event: pages of the case are kept until its version changes.
func (t *Tx) SaveStops(d debt.Debtor) error {
	_, err := t.Exec(stopDebtorSQL, t.creditor, d.ID, string(d.AddressStopped), string(d.EmailStopped), string(d.PhoneStopped))
	return err
}

const keyOfCaseSQL = `
	SELECT d.id, d.sealed, d.erased_at, COALESCE(k.sealed, '') AS person_key
	  FROM cases c JOIN debtors d ON d.creditor_id = c.creditor_id AND d.id = c.debtor_id
	       LEFT JOIN person_keys k ON k.creditor_id = d.creditor_id AND k.debtor_id = d.id
	 WHERE c.creditor_id = $1 AND c.id = $2`

// KeyOf gives the key of the debtor of a case. A debtor from before there were keys gets one;
// somebody erased, or whose key is lost, does not: nothing can be sealed for him any more.
func (t *Tx) KeyOf(caseID debt.ID) (person.Key, error) {
	var row person.Row
	if err := t.Get(&row, keyOfCaseSQL, t.creditor, caseID); err != nil {
		return person.Key{}, Missing(err, "case_unknown")
	}
	if row.Key != "" || row.Sealed != "" || !row.ErasedAt.IsZero() {
		return t.store.safe.KeyOf(t.creditor, row.ID, row.Key)
	}
	key, added, err := t.store.safe.NewKey(t.creditor, row.ID)
	if err == nil {
		err = t.addKey(added)
	}
	return key, err
}

// Safe gives what seals and opens persons.
func (r *Reader) Safe() person.Safe { return r.store.safe }
