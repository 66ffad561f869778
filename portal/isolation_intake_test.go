package portal

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"quitt/cases"
	"quitt/cases/intake"
	"quitt/debt/staff"
	"quitt/store"
)

func init() {
	// The id of a case is that of no table: what is there has a test of its own.
	asked := func(f *dossier) (query, form url.Values) { return url.Values{"id": {string(f.caseID)}}, nil }
	sent := func(f *dossier) (query, form url.Values) { return nil, url.Values{"id": {string(f.caseID)}} }
	for name, e := range map[string]expected{
		"GET /verwaltung/uebergabe":            {},
		"GET /verwaltung/uebergabe/neu":        {},
		"POST /verwaltung/uebergabe/neu":       {answers: []int{422}},
		"GET /verwaltung/uebergabe/datei":      {},
		"POST /verwaltung/uebergabe/datei":     {answers: []int{422}},
		"GET /verwaltung/uebergabe/rechnung":   {},
		"POST /verwaltung/uebergabe/rechnung":  {answers: []int{422}},
		"GET /verwaltung/uebergabe/tabelle":    {ask: asked, answers: []int{404}},
		"POST /verwaltung/uebergabe/zuordnung": {ask: sent, answers: []int{404}},
		"POST /verwaltung/uebergabe/start":     {ask: sent, answers: []int{404}},
		"POST /verwaltung/uebergabe/verwerfen": {ask: sent, answers: []int{404}},
		"GET /verwaltung/uebergabe/fehler":     {ask: asked, answers: []int{404}},
	} {
		e.who, e.right = Staff, staff.Act
		staffTable[name] = e
	}
}

const shopTable = "Rechnungsnr;Kunde;Strasse;PLZ;Ort;Betrag;Bestelldatum;Zahlbar bis\n" +
	"R-1;Karamell;Weg 1;01067;Dresden;12,50;01.02.2026;01.03.2026\nR-2;Karamell;Weg 1;1067;Dresden;=2+2;01.02.2026;01.03.2026\n"

// hands sends a form with one file as a member and gives status, place and page.
func (st *watched) hands(k *colleague, path, name, content string) (int, string, string) {
	st.t.Helper()
	body, kind := sent(formToken(k.cookie), []string{name}, []byte(content))
	r, err := http.NewRequest(http.MethodPost, st.url+path, body)
	st.must(err)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Cookie", "vid="+k.cookie)
	res, err := st.client.Do(r)
	st.must(err)
	defer func() { _ = res.Body.Close() }() // read to its end
	page, err := io.ReadAll(res.Body)
	st.must(err)
	return res.StatusCode, res.Header.Get("Location"), string(page)
}

func (w *world) tables() intake.Desk {
	return intake.Desk{Cases: cases.Desk{Store: w.store, Now: w.clock.Now}}
}

// A table on its way in is its creditor's, from the first page to the list of errors.
func TestATableIsTakenInByItsCreditorAlone(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		clerk := w.colleague(&colleague{name: "clerk", of: w.tenants[0], role: staff.Clerk})
		viewer := w.colleague(&colleague{name: "viewer", of: w.tenants[0], role: staff.Viewer})
		other := w.colleague(&colleague{name: "administrator elsewhere", of: w.tenants[1], role: staff.Admin})
		st := watch(t, w, nil, window)
		status, at, _ := st.hands(clerk, "/verwaltung/uebergabe/datei", "karamell.csv", shopTable)
		id := url.Values{"id": {strings.TrimPrefix(at, "/verwaltung/uebergabe/tabelle?id=")}}
		if status != 303 || id.Get("id") == at {
			t.Fatalf("%d %s", status, at)
		}
		see := func(k *colleague, name string, more url.Values) told {
			t.Helper()
			form := url.Values{}
			maps.Copy(form, id)
			maps.Copy(form, more)
			if strings.HasPrefix(name, http.MethodGet) {
				return st.staffAsk(k, name, form, nil)
			}
			return st.staffAsk(k, name, nil, form)
		}
		for name, e := range staffTable {
			if !strings.Contains(name, "/uebergabe/") || e.ask == nil {
				continue
			}
			if a := see(viewer, name, nil); a.status != 403 {
				t.Errorf("%s as a viewer: %d", name, a.status)
			}
			foreign := see(other, name, nil)
			query, form := e.ask(&dossier{caseID: store.NewID()})
			missing := st.staffAsk(other, name, query, form)
			if foreign.status != 404 || foreign.String() != missing.String() {
				t.Errorf("%s elsewhere: %d, %s", name, foreign.status, difference(missing.String(), foreign.String()))
			}
		}
		if a := see(clerk, "GET /verwaltung/uebergabe/tabelle", nil); a.status != 200 || !strings.Contains(a.body, "Karamell") {
			t.Fatalf("the question about columns: %d", a.status)
		}
		if a := see(clerk, "POST /verwaltung/uebergabe/zuordnung", url.Values{"c_reference": {"99"}}); a.status != 422 {
			t.Errorf("columns that do not exist: %d", a.status)
		}
		columns := url.Values{"v_ground": {"contract"}, "v_object": {"Ware"}}
		for i, name := range []string{"reference", "last_name", "street", "postcode", "city", "principal", "contract_date", "due_date"} {
			columns.Set("c_"+name, strconv.Itoa(i+1))
		}
		if a := see(clerk, "POST /verwaltung/uebergabe/zuordnung", columns); a.status != 303 {
			t.Fatalf("columns: %d %s", a.status, a.body)
		}
		if a := see(clerk, "GET /verwaltung/uebergabe/fehler", nil); a.status != 200 || !strings.Contains(a.body, ";'=2+2;") || !strings.Contains(a.raw.Get("Content-Disposition"), "attachment") {
			t.Errorf("the list of errors: %d %q", a.status, a.body)
		}
		if a := see(clerk, "POST /verwaltung/uebergabe/start", nil); a.status != 409 || !strings.Contains(a.body, "1 Zeilen haben noch Fehler") {
			t.Errorf("it starts without a word about the faulty row: %d", a.status)
		}
		if a := see(clerk, "POST /verwaltung/uebergabe/start", url.Values{"without": {"yes"}}); a.status != 303 {
			t.Fatalf("start: %d", a.status)
		}
		if did, err := w.tables().Turn(context.Background(), w.tenants[0].ID); err != nil || did != 2 {
			t.Fatal(did, err)
		}
		if a := see(clerk, "GET /verwaltung/uebergabe/tabelle", nil); a.status != 200 || !strings.Contains(a.body, "1 neu, 0 waren schon übergeben, 1 nicht übernommen") {
			t.Errorf("done: %d %s", a.status, a.body)
		}
		if a := see(clerk, "POST /verwaltung/uebergabe/verwerfen", nil); a.status != 303 {
			t.Errorf("forgetting: %d", a.status)
		}
		if a := see(clerk, "GET /verwaltung/uebergabe/tabelle", nil); a.status != 404 {
			t.Errorf("it is still there: %d", a.status)
		}
		if log := st.log.String(); strings.Contains(strings.ToLower(log), "karamell") {
			t.Error("the log tells who owes")
		}
		st.report(t)
	})
}

