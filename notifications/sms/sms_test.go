package sms_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/notifications"
	"quitt/notifications/sms"
)

var ctx = context.Background()

var (
	_ notifications.Carrier = (*sms.Gateway)(nil)
	_ notifications.Finder  = (*sms.Gateway)(nil)
)

const secret = "the key of the gateway"

func message() notifications.Message {
	return notifications.Message{CreditorID: "c", ID: "m", To: "+49 151 5550 1234", Paragraphs: []string{"Ihr Code lautet 123456."}}
}

// standIn is a gateway that does what it is told.
type standIn struct {
	mu     sync.Mutex
	answer func(w http.ResponseWriter, r *http.Request)
	posted []map[string]string
	asked  []string
}

func (g *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = append(g.asked, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
	if r.Method == http.MethodPost {
		var m map[string]string
		if json.NewDecoder(r.Body).Decode(&m) == nil {
			g.posted = append(g.posted, m)
		}
	}
	g.answer(w, r)
}

func (g *standIn) last() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked[len(g.asked)-1]
}

func says(status int, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// drop takes the request and goes away without an answer.
func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func gateway(t *testing.T, answer func(http.ResponseWriter, *http.Request)) (*sms.Gateway, *standIn) {
	t.Helper()
	g := &standIn{answer: answer}
	remote := httptest.NewServer(g)
	t.Cleanup(remote.Close)
	s, err := sms.New(sms.Config{URL: remote.URL + "/send/", Key: secret, From: "Muster", Callback: "https://portal.example/rueckmeldung/sms"})
	if err != nil {
		t.Fatal(err)
	}
	return s, g
}

func TestTheGatewayGetsWhatItNeeds(t *testing.T) {
	s, g := gateway(t, says(201, `{"id": "x-1"}`))
	if d := s.Carry(ctx, message()); d != (notifications.Delivery{Outcome: notifications.Accepted, ProviderID: "x-1"}) {
		t.Fatalf("%+v", d)
	}
	want := map[string]string{"from": "Muster", "to": "+49 151 5550 1234", "text": "Ihr Code lautet 123456.", "reference": "c.m",
		"callback": "https://portal.example/rueckmeldung/sms"}
	for name, value := range want {
		if g.posted[0][name] != value {
			t.Errorf("%s is %q", name, g.posted[0][name])
		}
	}
	if g.last() != "POST /send Bearer "+secret {
		t.Errorf("%q", g.last())
	}
}

func TestAnAnswerMeansWhatItSays(t *testing.T) {
	type d = notifications.Delivery
	for name, tc := range map[string]struct {
		answer     func(http.ResponseWriter, *http.Request)
		sent, find d
	}{
		"taken":             {says(200, `{"id":"1"}`), d{Outcome: notifications.Accepted, ProviderID: "1"}, d{Outcome: notifications.Accepted, ProviderID: "1"}},
		"taken, unreadable": {says(200, "ok"), d{Outcome: notifications.Accepted}, d{Outcome: notifications.Accepted}},
		"delivery failed":   {says(200, `{"id":"1","status":"failed"}`), d{Outcome: notifications.Accepted, ProviderID: "1"}, d{Outcome: notifications.NoAddress, Code: "failed"}},
		"refused":           {says(422, ""), d{Outcome: notifications.Refused, Code: "422"}, d{Outcome: notifications.Unsure, Code: "422"}},
		"not there":         {says(404, ""), d{Outcome: notifications.Refused, Code: "404"}, d{Outcome: notifications.Later, Code: "not_there"}},
		"key wrong":         {says(401, ""), d{Outcome: notifications.Later, Code: "401", Down: true, Unheard: true}, d{Outcome: notifications.Unsure, Code: "401"}},
		"too many":          {says(429, ""), d{Outcome: notifications.Later, Code: "429", Down: true}, d{Outcome: notifications.Unsure, Code: "429"}},
		"broken":            {says(500, ""), d{Outcome: notifications.Unsure, Code: "500"}, d{Outcome: notifications.Unsure, Code: "500"}},
		"a proxy gave up":   {says(502, ""), d{Outcome: notifications.Unsure, Code: "502"}, d{Outcome: notifications.Unsure, Code: "502"}},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://other.example", http.StatusFound)
		},
			d{Outcome: notifications.Unsure, Code: "302"}, d{Outcome: notifications.Unsure, Code: "302"}},
		"gone": {drop, d{Outcome: notifications.Unsure, Code: "no_reply", Down: true}, d{Outcome: notifications.Unsure, Code: "no_reply"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, g := gateway(t, tc.answer)
			if got := s.Carry(ctx, message()); got != tc.sent {
				t.Errorf("%+v", got)
			}
			if got := s.Find(ctx, message()); got != tc.find {
				t.Errorf("found %+v", got)
			}
			if last := g.last(); last != "GET /send/c.m Bearer "+secret {
				t.Errorf("%q", last)
			}
		})
	}
}

func TestAGatewayThatIsAwayHasTakenNothing(t *testing.T) {
	remote := httptest.NewServer(http.NotFoundHandler())
	remote.Close()
	s, err := sms.New(sms.Config{URL: remote.URL, Key: secret, From: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if d := s.Carry(ctx, message()); d.Outcome != notifications.Later || !d.Down {
		t.Errorf("%+v", d)
	}
}

func TestAGatewayThatSaysNothingMayHaveTakenIt(t *testing.T) {
	release := make(chan struct{})
	remote := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer remote.Close()
	defer close(release)
	s, err := sms.New(sms.Config{URL: remote.URL, Key: secret, From: "x", Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if d := s.Carry(ctx, message()); d.Outcome != notifications.Unsure {
		t.Errorf("%+v", d)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for _, c := range []sms.Config{
		{}, {URL: "https://g.example", Key: "k"}, {URL: "https://g.example", From: "f"}, {URL: "http://g.example", Key: "k", From: "f"},
		{URL: "https://g.example?x=1", Key: "k", From: "f"}, {URL: "https://g.example", Key: "k\r\nX: y", From: "f"}, {URL: "ftp://g.example", Key: "k", From: "f"},
	} {
		if _, err := sms.New(c); err == nil || !strings.Contains(err.Error(), "sms_setting_invalid") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
