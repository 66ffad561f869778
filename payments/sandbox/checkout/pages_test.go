package checkout

import (
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// eachPage calls do with every page in both languages.
func eachPage(t *testing.T, do func(t *testing.T, lang, html string)) {
	t.Helper()
	for _, lang := range []string{"de", "en"} {
		for name, render := range world(lang) {
			t.Run(name+"-"+lang, func(t *testing.T) {
				html, err := render()
				if err != nil {
					t.Fatal(err)
				}
				do(t, lang, string(html))
			})
		}
	}
}

var (
	withID   = regexp.MustCompile(` id="([^"]+)"`)
	pointing = regexp.MustCompile(` (?:for|aria-describedby|aria-labelledby|href)="(#?[^"]*)"`)
	input    = regexp.MustCompile(`<input [^>]*>`)
)

func TestEveryPageIsSoundAndStrict(t *testing.T) {
	eachPage(t, func(t *testing.T, lang, html string) {
		for _, bad := range []string{"<script", " style=", "<style", "ZgotmplZ", "<no value>", " onclick", "http://www", "https://", "{company}", "{amount}"} {
			if strings.Contains(html, bad) {
				t.Errorf("has %q", bad)
			}
		}
		banner := map[string]string{"de": "Demo – keine echten Zahlungen", "en": "Demo – no real payments"}[lang]
		for _, good := range []string{`<html lang="` + lang + `">`, banner, `name="viewport"`, "<h1"} {
			if strings.Count(html, good) != 1 {
				t.Errorf("has %q %d times", good, strings.Count(html, good))
			}
		}
		ids := map[string]bool{}
		for _, m := range withID.FindAllStringSubmatch(html, -1) {
			if ids[m[1]] {
				t.Errorf("id %s twice", m[1])
			}
			ids[m[1]] = true
		}
		for _, m := range pointing.FindAllStringSubmatch(html, -1) {
			isLink := strings.HasPrefix(m[0], " href")
			if isLink && !strings.HasPrefix(m[1], "#") {
				continue
			}
			for id := range strings.FieldsSeq(strings.TrimPrefix(m[1], "#")) {
				if !ids[id] {
					t.Errorf("%s leads nowhere", m[0])
				}
			}
		}
		for _, in := range input.FindAllString(html, -1) {
			if m := withID.FindStringSubmatch(in); m == nil || !strings.Contains(html, `<label for="`+m[1]+`"`) {
				t.Errorf("no label: %s", in)
			}
			if !strings.Contains(in, "autocomplete=") && !strings.Contains(in, `type="radio"`) {
				t.Errorf("no autocomplete: %s", in)
			}
		}
	})
}

func TestErrorsAreSummedUpAndTiedToTheirFields(t *testing.T) {
	html := germanPage(t, "errors-card")
	for _, want := range []string{
		"<title>Fehler: Bezahlen – Praxis Dr. Muster</title>",
		`role="alert" tabindex="-1" autofocus aria-labelledby="errors-title"`,
		`<li><a href="#email">Geben Sie eine E-Mail-Adresse ein`,
		`<li><a href="#number">Das ist keine Testkarte.`,
		`aria-describedby="number-hint number-error" aria-invalid="true"`,
		`<p class="error" id="expiry-error">Dieses Datum ist schon vorbei.`,
		`value="01/20"`,
		`value="erika"`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not there", want)
		}
	}
	if strings.Contains(html, "4111") {
		t.Error("a number that is none of ours is shown again")
	}
}

func germanPage(t *testing.T, name string) string {
	t.Helper()
	html, err := world("de")[name]()
	if err != nil {
		t.Fatal(err)
	}
	return string(html)
}

