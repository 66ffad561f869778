package camt

import (
	"strings"
	"time"

	"quitt/bank/statement"
)

// report is what was read of a statement so far.
type report struct {
	head              statement.Head
	electronic, legal string
	created           string
	balances          []balance
	begun             bool // the visitor knows of it
}

type balance struct {
	code   string
	amount *statement.Money
	sign   int64
	on     statement.Date
}

// entry and transaction hold what has to be weighed against other elements at the end.
type entry struct {
	out     statement.Entry
	amount  *statement.Money
	sign    int64
	status  string
	code    code
	ordered *statement.Money
	charges []charge
	isBatch bool
	batch   statement.Batch
	details []transaction
}

type transaction struct {
	out                    statement.Transaction
	amount, moved, ordered *statement.Money
	sign                   int64
	code                   code
	charges                []charge
	debtor, creditor       party
	proprietary            string // a reference of the bank's own kind
	reason                 string // of a return, in the bank's own words
	remark                 string
}

type party struct {
	statement.Party
	id, ultimate string
}

type charge struct {
	amount *statement.Money
	sign   int64
	beside bool // not within the amount
}

type code struct{ domain, family, sub, proprietary string }

func (w *walk) beginReport(string) error {
	w.statements++
	w.entries, w.kept = 0, 0
	w.report = report{head: statement.Head{Kind: w.kind}}
	return nil
}

// beginOnce tells the visitor of the report: before its first entry, or at its end.
func (w *walk) beginOnce() error {
	if w.report.begun {
		return nil
	}
	w.report.begun = true
	h := &w.report.head
	h.IBAN = compact(h.IBAN)
	h.Sequence = first(w.report.electronic, w.report.legal)
	h.Created = instant(w.report.created)
	return w.visitor.Begin(*h)
}

func (w *walk) endReport() error {
	if err := w.beginOnce(); err != nil {
		return err
	}
	return w.visitor.End(w.report.foot())
}

func (w *walk) beginBalance(string) error {
	w.balance = balance{}
	return nil
}

func (w *walk) endBalance() error {
	b := &w.balance
	if b.amount == nil || b.sign == 0 {
		return nil // of other kinds banks leave out what they like
	}
	b.amount.Cents *= b.sign
	w.report.balances = append(w.report.balances, *b)
	if len(w.report.balances) > mostPieces {
		return bad("bankfile_size", w.place())
	}
	return nil
}

// foot finds the balances. An opening one is PRCD in Germany and OPBD elsewhere, both by
// definition the closing one before; ITBD is the one or the other of a page in between.
func (r *report) foot() statement.Foot {
	var f statement.Foot
	var between []balance
	for i := range r.balances {
		b := &r.balances[i]
		switch b.code {
		case "PRCD":
			f.Opening, f.OpeningOn, f.Previous = b.amount, b.on, true
		case "OPBD":
			if f.Opening == nil {
				f.Opening, f.OpeningOn, f.Previous = b.amount, b.on, true
			}
		case "CLBD":
			f.Closing, f.ClosingOn = b.amount, b.on
		case "ITBD":
			between = append(between, *b)
		}
	}
	if n := len(between); n > 0 && f.Closing == nil {
		f.Closing, f.ClosingOn, f.Interim = between[n-1].amount, between[n-1].on, true
		between = between[:n-1]
	}
	if len(between) > 0 && f.Opening == nil {
		f.Opening, f.OpeningOn = between[0].amount, between[0].on
	}
	return f
}

func (w *walk) beginEntry(string) error {
	w.entries++
	w.kept = 0
	w.entry = entry{}
	return w.beginOnce()
}

func (w *walk) beginTransaction(string) error {
	w.tx = transaction{}
	return nil
}

func (w *walk) endTransaction() error {
	if len(w.entry.details) == mostDetails {
		return bad("bankfile_size", w.place())
	}
	w.entry.details = append(w.entry.details, w.tx)
	return nil
}

// statuses are those of all versions. FUTR is a booking to come.
var statuses = map[string]statement.Status{
	"BOOK": statement.Done, "PDNG": statement.Pending, "FUTR": statement.Pending, "INFO": statement.Info,
}

func (w *walk) endEntry() error {
	e, out := &w.entry, &w.entry.out
	switch {
	case e.amount == nil:
		return bad("bankfile_amount", w.place())
	case e.sign == 0:
		return bad("bankfile_sign", w.place())
	case statuses[e.status] == "":
		return bad("bankfile_status", w.place())
	}
	out.Status = statuses[e.status]
	// A reversal is marked, never turned round: the sign is what it does to the balance.
	out.Amount = statement.Money{Cents: e.sign * e.amount.Cents, Currency: e.amount.Currency}
	out.Ref = reference(out.Ref)
	out.Code = e.code.read(statement.Code{})
	if e.isBatch {
		batch := e.batch // the visitor may keep it
		out.Batch = &batch
	}
	if len(e.details) == 0 && !e.isBatch {
		e.details = []transaction{{}}
	}
	for i := range e.details {
		t := &e.details[i]
		if len(e.details) == 1 {
			if t.ordered == nil {
				t.ordered = e.ordered
			}
			if len(t.charges) == 0 {
				t.charges = e.charges
			}
		}
		out.Details = append(out.Details, e.detail(t, w.report.head.IBAN))
	}
	return w.visitor.Entry(*out)
}

