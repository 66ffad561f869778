package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Somebody has paid far too much. What is his goes back, what is the creditor's is paid out, each by
// a file for the bank, and a file that was not handed in is taken back.
func TestMoneyGoesOutByFilesForTheBank(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	l := s.handedOver(t)
	boss := s.colleagues(t)["verwaltung"]
	b := open(t, s.url)
	b.size(1280, 900)
	b.status(b.comesIn(s, boss, boss.recovery), 200)
	b.visit(s.url + "/verwaltung/bank")
	b.hands("/verwaltung/bank/auszug", "auszug.sta", []byte(nextStatement([3]string{"900000", "Oksana Groening", "Az " + l.reference + " Gröning"})))
	b.status(b.visit(s.url+"/verwaltung/akte?nr="+l.reference), 200)
	b.shows("Zu viel gezahlt")

	click := func(selector, says string) {
		t.Helper()
		b.status(b.follow(chromedp.Click(chromedp.CSS(selector))), 200)
		b.shows(says)
	}
	click(`main a[href*="/akte/erstattung"]`, "Der Überschuss gehört ihr")
	b.looks("erstattung")
	b.do(chromedp.Click(chromedp.ID("sure")))
	click("#form button.primary", "Die Rückzahlung ist beauftragt")

	b.status(b.visit(s.url+"/verwaltung/bank"), 200)
	click(`main a[href="/verwaltung/bank/ueberweisungen"]`, "Rückzahlungsdatei bestellen")
	b.looks("ueberweisungen")
	click(`form[action$="/zurueckzahlen"] button`, "Die Datei ist bestellt")
	b.looks("ueberweisung")
	saved := func() string {
		return ask[string](b, `fetch(document.querySelector('main a[href*="/speichern"]').href).then((r) => r.text())`)
	}
	if file := saved(); !strings.Contains(file, "DE02100100100006820101") || !strings.Contains(file, "<CdtTrfTxInf>") {
		t.Errorf("the file is %.200s", file)
	}
	b.do(chromedp.Click(chromedp.ID("sicher")))
	click(`form[action$="/zuruecknehmen"] button`, "Die Datei ist zurückgenommen")

	click(`main a[href="/verwaltung/bank/ueberweisungen"]`, "Auszahlung bestellen")
	click(`main a[href$="/auszahlen"]`, "Von welchem Konto?")
	b.put("iban", "DE75 5121 0800 1245 1261 99")
	b.looks("auszahlen")
	click("main form.form button.primary", "Die Datei ist bestellt")
	if file := saved(); !strings.Contains(file, "DE75512108001245126199") {
		t.Errorf("the file is %.200s", file)
	}
	b.size(360, 740)
	for _, path := range []string{"/verwaltung/bank/ueberweisungen", "/verwaltung/bank/ueberweisungen/auszahlen", "/verwaltung/bank/lastschriften"} {
		for _, finding := range b.all(s.url + path) {
			t.Errorf("%s: %s", path, finding)
		}
	}
	b.quiet()
	run(t, command(t, s.env, "verify"))
}
