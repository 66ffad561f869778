package dossier

import (
	"quitt/debt"
	"quitt/debt/plan"
	"quitt/store/offers"
)

// Offer words what is offered.
func (s Scene) Offer(o plan.Settlement) string {
	w := s.Base.Words
	switch {
	case o.Longer:
		return w.Text("offer_is_longer", debt.Args{"n": o.Instalments})
	case o.Amount > 0:
		return w.Text("offer_is_sum", debt.Args{"amount": o.Amount, "n": o.Instalments})
	}
	return w.Text("offer_is_share", debt.Args{"share": w.Percent(o.Percent), "n": o.Instalments})
}

// Seen says an offer as it stands on the debtor's page.
func (s Scene) Seen(o plan.Offer) (list []string) {
	w := s.Base.Words
	switch {
	case o.Longer:
		return []string{w.Text("offer_longer", debt.Args{"n": o.Instalments}), w.Text("offer_longer_until", debt.Args{"day": o.ValidUntil}), w.Text("offer_free", nil)}
	case o.Instalments == 1:
		list = []string{w.Text("offer_one", debt.Args{"amount": o.Sum})}
	default:
		list = []string{w.Text("offer_some", debt.Args{"amount": o.Sum, "n": o.Instalments})}
	}
	list = append(list, w.Text("offer_saves", debt.Args{"amount": o.Saves, "day": o.ValidUntil}))
	if o.Broken == plan.Revives {
		return append(list, w.Text("offer_revives", nil), w.Text("offer_free", nil))
	}
	return append(list, w.Text("offer_lasts", nil), w.Text("offer_free", nil))
}

// Stands reports whether the debtor can still take an offer by its day.
func (s Scene) Stands(o offers.Offer) bool {
	return o.WithdrawnAt.IsZero() && !s.Today.After(o.ValidUntil)
}
