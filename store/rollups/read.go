package rollups

import (
	"strings"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/store"
	"quitt/store/column"
)

// By is a breakdown.
type By string

// The breakdowns. A sum is kept for one of them at a time.
const (
	All      By = "all"
	ByCohort By = "cohort"
	ByGround By = "ground"
	ByAge    By = "age"

	// ByMonth is when something was counted. Every sum has it, so it goes beside any other.
	ByMonth By = "month"
)

// Scope says what is summed: the days From to To, both in it, of the cases of one value of a
// breakdown.
type Scope struct {
	By       By
	Value    string
	From, To debt.Date
}

// Sum is the sum of a figure. Value, Beside and On are set where it is asked by them.
type Sum struct {
	Value  string          `db:"value"`
	Beside string          `db:"beside"` // the value of a second breakdown
	On     column.Day      `db:"day_on"`
	Figure recovery.Figure `db:"figure"`
	Key    string          `db:"key"`
	N      int64           `db:"n"`
	Amount int64           `db:"amount"`
}

const (
	summed = `CAST(SUM(n) AS BIGINT) AS n, CAST(SUM(amount) AS BIGINT) AS amount FROM rollups WHERE creditor_id = $1 AND span = $2 AND slice = $3`

	flowsSQL = `SELECT figure, key, ` + summed + ` AND value = $4 AND day_on >= $5 AND day_on < $6 GROUP BY figure, key`
	valueSQL = `SELECT value, figure, key, ` + summed + ` AND day_on >= $4 AND day_on < $5
		AND figure IN ('placed', 'running', 'collected', 'returned', 'recovered', 'closed', 'closed_recovered') GROUP BY value, figure, key`
	monthsSQL = `SELECT day_on, figure, ` + summed + ` AND value = $4 AND day_on >= $5 AND day_on < $6
		AND figure IN ('placed', 'collected', 'returned') GROUP BY day_on, figure ORDER BY day_on, figure`
	crossSQL = `SELECT value, day_on, figure, ` + summed + ` AND day_on >= $4 AND day_on < $5
		AND figure IN ('placed', 'collected', 'returned') GROUP BY value, day_on, figure`
	cohortsSQL = `SELECT value, day_on, figure, ` + summed + ` AND day_on < $4 AND figure IN ('placed', 'recovered')
		GROUP BY value, day_on, figure ORDER BY value, day_on, figure`
)

// part is days that are read from the sums of days or, whole months, from those of months.
type part struct {
	span     string
	from, to debt.Date // to is not in it
}

func parts(from, to debt.Date) (list []part) {
	end := to.AddDays(1)
	first := from.AddDays(1 - from.Time().Day())
	if first != from {
		first = first.AddMonths(1)
	}
	last := end.AddDays(1 - end.Time().Day())
	if !first.Before(last) {
		return []part{{"day", from, end}}
	}
	for _, p := range []part{{"day", from, first}, {"month", first, last}, {"day", last, end}} {
		if p.from.Before(p.to) {
			list = append(list, p)
		}
	}
	return list
}

// Flows sums each figure and key over a scope.
func Flows(r *store.Reader, s Scope) (list []Sum, err error) {
	for _, p := range parts(s.From, s.To) {
		var rows []Sum
		if err := r.List(&rows, flowsSQL, r.Creditor(), p.span, string(s.By), s.Value, column.On(p.from), column.On(p.to)); err != nil {
			return nil, err
		}
		list = append(list, rows...)
	}
	return list, nil
}

// Breakdown sums the figures of recovery over days for each value of a breakdown.
func Breakdown(r *store.Reader, s Scope) (list []Sum, err error) {
	for _, p := range parts(s.From, s.To) {
		var rows []Sum
		if err := r.List(&rows, valueSQL, r.Creditor(), p.span, string(s.By), column.On(p.from), column.On(p.to)); err != nil {
			return nil, err
		}
		list = append(list, rows...)
	}
	return list, nil
}

