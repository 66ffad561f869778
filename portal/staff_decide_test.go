package portal

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	represent "quitt/cases/signin/authority"
	"quitt/debt"
	"quitt/debt/authority"
	dl "quitt/debt/letter"
	"quitt/debt/staff"
)

var hiddenField = regexp.MustCompile(`name="(version|seen)" value="(\d+)"`)

// made gives what a page carries along of what it was made from.
func made(body string, form url.Values) url.Values {
	for _, m := range hiddenField.FindAllStringSubmatch(body, -1) {
		form.Set(m[1], m[2])
	}
	return form
}

// A guardian's papers are looked at: a clerk reads who it is, refuses only with a reason, accepts
// less than was asked for, and whoever had the same page open is told.
func TestAClerkDecidesWhoMayActForADebtor(t *testing.T) {
	w := sqlWorld(t)
	f := w.tenants[0].files[otherCase]
	clerk := w.colleague(&colleague{name: "clerk", of: w.tenants[0], role: staff.Clerk})
	viewer := w.colleague(&colleague{name: "viewer", of: w.tenants[0], role: staff.Viewer})
	st := watch(t, w, nil, window)
	ctx, desk := context.Background(), represent.New(w.desk)
	today := debt.DateIn(w.clock.Now(), debt.Berlin)
	id, err := desk.Claim(ctx, represent.At{Creditor: f.of.ID, Case: f.caseID}, represent.Wish{Name: "Betreuerin Ypsilon", Email: "ypsilon@betreuung.example",
		Street: "Allee 7", Postcode: "10115", City: "Berlin", Wish: authority.Wish{Kind: authority.Guardian, Scopes: authority.Scopes(),
			Areas: authority.Areas(), Until: today.AddDays(60)}}, nil)
	w.must(err)
	const way = " /verwaltung/akte/vollmacht"
	query := askedFor(f)
	query.Set("id", string(id))
	shown := st.staffAsk(clerk, "GET"+way, query, nil)
	for _, want := range []string{"Betreuerin Ypsilon", "Allee 7, 10115 Berlin", `name="scope-pay" id="scope-pay" value="1" checked`, `name="area-property"`, "Es ist kein Nachweis eingereicht"} {
		if shown.status != 200 || !strings.Contains(shown.body, want) {
			t.Errorf("%d, %q is missing", shown.status, want)
		}
	}
	if a := st.staffAsk(viewer, "GET"+way, query, nil); a.status != 403 {
		t.Errorf("a viewer: %d", a.status)
	}
	if a := st.staffAsk(clerk, "GET /verwaltung/entscheidungen", nil, nil); !strings.Contains(a.body, "/verwaltung/akte/vollmacht?id="+string(id)) {
		t.Error("the work list does not lead there")
	}
	record := askedFor(f)
	if a := st.staffAsk(viewer, "GET /verwaltung/akte", record, nil); a.status != 200 || !strings.Contains(a.body, "Betreuerin Ypsilon") {
		t.Errorf("the record: %d", a.status)
	}
	answer := func(pairs ...string) url.Values {
		form := made(shown.body, url.Values{"nr": query["nr"], "id": query["id"]})
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return form
	}
	if a := st.staffAsk(clerk, "POST"+way, nil, answer("do", "decline", "reason", "")); a.status != 422 {
		t.Errorf("without a reason: %d", a.status)
	}
	last := today.AddDays(30).Time()
	yes := answer("do", "accept", "scope-pay", "1", "until-day", last.Format("2"), "until-month", last.Format("1"), "until-year", last.Format("2006"))
	if a := st.staffAsk(clerk, "POST"+way, nil, yes); a.status != 303 {
		t.Errorf("accepted: %d", a.status)
	}
	if a := st.staffAsk(clerk, "POST"+way, nil, answer("do", "decline", "reason", "ended")); a.status != 409 {
		t.Errorf("the second: %d", a.status)
	}
	list, err := desk.OfCase(ctx, represent.At{Creditor: f.of.ID, Case: f.caseID})
	w.must(err)
	if a := list[0]; a.State != authority.Invited || len(a.Scopes) != 2 || len(a.Areas) != 0 || a.Until != today.AddDays(30) {
		t.Errorf("%+v", a.Authority)
	}
	st.report(t)
}

