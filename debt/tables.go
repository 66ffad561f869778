package debt

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Law tables are data with a period of validity and a source. They are embedded, parsed
// once when the program starts, and never extrapolated: a rule asked about a day that no
// row covers answers with an error. A table that cannot be read is a broken build, hence
// the panics below.

//go:embed tables/*.csv
var tableFiles embed.FS

// Table is one embedded law table as it is printed for a reader who wants to check it.
// ValidFrom and ValidTo (inclusive; zero is open) span all rows.
type Table struct {
	Name               string
	ValidFrom, ValidTo Date
	Source             string
	Header             []string
	Rows               [][]string
}

var (
	lawTables = ReadTables(tableFiles)
	baseRates = parseBaseRates(lawTables[0])
)

// Tables lists the law tables of this room in the order of their names; debt/fees and
// debt/attachment have more.
func Tables() []Table { return slices.Clone(lawTables) }

// ReadTables reads every file tables/*.csv of a room in the order of their names. It panics
// on a table that cannot be read.
func ReadTables(files fs.FS) []Table {
	names, err := fs.Glob(files, "tables/*.csv")
	if err != nil {
		panic(err)
	}
	var all []Table
	for _, name := range names {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err)
		}
		base := strings.TrimSuffix(strings.TrimPrefix(name, "tables/"), ".csv")
		all = append(all, parseTable(base, string(content)))
	}
	return all
}

// parseTable joins what the rows say: the widest validity, open if any row is open, and
// each source once.
func parseTable(name, content string) Table {
	lines, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil || len(lines) < 2 {
		panic(fmt.Sprintf("debt: law table %s: %d lines, %v", name, len(lines), err))
	}
	t := Table{Name: name, Header: lines[0], Rows: lines[1:]}
	var sources []string
	for i := range t.Rows {
		r := t.Row(i)
		if s := r.Text("source"); !slices.Contains(sources, s) {
			sources = append(sources, s)
		}
		from, to := r.Validity()
		if i == 0 || from.Before(t.ValidFrom) {
			t.ValidFrom = from
		}
		if i == 0 || to.IsZero() || !t.ValidTo.IsZero() && to.After(t.ValidTo) {
			t.ValidTo = to
		}
	}
	t.Source = strings.Join(sources, "; ")
	return t
}

// TableRow reads typed cells by column name and panics on whatever is not there.
type TableRow struct {
	table *Table
	line  int
}

// Row gives the reader of a row, counted from 0.
func (t *Table) Row(i int) TableRow { return TableRow{t, i} }

// Text gives the cell as it is written.
func (r TableRow) Text(column string) string {
	i := slices.Index(r.table.Header, column)
	if i < 0 {
		r.Fail("no column " + column)
	}
	return r.table.Rows[r.line][i]
}

func (r TableRow) number(column string) int64 {
	n, err := strconv.ParseInt(r.Text(column), 10, 64)
	if err != nil {
		r.Fail(err.Error())
	}
	return n
}

// Amount reads cents, none of them negative.
func (r TableRow) Amount(column string) Cents {
	n := r.number(column)
	if n < 0 || Cents(n) > MaxCents {
		r.Fail(column + " out of range")
	}
	return Cents(n)
}

// Validity reads the period of the row, both days inclusive; an empty valid_to is open.
func (r TableRow) Validity() (from, to Date) {
	from, err := ParseDate(r.Text("valid_from"))
	if err == nil && r.Text("valid_to") != "" {
		to, err = ParseDate(r.Text("valid_to"))
	}
	if err != nil || !to.IsZero() && to.Before(from) {
		r.Fail("bad period of validity")
	}
	return from, to
}

// Fail panics with the table, the row and the reason.
func (r TableRow) Fail(why string) {
	panic(fmt.Sprintf("debt: law table %s, row %d: %s", r.table.Name, r.line+1, why))
}

// baseRate is § 247 BGB for one half-year, from inclusive, to exclusive.
type baseRate struct {
	from, to Date
	rate     BasisPoints
	yearDays int // 365 or 366, of the one year the half-year lies in
}

// parseBaseRates insists on half-years without a gap: accrual finds its row by counting.
func parseBaseRates(t Table) []baseRate {
	var all []baseRate
	for i := range t.Rows {
		r := t.Row(i)
		from, last := r.Validity()
		if i > 0 && from != all[i-1].to || last != from.AddMonths(6).AddDays(-1) {
			r.Fail("half-years are not contiguous")
		}
		rate := r.number("rate_bp")
		if rate < -10_000 || rate > 10_000 {
			r.Fail("rate out of range")
		}
		all = append(all, baseRate{from, last.AddDays(1), BasisPoints(rate), daysInYear(from.Year())})
	}
	if all[0].from != NewDate(all[0].from.Year(), 1, 1) {
		t.Row(0).Fail("does not begin on 1 January")
	}
	return all
}

func daysInYear(year int) int {
	return NewDate(year, time.January, 1).DaysUntil(NewDate(year+1, time.January, 1))
}
