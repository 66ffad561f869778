package text

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/debt/batch"
	"quitt/debt/fees"
	"quitt/debt/letter"
	"quitt/debt/objection"
	"quitt/debt/plan"
	"quitt/debt/recovery"
	"quitt/debt/situation"
	"quitt/debt/staff"
)

// style is how a language writes numbers and dates, as its file says under keys that begin
// with "_". Amount and percent are Sprintf forms. Where the form of a right-to-left
// language needs it, it isolates the figure (U+2066 … U+2069), so that a sign never jumps
// to the other end of a number.
type style struct {
	name, dir          string // what the language calls itself; "ltr" or "rtl"
	thousands, decimal string
	amount, percent    string
	date               string // layout for time.Format
}

// takeStyle moves the style out of the sentences. In German a no-break space (U+00A0)
// keeps the number and its sign on one line (DIN 5008).
func (c *Catalogue) takeStyle() error {
	take := func(key string) string {
		value := c.sentences[key]
		delete(c.sentences, key)
		return value
	}
	c.style = style{
		name: take("_name"), dir: take("_dir"), thousands: take("_thousands"), decimal: take("_decimal"),
		amount: take("_amount"), percent: take("_percent"), date: take("_date"),
	}
	delete(c.sentences, "_partial")
	if c.style.dir != "ltr" && c.style.dir != "rtl" {
		return fmt.Errorf("_dir is %q, want ltr or rtl", c.style.dir)
	}
	for _, s := range []string{c.style.name, c.style.thousands, c.style.decimal, c.style.amount, c.style.percent, c.style.date} {
		if s == "" {
			return errors.New("_name, _thousands, _decimal, _amount, _percent and _date must be there")
		}
	}
	return nil
}

// minus is U+2212: a hyphen is easily overlooked and may be left alone at a line's end.
const minus = "−"

// Cents writes an amount: 1.234,56 € or €1,234.56.
func (c *Catalogue) Cents(amount debt.Cents) string {
	sign, u := split(int64(amount))
	number := c.grouped(u/100) + c.style.decimal + fmt.Sprintf("%02d", u%100)
	return sign + fmt.Sprintf(c.style.amount, number)
}

// Date writes a day: 22.11.2026 or 22 Nov 2026; "" for none.
func (c *Catalogue) Date(d debt.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(c.style.date)
}

// Percent writes a rate with as many decimals as it has: 6,52 % or 6.52%, 9,5 %, 30 %.
func (c *Catalogue) Percent(rate debt.BasisPoints) string {
	sign, u := split(int64(rate))
	number := c.grouped(u / 100)
	if fraction := u % 100; fraction > 0 {
		number += c.style.decimal + strings.TrimRight(fmt.Sprintf("%02d", fraction), "0")
	}
	return sign + fmt.Sprintf(c.style.percent, number)
}

// FeeRate writes the multiple of a fee as statutes do: 0,9 or 0.9.
func (c *Catalogue) FeeRate(rate fees.Rate) string {
	return strings.Replace(rate.String(), ".", c.style.decimal, 1)
}

// Int writes a number. Four digits stay together, as both languages prefer: a year or the
// line of a file is not torn.
func (c *Catalogue) Int(n int64) string {
	sign, u := split(n)
	if u < 10_000 {
		return sign + strconv.FormatUint(u, 10)
	}
	return sign + c.grouped(u)
}

