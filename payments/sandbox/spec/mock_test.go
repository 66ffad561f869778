package spec

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quitt/payments/sandbox/tee"
)

// yes is a service that takes everything.
type yes struct{}

func (yes) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("{}"))}, nil
}

// The other judge reads the same description with other code: what ours takes, it takes too.
func TestStripeMockTakesWhatWeTake(t *testing.T) {
	s, transport := loaded(t), tee.New(t, yes{})
	rapid.Check(t, func(t *rapid.T) {
		op, form := request(t, s)
		path := "/" + strings.NewReplacer("{", "", "}", "").Replace(strings.Join(op.segments, "/"))
		if p := s.CheckParams(op.method, path, form); p != nil {
			t.Fatal(p)
		}
		target, body := "http://sandbox.invalid"+path, form.Encode()
		if op.method != http.MethodPost {
			target, body = target+"?"+body, ""
		}
		r, err := http.NewRequest(op.method, target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Stripe-Version", Version)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if _, err := transport.RoundTrip(r); err != nil { //nolint:bodyclose // there is nothing in it
			t.Fatal(err)
		}
	})
}
