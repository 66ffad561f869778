package stripe

import (
	"github.com/stripe/stripe-go/v76"

	"quitt/debt"
	"quitt/debt/rail"
)

// saves reports whether the payment keeps its card or mandate, or charges one that is kept.
func (o order) saves() bool {
	return o.intent.SetupFutureUsage == stripe.PaymentIntentSetupFutureUsageOffSession ||
		o.intent.Metadata[kindLabel] == string(rail.Charge)
}

// mandateID is the mandate of the newest debit that has one.
func (o order) mandateID() string {
	for _, c := range o.charges {
		if d := c.PaymentMethodDetails; d != nil && d.SEPADebit != nil && d.SEPADebit.Mandate != "" {
			return d.SEPADebit.Mandate
		}
	}
	return ""
}

// stored gives the instrument of an order in a state. A page whose payment failed has stored
// nothing worth having; but a mandate that was stored while the debit was under way and is
// dead now has to be heard of. Asking on an open page stores nothing.
func (o order) stored(s rail.State) *rail.Instrument {
	switch s {
	case rail.Settled, rail.InFlight, rail.Ready:
		return o.instrument()
	case rail.Failed:
		if i := o.instrument(); i != nil && (o.session == nil || i.State == rail.Dead) {
			return i
		}
	}
	return nil
}

// instrument gives what an order stored or charged, nil if it did neither or if the state of
// its mandate was not asked for. Nothing else of the debtor's data is taken over.
func (o order) instrument() *rail.Instrument {
	var (
		pm      *stripe.PaymentMethod
		mandate = o.mandate
	)
	switch {
	case o.setup != nil:
		pm, mandate = o.setup.PaymentMethod, o.setup.Mandate
	case o.intent != nil && o.saves():
		pm = o.intent.PaymentMethod
		if pm == nil && o.intent.LastPaymentError != nil {
			pm = o.intent.LastPaymentError.PaymentMethod // taken off after a decline
		}
	}
	if pm == nil || pm.Card == nil && pm.SEPADebit == nil {
		return nil
	}
	i := &rail.Instrument{External: pm.ID, Customer: customerID(pm.Customer), State: rail.Usable}
	if pm.Card != nil {
		i.Method, i.Last4, i.Brand = debt.MethodCard, pm.Card.Last4, word(string(pm.Card.Brand))
	} else {
		if mandate == nil || mandate.Status == "" {
			return nil
		}
		i.Method, i.Last4, i.Brand, i.Mandate = debt.MethodDirectDebit, pm.SEPADebit.Last4, pm.SEPADebit.BankCode, mandate.ID
		i.State = mandateState(mandate.Status)
	}
	if i.Customer == "" { // detached, or never attached: it cannot be charged
		i.State = rail.Dead
	}
	return i
}

// mandateState takes a state we do not know for the worst: a debit without a mandate costs
// the creditor a fee and the debtor trust.
func mandateState(s stripe.MandateStatus) rail.InstrumentState {
	switch s {
	case stripe.MandateStatusActive:
		return rail.Usable
	case stripe.MandateStatusPending:
		return rail.Pending
	}
	return rail.Dead
}
