package stripe_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/stripe"
)

var ctx = context.Background()

// noon is when everything in these tests happens unless they say otherwise.
var noon = time.Date(2026, time.November, 2, 11, 0, 0, 0, time.UTC)

// account is one of our creditors'.
var account = rail.Account{ID: "a1", Provider: "stripe", External: "acct_1", Key: "sk_test_1"}

// far is a Stripe of a few objects: answers by method and path, the query left out.
type far struct {
	t       *testing.T
	server  *httptest.Server
	answers map[string]http.HandlerFunc

	mu       sync.Mutex
	requests []*http.Request
	forms    []url.Values
}

func newFar(t *testing.T) *far {
	t.Helper()
	f := &far{t: t, answers: map[string]http.HandlerFunc{}}
	f.server = httptest.NewServer(f)
	t.Cleanup(f.server.Close)
	return f
}

func (f *far) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	form := r.URL.Query()
	if err == nil && len(body) > 0 {
		form, err = url.ParseQuery(string(body))
	}
	if err != nil {
		f.t.Error(err)
	}
	f.mu.Lock()
	f.requests, f.forms = append(f.requests, r), append(f.forms, form)
	f.mu.Unlock()
	if answer := f.answers[r.Method+" "+r.URL.Path]; answer != nil {
		answer(w, r)
		return
	}
	status(404, o{"error": o{"type": "invalid_request_error", "code": "resource_missing"}})(w, r)
}

func (f *far) client() *stripe.Client {
	return stripe.New(stripe.Options{URL: f.server.URL, Now: func() time.Time { return noon }, Timeout: 200 * time.Millisecond})
}

// calls are the requests so far, as "METHOD /path".
func (f *far) calls() (out []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.requests {
		out = append(out, r.Method+" "+r.URL.Path)
	}
	return out
}

// last is the newest request and its parameters, one "key=value" a line, sorted.
func (f *far) last() (*http.Request, string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.requests) == 0 {
		f.t.Fatal("nothing was asked")
	}
	r, form := f.requests[len(f.requests)-1], f.forms[len(f.forms)-1]
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(form)) {
		for _, v := range form[k] {
			fmt.Fprintf(&b, "%s=%s\n", k, v)
		}
	}
	return r, b.String()
}

// o is a JSON object.
type o map[string]any

// with gives a copy with some fields replaced.
func (a o) with(b o) o {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

func status(code int, body any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Request-Id", "req_1")
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(body)
	}
}

func ok(body any) http.HandlerFunc { return status(200, body) }

// listed is a list of one page.
func listed(items ...any) http.HandlerFunc {
	return ok(o{"object": "list", "has_more": false, "data": append([]any{}, items...)})
}

func at(t time.Time) int64 { return t.Unix() }

// The objects of one payment of 100.00 by card, as Stripe has them.
var (
	labels  = o{"attempt": "t1", "kind": "checkout"}
	session = o{"id": "cs_1", "object": "checkout.session", "mode": "payment", "status": "complete", "payment_status": "paid",
		"amount_total": 10000, "currency": "eur", "metadata": labels, "client_reference_id": "t1", "payment_intent": "pi_1",
		"expires_at": at(noon.Add(time.Hour)), "url": nil}
	card = o{"id": "pm_1", "object": "payment_method", "type": "card", "customer": "cus_1",
		"card": o{"brand": "visa", "last4": "4242", "funding": "debit"}}
	intent = o{"id": "pi_1", "object": "payment_intent", "status": "succeeded", "amount": 10000, "amount_received": 10000,
		"currency": "eur", "metadata": labels, "latest_charge": "ch_1", "customer": "cus_1", "payment_method": card}
	charge = o{"id": "ch_1", "object": "charge", "status": "succeeded", "captured": true, "paid": true, "amount": 10000,
		"amount_captured": 10000, "currency": "eur", "created": at(noon), "payment_intent": "pi_1",
		"balance_transaction":    o{"id": "txn_1", "amount": 10000, "fee": 175, "currency": "eur", "created": at(noon)},
		"payment_method_details": o{"type": "card", "card": o{"brand": "visa", "last4": "4242", "funding": "debit"}},
		"refunds":                o{"object": "list", "has_more": false, "data": []any{}}}
)

// and those of one by direct debit that saves the mandate.
var (
	iban = o{"id": "pm_2", "object": "payment_method", "type": "sepa_debit", "customer": "cus_1",
		"sepa_debit": o{"bank_code": "37040044", "last4": "3000"}}
	debit = charge.with(o{"id": "py_1", "payment_method_details": o{"type": "sepa_debit", "sepa_debit": o{"last4": "3000", "mandate": "mandate_1"}}})
	paid  = rail.Move{Kind: rail.Paid, ID: "ch_1", Amount: 100_00, Currency: "EUR", On: debt.MustDate("2026-11-02"), At: noon,
		Transaction: "txn_1", Object: rail.Ref{Kind: rail.ChargeRef, ID: "ch_1"}}
	fee = rail.Move{Kind: rail.Fee, ID: "txn_1", Amount: 175, Currency: "EUR", On: debt.MustDate("2026-11-02"), At: noon,
		Transaction: "txn_1", Object: rail.Ref{Kind: rail.ChargeRef, ID: "ch_1"}}
)

// order puts a payment's objects there; nil leaves one out.
func (f *far) order(page, pi o, charges ...any) {
	if page != nil {
		page = page.with(o{"payment_intent": pi["id"]})
		f.answers["GET /v1/checkout/sessions"] = listed(page)
		f.answers["GET /v1/checkout/sessions/cs_1"] = ok(page.with(o{"payment_intent": pi}))
	} else {
		f.answers["GET /v1/checkout/sessions"] = listed()
	}
	f.answers["GET /v1/payment_intents/pi_1"] = ok(pi)
	f.answers["GET /v1/charges"] = listed(charges...)
}

// diff compares facts; a day is compared as a whole.
func diff(want, got any) string { return cmp.Diff(want, got, cmpopts.EquateComparable(debt.Date{})) }
