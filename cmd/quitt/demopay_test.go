package main

import (
	"bufio"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"quitt/store/storetest"
)

// running time, from the day on which the tests stand still.
func moving() func() time.Time {
	begin := time.Now()
	return func() time.Time { return storetest.Now.Add(time.Since(begin)) }
}

// surfer is a debtor's browser without scripts: it keeps cookies, follows links and sends
// forms.
type surfer struct {
	t      *testing.T
	client *http.Client
	at     *url.URL
	status int
	body   string
}

func newSurfer(t *testing.T) *surfer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &surfer{t: t, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	t.Cleanup(s.client.CloseIdleConnections)
	return s
}

func (s *surfer) do(method, to string, form url.Values) {
	s.t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		s.t.Fatal(err)
	}
	if s.at != nil {
		target = s.at.ResolveReference(target)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, target.String(), strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", target.Scheme+"://"+target.Host)
	}
	res, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil || res.Body.Close() != nil {
		s.t.Fatal(err)
	}
	s.at, s.status, s.body = res.Request.URL, res.StatusCode, strings.ReplaceAll(html.UnescapeString(string(b)), "\u00a0", " ")
}

func (s *surfer) open(to string) *surfer { s.t.Helper(); s.do(http.MethodGet, to, nil); return s }

var (
	formHead = regexp.MustCompile(`<form [^>]*action="([^"]+)"[^>]*>`)
	hidden   = regexp.MustCompile(`<input type="hidden" name="([^"]+)"(?: id="[^"]*")? value="([^"]*)"`)
)

// send fills in the form that goes to an address and sends it.
func (s *surfer) send(action string, fields ...string) *surfer {
	s.t.Helper()
	for _, at := range formHead.FindAllStringSubmatchIndex(s.body, -1) {
		to := s.body[at[2]:at[3]]
		if to != action && !strings.HasPrefix(to, action+"/") {
			continue
		}
		inside, _, _ := strings.Cut(s.body[at[1]:], "</form>")
		form := url.Values{}
		for _, m := range hidden.FindAllStringSubmatch(inside, -1) {
			form.Set(m[1], m[2])
		}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		s.do(http.MethodPost, to, form)
		return s
	}
	s.t.Fatalf("%s has no form to %s: %d %s", s.at, action, s.status, s.body)
	return s
}

func (s *surfer) sees(words ...string) *surfer {
	s.t.Helper()
	for _, w := range words {
		if !strings.Contains(s.body, w) {
			s.t.Fatalf("%s (%d) does not say %q: %s", s.at, s.status, w, s.body)
		}
	}
	return s
}

// dayIn is a demo's row of a debtor who opens everything with the date of birth.
var dayIn = regexp.MustCompile(`^außergerichtlicher Einzug · offen +geboren am (\d\d)\.(\d\d)\.(\d{4}) +(\S+) +(http://[^/]+)/#`)

// reads gives the first way in of that kind and where the sandbox is.
func demoSays(t *testing.T, out *bufio.Reader, stop func() int) (way []string, sandbox string) {
	t.Helper()
	for {
		line, err := out.ReadString('\n')
		if err != nil {
			t.Fatalf("%v: exit %d", err, stop())
		}
		if m := dayIn.FindStringSubmatch(line); m != nil && way == nil {
			way = m[1:]
		}
		if m := regexp.MustCompile(`zur Probe unter (http://\S+),`).FindStringSubmatch(line); m != nil {
			sandbox = m[1]
		}
		if strings.Contains(line, "erreichbar") {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return way, sandbox
		}
	}
}

var demoEnv = []string{"QUITT_LISTEN=127.0.0.1:0", "QUITT_OPERATOR_LISTEN=", "QUITT_SANDBOX_LISTEN=127.0.0.1:0"}

// A visitor of the demo pays by card and by direct debit, and comes back to a page that says
// so; the demo is started again on the same database and goes on.
func TestADebtorPaysInTheDemo(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}, now: moving()}
	out, stop := p.running("demo", demoEnv...)
	way, sandbox := demoSays(t, out, stop)
	s := newSurfer(t)
	signIn := func() {
		t.Helper()
		s.at = nil
		s.open(way[4]+"/").send("/", "code", way[3], "check", "birth_date", "day", way[0], "month", way[1], "year", way[2])
		s.open("/akte").sees("/akte/bezahlen")
	}
	choose := func(amount, method string) {
		t.Helper()
		s.open("/akte/bezahlen").send("/akte/bezahlen/weiter", "amount", "other", "other", amount, "method", method, "do", "go")
		s.sees(strings.TrimPrefix(sandbox, "http://"), "keine echten Zahlungen").send("/akte/bezahlen/start").sees("Demo")
	}
	signIn()
	choose("12,34", "card")
	s.send("/c/pay", "method", "card", "email", "erika@example.com", "number", "4000 0000 0000 0002", "expiry", "12/34", "cvc", "123").sees("alert")
	s.send("/c/pay", "method", "card", "email", "erika@example.com", "number", "4242 4242 4242 4242", "expiry", "12/34", "cvc", "123")
	if s.at.Path != "/akte/zahlung" {
		t.Fatalf("led to %s", s.at)
	}
	paid := s.at.String()
	until(t, "paid by card", func() bool {
		return strings.Contains(s.open(paid).body, "12,34") && strings.Contains(s.body, `data-state="succeeded"`)
	})

	choose("20,00", "direct_debit")
	s.send("/c/pay", "method", "sepa_debit", "email", "erika@example.com", "name", "Erika Muster", "iban", "DE89370400440532013000")
	debit := s.at.String()
	until(t, "on its way", func() bool { return strings.Contains(s.open(debit).body, `data-state="in_flight"`) })
	until(t, "settled", func() bool { return strings.Contains(s.open(debit).body, `data-state="succeeded"`) })
	if code := stop(); code != exitOK {
		t.Fatalf("exit %d", code)
	}
	p.must("verify")

	out, stop = p.running("demo", demoEnv...)
	way, sandbox = demoSays(t, out, stop)
	signIn()
	choose("5,00", "card")
	s.send("/c/pay", "method", "card", "email", "erika@example.com", "number", "4000002760003184", "expiry", "12/34", "cvc", "123")
	s.send("/c/3ds", "answer", "release")
	again := s.at.String()
	until(t, "paid after the restart", func() bool { return strings.Contains(s.open(again).body, `data-state="succeeded"`) })
	if code := stop(); code != exitOK {
		t.Errorf("exit %d", code)
	}
	p.must("verify")
	if list := p.must("stripe", "accounts"); strings.Count(list, "acct_demo") != 3 {
		t.Errorf("accounts:\n%s", list)
	}
	if list := p.must("payments", "quarantine", "--json"); strings.TrimSpace(list) != "[]" {
		t.Errorf("in quarantine: %s", list)
	}
}

func TestTheDemoTakesNoKeyOfRealMoney(t *testing.T) {
	p := program{t: t, env: append([]string{"DATABASE_URL=" + storetest.SQLite(t), "QUITT_STRIPE_KEY=sk_live_x"}, demoEnv...)}
	if r := p.run("demo"); r.code == exitOK || !strings.Contains(r.err, "Sandbox") || strings.Contains(r.err+r.out, "sk_live") {
		t.Errorf("exit %d %s", r.code, r.err)
	}
}
