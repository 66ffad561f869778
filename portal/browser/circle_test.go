package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const circleCreditor = "praxis-lindner"

// handedOver is the case of this test as a program hands it over.
var handedOver = map[string]any{
	"reference": reference,
	"debtor": map[string]any{"first_name": "Oksana", "last_name": "Gröning", "street": "Rosenallee 7", "postcode": "50825", "city": "Köln",
		"birth_date": "1981-04-09"},
	"claims": []any{map[string]any{"principal_cents": 480_00, "ground": "contract", "object": "Zahnersatz, Eigenanteil", "contract_date": "2026-01-10",
		"invoice_number": "R-26-0112", "invoice_date": "2026-01-12", "due_date": "2026-03-02", "default_from": "2026-03-17"}},
}

// told is an event as a creditor's program gets it.
type told struct {
	ID       string `json:"id"`
	Sequence int64  `json:"sequence"`
	Type     string `json:"type"`
	Case     struct {
		Theirs string `json:"creditor_reference"`
	} `json:"case"`
}

// receiver is a creditor's program that is sent events.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	hook *standardwebhooks.Webhook
	got  []told
	bad  []error
}

func openReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		var e told
		if err == nil {
			err = r.hook.Verify(body, q.Header)
		}
		if err == nil {
			err = json.Unmarshal(body, &e)
		}
		if err != nil {
			r.bad = append(r.bad, err)
		}
		r.got = append(r.got, e)
	}))
	t.Cleanup(r.Close)
	return r
}

// of gives what was sent about the case of the test, in the order in which it came.
func (r *receiver) of(t *testing.T, theirs string) (list []told) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, err := range r.bad {
		t.Error(err)
	}
	for _, e := range r.got {
		if e.Case.Theirs == theirs {
			list = append(list, e)
		}
	}
	return list
}

// answered reads what a command says to machines.
func answered[T any](t *testing.T, env []string, args ...string) (v T) {
	t.Helper()
	out := run(t, command(t, env, append(args, "--json")...))
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("%v: %v in %s", args, err, out)
	}
	return v
}

// scanned reads the code of the letter with the address of a portal off the printed pages.
func scanned(t *testing.T, pdf, portal string) string {
	t.Helper()
	pages := filepath.Join(t.TempDir(), "page")
	if out, err := exec.Command("pdftoppm", "-r", "150", "-gray", pdf, pages).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	drawn, err := filepath.Glob(pages + "*.pgm")
	if err != nil || len(drawn) == 0 {
		t.Fatal("the letter has no page", err)
	}
	for _, page := range drawn {
		out, _ := exec.Command("zbarimg", "--raw", "-Sdisable", "-Sqrcode.enable", "-q", page).Output() // no code on a page is an error to it
		for line := range strings.Lines(string(out)) {
			if strings.HasPrefix(line, portal+"/#") {
				return strings.TrimSpace(line)
			}
		}
	}
	t.Fatalf("no code of %s leads to %s", pdf, portal)
	return ""
}

// client is a creditor's program with a key.
type client struct {
	t           *testing.T
	portal, key string
}

// ask sends a request and reads the answer into v.
func (p client) ask(method, path string, body, v any) {
	p.t.Helper()
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			p.t.Fatal(err)
		}
	}
	q, err := http.NewRequestWithContext(p.t.Context(), method, p.portal+"/api/v1"+path, &sent)
	if err != nil {
		p.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+p.key)
	q.Header.Set("Content-Type", "application/json")
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		p.t.Fatal(err)
	}
	got, err := io.ReadAll(a.Body)
	_ = a.Body.Close()
	if err == nil && a.StatusCode < http.StatusBadRequest {
		err = json.Unmarshal(got, v)
	}
	if err != nil || a.StatusCode >= http.StatusBadRequest {
		p.t.Fatal(method, path, a.Status, err, string(got))
	}
}

// feed asks for the whole feed and gives what is about one case.
func (p client) feed(theirs string) (list []told) {
	p.t.Helper()
	for after, more := int64(0), true; more; {
		var page struct {
			Events    []told `json:"events"`
			NextAfter int64  `json:"next_after"`
			More      bool   `json:"more"`
		}
		p.ask(http.MethodGet, fmt.Sprintf("/events?limit=500&after=%d", after), nil, &page)
		for _, e := range page.Events {
			if e.Case.Theirs == theirs {
				list = append(list, e)
			}
		}
		after, more = page.NextAfter, page.More
	}
	return list
}

// collected reads what the report of the last year says came in, in cents.
func (b *tab) collected(s *shop) (cents int) {
	b.Helper()
	b.status(b.visit(s.url+"/verwaltung/berichte"), 200)
	figure := ask[string](b, `[...document.querySelectorAll(".figures > div")].find(d => d.querySelector("dt").innerText === "Eingegangen").querySelector("dd").innerText`)
	amount, _, _ := strings.Cut(figure, "€")
	for _, digit := range amount {
		if digit >= '0' && digit <= '9' {
			cents = 10*cents + int(digit-'0')
		}
	}
	return cents
}

