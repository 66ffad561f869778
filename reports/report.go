package reports

import (
	"context"
	"slices"
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/store"
	"quitt/store/rollups"
)

// Kind is a report.
type Kind string

// The reports.
const (
	Overview   Kind = "overview"
	Curve      Kind = "curve"
	Ageing     Kind = "ageing"
	Money      Kind = "money"
	Plans      Kind = "plans"
	Objections Kind = "objections"
	Letters    Kind = "letters"
)

// Kinds lists the reports in the order in which they are shown.
func Kinds() []Kind { return []Kind{Overview, Curve, Ageing, Money, Plans, Objections, Letters} }

// Query asks for a report over the days of its scope.
type Query struct {
	Kind Kind

	rollups.Scope

	Per  rollups.By // the breakdown of the overview
	Over rollups.By // and a second one beside it; "" for none
}

// Check refuses what no report can answer.
func (q Query) Check() error {
	first, last := debt.NewDate(1990, time.January, 1), debt.NewDate(2199, time.December, 31)
	known := q.By == rollups.All && q.Value == ""
	switch q.By {
	case rollups.ByCohort:
		known = recovery.KnownMonth(q.Value)
	case rollups.ByGround:
		known = slices.Contains(debt.Grounds(), debt.Ground(q.Value))
	case rollups.ByAge:
		known = slices.Contains(recovery.Ages(), q.Value)
	}
	switch {
	case !slices.Contains(Kinds(), q.Kind):
		return debt.E(debt.NotFound, "report_unknown", nil)
	case q.From.IsZero() || q.To.IsZero() || q.From.After(q.To) || q.From.Before(first) || q.To.After(last):
		return debt.E(debt.Invalid, "report_period", nil)
	case !known || q.Over != "" && q.Over != rollups.ByMonth && !slices.Contains(rollups.Breakdowns(), q.Over):
		return debt.E(debt.Invalid, "report_slice", nil)
	case q.Over == q.per():
		return debt.E(debt.Invalid, "report_slice_twice", nil)
	}
	return nil
}

// per is the breakdown of the overview: without another, the kind of claim.
func (q Query) per() rollups.By {
	if slices.Contains(rollups.Breakdowns(), q.Per) {
		return q.Per
	}
	return rollups.ByGround
}

// Unit says how the numbers of a cell are written.
type Unit string

// The units.
const (
	Count Unit = "count"
	Euro  Unit = "euro" // cents
	Rate  Unit = "rate" // hundredths of a percent
	Days  Unit = "days"
)

// Label is what stands beside numbers: a code of the domain, or a sentence of the catalogue.
type Label struct {
	Word any
	Key  string
	Args debt.Args
}

func say(key string) Label { return Label{Key: key} }

func word(code any) Label { return Label{Word: code} }

// Cell is a number and the cases behind it.
type Cell struct {
	Unit   Unit
	Value  int64
	None   bool // there is nothing it could be computed from
	Behind rollups.Behind
}

// Row is a line of a table.
type Row struct {
	Head  Label
	Cells []Cell
}

// Chart is how a table is drawn.
type Chart string

// The charts.
const (
	NoChart Chart = ""
	Bars    Chart = "bars"  // a column, one bar a row
	Lines   Chart = "lines" // the first row, one point a column
)

// Table is a table with the definition of what it shows.
type Table struct {
	Title, Note Label
	Head        Label // over the first column
	Columns     []Label
	Rows        []Row
	Missing     Label // why there are no rows; zero: there is nothing
	Chart       Chart
	Drawn       int // column of Bars
}

// Nothing says why there are no rows.
func (t Table) Nothing() Label {
	if t.Missing.Key != "" {
		return t.Missing
	}
	return say("report_empty")
}

// Report is a report as it is shown or written.
type Report struct {
	Query
	Creditor debt.Creditor
	About    []Label // what it is about; nil: its days, its cases and until when everything is in

	// CutOff is the instant until which everything is in; Building says that the sums are being
	// made and there are none yet.
	CutOff   time.Time
	Building bool
	Tables   []Table
}

// Make reads a report.
func (d Desk) Make(ctx context.Context, c debt.Creditor, q Query) (Report, error) {
	if err := q.Check(); err != nil {
		return Report{}, err
	}
	out := Report{Query: q, Creditor: c, CutOff: d.Now()}
	err := d.Store.Read(ctx, c.ID, func(r *store.Reader) error {
		at, err := rollups.StandingOf(r)
		if err != nil || at.Building {
			out.Building = err == nil
			return err
		}
		if !at.Missing.IsZero() {
			out.CutOff = at.Missing.Time
		}
		m := maker{Reader: r, q: q, today: debt.DateIn(d.Now(), debt.Berlin)}
		out.Tables, err = m.tables()
		return err
	})
	return out, err
}

// maker makes the tables of one report.
type maker struct {
	*store.Reader

	q     Query
	today debt.Date
	flows book
}

// book is sums that are looked up again and again.
type book []rollups.Sum

// of sums a figure over all keys that match: "*" stands for any part, "" for all.
func (b book) of(f recovery.Figure, key string) (n, amount int64) {
	for _, s := range b {
		if s.Figure == f && (key == "" || matches(s.Key, key)) {
			n, amount = n+s.N, amount+s.Amount
		}
	}
	return n, amount
}

func matches(key, pattern string) bool {
	parts, want := strings.Split(key, "/"), strings.Split(pattern, "/")
	if len(parts) != len(want) {
		return false
	}
	for i := range parts {
		if want[i] != "*" && want[i] != parts[i] {
			return false
		}
	}
	return true
}

func (b book) value(v string) (out book) {
	for _, s := range b {
		if s.Value == v {
			out = append(out, s)
		}
	}
	return out
}

func (m *maker) tables() (list []Table, err error) {
	if m.flows, err = rollups.Flows(m.Reader, m.q.Scope); err != nil {
		return nil, err
	}
	switch m.q.Kind {
	case Curve:
		return m.curve()
	case Ageing:
		return m.ageing()
	case Money:
		return m.money(), nil
	case Plans:
		return m.plans(), nil
	case Objections:
		return m.objections(), nil
	case Letters:
		return m.letters(), nil
	}
	return m.overview()
}

// behind is where a number of the report's own scope comes from.
func (m *maker) behind(f recovery.Figure, key string) rollups.Behind {
	return rollups.Behind{Scope: m.q.Scope, Figure: f, Key: key}
}

// always is the scope of what stands at the end of the last day.
func (m *maker) always() rollups.Scope {
	s := m.q.Scope
	s.From = debt.NewDate(1990, time.January, 1)
	return s
}

// counted and summed are the number and the amount of a figure.
func counted(b book, at rollups.Behind) Cell {
	n, _ := b.of(at.Figure, at.Key)
	return Cell{Unit: Count, Value: n, Behind: at}
}

func summed(b book, at rollups.Behind) Cell {
	_, amount := b.of(at.Figure, at.Key)
	return Cell{Unit: Euro, Value: amount, Behind: at}
}

func rated(part, whole int64, at rollups.Behind) Cell {
	rate, ok := recovery.Rate(part, whole)
	return Cell{Unit: Rate, Value: int64(rate), None: !ok, Behind: at}
}

func mean(b book, at rollups.Behind) Cell {
	n, sum := b.of(at.Figure, at.Key)
	days, ok := recovery.Mean(sum, n)
	return Cell{Unit: Days, Value: days, None: !ok, Behind: at}
}
