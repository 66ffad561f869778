package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"quitt/payments/sandbox/world"
)

// answer is a response, as it is sent and as an idempotency key keeps it.
type answer struct {
	Status  int             `json:"status"`
	Body    json.RawMessage `json:"body"`
	Request string          `json:"request"` // Request-Id of the first time
	Hash    string          `json:"hash"`    // of what was asked
	At      time.Time       `json:"at"`      // on the sandbox's clock
	kept    bool            // belongs to the key
	running bool
	replay  bool
	reset   bool   // hang up instead of answering
	raw     string // content type of a body that is no JSON
}

// success is the answer that shows an object or a list.
func success(o world.Object) *answer {
	b, err := json.Marshal(o)
	if err != nil { // objects hold nothing that could fail
		return failure(&world.Error{Status: 500, Type: "api_error", Message: "The sandbox cannot write its answer."})
	}
	return &answer{Status: http.StatusOK, Body: b, kept: true}
}

// failure is the answer that refuses. Empty fields are left out, as the provider does.
func failure(e *world.Error) *answer {
	body := map[string]any{"type": e.Type, "message": e.Message}
	for key, v := range map[string]string{"code": e.Code, "decline_code": e.Decline, "param": e.Param, "charge": e.Charge} {
		if v != "" {
			body[key] = v
		}
	}
	if e.Code != "" {
		body["doc_url"] = "https://stripe.com/docs/error-codes/" + e.Code
	}
	for key, o := range map[string]world.Object{"payment_intent": e.Intent, "setup_intent": e.Setup, "payment_method": e.PaymentMethod} {
		if o != nil {
			body[key] = o
		}
	}
	b, err := json.Marshal(map[string]any{"error": body})
	if err != nil {
		b = []byte(`{"error":{"type":"api_error"}}`)
	}
	return &answer{Status: e.Status, Body: b, kept: e.Kept || e.Status == http.StatusInternalServerError}
}

// write sends the answer. The Request-Id is that of this call, also when the body is that of
// an earlier one, which Original-Request names.
func (a *answer) write(w http.ResponseWriter, c *call) {
	if a.reset {
		hangUp(w)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if a.raw != "" {
		h.Set("Content-Type", a.raw)
	}
	h.Set("Request-Id", c.id)
	h.Set("Stripe-Version", world.Version)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if c.key != "" {
		h.Set("Idempotency-Key", c.key)
	}
	if a.replay {
		h.Set("Original-Request", a.Request)
		h.Set("Idempotent-Replayed", "true")
	}
	h.Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // whoever hung up does not read
}

// hangUp ends the connection in the middle of the first line. Had not a byte come, a client
// may send the request again by itself and nobody would notice the fault.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_, _ = conn.Write([]byte("HTTP/1.1 2")) // it is about to end anyway
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// asWorld makes any error one the API can word.
func asWorld(err error) *world.Error {
	var e *world.Error
	if errors.As(err, &e) {
		return e
	}
	return &world.Error{Status: 500, Type: "api_error", Message: err.Error()}
}
