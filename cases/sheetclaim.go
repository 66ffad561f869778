package cases

import (
	"errors"
	"strings"

	"quitt/debt"
)

const (
	mostDunningCost debt.Cents       = 2_50 // material cost of one reminder (BGH VIII ZR 95/18)
	mostFixedRate   debt.BasisPoints = 3000
	dunningGround                    = "BGB §§ 280 I, II, 286"
	// agreedRate stands where no reason is due because the rate is not above the statutory
	// one, but the claim still has to say where its rate comes from.
	agreedRate = "vereinbarter oder titulierter Zinssatz"
)

// handover reads every cell. Each reader notes its own problem and goes on.
func (r *reading) handover() Handover {
	h := Handover{Reference: r.text(colReference), Debtor: r.debtor()}
	claim := r.claim(h.Debtor.Kind)
	h.Claims = []debt.Claim{claim}
	h.Costs = r.dunning(claim.DueOn)
	if cell := r.text(colCurrency); cell != "€" && plainWord(cell) != "eur" && plainWord(cell) != "euro" && cell != "" {
		r.refuse(colCurrency, "currency_not_euro", nil)
	}
	return h
}

// claim reads the one claim a row can hold. What is blank or unreadable stays zero; the
// rules that need it are then silent or met by validate.
func (r *reading) claim(kind debt.DebtorKind) debt.Claim {
	r.need(colPrincipal, "principal_missing")
	r.need(colGround, "ground_missing")
	c := debt.Claim{
		Principal:      r.amount(colPrincipal),
		Ground:         choose(r, colGround, groundWords, ""),
		Object:         r.text(colObject),
		ArisenOn:       r.pastDay(colContractDate),
		InvoiceNumber:  r.text(colInvoiceNumber),
		InvoicedOn:     r.pastDay(colInvoiceDate),
		DueOn:          r.soonDay(colDueDate),
		DefaultFrom:    r.soonDay(colDefaultFrom),
		InterestReason: r.text(colInterestReason),
		Order:          debt.Order367,
		Titled:         choose(r, colTitled, yesWords, false),
		Secured:        choose(r, colSecured, yesWords, false),
	}
	consumer := r.consumer(kind)
	if choose(r, colConsumerLoan, yesWords, false) {
		c.Order = debt.Order497
		// BGB § 497 III protects consumers only.
		if !consumer {
			r.refuse(colConsumerLoan, "consumer_loan_business", nil)
		}
	}
	c.Business = !consumer
	c.PaymentForServices = choose(r, colPaymentForServices, yesWords, c.Ground == debt.Contract)
	r.interest(&c, consumer, c.PaymentForServices)
	return c
}

// consumer is a question of the claim, not of the kind: a person may have bought as a
// business (BGB § 13), a company never as a consumer.
func (r *reading) consumer(kind debt.DebtorKind) bool {
	consumer := choose(r, colConsumer, yesWords, kind == debt.Person)
	if consumer && kind == debt.Company {
		r.refuse(colConsumer, "consumer_company", nil)
	}
	return consumer
}

// interest sets the rule from a word or a fixed percentage.
func (r *reading) interest(c *debt.Claim, consumer, services bool) {
	// § 288 II BGB goes by when the obligation arose; without that day, the due date is the
	// nearest we know.
	since := c.ArisenOn
	if since.IsZero() {
		since = c.DueOn
	}
	cell := r.text(colInterest)
	rule := debt.InterestRule{
		Kind: debt.Statutory, Surcharge: debt.DefaultSurcharge(since, consumer, services),
		Method: r.sheet.creditor.Settings.InterestMethod,
	}
	kind, known := find(interestWords, cell)
	switch {
	case cell == "" || kind == debt.Statutory:
		c.Interest = rule
		r.computable(c)
	case known:
		c.Interest = debt.InterestRule{Kind: kind, Method: rule.Method}
	default:
		r.fixedRate(c, rule)
	}
}

// computable refuses a first day of interest before the base rate existed: the claim would
// be taken in and fail at its first statement.
func (r *reading) computable(c *debt.Claim) {
	if c.DefaultFrom.IsZero() {
		return
	}
	_, err := debt.StatutoryRate(c.Interest, c.DefaultFrom)
	if errors.Is(err, debt.E(debt.Invalid, "base_rate_too_early", nil)) {
		r.refuseErr(colDefaultFrom, err)
	}
}

// fixedRate reads "9,5" or "9,5 %".
func (r *reading) fixedRate(c *debt.Claim, statutory debt.InterestRule) {
	cell := strings.TrimSpace(strings.TrimSuffix(r.text(colInterest), "%"))
	rate, err := debt.ParseCents(cell) // hundredths of a percent are written like cents
	if err != nil || strings.Trim(cell, "0123456789.,") != "" || rate > debt.Cents(mostFixedRate) {
		r.refuse(colInterest, "interest_invalid", debt.Args{"most": mostFixedRate})
		return
	}
	c.Interest = debt.InterestRule{Kind: debt.FixedRate, Fixed: debt.BasisPoints(rate), Method: statutory.Method}
	if c.InterestReason == "" && !r.exceeds(c, statutory) {
		c.InterestReason = agreedRate
	}
}

