package sandbox_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"quitt/payments/sandbox"
	"quitt/payments/sandbox/world"
)

// knobs sets how the delivery is disturbed from now on.
func (b *bench) knobs(knobs ...world.Knob) {
	b.t.Helper()
	b.control("PUT", "/knobs", map[string]any{"knobs": knobs}, nil)
}

func (b *bench) undelivered() (n int) {
	b.t.Helper()
	p := &stripe.EventListParams{DeliverySuccess: stripe.Bool(false)}
	it := b.api.Events.List(p)
	for it.Next() {
		n++
	}
	return n
}

// open verifies letters with the client library and gives what they say.
func open(t *testing.T, letters []letter, secret string) (events []stripe.Event) {
	t.Helper()
	for _, l := range letters {
		events = append(events, must[stripe.Event](t)(webhook.ConstructEvent(l.body, l.header, secret)))
	}
	return events
}

func TestAnEndpointHearsOnlyWhatItAskedFor(t *testing.T) {
	b := newBench(t)
	some, none := newReceiver(t), newReceiver(t)
	we := b.endpoint(some.URL, "charge.succeeded", "checkout.session.completed")
	off := b.endpoint(none.URL)
	must[*stripe.WebhookEndpoint](t)(b.api.WebhookEndpoints.Update(off.ID, &stripe.WebhookEndpointParams{Disabled: stripe.Bool(true)}))
	if got := must[*stripe.WebhookEndpoint](t)(b.api.WebhookEndpoints.Get(we.ID, nil)); got.Secret != "" || got.Status != "enabled" {
		t.Errorf("%+v", got)
	}
	b.payCard(b.session().ID, "4242424242424242")
	b.flush()
	events := open(t, some.got(), we.Secret)
	if len(events) != 2 || events[0].Type != "checkout.session.completed" || events[0].APIVersion != "2023-10-16" || len(none.got()) != 0 {
		t.Errorf("%d and %d letters", len(events), len(none.got()))
	}
	must[*stripe.WebhookEndpoint](t)(b.api.WebhookEndpoints.Del(we.ID, &stripe.WebhookEndpointParams{}))
	b.payCard(b.session().ID, "4242424242424242")
	b.flush()
	if n := len(some.got()); n != 2 {
		t.Errorf("%d letters after the end", n)
	}
}

func TestALetterComesAgainUntilItIsTaken(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t)
	we := b.endpoint(r.URL, "charge.succeeded")
	r.answer(500)
	began := time.Now()
	b.payCard(b.session().ID, "4242424242424242")
	if waited := time.Since(began); waited > 5*time.Second {
		t.Errorf("the debtor waits %s for a receiver that has answered", waited)
	}
	b.flush()
	if len(r.got()) != 1 || b.undelivered() != 1 {
		t.Fatalf("%d letters, %d undelivered", len(r.got()), b.undelivered())
	}
	b.advance(4 * time.Minute)
	b.flush()
	if n := len(r.got()); n != 1 {
		t.Errorf("%d letters after four minutes", n)
	}
	b.advance(time.Minute)
	b.flush()
	r.answer(204)
	b.advance(30 * time.Minute)
	b.flush()
	events := open(t, r.got(), we.Secret)
	if len(events) != 3 || events[0].ID != events[2].ID || b.undelivered() != 0 {
		t.Errorf("%d letters, %d undelivered", len(events), b.undelivered())
	}
	if ev := must[*stripe.Event](t)(b.api.Events.Get(events[0].ID, nil)); ev.PendingWebhooks != 0 {
		t.Errorf("pending %d", ev.PendingWebhooks)
	}
}

func TestAReceiverThatIsDownForFourDaysFindsTheEventsInTheirList(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t)
	b.endpoint(r.URL, "charge.succeeded")
	r.answer(503)
	b.payCard(b.session().ID, "4242424242424242")
	for range 100 {
		b.flush()
		b.advance(time.Hour)
	}
	if n := len(r.got()); n != 10 {
		t.Errorf("%d attempts", n)
	}
	r.answer(200)
	b.flush()
	if n := b.undelivered(); n != 1 {
		t.Errorf("%d undelivered", n)
	}
	b.advance(27 * 24 * time.Hour)
	if n := b.undelivered(); n != 0 {
		t.Errorf("%d listed after thirty days", n)
	}
}

