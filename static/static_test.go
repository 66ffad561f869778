package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"strings"
	"testing"
)

func TestEveryFileIsFoundUnderItsAddress(t *testing.T) {
	if len(All()) < 5 {
		t.Fatalf("only %d files", len(All()))
	}
	for _, f := range All() {
		got, ok := Find(URL(f.Name))
		if !ok || !bytes.Equal(got.Body, f.Body) || f.Type == "" || len(f.Body) == 0 {
			t.Errorf("%s: found %v, type %q", f.Name, ok, f.Type)
		}
		if f.Gzip == nil {
			continue
		}
		r, err := gzip.NewReader(bytes.NewReader(f.Gzip))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(r); err != nil || !bytes.Equal(plain, f.Body) {
			t.Errorf("%s: the compressed form is another file", f.Name)
		}
	}
}

func TestOtherAddressesAreNotFound(t *testing.T) {
	hash := strings.Split(URL("quitt.css"), "/")[2]
	for _, path := range []string{"/static/quitt.css", "/static/0000000000000000/quitt.css", "/static/" + hash + "/../static.go",
		"/static/" + hash + "/", "/static/" + hash, "/", "", "/static/" + hash + "/font/OFL.txt"} {
		if _, ok := Find(path); ok {
			t.Errorf("%q is found", path)
		}
	}
}

func TestAnUnknownNamePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	URL("nope.css")
}

// What the style sheet loads lies beside it.
func TestTheStyleSheetLoadsNothingFromElsewhere(t *testing.T) {
	sheet, ok := Find(URL("quitt.css"))
	if !ok {
		t.Fatal("no style sheet")
	}
	for _, m := range regexp.MustCompile(`url\("?([^")]+)"?\)`).FindAllStringSubmatch(string(sheet.Body), -1) {
		if _, ok := Find(strings.Replace(URL("quitt.css"), "quitt.css", m[1], 1)); !ok {
			t.Errorf("it loads %s", m[1])
		}
	}
	if strings.Contains(string(sheet.Body), "@import") {
		t.Error("an import is one request more")
	}
}

// Contrast of the colour roles, both schemes: 4.5:1 for text, 7:1 for amounts (the ink), 3:1
// for borders of controls (WCAG 1.4.3, 1.4.6, 1.4.11).
func TestColoursHaveEnoughContrast(t *testing.T) {
	sheet := string(read("css/tokens.css"))
	light, dark, ok := strings.Cut(sheet, "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("no dark scheme")
	}
	for name, css := range map[string]string{"light": light, "dark": dark} {
		c := colours(css)
		for _, tc := range []struct {
			on, over string
			least    float64
		}{
			{"ink", "surface", 7}, {"ink", "ground", 7}, {"ink-muted", "surface", 4.5}, {"ink-muted", "ground", 4.5},
			{"accent", "surface", 4.5}, {"accent", "ground", 4.5}, {"accent-strong", "surface", 4.5}, {"accent-ink", "accent", 4.5},
			{"accent", "accent-soft", 4.5}, {"accent-strong", "accent-soft", 4.5}, {"ink", "accent-soft", 7},
			{"ink-muted", "accent-soft", 4.5}, {"control", "surface", 3}, {"control", "ground", 3},
			{"ink", "good-soft", 7}, {"ink", "warn-soft", 7}, {"ink", "bad-soft", 7}, {"good", "good-soft", 4.5},
			{"warn", "warn-soft", 4.5}, {"bad", "bad-soft", 4.5}, {"accent", "warn-soft", 4.5}, {"accent", "bad-soft", 4.5},
		} {
			if got := contrast(c[tc.on], c[tc.over]); got < tc.least {
				t.Errorf("%s: %s on %s has %.2f:1, want %.1f:1", name, tc.on, tc.over, got, tc.least)
			}
		}
	}
}
