package books

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// The bounds of one payment, in cents: the provider's smallest, its eight digits, and the
// most a direct debit may take.
const (
	minAmount = 50
	MaxAmount = 99_999_999
	MaxDebit  = 1_000_000
)

// CheckMoney judges an amount for the ways it may be paid. An amount too large for a direct
// debit is refused here only when nothing else is offered; else when the debit is tried.
func CheckMoney(amount int64, currency string, types []string) *Error {
	debit := slices.Contains(types, "sepa_debit")
	switch {
	case amount < minAmount:
		return Invalid("amount", "amount_too_small", "Amount must be at least €0.50 eur")
	case amount > MaxAmount:
		return Invalid("amount", "amount_too_large", "Amount must be no more than €999,999.99")
	case debit && currency != "eur":
		return Invalid("payment_method_types", "payment_intent_invalid_parameter",
			"The currency provided (%s) is invalid. Payments with sepa_debit support the following currencies: eur.", Clip(currency))
	case debit && amount > MaxDebit && len(types) == 1:
		return Invalid("amount", "amount_too_large", "Amount must be no more than €10,000.00 for sepa_debit")
	}
	return nil
}

// CheckCurrency takes the few currencies a German merchant may meet. Fees and the balance
// are booked in euros all the same: nobody here tests conversion.
func CheckCurrency(s, param string) (string, *Error) {
	s = strings.ToLower(s)
	switch {
	case s == "":
		return "", Required(param)
	case !slices.Contains([]string{"eur", "usd", "gbp", "chf"}, s):
		return "", Invalid(param, "", "Invalid currency: %s.", Clip(s))
	}
	return s, nil
}

// MethodTypes reads which ways to pay are offered. currency decides what is offered when
// nothing was asked for.
func (f Form) MethodTypes(currency string) ([]string, *Error) {
	types := f.Strs("payment_method_types")
	for i, t := range types {
		if t != "card" && t != "sepa_debit" || slices.Contains(types[:i], t) {
			return nil, Invalid("payment_method_types["+strconv.Itoa(i)+"]", "",
				"The payment method type \"%s\" is invalid: this sandbox knows card and sepa_debit, each once.", Clip(t))
		}
	}
	if len(types) == 0 && currency == "eur" {
		return []string{"card", "sepa_debit"}, nil
	}
	if len(types) == 0 {
		return []string{"card"}, nil
	}
	return types, nil
}

// CheckDescriptor holds what is printed on bank statements to the card networks' rules.
func CheckDescriptor(s, param string) *Error {
	hasLetter := strings.IndexFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }) >= 0
	if s != "" && (len(s) > 22 || strings.ContainsAny(s, `<>\'"*`) || !hasLetter) {
		return Invalid(param, "", "The statement descriptor must have at most 22 characters, a letter, and none of < > \\ ' \" *.")
	}
	return nil
}

// CheckURL takes web addresses only.
func CheckURL(s, param string) *Error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return Invalid(param, "url_invalid", "Not a valid URL")
	}
	return nil
}
