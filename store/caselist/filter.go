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

// usual are values that most cases have. The index of their axis leaves them out.
var usual = map[string]string{"review": string(debt.ReviewAccepted), "processing": string(debt.Running), "objection": string(debt.ObjectionNone),
	"plan": string(debt.PlanNone)}

func (a axis) indexed() bool { return a.value != usual[a.column] }

func (a axis) is(s *statement) string { return "c." + a.column + " = " + s.put(a.value) }

// walked is for walking the axis: it says besides what its index says of itself. That is worded
// so that PostgreSQL does not take it for one more thing that few cases have, and sort them.
func (a axis) walked(s *statement) string {
	if u := usual[a.column]; u != "" {
		return a.is(s) + " AND NULLIF(c." + a.column + ", '" + u + "') IS NOT NULL"
	}
	return a.is(s)
}

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

// way is a filter of a list that an index answers, in the order of that index.
type way struct {
	from  string // cases or claims
	id    string
	where string
	order string
	args  []any
	axis  *axis // nil for other filters
}

// sql selects up to most cases of a way; more is selected beside their ids.
func (w way) sql(s *statement, more string, most int) string {
	return "SELECT " + w.id + more + " FROM " + w.from + " c WHERE c.creditor_id = $1 AND " + w.where + " ORDER BY " + w.order + " LIMIT " + s.put(most)
}

// ways are the filters of a list that an index answers.
func (f Filter) ways(creditor debt.ID) (list []way) {
	add := func(w way, where func(s *statement) string) {
		s := &statement{[]any{creditor}}
		w.where = where(s)
		w.args = s.args
		list = append(list, w)
	}
	for _, a := range f.axes() {
		if a.indexed() {
			add(way{from: "cases", id: "c.id", order: "c.received_at, c.id", axis: &a}, a.walked)
		}
	}
	if f.Ground != "" {
		add(way{from: "claims", id: "c.case_id AS id", order: "c.case_id"}, func(s *statement) string { return "c.ground = " + s.put(string(f.Ground)) })
	}
	if !f.From.IsZero() || !f.Until.IsZero() {
		add(way{from: "cases", id: "c.id", order: "c.received_at, c.id"}, func(s *statement) string { return strings.Join(f.received(s), " AND ") })
	}
	if f.Least > 0 || f.Most > 0 {
		add(way{from: "cases", id: "c.id", order: "c.principal_cents, c.id"}, func(s *statement) string { return strings.Join(f.open(s), " AND ") })
	}
	return list
}
