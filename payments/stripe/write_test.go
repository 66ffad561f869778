package stripe_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	library "github.com/stripe/stripe-go/v76"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/stripe"
)

func page() payments.Order {
	return payments.Order{
		Attempt: rail.Attempt{ID: "t1", Kind: rail.Checkout, Method: debt.MethodCard, Amount: 100_00, StartedAt: noon, ExpiresAt: noon.Add(rail.Page),
			Shown: rail.Shown{Creditor: "Stadtwerke Musterstadt", Reference: "K-1", Reason: "Strom 2025", Language: "de",
				Return: "https://pay.example/r?s={CHECKOUT_SESSION_ID}", Back: "https://pay.example/b"}},
	}
}

func chargeOrder() payments.Order {
	return payments.Order{
		Attempt:    rail.Attempt{ID: "t2", Kind: rail.Charge, Method: debt.MethodDirectDebit, Amount: 50_00, StartedAt: noon},
		Instrument: rail.Instrument{External: "pm_2", Customer: "cus_1", Mandate: "mandate_1"},
	}
}

func TestTheVersionIsOneConstant(t *testing.T) {
	if stripe.Version != library.APIVersion {
		t.Errorf("we are written against %s, the library sends %s", stripe.Version, library.APIVersion)
	}
}

const pagePayment = `cancel_url=https://pay.example/b
client_reference_id=t1
expires_at=1793620800
line_items[0][price_data][currency]=eur
line_items[0][price_data][product_data][name]=Stadtwerke Musterstadt · K-1 · Strom 2025
line_items[0][price_data][unit_amount]=10000
line_items[0][quantity]=1
locale=de
metadata[attempt]=t1
metadata[kind]=checkout
mode=payment
payment_intent_data[metadata][attempt]=t1
payment_intent_data[metadata][kind]=checkout
payment_method_types[0]=card
submit_type=pay
success_url=https://pay.example/r?s={CHECKOUT_SESSION_ID}
`

const pageSaving = `cancel_url=https://pay.example/b
client_reference_id=t1
customer_creation=always
expires_at=1793620800
line_items[0][price_data][currency]=eur
line_items[0][price_data][product_data][name]=Stadtwerke Musterstadt · K-1 · Strom 2025
line_items[0][price_data][unit_amount]=10000
line_items[0][quantity]=1
locale=de
metadata[attempt]=t1
metadata[kind]=checkout
mode=payment
payment_intent_data[metadata][attempt]=t1
payment_intent_data[metadata][kind]=checkout
payment_intent_data[setup_future_usage]=off_session
payment_method_types[0]=sepa_debit
submit_type=pay
success_url=https://pay.example/r?s={CHECKOUT_SESSION_ID}
`

const pageSetup = `cancel_url=https://pay.example/b
client_reference_id=t1
currency=eur
customer_creation=always
expires_at=1793620800
locale=de
metadata[attempt]=t1
metadata[kind]=setup
mode=setup
payment_method_types[0]=sepa_debit
setup_intent_data[metadata][attempt]=t1
setup_intent_data[metadata][kind]=setup
success_url=https://pay.example/r?s={CHECKOUT_SESSION_ID}
`

