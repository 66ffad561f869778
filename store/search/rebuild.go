package search

import (
	"quitt/debt"
	"quitt/store"
)

// portion bounds the cases of a transaction.
const portion = 200

// The cases behind an id: all, and those that nobody has made findable. A case always has a
// reference and so a term.
const (
	behindSQL = `SELECT c.id FROM cases c WHERE c.creditor_id = $1 AND c.id > $2`

	missingSQL = behindSQL + ` AND NOT EXISTS (SELECT 1 FROM search_terms s WHERE s.creditor_id = $1 AND s.case_id = c.id) ORDER BY c.id LIMIT $3`
	allSQL     = behindSQL + ` ORDER BY c.id LIMIT $3`
)

// Missing makes a portion of cases behind an id findable that are not yet: those from before
// there was a search. It gives the last id it looked at, "" at the end.
func Missing(t *store.Tx, after debt.ID) (last debt.ID, did int, err error) {
	return rebuild(t, missingSQL, after)
}

// Rebuild makes a portion of all cases behind an id findable anew.
func Rebuild(t *store.Tx, after debt.ID) (last debt.ID, did int, err error) {
	return rebuild(t, allSQL, after)
}

func rebuild(t *store.Tx, query string, after debt.ID) (last debt.ID, did int, err error) {
	var ids []debt.ID
	if err := t.List(&ids, query, t.Creditor(), after, portion); err != nil || len(ids) == 0 {
		return "", 0, err
	}
	files, err := t.Lock(ids...) // or a name could change between reading and marking it
	if err != nil {
		return "", 0, err
	}
	list := make([]Subject, len(files))
	for i, f := range files {
		// Of somebody erased there is no name.
		d, err := t.LoadDebtor(f.Case.DebtorID)
		if err != nil {
			return "", 0, err
		}
		list[i] = NewSubject(store.NewFile{File: f, Debtor: d})
		for _, drop := range []string{dropMarksSQL, dropTermsSQL} {
			if _, err := t.Exec(drop, t.Creditor(), f.Case.ID); err != nil {
				return "", 0, err
			}
		}
	}
	return ids[len(ids)-1], len(ids), Add(t, list...)
}

const renewSQL = `UPDATE search_keys SET sealed = $2 WHERE creditor_id = $1 AND sealed = $3`

// Reseal seals the key of a creditor anew that an older key of the installation sealed.
func Reseal(t *store.Tx, _ debt.ID) (last debt.ID, did int, err error) {
	var sealed []string
	if err := t.List(&sealed, keySQL, t.Creditor()); err != nil {
		return "", 0, err
	}
	for _, old := range sealed {
		renewed, err := t.Safe().Renew(owner(t.Creditor()), old)
		if err != nil || renewed == "" {
			return "", 0, err
		}
		if _, err := t.Exec(renewSQL, t.Creditor(), renewed, old); err != nil {
			return "", 0, err
		}
		did++
	}
	return "", did, nil
}
