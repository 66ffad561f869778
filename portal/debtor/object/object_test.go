package object

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/cases/objections"
	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/objection"
	"quitt/debt/situation"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/storetest"
)

// site is the pages of this room behind a stand-in for the middleware, with one case.
type site struct {
	t     *testing.T
	app   *fiber.App
	pages Pages
	at    objections.At
	claim debt.ID
}

func newSite(t *testing.T, s *store.Store) *site {
	c := debt.Creditor{ID: store.NewID(), Code: "praxis", Name: "Praxis Köln", State: "NW", IBAN: "DE89370400440532013000", AccountHolder: "Praxis Köln",
		Address: debt.Address{Street: "Weg 1", Postcode: "50667", City: "Köln", Country: "DE"}, Settings: debt.Settings{PromiseDays: 14}}
	f := storetest.File(c.ID, "R1")
	if err := s.Write(context.Background(), c.ID, func(tx *store.Tx) error {
		if err := tx.AddCreditor(c, storetest.Now); err != nil {
			return err
		}
		return tx.AddFiles([]store.NewFile{f})
	}); err != nil {
		t.Fatal(err)
	}
	kit := &page.Kit{Operator: page.SampleOperator()}
	st := &site{t: t, app: fiber.New(fiber.Config{Immutable: true}), at: objections.At{Creditor: c.ID, Case: f.File.Case.ID}, claim: f.File.Account.Claims[0].ID,
		pages: New(room.Door{Kit: kit, Cases: cases.Desk{Store: s, Now: storetest.Clock}})}
	visit := &signin.Visit{CreditorID: c.ID, CaseID: f.File.Case.ID, Tier: access.FullView}
	st.app.Use(func(c *fiber.Ctx) error {
		page.Put(c, &page.Request{ID: "R", Words: text.For(text.German), Now: storetest.Now, CSRF: "token", Page: "/", Visit: visit})
		return c.Next()
	})
	st.app.Get(Home, st.pages.Start)
	for name, h := range st.pages.Handlers() {
		method, path, _ := strings.Cut(name, " ")
		st.app.Add(method, path, h)
	}
	return st
}

func (st *site) send(r *http.Request) (code int, to, body string) {
	st.t.Helper()
	res, err := st.app.Test(r, -1)
	if err != nil {
		st.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		st.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(b)
}

func (st *site) get(path string) string {
	st.t.Helper()
	code, to, body := st.send(httptest.NewRequest(http.MethodGet, path, nil))
	if code != 200 {
		st.t.Fatalf("GET %s: %d %s", path, code, to)
	}
	return body
}

func (st *site) post(path string, fields url.Values) (int, string, string) {
	st.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return st.send(r)
}

// sent posts a form that must be taken.
func (st *site) sent(path string, fields url.Values) {
	st.t.Helper()
	if code, to, body := st.post(path, fields); code != 303 || to != thanks && to != Home {
		st.t.Fatalf("POST %s: %d %s\n%s", path, code, to, body)
	}
}

func (st *site) said() objections.Said {
	st.t.Helper()
	s, err := st.pages.Desk.Of(context.Background(), st.at)
	if err != nil {
		st.t.Fatal(err)
	}
	return s
}

func each(t *testing.T, test func(*testing.T, *site)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newSite(t, s)) })
}

func day(name string) url.Values {
	return url.Values{name + "-day": {"3"}, name + "-month": {"2"}, name + "-year": {"2026"}}
}

func TestEveryGroundIsFiledWithNothingButAChoice(t *testing.T) {
	each(t, func(t *testing.T, st *site) {
		for i, g := range objection.Grounds() {
			if body := st.get(Home); !strings.Contains(body, `href="`+grounds[g]+`"`) {
				t.Fatalf("%s is not offered", g)
			}
			st.get(grounds[g])
			st.sent(grounds[g], url.Values{"what": {"all"}})
			said := st.said()
			if len(said.Objections) != i+1 || said.Objections[i].Ground != g || !said.Objections[i].Disputed.Whole {
				t.Fatalf("%s: %+v", g, said.Objections)
			}
			body := st.get(Home)
			if strings.Contains(body, grounds[g]) || !strings.Contains(body, "Antwort bis zum") {
				t.Errorf("%s: the page does not say that it is with the creditor", g)
			}
			st.sent(grounds[g], url.Values{"what": {"all"}}) // a form sent twice
			if code, _, _ := st.post(withdrawing, nil); code != 422 {
				t.Errorf("withdrawn without a word: %d", code)
			}
			st.sent(withdrawing, url.Values{"sure": {"1"}})
			st.sent(withdrawing, url.Values{"sure": {"1"}})
			if _, open := st.said().Open(); open {
				t.Errorf("%s is open still", g)
			}
		}
	})
}

