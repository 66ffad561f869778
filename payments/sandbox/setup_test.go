package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/payments/sandbox"
	"quitt/payments/sandbox/world"
)

func acceptance() *stripe.SetupIntentMandateDataParams {
	return &stripe.SetupIntentMandateDataParams{CustomerAcceptance: &stripe.SetupIntentMandateDataCustomerAcceptanceParams{
		Type: "online", Online: &stripe.SetupIntentMandateDataCustomerAcceptanceOnlineParams{
			IPAddress: stripe.String("192.0.2.1"), UserAgent: stripe.String("test")}}}
}

func TestASetupIntentSavesACardOrAnAccount(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	pm := b.method("4242424242424242")
	si := must[*stripe.SetupIntent](t)(b.api.SetupIntents.New(&stripe.SetupIntentParams{Customer: stripe.String(c.ID),
		PaymentMethodTypes: stripe.StringSlice([]string{"card"}), Metadata: map[string]string{"attempt_id": "s1"}}))
	if si.Status != "requires_payment_method" || si.Usage != "off_session" || si.Metadata["attempt_id"] != "s1" {
		t.Errorf("%+v", si)
	}
	si = must[*stripe.SetupIntent](t)(b.api.SetupIntents.Update(si.ID, &stripe.SetupIntentParams{PaymentMethod: stripe.String(pm.ID)}))
	if si.Status != "requires_confirmation" {
		t.Errorf("%s", si.Status)
	}
	si = must[*stripe.SetupIntent](t)(b.api.SetupIntents.Confirm(si.ID, &stripe.SetupIntentConfirmParams{}))
	if si.Status != "succeeded" || si.PaymentMethod.ID != pm.ID {
		t.Errorf("%s", si.Status)
	}
	if _, err := b.api.SetupIntents.Cancel(si.ID, &stripe.SetupIntentCancelParams{}); refusal(t, err).Code != "setup_intent_unexpected_state" {
		t.Errorf("%v", err)
	}
	account := must[*stripe.PaymentMethod](t)(b.api.PaymentMethods.New(ibanParams("DE89370400440532013000")))
	p := &stripe.SetupIntentParams{Customer: stripe.String(c.ID), PaymentMethod: stripe.String(account.ID), Confirm: stripe.Bool(true),
		PaymentMethodTypes: stripe.StringSlice([]string{"sepa_debit"})}
	if _, err := b.api.SetupIntents.New(p); refusal(t, err).HTTPStatusCode != 400 {
		t.Errorf("without a mandate: %v", err)
	}
	p.MandateData = acceptance()
	si = must[*stripe.SetupIntent](t)(b.api.SetupIntents.New(p))
	if si.Status != "succeeded" || si.Mandate == nil {
		t.Errorf("%s", si.Status)
	}
	if pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(offSession(c.ID, account.ID))); pi.Status != "processing" {
		t.Errorf("%s", pi.Status)
	}
	kinds := []string{}
	it := b.api.PaymentMethods.List(&stripe.PaymentMethodListParams{Customer: stripe.String(c.ID)})
	for it.Next() {
		kinds = append(kinds, string(it.PaymentMethod().Type))
	}
	if !slices.Equal(kinds, []string{"sepa_debit", "card"}) {
		t.Errorf("%v", kinds)
	}
	of := b.api.Customers.ListPaymentMethods(&stripe.CustomerListPaymentMethodsParams{Customer: stripe.String(c.ID), Type: stripe.String("card")})
	if !of.Next() || of.PaymentMethod().ID != pm.ID || of.Next() {
		t.Errorf("%v", of.Err())
	}
	setups := b.api.SetupIntents.List(&stripe.SetupIntentListParams{Customer: stripe.String(c.ID)})
	if !setups.Next() || setups.SetupIntent().ID != si.ID {
		t.Errorf("%v", setups.Err())
	}
}

