package debtor

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/debtor/mandate"
	"quitt/portal/debtor/method"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/storetest"
)

// site is the pages behind a stand-in for the middleware, with one stored case.
type site struct {
	app   *fiber.App
	visit *signin.Visit
	now   func() time.Time
}

func newSite(t *testing.T, s *store.Store, changes ...func(*Pages)) *site {
	t.Helper()
	creditor := storetest.Creditor(t, s, "praxis")
	f := storetest.File(creditor.ID, "R1")
	err := s.Write(context.Background(), creditor.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
	if err != nil {
		t.Fatal(err)
	}
	p := &Pages{Kit: &page.Kit{Operator: page.SampleOperator()}, Cases: cases.Desk{Store: s, Now: storetest.Clock}}
	for _, change := range changes {
		change(p)
	}
	st := &site{app: fiber.New(fiber.Config{Immutable: true}), now: storetest.Clock,
		visit: &signin.Visit{CreditorID: creditor.ID, CaseID: f.File.Case.ID, Raises: []access.CheckKind{access.CheckBirth}}}
	st.app.Use(func(c *fiber.Ctx) error {
		r := &page.Request{ID: "R", Words: text.For(text.Language(c.Cookies(page.LanguageCookie))), Now: st.now(), CSRF: "token", Page: "/", Secure: true}
		if st.visit.Tier >= 0 {
			r.Visit = st.visit
		}
		page.Put(c, r)
		return c.Next()
	})
	for path, h := range map[string]fiber.Handler{"/": p.Entry, "/akte": p.Claim, "/akte/aufstellung": p.Statement, "/akte/bezahlen": p.Pay,
		"/akte/einwand": p.Objection, "/akte/mehr": p.RaiseForm, "/echt": p.Genuine, "/hilfe": p.Help,
		"/impressum": p.Imprint, "/datenschutz": p.Privacy, "/barrierefreiheit": p.Accessibility, "/nicht-ich": p.DisownForm} {
		st.app.Get(path, h)
	}
	st.app.Get("/akte/zahlung", p.Payment)
	st.app.Get("/akte/zahlung/stand", p.Live)
	st.app.Get("/akte/beleg", p.Receipt)
	st.app.Get("/akte/beleg/pdf", p.ReceiptPDF)
	st.app.Get("/akte/quittung", p.Certificate)
	st.app.Get("/akte/quittung/pdf", p.CertificatePDF)
	st.app.Post("/akte/bezahlen/weiter", p.Continue)
	st.app.Post("/akte/bezahlen/start", p.StartPayment)
	st.app.Post("/akte/bezahlen/code", p.PayCode)
	st.app.Post("/sprache", p.Language)
	if p.Instalments != nil {
		for name, h := range method.Handlers(p.method) {
			verb, path, _ := strings.Cut(name, " ")
			st.app.Add(verb, path, h)
		}
		for name, h := range mandate.Handlers(p.mandate) {
			verb, path, _ := strings.Cut(name, " ")
			st.app.Add(verb, path, h)
		}
	}
	return st
}

const nobody access.Tier = -1

// reply is a response that has been read.
type reply struct {
	code    int
	header  http.Header
	cookies []*http.Cookie
}

func (st *site) get(t *testing.T, tier access.Tier, path string) (reply, string) {
	t.Helper()
	st.visit.Tier = tier
	return st.send(t, httptest.NewRequest(http.MethodGet, path, nil))
}

func (st *site) send(t *testing.T, r *http.Request) (reply, string) {
	t.Helper()
	res, err := st.app.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, res.Cookies()}, string(body)
}

