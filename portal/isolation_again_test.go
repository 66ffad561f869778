package portal

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// shownAgain asks for a page by way of the language switch, with something typed.
func (st *watched) shownAgain(r *role, path string) told {
	a, err := st.send(probe{role: r, method: http.MethodPost, path: "/sprache",
		form: url.Values{"lang": {"de"}, "form": {"typed"}, "path": {path}, "words": {"typed before"}}})
	st.must(err)
	return a
}

// Who may not open a page does not get it by changing the language on it, and what anybody may
// not reach by a form leads nowhere.
func TestAPageShownAgainIsForThoseWhoMayOpenIt(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		st := watch(t, w, nil)
		shown := 0
		for _, r := range append(slices.Clone(w.helpers), w.role("full view"), w.role("letter view"), w.role("left")) {
			for _, name := range slices.Sorted(maps.Keys(accessTable)) {
				method, path, _ := strings.Cut(name, " ")
				who := accessTable[name]
				if method != http.MethodGet || path == "/akte/zahlung/stand" || who != LetterView && who != FullView {
					continue
				}
				plain, err := st.send(probe{role: r, method: http.MethodGet, path: path})
				st.must(err)
				again := st.shownAgain(r, path)
				if again.status != plain.status || again.raw.Get("Location") != plain.raw.Get("Location") {
					t.Errorf("%s as %s: %d %s, shown again %d %s", path, r.name, plain.status, plain.raw.Get("Location"), again.status, again.raw.Get("Location"))
				}
				if again.status == http.StatusOK {
					shown++
				}
			}
		}
		for _, path := range []string{"https://evil.example/", "//evil.example", "/vertretung", "/api/v1/events", "/akte/nichts", ""} {
			if a := st.shownAgain(w.role("full view"), path); a.status != http.StatusSeeOther || strings.Contains(a.raw.Get("Location"), "evil") {
				t.Errorf("%q: %d %s", path, a.status, a.raw.Get("Location"))
			}
		}
		if shown < 50 {
			t.Errorf("only %d pages were shown again: the test looks at nothing", shown)
		}
	})
}
