package portal

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	represent "quitt/cases/signin/authority"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/store"
	"quitt/store/outbox"
)

// actTable is what each page of a case is for, written a second time on purpose: a page that
// is new or has moved must be put here by somebody who thought about who may come with which
// authority. What does not stand here is nobody's but the debtor's.
func actTable(method, path string) authority.Act {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for act, pages := range map[authority.Act][]string{
		authority.See: {"GET /akte", "GET /akte/aufstellung", "GET /akte/briefe", "GET /akte/brief", "GET /akte/brief/pdf", "GET /akte/papier",
			"GET /akte/papier/pdf", "GET /akte/beleg", "GET /akte/beleg/pdf", "GET /akte/quittung", "GET /akte/quittung/pdf", "GET /akte/anlagen",
			"GET /akte/anlage", "GET /akte/raten", "GET /akte/einwand", "GET /akte/aufstellung/pdf", "GET /akte/nachrichten", "GET /akte/anfragen",
			"GET /akte/raten/kalender", "GET /akte/raten/dauerauftrag", "GET /akte/raten/dauerauftrag/pdf"},
		authority.Settle: {"GET /akte/bezahlen", "POST /akte/bezahlen/code", "POST /akte/bezahlen/weiter", "POST /akte/bezahlen/start", "GET /akte/zahlung", "GET /akte/zahlung/stand"},
		authority.Propose: {"GET /akte/raten/neu", "POST /akte/raten/neu", "GET /akte/raten/leistbar", "POST /akte/raten/leistbar", "POST /akte/raten/vorbereiten",
			"POST /akte/raten/vorschlag", "POST /akte/raten/abschliessen", "GET /akte/raten/fertig", "POST /akte/raten/antwort", "GET /akte/raten/aendern",
			"POST /akte/raten/aendern", "GET /akte/raten/zahlweise", "POST /akte/raten/zahlweise", "GET /akte/raten/verzug", "POST /akte/raten/verzug",
			"GET /akte/raten/beenden", "POST /akte/raten/beenden"},
		authority.HandIn: {"POST /akte/anlagen", "POST /akte/nachrichten", "POST /akte/nachrichten/gelesen", "POST /akte/anfragen", "POST /akte/anfragen/zurueck"},
		authority.Contest: {"GET /akte/bezahlt", "POST /akte/bezahlt", "GET /akte/zusage", "POST /akte/zusage", "GET /akte/einwand/danke", "POST /akte/einwand/zurueck",
			"GET /akte/einwand/betrag", "POST /akte/einwand/betrag", "GET /akte/einwand/fremd", "POST /akte/einwand/fremd", "GET /akte/einwand/nicht-geliefert",
			"POST /akte/einwand/nicht-geliefert", "GET /akte/einwand/mangel", "POST /akte/einwand/mangel", "GET /akte/einwand/retoure", "POST /akte/einwand/retoure",
			"GET /akte/einwand/gekuendigt", "POST /akte/einwand/gekuendigt", "GET /akte/einwand/verjaehrt", "POST /akte/einwand/verjaehrt",
			"GET /akte/einwand/anderes", "POST /akte/einwand/anderes", "GET /akte/meldung/notlage", "POST /akte/meldung/notlage", "GET /akte/meldung/insolvenz",
			"POST /akte/meldung/insolvenz", "GET /akte/meldung/betreuung", "POST /akte/meldung/betreuung", "GET /akte/meldung/minderjaehrig",
			"POST /akte/meldung/minderjaehrig", "GET /akte/meldung/todesfall", "POST /akte/meldung/todesfall", "GET /akte/meldung/identitaet",
			"POST /akte/meldung/identitaet", "GET /akte/meldung/andere-person", "POST /akte/meldung/andere-person"},
	} {
		if slices.Contains(pages, method+" "+path) {
			return act
		}
	}
	return authority.Personally
}

func TestEveryPageOfACaseKnowsItsAct(t *testing.T) {
	st := start(t)
	seen := map[authority.Act]int{}
	for _, r := range st.Routes() {
		ofCase := r.Who == LetterView || r.Who == FullView
		if !ofCase && r.Act != "" {
			t.Errorf("%s %s: act %q on a page that is of no case", r.Method, r.Path, r.Act)
		}
		if want := actTable(r.Method, r.Path); ofCase && r.Act != want {
			t.Errorf("%s %s: act %q, the table says %q", r.Method, r.Path, r.Act, want)
		}
		seen[r.Act]++
	}
	for _, act := range authority.Acts() {
		if seen[act] == 0 {
			t.Errorf("no page is for %s", act)
		}
	}
	for _, path := range []string{"/akte/neu", "/akten", "/akte/", "/", ""} {
		if act := actOf(http.MethodGet, path); act != "" {
			t.Errorf("%q inherits %q", path, act)
		}
	}
}