// exceeds reports whether the fixed rate is above the statutory one at the first day of
// interest or today (RDG § 13a I Nr. 4); in doubt it is.
func (r *reading) exceeds(c *debt.Claim, statutory debt.InterestRule) bool {
	begin := c.DefaultFrom
	if begin.IsZero() {
		begin = c.DueOn
	}
	for _, day := range []debt.Date{begin, r.sheet.today} {
		rate, err := debt.StatutoryRate(statutory, day)
		if err != nil || c.Interest.Fixed > rate {
			return true
		}
	}
	return false
}

// dunning reads the creditor's material cost of reminders. Exports write 0,00 for none.
func (r *reading) dunning(due debt.Date) []debt.Cost {
	amount, on := r.amount(colDunningCost), r.pastDay(colDunningDate)
	switch {
	case r.failed[colDunningCost]:
		return nil
	case amount < 0:
		r.refuse(colDunningCost, "amount_invalid", debt.Args{"value": amount})
	case amount > mostDunningCost:
		r.refuse(colDunningCost, "dunning_cost_too_high", debt.Args{"most": mostDunningCost})
	}
	switch {
	case amount != 0 && on.IsZero():
		r.refuse(colDunningDate, "dunning_date_missing", nil)
	case r.text(colDunningCost) == "" && r.text(colDunningDate) != "":
		r.refuse(colDunningCost, "dunning_cost_missing", nil)
	case !on.IsZero() && !on.After(due) && !r.failed[colDueDate]:
		r.refuse(colDunningDate, "dunning_before_due", debt.Args{"due": due})
	}
	if amount == 0 || r.failed[colDunningCost] || r.failed[colDunningDate] {
		return nil
	}
	return []debt.Cost{{Kind: debt.DunningFee, Amount: amount, IncurredOn: on, LegalGround: dunningGround}}
}

// fault says which column an error of Handover.Validate is about, and how to put the fault
// aside so that Validate tells the next one. The rules themselves stay in debt.
type fault struct {
	column column
	mend   func(h *Handover, c *debt.Claim)
}

var faults = map[string]fault{
	"reference_missing":      {colReference, func(h *Handover, _ *debt.Claim) { h.Reference = "-" }},
	"name_missing":           {colLastName, func(h *Handover, _ *debt.Claim) { h.Debtor.LastName, h.Debtor.CompanyName = "-", "-" }},
	"principal_not_positive": {colPrincipal, func(_ *Handover, c *debt.Claim) { c.Principal = 1 }},
	"due_missing": {colDueDate, func(_ *Handover, c *debt.Claim) {
		c.DueOn, c.DefaultFrom = debt.NewDate(2199, 12, 31), debt.Date{} // what depends on it is unknown
	}},
	"contract_date_missing": {colContractDate, func(_ *Handover, c *debt.Claim) { c.ArisenOn = c.DueOn }},
	"contract_after_due":    {colContractDate, func(_ *Handover, c *debt.Claim) { c.ArisenOn = c.DueOn }},
	"default_before_due":    {colDefaultFrom, func(_ *Handover, c *debt.Claim) { c.DefaultFrom = debt.Date{} }},
	"base_rate_too_early":   {colDefaultFrom, func(_ *Handover, c *debt.Claim) { c.DefaultFrom = debt.Date{} }},
	"ground_unknown":        {colGround, func(_ *Handover, c *debt.Claim) { c.Ground = debt.OtherLaw }},
	"object_missing":        {colObject, func(_ *Handover, c *debt.Claim) { c.Object = "-" }},
	"interest_reason_missing": {colInterestReason, func(_ *Handover, c *debt.Claim) {
		c.InterestReason = "-"
	}},
}

// validate asks Handover.Validate until it has named every fault. An error without an
// entry in faults is shown for the whole row, so no rule of debt can be missed.
func (r *reading) validate(h Handover) {
	probe := h
	probe.Claims = []debt.Claim{h.Claims[0]}
	for range len(faults) + 1 {
		err := probe.Validate()
		if err == nil {
			break
		}
		var e *debt.Error
		if !errors.As(err, &e) || faults[e.Key].mend == nil {
			r.refuseErr(noColumn, err)
			break
		}
		r.refuseFor(faults[e.Key].column, e)
		faults[e.Key].mend(&probe, &probe.Claims[0])
	}
	// Whatever was settled above: nothing that Validate refuses leaves without a problem.
	if err := h.Validate(); err != nil && len(r.problems) == 0 {
		r.refuseErr(noColumn, err)
	}
}