func TestASecretCanBeRotated(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t)
	we := b.endpoint(r.URL, "customer.created")
	var fresh struct{ Secret string }
	b.control("POST", "/endpoints/"+we.ID+"/rotate", nil, &fresh)
	b.customer()
	b.flush()
	open(t, r.got(), we.Secret)
	open(t, r.got(), fresh.Secret)
	r.forget()
	b.advance(25 * time.Hour)
	b.customer()
	b.flush()
	open(t, r.got(), fresh.Secret)
	if l := r.got()[0]; !strings.Contains(l.header, "v0=") || errors.Is(webhook.ValidatePayload(l.body, l.header, we.Secret), nil) {
		t.Errorf("the old secret signs after a day, or there is nothing to pass over: %s", l.header)
	}
}

func TestKnobsOfTheSignature(t *testing.T) {
	cases := map[string]error{"wrong": webhook.ErrNoValidSignature, "stale": webhook.ErrTooOld, "none": webhook.ErrNotSigned, "future": nil}
	for how, want := range cases {
		b := newBench(t)
		r := newReceiver(t)
		we := b.endpoint(r.URL, "customer.created")
		b.knobs(world.Knob{Sign: how})
		b.customer()
		b.flush()
		l := r.got()[0]
		if _, err := webhook.ConstructEvent(l.body, l.header, we.Secret); !errors.Is(err, want) {
			t.Errorf("%s: %v", how, err)
		}
	}
}

func TestKnobsOfTheContent(t *testing.T) {
	newer := "2026-09-30.endive"
	none := ""
	cases := []struct {
		name string
		knob world.Knob
		look func(ev map[string]any) bool
	}{
		{"another version", world.Knob{Version: &newer}, func(ev map[string]any) bool { return ev["api_version"] == newer }},
		{"no version", world.Knob{Version: &none}, func(ev map[string]any) bool { return ev["api_version"] == nil }},
		{"another account", world.Knob{Account: "acct_foreign"}, func(ev map[string]any) bool { return ev["account"] == "acct_foreign" }},
		{"real money", world.Knob{Livemode: true}, func(ev map[string]any) bool { return ev["livemode"] == true }},
		{"thin", world.Knob{Thin: true}, func(ev map[string]any) bool { return ev["data"] == nil && ev["related_object"] != nil }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			r := newReceiver(t)
			we := b.endpoint(r.URL, "customer.created")
			b.knobs(c.knob)
			b.customer()
			b.flush()
			l := r.got()[0]
			if err := webhook.ValidatePayload(l.body, l.header, we.Secret); err != nil {
				t.Error(err)
			}
			var ev map[string]any
			if err := json.Unmarshal(l.body, &ev); err != nil || !c.look(ev) {
				t.Errorf("%v %s", err, l.body)
			}
		})
	}
}

func TestKnobsOfTheDelivery(t *testing.T) {
	three := func(b *bench) { b.customer(); b.customer(); b.customer() }
	cases := []struct {
		name  string
		knob  world.Knob
		after time.Duration // of the sandbox's clock
		want  int
	}{
		{"duplicates", world.Knob{Duplicate: 2}, 0, 9},
		{"duplicates at once", world.Knob{Duplicate: 2, Burst: true}, 0, 9},
		{"only the first", world.Knob{Duplicate: 4, Times: 1}, 0, 7},
		{"another type", world.Knob{Drop: true, Type: "charge.*"}, 0, 3},
		{"dropped", world.Knob{Drop: true}, time.Hour, 0},
		{"dropped by kind", world.Knob{Drop: true, Type: "customer.*"}, 0, 0},
		{"too early", world.Knob{Delay: 600}, 599 * time.Second, 0},
		{"delayed", world.Knob{Delay: 600}, 600 * time.Second, 3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			r := newReceiver(t)
			we := b.endpoint(r.URL, "customer.created")
			b.knobs(c.knob)
			three(b)
			b.flush()
			b.advance(c.after)
			b.flush()
			if n := len(open(t, r.got(), we.Secret)); n != c.want {
				t.Errorf("%d letters", n)
			}
		})
	}
}

