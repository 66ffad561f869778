package debt

import "slices"

// Ground is why the claim exists; the first letter must name it (RDG § 13a I Nr. 2).
type Ground string

// The grounds an intake may name.
const (
	Contract   Ground = "contract"
	Tort       Ground = "tort"
	Membership Ground = "membership"
	PublicLaw  Ground = "public_law"
	OtherLaw   Ground = "other"
)

// Grounds lists every Ground for intake and help.
func Grounds() []Ground { return []Ground{Contract, Tort, Membership, PublicLaw, OtherLaw} }

// AllocationOrder is the order in which a payment settles the parts of one claim.
type AllocationOrder string

// BGB § 367 I puts interest before principal, § 497 III (consumer loans) principal before
// interest; costs of legal pursuit come first in both.
const (
	Order367 AllocationOrder = "bgb_367"
	Order497 AllocationOrder = "bgb_497"
)

// Claim is one Hauptforderung with what a debtor must be told about it.
type Claim struct {
	ID            ID
	CaseID        ID
	Principal     Cents
	Ground        Ground
	Object        string // what was bought, rented, damaged: one concrete phrase
	ArisenOn      Date   // contract date; for tort the day of the act
	InvoiceNumber string
	InvoicedOn    Date
	DueOn         Date
	DefaultFrom   Date // first interest day (BGB § 286); none: no interest yet
	Interest      InterestRule
	// InterestReason must say why the rate is above the statutory one (RDG § 13a I Nr. 4).
	InterestReason string
	Order          AllocationOrder
	// Business says the debt is connected with the debtor's business: no consumer rules
	// (RDG § 13a V, BGB § 288 II). PaymentForServices is an Entgeltforderung (§ 288 II, V).
	Business           bool
	PaymentForServices bool
	Secured            bool // the creditor holds a security for it (BGB § 366 II)
	Titled             bool
	BookedOn           Date // value day of its opening entry
}

// ExistsSince gives the earliest day the claim is known to have existed; a payment
// received before it cannot be meant for it.
func (c Claim) ExistsSince() Date {
	var first Date
	for _, d := range []Date{c.ArisenOn, c.InvoicedOn, c.DueOn} {
		if first.IsZero() || !d.IsZero() && d.Before(first) {
			first = d
		}
	}
	return first
}

// Validate checks what no claim may lack; errors name the field. What passes here must
// never make a payment unbookable later, hence the words and the rate.
func (c Claim) Validate() error {
	switch {
	case c.Principal <= 0:
		return E(Invalid, "principal_not_positive", Args{"value": c.Principal})
	case c.Principal > MaxCents:
		return E(Invalid, "amount_invalid", Args{"value": c.Principal})
	case c.DueOn.IsZero():
		return E(Invalid, "due_missing", nil)
	case c.ArisenOn.IsZero() && c.Ground == Contract:
		return E(Invalid, "contract_date_missing", nil)
	case c.ArisenOn.After(c.DueOn):
		return E(Invalid, "contract_after_due", Args{"contract": c.ArisenOn, "due": c.DueOn})
	case !c.DefaultFrom.IsZero() && !c.DefaultFrom.After(c.DueOn):
		return E(Invalid, "default_before_due", Args{"default": c.DefaultFrom, "due": c.DueOn})
	case c.Object == "":
		return E(Invalid, "object_missing", nil)
	case !slices.Contains(Grounds(), c.Ground):
		return E(Invalid, "ground_unknown", Args{"value": clip(string(c.Ground))})
	case c.Order != "" && c.Order != Order367 && c.Order != Order497:
		return E(Invalid, "allocation_order_unknown", Args{"value": clip(string(c.Order))})
	case c.Interest.Kind == FixedRate && c.InterestReason == "":
		return E(Invalid, "interest_reason_missing", nil)
	}
	if first := baseRates[0].from; c.Interest.Kind == Statutory && !c.DefaultFrom.IsZero() && c.DefaultFrom.Before(first) {
		return E(Invalid, "base_rate_too_early", Args{"first_day": first})
	}
	return c.Interest.Validate()
}

// CostKind names a cost concretely; vague labels such as "Mahnkosten" are not clear and
// comprehensible (RDG § 13a I Nr. 5).
type CostKind string

// The kinds of cost Quitt can demand, each with a legal ground of its own.
const (
	CollectionFee CostKind = "collection_fee" // RVG VV 2300
	AgreementFee  CostKind = "agreement_fee"  // RVG VV 1000; never on a consumer's plan
	Disbursements CostKind = "disbursements"  // RVG VV 7002
	DunningFee    CostKind = "dunning_fee"    // the creditor's material cost of a reminder
	FlatDamages40 CostKind = "flat_damages"   // BGB § 288 V
	CourtCost     CostKind = "court_fee"      // GKG KV 1100
	Enforcement   CostKind = "enforcement"    // ZPO § 788
	ReturnCharge  CostKind = "return_charge"  // what the bank charged for a returned debit
	AddressCost   CostKind = "address_cost"   // register enquiry
)

// CostKinds lists every CostKind, for checks and help.
func CostKinds() []CostKind {
	return []CostKind{CollectionFee, AgreementFee, Disbursements, DunningFee, FlatDamages40,
		CourtCost, Enforcement, ReturnCharge, AddressCost}
}

// Cost is one demand beside principal and interest: kind, amount, day and legal ground
// (RDG § 13a I Nr. 5). Costs bear no interest.
type Cost struct {
	ID          ID
	CaseID      ID
	ClaimID     ID // "" for a cost of the whole case
	Kind        CostKind
	Amount      Cents // gross
	VAT         Cents // contained in Amount
	IncurredOn  Date
	LegalGround string
	Note        string
	BookedOn    Date // value day of its entry
}

// Validate checks what no cost may lack.
func (c Cost) Validate() error {
	switch {
	case c.Amount <= 0 || c.Amount > MaxCents:
		return E(Invalid, "amount_invalid", Args{"value": c.Amount})
	case !slices.Contains(CostKinds(), c.Kind):
		return E(Invalid, "cost_kind_unknown", Args{"value": clip(string(c.Kind))})
	case c.VAT < 0 || c.VAT >= c.Amount:
		return E(Invalid, "amount_invalid", Args{"value": c.VAT})
	case c.IncurredOn.IsZero():
		return E(Invalid, "date_missing", nil)
	case c.LegalGround == "":
		return E(Invalid, "legal_ground_missing", Args{"kind": string(c.Kind)})
	}
	return nil
}
