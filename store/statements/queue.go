package statements

import (
	"time"

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
