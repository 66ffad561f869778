package spec

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestStripesOwnSamplesFit(t *testing.T) {
	s := loaded(t)
	samples := fixtures(t)
	for kind, body := range samples {
		faults := s.CheckObject(kind, body)
		if kind == "event" { // the sample is of a plan, which the sandbox has not
			if len(faults) != 1 || !strings.HasPrefix(faults[0], "data[object]: object \"plan\", where ") {
				t.Errorf("event: %v", faults)
			}
			continue
		}
		if len(faults) > 0 {
			t.Errorf("%s:\n%s", kind, strings.Join(faults, "\n"))
		}
	}
	if len(samples) < 18 {
		t.Errorf("only %d samples", len(samples))
	}
}

func TestFindsWhatDoesNotFit(t *testing.T) {
	intent := func(change func(map[string]any)) string { return changed(t, "payment_intent", change) }
	for _, tc := range []struct {
		name, kind, body string
		want             []string
	}{
		{"no JSON", "refund", "{", []string{"no JSON: unexpected EOF"}},
		{"two values", "refund", "{}{}", []string{"no JSON: something follows the value"}},
		{"another kind of value", "refund", "[]", []string{"body: array, where refund is expected"}},
		{"unknown kind", "invoice.x", "{}", []string{"invoice.x: no such object in the description"}},
		{"missing", "payment_intent", intent(func(m map[string]any) { delete(m, "amount") }), []string{"amount: missing"}},
		{"unknown", "payment_intent", intent(func(m map[string]any) { m["colour"] = 1 }), []string{"colour: not in the description"}},
		{"text for a number", "payment_intent", intent(func(m map[string]any) { m["amount"] = "100" }), []string{"amount: string, where integer is expected"}},
		{"fraction of a cent", "payment_intent", intent(func(m map[string]any) { m["amount"] = json.Number("1.5") }), []string{"amount: number, where integer is expected"}},
		{"no such status", "payment_intent", intent(func(m map[string]any) { m["status"] = "paid" }), []string{"status: not one of canceled, processing, requires_action, requires_capture, requires_confirmation, requires_payment_method, succeeded"}},
		{"null for a must", "payment_intent", intent(func(m map[string]any) { m["currency"] = nil }), []string{"currency: null, where string is expected"}},
		{"null for a may", "payment_intent", intent(func(m map[string]any) { m["customer"] = nil }), nil},
		{"an id", "payment_intent", intent(func(m map[string]any) { m["latest_charge"] = "ch_1" }), nil},
		{"the object in its place", "payment_intent", intent(func(m map[string]any) { m["latest_charge"] = sample(t, "charge") }), nil},
		{"a fault inside it", "payment_intent", intent(func(m map[string]any) {
			c := sample(t, "charge")
			c["paid"] = "yes"
			m["latest_charge"] = c
		}), []string{"latest_charge[paid]: string, where boolean is expected"}},
		{"another object in its place", "payment_intent", intent(func(m map[string]any) { m["latest_charge"] = sample(t, "refund") }), []string{`latest_charge: object "refund", where string or charge is expected`}},
		{"a deleted customer in its place", "payment_intent", intent(func(m map[string]any) { m["customer"] = sample(t, "deleted_customer") }), nil},
		{"nested", "payment_intent", intent(func(m map[string]any) { m["shipping"] = map[string]any{"address": map[string]any{"planet": "x"}} }), []string{"shipping[address][planet]: not in the description"}},
		{"metadata is text", "payment_intent", intent(func(m map[string]any) { m["metadata"] = map[string]any{"a": 1} }), []string{"metadata[a]: number, where string is expected"}},
		{"an event and its object", "event", changed(t, "event", func(m map[string]any) {
			m["data"] = map[string]any{"object": sample(t, "charge"), "previous_attributes": map[string]any{"paid": false}}
		}), nil},
		{"a fault in an event's object", "event", changed(t, "event", func(m map[string]any) {
			c := sample(t, "charge")
			delete(c, "paid")
			m["data"] = map[string]any{"object": c}
		}), []string{"data[object][paid]: missing"}},
	} {
		if diff := cmp.Diff(tc.want, loaded(t).CheckObject(tc.kind, []byte(tc.body))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
}

func TestAnswersAreJudgedByTheirOperationAndStatus(t *testing.T) {
	list := func(item string) string {
		return `{"object":"list","data":[` + item + `],"has_more":false,"url":"/v1/charges"}`
	}
	charge := changed(t, "charge", func(map[string]any) {})
	for _, tc := range []struct {
		name, method, path string
		status             int
		body               string
		want               []string
	}{
		{"one", "GET", "/v1/charges/ch_1", 200, charge, nil},
		{"many", "GET", "/v1/charges", 200, list(charge), nil},
		{"one of many", "GET", "/v1/charges", 200, list("null"), []string{"data[0]: null, where charge is expected"}},
		{"deleted", "DELETE", "/v1/customers/cus_1", 200, `{"id":"cus_1","object":"customer","deleted":true}`, nil},
		{"deleted, got", "GET", "/v1/customers/cus_1", 200, `{"id":"cus_1","object":"customer","deleted":true}`, nil},
		{"not served", "GET", "/v1/tokens/t", 200, `{}`, []string{"GET /v1/tokens/t: not in the description"}},
		{"refused", "GET", "/v1/tokens/t", 404, `{"error":{"type":"invalid_request_error","message":"x"}}`, nil},
		{"declined", "POST", "/v1/payment_intents", 402, `{"error":{"type":"card_error","code":"card_declined","payment_intent":` + changed(t, "payment_intent", func(map[string]any) {}) + `}}`, nil},
		{"refused without a type", "POST", "/v1/payment_intents", 400, `{"error":{"message":"x"}}`, []string{"error[type]: missing"}},
		{"an object instead of an error", "POST", "/v1/refunds", 500, `{}`, []string{"error: missing"}},
	} {
		if diff := cmp.Diff(tc.want, loaded(t).CheckResponse(tc.method, tc.path, tc.status, []byte(tc.body))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
}

func sample(t testing.TB, kind string) map[string]any {
	t.Helper()
	body := fixtures(t)[kind]
	value, err := decode(body)
	m, ok := value.(map[string]any)
	if err != nil || !ok {
		t.Fatalf("%s: no sample", kind)
	}
	return m
}

func changed(t testing.TB, kind string, change func(map[string]any)) string {
	t.Helper()
	m := sample(t, kind)
	change(m)
	body, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// Any single property taken away, added or put into another type is found, unless the
// description lets it go.
func TestOneChangeOfASampleIsFound(t *testing.T) {
	s := loaded(t)
	kinds := slices.DeleteFunc(slices.Sorted(maps.Keys(fixtures(t))), func(k string) bool { return k == "event" || s.schemas[k].open() })
	samples := map[string]map[string]any{}
	for _, k := range kinds {
		samples[k] = sample(t, k)
	}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		m := maps.Clone(samples[kind])
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(m))).Draw(t, "name")
		sch := s.schemas[kind]
		want := true
		switch rapid.IntRange(0, 2).Draw(t, "change") {
		case 0:
			delete(m, name)
			want = slices.Contains(sch.Required, name)
		case 1:
			m[name+"x"] = m[name]
			want = sch.property(name+"x") == nil
		case 2:
			m[name] = []any{map[string]any{"object": "x"}}
		}
		body, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.CheckObject(kind, body); (len(got) > 0) != want {
			t.Fatalf("%s.%s: %v", kind, name, got)
		}
	})
}

func FuzzCheckObject(f *testing.F) {
	samples := fixtures(f)
	for kind, body := range samples {
		f.Add(kind, []byte(body))
	}
	f.Add("event", []byte(`{"data":{"object":{"object":{}}}}`))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		first := loaded(t).CheckObject(kind, body)
		if again := loaded(t).CheckObject(kind, body); !slices.Equal(first, again) {
			t.Errorf("judged twice, %v and %v", first, again)
		}
		if len(first) == 0 && !json.Valid(body) {
			t.Error("what is no JSON was taken")
		}
	})
}

func BenchmarkCheckResponse(b *testing.B) {
	s := loaded(b)
	body := []byte(changed(b, "payment_intent", func(m map[string]any) { m["latest_charge"] = sample(b, "charge") }))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if f := s.CheckResponse("POST", "/v1/payment_intents", http.StatusOK, body); len(f) > 0 {
			b.Fatal(f)
		}
	}
}
