package wording

import (
	"strings"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
)

// bill is what the amount consists of, line by line, with the reason of each (RDG § 13a I Nr.
// 1 to 5), the calculation of interest and every payment.
func (w *writer) bill() {
	w.heading("bill_title")
	w.creditorLine()
	w.statementTable()
	w.interestTables()
	w.allocationNote()
	if bears(w.f.Statement.Claims) && w.f.Kind.Demands() {
		w.small(w.fixed("interest_sooner", nil))
	}
}

// creditorLine names whose claim it is, with address (Nr. 1).
func (w *writer) creditorLine() {
	a := w.f.Creditor.Address
	// A demand has it always; a receipt goes out without.
	if a.Street == "" || a.City == "" {
		return
	}
	w.paragraph(w.fixed("bill_creditor", values{"address": a.Street + ", " + place(a.Postcode, a.City)}))
}

// statementTable lists what was ever asked for, then what was paid, so that the last line is
// the sum of those above it.
func (w *writer) statementTable() {
	s := w.f.Statement
	t := &letter.Table{Columns: []letter.Column{{Title: w.fixed("col_item", nil)}, {Title: w.fixed("col_amount", nil), Right: true}}}
	row := func(label string, amount debt.Cents, note string) {
		t.Rows = append(t.Rows, letter.Row{Cells: []string{label, w.w.Cents(amount)}, Note: note})
	}
	for _, c := range s.Claims {
		row(c.Object, c.Principal, w.claimNote(c.Claim))
		if sum, last := interestSum(c); len(c.Periods) > 0 {
			row(w.fixed("interest", values{"day": w.w.Date(last)}), sum, w.interestNote(c))
		}
	}
	for _, c := range s.Costs {
		row(w.w.Word(c.Kind), c.Amount, w.costNote(c))
	}
	for _, p := range s.Payments {
		label, amount, note := w.payment(p)
		row(label, amount, note)
	}
	// A demand is computed for its deadline, every other letter for its own day.
	label := w.fixed("row_open_on", values{"day": w.w.Date(s.On)})
	if w.f.Kind.Demands() {
		label = w.fixed("payable_by", nil)
	}
	t.Rows = append(t.Rows, letter.Row{Cells: []string{label, w.w.Cents(s.Payable)}, Total: true})
	w.add(letter.Block{Kind: letter.TableKind, Table: t})
}

// claimNote names ground, day, invoice and when it was due (Nr. 2).
func (w *writer) claimNote(c debt.Claim) string {
	marks := append([]string{w.w.Word(c.Ground)}, w.marks(c)...)
	if c.Ground == debt.Contract && !c.ArisenOn.IsZero() {
		marks = marks[1:] // "Vertrag vom" says both
	}
	if !c.DueOn.IsZero() {
		marks = append(marks, w.fixed("what_due", values{"date": w.w.Date(c.DueOn)}))
	}
	return w.fixed("ground", values{"ground": strings.Join(marks, ", ")})
}

// interestSum adds the periods, each rounded once, and gives the last day of interest.
func interestSum(c ledger.ClaimStatement) (sum debt.Cents, last debt.Date) {
	for _, p := range c.Periods {
		sum, last = sum+p.Amount, debt.Later(last, p.To.AddDays(-1))
	}
	return sum, last
}

// interestNote says why interest runs and at which rate; a higher rate than the law's has its
// reason beside it (Nr. 4).
func (w *writer) interestNote(c ledger.ClaimStatement) string {
	rule := c.Claim.Interest
	v := values{"day": w.w.Date(c.Claim.DefaultFrom), "rate": w.w.Percent(rule.Fixed), "reason": c.Claim.InterestReason,
		"points": strings.TrimSuffix(w.w.Percent(rule.Surcharge), "\u00a0%")}
	if rule.Kind == debt.Statutory {
		return w.fixed("interest_law", v)
	}
	note := w.fixed("interest_fixed", v)
	if c.Claim.InterestReason != "" {
		note += " " + w.fixed("interest_reason", v)
	}
	return note
}

// costNote names day and ground of a cost, what it is for and the VAT in it (Nr. 5 and 6).
func (w *writer) costNote(c ledger.CostStatement) string {
	notes := []string{w.fixed("cost_on", values{"date": w.w.Date(c.IncurredOn), "ground": c.LegalGround}),
		w.fixed("why_"+string(c.Kind), nil)}
	if c.VAT > 0 {
		notes = append(notes, w.fixed("cost_vat", values{"vat": w.w.Cents(c.VAT)}))
	}
	if c.Cost.Note != "" {
		notes = append(notes, c.Cost.Note)
	}
	return strings.Join(notes, " ")
}

