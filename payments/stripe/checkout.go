package stripe

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
)

const (
	sessions     = "/v1/checkout/sessions"
	intents      = "/v1/payment_intents"
	setups       = "/v1/setup_intents"
	maxDebit     = debt.Cents(10_000_00) // of one SEPA debit through Stripe
	maxName      = 250                   // runes of a line item; longer ones are cut
	currency     = "eur"
	attemptLabel = "attempt" // metadata: the attempt's id
	kindLabel    = "kind"    // metadata: rail.Kind; tells a charge from a payment on a page
)

// locales are the languages of Checkout among those debtors may read Quitt in. Any other is
// left to the browser.
var locales = []string{"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv",
	"nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr", "vi"}

// Checkout opens a page of Stripe's for a payment or a setup. A direct debit of more than
// 10,000.00 EUR is refused with "amount_too_large" before anything is sent.
func (c *Client) Checkout(ctx context.Context, a rail.Account, o payments.Order) (rail.Facts, error) {
	p, err := pageOf(o.Attempt)
	if err != nil {
		return rail.Facts{}, err
	}
	k := c.call(ctx, a)
	var s stripe.CheckoutSession
	if err := ofWrite(k.post(sessions, string(o.Attempt.ID), p, &s)); err != nil {
		return rail.Facts{}, err
	}
	return k.answered(rail.Ref{Kind: rail.SessionRef, ID: s.ID}, s.LastResponse, order{asked: k.asked, session: &s})
}

// answered gives the facts in the answer to a write. A replayed answer tells what was, so the
// object is asked for again. An answer without an id is none.
func (k call) answered(ref rail.Ref, r *stripe.APIResponse, got order) (rail.Facts, error) {
	if !isID(ref.ID) {
		return rail.Facts{}, payments.ErrOutcome
	}
	var (
		f   rail.Facts
		err error
	)
	if replayed(r) {
		f, err = k.fetch(ref)
	} else {
		f, err = got.facts(k.a)
	}
	if err != nil { // the order is there, only its facts are not
		return rail.Facts{}, payments.ErrOutcome
	}
	return f, nil
}

// pageOf makes the request. It depends on the order alone: a repeated one must be the same
// to the byte, or Stripe takes it for a mistake.
func pageOf(t rail.Attempt) (*stripe.CheckoutSessionParams, error) {
	method, err := methodOf(t)
	if err != nil {
		return nil, err
	}
	expires := t.ExpiresAt
	if expires.IsZero() {
		expires = t.StartedAt.Add(rail.Page)
	}
	p := &stripe.CheckoutSessionParams{
		PaymentMethodTypes: stripe.StringSlice([]string{method}),
		ClientReferenceID:  stripe.String(string(t.ID)),
		Metadata:           labels(t),
		ExpiresAt:          stripe.Int64(expires.Truncate(time.Second).Unix()),
		Locale:             stripe.String(localeOf(t.Shown.Language)),
		SuccessURL:         stripe.String(t.Shown.Return),
		CancelURL:          stripe.String(t.Shown.Back),
	}
	switch {
	case t.Customer != "":
		p.Customer = stripe.String(t.Customer)
	case t.Save || t.Kind == rail.Setup:
		// Only what belongs to a customer can be charged again.
		p.CustomerCreation = stripe.String("always")
	}
	if t.Kind == rail.Setup {
		p.Mode, p.Currency = stripe.String("setup"), stripe.String(currency)
		p.SetupIntentData = &stripe.CheckoutSessionSetupIntentDataParams{Metadata: labels(t)}
		return p, nil
	}
	p.Mode, p.SubmitType = stripe.String("payment"), stripe.String("pay")
	p.LineItems = []*stripe.CheckoutSessionLineItemParams{lineOf(t)}
	// The session's metadata does not reach the payment.
	p.PaymentIntentData = &stripe.CheckoutSessionPaymentIntentDataParams{Metadata: labels(t)}
	if t.Save {
		p.PaymentIntentData.SetupFutureUsage = stripe.String("off_session")
	}
	return p, nil
}

// lineOf shows what the card schemes want to be seen before a debt is paid: whose it was,
// its reference and what it is for.
func lineOf(t rail.Attempt) *stripe.CheckoutSessionLineItemParams {
	parts := slices.DeleteFunc([]string{t.Shown.Creditor, t.Shown.Reference, t.Shown.Reason}, func(s string) bool { return s == "" })
	name := []rune(strings.Join(parts, " · "))
	return &stripe.CheckoutSessionLineItemParams{
		Quantity: stripe.Int64(1),
		PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
			Currency:    stripe.String(currency),
			UnitAmount:  stripe.Int64(int64(t.Amount)),
			ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: stripe.String(string(name[:min(len(name), maxName)]))},
		},
	}
}

// methodOf gives Stripe's word for the method. It is always said: methods chosen by Stripe
// would offer a debtor new credit.
func methodOf(t rail.Attempt) (string, error) {
	switch t.Method {
	case debt.MethodCard:
		return "card", nil
	case debt.MethodDirectDebit:
		if t.Amount > maxDebit {
			return "", payments.Refused("amount_too_large")
		}
		return "sepa_debit", nil
	}
	return "", payments.Refused("payment_method_unknown")
}

// labels are the metadata of an order: nothing about a person, only who asks us can tell
// what the id means.
func labels(t rail.Attempt) map[string]string {
	return map[string]string{attemptLabel: string(t.ID), kindLabel: string(t.Kind)}
}

// localeOf leaves a language Checkout does not have to the browser, which may know a second.
func localeOf(language string) string {
	if slices.Contains(locales, language) {
		return language
	}
	return "auto"
}
