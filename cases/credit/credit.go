// Package credit works out what else falls when a part of a claim is given up: whoever answers
// an objection or corrects a claim gives up its costs with it.
package credit

import (
	"quitt/cases"
	"quitt/debt"
	"quitt/debt/fees"
	"quitt/debt/ledger"
)

// Lessen adds what a smaller claim costs less: fee and flat follow the principal (RVG §§ 2 I,
// 13; RDG § 13e I), and with no principal left nothing could be collected for it. unknown is
// the principal given up where the costs were demanded at no rate we know: a person must look
// at them.
func Lessen(creditor debt.Creditor, h ledger.History, credits []ledger.Credit) (all []ledger.Credit, unknown debt.Cents, err error) {
	var before, after debt.Cents
	for _, c := range h.Claims {
		before += h.Demanded(c.ID)
	}
	after = before
	for _, c := range credits {
		if isClaim(h, c.Line) {
			after -= c.Amount
		}
	}
	if after == before {
		return credits, 0, nil
	}
	target, err := costsOf(creditor, h, before, after)
	if err != nil {
		return nil, 0, err
	}
	if target == nil {
		return credits, before - after, nil
	}
	for kind, amount := range target {
		credits = lower(h, credits, kind, amount)
	}
	return credits, 0, nil
}

func isClaim(h ledger.History, line debt.ID) bool {
	for _, c := range h.Claims {
		if c.ID == line {
			return true
		}
	}
	return false
}

// costsOf gives what fee and flat are for the smaller claim, at the rate at which they were
// demanded for the larger one; nil if that is none we know.
func costsOf(creditor debt.Creditor, h ledger.History, before, after debt.Cents) (map[debt.CostKind]debt.Cents, error) {
	demanded := map[debt.CostKind]debt.Cents{}
	var on debt.Date
	for _, c := range h.Costs {
		demanded[c.Kind] += h.Demanded(c.ID)
		if c.Kind == debt.CollectionFee && (on.IsZero() || c.IncurredOn.Before(on)) {
			on = c.IncurredOn
		}
	}
	none := map[debt.CostKind]debt.Cents{}
	switch {
	case after == 0: // every cost falls
		for kind := range demanded {
			none[kind] = 0
		}
		return none, nil
	case demanded[debt.CollectionFee] == 0:
		return none, nil
	}
	for _, rate := range []fees.Rate{fees.Simple, fees.Full} {
		old, err := sums(creditor, before, rate, on)
		if err != nil {
			return nil, err
		}
		if old[debt.CollectionFee] == demanded[debt.CollectionFee] {
			return sums(creditor, after, rate, on)
		}
	}
	return nil, nil
}

func sums(c debt.Creditor, value debt.Cents, rate fees.Rate, on debt.Date) (map[debt.CostKind]debt.Cents, error) {
	costs, err := cases.CollectionCosts(c, value, rate, on)
	sum := map[debt.CostKind]debt.Cents{}
	for _, k := range costs {
		sum[k.Kind] += k.Amount
	}
	return sum, err
}

// lower adds credits until no more than an amount of a kind of cost is demanded, the newest
// first.
func lower(h ledger.History, credits []ledger.Credit, kind debt.CostKind, to debt.Cents) []ledger.Credit {
	left := map[debt.ID]debt.Cents{}
	over := -to
	for _, c := range h.Costs {
		if c.Kind == kind {
			left[c.ID] = h.Demanded(c.ID)
			over += left[c.ID]
		}
	}
	for _, c := range credits {
		if _, ok := left[c.Line]; ok {
			left[c.Line] -= c.Amount
			over -= c.Amount
		}
	}
	for i := len(h.Costs) - 1; i >= 0 && over > 0; i-- {
		line := h.Costs[i].ID
		amount := min(over, left[line])
		if amount <= 0 {
			continue
		}
		over -= amount
		credits = more(credits, ledger.Credit{Line: line, Amount: amount})
	}
	return credits
}

// more adds to the credit of a line: one line has one credit.
func more(credits []ledger.Credit, c ledger.Credit) []ledger.Credit {
	for i := range credits {
		if credits[i].Line == c.Line {
			credits[i].Amount += c.Amount
			return credits
		}
	}
	return append(credits, c)
}
