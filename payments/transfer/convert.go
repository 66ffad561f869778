package transfer

import (
	"strconv"
	"strings"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/store"
	"quitt/store/statements"
)

// batch is the occasion of an entry that sums up payments the statement does not name.
const batch = "batch"

// lines turns an entry into lines, one for each payment in it. Parts of batches get a mark by
// which the sum in one report and the parts in another find each other.
func (v *reading) lines(e statement.Entry) ([]statements.Line, error) {
	if len(e.Details) == 0 {
		l, err := v.line(e, statement.Transaction{Amount: e.Amount, Ref: e.Ref, Code: e.Code})
		l.Occasion = string(statement.OccasionOf(e, statement.Transaction{Amount: e.Amount, Code: e.Code}))
		if e.Batch != nil {
			l.Occasion, l.Batch = batch, v.mark(e)
		}
		return []statements.Line{l}, err
	}
	list := make([]statements.Line, len(e.Details))
	for i, t := range e.Details {
		l, err := v.line(e, t)
		if err != nil {
			return nil, err
		}
		if v.kind == statement.Detail {
			l.Batch = v.mark(e)
		}
		list[i] = l
	}
	return list, nil
}

// mark is what a batch is called in the statement and in the report of its parts: its sum, its
// day and its reference, the bank's or our own.
func (v *reading) mark(e statement.Entry) string {
	reference := e.Ref
	if e.Batch != nil && e.Batch.PaymentID != "" {
		reference = e.Batch.PaymentID
	} else if e.Batch != nil && e.Batch.MessageID != "" && reference == "" {
		reference = e.Batch.MessageID
	}
	return v.keys.Hash("batch", v.account.External, strconv.FormatInt(e.Amount.Cents, 10), reference)
}

func (v *reading) line(e statement.Entry, t statement.Transaction) (statements.Line, error) {
	booked, value, err := days(e)
	if err != nil {
		return statements.Line{}, err
	}
	l := statements.Line{ID: store.NewID(), AccountID: v.account.ID, StatementID: v.head.ID, Occasion: string(statement.OccasionOf(e, t)),
		Amount: debt.Cents(t.Amount.Cents), Currency: t.Amount.Currency, BookedOn: booked, ValueOn: value, Fee: debt.Cents(t.Charges), Said: saidOf(e, t)}
	if t.Original != nil && t.Original.Currency == t.Amount.Currency {
		l.Original = max(debt.Cents(t.Original.Cents), -debt.Cents(t.Original.Cents))
	}
	if l.Occasion == string(statement.ReturnedDebit) {
		l.Original, l.Fee = apartFee(-l.Amount, l.Original, l.Fee)
	}
	if t.Return != nil {
		l.Reason = code(t.Return.Code)
	}
	l.EndToEnd, l.Mandate = v.keys.Hash("end_to_end", statements.Number(t.EndToEnd)), v.keys.Hash("mandate", statements.Number(t.Mandate))
	l.Payer = v.keys.Hash("payer", statements.Number(t.Payer.IBAN))
	l.Fingerprint = v.keys.Hash("line", string(v.kind), v.account.External, booked.String(), value.String(), strconv.FormatInt(t.Amount.Cents, 10), t.Amount.Currency,
		t.EndToEnd, t.Mandate, e.Ref, t.Ref, statements.Number(t.Payer.IBAN), t.Reference, squeezed(t.Remittance), l.Batch)
	return l, nil
}

// apartFee tells what was collected from what the bank took for returning it: the two make up
// what left the account. Where only one of them is said, the other is the rest.
func apartFee(taken, original, fee debt.Cents) (debt.Cents, debt.Cents) {
	switch {
	case original > 0 && original <= taken:
		return original, taken - original
	case fee > 0 && fee < taken:
		return taken - fee, fee
	}
	return taken, 0
}

// code keeps a reason the bank gives if it is one that may stand in events.
func code(reason string) string {
	if debt.IsCode(reason) {
		return reason
	}
	return ""
}

// squeezed are the pieces of a purpose without blanks: where a bank cuts and fills lines differs
// from one of its files to the next.
func squeezed(pieces []string) string {
	return strings.Join(strings.Fields(strings.Join(pieces, " ")), "")
}

// days are those of an entry. A bank that names no value day means the booking day.
func days(e statement.Entry) (booked, value debt.Date, err error) {
	b, v := string(e.BookedOn), string(e.ValueOn)
	if b == "" {
		b = v
	}
	if v == "" {
		v = b
	}
	if booked, err = debt.ParseDate(b); err != nil {
		return booked, value, debt.E(debt.Invalid, "bank_day_invalid", nil)
	}
	if value, err = debt.ParseDate(v); err != nil {
		return booked, value, debt.E(debt.Invalid, "bank_day_invalid", nil)
	}
	return booked, value, nil
}

func saidOf(e statement.Entry, t statement.Transaction) statements.Said {
	p := func(s string) debt.Personal {
		return debt.Personal(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "?"))
	}
	s := statements.Said{Name: p(t.Payer.Name), IBAN: p(statements.Number(t.Payer.IBAN)), BIC: p(t.Payer.BIC), Ultimate: p(t.Ultimate), EndToEnd: p(t.EndToEnd),
		Mandate: p(t.Mandate), Reference: p(t.Reference), Bank: p(e.Text)}
	for _, r := range t.Remittance {
		s.Texts = append(s.Texts, p(r))
	}
	return s
}
