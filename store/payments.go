package store

import (
	"encoding/json"
	"errors"
	"slices"

	"quitt/debt"
	"quitt/store/bulk"
	"quitt/store/column"
	"quitt/store/fault"
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
	Returned    debt.Cents         `db:"returned_cents" json:"returned_cents"`
}

const paymentColumns = `id, case_id, method, status, amount_cents, received_on, source, external_id, designation, note, booked_at, returned_cents`

func newPaymentRow(p debt.Payment) paymentRow {
	designation := ""
	if len(p.Designation) > 0 {
		designation = jsonText(p.Designation)
	}
	return paymentRow{p.ID, p.CaseID, p.Method, p.Status, p.Amount, column.On(p.ReceivedOn), p.Source, p.ExternalID,
		designation, p.Note, column.At(p.BookedAt), p.Returned}
}

func (r paymentRow) payment() (debt.Payment, error) {
	p := debt.Payment{ID: r.ID, CaseID: r.CaseID, Method: r.Method, Status: r.Status, Amount: r.AmountCents,
		ReceivedOn: r.ReceivedOn.Date, Source: r.Source, ExternalID: r.ExternalID, Note: r.Note, BookedAt: r.BookedAt.Time,
		Returned: r.Returned}
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
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

func (t *Tx) addPayment(r paymentRow) error {
	_, err := t.Exec(addPaymentSQL, t.creditor, r.ID, r.CaseID, r.Method, r.Status, r.AmountCents, r.ReceivedOn, r.Source, r.ExternalID, r.Designation, r.Note, r.BookedAt, r.Returned)
	return err
}

// AddPayment keeps a payment whose money has not arrived; its case must be locked. A taken
// key is Conflict "payment_key_taken".
func (t *Tx) AddPayment(p debt.Payment) error {
	err := t.addPayment(newPaymentRow(p))
	if errors.Is(err, fault.ErrUnique) {
		return debt.E(debt.Conflict, "payment_key_taken", debt.Args{"key": p.ExternalID})
	}
	return err
}

const paymentsByIDSQL = `SELECT ` + paymentColumns + ` FROM payments WHERE creditor_id = $1 AND id IN (`

// LoadPayments reads payments by id, as many as there are.
func (r *Reader) LoadPayments(ids []debt.ID) (map[debt.ID]debt.Payment, error) {
	out := make(map[debt.ID]debt.Payment, len(ids))
	for chunk := range slices.Chunk(ids, knownPage) {
		var rows []paymentRow
		query, args := bulk.In(paymentsByIDSQL, r.creditor, chunk)
		if err := r.List(&rows, query, args...); err != nil {
			return nil, err
		}
		for _, row := range rows {
			p, err := row.payment()
			if err != nil {
				return nil, err
			}
			out[p.ID] = p
		}
	}
	return out, nil
}

const (
	savePaymentsSQL = `INSERT INTO payments (creditor_id, ` + paymentColumns + `) VALUES `
	thenUpdateSQL   = ` ON CONFLICT (creditor_id, id) DO UPDATE SET status = excluded.status, received_on = excluded.received_on,
		booked_at = excluded.booked_at, returned_cents = excluded.returned_cents`
)

// SavePayment keeps what changed of a payment; its case must be locked.
func (t *Tx) SavePayment(p debt.Payment) error { return t.SavePayments([]debt.Payment{p}) }

// SavePayments is SavePayment for several, at most one per case.
func (t *Tx) SavePayments(list []debt.Payment) error {
	for len(list) > 0 {
		n := bulk.Portion(len(list), savedAtOnce)
		args := make([]any, 0, 13*n)
		for _, p := range list[:n] {
			r := newPaymentRow(p)
			args = append(args, t.creditor, r.ID, r.CaseID, r.Method, r.Status, r.AmountCents, r.ReceivedOn, r.Source, r.ExternalID,
				r.Designation, r.Note, r.BookedAt, r.Returned)
		}
		changed, err := t.Exec(savePaymentsSQL+bulk.Tuples(n, 13)+thenUpdateSQL, args...)
		if err := changedAll(changed, n, err); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// savedAtOnce bounds the rows of one statement.
const savedAtOnce = 64
