package statements

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

const queueSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(s.read_at) AS oldest FROM bank_lines l
	JOIN bank_statements s ON s.creditor_id = l.creditor_id AND s.id = l.statement_id WHERE l.creditor_id = $1 AND l.state = 'waiting'`

// Queue says how many lines wait to be looked at, and when the oldest was read.
func Queue(r *store.Reader) (waiting int, oldest time.Time, err error) {
	var row struct {
		N      int            `db:"n"`
		Oldest column.Instant `db:"oldest"`
	}
	err = r.Get(&row, queueSQL, r.Creditor())
	return row.N, row.Oldest.Time, err
}

const becameSQL = `SELECT l.state AS state, CAST(COUNT(*) AS BIGINT) AS n FROM bank_lines l
	JOIN bank_statements s ON s.creditor_id = l.creditor_id AND s.id = l.statement_id WHERE l.creditor_id = $1 AND s.file_id = $2 GROUP BY l.state`

// Became counts the lines of a file by where they stand.
func Became(r *store.Reader, file debt.ID) (map[State]int, error) {
	var rows []struct {
		State State `db:"state"`
		N     int   `db:"n"`
	}
	err := r.List(&rows, becameSQL, r.Creditor(), file)
	n := map[State]int{}
	for _, row := range rows {
		n[row.State] = row.N
	}
	return n, err
}
