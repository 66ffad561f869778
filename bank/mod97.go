package bank

import "strings"

// mod97 is the remainder ISO 7064 MOD 97-10 builds both the IBAN and the RF check on:
// letters count as 10 to 35, and the string is read as one long decimal number. s must
// hold nothing but 0-9 and A-Z.
func mod97(s string) int {
	r := 0
	for i := range len(s) {
		if c := s[i]; c >= 'A' {
			r = (r*100 + int(c-'A') + 10) % 97
		} else {
			r = (r*10 + int(c-'0')) % 97
		}
	}
	return r
}

// checksumHolds reports whether s (prefix of two, two check digits, body) is consistent.
// 98 - r only ever yields 02 to 98; 00, 01 and 99 would satisfy the congruence as twins
// of 97, 98 and 02, and no bank issues them.
func checksumHolds(s string) bool {
	check := s[2:4]
	if check == "00" || check == "01" || check == "99" {
		return false
	}
	return mod97(s[4:]+s[:4]) == 1
}

// checkDigits computes the two digits that make prefix + digits + body consistent.
func checkDigits(prefix, body string) string {
	n := 98 - mod97(body+prefix+"00")
	return string([]byte{'0' + byte(n/10), '0' + byte(n%10)})
}

// clean drops the blanks people copy along from letters and web pages and raises ASCII
// letters. Letters outside ASCII stay as they are, to be refused: unicode.ToUpper would
// turn a dotless i or a long s into a letter nobody typed.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' || r == '\u202f':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

// grouped prints s in blocks of four, as it stands on forms and letters.
func grouped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// every reports whether ok holds for each byte of s.
func every(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool { return isDigit(c) || isUpper(c) }
