package browser

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestADebtorGivesAMandate goes from the choice of ways to pay to a mandate that is given on paper,
// on a telephone, and takes it back.
func TestADebtorGivesAMandate(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for creditor, iban := range map[string]string{"praxis-lindner": "DE41500105170123456789", "elektro-brandl": "DE02120300000000202051",
		"stadtwerke-auental": "DE02500105170137075030"} {
		if creditor != "stadtwerke-auental" { // it collects by itself already
			run(t, command(t, s.env, "bank", "account", "add", "--creditor", creditor, "--iban", iban))
		}
		run(t, command(t, s.env, "collect", "account", "--creditor", creditor, "--iban", iban, "--identifier", "DE98ZZZ09999999999", "--holder", "Praxis"))
	}
	b := s.debtor(t, 0)
	b.size(360, 740)
	b.do(chromedp.Click(chromedp.ID("method-direct_debit")))
	b.shows("Sie geben hier Ihre IBAN an")
	b.follow(chromedp.Click(submit))
	b.is("/akte/bezahlen/weiter")
	b.shows("kostet Sie nichts")
	b.axe(light)
	b.put("iban", "DE02 1203 0000 0000 2020 52")
	b.do(chromedp.Click(chromedp.ID("whose-other")))
	b.status(b.follow(chromedp.Click(submit)), http.StatusUnprocessableEntity)
	b.shows("Diese IBAN stimmt nicht")
	b.eval(`document.getElementById("iban").value = ""`)
	b.put("iban", "AT61 1904 3002 3457 3201")
	b.follow(chromedp.Click(submit))
	b.is("/akte/lastschrift/mandat")
	b.shows("Ich ermächtige Praxis")
	b.shows("Mandat unterschreiben")
	b.shot("mandate-paper")
	if found := b.axe(light); len(found) > 0 {
		t.Error(found)
	}
	revoke := chromedp.CSS(`form[action="/akte/lastschrift/widerrufen"] button`)
	b.follow(chromedp.Click(revoke))
	b.shows("wirklich widerrufen")
	b.follow(chromedp.Click(revoke))
	b.is("/akte/lastschrift/mandat")
	b.shows("gilt nicht mehr")
	b.quiet()
}
