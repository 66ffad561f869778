// Package statements keeps what banks tell of accounts: files, the statements in them and their
// lines. Money is not kept here: where that of a line went is in moves and in the ledger.
package statements

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// FileState says how far a file has been read.
type FileState string

// The states of a file. A refused one may be read again.
const (
	Reading FileState = "reading"
	Done    FileState = "done"
	Refused FileState = "refused"
)

// File is a file of a bank.
type File struct {
	ID      debt.ID
	SHA256  string
	State   FileState
	Reason  string // a code
	Turn    debt.ID
	BegunAt time.Time
	EndedAt time.Time
}

type fileRow struct {
	ID      debt.ID        `db:"id"`
	SHA256  string         `db:"sha256"`
	State   FileState      `db:"state"`
	Reason  string         `db:"reason"`
	Turn    debt.ID        `db:"turn"`
	BegunAt column.Instant `db:"begun_at"`
	EndedAt column.Instant `db:"ended_at"`
}

const fileColumns = `id, sha256, state, reason, turn, begun_at, ended_at`

const (
	fileSQL    = `SELECT ` + fileColumns + ` FROM bank_files WHERE creditor_id = $1 AND sha256 = $2`
	filesSQL   = `SELECT ` + fileColumns + ` FROM bank_files WHERE creditor_id = $1 ORDER BY begun_at DESC, id DESC LIMIT $2`
	addFileSQL = `INSERT INTO bank_files (creditor_id, ` + fileColumns + `) VALUES ($1, $2, $3, 'reading', '', $4, $5, NULL)
		ON CONFLICT (creditor_id, sha256) DO UPDATE SET state = 'reading', reason = '', turn = excluded.turn, begun_at = excluded.begun_at, ended_at = NULL
		WHERE bank_files.state <> 'done' OR EXISTS (SELECT 1 FROM bank_statements q
		 WHERE q.creditor_id = bank_files.creditor_id AND q.file_id = bank_files.id AND q.state = 'quarantined')`
	turnSQL    = `UPDATE bank_files SET turn = turn WHERE creditor_id = $1 AND id = $2 AND turn = $3 AND state = 'reading'`
	endFileSQL = `UPDATE bank_files SET state = $4, reason = $5, ended_at = $6 WHERE creditor_id = $1 AND id = $2 AND turn = $3 AND state = 'reading'`

	dropLinesSQL = `DELETE FROM bank_lines WHERE creditor_id = $1 AND state = 'staged'
		AND statement_id IN (SELECT id FROM bank_statements WHERE creditor_id = $1 AND file_id = $2 AND state = 'reading')`
	dropReadingSQL = `DELETE FROM bank_statements WHERE creditor_id = $1 AND file_id = $2 AND state = 'reading'`
	dropAsideSQL   = `DELETE FROM bank_statements WHERE creditor_id = $1 AND file_id = $2 AND state IN ('reading', 'quarantined')`
)

func (r fileRow) file() File {
	return File{r.ID, r.SHA256, r.State, r.Reason, r.Turn, r.BegunAt.Time, r.EndedAt.Time}
}

// Begin takes a file to read it. One that was read to its end is given back as Done, unless a
// statement of it was put aside: that may be read better by now. What a reader that died has left
// of it is dropped, and one that still reads it loses its turn.
func Begin(t *store.Tx, sha256 string, now time.Time) (File, error) {
	turn := store.NewID()
	if _, err := t.Exec(addFileSQL, t.Creditor(), store.NewID(), sha256, turn, column.At(now)); err != nil {
		return File{}, err
	}
	var row fileRow
	if err := t.Get(&row, fileSQL, t.Creditor(), sha256); err != nil || row.State == Done {
		return row.file(), err
	}
	if _, err := t.Exec(dropLinesSQL, t.Creditor(), row.ID); err != nil {
		return File{}, err
	}
	_, err := t.Exec(dropAsideSQL, t.Creditor(), row.ID)
	return row.file(), err
}

// FindFile gives a file by its hash; ok is false for one never seen.
func FindFile(r *store.Reader, sha256 string) (f File, ok bool, err error) {
	var row fileRow
	err = r.Get(&row, fileSQL, r.Creditor(), sha256)
	if errors.Is(err, sql.ErrNoRows) {
		return f, false, nil
	}
	return row.file(), err == nil, err
}

// Files lists files, the newest first.
func Files(r *store.Reader, most int) ([]File, error) {
	var rows []fileRow
	err := r.List(&rows, filesSQL, r.Creditor(), most)
	list := make([]File, len(rows))
	for i, row := range rows {
		list[i] = row.file()
	}
	return list, err
}

// errTurn says that another process has begun to read the same file.
func errTurn() error { return debt.E(debt.Conflict, "bank_file_busy", nil) }

// Hold makes sure that it is still this reader's turn, until the transaction ends: Conflict
// "bank_file_busy".
func Hold(t *store.Tx, f File) error {
	n, err := t.Exec(turnSQL, t.Creditor(), f.ID, f.Turn)
	if err == nil && n == 0 {
		return errTurn()
	}
	return err
}

// End keeps how the reading of a file ended; what was not finished of it is dropped.
func End(t *store.Tx, f File) error {
	n, err := t.Exec(endFileSQL, t.Creditor(), f.ID, f.Turn, string(f.State), f.Reason, column.At(f.EndedAt))
	if err == nil && n == 0 {
		return errTurn()
	}
	if err != nil {
		return err
	}
	if _, err := t.Exec(dropLinesSQL, t.Creditor(), f.ID); err != nil {
		return err
	}
	_, err = t.Exec(dropReadingSQL, t.Creditor(), f.ID)
	return err
}
