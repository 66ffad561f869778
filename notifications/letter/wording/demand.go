package wording

import (
	"slices"
	"strings"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
)

// demand writes the reminder and both notices: what is owed, until when and how to answer;
// after the signature, on a page of its own, everything the law wants named.
func (w *writer) demand() {
	if w.f.inCreditorsName() {
		w.paragraph(w.own("lead"))
	} else {
		w.paragraph(w.ownFor("lead"))
	}
	w.amount()
	w.paragraph(w.own("ask"))
	// The portal stands before the transfer: there the amount is that of the day, and there
	// people can answer.
	if w.f.inCreditorsName() && !w.f.itself() {
		w.paragraph(w.fixed("for_us", nil)) // telephone and portal are not the creditor's
	}
	w.portalBox()
	w.transferBox(w.f.Statement.Payable)
	w.heading("choices_title")
	// Only towards consumers a plan is always free.
	plan := "choice_plan_business"
	if w.f.consumer() {
		plan = "choice_plan"
	}
	w.list(w.fixed("choice_pay", nil), w.fixed(plan, nil), w.fixed("choice_object", nil))
	w.heading("object_title")
	w.paragraph(w.fixed("object", nil))
	w.heading("next_title")
	if w.f.Kind == letter.SecondNotice {
		w.paragraph(w.ownFor("next"))
	} else {
		w.paragraph(w.own("next"))
	}
	w.sign()
	w.bill()
	w.duties()
}

// matter says what the money is for: object, contract and invoice of a single claim.
func (w *writer) matter() string {
	claims := w.f.Statement.Claims
	if len(claims) != 1 {
		return w.fixed("matter_many", values{"n": number(int64(len(claims)))})
	}
	c := claims[0].Claim
	what := strings.Join(append([]string{c.Object}, w.marks(c)...), ", ")
	switch c.Ground {
	case debt.Contract:
		return w.fixed("matter_contract", values{"what": what})
	case debt.Tort:
		return w.fixed("matter_tort", values{"what": what})
	case debt.Membership:
		return w.fixed("matter_membership", values{"what": what})
	case debt.PublicLaw:
		return w.fixed("matter_public_law", values{"what": what})
	default:
		return w.fixed("matter_other", values{"what": what})
	}
}

// marks individualise a claim: day it arose, invoice and its day (RDG § 13a I Nr. 2).
func (w *writer) marks(c debt.Claim) (marks []string) {
	arisen := values{"date": w.w.Date(c.ArisenOn)}
	switch {
	case c.ArisenOn.IsZero():
	case c.Ground == debt.Contract:
		marks = append(marks, w.fixed("what_contract", arisen))
	case c.Ground == debt.Tort:
		marks = append(marks, w.fixed("what_tort", arisen))
	default:
		marks = append(marks, w.fixed("what_arisen", arisen))
	}
	invoice := values{"number": c.InvoiceNumber, "date": w.w.Date(c.InvoicedOn)}
	switch {
	case c.InvoiceNumber != "" && !c.InvoicedOn.IsZero():
		marks = append(marks, w.fixed("what_invoice_on", invoice))
	case c.InvoiceNumber != "":
		marks = append(marks, w.fixed("what_invoice", invoice))
	case !c.InvoicedOn.IsZero():
		marks = append(marks, w.fixed("what_invoiced_on", invoice))
	}
	return marks
}

// amount is the sum and what it consists of, in as few lines as possible: costs by kind.
func (w *writer) amount() {
	s := w.f.Statement
	pairs := []letter.Pair{{Label: w.fixed("principal", nil), Value: w.w.Cents(s.Demanded.Principal)}}
	if s.Demanded.Interest != 0 {
		pairs = append(pairs, letter.Pair{Label: w.fixed("interest", values{"day": w.w.Date(lastInterestDay(s))}),
			Value: w.w.Cents(s.Demanded.Interest)})
	}
	for _, kind := range debt.CostKinds() {
		sum := debt.Cents(0)
		for _, c := range s.Costs {
			if c.Kind == kind {
				sum += c.Amount
			}
		}
		if sum > 0 {
			pairs = append(pairs, letter.Pair{Label: w.w.Word(kind), Value: w.w.Cents(sum)})
		}
	}
	// What payments settled, without a credit that nothing is left to settle with.
	if settled := s.Demanded.Total() - s.Payable; settled != 0 {
		pairs = append(pairs, letter.Pair{Label: w.fixed("paid", nil), Value: w.w.Cents(-settled)})
	}
	w.add(letter.Block{Kind: letter.Amount, Pairs: append(pairs,
		letter.Pair{Label: w.fixed("payable_by", nil), Value: w.w.Cents(s.Payable), Large: true})})
}

