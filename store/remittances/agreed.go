package remittances

import (
	"time"

	"quitt/debt"
	"quitt/debt/agreed"
	"quitt/store"
	"quitt/store/column"
)

const (
	agreementsSQL = `SELECT from_on, share_bp, fixed_cents, vat_bp FROM fee_agreements WHERE creditor_id = $1 ORDER BY from_on`
	agreeSQL      = `INSERT INTO fee_agreements (creditor_id, from_on, share_bp, fixed_cents, vat_bp, made_at) VALUES ($1, $2, $3, $4, $5, $6)`
	settledToSQL  = `
	SELECT MAX(day) FROM (
	SELECT up_to_on AS day FROM remittances WHERE creditor_id = $1
	 UNION ALL SELECT up_to_on FROM payout_files WHERE creditor_id = $1 AND state = 'ordered'
	 UNION ALL SELECT from_on FROM fee_agreements WHERE creditor_id = $1) days`
)

// Agreements lists what is agreed, in the order of their days.
func Agreements(r *store.Reader) ([]agreed.Agreement, error) {
	var rows []struct {
		From  column.Day `db:"from_on"`
		Share int64      `db:"share_bp"`
		Fixed debt.Cents `db:"fixed_cents"`
		VAT   int64      `db:"vat_bp"`
	}
	err := r.List(&rows, agreementsSQL, r.Creditor())
	list := make([]agreed.Agreement, len(rows))
	for i, x := range rows {
		list[i] = agreed.Agreement{From: x.From.Date, Share: debt.BasisPoints(x.Share), Fixed: x.Fixed, VAT: debt.BasisPoints(x.VAT)}
	}
	return list, err
}

// SettledTo is the last day for which the fees cannot change any more: paid out, ordered to be, or
// the first of an agreement. Zero where there is none.
func SettledTo(r *store.Reader) (debt.Date, error) {
	var day column.Day
	err := r.Get(&day, settledToSQL, r.Creditor())
	return day.Date, err
}

// Agree keeps an agreement, whose day must be behind SettledTo.
func Agree(t *store.Tx, a agreed.Agreement, now time.Time) error {
	_, err := t.Exec(agreeSQL, t.Creditor(), column.On(a.From), int64(a.Share), int64(a.Fixed), int64(a.VAT), column.At(now))
	return err
}
