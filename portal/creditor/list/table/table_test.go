package table_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/portal/creditor/list/table"
)

func TestCSVIsWhatGermanSpreadsheetsOpen(t *testing.T) {
	var out bytes.Buffer
	w, err := table.NewCSV(&out)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]table.Cell{
		{table.Text("Aktenzeichen"), table.Text("Offen"), table.Text("Fällig")},
		{table.Text(`Müller; "Söhne"`), table.Money(1234_50), table.Day(debt.MustDate("2026-03-01"))},
		{table.Text(""), table.Money(-5), table.Day(debt.Date{})},
	} {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffAktenzeichen;Offen;Fällig\r\n\"Müller; \"\"Söhne\"\"\";1234,50;01.03.2026\r\n;-0,05;\r\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

// Whatever somebody is called, no spreadsheet runs it.
func FuzzNoTextIsAFormula(f *testing.F) {
	for _, seed := range []string{`=HYPERLINK("http://x";"y")`, "+1", "-1+1|cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "Müller", "", "'=1", "a=b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		var out bytes.Buffer
		w, err := table.NewCSV(&out)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Row([]table.Cell{table.Text(text), table.Text("x")}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff")))
		r.Comma = ';'
		rows, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != 2 || rows[0] != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(rows[0])[0]) {
			t.Errorf("%q is written as %q", text, rows)
		}
	})
}

func TestEveryDangerousBeginningIsDefused(t *testing.T) {
	for _, begin := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝"} {
		var out bytes.Buffer
		w, err := table.NewCSV(&out)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Row([]table.Cell{table.Text(begin + "1+1")}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil || !strings.HasPrefix(strings.TrimLeft(out.String(), "\ufeff\""), "'") {
			t.Errorf("%q: %q, %v", begin, out.String(), err)
		}
	}
}

// book is a workbook as its parts say.
type book struct {
	parts map[string]string
}

func open(t *testing.T, data []byte) book {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	b := book{map[string]string{}}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		b.parts[f.Name] = string(text)
		for d := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	return b
}

type worksheet struct {
	Rows []struct {
		Cells []struct {
			Type  string `xml:"t,attr"`
			Style string `xml:"s,attr"`
			Value string `xml:"v"`
			Text  string `xml:"is>t"`
		} `xml:"c"`
	} `xml:"sheetData>row"`
}

func (b book) rows(t *testing.T, part string) (rows []string) {
	t.Helper()
	var w worksheet
	if err := xml.Unmarshal([]byte(b.parts[part]), &w); err != nil {
		t.Fatal(err)
	}
	for _, r := range w.Rows {
		var cells []string
		for _, c := range r.Cells {
			cells = append(cells, c.Type+c.Style+":"+c.Value+c.Text)
		}
		rows = append(rows, strings.Join(cells, "|"))
	}
	return rows
}

func TestXLSXHasTextsAmountsAndDays(t *testing.T) {
	var out bytes.Buffer
	w, err := table.NewXLSX(&out, "Akten", []table.Cell{table.Text("Name"), table.Text("Offen"), table.Text("Fällig")})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row([]table.Cell{table.Text("=1+1 <&> \x01"), table.Money(1234_50), table.Day(debt.MustDate("2026-03-01"))}); err != nil {
		t.Fatal(err)
	}
	if err := w.Row([]table.Cell{table.Text(""), table.Money(-5), table.Day(debt.Date{})}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := open(t, out.Bytes())
	want := []string{"inlineStr3:Name|inlineStr3:Offen|inlineStr3:Fällig", "inlineStr:=1+1 <&> \ufffd|1:1234.50|2:46082", ":|1:-0.05|:"}
	if diff := cmp.Diff(want, b.rows(t, "xl/worksheets/sheet1.xml")); diff != "" {
		t.Error(diff)
	}
	for _, part := range []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"} {
		if b.parts[part] == "" {
			t.Errorf("%s is missing", part)
		}
	}
	if strings.Contains(b.parts["xl/worksheets/sheet1.xml"], "<f>") {
		t.Error("a formula")
	}
}

// A sheet has 1,048,576 rows; the next goes on, with the heads again.
func TestALongTableGoesOnInAnotherSheet(t *testing.T) {
	var out bytes.Buffer
	w, err := table.NewXLSX(&out, "Akten", []table.Cell{table.Text("Nr")})
	if err != nil {
		t.Fatal(err)
	}
	for range 1 << 20 {
		if err := w.Row([]table.Cell{table.Money(1)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Name != "xl/worksheets/sheet2.xml" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || strings.Count(string(text), "<row>") != 2 {
			t.Errorf("%d rows, %v", strings.Count(string(text), "<row>"), err)
		}
		return
	}
	t.Error("there is no second sheet")
}
