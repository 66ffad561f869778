package browser

import (
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// colleague is somebody of a demo, as it prints them.
type colleague struct{ email, password, recovery, secret string }

var printed = regexp.MustCompile(`(?m)^\S+\s+(\S+@quitt\.example)\s+(\S+)\s+(\S+)\s+(\S+)$`)

// colleagues reads what a demo has printed about its people, by the name before the @.
func (s *shop) colleagues(t *testing.T) map[string]colleague {
	t.Helper()
	found := map[string]colleague{}
	for _, m := range printed.FindAllStringSubmatch(s.output(), -1) {
		name, _, _ := strings.Cut(m[1], "@")
		found[name] = colleague{m[1], m[2], m[3], m[4]}
	}
	if len(found) != 3 {
		t.Fatalf("a demo has three people, it prints %d:\n%s", len(found), s.output())
	}
	return found
}

// now is what an authenticator with the secret shows, computed by the program itself.
func (c colleague) now(t *testing.T) string {
	t.Helper()
	return strings.TrimSpace(run(t, command(t, nil, "staff", "code", c.secret)))
}

// keys types into what has the focus, and goes on to the next field.
func (b *tab) keys(text string) {
	b.Helper()
	b.do(chromedp.KeyEvent(text))
	b.press(kb.Tab)
}

// focuses goes on with the tab key until something has the focus.
func (b *tab) focuses(selector string) {
	b.Helper()
	for range 40 {
		if ask[bool](b, `document.activeElement.matches(`+quoted(selector)+`)`) {
			return
		}
		b.press(kb.Tab)
	}
	b.Fatalf("the keyboard does not come to %s", selector)
}

func quoted(s string) string { return "`" + s + "`" }

// comesIn signs in with nothing but the keyboard.
func (b *tab) comesIn(s *shop, c colleague, second string) int64 {
	b.Helper()
	b.visit(s.url + "/verwaltung")
	b.is("/verwaltung/anmelden")
	b.focuses("#email")
	b.keys(c.email)
	b.keys(c.password)
	b.do(chromedp.KeyEvent(second))
	return b.follow(chromedp.KeyEvent(kb.Enter))
}

// Somebody who works for three creditors signs in with a code of the authenticator, chooses
// one and signs out, all with the keyboard; then the cookie opens nothing.
func TestStaffSignInWithTheKeyboard(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	people := s.colleagues(t)
	b := open(t, s.url)
	b.size(1280, 900)
	c := people["leitung"]
	b.status(b.comesIn(s, c, "000000"), 422)
	b.is("/verwaltung/anmelden")
	b.shows("passen nicht zusammen")
	b.hides(c.password)
	b.status(b.comesIn(s, c, c.now(t)), 200)
	b.is("/verwaltung/mandant")
	b.focuses(`form[action="/verwaltung/mandant"] button`)
	b.status(b.follow(chromedp.KeyEvent(kb.Enter)), 200)
	b.is("/verwaltung")
	b.shows("Leitung")
	b.hides("Zugänge") // a manager lets nobody in
	b.size(360, 740)   // one column: beside each other, the frame and the page begin at one height
	for _, path := range []string{"/verwaltung", "/verwaltung/konto", "/verwaltung/mandant"} {
		for _, finding := range b.all(s.url + path) {
			t.Errorf("%s: %s", path, finding)
		}
	}
	b.size(1280, 900)
	b.status(b.visit(s.url+"/verwaltung/zugaenge"), 403)
	b.shows("fehlt Ihnen das Recht")
	b.focuses(`form[action="/verwaltung/abmelden"] button`)
	b.status(b.follow(chromedp.KeyEvent(kb.Enter)), 200)
	b.is("/verwaltung/anmelden")
	b.visit(s.url + "/verwaltung/konto")
	b.is("/verwaltung/anmelden")
}

var invited = regexp.MustCompile(`diesen Code ein: ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})\.`)

// An administrator invites somebody, who reads the mail, sets up an account with password and
// authenticator, and is in.
func TestSomebodyIsInvitedAndComesIn(t *testing.T) {
	t.Parallel()
	s := openShopWith(t, "QUITT_OPERATOR_LISTEN="+free(t))
	boss := s.colleagues(t)["verwaltung"]
	b := open(t, s.url)
	b.status(b.comesIn(s, boss, boss.recovery), 200)
	b.is("/verwaltung")
	b.status(b.follow(chromedp.Click(chromedp.CSS(`nav a[href="/verwaltung/zugaenge"]`))), 200)
	b.put("name", "Neue Kollegin")
	b.put("email", "neu@firma.example")
	b.status(b.follow(chromedp.Click(chromedp.CSS(`form[action="/verwaltung/zugaenge"] button`))), 200)
	b.shows("Die Einladung ist unterwegs")
	b.shows("Neue Kollegin")
	mail := s.outbox(t, regexp.MustCompile(`(?s)neu@firma\.example.*?`+invited.String()))

	n := open(t, s.url)
	n.visit(s.url + "/verwaltung/einladung")
	n.put("invitation", strings.ToLower(mail[1]))
	n.status(n.follow(chromedp.Click(submit)), 200)
	n.shows("neu@firma.example")
	fresh := colleague{email: "neu@firma.example", password: "Der Regen fällt auf Köln",
		secret: strings.ReplaceAll(ask[string](n, `document.getElementById("secret").innerText`), " ", "")}
	n.put("password", fresh.password)
	n.put("code", fresh.now(t))
	n.status(n.follow(chromedp.Click(submit)), 200)
	n.shows("Wiederherstellungscodes")
	if got := ask[int](n, `document.querySelectorAll(".secret-list li").length`); got != 10 {
		t.Fatalf("%d recovery codes", got)
	}
	n.status(n.follow(chromedp.Click(chromedp.CSS(`main a.button`))), 200)
	n.is("/verwaltung")
	n.shows("Einsicht")
	b.status(b.visit(s.url+"/verwaltung/zugaenge"), 200)
	b.shows("aktiv")
}

// passkeys gives a tab a device with a fingerprint, which fits or does not.
func (b *tab) passkeys(fits bool) {
	b.Helper()
	call(b, webauthn.Enable, webauthn.EnableParams{})
	call(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: fits, AutomaticPresenceSimulation: true}})
}

