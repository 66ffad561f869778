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
	lawTables            = readTables(tableFiles)
	baseRates            = parseBaseRates(lawTable("base_rates"))
	rvgTables            = []feeTable{parseFees(lawTable("rvg_fees_2021")), parseFees(lawTable("rvg_fees_2025"))}
	gkgTables            = []feeTable{parseFees(lawTable("gkg_fees_2021")), parseFees(lawTable("gkg_fees_2025"))}
	attachmentParameters = parseAttachment(lawTable("pfaendung_parameters"))
)

// Tables lists every embedded law table in the order of their names.
func Tables() []Table { return slices.Clone(lawTables) }

func lawTable(name string) Table {
	for _, t := range lawTables {
		if t.Name == name {
			return t
		}
	}
	panic("debt: no law table " + name)
}

func readTables(files fs.FS) []Table {
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
		r := t.row(i)
		if s := r.text("source"); !slices.Contains(sources, s) {
			sources = append(sources, s)
		}
		from, to := r.validity()
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

// tableRow reads typed cells by column name and panics on whatever is not there.
type tableRow struct {
	table *Table
	line  int
}

func (t *Table) row(i int) tableRow { return tableRow{t, i} }

func (r tableRow) text(column string) string {
	i := slices.Index(r.table.Header, column)
	if i < 0 {
		r.fail("no column " + column)
	}
	return r.table.Rows[r.line][i]
}

func (r tableRow) number(column string) int64 {
	n, err := strconv.ParseInt(r.text(column), 10, 64)
	if err != nil {
		r.fail(err.Error())
	}
	return n
}

func (r tableRow) amount(column string) Cents {
	n := r.number(column)
	if n < 0 || Cents(n) > MaxCents {
		r.fail(column + " out of range")
	}
	return Cents(n)
}

// validity reads the period of the row, both days inclusive; an empty valid_to is open.
func (r tableRow) validity() (from, to Date) {
	from, err := ParseDate(r.text("valid_from"))
	if err == nil && r.text("valid_to") != "" {
		to, err = ParseDate(r.text("valid_to"))
	}
	if err != nil || !to.IsZero() && to.Before(from) {
		r.fail("bad period of validity")
	}
	return from, to
}

func (r tableRow) fail(why string) {
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
		r := t.row(i)
		from, last := r.validity()
		if i > 0 && from != all[i-1].to || last != from.AddMonths(6).AddDays(-1) {
			r.fail("half-years are not contiguous")
		}
		rate := r.number("rate_bp")
		if rate < -10_000 || rate > 10_000 {
			r.fail("rate out of range")
		}
		all = append(all, baseRate{from, last.AddDays(1), BasisPoints(rate), daysInYear(from.Year())})
	}
	if all[0].from != NewDate(all[0].from.Year(), 1, 1) {
		t.row(0).fail("does not begin on 1 January")
	}
	return all
}

func daysInYear(year int) int {
	return NewDate(year, time.January, 1).DaysUntil(NewDate(year+1, time.January, 1))
}

// feeTable is RVG § 13 or GKG § 34 as far as Quitt knows it, with the one special amount
// each has: the small-claim base of RVG § 13 II or the minimum of GKG KV 1100.
type feeTable struct {
	from, to Date // inclusive; zero to is open
	bands    []feeBand
	special  feeBand
	since    Date // first day of special
}

// feeBand is the full 1.0 fee for a value up to and including upTo.
type feeBand struct{ upTo, fee Cents }

// parseFees wants rising bands: a larger value must never cost less.
func parseFees(t Table) feeTable {
	f := feeTable{from: t.ValidFrom, to: t.ValidTo}
	for i := range t.Rows {
		r := t.row(i)
		band := feeBand{r.amount("value_up_to_cents"), r.amount("fee_cents")}
		switch r.text("kind") {
		case "general":
			if n := len(f.bands); n > 0 && (band.upTo <= f.bands[n-1].upTo || band.fee < f.bands[n-1].fee) {
				r.fail("bands do not rise")
			}
			f.bands = append(f.bands, band)
		case "small_claim", "dunning_minimum":
			f.special = band
			f.since, _ = r.validity()
		default:
			r.fail("unknown kind")
		}
	}
	if len(f.bands) == 0 || f.since.IsZero() {
		t.row(0).fail("general bands and one special amount are needed")
	}
	return f
}

// attachmentRow holds the monthly parameters of ZPO § 850c in cents.
type attachmentRow struct {
	from, to            Date // inclusive
	base, first, second Cents
	ceiling             Cents // income above this is attachable in full, § 850c III 3
}

// parseAttachment wants closed years without a gap: the amounts change every 1 July
// (§ 850c IV), so a row without an end could only be a mistake.
func parseAttachment(t Table) []attachmentRow {
	var all []attachmentRow
	for i := range t.Rows {
		r := t.row(i)
		from, to := r.validity()
		if to.IsZero() || i > 0 && from != all[i-1].to.AddDays(1) {
			r.fail("years are not contiguous")
		}
		all = append(all, attachmentRow{
			from: from, to: to,
			base:    r.amount("base_monthly_cents"),
			first:   r.amount("first_dependant_cents"),
			second:  r.amount("second_to_fifth_each_cents"),
			ceiling: r.amount("fully_attachable_above_cents"),
		})
	}
	return all
}
