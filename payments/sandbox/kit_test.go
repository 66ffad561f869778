package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	"quitt/payments/sandbox"
	"quitt/payments/sandbox/world"
)

// start is a Tuesday before the hour at which debits of the day are handed in.
var start = time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)

const token = "control-token-of-the-tests"

// bench is a sandbox with a clock that stands still, and the client library pointed at it.
type bench struct {
	t   *testing.T
	s   *sandbox.Server
	url string
	api *client.API
}

func newBench(t *testing.T, change ...func(*sandbox.Options)) *bench {
	t.Helper()
	o := sandbox.Options{Clock: time.Now, Mode: world.Manual, Start: start, Seed: "test", Token: token}
	for _, c := range change {
		c(&o)
	}
	s, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	url, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{t, s, url, clientOf(url, "sk_test_sandbox_main")}
}

// transport carries every call of the client library.
var transport = http.DefaultTransport

// clientOf builds the three backends apart: the library's own helper would point two of
// them at the real provider.
func clientOf(url, key string) *client.API {
	backend := func(kind stripe.SupportedBackend) stripe.Backend {
		return stripe.GetBackendWithConfig(kind, &stripe.BackendConfig{URL: stripe.String(url),
			HTTPClient: &http.Client{Timeout: 5 * time.Second, Transport: transport}, MaxNetworkRetries: stripe.Int64(0),
			LeveledLogger: &stripe.LeveledLogger{}, EnableTelemetry: stripe.Bool(false)})
	}
	return client.New(key, &stripe.Backends{API: backend(stripe.APIBackend), Connect: backend(stripe.ConnectBackend),
		Uploads: backend(stripe.UploadsBackend)})
}

// must stops the test at an error that is not part of it.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (b *bench) session(change ...func(*stripe.CheckoutSessionParams)) *stripe.CheckoutSession {
	b.t.Helper()
	p := &stripe.CheckoutSessionParams{
		Mode: stripe.String("payment"), SuccessURL: stripe.String("https://quitt.example/zurueck?s={CHECKOUT_SESSION_ID}"),
		CancelURL: stripe.String("https://quitt.example/abbruch"), PaymentMethodTypes: stripe.StringSlice([]string{"card", "sepa_debit"}),
		LineItems: []*stripe.CheckoutSessionLineItemParams{{Quantity: stripe.Int64(1), PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
			Currency: stripe.String("eur"), UnitAmount: stripe.Int64(10_000),
			ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: stripe.String("Praxis Muster, 2026-0815")}}}},
		PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{Metadata: map[string]string{"attempt_id": "a1"}},
	}
	for _, c := range change {
		c(p)
	}
	return must[*stripe.CheckoutSession](b.t)(b.api.CheckoutSessions.New(p))
}

func card(number string) world.Card {
	return world.Card{Number: number, Month: 12, Year: 2030, CVC: "123", Name: "Erika Muster", Email: "erika@example.com"}
}

func debit(iban string) world.Debit {
	return world.Debit{IBAN: iban, Name: "Erika Muster", Email: "erika@example.com"}
}

func (b *bench) payCard(session, number string) world.Outcome {
	b.t.Helper()
	c := card(number)
	if number == "378282246310005" {
		c.CVC = "1234"
	}
	return must[world.Outcome](b.t)(b.s.PayCard(b.t.Context(), session, c))
}

func (b *bench) payDebit(session, iban string) world.Outcome {
	b.t.Helper()
	return must[world.Outcome](b.t)(b.s.PayDebit(b.t.Context(), session, debit(iban)))
}

func (b *bench) advance(d time.Duration) {
	b.t.Helper()
	if err := b.s.Advance(d); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) flush() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), 20*time.Second)
	defer cancel()
	if err := b.s.Flush(ctx); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) intent(id string) *stripe.PaymentIntent {
	b.t.Helper()
	p := &stripe.PaymentIntentParams{}
	p.AddExpand("latest_charge.balance_transaction")
	return must[*stripe.PaymentIntent](b.t)(b.api.PaymentIntents.Get(id, p))
}

// eventTypes lists what happened, oldest first.
func (b *bench) eventTypes() []string {
	b.t.Helper()
	p := &stripe.EventListParams{}
	p.Limit = stripe.Int64(100)
	var out []string
	it := b.api.Events.List(p)
	for it.Next() {
		out = append(out, string(it.Event().Type))
	}
	if it.Err() != nil {
		b.t.Fatal(it.Err())
	}
	slices.Reverse(out)
	return out
}

// refusal gives the error of the API and stops the test at any other, or none.
func refusal(t *testing.T, err error) *stripe.Error {
	t.Helper()
	var e *stripe.Error
	if !errors.As(err, &e) {
		t.Fatalf("want an error of the API, got %v", err)
	}
	return e
}

