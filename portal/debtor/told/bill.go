package told

import (
	"strings"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Bill is what the amount consists of, line by line, each with its reasons.
type Bill struct {
	Lines    []Line
	Demanded debt.Cents // of the lines as they stand there
	GivenUp  debt.Cents // of them, what was credited since
	Payments []Paid
	Paid     debt.Cents
	Open     debt.Balance
	Payable  debt.Cents
	// VATNote is set when a cost contains VAT (RDG § 13a I Nr. 6).
	VATNote string
	// Missing says which interest could not be computed yet.
	Missing string
	// RateNote gives the reasons of rates above the statutory one (RDG § 13a I Nr. 4).
	RateNotes []string
}

// Line is principal, interest or one cost. Why is one sentence per line.
type Line struct {
	Label  string
	Detail string
	Amount debt.Cents
	Why    []string
	Facts  []Fact
}

// Fact is a name and its value, as the law wants them named.
type Fact struct{ Name, Value string }

// Paid is one payment and what became of it.
type Paid struct {
	On      debt.Date
	How     string
	Amount  debt.Cents
	Went    []Fact // component and what of the payment it took
	Undone  bool
	Outcome string
	Back    string // what of it was sent back, in words
	Receipt string // where its receipt can be had
}

// NewBill words the statement of a case.
func NewBill(b page.Base, v cases.View) Bill {
	w, s := b.Words, v.Statement
	out := Bill{Demanded: s.Demanded.Principal + s.Demanded.Interest + s.Demanded.Costs, Paid: s.Paid,
		Open: s.Open, Payable: s.Payable}
	for _, c := range s.Credits {
		out.GivenUp += c.Amount
	}
	out.Demanded += out.GivenUp
	last := s.On.AddDays(-1) // the day the money arrives bears no interest
	if !v.InterestTo.IsZero() {
		last = v.InterestTo
	}
	for _, c := range s.Claims {
		out.Lines = append(out.Lines, principalLine(w, c))
		if line, ok := interestLine(w, c, last); ok {
			out.Lines = append(out.Lines, line)
		}
		if c.Claim.InterestReason != "" {
			out.RateNotes = append(out.RateNotes, w.Text("rate_note",
				debt.Args{"rate": c.Claim.Interest.Fixed, "reason": c.Claim.InterestReason}))
		}
	}
	for _, c := range s.Costs {
		out.Lines = append(out.Lines, costLine(w, c))
		if c.VAT > 0 {
			out.VATNote = w.Text("vat_note", debt.Args{"creditor": v.Creditor.Name})
		}
	}
	for _, p := range s.Payments {
		out.Payments = append(out.Payments, NewPaid(w, p))
	}
	if !v.InterestTo.IsZero() {
		out.Missing = w.Text("interest_missing", debt.Args{"day": v.InterestTo})
	}
	return out
}

// principalLine names ground, object and date of conclusion (RDG § 13a I Nr. 2).
func principalLine(w *text.Catalogue, c ledger.ClaimStatement) Line {
	line := Line{Label: c.Object, Detail: w.Text("line_principal", nil), Amount: c.Principal}
	line.Facts = append(line.Facts, Fact{w.Text("fact_ground", nil), w.Word(c.Claim.Ground)})
	add := func(name string, on debt.Date) {
		if !on.IsZero() {
			line.Facts = append(line.Facts, Fact{name, w.Date(on)})
		}
	}
	if c.Claim.Ground == debt.Contract {
		add(w.Text("fact_contract_on", nil), c.Claim.ArisenOn)
	} else {
		add(w.Text("fact_arisen_on", nil), c.Claim.ArisenOn)
	}
	if c.Claim.InvoiceNumber != "" {
		line.Facts = append(line.Facts, Fact{w.Text("fact_invoice", nil), c.Claim.InvoiceNumber})
	}
	add(w.Text("fact_invoiced_on", nil), c.Claim.InvoicedOn)
	add(w.Text("fact_due_on", nil), c.Claim.DueOn)
	return line
}

// interestLine shows amount, days, rate and period of every segment (RDG § 13a I Nr. 3).
func interestLine(w *text.Catalogue, c ledger.ClaimStatement, last debt.Date) (Line, bool) {
	line := Line{Label: w.Text("line_interest", nil), Detail: w.Text("line_interest_to", debt.Args{"day": last})}
	for _, p := range c.Periods {
		line.Amount += p.Amount
		for _, s := range p.Segments {
			line.Why = append(line.Why, w.Text("line_segment", debt.Args{"from": s.From, "to": s.To.AddDays(-1), "n": s.Days,
				"rate": s.Rate, "amount": s.Principal, "year": s.YearDays}))
		}
	}
	if len(line.Why) == 0 {
		return Line{}, false
	}
	reason := w.Text("line_interest_fixed", debt.Args{"day": c.Claim.DefaultFrom})
	if c.Claim.Interest.Kind == debt.Statutory {
		reason = w.Text("line_interest_law", debt.Args{"day": c.Claim.DefaultFrom, "points": points(w, c.Claim.Interest.Surcharge)})
	}
	line.Why = append([]string{reason}, line.Why...)
	line.Why = append(line.Why, w.Text("line_interest_rounded", nil))
	return line, true
}

// points writes a surcharge as percentage points: a rate without its sign.
func points(w *text.Catalogue, rate debt.BasisPoints) string {
	return strings.Trim(w.Percent(rate), "\u2066\u2069\u00a0%")
}

// costLine names kind, day, ground and VAT (RDG § 13a I Nr. 5 and 6).
func costLine(w *text.Catalogue, c ledger.CostStatement) Line {
	line := Line{Label: w.Word(c.Kind), Detail: w.Date(c.IncurredOn), Amount: c.Amount, Why: []string{costReason(w, c.Kind)}}
	line.Facts = []Fact{{w.Text("fact_incurred_on", nil), w.Date(c.IncurredOn)}, {w.Text("fact_legal_ground", nil), c.LegalGround}}
	if c.VAT > 0 {
		line.Facts = append(line.Facts, Fact{w.Text("fact_vat", nil), w.Cents(c.VAT)})
	}
	if c.Cost.Note != "" {
		line.Facts = append(line.Facts, Fact{w.Text("fact_note", nil), c.Cost.Note})
	}
	return line
}

func costReason(w *text.Catalogue, kind debt.CostKind) string {
	switch kind {
	case debt.CollectionFee:
		return w.Text("why_collection_fee", nil)
	case debt.AgreementFee:
		return w.Text("why_agreement_fee", nil)
	case debt.Disbursements:
		return w.Text("why_disbursements", nil)
	case debt.DunningFee:
		return w.Text("why_dunning_fee", nil)
	case debt.FlatDamages40:
		return w.Text("why_flat_damages", nil)
	case debt.CourtCost:
		return w.Text("why_court_fee", nil)
	case debt.Enforcement:
		return w.Text("why_enforcement", nil)
	case debt.ReturnCharge:
		return w.Text("why_return_charge", nil)
	default:
		return w.Text("why_address_cost", nil)
	}
}

// NewPaid words one payment.
func NewPaid(w *text.Catalogue, p ledger.PaymentStatement) Paid {
	line := Paid{On: p.ReceivedOn, How: w.Word(p.Method), Amount: p.Amount, Undone: len(p.Allocations) == 0, Outcome: w.Word(p.Status)}
	for _, part := range ledger.Parts(p.Allocations) {
		line.Went = append(line.Went, Fact{w.Word(part.Account), w.Cents(part.Amount)})
	}
	if p.Returned > 0 {
		line.Back = w.Text("paid_returned", debt.Args{"amount": p.Returned})
	}
	if p.Status == debt.PaymentSucceeded {
		line.Receipt = "/akte/beleg?nr=" + string(p.ID)
	}
	return line
}