// An invoice is read into the form and kept nowhere; the form makes one case, however often it
// is sent.
func TestAnInvoiceIsHandedOverOnce(t *testing.T) {
	const bill = `<Invoice><ID>R-77</ID><IssueDate>2026-01-05</IssueDate><DueDate>2026-02-05</DueDate><InvoiceTypeCode>380</InvoiceTypeCode>
		<DocumentCurrencyCode>EUR</DocumentCurrencyCode><AccountingCustomerParty><Party><PartyName><Name>Marta &lt;b&gt;Karamell</Name></PartyName>
		<PostalAddress><StreetName>Weg 1</StreetName><CityName>Dresden</CityName><PostalZone>01067</PostalZone></PostalAddress></Party></AccountingCustomerParty>
		<LegalMonetaryTotal><PayableAmount>99.90</PayableAmount></LegalMonetaryTotal><InvoiceLine><Item><Name>Ware</Name></Item></InvoiceLine></Invoice>`
	eachWorld(t, func(t *testing.T, w *world) {
		clerk := w.colleague(&colleague{name: "clerk", of: w.tenants[0], role: staff.Clerk})
		st := watch(t, w, nil, window)
		status, _, page := st.hands(clerk, "/verwaltung/uebergabe/rechnung", "r.xml", bill)
		if status != 200 || !strings.Contains(page, `value="&lt;b&gt;Karamell"`) || !strings.Contains(page, `value="99,90"`) || !strings.Contains(page, `href="#contract_date"`) {
			t.Fatalf("%d %s", status, page)
		}
		if status, _, page := st.hands(clerk, "/verwaltung/uebergabe/rechnung", "r.xml", strings.Replace(bill, ">380<", ">381<", 1)); status != 422 || !strings.Contains(page, "Gutschrift (Art 381)") {
			t.Errorf("a credit note: %d", status)
		}
		form := url.Values{"reference": {"R-77"}, "last_name": {"Karamell"}, "street": {"Weg 1"}, "postcode": {"01067"}, "city": {"Dresden"},
			"principal": {"99,90"}, "ground": {"contract"}, "object": {"Ware"}, "contract_date": {"05.01.2026"}, "due_date": {"05.02.2026"}}
		number := regexp.MustCompile(`Aktenzeichen: (\d{4}-\d{6})`)
		first := st.staffAsk(clerk, "POST /verwaltung/uebergabe/neu", nil, form)
		again := st.staffAsk(clerk, "POST /verwaltung/uebergabe/neu", nil, form)
		m := number.FindStringSubmatch(first.body)
		if first.status != 200 || m == nil || !strings.Contains(again.body, "war schon übergeben") || !strings.Contains(again.body, m[1]) {
			t.Fatalf("%d %d %v", first.status, again.status, m)
		}
		form.Set("principal", "99,91")
		if a := st.staffAsk(clerk, "POST /verwaltung/uebergabe/neu", nil, form); a.status != 422 {
			t.Errorf("other content under the same reference: %d", a.status)
		}
		w.must(w.store.Read(context.Background(), w.tenants[0].ID, func(r *store.Reader) error {
			known, err := r.HandedOver([]string{"R-77"})
			if len(known) != 1 {
				t.Errorf("%d cases", len(known))
			}
			return err
		}))
		if log := st.log.String(); strings.Contains(log, "Karamell") {
			t.Error("the log tells who owes")
		}
	})
}
