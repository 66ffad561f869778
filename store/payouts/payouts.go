// Package payouts keeps the files with which creditors are paid out.
package payouts

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// State says how far a file has come.
type State string

// The states of a file. It is paid once a remittance is booked under its reference.
const (
	Ordered   State = "ordered"
	Cancelled State = "cancelled" // not handed in
	Paid      State = "paid"
)

// File is one transfer to a creditor, with all that its bytes depend on.
type File struct {
	ID                      debt.ID
	Source                  string // that is paid out of
	Message                 string // its MsgId, unique for ever
	Reference               string // of the transfer, by which a statement is recognised
	UpTo, MadeOn, ExecuteOn debt.Date
	MadeAt                  time.Time
	FromIBAN, FromName      string
	ToIBAN, ToName          string
	Amount                  debt.Cents
	Payments                int
	SHA256                  string
	State                   State
}

type row struct {
	ID        debt.ID        `db:"id"`
	Source    string         `db:"source"`
	Message   string         `db:"message_id"`
	Reference string         `db:"reference"`
	UpTo      column.Day     `db:"up_to_on"`
	MadeOn    column.Day     `db:"made_on"`
	ExecuteOn column.Day     `db:"execute_on"`
	MadeAt    column.Instant `db:"made_at"`
	FromIBAN  string         `db:"from_iban"`
	FromName  string         `db:"from_name"`
	ToIBAN    string         `db:"to_iban"`
	ToName    string         `db:"to_name"`
	Amount    debt.Cents     `db:"amount_cents"`
	Payments  int64          `db:"payments"`
	SHA256    string         `db:"sha256"`
	State     State          `db:"state"`
}

func (r row) file() File {
	return File{r.ID, r.Source, r.Message, r.Reference, r.UpTo.Date, r.MadeOn.Date, r.ExecuteOn.Date, r.MadeAt.Time, r.FromIBAN, r.FromName,
		r.ToIBAN, r.ToName, r.Amount, int(r.Payments), r.SHA256, r.State}
}

const columns = `id, source, message_id, reference, up_to_on, made_on, execute_on, made_at, from_iban, from_name, to_iban, to_name,
	amount_cents, payments, sha256, state`

const (
	addSQL = `INSERT INTO payout_files (creditor_id, ` + columns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'ordered')`
	loadSQL    = `SELECT ` + columns + ` FROM payout_files WHERE creditor_id = $1 AND message_id = $2`
	listSQL    = `SELECT ` + columns + ` FROM payout_files WHERE creditor_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2`
	cancelSQL  = `UPDATE payout_files SET state = 'cancelled' WHERE creditor_id = $1 AND message_id = $2 AND state = 'ordered'`
	orderedSQL = `SELECT ` + columns + ` FROM payout_files WHERE creditor_id = $1 AND source = $2 AND state = 'ordered'`
	settleSQL  = `UPDATE payout_files SET state = 'paid' WHERE creditor_id = $1 AND state = 'ordered'
		AND EXISTS (SELECT 1 FROM remittances m WHERE m.creditor_id = payout_files.creditor_id AND m.reference = payout_files.reference)`
)

// Add keeps a new file. Conflict "payout_open": one of the source is neither booked nor cancelled.
func Add(t *store.Tx, f File) error {
	_, err := t.Exec(addSQL, t.Creditor(), f.ID, f.Source, f.Message, f.Reference, column.On(f.UpTo), column.On(f.MadeOn), column.On(f.ExecuteOn),
		column.At(f.MadeAt), f.FromIBAN, f.FromName, f.ToIBAN, f.ToName, int64(f.Amount), int64(f.Payments), f.SHA256)
	return store.Taken(err, "payout_open")
}

// Settle says of files whose remittance is booked that they are paid.
func Settle(t *store.Tx) error {
	_, err := t.Exec(settleSQL, t.Creditor())
	return err
}

// Cancel takes a file back. Conflict "payout_late" if it is not ordered any more.
func Cancel(t *store.Tx, message string) error {
	n, err := t.Exec(cancelSQL, t.Creditor(), message)
	if err == nil && n != 1 {
		err = debt.E(debt.Conflict, "payout_late", nil)
	}
	return err
}

// Load reads the file of a message, or NotFound "payout_unknown".
func Load(r *store.Reader, message string) (File, error) {
	var x row
	if err := r.Get(&x, loadSQL, r.Creditor(), message); err != nil {
		return File{}, store.Missing(err, "payout_unknown")
	}
	return x.file(), nil
}

// Open gives the file that is ordered from a source; ok is false where there is none.
func Open(r *store.Reader, source string) (f File, ok bool, err error) {
	var rows []row
	if err := r.List(&rows, orderedSQL, r.Creditor(), source); err != nil || len(rows) == 0 {
		return f, false, err
	}
	return rows[0].file(), true, nil
}

// List gives the newest first.
func List(r *store.Reader, most int) ([]File, error) {
	var rows []row
	err := r.List(&rows, listSQL, r.Creditor(), most)
	list := make([]File, len(rows))
	for i, x := range rows {
		list[i] = x.file()
	}
	return list, err
}
