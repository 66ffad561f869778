package spec

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"testing"
)

func loaded(t testing.TB) *Spec {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fixtures are Stripe's own sample objects by kind, from the same release.
func fixtures(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	packed, err := os.ReadFile("testdata/fixtures.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]json.RawMessage{}
	if err := json.NewDecoder(r).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryNameInTheDescriptionLeadsSomewhere(t *testing.T) {
	s := loaded(t)
	seen := map[*schema]bool{}
	var walk func(where string, sch *schema)
	walk = func(where string, sch *schema) {
		switch {
		case sch == nil:
			t.Errorf("%s: nothing there", where)
		case seen[sch]:
		case sch.Ref != "":
			t.Errorf("%s: %s was not followed", where, sch.Ref)
		case sch.Type == "array" && sch.Items == nil:
			t.Errorf("%s: a list of what?", where)
		case sch.Type == "" && len(sch.AnyOf) == 0:
			t.Errorf("%s: neither a type nor alternatives", where)
		default:
			seen[sch] = true
			for name, sub := range sch.Properties {
				walk(where+"."+name, sub)
			}
			for _, sub := range sch.AnyOf {
				walk(where+"|", sub)
			}
			if sch.Items != nil {
				walk(where+"[]", sch.Items)
			}
			if sch.Extra != nil {
				walk(where+".*", sch.Extra)
			}
		}
	}
	for name, sch := range s.schemas {
		walk(name, sch)
	}
	for _, op := range s.operations {
		walk(op.method, op.params)
		walk(op.method, op.response)
	}
	if len(s.operations) != 55 || len(seen) < 3000 {
		t.Errorf("%d operations, %d schemas: the description has shrunk", len(s.operations), len(seen))
	}
}

func TestServesWhatTheSandboxServesAndNothingElse(t *testing.T) {
	s := loaded(t)
	for _, tc := range []struct {
		method, path string
		want         bool
	}{
		{"GET", "/v1/account", true},
		{"POST", "/v1/payment_intents", true},
		{"POST", "/v1/payment_intents/pi_1/confirm", true},
		{"POST", "/v1/checkout/sessions/cs_test_1/expire", true},
		{"GET", "/v1/checkout/sessions/cs_test_1/line_items", true},
		{"DELETE", "/v1/webhook_endpoints/we_1", true},
		{"DELETE", "/v1/payment_intents/pi_1", false},
		{"POST", "/v1/payment_intents/pi_1/capture", false},
		{"POST", "/v1/payment_methods", true},
		{"GET", "/v1/customers//", false},
		{"GET", "/v1/tokens", false},
		{"GET", "/", false},
		{"GET", "", false},
	} {
		if got := s.Serves(tc.method, tc.path); got != tc.want {
			t.Errorf("%s %s: %v", tc.method, tc.path, got)
		}
	}
}

func TestABrokenFileIsAnError(t *testing.T) {
	pack := func(text string) []byte {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		_, err := w.Write([]byte(text))
		if err != nil || w.Close() != nil {
			t.Fatal("gzip")
		}
		return out.Bytes()
	}
	for name, packed := range map[string][]byte{
		"no gzip": []byte("{}"), "no JSON": pack("{"), "another version": pack(`{"version":"2024-04-10"}`),
	} {
		if _, err := read(packed); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
