package sandbox_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	"quitt/payments/sandbox"
)

func keyed(key string, amount int64) *stripe.PaymentIntentParams {
	p := &stripe.PaymentIntentParams{Amount: stripe.Int64(amount), Currency: stripe.String("eur")}
	p.SetIdempotencyKey(key)
	return p
}

func (b *bench) intents() (n int) {
	b.t.Helper()
	it := b.api.PaymentIntents.List(&stripe.PaymentIntentListParams{})
	for it.Next() {
		n++
	}
	return n
}

func TestAKeyIsUsedOnce(t *testing.T) {
	b := newBench(t)
	first := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(keyed("attempt-1", 500)))
	again := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(keyed("attempt-1", 500)))
	h := again.LastResponse.Header
	if first.ID != again.ID || h.Get("Idempotent-Replayed") != "true" || h.Get("Original-Request") != first.LastResponse.RequestID {
		t.Errorf("%s %s %v", first.ID, again.ID, h)
	}
	if first.LastResponse.Header.Get("Idempotent-Replayed") != "" || first.LastResponse.RequestID == again.LastResponse.RequestID {
		t.Error("the first answer looks replayed, or the replay has no id of its own")
	}
	_, err := b.api.PaymentIntents.New(keyed("attempt-1", 501))
	if e := refusal(t, err); e.Type != "idempotency_error" || e.HTTPStatusCode != 400 || e.Code != "" {
		t.Errorf("%+v", e)
	}
	other := clientOf(b.url, "sk_test_sandbox_other")
	if theirs := must[*stripe.PaymentIntent](t)(other.PaymentIntents.New(keyed("attempt-1", 501))); theirs.ID == first.ID {
		t.Error("a key reaches into another account")
	}
	b.advance(24*time.Hour - time.Second)
	if pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(keyed("attempt-1", 500))); pi.ID != first.ID {
		t.Error("forgotten within a day")
	}
	b.advance(time.Second)
	if pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(keyed("attempt-1", 500))); pi.ID == first.ID {
		t.Error("remembered after a day")
	}
}

func TestARefusedParameterLeavesTheKeyFree(t *testing.T) {
	b := newBench(t)
	if _, err := b.api.PaymentIntents.New(keyed("k", 1)); refusal(t, err).Code != "amount_too_small" {
		t.Fatal(err)
	}
	must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(keyed("k", 500)))
}

func TestADeclineIsReplayed(t *testing.T) {
	b := newBench(t)
	customer, method := b.saved("4000000000000341")
	p := offSession(customer, method)
	p.SetIdempotencyKey("attempt")
	_, err := b.api.PaymentIntents.New(p)
	first := refusal(t, err)
	_, err = b.api.PaymentIntents.New(p)
	again := refusal(t, err)
	if first.HTTPStatusCode != 402 || again.HTTPStatusCode != 402 || first.PaymentIntent.ID != again.PaymentIntent.ID || first.ChargeID != again.ChargeID {
		t.Errorf("%+v\n%+v", first, again)
	}
}

func TestFaultsOfTheAPI(t *testing.T) {
	cases := []struct {
		kind    string
		status  int // 0: no answer of the API
		created int // by the call that goes wrong and one retry with its key
		retry   int // status of that retry
	}{
		{sandbox.FaultResetBefore, 0, 1, 200},
		{sandbox.FaultResetAfter, 0, 1, 200},
		{sandbox.Fault500, 500, 0, 500},
		{sandbox.Fault500After, 500, 1, 500},
		{sandbox.Fault502, 0, 1, 200},
		{sandbox.Fault503, 503, 1, 200},
		{sandbox.FaultGarbage, 0, 1, 200},
		{sandbox.FaultRateLimit, 429, 1, 200},
		{sandbox.FaultLockTimeout, 429, 1, 200},
		{sandbox.FaultKeyInUse, 409, 1, 200},
	}
	for _, c := range cases {
		t.Run(c.kind, func(t *testing.T) {
			b := newBench(t)
			b.control("PUT", "/faults", map[string]any{"faults": []sandbox.Fault{{Kind: c.kind, Method: "POST", Path: "/v1/payment_*", Times: 1}}}, nil)
			_, err := b.api.PaymentIntents.New(keyed("k", 500))
			if c.status != 0 && refusal(t, err).HTTPStatusCode != c.status || err == nil {
				t.Fatalf("%v", err)
			}
			var answered *stripe.Error
			if c.status == 0 && errors.As(err, &answered) {
				t.Fatalf("an error of the API: %v", err)
			}
			_, err = b.api.PaymentIntents.New(keyed("k", 500))
			if c.retry == 200 && err != nil || c.retry != 200 && refusal(t, err).HTTPStatusCode != c.retry {
				t.Errorf("retry: %v", err)
			}
			if n := b.intents(); n != c.created {
				t.Errorf("%d intents", n)
			}
		})
	}
}

