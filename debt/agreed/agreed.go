// Package agreed says what collecting costs a creditor by his agreement with whoever runs Quitt. It
// is between the two of them: no case, no debtor and no statement of a claim knows of it.
package agreed

import "quitt/debt"

// Agreement holds for payments with value days from From on, until the next one begins. Share is of
// the money that stays of a payment, Fixed is for each payment of which any stays, VAT comes on top
// of both. All zero ends charging.
type Agreement struct {
	From  debt.Date
	Share debt.BasisPoints
	Fixed debt.Cents
	VAT   debt.BasisPoints
}

// most bounds a share and the tax: the whole.
const most debt.BasisPoints = 10_000

// mostFixed bounds what one payment costs: a slip of the finger, not a price.
const mostFixed debt.Cents = 1000_00

// Check refuses what nobody can have agreed, Invalid "payout_fees_invalid".
func (a Agreement) Check() error {
	if a.From.IsZero() || a.Share < 0 || a.Share > most || a.VAT < 0 || a.VAT > most || a.Fixed < 0 || a.Fixed > mostFixed {
		return debt.E(debt.Invalid, "payout_fees_invalid", nil)
	}
	return nil
}

// Fee is what a payment costs the creditor.
type Fee struct{ Net, VAT debt.Cents }

// Sum is all of it.
func (f Fee) Sum() debt.Cents { return f.Net + f.VAT }

// Less is what is still to be charged where some was charged before; below zero, it is given back.
func (f Fee) Less(before Fee) Fee { return Fee{f.Net - before.Net, f.VAT - before.VAT} }

// Of is the fee for what stays of one payment: the share of it, half a cent up, and the fixed sum;
// then the tax on the two, half a cent up. Each payment is rounded for itself, so that what is given
// back of one that came back is what was charged for it.
func (a Agreement) Of(stays debt.Cents) Fee {
	if stays <= 0 {
		return Fee{}
	}
	net := stays.Share(a.Share) + a.Fixed
	return Fee{net, net.Share(a.VAT)}
}

// On gives the agreement of a value day from a list in the order of their days: none is one that
// charges nothing.
func On(list []Agreement, day debt.Date) (a Agreement) {
	for _, x := range list {
		if !x.From.After(day) {
			a = x
		}
	}
	return a
}
