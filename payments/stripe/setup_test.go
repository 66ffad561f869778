package stripe_test

import (
	"errors"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
)

var (
	setupLabels = o{"attempt": "t3", "kind": "setup"}
	setupPage   = session.with(o{"mode": "setup", "payment_intent": nil, "amount_total": nil, "setup_intent": "seti_1",
		"metadata": setupLabels, "client_reference_id": "t3"})
	setup = o{"id": "seti_1", "object": "setup_intent", "status": "succeeded", "created": at(noon), "customer": "cus_1",
		"metadata": setupLabels, "payment_method": iban, "mandate": o{"id": "mandate_1", "status": "active"}}
)

func (f *far) setup(page, si o) {
	f.answers["GET /v1/checkout/sessions/cs_1"] = ok(page.with(o{"setup_intent": si}))
	f.answers["GET /v1/checkout/sessions"] = listed(o{"id": "cs_0", "setup_intent": "seti_0"}, page)
	f.answers["GET /v1/setup_intents/seti_1"] = ok(si)
	f.answers["GET /v1/setup_intents"] = listed(si)
}

func TestASetupStoresAMandateAndMovesNoMoney(t *testing.T) {
	want := rail.Facts{AskedAt: noon, External: "acct_1", Attempt: "t3", Session: "cs_1", Intent: "seti_1", Customer: "cus_1",
		Expires: noon.Add(time.Hour), State: rail.Ready, Currency: "EUR", Instrument: &rail.Instrument{External: "pm_2", Customer: "cus_1",
			Mandate: "mandate_1", Method: debt.MethodDirectDebit, Last4: "3000", Brand: "37040044", State: rail.Usable}}
	for _, ref := range []rail.Ref{page1, {Kind: rail.SetupRef, ID: "seti_1"}, {Kind: rail.MandateRef, ID: "mandate_1"}, {Kind: rail.InstrumentRef, ID: "pm_2"}} {
		t.Run(string(ref.Kind), func(t *testing.T) {
			f := newFar(t)
			f.setup(setupPage, setup)
			f.answers["GET /v1/mandates/mandate_1"] = ok(o{"id": "mandate_1", "status": "active", "payment_method": iban})
			f.answers["GET /v1/payment_methods/pm_2"] = ok(iban)
			got, err := f.client().Fetch(ctx, account, ref)
			if err != nil {
				t.Fatal(err)
			}
			if d := diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWhereASetupStands(t *testing.T) {
	wants := setup.with(o{"status": "requires_payment_method", "last_setup_error": o{"code": "card_declined", "decline_code": "expired_card"}})
	for name, row := range map[string]struct {
		page, setup o
		want        look
	}{
		"an open page":        {setupPage.with(o{"status": "open"}), wants, look{rail.Waiting, "expired_card"}},
		"an expired page":     {setupPage.with(o{"status": "expired"}), wants.with(o{"status": "canceled"}), look{rail.Expired, "expired_card"}},
		"with the bank":       {setupPage, setup.with(o{"status": "processing"}), look{rail.InFlight, ""}},
		"refused by the bank": {setupPage, wants, look{rail.Failed, "expired_card"}},
		"cancelled":           {setupPage, setup.with(o{"status": "canceled"}), look{rail.Cancelled, ""}},
		"done as it expired":  {setupPage.with(o{"status": "expired"}), setup, look{rail.Ready, ""}},
		"not understood":      {setupPage, setup.with(o{"status": "meditating"}), look{}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFar(t)
			f.setup(row.page, row.setup)
			got, err := f.client().Fetch(ctx, account, page1)
			if (look{got.State, got.Failure}) != row.want || (err != nil) != (row.want == look{}) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// A mandate stored with a payment is found by the payment, the oldest that used it.
func TestAMandateOfAPaymentLeadsToThatPayment(t *testing.T) {
	f := newFar(t)
	first := intent.with(o{"payment_method": iban, "setup_future_usage": "off_session"})
	f.order(session, first, debit)
	f.answers["GET /v1/setup_intents"] = listed()
	f.answers["GET /v1/payment_intents"] = listed(
		first.with(o{"id": "pi_2", "payment_method": "pm_2"}), first.with(o{"payment_method": "pm_2"}), first.with(o{"id": "pi_0", "payment_method": "pm_9"}))
	f.answers["GET /v1/mandates/mandate_1"] = ok(o{"id": "mandate_1", "status": "inactive", "payment_method": iban})
	got, err := f.client().Fetch(ctx, account, rail.Ref{Kind: rail.MandateRef, ID: "mandate_1"})
	if err != nil || got.Attempt != "t1" || got.Instrument == nil || got.Instrument.State != rail.Dead {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatBelongsToNoOrder(t *testing.T) {
	f := newFar(t)
	f.answers["GET /v1/charges/ch_1"] = ok(charge.with(o{"payment_intent": nil}))
	f.answers["GET /v1/setup_intents"] = listed()
	f.answers["GET /v1/mandates/mandate_1"] = ok(o{"id": "mandate_1", "payment_method": nil})
	f.answers["GET /v1/payment_methods/pm_1"] = ok(card.with(o{"customer": nil}))
	for _, ref := range []rail.Ref{
		{}, {Kind: rail.PayoutRef, ID: "po_1"}, {Kind: rail.SessionRef, ID: "cs_2"}, {Kind: rail.SessionRef}, {Kind: rail.IntentRef, ID: "../charges/ch_1"},
		{Kind: rail.ChargeRef, ID: "ch_1"}, {Kind: rail.MandateRef, ID: "mandate_1"}, {Kind: rail.InstrumentRef, ID: "pm_1"}, {Kind: "star", ID: "x"},
	} {
		if got, err := f.client().Fetch(ctx, account, ref); !errors.Is(err, payments.ErrNoObject) {
			t.Errorf("%v: %+v, %v", ref, got, err)
		}
	}
}

func TestAnAttemptIsFoundByItsLabel(t *testing.T) {
	f := newFar(t)
	f.answers["GET /v1/checkout/sessions"] = listed(session.with(o{"id": "cs_7", "client_reference_id": "t7", "metadata": o{}}), session)
	f.answers["GET /v1/payment_intents"] = listed(intent.with(o{"id": "pi_9", "metadata": nil}), charged)
	for _, row := range []struct {
		attempt rail.Attempt
		want    rail.Ref
		calls   int
	}{
		{rail.Attempt{ID: "t1", Session: "cs_1", Intent: "pi_1"}, page1, 0},
		{rail.Attempt{ID: "t2", Kind: rail.Charge, Intent: "pi_1"}, rail.Ref{Kind: rail.IntentRef, ID: "pi_1"}, 0},
		{rail.Attempt{ID: "t3", Kind: rail.Setup, Intent: "seti_1"}, rail.Ref{Kind: rail.SetupRef, ID: "seti_1"}, 0},
		{rail.Attempt{ID: "t1", Kind: rail.Checkout, StartedAt: noon}, page1, 1},
		{rail.Attempt{ID: "t7", Kind: rail.Checkout, StartedAt: noon}, rail.Ref{Kind: rail.SessionRef, ID: "cs_7"}, 1},
		{rail.Attempt{ID: "t2", Kind: rail.Charge, StartedAt: noon, Customer: "cus_1"}, rail.Ref{Kind: rail.IntentRef, ID: "pi_1"}, 1},
		{rail.Attempt{ID: "t8", Kind: rail.Charge, StartedAt: noon}, rail.Ref{}, 1},
		{rail.Attempt{ID: "t8", Kind: rail.Setup, StartedAt: noon}, rail.Ref{}, 1},
	} {
		before := len(f.calls())
		got, err := f.client().Find(ctx, account, row.attempt)
		if got != row.want || (err != nil) != (row.want == rail.Ref{}) || err != nil && !errors.Is(err, payments.ErrNoObject) {
			t.Errorf("%+v: %v, %v", row.attempt, got, err)
		}
		if calls := f.calls()[before:]; len(calls) != row.calls {
			t.Errorf("%+v: %v", row.attempt, calls)
		}
	}
	// 11:00 less five minutes for the clocks, to a day later; the key lasted that long.
	if _, q := f.last(); q != "created[gte]=1793616900\ncreated[lt]=1793703600\nlimit=100\n" {
		t.Errorf("asked for %q", q)
	}
}
