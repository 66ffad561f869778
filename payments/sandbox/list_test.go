package sandbox_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/payments/sandbox"
)

func TestListsPageFromTheNewest(t *testing.T) {
	b := newBench(t)
	var ids []string
	for range 7 {
		ids = append(ids, b.customer().ID)
		b.advance(time.Second)
	}
	slices.Reverse(ids)
	all := &stripe.CustomerListParams{}
	all.Limit = stripe.Int64(3)
	var got []string
	it := b.api.Customers.List(all)
	for it.Next() {
		got = append(got, it.Customer().ID)
	}
	if it.Err() != nil || !slices.Equal(got, ids) {
		t.Errorf("%v\n%v %v", got, ids, it.Err())
	}
	page := func(change func(*stripe.CustomerListParams)) (out []string, more bool) {
		t.Helper()
		p := &stripe.CustomerListParams{}
		p.Limit, p.Single = stripe.Int64(2), true
		change(p)
		it := b.api.Customers.List(p)
		for it.Next() {
			out = append(out, it.Customer().ID)
		}
		if it.Err() != nil {
			t.Fatal(it.Err())
		}
		return out, it.CustomerList().HasMore
	}
	s := start.Unix()
	cases := []struct {
		name   string
		change func(*stripe.CustomerListParams)
		want   []string
		more   bool
	}{
		{"first", func(*stripe.CustomerListParams) {}, ids[:2], true},
		{"after", func(p *stripe.CustomerListParams) { p.StartingAfter = &ids[1] }, ids[2:4], true},
		{"last", func(p *stripe.CustomerListParams) { p.StartingAfter = &ids[4] }, ids[5:7], false},
		{"none", func(p *stripe.CustomerListParams) { p.StartingAfter = &ids[6] }, nil, false},
		// The client turns such a page round, so that going on goes towards the newest.
		{"before", func(p *stripe.CustomerListParams) { p.EndingBefore = &ids[4] }, []string{ids[3], ids[2]}, true},
		{"before the first", func(p *stripe.CustomerListParams) { p.EndingBefore = &ids[0] }, nil, false},
		{"since", func(p *stripe.CustomerListParams) { p.CreatedRange = &stripe.RangeQueryParams{GreaterThan: s + 5} }, ids[:1], false},
		{"from", func(p *stripe.CustomerListParams) {
			p.CreatedRange = &stripe.RangeQueryParams{GreaterThanOrEqual: s + 5}
		}, ids[:2], false},
		{"until", func(p *stripe.CustomerListParams) {
			p.CreatedRange = &stripe.RangeQueryParams{LesserThanOrEqual: s + 1}
		}, ids[5:], false},
		{"before a time", func(p *stripe.CustomerListParams) { p.CreatedRange = &stripe.RangeQueryParams{LesserThan: s + 1} }, ids[6:], false},
		{"at", func(p *stripe.CustomerListParams) { p.Created = stripe.Int64(s + 3) }, ids[3:4], false},
	}
	for _, c := range cases {
		if got, more := page(c.change); !slices.Equal(got, c.want) || more != c.more {
			t.Errorf("%s: %v %v, want %v %v", c.name, got, more, c.want, c.more)
		}
	}
	for _, limit := range []int64{0, 101} {
		p := &stripe.CustomerListParams{}
		p.Limit = stripe.Int64(limit)
		if it := b.api.Customers.List(p); it.Next() || it.Err() == nil {
			t.Errorf("limit %d: %v", limit, it.Err())
		}
	}
}

