package rails

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// RefundState says how far the call for a refund has come; what became of the money is in the
// movements of its payment.
type RefundState string

// The states of a refund's call.
const (
	RefundCreated RefundState = "created"
	RefundUnknown RefundState = "unknown" // nobody knows whether the provider took it
	RefundAsked   RefundState = "asked"
	RefundRefused RefundState = "refused"
)

// Refund is one order to send money back. Its id is the key of the call.
type Refund struct {
	ID        debt.ID
	PaymentID debt.ID
	CaseID    debt.ID
	Amount    debt.Cents
	State     RefundState
	Failure   string
	StartedAt time.Time
	DueAt     time.Time // when a loop looks next; zero: never
	Looks     int
}

type refundRow struct {
	ID        debt.ID        `db:"id"`
	PaymentID debt.ID        `db:"payment_id"`
	CaseID    debt.ID        `db:"case_id"`
	Amount    debt.Cents     `db:"amount_cents"`
	State     RefundState    `db:"state"`
	Failure   string         `db:"failure"`
	StartedAt column.Instant `db:"started_at"`
	DueAt     column.Instant `db:"due_at"`
	Looks     int            `db:"looks"`
}

const refundColumns = `id, payment_id, case_id, amount_cents, state, failure, started_at, due_at, looks`

const (
	addRefundSQL  = `INSERT INTO refunds (creditor_id, ` + refundColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	saveRefundSQL = `UPDATE refunds SET state = $3, failure = $4, due_at = $5, looks = $6 WHERE creditor_id = $1 AND id = $2`
	refundsSQL    = `SELECT ` + refundColumns + ` FROM refunds WHERE creditor_id = $1 AND payment_id = $2 ORDER BY started_at, id`
	dueRefundsSQL = `
		UPDATE refunds SET due_at = $3 WHERE creditor_id = $1 AND due_at <= $2 AND id IN (
		       SELECT id FROM refunds WHERE creditor_id = $1 AND due_at <= $2 ORDER BY due_at LIMIT $4)
		RETURNING ` + refundColumns
)

// AddRefund keeps an order before its call; its case must be locked.
func AddRefund(t *store.Tx, f Refund) error {
	_, err := t.Exec(addRefundSQL, t.Creditor(), f.ID, f.PaymentID, f.CaseID, int64(f.Amount), string(f.State), f.Failure,
		column.At(f.StartedAt), column.At(f.DueAt), f.Looks)
	return err
}

// SaveRefund keeps how far an order has come.
func SaveRefund(t *store.Tx, f Refund) error {
	_, err := t.Exec(saveRefundSQL, t.Creditor(), f.ID, string(f.State), f.Failure, column.At(f.DueAt), f.Looks)
	return err
}

// Refunds lists those of a payment, the oldest first.
func Refunds(r *store.Reader, payment debt.ID) ([]Refund, error) {
	return refunds(r, refundsSQL, payment)
}

// ClaimRefunds takes up to n that a loop has to look at, until an instant.
func ClaimRefunds(t *store.Tx, n int, now, until time.Time) ([]Refund, error) {
	return refunds(&t.Reader, dueRefundsSQL, column.At(now), column.At(until), n)
}

func refunds(r *store.Reader, query string, args ...any) ([]Refund, error) {
	var rows []refundRow
	if err := r.List(&rows, query, append([]any{r.Creditor()}, args...)...); err != nil {
		return nil, err
	}
	list := make([]Refund, len(rows))
	for i, w := range rows {
		list[i] = Refund{w.ID, w.PaymentID, w.CaseID, w.Amount, w.State, w.Failure, w.StartedAt.Time, w.DueAt.Time, w.Looks}
	}
	return list, nil
}

const anyRefundDueSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n FROM (SELECT 1 FROM refunds WHERE creditor_id = $1 AND due_at <= $2 LIMIT 1) d`

// AnyRefundDue reports whether a loop has to look at a refund: looking costs no commit.
func AnyRefundDue(r *store.Reader, now time.Time) (bool, error) {
	var n int64
	err := r.Get(&n, anyRefundDueSQL, r.Creditor(), column.At(now))
	return n > 0, err
}
