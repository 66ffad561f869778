package stripe

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/stripe/stripe-go/v76"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
)

// Charge charges a stored card or mandate. That the bank declines is no error but a fact:
// Failed with the code, or with rail.NeedsDebtor.
func (c *Client) Charge(ctx context.Context, a rail.Account, o payments.Order) (rail.Facts, error) {
	method, err := methodOf(o.Attempt)
	if err != nil {
		return rail.Facts{}, err
	}
	p := &stripe.PaymentIntentParams{
		Amount: stripe.Int64(int64(o.Attempt.Amount)), Currency: stripe.String(currency),
		Customer: stripe.String(o.Instrument.Customer), PaymentMethod: stripe.String(o.Instrument.External),
		PaymentMethodTypes: stripe.StringSlice([]string{method}),
		Confirm:            stripe.Bool(true), OffSession: stripe.Bool(true),
		Metadata: labels(o.Attempt),
		Expand:   stripe.StringSlice([]string{"latest_charge.balance_transaction", "payment_method"}),
	}
	// Without it Stripe would take any mandate of the account; consent was given to this one.
	if o.Instrument.Mandate != "" {
		p.Mandate = stripe.String(o.Instrument.Mandate)
	}
	k := c.call(ctx, a)
	var (
		pi       stripe.PaymentIntent
		declined *stripe.Error
	)
	err = k.post(intents, string(o.Attempt.ID), p, &pi)
	if errors.As(err, &declined) && declined.HTTPStatusCode == http.StatusPaymentRequired {
		return k.declined(o.Attempt, declined)
	}
	if err = ofWrite(err); err != nil {
		return rail.Facts{}, err
	}
	return k.answered(rail.Ref{Kind: rail.IntentRef, ID: pi.ID}, pi.LastResponse, order{asked: k.asked, intent: &pi, charges: latest(&pi)})
}

// declined gives the facts of a 402. It may come without a payment: then nothing was made.
func (k call) declined(t rail.Attempt, e *stripe.Error) (rail.Facts, error) {
	if e.PaymentIntent == nil {
		return rail.Facts{AskedAt: k.asked, External: k.a.External, Live: k.a.Live, Attempt: t.ID,
			State: rail.Failed, Amount: t.Amount, Currency: "EUR", Failure: code(e)}, nil
	}
	// The payment in the answer is of the moment before its error was written to it.
	if e.PaymentIntent.LastPaymentError == nil {
		e.PaymentIntent.LastPaymentError = e
	}
	return k.answered(rail.Ref{Kind: rail.IntentRef, ID: e.PaymentIntent.ID}, e.LastResponse,
		order{asked: k.asked, intent: e.PaymentIntent, charges: latest(e.PaymentIntent)})
}

// latest is the charge an answer to a write contains.
func latest(pi *stripe.PaymentIntent) []try {
	if pi.LatestCharge == nil || pi.LatestCharge.Status == "" { // not expanded, as in errors
		return nil
	}
	return []try{{Charge: pi.LatestCharge}}
}

// Cancel closes a page, or a payment that waits for a card after a decline: it could still
// succeed and would then be a second one. Cancelling twice does no harm, and what was
// refused once may be possible later, so every call has a key of its own.
func (c *Client) Cancel(ctx context.Context, a rail.Account, t rail.Attempt) error {
	ref, err := c.Find(ctx, a, t)
	if err != nil {
		return err
	}
	if !isID(ref.ID) {
		return payments.ErrNoObject
	}
	k, key := c.call(ctx, a), rand.Text()
	switch ref.Kind {
	case rail.SessionRef:
		return ofWrite(k.post(sessions+"/"+ref.ID+"/expire", key, &stripe.CheckoutSessionExpireParams{}, &stripe.CheckoutSession{}))
	case rail.SetupRef:
		return ofWrite(k.post(setups+"/"+ref.ID+"/cancel", key, &stripe.SetupIntentCancelParams{}, &stripe.SetupIntent{}))
	}
	return ofWrite(k.post(intents+"/"+ref.ID+"/cancel", key, &stripe.PaymentIntentCancelParams{}, &stripe.PaymentIntent{}))
}

// Refund sends money back. A refund that fails at once is no error: the facts say so.
func (c *Client) Refund(ctx context.Context, a rail.Account, r payments.Refund) error {
	k, intent := c.call(ctx, a), r.Payment.Intent
	if intent == "" { // not learnt yet; the page knows it
		var s stripe.CheckoutSession
		if err := k.get(&s, sessions, r.Payment.Session); err != nil {
			return err
		}
		if s.PaymentIntent == nil {
			return payments.ErrNoObject
		}
		intent = s.PaymentIntent.ID
	}
	var made stripe.Refund
	err := ofWrite(k.post("/v1/refunds", string(r.ID), &stripe.RefundParams{
		PaymentIntent: stripe.String(intent), Amount: stripe.Int64(int64(r.Amount)),
		Metadata: map[string]string{"refund": string(r.ID)},
	}, &made))
	if err == nil && !isID(made.ID) {
		return payments.ErrOutcome
	}
	return err
}

// attemptOf reads the label of an order. What another program wrote there is none of ours.
func attemptOf(metadata map[string]string) debt.ID {
	id := metadata[attemptLabel]
	if len(id) > 64 {
		return ""
	}
	return debt.ID(id)
}
