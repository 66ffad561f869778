package portal

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/page"
)

func TestSecretsOfOthersOpenNothing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, tc := range []struct {
			name string
			test func(t *testing.T, w *world)
		}{ // in this order: each leaves the world a little older
			{"a form token of another visit", formTokenOfAnotherVisit}, {"not me", disownAnothersCase},
			{"a letter that opens nothing", letterThatOpensNothing}, {"a letter and a datum of another", signInWithWhatBelongsToAnother},
		} {
			t.Run(tc.name, func(t *testing.T) { tc.test(t, w) })
		}
	})
}

// Whoever has a letter of one case and a datum of another learns nothing, not even that
// there is such a letter.
func signInWithWhatBelongsToAnother(t *testing.T, w *world) {
	t.Helper()
	st := watch(t, w, nil)
	a, b := w.tenants[0].files, w.tenants[1].files
	victim, firm, nobody := a[victimCase].ids(), a[firmCase].ids(), w.classes(w.role("anonymous"))[missing]
	checks := map[string]url.Values{
		"birth date of the same creditor's case": birthForm(a[otherCase]), "birth date of another creditor's case": birthForm(b[plainCase]),
		"a birth date nobody has":              {"check": {"birth_date"}, "day": {"1"}, "month": {"2"}, "year": {"1933"}},
		"postcode of another":                  {"check": {"postcode"}, "postcode": {b[minorCase].debtor.Postcode.Reveal()}},
		"number of a firm":                     {"check": {"number"}, "number": {b[firmCase].debtor.CustomerNumber.Reveal()}},
		"a person's own number, of an invoice": {"check": {"number"}, "number": {a[victimCase].debtor.CustomerNumber.Reveal()}},
	}
	for _, name := range slices.Sorted(maps.Keys(checks)) {
		check := checks[name]
		w.clock.Set(w.clock.Now().Add(time.Hour)) // what five wrong tries have paused goes on
		unknown := st.ask(entering(name, check, "token", nobody.token))
		if unknown.status != 422 || unknown.raw.Get("Set-Cookie") != "" {
			t.Errorf("%s: an unknown token is answered %d", name, unknown.status)
		}
		for _, i := range []ids{victim, firm, b[victimCase].ids(), b[revokedCase].ids(), a[closedCase].ids()} {
			if got := st.ask(entering(name, check, "token", i.token)); got.String() != unknown.String() {
				t.Errorf("%s: a known token differs: %s", name, difference(unknown.String(), got.String()))
			}
		}
		typed := st.ask(entering(name, check, "code", nobody.code))
		if got := st.ask(entering(name, check, "code", victim.code)); got.String() != typed.String() || typed.status != 422 {
			t.Errorf("%s: a known code differs: %s", name, difference(typed.String(), got.String()))
		}
	}
	// Ten tries were wrong by now, and the letter is locked: that must not be told either.
	right := birthForm(a[victimCase])
	locked, unknown := st.ask(entering("locked", right, "token", victim.token)), st.ask(entering("locked", right, "token", nobody.token))
	if locked.String() != unknown.String() {
		t.Errorf("a locked letter differs: %s", difference(unknown.String(), locked.String()))
	}
	st.report(t)
}

func birthForm(f *dossier) url.Values {
	parts := strings.Split(f.birth(), "-")
	return url.Values{"check": {"birth_date"}, "year": {parts[0]}, "month": {parts[1]}, "day": {parts[2]}}
}

// entering is a sign-in by nobody known.
func entering(note string, check url.Values, field, secret string) probe {
	p := probe{role: &role{name: "anonymous"}, method: http.MethodPost, path: "/", form: check, note: note, echo: []string{secret}}
	p.set(field, secret)
	return p
}

