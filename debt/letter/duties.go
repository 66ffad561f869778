package letter

import (
	"slices"
	"strings"

	"quitt/debt"
)

// Gap is something a letter lacks: a code with words of its own.
type Gap string

// What may be missing. The paragraphs are those of RDG § 13a I.
const (
	GapCreditorName    Gap = "creditor_name"    // Nr. 1
	GapCreditorAddress Gap = "creditor_address" // Nr. 1
	GapClaims          Gap = "claims"
	GapGround          Gap = "ground"          // Nr. 2
	GapObject          Gap = "object"          // Nr. 2
	GapContractDate    Gap = "contract_date"   // Nr. 2
	GapInterest        Gap = "interest"        // Nr. 3: interest runs, its calculation is not there
	GapInterestReason  Gap = "interest_reason" // Nr. 4
	GapCostKind        Gap = "cost_kind"       // Nr. 5
	GapCostAmount      Gap = "cost_amount"     // Nr. 5
	GapCostGround      Gap = "cost_ground"     // Nr. 5
	GapCostDate        Gap = "cost_date"       // Nr. 5
	GapVAT             Gap = "vat"             // Nr. 6: VAT is asked for, the creditor can deduct it
	GapAddressSource   Gap = "address_source"  // Nr. 7: nobody knows where the address is from
	GapDebtorName      Gap = "debtor_name"
	GapStreet          Gap = "street"
	GapPostcode        Gap = "postcode"
	GapCity            Gap = "city"
	GapCountry         Gap = "country"
	GapFile            Gap = "file"
	GapDate            Gap = "date"
	GapDeadline        Gap = "deadline"
	GapPortal          Gap = "portal"
	GapCode            Gap = "code"
	GapIBAN            Gap = "iban"
	GapAccountHolder   Gap = "account_holder"
	GapReference       Gap = "reference"
	GapPayment         Gap = "payment"
	GapInstalments     Gap = "instalments"
	GapOutcome         Gap = "outcome"
	GapReason          Gap = "reason"
)

// operatorGap stands before the name of a setting, such as SUPERVISOR_NAME (Nr. 8).
const operatorGap = "operator_"

// operatorSettings are the settings an operator must fill before letters go out.
var operatorSettings = []string{"NAME", "STREET", "POSTCODE", "CITY", "PHONE", "EMAIL", "SUPERVISOR_NAME",
	"SUPERVISOR_ADDRESS", "SUPERVISOR_CONTACT"}

// Gaps lists every Gap, for words and tests that must be complete.
func Gaps() []Gap {
	all := []Gap{GapCreditorName, GapCreditorAddress, GapClaims, GapGround, GapObject, GapContractDate, GapInterest,
		GapInterestReason, GapCostKind, GapCostAmount, GapCostGround, GapCostDate, GapVAT, GapAddressSource, GapDebtorName,
		GapStreet, GapPostcode, GapCity, GapCountry, GapFile, GapDate, GapDeadline, GapPortal, GapCode, GapIBAN,
		GapAccountHolder, GapReference, GapPayment, GapInstalments, GapOutcome, GapReason}
	for _, name := range operatorSettings {
		all = append(all, ofOperator(name))
	}
	return all
}

func ofOperator(setting string) Gap { return Gap(operatorGap + strings.ToLower(setting)) }

// Draft is what is known before a letter is worded.
type Draft struct {
	Kind     Kind
	On       debt.Date
	Deadline debt.Date
	Creditor debt.Creditor
	Case     debt.Case
	Debtor   debt.Debtor
	Claims   []Demand
	Costs    []debt.Cost
	// Operator names the settings that are missing, as operator.Profile.Missing gives them.
	Operator []string
	Payable  bool // the creditor's IBAN is one that money can be sent to
	// What else is there.
	Country, Reference, Portal, Code      bool
	Helper                                bool // it goes to who acts for the debtor, who has an access of his own
	Payment, Instalments, Outcome, Reason bool
}

// Demand is a claim with the interest a statement computed for it.
type Demand struct {
	debt.Claim

	Open     debt.Cents
	On       debt.Date // day the statement is payable on
	Segments []debt.InterestSegment
}

// gaps collects what is missing, each thing once.
type gaps []Gap

func (g *gaps) need(there bool, gap Gap) {
	if !there && !slices.Contains(*g, gap) {
		*g = append(*g, gap)
	}
}