// namedDemo starts a demo under a name: under an address of numbers browsers make no passkeys.
func namedDemo(t *testing.T) *shop {
	t.Helper()
	at := free(t)
	_, port, _ := strings.Cut(at, ":")
	return openShopWith(t, "QUITT_OPERATOR_LISTEN=", "QUITT_LISTEN="+at, "QUITT_PUBLIC_URL=http://localhost:"+port)
}

// A passkey made after signing in opens the window the next time, alone, and no more once it
// is removed.
func TestStaffComeInWithAPasskey(t *testing.T) {
	t.Parallel()
	s := namedDemo(t)
	boss := s.colleagues(t)["verwaltung"]
	b := open(t, s.url)
	b.passkeys(true)
	b.status(b.comesIn(s, boss, boss.recovery), 200)
	b.visit(s.url + "/verwaltung/konto/passkey")
	b.until(`!document.querySelector("form[data-passkey]").hidden`)
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/verwaltung/konto")
	b.shows("Entfernen")
	out := chromedp.CSS(`form[action="/verwaltung/abmelden"] button`)
	b.follow(chromedp.Click(out))
	b.is("/verwaltung/anmelden")
	use := chromedp.CSS(`form[data-passkey] button`)
	b.until(`!document.querySelector("form[data-passkey]").hidden`)
	b.status(b.follow(chromedp.Click(use)), 200)
	b.is("/verwaltung")
	b.shows("Zugänge")
	b.visit(s.url + "/verwaltung/konto")
	b.follow(chromedp.Click(chromedp.CSS(`form[action="/verwaltung/konto/passkey/ende"] button`)))
	b.is("/verwaltung/konto")
	b.hides("Entfernen")
	b.follow(chromedp.Click(out))
	b.until(`!document.querySelector("form[data-passkey]").hidden`)
	b.status(b.follow(chromedp.Click(use)), 422)
	b.shows("passt nicht zu einem Konto")
	b.quiet()

	n := open(t, s.url) // a finger that does not fit leads nowhere, and the page says so
	n.passkeys(false)
	n.visit(s.url + "/verwaltung/anmelden")
	n.until(`!document.querySelector("form[data-passkey]").hidden`)
	n.do(chromedp.Click(use))
	n.until(`!document.getElementById("passkey-failed").hidden`)
	n.is("/verwaltung/anmelden")
}
