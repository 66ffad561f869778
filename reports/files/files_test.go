package files

import (
	"bytes"
	"compress/zlib"
	"encoding/csv"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"quitt/debt"
	"quitt/portal/text"
	"quitt/reports"
	"quitt/store/rollups"
)

func sample() reports.Report {
	key := func(k string) reports.Label { return reports.Label{Key: k} }
	row := func(k string, cells ...reports.Cell) reports.Row { return reports.Row{Head: key(k), Cells: cells} }
	return reports.Report{
		Query:    reports.Query{Kind: reports.Money, Scope: rollups.Scope{By: rollups.ByGround, Value: "contract", From: debt.MustDate("2026-01-01"), To: debt.MustDate("2026-03-31")}},
		Creditor: debt.Creditor{Name: "Müller & Söhne; KG"}, CutOff: time.Date(2026, 4, 1, 6, 30, 0, 0, time.UTC),
		Tables: []reports.Table{{Title: key("report_in"), Note: key("report_in_note"), Head: key("report_in_head"),
			Columns: []reports.Label{key("report_payments"), key("report_collected"), key("report_share"), key("report_value")},
			Rows: []reports.Row{
				row("report_placed", reports.Cell{Unit: reports.Count, Value: 12}, reports.Cell{Unit: reports.Euro, Value: -1_234_56}, reports.Cell{Unit: reports.Rate, Value: 1_250}, reports.Cell{Unit: reports.Days, Value: 3}),
				row("report_net", reports.Cell{Unit: reports.Count, Value: 0}, reports.Cell{Unit: reports.Euro, Value: 7}, reports.Cell{Unit: reports.Rate, None: true}, reports.Cell{Unit: reports.Euro, Value: 5_00}),
			}}},
	}
}

func TestCSVIsReadBackAsItIsMeant(t *testing.T) {
	for lang, want := range map[text.Language][]string{
		text.German:  {"Übergeben", "12", "-1234,56", "12,50", "3 Tage"},
		text.English: {"Placed", "12", "-1234.56", "12.50", "3 days"},
	} {
		body, err := Write(CSV, text.For(lang), sample())
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(body), "\ufeff")))
		r.Comma, r.FieldsPerRecord = ';', -1
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, rows[len(rows)-2]); d != "" {
			t.Errorf("%s: %s", lang, d)
		}
		if rows[1][0] != "Müller & Söhne; KG" || !strings.Contains(rows[3][0], "08:30") {
			t.Errorf("%s: begins with %q", lang, rows[:4])
		}
	}
}

func TestAWorkbookHasNumbers(t *testing.T) {
	body, err := Write(XLSX, text.For(text.German), sample())
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Übergeben", "12", "-1234.56", "0.125", "3"}, {"Eingegangen, netto", "0", "0.07", "", "5"}}
	if d := cmp.Diff(want, rows[len(rows)-2:]); d != "" {
		t.Error(d)
	}
	if sheets := f.GetSheetList(); len(sheets) != 1 {
		t.Errorf("sheets %v", sheets)
	}
}

// printed gives what stands on the pages of a report, in the words of the PDF.
func printed(t *testing.T, r reports.Report) string {
	t.Helper()
	body, err := Write(PDF, text.For(text.German), r)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for _, stream := range regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`).FindAllSubmatch(body, -1) {
		z, err := zlib.NewReader(bytes.NewReader(stream[1]))
		if err != nil {
			continue // not compressed: no page
		}
		page, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		said.Write(page)
	}
	return said.String()
}

func TestAPDFSaysTheSame(t *testing.T) {
	said := printed(t, sample())
	for _, want := range []string{"M\xfcller & S\xf6hne; KG", "\x961.234,56\xa0\x80", "12,5\xa0%", "01.01.2026 bis 31.03.2026, Vertrag"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in it", want)
		}
	}
}

// A chart on paper is the one of the page: as many bars, dots and lines, beside the same words.
func TestAPDFHasTheChartsOfThePage(t *testing.T) {
	words := text.For(text.German)
	for name, chart := range map[string]struct {
		kind                reports.Chart
		head                string
		rows, columns, draw int
	}{
		"bars":    {reports.Bars, "report_share", 7, 2, 0},
		"columns": {reports.Bars, "report_net", 24, 5, 1},
		"a curve": {reports.Lines, "report_since_head", 1, 37, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := sample()
			made := reports.Table{Title: reports.Label{Key: "report_in"}, Note: reports.Label{Key: "report_in_note"}, Head: reports.Label{Key: "report_in_head"}, Chart: chart.kind, Drawn: chart.draw}
			for range chart.columns {
				made.Columns = append(made.Columns, reports.Label{Key: chart.head})
			}
			for i := range chart.rows {
				row := reports.Row{Head: reports.Label{Key: "report_placed"}}
				for k := range chart.columns {
					row.Cells = append(row.Cells, reports.Cell{Unit: reports.Euro, Value: int64(100_00*(i+k) - 250_00)})
				}
				made.Rows = append(made.Rows, row)
			}
			r.Tables = []reports.Table{made}
			said, d := printed(t, r), reports.Draw(words, made)
			if n := strings.Count(said, " re f"); n != len(d.Bars) {
				t.Errorf("%d bars, the page has %d", n, len(d.Bars))
			}
			if n := strings.Count(said, " c\n"); len(d.Dots) == 0 && n > 0 || len(d.Dots) > 0 && (n == 0 || n%len(d.Dots) != 0) { // a dot is some arcs
				t.Errorf("%d arcs for %d dots", n, len(d.Dots))
			}
			for _, m := range d.Marks {
				if !strings.Contains(said, "("+printable1252.Replace(m.Text)+") Tj") {
					t.Errorf("%q is not in it", m.Text)
				}
			}
			for _, row := range made.Rows {
				for _, c := range row.Cells {
					if !strings.Contains(said, printable1252.Replace(c.Says(words))) {
						t.Errorf("the table has no %q", c.Says(words))
					}
				}
			}
		})
	}
}

// printable1252 writes the signs of the words above as the fonts have them.
var printable1252 = strings.NewReplacer("Ü", "\xdc", "\u2212", "\x96", "\u00a0", "\xa0", "€", "\x80")

func TestNoOtherKind(t *testing.T) {
	if _, err := Write("doc", text.For(text.German), sample()); debt.KindOf(err) != debt.NotFound {
		t.Error(err)
	}
}

// A report in the making has no tables; its file says so little as the page.
func TestFilesOfNothing(t *testing.T) {
	r := sample()
	r.Tables = nil
	for kind := range Types {
		if _, err := Write(kind, text.For(text.English), r); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