// What Quitt exists for, from the hand-over to the creditor's report.
func TestTheCircleIsClosed(t *testing.T) {
	t.Parallel()
	r := openReceiver(t)
	s := openShopWith(t, "QUITT_OPERATOR_LISTEN=", "QUITT_HOOK_ALLOW=127.0.0.0/8")
	env := slices.Concat(s.env, operator, []string{"QUITT_PUBLIC_URL=" + s.url, "QUITT_HOOK_ALLOW=127.0.0.0/8"})

	// The creditor connects a program and hands over.
	hook := answered[struct{ Secret string }](t, env, "hooks", "add", "--creditor", circleCreditor, "--url", r.URL)
	var err error
	if r.hook, err = standardwebhooks.NewWebhook(hook.Secret); err != nil {
		t.Fatal(err)
	}
	key := answered[struct{ Key string }](t, env, "keys", "new", "--creditor", circleCreditor, "--name", "erp", "--scopes", "events,read,intake,manage")
	erp := client{t, s.url, key.Key}
	office := open(t, s.url)
	office.works(s, s.colleagues(t)["leitung"].now(t), "Zahnarzt")
	before := office.collected(s)
	erp.ask(http.MethodPost, "/cases", handedOver, &struct{}{})

	// The letter goes out, and the debtor scans it.
	dir := t.TempDir()
	run(t, command(t, env, "letters", "--kind", "first_notice", "--case", reference, "--out", dir, "--files"))
	letters, err := filepath.Glob(filepath.Join(dir, "*", "*.pdf"))
	if err != nil || len(letters) == 0 {
		letters, _ = filepath.Glob(filepath.Join(dir, "*.pdf"))
	}
	if len(letters) == 0 {
		t.Fatal("there is no letter")
	}
	b := open(t, s.url)
	b.visit(scanned(t, letters[0], s.url))
	b.birth(letter{day: "9", month: "4", year: "1981"})
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/akte")

	// A part is paid at once.
	b.till = strings.TrimPrefix(tillAt.FindStringSubmatch(s.output())[1], "http://")
	b.visit(s.url + "/akte/bezahlen")
	b.do(chromedp.Click(chromedp.ID("amount-other")))
	b.put("other", "100,37")
	b.toTheTill("method-card")
	b.card("4242424242424242")
	b.follow(chromedp.Click(submit))
	b.is("/akte/zahlung")
	b.comes("Offen sind jetzt noch")

	// The rest in instalments.
	b.visit(s.url + "/akte/raten")
	b.agrees()

	// One line is disputed.
	b.visit(s.url + "/akte/einwand/mangel")
	b.do(chromedp.Click(chromedp.CSS("label[for=what-some]")))
	b.do(chromedp.Click(chromedp.CSS("label[for^=line-]")))
	b.do(chromedp.SendKeys(chromedp.CSS("input[name^=part-]"), "30,00"))
	for id, v := range map[string]string{"complained_on-day": "3", "complained_on-month": "2", "complained_on-year": "2026"} {
		b.put(chromedp.ID(id), v)
	}
	b.status(b.follow(chromedp.Click(chromedp.CSS("#say button.primary"))), 200)
	b.is(said)
	b.quiet()

	// The creditor answers.
	var filed struct {
		Objections []struct{ ID string }
	}
	erp.ask(http.MethodGet, "/cases/"+reference+"/objections", nil, &filed)
	if len(filed.Objections) != 1 {
		t.Fatalf("%+v", filed)
	}
	erp.ask(http.MethodPost, "/cases/"+reference+"/objections/"+filed.Objections[0].ID+"/answer",
		map[string]string{"outcome": "upheld", "reason": "Der Mangel ist anerkannt."}, &struct{}{})
	b.visit(s.url + "/akte")
	b.shows("− 30,00")

	// Everything came once, in order, by both ways.
	var feed, sent []told
	for until := time.Now().Add(lastNet); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		feed, sent = erp.feed(reference), r.of(t, reference)
		if len(feed) > 0 && len(sent) >= len(feed) && slices.ContainsFunc(feed, func(e told) bool { return e.Type == "objection.answered" }) {
			break
		}
	}
	if !slices.Equal(feed, sent) {
		t.Errorf("the feed has\n%+v\nand by webhook came\n%+v", feed, sent)
	}
	types := make([]string, 0, len(feed))
	for _, e := range feed {
		types = append(types, e.Type)
	}
	at := -1
	for _, want := range []string{"case.received", "letter.created", "access.verified", "payment.succeeded", "plan.agreed", "objection.filed", "objection.answered"} {
		next := slices.Index(types[at+1:], want)
		if next < 0 {
			t.Fatalf("%s does not come in its turn: %v", want, types)
		}
		at += 1 + next
	}

	// The report shows the cents.
	for until := time.Now().Add(lastNet); office.collected(s)-before != 100_37; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("100,37 came in, the report knows of %d cents", office.collected(s)-before)
		}
	}
	if out := run(t, command(t, env, "verify")); !strings.Contains(out, "Alles stimmt") {
		t.Error(out)
	}
}
