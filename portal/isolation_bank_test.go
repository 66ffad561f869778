package portal

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"quitt/debt/staff"
	"quitt/payments/transfer"
	"quitt/payments/transfer/seen"
	"quitt/store"
)

func init() {
	// The id of a case is that of no statement and of no payment: what is there has a test of its own.
	asked := func(f *dossier) (query, form url.Values) { return url.Values{"id": {string(f.caseID)}}, nil }
	sent := func(f *dossier) (query, form url.Values) {
		return nil, url.Values{"id": {string(f.caseID)}, "grund": {seen.Checked}, "akte": {string(f.caseID)}, "q": {"Karamell"}}
	}
	for name, e := range map[string]expected{
		"GET /verwaltung/bank":                               {right: staff.See},
		"GET /verwaltung/bank/auszug":                        {right: staff.Act},
		"POST /verwaltung/bank/auszug":                       {right: staff.Act, answers: []int{422}},
		"GET /verwaltung/bank/konto":                         {right: staff.Payouts},
		"POST /verwaltung/bank/konto":                        {right: staff.Payouts, answers: []int{422}},
		"GET /verwaltung/bank/auszahlbar":                    {right: staff.See},
		"GET /verwaltung/bank/lastschriften":                 {right: staff.See},
		"GET /verwaltung/bank/lastschriften/antwort":         {right: staff.Act},
		"POST /verwaltung/bank/lastschriften/antwort":        {right: staff.Act, answers: []int{422}},
		"POST /verwaltung/bank/lastschriften/einziehen":      {right: staff.Payouts, answers: []int{422}},
		"POST /verwaltung/bank/lastschriften/zuruecknehmen":  {right: staff.Payouts, ask: sent, answers: []int{404}},
		"GET /verwaltung/bank/lastschriften/lauf":            {right: staff.See, ask: asked, answers: []int{404}},
		"GET /verwaltung/bank/lastschriften/datei":           {right: staff.Export, ask: asked, answers: []int{404}},
		"GET /verwaltung/bank/ueberweisungen":                {right: staff.See},
		"GET /verwaltung/bank/ueberweisungen/datei":          {right: staff.See, ask: asked, answers: []int{404}},
		"GET /verwaltung/bank/ueberweisungen/auszahlen":      {right: staff.Payouts},
		"GET /verwaltung/bank/ueberweisungen/speichern":      {right: staff.Payouts, ask: asked, answers: []int{404}},
		"POST /verwaltung/bank/ueberweisungen/auszahlen":     {right: staff.Payouts, answers: []int{422}},
		"POST /verwaltung/bank/ueberweisungen/zurueckzahlen": {right: staff.Payouts, answers: []int{422}},
		"POST /verwaltung/bank/ueberweisungen/zuruecknehmen": {right: staff.Payouts, ask: sent, answers: []int{404}},
		"GET /verwaltung/bank/pruefen":                       {right: staff.See, ask: asked, answers: []int{404}},
		"POST /verwaltung/bank/pruefen/erledigt":             {right: staff.Act, ask: sent, answers: []int{404}},
		"GET /verwaltung/bank/zahlungen":                     {right: staff.See},
		"GET /verwaltung/bank/zahlung":                       {right: staff.See, ask: asked, answers: []int{404}},
		"POST /verwaltung/bank/zahlung/suche":                {right: staff.Act, ask: sent, answers: []int{404}},
		"POST /verwaltung/bank/zahlung/buchen":               {right: staff.Act, ask: sent, answers: []int{404}},
		"POST /verwaltung/bank/zahlung/teilen":               {right: staff.Act, ask: sent, answers: []int{404}},
		"POST /verwaltung/bank/zahlung/fremd": {right: staff.Act, ask: func(f *dossier) (query, form url.Values) {
			return nil, url.Values{"id": {string(f.caseID)}, "grund": {transfer.OwnMoney}}
		}, answers: []int{404}},
		"POST /verwaltung/bank/zahlung/zurueck": {right: staff.Decide, ask: sent, answers: []int{404}},
		"POST /verwaltung/bank/zahlung/oeffnen": {right: staff.Act, ask: sent, answers: []int{404}},
	} {
		e.who = Staff
		staffTable[name] = e
	}
}

// sheet is a bank statement (MT940) that opens with 100,00 €: each payment of 10,00 € is from
// somebody for something. off is by how much it does not add up.
func sheet(iban string, number, off int, payments ...[2]string) string {
	text := fmt.Sprintf(":20:B\r\n:25:%s\r\n:28C:%d/1\r\n:60F:C261120EUR100,00\r\n", iban, number)
	for _, p := range payments {
		text += fmt.Sprintf(":61:2611201120CR10,00NTRFNONREF\r\n:86:166?00GUTSCHRIFT?20SVWZ+%s?31DE02300209000106531065?32%s\r\n", p[1], p[0])
	}
	return text + fmt.Sprintf(":62F:C261120EUR%d,00\r\n-\r\n", 100+10*len(payments)+off)
}

