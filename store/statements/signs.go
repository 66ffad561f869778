package statements

import (
	"slices"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
	"quitt/store/person"
)

// SignKind is what else names a case beside its references.
type SignKind string

// The kinds of sign. Orders and mandates are those of direct debits of our own.
const (
	Payer   SignKind = "payer"
	Order   SignKind = "end_to_end"
	Mandate SignKind = "mandate"
)

// Sign ties a hash to a case. Number is what was hashed: of an account it is kept, sealed.
type Sign struct {
	Kind   SignKind      `db:"kind"`
	Hash   string        `db:"hash"`
	CaseID debt.ID       `db:"case_id"`
	Number debt.Personal `db:"-"`
}

const (
	addSignsSQL  = `INSERT INTO bank_signs (creditor_id, kind, hash, case_id, sealed, seen_at) VALUES `
	knownSignSQL = ` ON CONFLICT (creditor_id, hash, kind, case_id) DO NOTHING`
	signWidth    = 6
	signsSQL     = `SELECT kind, hash, case_id FROM bank_signs WHERE creditor_id = $1 AND hash IN (`
	partsSQL     = `SELECT line_id, n, case_id, payment_id, amount_cents FROM bank_parts WHERE creditor_id = $1 AND line_id = $2 ORDER BY n`
	addPart      = `INSERT INTO bank_parts (creditor_id, line_id, n, case_id, payment_id, amount_cents) VALUES ($1, $2, $3, $4, $5, $6)`
)

// Learn remembers that money for a case came from an account, or that a debit of ours was for
// it. Of somebody erased nothing is remembered.
func Learn(t *store.Tx, k Keys, now time.Time, list ...Sign) error {
	list = slices.DeleteFunc(slices.Clone(list), func(s Sign) bool { return s.Hash == "" || s.CaseID == "" })
	var ids []debt.ID
	for _, s := range list {
		ids = append(ids, s.CaseID)
	}
	keys, err := k.of(t, ids)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(s Sign) bool { return keys[s.CaseID].None() })
	for len(list) > 0 {
		n := bulk.Portion(len(list), AtOnce)
		args := make([]any, 0, n*signWidth)
		for _, s := range list[:n] {
			sealed := ""
			if s.Kind == Payer {
				x := keys[s.CaseID].Texts("bank_signs", t.Creditor(), s.CaseID)
				if sealed = x.Seal("sealed", s.Number); x.Err() != nil {
					return x.Err()
				}
			}
			args = append(args, t.Creditor(), string(s.Kind), s.Hash, s.CaseID, sealed, column.At(now))
		}
		if _, err := t.Exec(addSignsSQL+bulk.Tuples(n, signWidth)+knownSignSQL, args...); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

const personKeysSQL = `SELECT c.id AS case_id, c.debtor_id, COALESCE(k.sealed, '') AS sealed
	FROM cases c LEFT JOIN person_keys k ON k.creditor_id = c.creditor_id AND k.debtor_id = c.debtor_id WHERE c.creditor_id = $1 AND c.id IN (`

// of opens the keys of the people that cases are about; the zero key of somebody erased.
func (k Keys) of(t *store.Tx, ids []debt.ID) (map[debt.ID]person.Key, error) {
	keys := k.people
	if keys == nil {
		keys = map[debt.ID]person.Key{}
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id debt.ID) bool { _, ok := keys[id]; return ok })
	for chunk := range slices.Chunk(ids, signsAtOnce) {
		var rows []struct {
			CaseID debt.ID `db:"case_id"`
			Debtor debt.ID `db:"debtor_id"`
			Sealed string  `db:"sealed"`
		}
		query, args := bulk.In(personKeysSQL, t.Creditor(), chunk)
		if err := t.List(&rows, query, args...); err != nil {
			return nil, err
		}
		for _, row := range rows {
			var err error
			if row.Sealed == "" { // erased, or from before there were keys: then it gets one
				keys[row.CaseID], err = t.KeyOf(row.CaseID)
			} else {
				keys[row.CaseID], err = t.Safe().KeyOf(t.Creditor(), row.Debtor, row.Sealed)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return keys, nil
}

// Signs gives what hashes are known to name.
func Signs(r *store.Reader, hashes []string) (list []Sign, err error) {
	for len(hashes) > 0 {
		n := min(len(hashes), signsAtOnce)
		query, args := bulk.In(signsSQL, r.Creditor(), hashes[:n])
		var some []Sign
		if err := r.List(&some, query+` ORDER BY kind, hash, case_id`, args...); err != nil {
			return nil, err
		}
		list, hashes = append(list, some...), hashes[n:]
	}
	return list, nil
}

const signsAtOnce = 256

// Part is a share of a line that was split over cases.
type Part struct {
	LineID    debt.ID    `db:"line_id"`
	N         int64      `db:"n"`
	CaseID    debt.ID    `db:"case_id"`
	PaymentID debt.ID    `db:"payment_id"`
	Amount    debt.Cents `db:"amount_cents"`
}

// AddParts keeps what a line was split into.
func AddParts(t *store.Tx, list []Part) error {
	for _, p := range list {
		if _, err := t.Exec(addPart, t.Creditor(), p.LineID, p.N, p.CaseID, p.PaymentID, int64(p.Amount)); err != nil {
			return err
		}
	}
	return nil
}

// Parts lists what a line was split into.
func Parts(r *store.Reader, line debt.ID) (list []Part, err error) {
	return list, r.List(&list, partsSQL, r.Creditor(), line)
}
