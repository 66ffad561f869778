// Package reseal seals debtors who were stored in the clear before persons had keys, and keys
// that an older key of the installation sealed. Both work a portion at a time: they give the
// last id they looked at, "" at the end, and how many rows they sealed.
package reseal

import (
	"quitt/debt"
	"quitt/store"
	"quitt/store/person"
)

// portion bounds the rows of a transaction.
const portion = 200

const (
	plainSQL = `
	SELECT id, ` + person.Columns + `,
	       COALESCE((SELECT k.sealed FROM person_keys k WHERE k.creditor_id = debtors.creditor_id AND k.debtor_id = debtors.id), '') AS person_key
	  FROM debtors
	 WHERE creditor_id = $1 AND sealed = '' AND erased_at IS NULL AND id > $2 ORDER BY id LIMIT $3`
	sealSQL = `
	UPDATE debtors SET (` + person.Columns + `) = (` + person.NoOne + `), sealed = $3
	 WHERE creditor_id = $1 AND id = $2 AND sealed = '' AND erased_at IS NULL`
	addKeySQL = `INSERT INTO person_keys (creditor_id, debtor_id, sealed) VALUES ($1, $2, $3)`
)

// Debtors seals those behind an id.
func Debtors(t *store.Tx, after debt.ID) (last debt.ID, did int, err error) {
	var rows []person.Row
	if err := t.List(&rows, plainSQL, t.Creditor(), after, portion); err != nil {
		return "", 0, err
	}
	for _, r := range rows {
		key, err := keyOf(t, r)
		if err != nil {
			return "", 0, err
		}
		sealed, err := key.SealWho(t.Creditor(), r.ID, r.Who)
		if err != nil {
			return "", 0, err
		}
		if _, err := t.Exec(sealSQL, t.Creditor(), r.ID, sealed); err != nil {
			return "", 0, err
		}
		last = r.ID
	}
	return last, len(rows), nil
}

// keyOf gives the key a debtor has already, because something was sealed for him meanwhile, or
// a new one.
func keyOf(t *store.Tx, r person.Row) (person.Key, error) {
	if r.Key != "" {
		return t.Safe().KeyOf(t.Creditor(), r.ID, r.Key)
	}
	key, added, err := t.Safe().NewKey(t.Creditor(), r.ID)
	if err == nil {
		_, err = t.Exec(addKeySQL, t.Creditor(), added.DebtorID, added.Sealed)
	}
	return key, err
}

const (
	keysSQL  = `SELECT debtor_id, sealed FROM person_keys WHERE creditor_id = $1 AND debtor_id > $2 ORDER BY debtor_id LIMIT $3`
	renewSQL = `UPDATE person_keys SET sealed = $3 WHERE creditor_id = $1 AND debtor_id = $2 AND sealed = $4`
)

// Keys seals keys anew with the newest key of the installation: only then an old one may go.
func Keys(t *store.Tx, after debt.ID) (last debt.ID, did int, err error) {
	var rows []person.KeyRow
	if err := t.List(&rows, keysSQL, t.Creditor(), after, portion); err != nil {
		return "", 0, err
	}
	for _, k := range rows {
		last = k.DebtorID
		sealed, err := t.Safe().RenewKey(t.Creditor(), k)
		if err != nil {
			return "", did, err
		}
		if sealed == "" {
			continue
		}
		if _, err := t.Exec(renewSQL, t.Creditor(), k.DebtorID, sealed, k.Sealed); err != nil {
			return "", did, err
		}
		did++
	}
	return last, did, nil
}
