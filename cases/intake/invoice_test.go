package intake

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quitt/cases"
	"quitt/debt"
	"quitt/store/storetest"
)

// bill is an invoice with what most have; more is put before its end.
func bill(typ, payable, due, buyer string) string {
	if due != "" {
		due = "<DueDate>" + due + "</DueDate>"
	}
	return `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>R-7</ID><IssueDate>2026-03-02</IssueDate>` + due +
		`<InvoiceTypeCode>` + typ + `</InvoiceTypeCode><DocumentCurrencyCode>EUR</DocumentCurrencyCode>
	<AccountingSupplierParty><Party><PartyLegalEntity><RegistrationName>Krug GmbH</RegistrationName></PartyLegalEntity></Party></AccountingSupplierParty>
	<AccountingCustomerParty><Party><PartyName><Name>` + buyer + `</Name></PartyName><PostalAddress><StreetName>Weg 1</StreetName><CityName>Dresden</CityName>
	<PostalZone>01067</PostalZone><Country><IdentificationCode>DE</IdentificationCode></Country></PostalAddress></Party></AccountingCustomerParty>
	<PaymentTerms><Note>#SKONTO#TAGE=7#PROZENT=2.00#
</Note></PaymentTerms>
	<LegalMonetaryTotal><TaxInclusiveAmount>200.00</TaxInclusiveAmount><PrepaidAmount>80.00</PrepaidAmount><PayableAmount>` + payable + `</PayableAmount></LegalMonetaryTotal>
	<InvoiceLine><Item><Name>Wartung</Name></Item></InvoiceLine><InvoiceLine><Item><Name>Anfahrt</Name></Item></InvoiceLine></Invoice>`
}

// within puts files into a PDF; each is its name and relationship, and its content.
func within(files ...[3]string) []byte {
	out := []byte("%PDF-1.3\n")
	add := func(n int, body string) { out = fmt.Appendf(out, "%d 0 obj\n%s\nendobj\n", n, body) }
	names := ""
	for i, f := range files {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		_, _ = z.Write([]byte(f[2])) // a buffer takes everything
		_ = z.Close()
		n := 10 + 2*i
		names += fmt.Sprintf("(%s)%d 0 R", f[0], n)
		add(n, fmt.Sprintf("<</Type/Filespec/F(%s)/AFRelationship/%s/EF<</F %d 0 R>>>>", f[0], f[1], n+1))
		add(n+1, fmt.Sprintf("<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", packed.Len(), packed.String()))
	}
	add(1, "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names["+names+"]>>>>>>")
	add(2, "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 9 9]>>")
	add(3, "<</Type/Page/Parent 2 0 R>>")
	return append(out, "trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"...)
}

func TestAnInvoiceFillsTheForm(t *testing.T) {
	for name, file := range map[string][]byte{
		"XML":         []byte(bill("380", "120.00", "2026-04-01", "Marta Sophie Beispiel")),
		"PDF":         within([3]string{"Factur-X.xml", "Alternative", bill("380", "120.00", "2026-04-01", "Marta Sophie Beispiel")}),
		"two of them": within([3]string{"zugferd-invoice.xml", "Supplement", "<x/>"}, [3]string{"xrechnung.xml", "Source", bill("380", "120.00", "2026-04-01", "Marta Sophie Beispiel")}),
		"papers too":  within([3]string{"virus.exe", "Data", "X5O!"}, [3]string{"factur-x.xml", "Data", bill("380", "120.00", "2026-04-01", "Marta Sophie Beispiel")}),
	} {
		d, err := ReadInvoice(file)
		if err != nil {
			t.Fatal(name, err)
		}
		for field, want := range map[string]string{
			"reference": "R-7", "invoice_number": "R-7", "invoice_date": "2026-03-02", "due_date": "2026-04-01", "principal": "120.00",
			"debtor_kind": "person", "first_name": "Marta Sophie", "last_name": "Beispiel", "street": "Weg 1", "postcode": "01067",
			"city": "Dresden", "country": "DE", "currency": "EUR", "ground": "contract", "object": "Wartung, Anfahrt", "contract_date": "",
		} {
			if d.Fields[field] != want {
				t.Errorf("%s: %s is %q, want %q", name, field, d.Fields[field], want)
			}
		}
		if got := fmt.Sprint(d.Notes); got != "[invalid: intake_note_person invalid: intake_note_prepaid gross=200.00 prepaid=80.00 invalid: intake_note_discount days=7 rate=200]" {
			t.Errorf("%s: %s", name, got)
		}
		// All that is missing is what no invoice says.
		row := cases.ReadFields(d.Fields, debt.Creditor{}, debt.DateIn(storetest.Now, debt.Berlin))
		if len(row.Problems) != 1 || row.Problems[0].Err.Key != "contract_date_missing" {
			t.Errorf("%s: %+v", name, row.Problems)
		}
	}
}

