package stripe_test

import (
	"errors"
	"testing"

	"quitt/payments"
)

func TestAKeyTellsWhoseItIs(t *testing.T) {
	f := newFar(t)
	f.answers["GET /v1/account"] = ok(o{"id": "acct_1", "object": "account"})
	if id, err := f.client().Whose(ctx, account); id != "acct_1" || err != nil {
		t.Errorf("%q, %v", id, err)
	}
	if r, _ := f.last(); r.Header.Get("Stripe-Account") != "" {
		t.Errorf("asked for %q", r.Header.Get("Stripe-Account"))
	}
	connected := account
	connected.Connected = true
	if _, err := f.client().Whose(ctx, connected); err != nil {
		t.Error(err)
	}
	if r, _ := f.last(); r.Header.Get("Stripe-Account") != "acct_1" {
		t.Error("a connected account is not named")
	}
	f.answers["GET /v1/account"] = status(401, o{"error": o{"type": "invalid_request_error"}})
	if _, err := f.client().Whose(ctx, account); !errors.Is(err, payments.ErrKey) {
		t.Errorf("a refused key: %v", err)
	}
	f.answers["GET /v1/account"] = ok(o{"object": "account"})
	if _, err := f.client().Whose(ctx, account); !errors.Is(err, payments.ErrOutcome) {
		t.Errorf("an answer without an id: %v", err)
	}
}
