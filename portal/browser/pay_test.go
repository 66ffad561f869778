package browser

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// shop is the demo as make run starts it: the portal, letters, and the provider to try.
type shop struct {
	*child
	letters []letter // open cases, one visit each
	env     []string // for further commands
}

var (
	waysIn  = regexp.MustCompile(`(?m)^außergerichtlicher Einzug · offen +geboren am (\d\d)\.(\d\d)\.(\d{4}) +(\S+) +(\S+)/#(\S+)$`)
	tillAt  = regexp.MustCompile(`Bezahlen geht .* unter (http://127\.0\.0\.1:\d+)`)
	portals = regexp.MustCompile(`Quitt ist unter (http://\S+) erreichbar`)
)

func openShop(t *testing.T) *shop { t.Helper(); return openShopWith(t, "QUITT_OPERATOR_LISTEN=") }

func openShopWith(t *testing.T, more ...string) *shop {
	t.Helper()
	dir := t.TempDir()
	env := append([]string{"DATABASE_URL=sqlite:" + filepath.Join(dir, "quitt.db"), "QUITT_LISTEN=127.0.0.1:0", "QUITT_SANDBOX_LISTEN=127.0.0.1:0"}, more...)
	c := command(t, env, "demo")
	c.Dir = dir
	s := &shop{child: start(t, c), env: env}
	for !portals.MatchString(s.output()) {
		select {
		case <-s.more:
		case <-s.done:
			t.Fatalf("the demo ended:\n%s", s.output())
		}
	}
	s.url = portals.FindStringSubmatch(s.output())[1]
	for _, m := range waysIn.FindAllStringSubmatch(s.output(), -1) {
		s.letters = append(s.letters, letter{day: m[1], month: m[2], year: m[3], code: m[4], token: m[6]})
	}
	if len(s.letters) < 3 {
		t.Fatalf("only %d open cases:\n%s", len(s.letters), s.output())
	}
	return s
}

// debtor opens a letter and goes to the pages to pay.
func (s *shop) debtor(t *testing.T, i int) *tab {
	t.Helper()
	b := open(t, s.url)
	m := tillAt.FindStringSubmatch(s.output())
	if m == nil {
		t.Fatalf("no provider is named:\n%s", s.output())
	}
	b.till = strings.TrimPrefix(m[1], "http://")
	b.typed(s.url, s.letters[i])
	b.follow(chromedp.Click(toPay))
	b.is("/akte/bezahlen")
	return b
}

// shot keeps what a person sees, if somebody wants to look: QUITT_SHOTS names a folder.
func (b *tab) shot(name string) {
	b.Helper()
	dir := os.Getenv("QUITT_SHOTS")
	if dir == "" {
		return
	}
	for _, width := range []int64{360, 1280} {
		b.size(width, 900)
		file := filepath.Join(dir, name+map[int64]string{360: "-360.png", 1280: "-1280.png"}[width])
		if err := os.WriteFile(file, read(b, chromedp.FullScreenshot(100)), 0o600); err != nil {
			b.Error(err)
		}
	}
	b.size(360, 740)
}

// toTheTill chooses a method and goes through the page that names where it leads.
func (b *tab) toTheTill(method chromedp.ID) {
	b.Helper()
	b.shot("choose-" + string(method))
	b.do(chromedp.Click(method))
	b.follow(chromedp.Click(submit))
	b.is("/akte/bezahlen/weiter")
	b.shows(strings.Split(b.till, ":")[0])
	b.shot("check-" + string(method))
	b.follow(chromedp.Click(submit))
	if got := ask[string](b, "location.host"); got != b.till {
		b.Fatalf("at %s, want the provider's page:\n%s", got, b.text())
	}
	b.shows("keine echten Zahlungen")
}

// comes waits for words on a page that renews itself: asking it may meet a page that is on
// its way out.
func (b *tab) comes(want string) {
	b.Helper()
	ctx, stop := context.WithTimeout(b.ctx, lastNet)
	defer stop()
	for last := ""; ; {
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
		switch {
		case err == nil && strings.Contains(text, want):
			return
		case ctx.Err() != nil:
			b.Fatalf("%q did not come: %v\n%s", want, err, last)
		}
		last = cmp.Or(text, last)
		time.Sleep(100 * time.Millisecond)
	}
}

func (b *tab) card(number string) {
	b.Helper()
	b.put("email", "o.groening@example.org")
	b.put("number", number)
	b.put("expiry", "12/34")
	b.put("cvc", "123")
}

func TestADebtorPaysByCard(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	b := s.debtor(t, 0)
	b.toTheTill("method-card")
	b.card("4000000000000002")
	b.follow(chromedp.Click(submit))
	b.shot("declined")
	if got := ask[string](b, "location.host"); got != b.till {
		b.Fatalf("a card that was declined leads to %s", got)
	}
	b.eval(`document.getElementById("number").value = ""; document.getElementById("email").value = ""; document.getElementById("expiry").value = ""`)
	b.card("4000000000003220")
	b.shot("till-card")
	b.follow(chromedp.Click(submit))
	b.shows("freigeben")
	b.shot("3ds")
	b.follow(chromedp.Click(chromedp.CSS(`button[value="release"]`)))
	b.is("/akte/zahlung")
	b.comes("bezahlt")
	b.shot("paid")
	b.visit(s.url + "/akte")
	b.shot("claim-paid")
	b.shows("Quittung")
	b.quiet()
}

func TestADebtorPaysByDebitAndIsNotAskedTwice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	b := s.debtor(t, 1)
	b.toTheTill("method-direct_debit")
	b.put("email", "o.groening@example.org")
	b.put("name", "Oksana Gröning")
	b.put("iban", "DE08370400440532013003") // arrives late enough to be seen under way
	b.shot("till-debit")
	b.follow(chromedp.Click(submit))
	b.is("/akte/zahlung")
	b.comes("eingereicht")
	b.shot("in-flight")
	b.visit(s.url + "/akte/bezahlen")
	b.shows("unterwegs")
	b.shot("blocked")
	b.quiet()
}

func TestPayingWorksWithoutScript(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	b := s.debtor(t, 2)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.visit(s.url + "/akte/bezahlen")
	b.toTheTill("method-card")
	b.card("4242424242424242")
	b.follow(chromedp.Click(submit))
	b.is("/akte/zahlung")
	b.comes("bezahlt")
	b.quiet()
}
