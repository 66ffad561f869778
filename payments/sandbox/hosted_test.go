package sandbox_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/payments/sandbox"
	"quitt/payments/sandbox/spec"
)

// judged hands every answer of the API to the provider's description.
type judged struct {
	t     *testing.T
	spec  *spec.Spec
	mu    sync.Mutex
	calls int
}

func (j *judged) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || !strings.HasPrefix(r.URL.Path, "/v1/") {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	j.mu.Lock()
	defer j.mu.Unlock()
	j.calls++
	for _, fault := range j.spec.CheckResponse(r.Method, r.URL.Path, res.StatusCode, body) {
		j.t.Errorf("%s %s: %s", r.Method, r.URL.Path, fault)
	}
	return res, err
}

// complete is a bench of the whole sandbox, strict and with pages, whose answers are judged.
func complete(t *testing.T) *bench {
	t.Helper()
	s, err := sandbox.Complete(sandbox.Options{Clock: time.Now, Mode: "manual", Start: start, Seed: "test", Token: token})
	if err != nil {
		t.Fatal(err)
	}
	address, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	j := &judged{t: t, spec: must[*spec.Spec](t)(spec.Load())}
	old := transport
	transport = j
	t.Cleanup(func() {
		transport = old
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if j.calls == 0 {
			t.Error("no answer was judged")
		}
	})
	return &bench{t, s, address, clientOf(address, "sk_test_sandbox_main")}
}

// visit is a browser without scripts that stops at every redirect.
type visit struct {
	*bench
	client *http.Client
	status int
	body   string
	to     string // Location
}

