package bank

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// GiroCode is a prepared euro transfer as banking apps scan it (EPC069-12, "EPC QR code").
// Reference and Text exclude each other. AmountCents 0 leaves the amount to the payer.
type GiroCode struct {
	Name        string // account holder exactly as the bank knows it: the payer's bank compares
	IBAN        IBAN
	BIC         string // only needed outside the European Economic Area
	AmountCents int64
	Purpose     string // ISO 20022 purpose code, such as "CHAR"; mostly empty
	Reference   RF
	Text        string // remittance text
	Info        string // note shown to the payer, not transferred
}

// Limits of EPC069-12. Lengths of fields are in characters, that of the whole in bytes: a
// QR code of version 13 at error level M holds no more.
const (
	maxGiroBytes = 331
	maxGiroName  = 70
	maxGiroText  = 140
	maxGiroInfo  = 70
	maxGiroCents = 999_999_999_99
	maxGiroLines = 12
	minGiroLines = 7 // lines after the IBAN may be missing when empty
)

// Payload writes the content of the QR code: version 002 in UTF-8, lines ended by LF, no
// line after the last one used. It refuses what ParseGiroCode would refuse.
func (g GiroCode) Payload() (string, error) {
	if err := g.check(); err != nil {
		return "", err
	}
	amount := ""
	if g.AmountCents > 0 {
		cents := strconv.FormatInt(g.AmountCents%100+100, 10)[1:]
		amount = "EUR" + strconv.FormatInt(g.AmountCents/100, 10) + "." + cents
	}
	payload := strings.TrimRight(strings.Join([]string{
		"BCD", "002", "1", "SCT", g.BIC, g.Name, g.IBAN.Plain(),
		amount, g.Purpose, string(g.Reference), g.Text, g.Info,
	}, "\n"), "\n")
	if len(payload) > maxGiroBytes {
		return "", badArgs("giro_bytes", map[string]any{"max": maxGiroBytes, "got": len(payload)})
	}
	return payload, nil
}

// ParseGiroCode reads the content of a QR code of version 001 or 002 with LF or CRLF. Of
// the eight character sets it decodes UTF-8 (1) and ISO 8859-1 (2); the other six agree
// with ASCII, so a payload of theirs is read if it holds nothing else. It refuses with a
// key giro_…, iban_… or rf_….
func ParseGiroCode(payload string) (GiroCode, error) {
	if len(payload) > maxGiroBytes {
		return GiroCode{}, badArgs("giro_bytes", map[string]any{"max": maxGiroBytes, "got": len(payload)})
	}
	lines := strings.Split(payload, "\n")
	if strings.Contains(payload, "\r\n") {
		lines = strings.Split(payload, "\r\n")
	}
	if len(lines) < minGiroLines || len(lines) > maxGiroLines {
		return GiroCode{}, badArgs("giro_lines", map[string]any{"min": minGiroLines, "max": maxGiroLines, "got": len(lines)})
	}
	for len(lines) < maxGiroLines {
		lines = append(lines, "")
	}
	if err := checkGiroHeader(lines); err != nil {
		return GiroCode{}, err
	}
	if err := decodeGiro(lines); err != nil {
		return GiroCode{}, err
	}
	return readGiro(lines)
}

// checkGiroHeader looks at the four lines that say what the payload is.
func checkGiroHeader(lines []string) error {
	if lines[0] != "BCD" || lines[3] != "SCT" {
		return bad("giro_header")
	}
	if lines[1] != "001" && lines[1] != "002" {
		return bad("giro_version")
	}
	if len(lines[2]) != 1 || lines[2] < "1" || lines[2] > "8" {
		return bad("giro_charset")
	}
	return nil
}

// decodeGiro turns the lines into UTF-8 in place.
func decodeGiro(lines []string) error {
	charset := lines[2]
	for n, line := range lines {
		ascii := every(line, func(c byte) bool { return c < utf8.RuneSelf })
		switch {
		case ascii || charset == "1":
		case charset == "2":
			lines[n] = latin1(line)
		default:
			return bad("giro_charset")
		}
	}
	return nil
}