// helpersMail takes the newest code out of a tenant's outbox, which only a test can.
func (w *world) helpersMail(k *tenant, template string) (code string) {
	w.t.Helper()
	w.must(w.store.Read(context.Background(), k.ID, func(r *store.Reader) error {
		list, err := outbox.List(r, outbox.Waiting, 200)
		var newest debt.ID
		for _, m := range list {
			if m.Template == template && m.ID > newest {
				newest, code = m.ID, m.Args["code"]
			}
		}
		return err
	}))
	if code == "" {
		w.t.Fatalf("no %s", template)
	}
	return code
}

// help invites somebody to a case and gives his visit of it.
func (w *world) help(f *dossier, email string, scopes ...authority.Scope) (cookie string, id debt.ID) {
	w.t.Helper()
	ctx, desk := context.Background(), represent.New(w.desk)
	i, err := desk.Invite(ctx, represent.At{Creditor: f.of.ID, Case: f.caseID}, debt.Actor{Kind: "debtor"}, represent.Wish{Name: debt.Personal(email[:strings.IndexByte(email, '@')]),
		Email: debt.Personal(email), Wish: authority.Wish{Kind: authority.Adviser, Scopes: scopes, Until: debt.DateIn(w.clock.Now(), debt.Berlin).AddDays(30)}})
	w.must(err)
	w.must(desk.SendCode(ctx, debt.Personal(email), "de"))
	o, err := desk.Open(ctx, debt.Personal(email), w.helpersMail(f.of, represent.OneTimeMail))
	w.must(err)
	w.must(desk.Redeem(ctx, o.Cookie, i.Code.Grouped()))
	o, err = desk.Choose(ctx, o.Cookie, i.ID)
	w.must(err)
	w.zoo.word(f.of, f, never, i.Code.Grouped(), string(i.Code))
	return o.Cookie, i.ID
}

// addHelpers adds a representative for each scope, of two creditors, and some that are none
// any more. Of them, only the debtor sees name and address.
func (w *world) addHelpers() {
	ctx, a, b := context.Background(), w.tenants[0].files[plainCase], w.tenants[1].files[plainCase]
	desk := represent.New(w.desk)
	add := func(name string, f *dossier, scopes ...authority.Scope) (*role, debt.ID) {
		mail := f.mark("Helper"+strings.ReplaceAll(name, " ", "")) + "@helper.example"
		cookie, id := w.help(f, mail, scopes...)
		w.zoo.word(f.of, f, inFull, strings.TrimSuffix(mail, "@helper.example"))
		r := &role{name: "helper " + name, cookie: cookie, file: f, tier: access.FullView, helper: true,
			scopes: append([]authority.Scope{authority.Read}, scopes...), leads: map[string]string{}}
		if !authority.Covers(scopes, authority.Settle) || name == "revoked" || name == "left" {
			r.leads["/akte/bezahlen"] = "/akte" // there is nothing to pay with
		}
		for _, path := range ofRunningPlans {
			r.leads[path] = "/akte/raten"
		}
		if w.helpers = append(w.helpers, r); name == "all" || name == "revoked" {
			w.roles = append(w.roles, r) // ids in every place are tried as these; each scope has a test of its own
		}
		return r, id
	}
	for _, s := range authority.Scopes() {
		f := a
		if s == authority.Pay || s == authority.Object {
			f = b
		}
		add(string(s), f, s)
	}
	add("all", a, authority.Scopes()...)
	gone, id := add("revoked", w.tenants[0].files[otherCase], authority.Scopes()...)
	w.must(desk.Revoke(ctx, represent.At{Creditor: a.of.ID}, debt.Actor{Kind: "debtor"}, id))
	gone.gone = true
	left, _ := add("left", w.tenants[1].files[otherCase], authority.Scopes()...)
	w.must(desk.Leave(ctx, left.cookie))
	left.ended = true
}

// wantedOfHelper is the answer of the pages of representatives.
func wantedOfHelper(p probe) (int, string) {
	switch {
	case p.role.ended:
		return 403, ""
	case !p.role.helper:
		return 303, "/vertretung/anmelden"
	case p.path == "/vertretung/beenden":
		return 303, "/vertretung"
	case p.method == http.MethodPost:
		return 422, ""
	}
	return 200, ""
}

