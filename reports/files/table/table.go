// Package table writes tables as CSV and as workbooks, row by row: of a million rows no more is
// in memory than a few. It is the only place that knows spreadsheets.
package table

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"quitt/debt"
)

// Kind says what a cell holds and how a spreadsheet shows it.
type Kind int

// The kinds. Those after Note are numbers.
const (
	Words  Kind = iota
	Head        // words over a column
	Note        // words beside a table
	Amount      // cents
	Euro        // cents, with the sign
	Rate        // hundredths of a percent
	Number      // whole
	Date
)

// Cell is one of a table.
type Cell struct {
	Kind Kind
	Text string
	N    int64
	Day  debt.Date
}

// Text makes a cell of words.
func Text(s string) Cell { return Cell{Text: s} }

// Heading makes a cell of words over a column.
func Heading(s string) Cell { return Cell{Kind: Head, Text: s} }

// Money makes a cell of an amount.
func Money(c debt.Cents) Cell { return Cell{Kind: Amount, N: int64(c)} }

// Day makes a cell of a day; none is empty.
func Day(d debt.Date) Cell {
	if d.IsZero() {
		return Cell{}
	}
	return Cell{Kind: Date, Day: d}
}

// Writer takes a table row by row; Close ends it.
type Writer interface {
	Row(cells []Cell) error
	Close() error
}

// CSV writes what German spreadsheets open: semicolons, decimal commas, days as 31.12.2026,
// and the mark by which they know UTF-8.
type CSV struct{ w *csv.Writer }

// NewCSV begins a file.
func NewCSV(w io.Writer) (CSV, error) {
	_, err := io.WriteString(w, "\ufeff")
	c := csv.NewWriter(w)
	c.Comma, c.UseCRLF = ';', true
	return CSV{c}, err
}

// Row writes one.
func (c CSV) Row(cells []Cell) error {
	record := make([]string, len(cells))
	for i, x := range cells {
		switch x.Kind {
		case Amount, Euro, Rate:
			record[i] = strings.Replace(debt.Cents(x.N).String(), ".", ",", 1)
		case Number:
			record[i] = strconv.FormatInt(x.N, 10)
		case Date:
			record[i] = x.Day.Time().Format("02.01.2006")
		default:
			record[i] = defuse(x.Text)
		}
	}
	return c.w.Write(record)
}

// Close writes what is left.
func (c CSV) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// defuse keeps a text from being run as a formula by the spreadsheet that opens it: what begins
// like one gets an apostrophe, by which it is text (OWASP, CSV injection).
func defuse(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
