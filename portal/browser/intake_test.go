package browser

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// hands chooses a file on the page that asks for one and sends it.
func (b *tab) hands(path, name string, content []byte) {
	b.Helper()
	file := filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		b.Fatal(err)
	}
	b.status(b.follow(chromedp.Click(chromedp.CSS(`main a[href="`+path+`"]`))), 200)
	b.do(chromedp.SetUploadFiles(chromedp.ID("files"), []string{file}))
	b.status(b.follow(chromedp.Click(chromedp.CSS("main .button.primary"))), 200)
}

// openItems is what a program for shops exports: names of its own, amounts and days in its own way.
func openItems(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("Kd-Nr;Rechnungsnr;Kunde;Strasse;Hausnr;PLZ;Ort;Offener Betrag;Bestelldatum;Zahlbar bis;Vertreter\r\n")
	for i := range rows {
		postcode, amount := "01067", fmt.Sprintf("%d.%03d,50", 1+i%9, i%1000)
		switch i {
		case 10, 500:
			postcode = "1067" // a spreadsheet has eaten the zero
		case 900:
			amount = "1.5000"
		}
		fmt.Fprintf(&b, "%d;SH-%05d;Jörg Prüfer %d;Südallee;%d;%s;Dresden;%s;01.02.2026;01.03.2026;intern\r\n", i, i, i, 1+i%90, postcode, amount)
	}
	return []byte(strings.NewReplacer("ö", "\xf6", "ü", "\xfc").Replace(b.String())) // Windows-1252
}

func TestATableOfAThousandRowsIsHandedOver(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	boss := s.colleagues(t)["verwaltung"]
	b := open(t, s.url)
	b.size(1280, 900)
	b.status(b.comesIn(s, boss, boss.recovery), 200)
	b.status(b.follow(chromedp.Click(chromedp.CSS(`nav a[href="/verwaltung/uebergabe"]`))), 200)
	b.hands("/verwaltung/uebergabe/datei", "offene-posten.csv", openItems(1000))
	b.is("/verwaltung/uebergabe/tabelle")
	b.shows("Jörg Prüfer 0") // the encoding is recognised
	b.shot("intake-map")

	// What has not been said is asked for, and nothing that was said is lost.
	send := chromedp.Click(chromedp.CSS(`form[action="/verwaltung/uebergabe/zuordnung"] .button.primary`))
	b.status(b.follow(send), 422)
	b.shows("Forderungsgrund, Gegenstand")
	b.do(chromedp.SendKeys(chromedp.ID("v_ground"), "Vertrag"))
	b.put("v_object", "Warenlieferung")
	b.status(b.follow(send), 200)
	b.shows("1000 Zeilen, davon 3 mit Fehlern")
	b.shot("intake-checked")
	if got := ask[int](b, `document.querySelectorAll("main tbody tr").length`); got != 3 {
		t.Errorf("%d rows with errors are listed", got)
	}
	b.do(chromedp.Click(chromedp.ID("without")))
	b.status(b.follow(chromedp.Click(chromedp.CSS(`form[action="/verwaltung/uebergabe/start"] button`))), 200)
	b.comes("Abgeschlossen: 997 neu, 0 waren schon übergeben, 3 nicht übernommen")
	b.shot("intake-done")
	b.quiet()

	// The mended file again: it is explained already, and brings in what was missing.
	b.visit(s.url + "/verwaltung/uebergabe")
	b.shows("997 neu")
	mended := bytes.ReplaceAll(bytes.ReplaceAll(openItems(1000), []byte(";1067;"), []byte(";01067;")), []byte("1.5000"), []byte("15,00"))
	b.hands("/verwaltung/uebergabe/datei", "offene-posten.csv", mended)
	b.status(b.follow(send), 200)
	b.shows("1000 Zeilen, davon 0 mit Fehlern")
	b.status(b.follow(chromedp.Click(chromedp.CSS(`form[action="/verwaltung/uebergabe/start"] button`))), 200)
	b.comes("Abgeschlossen: 3 neu, 997 waren schon übergeben, 0 nicht übernommen")
	if out := run(t, command(t, s.env, "verify")); !regexp.MustCompile(`Alles stimmt`).MatchString(out) {
		t.Error(out)
	}
}

// zugferd is a page with an invoice in it, as programs for accounts write it.
func zugferd() []byte {
	const bill = `<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:r" xmlns:udt="urn:u">
<rsm:ExchangedDocument><ram:ID>ZF-4711</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">20260302</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>
<ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct><ram:Name>Wartung der Heizung</ram:Name></ram:SpecifiedTradeProduct></ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Heizungsbau Krug GmbH</ram:Name></ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Möbelwerk Süd GmbH</ram:Name><ram:PostalTradeAddress><ram:PostcodeCode>89077</ram:PostcodeCode><ram:LineOne>Industriestraße 40</ram:LineOne><ram:CityName>Ulm</ram:CityName><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20260401</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:GrandTotalAmount>1190.00</ram:GrandTotalAmount><ram:TotalPrepaidAmount>190.00</ram:TotalPrepaidAmount><ram:DuePayableAmount>1000.00</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>`
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write([]byte(bill)) // a buffer takes everything
	_ = w.Close()
	out := []byte("%PDF-1.6\n")
	for n, body := range []string{1: "<</Type/Catalog/Pages 2 0 R/AF[4 0 R]/Names<</EmbeddedFiles<</Names[(factur-x.xml)4 0 R]>>>>>>",
		2: "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>", 3: "<</Type/Page/Parent 2 0 R>>",
		4: "<</Type/Filespec/F(factur-x.xml)/UF(factur-x.xml)/AFRelationship/Alternative/EF<</F 5 0 R>>>>",
		5: fmt.Sprintf("<</Type/EmbeddedFile/Subtype/text#2Fxml/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", packed.Len(), packed.String())} {
		if n > 0 {
			out = fmt.Appendf(out, "%d 0 obj\n%s\nendobj\n", n, body)
		}
	}
	return append(out, "trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"...)
}

func TestAnInvoiceInAPDFIsHandedOver(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	boss := s.colleagues(t)["verwaltung"]
	b := open(t, s.url)
	b.size(1280, 900)
	b.status(b.comesIn(s, boss, boss.recovery), 200)
	b.visit(s.url + "/verwaltung/uebergabe")
	b.hands("/verwaltung/uebergabe/rechnung", "rechnung.pdf", zugferd())
	b.shows("Diese Angaben fehlen noch")
	b.shows("Vertragsdatum")
	b.shows("190,00")
	b.shot("intake-bill")
	for id, want := range map[string]string{"company_name": "Möbelwerk Süd GmbH", "principal": "1000,00", "due_date": "01.04.2026", "reference": "ZF-4711"} {
		if got := ask[string](b, `document.getElementById("`+id+`").value`); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	hand := chromedp.Click(chromedp.CSS(`form[action="/verwaltung/uebergabe/neu"] .button.primary`))
	b.put("contract_date", "15.02.2026")
	b.status(b.follow(hand), 200)
	b.shows("Die Forderung ist übergeben")
	b.shows("Aktenzeichen: 2026-")
	b.shot("intake-bill-done")
	b.quiet()
}
