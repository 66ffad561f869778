package files

import (
	"bytes"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"quitt/debt"
	"quitt/portal/text"
	"quitt/reports"
)

// Millimetres on a sheet of A4 in landscape.
const (
	margin     = 15.0
	printable  = 297 - 2*margin
	lineHeight = 5.5
	headShare  = 0.28 // of the first column
	bottom     = 210 - margin
)

// sheet is a PDF in the making. say turns text into what the built-in fonts have.
type sheet struct {
	*fpdf.Fpdf

	say func(string) string
}

// writePDF prints the charts and the tables. The built-in fonts have all signs of our two languages but the
// minus, which becomes a dash.
func writePDF(words *text.Catalogue, r reports.Report) ([]byte, error) {
	p := sheet{Fpdf: fpdf.New("L", "mm", "A4", "")}
	translate := p.UnicodeTranslatorFromDescriptor("cp1252")
	p.say = func(s string) string {
		return translate(strings.NewReplacer("−", "–", "\u202f", "\u00a0", "\u2068", "", "\u2069", "").Replace(s))
	}
	p.SetTitle(title(words, r), true)
	p.SetLang(string(words.Language()))
	p.SetCreationDate(r.CutOff)
	p.SetModificationDate(r.CutOff)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, margin)
	p.SetFooterFunc(func() {
		p.SetY(-12)
		p.SetFont("Helvetica", "", 8)
		p.CellFormat(0, 5, p.say(words.Text("report_page", debt.Args{"n": p.PageNo()})), "", 0, "R", false, 0, "")
	})
	plotter{sheet: p}.stroke(ruleInk, thin)
	p.AddPage()
	p.SetFont("Helvetica", "B", 16)
	p.CellFormat(0, 9, p.say(title(words, r)), "", 1, "L", false, 0, "")
	p.SetFont("Helvetica", "", 10)
	for _, line := range about(words, r) {
		p.CellFormat(0, lineHeight, p.say(line), "", 1, "L", false, 0, "")
	}
	for _, t := range r.Tables {
		p.table(words, t)
	}
	var out bytes.Buffer
	err := p.Output(&out)
	return out.Bytes(), err
}

// mostColumns is how many columns stand beside each other before the rest goes below: a curve over
// years has one a month.
const mostColumns = 13

// table prints heading, chart and rows, a heading never without what it is over.
func (p sheet) table(words *text.Catalogue, t reports.Table) {
	p.Ln(5)
	d := reports.Draw(words, t)
	note := p.say(t.Note.Says(words))
	p.SetFont("Helvetica", "", 9)
	if p.GetY()+7+4.5*float64(len(p.SplitLines([]byte(note), printable)))+chartHeight(d)+3*lineHeight > bottom {
		p.AddPage()
	}
	p.SetFont("Helvetica", "B", 12)
	p.CellFormat(0, 7, p.say(t.Title.Says(words)), "", 1, "L", false, 0, "")
	p.SetFont("Helvetica", "", 9)
	p.MultiCell(0, 4.5, note, "", "L", false)
	p.Ln(1)
	if len(t.Rows) == 0 {
		p.MultiCell(0, 4.5, p.say(t.Nothing().Says(words)), "", "L", false)
		return
	}
	p.chart(d)
	for from := 0; from < len(t.Columns); from += mostColumns {
		p.rows(words, t, [2]int{from, min(from+mostColumns, len(t.Columns))})
	}
}

// rows prints some columns of a table, with their heads on every page.
func (p sheet) rows(words *text.Catalogue, t reports.Table, of [2]int) {
	heads := []string{t.Head.Says(words)}
	for _, c := range t.Columns[of[0]:of[1]] {
		heads = append(heads, c.Says(words))
	}
	if of[0] > 0 {
		p.Ln(2)
	}
	for i, row := range t.Rows {
		if left := bottom - p.GetY(); i == 0 && left < 2*lineHeight || left < lineHeight {
			p.AddPage()
			p.row("B", heads)
		} else if i == 0 {
			p.row("B", heads)
		}
		line := []string{row.Head.Says(words)}
		for _, c := range row.Cells[of[0]:of[1]] {
			line = append(line, c.Says(words))
		}
		p.row("", line)
	}
}

// row prints a line, its words as small as they must be.
func (p sheet) row(style string, cells []string) {
	first := printable * headShare
	if len(cells) < 5 {
		first = printable * 0.4
	}
	rest := (printable - first) / float64(len(cells)-1)
	if len(cells) < 5 {
		rest = min(rest, 45)
	}
	for i, c := range cells {
		width, align := rest, "R"
		if i == 0 {
			width, align = first, "L"
		}
		said, size := p.say(c), 9.0
		p.SetFont("Helvetica", style, size)
		for size > 5 && p.GetStringWidth(said) > width-2 {
			size -= 0.5
			p.SetFont("Helvetica", style, size)
		}
		p.CellFormat(width, lineHeight, said, "B", 0, align, false, 0, "")
	}
	p.Ln(lineHeight)
}