// Old and ended letters say so to those who have both secrets, and nothing else.
func letterThatOpensNothing(t *testing.T, w *world) {
	t.Helper()
	st := watch(t, w, nil)
	k := w.tenants[1]
	old := k.files[otherCase].letter.Token.Plain()
	_, err := w.desk.Issue(context.Background(), k.ID, k.files[otherCase].caseID)
	w.must(err)
	for _, tc := range []struct {
		f      *dossier
		token  string
		status int
	}{
		{k.files[revokedCase], k.files[revokedCase].letter.Token.Plain(), 403}, {k.files[otherCase], old, 410},
		{k.files[closedCase], k.files[closedCase].letter.Token.Plain(), 410},
	} {
		a := st.ask(entering(tc.f.key, birthForm(tc.f), "token", tc.token))
		if a.status != tc.status || a.raw.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %s", tc.f.key, a.status, a.raw)
		}
	}
	st.report(t)
}

// Saying "not me" with a secret ends its own letters and nobody else's, and answers as if
// there were none.
func disownAnothersCase(t *testing.T, w *world) {
	t.Helper()
	st := watch(t, w, nil)
	f, other := w.tenants[0].files[strangeCase], w.tenants[1].files[strangeCase]
	visit := &role{name: "disowned", cookie: w.in(f, access.FullView), file: f, tier: access.FullView}
	nobody := w.classes(visit)[missing]
	disown := func(by *role, field, secret string) told {
		return st.ask(probe{role: by, method: http.MethodPost, path: "/nicht-ich", form: url.Values{field: {secret}}, echo: []string{secret}})
	}
	stranger := w.role("anonymous")
	for field, secrets := range map[string][2]string{"token": {nobody.token, f.letter.Token.Plain()}, "code": {nobody.code, other.letter.Code.Grouped()}} {
		unknown, known := disown(stranger, field, secrets[0]), disown(stranger, field, secrets[1])
		if unknown.String() != known.String() || known.status != 200 {
			t.Errorf("%s: a known one differs: %s", field, difference(unknown.String(), known.String()))
		}
	}
	visit.ended = true
	if a := st.ask(probe{role: visit, method: http.MethodGet, path: "/akte"}); a.status != 403 {
		t.Errorf("the visit of a disowned letter goes on: %d", a.status)
	}
	for _, name := range []string{"full view", "letter view", "full view elsewhere", "minor"} {
		if a := st.ask(probe{role: w.role(name), method: http.MethodGet, path: "/akte"}); a.status != 200 {
			t.Errorf("the visit of %s has ended: %d", name, a.status)
		}
	}
	st.report(t)
}

// A form token is its session's: one of another visit sends nothing.
func formTokenOfAnotherVisit(t *testing.T, w *world) {
	t.Helper()
	st := watch(t, w, nil)
	mine := w.role("letter view")
	for _, name := range []string{"full view", "full view elsewhere", "expired", "other installation"} {
		for _, path := range []string{"/abmelden", "/akte/mehr", "/", "/sprache", "/akte/code", "/akte/code/pruefen", "/nicht-ich"} {
			p := probe{role: mine, method: http.MethodPost, path: path, form: isolationForms[path], note: "form token of " + name}
			p.set("csrf", formToken(w.role(name).cookie))
			if a := st.ask(p); a.status != 403 {
				t.Errorf("%s: %d", p, a.status)
			}
		}
	}
	if a := st.ask(probe{role: mine, method: http.MethodGet, path: "/akte"}); a.status != 200 {
		t.Errorf("the visit has ended: %d", a.status)
	}
	st.report(t)
}

// onRoute puts something around a handler.
func onRoute(name string, around func(w *world, next fiber.Handler) fiber.Handler) plant {
	return func(w *world, list []route, _ *Options) {
		for i, r := range list {
			if r.Method+" "+r.Path == name {
				list[i].handler = around(w, r.handler)
				return
			}
		}
		w.t.Fatalf("no route %s", name)
	}
}

// after lets the handler answer, then does something.
func after(name string, do func(w *world, c *fiber.Ctx)) plant {
	return onRoute(name, func(w *world, next fiber.Handler) fiber.Handler {
		return func(c *fiber.Ctx) error {
			err := next(c)
			do(w, c)
			return err
		}
	})
}

func add(c *fiber.Ctx, s string) { c.Context().Response.AppendBodyString("<p>" + s + "</p>") }

