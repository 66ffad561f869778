package stripe_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"quitt/debt/rail"
	"quitt/payments"
)

func hang(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(time.Second):
	}
}

func reset(w http.ResponseWriter, _ *http.Request) {
	if h, ok := w.(http.Hijacker); ok {
		c, _, err := h.Hijack()
		if err != nil {
			return
		}
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = c.Close()
	}
}

func text(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

func failed(code int, kind, word string) http.HandlerFunc {
	return status(code, o{"error": o{"type": kind, "code": word, "message": "erika@example.org"}})
}

// answers are what Stripe, or what stands between, may say.
var answers = []struct {
	name        string
	answer      http.HandlerFunc
	write, read error
	code        string
}{
	{"connection reset", reset, payments.ErrOutcome, payments.ErrBusy, ""},
	{"no answer in time", hang, payments.ErrOutcome, payments.ErrBusy, ""},
	{"500", failed(500, "api_error", ""), payments.ErrOutcome, payments.ErrBusy, ""},
	{"api_error in a 400", failed(400, "api_error", ""), payments.ErrOutcome, payments.ErrBusy, ""},
	{"502 of a proxy", text(502, "<html>Bad Gateway</html>"), payments.ErrOutcome, payments.ErrBusy, ""},
	{"503", failed(503, "api_error", ""), payments.ErrOutcome, payments.ErrBusy, ""},
	{"200 with garbage", text(200, "…"), payments.ErrOutcome, payments.ErrBusy, ""},
	{"200 cut off", text(200, `{"id":"cs_1","obj`), payments.ErrOutcome, payments.ErrBusy, ""},
	{"400 without an error", text(400, `{}`), payments.ErrOutcome, payments.ErrBusy, ""},
	{"a redirect", text(302, ``), payments.ErrOutcome, payments.ErrBusy, ""},
	{"the same key under way", failed(409, "invalid_request_error", "idempotency_key_in_use"), payments.ErrOutcome, payments.ErrBusy, ""},
	{"the same key, other parameters", failed(400, "idempotency_error", ""), payments.ErrOutcome, payments.ErrBusy, ""},
	{"429 rate_limit", failed(429, "invalid_request_error", "rate_limit"), payments.ErrBusy, payments.ErrBusy, ""},
	{"429 lock_timeout", failed(429, "invalid_request_error", "lock_timeout"), payments.ErrBusy, payments.ErrBusy, ""},
	{"401", failed(401, "invalid_request_error", ""), payments.ErrKey, payments.ErrKey, ""},
	{"403", failed(403, "invalid_request_error", "account_invalid"), payments.ErrKey, payments.ErrKey, ""},
	{"404 of an object", failed(404, "invalid_request_error", "resource_missing"), payments.ErrNoObject, payments.ErrNoObject, ""},
	{"no such customer", failed(400, "invalid_request_error", "resource_missing"), payments.ErrRefused, payments.ErrNoObject, "resource_missing"},
	{"a refusal", failed(400, "invalid_request_error", "amount_too_small"), payments.ErrRefused, payments.ErrRefused, "amount_too_small"},
	{"a refusal without a code", failed(400, "invalid_request_error", ""), payments.ErrRefused, payments.ErrRefused, "invalid_request_error"},
	{"a refusal in prose", failed(400, "invalid_request_error", "Sorry, Erika"), payments.ErrRefused, payments.ErrRefused, "other"},
}

func TestOnlyARealAnswerSaysWhetherAnOrderWasCarriedOut(t *testing.T) {
	for _, row := range answers {
		t.Run(row.name, func(t *testing.T) {
			f := newFar(t)
			f.answers["POST /v1/checkout/sessions"] = row.answer
			f.answers["GET /v1/checkout/sessions/cs_1"] = row.answer
			_, err := f.client().Checkout(ctx, account, page())
			if !errors.Is(err, row.write) || payments.RefusalOf(err) != row.code {
				t.Errorf("a write: %v", err)
			}
			if n := len(f.calls()); n != 1 {
				t.Errorf("%d requests: a repetition belongs to who knows the order", n)
			}
			_, readErr := f.client().Fetch(ctx, account, rail.Ref{Kind: rail.SessionRef, ID: "cs_1"})
			if !errors.Is(readErr, row.read) {
				t.Errorf("a read: %v", readErr)
			}
			if strings.Contains(err.Error()+readErr.Error(), "rika") {
				t.Errorf("Stripe's text was kept: %v, %v", err, readErr)
			}
		})
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	f := newFar(t)
	f.answers["POST /v1/checkout/sessions"] = hang
	short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := f.client().Checkout(short, account, page()); !errors.Is(err, payments.ErrOutcome) {
		t.Error(err)
	}
	if took := time.Since(began); took > 150*time.Millisecond {
		t.Errorf("came back after %v", took)
	}
}

// A 200 without an id is no answer: the page may be there.
func TestAnAnswerWithoutAnIDLeavesTheOutcomeOpen(t *testing.T) {
	f := newFar(t)
	f.answers["POST /v1/checkout/sessions"] = ok(o{})
	f.answers["POST /v1/payment_intents"] = ok(o{})
	f.answers["POST /v1/refunds"] = ok(o{})
	c := f.client()
	_, err := c.Checkout(ctx, account, page())
	_, err2 := c.Charge(ctx, account, chargeOrder())
	err3 := c.Refund(ctx, account, payments.Refund{ID: "r1", Payment: rail.Attempt{Intent: "pi_1"}, Amount: 1})
	for _, err := range []error{err, err2, err3} {
		if !errors.Is(err, payments.ErrOutcome) {
			t.Error(err)
		}
	}
}
