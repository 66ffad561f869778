package page

import (
	"fmt"
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/operator"
	"quitt/portal/text"
	"quitt/static"
)

// Base is what the layout of every page needs. Each page embeds it in a struct of its own.
type Base struct {
	Words    *text.Catalogue
	Operator operator.Profile
	Path     string // of the page, so that the language switch leads back to it
	CSRF     string // form token, "" without a session
	SignedIn bool
	Failed   bool             // the page shows an error: its title says so first
	Acting   authority.Acting // who acts for the debtor: every page says so
	// Instead is the visitor's language where the page does not exist in it.
	Instead *text.Catalogue
	Keeps   Keeps  // the form that comes along when the language changes
	Again   *Again // nil for the first time
}

// Whole speaks a language that has the whole page; the pages that every language must have
// do without it.
func (b Base) Whole() Base {
	if whole := b.Words.Whole(); whole != b.Words {
		b.Instead, b.Words = b.Words, whole
	}
	return b
}

// NotYet tells the visitor so, in the language the page does not exist in.
func (b Base) NotYet() string { return b.Instead.Text("not_in_language", nil) }

// T says the sentence of a key. Values for its placeholders follow as pairs of name and
// value; what does not fit fails the page, and thereby every test that renders it.
func (b Base) T(key string, pairs ...any) (string, error) {
	args := debt.Args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return "", fmt.Errorf("page: %s: %v is no name", key, pairs[i])
		}
		args[name] = pairs[i+1]
	}
	if len(pairs)%2 == 1 {
		return "", fmt.Errorf("page: %s: the value of %v is missing", key, pairs[len(pairs)-1])
	}
	return b.Words.Text(key, args), nil
}

// Lang is the language of the root element.
func (b Base) Lang() string { return string(b.Words.Language()) }

// Dir is the direction of writing.
func (b Base) Dir() string { return b.Words.Dir() }

// Cents writes an amount in the language of the page.
func (b Base) Cents(c debt.Cents) string { return b.Words.Cents(c) }

// Date writes a day, "" for none.
func (b Base) Date(d debt.Date) string { return b.Words.Date(d) }

// Percent writes a rate.
func (b Base) Percent(r debt.BasisPoints) string { return b.Words.Percent(r) }

// Word writes a code of the domain.
func (b Base) Word(code any) string { return b.Words.Word(code) }

// Moment writes an instant as people in Berlin read it.
func (b Base) Moment(t time.Time) string {
	return b.Words.Text("moment", debt.Args{
		"day": debt.DateIn(t, debt.Berlin), "time": t.In(debt.Berlin).Format("15:04"),
	})
}

// Asset gives the address of a file in static.
func (b Base) Asset(name string) string { return static.URL(name) }

// Speaks is one language of the switch.
type Speaks struct {
	Code, Name string
	Current    bool
}

// Languages lists what the switch offers.
func (b Base) Languages() []Speaks {
	chosen := b.Words
	if b.Instead != nil {
		chosen = b.Instead
	}
	var list []Speaks
	for _, lang := range text.Languages() {
		list = append(list, Speaks{string(lang), text.For(lang).Name(), lang == chosen.Language()})
	}
	return list
}

// Tel is the operator's telephone as a link dials it.
func (b Base) Tel() string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, b.Operator.Phone)
}

// Itself reports whether the operator is the creditor and collects for nobody else: then
// "has engaged us" would be untrue.
func (b Base) Itself() bool { return b.Operator.RDGNumber == "" }
