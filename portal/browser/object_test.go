package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// said is where the forms of objections lead.
const said = "/akte/einwand/danke"

// way presses Tab until a link has the focus and goes along it.
func (b *tab) way(path string) {
	b.Helper()
	for range 150 {
		if ask[string](b, "document.activeElement.getAttribute('href') || ''") == path {
			b.status(b.follow(enter), 200)
			b.is(path)
			return
		}
		b.press(kb.Tab)
	}
	b.Fatalf("Tab does not lead to %s", path)
}

// button presses Tab until the page's main button has the focus and presses it.
func (b *tab) button(want string) {
	b.Helper()
	for range 150 {
		if ask[bool](b, "document.activeElement.matches('#say button.primary, main form button.primary')") {
			b.status(b.follow(enter), 200)
			b.is(want)
			return
		}
		b.press(kb.Tab)
	}
	b.Fatalf("Tab does not lead to the button")
}

// english signs in and chooses English.
func (b *tab) english(d *stage) {
	b.Helper()
	b.typed(d.url, d.letter)
	b.follow(chromedp.Click(chromedp.CSS("button[name=lang][value=en]")))
}

// Every ground, from the claim to the answer's clock and back, with nothing but the keyboard.
func TestEveryGroundIsObjectedWithTheKeyboardInEnglish(t *testing.T) {
	t.Parallel()
	d := demo(t)
	b := open(t, d.url)
	b.english(d)
	for _, ground := range []string{"betrag", "fremd", "nicht-geliefert", "mangel", "retoure", "gekuendigt", "verjaehrt", "anderes"} {
		b.visit(d.url + "/akte")
		b.way("/akte/einwand")
		b.way("/akte/einwand/" + ground)
		b.reach("what-all")
		b.press(" ")
		b.reach("words")
		b.write("I never ordered this.")
		b.button(said)
		b.shows("is to answer by")
		b.way("/akte/einwand")
		b.shows("the whole claim")
		b.reachMatch("main details.more > summary")
		b.do(enter)
		b.reach("sure")
		b.press(" ")
		b.reachMatch("form[action$=zurueck] button")
		b.status(b.follow(enter), 200)
		b.is("/akte/einwand")
		b.shows("objection withdrawn")
	}
	b.quiet()
}

// reachMatch presses Tab until what a selector names has the focus.
func (b *tab) reachMatch(selector string) {
	b.Helper()
	for range 150 {
		if ask[bool](b, "document.activeElement.matches('"+selector+"')") {
			return
		}
		b.press(kb.Tab)
	}
	b.Fatalf("Tab does not lead to %s", selector)
}

func TestAPartIsDisputedAndTheRestCanBePaidWithTheKeyboard(t *testing.T) {
	t.Parallel()
	d := demo(t)
	b := open(t, d.url)
	b.english(d)
	b.visit(d.url + "/akte/einwand/mangel")
	b.reach("what-all")
	b.press(kb.ArrowDown) // within a group of choices
	b.reachMatch("input[name=line]")
	b.press(" ")
	b.reachMatch("input[name^=part-]")
	b.write("10")
	b.reach("complained_on-day")
	b.write("3")
	b.reach("complained_on-month")
	b.write("2")
	b.reach("complained_on-year")
	b.write("2026")
	b.button(said)
	b.shows("is not disputed")
	b.way("/akte/bezahlen")
	b.shows("This is the part you do not dispute") // the demo of the test has no rail, only the bank's way
	b.quiet()
}

func TestMoneyAndSituationsAreToldWithTheKeyboardInEnglish(t *testing.T) {
	t.Parallel()
	d := demo(t)
	b := open(t, d.url)
	b.english(d)
	b.visit(d.url + "/akte")
	b.way("/akte/einwand")
	b.way("/akte/bezahlt")
	for id, v := range map[string]string{"paid_on-day": "3", "paid_on-month": "2", "paid_on-year": "2026"} {
		b.put(chromedp.ID(id), v)
	}
	b.put("amount", "20")
	b.reach("words")
	b.button(said)
	b.way("/akte/einwand")
	b.shows("We are checking it")
	for _, kind := range []string{"notlage", "betreuung", "minderjaehrig", "identitaet", "andere-person", "todesfall", "insolvenz"} {
		b.visit(d.url + "/akte/einwand")
		b.way("/akte/meldung/" + kind)
		b.shows("What happens then")
		b.reach("words")
		b.button(said)
	}
	b.quiet()
}