func TestASetupIntentAsksAndRefusesLikeAPayment(t *testing.T) {
	b := newBench(t)
	c := b.customer()
	confirm := func(number string) (*stripe.SetupIntent, error) {
		return b.api.SetupIntents.New(&stripe.SetupIntentParams{Customer: stripe.String(c.ID), Confirm: stripe.Bool(true),
			PaymentMethodTypes: stripe.StringSlice([]string{"card"}), PaymentMethod: stripe.String(b.method(number).ID),
			ReturnURL: stripe.String("https://quitt.example/zurueck")})
	}
	si := must[*stripe.SetupIntent](t)(confirm("4000002500003155"))
	if si.Status != "requires_action" {
		t.Fatalf("%s", si.Status)
	}
	out := must[world.Outcome](t)(b.s.Authenticate(t.Context(), si.ID, world.Deny))
	if out.Code != "setup_intent_authentication_failure" {
		t.Errorf("%+v", out)
	}
	si = must[*stripe.SetupIntent](t)(confirm("4000002760003184"))
	out = must[world.Outcome](t)(b.s.Authenticate(t.Context(), si.ID, world.Allow))
	if got := must[*stripe.SetupIntent](t)(b.api.SetupIntents.Get(si.ID, nil)); got.Status != "succeeded" || out.State != world.Done {
		t.Errorf("%s", got.Status)
	}
	_, err := confirm("4000000000009995")
	if e := refusal(t, err); e.HTTPStatusCode != 402 || e.SetupIntent == nil || e.SetupIntent.Status != "requires_payment_method" ||
		e.SetupIntent.LastSetupError == nil {
		t.Errorf("%+v", e)
	}
	open := must[*stripe.SetupIntent](t)(b.api.SetupIntents.New(&stripe.SetupIntentParams{}))
	if open = must[*stripe.SetupIntent](t)(b.api.SetupIntents.Cancel(open.ID, &stripe.SetupIntentCancelParams{})); open.Status != "canceled" {
		t.Errorf("%s", open.Status)
	}
}

// Paying and saving at once makes a customer where there was none.
func TestASessionCanPayAndSave(t *testing.T) {
	b := newBench(t)
	cs := b.session(func(p *stripe.CheckoutSessionParams) {
		p.PaymentIntentData.SetupFutureUsage = stripe.String("off_session")
	})
	if page := must[sandbox.Page](t)(b.s.Session(cs.ID)); !page.Saves || page.AmountCents != 10_000 || len(page.Types) != 2 || page.Name == "" {
		t.Errorf("%+v", page)
	}
	b.payDebit(cs.ID, "DE89370400440532013000")
	cs = must[*stripe.CheckoutSession](t)(b.api.CheckoutSessions.Get(cs.ID, nil))
	pi := b.intent(cs.PaymentIntent.ID)
	mandate := must[*stripe.Mandate](t)(b.api.Mandates.Get(pi.LatestCharge.PaymentMethodDetails.SEPADebit.Mandate, nil))
	if cs.Customer == nil || pi.Customer.ID != cs.Customer.ID || mandate.Type != "multi_use" {
		t.Fatalf("%v %s", cs.Customer, mandate.Type)
	}
	b.advance(24 * time.Hour)
	if pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(offSession(cs.Customer.ID, pi.PaymentMethod.ID))); pi.Status != "processing" {
		t.Errorf("%s", pi.Status)
	}
	sessions := b.api.CheckoutSessions.List(&stripe.CheckoutSessionListParams{Customer: stripe.String(cs.Customer.ID)})
	if !sessions.Next() || sessions.CheckoutSession().ID != cs.ID {
		t.Errorf("%v", sessions.Err())
	}
}