// leak is a mistake somebody could make, and what the report must say about it.
type leak struct {
	name, says string
	paths      []string
	plant      plant
	after      func(*watched)
}

func isForeign(w *world) *dossier { return w.tenants[1].files[otherCase] }

// leaks that show themselves in a page.
func pageLeaks() []leak {
	akte := []string{"/akte"}
	return []leak{
		{"the name of another", "tells", akte, after("GET /akte", func(w *world, c *fiber.Ctx) { add(c, isForeign(w).mark("Last")) }), nil},
		{"a case of the same creditor", "tells", akte, after("GET /akte", func(w *world, c *fiber.Ctx) {
			add(c, w.tenants[0].files[otherCase].mark("Object"))
		}), nil},
		{"an escaped name in a header", "tells", []string{"/hilfe"}, after("GET /hilfe", func(w *world, c *fiber.Ctx) {
			c.Set("X-Next", url.PathEscape("ü "+isForeign(w).mark("Street")+"/"))
		}), nil},
		{"an amount in another notation", "tells", akte, after("GET /akte", func(_ *world, c *fiber.Ctx) { add(c, "EUR 2'248.28") }), nil},
		{"a creditor on a page before signing in", "tells", []string{"/"}, after("GET /", func(w *world, c *fiber.Ctx) { add(c, w.tenants[0].Name) }), nil},
		{"the name of the debtor in the letter view", "as letter view", akte, after("GET /akte", func(w *world, c *fiber.Ctx) {
			add(c, w.tenants[0].files[plainCase].mark("First"))
		}), nil},
		{"the breakdown on the page for payment", "tells", []string{"/akte/bezahlen"}, after("GET /akte/bezahlen", func(_ *world, c *fiber.Ctx) {
			add(c, "2.111,11\u00a0€")
		}), nil},
		{"the payment code of another", "tells", []string{"/akte/bezahlen"}, after("GET /akte/bezahlen", func(w *world, c *fiber.Ctx) {
			add(c, w.giro[w.tenants[1].files[plainCase]])
		}), nil},
		{"one's own id", "tells", akte, after("GET /akte", func(_ *world, c *fiber.Ctx) { add(c, string(page.Of(c).Visit.CaseID)) }), nil},
		{"one page kept for all", "tells", akte, onRoute("GET /akte", keptForAll), nil},
		{"a visit that has ended goes on", "as expired", akte, nil, func(st *watched) {
			honest, borrowed := st.visit, st.role("full view").cookie
			st.visit = func(ctx context.Context, cookie string) (signin.Visit, error) {
				if v, err := honest(ctx, cookie); err == nil {
					return v, nil
				}
				return honest(ctx, borrowed)
			}
		}},
	}
}

// keptForAll is a cache without a key.
func keptForAll(_ *world, next fiber.Handler) fiber.Handler {
	var mu sync.Mutex
	var kept []byte
	return func(c *fiber.Ctx) error {
		mu.Lock()
		defer mu.Unlock()
		if kept != nil {
			c.Type("html")
			return c.Send(kept)
		}
		err := next(c)
		kept = slices.Clone(c.Response().Body())
		return err
	}
}

