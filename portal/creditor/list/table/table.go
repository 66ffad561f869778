// Package table writes long tables as CSV and as XLSX while they are read: of a million rows
// no more is held than one.
package table

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"quitt/debt"
)

// Cell is one of a table: a text, an amount or a day.
type Cell struct {
	Text  string
	Money bool
	Cents debt.Cents
	Day   debt.Date
}

// Text makes a cell of words.
func Text(s string) Cell { return Cell{Text: s} }

// Money makes a cell of an amount.
func Money(c debt.Cents) Cell { return Cell{Money: true, Cents: c} }

// Day makes a cell of a day; none is empty.
func Day(d debt.Date) Cell { return Cell{Day: d} }

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
		switch {
		case x.Money:
			record[i] = strings.Replace(x.Cents.String(), ".", ",", 1)
		case !x.Day.IsZero():
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

// sheetRows is how many rows a sheet may have.
const sheetRows = 1 << 20

// XLSX writes a workbook (ECMA-376). A text stands in its cell as text, which is never run as
// a formula, and an amount as its decimal figures. A longer table goes on in a further sheet.
type XLSX struct {
	zip    *zip.Writer
	sheet  *bufio.Writer
	name   string
	heads  []Cell
	rows   int // of this sheet
	sheets int
}

// NewXLSX begins a workbook whose sheets have a name and a first row.
func NewXLSX(w io.Writer, name string, heads []Cell) (*XLSX, error) {
	x := &XLSX{zip: zip.NewWriter(w), name: name, heads: heads}
	return x, x.begin()
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// begin starts a sheet. The first row stays in view.
func (x *XLSX) begin() error {
	x.sheets++
	x.rows = 0
	f, err := x.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", x.sheets))
	if err != nil {
		return err
	}
	x.sheet = bufio.NewWriter(f)
	_, err = x.sheet.WriteString(xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
		`<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
		`<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="` + strconv.Itoa(max(1, len(x.heads))) + `" width="18" customWidth="1"/></cols><sheetData>`)
	if err != nil {
		return err
	}
	return x.Row(x.heads)
}

func (x *XLSX) end() error {
	if _, err := x.sheet.WriteString(`</sheetData></worksheet>`); err != nil {
		return err
	}
	return x.sheet.Flush()
}

// Row writes one.
func (x *XLSX) Row(cells []Cell) error {
	if x.rows == sheetRows {
		if err := x.end(); err != nil {
			return err
		}
		if err := x.begin(); err != nil {
			return err
		}
	}
	x.rows++
	w := x.sheet
	_, _ = w.WriteString("<row>") // the writer keeps its first error, which the last call gives
	for _, c := range cells {
		switch {
		case c.Money:
			_, _ = w.WriteString(`<c s="1"><v>` + c.Cents.String() + `</v></c>`)
		case !c.Day.IsZero():
			_, _ = w.WriteString(`<c s="2"><v>` + strconv.Itoa(serial(c.Day)) + `</v></c>`)
		case c.Text == "":
			_, _ = w.WriteString(`<c/>`)
		default:
			_, _ = w.WriteString(`<c t="inlineStr"` + bold(x.rows == 1) + `><is><t xml:space="preserve">`)
			_ = xml.EscapeText(w, []byte(c.Text))
			_, _ = w.WriteString(`</t></is></c>`)
		}
	}
	_, err := w.WriteString("</row>")
	return err
}

// dayZero is the day from which spreadsheets count.
var dayZero = time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)

func serial(d debt.Date) int { return int(d.Time().Sub(dayZero) / (24 * time.Hour)) }

func bold(head bool) string {
	if head {
		return ` s="3"`
	}
	return ""
}

// The parts of a workbook beside its sheets. Styles: 1 is an amount, 2 a day, 3 a head.
const (
	relsXML = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	stylesXML = xmlHead + `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Standard" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
)

// Close writes the parts that name the sheets.
func (x *XLSX) Close() error {
	if err := x.end(); err != nil {
		return err
	}
	var types, sheets, rels strings.Builder
	for n := 1; n <= x.sheets; n++ {
		name := x.name
		if n > 1 {
			name += " " + strconv.Itoa(n)
		}
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, n)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, name, n, n)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, n, n)
	}
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`},
		{"_rels/.rels", relsXML},
		{"xl/workbook.xml", xmlHead + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
			`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + rels.String() +
			fmt.Sprintf(`<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`, x.sheets+1)},
		{"xl/styles.xml", stylesXML},
	} {
		f, err := x.zip.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, part.text); err != nil {
			return err
		}
	}
	return x.zip.Close()
}
