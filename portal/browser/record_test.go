package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// looks keeps pictures of a page of the creditor's window, where somebody wants to see them.
func (b *tab) looks(name string) {
	b.Helper()
	dir := os.Getenv("QUITT_SHOTS")
	if dir == "" {
		return
	}
	for _, s := range []scheme{light, dark} {
		for _, width := range []int64{1280, 768, 360} {
			b.wear(s)
			b.size(width, 900)
			file := filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, s))
			if err := os.WriteFile(file, read(b, chromedp.FullScreenshot(100)), 0o600); err != nil {
				b.Error(err)
			}
		}
	}
	b.wear(light)
	b.size(1280, 900)
}

// works signs the manager of a demo in and puts a creditor in view.
func (b *tab) works(s *shop, second, creditor string) {
	b.Helper()
	b.size(1280, 900)
	b.status(b.comesIn(s, s.colleagues(b.T)["leitung"], second), 200)
	for range 40 {
		if ask[bool](b, `document.activeElement.matches("main button") && document.activeElement.innerText.includes(`+quoted(creditor)+`)`) {
			b.status(b.follow(enter), 200)
			return
		}
		b.press(kb.Tab)
	}
	b.Fatalf("%s is not to be chosen", creditor)
}

// opens goes along a link within the page, by keyboard.
func (b *tab) opens(part, path string) {
	b.Helper()
	b.tabTo(`main a[href*="` + part + `"]`)
	b.status(b.follow(enter), 200)
	b.is(path)
}

// sends presses the button of a decision and is back at the record.
func (b *tab) sends(says string) {
	b.Helper()
	b.tabTo("#form button.primary")
	b.status(b.follow(enter), 200)
	b.is("/verwaltung/akte")
	b.shows(says)
}

// types puts what a decision needs into a field that Tab comes to.
func (b *tab) types(id, text string) {
	b.Helper()
	b.reach(id)
	b.write(text)
}

// day types a day that lies so many days ahead.
func (b *tab) day(name string, ahead int) {
	b.Helper()
	on := time.Now().AddDate(0, 0, ahead)
	for part, layout := range map[string]string{"-day": "2", "-month": "1", "-year": "2006"} {
		b.types(name+part, on.Format(layout)) // Tab selects what stands in a field
	}
}

// handedOver hands the test's case over and gives the letter of it.
func (s *shop) handedOver(t *testing.T) letter {
	t.Helper()
	file := filepath.Join(t.TempDir(), "faelle.csv")
	if err := os.WriteFile(file, []byte(handover), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, command(t, s.env, "import", file, "--creditor", "praxis-lindner"))
	return issue(t, s.env)
}

// objected lets the debtor of the test's case dispute a part of it.
func (s *shop) objected(t *testing.T) letter {
	t.Helper()
	l := s.handedOver(t)
	d := open(t, s.url)
	d.typed(s.url, l)
	d.visit(s.url + "/akte/einwand/mangel")
	d.reach("what-all")
	d.press(kb.ArrowDown)
	d.reachMatch("input[name=line]")
	d.press(" ")
	d.reachMatch("input[name^=part-]")
	d.write("100")
	d.reach("words")
	d.write("Die Krone ist nach zwei Wochen herausgefallen.")
	d.button(said)
	return l
}