// mayAsHelper says what a representative may see: on every page for whom he acts; on his list
// what tells one client from another; on the pages his authority covers what the debtor sees
// there, but for who else acts for him.
func (r *role) mayAsHelper(c *datum, path string) bool {
	if !r.living() || r.file == nil || c.of != r.file.of || c.file != nil && c.file != r.file || c.level == never {
		return false
	}
	name := []string{strings.ToLower(r.file.mark("First")), strings.ToLower(r.file.mark("Last"))}
	switch {
	case c.file != nil && slices.Contains(name, c.text):
		return true
	case strings.HasPrefix(path, "/vertretung"):
		return c.level == public || c.level == onLetter
	case !authority.Covers(r.scopes, actTable(http.MethodGet, path)) && !authority.Covers(r.scopes, actTable(http.MethodPost, path)):
		return false
	}
	plain := *r
	plain.helper = false
	return plain.may(c, path) && !strings.Contains(c.text, "helper")
}

// Every page as the representatives of every scope: what an authority does not cover is
// refused, and shows nothing but for whom he acts.
func TestAnAuthorityOpensItsScopeAndNothingElse(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		st := watch(t, w, nil)
		asked, open := 0, 0
		for _, r := range w.helpers {
			for _, name := range slices.Sorted(maps.Keys(accessTable)) {
				method, path, _ := strings.Cut(name, " ")
				who := accessTable[name]
				if who != LetterView && who != FullView && who != Helper {
					continue
				}
				p := probe{role: r, method: method, path: path, form: isolationForms[path], note: "scope"}
				asked++
				if who != Helper && r.living() && authority.Covers(r.scopes, actTable(method, path)) {
					open++
				}
				st.expect(p)
			}
		}
		st.report(t)
		t.Logf("%d questions of %d representatives, %d of them open", asked, len(w.helpers), open)
	})
}

// A representative acts for one at a time, with the scope of that authority, and is out with
// the next page when it ends, whoever ends it.
func TestARepresentativeIsOutWithTheNextPage(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		st := watch(t, w, nil)
		ctx, desk := context.Background(), represent.New(w.desk)
		for who, end := range map[string]func(at represent.At, id debt.ID){
			"debtor": func(at represent.At, id debt.ID) { w.must(desk.Revoke(ctx, at, debt.Actor{Kind: "debtor"}, id)) },
			"creditor": func(at represent.At, id debt.ID) {
				w.must(desk.Revoke(ctx, represent.At{Creditor: at.Creditor}, debt.Actor{Kind: "creditor"}, id))
			},
		} {
			f := w.tenants[0].files[otherCase]
			cookie, id := w.help(f, who+"@out.example", authority.Scopes()...)
			r := &role{name: who, cookie: cookie, file: f, tier: access.FullView, helper: true, scopes: authority.Scopes(), leads: map[string]string{}}
			if a := st.ask(probe{role: r, method: http.MethodGet, path: "/akte"}); a.status != 200 || !strings.Contains(a.body, f.mark("Last")) {
				t.Fatalf("before: %d", a.status)
			}
			end(represent.At{Creditor: f.of.ID, Case: f.caseID}, id)
			for _, name := range slices.Sorted(maps.Keys(accessTable)) {
				method, path, _ := strings.Cut(name, " ")
				if who := accessTable[name]; who != LetterView && who != FullView {
					continue
				}
				a := st.ask(probe{role: r, method: method, path: path, note: "after the end"})
				if a.status != 303 || a.raw.Get("Location") != "/vertretung" || strings.Contains(a.body, f.mark("Last")) {
					t.Errorf("%s: %d %s", name, a.status, a.raw.Get("Location"))
				}
			}
			r.gone = true
			if a := st.ask(probe{role: r, method: http.MethodGet, path: "/vertretung"}); a.status != 200 || strings.Contains(a.body, f.mark("Last")) {
				t.Errorf("the list still names the client: %d", a.status)
			}
			if a := st.ask(probe{role: r, method: http.MethodPost, path: "/vertretung/oeffnen", form: url.Values{"client": {string(id)}}, echo: []string{string(id)}}); a.status != 422 {
				t.Errorf("it opens again: %d", a.status)
			}
		}
		w.clock.Move(time.Second)
		st.report(t)
	})
}

// A form of one client that stays open in another window does not speak for the next one.
func TestAFormOfOneClientDoesNotSpeakForAnother(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		st := watch(t, w, nil)
		ctx, desk := context.Background(), represent.New(w.desk)
		f := w.tenants[0].files[otherCase]
		first, id := w.help(f, "zwei@windows.example", authority.Scopes()...)
		o, err := desk.Choose(ctx, first, id)
		w.must(err)
		r := &role{name: "two windows", cookie: o.Cookie, file: f, tier: access.FullView, helper: true, scopes: authority.Scopes()}
		a := st.ask(probe{role: r, method: http.MethodPost, path: "/akte/meldung/notlage", form: url.Values{"do": {"tell"}, "csrf": {formToken(first)}}})
		if a.status != 403 {
			t.Errorf("a form of before is answered %d", a.status)
		}
		st.report(t)
	})
}
