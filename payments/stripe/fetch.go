package stripe

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
)

// order is all that Stripe has of one order of ours. Which of session, intent and setup are
// there depends on its kind.
type order struct {
	asked    time.Time
	session  *stripe.CheckoutSession
	intent   *stripe.PaymentIntent
	setup    *stripe.SetupIntent
	charges  []try // newest first
	disputes []*stripe.Dispute
	mandate  *stripe.Mandate
}

// try is a charge: an intent has one for every try of the debtor. debited is the day the
// account is debited, which stripe-go has no field for; zero if not said.
type try struct {
	*stripe.Charge
	debited debt.Date
}

// Fetch asks for the order an object belongs to: two to five requests. A payout belongs to
// none; see FetchPayout.
func (c *Client) Fetch(ctx context.Context, a rail.Account, ref rail.Ref) (rail.Facts, error) {
	return c.call(ctx, a).fetch(ref)
}

func (k call) fetch(ref rail.Ref) (rail.Facts, error) {
	o, err := k.find(ref)
	if err == nil && o.intent != nil {
		err = k.complete(&o, ref)
	}
	if err != nil {
		return rail.Facts{}, err
	}
	return o.facts(k.a)
}

// find goes from any object to its order.
func (k call) find(ref rail.Ref) (order, error) {
	var (
		intent *stripe.PaymentIntent
		err    error
	)
	switch ref.Kind {
	case rail.SessionRef:
		return k.bySession(ref.ID)
	case rail.SetupRef:
		return k.bySetup(ref.ID)
	case rail.MandateRef, rail.InstrumentRef:
		return k.byInstrument(ref)
	case rail.IntentRef:
		intent = &stripe.PaymentIntent{}
		err = k.get(intent, intents, ref.ID, "payment_method")
	case rail.ChargeRef:
		var v stripe.Charge
		err = k.get(&v, "/v1/charges", ref.ID, "payment_intent.payment_method")
		intent = v.PaymentIntent
	case rail.RefundRef:
		var v stripe.Refund
		err = k.get(&v, "/v1/refunds", ref.ID, "payment_intent.payment_method")
		intent = v.PaymentIntent
	case rail.DisputeRef:
		var v stripe.Dispute
		err = k.get(&v, "/v1/disputes", ref.ID, "payment_intent.payment_method")
		intent = v.PaymentIntent
	}
	if err != nil {
		return order{}, err
	}
	if intent == nil {
		return order{}, payments.ErrNoObject
	}
	return k.ofIntent(intent)
}

// bySession asks once for a page and its intent: both are of one moment.
func (k call) bySession(id string) (order, error) {
	o := order{asked: k.asked, session: &stripe.CheckoutSession{}}
	err := k.get(o.session, sessions, id, "payment_intent.payment_method", "setup_intent.payment_method", "setup_intent.mandate")
	o.intent, o.setup = o.session.PaymentIntent, o.session.SetupIntent
	return o, err
}

// ofIntent finds the page of a payment. A charge of ours has none.
func (k call) ofIntent(pi *stripe.PaymentIntent) (order, error) {
	o := order{asked: k.asked, intent: pi}
	if pi.Metadata[kindLabel] == string(rail.Charge) {
		return o, nil
	}
	return o, list(k, sessions, &stripe.CheckoutSessionListParams{PaymentIntent: stripe.String(pi.ID)},
		func(s item[stripe.CheckoutSession]) bool {
			o.session = s.Value
			return false
		})
}

// bySetup finds the page of a setup by its time: sessions cannot be listed by setup intent.
// The page is asked for once more, with its setup: of two answers the older one could say
// that nothing was stored while the newer says that all is done.
func (k call) bySetup(id string) (order, error) {
	o := order{asked: k.asked, setup: &stripe.SetupIntent{}}
	if err := k.get(o.setup, setups, id, "payment_method", "mandate"); err != nil {
		return o, err
	}
	made := time.Unix(o.setup.Created, 0)
	p := &stripe.CheckoutSessionListParams{CreatedRange: between(made.Add(-24*time.Hour), made.Add(time.Minute))}
	if o.setup.Customer != nil {
		p.Customer = stripe.String(o.setup.Customer.ID)
	}
	page := ""
	err := list(k, sessions, p, func(s item[stripe.CheckoutSession]) bool {
		if s.Value.SetupIntent != nil && s.Value.SetupIntent.ID == id {
			page = s.ID
		}
		return page == ""
	})
	if err != nil || page == "" {
		return o, err
	}
	return k.bySession(page)
}