// latin1 decodes ISO 8859-1, whose bytes are the first 256 code points of Unicode.
func latin1(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

func readGiro(lines []string) (GiroCode, error) {
	g := GiroCode{BIC: lines[4], Name: lines[5], Purpose: lines[8], Text: lines[10], Info: lines[11]}
	if lines[1] == "001" && g.BIC == "" {
		return GiroCode{}, bad("giro_bic_missing")
	}
	var err error
	if g.IBAN, err = ParseIBAN(lines[6]); err != nil {
		return GiroCode{}, err
	}
	if g.AmountCents, err = parseGiroAmount(lines[7]); err != nil {
		return GiroCode{}, err
	}
	if lines[9] != "" {
		if g.Reference, err = ParseRF(lines[9]); err != nil {
			return GiroCode{}, err
		}
	}
	if err := g.check(); err != nil {
		return GiroCode{}, err
	}
	return g, nil
}

// parseGiroAmount reads "EUR1", "EUR12.3" and "EUR12.34"; one decimal is rare but legal.
func parseGiroAmount(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	number, isEUR := strings.CutPrefix(s, "EUR")
	euros, decimals, point := strings.Cut(number, ".")
	if !isEUR || euros == "" || len(euros) > 9 || len(decimals) > 2 || point && decimals == "" ||
		!every(euros+decimals, isDigit) || len(euros) > 1 && euros[0] == '0' {
		return 0, bad("giro_amount")
	}
	cents, err := strconv.ParseInt(euros+(decimals + "00")[:2], 10, 64)
	if err != nil || cents == 0 {
		return 0, bad("giro_amount")
	}
	return cents, nil
}

// check holds what is true of every transfer, read or written.
func (g GiroCode) check() error {
	if canonical, err := ParseIBAN(g.IBAN.Plain()); err != nil {
		return err
	} else if canonical != g.IBAN {
		return bad("iban_characters")
	}
	if !g.IBAN.SEPA() {
		return badArgs("giro_iban_sepa", map[string]any{"country": g.IBAN.Country()})
	}
	if g.AmountCents < 0 || g.AmountCents > maxGiroCents {
		return bad("giro_amount")
	}
	if err := g.checkBIC(); err != nil {
		return err
	}
	if g.Purpose != "" && (len(g.Purpose) > 4 || !every(g.Purpose, isAlnum)) {
		return bad("giro_purpose")
	}
	if g.Reference != "" && g.Text != "" {
		return bad("giro_reference_or_text")
	}
	if g.Reference != "" {
		if canonical, err := ParseRF(string(g.Reference)); err != nil {
			return err
		} else if canonical != g.Reference {
			return bad("rf_characters")
		}
	}
	return g.checkTexts()
}

// checkBIC knows the form of ISO 9362, not whether the bank exists.
func (g GiroCode) checkBIC() error {
	if g.BIC == "" {
		if countries[g.IBAN.Country()].zone != eea {
			return bad("giro_bic_missing")
		}
		return nil
	}
	if len(g.BIC) != 8 && len(g.BIC) != 11 || !every(g.BIC, isAlnum) || !every(g.BIC[4:6], isUpper) {
		return bad("giro_bic")
	}
	return nil
}

// checkTexts bounds the three free texts. A line break inside one would move everything
// after it into the next field: an amount could be injected through a name.
func (g GiroCode) checkTexts() error {
	if strings.TrimSpace(g.Name) == "" {
		return bad("giro_name_missing")
	}
	for _, f := range []struct {
		key, text string
		max       int
	}{
		{"giro_name_length", g.Name, maxGiroName},
		{"giro_text_length", g.Text, maxGiroText},
		{"giro_info_length", g.Info, maxGiroInfo},
	} {
		if !utf8.ValidString(f.text) || strings.ContainsFunc(f.text, func(r rune) bool { return !unicode.IsGraphic(r) }) {
			return bad("giro_characters")
		}
		if n := utf8.RuneCountInString(f.text); n > f.max {
			return badArgs(f.key, map[string]any{"max": f.max, "got": n})
		}
	}
	return nil
}