// payment gives the line of a payment: what it settled. One that was taken back settles
// nothing and says so.
func (w *writer) payment(p ledger.PaymentStatement) (label string, amount debt.Cents, note string) {
	v := values{"date": w.w.Date(p.ReceivedOn), "method": w.w.Word(p.Method), "amount": w.w.Cents(p.Amount),
		"status": w.w.Word(p.Status), "parts": w.parts(p.Allocations)}
	if len(p.Allocations) == 0 {
		return w.fixed("row_payment_undone", v), 0, w.fixed("row_status", v)
	}
	for _, part := range ledger.Parts(p.Allocations) {
		if part.Account != debt.OverpaymentAccount { // a credit settles nothing
			amount -= part.Amount
		}
	}
	note = w.fixed("row_settled", v)
	if p.Status != debt.PaymentSucceeded {
		note += " " + w.fixed("row_status", v)
	}
	return w.fixed("row_payment", v), amount, note
}

// parts names what a payment settled: Kosten 37,02 €, Zinsen 12,98 €.
func (w *writer) parts(list []ledger.Allocation) string {
	var parts []string
	for _, p := range ledger.Parts(list) {
		parts = append(parts, w.w.Word(p.Account)+" "+w.w.Cents(p.Amount))
	}
	return strings.Join(parts, ", ")
}

// interestTables show amount, rate and period of all interest, claim by claim, and how days
// were counted (Nr. 3).
func (w *writer) interestTables() {
	ends, payOn := debt.Date{}, debt.Later(w.f.Statement.On, w.f.Deadline)
	for _, c := range w.f.Statement.Claims {
		if len(c.Periods) == 0 {
			continue
		}
		w.small(w.fixed("interest_of", values{"object": c.Object}))
		w.add(letter.Block{Kind: letter.TableKind, Table: w.interestTable(c)})
		w.small(w.method(c.Claim.Interest.Method))
		_, last := interestSum(c)
		if c.Claim.Interest.Kind == debt.Statutory && c.Open > 0 && last.Before(payOn.AddDays(-1)) {
			ends = debt.Later(ends, last)
		}
	}
	if !ends.IsZero() {
		w.small(w.fixed("interest_ends", values{"day": w.w.Date(ends)}))
	}
}

// interestTable has a line per period with one rate, one principal and one year's length.
func (w *writer) interestTable(c ledger.ClaimStatement) *letter.Table {
	t := &letter.Table{Columns: []letter.Column{{Title: w.fixed("col_period", nil)}, {Title: w.fixed("col_days", nil), Right: true},
		{Title: w.fixed("col_rate", nil), Right: true}, {Title: w.fixed("col_of", nil), Right: true},
		{Title: w.fixed("col_interest", nil), Right: true}}}
	for _, p := range c.Periods {
		for i, s := range p.Segments {
			interest := "" // rounded once, so it stands in the period's last line
			if i == len(p.Segments)-1 {
				interest = w.w.Cents(p.Amount)
			}
			t.Rows = append(t.Rows, letter.Row{Cells: []string{w.fixed("period", values{"from": w.w.Date(s.From),
				"to": w.w.Date(s.To.AddDays(-1))}), w.w.Int(int64(s.Days)), w.w.Percent(s.Rate), w.w.Cents(s.Principal), interest}})
		}
	}
	sum, _ := interestSum(c)
	t.Rows = append(t.Rows, letter.Row{Cells: []string{w.fixed("row_sum", nil), "", "", "", w.w.Cents(sum)}, Total: true})
	return t
}

// method says how days were counted: no statute fixes it, so it is printed.
func (w *writer) method(m debt.InterestMethod) string {
	switch m {
	case debt.Act365:
		return w.fixed("interest_act_365", nil)
	case debt.Thirty360:
		return w.fixed("interest_30e_360", nil)
	default:
		return w.fixed("interest_act_act", nil)
	}
}

// bears reports whether interest runs on any claim.
func bears(claims []ledger.ClaimStatement) bool {
	for _, c := range claims {
		if len(c.Periods) > 0 {
			return true
		}
	}
	return false
}

// allocationNote says in which order payments settle what is owed.
func (w *writer) allocationNote() {
	for _, order := range ordersOf(w.f.Statement.Claims) {
		if order == debt.Order497 {
			w.small(w.fixed("order_497", nil))
		} else {
			w.small(w.fixed("order_367", nil))
		}
	}
}
