package notifications_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/sms"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

// gateway keeps text messages by reference. What it takes in a bad mood it does not
// acknowledge; in a worse one it loses it.
type gateway struct {
	mu     sync.Mutex
	taken  map[string]int
	mood   string // "", "forgets to answer", "loses"
	remote *httptest.Server
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	g := &gateway{taken: map[string]int{}}
	g.remote = httptest.NewServer(g)
	t.Cleanup(g.remote.Close)
	return g
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.Method == http.MethodGet {
		reference := r.URL.Path[1:]
		if g.mood == "failed" {
			_, _ = w.Write([]byte(`{"id":"found","status":"failed"}`))
			return
		}
		if g.taken[reference] == 0 {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(`{"id":"found"}`))
		return
	}
	var m struct{ Reference string }
	if json.NewDecoder(r.Body).Decode(&m) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if g.mood != "loses" {
		g.taken[m.Reference]++
	}
	if g.mood != "" {
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write([]byte(`{"id":"1"}`))
}

func (g *gateway) feel(mood string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mood = mood
}

func (g *gateway) times() (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, times := range g.taken {
		n += times
	}
	return n
}

const gatewayKey = "secret of the gateway"

func (p *place) texts(g *gateway) notifications.Loop {
	p.t.Helper()
	carrier, err := sms.New(sms.Config{URL: g.remote.URL, Key: gatewayKey, From: "Muster"})
	if err != nil {
		p.t.Fatal(err)
	}
	return notifications.Post{Store: p.store, Now: p.clock.Now, Channel: outbox.SMS, Carrier: carrier, Head: letterhead()}.Loop()
}

func (p *place) textCode() {
	p.t.Helper()
	p.add(outbox.Mail{Channel: outbox.SMS, Recipient: p.debtor().Phone, Template: "mail_one_time_code", Args: map[string]string{"code": "123456"},
		ExpiresAt: p.clock.Now().Add(10 * time.Minute)})
}

// A text message whose outcome is unknown is looked up before it is sent again.
func TestATextMessageIsLookedUpBeforeItIsSentAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for i, tc := range []struct {
			mood string
			last outbox.State
		}{{"", outbox.Sent}, {"forgets to answer", outbox.Sent}, {"loses", outbox.Sent}} {
			p, g := newPlace(t, s, []string{"a0", "a1", "a2"}[i]), newGateway(t)
			p.textCode()
			post := p.texts(g)
			g.feel(tc.mood)
			p.send(post)
			if m := p.only(); tc.mood != "" && m.State != outbox.Unknown {
				t.Fatalf("%q: %s %q", tc.mood, m.State, m.LastError)
			}
			g.feel("")
			for range 4 {
				p.clock.Move(time.Minute)
				p.send(post)
			}
			if m := p.only(); m.State != tc.last || g.times() != 1 || m.Recipient != "" {
				t.Errorf("%q: %s %q, taken %d times", tc.mood, m.State, m.LastError, g.times())
			}
		}
	})
}

func sign(body string) string {
	mac := hmac.New(sha256.New, notifications.TextKey(gatewayKey))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestAReportOfTheGatewayStopsANumber(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, g := newPlace(t, s, "a"), newGateway(t)
		p.textCode()
		p.send(p.texts(g))
		desk := notifications.Desk{Store: s, Now: p.clock.Now, TextKey: notifications.TextKey(gatewayKey)}
		reference := string(p.creditor) + "." + string(p.only().ID)
		report := func(status string) string { return `{"reference":"` + reference + `","status":"` + status + `"}` }
		if err := desk.TextReport(ctx, []byte(report("delivered")), sign(report("delivered"))); err != nil {
			t.Fatal(err)
		}
		if p.debtor().PhoneStopped != debt.Reachable {
			t.Fatal("a delivered message stopped the number")
		}
		for range 2 {
			if err := desk.TextReport(ctx, []byte(report("failed")), sign(report("failed"))); err != nil {
				t.Fatal(err)
			}
		}
		events := p.events(debt.ContactBounced)
		if p.debtor().PhoneStopped != debt.StopBounced || p.debtor().EmailStopped != debt.Reachable || len(events) != 1 || events[0].Data["channel"] != "sms" {
			t.Errorf("stopped %q, %v", p.debtor().PhoneStopped, events)
		}
	})
}

func TestAReportSettlesAnUnknownOutcome(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	for status, want := range map[string]outbox.State{"delivered": outbox.Sent, "failed": outbox.Failed} {
		p, g := newPlace(t, s, status), newGateway(t)
		g.feel("forgets to answer")
		p.textCode()
		p.send(p.texts(g))
		body := `{"reference":"` + string(p.creditor) + "." + string(p.only().ID) + `","status":"` + status + `"}`
		desk := notifications.Desk{Store: s, Now: p.clock.Now, TextKey: notifications.TextKey(gatewayKey)}
		if err := desk.TextReport(ctx, []byte(body), sign(body)); err != nil {
			t.Fatal(err)
		}
		if m := p.only(); m.State != want || m.Recipient != "" {
			t.Errorf("%s: %s", status, m.State)
		}
	}
}

// The gateway makes the key as docs/operating.md says:
// printf 'quitt text report' | openssl dgst -sha256 -hmac k
func TestTheKeyOfReportsIsTheDocumentedOne(t *testing.T) {
	if got := hex.EncodeToString(notifications.TextKey("k")); got != "a804031782d2dbff0bbd15a8be0400666df8aa344d7e8b95794aaba75d29f334" {
		t.Errorf("%s", got)
	}
}

