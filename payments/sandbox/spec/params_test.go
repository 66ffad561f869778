package spec

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	intents  = "POST /v1/payment_intents"
	sessions = "POST /v1/checkout/sessions"
	hooks    = "POST /v1/webhook_endpoints"
)

// long is a text of n characters, two bytes each.
func long(n int) string { return strings.Repeat("ä", n) }

func check(t testing.TB, request, query string) *Problem {
	t.Helper()
	form, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	method, path, _ := strings.Cut(request, " ")
	return loaded(t).CheckParams(method, path, form)
}

func TestRefusesInStripesWords(t *testing.T) {
	emptied := func(name string) string {
		return "You passed an empty string for '" + name + "'. We assume empty values are an attempt to unset a field; however '" + name + "' cannot be unset. You should remove '" + name + "' from your request or supply a non-empty value."
	}
	for _, tc := range []struct {
		request, form        string
		code, param, message string
	}{
		// What stripe-mock refuses too.
		{intents, "currency=eur", "parameter_missing", "amount", "Missing required param: amount."},
		{intents, "amount=12,50&currency=eur", "parameter_invalid_integer", "amount", "Invalid integer: 12,50"},
		{intents, "amount=12.5&currency=eur", "parameter_invalid_integer", "amount", "Invalid integer: 12.5"},
		{intents, "amount=9223372036854775808&currency=eur", "parameter_invalid_integer", "amount", "Invalid integer: 9223372036854775808"},
		{intents, "amount=100&currency=eur&setup_future_usage=later", "", "setup_future_usage", "Invalid setup_future_usage: must be one of off_session or on_session"},
		{intents, "amount=100&currency=eur&payment_method_options[card][request_three_d_secure]=no", "", "payment_method_options[card][request_three_d_secure]", "Invalid payment_method_options[card][request_three_d_secure]: must be one of any, automatic, or challenge"},
		{intents, "amount=100&currency=eur&amonut=1", "parameter_unknown", "amonut", "Received unknown parameter: amonut"},
		{intents, "b=1&a=1", "parameter_unknown", "a", "Received unknown parameters: a, b"},
		{"POST /v1/tokens", "", "", "", "Unrecognized request URL (POST: /v1/tokens). Please see https://stripe.com/docs or we can help at https://support.stripe.com/."},
		// What it lets through and the real service does not.
		{intents, "amount=100&currency=eur&payment_method_options[card][colour]=red", "parameter_unknown", "payment_method_options[card][colour]", "Received unknown parameter: payment_method_options[card][colour]"},
		{sessions, "line_items[1][price_data][colour]=red&line_items[1][price_data][currency]=eur", "parameter_unknown", "line_items[1][price_data][colour]", "Received unknown parameter: line_items[1][price_data][colour]"},
		{intents, "amount=100&currency=eur&statement_descriptor=" + long(23), "", "statement_descriptor", "Invalid string: ääää...ääää; must be at most 22 characters"},
		{intents, "amount=100&currency=eur&metadata[k]=" + long(501), "", "metadata[k]", "Invalid string: ääää...ääää; must be at most 500 characters"},
		{intents, "amount=100&currency=eur&metadata[" + strings.Repeat("k", 41) + "]=1", "", "metadata[" + strings.Repeat("k", 41) + "]", "Metadata keys can be at most 40 characters long"},
		{intents, "amount=100&currency=eur&metadata[k][l]=1", "", "metadata[k]", "Metadata values must be strings"},
		// Shapes.
		{intents, "amount[gt]=100&currency=eur", "", "amount", "Invalid integer"},
		{intents, "amount=100&currency=eur&payment_method_options=card", "", "payment_method_options", "Invalid object"},
		{intents, "amount=100&currency=eur&payment_method_types=card", "", "payment_method_types", "Invalid array"},
		{intents, "amount=100&currency=eur&payment_method_types[first]=card", "", "payment_method_types", "Invalid array"},
		{intents, "amount=100&currency=eur&confirm=yes", "", "confirm", "Invalid boolean: yes"},
		{intents, "amount=100&currency=eur&off_session=perhaps", "", "off_session", "Invalid boolean: perhaps"},
		{intents, "amount=100&currency=eur&transfer_data[amount]=1", "parameter_missing", "transfer_data[destination]", "Missing required param: transfer_data[destination]."},
		{intents, "amount=&currency=eur", "parameter_invalid_empty", "amount", emptied("amount")},
		{intents, "amount=100&currency=", "parameter_invalid_empty", "currency", emptied("currency")},
		{intents, "amount=100&currency=eur&capture_method=", "parameter_invalid_empty", "capture_method", emptied("capture_method")},
		{intents, "amount=100&currency=eur&metadata=", "", "metadata", "Invalid object"}, // nothing to unset yet
		{hooks, "url=https://example.org&enabled_events[]=charge.succeeded&enabled_events[]=charge.sent", "", "enabled_events[1]", ""},
		{hooks, "url=https://example.org&enabled_events[]=*&api_version=2024-04-10", "", "api_version", ""},
		// Queries.
		{"GET /v1/charges", "colour=red", "parameter_unknown", "colour", "Received unknown parameter: colour"},
		{"GET /v1/charges", "limit=ten", "parameter_invalid_integer", "limit", "Invalid integer: ten"},
		{"GET /v1/charges", "created[after]=1", "parameter_unknown", "created[after]", "Received unknown parameter: created[after]"},
		{"GET /v1/charges", "created=yesterday", "parameter_invalid_integer", "created", "Invalid integer: yesterday"},
		{"GET /v1/account", "account=acct_1", "parameter_unknown", "account", "Received unknown parameter: account"},
		{"GET /v1/events/evt_1", "type=charge.succeeded", "parameter_unknown", "type", "Received unknown parameter: type"},
		// What cannot be expanded.
		{intents, "amount=100&currency=eur&expand[0]=banana", "", "expand[0]", "This property cannot be expanded (banana)."},
		{intents, "amount=100&currency=eur&expand[]=latest_charge&expand[]=amount", "", "expand[1]", "This property cannot be expanded (amount)."},
		{"GET /v1/balance_transactions", "expand[]=source", "", "expand[0]", "This property cannot be expanded (source). You may want to try expanding 'data.source' instead."},
		{"GET /v1/charges/ch_1", "expand[]=customer..", "", "expand[0]", "This property cannot be expanded (customer..)."},
		{"GET /v1/charges", "expand[]=data.payment_intent.latest_charge.payment_intent.latest_charge.customer", "", "expand[0]", "You cannot expand more than 4 levels of a property. Property: data.payment_intent.latest_charge.payment_intent.latest_charge.customer"},
		// Names that are none.
		{intents, "amount=100&currency=eur&payment_method_types[0=card", "parameter_unknown", "payment_method_types[0", "Received unknown parameter: payment_method_types[0"},
		{intents, "amount=100&currency=eur&a]b[=1", "parameter_unknown", "a]b[", "Received unknown parameter: a]b["},
		{intents, "amount=100&currency=eur&" + "a" + strings.Repeat("[a]", maxDepth+1) + "=1", "parameter_unknown", "a" + strings.Repeat("[a]", maxDepth+1), "Received unknown parameter: a" + strings.Repeat("[a]", maxDepth+1)},
	} {
		got := check(t, tc.request, tc.form)
		if got == nil {
			t.Errorf("%s %s: taken", tc.request, tc.form)
			continue
		}
		if tc.message == "" { // too long a list to repeat
			tc.message = got.Message
		}
		if diff := cmp.Diff(Problem{tc.code, tc.param, tc.message}, *got); diff != "" {
			t.Errorf("%s %s (-want +got)\n%s", tc.request, tc.form, diff)
		}
	}
}

