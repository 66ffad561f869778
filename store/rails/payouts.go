package rails

import (
	"quitt/debt"
	"quitt/store"
)

const payoutsSQL = `SELECT ` + moveColumns + ` FROM moves WHERE creditor_id = $1 AND kind IN ('payout', 'payout_failed') AND id > $2 ORDER BY id LIMIT $3`

// Payouts lists up to most payouts and failed ones behind a row, "" for the first, in the order
// in which they were heard of.
func Payouts(r *store.Reader, after debt.ID, most int) ([]Move, error) {
	if after == "" {
		after = "00000000-0000-0000-0000-000000000000"
	}
	var rows []moveRow
	err := r.List(&rows, payoutsSQL, r.Creditor(), after, most)
	return moves(rows, err)
}