var (
	toLine    = regexp.MustCompile(`href="/verwaltung/bank/zahlung\?id=([0-9a-f-]{36})"`)
	toCheck   = regexp.MustCompile(`href="/verwaltung/bank/pruefen\?id=([0-9a-f-]{36})"`)
	ofVersion = regexp.MustCompile(`name="version" value="(\d+)"`)
)

// till is the bank rail of the first creditor with those who ask.
type till struct {
	*watched
	w                          *world
	boss, clerk, viewer, other *colleague
}

const bankRoom = "/verwaltung/bank"

// openTill sets up the creditor's account.
func openTill(t *testing.T, w *world) till {
	a := w.tenants[0]
	l := till{w: w, boss: w.colleague(&colleague{name: "admin", of: a, role: staff.Admin}), clerk: w.colleague(&colleague{name: "clerk", of: a, role: staff.Clerk}),
		viewer: w.colleague(&colleague{name: "viewer", of: a, role: staff.Viewer}),
		other:  w.colleague(&colleague{name: "administrator elsewhere", of: w.tenants[1], role: staff.Admin})}
	l.watched = watch(t, w, nil, window)
	l.want("an account", l.staffAsk(l.boss, "POST "+bankRoom+"/konto", nil, url.Values{"iban": {a.IBAN}}), 200)
	return l
}

func (l till) want(what string, a told, status int) {
	l.t.Helper()
	if a.status != status {
		l.t.Errorf("%s: %d, want %d: %s", what, a.status, status, a.body)
	}
}

// three reads a statement with three payments and gives them.
func (l till) three() (ids []string) {
	l.t.Helper()
	file := sheet(l.w.tenants[0].IBAN, 1, 0, [2]string{"Petra Karamell", "eins"}, [2]string{"Petra Karamell", "zwei"}, [2]string{"Petra Karamell", "drei"})
	if status, _, page := l.hands(l.clerk, bankRoom+"/auszug", "auszug.sta", file); status != 200 || !strings.Contains(page, "warten auf Zuordnung") {
		l.t.Fatalf("a statement: %d %s", status, page)
	}
	if status, _, page := l.hands(l.clerk, bankRoom+"/auszug", "wieder.sta", file); status != 200 || !strings.Contains(page, "schon einmal eingelesen") {
		l.t.Errorf("again: %d %s", status, page)
	}
	if status, _, _ := l.hands(l.other, bankRoom+"/auszug", "auszug.sta", file); status != 422 {
		l.t.Errorf("the statement of somebody else: %d", status)
	}
	list := l.staffAsk(l.viewer, "GET "+bankRoom+"/zahlungen", nil, nil)
	for _, m := range toLine.FindAllStringSubmatch(list.body, -1) {
		ids = append(ids, m[1])
	}
	if len(ids) != 3 {
		l.t.Fatalf("%d payments wait: %d %s", len(ids), list.status, list.body)
	}
	return ids
}

// seen is the version of a payment as its page shows it.
func (l till) seen(id string) string {
	l.t.Helper()
	p := l.staffAsk(l.clerk, "GET "+bankRoom+"/zahlung", url.Values{"id": {id}}, nil)
	m := ofVersion.FindStringSubmatch(p.body)
	if p.status != 200 || m == nil {
		l.t.Fatalf("a payment: %d %s", p.status, p.body)
	}
	return m[1]
}

func (l till) decides(k *colleague, name, id, version string, more url.Values) told {
	form := url.Values{"id": {id}, "version": {version}}
	maps.Copy(form, more)
	return l.staffAsk(k, "POST "+bankRoom+"/zahlung/"+name, nil, form)
}

func (l till) done() {
	l.t.Helper()
	if log := l.log.String(); strings.Contains(log, "Karamell") {
		l.t.Error("the log tells who paid")
	}
	if _, err := l.w.store.Verify(context.Background(), func(f store.Finding) bool { l.t.Error(f); return true }); err != nil {
		l.t.Error(err)
	}
}