func TestExpandReachesFourLevelsAndNoFurther(t *testing.T) {
	b := newBench(t)
	customer, method := b.saved("4242424242424242")
	pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(offSession(customer, method)))
	p := &stripe.PaymentIntentParams{}
	p.AddExpand("latest_charge.balance_transaction.source.customer")
	p.AddExpand("payment_method.customer")
	got := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.Get(pi.ID, p))
	if got.LatestCharge.BalanceTransaction.Source.Charge.Customer.Email == "" || got.PaymentMethod.Customer.Email == "" {
		t.Error("not expanded")
	}
	list := &stripe.PaymentIntentListParams{}
	list.AddExpand("data.latest_charge.refunds")
	it := b.api.PaymentIntents.List(list)
	if !it.Next() || it.PaymentIntent().LatestCharge.Refunds == nil {
		t.Errorf("not expanded in a list: %v", it.Err())
	}
	for _, path := range []string{"status", "nonsense", "latest_charge.amount", "metadata", "latest_charge.payment_method",
		"latest_charge.payment_intent.latest_charge.payment_intent.latest_charge"} {
		p := &stripe.PaymentIntentParams{}
		p.AddExpand(path)
		if _, err := b.api.PaymentIntents.Get(pi.ID, p); refusal(t, err).HTTPStatusCode != 400 {
			t.Errorf("%s: %v", path, err)
		}
	}
	cs := b.session()
	line := &stripe.CheckoutSessionParams{}
	line.AddExpand("line_items")
	if cs := must[*stripe.CheckoutSession](t)(b.api.CheckoutSessions.Get(cs.ID, line)); cs.LineItems.Data[0].Description != "Praxis Muster, 2026-0815" {
		t.Errorf("%+v", cs.LineItems)
	}
	items := b.api.CheckoutSessions.ListLineItems(&stripe.CheckoutSessionListLineItemsParams{Session: stripe.String(cs.ID)})
	if !items.Next() || items.LineItem().AmountTotal != 10_000 {
		t.Errorf("%v", items.Err())
	}
}

