package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	submit    = chromedp.CSS("main form button.primary")
	goodbye   = chromedp.CSS(`form[action="/abmelden"] button`)
	whyLines  = chromedp.CSS("main details summary")
	toPay     = chromedp.CSS(`a[href="/akte/bezahlen"]`)
	statement = chromedp.CSS(`a[href="/akte/aufstellung"]`)
)

// is fails the test unless a page is the one meant.
func (b *tab) is(path string) {
	b.Helper()
	if got := ask[string](b, "location.pathname"); got != path {
		b.Fatalf("at %s, want %s:\n%s", got, path, b.text())
	}
}

func (b *tab) status(got, want int64) {
	b.Helper()
	if got != want {
		b.Fatalf("status %d, want %d:\n%s", got, want, b.text())
	}
}

func (b *tab) shows(want string) {
	b.Helper()
	if text := b.text(); !strings.Contains(text, want) {
		b.Errorf("%q is not on the page:\n%s", want, text)
	}
}

func (b *tab) hides(secret string) {
	b.Helper()
	if text := b.text(); strings.Contains(text, secret) {
		b.Errorf("%q is on the page:\n%s", secret, text)
	}
}

// quiet fails the test if anything went wrong behind the page's back.
func (b *tab) quiet() {
	b.Helper()
	for _, fault := range b.unseen() {
		b.Error(fault)
	}
}

// put types into an empty field.
func (b *tab) put(id chromedp.ID, value string) { b.Helper(); b.do(chromedp.SendKeys(id, value)) }

func (b *tab) birth(l letter) {
	b.Helper()
	b.put("day", l.day)
	b.put("month", l.month)
	b.put("year", l.year)
}

// typed fills the form from the paper and sends it.
func (b *tab) typed(address string, l letter) {
	b.Helper()
	b.visit(address + "/")
	b.put("code", l.code)
	b.birth(l)
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/akte")
}

// session is the visit's cookie, nil without one.
func (b *tab) session() *network.Cookie {
	b.Helper()
	for _, c := range call(b, network.GetCookies, network.GetCookiesParams{}).Cookies {
		if c.Name == "__Host-sid" {
			return c
		}
	}
	return nil
}

func TestAScannedLetterLeadsToTheClaimAndLeavesNoTrace(t *testing.T) {
	t.Parallel()
	d := demo(t)
	l := d.letter
	b := open(t, d.url)
	b.visit(d.url + "/#" + l.token)
	if hash := ask[string](b, "location.hash"); hash != "" {
		b.Errorf("the address still ends in %s", hash)
	}
	for _, entry := range read(b, chromedp.NavigationEntries()).Entries {
		if strings.Contains(entry.URL, l.token) {
			b.Errorf("the history has %s", entry.URL)
		}
	}
	if read(b, chromedp.Evaluate[bool]("document.getElementById('code').checkVisibility()")) {
		b.Error("the field for the printed code is still there")
	}
	b.birth(l)
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/akte")
	b.shows(l.reference)
	if c := b.session(); c == nil || !c.HTTPOnly || !c.Secure || c.SameSite != network.CookieSameSiteLax {
		b.Errorf("the session cookie is %+v", c)
	}

	b.do(chromedp.Click(whyLines))
	if !ask[bool](b, "document.querySelector('main details').open && document.querySelector('main details > :not(summary)').checkVisibility()") {
		b.Error("a line does not open")
	}
	b.status(b.follow(chromedp.Click(statement)), 200)
	b.is("/akte/aufstellung")
	b.shows(l.reference)
	b.visit(d.url + "/akte")
	b.status(b.follow(chromedp.Click(toPay)), 200)
	b.is("/akte/bezahlen")
	b.shows("IBAN")
	b.quiet()

	b.follow(chromedp.Click(goodbye))
	if c := b.session(); c != nil {
		b.Error("the session cookie is still there")
	}
	b.hides(l.reference)
	b.quiet()
	b.follow(chromedp.NavigateBack())
	b.hides(l.reference)
	for _, sent := range b.addresses() {
		if strings.Contains(sent, l.token) {
			b.Errorf("the token was sent as part of an address: %s", sent)
		}
	}
}

func TestATypedCodeMayBeSmallAndSpacedAndNeedsOnlyTheKeyboard(t *testing.T) {
	t.Parallel()
	d := demo(t)
	l := d.letter
	b := open(t, d.url)
	b.visit(d.url + "/")
	for _, finding := range append(b.walk(), look[[]string](b, "upwards")...) {
		b.Error(finding)
	}
	b.reach("code")
	plain := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(l.code, "-", ""), " ", ""))
	b.write(plain[:3] + " " + plain[3:9] + "  " + plain[9:])
	b.reach("day")
	b.write(l.day)
	b.reach("month")
	b.write(l.month)
	b.reach("year")
	b.write(l.year)
	b.status(b.follow(enter), 200)
	b.is("/akte")
	b.shows(l.reference)
	b.quiet()
}

// reach presses Tab until a field has the focus.
func (b *tab) reach(id string) {
	b.Helper()
	for range 100 {
		if ask[string](b, "document.activeElement.id") == id {
			return
		}
		b.press(kb.Tab)
	}
	b.Fatalf("Tab does not lead to %s", id)
}

func (b *tab) write(text string) { b.Helper(); b.do(chromedp.KeyEvent(text)) }

