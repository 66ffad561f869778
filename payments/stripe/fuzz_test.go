package stripe_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/stripe"
)

// canned answers without a network: by what the path begins with.
type canned map[string][]byte

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte(`{"error":{"type":"invalid_request_error","code":"resource_missing"}}`)
	status := http.StatusNotFound
	for prefix, b := range c {
		if strings.HasPrefix(r.URL.Path, prefix) {
			body, status = b, http.StatusOK
		}
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

// Whatever the objects look like, facts are of known words or there are none.
func FuzzFacts(f *testing.F) {
	saves := intent.with(o{"setup_future_usage": "off_session", "payment_method": iban})
	dispute := o{"id": "dp_1", "status": "lost", "reason": "general", "balance_transactions": []any{transaction("txn_3", -6000, 1500), nil}}
	refund := o{"id": "re_1", "status": "failed", "amount": 3, "failure_balance_transaction": transaction("txn_4", 3, 0)}
	f.Add(text1(session.with(o{"payment_intent": saves})), text1(o{"data": []any{debit.with(o{"disputed": true, "refunds": o{"data": []any{refund, nil}}}), nil}}),
		text1(o{"data": []any{dispute}}), text1(o{"id": "mandate_1", "status": "active"}))
	f.Add(text1(setupPage.with(o{"setup_intent": setup})), []byte(`{}`), []byte(`null`), []byte(`[]`))
	f.Add([]byte(`{"id":"x","payment_intent":{},"customer":null}`), []byte(`{"data":[{"refunds":{"has_more":true}}]}`), []byte(`0`), []byte(``))
	f.Fuzz(func(t *testing.T, page, charges, disputes, mandate []byte) {
		understood(t, canned{"/v1/checkout/sessions": page, "/v1/charges": charges, "/v1/disputes": disputes, "/v1/mandates": mandate})
	})
}

// understood fetches an order and checks the words of its facts.
func understood(t rapid.TB, objects canned) {
	c := stripe.New(stripe.Options{Now: func() time.Time { return noon }, HTTP: objects})
	got, err := c.Fetch(ctx, account, page1)
	if err != nil {
		return
	}
	words := []string{got.Failure, got.Funding}
	for _, m := range got.Moves {
		words = append(words, m.Reason)
	}
	for _, w := range words {
		if w != "" && !debt.IsCode(w) {
			t.Errorf("%q is no code", w)
		}
	}
	if !slices.Contains([]rail.State{rail.Waiting, rail.InFlight, rail.Settled, rail.Failed, rail.Cancelled, rail.Expired, rail.Ready}, got.State) {
		t.Errorf("%+v", got)
	}
}

// Objects of tomorrow have holes and new words where we least expect them.
func TestObjectsWithHolesAreNoPanic(t *testing.T) {
	dispute := o{"id": "dp_1", "status": "lost", "reason": "general", "balance_transactions": []any{transaction("txn_3", -6000, 1500)}}
	refund := o{"id": "re_1", "status": "failed", "amount": 3, "failure_balance_transaction": transaction("txn_4", 3, 0)}
	wholes := []o{
		{"/v1/checkout/sessions": session.with(o{"payment_intent": intent.with(o{"setup_future_usage": "off_session", "payment_method": iban})}),
			"/v1/charges":  o{"data": []any{debit.with(o{"disputed": true, "outcome": o{"reason": "x"}, "refunds": o{"data": []any{refund}}})}},
			"/v1/disputes": o{"data": []any{dispute}}, "/v1/mandates": o{"id": "mandate_1", "status": "active"}},
		{"/v1/checkout/sessions": setupPage.with(o{"setup_intent": setup})},
	}
	holes := []string{"null", `""`, `"meditating"`, `"Erika says no"`, "-1", "0", "true", "[]", "[null]", "{}"}
	rapid.Check(t, func(t *rapid.T) {
		var whole any
		if err := json.Unmarshal(text1(rapid.SampledFrom(wholes).Draw(t, "whole")), &whole); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 4).Draw(t, "holes") {
			places := placesIn(whole)
			i, hole := rapid.IntRange(0, len(places)-1).Draw(t, "place"), rapid.SampledFrom(holes).Draw(t, "hole")
			places[i](json.RawMessage(hole))
		}
		objects := canned{}
		if m, ok := whole.(map[string]any); ok {
			for path, v := range m {
				objects[path] = text1(v)
			}
		}
		understood(t, objects)
	})
}

// placesIn gives a setter for every value inside, in an order of its own that does not change.
func placesIn(v any) (out []func(any)) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(append(out, func(n any) { v[k] = n }), placesIn(v[k])...)
		}
	case []any:
		for i := range v {
			out = append(append(out, func(n any) { v[i] = n }), placesIn(v[i])...)
		}
	}
	return out
}