func TestThePageAsksForWhatTheSessionTakes(t *testing.T) {
	for name, tc := range map[string]struct{ has, hasNot []string }{
		"pay": {
			[]string{`value="card" checked`, `value="sepa_debit"`, "Praxis Dr. Muster und Stripe", "312,40\u00a0€ bezahlen", "Aktenzeichen 2026-004711", `href="http://127.0.0.1:8080/zahlen">Abbrechen`, `value="erika@example.org"`, "<code>4000 0000 0000 0002</code>", "<code>DE62 3704 0044 0532 0130 01</code>"},
			[]string{"zu speichern", "aria-invalid"},
		},
		"pay-card": {[]string{`id="number"`, "zu speichern"}, []string{`type="radio"`, `id="iban"`, "SEPA", "<code>DE"}},
		"pay-sepa": {[]string{`id="iban"`, "SEPA-Lastschriftmandat"}, []string{`type="radio"`, `id="number"`, "<code>4"}},
		"pay-bare": {[]string{"0,50\u00a0USD"}, []string{"Abbrechen", "€", "<ul"}},
		"setup":    {[]string{"Heute wird nichts abgebucht", "zu speichern", ">Zahlungsweg hinterlegen</button>"}, []string{"€", "bezahlen</button>"}},
		"challenge": {
			[]string{`name="answer" value="release"`, `value="refuse"`, `value="late"`, "312,40\u00a0€", "Zahlung freigeben", "Ablehnen", "Zeitüberschreitung"}, nil,
		},
		"challenge-setup": {[]string{"Karte freigeben", "Keine Abbuchung"}, []string{"€"}},
		"declined":        {[]string{"Das hat nicht geklappt", `value="4000 0000 0000 9995"`, `value="12/34"`}, []string{"Bitte prüfen"}},
		"end-expired":     {[]string{"abgelaufen", `href="http://127.0.0.1:8080/zahlen"`}, nil},
		"end-not-found":   {[]string{"Diese Seite gibt es nicht"}, []string{" – <", "Zurück"}},
	} {
		html := germanPage(t, name)
		for _, want := range tc.has {
			if !strings.Contains(html, want) {
				t.Errorf("%s: %q is not there", name, want)
			}
		}
		for _, not := range tc.hasNot {
			if strings.Contains(html, not) {
				t.Errorf("%s: %q is there", name, not)
			}
		}
	}
}

