package portal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin"
	"quitt/portal/page"
)

// accessTable is who may come where, written a second time on purpose: a route that is new or
// has moved must be put here by somebody who thought about it.
var accessTable = map[string]Who{
	"GET /": Anyone, "POST /": Anyone, "POST /sprache": Anyone, "GET /nicht-ich": Anyone, "POST /nicht-ich": Anyone,
	"GET /echt": Anyone, "GET /impressum": Anyone, "GET /datenschutz": Anyone, "GET /barrierefreiheit": Anyone,
	"GET /hilfe": Anyone, "POST /abmelden": Anyone,
	"GET /static/*": Anyone, "GET /favicon.ico": Anyone, "GET /robots.txt": Anyone, "GET /.well-known/security.txt": Anyone,
	"GET /akte": LetterView, "GET /akte/bezahlen": LetterView, "GET /akte/einwand": LetterView,
	"GET /akte/mehr": LetterView, "POST /akte/mehr": LetterView, "POST /akte/code": LetterView, "POST /akte/code/pruefen": LetterView,
	"GET /akte/aufstellung": FullView, "GET /akte/briefe": FullView, "GET /akte/brief": FullView, "GET /akte/brief/pdf": FullView, "GET /akte/papier": FullView, "GET /akte/papier/pdf": FullView,
	"POST /akte/bezahlen/weiter": LetterView, "POST /akte/bezahlen/start": LetterView, "POST /akte/bezahlen/code": LetterView,
	"GET /akte/zahlung": LetterView, "GET /akte/zahlung/stand": LetterView,
	"GET /akte/beleg": FullView, "GET /akte/beleg/pdf": FullView, "GET /akte/quittung": FullView, "GET /akte/quittung/pdf": FullView,
	"GET /akte/anlagen": FullView, "POST /akte/anlagen": FullView, "GET /akte/anlage": FullView,
	"GET /akte/bezahlt": FullView, "POST /akte/bezahlt": FullView,
	"GET /akte/zusage": FullView, "POST /akte/zusage": FullView,
	"GET /akte/einwand/betrag": FullView, "POST /akte/einwand/betrag": FullView,
	"GET /akte/einwand/fremd": FullView, "POST /akte/einwand/fremd": FullView,
	"GET /akte/einwand/nicht-geliefert": FullView, "POST /akte/einwand/nicht-geliefert": FullView,
	"GET /akte/einwand/mangel": FullView, "POST /akte/einwand/mangel": FullView,
	"GET /akte/einwand/retoure": FullView, "POST /akte/einwand/retoure": FullView,
	"GET /akte/einwand/gekuendigt": FullView, "POST /akte/einwand/gekuendigt": FullView,
	"GET /akte/einwand/verjaehrt": FullView, "POST /akte/einwand/verjaehrt": FullView,
	"GET /akte/einwand/anderes": FullView, "POST /akte/einwand/anderes": FullView,
	"GET /akte/meldung/notlage": FullView, "POST /akte/meldung/notlage": FullView,
	"GET /akte/meldung/insolvenz": FullView, "POST /akte/meldung/insolvenz": FullView,
	"GET /akte/meldung/betreuung": FullView, "POST /akte/meldung/betreuung": FullView,
	"GET /akte/meldung/minderjaehrig": FullView, "POST /akte/meldung/minderjaehrig": FullView,
	"GET /akte/meldung/todesfall": FullView, "POST /akte/meldung/todesfall": FullView,
	"GET /akte/meldung/identitaet": FullView, "POST /akte/meldung/identitaet": FullView,
	"GET /akte/meldung/andere-person": FullView, "POST /akte/meldung/andere-person": FullView,
	"GET /akte/einwand/danke": FullView, "POST /akte/einwand/zurueck": FullView,
	"GET /akte/aufstellung/pdf": FullView, "GET /akte/nachrichten": FullView, "POST /akte/nachrichten": FullView,
	"POST /akte/nachrichten/gelesen": FullView, "GET /akte/anfragen": FullView, "POST /akte/anfragen": FullView, "POST /akte/anfragen/zurueck": FullView,
	"GET /akte/daten": FullView, "POST /akte/daten/anschrift": FullView, "POST /akte/daten/email": FullView, "POST /akte/daten/telefon": FullView,
	"POST /akte/daten/code": FullView, "POST /akte/daten/wunsch": FullView, "POST /akte/daten/abbestellen": FullView,
	"GET /akte/auskunft": FullView, "GET /akte/auskunft/json": FullView, "GET /akte/auskunft/pdf": FullView, "GET /akte/auskunft/zip": FullView,
	"POST /webhooks/stripe/:name": Provider,
	"GET /api/v1/events":          FeedKey, "POST /api/v1/events/acknowledgement": FeedKey,
	"GET /akte/raten": FullView, "GET /akte/raten/neu": FullView, "POST /akte/raten/neu": FullView, "GET /akte/raten/leistbar": FullView,
	"POST /akte/raten/leistbar": FullView, "POST /akte/raten/vorbereiten": FullView, "POST /akte/raten/vorschlag": FullView,
	"POST /akte/raten/abschliessen": FullView, "GET /akte/raten/fertig": FullView, "POST /akte/raten/antwort": FullView,
	"GET /akte/raten/aendern": FullView, "POST /akte/raten/aendern": FullView, "GET /akte/raten/zahlweise": FullView,
	"POST /akte/raten/zahlweise": FullView, "POST /akte/raten/zahlweise/start": FullView, "GET /akte/raten/zahlweise/zurueck": FullView,
	"GET /akte/lastschrift": FullView, "POST /akte/lastschrift": FullView, "GET /akte/lastschrift/mandat": FullView, "GET /akte/lastschrift/pdf": FullView,
	"POST /akte/lastschrift/bestaetigen": FullView, "POST /akte/lastschrift/code": FullView, "POST /akte/lastschrift/papier": FullView,
	"POST /akte/lastschrift/widerrufen":     FullView,
	"POST /akte/raten/zahlweise/widerrufen": FullView, "GET /akte/raten/verzug": FullView, "POST /akte/raten/verzug": FullView,
	"GET /akte/raten/beenden": FullView, "POST /akte/raten/beenden": FullView,
	"GET /akte/raten/kalender": FullView, "GET /akte/raten/dauerauftrag": FullView, "GET /akte/raten/dauerauftrag/pdf": FullView,
	"GET /widerruf": Anyone, "POST /widerruf": Anyone,
	"GET /vertretung/anmelden": Anyone, "POST /vertretung/anmelden": Anyone, "POST /vertretung/code": Anyone,
	"GET /vertretung": Helper, "POST /vertretung/mandant": Helper, "POST /vertretung/oeffnen": Helper, "POST /vertretung/beenden": Helper,
	"GET /akte/vertretung": FullView, "POST /akte/vertretung": FullView, "POST /akte/vertretung/widerruf": FullView,
	"GET /akte/vertretung/anzeigen": LetterView, "POST /akte/vertretung/anzeigen": LetterView, "POST /akte/vertretung/nachweis": LetterView,
	"GET /abbestellen": Anyone, "POST /abbestellen": Anyone, "POST /rueckmeldung/sms": Anyone,
	"GET /api/openapi.json": Anyone, "GET /api/docs": Anyone,
	"POST /api/v1/token": Client, "POST /api/v1/cases/:case/documents": APIKey,
	"POST /api/v1/cases": APIKey, "POST /api/v1/cases/bulk": APIKey, "GET /api/v1/cases": APIKey, "GET /api/v1/cases/:case": APIKey,
	"GET /api/v1/cases/:case/statement": APIKey, "GET /api/v1/cases/:case/timeline": APIKey, "GET /api/v1/cases/:case/steps": APIKey,
	"POST /api/v1/cases/:case/steps": APIKey, "POST /api/v1/cases/:case/debtor": APIKey, "POST /api/v1/cases/:case/withdrawal": APIKey,
	"POST /api/v1/cases/:case/holds": APIKey, "POST /api/v1/cases/:case/holds/:hold/release": APIKey,
	"GET /api/v1/cases/:case/payments": APIKey, "POST /api/v1/cases/:case/payments": APIKey, "POST /api/v1/payments/reversals": APIKey,
	"POST /api/v1/cases/:case/credit-notes": APIKey, "GET /api/v1/payouts": APIKey,
	"GET /api/v1/cases/:case/objections": APIKey, "POST /api/v1/cases/:case/objections/:id/answer": APIKey, "POST /api/v1/cases/:case/proofs/:id/decision": APIKey,
	"GET /api/v1/cases/:case/plan": APIKey, "POST /api/v1/cases/:case/plan/:id/acceptance": APIKey, "POST /api/v1/cases/:case/plan/:id/counter": APIKey,
	"POST /api/v1/cases/:case/plan/:id/refusal": APIKey, "GET /api/v1/cases/:case/messages": APIKey, "POST /api/v1/cases/:case/messages": APIKey,
	"POST /api/v1/cases/:case/messages/reading": APIKey, "GET /api/v1/cases/:case/documents": APIKey, "GET /api/v1/cases/:case/documents/:id/content": APIKey,
	"GET /api/v1/endpoints": APIKey, "POST /api/v1/endpoints": APIKey, "POST /api/v1/endpoints/:endpoint/rotation": APIKey,
	"POST /api/v1/endpoints/:endpoint/enabling": APIKey, "POST /api/v1/endpoints/:endpoint/removal": APIKey,
	"POST /api/v1/endpoints/:endpoint/replay": APIKey, "GET /api/v1/endpoints/:endpoint/attempts": APIKey,
}