func TestMetadataMergesAndHasBounds(t *testing.T) {
	b := newBench(t)
	pi := must[*stripe.PaymentIntent](t)(b.api.PaymentIntents.New(&stripe.PaymentIntentParams{Amount: stripe.Int64(500),
		Currency: stripe.String("eur"), Metadata: map[string]string{"a": "1", "b": "2"}}))
	update := func(m map[string]string) (*stripe.PaymentIntent, error) {
		return b.api.PaymentIntents.Update(pi.ID, &stripe.PaymentIntentParams{Metadata: m})
	}
	got := must[*stripe.PaymentIntent](t)(update(map[string]string{"a": "", "c": "3"}))
	if len(got.Metadata) != 2 || got.Metadata["c"] != "3" || got.Metadata["b"] != "2" {
		t.Errorf("%v", got.Metadata)
	}
	many := map[string]string{}
	for i := range 51 {
		many[string(rune('A'+i))] = "x"
	}
	for name, m := range map[string]map[string]string{"many": many, "long key": {strings.Repeat("k", 41): "v"}, "long value": {"k": strings.Repeat("v", 501)}} {
		if _, err := update(m); refusal(t, err).HTTPStatusCode != 400 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAccountsAreApart(t *testing.T) {
	b := newBench(t, func(o *sandbox.Options) { o.Keys = map[string]string{"sk_test_sandbox_main": "acct_platform"} })
	p := &stripe.CustomerParams{Email: stripe.String("erika@example.com")}
	p.SetStripeAccount("acct_creditor1")
	theirs := must[*stripe.Customer](t)(b.api.Customers.New(p))
	if _, err := b.api.Customers.Get(theirs.ID, nil); refusal(t, err).HTTPStatusCode != 404 {
		t.Errorf("seen from the platform: %v", err)
	}
	get := &stripe.CustomerParams{}
	get.SetStripeAccount("acct_creditor1")
	must[*stripe.Customer](t)(b.api.Customers.Get(theirs.ID, get))
	if a := must[*stripe.Account](t)(b.api.Accounts.Get()); a.ID != "acct_platform" {
		t.Errorf("%s", a.ID)
	}
	list := &stripe.EventListParams{}
	list.SetStripeAccount("acct_creditor1")
	it := b.api.Events.List(list)
	if !it.Next() || it.Event().Account != "acct_creditor1" || it.Event().Type != "customer.created" {
		t.Errorf("%v", it.Err())
	}
}

func TestParametersCanBeCheckedByAnother(t *testing.T) {
	var seen string
	b := newBench(t, func(o *sandbox.Options) {
		o.Params = func(method, path string, form url.Values) *sandbox.ParamError {
			seen = method + " " + path
			if form.Has("surprise") {
				return &sandbox.ParamError{Code: "parameter_unknown", Param: "surprise", Message: "Received unknown parameter: surprise"}
			}
			return nil
		}
	})
	c := b.customer()
	p := &stripe.CustomerParams{}
	p.AddExtra("surprise", "1")
	_, err := b.api.Customers.Update(c.ID, p)
	if e := refusal(t, err); e.Code != "parameter_unknown" || e.Param != "surprise" || seen != "POST /v1/customers/"+c.ID {
		t.Errorf("%+v, saw %s", e, seen)
	}
}

func TestSessionsAreStrict(t *testing.T) {
	b := newBench(t)
	cases := map[string]func(*stripe.CheckoutSessionParams){
		"no mode":          func(p *stripe.CheckoutSessionParams) { p.Mode = nil },
		"subscription":     func(p *stripe.CheckoutSessionParams) { p.Mode = stripe.String("subscription") },
		"no success_url":   func(p *stripe.CheckoutSessionParams) { p.SuccessURL = nil },
		"a strange scheme": func(p *stripe.CheckoutSessionParams) { p.SuccessURL = stripe.String("javascript:alert(1)") },
		"no items":         func(p *stripe.CheckoutSessionParams) { p.LineItems = nil },
		"49 cents":         func(p *stripe.CheckoutSessionParams) { p.LineItems[0].PriceData.UnitAmount = stripe.Int64(49) },
		"ends too early":   func(p *stripe.CheckoutSessionParams) { p.ExpiresAt = stripe.Int64(start.Add(29 * time.Minute).Unix()) },
		"ends too late":    func(p *stripe.CheckoutSessionParams) { p.ExpiresAt = stripe.Int64(start.Add(25 * time.Hour).Unix()) },
		"unknown customer": func(p *stripe.CheckoutSessionParams) { p.Customer = stripe.String("cus_x") },
		"long reference":   func(p *stripe.CheckoutSessionParams) { p.ClientReferenceID = stripe.String(strings.Repeat("x", 201)) },
		"klarna":           func(p *stripe.CheckoutSessionParams) { p.PaymentMethodTypes = stripe.StringSlice([]string{"klarna"}) },
		"dollars by debit": func(p *stripe.CheckoutSessionParams) { p.LineItems[0].PriceData.Currency = stripe.String("usd") },
		"bad descriptor":   func(p *stripe.CheckoutSessionParams) { p.PaymentIntentData.StatementDescriptor = stripe.String("<12>") },
	}
	for name, change := range cases {
		p := &stripe.CheckoutSessionParams{Mode: stripe.String("payment"), SuccessURL: stripe.String("https://quitt.example/"),
			PaymentMethodTypes: stripe.StringSlice([]string{"card", "sepa_debit"}), PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{},
			LineItems: []*stripe.CheckoutSessionLineItemParams{{Quantity: stripe.Int64(1), PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency: stripe.String("eur"), UnitAmount: stripe.Int64(10_000),
				ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: stripe.String("Rechnung")}}}}}
		change(p)
		if _, err := b.api.CheckoutSessions.New(p); refusal(t, err).HTTPStatusCode != 400 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSessionsExpire(t *testing.T) {
	b := newBench(t)
	soon := b.session(func(p *stripe.CheckoutSessionParams) { p.ExpiresAt = stripe.Int64(start.Add(30 * time.Minute).Unix()) })
	byCall, paid := b.session(), b.session()
	b.payCard(paid.ID, "4242424242424242")
	failed := b.payCard(soon.ID, "4000000000000002")
	if cs := must[*stripe.CheckoutSession](t)(b.api.CheckoutSessions.Expire(byCall.ID, &stripe.CheckoutSessionExpireParams{})); cs.Status != "expired" {
		t.Errorf("%s", cs.Status)
	}
	if _, err := b.api.CheckoutSessions.Expire(paid.ID, &stripe.CheckoutSessionExpireParams{}); refusal(t, err).HTTPStatusCode != 400 {
		t.Errorf("a paid session expires: %v", err)
	}
	if _, err := b.api.PaymentIntents.Cancel(failed.Intent, &stripe.PaymentIntentCancelParams{}); refusal(t, err).HTTPStatusCode != 400 {
		t.Errorf("an intent is taken from its open session: %v", err)
	}
	b.advance(30 * time.Minute)
	if cs := must[*stripe.CheckoutSession](t)(b.api.CheckoutSessions.Get(soon.ID, nil)); cs.Status != "expired" || cs.URL != "" {
		t.Errorf("%s", cs.Status)
	}
	if out := b.payCard(soon.ID, "4242424242424242"); out.State != "expired" {
		t.Errorf("%+v", out)
	}
	if pi := b.intent(failed.Intent); pi.Status != "canceled" {
		t.Errorf("the intent of an expired session: %s", pi.Status)
	}
}
