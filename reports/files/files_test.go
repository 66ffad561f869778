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

func TestAPDFSaysTheSame(t *testing.T) {
	body, err := Write(PDF, text.For(text.German), sample())
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
	for _, want := range []string{"M\xfcller & S\xf6hne; KG", "\x961.234,56\xa0\x80", "12,5\xa0%", "01.01.2026 bis 31.03.2026, Vertrag"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q is not in it", want)
		}
	}
}

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