func TestTakesWhatQuittSends(t *testing.T) {
	for _, tc := range []struct{ request, form string }{
		{intents, "amount=100&currency=eur"},
		{intents, "amount=2500&currency=eur&customer=cus_1&payment_method=pm_1&off_session=true&confirm=true&payment_method_types[0]=sepa_debit&metadata[attempt_id]=a&expand[0]=latest_charge&description=x"},
		{intents, "amount=2500&currency=eur&confirm=true&mandate_data[customer_acceptance][type]=online&mandate_data[customer_acceptance][online][ip_address]=::1&mandate_data[customer_acceptance][online][user_agent]=x"},
		{intents, "amount=1&currency=eur&off_session=one_off&payment_method_types[]=card&payment_method_types[]=sepa_debit"},
		{"POST /v1/payment_intents/pi_1/confirm", "mandate_data[customer_acceptance][type]=online"},
		{"POST /v1/payment_intents/pi_1/confirm", "mandate_data="},
		{"POST /v1/payment_intents/pi_1", "metadata=&receipt_email=&description="},
		{"POST /v1/customers/cus_1", "email=a@example.org&metadata[k]=&name=x&preferred_locales[0]=de"},
		{sessions, "mode=payment&success_url=https://example.org/{CHECKOUT_SESSION_ID}&cancel_url=https://example.org&locale=de&customer=cus_1&client_reference_id=r&expires_at=1700000000" +
			"&line_items[0][quantity]=1&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=100&line_items[0][price_data][product_data][name]=x" +
			"&payment_intent_data[setup_future_usage]=off_session&payment_intent_data[metadata][attempt_id]=a&payment_method_types[0]=card&payment_method_types[1]=sepa_debit"},
		{sessions, "mode=setup&currency=eur&success_url=https://example.org"},
		{"GET /v1/checkout/sessions", "customer_details[email]=a@example.org&limit=3"},
		{"GET /v1/charges", "created[gte]=1&created[lt]=5&limit=100&starting_after=ch_1&expand[]=data.balance_transaction"},
		{"GET /v1/charges", "created=5"},
		{"GET /v1/balance_transactions", "payout=po_1&expand[]=data.source&expand[]=data.source.charge"},
		{"GET /v1/checkout/sessions/cs_1", "expand[]=line_items&expand[]=payment_intent.latest_charge.balance_transaction&expand[]=setup_intent.mandate"},
		{"GET /v1/payment_intents/pi_1", "expand[]=latest_charge.refunds&expand[]=payment_method.sepa_debit.generated_from.charge"},
		{"GET /v1/disputes/dp_1", "expand[]=charge&expand[]=payment_intent"},
		{"GET /v1/events", "types[0]=charge.succeeded&delivery_success=false&ending_before=evt_1"},
		{hooks, "url=https://example.org&enabled_events[0]=*&api_version=2023-10-16&metadata[a]=b"},
		{"POST /v1/disputes/dp_1", "evidence[uncategorized_text]=winning_evidence&submit=true"},
		{"POST /v1/refunds", "charge=ch_1&amount=5&reason=requested_by_customer"},
		{"DELETE /v1/customers/cus_1", ""},
		// Refused by the real service for what they mean, not for how they look: left to the sandbox.
		{intents, "amount=-1&currency=zzz"},
		{intents, "amount=100&currency=usd&payment_method_types[0]=banana"},
		{sessions, ""},
		{"POST /v1/refunds", ""},
	} {
		if p := check(t, tc.request, tc.form); p != nil {
			t.Errorf("%s %s: %+v", tc.request, tc.form, *p)
		}
	}
}

