package files

import (
	"bytes"
	"strconv"

	"github.com/xuri/excelize/v2"

	"quitt/portal/text"
	"quitt/reports"
)

// formats are how a spreadsheet shows a number; it has the whole value.
var formats = map[reports.Unit]string{reports.Count: "#,##0", reports.Euro: `#,##0.00 "€"`, reports.Rate: "0.0%", reports.Days: "0"}

// book is a workbook in the making.
type book struct {
	*excelize.File

	styles map[reports.Unit]int
	bold   int
	wrap   int
}

// writeXLSX gives each table a sheet of its own, named by number: names may be short only.
func writeXLSX(words *text.Catalogue, r reports.Report) ([]byte, error) {
	b := book{File: excelize.NewFile(), styles: map[reports.Unit]int{}}
	defer func() { _ = b.Close() }()
	if err := b.begin(); err != nil {
		return nil, err
	}
	for i, t := range r.Tables {
		name := strconv.Itoa(i + 1)
		if _, err := b.NewSheet(name); err != nil {
			return nil, err
		}
		if err := b.fill(name, words, r, t); err != nil {
			return nil, err
		}
	}
	if len(r.Tables) > 0 {
		if err := b.DeleteSheet("Sheet1"); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	_, err := b.WriteTo(&out)
	return out.Bytes(), err
}

func (b *book) begin() (err error) {
	for unit, format := range formats {
		if b.styles[unit], err = b.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return err
		}
	}
	if b.bold, err = b.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return err
	}
	b.wrap, err = b.NewStyle(&excelize.Style{Font: &excelize.Font{Italic: true}})
	return err
}

// fill writes what the report is, the definition, the heads and the rows.
func (b *book) fill(sheet string, words *text.Catalogue, r reports.Report, t reports.Table) error {
	lines := append([]string{title(words, r) + ": " + t.Title.Says(words)}, about(words, r)...)
	at := 1
	for i, line := range append(lines, t.Note.Says(words)) {
		style := map[bool]int{true: b.bold, false: b.wrap}[i == 0]
		if err := b.set(sheet, cellAt{1, at}, line, style); err != nil {
			return err
		}
		at++
	}
	at++
	head := append([]reports.Label{t.Head}, t.Columns...)
	for i, h := range head {
		if err := b.set(sheet, cellAt{i + 1, at}, h.Says(words), b.bold); err != nil {
			return err
		}
	}
	for _, row := range t.Rows {
		at++
		if err := b.set(sheet, cellAt{1, at}, row.Head.Says(words), 0); err != nil {
			return err
		}
		for i, c := range row.Cells {
			if err := b.number(sheet, cellAt{i + 2, at}, c); err != nil {
				return err
			}
		}
	}
	if err := b.SetColWidth(sheet, "A", "A", 34); err != nil {
		return err
	}
	return b.SetColWidth(sheet, "B", "L", 18)
}

type cellAt struct{ column, row int }

func (b *book) set(sheet string, at cellAt, value any, style int) error {
	name, err := excelize.CoordinatesToCellName(at.column, at.row)
	if err == nil {
		err = b.SetCellValue(sheet, name, value)
	}
	if err == nil && style != 0 {
		err = b.SetCellStyle(sheet, name, name, style)
	}
	return err
}

// number writes a cell. A spreadsheet knows no integers of cents.
func (b *book) number(sheet string, at cellAt, c reports.Cell) error {
	if c.None {
		return nil
	}
	value := any(c.Value)
	switch c.Unit {
	case reports.Euro:
		value = float64(c.Value) / 100
	case reports.Rate:
		value = float64(c.Value) / 10_000
	}
	return b.set(sheet, at, value, b.styles[c.Unit])
}