func TestAWindowOfLettersArrivesInAnotherOrder(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t)
	we := b.endpoint(r.URL)
	b.knobs(world.Knob{Reorder: 4})
	b.payCard(b.session().ID, "4242424242424242")
	b.flush()
	sent := b.eventTypes()
	var got []string
	for _, ev := range open(t, r.got(), we.Secret) {
		got = append(got, string(ev.Type))
	}
	if slices.Equal(sent, got) || len(got) != 4 {
		t.Errorf("%v", got)
	}
	slices.Sort(sent)
	slices.Sort(got)
	if !slices.Equal(sent, got) {
		t.Errorf("%v", got)
	}
}

func TestAnEventCanBeSentAgain(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t)
	we := b.endpoint(r.URL, "customer.created")
	b.customer()
	b.flush()
	id := open(t, r.got(), we.Secret)[0].ID
	b.control("POST", "/events/"+id+"/resend", map[string]any{"endpoint": we.ID}, nil)
	b.flush()
	if events := open(t, r.got(), we.Secret); len(events) != 2 || events[1].ID != id {
		t.Errorf("%d letters", len(events))
	}
}

// The way to play any order: drop everything, then send each event when it is its turn.
func TestDroppedEventsCanBeDeliveredInAnyOrder(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t)
	we := b.endpoint(r.URL)
	b.knobs(world.Knob{Drop: true})
	b.payCard(b.session().ID, "4242424242424242")
	var ids []string
	it := b.api.Events.List(&stripe.EventListParams{DeliverySuccess: stripe.Bool(false)})
	for it.Next() {
		ids = append(ids, it.Event().ID)
	}
	for _, id := range ids { // newest first
		b.control("POST", "/events/"+id+"/resend", nil, nil)
		b.flush()
	}
	var got []string
	for _, ev := range open(t, r.got(), we.Secret) {
		got = append(got, ev.ID)
	}
	if len(ids) != 4 || !slices.Equal(ids, got) || b.undelivered() != 0 {
		t.Errorf("%v\n%v, %d undelivered", ids, got, b.undelivered())
	}
}

func TestASilentSandboxKeepsTheListAndSendsNothing(t *testing.T) {
	b := newBench(t, func(o *sandbox.Options) { o.Silent = true })
	r := newReceiver(t)
	b.endpoint(r.URL)
	b.payCard(b.session().ID, "4242424242424242")
	b.flush()
	if len(r.got()) != 0 || b.undelivered() != 4 {
		t.Errorf("%d letters, %d undelivered", len(r.got()), b.undelivered())
	}
}

func TestAPlatformHearsOfItsConnectedAccounts(t *testing.T) {
	b := newBench(t)
	direct, connect := newReceiver(t), newReceiver(t)
	b.endpoint(direct.URL, "customer.created")
	we := must[*stripe.WebhookEndpoint](t)(b.api.WebhookEndpoints.New(&stripe.WebhookEndpointParams{Connect: stripe.Bool(true),
		URL: stripe.String(connect.URL), EnabledEvents: stripe.StringSlice([]string{"customer.created"}), APIVersion: stripe.String("2023-10-16")}))
	p := &stripe.CustomerParams{}
	p.SetStripeAccount("acct_creditor1")
	must[*stripe.Customer](t)(b.api.Customers.New(p))
	b.flush()
	events := open(t, connect.got(), we.Secret)
	if len(events) != 1 || events[0].Account != "acct_creditor1" || len(direct.got()) != 0 {
		t.Errorf("%d and %d letters", len(events), len(direct.got()))
	}
}

func TestASlowReceiverHoldsTheRedirectNoLongerThanAllowed(t *testing.T) {
	b := newBench(t, func(o *sandbox.Options) { o.Receipt = 300 * time.Millisecond })
	r := newReceiver(t)
	b.endpoint(r.URL, "checkout.session.completed")
	r.mu.Lock() // the receiver hangs
	began := time.Now()
	out := b.payCard(b.session().ID, "4242424242424242")
	took := time.Since(began)
	r.mu.Unlock()
	if out.State != world.Done || took < 300*time.Millisecond || took > 5*time.Second {
		t.Errorf("%s after %s", out.State, took)
	}
	b.flush()
}