// A working day in the creditor's window with nothing but the keyboard: an objection is answered
// in part and the ledger follows, a plan is countered, a case rests, a note is written, money that
// came directly is booked once, and of two who answer the second one is told.
func TestStaffDecideWithTheKeyboard(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	l := s.objected(t)
	okan := s.colleagues(t)["leitung"]
	b, late := open(t, s.url), open(t, s.url)
	b.works(s, okan.now(t), "Lindner")
	late.works(s, okan.recovery, "Lindner")
	const record = "/verwaltung/akte"

	b.keyed(`nav.side a[href="/verwaltung/entscheidungen"]`, "/verwaltung/entscheidungen")
	b.looks("entscheidungen")
	b.opens("/akte/einwand", record+"/einwand")
	b.shows("Die Krone ist nach zwei Wochen herausgefallen.")
	b.looks("einwand")
	late.visit(ask[string](b, "location.href"))
	late.reach("reason")
	late.write("Das sehen wir anders.")

	b.reach("outcome-upheld")
	b.press(kb.ArrowDown) // within a group of choices
	b.reachMatch("input[name^=give-]")
	b.write("80,00")
	b.types("reason", "Wir erstatten einen Teil der Krone.")
	b.sends("Die Einwendung ist beantwortet")
	b.shows("Gutgeschrieben")
	b.shows("80,00")

	// The second window answers from what was there before.
	late.eval(`document.getElementById("outcome-rejected").checked = true`)
	late.tabTo("#form button.primary")
	late.status(late.follow(enter), 409)
	late.shows("Inzwischen hat sich etwas geändert")
	late.shows("Okan Yildirim: Einwendung beantwortet")
	if typed := ask[string](late, `document.getElementById("reason").value`); typed != "Das sehen wir anders." {
		t.Errorf("what was typed is gone: %q", typed)
	}
	late.looks("zweite")

	b.opens("/akte/ruhe", record+"/ruhe")
	b.tabTo("#form button.primary")
	b.status(b.follow(enter), 422)
	b.shows("Bitte prüfen Sie Ihre Angaben")
	b.reach("kind")
	b.write("M") // Mahnsperre …
	b.reach("reason")
	b.write("K") // Krankheit
	b.day("until", 30)
	b.looks("ruhe")
	b.sends("Die Mahnsperre gilt ab sofort")
	b.shows("Krankheit")

	b.types("note", "Frau Gröning ruft Montag an.")
	b.tabTo(`form[action="` + record + `/notiz"] button`)
	b.status(b.follow(enter), 200)
	b.shows("Die Notiz ist gespeichert")
	b.shows("Frau Gröning ruft Montag an.")

	b.opens("/akte/zahlung", record+"/zahlung")
	b.types("amount", "50")
	b.reach("method-direct")
	b.press(" ")
	key := ask[string](b, `document.querySelector("input[name=key]").value`)
	b.looks("zahlung")
	b.sends("Die Zahlung ist gebucht und verrechnet")
	b.shows("50,00")
	open := ask[string](b, `document.querySelector(".figures dd").innerText`)
	b.opens("/akte/zahlung", record+"/zahlung") // the same form once more, as a tired finger sends it
	b.eval(`document.querySelector("input[name=key]").value = ` + quoted(key))
	b.types("amount", "50")
	b.reach("method-direct")
	b.press(" ")
	b.sends("Die Zahlung ist gebucht und verrechnet")
	if now := ask[string](b, `document.querySelector(".figures dd").innerText`); now != open {
		t.Errorf("booked twice: %s was open, now %s", open, now)
	}

	b.opens("/akte/korrektur", record+"/korrektur")
	b.reachMatch("input[name^=less-]")
	b.write("20")
	b.reach("reason")
	b.write("R") // Rechnung wurde berichtigt
	b.looks("korrektur")
	b.sends("Die Forderung ist berichtigt")
	b.shows("100,00") // 80 and 20

	b.opens("/akte/code", record+"/code")
	b.sends("Der neue Zugangscode geht mit dem nächsten Brieflauf hinaus")
	b.looks("akte")
	for _, finding := range b.all(s.url + record + "?nr=" + l.reference) {
		if !strings.HasSuffix(finding, "but stands above it") { // the second of two columns begins at the top
			t.Errorf("the record: %s", finding)
		}
	}
	b.size(1280, 900)
	b.status(b.visit(s.url+record+"?nr=2019-999999"), 404)
	run(t, command(t, s.env, "verify"))
}

// A proposal of a demo's debtor is answered with another plan, and the rules are changed.
func TestAPlanIsCounteredAndRulesAreChangedWithTheKeyboard(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	b := open(t, s.url)
	b.works(s, s.colleagues(t)["leitung"].now(t), "Lindner")
	b.keyed(`nav.side a[href="/verwaltung/entscheidungen"]`, "/verwaltung/entscheidungen")
	b.opens("/akte/plan", "/verwaltung/akte/plan")
	b.reach("do-accept")
	b.press(kb.ArrowDown)
	b.types("instalment", "350")
	b.types("note", "Das wäre für uns in Ordnung.")
	b.looks("plan")
	b.sends("Ihre Antwort zum Ratenplan ist gespeichert")
	b.shows("Gegenvorschlag gemacht")
	b.looks("akte-plan")

	b.keyed(`nav.side a[href="/verwaltung/regeln"]`, "/verwaltung/regeln")
	b.types("round", "999") // Tab selects what stands in a field
	b.tabTo(`form[action="/verwaltung/regeln/raten"] button`)
	b.status(b.follow(enter), 422)
	b.shows("ganze Zahlen zwischen 0 und 90")
	b.types("round", "21")
	b.tabTo(`form[action="/verwaltung/regeln/raten"] button`)
	b.status(b.follow(enter), 200)
	b.shows("Die neuen Regeln gelten ab sofort")
	b.reach("percent")
	b.write("70")
	b.types("parts", "1")
	b.day("valid", 40)
	b.tabTo(`form[action="/verwaltung/regeln/vergleich"].form button`)
	b.status(b.follow(enter), 200)
	b.shows("70 %")
	b.looks("regeln")
	for _, path := range []string{"/verwaltung/regeln", "/verwaltung/entscheidungen"} {
		for _, finding := range b.all(s.url + path) {
			t.Errorf("%s: %s", path, finding)
		}
	}
}
