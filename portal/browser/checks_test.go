package browser

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// policy is the one the portal sends; the examples below are judged under it too.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

const goodPage = `<!doctype html><html lang="de"><meta name="viewport" content="width=device-width"><title>Gut</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"><main><h1>Gut</h1>
<p>Ein Satz mit <a href="/">Verweis</a> darin.</p><form method="post" action="/"><p><label for="a">Name</label><br><input id="a" name="a"></p>
<p><label for="b">Ort</label><br><input id="b" name="b"></p><details><summary>Warum?</summary><p>Erst offen ist <a href="/x">das</a> zu sehen.</p></details>
<p><button>Weiter</button></p></form></main></html>`

const goodStyle = `body{margin:16px;font:18px sans-serif;color:#111;background:#fff}input,button,summary{min-height:44px;min-width:44px}
:focus-visible{outline:3px solid #b50;outline-offset:2px}@media (prefers-color-scheme:dark){body{color:#eee;background:#111}a{color:#9cf}}`

// site serves one page with its style under the portal's policy.
func site(t *testing.T, page, style string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		body := page
		switch r.URL.Path {
		case "/style.css":
			w.Header().Set("Content-Type", "text/css")
			body = style
		case "/script.js":
			w.Header().Set("Content-Type", "text/javascript")
			body = `console.error("kaputt"); missing()`
		case "/trap.js":
			w.Header().Set("Content-Type", "text/javascript")
			body = `addEventListener("keydown", (e) => { if (e.target.id === "b") e.preventDefault() })`
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		default:
			w.WriteHeader(http.StatusNotFound)
		}
		if _, err := w.Write([]byte(body)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/"
}

// all runs every check on a page.
func (b *tab) all(address string) (found []string) {
	b.Helper()
	b.visit(address)
	return b.checks()
}

// checks runs every check on the page that is shown, which it leaves unfolded.
func (b *tab) checks() (found []string) {
	b.Helper()
	look[[]string](b, "unfold")
	found = append(b.axe(light, dark), b.walk()...)
	return append(found, b.sizes()...)
}

// sizes runs the checks that hang on the length of words, and those behind the page's back.
func (b *tab) sizes() (found []string) {
	b.Helper()
	look[[]string](b, "unfold")
	found = append(b.unseen(), look[[]string](b, "targets")...)
	found = append(found, look[[]string](b, "upwards")...)
	return append(found, b.narrow()...)
}

// narrow looks at a screen of 1280 by 1024 px at 400 %.
func (b *tab) narrow() []string {
	b.Helper()
	b.size(320, 256)
	found := look[[]string](b, "sideways")
	b.size(360, 740)
	return found
}

func TestAPageWithoutFaultPassesEveryCheck(t *testing.T) {
	t.Parallel()
	for _, good := range []string{goodPage, strings.Replace(goodPage, `id="b"`, `id="b" type="date"`, 1)} { // several stops of the keyboard in one field
		page := site(t, good, goodStyle)
		if found := open(t, page).all(page); len(found) > 0 {
			t.Errorf("found in a good page:\n%s", strings.Join(found, "\n"))
		}
	}
}

func TestEveryCheckFindsItsFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, new, style, want string }{
		"no label":           {`<label for="a">Name</label>`, `Name`, "", "light label (critical) #a"},
		"no title":           {`<title>Gut</title>`, ``, "", "document-title"},
		"faint in the light": {"", "", `p{color:#999}`, "light color-contrast"},
		"faint in the dark":  {"", "", `@media (prefers-color-scheme:dark){body{color:#444}}`, "dark color-contrast"},
		"too wide":           {`<h1>Gut</h1>`, `<h1>Donaudampfschifffahrtsgesellschaftskapitänswitwenrente</h1>`, "", "px wide on a screen of 320 px"},
		"cut off":            {"", "", `p{overflow:hidden;white-space:nowrap;width:60px}`, "is cut off"},
		"small button":       {"", "", `button{min-height:20px;height:30px}`, `button "Weiter" is`},
		"small when opened":  {`Erst offen ist <a href="/x">das</a> zu sehen.`, `<a href="/x">das</a>`, "", `a "das" is`},
		"no focus mark":      {"", "", `button:focus-visible{outline:none}`, `button "Weiter" does not show`},
		"order by number":    {`id="b"`, `id="b" tabindex="1"`, "", "instead of input#b"},
		"order turned round": {"", "", `form{display:flex;flex-direction:column-reverse}`, "but stands above it"},
		"trapped":            {`<main>`, `<script src="/trap.js"></script><main>`, "", `Tab leads to input#b "b" instead of summary`},
		"inline style":       {`<h1>`, `<h1 style="color:red">`, "", "against the content security policy: style-src"},
		"inline script":      {`<main>`, `<script>alert(1)</script><main>`, "", "against the content security policy: script-src"},
		"another host":       {`<main>`, `<img alt="" src="http://127.0.0.2:9/x.png"><main>`, "", "a request to another host"},
		"script fails":       {`<main>`, `<script src="/script.js"></script><main>`, "", "an error in a script"},
		"script complains":   {`<main>`, `<script src="/script.js"></script><main>`, "", "the console says error: \"kaputt\""},
		"a file is missing":  {`<main>`, `<img alt="" src="/missing.png"><main>`, "", "missing.png"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(goodPage, c.old) {
				t.Fatalf("the good page has no %s", c.old)
			}
			page := site(t, strings.Replace(goodPage, c.old, c.new, 1), goodStyle+c.style)
			found := open(t, page).all(page)
			if !slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, c.want) }) {
				t.Errorf("%q is not among\n%s", c.want, strings.Join(found, "\n"))
			}
		})
	}
}
