package wording

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/operator"
	"quitt/debt/plan"
	"quitt/portal/text"
)

func TestWhatIsWrongWithACreditorsText(t *testing.T) {
	const good = "Bitte zahlen Sie {payable} bis {deadline}."
	for _, tc := range []struct {
		name, block, text string
		want              []string // keys, in order
	}{
		{"our kind of text", "ask", good, nil},
		{"every field of the letter", "ask", good + " {creditor} {operator} {file} {name} {date} {number} {host} {phone} {email} {reference} {matter}", nil},
		{"an unknown block", "asks", good, []string{"letter_block_unknown"}},
		{"empty", "ask", " \u00a0", []string{"letter_block_empty"}},
		{"a misspelt field", "ask", "Bitte zahlen Sie {payable} bis {dedline}.", []string{"letter_field_unknown", "letter_field_missing"}},
		{"a field of another letter", "ask", good + " {received}", []string{"letter_field_unknown"}},
		{"no deadline", "ask", "Bitte zahlen Sie {payable}.", []string{"letter_field_missing"}},
		{"nothing that is needed", "ask", "Bitte zahlen Sie.", []string{"letter_field_missing", "letter_field_missing"}},
		{"a brace too many", "ask", good + "}", []string{"letter_brace"}},
		{"a brace too few", "ask", good + " {file", []string{"letter_brace"}},
		{"braces in braces", "ask", good + " {{file}}", []string{"letter_brace"}},
		{"a field in capitals", "ask", good + " {File}", []string{"letter_brace"}},
		{"too long", "ask", good + strings.Repeat(" Bitte.", 90), []string{"letter_block_long"}},
		{"a subject is shorter", "subject", "{file} " + strings.Repeat("x", 120), []string{"letter_block_long"}},
		{"umlauts count once", "subject", "{file}" + strings.Repeat("ß", 114), nil},
		{"a line break", "ask", good + "\nDanke.", []string{"letter_block_characters"}},
		{"an invisible character", "ask", good + "\u200b", []string{"letter_block_characters"}},
		{"broken bytes", "ask", good + "\xff", []string{"letter_block_characters"}},
		{"a bureau", "ask", good + " Sonst melden wir es der SCHUFA.", []string{"letter_word_forbidden"}},
		{"a part of a word", "ask", good + " Es folgt die Lohnpfändung.", []string{"letter_word_forbidden"}},
		{"a decomposed umlaut", "ask", good + " Es folgt die Pfa\u0308ndung.", []string{"letter_word_forbidden"}},
		{"a hyphen between", "ask", good + " Sonst Schu-fa.", []string{"letter_word_forbidden"}},
		{"two words apart", "ask", good + " Das ist Ihre letzte  Chance.", []string{"letter_word_forbidden"}},
		{"prison", "ask", good + " Es droht Haft.", []string{"letter_word_forbidden"}},
		{"liability is not prison", "ask", good + " Die Haftung ist fehlerhaft, die Nachbarschaft nicht.", nil},
		{"an unclear label", "ask", good + " Dazu kommen Mahnkosten.", []string{"letter_word_forbidden"}},
		{"an acknowledgement", "ask", good + " Damit erkennen Sie die Forderung an.", []string{"letter_word_forbidden"}},
		{"shouting", "ask", good + " Jetzt!", []string{"letter_word_forbidden"}},
	} {
		var got []string
		for _, p := range CheckTexts(letter.FirstNotice, Texts{tc.block: tc.text}) {
			got = append(got, p.Err.Key)
			if p.Block != tc.block {
				t.Errorf("%s: about block %q", tc.name, p.Block)
			}
			for _, lang := range []text.Language{text.German, text.English} {
				if s := text.For(lang).Error(p.Err); strings.ContainsAny(s, "{}«»") {
					t.Errorf("%s: %s", tc.name, s)
				}
			}
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestAMisspeltNameGetsTheNearest(t *testing.T) {
	got := CheckTexts(letter.SecondNotice, Texts{"sbject": "x", "lead": "{creditor} {mater} {matter} {earlier}"})
	want := []debt.Args{{"block": "lead", "field": "mater", "nearest": "matter"}, {"block": "sbject", "nearest": "subject"}}
	if len(got) != 2 {
		t.Fatalf("%v", got)
	}
	for i, p := range got {
		for k, v := range want[i] {
			if p.Err.Args[k] != v {
				t.Errorf("%s: %v is %v, want %v", p.Err.Key, k, p.Err.Args[k], v)
			}
		}
	}
}

// Our own texts are held to the rules for everybody's.
func TestOurOwnTextsPass(t *testing.T) {
	if n := len(german().Kinds); n != len(letter.Kinds()) {
		t.Errorf("%d kinds have words, there are %d", n, len(letter.Kinds()))
	}
	for _, kind := range letter.Kinds() {
		blocks := Blocks(kind)
		if len(blocks) < 3 || blocks[0].Name != "subject" || blocks[len(blocks)-1].Name != "closing" {
			t.Errorf("%s: %d blocks", kind, len(blocks))
		}
		for _, b := range blocks {
			for _, p := range CheckTexts(kind, Texts{b.Name: b.Default}) {
				t.Errorf("%s %s: %s", kind, b.Name, text.For(text.German).Error(p.Err))
			}
		}
	}
}

func TestFixedSentencesKeepTheTone(t *testing.T) {
	for name, s := range german().Fixed {
		words := slices.Concat(wordsOf(s, threats), wordsOf(s, unfit))
		if name == "plan_nature" { // says that it is none
			words = slices.DeleteFunc(words, func(w string) bool { return w == "schuldanerkenntnis" })
		}
		if len(words) > 0 {
			t.Errorf("%s: %q", name, words)
		}
		if _, ok := split(s); !ok || strings.TrimSpace(s) != s || s == "" || strings.Contains(s, "  ") {
			t.Errorf("%s: %q", name, s)
		}
		if strings.Contains(s, "§ ") || strings.Count(s, "„") != strings.Count(s, "“") {
			t.Errorf("%s: a paragraph sign is followed by a no-break space, quotes pair: %q", name, s)
		}
	}
}

// testdata/duties.json names the paragraph each of these sentences is owed by, so that nobody
// shortens them for looks.
func TestOwedSentencesAreThere(t *testing.T) {
	file, err := os.ReadFile(filepath.Join("testdata", "duties.json"))
	if err != nil {
		t.Fatal(err)
	}
	var duties map[string]string
	if err := json.Unmarshal(file, &duties); err != nil {
		t.Fatal(err)
	}
	for name, why := range duties {
		if german().Fixed[name] == "" || !strings.Contains(why, "§") && !strings.Contains(why, "Art.") {
			t.Errorf("%s is owed by %q", name, why)
		}
	}
	if len(duties) < 25 {
		t.Errorf("only %d duties are noted", len(duties))
	}
}

// A setting an operator lacks has words, whatever settings there will be.
func TestWhatAnOperatorLacksHasWords(t *testing.T) {
	f := Sample(letter.FirstNotice)
	f.Operator = operator.Profile{}
	_, err := Compose(f)
	if s := text.For(text.German).Error(err); !strings.Contains(s, "Aufsichtsbehörde") || strings.Contains(s, "«") {
		t.Error(s)
	}
}

// A sentence nobody says is a trap for readers.
func TestEveryFixedSentenceIsSaid(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(src)
	}
	for name := range german().Fixed {
		made := strings.HasPrefix(name, "why_") || strings.HasPrefix(name, "weekday_") || // from a code
			strings.HasPrefix(name, "plan_change_") || strings.HasPrefix(name, "plan_costs_") || strings.HasSuffix(name, "_one")
		if !made && !strings.Contains(code.String(), `"`+name+`"`) {
			t.Errorf("%q is in de.json, but no letter says it", name)
		}
	}
	for _, kind := range debt.CostKinds() {
		if german().Fixed["why_"+string(kind)] == "" {
			t.Errorf("no reason for %s", kind)
		}
	}
	said := map[string]bool{"pause_one": true, plan.BecausePaidMore: true, plan.BecauseBaseRate: true, plan.BecauseReturned: true}
	for _, kind := range plan.ChangeKinds() {
		said[string(kind)] = true
	}
	for name := range said {
		if german().Fixed["plan_change_"+name] == "" {
			t.Errorf("no words for the change %s", name)
		}
	}
}

// Every block can be replaced, and the replacement is what is printed.
func TestEveryBlockIsPrinted(t *testing.T) {
	for _, kind := range letter.Kinds() {
		for _, b := range Blocks(kind) {
			own := "Marke"
			for _, f := range b.Required {
				own += " {" + f + "}"
			}
			printed := false
			for _, change := range variants {
				f := Sample(kind)
				change(&f)
				f.Texts = Texts{b.Name: own}
				d, err := Compose(f)
				if err != nil {
					t.Fatalf("%s %s: %v", kind, b.Name, err)
				}
				printed = printed || strings.Contains(d.Plain(), "\nMarke")
			}
			if !printed {
				t.Errorf("%s: the block %q is never printed", kind, b.Name)
			}
		}
	}
}

func TestCountriesHaveGermanNames(t *testing.T) {
	if n := len(countries()); n < 249 {
		t.Errorf("%d countries", n)
	}
	for code, name := range countries() {
		if len(code) != 2 || name == "" || strings.ContainsAny(name, "()") {
			t.Errorf("%s: %q", code, name)
		}
	}
}

// Whatever is typed: parts put together give the text back, and values are never read again.
func FuzzMergeFields(f *testing.F) {
	for _, s := range []string{"", "{file}", "a {b} c", "{", "}", "{}", "{{a}}", "{a}{b}", "ä{a_1}ö", "{A}", "\xff{a}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parts, ok := split(s)
		if !ok {
			if !strings.ContainsAny(s, "{}") || fill(s, values{"a": "b"}) != s {
				t.Errorf("%q is refused", s)
			}
			return
		}
		again, given := "", values{}
		for _, p := range parts {
			if (p.words == "") == (p.field == "") || strings.ContainsAny(p.words, "{}") {
				t.Errorf("%q: part %+v", s, p)
			}
			again += p.words
			if p.field != "" {
				again += "{" + p.field + "}"
				given[p.field] = "{" + p.field + "}"
			}
		}
		if again != s || fill(s, given) != s || fill(s) != s {
			t.Errorf("%q became %q", s, again)
		}
	})
}

func TestANameThatEndsWithAStopEndsItsSentence(t *testing.T) {
	for text, want := range map[string]string{
		"Für {name}. Danke.": "Für Bau e. G. Danke.", "{name}.": "Bau e. G.", "{name}, hier": "Bau e. G., hier", "{name}...": "Bau e. G....",
		"{other}. Danke.": "Bau. Danke.", ".{other}": ".Bau",
	} {
		if got := fill(text, values{"name": "Bau e. G.", "other": "Bau"}); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