func TestWhatOthersWroteIsText(t *testing.T) {
	s := both
	s.Company, s.CancelURL, s.Action = "<script>x</script>", "javascript:alert(1)", "javascript:alert(2)"
	s.Lines = []Line{{Name: "<b>x</b>"}}
	s.Email = `"><script>`
	html, err := s.HTML(Input{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<b>", "javascript:"} {
		if strings.Contains(string(html), bad) {
			t.Errorf("%q is on the page", bad)
		}
	}
}

func TestAmountsInTheLanguageOfThePage(t *testing.T) {
	for _, tc := range []struct {
		lang, currency string
		cents          int64
		want           string
	}{
		{"de", "eur", 0, "0,00\u00a0€"},
		{"de", "eur", 5, "0,05\u00a0€"},
		{"de", "eur", 123456, "1.234,56\u00a0€"},
		{"en", "eur", 123456789, "€1,234,567.89"},
		{"en", "eur", -100, "−€1.00"},
		{"de", "usd", 100000, "1.000,00\u00a0USD"},
		{"de", "eur", -1 << 63, "−92.233.720.368.547.758,08\u00a0€"},
	} {
		if got := amount(tc.lang, tc.cents, tc.currency); got != tc.want {
			t.Errorf("%d %s in %s: %q, want %q", tc.cents, tc.currency, tc.lang, got, tc.want)
		}
	}
}

func TestTheLanguageIsTheSessionsOrTheBrowsers(t *testing.T) {
	for _, tc := range []struct{ locale, accept, want string }{
		{"de", "en", "de"}, {"en-GB", "de", "en"}, {"de-AT", "", "de"}, {"fr", "de", "en"},
		{"auto", "de-DE,de;q=0.9,en;q=0.8", "de"}, {"auto", "en-US;q=1", "en"}, {"auto", "tr,de;q=0.5", "en"},
		{"", "", "de"}, {"auto", "*", "de"},
	} {
		if got := Language(tc.locale, tc.accept); got != tc.want {
			t.Errorf("%q, %q: %s", tc.locale, tc.accept, got)
		}
	}
}

func TestThePolicyLetsThePayerBackAndNowhereElse(t *testing.T) {
	got := Policy("http://127.0.0.1:8080/a?b", "https://example.org/x", "https://example.org/y", "javascript:x", "https://a;script-src *", "")
	want := "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' http://127.0.0.1:8080 https://example.org; base-uri 'none'; frame-ancestors 'none'"
	if got != want {
		t.Errorf("%s\n%s", got, want)
	}
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

func TestBothLanguagesSayTheSame(t *testing.T) {
	de, en := catalogues()["de"], catalogues()["en"]
	if diff := cmp.Diff(slices.Sorted(maps.Keys(de)), slices.Sorted(maps.Keys(en))); diff != "" {
		t.Error(diff)
	}
	for key, text := range de {
		a, b := placeholder.FindAllString(text, -1), placeholder.FindAllString(en[key], -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s: %v and %v", key, a, b)
		}
		if text == "" || en[key] == "" || strings.Contains(text, "!") {
			t.Errorf("%s: empty, or shouts", key)
		}
	}
}

func TestNoSentenceIsForgotten(t *testing.T) {
	var sources strings.Builder
	for _, pattern := range []string{"*.go", "*.html"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sources.Write(body)
		}
	}
	made := map[string]bool{} // keys that are put together
	for _, f := range []string{"email", "number", "expiry", "cvc", "name", "iban", "method_card", "method_sepa_debit"} {
		made[f], made[f+"_hint"] = true, true
	}
	for _, m := range []string{Card, SEPA} {
		made["test_"+m], made["test_"+m+"_title"] = true, true
		for _, g := range groups {
			made["group_"+m+"_"+g] = true
		}
	}
	for _, s := range slices.Concat(Cards, IBANs) {
		made["out_"+s.Outcome] = true
	}
	for _, e := range []Ending{Paid, Submitted, Kept, Expired, NotFound} {
		made["end_"+string(e)], made["end_"+string(e)+"_text"] = true, true
	}
	for key := range catalogues()["de"] {
		if !made[key] && !strings.Contains(sources.String(), `"`+key+`"`) {
			t.Errorf("%s is never said", key)
		}
	}
}

func TestTheStyleSheetChangesItsName(t *testing.T) {
	name, body := Style()
	if !regexp.MustCompile(`^checkout\.[0-9a-f]{12}\.css$`).MatchString(name) || len(body) == 0 {
		t.Errorf("%s, %d bytes", name, len(body))
	}
	if strings.Contains(string(body), "url(") || strings.Contains(string(body), "@import") {
		t.Error("the style sheet fetches something")
	}
}

func TestColoursStandOutInBothSchemes(t *testing.T) {
	_, body := Style()
	light, dark, ok := strings.Cut(string(body), "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("no dark scheme")
	}
	for scheme, css := range map[string]string{"light": light, "dark": dark} {
		colour := map[string]uint64{}
		for _, m := range regexp.MustCompile(`--([\w-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(css, -1) {
			rgb, err := strconv.ParseUint(m[2], 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			colour[m[1]] = rgb
		}
		for _, tc := range []struct {
			ink, ground string
			min         float64
		}{
			{"ink", "surface", 7}, {"ink-muted", "surface", 4.5}, {"ink-muted", "ground", 4.5}, {"accent", "surface", 4.5},
			{"accent-ink", "accent", 4.5}, {"accent-strong", "accent-soft", 4.5}, {"warn", "warn-soft", 4.5}, {"bad", "surface", 4.5},
			{"bad", "bad-soft", 4.5}, {"control", "surface", 3}, {"good", "surface", 3},
		} {
			if got := contrast(colour[tc.ink], colour[tc.ground]); got < tc.min {
				t.Errorf("%s: %s on %s has %.2f", scheme, tc.ink, tc.ground, got)
			}
		}
	}
}

// contrast and luminance are those of WCAG 2.2.
func contrast(a, b uint64) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(rgb uint64) float64 {
	sum := 0.0
	for i, weight := range []float64{0.0722, 0.7152, 0.2126} {
		v := float64(rgb>>(8*i)&0xff) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
