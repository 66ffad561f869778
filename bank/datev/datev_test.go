package datev

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/bank"
)

func batch() Batch {
	return Batch{Created: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), Consultant: 29098, Client: 55003, FiscalYear: "2026-01-01", AccountDigits: 4,
		From: "2026-11-01", To: "2026-11-30", Name: "Zahlungen 11/2026", Dictation: "MI", Chart: "03"}
}

func rows() []Row {
	return []Row{
		{7990, Debit, "1200", "10042", "2026-11-20", "69694201028", "Zahlung Mustermann RF0569694201028", false},
		{2850, Credit, "1200", "10042", "2026-11-20", "69694201028", "Rücklastschrift MS03 25,50 + 3,00", false},
		{123456, Credit, "1200", "70017", "2026-11-24", "AUSKEHR-2026-11-0001", "Auskehr Gläubiger A-0001", false},
	}
}

func written(t interface{ Fatal(...any) }, b Batch, rows ...Row) []byte {
	var out bytes.Buffer
	w, err := NewWriter(&out, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func TestTheFileIsThatOfTheVector(t *testing.T) {
	want, err := os.ReadFile("testdata/EXTF_Buchungsstapel_sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	if got := written(t, batch(), rows()...); !bytes.Equal(got, want) {
		g, w := strings.Split(string(got), "\r\n"), strings.Split(string(want), "\r\n")
		for i := range min(len(g), len(w)) {
			if g[i] != w[i] {
				t.Errorf("line %d:\n%s\n%s", i+1, g[i], w[i])
			}
		}
		t.Errorf("%d and %d lines", len(g), len(w))
	}
}

func TestCells(t *testing.T) {
	row := rows()[0]
	row.Text, row.Document, row.Reversal = "=1+1;\"x\"\r\n@y 🙂", "-12 34_ä/5", true
	b := batch()
	b.Locked = true
	line := strings.Split(string(written(t, b, row)), "\r\n")[2]
	if !strings.Contains(line, `;"1234/5";;;"'=1+1;""x""  @y ?";`) || !strings.HasSuffix(line, `;1;;;;"1";;;;;;;`) {
		t.Error(line)
	}
	row.Text = strings.Repeat("ü", 100)
	if line := string(written(t, batch(), row)); strings.Count(line, "\xfc") != mostText+strings.Count(columns, "ü") {
		t.Errorf("%d umlauts", strings.Count(line, "\xfc"))
	}
}

func TestWhatIsRefused(t *testing.T) {
	for field, change := range map[string]func(b *Batch){
		"Consultant": func(b *Batch) { b.Consultant = 1000 }, "Client": func(b *Batch) { b.Client = 100_000 },
		"AccountDigits": func(b *Batch) { b.AccountDigits = 9 }, "From": func(b *Batch) { b.From = "2025-12-31" },
		"To": func(b *Batch) { b.To = "2026-10-31" }, "Name": func(b *Batch) { b.Name = strings.Repeat("x", 31) },
		"Dictation": func(b *Batch) { b.Dictation = "m" }, "Chart": func(b *Batch) { b.Chart = "49" },
	} {
		b := batch()
		change(&b)
		_, err := NewWriter(&bytes.Buffer{}, b)
		if f := (*bank.FormatError)(nil); !errors.As(err, &f) || f.Key != "datev_head" || f.Args["field"] != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for field, change := range map[string]func(r *Row){
		"Cents": func(r *Row) { r.Cents = 0 }, "Side": func(r *Row) { r.Side = "X" }, "Account": func(r *Row) { r.Account = "120000" },
		"Contra": func(r *Row) { r.Contra = "1200" }, "On": func(r *Row) { r.On = "2026-12-01" }, "Document": func(r *Row) { r.Document = strings.Repeat("1", 37) },
	} {
		w, err := NewWriter(&bytes.Buffer{}, batch())
		if err != nil {
			t.Fatal(err)
		}
		r := rows()[0]
		change(&r)
		err = w.Write(r)
		if f := (*bank.FormatError)(nil); !errors.As(err, &f) || f.Key != "datev_row" || f.Args["field"] != field || f.Args["row"] != 1 {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// A fiscal year may begin on any day; the day of a row has no year, so it has to be within.
func TestAFiscalYearOfItsOwn(t *testing.T) {
	b := batch()
	b.FiscalYear, b.From, b.To = "2026-07-01", "2027-06-01", "2027-06-30"
	written(t, b)
	b.To = "2027-07-01"
	if _, err := NewWriter(&bytes.Buffer{}, b); err == nil {
		t.Error("a day of the next year")
	}
}

func TestEveryTextStaysOneCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := rows()[0]
		row.Text = rapid.String().Draw(t, "text")
		lines := strings.Split(string(written(t, batch(), row)), "\r\n")
		if len(lines) != 4 || lines[3] != "" {
			t.Fatalf("%d lines", len(lines))
		}
		inside, cells := false, 1
		for _, c := range []byte(lines[2]) {
			switch {
			case c == '"':
				inside = !inside
			case c == ';' && !inside:
				cells++
			case c < ' ':
				t.Fatalf("%q", lines[2])
			}
		}
		if cells != columnCount || inside {
			t.Fatalf("%d cells", cells)
		}
	})
}