// What a bank says is its creditor's, from the file to the payment.
func TestABankStatementIsItsCreditorsAlone(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		l := openTill(t, w)
		a := l.w.tenants[0]
		l.want("the account of somebody else", l.staffAsk(l.other, "POST "+bankRoom+"/konto", nil, url.Values{"iban": {a.IBAN}}), 422)
		ids := l.three()
		if status, _, page := l.hands(l.clerk, bankRoom+"/auszug", "schief.sta", sheet(a.IBAN, 2, 7)); status != 200 || !strings.Contains(page, "7,00") {
			t.Errorf("one that does not add up: %d %s", status, page)
		}
		if status, _, _ := l.hands(l.clerk, bankRoom+"/auszug", "bild.png", "\x89PNG"); status != 422 {
			t.Errorf("no statement: %d", status)
		}
		if p := l.staffAsk(l.other, "GET "+bankRoom+"/zahlungen", nil, nil); strings.Contains(p.body, "Karamell") {
			t.Error("money of somebody else is listed")
		}
		bad := toCheck.FindStringSubmatch(l.staffAsk(l.viewer, "GET "+bankRoom, nil, nil).body)
		for name, e := range staffTable {
			if !strings.Contains(name, " "+bankRoom+"/") || e.ask == nil {
				continue
			}
			values := url.Values{"id": {ids[0]}, "version": {"1"}, "grund": {transfer.OwnMoney}, "q": {"Karamell"}}
			if strings.Contains(name, "/pruefen") {
				values.Set("id", bad[1])
				values.Set("grund", seen.Checked)
			}
			query, form := values, url.Values(nil)
			if strings.HasPrefix(name, http.MethodPost) {
				query, form = nil, values
			}
			l.want(name+" elsewhere", l.staffAsk(l.other, name, query, form), 404)
			if e.right != staff.See {
				l.want(name+" as a viewer", l.staffAsk(l.viewer, name, query, form), 403)
			}
		}
		l.want("dismissed for no reason", l.staffAsk(l.clerk, "POST "+bankRoom+"/pruefen/erledigt", nil, url.Values{"id": {bad[1]}}), 422)
		l.want("dismissed", l.staffAsk(l.clerk, "POST "+bankRoom+"/pruefen/erledigt", nil, url.Values{"id": {bad[1]}, "grund": {seen.Checked}}), 303)
		if p := l.staffAsk(l.viewer, "GET "+bankRoom, nil, nil); strings.Contains(p.body, "Das muss jemand ansehen") {
			t.Error("the alarm goes on")
		}
		l.done()
		l.report(t)
	})
}

// Money is placed once: of two who decide the second is told, and what is typed has to fit.
func TestMoneyIsPlacedOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		l := openTill(t, w)
		ids, own := l.three(), l.w.tenants[0].files
		v := l.seen(ids[0])
		if p := l.decides(l.clerk, "buchen", ids[0], v, url.Values{"akte": {string(l.w.tenants[1].files[plainCase].caseID)}}); p.status < 400 || p.status >= 500 {
			t.Errorf("to a case of somebody else: %d", p.status)
		}
		l.want("booking", l.decides(l.clerk, "buchen", ids[0], v, url.Values{"akte": {string(own[plainCase].caseID)}}), 303)
		second := l.decides(l.boss, "fremd", ids[0], v, url.Values{"grund": {transfer.OwnMoney}})
		if l.want("the second of two", second, 409); !strings.Contains(second.body, "Jemand war schneller") {
			t.Error("he is not told")
		}
		v = l.seen(ids[1])
		shares := url.Values{"nr-1": {l.w.fileReference(own[plainCase])}, "betrag-1": {"4"}, "nr-2": {l.w.fileReference(own[firmCase])}, "betrag-2": {"5,50"}}
		rest := maps.Clone(shares)
		rest.Set("do", "rest")
		if p := l.decides(l.clerk, "teilen", ids[1], v, rest); p.status != 200 || !strings.Contains(p.body, "0,50") {
			t.Errorf("what is left over: %d", p.status)
		}
		l.want("less than all", l.decides(l.clerk, "teilen", ids[1], v, shares), 422)
		shares.Set("betrag-2", "6")
		l.want("a split", l.decides(l.clerk, "teilen", ids[1], v, shares), 303)
		l.want("not ours for no reason", l.decides(l.clerk, "fremd", ids[2], l.seen(ids[2]), nil), 422)
		l.want("not ours", l.decides(l.clerk, "fremd", ids[2], l.seen(ids[2]), url.Values{"grund": {transfer.OwnMoney}}), 303)
		l.want("open again", l.decides(l.clerk, "oeffnen", ids[2], l.seen(ids[2]), nil), 303)
		l.want("a clerk sends money away", l.decides(l.clerk, "zurueck", ids[2], l.seen(ids[2]), nil), 403)
		l.want("back", l.decides(l.boss, "zurueck", ids[2], l.seen(ids[2]), nil), 303)
		if p := l.staffAsk(l.viewer, "GET "+bankRoom+"/auszahlbar", nil, nil); p.status != 200 || !strings.Contains(p.body, "20,00") {
			t.Errorf("what is to be paid out: %d", p.status)
		}
		l.want("up to no day", l.staffAsk(l.viewer, "GET "+bankRoom+"/auszahlbar", url.Values{"bis": {"gestern"}}, nil), 422)
		found := l.staffAsk(l.clerk, "POST "+bankRoom+"/zahlung/suche", nil, url.Values{"id": {ids[2]}, "q": {own[plainCase].debtor.LastName.Reveal()}})
		l.want("a search", found, 303)
		l.done()
		l.report(t)
	})
}

// fileReference is that of a case.
func (w *world) fileReference(f *dossier) string {
	w.t.Helper()
	v, err := w.cases.View(context.Background(), f.of.ID, f.caseID)
	w.must(err)
	return v.Case.FileReference
}