func TestMetadataHasFiftyKeysAtMost(t *testing.T) {
	form := url.Values{"amount": {"100"}, "currency": {"eur"}}
	for i := range metadataKeys {
		form.Set("metadata["+strconv.Itoa(i)+"]", "x")
	}
	if p := loaded(t).CheckParams("POST", "/v1/payment_intents", form); p != nil {
		t.Error(p)
	}
	form.Set("metadata[one more]", "x")
	if p := loaded(t).CheckParams("POST", "/v1/payment_intents", form); p == nil || p.Param != "metadata" {
		t.Errorf("51 keys: %v", p)
	}
}

// draw makes a form that the schema takes.
func draw(t *rapid.T, s *schema, name string, form url.Values, depth int) {
	switch {
	case len(s.AnyOf) > 0:
		draw(t, s.AnyOf[rapid.IntRange(0, len(s.AnyOf)-1).Draw(t, "alternative")], name, form, depth)
	case s.Type == "object":
		keys, before := slices.Sorted(maps.Keys(s.Properties)), len(form)
		for _, key := range keys {
			if slices.Contains(s.Required, key) || depth < 4 && rapid.IntRange(0, 9).Draw(t, key) == 0 {
				draw(t, s.Properties[key], name+"["+key+"]", form, depth+1)
			}
		}
		if len(form) == before && len(keys) > 0 { // a form cannot say that an object is there and empty
			draw(t, s.Properties[keys[0]], name+"["+keys[0]+"]", form, depth+1)
		}
	case s.Type == "array":
		draw(t, s.Items, name+"[0]", form, depth+1)
	case len(s.Enum) > 0:
		form.Set(name, rapid.SampledFrom(s.Enum).Draw(t, name))
	case s.Type == "boolean":
		form.Set(name, rapid.SampledFrom([]string{"true", "false"}).Draw(t, name))
	default:
		form.Set(name, "12")
	}
}