// Months sums what was placed, collected and returned in each whole month that touches a scope.
func Months(r *store.Reader, s Scope) (list []Sum, err error) {
	from := s.From.AddDays(1 - s.From.Time().Day())
	return list, r.List(&list, monthsSQL, r.Creditor(), "month", string(s.By), s.Value, column.On(from), column.On(s.To.AddDays(1)))
}

// MonthsBy is Months for each value of a breakdown.
func MonthsBy(r *store.Reader, s Scope) (list []Sum, err error) {
	from := s.From.AddDays(1 - s.From.Time().Day())
	return list, r.List(&list, crossSQL, r.Creditor(), "month", string(s.By), column.On(from), column.On(s.To.AddDays(1)))
}

// Cohorts sums what was placed and recovered of each month of hand-over in each month up to a
// day.
func Cohorts(r *store.Reader, to debt.Date) (list []Sum, err error) {
	return list, r.List(&list, cohortsSQL, r.Creditor(), "month", string(ByCohort), column.On(to.AddDays(1)))
}

// Behind asks for the lines behind a number: of figures and keys that begin so, after a line.
type Behind struct {
	Scope

	Over   By     // a second breakdown, where the first has a value
	Beside string // its value

	Figure recovery.Figure
	Key    string // "*" stands for any part, "a..b" for those from a to b; "" is all
	After  Place
}

// Place is where a list of lines goes on.
type Place struct {
	On   debt.Date
	Case debt.ID
	Key  string
}

// CaseLine is a line with the file it is about.
type CaseLine struct {
	CaseID        debt.ID    `db:"case_id"`
	FileReference string     `db:"file_reference"`
	DayOn         column.Day `db:"day_on"`
	Key           string     `db:"key"`
	N             int64      `db:"n"`
	Amount        int64      `db:"amount"`
}

const behindSQL = `
	SELECT l.case_id, c.file_reference, l.day_on, l.key, l.n, l.amount
	  FROM rollup_lines l JOIN cases c ON c.creditor_id = l.creditor_id AND c.id = l.case_id
	 WHERE l.creditor_id = $1 AND l.figure = $2 AND l.day_on >= $3 AND l.day_on <= $4 AND l.key LIKE $5 ESCAPE '!'
	   AND l.key >= $6 AND l.key <= $7 AND (l.day_on, l.case_id, l.key) > ($8, $9, $10)`

// behindOf narrows the lines to a value of a breakdown.
var behindOf = map[By]string{All: "", ByCohort: ` AND l.cohort = $12`, ByGround: ` AND l.ground = $12`, ByAge: ` AND l.age = $12`}

// besideOf narrows them to one of a second.
var besideOf = map[By]string{"": "", ByCohort: ` AND l.cohort = $13`, ByGround: ` AND l.ground = $13`, ByAge: ` AND l.age = $13`}

// Lines lists lines behind a number by day, case and key, at most so many. Those of all pages
// add up to it.
func (b Behind) Lines(r *store.Reader, most int) (list []CaseLine, err error) {
	after := b.After
	if after.On.IsZero() {
		after = Place{b.From.AddDays(-1), firstID, ""}
	}
	like, first, last := "%", "", "~" // behind every key there is
	if from, to, span := strings.Cut(b.Key, ".."); span {
		first, last = from, to
	} else if b.Key != "" {
		like = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_", "*", "%").Replace(b.Key)
	}
	args := []any{r.Creditor(), string(b.Figure), column.On(b.From), column.On(b.To), like, first, last,
		column.On(after.On), after.Case, after.Key, most}
	if b.By != All {
		args = append(args, b.Value)
	}
	if b.Over != "" {
		args = append(args, b.Beside)
	}
	return list, r.List(&list, behindSQL+behindOf[b.By]+besideOf[b.Over]+` ORDER BY l.day_on, l.case_id, l.key LIMIT $11`, args...)
}
