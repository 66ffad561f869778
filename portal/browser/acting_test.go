package browser

import (
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var (
	outboxAt = regexp.MustCompile(`http://127\.0\.0\.1:\d+/outbox`)
	sixOf    = regexp.MustCompile(`Ihr Code lautet (\d{6})\.`)
)

const (
	adviser   = "kowalczyk@beratung.example"
	addClient = chromedp.CSS(`form[action="/vertretung/mandant"] button`)
	endIt     = chromedp.CSS(`form[action="/akte/vertretung/widerruf"] button`)
)

// free gives an address nobody listens on: the demo names the page of its outbox by the
// address it was told.
func free(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	return ln.Addr().String()
}

// outbox reads the page with the mails of a demo until they say something.
func (s *shop) outbox(t *testing.T, want *regexp.Regexp) []string {
	t.Helper()
	address := outboxAt.FindString(s.output())
	if address == "" {
		t.Fatalf("no outbox is named:\n%s", s.output())
	}
	for until := time.Now().Add(lastNet); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		response, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if _ = response.Body.Close(); err != nil { // read to its end
			t.Fatal(err)
		}
		if m := want.FindStringSubmatch(html.UnescapeString(string(body))); m != nil {
			return m
		}
	}
	t.Fatalf("no mail says %s", want)
	return nil
}

// invites lets a debtor give an adviser what is more than reading, and gives the code.
func (b *tab) invites(s *shop, l letter) string {
	b.Helper()
	b.typed(s.url, l)
	b.status(b.follow(chromedp.Click(chromedp.CSS(`main a[href="/akte/vertretung"]`))), 200)
	b.shows("Gerade darf niemand für Sie handeln.")
	b.put("name", "Irena Kowalczyk")
	b.put("email", adviser)
	b.do(chromedp.Click(chromedp.CSS("label[for=scope-negotiate]")))
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.shows("Die Einladung ist unterwegs")
	code := ask[string](b, `document.querySelector(".notice.good bdi").innerText`)
	s.outbox(b.T, regexp.MustCompile(regexp.QuoteMeta(code))) // the mail has the same one
	b.visit(s.url + "/akte/vertretung")
	b.shows("eingeladen")
	b.hides(code)
	return code
}

// signsIn goes in with the code that was sent, and adds clients; it gives the form field
// that names the first of them.
func (b *tab) signsIn(s *shop, codes ...string) (first string) {
	b.Helper()
	b.visit(s.url + "/")
	b.status(b.follow(chromedp.Click(chromedp.CSS(`a[href="/vertretung/anmelden"]`))), 200)
	b.put("email", adviser)
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.put("code", s.outbox(b.T, sixOf)[1])
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/vertretung")
	b.shows("Gerade ist kein Vorgang für Sie offen.")
	for i, code := range codes {
		b.put("code", code)
		b.status(b.follow(chromedp.Click(addClient)), 200)
		b.has(i + 1)
		if i == 0 {
			first = ask[string](b, `document.querySelector("input[name=client]").value`)
		}
	}
	return first
}

// has counts the clients of the list.
func (b *tab) has(clients int) {
	b.Helper()
	b.is("/vertretung")
	if got := ask[int](b, `document.querySelectorAll('form[action="/vertretung/oeffnen"]').length`); got != clients {
		b.Fatalf("%d clients, want %d:\n%s", got, clients, b.text())
	}
}

// The whole way of an authority: two debtors give it, the adviser agrees a plan for one of
// them, that one sees by whom, ends it, and the adviser's next page is outside.
func TestAnAdviserActsForADebtorUntilThatOneEndsIt(t *testing.T) {
	t.Parallel()
	s := openShopWith(t, "QUITT_OPERATOR_LISTEN="+free(t))
	debtor, other, helper := open(t, s.url), open(t, s.url), open(t, s.url)
	first := helper.signsIn(s, debtor.invites(s, s.letters[0]), other.invites(s, s.letters[1]))
	helper.shot("acting-clients")
	helper.status(helper.follow(chromedp.Click(chromedp.CSS(fmt.Sprintf(`input[name=client][value=%q] ~ button.primary`, first)))), 200)
	helper.is("/akte")
	helper.shows("Sie handeln für")
	helper.shot("acting-claim")
	helper.status(helper.visit(s.url+"/akte/bezahlen"), 403) // it is not in what was given
	helper.shows("Ihre Vollmacht umfasst das nicht")
	helper.status(helper.visit(s.url+"/akte/vertretung"), 403)
	helper.visit(s.url + "/akte/raten")
	helper.agrees()

	debtor.visit(s.url + "/akte")
	debtor.shows("(durch Ihre Vertretung)")
	debtor.shot("acting-seen")
	other.visit(s.url + "/akte")
	other.hides("(durch Ihre Vertretung)")
	debtor.visit(s.url + "/akte/vertretung")
	debtor.shows("Zuletzt hier:")
	debtor.status(debtor.follow(chromedp.Click(endIt)), 200)
	debtor.shows("Gerade darf niemand für Sie handeln.")

	helper.status(helper.visit(s.url+"/akte/raten"), 200)
	helper.has(1)
	if text := helper.text(); strings.Contains(text, "Sie handeln für jemand") {
		helper.Errorf("the banner is still there:\n%s", text)
	}
	for _, b := range []*tab{debtor, other, helper} {
		b.quiet()
	}
}
