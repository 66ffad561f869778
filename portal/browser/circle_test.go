package browser

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const circleCreditor = "praxis-lindner"

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

// feedOf asks for the whole feed and gives what is about one case.
func feedOf(t *testing.T, portal, key, theirs string) (list []told) {
	t.Helper()
	for after, more := int64(0), true; more; {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("%s/api/v1/events?limit=500&after=%d", portal, after), nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", "Bearer "+key)
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		var page struct {
			Events    []told `json:"events"`
			NextAfter int64  `json:"next_after"`
			More      bool   `json:"more"`
		}
		err = json.NewDecoder(a.Body).Decode(&page)
		_ = a.Body.Close()
		if err != nil || a.StatusCode != http.StatusOK {
			t.Fatal(a.Status, err)
		}
		for _, e := range page.Events {
			if e.Case.Theirs == theirs {
				list = append(list, e)
			}
		}
		after, more = page.NextAfter, page.More
	}
	return list
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
	key := answered[struct{ Key string }](t, env, "keys", "new", "--creditor", circleCreditor, "--name", "erp").Key
	dir := t.TempDir()
	file := filepath.Join(dir, "faelle.csv")
	if err := os.WriteFile(file, []byte(handover), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, command(t, env, "import", file, "--creditor", circleCreditor))

	// The letter goes out, and the debtor scans it.
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
	b.comes("Offen sind jetzt noch 401,23")

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
	waiting := answered[[]struct{ ID, Reference string }](t, env, "objections", "list", "--creditor", circleCreditor)
	if len(waiting) != 1 {
		t.Fatalf("%+v", waiting)
	}
	run(t, command(t, env, "objections", "answer", waiting[0].ID, "--outcome", "upheld", "--reason", "Der Mangel ist anerkannt."))
	b.visit(s.url + "/akte")
	b.shows("369,88") // with the interest on what fell away

	// Everything came once, in order, by both ways.
	var feed, sent []told
	for until := time.Now().Add(lastNet); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		feed, sent = feedOf(t, s.url, key, reference), r.of(t, reference)
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
	if out := run(t, command(t, env, "verify")); !regexp.MustCompile(`Alles stimmt`).MatchString(out) {
		t.Error(out)
	}
}
