package checkout

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Input is what the payer entered. After Read without errors it is complete for its method:
// the other method's fields are empty.
type Input struct {
	Method string // Card or SEPA
	Email  string

	Number      string // of Cards, digits only
	Month, Year int    // the card is good to the end of it; four digits of the year
	CVC         string

	Name string // on the account
	IBAN string // of IBANs, without spaces

	expiry string // one that is over, for the page
}

// Problem is what is wrong with one field.
type Problem struct {
	Field string // "method", "email", "number", "expiry", "cvc", "name", "iban"
	Key   string // of its sentence in the catalogues
}

// Errors are what is wrong, in the order of the page.
type Errors []Problem

func (e Errors) of(field string) (Problem, bool) {
	i := slices.IndexFunc(e, func(p Problem) bool { return p.Field == field })
	if i < 0 {
		return Problem{}, false
	}
	return e[i], true
}

// maxText bounds the free texts, as in the API.
const maxText = 512 // bytes

// Read takes the form of the session's page at a moment of the sandbox's clock. The input
// comes back with errors too, for the page; numbers that are none of ours are not in it.
func (s Session) Read(form url.Values, now time.Time) (Input, Errors) {
	var errs Errors
	in := Input{Method: form.Get("method"), Email: text(form, "email")}
	if len(s.Methods) == 1 {
		in.Method = s.Methods[0]
	}
	if !plausible(in.Email) {
		errs = append(errs, Problem{"email", "err_email"})
	}
	if !slices.Contains(s.Methods, in.Method) {
		in.Method = ""
		errs = append(errs, Problem{"method", "err_method"})
	}
	switch in.Method {
	case Card:
		errs = append(errs, in.readCard(form, now)...)
	case SEPA:
		errs = append(errs, in.readAccount(form)...)
	}
	return in, errs
}

func (in *Input) readCard(form url.Values, now time.Time) (errs Errors) {
	typed := text(form, "number")
	card, known := lookup(Cards, typed)
	switch {
	case known:
		in.Number = card.Number
	case typed == "":
		errs = append(errs, Problem{"number", "err_number_missing"})
	default:
		errs = append(errs, Problem{"number", "err_number"})
	}
	month, year, ok := readExpiry(text(form, "expiry"))
	switch {
	case !ok:
		errs = append(errs, Problem{"expiry", "err_expiry"})
	case year < now.Year() || year == now.Year() && month < int(now.Month()):
		in.expiry = expiry(month, year)
		errs = append(errs, Problem{"expiry", "err_expired"})
	default:
		in.Month, in.Year = month, year
	}
	cvc, want, key := text(form, "cvc"), 3, "err_cvc"
	if known && card.amex() {
		want, key = 4, "err_cvc_amex"
	}
	if len(cvc) != want || strings.Trim(cvc, "0123456789") != "" {
		return append(errs, Problem{"cvc", key})
	}
	in.CVC = cvc
	return errs
}

func (in *Input) readAccount(form url.Values) (errs Errors) {
	if in.Name = text(form, "name"); in.Name == "" {
		errs = append(errs, Problem{"name", "err_name"})
	}
	typed := text(form, "iban")
	account, known := lookup(IBANs, typed)
	switch {
	case known:
		in.IBAN = account.Number
	case typed == "":
		errs = append(errs, Problem{"iban", "err_iban_missing"})
	default:
		errs = append(errs, Problem{"iban", "err_iban"})
	}
	return errs
}

// text gives a field without spaces around it; one that is too long or no text counts as
// empty.
func text(form url.Values, name string) string {
	s := strings.TrimSpace(form.Get(name))
	if len(s) > maxText || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		return ""
	}
	return s
}

// plausible is no proof of an address, only a guard against slips.
func plausible(email string) bool {
	name, host, ok := strings.Cut(email, "@")
	return ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(email, " ,;") &&
		!strings.Contains(host, "@") && !strings.HasPrefix(host, ".") && !strings.HasSuffix(host, ".")
}

// readExpiry reads 12/34, 1234, 12 / 2034 and 1-34. No time zone comes into it: a card is
// good to the end of its month.
func readExpiry(typed string) (month, year int, ok bool) {
	parts := strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(" /-.", r) })
	if len(parts) == 1 && (len(parts[0]) == 4 || len(parts[0]) == 6) {
		parts = []string{parts[0][:2], parts[0][2:]}
	}
	if len(parts) != 2 || len(parts[0]) > 2 || len(parts[1]) != 2 && len(parts[1]) != 4 {
		return 0, 0, false
	}
	for _, p := range parts {
		if strings.Trim(p, "0123456789") != "" {
			return 0, 0, false
		}
	}
	month, errMonth := strconv.Atoi(parts[0])
	year, errYear := strconv.Atoi(parts[1])
	if len(parts[1]) == 2 {
		year += 2000
	}
	return month, year, errMonth == nil && errYear == nil && month >= 1 && month <= 12
}

func expiry(month, year int) string { return fmt.Sprintf("%02d/%02d", month, year%100) }

func (in Input) shownExpiry() string {
	if in.Month == 0 {
		return in.expiry
	}
	return expiry(in.Month, in.Year)
}

// declines are the refusals of a bank that have sentences of their own. What a lost card is
// called is not for the payer's eyes: it could be a thief's.
var declines = map[string]Problem{
	"insufficient_funds":                    {"number", "dec_insufficient_funds"},
	"card_velocity_exceeded":                {"number", "dec_limit"},
	"expired_card":                          {"expiry", "dec_expired"},
	"incorrect_cvc":                         {"cvc", "dec_cvc"},
	"incorrect_number":                      {"number", "dec_number"},
	"processing_error":                      {"number", "dec_processing"},
	"authentication_required":               {"number", "dec_not_released"},
	"authentication_failed":                 {"number", "dec_not_released"},
	"payment_intent_authentication_failure": {"number", "dec_not_released"},
	"setup_intent_authentication_failure":   {"number", "dec_not_released"},
	"bank_account_unusable":                 {"iban", "dec_account"},
	"charge_exceeds_source_limit":           {"iban", "dec_debit_limit"},
	"charge_exceeds_weekly_limit":           {"iban", "dec_debit_limit"},
	"amount_too_large":                      {"iban", "dec_debit_limit"},
}

// Declined gives the page's words for a refusal: of the codes (decline_code, code) the first
// that has some, or that the bank did not say more.
func Declined(method string, codes ...string) Errors {
	for _, code := range codes {
		if p, ok := declines[code]; ok {
			return Errors{p}
		}
	}
	if method == SEPA {
		return Errors{{"iban", "dec_debit"}}
	}
	return Errors{{"number", "dec_card"}}
}

// Answer is what the payer said to a challenge.
type Answer string

// The answers. Late is nobody's: the bank waited in vain.
const (
	Released Answer = "release"
	Refused  Answer = "refuse"
	Late     Answer = "late"
)

// ReadAnswer takes the form of a challenge's page; false if none of its buttons was pressed.
func ReadAnswer(form url.Values) (Answer, bool) {
	a := Answer(form.Get("answer"))
	return a, a == Released || a == Refused || a == Late
}
