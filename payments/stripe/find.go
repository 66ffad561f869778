package stripe

import (
	"context"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/debt/rail"
	"quitt/payments"
)

// Where to look for an order: clocks differ, and it may have been sent again for as long as its key lasted.
const (
	clockSlack = 5 * time.Minute
	findFor    = rail.ResendFor + time.Hour
)

// Find looks for an attempt: by the ids we know without asking, else in the lists of the time
// in which it can have been made. Stripe's search is not used, because it lags behind.
func (c *Client) Find(ctx context.Context, a rail.Account, t rail.Attempt) (rail.Ref, error) {
	switch {
	case t.Session != "":
		return rail.Ref{Kind: rail.SessionRef, ID: t.Session}, nil
	case t.Intent != "" && t.Kind == rail.Setup:
		return rail.Ref{Kind: rail.SetupRef, ID: t.Intent}, nil
	case t.Intent != "":
		return rail.Ref{Kind: rail.IntentRef, ID: t.Intent}, nil
	}
	// The labels are matched here, not by Stripe: lists cannot be filtered by metadata.
	k, made := c.call(ctx, a), between(t.StartedAt.Add(-clockSlack), t.StartedAt.Add(findFor))
	var (
		found rail.Ref
		err   error
	)
	if t.Kind == rail.Charge {
		p := &stripe.PaymentIntentListParams{CreatedRange: made, Customer: known(t.Customer)}
		err = list(k, intents, p, func(pi item[stripe.PaymentIntent]) bool {
			if attemptOf(pi.Value.Metadata) == t.ID {
				found = rail.Ref{Kind: rail.IntentRef, ID: pi.ID}
			}
			return found.ID == ""
		})
	} else {
		p := &stripe.CheckoutSessionListParams{CreatedRange: made, Customer: known(t.Customer)}
		err = list(k, sessions, p, func(s item[stripe.CheckoutSession]) bool {
			if s.Value.ClientReferenceID == string(t.ID) || attemptOf(s.Value.Metadata) == t.ID {
				found = rail.Ref{Kind: rail.SessionRef, ID: s.ID}
			}
			return found.ID == ""
		})
	}
	if err == nil && found.ID == "" {
		err = payments.ErrNoObject
	}
	return found, err
}

// known leaves a filter out when there is nothing to filter by.
func known(id string) *string {
	if id == "" {
		return nil
	}
	return stripe.String(id)
}
