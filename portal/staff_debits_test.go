package portal

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/debt/staff"
	"quitt/payments/collecting"
	"quitt/payments/directdebit"
	"quitt/store"
)

// A clerk takes down a mandate from paper, says that a sheet came, and revokes; a viewer reads that
// they are there, and nobody comes to those of another case.
func TestAClerkTakesDownAndRevokesMandates(t *testing.T) {
	w := sqlWorld(t)
	f, elsewhere, next := w.tenants[0].files[mailCase], w.tenants[1].files[mailCase], w.tenants[0].files[plainCase]
	waits := w.permits(f, "DE41500105170123456789")
	foreign, others := w.permits(elsewhere, "DE89370400440532013000"), w.permits(next, "DE41500105170123456789")
	clerk := w.colleague(&colleague{name: "clerk", of: w.tenants[0], role: staff.Clerk})
	viewer := w.colleague(&colleague{name: "viewer", of: w.tenants[0], role: staff.Viewer})
	st := watch(t, w, nil, window)
	const way = " /verwaltung/akte/mandat"
	about := func(id debt.ID) url.Values {
		query := askedFor(f)
		if id != "" {
			query.Set("id", string(id))
		}
		return query
	}
	answer := func(k *colleague, id debt.ID, pairs ...string) told {
		form := made(st.staffAsk(clerk, "GET"+way, about(id), nil).body, about(id))
		for i := 0; i+1 < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return st.staffAsk(k, "POST"+way, nil, form)
	}
	paper := []string{"reference", "PRAXIS-7", "signed-day", "1", "signed-month", "11", "signed-year", "2026", "holder", "Petra Karamell",
		"iban", "DE02 1203 0000 0000 2020 51", "notice", "14"}
	for what, a := range map[string]told{"a viewer asks": st.staffAsk(viewer, "GET"+way, about(""), nil), "a viewer takes down": answer(viewer, "", paper...),
		"a viewer revokes": answer(viewer, waits, "do", "decline")} {
		if a.status != 403 {
			t.Errorf("%s: %d", what, a.status)
		}
	}
	for what, id := range map[string]debt.ID{"another creditor's": foreign, "another case's": others} {
		if a := st.staffAsk(clerk, "GET"+way, about(id), nil); a.status != 404 {
			t.Errorf("%s: %d", what, a.status)
		}
	}
	if a := answer(clerk, "", append(paper, "iban", "DE02120300000000202052")...); a.status != 422 || strings.Contains(a.body, `name="reference" value=""`) {
		t.Errorf("a wrong account: %d", a.status)
	}
	if a := answer(clerk, "", paper...); a.status != 303 {
		t.Fatalf("taken down: %d %s", a.status, a.body)
	}
	if a := answer(clerk, "", paper...); a.status != 422 {
		t.Errorf("its reference again: %d", a.status)
	}
	if a := answer(clerk, waits, "do", "accept"); a.status != 422 {
		t.Errorf("a sheet without a day: %d", a.status)
	}
	if a := answer(clerk, waits, "do", "accept", "signed-day", "2", "signed-month", "11", "signed-year", "2026"); a.status != 303 {
		t.Errorf("the sheet came: %d", a.status)
	}
	if a := answer(clerk, waits); a.status != 422 {
		t.Errorf("revoked without being sure: %d", a.status)
	}
	if a := answer(clerk, waits, "sure", "1"); a.status != 303 {
		t.Errorf("revoked: %d", a.status)
	}
	list, err := directdebit.Desk{Store: w.store, Now: w.clock.Now}.Given(context.Background(), f.of.ID, f.caseID)
	w.must(err)
	if len(list.Mandates) != 2 || list.Mandates[0].State != mandate.Revoked || list.Mandates[1].State != mandate.Active || list.Mandates[1].Notice != 14 {
		t.Errorf("%+v", list.Mandates)
	}
	link := regexp.MustCompile(`/verwaltung/akte/mandat\?id=[0-9a-f-]{36}`)
	if body := st.staffAsk(clerk, "GET /verwaltung/akte", askedFor(f), nil).body; !strings.Contains(body, "PRAXIS-7") || !link.MatchString(body) || strings.Contains(body, "0000202051") {
		t.Error("the record does not lead to the mandate, or shows all of the account")
	}
	if body := st.staffAsk(viewer, "GET /verwaltung/akte", askedFor(f), nil).body; !strings.Contains(body, "PRAXIS-7") || link.MatchString(body) {
		t.Error("a viewer does not see it, or is led to its end")
	}
	st.report(t)
}

