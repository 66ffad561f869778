package cases

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"quitt/debt"
)

// squeeze trims a cell, writes it in composed characters and turns every run of blanks,
// no-break spaces and line breaks (Alt+Enter in a spreadsheet) into one blank. Marks that
// nobody sees are dropped: two references that look alike must be alike, and marks that
// turn the direction of writing come along from address books and can disguise a name.
func squeeze(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\u00ad' || r == '\u200b' || r == '\u2060' || r == '\ufeff' || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}

// unwrap undoes what people do to make spreadsheets keep "00123": the formula ="00123" and
// a leading apostrophe. Anything else that looks like a formula is text and stays.
func unwrap(s string) string {
	if inner, ok := strings.CutPrefix(s, `="`); ok {
		if inner, ok = strings.CutSuffix(inner, `"`); ok {
			return strings.TrimSpace(strings.ReplaceAll(inner, `""`, `"`))
		}
	}
	if rest, ok := strings.CutPrefix(s, "'"); ok && !isDutchName(rest) {
		return strings.TrimSpace(rest)
	}
	return s
}

// isDutchName recognises what follows the apostrophe of 't Hooft and 's-Gravesande.
func isDutchName(rest string) bool {
	return len(rest) > 1 && strings.IndexByte("stn", rest[0]) >= 0 && (rest[1] == ' ' || rest[1] == '-')
}

// damaged matches what a spreadsheet leaves when it could not keep the value: a number cut
// to 4,91701E+11, an error such as #NAME?, or ##### in a column that was too narrow.
var damaged = regexp.MustCompile(`^(-?\d[.,]\d+E\+\d+|#+|#(NAME|REF|VALUE|NUM|DIV/0|NULL|N/A|NV|WERT|ZAHL|BEZUG)[?!]?)$`)

// cleanCell gives the text of a cell, or why there is none.
func cleanCell(s string, most int) (string, *debt.Error) {
	s = unwrap(squeeze(s))
	switch {
	case strings.ContainsFunc(s, isForbidden):
		return "", debt.E(debt.Invalid, "cell_characters", nil)
	case utf8.RuneCountInString(s) > most:
		return "", debt.E(debt.Invalid, "cell_too_long", debt.Args{"most": most})
	case damaged.MatchString(s):
		return "", debt.E(debt.Invalid, "cell_damaged", nil)
	}
	return s, nil
}

// isForbidden holds for control characters and for the sign that an umlaut was lost before.
func isForbidden(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }

// shorten makes a value fit to be shown beside an error.
func shorten(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// word is one entry of a closed list, in the two languages of the columns.
type word[T any] struct {
	german, english string
	value           T
}

var (
	kindWords = []word[debt.DebtorKind]{{"Privatperson", "person", debt.Person}, {"Firma", "company", debt.Company}}

	sourceWords = []word[string]{{"Gläubiger", "creditor", "creditor"}, {"ermittelt", "researched", "researched"}}

	groundWords = []word[debt.Ground]{
		{"Vertrag", "contract", debt.Contract},
		{"unerlaubte Handlung", "tort", debt.Tort},
		{"Mitgliedschaft", "membership", debt.Membership},
		{"öffentlich-rechtlich", "public_law", debt.PublicLaw},
		{"Sonstiges", "other", debt.OtherLaw},
	}

	yesWords = []word[bool]{{"ja", "yes", true}, {"nein", "no", false}}

	interestWords = []word[debt.InterestKind]{
		{"gesetzlich", "statutory", debt.Statutory}, {"keine", "none", debt.NoInterest},
	}
)

// find looks the cell up in both languages, whatever the header's.
func find[T any](words []word[T], cell string) (value T, ok bool) {
	cell = plainWord(cell)
	i := slices.IndexFunc(words, func(w word[T]) bool {
		return cell == plainWord(w.german) || cell == plainWord(w.english)
	})
	if i < 0 {
		return value, false
	}
	return words[i].value, true
}

// allowed lists the words in one language, for the message.
func allowed[T any](words []word[T], english bool) string {
	var all []string
	for _, w := range words {
		if english {
			all = append(all, w.english)
		} else {
			all = append(all, w.german)
		}
	}
	return strings.Join(all, ", ")
}
