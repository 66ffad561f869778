package creditor

import (
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"quitt/portal/page"
	"quitt/portal/text"
)

var (
	unfilled = regexp.MustCompile(`\{[a-z_]+\}|«[^»]*»|%!|<no value>|ZgotmplZ`)
	heading  = regexp.MustCompile(`<h([1-6])[ >]`)
	leads    = regexp.MustCompile(`(?:href|action)="(/verwaltung[^"?#]*)`)
	id       = regexp.MustCompile(` id="([^"]*)"`)
)

// wrong lists what is wrong with a page whatever it is about.
// written is what people write themselves: braces in it are meant.
var written = regexp.MustCompile(`(?s)<(textarea|code|q)\b.*?</(textarea|code|q)>`)

func wrong(html string, addresses map[string]bool) (found []string) {
	if text := unfilled.FindString(written.ReplaceAllString(html, "")); text != "" {
		found = append(found, "shows "+text)
	}
	for landmark, most := range map[string]int{"<main": 1, "<h1": 1, "<header class": 1, `href="#main"`: 1} {
		if n := strings.Count(html, landmark); n != most {
			found = append(found, "has "+landmark+" more or less than once")
		}
	}
	last := byte('0')
	for _, m := range heading.FindAllStringSubmatch(html[strings.Index(html, "<main"):], -1) {
		level := m[1][0]
		if level > last+1 && last != '0' {
			found = append(found, "has a heading of level "+m[1]+" below one of level "+string(last))
		}
		last = level
	}
	ids := map[string]bool{}
	for _, m := range id.FindAllStringSubmatch(html, -1) {
		if ids[m[1]] {
			found = append(found, "has the id "+m[1]+" twice")
		}
		ids[m[1]] = true
	}
	for _, m := range leads.FindAllStringSubmatch(html, -1) {
		if !addresses[m[1]] {
			found = append(found, "leads to "+m[1]+", which is not there")
		}
	}
	return found
}

func TestEverySampleIsWholeAndLeadsSomewhere(t *testing.T) {
	p := New(Base{Kit: &page.Kit{}})
	addresses := map[string]bool{"/verwaltung/abmelden": true}
	know := func(name string) {
		_, path, _ := strings.Cut(name, " ")
		addresses[path] = true
	}
	for name := range p.Within() {
		know(name)
	}
	for _, list := range []map[string]fiber.Handler{p.Signed(), p.Open()} {
		for name := range list {
			know(name)
		}
	}
	for _, lang := range []text.Language{text.German, text.English} {
		for _, s := range Samples() {
			html, err := s.HTML(text.For(lang))
			if err != nil {
				t.Errorf("%s %s: %v", s.Name, lang, err)
				continue
			}
			for _, finding := range wrong(string(html), addresses) {
				t.Errorf("%s %s %s", s.Name, lang, finding)
			}
		}
	}
}

func TestWhatIsWrongIsFound(t *testing.T) {
	const good = `<a href="#main"><header class="x"><main id="main"><h1>A</h1><h2>B</h2><a href="/verwaltung?x=1">C</a></main>`
	known := map[string]bool{"/verwaltung": true}
	if found := wrong(good, known); len(found) > 0 {
		t.Errorf("found in a good page: %q", found)
	}
	for old, bad := range map[string]string{"<h2>": "<h3>", `"#main"`: `"#"`, "/verwaltung?": "/verwaltung/nirgends?", ">C<": ">«c»<", "<h1>": `<h1 id="main">`, "B</h2>": "B</h2><h1>D</h1>"} {
		if found := wrong(strings.Replace(good, old, bad, 1), known); len(found) == 0 {
			t.Errorf("%s instead of %s is not found", bad, old)
		}
	}
}