func TestWhoBuysAsACompany(t *testing.T) {
	for name, company := range map[string]bool{
		"Marta Beispiel": false, "Dr. Agnes Koch": false, "Kunden AG Mitte": true, "Möbelwerk Süd GmbH & Co. KG": true,
		"Bäckerei Kühn e.K.": true, "Stadt Dresden": true, "Sportverein Küstenwind e.V.": true, "Haus (GbR)": true, "Prince": false,
	} {
		d, err := ReadInvoice([]byte(bill("380", "120.00", "", strings.ReplaceAll(name, "&", "&amp;"))))
		if err != nil || (d.Fields["debtor_kind"] == "company") != company {
			t.Errorf("%s: %v, %v", name, d.Fields["debtor_kind"], err)
		}
		if !company && strings.TrimSpace(d.Fields["first_name"]+" "+d.Fields["last_name"]) != name {
			t.Errorf("%s: %q %q", name, d.Fields["first_name"], d.Fields["last_name"])
		}
	}
}

func TestFilesThatMakeNoClaim(t *testing.T) {
	locked := bytes.Replace(within([3]string{"a.xml", "Data", "<a/>"}), []byte("<</Root 1 0 R"), []byte("<</Encrypt 9 0 R/Root 1 0 R"), 1)
	for name, c := range map[string]struct {
		content []byte
		key     string
	}{
		"credit note":   {[]byte(bill("381", "120.00", "", "M")), "intake_invoice_reversed"},
		"self-billed":   {[]byte(bill("389", "120.00", "", "M")), "intake_invoice_reversed"},
		"paid":          {[]byte(strings.Replace(bill("380", "0.00", "", "M"), "80.00", "200.00", 1)), "intake_invoice_nothing"},
		"more than":     {[]byte(strings.Replace(bill("380", "-5.00", "", "M"), "80.00", "205.00", 1)), "intake_invoice_nothing"},
		"a table":       {[]byte("a;b\n1;2\n"), "intake_no_invoice"},
		"nothing":       {nil, "intake_no_invoice"},
		"bare PDF":      {within([3]string{"anlage.xml", "Data", "<a/>"}), "intake_pdf_bare"},
		"PDF with less": {within([3]string{"factur-x.xml", "Data", "<html/>"}), "intake_invoice_unknown"},
		"broken PDF":    {[]byte("%PDF-1.7\nrest"), "intake_pdf_broken"},
		"locked PDF":    {locked, "intake_pdf_locked"},
		"PDF bomb":      {within([3]string{"factur-x.xml", "Data", strings.Repeat("a", 11<<20)}), "intake_pdf_broken"},
		"entities":      {[]byte(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Invoice>&x;</Invoice>`), "intake_invoice_dtd"},
		"too large":     {bytes.Repeat([]byte("<"), 11<<20), "intake_invoice_size"},
	} {
		if _, err := ReadInvoice(c.content); !is(err, debt.Invalid, c.key) {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

// What an invoice says wrongly is left open, and said.
func TestSumsThatDoNotAddUpAreLeftOpen(t *testing.T) {
	d, err := ReadInvoice([]byte(bill("380", "200.00", "2026-04-01", "M")))
	if err != nil || d.Fields["principal"] != "" || d.Notes[1].Key != "intake_invoice_sum" {
		t.Errorf("%q, %v, %v", d.Fields["principal"], d.Notes, err)
	}
}

// Samples of others are not ours to hand on; where they lie beside the project they are read.
func TestSamplesOfOthers(t *testing.T) {
	want := map[string]string{
		"corpus-EN16931_Einfach_DueDate.facturx.pdf": "471102 529.87 2019-03-05 Kunden AG Mitte",
		"corpus-XRECHNUNG_Einfach.facturx.pdf":       "471102 529.87  Kunden AG Mitte",
		"corpus-zugferd_2p0_MINIMUM.pdf":             "471102 235.62  Kunden AG Mitte",
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "bank", "samples", "einvoice", "*.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := ReadInvoice(b)
		got := fmt.Sprintf("%s %s %s %s", d.Fields["reference"], d.Fields["principal"], d.Fields["due_date"], d.Fields["company_name"])
		if w := want[filepath.Base(name)]; err != nil || w != "" && got != w {
			t.Errorf("%s: %v\n got %s\nwant %s", filepath.Base(name), err, got, w)
		}
	}
	t.Logf("%d samples", len(files))
}

func FuzzReadInvoice(f *testing.F) {
	f.Add([]byte(bill("380", "120.00", "2026-04-01", "Marta Beispiel")))
	f.Add(within([3]string{"factur-x.xml", "Alternative", bill("380", "120.00", "", "M GmbH")}))
	f.Add([]byte("%PDF-1.7\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ReadInvoice(b)
		if err != nil {
			var known *debt.Error
			if !errors.As(err, &known) || known.Kind != debt.Invalid {
				t.Fatalf("an error without words: %v", err)
			}
			return
		}
		if d.Invoice.Reversed() || d.Fields["principal"] != "" && d.Invoice.Payable <= 0 {
			t.Fatal("what makes no debt became one")
		}
		_ = cases.ReadFields(d.Fields, debt.Creditor{}, debt.DateIn(storetest.Now, debt.Berlin))
	})
}