// Tier by tier, what each page answers: 200 shows it, 303 asks for more, 403 for a new
// visit.
func TestPagesAnswerByTier(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		st := newSite(t, s)
		for path, want := range map[string][4]int{ // nobody, code only, letter view, full view
			"/akte": {403, 303, 200, 200}, "/akte/bezahlen": {403, 303, 200, 200},
			"/akte/einwand": {403, 303, 200, 200}, "/akte/aufstellung": {403, 303, 303, 200}, "/akte/mehr": {403, 200, 200, 303},
			"/": {200, 200, 200, 200}, "/echt": {200, 200, 200, 200}, "/hilfe": {200, 200, 200, 200}, "/impressum": {200, 200, 200, 200},
			"/datenschutz": {200, 200, 200, 200}, "/barrierefreiheit": {200, 200, 200, 200}, "/nicht-ich": {200, 200, 200, 200},
		} {
			for i, tier := range []access.Tier{nobody, access.CodeOnly, access.LetterView, access.FullView} {
				res, body := st.get(t, tier, path)
				if res.code != want[i] {
					t.Errorf("%s at tier %d answers %d, want %d", path, tier, res.code, want[i])
				}
				if name := "O&#39;Brien-Müller"; strings.Contains(body, name) && tier < access.FullView {
					t.Errorf("%s at tier %d tells the name", path, tier)
				}
				if kind := res.header.Get("Content-Type"); res.code != 303 && kind != "text/html; charset=utf-8" {
					t.Errorf("%s is %s", path, kind)
				}
			}
		}
		if _, body := st.get(t, access.FullView, "/akte"); !strings.Contains(body, "O&#39;Brien-Müller") || !strings.Contains(body, "Reparatur") {
			t.Error("the full view lacks name or object: this test looks at nothing")
		}
	})
}

func (st *site) post(t *testing.T, path string, fields url.Values) (reply, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return st.send(t, r)
}

// Somebody who reads German badly finds the switch after typing.
func TestSwitchingLanguageKeepsWhatWasTyped(t *testing.T) {
	st := newSite(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
	st.visit.Tier = nobody
	res, body := st.post(t, "/sprache", url.Values{"lang": {"ar"}, "form": {"entry"}, "code": {"abcd efgh"}, "token": {"T0KEN"},
		"check": {"birth_date"}, "day": {"7"}, "month": {"3"}, "year": {"1985"}})
	if res.code != http.StatusOK || !strings.Contains(body, `<html lang="ar" dir="rtl">`) {
		t.Fatalf("%d: %.120s", res.code, body)
	}
	for _, kept := range []string{`value="abcd efgh"`, `value="T0KEN"`, `name="day" value="7"`, `name="year" value="1985"`, `value="birth_date" checked`} {
		if !strings.Contains(body, kept) {
			t.Errorf("%s is lost", kept)
		}
	}
	cookie := res.cookies[0]
	if cookie.Name != page.LanguageCookie || cookie.Value != "ar" || !cookie.HttpOnly {
		t.Errorf("cookie %+v", cookie)
	}
}

func TestSwitchingLanguageLeadsBackAndNowhereElse(t *testing.T) {
	st := newSite(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
	for path, want := range map[string]string{"/akte": "/akte", "/hilfe": "/hilfe", "//evil.example": "/", "https://evil.example": "/",
		`/\evil.example`: "/", "": "/", "/a?b": "/", "/akte/brief?nr=17": "/akte/brief?nr=17",
		"//evil.example?nr=1": "/", "/a?nr=1&x": "/", "/a?nr=1?nr=1": "/", "?nr=1": "/", "/a\r\nX: y": "/"} {
		res, _ := st.post(t, "/sprache", url.Values{"lang": {"en"}, "path": {path}})
		if got := res.header.Get("Location"); res.code != http.StatusSeeOther || got != want {
			t.Errorf("%q leads to %d %q, want %q", path, res.code, got, want)
		}
	}
	if res, _ := st.post(t, "/sprache", url.Values{"lang": {"xx"}}); res.code != http.StatusBadRequest {
		t.Errorf("an unknown language answers %d", res.code)
	}
}

// Only what anybody can see to be wrong may be explained.
func TestMistakesAreNamedAndRefusalsAreNot(t *testing.T) {
	w := text.For(text.German)
	for key, want := range map[*debt.Error]bool{
		debt.E(debt.Invalid, "date_missing", nil): true, debt.E(debt.Forbidden, "case_rejected", nil): false,
		debt.E(debt.NotFound, "case_unknown", nil): false,
	} {
		if got := mistake(w, key) != ""; got != want {
			t.Errorf("%s is explained: %v", key.Key, got)
		}
	}
}
