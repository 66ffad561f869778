package statements

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// HeadState says what became of a statement.
type HeadState string

// The states of a statement. Only of a Booked one money is booked; one that is Known came before
// in another file; nothing is booked of one in Quarantine.
const (
	HeadReading HeadState = "reading"
	Booked      HeadState = "booked"
	Preview     HeadState = "preview"
	Detailing   HeadState = "detail"
	Quarantine  HeadState = "quarantined"
	Known       HeadState = "known"
)

// Head is a statement without its lines. Opening and Closing are nil where the bank gave none.
type Head struct {
	ID, FileID, AccountID debt.ID
	Kind                  string // of bank/statement
	Name, Sequence        string // the bank's
	Identity              string // a hash; the same for the same statement in another file
	From, To              debt.Date
	Opening, Closing      *debt.Cents
	Interim               bool // Opening is one in between of the same day
	State                 HeadState
	Reason                string     // a code of what is wrong with it
	Difference            debt.Cents // in quarantine: by how much it does not add up
	Fresh, Known          int64      // lines that were new, and that had come before
	ReadAt                time.Time
}

type headRow struct {
	ID         debt.ID        `db:"id"`
	FileID     debt.ID        `db:"file_id"`
	AccountID  debt.ID        `db:"account_id"`
	Kind       string         `db:"kind"`
	Name       string         `db:"name"`
	Sequence   string         `db:"sequence"`
	Identity   string         `db:"identity"`
	From       column.Day     `db:"from_on"`
	To         column.Day     `db:"to_on"`
	Opening    *debt.Cents    `db:"opening_cents"`
	Closing    *debt.Cents    `db:"closing_cents"`
	Interim    bool           `db:"interim"`
	State      HeadState      `db:"state"`
	Reason     string         `db:"reason"`
	Difference debt.Cents     `db:"difference_cents"`
	Fresh      int64          `db:"fresh"`
	Known      int64          `db:"known"`
	ReadAt     column.Instant `db:"read_at"`
}

const headColumns = `id, file_id, account_id, kind, name, sequence, identity, from_on, to_on, opening_cents, closing_cents, interim, state, reason, difference_cents, fresh, known, read_at`

func (r headRow) head() Head {
	return Head{r.ID, r.FileID, r.AccountID, r.Kind, r.Name, r.Sequence, r.Identity, r.From.Date, r.To.Date, r.Opening, r.Closing, r.Interim,
		r.State, r.Reason, r.Difference, r.Fresh, r.Known, r.ReadAt.Time}
}