// Missing names everything a letter lacks, all at once. The duties towards consumers (RDG
// § 13a I) are kept towards everybody, and by creditors that collect for themselves.
func Missing(d Draft) []Gap {
	var g gaps
	g.frame(d)
	if d.Kind.Demands() {
		g.duties(d)
		g.need(!d.Deadline.IsZero(), GapDeadline)
	}
	if d.Kind.Coded() && !d.Helper {
		g.need(d.Code, GapCode)
	}
	if d.Kind.Payable() {
		g.need(d.Payable, GapIBAN)
		g.need(d.Creditor.AccountHolder != "", GapAccountHolder)
		g.need(d.Reference, GapReference)
	}
	g.about(d)
	return g
}

// Payable reports whether the letter carries the data of a transfer.
func (k Kind) Payable() bool { return k.Demands() || slices.Contains(planned, k) }

// planned are the letters about a plan that asks for sums.
var planned = []Kind{PlanConfirmation, PlanMissed, PlanAtRisk, PlanLapsed}

// frame is what every letter needs to be sent and to be answered.
func (g *gaps) frame(d Draft) {
	for _, name := range d.Operator {
		g.need(false, ofOperator(name))
	}
	g.need(d.Creditor.Name != "", GapCreditorName)
	g.need(d.Debtor.Name() != "", GapDebtorName)
	g.need(d.Helper || d.Debtor.Street != "", GapStreet)
	g.need(d.Helper || d.Debtor.Postcode != "", GapPostcode)
	g.need(d.Helper || d.Debtor.City != "", GapCity)
	g.need(d.Helper || d.Country, GapCountry)
	g.need(d.Case.FileReference != "", GapFile)
	g.need(!d.On.IsZero(), GapDate)
	g.need(d.Portal, GapPortal)
}

// duties are Nr. 1 to 7; Nr. 8 is the operator's.
func (g *gaps) duties(d Draft) {
	a := d.Creditor.Address
	g.need(a.Street != "" && a.Postcode != "" && a.City != "", GapCreditorAddress)
	g.need(len(d.Claims) > 0, GapClaims)
	for _, c := range d.Claims {
		g.need(slices.Contains(debt.Grounds(), c.Ground), GapGround)
		g.need(c.Object != "", GapObject)
		// A tort has a day too; membership and public law may have none.
		dated := c.Ground == debt.Contract || c.Ground == debt.Tort
		g.need(!dated || !c.ArisenOn.IsZero(), GapContractDate)
		g.need(!c.lacksInterest(), GapInterest)
		g.need(!c.aboveStatutory() || c.InterestReason != "", GapInterestReason)
	}
	for _, c := range d.Costs {
		g.need(slices.Contains(debt.CostKinds(), c.Kind), GapCostKind)
		g.need(c.Amount > 0, GapCostAmount)
		g.need(c.LegalGround != "", GapCostGround)
		g.need(!c.IncurredOn.IsZero(), GapCostDate)
		g.need(c.VAT <= 0 || !d.Creditor.VATDeductible, GapVAT)
	}
	source := d.Debtor.AddressSource
	g.need(d.Helper || source == "creditor" || source == "debtor" || source == "researched", GapAddressSource)
}

// lacksInterest: interest has begun to run and no line shows how it was computed. Past the
// last announced base rate nobody can compute it, so that is no gap.
func (c Demand) lacksInterest() bool {
	end := c.On
	if c.Interest.Kind == debt.Statutory {
		end = debt.Earlier(end, debt.LastBaseRateDay().AddDays(1))
	}
	runs := c.Interest.Kind == debt.Statutory || c.Interest.Kind == debt.FixedRate
	return runs && c.Open > 0 && !c.DefaultFrom.IsZero() && c.DefaultFrom.Before(end) && len(c.Segments) == 0
}

// aboveStatutory compares every period with the rate the law gives for it; a rate that is not
// announced yet counts as lower.
func (c Demand) aboveStatutory() bool {
	if c.Interest.Kind != debt.FixedRate {
		return false
	}
	for _, s := range c.Segments {
		for _, on := range []debt.Date{s.From, s.To.AddDays(-1)} {
			if rate, err := debt.StatutoryRate(c.Interest, on); err != nil || c.Interest.Fixed > rate {
				return true
			}
		}
	}
	return false
}

// about is what a letter about one event needs.
func (g *gaps) about(d Draft) {
	switch d.Kind {
	case PlanConfirmation:
		g.need(d.Instalments, GapInstalments)
		g.need(len(d.Claims) > 0, GapClaims)
	case PlanMissed, PlanAtRisk, PlanLapsed:
		g.need(d.Instalments, GapInstalments)
		g.need(d.Kind == PlanMissed || !d.Deadline.IsZero(), GapDeadline)
	case ObjectionAnswer:
		g.need(d.Outcome, GapOutcome)
		g.need(d.Reason, GapReason)
	case PaymentReceipt:
		g.need(d.Payment, GapPayment)
	case StatementForAdviser:
		g.need(len(d.Claims) > 0, GapClaims)
	}
}