func TestAPageIsAskedForInTheseWords(t *testing.T) {
	saving, setup := page(), page()
	saving.Attempt.Save, saving.Attempt.Method = true, debt.MethodDirectDebit
	setup.Attempt.Kind, setup.Attempt.Method, setup.Attempt.Amount = rail.Setup, debt.MethodDirectDebit, 0
	for name, row := range map[string]struct {
		order payments.Order
		want  string
	}{"payment": {page(), pagePayment}, "payment that saves": {saving, pageSaving}, "setup": {setup, pageSetup}} {
		t.Run(name, func(t *testing.T) {
			f := newFar(t)
			f.answers["POST /v1/checkout/sessions"] = ok(session.with(o{"status": "open", "url": "https://checkout.example/cs_1", "payment_intent": nil}))
			got, err := f.client().Checkout(ctx, account, row.order)
			if err != nil {
				t.Fatal(err)
			}
			r, body := f.last()
			if d := cmp.Diff(row.want, body); d != "" {
				t.Error(d)
			}
			if key := r.Header.Get("Idempotency-Key"); key != "t1" {
				t.Errorf("the key is %q", key)
			}
			want := rail.Facts{AskedAt: noon, External: "acct_1", Attempt: "t1", Session: "cs_1", URL: "https://checkout.example/cs_1",
				Expires: noon.Add(time.Hour), State: rail.Waiting, Amount: 100_00, Currency: "EUR"}
			if d := diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// The same order again must be the same bytes: Stripe refuses a key with other parameters.
func TestARepeatedOrderIsTheSameToTheByte(t *testing.T) {
	f, now := newFar(t), noon
	c := stripe.New(stripe.Options{URL: f.server.URL, Now: func() time.Time { now = now.Add(7 * time.Minute); return now }})
	var bodies []string
	for range 2 {
		_, _ = c.Checkout(ctx, account, page())
		_, body := f.last()
		bodies = append(bodies, body)
	}
	if bodies[0] != bodies[1] {
		t.Error(cmp.Diff(bodies[0], bodies[1]))
	}
}

func TestWhatAPageSays(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*payments.Order)
		want   string
	}{
		"a known customer":       {func(o *payments.Order) { o.Attempt.Save, o.Attempt.Customer = true, "cus_9" }, "\ncustomer=cus_9\n"},
		"a language we speak":    {func(o *payments.Order) { o.Attempt.Shown.Language = "tr" }, "\nlocale=tr\n"},
		"one Stripe does not":    {func(o *payments.Order) { o.Attempt.Shown.Language = "ar" }, "\nlocale=auto\n"},
		"no reason":              {func(o *payments.Order) { o.Attempt.Shown.Reason = "" }, "[name]=Stadtwerke Musterstadt · K-1\n"},
		"a long reason":          {func(o *payments.Order) { o.Attempt.Shown.Reason = strings.Repeat("ü", 999) }, "· " + strings.Repeat("ü", 250-31) + "\n"},
		"an end nobody has said": {func(o *payments.Order) { o.Attempt.ExpiresAt = time.Time{} }, "\nexpires_at=1793620800\n"},
	} {
		t.Run(name, func(t *testing.T) {
			f, order := newFar(t), page()
			row.change(&order)
			_, _ = f.client().Checkout(ctx, account, order)
			if _, body := f.last(); !strings.Contains(body, row.want) {
				t.Errorf("%q is not in\n%s", row.want, body)
			}
		})
	}
}

func TestADebitAboveTheLimitIsRefusedBeforeTheCall(t *testing.T) {
	f := newFar(t)
	order := chargeOrder()
	order.Attempt.Amount = 10_000_01
	_, err := f.client().Checkout(ctx, account, order)
	_, err2 := f.client().Charge(ctx, account, order)
	for _, err := range []error{err, err2} {
		if payments.RefusalOf(err) != "amount_too_large" {
			t.Error(err)
		}
	}
	order.Attempt.Method = debt.MethodTransfer
	if _, err := f.client().Checkout(ctx, account, order); payments.RefusalOf(err) != "payment_method_unknown" {
		t.Error(err)
	}
	if n := f.calls(); n != nil {
		t.Errorf("asked %v", n)
	}
}

// Nothing about the machine or the program's users goes along, and the account only where
// the key is a platform's.
func TestWhatEveryRequestSaysOfUs(t *testing.T) {
	f := newFar(t)
	connected := account
	connected.Connected = true
	for _, a := range []rail.Account{account, connected} {
		_, _ = f.client().Checkout(ctx, a, page())
		_ = f.client().Missed(ctx, a, noon, nil)
	}
	for i, r := range f.requests {
		want := map[string]string{"User-Agent": "Quitt/1", "Stripe-Version": stripe.Version, "Authorization": "Bearer sk_test_1",
			"X-Stripe-Client-User-Agent": `{"bindings_version":"76.25.0","lang":"go","publisher":"quitt"}`,
			"X-Stripe-Client-Telemetry":  "", "Stripe-Account": []string{"", "acct_1"}[i/2]}
		for name, value := range want {
			if got := r.Header.Get(name); got != value {
				t.Errorf("%s %s: %s is %q", r.Method, r.URL.Path, name, got)
			}
		}
	}
}

const chargeDebit = `amount=5000
confirm=true
currency=eur
customer=cus_1
expand[0]=latest_charge.balance_transaction
expand[1]=payment_method
mandate=mandate_1
metadata[attempt]=t2
metadata[kind]=charge
off_session=true
payment_method=pm_2
payment_method_types[0]=sepa_debit
`

var charged = intent.with(o{"metadata": o{"attempt": "t2", "kind": "charge"}})

func TestAChargeIsAskedForInTheseWords(t *testing.T) {
	f := newFar(t)
	f.answers["POST /v1/payment_intents"] = ok(charged.with(o{"status": "processing", "payment_method": iban, "latest_charge": debit.with(o{"status": "pending"})}))
	got, err := f.client().Charge(ctx, account, chargeOrder())
	if err != nil {
		t.Fatal(err)
	}
	r, body := f.last()
	if d := cmp.Diff(chargeDebit, body); d != "" || r.Header.Get("Idempotency-Key") != "t2" {
		t.Error(d, r.Header.Get("Idempotency-Key"))
	}
	want := rail.Facts{AskedAt: noon, External: "acct_1", Attempt: "t2", Intent: "pi_1", Customer: "cus_1",
		State: rail.InFlight, Amount: 100_00, Currency: "EUR", Expected: debt.MustDate("2026-11-11")}
	if d := diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestADeclineIsAFactAndNoError(t *testing.T) {
	left := charged.with(o{"status": "requires_payment_method", "payment_method": nil})
	for name, row := range map[string]struct {
		err    o
		intent any
		want   string
	}{
		"for lack of money":      {o{"code": "card_declined", "decline_code": "insufficient_funds"}, left, "insufficient_funds"},
		"for the debtor to sign": {o{"code": "authentication_required", "decline_code": "authentication_required"}, left, rail.NeedsDebtor},
		"for no reason":          {o{"code": "card_declined"}, left, "card_declined"},
		"with a bank's prose":    {o{"code": "card_declined", "decline_code": "Call Erika"}, left, "other"},
		"and no payment made":    {o{"code": "payment_method_provider_decline"}, nil, "payment_method_provider_decline"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFar(t)
			f.answers["POST /v1/payment_intents"] = status(402, o{"error": row.err.with(o{"type": "card_error", "payment_intent": row.intent})})
			got, err := f.client().Charge(ctx, account, chargeOrder())
			if err != nil || got.State != rail.Failed || got.Failure != row.want || got.Attempt != "t2" || !got.AskedAt.Equal(noon) {
				t.Errorf("%+v, %v", got, err)
			}
			if row.intent != nil && got.Intent != "pi_1" {
				t.Error("the payment that is left cannot be cancelled")
			}
		})
	}
}

// The answer to a repeated order is the first one's, however old: it is not what is now.
func TestAReplayedAnswerIsAskedForAgain(t *testing.T) {
	replay := func(body any) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Idempotent-Replayed", "true")
			ok(body)(w, r)
		}
	}
	f := newFar(t)
	f.order(session, intent, charge)
	f.answers["POST /v1/checkout/sessions"] = replay(session.with(o{"status": "open", "payment_intent": nil}))
	if got, err := f.client().Checkout(ctx, account, page()); err != nil || got.State != rail.Settled {
		t.Errorf("%+v, %v", got, err)
	}
	f.answers["POST /v1/payment_intents"] = replay(charged.with(o{"status": "processing"}))
	if got, err := f.client().Charge(ctx, account, chargeOrder()); err != nil || got.State != rail.Settled {
		t.Errorf("%+v, %v", got, err)
	}
	delete(f.answers, "GET /v1/payment_intents/pi_1")
	if _, err := f.client().Charge(ctx, account, chargeOrder()); !errors.Is(err, payments.ErrOutcome) {
		t.Error(err)
	}
}