// detail turns one transaction of the entry into what it did to the account with the IBAN own.
func (e *entry) detail(t *transaction, own string) statement.Transaction {
	out := t.out
	out.Code = t.code.read(e.out.Code)
	sign := t.sign
	if sign == 0 {
		sign = e.sign
	}
	amount := t.sum(e)
	out.Amount = statement.Money{Cents: sign * amount.Cents, Currency: amount.Currency}
	if t.ordered != nil && *t.ordered != amount {
		out.Original = &statement.Money{Cents: sign * t.ordered.Cents, Currency: t.ordered.Currency}
	}
	out.Charges = charged(t.charges, amount.Currency)
	out.EndToEnd, out.Mandate = reference(out.EndToEnd), reference(out.Mandate)
	out.Ref = first(reference(out.Ref), reference(t.proprietary))
	out.CreditorID = t.creditor.id
	if r := out.Return; r != nil && r.Code == "" {
		if isReason(t.reason) {
			r.Code = t.reason
		} else {
			r.Text = strings.TrimSpace(t.reason + " " + r.Text)
		}
	}
	p := t.other(sign, own, returned(out))
	out.Payer, out.Ultimate = p.Party, p.ultimate
	out.Payer.IBAN = compact(out.Payer.IBAN)
	if len(out.Remittance) == 0 && out.Reference == "" && t.remark != "" {
		out.Remittance = []string{straight(t.remark)}
	}
	return out
}

// sum is what the transaction moved in the currency of the account: Amt since version 4, TxAmt
// before, and of the only one of its entry whatever the entry moved. Of one in a batch without
// either it is what was ordered; without anything it is 0, and the batch does not add up.
func (t *transaction) sum(e *entry) statement.Money {
	for _, m := range []*statement.Money{t.amount, t.moved} {
		if m != nil && m.Currency == e.amount.Currency {
			return *m
		}
	}
	if len(e.details) == 1 {
		return *e.amount
	}
	if t.ordered != nil && t.ordered.Currency == e.amount.Currency {
		return *t.ordered
	}
	return statement.Money{Currency: e.amount.Currency}
}

func charged(list []charge, currency string) (cents int64) {
	for _, c := range list {
		if c.sign > 0 || c.beside || c.amount.Currency != currency {
			continue // given back, taken elsewhere, or in money that cannot be added
		}
		cents += c.amount.Cents
	}
	return cents
}

// other is the party that is not us. What came back names the parties of the order it undoes, so
// the roles are those of the other direction.
func (t *transaction) other(sign int64, own string, back bool) party {
	if back {
		sign = -sign
	}
	that, we := t.debtor, t.creditor
	if sign < 0 {
		that, we = we, that
	}
	ours := func(p party) bool { return own != "" && compact(p.IBAN) == own }
	if (ours(that) || that.Party == (statement.Party{})) && !ours(we) {
		return we
	}
	return that
}

// returned says whether a payment came back: it is told so, or its code is that of unpaid and
// refunded direct debits or of transfers that came back.
func returned(t statement.Transaction) bool {
	if t.Return != nil {
		return true
	}
	switch t.Code.GVC {
	case "108", "109", "111", "159", "160":
		return true
	}
	switch t.Code.Family + "/" + t.Code.Sub {
	case "IDDT/UPDD", "IDDT/PRDD", "ICDT/RRTN":
		return true
	}
	return false
}

// read gives the code in its parts, those it lacks from outer. The German part is four fields
// joined by "+": type of SWIFT, GVC, Primanota and the addition to the text key.
func (c code) read(outer statement.Code) statement.Code {
	out := outer
	if c.domain != "" {
		out.Domain, out.Family, out.Sub = c.domain, c.family, c.sub
	}
	parts := strings.Split(c.proprietary, "+")
	if len(parts) > 1 && len(parts) <= 4 && len(parts[0]) == 4 && len(parts[1]) == 3 && digits(parts[1]) {
		parts = append(parts, "", "")
		out.GVC, out.Prima, out.TextKey = parts[1], parts[2], parts[3]
	}
	return out
}

// money reads the amount of an element whose attribute names the currency.
func (w *walk) money(text string) (statement.Money, error) {
	currency := w.currency
	if !statement.Currency(currency) {
		return statement.Money{}, errCurrency
	}
	n, fault := statement.Units(strings.TrimSpace(text), currency, '.')
	switch fault {
	case statement.NoNumber:
		return statement.Money{}, errAmount
	case statement.TooFine:
		return statement.Money{}, errDecimals
	}
	return statement.Money{Cents: n, Currency: currency}, nil
}

// instant reads when the report was made; without a zone, which German banks mostly give, it is
// taken for UTC. Nothing is booked by it, so what cannot be read stays zero.
func instant(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// reference takes away the words banks write where there is none.
func reference(s string) string {
	switch strings.ToUpper(s) {
	case "NOTPROVIDED", "NONREF", "NOT PROVIDED":
		return ""
	}
	return s
}

// isReason reports whether s has the form of an ISO reason: two letters and two digits, or four
// letters.
func isReason(s string) bool {
	if len(s) != 4 {
		return false
	}
	for i := range 4 {
		upper := s[i] >= 'A' && s[i] <= 'Z'
		if !upper && (i < 2 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// straight puts blanks in place of line breaks, which a document may have by its layout.
func straight(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

func compact(s string) string { return strings.ToUpper(strings.ReplaceAll(s, " ", "")) }

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// count reads a number of transactions; one beyond all reason counts as not said.
func count(s string) int {
	n := 0
	if len(s) > 8 || !digits(s) {
		return 0
	}
	for _, c := range []byte(s) {
		n = n*10 + int(c-'0')
	}
	return n
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
