package remittances

import (
	"quitt/debt"
	"quitt/store"
)

const (
	freezeSQL = `INSERT INTO payout_lines (creditor_id, payout_id, payment_id, case_id, amount_cents, fee_cents, vat_cents) VALUES `
	frozenSQL = `
	SELECT l.payment_id, l.case_id, c.file_reference, p.received_on, l.amount_cents, l.fee_cents, l.vat_cents
	  FROM payout_lines l JOIN payments p ON p.creditor_id = l.creditor_id AND p.id = l.payment_id
	  JOIN cases c ON c.creditor_id = l.creditor_id AND c.id = l.case_id
	 WHERE l.creditor_id = $1 AND l.payout_id = $2 ORDER BY p.received_on, l.payment_id`
)

// Freeze keeps what a payout is made of when it is ordered: whatever comes back until it is booked
// stands in the next one.
func Freeze(t *store.Tx, payout debt.ID, lines []Line) error {
	return addLines(t, freezeSQL, payout, lines)
}

// Frozen lists what a payout is made of; nothing of one that was ordered before that was kept.
func Frozen(r *store.Reader, payout debt.ID) (list []Line, err error) {
	return list, r.List(&list, frozenSQL, r.Creditor(), payout)
}
