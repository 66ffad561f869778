package wording

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quitt/debt"
	"quitt/debt/letter"
)

// Longest texts in characters: a subject fits two lines, a block a quarter of a page.
const (
	longestSubject = 120
	longestBlock   = 600
)

// Problem is why a creditor's text cannot be used; Err has a sentence in portal/text.
type Problem struct {
	Block string
	Err   *debt.Error
}

// CheckTexts finds everything wrong with a creditor's texts for a kind of letter: before they
// are stored, and again before a run.
func CheckTexts(kind letter.Kind, t Texts) []Problem {
	var found []Problem
	blocks := Blocks(kind)
	for _, name := range slices.Sorted(maps.Keys(t)) {
		i := slices.IndexFunc(blocks, func(b Block) bool { return b.Name == name })
		if i < 0 {
			known := make([]string, len(blocks))
			for k, b := range blocks {
				known[k] = b.Name
			}
			found = append(found, Problem{name, debt.E(debt.Invalid, "letter_block_unknown",
				debt.Args{"block": name, "nearest": nearest(name, known)})})
			continue
		}
		for _, err := range blocks[i].problems(t[name]) {
			found = append(found, Problem{name, err})
		}
	}
	return found
}

// problems judges one text that is to replace the block.
func (b Block) problems(text string) (found []*debt.Error) {
	most := longestBlock
	if b.Name == "subject" {
		most = longestSubject
	}
	if strings.TrimSpace(text) == "" {
		return []*debt.Error{debt.E(debt.Invalid, "letter_block_empty", debt.Args{"block": b.Name})}
	}
	if n := utf8.RuneCountInString(text); n > most {
		found = append(found, debt.E(debt.Invalid, "letter_block_long", debt.Args{"block": b.Name, "got": n, "most": most}))
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unprintable) {
		found = append(found, debt.E(debt.Invalid, "letter_block_characters", debt.Args{"block": b.Name}))
	}
	for _, word := range slices.Concat(wordsOf(text, threats), wordsOf(text, unfit)) {
		found = append(found, debt.E(debt.Invalid, "letter_word_forbidden", debt.Args{"block": b.Name, "word": word}))
	}
	parts, ok := split(text)
	if !ok {
		return append(found, debt.E(debt.Invalid, "letter_brace", debt.Args{"block": b.Name}))
	}
	used := fieldsIn(parts)
	for _, f := range used {
		if !slices.Contains(b.Fields, f) {
			found = append(found, debt.E(debt.Invalid, "letter_field_unknown",
				debt.Args{"block": b.Name, "field": f, "nearest": nearest(f, b.Fields)}))
		}
	}
	for _, f := range b.Required {
		if !slices.Contains(used, f) {
			found = append(found, debt.E(debt.Invalid, "letter_field_missing", debt.Args{"block": b.Name, "field": f}))
		}
	}
	return found
}

// unprintable characters are line breaks, controls and the invisible ones that could hide a
// word from the check; the no-break space is printed.
func unprintable(r rune) bool { return !unicode.IsPrint(r) && r != '\u00a0' }

// threats are what no letter may hold over people (RDG § 13h, UWG § 4a); a hint about a credit
// bureau has a form of its own (BDSG § 31 II). A stem is found anywhere in a word:
// "Lohnpfändung"; one between blanks is a word of its own: "Haftung" is something else.
var threats = []string{"schufa", "auskunftei", "gerichtsvollzieher", "pfänd", "vollstreck", "haftbefehl", "erzwingungshaft",
	"gefängnis", "hausbesuch", "außendienst", "offenbarungseid", "eidesstattlich", "vermögensauskunft", "arbeitgeber",
	"letzte chance", "letzte gelegenheit", "letzte mahnung", "letztmalig", " haft "}

// unfit are labels the courts have refused as unclear (RDG § 13a I Nr. 5), what asks for an
// acknowledgement (§ 13a IV), and shouting.
var unfit = []string{"inkassoverfahren", "mahnkosten", "mahngebühr", "nebenforderung", "strafanzeige", "bonität",
	"schuldanerkenntnis", "erkennen sie an", "erkennen sie die", "!"}

// spellings are those a keyboard or another system may write.
var spellings = strings.NewReplacer("a\u0308", "ä", "o\u0308", "ö", "u\u0308", "ü", "-", "", "\u2011", "")

// wordsOf lists which stems a text contains, however it is spelt and spaced.
func wordsOf(text string, stems []string) (found []string) {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || r == '!' {
			return r
		}
		return ' '
	}, spellings.Replace(strings.ToLower(text)))
	plain = " " + strings.Join(strings.Fields(plain), " ") + " "
	for _, stem := range stems {
		if strings.Contains(plain, stem) {
			found = append(found, strings.TrimSpace(stem))
		}
	}
	return found
}

// nearest gives the known name that needs the fewest changes to become what somebody wrote.
func nearest(name string, known []string) string {
	best, fewest := "", -1
	for _, k := range known {
		if n := changes([]rune(name), []rune(k)); fewest < 0 || n < fewest {
			best, fewest = k, n
		}
	}
	return best
}

// changes counts letters to insert, delete or replace (Levenshtein).
func changes(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
