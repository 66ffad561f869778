package givebacks

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// FileState says how far a file has come.
type FileState string

// The states of a file. It is paid once statements have shown all of it.
const (
	FileOrdered   FileState = "ordered"
	FileCancelled FileState = "cancelled" // not handed in
	FilePaid      FileState = "paid"
)

// File is one order to a bank.
type File struct {
	ID, AccountID     debt.ID
	Message           string // its MsgId, unique for ever
	MadeOn, ExecuteOn debt.Date
	MadeAt            time.Time
	FromName          string
	Purpose           string // said in each transfer before the day the money came
	Amount            debt.Cents
	Transfers         int
	SHA256            string
	State             FileState
}

type fileRow struct {
	ID        debt.ID        `db:"id"`
	AccountID debt.ID        `db:"account_id"`
	Message   string         `db:"message_id"`
	MadeOn    column.Day     `db:"made_on"`
	ExecuteOn column.Day     `db:"execute_on"`
	MadeAt    column.Instant `db:"made_at"`
	FromName  string         `db:"from_name"`
	Purpose   string         `db:"purpose"`
	Amount    debt.Cents     `db:"amount_cents"`
	Transfers int64          `db:"transfers"`
	SHA256    string         `db:"sha256"`
	State     FileState      `db:"state"`
}

func (r fileRow) file() File {
	return File{r.ID, r.AccountID, r.Message, r.MadeOn.Date, r.ExecuteOn.Date, r.MadeAt.Time, r.FromName, r.Purpose, r.Amount, int(r.Transfers), r.SHA256, r.State}
}

const fileColumns = `id, account_id, message_id, made_on, execute_on, made_at, from_name, purpose, amount_cents, transfers, sha256, state`

const (
	addFileSQL   = `INSERT INTO give_back_files (creditor_id, ` + fileColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'ordered')`
	loadFileSQL  = `SELECT ` + fileColumns + ` FROM give_back_files WHERE creditor_id = $1 AND message_id = $2`
	listFilesSQL = `SELECT ` + fileColumns + ` FROM give_back_files WHERE creditor_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2`
	cancelSQL    = `UPDATE give_back_files SET state = 'cancelled' WHERE creditor_id = $1 AND id = $2 AND state = 'ordered'
		AND NOT EXISTS (SELECT 1 FROM give_backs b WHERE b.creditor_id = $1 AND b.file_id = $2 AND b.state = 'gone')`
)

// Add keeps a new file with what stands in it. Forbidden "payout_line_ordered" where some of it stands
// in another.
func Add(t *store.Tx, f File, list []Back) error {
	_, err := t.Exec(addFileSQL, t.Creditor(), f.ID, f.AccountID, f.Message, column.On(f.MadeOn), column.On(f.ExecuteOn), column.At(f.MadeAt), f.FromName, f.Purpose,
		int64(f.Amount), int64(f.Transfers), f.SHA256)
	if err != nil {
		return err
	}
	return Order(t, f.ID, list)
}

// Load reads the file of a message and what stands in it, or NotFound "payout_unknown".
func Load(r *store.Reader, message string) (File, []Back, error) {
	var x fileRow
	if err := r.Get(&x, loadFileSQL, r.Creditor(), message); err != nil {
		return File{}, nil, store.Missing(err, "payout_unknown")
	}
	var rows []row
	err := r.List(&rows, ofFileSQL, r.Creditor(), x.ID)
	list, err := backs(rows, err)
	return x.file(), list, err
}

// List gives the newest first.
func List(r *store.Reader, most int) ([]File, error) {
	var rows []fileRow
	err := r.List(&rows, listFilesSQL, r.Creditor(), most)
	list := make([]File, len(rows))
	for i, x := range rows {
		list[i] = x.file()
	}
	return list, err
}

// Cancel takes a file back: its money waits for another. Conflict "payout_late" once a statement
// shows any of it, or if it was taken back before.
func Cancel(t *store.Tx, f File) error {
	n, err := t.Exec(cancelSQL, t.Creditor(), f.ID)
	if err == nil && n != 1 {
		return debt.E(debt.Conflict, "payout_late", nil)
	}
	if err == nil {
		_, err = t.Exec(freeSQL, t.Creditor(), f.ID)
	}
	return err
}