func TestEveryRouteStandsInTheAccessTable(t *testing.T) {
	st := start(t)
	for _, fault := range tableFaults(st.Routes()) {
		t.Error(fault)
	}
	if err := st.stop(); err != nil {
		t.Error(err)
	}
	st.app.Get("/hintertuer", func(c *fiber.Ctx) error { return c.SendString("") })
	if faults := tableFaults(st.Routes()); len(faults) == 0 || !strings.Contains(faults[0], "/hintertuer") {
		t.Errorf("a route added past the list does not show up: %q", faults)
	}
}

// Every route against every kind of visitor.
func TestOnlyWhoMayComeGetsIn(t *testing.T) {
	st := start(t, behindProxy)
	const in = "" // the page itself
	outcomes := map[Who]map[string]string{
		Anyone:     {"": in, dead: in, codeOnly: in, letter: in, full: in},
		LetterView: {"": "303 /", dead: "403", codeOnly: "403", letter: in, full: in, down: "503"},
		FeedKey:    {"": "401", dead: "401", codeOnly: "401", letter: "401", full: "401", down: "401"},
		APIKey:     {"": "401", dead: "401", codeOnly: "401", letter: "401", full: "401", down: "401"},
		Client:     {"": "401", dead: "401", codeOnly: "401", letter: "401", full: "401", down: "401"},
		Provider:   {"": "404", dead: "404", codeOnly: "404", letter: "404", full: "404", down: "404"}, // there is no rail
		Helper: {"": "303 /vertretung/anmelden", dead: "403", codeOnly: "303 /vertretung/anmelden", letter: "303 /vertretung/anmelden",
			full: "303 /vertretung/anmelden", down: "503"},
		FullView: {"": "303 /", dead: "403", codeOnly: "403", letter: "303 /akte/mehr", full: in, down: "503"},
	}
	asked := 0
	for _, name := range slices.Sorted(maps.Keys(accessTable)) {
		method, path, _ := strings.Cut(name, " ")
		if strings.Contains(path, ".") || path == staticRoute || path == "/api/docs" {
			continue // files, the same for everybody; and what they describe
		}
		for session, want := range outcomes[accessTable[name]] {
			asked++ // each from an address of its own, or the limits would join in
			res, body := st.do(call{method: method, path: path, session: session, head: from(fmt.Sprintf("203.0.%d.%d", 113+asked/256, asked%256))})
			got := strings.TrimSpace(res.Status[:3] + " " + res.Header.Get("Location"))
			if want == in {
				want = "200"
				if body != "page "+path {
					t.Errorf("%s as %q: %q", name, session, body)
				}
			} else if strings.Contains(body, "page ") {
				t.Errorf("%s as %q shows the page", name, session)
			}
			if got != want {
				t.Errorf("%s as %q: %s, want %s", name, session, got, want)
			}
		}
	}
}