// leaks that show themselves in how answers differ, in routes, log or figures.
func quietLeaks() []leak {
	akte := []string{"/akte"}
	return []leak{
		{"the case of the query", "/akte as full view", akte, onRoute("GET /akte", func(_ *world, next fiber.Handler) fiber.Handler {
			return func(c *fiber.Ctx) error {
				if id := c.Query("case"); id != "" {
					page.Of(c).Visit.CaseID = debt.ID(id)
				}
				return next(c)
			}
		}), nil},
		{"a header that tells whether a case exists", "answers differently", []string{"/hilfe"}, after("GET /hilfe", func(w *world, c *fiber.Ctx) {
			if c.Get("X-Case-Id") == string(isForeign(w).caseID) {
				add(c, "vorhanden")
			}
		}), nil},
		{"a form that tells whether a token exists", "answers differently", []string{"/"}, after("POST /", func(w *world, c *fiber.Ctx) {
			if form, err := page.Form(c); err == nil && form.Get("token") == isForeign(w).letter.Token.Plain() {
				c.Status(fiber.StatusConflict)
			}
		}), nil},
		{"a cookie that decides", "answers differently", []string{"/akte/einwand"}, after("GET /akte/einwand", func(w *world, c *fiber.Ctx) {
			if c.Cookies("case") == string(isForeign(w).caseID) {
				c.Status(fiber.StatusNotFound)
			}
		}), nil},
		{"a page without admission", "the access table says", []string{"/akte/aufstellung"}, func(_ *world, list []route, _ *Options) {
			for i := range list {
				if list[i].Path == "/akte/aufstellung" {
					list[i].Who = Anyone
				}
			}
		}, nil},
		{"a page past the list", "hintertuer: \"\" may come", nil, nil, func(st *watched) {
			st.app.Get("/hintertuer", func(c *fiber.Ctx) error { return c.SendString("") })
		}},
		{"a page that moved", "stands in the table and does not exist", nil, func(_ *world, list []route, _ *Options) {
			for i := range list {
				if list[i].Path == "/echt" {
					list[i].Path = "/wahr"
				}
			}
		}, nil},
		{"a name in the log", "the log tells", akte, func(w *world, list []route, o *Options) {
			log := o.Log
			after("GET /akte", func(w *world, _ *fiber.Ctx) { log.Info("shown", "who", w.tenants[0].files[plainCase].mark("Last")) })(w, list, o)
		}, nil},
		{"a name in a figure", "a figure tells", nil, nil, func(st *watched) { st.metrics.failed.WithLabelValues(isForeign(st.world).mark("City")).Inc() }},
		{"what another typed", "repeats what another typed", nil, onRoute("POST /", typedBefore), nil},
	}
}

// typedBefore shows the form of the visitor before, as strings do that are kept past their
// request.
func typedBefore(_ *world, next fiber.Handler) fiber.Handler {
	var mu sync.Mutex
	last := ""
	return func(c *fiber.Ctx) error {
		err := next(c)
		mu.Lock()
		defer mu.Unlock()
		add(c, last)
		if form, wrong := page.Form(c); wrong == nil {
			last = form.Get("code")
		}
		return err
	}
}

// The search is worth as much as what it finds.
func TestTheSearchFindsPlantedLeaks(t *testing.T) {
	w := sqlWorld(t)
	watch(t, w, nil).paymentCodes(t)
	roles := []*role{w.role("anonymous"), w.role("letter view"), w.role("full view"), w.role("expired"), w.role("full view elsewhere")}
	leaks := append(pageLeaks(), quietLeaks()...)
	paths, caught := map[string]bool{}, 0
	for _, l := range leaks {
		for _, p := range l.paths {
			paths[p] = true
		}
		t.Run(l.name, func(t *testing.T) {
			var plants []plant
			if l.plant != nil {
				plants = append(plants, l.plant)
			}
			found := w.search(t, roles, l.paths, l.after, plants...)
			if !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, l.says) }) {
				t.Fatalf("nothing says %q in %d faults: %.500s", l.says, len(found), strings.Join(found, "\n"))
			}
			caught++
		})
	}
	// Without a plant the same search finds nothing.
	var all []string
	for p := range paths {
		all = append(all, p)
	}
	if found := w.search(t, roles, all, nil); len(found) > 0 {
		t.Errorf("without a leak: %.500s", strings.Join(found, "\n"))
	}
	t.Logf("%d of %d planted leaks found", caught, len(leaks))
}

// search runs everything the test of the real server runs, on fewer roles and paths.
func (w *world) search(t *testing.T, roles []*role, paths []string, after func(*watched), plants ...plant) []string {
	t.Helper()
	st := watch(t, w, after, plants...)
	st.faults = tableFaults(st.Routes())
	st.matrix(roles, paths)
	if len(paths) == 0 {
		st.crowd(4, 6)
	}
	st.silence()
	if err := st.stop(); err != nil {
		t.Error(err)
	}
	return st.found()
}
