package sandbox_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v76"

	"quitt/payments/sandbox"
	"quitt/payments/sandbox/world"
)

// story makes one of everything that takes time.
func story(b *bench) (debit string) {
	b.t.Helper()
	b.payCard(b.session().ID, "4000000000000259")
	must[*stripe.Refund](b.t)(b.refund(&stripe.RefundParams{Charge: stripe.String(b.paid("4000000000007726").ID)}))
	b.savedDebit("DE89370400440532013000")
	b.session()
	must[*stripe.PaymentIntent](b.t)(b.api.PaymentIntents.New(keyed("kept", 700)))
	return b.payDebit(b.session().ID, "DE89370400440532013000").Intent
}

func TestAnExportedStateGoesOnElsewhere(t *testing.T) {
	b := newBench(t)
	intent := story(b)
	var state any
	b.control("GET", "/export", nil, &state)
	other := newBench(t, func(o *sandbox.Options) { o.Start = start.AddDate(1, 0, 0) })
	other.control("PUT", "/import", state, nil)
	var again any
	other.control("GET", "/export", nil, &again)
	if diff := cmp.Diff(state, again); diff != "" {
		t.Fatal(diff)
	}
	first := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(keyed("kept", 700)))
	second := must[*stripe.PaymentIntent](t)(other.api.PaymentIntents.New(keyed("kept", 700)))
	if first.ID != second.ID {
		t.Error("the key is forgotten")
	}
	for _, x := range []*bench{b, other} {
		x.advance(20 * 24 * time.Hour)
	}
	if pi := other.intent(intent); pi.Status != "succeeded" {
		t.Errorf("%s", pi.Status)
	}
	if diff := cmp.Diff(b.eventTypes(), other.eventTypes()); diff != "" {
		t.Error(diff)
	}
	for _, broken := range []string{"", "{}", "[]", `{"world":{"accounts":{"a":null}}}`, `{"world":{"accounts":{"a":{"id":"a","objects":[{}]}}}}`,
		`{"world":{"accounts":{"a":{"id":"a","objects":[{"id":"x","amount":1.5}]}}}}`} {
		if err := other.s.Import([]byte(broken)); err == nil {
			t.Errorf("takes %q", broken)
		}
	}
	if pi := other.intent(intent); pi.Status != "succeeded" {
		t.Errorf("after broken imports: %s", pi.Status)
	}
}

func TestTheSameSeedAndTheSameCallsGiveTheSameIDs(t *testing.T) {
	one, two := newBench(t), newBench(t)
	if a, b := story(one), story(two); a != b {
		t.Errorf("%s and %s", a, b)
	}
	other := newBench(t, func(o *sandbox.Options) { o.Seed = "another" })
	if story(one) == story(other) {
		t.Error("another seed gives the same ids")
	}
}

func TestAFileKeepsADemoOverARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	keep := func(o *sandbox.Options) { o.File = file }
	b := newBench(t, keep)
	intent := story(b)
	if err := b.s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	again := newBench(t, keep)
	if pi := again.intent(intent); pi.Status != "processing" {
		t.Errorf("%s", pi.Status)
	}
	again.advance(20 * 24 * time.Hour)
	deadline := time.Now().Add(10 * time.Second)
	for {
		if b := must[[]byte](t)(os.ReadFile(file)); strings.Contains(string(b), "checkout.session.async_payment_succeeded") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the file is not written while the server runs")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err := os.WriteFile(file, []byte("no state"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.New(sandbox.Options{Clock: time.Now, File: file}); err == nil {
		t.Error("starts over a broken file")
	}
}

func TestInADemoADebitSettlesWithinSeconds(t *testing.T) {
	b := newBench(t, func(o *sandbox.Options) { o.Mode, o.Settle = world.Fast, 400*time.Millisecond })
	good := b.payDebit(b.session().ID, "DE89370400440532013000")
	bad := b.payDebit(b.session().ID, "DE62370400440532013001")
	wait := func(id, status string) {
		t.Helper()
		deadline := time.Now().Add(5 * time.Second)
		for b.intent(id).Status != stripe.PaymentIntentStatus(status) {
			if time.Now().After(deadline) {
				t.Fatalf("%s is %s", id, b.intent(id).Status)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	wait(bad.Intent, "requires_payment_method")
	wait(good.Intent, "succeeded")
}

func TestManyAtOnce(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t)
	b.endpoint(r.URL)
	b.s.SetFaults([]sandbox.Fault{{Kind: sandbox.FaultRateLimit, Percent: 5, Path: "/v1/balance"}})
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for i := range 10 {
				p := keyed(fmt.Sprintf("key-%d-%d", n%2, i), 500)
				if _, err := b.api.PaymentIntents.New(p); err != nil && !strings.Contains(err.Error(), "idempotency_key_in_use") {
					t.Error(err)
				}
				out, err := b.s.PayCard(t.Context(), b.session().ID, card("4242424242424242"))
				if err != nil || out.State != world.Done {
					t.Errorf("%v %+v", err, out)
				}
				_, _ = b.api.Balance.Get(nil) // may be refused by the fault
				if err := b.s.Advance(time.Minute); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b.flush()
	intents := map[string]bool{}
	p := &stripe.PaymentIntentListParams{}
	p.Limit = stripe.Int64(100)
	it := b.api.PaymentIntents.List(p)
	for it.Next() {
		intents[it.PaymentIntent().ID] = true
	}
	if len(intents) != 20+80 {
		t.Errorf("%d intents", len(intents))
	}
	if n := b.undelivered(); n != 0 {
		t.Errorf("%d undelivered", n)
	}
}

func BenchmarkGet(b *testing.B) {
	s, err := sandbox.New(sandbox.Options{Clock: time.Now, Mode: world.Manual, Start: start})
	if err != nil {
		b.Fatal(err)
	}
	url, err := s.Listen("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	api := clientOf(url, "sk_test_sandbox_main")
	pi, err := api.PaymentIntents.New(keyed("k", 500))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := api.PaymentIntents.Get(pi.ID, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s, err := sandbox.New(sandbox.Options{Clock: time.Now, Mode: world.Manual, Start: start})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
