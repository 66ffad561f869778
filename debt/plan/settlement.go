package plan

import (
	"slices"

	"quitt/debt"
)

// Broken is what becomes of a settlement that is not kept.
type Broken string

// The ways a broken settlement ends. Revives opens the whole claim again, less what was paid;
// Lasts leaves the debtor the lower sum.
const (
	Revives Broken = "revives"
	Lasts   Broken = "lasts"
)

// Settlement is a creditor's standing offer to take less (Vergleich): a share of what is open
// or an amount, in one sum or a few monthly parts.
type Settlement struct {
	ID          string           `json:"id"` // a-z, 0-9 and dashes
	Percent     debt.BasisPoints `json:"percent,omitempty"`
	Amount      debt.Cents       `json:"amount_cents,omitempty"`
	Instalments int              `json:"instalments"`
	ValidUntil  debt.Date        `json:"valid_until"` // last day to take it
	Broken      Broken           `json:"broken"`
	// Longer is an offer for one case that gives nothing up: everything, in more instalments than
	// the rules allow. Rules know none.
	Longer bool `json:"-"`
}

const mostSettlementParts = 12

func (s Settlement) validate() error {
	share := s.Percent > 0 && s.Percent < 10_000
	switch {
	case !debt.IsCode(s.ID):
		return refused("settlement_id")
	case share == (s.Amount > 0), s.Amount < 0, s.Percent < 0, s.Amount > debt.MaxCents:
		return refused("settlement_sum")
	case !in(s.Instalments, 1, mostSettlementParts):
		return refused("settlement_instalments")
	case s.ValidUntil.IsZero():
		return refused("settlement_valid_until")
	case s.Broken != Revives && s.Broken != Lasts:
		return refused("settlement_broken")
	}
	return nil
}

// Deal is what a plan pays in place of everything that is open: a settlement's sum, or what an
// open objection leaves undisputed. The zero Deal is everything.
type Deal struct {
	Sum        debt.Cents `json:"sum_cents,omitempty"`
	Settlement string     `json:"settlement,omitempty"` // "" for the undisputed part
	Broken     Broken     `json:"broken,omitempty"`
}

// Offer is a settlement as a debtor sees it.
type Offer struct {
	Settlement

	Sum   debt.Cents
	Saves debt.Cents // of what is open today
	Each  debt.Cents // of the parts; the last one may be less
}

// Offers lists the settlements that can be taken today: never with a reason against a plan.
func (r Rules) Offers(p Position) ([]Offer, error) {
	open, err := p.open()
	if err != nil || len(p.Against) > 0 {
		return nil, err
	}
	b, _ := r.bracket(open)
	var list []Offer
	for _, s := range slices.Concat(b.Settlements, r.Own) {
		if o, stands := s.Seen(open, p.Today); stands {
			list = append(list, o)
		}
	}
	return list, nil
}

// Seen is a settlement as a debtor sees it who owes so much; stands is false where it is none any
// more: its last day is over, or it asks for no less than is open.
func (s Settlement) Seen(open debt.Cents, today debt.Date) (o Offer, stands bool) {
	sum := s.sum(open)
	each := (sum + debt.Cents(s.Instalments) - 1) / debt.Cents(s.Instalments)
	if s.Longer {
		return Offer{s, sum, 0, each}, each >= leastLonger && !today.After(s.ValidUntil)
	}
	return Offer{s, sum, open - sum, each}, sum < open && !today.After(s.ValidUntil)
}

func (s Settlement) sum(open debt.Cents) debt.Cents {
	switch {
	case s.Longer:
		return open
	case s.Amount > 0:
		return s.Amount
	}
	return max(1, open.Share(s.Percent))
}

// settle lays out a settlement. It is the creditor's own offer, so it needs nobody.
func (r Rules) settle(w Wish, p Position, open debt.Cents) (Answer, error) {
	offers, err := r.Offers(p)
	if err != nil {
		return Answer{}, err
	}
	at := slices.IndexFunc(offers, func(o Offer) bool { return o.ID == w.Settlement })
	if at < 0 {
		return Answer{}, debt.E(debt.Expired, "plan_settlement_over", nil)
	}
	o := offers[at]
	w = Wish{Settlement: o.ID, First: w.First, Day: w.Day, Rhythm: Monthly, Instalment: o.Each}
	a := Answer{Wish: w, Deal: Deal{o.Sum, o.ID, o.Broken}, AtOnce: true}
	if latest := r.latest(p, open); w.First.After(latest) {
		first := w
		first.First = latest
		a.Breaches, a.Nearest, a.AtOnce = []Breach{{"plan_rule_first", debt.Args{"latest": first.First}}}, &first, false
	}
	if o.Longer {
		return r.lengthen(a, o, p)
	}
	lay := build(p, NoInterest, o.Sum)
	for i := range o.Instalments {
		if more, err := lay.pay(o.Each, w.due(i)); err != nil || !more {
			a.Schedule = lay.schedule
			return a, err
		}
	}
	a.Schedule = lay.schedule
	return a, nil
}
