package portal

import (
	"context"
	"encoding/csv"
	"net/url"
	"strings"
	"testing"

	"quitt/cases/batches"
	"quitt/debt/staff"
	"quitt/store"
	"quitt/store/expired"
	"quitt/store/search"
)

// lists is a clerk and a manager who work with lists.
type lists struct {
	t       *testing.T
	w       *world
	st      *watched
	manager *colleague
	clerk   *colleague
}

func newLists(t *testing.T) *lists {
	t.Helper()
	w := sqlWorld(t)
	l := &lists{t: t, w: w}
	w.must(w.store.Write(context.Background(), w.tenants[0].ID, func(t *store.Tx) error {
		_, did, err := search.Missing(t, expired.First)
		if did != len(w.tenants[0].files) {
			l.t.Errorf("%d cases are made findable", did)
		}
		return err
	}))
	l.manager = w.colleague(&colleague{name: "manager", of: w.tenants[0], role: staff.Manager})
	l.clerk = w.colleague(&colleague{name: "clerk", of: w.tenants[0], role: staff.Clerk})
	l.st = watch(t, w, nil, window)
	return l
}

// ask gives the answer, which must have a status and, of a redirect, where it leads.
func (l *lists) ask(k *colleague, name string, values url.Values, want int) told {
	l.t.Helper()
	method, address, _ := strings.Cut(name, " ")
	path, query, _ := strings.Cut(address, "?")
	asked, err := url.ParseQuery(query)
	if err != nil {
		l.t.Fatal(err)
	}
	a := l.st.staffAsk(k, method+" "+path, asked, values)
	if a.status != want {
		l.st.report(l.t)
		l.t.Fatalf("%s: %d, want %d\n%s", name, a.status, want, a.body)
	}
	return a
}

func TestAPersonIsFoundByAPartOfTheNameAndNoAddressSaysIt(t *testing.T) {
	l := newLists(t)
	f := l.w.tenants[0].files[plainCase]
	name := f.debtor.LastName.Reveal()
	a := l.ask(l.clerk, "POST /verwaltung/akten/suche", url.Values{"q": {name[1:5]}}, 303)
	at := a.raw.Get("Location")
	if strings.Contains(strings.ToLower(at), strings.ToLower(name[1:5])) || !strings.Contains(at, "suche=") {
		t.Errorf("leads to %s", at)
	}
	if page := l.ask(l.clerk, "GET "+at, nil, 200); !strings.Contains(page.body, name) || !strings.Contains(page.body, "Treffer für") {
		t.Errorf("%s is not found at %s", name, at)
	}
	// Of another member it is nothing, and says so.
	if page := l.ask(l.manager, "GET "+at, nil, 422); !strings.Contains(page.body, "nicht mehr gespeichert") {
		t.Error("another member sees it")
	}
	l.ask(l.clerk, "POST /verwaltung/akten/suche", url.Values{"q": {"ab"}}, 422)
	l.st.report(t)
}

func TestAListIsTakenOutWhole(t *testing.T) {
	l := newLists(t)
	a := l.ask(l.manager, "GET /verwaltung/akten/export?format=csv", nil, 200)
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 1+len(l.w.tenants[0].files) || rows[0][0] != "Aktenzeichen" {
		t.Errorf("%d rows of %d cases, %v", len(rows), len(l.w.tenants[0].files), err)
	}
	if b := l.ask(l.manager, "GET /verwaltung/akten/export?format=xlsx", nil, 200); !strings.HasPrefix(b.body, "PK") {
		t.Error("no workbook")
	}
	l.ask(l.clerk, "GET /verwaltung/akten/export?format=csv", nil, 403)
	l.ask(l.manager, "GET /verwaltung/akten/export?format=exe", nil, 400)
	l.ask(l.manager, "GET /verwaltung/akten/export?format=csv&plan=xyz", nil, 400)
	l.st.report(t)
}

func TestManyCasesAreHeldFromTheListAndItIsUndone(t *testing.T) {
	l := newLists(t)
	desk := batches.Desk{Store: l.w.store, Now: l.w.clock.Now}
	work := func() {
		for {
			did, err := desk.Work(context.Background(), l.w.tenants[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			if did == 0 {
				return
			}
		}
	}
	l.ask(l.clerk, "POST /verwaltung/akten/sammeln", url.Values{"aktion": {"hold"}}, 422)
	l.ask(l.clerk, "POST /verwaltung/akten/sammeln", url.Values{"aktion": {"withdraw"}, "alle": {"1"}}, 422)
	l.ask(l.manager, "POST /verwaltung/akten/sammeln", url.Values{"aktion": {"withdraw"}, "alle": {"1"}}, 303)
	at := l.ask(l.clerk, "POST /verwaltung/akten/sammeln", url.Values{"aktion": {"exempt"}, "alle": {"1"}}, 303).raw.Get("Location")
	_, query, _ := strings.Cut(at, "?")
	of, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	id := of.Get("id")
	if page := l.ask(l.clerk, "GET "+at, nil, 200); !strings.Contains(page.body, "Noch ist nichts geändert") || !strings.Contains(page.body, `value="goodwill"`) {
		t.Error(page.body)
	}
	l.ask(l.manager, "GET "+at, nil, 404)
	l.ask(l.clerk, "POST /verwaltung/akten/sammeln/starten", url.Values{"id": {id}, "grund": {"goodwill"}, "bis": {"gestern"}}, 422)
	l.ask(l.clerk, "POST /verwaltung/akten/sammeln/starten", url.Values{"id": {id}, "grund": {"goodwill"}, "bis": {"2027-01-31"}}, 303)
	if page := l.ask(l.clerk, "GET "+at, nil, 200); !strings.Contains(page.body, "data-progress") {
		t.Error("no progress")
	}
	work()
	if page := l.ask(l.clerk, "GET "+at, nil, 200); strings.Contains(page.body, "data-progress") || !strings.Contains(page.body, "Mahnsperren zurücknehmen") {
		t.Error("not done")
	}
	l.ask(l.clerk, "POST /verwaltung/akten/sammeln/zurueck", url.Values{"id": {id}}, 303)
	work()
	if page := l.ask(l.clerk, "GET "+at, nil, 200); !strings.Contains(page.body, "zurückgenommen") || strings.Contains(page.body, "Mahnsperren zurücknehmen") {
		t.Error("not undone")
	}
	if page := l.ask(l.clerk, "GET /verwaltung/akten/sammeln", nil, 200); !strings.Contains(page.body, id) {
		t.Error("not found again")
	}
	l.st.report(t)
}

func TestAViewIsKeptAndShared(t *testing.T) {
	l := newLists(t)
	at := l.ask(l.clerk, "POST /verwaltung/akten/ansicht", url.Values{"name": {"Nur Raten"}, "geteilt": {"1"}, "liste": {"plan=active&sort=offen"}}, 303).raw.Get("Location")
	if page := l.ask(l.manager, "GET "+at, nil, 200); !strings.Contains(page.body, "Nur Raten") || strings.Contains(page.body, "ansicht/entfernen") {
		t.Error("not shared, or another may delete it")
	}
	if page := l.ask(l.clerk, "GET "+at, nil, 200); !strings.Contains(page.body, "ansicht/entfernen") {
		t.Error("one's own view cannot be deleted")
	}
	l.ask(l.clerk, "POST /verwaltung/akten/ansicht", url.Values{"name": {""}, "liste": {"plan=active"}}, 422)
	l.ask(l.clerk, "GET /verwaltung/akten?plan=xyz", nil, 422)
	l.st.report(t)
}
