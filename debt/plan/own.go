package plan

import (
	"slices"

	"quitt/debt"
)

// The bounds of an offer for one case.
const (
	mostOfferDays = 366
	mostLonger    = mostMonths
	leastLonger   = debt.Cents(1_00) // of an instalment, as of any other
	ownFirst      = 45               // days until the first payment where no rule says so, as in Standard
)

// With gives the rules as they are for one case: what its creditor offers there is a choice
// beside the settlements of the bracket, whatever the balance. This is the one place where both
// meet, so that what is shown, laid out and agreed is the same.
func (r Rules) With(own []Settlement) Rules {
	r.Own = slices.Concat(r.Own, own)
	return r
}

// CheckOffer refuses an offer for one case of which so much is open: nothing but a settlement for
// less, or everything in a longer time, until a last day that is still to come.
func CheckOffer(s Settlement, open debt.Cents, today debt.Date) error {
	first, last := today.AddDays(1), today.AddDays(mostOfferDays)
	if s.ValidUntil.Before(first) || s.ValidUntil.After(last) {
		return debt.E(debt.Invalid, "offer_until_range", debt.Args{"least": first, "most": last})
	}
	share := s.Percent > 0 && s.Percent < 10_000
	switch {
	case s.Longer && (s.Percent != 0 || s.Amount != 0):
		return debt.E(debt.Invalid, "offer_longer_sum", nil)
	case s.Longer && !in(s.Instalments, 2, mostLonger):
		return debt.E(debt.Invalid, "offer_count_range", debt.Args{"least": 2, "most": mostLonger})
	case s.Longer && (open+debt.Cents(s.Instalments)-1)/debt.Cents(s.Instalments) < leastLonger:
		return debt.E(debt.Invalid, "offer_count_small", debt.Args{"least": leastLonger})
	case s.Longer:
		return nil
	case share == (s.Amount > 0), s.Amount < 0, s.Percent < 0, s.Percent >= 10_000:
		return debt.E(debt.Invalid, "offer_sum_missing", nil)
	case s.sum(open) >= open:
		return debt.E(debt.Invalid, "offer_sum_range", debt.Args{"most": max(0, open-1)})
	case !in(s.Instalments, 1, mostSettlementParts):
		return debt.E(debt.Invalid, "offer_count_range", debt.Args{"least": 1, "most": mostSettlementParts})
	case s.Broken != Revives && s.Broken != Lasts:
		return debt.E(debt.Invalid, "offer_broken_missing", nil)
	}
	return nil
}

// latest is the last day for the first payment of a settlement.
func (r Rules) latest(p Position, open debt.Cents) debt.Date {
	b, known := r.bracket(open)
	if !known {
		b.FirstWithin = ownFirst
	}
	return b.latest(p)
}

// lengthen lays out everything that is open in the instalments of an offer. It gives nothing up:
// the plan is one like any other, and only the rules it would break are not asked.
func (r Rules) lengthen(a Answer, o Offer, p Position) (Answer, error) {
	a.Deal = Deal{}
	var err error
	if a.Wish.Instalment, err = a.Wish.instalmentFor(o.Instalments, p, r.Interest, o.Sum); err != nil {
		return a, err
	}
	if a.Wish.Instalment == 0 {
		return a, debt.E(debt.Invalid, "plan_end_too_early", nil)
	}
	a.Schedule, err = a.Wish.schedule(p, r.Interest)
	return a, err
}
