package search

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// spellings are letters whose plain form is no decomposition of theirs. German umlauts are
// written out, as people do who have no such keys.
var spellings = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "œ", "oe", "ø", "oe", "å", "aa",
	"ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i", "'", "", "’", "", "`", "", "´", "")

// Words takes a name apart into words of plain small letters and digits.
func Words(name string) []string {
	name = spellings.Replace(strings.ToLower(norm.NFC.String(name)))
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return r
		default:
			return ' '
		}
	}, norm.NFD.String(name))
	return strings.Fields(plain)
}

// size is how many letters a mark is made of, and fewest how many a search by name needs.
const (
	size   = 3
	fewest = 3
)

// grams are all pieces of three letters of the words, and words that are shorter as a whole.
func grams(words []string) (list []string) {
	for _, w := range words {
		letters := []rune(w)
		if len(letters) < size {
			list = append(list, w)
		}
		for i := range max(0, len(letters)-size+1) {
			list = append(list, string(letters[i:i+size]))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// asked are the words whose pieces everybody has whom a search can mean. A short word may be the
// beginning of a longer one: it says nothing unless there are only short ones.
func asked(words []string) []string {
	long := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return len([]rune(w)) < size })
	if len(long) == 0 {
		return words
	}
	return long
}

// Enough reports whether what was typed has enough letters to search a name by.
func Enough(typed string) bool { return len([]rune(strings.Join(Words(typed), ""))) >= fewest }

// Means reports whether every word of a search is a part of a word of a name.
func Means(asked, name []string) bool {
	for _, word := range asked {
		if !slices.ContainsFunc(name, func(w string) bool { return strings.Contains(w, word) }) {
			return false
		}
	}
	return len(asked) > 0
}

// Term reduces a reference or an invoice number to capitals and digits.
func Term(reference string) string {
	return strings.ToUpper(strings.Join(Words(reference), ""))
}
