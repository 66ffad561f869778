package rails

import (
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// MoveState says where a movement of money went.
type MoveState string

// The states of a movement. Suspended money is with the provider and belongs to no case yet:
// Why says why, and a person decides.
const (
	MovePending MoveState = "pending" // announced by the provider, not moved
	MoveBooked  MoveState = "booked"
	Suspended   MoveState = "suspended"
	// Placed money was suspended, and a person gave it to a case as a payment of its own. It
	// counts for nothing of the order it came with.
	MovePlaced MoveState = "placed"
	MoveVoid   MoveState = "void" // was announced and never moved
)

// The kinds of movement that belong to no payment.
const (
	PayoutMove       rail.MoveKind = "payout"
	PayoutFailedMove rail.MoveKind = "payout_failed"
	OtherMove        rail.MoveKind = "other"
)

// Move is a movement as it is kept.
type Move struct {
	rail.Move

	RowID     debt.ID
	AccountID debt.ID
	PaymentID debt.ID // "" for money nobody here asked for
	CaseID    debt.ID
	State     MoveState
	Why       string
	HeardAt   time.Time
}

type moveRow struct {
	ID          debt.ID         `db:"id"`
	AccountID   debt.ID         `db:"account_id"`
	PaymentID   column.Optional `db:"payment_id"`
	CaseID      column.Optional `db:"case_id"`
	Kind        rail.MoveKind   `db:"kind"`
	External    string          `db:"external_id"`
	Amount      debt.Cents      `db:"amount_cents"`
	Currency    string          `db:"currency"`
	ValueOn     column.Day      `db:"value_on"`
	MovedAt     column.Instant  `db:"moved_at"`
	Transaction string          `db:"transaction_id"`
	RefKind     rail.RefKind    `db:"ref_kind"`
	RefID       string          `db:"ref_id"`
	Reason      string          `db:"reason"`
	State       MoveState       `db:"state"`
	Why         string          `db:"why"`
	HeardAt     column.Instant  `db:"heard_at"`
}

const moveColumns = `id, account_id, payment_id, case_id, kind, external_id, amount_cents, currency, value_on, moved_at, transaction_id, ref_kind, ref_id, reason, state, why, heard_at`

func (r moveRow) move() Move {
	return Move{Move: rail.Move{Kind: r.Kind, ID: r.External, Amount: r.Amount, Currency: r.Currency, On: r.ValueOn.Date, At: r.MovedAt.Time,
		Transaction: r.Transaction, Object: rail.Ref{Kind: r.RefKind, ID: r.RefID}, Reason: r.Reason, Pending: r.State == MovePending},
		RowID: r.ID, AccountID: r.AccountID, PaymentID: debt.ID(r.PaymentID), CaseID: debt.ID(r.CaseID), State: r.State, Why: r.Why, HeardAt: r.HeardAt.Time}
}

func moves(rows []moveRow, err error) ([]Move, error) {
	if err != nil {
		return nil, err
	}
	list := make([]Move, len(rows))
	for i, r := range rows {
		list[i] = r.move()
	}
	return list, nil
}

const (
	insertMoveSQL = `INSERT INTO moves (creditor_id, ` + moveColumns + `) VALUES `
	// What a movement is never changes; that it happened, its number in the provider's account
	// and where it went may become known later.
	updateMoveSQL = ` ON CONFLICT (creditor_id, account_id, kind, external_id) DO UPDATE SET payment_id = excluded.payment_id,
		case_id = excluded.case_id, transaction_id = excluded.transaction_id, value_on = excluded.value_on, moved_at = excluded.moved_at,
		state = excluded.state, why = excluded.why
		WHERE moves.payment_id IS NULL OR moves.payment_id = excluded.payment_id`

	moveSQL         = `SELECT ` + moveColumns + ` FROM moves WHERE creditor_id = $1 AND id = $2`
	movesOfSQL      = `SELECT ` + moveColumns + ` FROM moves WHERE creditor_id = $1 AND payment_id IN (`
	suspendedSQL    = `SELECT ` + moveColumns + ` FROM moves WHERE creditor_id = $1 AND state = 'suspended' AND why NOT IN ('not_ours', 'give_back') ORDER BY moved_at, id LIMIT $2`
	movesBetweenSQL = `SELECT ` + moveColumns + ` FROM moves WHERE creditor_id = $1 AND account_id = $2 AND moved_at >= $3 AND moved_at < $4 ORDER BY moved_at, id`
	moveByKeySQL    = `SELECT ` + moveColumns + ` FROM moves WHERE creditor_id = $1 AND account_id = $2 AND kind = $3 AND external_id = $4`
	byObjectSQL     = `SELECT ` + moveColumns + ` FROM moves WHERE creditor_id = $1 AND account_id = $2 AND transaction_id = $3`
)

// moveWidth is how many values a row of moves has.
const moveWidth = 18

// SaveMoves keeps movements, new ones and what changed of known ones. A movement that counts
// for another payment is Conflict "move_taken": it never changes sides.
func SaveMoves(t *store.Tx, list []Move) error {
	for len(list) > 0 {
		n := bulk.Portion(len(list), atOnce)
		args := make([]any, 0, moveWidth*n)
		for _, m := range list[:n] {
			args = append(args, t.Creditor(), m.RowID, m.AccountID, column.Optional(m.PaymentID), column.Optional(m.CaseID), string(m.Kind), m.ID,
				int64(m.Amount), m.Currency, column.On(m.On), column.At(m.At), m.Transaction, string(m.Object.Kind), m.Object.ID, m.Reason,
				string(m.State), m.Why, column.At(m.HeardAt))
		}
		kept, err := t.Exec(insertMoveSQL+bulk.Tuples(n, moveWidth)+updateMoveSQL, args...)
		if err != nil {
			return err
		}
		if kept != int64(n) {
			return debt.E(debt.Conflict, "move_taken", nil)
		}
		list = list[n:]
	}
	return nil
}

// MovesOf reads the movements of payments, by payment.
func MovesOf(r *store.Reader, payments []debt.ID) (map[debt.ID][]Move, error) {
	out := map[debt.ID][]Move{}
	if len(payments) == 0 {
		return out, nil
	}
	var rows []moveRow
	query, args := bulk.In(movesOfSQL, r.Creditor(), payments)
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	for _, row := range rows {
		m := row.move()
		out[m.PaymentID] = append(out[m.PaymentID], m)
	}
	return out, nil
}

// FindMove reads a movement by its identity; ok is false for one never heard of.
func FindMove(r *store.Reader, account debt.ID, kind rail.MoveKind, external string) (m Move, ok bool, err error) {
	var rows []moveRow
	if err := r.List(&rows, moveByKeySQL, r.Creditor(), account, string(kind), external); err != nil || len(rows) == 0 {
		return Move{}, false, err
	}
	return rows[0].move(), true, nil
}

// LoadMove reads a movement by its row, or NotFound "move_unknown".
func LoadMove(r *store.Reader, id debt.ID) (Move, error) {
	var row moveRow
	if err := r.Get(&row, moveSQL, r.Creditor(), id); err != nil {
		return Move{}, store.Missing(err, "move_unknown")
	}
	return row.move(), nil
}

const suspenseSQL = `SELECT id FROM entries WHERE creditor_id = $1 AND source = $2 AND external_id = $3 AND kind = $4`

// SuspenseOf gives the entry that holds a suspended movement of an account, or NotFound
// "move_unknown".
func SuspenseOf(r *store.Reader, source string, m Move) (debt.ID, error) {
	var id debt.ID
	err := r.Get(&id, suspenseSQL, r.Creditor(), source, string(m.Kind)+"/"+m.ID, string(ledger.SuspenseEntry))
	return id, store.Missing(err, "move_unknown")
}

// MovesOfTransaction reads what is known of one line of the provider's account.
func MovesOfTransaction(r *store.Reader, account debt.ID, transaction string) ([]Move, error) {
	var rows []moveRow
	err := r.List(&rows, byObjectSQL, r.Creditor(), account, transaction)
	return moves(rows, err)
}

// SuspendedMoves lists the money that belongs to no case and of which nobody has decided that it
// never will, the oldest first.
func SuspendedMoves(r *store.Reader, most int) ([]Move, error) {
	var rows []moveRow
	err := r.List(&rows, suspendedSQL, r.Creditor(), most)
	return moves(rows, err)
}

// MovesBetween lists an account's movements recorded in [from, to), the oldest first.
func MovesBetween(r *store.Reader, account debt.ID, from, to time.Time) ([]Move, error) {
	var rows []moveRow
	err := r.List(&rows, movesBetweenSQL, r.Creditor(), account, column.At(from), column.At(to))
	return moves(rows, err)
}
