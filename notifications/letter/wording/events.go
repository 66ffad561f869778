package wording

import (
	"strings"

	"quitt/debt"
	"quitt/debt/letter"
)

// Letters that demand nothing: what happened, what it means, what can be done.

// objectionAnswer tells the outcome with the creditor's own reasons.
func (w *writer) objectionAnswer() {
	outcome := map[debt.ObjectionState]string{debt.ObjectionUpheld: "upheld", debt.ObjectionPartly: "partly",
		debt.ObjectionRejected: "rejected"}[w.f.About.Outcome]
	w.paragraph(w.own(outcome))
	if reason := strings.TrimSpace(w.f.About.Reason); reason != "" {
		w.heading("reason_title")
		// The creditor's words come from a form with several lines.
		for line := range strings.Lines(reason) {
			if line = strings.TrimSpace(line); line != "" {
				w.paragraph(line)
			}
		}
	}
	w.heading("reason_next_title")
	w.paragraph(w.own("next_" + outcome))
	if w.f.About.Outcome != debt.ObjectionUpheld && w.f.consumer() {
		w.small(w.fixed("advice", nil))
	}
	w.sign()
	w.questions()
}

// paymentReceipt acknowledges one payment. A direct debit may still come back.
func (w *writer) paymentReceipt() {
	p, s := w.f.About.Payment, w.f.Statement
	w.paragraph(w.own("lead"))
	if len(p.Allocations) > 0 {
		w.heading("receipt_title")
		w.paragraph(w.fixed("row_settled", values{"parts": w.parts(p.Allocations)}))
	}
	if s.Payable > 0 {
		w.paragraph(w.own("left"))
	} else {
		w.paragraph(w.own("done"))
	}
	if day := w.refundable(p.Method, p.ReceivedOn); !day.IsZero() {
		w.paragraph(w.fixed("reserve", values{"day": w.w.Date(day)}))
	}
	w.credit()
	w.sign()
	w.questions()
}

// weeksToRefund is how long a payer may have an authorised direct debit refunded without a
// reason (BGB § 675x II, IV).
const weeksToRefund = 8

// refundable gives the last day on which a payment can be taken back, none when it is final.
func (w *writer) refundable(m debt.Method, received debt.Date) debt.Date {
	last := debt.Period{Amount: weeksToRefund, Unit: debt.Weeks}.End(received)
	if m != debt.MethodDirectDebit || w.f.On.After(last) {
		return debt.Date{}
	}
	return last
}

// credit says that what was paid too much is the debtor's.
func (w *writer) credit() {
	if over := w.f.Statement.Open.Overpaid; over > 0 {
		w.paragraph(w.fixed("credit", values{"credit": w.w.Cents(over)}))
	}
}

// paidInFull is the certificate. It is final only when no direct debit can come back.
func (w *writer) paidInFull() {
	last := debt.Date{}
	for _, p := range w.f.Statement.Payments {
		if len(p.Allocations) > 0 {
			last = debt.Later(last, w.refundable(p.Method, p.ReceivedOn))
		}
	}
	w.paragraph(w.own("lead"))
	if !last.IsZero() {
		w.paragraph(w.fixed("reserve", values{"day": w.w.Date(last)}))
	}
	w.credit()
	w.paragraph(w.fixed("paid_keep", nil))
	w.sign()
	w.heading("paid_title")
	w.statementTable()
	w.questions()
}

// newCode brings a code and says nothing about the debt: whoever asked may have lost a letter.
func (w *writer) newCode() {
	w.leadRequested()
	w.portalBox()
	w.paragraph(w.fixed("old_codes", nil))
	w.sign()
	w.questions()
}

// leadRequested names the day of the request where there was one.
func (w *writer) leadRequested() {
	if w.f.About.RequestedOn.IsZero() {
		w.paragraph(w.own("lead_unasked"))
		return
	}
	w.paragraph(w.own("lead"))
}

// statementForAdviser splits every claim into principal, interest and costs (InsO § 305 II 2).
func (w *writer) statementForAdviser() {
	w.leadRequested()
	w.paragraph(w.fixed("adviser_free", nil))
	w.heading("adviser_title")
	w.splitTable()
	w.sign()
	w.add(letter.Block{Kind: letter.NewPage})
	w.heading("adviser_detail")
	w.creditorLine()
	w.statementTable()
	w.interestTables()
	w.allocationNote()
	w.questions()
}

// splitTable has a line per claim and one for the costs of the whole case.
func (w *writer) splitTable() {
	s := w.f.Statement
	t := &letter.Table{Columns: []letter.Column{{Title: w.fixed("col_claim", nil)}, {Title: w.fixed("col_principal", nil), Right: true},
		{Title: w.fixed("col_interest", nil), Right: true}, {Title: w.fixed("col_costs", nil), Right: true},
		{Title: w.fixed("col_sum", nil), Right: true}}}
	row := func(label string, b debt.Balance, total bool) {
		t.Rows = append(t.Rows, letter.Row{Cells: []string{label, w.w.Cents(b.Principal), w.w.Cents(b.Interest), w.w.Cents(b.Costs),
			w.w.Cents(b.Total())}, Total: total})
	}
	rest := s.Open.Costs // what no claim has is the case's
	for _, c := range s.Claims {
		b := debt.Balance{Principal: c.Open, Interest: c.OpenInterest}
		for _, cost := range s.Costs {
			if cost.Cost.ClaimID == c.ID && c.ID != "" {
				b.Costs += cost.Open
			}
		}
		rest -= b.Costs
		row(strings.Join(append([]string{c.Object}, w.marks(c.Claim)...), ", "), b, false)
	}
	if rest > 0 {
		row(w.fixed("row_costs_of_case", nil), debt.Balance{Costs: rest}, false)
	}
	row(w.fixed("row_sum", nil), s.Open, true)
	w.add(letter.Block{Kind: letter.TableKind, Table: t})
}

// questions ends every letter that demands nothing.
func (w *writer) questions() { w.small(w.fixed("questions", nil)) }