func TestAReportWithoutASignatureIsNoReport(t *testing.T) {
	storetest.Each(t, reportWithoutASignature)
}

func reportWithoutASignature(t *testing.T, s *store.Store) {
	desk := notifications.Desk{Store: s, Now: storetest.Clock, TextKey: notifications.TextKey(gatewayKey)}
	good := `{"reference":"` + string(store.NewID()) + "." + string(store.NewID()) + `","status":"failed"}`
	for name, tc := range map[string]struct {
		desk            notifications.Desk
		body, signature string
		want            error
	}{
		"unsigned":          {desk, good, "", notifications.ErrSignature},
		"of another body":   {desk, good, sign(good + " "), notifications.ErrSignature},
		"no hexadecimal":    {desk, good, "zz", notifications.ErrSignature},
		"text messages off": {notifications.Desk{Store: s, Now: storetest.Clock}, good, sign(good), notifications.ErrSignature},
		"no JSON":           {desk, "x", sign("x"), notifications.ErrReport},
		"no reference":      {desk, `{"status":"failed"}`, sign(`{"status":"failed"}`), notifications.ErrReport},
		"another status":    {desk, strings.Replace(good, "failed", "queued", 1), sign(strings.Replace(good, "failed", "queued", 1)), notifications.ErrReport},
		"no such message":   {desk, good, sign(good), nil},
		"no ids":            {desk, `{"reference":"a.b","status":"failed"}`, sign(`{"reference":"a.b","status":"failed"}`), nil},
	} {
		if err := tc.desk.TextReport(ctx, []byte(tc.body), tc.signature); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A report that comes later stops an address only while it is the one that was written to.
func TestALateBounceStopsTheAddressItIsAbout(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, other := newPlace(t, s, "a"), newPlace(t, s, "b", func(f *store.NewFile) { f.Debtor.Email = "moved@example.org" })
		other.add(outbox.Mail{Template: "mail_one_time_code", Recipient: address}) // before the address was changed
		remote := newServer(t)
		p.news()
		post := p.post(p.sender(remote.url, patientTimes))
		p.send(post)
		desk := notifications.Desk{Store: s, Now: p.clock.Now}
		bounced := func(b notifications.Bounce, want bool) {
			t.Helper()
			if l, stopped, err := desk.Bounced(ctx, b); err != nil || stopped != want || l.ID == "" {
				t.Errorf("%+v: %v, %v", b, stopped, err)
			}
		}
		bounced(notifications.Bounce{MessageID: other.only().ID, Code: "5.1.1"}, false)
		bounced(notifications.Bounce{To: address, Code: "5.1.1"}, true)
		bounced(notifications.Bounce{MessageID: p.only().ID, Code: "5.1.1"}, false)
		if events := p.events(debt.ContactBounced); len(events) != 1 || events[0].Data["code"] != "5.1.1" || other.debtor().EmailStopped != debt.Reachable {
			t.Errorf("%v", events)
		}
		for _, b := range []notifications.Bounce{{MessageID: store.NewID()}, {To: "nobody@example.org"}, {}} {
			if _, _, err := desk.Bounced(ctx, b); debt.KindOf(err) != debt.NotFound {
				t.Errorf("%+v: %v", b, err)
			}
		}
	})
}

// What comes back because the mailbox is full, or because nobody takes mails from us, is
// noted at the message and says nothing about the address: one bad day of our server's
// reputation must not cut off all debtors.
func TestOnlyAFaultOfTheAddressStopsIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for code, want := range map[string]debt.Stop{
			"5.1.1": debt.StopBounced, "5.1.10": debt.StopBounced, "5.2.1": debt.StopBounced, "5.0.0": debt.StopBounced, "5.4.4": debt.StopBounced,
			"5.2.2": "", "5.2.3": "", "5.3.4": "", "5.4.7": "", "5.7.1": "", "5.7.26": "",
		} {
			p := newPlace(t, s, code)
			p.news()
			p.send(p.post(p.sender(newServer(t).url, patientTimes)))
			_, stopped, err := p.desk().Bounced(ctx, notifications.Bounce{MessageID: p.only().ID, Code: code})
			if err != nil || stopped != (want != "") || p.debtor().EmailStopped != want {
				t.Errorf("%s: %v %v, stopped %q", code, stopped, err, p.debtor().EmailStopped)
			}
			if m := p.only(); m.State != outbox.Failed || m.LastError != code {
				t.Errorf("%s: the message is %s %q", code, m.State, m.LastError)
			}
		}
	})
}

// Who declined news still gets the code he asks for, so the portal must learn that it does
// not arrive and offer another way.
func TestACodeThatBouncesStopsAnAddressThatDeclinedNews(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p, remote := newPlace(t, s, "a"), newServer(t)
	d := p.debtor()
	d.EmailStopped = debt.StopOptOut
	p.write(func(tx *store.Tx) error { return tx.SaveStops(d) })
	remote.become(script{rcpt: "550 5.1.1 who"})
	p.code()
	p.send(p.post(p.sender(remote.url, patientTimes)))
	if got := p.debtor().EmailStopped; got != debt.StopBounced || len(p.events(debt.ContactBounced)) != 1 {
		t.Errorf("%q", got)
	}
}
