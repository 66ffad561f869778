package mt940

import (
	"slices"
	"strings"

	"quitt/bank"
	"quitt/bank/statement"
)

// held is an entry of which the description may still come.
type held struct {
	out      statement.Entry
	ref      string // ours, of :61:
	original *statement.Money
	charges  int64
	note     string
	about    about
}

// newHeld reads :61:, "2611201120CR79,90NTRFNONREF//2026112001" and a second line.
func newHeld(f field, currency string) (*held, error) {
	lines := f.texts()
	h := &held{out: statement.Entry{Status: statement.Done}}
	rest, err := h.days(lines[0])
	if err != nil {
		return nil, err
	}
	sign, rest, err := h.mark(rest)
	if err != nil {
		return nil, err
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r != ',' && (r < '0' || r > '9') })
	if end < 0 {
		return nil, errLine
	}
	n, err := amount(rest[:end], currency)
	if err != nil {
		return nil, err
	}
	h.out.Amount = statement.Money{Cents: sign * n, Currency: currency}
	rest = rest[end:]
	if len(rest) < 4 || !strings.ContainsAny(rest[:1], "NSF") {
		return nil, errLine
	}
	ref, bankRef, _ := strings.Cut(rest[4:], "//")
	more := strings.Join(lines[1:], "")
	if before, inside, found := strings.Cut(bankRef, "/OCMT/"); found {
		bankRef, more = before, "/OCMT/"+inside+more
	}
	h.ref, h.out.Ref = reference(ref), reference(bankRef)
	return h, h.supplement(more)
}

// days reads the day of value and, if it is there, the day of booking, which has no year: it is
// the one nearest to the other.
func (h *held) days(s string) (rest string, err error) {
	if len(s) < 7 {
		return "", errLine
	}
	if h.out.ValueOn, err = day(s[:6]); err != nil {
		return "", err
	}
	h.out.BookedOn, rest = h.out.ValueOn, s[6:]
	if len(rest) < 4 || !digits(rest[:4]) {
		return rest, nil
	}
	year, month := s[:2], s[2:4]
	booked := rest[:4]
	switch {
	case month >= "10" && booked[:2] <= "03":
		year = shift(year, 1)
	case month <= "03" && booked[:2] >= "10":
		year = shift(year, -1)
	}
	h.out.BookedOn, err = day(year + booked)
	return rest[4:], err
}

// shift counts two digits of a year on or back.
func shift(year string, by int) string {
	n := (int(year[0]-'0')*10 + int(year[1]-'0') + by + 100) % 100
	return string([]byte{'0' + byte(n/10), '0' + byte(n%10)})
}

// mark reads C, D, RC, RD, in MT942 also EC and ED for what is expected, and the third letter of
// the currency behind it: "CR" is a credit in euro, not a reversal. RC takes a credit back.
func (h *held) mark(s string) (sign int64, rest string, err error) {
	if strings.HasPrefix(s, "E") {
		h.out.Status, s = statement.Pending, s[1:]
	}
	if strings.HasPrefix(s, "R") {
		h.out.Reversal, s = true, s[1:]
	}
	switch {
	case strings.HasPrefix(s, "C"):
		sign = 1
	case strings.HasPrefix(s, "D"):
		sign = -1
	default:
		return 0, "", errLine
	}
	if h.out.Reversal {
		sign = -sign
	}
	s = s[1:]
	if s != "" && s[0] >= 'A' && s[0] <= 'Z' {
		s = s[1:]
	}
	return sign, s, nil
}

