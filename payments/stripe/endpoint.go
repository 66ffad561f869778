package stripe

import (
	"context"
	"crypto/rand"

	"github.com/stripe/stripe-go/v76"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
)

// Events lists the types an endpoint is registered for: every change of state, every
// movement of money. Whatever is not among them is found by the loops that look anyway.
func Events() []string {
	return []string{
		"checkout.session.completed", "checkout.session.async_payment_succeeded",
		"checkout.session.async_payment_failed", "checkout.session.expired",
		"payment_intent.processing", "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
		"setup_intent.succeeded", "setup_intent.setup_failed", "setup_intent.canceled",
		"charge.succeeded", "charge.failed", "charge.updated", "charge.refunded",
		"charge.refund.updated", "refund.created", "refund.updated",
		"charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
		"charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
		"mandate.updated", "payment_method.detached",
		"payout.created", "payout.updated", "payout.paid", "payout.failed", "payout.canceled", "payout.reconciliation_completed",
	}
}

// Register creates a webhook endpoint for events and gives its id and its secret, which
// cannot be asked for again. It is created by API because only so its version can be Version.
// For an account of a platform it is the platform's, for all accounts connected to it. It is
// called by a person, so each call makes a new one.
func (c *Client) Register(ctx context.Context, a rail.Account, url string, events []string) (id string, secret debt.Personal, err error) {
	p := &stripe.WebhookEndpointParams{
		URL: stripe.String(url), EnabledEvents: stripe.StringSlice(events), APIVersion: stripe.String(Version),
	}
	if a.Connected {
		p.Connect = stripe.Bool(true)
		a.Connected = false // the call is made as the platform
	}
	var made stripe.WebhookEndpoint
	if err := ofWrite(c.call(ctx, a).post("/v1/webhook_endpoints", rand.Text(), p, &made)); err != nil {
		return "", "", err
	}
	if !isID(made.ID) || made.Secret == "" {
		return "", "", payments.ErrOutcome
	}
	return made.ID, debt.Personal(made.Secret), nil
}
