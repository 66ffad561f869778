package stripe

import (
	"context"
	"net/http"

	"github.com/stripe/stripe-go/v76"

	"quitt/debt/rail"
	"quitt/payments"
)

// Whose gives the id of the account that a key, or a platform's key on behalf of an account,
// opens. A person who connects an account calls it: a key of another account would book one
// creditor's money for another.
func (c *Client) Whose(ctx context.Context, a rail.Account) (string, error) {
	k := c.call(ctx, a)
	p := &asking{}
	p.Context, p.StripeAccount = k.ctx, k.onBehalf()
	var got stripe.Account
	if err := ofRead(c.backend.Call(http.MethodGet, "/v1/account", a.Key.Reveal(), p, &got)); err != nil {
		return "", err
	}
	if !isID(got.ID) {
		return "", payments.ErrOutcome
	}
	return got.ID, nil
}