// supplement reads /OCMT/EUR25,50/CHGS/EUR3,00/; other words of a bank stay words.
func (h *held) supplement(s string) error {
	for name, keep := range map[string]func(m statement.Money){
		"/OCMT/": func(m statement.Money) { h.original = &m },
		"/CHGS/": func(m statement.Money) {
			if m.Currency == h.out.Amount.Currency {
				h.charges = m.Cents
			}
		},
	} {
		_, after, found := strings.Cut(s, name)
		if !found {
			continue
		}
		value, _, _ := strings.Cut(after, "/")
		if len(value) < 4 || !statement.Currency(value[:3]) {
			return errLine
		}
		n, err := amount(value[3:], value[:3])
		if err != nil {
			return err
		}
		keep(statement.Money{Cents: n, Currency: value[:3]})
	}
	if !strings.HasPrefix(s, "/") {
		h.note = strings.TrimSpace(s)
	}
	return nil
}

// batches are the codes of a collective order that was booked as one sum, returns those of what
// came back (Die Deutsche Kreditwirtschaft, Anlage 3).
var (
	batches = []string{"191", "192", "194", "195", "196", "197"}
	returns = []string{"108", "109", "111", "159", "160"}
)

// entry puts together what :61: and :86: say.
func (h *held) entry() statement.Entry {
	e, a := h.out, &h.about
	if len(a.pieces) == 0 && len(a.free) > 0 {
		a.pieces = a.free
	}
	p := a.purpose()
	e.Code = statement.Code{GVC: a.gvc, Prima: a.prima, TextKey: a.key}
	e.Text = strings.Join(strings.Fields(a.text+" "+h.note), " ")
	payment := first(p.ids["KREF+"], h.ref)
	if slices.Contains(batches, a.gvc) {
		e.Batch = &statement.Batch{PaymentID: payment, Count: p.count()}
		e.Text = strings.Join(strings.Fields(e.Text+" "+strings.Join(p.remittance, "")), " ")
		return e
	}
	t := statement.Transaction{
		Amount: e.Amount, EndToEnd: reference(p.ids["EREF+"]), Mandate: p.ids["MREF+"], CreditorID: p.ids["CRED+"],
		PaymentID: payment, Code: e.Code, Purpose: p.ids["PURP+"], Remittance: p.remittance,
		Payer:    statement.Party{Name: a.name, IBAN: first(a.account, p.ids["IBAN+"]), BIC: first(a.bank, p.ids["BIC+"])},
		Ultimate: first(p.ids["ABWA+"], p.ids["ABWE+"]), Charges: h.charges,
	}
	if rf, err := bank.ParseRF(strings.Join(p.remittance, "")); err == nil {
		t.Reference = string(rf)
	}
	if slices.Contains(returns, a.gvc) {
		text := strings.TrimSpace(strings.Join(p.remittance, ""))
		t.Return = &statement.Return{Code: reason(text, a.key), Text: text}
	}
	h.original = p.original(h.original, t)
	if t.Charges == 0 && t.Return != nil {
		t.Charges = p.cents("COAM+", e.Amount.Currency)
	}
	if o := h.original; o != nil {
		if e.Amount.Cents < 0 {
			o.Cents = -o.Cents
		}
		if *o != e.Amount {
			t.Original = o
		}
	}
	e.Details = []statement.Transaction{t}
	return e
}

// keys are the additions to the text key whose reason is certain: a bank's own words stood
// beside them. Of others the text is left to speak.
var keys = map[string]string{"901": "AC01", "903": "AC06", "914": "MS03"}

// prefixes begin the reasons of ISO 20022 that are two letters and two digits.
var prefixes = []string{"AC", "AG", "AM", "BE", "FF", "MD", "MS", "RC", "RR", "SL"}

// reason finds the code in the words, or by the text key.
func reason(text, key string) string {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) {
		if len(word) == 4 && slices.Contains(prefixes, word[:2]) && digits(word[2:]) {
			return word
		}
	}
	return keys[key]
}

// reference takes away the words banks write where there is none.
func reference(s string) string {
	s = strings.TrimSpace(s)
	switch strings.ToUpper(s) {
	case "NOTPROVIDED", "NONREF", "KREF+":
		return ""
	}
	return s
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
