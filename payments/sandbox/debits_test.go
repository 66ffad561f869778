package sandbox_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/payments/sandbox/world"
)

func TestEveryTestIBANEndsAsDocumented(t *testing.T) {
	const day = 24 * time.Hour
	cases := []struct {
		iban    string
		ends    time.Duration // after midnight of the day of payment, UTC
		failure string
		dispute bool
	}{
		{"DE89370400440532013000", 8 * day, "", false},
		{"DE08370400440532013003", 8*day + 3*time.Minute, "", false},
		{"DE62370400440532013001", 2 * day, "generic_could_not_process", false},
		{"DE78370400440532013004", 2*day + 3*time.Minute, "generic_could_not_process", false},
		{"DE35370400440532013002", 8 * day, "", true},
		{"DE65370400440000343434", 2 * day, "charge_exceeds_source_limit", false},
		{"DE27370400440000121212", 2 * day, "charge_exceeds_weekly_limit", false},
		{"DE65370400440002222227", 2 * day, "insufficient_funds", false},
		{"AT611904300234573201", 8 * day, "", false},
		{"AT321904300235473204", 8*day + 3*time.Minute, "", false},
		{"AT861904300235473202", 2 * day, "generic_could_not_process", false},
		{"AT051904300235473205", 2*day + 3*time.Minute, "generic_could_not_process", false},
	}
	for _, c := range cases {
		t.Run(c.iban, func(t *testing.T) {
			b := newBench(t)
			cs := b.session()
			out := b.payDebit(cs.ID, c.iban)
			b.advance(start.Truncate(day).Add(c.ends).Sub(start) - time.Second)
			if pi := b.intent(out.Intent); pi.Status != "processing" || pi.LatestCharge.Status != "pending" {
				t.Fatalf("a second before: %s %s", pi.Status, pi.LatestCharge.Status)
			}
			b.advance(time.Second)
			pi := b.intent(out.Intent)
			cs = must[*stripe.CheckoutSession](t)(b.api.CheckoutSessions.Get(cs.ID, nil))
			if c.failure != "" {
				if pi.Status != "requires_payment_method" || pi.LatestCharge.FailureCode != c.failure || cs.PaymentStatus != "unpaid" {
					t.Errorf("%s %s %s", pi.Status, pi.LatestCharge.FailureCode, cs.PaymentStatus)
				}
				if pi.LatestCharge.FailureBalanceTransaction == nil || pi.LastPaymentError == nil {
					t.Error("a failed debit is not taken back in the balance, or not explained")
				}
				if !slices.Contains(b.eventTypes(), "checkout.session.async_payment_failed") {
					t.Error("the failure is not told")
				}
				return
			}
			if pi.Status != "succeeded" || pi.LatestCharge.Disputed != c.dispute || cs.PaymentStatus != "paid" {
				t.Errorf("%s %v %s", pi.Status, pi.LatestCharge.Disputed, cs.PaymentStatus)
			}
		})
	}
}

func TestAnAccountThatIsNoTestAccountIsRefusedOnThePage(t *testing.T) {
	b := newBench(t)
	for _, iban := range []string{"DE02120300000000202051", "AT511904300000066666", "", "DE8937040044053201300"} {
		cs := b.session()
		out := b.payDebit(cs.ID, iban)
		if out.State != world.Declined || out.Intent != "" || out.Field == "" {
			t.Errorf("%+v", out)
		}
	}
	_, err := b.api.PaymentMethods.New(ibanParams("AT511904300000066666"))
	if e := refusal(t, err); e.Code != "bank_account_unusable" {
		t.Errorf("%+v", e)
	}
}

