package invoice

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"quitt/bank"
)

// amount is a number with its currency, which only UBL always writes.
type amount struct {
	Text     string `xml:",chardata"`
	Currency string `xml:"currencyID,attr"`
}

// Euros writes cents as machines do, "-12.30".
func Euros(cents int64) string {
	sign, u := "", uint64(cents)
	if cents < 0 {
		sign, u = "-", -u
	}
	text := strconv.FormatUint(u, 10)
	for len(text) < 3 {
		text = "0" + text
	}
	return sign + text[:len(text)-2] + "." + text[len(text)-2:]
}

// hundredths reads a decimal number of XML Schema: cents of euros, basis points of percent.
// More than two decimals are taken only where they are zeros.
func hundredths(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 {
		return 0, false
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	if whole == "" && fraction == "" && !strings.Contains(digits, "0") || len(whole) > 15 || len(fraction) > 2 ||
		strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt("0"+whole+fraction+strings.Repeat("0", 2-len(fraction)), 10, 64)
	if strings.HasPrefix(s, "-") {
		n = -n
	}
	return n, err == nil
}

// cents reads the one amount a field may have. A document that names several says nothing.
func (i *Invoice) cents(f Field, list []amount) int64 {
	var found int64
	for k, a := range list {
		n, ok := hundredths(a.Text)
		other := a.Currency != "" && i.Currency != "" && !strings.EqualFold(a.Currency, i.Currency)
		if !ok || other || k > 0 && n != found {
			i.flaw(f, bad("intake_invoice_amount", map[string]any{"value": clip(a.Text)}))
			return 0
		}
		found = n
	}
	return found
}

// day reads a date in a layout of package time; blank is none.
func (i *Invoice) day(f Field, layout, text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	// UBL allows a zone behind the day, which changes nothing about it.
	if layout == time.DateOnly && len(text) > len(layout) && strings.ContainsRune("Z+-", rune(text[len(layout)])) {
		text = text[:len(layout)]
	}
	t, err := time.Parse(layout, text)
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		i.flaw(f, bad("intake_invoice_date", map[string]any{"value": clip(text)}))
		return ""
	}
	return t.Format(time.DateOnly)
}

// account keeps the first account that is an IBAN, and notes one that is none.
func (i *Invoice) account(list ...string) {
	for _, text := range list {
		if strings.TrimSpace(text) == "" || i.IBAN != "" {
			continue
		}
		n, err := bank.ParseIBAN(text)
		if err != nil {
			i.flaw(FieldIBAN, bad("intake_invoice_iban", nil))
			continue
		}
		i.IBAN = n
	}
}

func (i *Invoice) tax(rate, base, amount string) {
	t, ok := Tax{}, [3]bool{}
	t.Rate, ok[0] = hundredths(rate)
	t.Base, ok[1] = hundredths(base)
	t.Amount, ok[2] = hundredths(amount)
	if strings.TrimSpace(rate) == "" { // exempt: the norm wants none
		ok[0] = true
	}
	if ok != [3]bool{true, true, true} {
		i.flaw(FieldTax, bad("intake_invoice_tax", nil))
		return
	}
	i.Taxes = append(i.Taxes, t)
}

var skonto = regexp.MustCompile(`#SKONTO#TAGE=(\d{1,3})#PROZENT=(\d{1,2}\.\d{2})#(?:BASISBETRAG=(-?\d{1,12}\.\d{2})#)?`)

// discounts reads Skonto from the terms, written as XRechnung rules (BR-DE-18).
func (i *Invoice) discounts() (list []Discount) {
	for _, m := range skonto.FindAllStringSubmatch(i.Terms, 10) {
		days, _ := strconv.ParseInt(m[1], 10, 64) // three digits
		rate, _ := hundredths(m[2])
		base, _ := hundredths(m[3])
		list = append(list, Discount{days, rate, base})
	}
	if len(list) == 0 && strings.Contains(i.Terms, "#SKONTO#") {
		i.flaw(FieldTerms, bad("intake_invoice_terms", nil))
	}
	return list
}

// first gives the first text that is not blank, its blanks in order.
func first(list ...string) string {
	for _, s := range list {
		if s = tidy(s); s != "" {
			return s
		}
	}
	return ""
}

func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip keeps what an error repeats short.
func clip(s string) string {
	const most = 40
	s = tidy(s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
