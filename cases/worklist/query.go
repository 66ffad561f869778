package worklist

import (
	"net/url"
	"slices"
	"strings"

	"quitt/debt"
	"quitt/store/caselist"
)

// Field is a column a list may show.
type Field string

// The fields. The reference is always shown: it leads to the case.
const (
	FieldDebtor     Field = "name"
	FieldOwn        Field = "kennung" // the creditor's reference
	FieldInvoice    Field = "rechnung"
	FieldOriginal   Field = "hauptforderung"
	FieldOpen       Field = "offen"
	FieldDue        Field = "faellig"
	FieldReceived   Field = "eingang"
	FieldStage      Field = "stufe"
	FieldProcessing Field = "bearbeitung"
	FieldPayment    Field = "zahlung"
	FieldObjection  Field = "einwendung"
	FieldPlan       Field = "plan"
	FieldReview     Field = "pruefung"
)

// Fields lists every Field in the order of the list.
func Fields() []Field {
	return []Field{FieldDebtor, FieldOwn, FieldInvoice, FieldOriginal, FieldOpen, FieldDue, FieldReceived, FieldStage, FieldProcessing,
		FieldPayment, FieldObjection, FieldPlan, FieldReview}
}

// usual are the fields of a list that says nothing of them.
var usual = []Field{FieldDebtor, FieldOpen, FieldDue, FieldReceived, FieldStage, FieldProcessing, FieldObjection, FieldPlan}

// Query is a list as an address has it. Nothing of it says who somebody is: what was typed
// into the search is only an id.
type Query struct {
	caselist.List

	Search debt.ID
	Fields []Field
}

// Shows reports whether a field is shown.
func (q Query) Shows(f Field) bool { return slices.Contains(q.Fields, f) }

// The names of an address.
const (
	nameLive      = "laufend"
	nameGround    = "grund"
	nameFrom      = "von"
	nameUntil     = "bis"
	nameLeast     = "ab"
	nameMost      = "hoechstens"
	nameSort      = "sort"
	nameDirection = "richtung"
	nameFields    = "spalten"
	nameSearch    = "suche"
)

var sorts = map[string]caselist.Column{"eingang": caselist.Received, "offen": caselist.Open, "aktenzeichen": caselist.Reference}

// ParseQuery reads the query of an address. What no list has is Invalid "list_filter_unknown",
// a day or an amount nobody can read is Invalid with its name.
func ParseQuery(text string) (q Query, err error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return q, unknown("")
	}
	q.Live = values.Get(nameLive) != ""
	for _, set := range []error{
		choose(values, "pruefung", &q.Review, debt.Reviews()), choose(values, "stufe", &q.Stage, debt.Stages()),
		choose(values, "bearbeitung", &q.Processing, debt.Processings()), choose(values, "zahlung", &q.Payment, debt.PaymentStates()),
		choose(values, "einwendung", &q.Objection, debt.ObjectionStates()), choose(values, "plan", &q.Plan, debt.PlanStates()),
		choose(values, nameGround, &q.Ground, debt.Grounds()),
		day(values, nameFrom, &q.From), day(values, nameUntil, &q.Until), amount(values, nameLeast, &q.Least), amount(values, nameMost, &q.Most),
		q.order(values), q.fields(values),
	} {
		if set != nil {
			return Query{}, set
		}
	}
	q.Search = debt.ID(values.Get(nameSearch))
	return q, nil
}

func unknown(name string) error {
	return debt.E(debt.Invalid, "list_filter_unknown", debt.Args{"name": name})
}

// choose reads one of the values of an axis; none is all.
func choose[T ~string](values url.Values, name string, to *T, all []T) error {
	v := T(values.Get(name))
	if v != "" && !slices.Contains(all, v) {
		return unknown(name)
	}
	*to = v
	return nil
}

func day(values url.Values, name string, to *debt.Date) error {
	v := strings.TrimSpace(values.Get(name))
	if v == "" {
		return nil
	}
	on, err := debt.ParseDate(v)
	if err != nil {
		return debt.E(debt.Invalid, "list_day_invalid", debt.Args{"name": name})
	}
	*to = on
	return nil
}

func amount(values url.Values, name string, to *debt.Cents) error {
	v := strings.TrimSpace(values.Get(name))
	if v == "" {
		return nil
	}
	c, err := debt.ParseCents(v)
	if err != nil || c < 0 {
		return debt.E(debt.Invalid, "list_amount_invalid", debt.Args{"name": name})
	}
	*to = c
	return nil
}

// order is the newest first unless the address says otherwise.
func (q *Query) order(values url.Values) error {
	q.Order = caselist.Order{By: caselist.Received, Descending: true}
	if v := values.Get(nameSort); v != "" {
		by, known := sorts[v]
		if !known {
			return unknown(nameSort)
		}
		q.Order.By = by
	}
	switch values.Get(nameDirection) {
	case "auf":
		q.Order.Descending = false
	case "ab", "":
	default:
		return unknown(nameDirection)
	}
	return nil
}

// fields may come as a list of one name or as several.
func (q *Query) fields(values url.Values) error {
	if !values.Has(nameFields) {
		q.Fields = usual
		return nil
	}
	asked := strings.Split(strings.Join(values[nameFields], ","), ",")
	for _, f := range Fields() {
		if slices.Contains(asked, string(f)) {
			q.Fields = append(q.Fields, f)
		}
	}
	return nil
}

// String is the query of the address of a list: the same list always has the same.
func (q Query) String() string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("pruefung", string(q.Review))
	set("stufe", string(q.Stage))
	set("bearbeitung", string(q.Processing))
	set("zahlung", string(q.Payment))
	set("einwendung", string(q.Objection))
	set("plan", string(q.Plan))
	set(nameGround, string(q.Ground))
	set(nameSearch, string(q.Search))
	if q.Live {
		v.Set(nameLive, "1")
	}
	for name, on := range map[string]debt.Date{nameFrom: q.From, nameUntil: q.Until} {
		if !on.IsZero() {
			v.Set(name, on.String())
		}
	}
	for name, c := range map[string]debt.Cents{nameLeast: q.Least, nameMost: q.Most} {
		if c > 0 {
			v.Set(name, c.String())
		}
	}
	for name, by := range sorts {
		if q.Order.By == by && by != caselist.Received {
			v.Set(nameSort, name)
		}
	}
	if !q.Order.Descending {
		v.Set(nameDirection, "auf")
	}
	if !slices.Equal(q.Fields, usual) {
		v.Set(nameFields, join(q.Fields))
	}
	return v.Encode()
}

func join(fields []Field) string {
	var names []string
	for _, f := range fields {
		names = append(names, string(f))
	}
	return strings.Join(names, ",")
}