// What may be done next is taken on a page that says before what happens; what may not says why.
func TestAStepIsTakenOnAPage(t *testing.T) {
	w := sqlWorld(t)
	f := w.tenants[0].files[otherCase]
	manager := w.colleague(&colleague{name: "manager", of: w.tenants[0], role: staff.Manager})
	clerk := w.colleague(&colleague{name: "clerk", of: w.tenants[0], role: staff.Clerk})
	st := watch(t, w, nil, window)
	if a := st.staffAsk(clerk, "GET /verwaltung/akte/mahnverfahren", askedFor(f), nil); a.status != 403 {
		t.Errorf("a clerk marks for the court: %d", a.status)
	}
	for _, name := range []string{"inkasso", "mahnverfahren"} {
		way := " /verwaltung/akte/" + name
		shown := st.staffAsk(manager, "GET"+way, askedFor(f), nil)
		if shown.status != 200 || !strings.Contains(shown.body, "Was der Schuldner davon bekommt") {
			t.Fatalf("%s: %d", name, shown.status)
		}
		form := made(shown.body, url.Values{"nr": askedFor(f)["nr"]})
		want := 303
		if strings.Contains(shown.body, "zurzeit nicht erlaubt") {
			want = 422
		}
		if a := st.staffAsk(manager, "POST"+way, nil, form); a.status != want {
			t.Errorf("%s: %d, want %d", name, a.status, want)
		}
		if a := st.staffAsk(manager, "POST"+way, nil, form); want == 303 && a.status != 409 {
			t.Errorf("%s again: %d", name, a.status)
		}
	}
	st.report(t)
}

// A manager words a letter, sees it as a PDF before, and finds what was there before.
func TestAManagerWordsALetter(t *testing.T) {
	w := sqlWorld(t)
	manager := w.colleague(&colleague{name: "manager", of: w.tenants[0], role: staff.Manager})
	st := watch(t, w, nil, window)
	const way = " /verwaltung/regeln/briefe"
	query := url.Values{"art": {string(dl.Reminder)}}
	shown := st.staffAsk(manager, "GET"+way, query, nil)
	if shown.status != 200 || !strings.Contains(shown.body, `name="block-subject"`) {
		t.Fatalf("%d", shown.status)
	}
	say := func(subject, do string) told {
		return st.staffAsk(manager, "POST"+way, nil, made(shown.body, url.Values{"art": query["art"], "block-subject": {subject}, "do": {do}}))
	}
	if a := say("Ihre Rechnung, Aktenzeichen {file}", "preview"); a.status != 200 || !strings.HasPrefix(a.body, "%PDF-") {
		t.Errorf("preview: %d", a.status)
	}
	if a := say("Die letzte Mahnung, Aktenzeichen {file}", "save"); a.status != 422 {
		t.Errorf("a threat: %d", a.status)
	}
	if a := say("Ihre Rechnung, Aktenzeichen {file}", "save"); a.status != 303 {
		t.Errorf("saved: %d", a.status)
	}
	if a := say("Noch offen, Aktenzeichen {file}", "save"); a.status != 409 || !strings.Contains(a.body, "∎</textarea>") { // what was typed, hidden by the watch
		t.Errorf("the second: %d", a.status)
	}
	if a := st.staffAsk(manager, "GET"+way, query, nil); !strings.Contains(a.body, "Ihre Rechnung, Aktenzeichen {file}") || !strings.Contains(a.body, "Fassung 1") {
		t.Error("what is in force is not shown")
	}
	st.report(t)
}