// lastInterestDay is the last day any line of interest was computed for.
func lastInterestDay(s ledger.Statement) debt.Date {
	last := debt.Date{}
	for _, c := range s.Claims {
		for _, p := range c.Periods {
			last = debt.Later(last, p.To.AddDays(-1))
		}
	}
	return last
}

// portalBox is the way to the portal: the typed one first, because a QR code can be forged.
// Code and link open the case, so only the print knows them.
func (w *writer) portalBox() {
	if w.f.Helper != nil { // who acts for somebody has an access of his own
		w.add(letter.Block{Kind: letter.Box, Text: w.fixed("portal_title", nil), Pairs: []letter.Pair{
			{Label: w.fixed("portal_address", nil), Value: host(w.f.Portal) + "/vertretung/anmelden", Large: true}}})
		w.small(w.fixed("helper_how", nil))
		return
	}
	a := w.f.Access
	w.add(letter.Block{Kind: letter.Box, Text: w.fixed("portal_title", nil), Pairs: []letter.Pair{
		{Label: w.fixed("portal_address", nil), Value: host(w.f.Portal), Large: true},
		{Label: w.fixed("portal_code", nil), Value: a.Code, Large: true, Sealed: true},
		{Label: w.fixed("portal_words", nil), Value: a.Words},
		{Label: w.fixed("portal_until", nil), Value: w.w.Date(a.Until)},
	}, QR: a.Link, Hint: w.fixed("portal_hint", nil), Sealed: true})
	w.small(w.fixed("portal_how", nil))
}

// transferBox is a transfer as a bank wants it. The name is the account holder's, which the
// payer's bank compares. Data that fit no GiroCode are printed without one.
func (w *writer) transferBox(amount debt.Cents) {
	c := w.f.Creditor
	iban, err := bank.ParseIBAN(c.IBAN)
	b := letter.Block{Kind: letter.Box, Text: w.fixed("transfer_title", nil), Pairs: []letter.Pair{
		{Label: w.fixed("transfer_holder", nil), Value: c.AccountHolder},
		{Label: w.fixed("transfer_iban", nil), Value: iban.Grouped()},
		{Label: w.fixed("transfer_amount", nil), Value: w.w.Cents(amount)},
		{Label: w.fixed("transfer_reference", nil), Value: w.f.Reference.Grouped()},
	}}
	giro := bank.GiroCode{Name: c.AccountHolder, IBAN: iban, AmountCents: int64(amount), Reference: w.f.Reference}
	if payload, giroErr := giro.Payload(); err == nil && giroErr == nil {
		b.QR, b.Hint = payload, w.fixed("transfer_hint", nil)
	}
	w.add(b)
}

// duties are the small print of a demand: RDG § 13a, GDPR Art. 13 and 14.
func (w *writer) duties() {
	f := w.f
	w.heading("more_title")
	if f.Debtor.AddressSource == "researched" { // Nr. 7
		w.small(w.fixed("researched", nil))
	}
	w.small(w.fixed("ask_more", nil))
	if f.consumer() {
		w.small(w.fixed("advice", nil))
	}
	if vat := vatOf(f.Statement.Costs); vat > 0 { // Nr. 6
		w.small(w.fixed("vat", values{"vat": w.w.Cents(vat)}))
	}
	o := f.Operator
	if o.RDGNumber != "" {
		w.small(w.fixed("register", values{"rdg": o.RDGNumber}))
	}
	w.small(w.fixed("supervisor", values{"name": o.Supervisor.Name, "address": o.Supervisor.Address,
		"contact": o.Supervisor.Contact})) // Nr. 8
	contact := o.PrivacyContact
	if contact == "" { // not everybody must have a data protection officer (BDSG § 38)
		contact = o.Email
	}
	privacy, genuine := "privacy", "genuine"
	if f.itself() {
		privacy, genuine = "privacy_own", "genuine_own"
	}
	w.small(w.fixed(privacy, values{"contact": contact}))
	w.small(w.fixed(genuine, nil))
}

// vatOf sums the VAT contained in the costs.
func vatOf(costs []ledger.CostStatement) (sum debt.Cents) {
	for _, c := range costs {
		sum += c.VAT
	}
	return sum
}

// ordersOf lists the orders in which payments settle the claims, each once.
func ordersOf(claims []ledger.ClaimStatement) (orders []debt.AllocationOrder) {
	for _, c := range claims {
		order := c.Claim.Order
		if order == "" {
			order = debt.Order367
		}
		if !slices.Contains(orders, order) {
			orders = append(orders, order)
		}
	}
	return orders
}
