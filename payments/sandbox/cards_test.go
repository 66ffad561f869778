package sandbox_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stripe/stripe-go/v76"

	"quitt/payments/sandbox/world"
)

// A card's outcome on the page: after 3-D Secure where the bank asks for it.
var cardOutcomes = []struct {
	number  string
	secure  bool   // asks first
	code    string // "" is paid
	decline string
}{
	{"4242424242424242", false, "", ""},
	{"4000002760000016", false, "", ""},
	{"5555555555554444", false, "", ""},
	{"4000056655665556", false, "", ""},
	{"5105105105105100", false, "", ""},
	{"378282246310005", false, "", ""},
	{"4000000000000002", false, "card_declined", "generic_decline"},
	{"4000000000009995", false, "card_declined", "insufficient_funds"},
	{"4000000000009987", false, "card_declined", "lost_card"},
	{"4000000000009979", false, "card_declined", "stolen_card"},
	{"4000000000000069", false, "expired_card", "expired_card"},
	{"4000000000000127", false, "incorrect_cvc", "incorrect_cvc"},
	{"4000000000000119", false, "processing_error", "processing_error"},
	{"4242424242424241", false, "incorrect_number", ""},
	{"4000000000006975", false, "card_declined", "card_velocity_exceeded"},
	{"4000000000000341", false, "card_declined", "generic_decline"},
	{"4100000000000019", false, "card_declined", "fraudulent"},
	{"4000002500003155", true, "", ""},
	{"4000002760003184", true, "", ""},
	{"4000003800000446", true, "", ""},
	{"4000008260003178", true, "card_declined", "insufficient_funds"},
	{"4000000000003220", true, "", ""},
	{"4000008400001629", true, "card_declined", "generic_decline"},
	{"4000008400001280", false, "card_declined", "generic_decline"},
	{"4000000000003055", false, "", ""},
	{"4000000000000259", false, "", ""},
	{"4000000000002685", false, "", ""},
	{"4000000000001976", false, "", ""},
	{"4000000000005423", false, "", ""},
	{"4000000000007726", false, "", ""},
	{"4000000000005126", false, "", ""},
	{"4111111111111111", false, "card_declined", "test_mode_live_card"}, // no number of ours
}

func TestEveryTestCardEndsAsDocumented(t *testing.T) {
	for _, c := range cardOutcomes {
		t.Run(c.number, func(t *testing.T) {
			b := newBench(t)
			cs := b.session()
			out := b.payCard(cs.ID, c.number)
			if (out.State == world.Needs3DS) != c.secure {
				t.Fatalf("asks for 3-D Secure: %+v", out)
			}
			if c.secure {
				out = must[world.Outcome](t)(b.s.Authenticate(t.Context(), cs.ID, world.Allow))
			}
			if out.Code != c.code || out.Decline != c.decline || (out.State == world.Done) != (c.code == "") {
				t.Fatalf("outcome %+v", out)
			}
			if out.Intent == "" { // refused before anything was tried
				return
			}
			pi := b.intent(out.Intent)
			ch := pi.LatestCharge
			if c.code == "" {
				if pi.Status != "succeeded" || !ch.Paid || ch.PaymentMethodDetails.Card.Last4 != c.number[len(c.number)-4:] {
					t.Errorf("paid: %s, charge %+v", pi.Status, ch)
				}
				return
			}
			if pi.Status != "requires_payment_method" || pi.LastPaymentError == nil || string(pi.LastPaymentError.Code) != c.code {
				t.Errorf("declined: %s %+v", pi.Status, pi.LastPaymentError)
			}
			if ch.Status != "failed" || ch.Paid || ch.FailureCode != c.code {
				t.Errorf("charge %s %v %s", ch.Status, ch.Paid, ch.FailureCode)
			}
		})
	}
}

func TestADeclineIsNotFinalForTheSession(t *testing.T) {
	b := newBench(t)
	cs := b.session()
	first := b.payCard(cs.ID, "4000000000000002")
	second := b.payCard(cs.ID, "4242424242424242")
	if first.State != world.Declined || second.State != world.Done || first.Intent != second.Intent {
		t.Fatalf("%+v then %+v", first, second)
	}
	p := &stripe.ChargeListParams{PaymentIntent: stripe.String(first.Intent)}
	var states []string
	for it := b.api.Charges.List(p); it.Next(); {
		states = append(states, string(it.Charge().Status))
	}
	if strings.Join(states, " ") != "succeeded failed" {
		t.Errorf("charges, newest first: %v", states)
	}
	third := b.payCard(cs.ID, "4242424242424242")
	if third.State != world.Done || third.Event != "" || len(states) != 2 {
		t.Errorf("paying a finished session again: %+v", third)
	}
}

