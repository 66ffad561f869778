package sandbox_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"quitt/payments/sandbox/world"
)

func TestACardPaymentThroughCheckoutEndsPaidAndIsTold(t *testing.T) {
	b := newBench(t)
	r := newReceiver(t)
	we := b.endpoint(r.URL)
	if len(we.Secret) < 32 {
		t.Fatal("creating an endpoint does not name its secret")
	}
	cs := b.session()
	if cs.PaymentIntent != nil || cs.URL != b.url+"/c/pay/"+cs.ID || cs.AmountTotal != 10_000 {
		t.Errorf("open session: intent %v, url %s, total %d", cs.PaymentIntent, cs.URL, cs.AmountTotal)
	}
	out := b.payCard(cs.ID, "4242 4242 4242 4242")
	if out.State != world.Done || out.Redirect != "https://quitt.example/zurueck?s="+cs.ID {
		t.Fatalf("outcome %+v", out)
	}
	if n := len(r.got()); n == 0 {
		t.Fatal("nobody was told before the redirect")
	}
	b.flush()
	var types []string
	for _, l := range r.got() {
		ev, err := webhook.ConstructEvent(l.body, l.header, we.Secret)
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, string(ev.Type))
	}
	want := []string{"payment_intent.created", "checkout.session.completed", "charge.succeeded", "payment_intent.succeeded"}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Error(diff)
	}
	cs = must[*stripe.CheckoutSession](t)(b.api.CheckoutSessions.Get(cs.ID, nil))
	if cs.Status != "complete" || cs.PaymentStatus != "paid" || cs.URL != "" || cs.CustomerDetails.Email != "erika@example.com" {
		t.Errorf("session %s %s %q", cs.Status, cs.PaymentStatus, cs.URL)
	}
	pi := b.intent(cs.PaymentIntent.ID)
	bt := pi.LatestCharge.BalanceTransaction
	if pi.Status != "succeeded" || pi.AmountReceived != 10_000 || pi.Metadata["attempt_id"] != "a1" || bt.Net != bt.Amount-bt.Fee || bt.Type != "charge" {
		t.Errorf("intent %s %d %v, transaction %+v", pi.Status, pi.AmountReceived, pi.Metadata, bt)
	}
}

func TestADirectDebitIsInFlightForSixBusinessDays(t *testing.T) {
	b := newBench(t)
	cs := b.session()
	out := b.payDebit(cs.ID, "DE89 3704 0044 0532 0130 00")
	if out.State != world.Done {
		t.Fatalf("outcome %+v", out)
	}
	cs = must[*stripe.CheckoutSession](t)(b.api.CheckoutSessions.Get(cs.ID, nil))
	if cs.Status != "complete" || cs.PaymentStatus != "unpaid" {
		t.Errorf("session %s %s", cs.Status, cs.PaymentStatus)
	}
	// Tuesday 24 November plus six business days is Wednesday 2 December.
	b.advance(start.AddDate(0, 0, 8).Sub(start) - 9*60*60*1e9)
	if pi := b.intent(out.Intent); pi.Status != "processing" {
		t.Errorf("an hour before: %s", pi.Status)
	}
	b.advance(60 * 60 * 1e9)
	pi := b.intent(out.Intent)
	if pi.Status != "succeeded" || pi.LatestCharge.ID[:3] != "py_" || pi.LatestCharge.BalanceTransaction.Type != "payment" {
		t.Errorf("after: %s %s", pi.Status, pi.LatestCharge.ID)
	}
	want := []string{"payment_intent.created", "checkout.session.completed", "charge.pending", "payment_intent.processing",
		"charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded"}
	if diff := cmp.Diff(want, slices.DeleteFunc(b.eventTypes(), func(s string) bool { return s == "payout.created" })); diff != "" {
		t.Error(diff)
	}
}