// The bank's day ends at half past ten in Berlin; weekends, Easter and the turn of the year
// are no days, in winter and in summer time.
func TestDebitsFollowTheCalendarOfTheEuroPaymentSystem(t *testing.T) {
	cases := []struct{ paid, settles string }{
		{"2026-11-24T09:29:59Z", "2026-12-02T00:00:00Z"}, // Tuesday, 10:29:59 in Berlin
		{"2026-11-24T09:30:00Z", "2026-12-03T00:00:00Z"}, // 10:30
		{"2026-07-07T08:29:59Z", "2026-07-15T00:00:00Z"}, // summer time
		{"2026-07-07T08:30:00Z", "2026-07-16T00:00:00Z"},
		{"2026-04-01T08:00:00Z", "2026-04-13T00:00:00Z"}, // Good Friday 3, Easter Monday 6 April
		{"2026-12-23T08:00:00Z", "2027-01-04T00:00:00Z"}, // 25 and 26 December, 1 January
		{"2026-11-28T08:00:00Z", "2026-12-08T00:00:00Z"}, // Saturday: goes out on Monday
		{"2028-02-28T08:00:00Z", "2028-03-07T00:00:00Z"}, // a leap year
		{"2026-10-24T23:30:00Z", "2026-11-03T00:00:00Z"}, // the night the clocks go back
	}
	for _, c := range cases {
		paid := must[time.Time](t)(time.Parse(time.RFC3339, c.paid))
		settles := must[time.Time](t)(time.Parse(time.RFC3339, c.settles))
		w := world.New(world.Options{Clock: time.Now, Mode: world.Manual, Start: paid, Seed: "calendar"})
		a := w.Open("acct_test", "")
		cs, err := a.NewSession("", sessionForm())
		if err != nil {
			t.Fatal(err)
		}
		out, err := w.PayDebit(cs.ID(), debit("DE89370400440532013000"))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Set(settles.Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
		before := a.Find(out.Intent).Str("status")
		if err := w.Set(settles); err != nil {
			t.Fatal(err)
		}
		if after := a.Find(out.Intent).Str("status"); before != "processing" || after != "succeeded" {
			t.Errorf("paid %s: %s before %s, %s at it", c.paid, before, c.settles, after)
		}
	}
}

func sessionForm() world.Form {
	return world.Form{"mode": "payment", "success_url": "https://quitt.example/", "line_items": world.Form{"0": world.Form{
		"quantity": "1", "price_data": world.Form{"currency": "eur", "unit_amount": "10000",
			"product_data": world.Form{"name": "Rechnung"}}}}}
}

func TestAMandateIsNeededAndCanEnd(t *testing.T) {
	b := newBench(t)
	customer, method, mandate := b.savedDebit("DE89370400440532013000")
	m := must[*stripe.Mandate](t)(b.api.Mandates.Get(mandate, nil))
	if m.Status != "active" || m.Type != "multi_use" || m.PaymentMethodDetails.SEPADebit.Reference == "" {
		t.Errorf("%+v", m)
	}
	pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(offSession(customer, method)))
	if pi.Status != "processing" {
		t.Errorf("%s", pi.Status)
	}
	if _, err := b.api.PaymentIntents.Cancel(pi.ID, &stripe.PaymentIntentCancelParams{}); refusal(t, err).Code != "payment_intent_unexpected_state" {
		t.Errorf("a debit on its way is cancelled: %v", err)
	}
	b.control("POST", "/mandates/"+mandate+"/deactivate", nil, nil)
	_, err := b.api.PaymentIntents.New(offSession(customer, method))
	if e := refusal(t, err); e.Code != "payment_intent_mandate_invalid" || e.HTTPStatusCode != 400 {
		t.Errorf("%+v", e)
	}
	bare := must[*stripe.PaymentMethod](t)(b.api.PaymentMethods.New(ibanParams("DE89370400440532013000")))
	p := offSession(customer, bare.ID)
	p.Customer, p.OffSession = nil, nil
	if _, err := b.api.PaymentIntents.New(p); refusal(t, err).Code != "payment_intent_mandate_invalid" {
		t.Errorf("a debit without a mandate: %v", err)
	}
	p.MandateData = &stripe.PaymentIntentMandateDataParams{CustomerAcceptance: &stripe.PaymentIntentMandateDataCustomerAcceptanceParams{
		Type: stripe.String("online"), Online: &stripe.PaymentIntentMandateDataCustomerAcceptanceOnlineParams{
			IPAddress: stripe.String("192.0.2.1"), UserAgent: stripe.String("test")}}}
	if pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(p)); pi.Status != "processing" {
		t.Errorf("with mandate_data: %s", pi.Status)
	}
}

func TestALateFailureComesBackAsDispute(t *testing.T) {
	b := newBench(t)
	out := b.payDebit(b.session().ID, "DE89370400440532013000")
	ch := b.intent(out.Intent).LatestCharge
	b.control("POST", "/charges/"+ch.ID+"/fail", map[string]any{"code": "recipient_deceased"}, nil)
	if pi := b.intent(out.Intent); pi.Status != "requires_payment_method" || pi.LatestCharge.FailureCode != "recipient_deceased" {
		t.Errorf("on its way: %s %s", pi.Status, pi.LatestCharge.FailureCode)
	}
	mandate := must[*stripe.Mandate](t)(b.api.Mandates.Get(ch.PaymentMethodDetails.SEPADebit.Mandate, nil))
	if mandate.Status != "inactive" {
		t.Errorf("mandate of the dead: %s", mandate.Status)
	}
	done := b.debited("DE89370400440532013000")
	b.advance(300 * 24 * time.Hour)
	b.control("POST", "/charges/"+done.ID+"/fail", map[string]any{"code": "debit_not_authorized"}, nil)
	p := &stripe.DisputeListParams{Charge: stripe.String(done.ID)}
	it := b.api.Disputes.List(p)
	if !it.Next() {
		t.Fatal("no dispute")
	}
	d := it.Dispute()
	if d.Status != "lost" || d.EvidenceDetails.DueBy != 0 || d.IsChargeRefundable || len(d.BalanceTransactions) != 1 ||
		d.BalanceTransactions[0].Amount != -10_000 || d.BalanceTransactions[0].Type != "adjustment" || d.BalanceTransactions[0].Fee == 0 {
		t.Errorf("%+v", d)
	}
	types := b.eventTypes()
	want := []string{"charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed", "mandate.updated"}
	if !slices.Equal(types[len(types)-4:], want) {
		t.Errorf("%v", types)
	}
}

func TestTooMuchForADirectDebit(t *testing.T) {
	b := newBench(t)
	p := &stripe.PaymentIntentParams{Amount: stripe.Int64(1_000_001), Currency: stripe.String("eur"), PaymentMethodTypes: stripe.StringSlice([]string{"sepa_debit"})}
	if _, err := b.api.PaymentIntents.New(p); refusal(t, err).Code != "amount_too_large" {
		t.Errorf("%v", err)
	}
	p.Amount, p.Currency = stripe.Int64(1_000), stripe.String("usd")
	if _, err := b.api.PaymentIntents.New(p); refusal(t, err).HTTPStatusCode != 400 {
		t.Errorf("%v", err)
	}
}
