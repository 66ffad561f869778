package debtor

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"quitt/portal/debtor/instalments"
	"quitt/portal/debtor/mandate"
	"quitt/portal/debtor/method"
	"quitt/portal/debtor/paperwork"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/static"
)

// every renders all samples of the portal in all languages.
func every(t *testing.T, look func(t *testing.T, name, html string)) {
	t.Helper()
	samples := slices.Concat(Samples(), instalments.Samples(), method.Samples(), mandate.Samples(), paperwork.Samples(), page.Samples())
	if len(samples) < 70 {
		t.Fatalf("only %d samples", len(samples))
	}
	for _, lang := range text.Languages() {
		for _, s := range samples {
			html, err := s.HTML(text.For(lang))
			if err != nil {
				t.Errorf("%s %s: %v", s.Name, lang, err)
				continue
			}
			look(t, fmt.Sprintf("%s %s", s.Name, lang), string(html))
		}
	}
}

func TestEverySampleHasItsWords(t *testing.T) {
	unfilled := regexp.MustCompile(`\{[a-z_]+\}|«[^»]*»|%!|<no value>|ZgotmplZ`)
	every(t, func(t *testing.T, name, html string) {
		if found := unfilled.FindString(html); found != "" {
			t.Errorf("%s shows %q", name, found)
		}
	})
}

var (
	tag       = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"]|"[^"]*")*)>`)
	attribute = regexp.MustCompile(`([a-zA-Z-]+)(?:="([^"]*)")?`)
	void      = []string{"meta", "link", "input", "br", "rect", "path"}
)

// element is one start tag.
type element struct {
	name string
	attr map[string]string
}

// parse reads our own strict HTML: lower-case tags, double quotes, every element closed.
func parse(html string) (list []element, err error) {
	var open []string
	body, _ := strings.CutPrefix(html, "<!doctype html>\n")
	for _, m := range tag.FindAllStringSubmatch(body, -1) {
		name := m[2]
		if m[1] == "/" {
			if len(open) == 0 || open[len(open)-1] != name {
				return nil, fmt.Errorf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
			continue
		}
		e := element{name, map[string]string{}}
		for _, a := range attribute.FindAllStringSubmatch(m[3], -1) {
			if _, twice := e.attr[a[1]]; twice {
				return nil, fmt.Errorf("<%s> has %s twice", name, a[1])
			}
			e.attr[a[1]] = a[2]
		}
		list = append(list, e)
		if !slices.Contains(void, name) {
			open = append(open, name)
		}
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("%v stay open", open)
	}
	if rest := tag.ReplaceAllString(body, ""); strings.ContainsAny(rest, "<>") {
		return nil, fmt.Errorf("a stray angle bracket: %.80q", rest[strings.IndexAny(rest, "<>"):])
	}
	return list, nil
}

func TestParseSeesBrokenPages(t *testing.T) {
	for html, want := range map[string]string{
		`<p>a<br>b</p>`: "", `<p><b>a</p></b>`: "closes", `<p>a`: "stay open", `<p id="a" id="b">x</p>`: "twice", `<p>a > b</p>`: "stray",
	} {
		_, err := parse(html)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", html, err, want)
		}
	}
}

// A strict content security policy forbids these, and a page that needs them would only
// break for real visitors.
func TestPagesAreWellFormedAndHaveNothingInline(t *testing.T) {
	every(t, func(t *testing.T, name, html string) {
		list, err := parse(html)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		ids := map[string]bool{}
		for _, e := range list {
			for a, v := range e.attr {
				if a == "style" || strings.HasPrefix(a, "on") || strings.HasPrefix(strings.ToLower(v), "javascript:") {
					t.Errorf("%s: <%s %s=%q> is inline", name, e.name, a, v)
				}
				if (a == "src" || e.name == "link" && a == "href") && !strings.HasPrefix(v, static.Prefix) {
					t.Errorf("%s: <%s> loads %q from elsewhere", name, e.name, v)
				}
			}
			if e.name == "style" || e.name == "script" && e.attr["src"] == "" {
				t.Errorf("%s: an inline <%s>", name, e.name)
			}
			if id, ok := e.attr["id"]; ok {
				if ids[id] {
					t.Errorf("%s: the id %q occurs twice", name, id)
				}
				ids[id] = true
			}
		}
		for _, e := range list {
			for _, a := range []string{"aria-labelledby", "aria-describedby", "for", "form"} {
				for _, ref := range strings.Fields(e.attr[a]) {
					if !ids[ref] {
						t.Errorf("%s: <%s %s=%q> leads nowhere", name, e.name, a, ref)
					}
				}
			}
			if ref, ok := strings.CutPrefix(e.attr["href"], "#"); ok && !ids[ref] {
				t.Errorf("%s: the link #%s leads nowhere", name, ref)
			}
		}
	})
}

