package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// demoClosing is what the demo's own bank statement closes with: the next one opens with it.
const demoClosing = 5_468_50

// nextStatement is the bank statement behind the demo's, with payments in cents, each from
// somebody for something.
func nextStatement(payments ...[3]string) string {
	now := time.Now().Format("060102")
	day, short := now, now[2:]
	text := fmt.Sprintf(":20:B\r\n:25:DE89370400440532013000\r\n:28C:2/1\r\n:60F:C%sEUR%s\r\n", day, comma(demoClosing))
	sum := demoClosing
	for _, p := range payments {
		cents := 0
		if _, err := fmt.Sscan(p[0], &cents); err != nil {
			panic(err)
		}
		sum += cents
		text += fmt.Sprintf(":61:%s%sCR%sNTRFNONREF\r\n:86:166?00GUTSCHRIFT?20SVWZ+%s?31DE02100100100006820101?32%s\r\n", day, short, comma(cents), p[2], p[1])
	}
	return text + fmt.Sprintf(":62F:C%sEUR%s\r\n-\r\n", day, comma(sum))
}

func comma(cents int) string { return fmt.Sprintf("%d,%02d", cents/100, cents%100) }

// payment opens the payment of somebody in the list.
func (b *tab) payment(s *shop, of string) {
	b.Helper()
	b.status(b.visit(s.url+"/verwaltung/bank/zahlungen"), 200)
	at := ask[string](b, `(() => { const r = [...document.querySelectorAll("tbody tr")].find(r => r.innerText.includes(`+quoted(of)+`)); return r ? r.querySelector("a").href : "" })()`)
	if at == "" {
		b.Fatalf("%s is not in the list: %s", of, b.text())
	}
	b.status(b.visit(at), 200)
}

// A clerk reads a bank statement: one payment books itself, one is booked by a click, one is
// split, one is none of ours, and what does not add up is said with its numbers.
func TestABankStatementIsReadAndItsMoneyPlaced(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	l := s.handedOver(t)
	b := open(t, s.url)
	b.works(s, s.colleagues(t)["leitung"].now(t), "Lindner")
	b.keyed(`nav.side a[href="/verwaltung/bank"]`, "/verwaltung/bank")
	b.shows("DE89 3704 0044 0532 0130 00")
	b.looks("bank")
	b.hands("/verwaltung/bank/auszug", "auszug.sta", []byte(nextStatement(
		[3]string{"10000", "Oksana Groening", "Az " + l.reference + " Gröning"},
		[3]string{"2500", "Gröning", "Zahnersatz"},
		[3]string{"3000", "Familie Gröning", "zwei Sachen"},
		[3]string{"4711", "Praxisbedarf Süd", "Gutschrift"})))
	b.shows("Das Ergebnis")
	b.shows("warten auf Zuordnung")
	b.looks("bank-gelesen")
	b.status(b.visit(s.url+"/verwaltung/bank/zahlungen"), 200)
	b.looks("bank-liste")
	b.hides("Oksana Groening") // it booked itself

	b.payment(s, "Zahnersatz")
	b.shows("Möglich")
	b.put("search", l.reference)
	b.status(b.follow(chromedp.Click(chromedp.CSS(`form[role=search] button`))), 200)
	b.shows("Gefunden")
	b.looks("bank-zahlung")
	b.status(b.follow(chromedp.Click(chromedp.CSS(`#hits form button`))), 200)
	b.shows("Die Zahlung ist gebucht")
	b.looks("bank-gebucht")

	b.payment(s, "zwei Sachen")
	b.eval(`document.getElementById("nr-1").value = ` + quoted(l.reference) + `; document.getElementById("nr-2").value = ""`)
	b.put("betrag-1", "20")
	b.until(`document.getElementById("rest").innerText.includes("10,00")`)
	b.eval(`document.querySelector("button[name=do]").form.noValidate = true`)
	b.status(b.follow(chromedp.Click(chromedp.CSS(`button[name=do]`))), 200)
	if rest := ask[string](b, `document.getElementById("rest").innerText`); !strings.Contains(rest, "10,00") {
		t.Errorf("the server says %q", rest)
	}
	b.status(b.follow(chromedp.Click(chromedp.CSS(`form.shares button.primary`))), 422)
	b.shows("Es fehlen 10,00")
	b.looks("bank-teilen")
	b.eval(`document.getElementById("nr-2").value = "ZA-2100"; document.getElementById("betrag-2").value = "10"`)
	b.status(b.follow(chromedp.Click(chromedp.CSS(`form.shares button.primary`))), 200)
	b.shows("auf die Akten aufgeteilt")

	b.payment(s, "Praxisbedarf Süd")
	b.do(chromedp.Click(chromedp.ID("grund-other_business")))
	b.status(b.follow(chromedp.Click(chromedp.CSS(`form[action="/verwaltung/bank/zahlung/fremd"] button`))), 200)
	b.shows("als fremd vermerkt")
	b.status(b.follow(chromedp.Click(chromedp.CSS(`form[action="/verwaltung/bank/zahlung/oeffnen"] button`))), 200)
	b.shows("wieder offen")

	b.visit(s.url + "/verwaltung/bank")
	b.hands("/verwaltung/bank/auszug", "schief.sta", []byte(strings.Replace(strings.Replace(nextStatement(), ":28C:2", ":28C:3", 1), "EUR5468,50\r\n-", "EUR5470,00\r\n-", 1)))
	b.shows("1,50")
	b.status(b.visit(s.url+"/verwaltung/akte?nr="+l.reference), 200)
	b.shows("Überweisungen laut Kontoauszug")
	b.size(360, 740) // one column: beside each other, the frame and the page begin at one height
	for _, path := range []string{"/verwaltung/bank", "/verwaltung/bank/auszug", "/verwaltung/bank/zahlungen"} {
		for _, finding := range b.all(s.url + path) {
			t.Errorf("%s: %s", path, finding)
		}
	}
	b.quiet()
	run(t, command(t, s.env, "verify"))
}
