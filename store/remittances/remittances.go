// Package remittances keeps what was paid out to creditors, and what it is made of.
package remittances

import (
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/agreed"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// Remittance is money paid out to a creditor.
type Remittance struct {
	ID        debt.ID
	Number    int64     // 1, 2, 3 … of the creditor; 0 for what a provider paid out by itself
	Source    string    // provider account it was taken from
	UpTo      debt.Date // value day of the last payments in it
	PaidOn    debt.Date
	Amount    debt.Cents
	Reference string
	BookedAt  time.Time
}

// Line is what one payment adds. Fee is what the creditor has agreed to pay for it and VAT the tax on
// that; both are below nothing where they are given back.
type Line struct {
	PaymentID     debt.ID    `db:"payment_id"`
	CaseID        debt.ID    `db:"case_id"`
	FileReference string     `db:"file_reference"`
	ReceivedOn    column.Day `db:"received_on"`
	Amount        debt.Cents `db:"amount_cents"`
	Fee           debt.Cents `db:"fee_cents"`
	VAT           debt.Cents `db:"vat_cents"`
}

// Paid is what the creditor gets of it.
func (l Line) Paid() debt.Cents { return l.Amount - l.Fee - l.VAT }

// Sums is what lines come to.
type Sums struct {
	Came, Back             debt.Cents // Back is not above nothing
	Fee, VAT               debt.Cents
	FeeBack, VATBack, Paid debt.Cents // the first two are not above nothing
}

// SumOf adds lines up.
func SumOf(lines []Line) (s Sums) {
	for _, l := range lines {
		s.Came, s.Back = s.Came+max(l.Amount, 0), s.Back+min(l.Amount, 0)
		s.Fee, s.FeeBack = s.Fee+max(l.Fee, 0), s.FeeBack+min(l.Fee, 0)
		s.VAT, s.VATBack = s.VAT+max(l.VAT, 0), s.VATBack+min(l.VAT, 0)
		s.Paid += l.Paid()
	}
	return s
}

// MostLines is how many payments one remittance takes at most; the rest waits for the next.
const MostLines = 10_000

const (
	dueSQL = `
	SELECT payment_id, case_id, file_reference, received_on, amount_cents, paid_cents, charged_fee, charged_vat FROM (
	SELECT p.id AS payment_id, p.case_id, c.file_reference, p.received_on,
	       CAST(COALESCE(b.amount_cents, 0) AS BIGINT) AS paid_cents, CAST(COALESCE(b.fee_cents, 0) AS BIGINT) AS charged_fee, CAST(COALESCE(b.vat_cents, 0) AS BIGINT) AS charged_vat, CAST(
	       CASE WHEN p.status IN ('succeeded', 'part_refunded', 'refunded', 'reversed') THEN p.amount_cents - p.returned_cents ELSE 0 END
	     - COALESCE(b.amount_cents, 0)
	     - COALESCE((SELECT SUM(g.amount_cents) FROM give_backs g WHERE g.creditor_id = p.creditor_id AND g.payment_id = p.id AND g.state <> 'gone'), 0) AS BIGINT) AS amount_cents
	  FROM payments p JOIN cases c ON c.creditor_id = p.creditor_id AND c.id = p.case_id
	  LEFT JOIN (SELECT payment_id, SUM(amount_cents) AS amount_cents, SUM(fee_cents) AS fee_cents, SUM(vat_cents) AS vat_cents
	               FROM remittance_lines WHERE creditor_id = $1 GROUP BY payment_id) b ON b.payment_id = p.id
	 WHERE p.creditor_id = $1 AND p.source = $2 AND p.received_on <= $3 AND p.method NOT IN ('direct', 'cash', 'waiver')) due
	 WHERE amount_cents <> 0 ORDER BY received_on, payment_id LIMIT $4`

	providerSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM provider_accounts WHERE creditor_id = $1 AND provider <> 'bank' AND provider || ':' || external_id = $2`

	addSQL      = `INSERT INTO remittances (creditor_id, id, number, source, up_to_on, paid_on, amount_cents, reference, booked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	addLinesSQL = `INSERT INTO remittance_lines (creditor_id, remittance_id, payment_id, case_id, amount_cents, fee_cents, vat_cents) VALUES `

	listSQL = `
	SELECT e.id, COALESCE(m.number, 0) AS number, p.provider AS source, m.up_to_on, e.value_on AS paid_on,
	       CAST(-p.amount_cents AS BIGINT) AS amount_cents, COALESCE(m.reference, e.external_id) AS reference, e.booked_at
	  FROM entries e JOIN postings p ON p.creditor_id = e.creditor_id AND p.entry_id = e.id AND p.account = 'clearing'
	  LEFT JOIN remittances m ON m.creditor_id = e.creditor_id AND m.id = e.id
	 WHERE e.creditor_id = $1 AND e.kind IN ('payout', 'remittance') AND e.value_on >= $2 AND e.value_on <= $3
	 ORDER BY e.value_on DESC, e.id DESC LIMIT $4`

	loadSQL = `SELECT id, number, source, up_to_on, paid_on, amount_cents, reference, booked_at FROM remittances WHERE creditor_id = $1 AND number = $2`

	linesSQL = `
	SELECT l.payment_id, l.case_id, c.file_reference, p.received_on, l.amount_cents, l.fee_cents, l.vat_cents
	  FROM remittance_lines l JOIN payments p ON p.creditor_id = l.creditor_id AND p.id = l.payment_id
	  JOIN cases c ON c.creditor_id = l.creditor_id AND c.id = l.case_id
	 WHERE l.creditor_id = $1 AND l.remittance_id = $2 ORDER BY c.file_reference, p.received_on, l.payment_id`
)

// OfProvider reports whether a provider pays this account out by itself.
func OfProvider(r *store.Reader, source string) (bool, error) {
	var n int64
	err := r.Get(&n, providerSQL, r.Creditor(), source)
	return n > 0, err
}

// Due lists what payments from a source, with value days up to one, add to a remittance now:
// what stays of each less what was paid out of it and what is on its way back; with the fee that is agreed for what
// stays, less what was charged for it. The oldest come first, at most MostLines.
func Due(r *store.Reader, source string, upTo debt.Date) (list []Line, err error) {
	all, err := Agreements(r)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Line

		Before debt.Cents `db:"paid_cents"` // of the payment
		Fee    debt.Cents `db:"charged_fee"`
		VAT    debt.Cents `db:"charged_vat"`
	}
	err = r.List(&rows, dueSQL, r.Creditor(), source, column.On(upTo), MostLines)
	for _, x := range rows {
		fee := agreed.On(all, x.ReceivedOn.Date).Of(x.Before + x.Amount).Less(agreed.Fee{Net: x.Fee, VAT: x.VAT})
		x.Line.Fee, x.Line.VAT = fee.Net, fee.VAT
		list = append(list, x.Line)
	}
	return list, err
}

// Add books a remittance with its lines, which must add up to it, and what is kept of them as agreed. A reference in use is Conflict
// "report_remit_taken".
func Add(t *store.Tx, m Remittance, lines []Line) error {
	_, err := t.Exec(addSQL, t.Creditor(), m.ID, m.Number, m.Source, column.On(m.UpTo), column.On(m.PaidOn), m.Amount, m.Reference, column.At(m.BookedAt))
	if err != nil {
		return store.Taken(err, "report_remit_taken")
	}
	if err := addLines(t, addLinesSQL, m.ID, lines); err != nil {
		return err
	}
	paid := ledger.Entry{ID: m.ID, Kind: ledger.RemittanceEntry, Source: "remittance", ExternalID: m.Reference,
		ValueOn: m.PaidOn, BookedAt: m.BookedAt, Postings: []ledger.Posting{
			{Account: debt.ClearingAccount, Provider: m.Source, Amount: -m.Amount},
			{Account: debt.RemittedAccount, Amount: m.Amount},
		}}
	if kept, ok := keptOf(m, SumOf(lines)); ok {
		return t.BookApart(paid, kept)
	}
	return t.BookApart(paid)
}

// The operator stands where a provider does that keeps a fee, and apart from it the tax on that.
const (
	operator    = "operator"
	operatorVAT = "operator:vat"
)

// keptOf is the entry of the fees of a remittance: the money stays on the account it came in on, and
// is on its way to the operator (docs/adr/0023).
func keptOf(m Remittance, s Sums) (e ledger.Entry, ok bool) {
	net, vat := s.Fee+s.FeeBack, s.VAT+s.VATBack
	e = ledger.Entry{ID: store.NewID(), Kind: ledger.AgreedFee, Source: "remittance", ExternalID: m.Reference, ValueOn: m.PaidOn, BookedAt: m.BookedAt}
	for _, p := range []ledger.Posting{
		{Account: debt.FeesAccount, Provider: operator, Amount: net},
		{Account: debt.FeesAccount, Provider: operatorVAT, Amount: vat},
		{Account: debt.InTransitAccount, Provider: m.Source, Amount: -net - vat},
	} {
		if p.Amount != 0 {
			e.Postings = append(e.Postings, p)
		}
	}
	return e, len(e.Postings) > 1
}

func addLines(t *store.Tx, into string, of debt.ID, lines []Line) error {
	for chunk := range slices.Chunk(lines, 128) {
		args := make([]any, 0, 7*len(chunk))
		for _, l := range chunk {
			args = append(args, t.Creditor(), of, l.PaymentID, l.CaseID, l.Amount, l.Fee, l.VAT)
		}
		if _, err := t.Exec(into+bulk.Tuples(len(chunk), 7), args...); err != nil {
			return err
		}
	}
	return nil
}

type row struct {
	ID        debt.ID        `db:"id"`
	Number    int64          `db:"number"`
	Source    string         `db:"source"`
	UpTo      column.Day     `db:"up_to_on"`
	PaidOn    column.Day     `db:"paid_on"`
	Amount    debt.Cents     `db:"amount_cents"`
	Reference string         `db:"reference"`
	BookedAt  column.Instant `db:"booked_at"`
}

func (r row) remittance() Remittance {
	return Remittance{r.ID, r.Number, r.Source, r.UpTo.Date, r.PaidOn.Date, r.Amount, r.Reference, r.BookedAt.Time}
}

// List gives what was paid out on days, by persons and by providers, the newest first.
func List(r *store.Reader, from, to debt.Date, most int) ([]Remittance, error) {
	var rows []row
	err := r.List(&rows, listSQL, r.Creditor(), column.On(from), column.On(to), most)
	list := make([]Remittance, len(rows))
	for i, x := range rows {
		list[i] = x.remittance()
	}
	return list, err
}

const ofAmountSQL = `SELECT id, number, source, up_to_on, paid_on, amount_cents, reference, booked_at FROM remittances
	WHERE creditor_id = $1 AND source = $2 AND amount_cents = $3 ORDER BY number DESC LIMIT $4`

// OfAmount lists what was paid out of a source with an amount, the newest first.
func OfAmount(r *store.Reader, source string, amount debt.Cents, most int) ([]Remittance, error) {
	var rows []row
	err := r.List(&rows, ofAmountSQL, r.Creditor(), source, int64(amount), most)
	list := make([]Remittance, len(rows))
	for i, x := range rows {
		list[i] = x.remittance()
	}
	return list, err
}

const byReferenceSQL = `SELECT id, number, source, up_to_on, paid_on, amount_cents, reference, booked_at FROM remittances
	WHERE creditor_id = $1 AND reference = $2`

// Find reads a remittance by its reference; ok is false where there is none.
func Find(r *store.Reader, reference string) (m Remittance, ok bool, err error) {
	var rows []row
	if err := r.List(&rows, byReferenceSQL, r.Creditor(), reference); err != nil || len(rows) == 0 {
		return m, false, err
	}
	return rows[0].remittance(), true, nil
}

// Load reads a remittance by its number with its lines, or NotFound "report_remit_unknown".
func Load(r *store.Reader, number int64) (Remittance, []Line, error) {
	var x row
	if err := r.Get(&x, loadSQL, r.Creditor(), number); err != nil {
		return Remittance{}, nil, store.Missing(err, "report_remit_unknown")
	}
	var lines []Line
	return x.remittance(), lines, r.List(&lines, linesSQL, r.Creditor(), x.ID)
}