func TestCustomersChangeAndGo(t *testing.T) {
	b := newBench(t)
	c := must[*stripe.Customer](t)(b.api.Customers.New(&stripe.CustomerParams{Name: stripe.String("Erika Muster"),
		PreferredLocales: stripe.StringSlice([]string{"de"}), Address: &stripe.AddressParams{City: stripe.String("Bonn"), Country: stripe.String("DE")}}))
	c = must[*stripe.Customer](t)(b.api.Customers.Update(c.ID, &stripe.CustomerParams{Name: stripe.String("E. Muster")}))
	if c.Name != "E. Muster" || c.Address.City != "Bonn" {
		t.Errorf("%+v", c)
	}
	if _, err := b.api.Customers.Update(c.ID, &stripe.CustomerParams{Email: stripe.String("erika")}); refusal(t, err).Code != "email_invalid" {
		t.Errorf("%v", err)
	}
	pm := b.method("4242424242424242")
	must[*stripe.PaymentMethod](t)(b.api.PaymentMethods.Attach(pm.ID, &stripe.PaymentMethodAttachParams{Customer: stripe.String(c.ID)}))
	if gone := must[*stripe.Customer](t)(b.api.Customers.Del(c.ID, &stripe.CustomerParams{})); !gone.Deleted {
		t.Errorf("%+v", gone)
	}
	if pm := must[*stripe.PaymentMethod](t)(b.api.PaymentMethods.Get(pm.ID, nil)); pm.Customer != nil {
		t.Errorf("%v", pm.Customer)
	}
	if _, err := b.api.Customers.Get(c.ID, nil); refusal(t, err).HTTPStatusCode != 404 {
		t.Errorf("%v", err)
	}
}

func TestIntentsChangeWhileNothingIsOnItsWay(t *testing.T) {
	b := newBench(t)
	pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(&stripe.PaymentIntentParams{Amount: stripe.Int64(500), Currency: stripe.String("eur")}))
	pi = must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.Update(pi.ID, &stripe.PaymentIntentParams{Amount: stripe.Int64(700),
		PaymentMethod: stripe.String(b.method("4242424242424242").ID)}))
	if pi.Amount != 700 || pi.Status != "requires_confirmation" {
		t.Errorf("%d %s", pi.Amount, pi.Status)
	}
	must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.Confirm(pi.ID, &stripe.PaymentIntentConfirmParams{}))
	if _, err := b.api.PaymentIntents.Update(pi.ID, &stripe.PaymentIntentParams{Amount: stripe.Int64(800)}); refusal(t, err).Code != "payment_intent_unexpected_state" {
		t.Errorf("%v", err)
	}
	if _, err := b.api.PaymentIntents.Confirm(pi.ID, &stripe.PaymentIntentConfirmParams{}); refusal(t, err).PaymentIntent.Status != "succeeded" {
		t.Errorf("%v", err)
	}
	other := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(&stripe.PaymentIntentParams{Amount: stripe.Int64(500), Currency: stripe.String("eur")}))
	if _, err := b.api.PaymentIntents.Cancel(other.ID, &stripe.PaymentIntentCancelParams{CancellationReason: stripe.String("whim")}); refusal(t, err).HTTPStatusCode != 400 {
		t.Errorf("%v", err)
	}
	other = must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.Cancel(other.ID, &stripe.PaymentIntentCancelParams{CancellationReason: stripe.String("abandoned")}))
	if other.Status != "canceled" || other.CanceledAt != start.Unix() || other.CancellationReason != "abandoned" {
		t.Errorf("%+v", other)
	}
	strict := &stripe.PaymentIntentParams{Amount: stripe.Int64(500), Currency: stripe.String("eur"), Confirm: stripe.Bool(true),
		PaymentMethod: stripe.String(b.method("4000002760003184").ID), ErrorOnRequiresAction: stripe.Bool(true)}
	if _, err := b.api.PaymentIntents.New(strict); refusal(t, err).Code != "authentication_required" {
		t.Errorf("%v", err)
	}
}

