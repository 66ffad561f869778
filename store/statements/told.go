package statements

import (
	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Day is what of one booking day two statements do not tell alike.
type Day struct {
	On    debt.Date
	Sum   debt.Cents
	Other debt.Cents // of the lines that the one at hand does not have
	Lines int64      // how many those are
}

type dayRow struct {
	On    column.Day `db:"booked_on"`
	Sum   debt.Cents `db:"sum_cents"`
	Other debt.Cents `db:"other_cents"`
	Lines int64      `db:"lines"`
}

const (
	overlapSQL = `SELECT ` + headColumns + ` FROM bank_statements WHERE creditor_id = $1 AND account_id = $2 AND state = 'booked' AND to_on >= $3 AND from_on <= $4
		ORDER BY to_on, id`
	freshDaysSQL = `SELECT n.booked_on, CAST(SUM(n.amount_cents) AS BIGINT) AS sum_cents,
		  CAST(SUM(CASE WHEN o.id IS NULL THEN n.amount_cents ELSE 0 END) AS BIGINT) AS other_cents, CAST(SUM(CASE WHEN o.id IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS lines
		FROM bank_lines n LEFT JOIN bank_lines o ON o.creditor_id = n.creditor_id AND o.account_id = n.account_id AND o.fingerprint = n.fingerprint
		  AND o.occurrence = n.occurrence AND o.state <> 'staged'
		WHERE n.creditor_id = $1 AND n.statement_id = $2 AND n.state = 'staged' GROUP BY n.booked_on`
	takenDaysSQL = `SELECT o.booked_on, CAST(SUM(o.amount_cents) AS BIGINT) AS sum_cents,
		  CAST(SUM(CASE WHEN n.fingerprint IS NULL THEN o.amount_cents ELSE 0 END) AS BIGINT) AS other_cents, CAST(SUM(CASE WHEN n.fingerprint IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS lines
		FROM bank_lines o JOIN bank_statements s ON s.creditor_id = o.creditor_id AND s.id = o.statement_id
		LEFT JOIN (SELECT fingerprint, occurrence FROM bank_lines WHERE creditor_id = $1 AND statement_id = $2 AND state = 'staged') n
		  ON n.fingerprint = o.fingerprint AND n.occurrence = o.occurrence
		WHERE o.creditor_id = $1 AND o.account_id = $3 AND o.state <> 'staged' AND s.kind = 'booked' AND o.booked_on >= $4 AND o.booked_on <= $5 GROUP BY o.booked_on`
	dropDaySQL = `DELETE FROM bank_lines WHERE creditor_id = $1 AND statement_id = $2 AND state = 'staged' AND booked_on = $3`
)

// Overlap lists the statements taken over that have a day with one being read in common.
func Overlap(r *store.Reader, h Head) ([]Head, error) {
	var rows []headRow
	err := r.List(&rows, overlapSQL, r.Creditor(), h.AccountID, column.On(h.From), column.On(h.To))
	return heads(rows, err)
}

// FreshDays gives the days of a statement being read; Other is of lines nobody has told so far.
func FreshDays(r *store.Reader, h Head) (map[debt.Date]Day, error) {
	var rows []dayRow
	err := r.List(&rows, freshDaysSQL, r.Creditor(), h.ID)
	return days(rows), err
}

// TakenDays gives the days of an account as statements told them before; Other is of lines that
// the one being read does not have.
func TakenDays(r *store.Reader, h Head, from, to debt.Date) (map[debt.Date]Day, error) {
	var rows []dayRow
	err := r.List(&rows, takenDaysSQL, r.Creditor(), h.ID, h.AccountID, column.On(from), column.On(to))
	return days(rows), err
}

func days(rows []dayRow) map[debt.Date]Day {
	found := make(map[debt.Date]Day, len(rows))
	for _, row := range rows {
		found[row.On.Date] = Day{row.On.Date, row.Sum, row.Other, row.Lines}
	}
	return found
}

// DropDay drops the lines of a day from a statement being read, and says how many there were.
func DropDay(t *store.Tx, h Head, on debt.Date) (int64, error) {
	return t.Exec(dropDaySQL, t.Creditor(), h.ID, column.On(on))
}