func TestAPartIsDisputedWithAnswersAndARefusalKeepsWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, st *site) {
		line := string(st.claim) + ".principal"
		f := day("complained_on")
		maps.Copy(f, url.Values{"what": {"some"}, "line": {line}, "part-" + line: {"4.000"}, "words": {"Nach zwei Tagen kaputt"}})
		path := grounds[objection.Faulty]
		code, _, body := st.post(path, f)
		for _, want := range []string{"Nach zwei Tagen kaputt", `value="4.000"`, `value="` + line + `" checked`, `name="complained_on-year" value="2026"`, "1.000,00", `id="error"`} {
			if code != 422 || !strings.Contains(body, want) {
				t.Errorf("%d: %q is not there any more", code, want)
			}
		}
		f.Set("part-"+line, "250")
		st.sent(path, f)
		o := st.said().Objections[0]
		answers, err := o.Said()
		if err != nil || o.Disputed.Whole || o.Total != 250_00 || o.Words != "Nach zwei Tagen kaputt" || answers["complained_on"] != "2026-02-03" {
			t.Errorf("%+v, %v, %v", o, answers, err)
		}
		if body := st.get(thanks); !strings.Contains(body, "Nicht bestritten sind") || !strings.Contains(body, `href="/akte/bezahlen"`) {
			t.Error("the page does not offer to pay the rest")
		}
	})
}

func TestWhatCannotBeReadIsSaidBesideTheForm(t *testing.T) {
	each(t, func(t *testing.T, st *site) {
		wrong := day("complained_on")
		wrong.Set("complained_on-month", "13")
		wrong.Set("what", "all")
		for path, f := range map[string]url.Values{
			grounds[objection.Other]: {}, grounds[objection.Faulty]: wrong,
			grounds[objection.NotMine]: {"what": {"some"}, "line": {string(store.NewID()) + ".principal"}},
			proving:                    {"amount": {"5"}}, promising: {}, grounds[objection.AmountWrong]: {"what": {"all"}, "right_amount": {"viel"}},
		} {
			if code, _, body := st.post(path, f); code != 422 || !strings.Contains(body, `role="alert"`) {
				t.Errorf("%s: %d", path, code)
			}
		}
		if s := st.said(); len(s.Objections)+len(s.Proofs)+len(s.Promises) > 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestPaidAlreadyAndPaidSoonAreKept(t *testing.T) {
	each(t, func(t *testing.T, st *site) {
		f := day("paid_on")
		maps.Copy(f, url.Values{"amount": {"50,00"}, "target": {"Sparkasse 4711"}})
		st.sent(proving, f)
		by := storetest.Now.AddDate(0, 0, 5)
		st.sent(promising, url.Values{"by-day": {by.Format("2")}, "by-month": {by.Format("1")}, "by-year": {by.Format("2006")}, "amount": {"80"}})
		s := st.said()
		if len(s.Proofs) != 1 || s.Proofs[0].Amount != 50_00 || s.Proofs[0].PaidOn != debt.MustDate("2026-02-03") || len(s.Promises) != 1 || s.Promises[0].Amount != 80_00 {
			t.Errorf("%+v", s)
		}
		body := st.get(Home)
		if !strings.Contains(body, "Zugesagt: 80,00") || !strings.Contains(body, "50,00") || strings.Contains(body, `href="`+promising+`"`) {
			t.Error("what was said is not shown, or a second promise is offered")
		}
		if strings.Contains(body, "4711") {
			t.Error("the account is shown without need")
		}
	})
}

func TestEverySituationSaysWhatHappensAndIsToldWithAnEmptyForm(t *testing.T) {
	each(t, func(t *testing.T, st *site) {
		w := text.For(text.German)
		for _, k := range situation.Kinds() {
			if body := st.get(situations[k]); !strings.Contains(body, w.Word(k.Follows())) {
				t.Errorf("%s does not say what happens", k)
			}
			if code, _, _ := st.post(situations[k], nil); code != 422 {
				t.Errorf("%s is told without a button: %d", k, code)
			}
			st.sent(situations[k], url.Values{"do": {"tell"}})
			st.sent(situations[k], url.Values{"do": {"tell"}})
			if n, open := st.said().Told(k); !open || n.Kind != k {
				t.Errorf("%s is not told", k)
			}
		}
		if n := len(st.said().Situations); n != len(situation.Kinds()) {
			t.Errorf("%d told", n)
		}
	})
}

// Every ground and every situation has an address that the pages for documents lead back to.
func TestEveryPageHasAnAddressOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, path := range slices.Concat(slices.Collect(maps.Values(grounds)), slices.Collect(maps.Values(situations)), []string{proving, promising}) {
		if seen[path] || strings.Trim(path, "abcdefghijklmnopqrstuvwxyz-/") != "" {
			t.Errorf("%s", path)
		}
		seen[path] = true
	}
	if want := len(objection.Grounds()) + len(situation.Kinds()) + 2; len(seen) != want {
		t.Errorf("%d addresses, want %d", len(seen), want)
	}
}
