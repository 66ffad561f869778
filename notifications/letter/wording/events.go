package wording

import (
	"strings"

	"quitt/debt"
	"quitt/debt/letter"
)

// Letters that demand nothing: what happened, what it means, what can be done.

// planConfirmation is the agreement in text form (BGB § 126b) with all it must carry: costs,
// schedule, nature, end, and the claim it is about.
func (w *writer) planConfirmation() {
	f := w.f
	w.paragraph(w.own("lead"))
	w.heading("plan_title")
	w.schedule()
	w.transferBox(f.About.Instalments[0].Amount)
	w.small(w.fixed("plan_next_transfer", nil))
	w.heading("plan_terms_title")
	parties := "plan_parties"
	if f.itself() {
		parties = "plan_parties_own"
	}
	w.paragraph(w.fixed(parties, nil))
	w.list(w.fixed("plan_free", values{"zero": w.w.Cents(0)}), w.planInterest(), w.fixed("plan_promise", nil),
		w.fixed("plan_early", nil), w.fixed("plan_end", nil), w.fixed("plan_lapse", nil), w.fixed("plan_nature", nil),
		w.fixed("plan_limitation", nil))
	w.sign()
	w.heading("plan_claims_title")
	w.creditorLine()
	w.statementTable()
	w.allocationNote()
	if f.consumer() {
		w.small(w.fixed("advice", nil))
	}
	w.questions()
}

// planTotal is what a plan adds up to.
func planTotal(list []Instalment) (sum debt.Cents) {
	for _, i := range list {
		sum += i.Amount
	}
	return sum
}

// planInterest compares the instalments with what is open: the difference is statutory
// interest that goes on, or a part of the claim that the plan leaves out.
func (w *writer) planInterest() string {
	total, open := planTotal(w.f.About.Instalments), w.f.Statement.Payable
	more := values{"day": w.w.Date(w.f.Statement.On), "extra": w.w.Cents(total - open)}
	switch {
	case total > open:
		return w.fixed("plan_with_interest", more)
	case total < open:
		return w.fixed("plan_less", more)
	default:
		return w.fixed("plan_without_interest", more)
	}
}

// schedule lists every instalment with its day: a plan without dates is none.
func (w *writer) schedule() {
	t := &letter.Table{Columns: []letter.Column{{Title: w.fixed("col_number", nil)}, {Title: w.fixed("col_due", nil)},
		{Title: w.fixed("col_amount", nil), Right: true}}}
	for i, rate := range w.f.About.Instalments {
		t.Rows = append(t.Rows, letter.Row{Cells: []string{number(int64(i + 1)), w.w.Date(rate.DueOn), w.w.Cents(rate.Amount)}})
	}
	t.Rows = append(t.Rows, letter.Row{Cells: []string{w.fixed("row_sum", nil), "", w.w.Cents(planTotal(w.f.About.Instalments))}, Total: true})
	w.add(letter.Block{Kind: letter.TableKind, Table: t})
}

// planMissed is a friendly note: the first missing instalment changes nothing and costs
// nothing.
func (w *writer) planMissed() {
	w.paragraph(w.own("lead"))
	w.paragraph(w.own("ask"))
	w.paragraph(w.fixed("missed_free", nil))
	w.transferBox(w.f.About.Instalments[0].Amount)
	w.sign()
	w.questions()
}

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
