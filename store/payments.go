package store

import (
	"encoding/json"

	"quitt/debt"
	"quitt/store/column"
)

type paymentRow struct {
	ID          debt.ID            `db:"id" json:"id"`
	CaseID      debt.ID            `db:"case_id" json:"case_id"`
	Method      debt.Method        `db:"method" json:"method"`
	Status      debt.PaymentStatus `db:"status" json:"status"`
	AmountCents debt.Cents         `db:"amount_cents" json:"amount_cents"`
	ReceivedOn  column.Day         `db:"received_on" json:"received_on"`
	Source      string             `db:"source" json:"source"`
	ExternalID  string             `db:"external_id" json:"external_id"`
	Designation string             `db:"designation" json:"designation"`
	Note        string             `db:"note" json:"note"`
	BookedAt    column.Instant     `db:"booked_at" json:"booked_at"`
}

const paymentColumns = `id, case_id, method, status, amount_cents, received_on, source, external_id, designation, note, booked_at`

func newPaymentRow(p debt.Payment) paymentRow {
	designation := ""
	if len(p.Designation) > 0 {
		designation = jsonText(p.Designation)
	}
	return paymentRow{p.ID, p.CaseID, p.Method, p.Status, p.Amount, column.On(p.ReceivedOn), p.Source, p.ExternalID,
		designation, p.Note, column.At(p.BookedAt)}
}

func (r paymentRow) payment() (debt.Payment, error) {
	p := debt.Payment{ID: r.ID, CaseID: r.CaseID, Method: r.Method, Status: r.Status, Amount: r.AmountCents,
		ReceivedOn: r.ReceivedOn.Date, Source: r.Source, ExternalID: r.ExternalID, Note: r.Note, BookedAt: r.BookedAt.Time}
	if r.Designation == "" {
		return p, nil
	}
	return p, json.Unmarshal([]byte(r.Designation), &p.Designation)
}

func payments(rows []paymentRow) ([]debt.Payment, error) {
	list := make([]debt.Payment, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.payment(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

const paymentByKeySQL = `SELECT ` + paymentColumns + ` FROM payments WHERE creditor_id = $1 AND source = $2 AND external_id = $3`

// LoadPayment finds a payment by its business key, or NotFound "payment_unknown".
func (r *Reader) LoadPayment(key debt.Key) (debt.Payment, error) {
	var row paymentRow
	if err := r.Get(&row, paymentByKeySQL, r.creditor, key.Source, key.ExternalID); err != nil {
		return debt.Payment{}, Missing(err, "payment_unknown")
	}
	return row.payment()
}

const paymentsByCaseSQL = `SELECT ` + paymentColumns + ` FROM payments WHERE creditor_id = $1 AND case_id = $2 ORDER BY booked_at, id`

// Payments lists a case's payments in the order in which they were booked.
func (r *Reader) Payments(caseID debt.ID) ([]debt.Payment, error) {
	var rows []paymentRow
	if err := r.List(&rows, paymentsByCaseSQL, r.creditor, caseID); err != nil {
		return nil, err
	}
	return payments(rows)
}

const addPaymentSQL = `
	INSERT INTO payments (creditor_id, ` + paymentColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

func (t *Tx) addPayment(r paymentRow) error {
	_, err := t.Exec(addPaymentSQL, t.creditor, r.ID, r.CaseID, r.Method, r.Status, r.AmountCents, r.ReceivedOn,
		r.Source, r.ExternalID, r.Designation, r.Note, r.BookedAt)
	return err
}

const savePaymentSQL = `UPDATE payments SET status = $3 WHERE creditor_id = $1 AND id = $2`

// SavePayment keeps a payment's new status; its case must be locked.
func (t *Tx) SavePayment(p debt.Payment) error {
	n, err := t.Exec(savePaymentSQL, t.creditor, p.ID, p.Status)
	return changedAll(n, 1, err)
}
