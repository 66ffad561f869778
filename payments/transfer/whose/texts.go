package whose

import (
	"slices"
	"strings"

	"quitt/bank"
	"quitt/debt"
	"quitt/store/search"
	"quitt/store/statements"
)

// Bounds of what a purpose of at most some hundred characters is taken apart into.
const (
	mostTerms   = 120
	mostPieces  = 4 // of a reference that somebody typed with blanks or dashes
	shortTerm   = 3
	longTerm    = 30
	longReading = 1000
)

// Fields are the texts of a line that may hold a reference, each by itself: banks cut words at
// the end of a line of theirs, so the pieces of a purpose are read joined and apart.
func Fields(s statements.Said) []string {
	joined, apart := "", ""
	for _, t := range s.Texts {
		joined += t.Reveal()
		apart += " " + t.Reveal()
	}
	list := []string{s.Reference.Reveal(), joined, apart, s.EndToEnd.Reveal(), s.Bank.Reveal()}
	for i, t := range list {
		list[i] = t[:min(len(t), longReading)]
	}
	return slices.DeleteFunc(list, func(t string) bool { return t == "" })
}

// References finds what has the form and the check digits of a creditor reference, in any text,
// with blanks, in small letters. A longer one may hold a shorter one that is right by chance:
// whether there is such a case decides.
func References(list []string) (found []string) {
	for _, text := range list {
		plain := capitals(text)
		for at := 0; ; at++ {
			next := strings.Index(plain[at:], "RF")
			if next < 0 {
				break
			}
			at += next
			found = append(found, at1(plain[at:])...)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// printed reports whether a reference stands in a text as it is printed: in one piece, or in
// groups of four. Read over other blanks a slip and a number behind it could make up the
// reference of somebody else, and once in 97 times even its check digits would be right.
func printed(list []string, rf string) bool {
	groups := ""
	for i := 0; i < len(rf); i += group {
		groups += " " + rf[i:min(len(rf), i+group)]
	}
	return slices.ContainsFunc(list, func(text string) bool {
		text = strings.ToUpper(text)
		return word(text, rf) || word(text, groups[1:])
	})
}

const group = 4

// word reports whether a text has another with no letter or digit before or behind it.
func word(text, part string) bool {
	for at := 0; ; at++ {
		next := strings.Index(text[at:], part)
		if next < 0 {
			return false
		}
		at += next
		before, behind := text[:at], text[at+len(part):]
		if (before == "" || capitals(before[len(before)-1:]) == "") && (behind == "" || capitals(behind[:1]) == "") {
			return true
		}
	}
}

// Lengths of a creditor reference (ISO 11649).
const minRF, maxRF = 5, 25

func at1(s string) (found []string) {
	for n := min(maxRF, len(s)); n >= minRF; n-- {
		if rf, err := bank.ParseRF(s[:n]); err == nil {
			found = append(found, string(rf))
		}
	}
	return found
}

// capitals are the letters and digits of a text.
func capitals(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, text)
}

// terms are what in a text could be a reference or an invoice number: words with a digit, and up
// to four that stand beside each other written as one.
func terms(list []string) (found []string) {
	for _, text := range list {
		words := search.Words(text)
		for i := range words {
			joined := ""
			for j := i; j < min(len(words), i+mostPieces); j++ {
				joined += words[j]
				found = appendTerm(found, joined)
				// "AZ69694200007" and "AZ696 942 00007"
				if bare := strings.TrimLeft(joined, "abcdefghijklmnopqrstuvwxyz"); bare != joined {
					found = appendTerm(found, bare)
				}
			}
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	return found[:min(len(found), mostTerms)]
}

func appendTerm(list []string, term string) []string {
	if len(term) < shortTerm || len(term) > longTerm || !strings.ContainsAny(term, "0123456789") {
		return list
	}
	return append(list, strings.ToUpper(term))
}

// payer are the words of who paid, and of the one behind him.
func payer(s statements.Said) []string {
	return search.Words(s.Name.Reveal() + " " + s.Ultimate.Reveal())
}

// purpose are the words of what it was for.
func purpose(s statements.Said) []string {
	var words []string
	for _, t := range Fields(s) {
		words = append(words, search.Words(t)...)
	}
	return words
}

// names are the words of a debtor's name.
func names(d debt.Debtor) []string {
	if d.CompanyName != "" {
		return search.Words(d.CompanyName.Reveal())
	}
	return search.Words(d.FirstName.Reveal() + " " + d.LastName.Reveal())
}