func (b *bench) method(number string) *stripe.PaymentMethod {
	b.t.Helper()
	return must[*stripe.PaymentMethod](b.t)(b.api.PaymentMethods.New(cardParams(number)))
}

func cardParams(number string) *stripe.PaymentMethodParams {
	cvc := "123"
	if number == "378282246310005" {
		cvc = "1234"
	}
	return &stripe.PaymentMethodParams{Type: stripe.String("card"), Card: &stripe.PaymentMethodCardParams{
		Number: stripe.String(number), ExpMonth: stripe.Int64(12), ExpYear: stripe.Int64(2030), CVC: stripe.String(cvc)}}
}

func ibanParams(iban string) *stripe.PaymentMethodParams {
	return &stripe.PaymentMethodParams{Type: stripe.String("sepa_debit"),
		SEPADebit:      &stripe.PaymentMethodSEPADebitParams{IBAN: stripe.String(iban)},
		BillingDetails: &stripe.PaymentMethodBillingDetailsParams{Name: stripe.String("Erika Muster"), Email: stripe.String("erika@example.com")}}
}

func (b *bench) customer() *stripe.Customer {
	b.t.Helper()
	return must[*stripe.Customer](b.t)(b.api.Customers.New(&stripe.CustomerParams{Email: stripe.String("erika@example.com")}))
}

// saved gives a customer with a card kept for later payments.
func (b *bench) saved(number string) (customer, method string) {
	b.t.Helper()
	c := b.customer()
	cs := b.session(func(p *stripe.CheckoutSessionParams) {
		p.Mode, p.LineItems, p.PaymentIntentData = stripe.String("setup"), nil, nil
		p.Customer = stripe.String(c.ID)
	})
	out := b.payCard(cs.ID, number)
	if out.State == world.Needs3DS {
		out = must[world.Outcome](b.t)(b.s.Authenticate(b.t.Context(), cs.ID, world.Allow))
	}
	if out.State != world.Done {
		b.t.Fatalf("saving %s: %+v", number, out)
	}
	si := must[*stripe.SetupIntent](b.t)(b.api.SetupIntents.Get(out.Intent, nil))
	return c.ID, si.PaymentMethod.ID
}

// savedDebit likewise, with an account and its mandate.
func (b *bench) savedDebit(iban string) (customer, method, mandate string) {
	b.t.Helper()
	c := b.customer()
	cs := b.session(func(p *stripe.CheckoutSessionParams) {
		p.Mode, p.LineItems, p.PaymentIntentData = stripe.String("setup"), nil, nil
		p.Customer = stripe.String(c.ID)
	})
	out := b.payDebit(cs.ID, iban)
	si := must[*stripe.SetupIntent](b.t)(b.api.SetupIntents.Get(out.Intent, nil))
	return c.ID, si.PaymentMethod.ID, si.Mandate.ID
}

func offSession(customer, method string) *stripe.PaymentIntentParams {
	return &stripe.PaymentIntentParams{Amount: stripe.Int64(5_000), Currency: stripe.String("eur"), Customer: stripe.String(customer),
		PaymentMethod: stripe.String(method), PaymentMethodTypes: stripe.StringSlice([]string{"card", "sepa_debit"}),
		OffSession: stripe.Bool(true), Confirm: stripe.Bool(true)}
}

// paid gives a charge of 100 euros made with a card.
func (b *bench) paid(number string) *stripe.Charge {
	b.t.Helper()
	return b.intent(b.payCard(b.session().ID, number).Intent).LatestCharge
}

// debited likewise with an account, settled.
func (b *bench) debited(iban string) *stripe.Charge {
	b.t.Helper()
	out := b.payDebit(b.session().ID, iban)
	b.advance(10 * 24 * time.Hour)
	return b.intent(out.Intent).LatestCharge
}

// letter is one webhook as it came in.
type letter struct {
	body   []byte
	header string
}

// receiver is somebody's webhook endpoint.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	letters []letter
	status  int
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: 200}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.letters = append(r.letters, letter{body, q.Header.Get("Stripe-Signature")})
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) got() []letter {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.letters)
}

func (r *receiver) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.letters = nil
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

func (b *bench) endpoint(url string, events ...string) *stripe.WebhookEndpoint {
	b.t.Helper()
	if len(events) == 0 {
		events = []string{"*"}
	}
	return must[*stripe.WebhookEndpoint](b.t)(b.api.WebhookEndpoints.New(&stripe.WebhookEndpointParams{
		URL: stripe.String(url), EnabledEvents: stripe.StringSlice(events), APIVersion: stripe.String("2023-10-16")}))
}
