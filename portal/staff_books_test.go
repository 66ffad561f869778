package portal

import (
	"net/url"
	"strings"
	"testing"

	"quitt/debt/staff"
)

// A manager takes a period's bookings to his tax adviser.
func TestAManagerSavesBookingsForDATEV(t *testing.T) {
	w := sqlWorld(t)
	l := openTill(t, w)
	manager := w.colleague(&colleague{name: "manager", of: w.tenants[0], role: staff.Manager})
	ids := l.three()
	l.want("a payment booked", l.decides(l.clerk, "buchen", ids[0], l.seen(ids[0]), url.Values{"akte": {string(w.tenants[0].files[plainCase].caseID)}}), 303)
	const page = "GET /verwaltung/auszahlungen/datev"
	l.want("a clerk", l.staffAsk(l.clerk, page, nil, nil), 403)
	if p := l.staffAsk(manager, page, nil, nil); p.status != 200 || !strings.Contains(p.body, "1592") {
		t.Errorf("the form: %d", p.status)
	}
	ask := func(change ...string) told {
		v := url.Values{"von": {"2026-11-01"}, "bis": {"2026-11-30"}, "jahr": {"2026-01-01"}, "berater": {"29098"}, "mandant": {"55003"}, "stellen": {"4"}, "rahmen": {"03"},
			"bank": {"1200"}, "dienst": {"1360"}, "fremdgeld": {"1592"}, "offen": {"1590"}, "gebuehren": {"4970"}}
		for i := 0; i+1 < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return l.staffAsk(manager, page+"/datei", v, nil)
	}
	file := ask()
	if l.want("the file", file, 200); !strings.HasPrefix(file.body, `"EXTF";700;21;`) || !strings.Contains(file.body, "\n10,00;") {
		t.Errorf("%.300s", file.body)
	}
	for name, change := range map[string][]string{
		"no period": {"von", "gestern"}, "backwards": {"bis", "2026-10-31"}, "two years": {"bis", "2027-01-01"}, "no consultant": {"berater", "12"},
		"no client": {"mandant", "x"}, "no length": {"stellen", "9"}, "another length": {"bank", "180000"}, "another chart": {"rahmen", "99"},
	} {
		l.want(name, ask(change...), 422)
	}
	if p := ask("von", "2026-01-01", "bis", "2026-01-31"); p.status != 200 || strings.Contains(p.body, "\n10,00;") {
		t.Errorf("another month: %d", p.status)
	}
	l.done()
	l.report(t)
}