func TestEveryInputHasALabel(t *testing.T) {
	every(t, func(t *testing.T, name, html string) {
		list, err := parse(html)
		if err != nil {
			t.Fatal(err)
		}
		labelled := map[string]bool{}
		for _, e := range list {
			if e.name == "label" {
				labelled[e.attr["for"]] = true
			}
		}
		for _, e := range list {
			if e.name == "input" && e.attr["type"] != "hidden" && !labelled[e.attr["id"]] {
				t.Errorf("%s: the field %q has no label", name, e.attr["name"])
			}
			if e.name == "svg" && e.attr["aria-label"] == "" {
				t.Errorf("%s: a picture without words", name)
			}
		}
		if n := strings.Count(html, "<h1"); n != 1 {
			t.Errorf("%s has %d first headings", name, n)
		}
	})
}

// addresses are what routes.go answers to.
var addresses = []string{"/", "/echt", "/hilfe", "/impressum", "/datenschutz", "/barrierefreiheit", "/nicht-ich", "/sprache",
	"/abmelden", "/akte", "/akte/bezahlen", "/akte/raten", "/akte/einwand", "/akte/mehr", "/akte/code", "/akte/code/pruefen",
	"/akte/aufstellung", "/akte/briefe", "/akte/brief", "/akte/brief/pdf", "/akte/papier", "/akte/papier/pdf", "/abbestellen", "/akte/bezahlen/weiter", "/akte/bezahlen/start",
	"/akte/zahlung", "/akte/zahlung/stand", "/akte/beleg", "/akte/beleg/pdf", "/akte/quittung", "/akte/quittung/pdf", "/akte/anlagen", "/akte/anlage", "/widerruf",
	"/akte/raten/neu", "/akte/raten/leistbar", "/akte/raten/vorbereiten", "/akte/raten/vorschlag", "/akte/raten/abschliessen", "/akte/raten/fertig",
	"/akte/raten/antwort", "/akte/raten/aendern", "/akte/raten/verzug", "/akte/raten/beenden", "/akte/raten/kalender",
	"/akte/raten/dauerauftrag", "/akte/raten/dauerauftrag/pdf",
	"/akte/bezahlen/code", "/akte/aufstellung/pdf", "/akte/nachrichten", "/akte/anfragen", "/akte/daten", "/akte/auskunft",
	"/vertretung", "/vertretung/anmelden", "/vertretung/code", "/vertretung/mandant", "/vertretung/oeffnen", "/vertretung/beenden",
	"/akte/vertretung", "/akte/vertretung/widerruf", "/akte/vertretung/anzeigen", "/akte/vertretung/nachweis"}

// full are the addresses of the rooms below.
func full() (paths []string) {
	for name := range (&Pages{Kit: &page.Kit{}}).Full() {
		_, path, _ := strings.Cut(name, " ")
		paths = append(paths, path)
	}
	return paths
}

// letterNumber is what pages about letters and payments are asked with.
var letterNumber = regexp.MustCompile(`(\?(nr|id)=[0-9a-z-]+|#[a-z]+)$`)

func TestLinksLeadToPagesThatExist(t *testing.T) {
	outside := regexp.MustCompile(`^(#|mailto:|tel:|/static/|https://www\.)`)
	every(t, func(t *testing.T, name, html string) {
		list, err := parse(html)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			for _, a := range []string{"href", "action", "formaction"} {
				if to, ok := e.attr[a]; ok && !outside.MatchString(to) && !slices.Contains(append(full(), addresses...), letterNumber.ReplaceAllString(to, "")) {
					t.Errorf("%s: %s=%q leads nowhere", name, a, to)
				}
			}
			if e.name == "form" && e.attr["method"] != "post" {
				t.Errorf("%s: a form would put its fields into the address", name)
			}
		}
	})
}

// The limits of the brief for a cold visit: HTML 12 KB, all without fonts 25 KB, with fonts
// 60 KB, five requests.
func TestPagesAreLight(t *testing.T) {
	worst, name := 0, ""
	every(t, func(_ *testing.T, n, html string) {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		if _, err := w.Write([]byte(html)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if out.Len() > worst {
			worst, name = out.Len(), n
		}
		if out.Len() > 12<<10 {
			t.Errorf("%s weighs %d bytes", n, out.Len())
		}
		if requests := 1 + strings.Count(html, `"`+static.Prefix); strings.HasPrefix(n, "claim") && requests > 5 {
			t.Errorf("%s asks for %d things", n, requests)
		}
	})
	font, rest := 0, worst
	for _, f := range static.All() {
		switch {
		case f.Gzip == nil:
			font += len(f.Body)
		case f.Name == "quitt.css" || f.Name == "icon.svg": // the claim page has no script
			rest += len(f.Gzip)
		}
	}
	if rest > 25<<10 || rest+font > 60<<10 {
		t.Errorf("%d bytes without fonts, %d with", rest, rest+font)
	}
	t.Logf("heaviest page %s: %d bytes of HTML, %d without fonts, %d with", name, worst, rest, rest+font)
}

func TestRightToLeftPagesSaySo(t *testing.T) {
	every(t, func(t *testing.T, name, html string) {
		want := `dir="ltr"`
		if strings.HasSuffix(name, " ar") && strings.Contains(html, `<html lang="ar"`) {
			want = `dir="rtl"`
		}
		if !strings.Contains(strings.SplitN(html, "\n", 3)[1], want) {
			t.Errorf("%s: the root element lacks %s", name, want)
		}
	})
}