func TestWhatIsWrongIsNotToldAndNothingHasToBeTypedAgain(t *testing.T) {
	t.Parallel()
	d := demo(t)
	l := d.letter
	answers := map[string]string{}
	for name, code := range map[string]string{"wrong birth date": l.code, "code of nobody": d.nobody} {
		b := open(t, d.url)
		b.visit(d.url + "/")
		b.put("code", code)
		b.put("day", l.day)
		b.put("month", l.month)
		b.put("year", "1901")
		b.status(b.follow(chromedp.Click(submit)), 422)
		b.until(`document.activeElement.id === "error"`) // the browser sets it when it draws
		if got := read(b, chromedp.Value(chromedp.ID("code"))); got != code {
			b.Errorf("%s: the code field has %q", name, got)
		}
		answers[name] = strings.ReplaceAll(b.text(), code, "")
		b.press(kb.Tab)
		b.do(enter)
		b.until(`document.activeElement.id === "code"`)
		b.quiet()
	}
	if answers["wrong birth date"] != answers["code of nobody"] {
		t.Errorf("the answers differ:\n%s\n\n%s", answers["wrong birth date"], answers["code of nobody"])
	}
}

func TestThePostcodeOpensOnlyWhatTheLetterSays(t *testing.T) {
	t.Parallel()
	d := demo(t)
	l := d.letter
	b := open(t, d.url)
	b.visit(d.url + "/")
	b.put("code", l.code)
	b.do(chromedp.Click(chromedp.CSS("label[for=check-postcode]")))
	b.put("postcode", l.postcode)
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/akte")
	b.shows(l.reference)
	if n := ask[int](b, "document.querySelectorAll('main details').length"); n != 0 {
		b.Errorf("the letter view has %d lines to open", n)
	}
	before := b.session()
	b.status(b.visit(d.url+"/akte/aufstellung"), 200)
	b.is("/akte/mehr")
	b.birth(l)
	b.status(b.follow(chromedp.Click(submit)), 200)
	b.is("/akte")
	b.do(chromedp.WaitVisible(whyLines))
	if before == nil || b.session() == nil || before.Value == b.session().Value {
		b.Error("the session has the same secret after its view grew")
	}
	b.quiet()
}

func TestAnotherLanguageKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := demo(t)
	b := open(t, d.url)
	b.visit(d.url + "/")
	b.put("code", "ABCD EFGH")
	b.put("day", "7")
	b.put("year", "1980")
	for _, language := range []string{"ar", "en", "de"} {
		b.status(b.follow(chromedp.Click(chromedp.CSS(`button[name=lang][value=`+language+`]`))), 200)
		for _, finding := range b.direction(language) {
			b.Errorf("%s %s", language, finding)
		}
		for id, want := range map[chromedp.ID]string{"code": "ABCD EFGH", "day": "7", "month": "", "year": "1980"} {
			if got := read(b, chromedp.Value(id)); got != want {
				b.Errorf("%s: %s has %q, want %q", language, id, got, want)
			}
		}
	}
	b.follow(chromedp.Click(chromedp.CSS("button[name=lang][value=en]")))
	b.visit(d.url + "/echt")
	for _, finding := range b.direction("en") {
		b.Errorf("later %s", finding)
	}
	b.quiet()
}

func TestWithoutScriptTheTypedCodeWorks(t *testing.T) {
	t.Parallel()
	d := demo(t)
	l := d.letter
	b := open(t, d.url)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.typed(d.url, l)
	b.do(chromedp.Click(whyLines), chromedp.WaitVisible(chromedp.CSS("main details[open]")))
	b.status(b.follow(chromedp.Click(toPay)), 200)
	b.shows("IBAN")
	b.follow(chromedp.Click(goodbye))
	b.hides(l.reference)
	b.quiet()
}

func TestAnEndedSessionSaysWhatToDo(t *testing.T) {
	t.Parallel()
	d := demo(t)
	l := d.letter
	b := open(t, d.url)
	b.typed(d.url, l)
	old := b.session()
	b.follow(chromedp.Click(goodbye))
	// The secret comes back from somewhere, as on a machine somebody copied it from.
	call(b, network.SetCookie, network.SetCookieParams{Name: old.Name, Value: old.Value, URL: d.url, Path: "/", Secure: new(true), HTTPOnly: new(true)})
	b.status(b.visit(d.url+"/akte"), 403)
	b.hides(l.reference)
	b.do(chromedp.WaitVisible(chromedp.CSS(`main a[href="/"]`)))
	b.status(b.follow(chromedp.Click(chromedp.CSS(`main a[href="/"]`))), 200)
	b.do(chromedp.WaitVisible(chromedp.ID("code")))
	b.quiet()
}

func TestAnOldLetterOfTheRightPersonSaysThereIsANewerOne(t *testing.T) {
	t.Parallel()
	d := demo(t)
	b := open(t, d.url)
	b.visit(d.url + "/")
	b.put("code", d.nobody)
	b.birth(d.letter)
	b.status(b.follow(chromedp.Click(submit)), 410)
	b.hides(d.letter.reference)
	if b.session() != nil {
		b.Error("an old letter opened a session")
	}
	b.quiet()
}

func TestSomebodyElseSaysSoWithTheCodeAlone(t *testing.T) {
	t.Parallel()
	d := demo(t)
	l := d.letter
	texts := map[string]string{}
	for name, code := range map[string]string{"a code": l.code, "code of nobody": d.nobody} {
		b := open(t, d.url)
		b.visit(d.url + "/")
		b.status(b.follow(chromedp.Click(chromedp.CSS(`a[href="/nicht-ich"]`))), 200)
		b.put("code", code)
		b.status(b.follow(chromedp.Click(submit)), 200)
		if b.session() != nil {
			b.Errorf("%s opened a session", name)
		}
		b.hides(l.reference)
		texts[name] = b.text()
		b.quiet()
	}
	if texts["a code"] != texts["code of nobody"] {
		t.Errorf("the answers differ:\n%s\n\n%s", texts["a code"], texts["code of nobody"])
	}
}

// addresses are all a browser ever asked for in this tab.
func (b *tab) addresses() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.sent...)
}