func TestTheClientsOwnRetryDoesNotPayTwice(t *testing.T) {
	b := newBench(t)
	b.s.SetFaults([]sandbox.Fault{{Kind: sandbox.FaultResetAfter, Method: "POST", Times: 1}})
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{URL: stripe.String(b.url),
		HTTPClient: &http.Client{Timeout: 5 * time.Second}, LeveledLogger: &stripe.LeveledLogger{}, EnableTelemetry: stripe.Bool(false)})
	api := client.New("sk_test_sandbox_main", &stripe.Backends{API: backend, Connect: backend, Uploads: backend})
	must[*stripe.PaymentIntent](t)(api.PaymentIntents.New(keyed("k", 500)))
	if n := b.intents(); n != 1 {
		t.Errorf("%d intents", n)
	}
}

func TestAFaultHitsItsShareOfRequests(t *testing.T) {
	b := newBench(t)
	b.s.SetFaults([]sandbox.Fault{{Kind: sandbox.FaultRateLimit, Percent: 25}})
	failed := 0
	for range 100 {
		if _, err := b.api.Balance.Get(nil); err != nil {
			failed++
		}
	}
	if failed != 25 {
		t.Errorf("%d of 100", failed)
	}
}

func TestTheSameKeyAtTheSameTimeIsRefused(t *testing.T) {
	b := newBench(t)
	b.s.SetFaults([]sandbox.Fault{{Kind: sandbox.FaultLinger, DelayMS: 300}})
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wg.Go(func() { _, errs[i] = b.api.PaymentIntents.New(keyed("k", 500)) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("%v and %v", errs[0], errs[1])
	}
	for _, err := range errs {
		if err != nil && (refusal(t, err).HTTPStatusCode != 409 || refusal(t, err).Code != "idempotency_key_in_use") {
			t.Errorf("%v", err)
		}
	}
}

func TestTheGatesOfTheAPI(t *testing.T) {
	b := newBench(t)
	ask := func(method, path string, h map[string]string) (int, string) {
		t.Helper()
		r := must[*http.Request](t)(http.NewRequestWithContext(t.Context(), method, b.url+path, strings.NewReader("")))
		for k, v := range h {
			r.Header.Set(k, v)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		return res.StatusCode, res.Header.Get("Request-Id")
	}
	key := "Bearer sk_test_sandbox_main"
	cases := []struct {
		name, method, path string
		header             map[string]string
		status             int
	}{
		{"no key", "GET", "/v1/balance", nil, 401},
		{"a key of the provider's test mode", "GET", "/v1/balance", map[string]string{"Authorization": "Bearer sk_test_51Abc"}, 401},
		{"a live key", "GET", "/v1/balance", map[string]string{"Authorization": "Bearer sk_live_1"}, 401},
		{"right key", "GET", "/v1/balance", map[string]string{"Authorization": key}, 200},
		{"another version", "GET", "/v1/balance", map[string]string{"Authorization": key, "Stripe-Version": "2024-04-10"}, 400},
		{"unknown address", "GET", "/v1/invoices", map[string]string{"Authorization": key}, 404},
		{"unknown method", "PUT", "/v1/balance", map[string]string{"Authorization": key}, 404},
		{"unknown object", "GET", "/v1/charges/ch_x", map[string]string{"Authorization": key}, 404},
		{"a strange account", "GET", "/v1/balance", map[string]string{"Authorization": key, "Stripe-Account": "acct_../x"}, 403},
		{"broken form", "GET", "/v1/charges?a[b=1", map[string]string{"Authorization": key}, 400},
	}
	for _, c := range cases {
		if status, id := ask(c.method, c.path, c.header); status != c.status || !strings.HasPrefix(id, "req_") {
			t.Errorf("%s: %d %q", c.name, status, id)
		}
	}
	for _, bad := range []sandbox.Options{
		{Clock: time.Now, Keys: map[string]string{"sk_live_x": "acct_1"}}, {Clock: time.Now, Keys: map[string]string{"rk_live_x": "acct_1"}},
		{Clock: time.Now, Keys: map[string]string{"sk_test_51": "acct_1"}}, {Clock: time.Now, Beside: []string{"sk_test_51", "rk_live_x"}}, {},
	} {
		if _, err := sandbox.New(bad); err == nil {
			t.Errorf("starts with %v", bad.Keys)
		}
	}
	if _, err := b.s.Listen("0.0.0.0:0"); err == nil {
		t.Error("listens for everybody")
	}
}
