package portal

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"quitt/debt/staff"
	"quitt/reports"
)

// reportPages are the addresses of the reports behind their common beginning.
var reportPages = []string{"", "/verlauf", "/alter", "/geld", "/raten", "/einwaende", "/briefe", "/akten", "/datei"}

func init() {
	for _, path := range reportPages {
		staffTable["GET /verwaltung/berichte"+path] = expected{who: Staff, right: staff.See}
	}
	staffTable["GET /verwaltung/berichte/abos"] = expected{who: Staff, right: staff.See}
	staffTable["POST /verwaltung/berichte/abos"] = expected{who: Staff, right: staff.See, answers: []int{422}}
	staffTable["POST /verwaltung/berichte/abos/ende"] = expected{who: Staff, right: staff.See}
	staffTable["GET /verwaltung/auszahlungen"] = expected{who: Staff, right: staff.See}
	staffTable["GET /verwaltung/auszahlungen/datev"] = expected{who: Staff, right: staff.Export}
	staffTable["GET /verwaltung/auszahlungen/datev/datei"] = expected{who: Staff, right: staff.Export, answers: []int{422}}
	staffTable["GET /verwaltung/auszahlungen/datei"] = expected{who: Staff, right: staff.See}
	staffTable["GET /verwaltung/auszahlungen/abrechnung"] = expected{who: Staff, right: staff.See, answers: []int{400}}
}

// The table above asks before there are sums; here there are, of two creditors.
func TestReportsCountOneCreditorAlone(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, c := range w.tenants {
			_, err := w.store.Sequence(context.Background(), c.ID)
			w.must(err)
			w.must(reports.Desk{Store: w.store, Now: w.clock.Now}.CatchUp(context.Background(), c.ID))
		}
		st := watch(t, w, nil, window)
		for i, name := range []string{"here", "there"} {
			k := w.colleague(&colleague{name: name, of: w.tenants[i], role: staff.Viewer})
			for _, path := range reportPages {
				a := st.staffAsk(k, "GET /verwaltung/berichte"+path, nil, nil)
				if a.status != 200 || strings.Contains(a.body, "aufgebaut") {
					t.Errorf("%s: %d", path, a.status)
				}
			}
			a := st.staffAsk(k, "GET /verwaltung/berichte/akten", url.Values{"zahl": {"placed"}}, nil)
			for j, c := range w.tenants {
				file := fmt.Sprintf("2026-%06d", 730011+c.files[plainCase].n*7)
				if strings.Contains(a.body, ">"+file+"<") != (i == j) {
					t.Errorf("%s sees of the other's cases, or not of his own: %s", name, file)
				}
			}
			for _, kind := range []string{"csv", "xlsx", "pdf"} {
				a := st.staffAsk(k, "GET /verwaltung/berichte/datei", url.Values{"art": {kind}}, nil)
				if a.status != 200 || !strings.Contains(a.raw.Get("Content-Disposition"), "."+kind) {
					t.Errorf("%s: %d %s", kind, a.status, a.raw.Get("Content-Disposition"))
				}
			}
			for path, pair := range map[string]url.Values{"": {"nach": {"age"}, "dazu": {"ground"}}, "/akten": {"auswahl": {"ground:contract"}, "dazu": {"age:0-30"}}} {
				if a := st.staffAsk(k, "GET /verwaltung/berichte"+path, pair, nil); a.status != 200 {
					t.Errorf("%s with %v: %d", path, pair, a.status)
				}
			}
			for path, wrong := range map[string]url.Values{
				"/verlauf": {"nach": {"age"}, "dazu": {"age"}}, "/briefe": {"dazu": {"name"}},
				"": {"von": {"2026-13-01"}}, "/geld": {"von": {"2026-05-01"}, "bis": {"2026-04-01"}}, "/raten": {"auswahl": {"ground:spite"}},
				"/akten": {"zahl": {"secrets"}}, "/alter": {"auswahl": {"cohort:2026-99"}},
			} {
				if a := st.staffAsk(k, "GET /verwaltung/berichte"+path, wrong, nil); a.status != 422 {
					t.Errorf("%s with %v: %d", path, wrong, a.status)
				}
			}
			if a := st.staffAsk(k, "GET /verwaltung/berichte/datei", url.Values{"art": {"exe"}}, nil); a.status != 400 {
				t.Errorf("a program: %d", a.status)
			}
		}
		st.report(t)
	})
}

// Subscriptions are a member's own: nobody else sees or ends them, not even in the same house.
func TestReportsByMailAreOnesOwn(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		st := watch(t, w, nil, window)
		mine := w.colleague(&colleague{name: "mine", of: w.tenants[0], role: staff.Viewer})
		others := w.colleague(&colleague{name: "others", of: w.tenants[0], role: staff.Admin})
		const list = "/verwaltung/berichte/abos"
		wish := url.Values{"bericht": {"money"}, "auswahl": {"ground:contract"}, "abstand": {"monthly"}, "pdf": {"1"}}
		if a := st.staffAsk(mine, "POST "+list, nil, wish); a.status != 200 || !strings.Contains(a.body, "Zahlungswege") || !strings.Contains(a.body, "jeden Monat") {
			t.Fatalf("%d", a.status)
		}
		if a := st.staffAsk(mine, "POST "+list, nil, wish); a.status != 422 {
			t.Errorf("the same once more: %d", a.status)
		}
		wish.Set("abstand", "hourly")
		if a := st.staffAsk(mine, "POST "+list, nil, wish); a.status != 422 {
			t.Errorf("every hour: %d", a.status)
		}
		own := regexp.MustCompile(`name="abo" value="([^"]+)"`).FindAllStringSubmatch(st.staffAsk(mine, "GET "+list, nil, nil).body, -1)
		if len(own) != 1 {
			t.Fatalf("%d subscriptions", len(own))
		}
		end := url.Values{"abo": {own[0][1]}}
		if a := st.staffAsk(others, "POST "+list+"/ende", nil, end); a.status != 200 || strings.Contains(a.body, "Zahlungswege") {
			t.Errorf("somebody else: %d", a.status)
		}
		if a := st.staffAsk(mine, "GET "+list, nil, nil); !strings.Contains(a.body, "Zahlungswege") {
			t.Error("somebody else has ended it")
		}
		if a := st.staffAsk(mine, "POST "+list+"/ende", nil, end); a.status != 200 || strings.Contains(a.body, "Zahlungswege") {
			t.Errorf("its end: %d", a.status)
		}
		st.report(t)
	})
}
