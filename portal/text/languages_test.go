package text

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"quitt/debt"
)

// A partial language must have the pages a letter leads to first, and everything they show.
var (
	everywherePages = []string{"layout.html", "parts.html", "problem.html", "entry.html", "claim.html", "letter.html", "pay.html"}
	everywhereGo    = []string{"portal/page/base.go", "portal/page/kit.go", "portal/debtor/entry.go", "portal/debtor/claim.go",
		"portal/debtor/letter.go", "portal/debtor/told/situation.go", "portal/debtor/told/bill.go", "portal/debtor/told/timeline.go",
		"portal/debtor/pay.go"}
	everywhereWords = []string{"ground_", "event_", "cost_", "account_", "method_", "paystatus_"}
)

func TestPartialLanguagesHaveTheFirstPages(t *testing.T) {
	must := map[string]bool{"not_in_language": true}
	for _, u := range templateUses(t, everywherePages...) {
		must[u.key] = true
	}
	for _, u := range scanModule(t).uses {
		if slices.ContainsFunc(everywhereGo, func(name string) bool { return strings.HasPrefix(u.at, name+":") }) {
			must[u.key] = true
		}
	}
	for _, f := range wordFamilies {
		for _, code := range f.codes {
			if slices.Contains(everywhereWords, f.prefix) {
				must[f.prefix+toString(code)] = true
			}
		}
	}
	if len(must) < 250 {
		t.Fatalf("only %d keys are asked for: the scan is broken", len(must))
	}
	partial := 0
	for _, lang := range Languages() {
		c := For(lang)
		if !c.partial {
			continue
		}
		partial++
		for _, key := range slices.Sorted(maps.Keys(must)) {
			if c.sentences[key] == "" {
				t.Errorf("%s.json has no sentence for %q, which is on a page it must have", lang, key)
			}
		}
		for key, sentence := range c.sentences {
			source, known := For(German).sentences[key]
			if want, got := placeholders(source), placeholders(sentence); !known || !slices.Equal(want, got) {
				t.Errorf("%s %s: placeholders %q, in German %q", lang, key, got, want)
			}
		}
	}
	if partial == 0 {
		t.Fatal("no partial language: this test looks at nothing")
	}
}

func TestALanguageThatSaysEverythingIsNotPartial(t *testing.T) {
	for _, lang := range Languages() {
		c := For(lang)
		if missing := len(For(German).sentences) - len(c.sentences); c.partial != (missing > 0) {
			t.Errorf("%s lacks %d sentences and says partial: %v", lang, missing, c.partial)
		}
	}
}

func TestAPartialLanguageFallsBackToEnglish(t *testing.T) {
	arabic := For("ar")
	if got, want := arabic.Text("privacy_lead", nil), For(English).Text("privacy_lead", nil); got != want {
		t.Errorf("got %q, want the English sentence", got)
	}
	if arabic.Whole() != For(English) || For(German).Whole() != For(German) {
		t.Error("a page that is not translated is to be shown in English")
	}
}

// Digits stay European, so that a debtor can compare them with the letter and the bank.
func TestArabicWritesValues(t *testing.T) {
	arabic := For("ar")
	if arabic.Dir() != "rtl" || For(German).Dir() != "ltr" {
		t.Error("directions")
	}
	for _, tc := range []struct {
		value any
		want  string
	}{
		{debt.Cents(123456), "\u20661.234,56\u00a0€\u2069"},
		{debt.MustDate("2026-11-22"), "\u206622.11.2026\u2069"},
		{debt.BasisPoints(652), "\u20666,52\u00a0%\u2069"},
		{"Praxis (Köln)", "\u2068Praxis (Köln)\u2069"},
		{20, "20"},
	} {
		if got := arabic.value(tc.value); got != tc.want {
			t.Errorf("%v is written %q, want %q", tc.value, got, tc.want)
		}
	}
}

// Sentences the law asks for. notes/duties.json names the paragraph of each, so that nobody
// shortens them for looks; JSON has no comments.
func TestDutiesNameSentencesThatExist(t *testing.T) {
	file, err := os.ReadFile("notes/duties.json")
	if err != nil {
		t.Fatal(err)
	}
	var duties map[string]string
	if err := json.Unmarshal(file, &duties); err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, u := range append(scanModule(t).uses, templateUses(t)...) {
		said[u.key] = true
	}
	for key, why := range duties {
		if For(German).sentences[key] == "" || !said[key] {
			t.Errorf("%s is owed by %s, but no page says it", key, why)
		}
		if !strings.ContainsAny(why, "§") && !strings.Contains(why, "Art.") {
			t.Errorf("%s: %q names no paragraph", key, why)
		}
	}
	if len(duties) < 20 {
		t.Errorf("only %d duties are noted", len(duties))
	}
}
