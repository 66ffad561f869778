package debt

// Points over the base rate, BGB § 288 I and II; 8 points for obligations created before
// 29 July 2014 (EGBGB Art. 229 § 34).
const (
	consumerSurcharge    BasisPoints = 500
	businessSurcharge    BasisPoints = 900
	oldBusinessSurcharge BasisPoints = 800
)

var latePaymentAct = NewDate(2014, 7, 29)

// DefaultSurcharge gives the percentage points of § 288 BGB for an obligation created on
// obligationOn: 9 only for the price of goods or services among businesses, and 5 in
// every other case. An unknown day (zero) counts as old law. Out of scope: continuing
// contracts older than 2014-07-29, whose services rendered after 2016-06-30 fall under
// the new law; for those pass the day of the service.
func DefaultSurcharge(obligationOn Date, consumerInvolved, paymentForServices bool) BasisPoints {
	switch {
	case consumerInvolved || !paymentForServices:
		return consumerSurcharge
	case obligationOn.Before(latePaymentAct):
		return oldBusinessSurcharge
	default:
		return businessSurcharge
	}
}

// StatutoryRate is the base rate of the day plus the rule's Surcharge, whatever the
// rule's kind: a fixed rate above it needs a reason shown (RDG § 13a I Nr. 4).
func StatutoryRate(r InterestRule, on Date) (BasisPoints, error) {
	if err := rateKnown(on, on); err != nil {
		return 0, err
	}
	return max(0, baseRates[halfYear(on)].rate+r.Surcharge), nil
}

// RateOn is the yearly rate the rule itself yields on that day.
func (r InterestRule) RateOn(on Date) (BasisPoints, error) {
	if err := r.Validate(); err != nil {
		return 0, err
	}
	switch r.Kind {
	case Statutory:
		return StatutoryRate(r, on)
	case FixedRate:
		return r.Fixed, nil
	default:
		return 0, nil
	}
}

const flatDamages Cents = 40_00

// FlatDamages is what may be shown of the 40 euro of § 288 V BGB on top of legalCosts,
// against which they are set off (sentence 3). Nothing against consumers, for claims
// other than the price of goods or services, or for obligations before 2014-07-29.
func FlatDamages(paymentForServices, consumerInvolved bool, obligationOn Date, legalCosts Cents) Cents {
	if consumerInvolved || !paymentForServices || obligationOn.Before(latePaymentAct) {
		return 0
	}
	return flatDamages - min(flatDamages, max(0, legalCosts))
}