func TestAPublicPageNeedsNoDatabase(t *testing.T) {
	st := start(t)
	if got := st.status(call{path: "/hilfe", session: down}); got != 200 {
		t.Errorf("help without a database: %d", got)
	}
	if got := st.status(call{method: "POST", path: "/abmelden", session: down}); got != 503 {
		t.Errorf("leaving must not pretend to have worked: %d", got)
	}
}

func TestTheSessionCookie(t *testing.T) {
	secret := strings.Repeat("s", 43)
	change := on("POST /", func(c *fiber.Ctx) error { return nil })
	for scheme, want := range map[string]string{
		"http":  "sid=" + secret + "; path=/; HttpOnly; SameSite=Lax",
		"https": "__Host-sid=" + secret + "; path=/; HttpOnly; secure; SameSite=Lax",
	} {
		st := start(t, change, func(o *Options, st *site) {
			o.PublicURL.Scheme = scheme
			st.pages["POST /"] = func(c *fiber.Ctx) error {
				st.setSession(c, signin.Opened{Cookie: secret})
				return c.Redirect("/akte", 303)
			}
			st.pages["POST /abmelden"] = func(c *fiber.Ctx) error { st.endSession(c); return c.SendString("") }
		})
		res, _ := st.do(call{method: "POST", path: "/"})
		if got := res.Header.Get("Set-Cookie"); got != want {
			t.Errorf("%s: %q, want %q", scheme, got, want)
		}
		res, _ = st.do(call{method: "POST", path: "/abmelden"})
		cookies := res.Cookies
		if len(cookies) != 1 || cookies[0].Value != "" || cookies[0].Expires.Year() > 1970 || res.Header.Get("Clear-Site-Data") == "" {
			t.Errorf("%s: leaving: %q", scheme, res.Header)
		}
		res, _ = st.do(call{path: "/akte", session: dead, head: map[string]string{"Cookie": st.cookie.name + "=" + dead}})
		if len(res.Cookies) != 1 || res.Cookies[0].Value != "" {
			t.Errorf("%s: an ended session keeps its cookie: %q", scheme, res.Header)
		}
	}
}

func TestTheLanguageOfAVisitor(t *testing.T) {
	st := start(t, on("GET /hilfe", func(c *fiber.Ctx) error { return c.SendString(string(page.Of(c).Words.Language())) }))
	for _, tc := range []struct{ cookie, accept, want string }{
		{"", "", "de"}, {"", "en", "en"}, {"", "en-GB,de;q=0.5", "en"}, {"", "de,en;q=0.9", "de"}, {"", "tr,en;q=0.5", "en"}, {"", "tr", "de"}, {"", "ar", "ar"},
		{"en", "de", "en"}, {"de", "en", "de"}, {"xx", "en", "en"}, {"", "%%%", "de"}, {"", strings.Repeat("a-", 2000), "de"}, {"", "en;q=0", "de"},
	} {
		head := map[string]string{"Accept-Language": tc.accept}
		if tc.cookie != "" {
			head["Cookie"] = page.LanguageCookie + "=" + tc.cookie
		}
		if _, got := st.do(call{path: "/hilfe", head: head}); got != tc.want {
			t.Errorf("%+v: %s", tc, got)
		}
	}
}
