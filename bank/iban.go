package bank

import (
	"fmt"
	"io"
	"log/slog"
)

// IBAN is an account number (ISO 13616) in canonical form: upper case, no blanks. It is
// personal data, so printing, logging and marshalling it shows only "DE89…3000"; whoever
// needs the number itself says so with Plain or Grouped.
type IBAN string

// ParseIBAN reads an account number as people type or paste it. It refuses, in this order:
// "iban_country" (does not begin with a country we know), "iban_length",
// "iban_characters", "iban_checksum".
func ParseIBAN(s string) (IBAN, error) {
	t := clean(s)
	code := t[:min(2, len(t))]
	c, known := countries[code]
	switch {
	case !known && every(code, isUpper):
		return "", badArgs("iban_country", map[string]any{"country": code})
	case !known:
		return "", badArgs("iban_country", map[string]any{"country": ""})
	case len([]rune(t)) != c.length:
		return "", badArgs("iban_length", map[string]any{"country": code, "want": c.length, "got": len([]rune(t))})
	case !every(t, isAlnum) || !every(t[2:4], isDigit) || c.digits && !every(t[4:], isDigit):
		return "", bad("iban_characters")
	case !checksumHolds(t):
		return "", bad("iban_checksum")
	}
	return IBAN(t), nil
}

// Plain gives the whole number without blanks, for files, codes and storage.
func (i IBAN) Plain() string { return string(i) }

// Grouped gives the whole number in blocks of four, for letters and pages.
func (i IBAN) Grouped() string { return grouped(string(i)) }

// Country gives the ISO 3166 code the number begins with, "" for the empty IBAN.
func (i IBAN) Country() string {
	if len(i) < 2 {
		return ""
	}
	return string(i[:2])
}

// Last4 gives the end of the number, enough for its owner to recognise it.
func (i IBAN) Last4() string {
	if len(i) < 4 {
		return ""
	}
	return string(i[len(i)-4:])
}

// SEPA reports whether a euro transfer or direct debit can reach the account.
func (i IBAN) SEPA() bool { return countries[i.Country()].zone != world }

// EEA reports whether the account is in the European Economic Area, where neither a BIC nor an
// address is asked for.
func (i IBAN) EEA() bool { return countries[i.Country()].zone == eea }

// String gives the masked form; see Plain.
func (i IBAN) String() string {
	if len(i) < 8 { // nothing ParseIBAN made; too short to show both ends and hide anything
		if i == "" {
			return ""
		}
		return "…"
	}
	return string(i[:4]) + "…" + i.Last4()
}

// Format masks under every verb, also %q and %x, which would otherwise reach the string
// beneath the type.
func (i IBAN) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, i.String()) }

// LogValue masks the number in structured logs.
func (i IBAN) LogValue() slog.Value { return slog.StringValue(i.String()) }

// MarshalText masks the number in JSON: a struct that ends up in a log or an event must
// not leak it by accident. Interfaces that owe the number send Plain. (encoding/json does
// not ask for the text of a map key of a string type: never key a map by IBAN.)
func (i IBAN) MarshalText() ([]byte, error) { return []byte(i.String()), nil }