func TestThreeDSecureDeniedOrTimedOutPutsTheIntentBack(t *testing.T) {
	for _, verdict := range []string{world.Deny, world.Timeout} {
		b := newBench(t)
		cs := b.session()
		b.payCard(cs.ID, "4000002760003184")
		out := must[world.Outcome](t)(b.s.Authenticate(t.Context(), cs.ID, verdict))
		pi := b.intent(out.Intent)
		if out.Code != "payment_intent_authentication_failure" || pi.Status != "requires_payment_method" || pi.LatestCharge != nil {
			t.Errorf("%s: %+v, intent %s", verdict, out, pi.Status)
		}
		if _, err := b.s.Authenticate(t.Context(), cs.ID, world.Allow); err == nil {
			t.Error("a question is answered twice")
		}
	}
}

// What a saved card does when its owner is not there.
func TestOffSessionPayments(t *testing.T) {
	cases := []struct {
		number, code, decline string
	}{
		{"4242424242424242", "", ""},
		{"4000002500003155", "", ""},
		{"4000003800000446", "", ""},
		{"4000002760003184", "authentication_required", "authentication_required"},
		{"4000008260003178", "card_declined", "insufficient_funds"},
		{"4000000000000341", "card_declined", "generic_decline"},
	}
	for _, c := range cases {
		t.Run(c.number, func(t *testing.T) {
			b := newBench(t)
			customer, method := b.saved(c.number)
			pi, err := b.api.PaymentIntents.New(offSession(customer, method))
			if c.code == "" {
				if err != nil || pi.Status != "succeeded" {
					t.Fatalf("%v %+v", err, pi)
				}
				return
			}
			e := refusal(t, err)
			var asCard *stripe.CardError
			if e.HTTPStatusCode != 402 || string(e.Code) != c.code || string(e.DeclineCode) != c.decline || !errors.As(err, &asCard) {
				t.Fatalf("%+v", e)
			}
			if e.PaymentIntent == nil || e.PaymentIntent.Status != "requires_payment_method" || e.PaymentIntent.LatestCharge == nil {
				t.Fatalf("intent in the error: %+v", e.PaymentIntent)
			}
		})
	}
}

func TestAnOldIntentCanStillBePaidWithItsOwnerThere(t *testing.T) {
	b := newBench(t)
	customer, method := b.saved("4000002760003184")
	_, err := b.api.PaymentIntents.New(offSession(customer, method))
	id := refusal(t, err).PaymentIntent.ID
	pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.Confirm(id, &stripe.PaymentIntentConfirmParams{
		PaymentMethod: stripe.String(method), ReturnURL: stripe.String("https://quitt.example/zurueck")}))
	if pi.Status != "requires_action" || pi.NextAction.RedirectToURL.URL != b.url+"/c/3ds/"+id {
		t.Fatalf("%s %+v", pi.Status, pi.NextAction)
	}
	out := must[world.Outcome](t)(b.s.Authenticate(t.Context(), id, world.Allow))
	if out.State != world.Done || out.Redirect != "https://quitt.example/zurueck" || b.intent(id).Status != "succeeded" {
		t.Errorf("%+v", out)
	}
}

func TestCardsThatDeclineCannotBeSaved(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	_, err := b.api.PaymentMethods.Attach(b.method("4000000000000002").ID, &stripe.PaymentMethodAttachParams{Customer: stripe.String(c.ID)})
	if e := refusal(t, err); e.HTTPStatusCode != 402 {
		t.Errorf("%+v", e)
	}
	pm := b.method("4000000000000341")
	must[*stripe.PaymentMethod](t)(b.api.PaymentMethods.Attach(pm.ID, &stripe.PaymentMethodAttachParams{Customer: stripe.String(c.ID)}))
	must[*stripe.PaymentMethod](t)(b.api.PaymentMethods.Detach(pm.ID, &stripe.PaymentMethodDetachParams{}))
	_, err = b.api.PaymentIntents.New(offSession(c.ID, pm.ID))
	if e := refusal(t, err); e.HTTPStatusCode != 400 {
		t.Errorf("a detached method is used again: %+v", e)
	}
}

func TestWhatWasTypedIsNeitherKeptNorLogged(t *testing.T) {
	b := newBench(t)
	b.payCard(b.session().ID, "4242424242424242")
	b.payDebit(b.session().ID, "DE89370400440532013000")
	b.method("4000000000000002")
	b.payCard(b.session().ID, "4111111111111111")
	state := string(must[[]byte](t)(b.s.Export()))
	for _, call := range b.s.Calls() {
		for _, v := range call.Params {
			state += "\n" + v
		}
	}
	for _, secret := range []string{"4242424242424242", "DE89370400440532013000", "4000000000000002", "4111111111111111"} {
		if strings.Contains(state, secret) {
			t.Errorf("%s… is kept", secret[:6])
		}
	}
}

func TestAFraudWarningIsOnlyNews(t *testing.T) {
	b := newBench(t)
	ch := b.paid("4000000000005423")
	types := b.eventTypes()
	if types[len(types)-1] != "radar.early_fraud_warning.created" || ch.Disputed || ch.Status != "succeeded" {
		t.Errorf("%v %s", types, ch.Status)
	}
}
