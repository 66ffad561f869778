package statements

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// SignKind is what else names a case beside its references.
type SignKind string

// The kinds of sign. Orders and mandates are those of direct debits of our own.
const (
	Payer   SignKind = "payer"
	Order   SignKind = "end_to_end"
	Mandate SignKind = "mandate"
)

// Sign ties a hash to a case.
type Sign struct {
	Kind   SignKind `db:"kind"`
	Hash   string   `db:"hash"`
	CaseID debt.ID  `db:"case_id"`
}

const (
	addSignSQL = `INSERT INTO bank_signs (creditor_id, kind, hash, case_id, sealed, seen_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (creditor_id, kind, hash, case_id) DO NOTHING`
	signsSQL = `SELECT kind, hash, case_id FROM bank_signs WHERE creditor_id = $1 AND hash IN (`
	partsSQL = `SELECT line_id, n, case_id, payment_id, amount_cents FROM bank_parts WHERE creditor_id = $1 AND line_id = $2 ORDER BY n`
	addPart  = `INSERT INTO bank_parts (creditor_id, line_id, n, case_id, payment_id, amount_cents) VALUES ($1, $2, $3, $4, $5, $6)`
)

// Learn remembers that money for a case came from an account, or that a debit of ours was for
// it. The number is what was hashed; of an account it is kept, sealed.
func Learn(t *store.Tx, s Sign, number debt.Personal, now time.Time) error {
	if s.Hash == "" || s.CaseID == "" {
		return nil
	}
	sealed := ""
	if s.Kind == Payer {
		key, err := t.KeyOf(s.CaseID)
		if err != nil || key.None() {
			return err
		}
		x := key.Texts("bank_signs", t.Creditor(), s.CaseID)
		if sealed = x.Seal("sealed", number); x.Err() != nil {
			return x.Err()
		}
	}
	_, err := t.Exec(addSignSQL, t.Creditor(), string(s.Kind), s.Hash, s.CaseID, sealed, column.At(now))
	return err
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
