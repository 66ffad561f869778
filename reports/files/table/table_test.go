package table_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"quitt/debt"
	"quitt/reports/files/table"
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