func TestCancelClosesWhatIsStillOpen(t *testing.T) {
	late := failed(400, "invalid_request_error", "payment_intent_unexpected_state")
	for name, row := range map[string]struct {
		attempt rail.Attempt
		path    string
	}{
		"a page":   {rail.Attempt{Kind: rail.Checkout, Session: "cs_1", Intent: "pi_1"}, "POST /v1/checkout/sessions/cs_1/expire"},
		"a setup":  {rail.Attempt{Kind: rail.Setup, Intent: "seti_1"}, "POST /v1/setup_intents/seti_1/cancel"},
		"a charge": {rail.Attempt{Kind: rail.Charge, Intent: "pi_1"}, "POST /v1/payment_intents/pi_1/cancel"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFar(t)
			f.answers[row.path] = ok(o{"id": "x"})
			if err := f.client().Cancel(ctx, account, row.attempt); err != nil {
				t.Error(err)
			}
			first, _ := f.last()
			f.answers[row.path] = late
			if err := f.client().Cancel(ctx, account, row.attempt); payments.RefusalOf(err) != "payment_intent_unexpected_state" {
				t.Error(err)
			}
			second, _ := f.last()
			if a, b := first.Header.Get("Idempotency-Key"), second.Header.Get("Idempotency-Key"); a == "" || a == b {
				t.Errorf("keys %q and %q: a refusal would be repeated for a day", a, b)
			}
		})
	}
	f := newFar(t)
	f.answers["GET /v1/checkout/sessions"] = listed()
	if err := f.client().Cancel(ctx, account, rail.Attempt{ID: "t1", StartedAt: noon}); !errors.Is(err, payments.ErrNoObject) {
		t.Error(err)
	}
	if err := f.client().Cancel(ctx, account, rail.Attempt{Session: "../balance"}); !errors.Is(err, payments.ErrNoObject) {
		t.Error(err)
	}
}

