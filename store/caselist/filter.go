package caselist

import (
	"strconv"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store/column"
)

// Filter is which cases a list has; the zero Filter is all of them.
type Filter struct {
	Review     debt.Review
	Stage      debt.Stage
	Processing debt.Processing
	Payment    debt.PaymentState
	Objection  debt.ObjectionState
	Plan       debt.PlanState
	Ground     debt.Ground // one of the claims has it
	Live       bool        // leaves out what is closed
	// From and Until bound the day of hand-over in Berlin, Least and Most the open principal;
	// zero for no bound.
	From, Until debt.Date
	Least, Most debt.Cents
	// Only are the cases of a search; nil for all.
	Only []debt.ID
}

// Column is what a list is in the order of.
type Column string

// The columns with an order.
const (
	Received  Column = "received"
	Open      Column = "open" // principal
	Reference Column = "reference"
)

// Columns lists every Column.
func Columns() []Column { return []Column{Received, Open, Reference} }

// Order is the order of a list.
type Order struct {
	By         Column
	Descending bool
}

var sortColumns = map[Column]string{Received: "received_at", Open: "principal_cents", Reference: "file_reference"}

// statement collects the arguments of one.
type statement struct{ args []any }

// put gives the placeholder of a value.
func (s *statement) put(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

// axis is a column of cases with an index that is in the order of hand-over.
type axis struct{ column, value string }

func (a axis) is(s *statement) string { return "c." + a.column + " = " + s.put(a.value) }

// axes are those a filter asks for.
func (f Filter) axes() (list []axis) {
	for _, a := range []axis{{"review", string(f.Review)}, {"objection", string(f.Objection)}, {"plan", string(f.Plan)},
		{"processing", string(f.Processing)}, {"stage", string(f.Stage)}, {"payment", string(f.Payment)}} {
		if a.value != "" {
			list = append(list, a)
		}
	}
	return list
}

// received bounds the moment of hand-over.
func (f Filter) received(s *statement) (list []string) {
	if !f.From.IsZero() {
		list = append(list, "c.received_at >= "+s.put(column.At(begins(f.From))))
	}
	if !f.Until.IsZero() {
		list = append(list, "c.received_at < "+s.put(column.At(begins(f.Until.AddDays(1)))))
	}
	return list
}

// begins is when a day begins in Berlin.
func begins(d debt.Date) time.Time {
	utc := d.Time().UTC()
	return time.Date(utc.Year(), utc.Month(), utc.Day(), 0, 0, 0, 0, debt.Berlin)
}

// open bounds the open principal.
func (f Filter) open(s *statement) (list []string) {
	if f.Least > 0 {
		list = append(list, "c.principal_cents >= "+s.put(f.Least))
	}
	if f.Most > 0 {
		list = append(list, "c.principal_cents <= "+s.put(f.Most))
	}
	return list
}

const hasGround = `EXISTS (SELECT 1 FROM claims l WHERE l.creditor_id = c.creditor_id AND l.case_id = c.id AND l.ground = `

// hit is the expression that is 1 for a case the filter means.
func (f Filter) hit(s *statement) string {
	all := append(f.received(s), f.open(s)...)
	for _, a := range f.axes() {
		all = append(all, a.is(s))
	}
	if f.Live {
		all = append(all, "c.stage <> 'closed'")
	}
	if f.Ground != "" {
		all = append(all, hasGround+s.put(string(f.Ground))+")")
	}
	if len(all) == 0 {
		return "1"
	}
	return "CASE WHEN " + strings.Join(all, " AND ") + " THEN 1 ELSE 0 END"
}

// way gives the ids of cases that a filter can only mean, in the order of an index.
type way struct {
	sql  string
	args []any
}

// ways are what an index has of a filter, each up to most cases.
func (f Filter) ways(creditor debt.ID, most int) (list []way) {
	add := func(conditions func(s *statement) (from, where, order string)) {
		s := &statement{[]any{creditor}}
		from, where, order := conditions(s)
		list = append(list, way{"SELECT " + from + " WHERE c.creditor_id = $1 AND " + where + " ORDER BY " + order + " LIMIT " + s.put(most), s.args})
	}
	for _, a := range f.axes() {
		add(func(s *statement) (string, string, string) {
			return "c.id FROM cases c", a.is(s), "c.received_at, c.id"
		})
	}
	if f.Ground != "" {
		add(func(s *statement) (string, string, string) {
			return "c.case_id AS id FROM claims c", "c.ground = " + s.put(string(f.Ground)), "c.case_id"
		})
	}
	if !f.From.IsZero() || !f.Until.IsZero() {
		add(func(s *statement) (string, string, string) {
			return "c.id FROM cases c", strings.Join(f.received(s), " AND "), "c.received_at, c.id"
		})
	}
	if f.Least > 0 || f.Most > 0 {
		add(func(s *statement) (string, string, string) {
			return "c.id FROM cases c", strings.Join(f.open(s), " AND "), "c.principal_cents, c.id"
		})
	}
	return list
}
