package objections

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// ProofState is what became of a proof of payment.
type ProofState string

// The states.
const (
	ProofOpen     ProofState = "open"
	ProofAccepted ProofState = "accepted"
	ProofRejected ProofState = "rejected"
)

// Proof is "I have paid that already".
type Proof struct {
	ID      debt.ID
	CaseID  debt.ID
	PaidOn  debt.Date
	Amount  debt.Cents
	State   ProofState
	FiledBy string
	FiledAt time.Time
	DueOn   debt.Date
	EndedAt time.Time
	HoldID  debt.ID
	Target  debt.Personal // the account it was paid to, as the debtor knows it
	Words   debt.Personal
	Reason  debt.Personal // of the decision
}

type proofRow struct {
	ID      debt.ID        `db:"id"`
	CaseID  debt.ID        `db:"case_id"`
	PaidOn  column.Day     `db:"paid_on"`
	Amount  debt.Cents     `db:"amount_cents"`
	State   ProofState     `db:"state"`
	FiledBy string         `db:"filed_by"`
	FiledAt column.Instant `db:"filed_at"`
	DueOn   column.Day     `db:"due_on"`
	EndedAt column.Instant `db:"ended_at"`
	HoldID  debt.ID        `db:"hold_id"`
	Target  string         `db:"target"`
	Words   string         `db:"words"`
	Reason  string         `db:"reason"`
	Key     string         `db:"person_key"`
}

func (r proofRow) proof(by *store.Reader) (Proof, error) {
	x := by.Safe().Texts(r.Key, "proofs", by.Creditor(), r.ID)
	p := Proof{r.ID, r.CaseID, r.PaidOn.Date, r.Amount, r.State, r.FiledBy, r.FiledAt.Time, r.DueOn.Date, r.EndedAt.Time, r.HoldID,
		x.Open("target", r.Target), x.Open("words", r.Words), x.Open("reason", r.Reason)}
	return p, x.Err()
}

const proofColumns = `id, case_id, paid_on, amount_cents, state, filed_by, filed_at, due_on, ended_at, hold_id, target, words, reason`

const (
	addProofSQL = `INSERT INTO proofs (creditor_id, ` + proofColumns + `)
		VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, NULL, $9, $10, $11, '')`
	endProofSQL = `UPDATE proofs SET state = $3, ended_at = $4, reason = $5 WHERE creditor_id = $1 AND id = $2 AND ended_at IS NULL`
)

var (
	shownProof = proofColumns + `, ` + person.KeyColumn("proofs")

	proofSQL        = `SELECT ` + shownProof + ` FROM proofs WHERE creditor_id = $1 AND id = $2`
	proofsByCaseSQL = `SELECT ` + shownProof + ` FROM proofs WHERE creditor_id = $1 AND case_id = $2 ORDER BY filed_at, id`
	openProofsSQL   = `SELECT ` + shownProof + ` FROM proofs WHERE creditor_id = $1 AND ended_at IS NULL ORDER BY filed_at, id LIMIT $2`
)

// AddProof keeps a new proof.
func AddProof(t *store.Tx, p Proof) error {
	x, err := texts(t, "proofs", p.CaseID, p.ID)
	if err != nil {
		return err
	}
	target, words := x.Seal("target", p.Target), x.Seal("words", p.Words)
	if x.Err() != nil {
		return x.Err()
	}
	_, err = t.Exec(addProofSQL, t.Creditor(), p.ID, p.CaseID, column.On(p.PaidOn), int64(p.Amount), p.FiledBy, column.At(p.FiledAt),
		column.On(p.DueOn), p.HoldID, target, words)
	return err
}

// LoadProof reads a proof, or NotFound "proof_unknown".
func LoadProof(r *store.Reader, id debt.ID) (Proof, error) {
	var row proofRow
	if err := r.Get(&row, proofSQL, r.Creditor(), id); err != nil {
		return Proof{}, store.Missing(err, "proof_unknown")
	}
	return row.proof(r)
}

// Proofs lists those of a case, the oldest first.
func Proofs(r *store.Reader, caseID debt.ID) ([]Proof, error) {
	return proofs(r, proofsByCaseSQL, r.Creditor(), caseID)
}

// OpenProofs lists those nobody has decided on, the oldest first. The match against bank
// statements looks here for what may have come in (date, amount).
func OpenProofs(r *store.Reader, most int) ([]Proof, error) {
	return proofs(r, openProofsSQL, r.Creditor(), most)
}

func proofs(r *store.Reader, query string, args ...any) ([]Proof, error) {
	var rows []proofRow
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	out := make([]Proof, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.proof(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// EndProof keeps a decision; Conflict "proof_ended" if there is one already.
func EndProof(t *store.Tx, p Proof) error {
	reason, err := ending{"proofs", p.CaseID, p.ID}.last(t, p.Reason)
	if err != nil {
		return err
	}
	n, err := t.Exec(endProofSQL, t.Creditor(), p.ID, string(p.State), column.At(p.EndedAt), reason)
	if err == nil && n == 0 {
		return debt.E(debt.Conflict, "proof_ended", nil)
	}
	return err
}