func TestAnInvalidCardIsRefusedAtItsField(t *testing.T) {
	b := newBench(t)
	change := map[string]func(*world.Card){
		"number": func(c *world.Card) { c.Number = "4242424242424241" }, "exp_month": func(c *world.Card) { c.Month = 13 },
		"exp_year": func(c *world.Card) { c.Year = 2025 }, "cvc": func(c *world.Card) { c.CVC = "12" },
	}
	for field, do := range change {
		c := card("4242424242424242")
		do(&c)
		out := must[world.Outcome](t)(b.s.PayCard(t.Context(), b.session().ID, c))
		if out.State != world.Declined || out.Field != field {
			t.Errorf("%s: %+v", field, out)
		}
	}
	past := card("4242424242424242")
	past.Month, past.Year = 10, 2026
	if out := must[world.Outcome](t)(b.s.PayCard(t.Context(), b.session().ID, past)); out.Code != "invalid_expiry_month" {
		t.Errorf("%+v", out)
	}
	onlyCard := b.session(func(p *stripe.CheckoutSessionParams) { p.PaymentMethodTypes = stripe.StringSlice([]string{"card"}) })
	if _, err := b.s.PayDebit(t.Context(), onlyCard.ID, debit("DE89370400440532013000")); err == nil {
		t.Error("pays in a way that is not offered")
	}
	if _, err := b.s.PayCard(t.Context(), "cs_test_nobody", past); err == nil {
		t.Error("pays a session that is not there")
	}
}

func TestRefundsAndMovementsCanBeLookedUp(t *testing.T) {
	b := newBench(t)
	ch := b.paid("4242424242424242")
	re := must[*stripe.Refund](t)(b.refund(&stripe.RefundParams{Charge: stripe.String(ch.ID), Reason: stripe.String("requested_by_customer")}))
	re = must[*stripe.Refund](t)(b.api.Refunds.Update(re.ID, &stripe.RefundParams{Metadata: map[string]string{"a": "1"}}))
	if _, err := b.api.Refunds.Cancel(re.ID, &stripe.RefundCancelParams{}); refusal(t, err).HTTPStatusCode != 400 || re.Metadata["a"] != "1" {
		t.Errorf("%v %+v", err, re)
	}
	it := b.api.Refunds.List(&stripe.RefundListParams{PaymentIntent: stripe.String(ch.PaymentIntent.ID)})
	if !it.Next() || it.Refund().ID != re.ID {
		t.Errorf("%v", it.Err())
	}
	bt := must[*stripe.BalanceTransaction](t)(b.api.BalanceTransactions.Get(re.BalanceTransaction.ID, nil))
	if bt.Amount != -10_000 || bt.Type != "refund" || bt.ReportingCategory != "refund" {
		t.Errorf("%+v", bt)
	}
	we := b.endpoint("https://quitt.example/hook")
	hooks := b.api.WebhookEndpoints.List(&stripe.WebhookEndpointListParams{})
	if !hooks.Next() || hooks.WebhookEndpoint().ID != we.ID || hooks.WebhookEndpoint().Secret != "" {
		t.Errorf("%v", hooks.Err())
	}
}

func TestPagesAreServedWhereSessionsPoint(t *testing.T) {
	b := newBench(t, func(o *sandbox.Options) {
		o.URL = "https://pay.example/"
		o.Pages = func(s *sandbox.Server) http.Handler {
			mux := http.NewServeMux()
			mux.HandleFunc("GET /c/pay/{id}", func(w http.ResponseWriter, r *http.Request) {
				p, err := s.Session(r.PathValue("id"))
				if err != nil {
					http.NotFound(w, r)
					return
				}
				_, _ = w.Write([]byte(p.Name + p.Currency)) // the recorder takes it
			})
			return mux
		}
	})
	cs := b.session()
	if cs.URL != "https://pay.example/c/pay/"+cs.ID {
		t.Errorf("%s", cs.URL)
	}
	for path, status := range map[string]int{"/c/pay/" + cs.ID: 200, "/c/pay/cs_x": 404} {
		rec := httptest.NewRecorder()
		b.s.Handler().ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if rec.Code != status {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
	b.payCard(cs.ID, "4000002760003184")
	pi := must[*stripe.CheckoutSession](t)(b.api.CheckoutSessions.Get(cs.ID, nil)).PaymentIntent.ID
	for _, id := range []string{cs.ID, pi} {
		if q := must[sandbox.Page](t)(b.s.Question(id)); q.AmountCents != 10_000 || q.Currency != "eur" || q.Name == "" {
			t.Errorf("%+v", q)
		}
	}
	if _, err := b.s.Question("pi_nobody"); err == nil {
		t.Error("a question about nothing")
	}
}