// byInstrument finds the order by which a card or mandate was stored: a setup, or else the
// first payment of its customer that used it.
func (k call) byInstrument(ref rail.Ref) (order, error) {
	pm := &stripe.PaymentMethod{ID: ref.ID}
	var err error
	if ref.Kind == rail.MandateRef {
		var m stripe.Mandate
		err = k.get(&m, "/v1/mandates", ref.ID, "payment_method")
		pm = m.PaymentMethod
	} else {
		err = k.get(pm, "/v1/payment_methods", ref.ID)
	}
	if err != nil || pm == nil {
		return order{}, first(err, payments.ErrNoObject)
	}
	var setup, intent string
	err = list(k, setups, &stripe.SetupIntentListParams{PaymentMethod: stripe.String(pm.ID)},
		func(s item[stripe.SetupIntent]) bool {
			if attemptOf(s.Value.Metadata) != "" && s.Value.Status == stripe.SetupIntentStatusSucceeded {
				setup = s.ID
			}
			return true
		})
	if err == nil && setup != "" {
		return k.bySetup(setup)
	}
	if err == nil && pm.Customer != nil {
		err = list(k, intents, &stripe.PaymentIntentListParams{Customer: stripe.String(pm.Customer.ID)},
			func(pi item[stripe.PaymentIntent]) bool {
				if pi.Value.PaymentMethod != nil && pi.Value.PaymentMethod.ID == pm.ID && attemptOf(pi.Value.Metadata) != "" {
					intent = pi.ID // the oldest comes last
				}
				return true
			})
	}
	if err != nil || intent == "" {
		return order{}, first(err, payments.ErrNoObject)
	}
	return k.find(rail.Ref{Kind: rail.IntentRef, ID: intent})
}

// complete adds the charges of a payment with their refunds, its disputes and the mandate. On
// a page that is open or expired an intent without a charge has none; anywhere else there may
// be one that is younger than what the intent says.
func (k call) complete(o *order, ref rail.Ref) error {
	if o.intent.LatestCharge == nil && o.session != nil && o.session.Status != stripe.CheckoutSessionStatusComplete && untried(o.intent.Status) {
		return nil
	}
	err := list(k, "/v1/charges", &stripe.ChargeListParams{
		PaymentIntent: stripe.String(o.intent.ID),
		Expand: stripe.StringSlice([]string{"data.balance_transaction", "data.refunds",
			"data.refunds.data.balance_transaction", "data.refunds.data.failure_balance_transaction"}),
	}, func(c item[stripe.Charge]) bool {
		o.charges = append(o.charges, try{c.Value, debited(c.Raw)})
		return true
	})
	for _, c := range o.charges {
		if err == nil && (c.Refunds == nil || c.Refunds.HasMore) && c.Status == stripe.ChargeStatusSucceeded {
			err = k.allRefunds(c.Charge)
		}
	}
	if err == nil && (o.disputed() || ref.Kind == rail.DisputeRef) {
		err = list(k, "/v1/disputes", &stripe.DisputeListParams{PaymentIntent: stripe.String(o.intent.ID)},
			func(d item[stripe.Dispute]) bool { o.disputes = append(o.disputes, d.Value); return true })
	}
	if id := o.mandateID(); err == nil && id != "" && (o.saves() || ref.Kind == rail.MandateRef) {
		o.mandate = &stripe.Mandate{}
		if err = k.get(o.mandate, "/v1/mandates", id); errors.Is(err, payments.ErrNoObject) {
			o.mandate, err = nil, nil // the money counts without it
		}
	}
	return err
}

// untried are the states of an intent in which it can still be paid, or never will be.
func untried(s stripe.PaymentIntentStatus) bool {
	switch s {
	case stripe.PaymentIntentStatusRequiresPaymentMethod, stripe.PaymentIntentStatusRequiresConfirmation,
		stripe.PaymentIntentStatusRequiresAction, stripe.PaymentIntentStatusCanceled:
		return true
	}
	return false
}

// allRefunds replaces the ten refunds a charge brings along by all there are.
func (k call) allRefunds(c *stripe.Charge) error {
	c.Refunds = &stripe.RefundList{}
	return list(k, "/v1/refunds", &stripe.RefundListParams{
		Charge: stripe.String(c.ID),
		Expand: stripe.StringSlice([]string{"data.balance_transaction", "data.failure_balance_transaction"}),
	}, func(r item[stripe.Refund]) bool {
		c.Refunds.Data = append(c.Refunds.Data, r.Value)
		return true
	})
}

// disputed saves the question for disputes where there are none.
func (o order) disputed() bool {
	return slices.ContainsFunc(o.charges, func(c try) bool { return c.Disputed })
}

// debited reads the one field of a direct debit that is younger than stripe-go.
func debited(raw json.RawMessage) debt.Date {
	var v struct {
		Details struct {
			Debit struct {
				On string `json:"expected_debit_date"`
			} `json:"sepa_debit"`
		} `json:"payment_method_details"`
	}
	if json.Unmarshal(raw, &v) != nil {
		return debt.Date{}
	}
	on, err := debt.ParseDate(v.Details.Debit.On)
	if err != nil {
		return debt.Date{}
	}
	return on
}

// first gives the first error there is.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// between is a range of creation, in whole seconds as Stripe counts them; a zero end is open.
func between(from, to time.Time) *stripe.RangeQueryParams {
	r := &stripe.RangeQueryParams{GreaterThanOrEqual: from.Unix()}
	if !to.IsZero() {
		r.LesserThan = to.Unix()
	}
	return r
}