func TestARefundNamesItsPayment(t *testing.T) {
	f := newFar(t)
	f.answers["POST /v1/refunds"] = ok(o{"id": "re_1", "status": "failed"})
	f.answers["GET /v1/checkout/sessions/cs_1"] = ok(session)
	for _, of := range []rail.Attempt{{Intent: "pi_1"}, {Session: "cs_1"}} {
		if err := f.client().Refund(ctx, account, payments.Refund{ID: "r1", Payment: of, Amount: 30_00}); err != nil {
			t.Error(err)
		}
		r, body := f.last()
		if d := cmp.Diff("amount=3000\nmetadata[refund]=r1\npayment_intent=pi_1\n", body); d != "" || r.Header.Get("Idempotency-Key") != "r1" {
			t.Error(d)
		}
	}
	f.answers["POST /v1/refunds"] = failed(400, "invalid_request_error", "charge_disputed")
	if err := f.client().Refund(ctx, account, payments.Refund{ID: "r2", Payment: rail.Attempt{Intent: "pi_1"}}); payments.RefusalOf(err) != "charge_disputed" {
		t.Error(err)
	}
	if err := f.client().Refund(ctx, account, payments.Refund{ID: "r3"}); !errors.Is(err, payments.ErrNoObject) {
		t.Error(err)
	}
}

func TestAnEndpointIsRegisteredWithOurVersion(t *testing.T) {
	f := newFar(t)
	f.answers["POST /v1/webhook_endpoints"] = ok(o{"id": "we_1", "secret": "whsec_0123456789abcdef"})
	connected := account
	connected.Connected = true
	want := "api_version=2023-10-16\nconnect=true\nenabled_events[0]=charge.updated\nurl=https://pay.example/n\n"
	id, secret, err := f.client().Register(ctx, connected, "https://pay.example/n", []string{"charge.updated"})
	r, body := f.last()
	if err != nil || id != "we_1" || secret.Reveal() != "whsec_0123456789abcdef" || body != want || r.Header.Get("Stripe-Account") != "" {
		t.Error(id, err, cmp.Diff(want, body))
	}
	if _, _, err := f.client().Register(ctx, account, "https://pay.example/n", stripe.Events()); err != nil {
		t.Error(err)
	}
	if _, body := f.last(); strings.Contains(body, "connect=") {
		t.Error("an account of its own is registered as a platform")
	}
}
