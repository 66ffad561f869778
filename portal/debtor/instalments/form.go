package instalments

import (
	"fmt"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/portal/debtor/room"
	"quitt/portal/text"
)

// The ways of answering how fast. A settlement is chosen by offerMode and its code.
const (
	byAmount  = "amount"
	byEnd     = "end"
	offerMode = "offer-"
)

// typedDay are three fields of a date, as typed.
type typedDay struct{ Day, Month, Year string }

func typed(d debt.Date) typedDay {
	if d.IsZero() {
		return typedDay{}
	}
	y, m, day := d.Time().Date()
	return typedDay{strconv.Itoa(day), strconv.Itoa(int(m)), strconv.Itoa(y)}
}

func readDay(f room.Fields, name string) typedDay {
	return typedDay{f.Text(name + "-day"), f.Text(name + "-month"), f.Text(name + "-year")}
}

// date reads a day, or Invalid "date_missing" or "date_invalid".
func (t typedDay) date() (debt.Date, error) {
	if t == (typedDay{}) {
		return debt.Date{}, debt.E(debt.Invalid, "wish_day_missing", nil)
	}
	return debt.ParseDate(fmt.Sprintf("%s.%s.%s", t.Day, t.Month, t.Year))
}

// form is what the choice sends, as typed. Only the fields of the chosen way are kept: what was
// typed for another one must not come back unseen.
type form struct {
	Mode       string
	Amount     string
	End, First typedDay
	Day        string
	Rhythm     plan.Rhythm
	Down       string
	Affordable debt.Cents // of the suggestion the debtor had computed; 0 without
}

func readForm(f room.Fields) form {
	cents, err := strconv.ParseInt(f.Text("affordable"), 10, 64)
	if err != nil || cents < 0 || debt.Cents(cents) > debt.MaxCents {
		cents = 0
	}
	out := form{Mode: f.Text("mode"), First: readDay(f, "first"), Day: f.Text("day"), Affordable: debt.Cents(cents)}
	if out.Mode == "" {
		out.Mode = byAmount
	}
	if out.settlement() == "" {
		out.Rhythm, out.Down = plan.Rhythm(f.Text("rhythm")), f.Text("down")
	}
	switch out.Mode {
	case byAmount:
		out.Amount = f.Text("instalment")
	case byEnd:
		out.End = readDay(f, "end")
	}
	if out.Rhythm != plan.Monthly && out.Rhythm != "" {
		out.Day = "" // weeks have no day of the month
	}
	return out
}

func (f form) settlement() string {
	if code, ok := strings.CutPrefix(f.Mode, offerMode); ok {
		return code
	}
	return ""
}

// formOf shows a wish in the fields.
func formOf(w *text.Catalogue, wish plan.Wish) form {
	f := form{Mode: byAmount, First: typed(wish.First), Rhythm: wish.Rhythm}
	if wish.Day > 0 {
		f.Day = strconv.Itoa(wish.Day)
	}
	switch {
	case wish.Settlement != "":
		f.Mode, f.Rhythm = offerMode+wish.Settlement, ""
	case wish.Instalment > 0:
		f.Amount = plain(w, wish.Instalment)
	default:
		f.Mode, f.End = byEnd, typed(wish.EndBy)
	}
	if wish.Down > 0 {
		f.Down = plain(w, wish.Down)
	}
	return f
}

// plain writes an amount as one types it.
func plain(w *text.Catalogue, c debt.Cents) string {
	if w.Language() == text.English {
		return c.String()
	}
	return strings.Replace(c.String(), ".", ",", 1)
}

// mistake is what is wrong with one field.
type mistake struct{ Field, Text string }

// The fields a mistake can be in, by the ids of their inputs.
const (
	atAmount = "instalment"
	atEnd    = "end-day"
	atFirst  = "first-day"
	atDay    = "day"
	atDown   = "down"
	atRhythm = "rhythm-monthly"
)

// fieldOf are the fields that the refusals of a wish are about.
var fieldOf = map[string]string{
	"plan_instalment_range": atAmount, "plan_too_long": atAmount, "plan_end_range": atEnd, "plan_end_too_early": atEnd,
	"plan_first_range": atFirst, "plan_day_range": atDay, "plan_down_range": atDown, "plan_rhythm_unknown": atRhythm,
}

// wish reads what was typed.
func (f form) wish(w *text.Catalogue) (wish plan.Wish, wrong []mistake) {
	with := func(field string, err error) {
		if err != nil {
			wrong = append(wrong, mistake{field, w.Error(err)})
		}
	}
	var err error
	wish.Settlement, wish.Rhythm = f.settlement(), f.Rhythm
	switch f.Mode {
	case byAmount:
		wish.Instalment, err = amount(f.Amount)
		with(atAmount, err)
	case byEnd:
		wish.EndBy, err = f.End.date()
		with(atEnd, err)
	}
	if wish.Settlement != "" || wish.Rhythm == "" {
		wish.Rhythm = plan.Monthly
	}
	wish.First, err = f.First.date()
	with(atFirst, err)
	if f.Day != "" {
		if wish.Day, err = strconv.Atoi(f.Day); err != nil || wish.Day < 1 || wish.Day > 31 {
			with(atDay, debt.E(debt.Invalid, "plan_day_range", nil))
		}
	}
	if f.Down != "" {
		wish.Down, err = amount(f.Down)
		with(atDown, err)
	}
	return wish, wrong
}

// amount reads a sum; nothing, and what is none, is Invalid with an example.
func amount(s string) (debt.Cents, error) {
	if s == "" {
		return 0, debt.E(debt.Invalid, "wish_amount_missing", nil)
	}
	c, err := debt.ParseCents(s)
	if err != nil {
		return 0, debt.E(debt.Invalid, "wish_amount_invalid", debt.Args{"value": clip(s)})
	}
	return c, nil
}

// clip keeps what was typed short enough for a sentence.
func clip(s string) string {
	const most = 20
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
