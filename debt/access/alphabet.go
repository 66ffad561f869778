package access

import (
	"strings"
	"unicode"
)

// The alphabet of both secrets (Crockford): no I, L, O, U, so that nothing on paper can be
// taken for something else.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// values gives the number of each symbol, -1 for what is none. What people write for a
// symbol counts as it: lower case, I and L for 1, O for 0.
var values = func() (v [128]int8) {
	for i := range v {
		v[i] = -1
	}
	for i, c := range alphabet {
		v[c], v[unicode.ToLower(c)] = int8(i), int8(i)
	}
	for alias, symbol := range map[rune]rune{'I': '1', 'L': '1', 'O': '0'} {
		v[alias], v[unicode.ToLower(alias)] = v[symbol], v[symbol]
	}
	return v
}()

// symbols reads what was typed or scanned: blanks, dashes and dots between symbols do not
// count. ok is false if there is anything else.
func symbols(s string) (digits []int8, ok bool) {
	for _, r := range s {
		switch {
		case r < 128 && values[r] >= 0:
			digits = append(digits, values[r])
		case !separates(r):
			return nil, false
		}
	}
	return digits, true
}

// separates knows the characters people and programs put between groups, also the ones a
// word processor makes of a blank or a hyphen.
func separates(r rune) bool {
	const others = ".·•\u00ad\u2212\u200b\u2060\ufeff" // dots, soft hyphen, minus, invisible blanks
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune(others, r)
}

func spell(digits []int8) string {
	b := make([]byte, len(digits))
	for i, d := range digits {
		b[i] = alphabet[d]
	}
	return string(b)
}

// expand cuts random bytes into n symbols of five bits, the first bits first.
func expand(random []byte, n int) []int8 {
	digits, bits, have, at := make([]int8, n), uint(0), 0, 0
	for i := range digits {
		for have < 5 {
			bits, have, at = bits<<8|uint(random[at]), have+8, at+1
		}
		have -= 5
		digits[i] = int8(bits >> have & 31)
	}
	return digits
}