func (b *bench) visit() *visit {
	return &visit{bench: b, client: &http.Client{Timeout: 5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (v *visit) do(method, address string, form url.Values) *visit {
	v.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = v.url + address
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	v.status, v.body, v.to = res.StatusCode, string(body), res.Header.Get("Location")
	return v
}

func (v *visit) open(address string) *visit { v.t.Helper(); return v.do(http.MethodGet, address, nil) }

var formAction = regexp.MustCompile(`<form method="post" action="([^"]+)"`)

// send sends the form of the page.
func (v *visit) send(fields ...string) *visit {
	v.t.Helper()
	action := formAction.FindStringSubmatch(v.body)
	if action == nil {
		v.t.Fatalf("no form on the page: %d %s", v.status, v.body)
	}
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return v.do(http.MethodPost, action[1], form)
}

func (v *visit) follow() *visit {
	v.t.Helper()
	if v.status != http.StatusSeeOther {
		v.t.Fatalf("leads nowhere: %d %s", v.status, v.body)
	}
	return v.open(v.to)
}

// wants checks status and words of a page.
func (v *visit) wants(status int, words ...string) *visit {
	v.t.Helper()
	if v.status != status {
		v.t.Fatalf("status %d, want %d: %s", v.status, status, v.body)
	}
	for _, w := range words {
		if !strings.Contains(v.body, w) {
			v.t.Errorf("the page does not say %q", w)
		}
	}
	return v
}

// ends checks where the visitor is sent, in the end.
func (v *visit) ends(address string) {
	v.t.Helper()
	if v.status != http.StatusSeeOther || v.to != address {
		v.t.Fatalf("ends at %d %q, want %q", v.status, v.to, address)
	}
}

func cardForm(number string) []string {
	return []string{"method", "card", "email", "erika@example.com", "number", number, "expiry", "12/30", "cvc", "123"}
}

func debitForm(iban string) []string {
	return []string{"method", "sepa_debit", "email", "erika@example.com", "name", "Erika Muster", "iban", iban}
}

func setupMode(p *stripe.CheckoutSessionParams) {
	p.Mode, p.LineItems, p.PaymentIntentData = stripe.String("setup"), nil, nil
}

// The ways a debtor without a script goes through the pages, and what the API says then.
func TestThePagesLeadThroughEveryPayment(t *testing.T) {
	const done = "https://quitt.example/zurueck?s="
	for _, tc := range []struct {
		name   string
		change func(*stripe.CheckoutSessionParams)
		goes   func(v *visit)
		status stripe.CheckoutSessionStatus
		paid   stripe.CheckoutSessionPaymentStatus
		ends   bool
		notice string // the page afterwards
	}{
		{name: "card", goes: func(v *visit) { v.send(cardForm("4242 4242 4242 4242")...) }, status: "complete", paid: "paid", ends: true, notice: "Die Zahlung ist abgeschlossen"},
		{name: "card with a question", goes: func(v *visit) {
			v.send(cardForm("4000002760003184")...).follow().wants(200, "100,00").send("answer", "release")
		}, status: "complete", paid: "paid", ends: true},
		{name: "question refused, then another card", goes: func(v *visit) {
			v.send(cardForm("4000002760003184")...).follow().send("answer", "refuse").wants(402, "alert")
			v.send(cardForm("4242424242424242")...)
		}, status: "complete", paid: "paid", ends: true},
		{name: "declined, then another card", goes: func(v *visit) {
			v.send(cardForm("4000000000009995")...).wants(402, "alert", "4000 0000 0000 9995")
			v.send(cardForm("5555555555554444")...)
		}, status: "complete", paid: "paid", ends: true},
		{name: "typed wrongly", goes: func(v *visit) {
			v.send(cardForm("4929 1111 2222 3333")...).wants(422, "alert")
			if strings.Contains(v.body, "4929") {
				v.t.Error("a number of nobody knows whom is shown again")
			}
		}, status: "open", paid: "unpaid"},
		{name: "direct debit", goes: func(v *visit) { v.send(debitForm("DE89 3704 0044 0532 0130 00")...) }, status: "complete", paid: "unpaid", ends: true},
		{name: "kept card", change: setupMode, goes: func(v *visit) { v.send(cardForm("4242424242424242")...) }, status: "complete", paid: "no_payment_required", ends: true},
		{name: "kept account", change: setupMode, goes: func(v *visit) { v.send(debitForm("DE89370400440532013000")...) }, status: "complete", paid: "no_payment_required", ends: true},
		{name: "given up", goes: func(v *visit) { v.wants(200, `href="https://quitt.example/abbruch"`) }, status: "open", paid: "unpaid"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := complete(t)
			cs := b.session(func(p *stripe.CheckoutSessionParams) {
				p.Locale = stripe.String("de")
				if tc.change != nil {
					tc.change(p)
				}
			})
			v := b.visit().open(cs.URL).wants(200, "Demo", "Musterinkasso")
			if cs.Mode == "payment" {
				v.wants(200, "100,00", "Praxis Muster, 2026-0815")
			}
			tc.goes(v)
			if tc.ends {
				v.ends(done + cs.ID)
			}
			got := must[*stripe.CheckoutSession](t)(b.api.CheckoutSessions.Get(cs.ID, nil))
			if got.Status != tc.status || got.PaymentStatus != tc.paid {
				t.Errorf("session %s %s", got.Status, got.PaymentStatus)
			}
			if again := b.visit().open(cs.URL); tc.ends {
				again.wants(200, `href="`+done+cs.ID+`"`)
				again.do(http.MethodPost, "/c/pay/"+cs.ID, url.Values{"method": {"card"}}).wants(200, "class=\"button primary\"")
			}
		})
	}
}

func TestAnExpiredPageTakesNothing(t *testing.T) {
	b := complete(t)
	cs := b.session()
	b.advance(25 * time.Hour)
	v := b.visit().open(cs.URL).wants(200, `href="https://quitt.example/abbruch"`)
	if formAction.MatchString(v.body) {
		t.Error("the page still asks for a card")
	}
	v.do(http.MethodPost, "/c/pay/"+cs.ID, url.Values{"method": {"card"}, "number": {"4242424242424242"}}).wants(200)
	if got := must[*stripe.CheckoutSession](t)(b.api.CheckoutSessions.Get(cs.ID, nil)); got.Status != "expired" {
		t.Errorf("session %s", got.Status)
	}
}

func TestAddressesOfNobodyShowAPage(t *testing.T) {
	b := complete(t)
	_ = b.session()
	for _, path := range []string{"/c/", "/c/pay/cs_test_none", "/c/3ds/pi_none"} {
		b.visit().open(path).wants(404)
	}
	b.visit().do(http.MethodPost, "/c/3ds/pi_none", url.Values{"answer": {"release"}}).wants(404)
}

func TestTheBankAsksOfAnIntentWithoutASession(t *testing.T) {
	b := complete(t)
	pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(&stripe.PaymentIntentParams{Amount: stripe.Int64(5_000), Currency: stripe.String("eur"),
		PaymentMethod: stripe.String(b.method("4000002760003184").ID), PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
		Confirm: stripe.Bool(true), ReturnURL: stripe.String("https://quitt.example/da")}))
	v := b.visit().open(pi.NextAction.RedirectToURL.URL).wants(200, "50")
	v.send("answer", "perhaps").wants(200) // no button of the page
	v.send("answer", "release")
	if !strings.HasPrefix(v.to, "https://quitt.example/da") || b.intent(pi.ID).Status != "succeeded" {
		t.Errorf("led to %q, intent %s", v.to, b.intent(pi.ID).Status)
	}
	b.visit().open("/c/3ds/" + pi.ID).follow().wants(404)
}

func TestThePagesAreStrictAboutWhatTheyLoad(t *testing.T) {
	b := complete(t)
	cs := b.session()
	res, err := http.Get(cs.URL)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil || res.Body.Close() != nil {
		t.Fatal(err)
	}
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "https://quitt.example") || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", res.Header)
	}
	style := regexp.MustCompile(`href="(/c/style/[^"]+)"`).FindSubmatch(body)
	if style == nil {
		t.Fatal("no style sheet")
	}
	b.visit().open(string(style[1])).wants(200, "{")
}

func TestParametersAreJudgedByTheDescription(t *testing.T) {
	b := complete(t)
	_, err := b.api.PaymentIntents.New(&stripe.PaymentIntentParams{Amount: stripe.Int64(5_000), Currency: stripe.String("eur"),
		CaptureMethod: stripe.String("whenever")})
	if e := refusal(t, err); e.HTTPStatusCode != 400 || e.Param != "capture_method" {
		t.Errorf("%+v", e)
	}
	p := &stripe.CustomerParams{}
	p.AddExtra("nonsense", "1")
	_, err = b.api.Customers.New(p)
	if e := refusal(t, err); e.Code != "parameter_unknown" {
		t.Errorf("%+v", e)
	}
}
