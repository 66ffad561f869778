package statement

import (
	"strings"
	"time"
)

// decimals lists the currencies whose smallest unit is not a hundredth (ISO 4217).
var decimals = map[string]int{
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
	"RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}

// mostDigits is what ISO 20022 allows for an amount in all.
const mostDigits = 18

// Fault says why an amount cannot be read.
type Fault int

// The faults of an amount.
const (
	Fine Fault = iota
	NoNumber
	TooFine // digits below the smallest unit that are not zero
)

// Units reads an amount without sign in the smallest unit of its currency; point divides the
// decimals. Zeros too many are read, as banks write up to five decimals; half a cent is not.
func Units(s, currency string, point byte) (int64, Fault) {
	digits, known := decimals[currency]
	if !known {
		digits = 2
	}
	whole, part, _ := strings.Cut(s, string(point))
	if whole == "" || len(whole)+len(part) > mostDigits || !all(whole+part, '0', '9') {
		return 0, NoNumber
	}
	if len(part) > digits && strings.Trim(part[digits:], "0") != "" {
		return 0, TooFine
	}
	var n int64
	for _, c := range []byte(whole + (part + "000")[:digits]) {
		if n > (1<<63-1-9)/10 {
			return 0, NoNumber
		}
		n = n*10 + int64(c-'0')
	}
	return n, Fine
}

// Day reads a day of the calendar as ISO 20022 writes it, also with a time or a zone behind it:
// the day is the bank's own, whatever the zone.
func Day(s string) (Date, bool) {
	if len(s) < len(time.DateOnly) {
		return "", false
	}
	day, rest := s[:len(time.DateOnly)], s[len(time.DateOnly):]
	if rest != "" && !strings.ContainsAny(rest[:1], "T+-Z") {
		return "", false
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return "", false
	}
	return Date(day), true
}

// Currency reports whether s has the form of ISO 4217.
func Currency(s string) bool { return len(s) == 3 && all(s, 'A', 'Z') }

// Of reports whether the report is of the account with this IBAN. A German bank code and account
// number are part of the IBAN; the check digits are not worked out, since not every bank follows
// the usual rule.
func (h Head) Of(iban string) bool {
	if h.IBAN != "" {
		return h.IBAN == iban
	}
	code, number, found := strings.Cut(h.Other, "/")
	number = strings.TrimLeft(number, "0")
	if !found || len(code) != 8 || len(iban) != 22 || iban[:2] != "DE" || number == "" {
		return false
	}
	return iban[4:12] == code && strings.TrimLeft(iban[12:], "0") == number
}

func all(s string, low, high byte) bool {
	for i := range len(s) {
		if s[i] < low || s[i] > high {
			return false
		}
	}
	return true
}