const (
	addHeadSQL = `INSERT INTO bank_statements (creditor_id, ` + headColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, NULL, FALSE, 'reading', '', 0, 0, 0, $11)`
	endHeadSQL = `UPDATE bank_statements SET identity = $3, from_on = $4, to_on = $5, opening_cents = $6, closing_cents = $7, interim = $8,
		state = $9, reason = $10, difference_cents = $11, fresh = $12, known = $13 WHERE creditor_id = $1 AND id = $2`
	isKnownSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM bank_statements
		WHERE creditor_id = $1 AND account_id = $2 AND identity = $3 AND state IN ('booked', 'preview', 'detail')`
	// A day of an account has one statement, whatever it is called and in whatever format it is told.
	toldSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM bank_statements WHERE creditor_id = $1 AND account_id = $2 AND to_on = $3 AND opening_cents = $4 AND closing_cents = $5
		AND state = 'booked' AND NOT interim AND (opening_cents <> closing_cents OR fresh + known = $6)`
	headSQL     = `SELECT ` + headColumns + ` FROM bank_statements WHERE creditor_id = $1 AND id = $2`
	headsSQL    = `SELECT ` + headColumns + ` FROM bank_statements WHERE creditor_id = $1 AND state <> 'reading' ORDER BY read_at DESC, id DESC LIMIT $2`
	inStateSQL  = `SELECT ` + headColumns + ` FROM bank_statements WHERE creditor_id = $1 AND state = $2 ORDER BY read_at DESC, id DESC LIMIT $3`
	chainSQL    = `SELECT ` + headColumns + ` FROM bank_statements WHERE creditor_id = $1 AND account_id = $2 AND state = 'booked' ORDER BY to_on DESC, id DESC LIMIT $3`
	ofFileSQL   = `SELECT ` + headColumns + ` FROM bank_statements WHERE creditor_id = $1 AND file_id = $2 ORDER BY read_at, id`
	dropHeadSQL = `DELETE FROM bank_lines WHERE creditor_id = $1 AND statement_id = $2 AND state = 'staged'`
)

// AddHead keeps a statement that is being read.
func AddHead(t *store.Tx, h Head) error {
	_, err := t.Exec(addHeadSQL, t.Creditor(), h.ID, h.FileID, h.AccountID, h.Kind, h.Name, h.Sequence, h.Identity, column.On(h.From), column.On(h.To), column.At(h.ReadAt))
	return err
}

// IsKnown reports whether the same statement was taken over before.
func IsKnown(r *store.Reader, h Head) (bool, error) {
	var n int64
	err := r.Get(&n, isKnownSQL, r.Creditor(), h.AccountID, h.Identity)
	return n > 0, err
}

// IsTold reports whether the same day of the account was taken over under another name, as when
// a bank delivers MT940 and camt.053 of it. Lines is how many the statement has.
func IsTold(r *store.Reader, h Head, lines int64) (bool, error) {
	if h.Interim || h.Opening == nil || h.Closing == nil || h.To.IsZero() {
		return false, nil
	}
	var n int64
	err := r.Get(&n, toldSQL, r.Creditor(), h.AccountID, column.On(h.To), int64(*h.Opening), int64(*h.Closing), lines)
	return n > 0, err
}

// EndHead keeps what became of a statement. Of all that are not taken over the lines go.
func EndHead(t *store.Tx, h Head) error {
	_, err := t.Exec(endHeadSQL, t.Creditor(), h.ID, h.Identity, column.On(h.From), column.On(h.To), h.Opening, h.Closing, h.Interim, string(h.State), h.Reason,
		int64(h.Difference), h.Fresh, h.Known)
	if err == nil {
		_, err = t.Exec(dropHeadSQL, t.Creditor(), h.ID)
	}
	return err
}

func heads(rows []headRow, err error) ([]Head, error) {
	list := make([]Head, len(rows))
	for i, row := range rows {
		list[i] = row.head()
	}
	return list, err
}

// LoadHead reads a statement, or NotFound "bank_statement_unknown".
func LoadHead(r *store.Reader, id debt.ID) (Head, error) {
	var row headRow
	err := r.Get(&row, headSQL, r.Creditor(), id)
	return row.head(), store.Missing(err, "bank_statement_unknown")
}

// Heads lists statements, the newest first.
func Heads(r *store.Reader, most int) ([]Head, error) {
	var rows []headRow
	err := r.List(&rows, headsSQL, r.Creditor(), most)
	return heads(rows, err)
}

// InState lists the statements in a state, the newest first.
func InState(r *store.Reader, s HeadState, most int) ([]Head, error) {
	var rows []headRow
	err := r.List(&rows, inStateSQL, r.Creditor(), string(s), most)
	return heads(rows, err)
}

// OfFile lists the statements of a file.
func OfFile(r *store.Reader, file debt.ID) ([]Head, error) {
	var rows []headRow
	err := r.List(&rows, ofFileSQL, r.Creditor(), file)
	return heads(rows, err)
}

// Chain gives the newest statements of an account that were taken over.
func Chain(r *store.Reader, account debt.ID, most int) ([]Head, error) {
	var rows []headRow
	err := r.List(&rows, chainSQL, r.Creditor(), account, most)
	return heads(rows, err)
}
