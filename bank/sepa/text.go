package sepa

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Characters are those every bank in SEPA takes (EPC217-08).
const Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ "

// Fits reports whether a text has these characters alone.
func Fits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(Characters, r) })
}

// letters are written as German readers would; of other letters the accent is left out.
var letters = map[rune]string{
	'ä': "ae", 'ö': "oe", 'ü': "ue", 'Ä': "Ae", 'Ö': "Oe", 'Ü': "Ue", 'ß': "ss", 'ẞ': "SS",
	'æ': "ae", 'Æ': "Ae", 'œ': "oe", 'Œ': "Oe", 'ø': "o", 'Ø': "O", 'å': "a", 'Å': "A",
	'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "Th", 'ł': "l", 'Ł': "L", 'ħ': "h", 'Ħ': "H", 'ı': "i",
	'&': "+", '*': ".", '$': ".", '%': ".", '_': "-", '@': "(at)", '=': "-", ';': ",", '#': ".", '!': ".",
	'"': "'", '`': "'", '´': "'", '‘': "'", '’': "'", '‚': "'", '“': "'", '”': "'", '„': "'", '«': "'", '»': "'",
	'–': "-", '—': "-", '‑': "-", '…': "...", '§': "Par.", '€': "EUR", '[': "(", ']': ")", '{': "(", '}': ")", '\\': "/", '|': "/",
}

// Text writes s with the characters of SEPA. What has no counterpart is left out, and then whole
// is false: a name in another script would become another name.
func Text(s string) (text string, whole bool) {
	var b strings.Builder
	whole = true
	for _, r := range norm.NFC.String(s) {
		switch {
		case r < unicode.MaxASCII && strings.ContainsRune(Characters, r):
			b.WriteRune(r)
		case letters[r] != "":
			b.WriteString(letters[r])
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			base := []rune(norm.NFD.String(string(r)))[0]
			if base == r || !strings.ContainsRune(Characters, base) {
				whole = false
				continue
			}
			b.WriteRune(base)
		}
	}
	return strings.Join(strings.Fields(b.String()), " "), whole
}