// request makes one that its operation takes.
func request(t *rapid.T, s *Spec) (operation, url.Values) {
	op := rapid.SampledFrom(s.operations).Draw(t, "operation")
	form := url.Values{}
	for _, key := range slices.Sorted(maps.Keys(op.params.Properties)) {
		if key != "expand" && (slices.Contains(op.params.Required, key) || rapid.IntRange(0, 3).Draw(t, key) == 0) {
			draw(t, op.params.Properties[key], key, form, 0)
		}
	}
	return op, form
}

func TestTakesWhateverTheDescriptionAllowsAndRefusesAnyOtherName(t *testing.T) {
	s := loaded(t)
	rapid.Check(t, func(t *rapid.T) {
		op, form := request(t, s)
		path := "/" + strings.Join(op.segments, "/")
		if p := s.CheckParams(op.method, path, form); p != nil {
			t.Fatalf("%s %s %v: %+v", op.method, path, form, *p)
		}
		for name := range form {
			spoilt := maps.Clone(form)
			spoilt.Set(name+"[colour]", "red") // below a text, or below an object
			if p := s.CheckParams(op.method, path, spoilt); p == nil {
				t.Fatalf("%s %s: %s[colour] is taken", op.method, path, name)
			}
		}
		form.Set("colour", "red")
		if p := s.CheckParams(op.method, path, form); p == nil || p.Code != "parameter_unknown" {
			t.Fatalf("%s %s: colour is taken", op.method, path)
		}
	})
}

func FuzzCheckParams(f *testing.F) {
	f.Add("POST", "/v1/payment_intents", "amount=100&currency=eur&metadata[k]=v&payment_method_options[card][colour]=red")
	f.Add("GET", "/v1/charges", "created[gte]=1&limit=a&expand[]=x&expand[]=y")
	f.Add("POST", "/v1/checkout/sessions", "line_items[0][price_data]=1&line_items[][x]=2&a[b=1&]=2&[]=3&a[][][]=1")
	f.Add("POST", "/v1/checkout/sessions", "2&1A0&12[]") // an order that was none
	f.Fuzz(func(t *testing.T, method, path, query string) {
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		s := loaded(t)
		first := s.CheckParams(method, path, form)
		if again := s.CheckParams(method, path, form); !reflect.DeepEqual(first, again) {
			t.Errorf("judged twice, %v and %v", first, again)
		}
		if first != nil && first.Message == "" {
			t.Error("refused without a word")
		}
	})
}

func BenchmarkCheckParams(b *testing.B) {
	s := loaded(b)
	form, err := url.ParseQuery("mode=payment&success_url=https://example.org/{CHECKOUT_SESSION_ID}&cancel_url=https://example.org&locale=de&customer=cus_1&client_reference_id=r&expires_at=1700000000" +
		"&line_items[0][quantity]=1&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=100&line_items[0][price_data][product_data][name]=x" +
		"&payment_intent_data[setup_future_usage]=off_session&payment_intent_data[metadata][attempt_id]=a&payment_method_types[0]=card&payment_method_types[1]=sepa_debit")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if p := s.CheckParams("POST", "/v1/checkout/sessions", form); p != nil {
			b.Fatal(p)
		}
	}
}
