package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"quitt/payments/sandbox"
	"quitt/payments/sandbox/world"
)

// control calls the control API and reads the answer into out, if there is one to read.
func (b *bench) control(method, path string, in, out any) {
	b.t.Helper()
	status, body := b.tryControl(method, path, in, token)
	if status != 200 {
		b.t.Fatalf("%s %s: %d %s", method, path, status, body)
	}
	if out != nil {
		if err := json.Unmarshal(body, out); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *bench) tryControl(method, path string, in any, token string) (int, []byte) {
	b.t.Helper()
	body := must[[]byte](b.t)(json.Marshal(in))
	if in == nil {
		body = nil
	}
	r := must[*http.Request](b.t)(http.NewRequestWithContext(b.t.Context(), method, b.url+"/_sandbox"+path, bytes.NewReader(body)))
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode, must[[]byte](b.t)(io.ReadAll(res.Body))
}

func TestTheControlAPIIsThereForNobodyWithoutTheToken(t *testing.T) {
	b := newBench(t)
	for _, wrong := range []string{"", "x", token + "x"} {
		if status, _ := b.tryControl("GET", "/state", nil, wrong); status != 404 {
			t.Errorf("token %q: %d", wrong, status)
		}
	}
	closed := newBench(t, func(o *sandbox.Options) { o.Token = "" })
	if status, _ := closed.tryControl("GET", "/state", nil, ""); status != 404 {
		t.Errorf("no token set: %d", status)
	}
}

func TestPayingWithoutABrowser(t *testing.T) {
	b := newBench(t)
	cs := b.session()
	var out world.Outcome
	b.control("POST", "/pay", map[string]any{"session": cs.ID, "card": map[string]any{"number": "4000000000003220",
		"exp_month": 1, "exp_year": 2031, "cvc": "123", "name": "Erika Muster", "email": "erika@example.com"}}, &out)
	if out.State != world.Needs3DS {
		t.Fatalf("%+v", out)
	}
	b.control("POST", "/authenticate", map[string]any{"id": cs.ID, "verdict": "deny"}, &out)
	if out.State != world.Declined {
		t.Fatalf("%+v", out)
	}
	out = world.Outcome{}
	b.control("POST", "/cancel", map[string]any{"session": cs.ID}, &out)
	if out.Redirect != "https://quitt.example/abbruch" {
		t.Fatalf("%+v", out)
	}
	out = world.Outcome{}
	b.control("POST", "/pay", map[string]any{"session": cs.ID, "debit": map[string]any{"iban": "DE89370400440532013000",
		"name": "Erika Muster", "email": "erika@example.com"}}, &out)
	if out.State != world.Done {
		t.Fatalf("%+v", out)
	}
	var settled struct{}
	ch := b.intent(out.Intent).LatestCharge
	b.control("POST", "/charges/"+ch.ID+"/settle", nil, &settled)
	if b.intent(out.Intent).Status != "succeeded" {
		t.Error("settle does not settle")
	}
}

func TestTheClockStepsThroughWhatIsDueInOrder(t *testing.T) {
	b := newBench(t)
	b.payDebit(b.session().ID, "DE62370400440532013001")
	b.payDebit(b.session().ID, "DE89370400440532013000")
	b.session()
	var now struct{ Now time.Time }
	b.control("POST", "/clock", map[string]any{"advance": "720h"}, &now)
	if !now.Now.Equal(start.Add(720 * time.Hour)) {
		t.Errorf("now %s", now.Now)
	}
	var events []struct {
		Type    string
		Created int64
	}
	b.control("GET", "/events", nil, &events)
	last := int64(0)
	for _, ev := range events {
		if ev.Created < last {
			t.Errorf("%s at %d after %d", ev.Type, ev.Created, last)
		}
		last = ev.Created
	}
	if len(events) < 12 {
		t.Errorf("%d events", len(events))
	}
	if status, _ := b.tryControl("POST", "/clock", map[string]any{"set": start}, token); status != 400 {
		t.Errorf("back in time: %d", status)
	}
	if got := b.s.Now(); !got.Equal(now.Now) {
		t.Errorf("clock %s", got)
	}
}

func TestTheLogTellsWhatWasCalled(t *testing.T) {
	b := newBench(t)
	b.session()
	var calls []sandbox.Call
	b.control("GET", "/calls", nil, &calls)
	if len(calls) != 1 || calls[0].Path != "/v1/checkout/sessions" || calls[0].Key == "" || calls[0].Status != 200 ||
		calls[0].Params["line_items[0][price_data][unit_amount]"] != "10000" || calls[0].Params["payment_intent_data[metadata][attempt_id]"] != "a1" {
		t.Errorf("%+v", calls)
	}
	b.control("POST", "/reset", nil, nil)
	if n := len(b.s.Calls()); n != 0 {
		t.Errorf("%d calls after a reset", n)
	}
}

func TestNewsCanBeToldAgainUnderAnyType(t *testing.T) {
	b := newBench(t)
	cs := b.session()
	b.payCard(cs.ID, "4242424242424242")
	b.control("POST", "/events", map[string]any{"type": "checkout.session.expired", "object": cs.ID}, nil)
	types := b.eventTypes()
	if types[len(types)-1] != "checkout.session.expired" {
		t.Errorf("%v", types)
	}
}