// A file has everybody's account in it: managers save it, and nobody of another creditor.
func TestAFileOfDebitsIsSavedByManagersAlone(t *testing.T) {
	w := sqlWorld(t)
	f := w.tenants[0].files[plainCase]
	desk := directdebit.Desk{Store: w.store, Now: w.clock.Now}
	id, ctx := w.permits(f, "DE41500105170123456789"), context.Background()
	w.must(desk.Revoke(ctx, directdebit.Who{Creditor: f.of.ID, Case: f.caseID}, id))
	m, err := desk.Give(ctx, directdebit.Who{Creditor: f.of.ID, Case: f.caseID, Language: "de"},
		directdebit.Wish{Holder: "Petra Karamell", IBAN: "DE68210501700012345678", Kind: mandate.OneOff, Amount: 10_00})
	w.must(err)
	today := debt.DateIn(w.clock.Now(), debt.Berlin)
	_, err = desk.Receive(ctx, f.of.ID, m.Reference, today, debt.Actor{Kind: "creditor"})
	w.must(err)
	w.must(w.store.Write(ctx, f.of.ID, func(tx *store.Tx) error { // as the loop that tells of collections does; nobody is paying meanwhile
		if _, err := tx.Exec("UPDATE attempts SET open = $2, status = $3 WHERE creditor_id = $1", f.of.ID, false, "failed"); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE collection_orders SET told_on = $2 WHERE creditor_id = $1 AND told_on IS NULL", f.of.ID, today.String())
		return err
	}))
	const here, toRun = "/verwaltung/bank/lastschriften", "/bank/lastschriften/lauf?name="
	st := watch(t, w, nil, window)
	admin := w.colleague(&colleague{name: "administrator", of: w.tenants[0], role: staff.Admin})
	manager := w.colleague(&colleague{name: "manager", of: w.tenants[0], role: staff.Manager})
	clerk := w.colleague(&colleague{name: "clerk", of: w.tenants[0], role: staff.Clerk})
	other := w.colleague(&colleague{name: "administrator elsewhere", of: w.tenants[1], role: staff.Admin})
	asks := func(what string, who *colleague, name string, form url.Values, status int) told {
		t.Helper()
		a := st.staffAsk(who, name, nil, form)
		if a.status != status {
			t.Errorf("%s: %d, want %d", what, a.status, status)
		}
		return a
	}
	until := url.Values{"bis": {today.AddDays(30).String()}}
	asks("a manager collects", manager, "POST "+here+"/einziehen", until, 403)
	asks("next year", admin, "POST "+here+"/einziehen", url.Values{"bis": {today.AddDays(31).String()}}, 422)
	asks("yesterday", admin, "POST "+here+"/einziehen", url.Values{"bis": {today.AddDays(-1).String()}}, 422)
	if a := asks("nothing to collect elsewhere", other, "POST "+here+"/einziehen", until, 303); !strings.HasSuffix(a.raw.Get("Location"), "nichts") {
		t.Error("who has nothing to collect is told of a file")
	}
	if a := asks("collected", admin, "POST "+here+"/einziehen", until, 303); !strings.HasSuffix(a.raw.Get("Location"), "neu") {
		t.Error("nothing is said of a file")
	}
	made := regexp.MustCompile(`lauf\?name=([A-Z0-9]+)`).FindStringSubmatch(asks("the list", admin, "GET "+here, nil, 200).body)
	if made == nil {
		t.Fatal("no file")
	}
	name := url.Values{"name": {made[1]}}
	for _, c := range []struct {
		who    *colleague
		path   string
		status int
		says   string
	}{
		{clerk, "", 200, toRun}, {clerk, "/lauf", 200, "kam nichts zurück"}, {clerk, "/datei", 403, ""},
		{manager, "/lauf", 200, "Datei speichern"}, {manager, "/datei", 200, "<MndtId>" + m.Reference},
		{other, "", 200, ""}, {other, "/lauf", 404, ""}, {other, "/datei", 404, ""},
	} {
		a := st.staffAsk(c.who, "GET /verwaltung/bank/lastschriften"+c.path, name, nil)
		if a.status != c.status || !strings.Contains(a.body, c.says) || c.who == other && strings.Contains(a.body, toRun) {
			t.Errorf("%s %q: %d", c.who.name, c.path, a.status)
		}
	}
	sure := url.Values{"name": {made[1]}, "sicher": {"1"}}
	asks("taken back unsure", admin, "POST "+here+"/zuruecknehmen", name, 422)
	asks("taken back by a manager", manager, "POST "+here+"/zuruecknehmen", sure, 403)
	asks("taken back elsewhere", other, "POST "+here+"/zuruecknehmen", sure, 404)
	asks("taken back", admin, "POST "+here+"/zuruecknehmen", sure, 303)
	asks("the file taken back", admin, "GET "+here+"/datei?"+name.Encode(), nil, 404)
	_, err = collecting.New(w.rail).Work(ctx, f.of.ID) // a loop tells the order that nothing came
	w.must(err)
	if a := asks("collected again", admin, "POST "+here+"/einziehen", until, 303); !strings.HasSuffix(a.raw.Get("Location"), "neu") {
		t.Error("what was taken back is not collected again")
	}
	again := made[1]
	for _, m := range regexp.MustCompile(`lauf\?name=([A-Z0-9]+)`).FindAllStringSubmatch(asks("the list", admin, "GET "+here, nil, 200).body, -1) {
		if m[1] != made[1] {
			again = m[1]
		}
	}
	report := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>X</MsgId><CreDtTm>2026-11-22T10:00:00</CreDtTm></GrpHdr>` +
		`<OrgnlGrpInfAndSts><OrgnlMsgId>` + again + `</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>RJCT</GrpSts>` +
		`<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>`
	for _, c := range []struct {
		who    *colleague
		file   string
		status int
		says   string
	}{
		{clerk, "kein Bericht", 422, "kein Statusbericht"}, {other, report, 422, "gibt es nicht"},
		{clerk, report, 200, "Abgelehnte Lastschriften: 1, davon schon bekannt: 0."}, {clerk, report, 200, "Abgelehnte Lastschriften: 1, davon schon bekannt: 1."},
	} {
		if status, _, page := st.hands(c.who, here+"/antwort", "bericht.xml", c.file); status != c.status || !strings.Contains(page, c.says) {
			t.Errorf("a report by %s: %d, want %d and %q", c.who.name, status, c.status, c.says)
		}
	}
	asks("taken back after the bank's answer", admin, "POST "+here+"/zuruecknehmen", url.Values{"name": {again}, "sicher": {"1"}}, 422)
	st.report(t)
}
