// Package files writes a report as a file: CSV for programs, XLSX to compute with, PDF to print
// and pass on. Each says what its figures mean and until when everything is in.
package files

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"quitt/debt"
	"quitt/portal/text"
	"quitt/reports"
)

// Kind is a kind of file.
type Kind string

// The kinds.
const (
	CSV  Kind = "csv"
	XLSX Kind = "xlsx"
	PDF  Kind = "pdf"
)

// Types are the media types.
var Types = map[Kind]string{
	CSV:  "text/csv; charset=utf-8",
	XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	PDF:  "application/pdf",
}

// Write writes a report in a language.
func Write(kind Kind, words *text.Catalogue, r reports.Report) ([]byte, error) {
	switch kind {
	case CSV:
		return writeCSV(words, r)
	case XLSX:
		return writeXLSX(words, r)
	case PDF:
		return writePDF(words, r)
	}
	return nil, debt.E(debt.NotFound, "report_unknown", nil)
}

// about are the lines above a report: whose it is, of which days and cases, until when.
func about(words *text.Catalogue, r reports.Report) []string {
	if r.About != nil {
		lines := []string{r.Creditor.Name}
		for _, l := range r.About {
			lines = append(lines, l.Says(words))
		}
		return lines
	}
	at := words.Text("moment", debt.Args{"day": debt.DateIn(r.CutOff, debt.Berlin), "time": r.CutOff.In(debt.Berlin).Format("15:04")})
	return []string{
		r.Creditor.Name,
		r.Of(words),
		words.Text("report_cut_off", debt.Args{"at": at}),
	}
}

// title names a report.
func title(words *text.Catalogue, r reports.Report) string {
	if r.Kind == reports.Remitted || r.Kind == reports.PaidOut {
		return r.Kind.Title().Says(words)
	}
	return words.Text("report_title", nil) + ": " + r.Kind.Title().Says(words)
}

// heads gives the heads of a table. A column of one unit names it there.
func heads(words *text.Catalogue, t reports.Table) []string {
	list := []string{t.Head.Says(words)}
	for i, c := range t.Columns {
		head := c.Says(words)
		if sign := map[reports.Unit]string{reports.Euro: "€", reports.Rate: "%"}[unitOf(t, i)]; sign != "" {
			head += " (" + sign + ")"
		}
		list = append(list, head)
	}
	return list
}

// unitOf gives the unit of a column, "" if its rows have several.
func unitOf(t reports.Table, column int) (unit reports.Unit) {
	for i, row := range t.Rows {
		if u := row.Cells[column].Unit; i == 0 {
			unit = u
		} else if u != unit {
			return ""
		}
	}
	return unit
}

// writeCSV separates by semicolons and begins with a byte order mark: so spreadsheets in German
// open it as it is meant.
func writeCSV(words *text.Catalogue, r reports.Report) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = ';', true
	rows := [][]string{{title(words, r)}}
	for _, line := range about(words, r) {
		rows = append(rows, []string{line})
	}
	for _, t := range r.Tables {
		rows = append(rows, []string{""}, []string{t.Title.Says(words)}, []string{t.Note.Says(words)}, heads(words, t))
		for _, row := range t.Rows {
			line := []string{row.Head.Says(words)}
			for i, c := range row.Cells {
				line = append(line, plain(words, c, unitOf(t, i)))
			}
			rows = append(rows, line)
		}
	}
	err := w.WriteAll(rows)
	return out.Bytes(), err
}

// plain writes a number for programs; where a column has several units, as people read it.
func plain(words *text.Catalogue, c reports.Cell, unit reports.Unit) string {
	number := ""
	switch {
	case c.None:
		return ""
	case unit == "":
		return c.Says(words)
	case unit == reports.Euro:
		number = debt.Cents(c.Value).String()
	case unit == reports.Rate:
		number = debt.Cents(c.Value).String()
	default:
		return fmt.Sprint(c.Value)
	}
	if words.Language() == text.German {
		number = strings.Replace(number, ".", ",", 1)
	}
	return number
}