// A manager sees what the debtor will see before anything is offered, and takes it back.
func TestAManagerMakesAnOfferAndTakesItBack(t *testing.T) {
	w := sqlWorld(t)
	f := w.tenants[0].files[mailCase]
	manager := w.colleague(&colleague{name: "manager", of: w.tenants[0], role: staff.Manager})
	clerk := w.colleague(&colleague{name: "clerk", of: w.tenants[0], role: staff.Clerk})
	st := watch(t, w, nil, window)
	const way = " /verwaltung/akte/angebot"
	if a := st.staffAsk(clerk, "GET"+way, askedFor(f), nil); a.status != 403 {
		t.Errorf("a clerk offers: %d", a.status)
	}
	shown := st.staffAsk(manager, "GET"+way, askedFor(f), nil)
	if shown.status != 200 || !strings.Contains(shown.body, "Vorschau ansehen") {
		t.Fatalf("%d", shown.status)
	}
	last := debt.DateIn(w.clock.Now(), debt.Berlin).AddDays(20).Time()
	offer := func(pairs ...string) told {
		form := made(shown.body, url.Values{"nr": askedFor(f)["nr"], "kind": {"settlement"}, "percent": {"60"}, "count": {"2"}, "broken": {"lasts"},
			"until-day": {last.Format("2")}, "until-month": {last.Format("1")}, "until-year": {last.Format("2006")}})
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return st.staffAsk(manager, "POST"+way, nil, form)
	}
	if a := offer("sum", "1,00"); a.status != 422 || strings.Contains(a.body, "Das sieht der Schuldner") {
		t.Errorf("two sums at once: %d", a.status)
	}
	if a := offer("count", "13"); a.status != 422 {
		t.Errorf("thirteen parts: %d", a.status)
	}
	if a := offer(); a.status != 200 || !strings.Contains(a.body, "Das sieht der Schuldner") || !strings.Contains(a.body, "Sie sparen") {
		t.Errorf("the preview: %d", a.status)
	}
	record := func() string { return st.staffAsk(manager, "GET /verwaltung/akte", askedFor(f), nil).body }
	if strings.Contains(record(), "Angebote an den Schuldner") {
		t.Error("a preview is an offer")
	}
	if a := offer("sure", "1"); a.status != 303 {
		t.Fatalf("made: %d", a.status)
	}
	if a := offer("sure", "1"); a.status != 409 {
		t.Errorf("sent twice: %d", a.status)
	}
	page := record()
	link := regexp.MustCompile(`/verwaltung/akte/angebot\?id=([0-9a-f-]{36})`).FindStringSubmatch(page)
	if !strings.Contains(page, "Vergleich über 60") || link == nil {
		t.Fatalf("the record does not list the offer")
	}
	if body := st.staffAsk(clerk, "GET /verwaltung/akte", askedFor(f), nil).body; !strings.Contains(body, "Vergleich über 60") || strings.Contains(body, link[0]) {
		t.Error("a clerk sees it and does not withdraw it")
	}
	query := askedFor(f)
	query.Set("id", link[1])
	end := st.staffAsk(manager, "GET"+way, query, nil)
	if a := st.staffAsk(manager, "POST"+way, nil, made(end.body, url.Values{"nr": query["nr"], "id": query["id"]})); end.status != 200 || a.status != 303 {
		t.Errorf("withdrawn: %d, %d", end.status, a.status)
	}
	if page := record(); strings.Contains(page, "Angebote an den Schuldner") || !strings.Contains(page, "Angebot zurückgenommen") {
		t.Error("the record still lists it, or does not tell of its end")
	}
	st.report(t)
}

// A manager lays down ways and distances; what is too short is refused, who comes second is told,
// and what was laid down stays to be seen.
func TestAManagerLaysDownTheCourse(t *testing.T) {
	w := sqlWorld(t)
	manager := w.colleague(&colleague{name: "manager", of: w.tenants[0], role: staff.Manager})
	st := watch(t, w, nil, window)
	const at = " /verwaltung/regeln/"
	shown := st.staffAsk(manager, "GET"+at+"ablauf", nil, nil)
	if shown.status != 200 || strings.Contains(shown.body, "Fassung 1") {
		t.Fatalf("%d", shown.status)
	}
	pace := func(pay string) url.Values {
		return url.Values{"seen": {"0"}, "pay": {pay}, "first": {"5"}, "second": {"14"}, "more": {"1"}}
	}
	for _, step := range []struct {
		name, to string
		form     url.Values
		want     int
	}{
		{"no way at all", "wege", url.Values{"seen": {"0"}}, 422},
		{"without text messages", "wege", url.Values{"seen": {"0"}, "email": {"1"}, "letter": {"1"}}, 303},
		{"the second", "wege", url.Values{"seen": {"0"}, "email": {"1"}}, 409},
		{"too short", "mahnen", pace("7"), 422},
		{"no number", "mahnen", pace("bald"), 422},
		{"three weeks", "mahnen", pace("21"), 303},
		{"three weeks, too late", "mahnen", pace("22"), 409},
	} {
		if a := st.staffAsk(manager, "POST"+at+step.to, nil, made(shown.body, step.form)); a.status != step.want {
			t.Errorf("%s: %d, want %d", step.name, a.status, step.want)
		}
	}
	a := st.staffAsk(manager, "GET"+at+"ablauf", nil, nil)
	for _, want := range []string{"Fassung 1", `name="pay" value="21"`, "Abstand zum nächsten Brief: 5 und 14", `id="email" value="1" checked`, `id="sms" value="1">`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("%q is not shown", want)
		}
	}
	st.report(t)
}