// families name the keys under which the words of a code stand: the prefix, then the code.
var families = map[reflect.Type]string{
	reflect.TypeFor[debt.Review]():         "review_",
	reflect.TypeFor[debt.Stage]():          "stage_",
	reflect.TypeFor[debt.Processing]():     "processing_",
	reflect.TypeFor[debt.PaymentState]():   "payment_",
	reflect.TypeFor[debt.ObjectionState](): "objection_",
	reflect.TypeFor[debt.PlanState]():      "plan_",
	reflect.TypeFor[debt.CloseReason]():    "close_",
	reflect.TypeFor[debt.PaymentStatus]():  "paystatus_",
	reflect.TypeFor[debt.Method]():         "method_",
	reflect.TypeFor[debt.AccountKind]():    "account_",
	reflect.TypeFor[debt.CostKind]():       "cost_",
	reflect.TypeFor[debt.HoldKind]():       "hold_",
	reflect.TypeFor[debt.Barrier]():        "because_",
	reflect.TypeFor[debt.InterestMethod](): "st_interest_",
	reflect.TypeFor[debt.Ground]():         "ground_",
	reflect.TypeFor[debt.EventType]():      "event_",
	reflect.TypeFor[access.CheckKind]():    "check_",
	reflect.TypeFor[letter.Kind]():         "letter_",
	reflect.TypeFor[letter.Gap]():          "missing_",
	reflect.TypeFor[debt.Stop]():           "stop_",
	reflect.TypeFor[objection.Ground]():    "dispute_",
	reflect.TypeFor[objection.Hint]():      "disputehint_",
	reflect.TypeFor[objection.Asked]():     "asked_",
	reflect.TypeFor[objection.Option]():    "option_",
	reflect.TypeFor[objection.Paper]():     "helps_",
	reflect.TypeFor[situation.Kind]():      "situation_",
	reflect.TypeFor[situation.Follows]():   "follows_",
	reflect.TypeFor[situation.Field]():     "field_",
	reflect.TypeFor[plan.Rhythm]():         "rhythm_",
	reflect.TypeFor[authority.Scope]():     "scope_",
	reflect.TypeFor[authority.Area]():      "seven_area_",
	reflect.TypeFor[authority.Kind]():      "helper_",
	reflect.TypeFor[authority.State]():     "authority_",
	reflect.TypeFor[authority.Refusal]():   "rules_refusal_",
	reflect.TypeFor[staff.Role]():          "staff_role_",
	reflect.TypeFor[recovery.Code]():       "report_of_",
	reflect.TypeFor[recovery.Figure]():     "report_is_",
	reflect.TypeFor[recovery.Rhythm]():     "report_every_",
	reflect.TypeFor[batch.Action]():        "list_action_",
	reflect.TypeFor[batch.Reason]():        "list_reason_",
	reflect.TypeFor[staff.State]():         "staff_state_",
	reflect.TypeFor[staff.What]():          "staff_log_",
}

// Word writes a code of the domain, such as a debt.Stage, in words. A code without words
// stays visible as «key».
func (c *Catalogue) Word(code any) string {
	prefix, ok := families[reflect.TypeOf(code)]
	if !ok {
		return fmt.Sprint(code)
	}
	key := prefix + reflect.ValueOf(code).String()
	if b, ok := code.(debt.Barrier); ok && strings.HasPrefix(string(b), "hold_") {
		key = string(b) // a hold has the same words as a barrier
	}
	if word, ok := c.sentence(key); ok {
		return word
	}
	return "«" + key + "»"
}

// value writes what a placeholder stands for.
func (c *Catalogue) value(v any) string {
	switch v := v.(type) {
	case debt.Cents:
		return c.Cents(v)
	case debt.Date:
		return c.Date(v)
	case debt.BasisPoints:
		return c.Percent(v)
	case fees.Rate:
		return c.FeeRate(v)
	case int:
		return c.Int(int64(v))
	case int32:
		return c.Int(int64(v))
	case int64:
		return c.Int(v)
	case []string:
		return strings.Join(v, ", ")
	case []debt.Barrier:
		return words(c, v)
	case []letter.Gap:
		return words(c, v)
	case []letter.Kind:
		return words(c, v)
	case []plan.Rhythm:
		return words(c, v)
	case []int:
		days := make([]string, len(v))
		for i, n := range v {
			days[i] = c.Int(int64(n))
		}
		return strings.Join(days, ", ")
	case string:
		return c.isolated(v)
	}
	return c.Word(v)
}

// words joins the words of codes.
func words[T any](c *Catalogue, codes []T) string {
	all := make([]string, len(codes))
	for i, code := range codes {
		all[i] = c.Word(code)
	}
	return strings.Join(all, ", ")
}

// isolated keeps a foreign name or number in one piece inside a right-to-left sentence
// (U+2068 … U+2069, first strong isolate).
func (c *Catalogue) isolated(s string) string {
	if c.style.dir == "rtl" && s != "" {
		return "\u2068" + s + "\u2069"
	}
	return s
}

// split gives the sign and the size of n; the smallest int64 has a size too.
func split(n int64) (sign string, size uint64) {
	if n < 0 {
		return minus, -uint64(n)
	}
	return "", uint64(n)
}

// grouped writes u with a separator before every third digit from the right.
func (c *Catalogue) grouped(u uint64) string {
	digits := strconv.FormatUint(u, 10)
	first := (len(digits)-1)%3 + 1
	var b strings.Builder
	b.WriteString(digits[:first])
	for i := first; i < len(digits); i += 3 {
		b.WriteString(c.style.thousands + digits[i:i+3])
	}
	return b.String()
}
