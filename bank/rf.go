package bank

import (
	"strings"
	"unicode"
)

// RF is a creditor reference (ISO 11649) in canonical form, "RF18539007547034". Unlike a
// file reference in free text it carries check digits, so a bank statement that shows it
// is certain to mean the case it names.
type RF string

const (
	minRF, maxRF = 5, 25 // "RF", two check digits, 1 to 21 characters of our own
	maxRFBase    = maxRF - 4
)

// NewRF makes a reference from our own number, of 1 to 21 letters and digits. It refuses
// with "rf_length" or "rf_characters".
func NewRF(base string) (RF, error) {
	b := clean(base)
	if len(b) < 1 || len(b) > maxRFBase {
		return "", badArgs("rf_length", map[string]any{"min": 1, "max": maxRFBase, "got": len([]rune(b))})
	}
	if !every(b, isAlnum) {
		return "", bad("rf_characters")
	}
	return RF("RF" + checkDigits("RF", b) + b), nil
}

// RFOf makes the reference of a case from its file reference: letters and digits alone, so
// that a transfer names the case even if somebody types only part of it.
func RFOf(fileReference string) (RF, error) { return NewRF(plainReference(fileReference)) }

// RFMarked is RFOf with a mark behind it, which tells it from that of the case; the file
// reference is cut where both do not fit.
func RFMarked(fileReference, mark string) (RF, error) {
	base := plainReference(fileReference)
	return NewRF(base[:min(len(base), max(0, maxRFBase-len(mark)))] + mark)
}

func plainReference(fileReference string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, fileReference)
}

// ParseRF reads a reference as printed or typed. It refuses with "rf_length", "rf_prefix",
// "rf_characters" or "rf_checksum".
func ParseRF(s string) (RF, error) {
	t := clean(s)
	if len(t) < minRF || len(t) > maxRF {
		return "", badArgs("rf_length", map[string]any{"min": minRF, "max": maxRF, "got": len([]rune(t))})
	}
	if t[:2] != "RF" {
		return "", bad("rf_prefix")
	}
	if !every(t, isAlnum) || !every(t[2:4], isDigit) {
		return "", bad("rf_characters")
	}
	if !checksumHolds(t) {
		return "", bad("rf_checksum")
	}
	return RF(t), nil
}

// Base gives the number the reference was made from.
func (r RF) Base() string {
	if len(r) < minRF {
		return ""
	}
	return string(r[4:])
}

// Grouped gives the reference in blocks of four, as the standard prints it.
func (r RF) Grouped() string { return grouped(string(r)) }
