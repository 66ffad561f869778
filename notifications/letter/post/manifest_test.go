package post

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// readManifest reads a list as a program would: the mark off, apostrophes before formulas off.
func readManifest(t interface{ Fatal(args ...any) }, b []byte) [][]string {
	text, marked := strings.CutPrefix(string(b), byteOrderMark)
	if !marked {
		t.Fatal("no byte order mark")
	}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma = ';'
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i, cell := range row {
			bare := strings.TrimLeft(cell, "'")
			if bare != "" && bare != cell && strings.ContainsRune(formula, rune(bare[0])) {
				row[i] = cell[1:]
			}
		}
	}
	return rows
}

func written(t interface{ Fatal(args ...any) }, rows ...Row) []byte {
	var b bytes.Buffer
	if err := writeManifest(&b, rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheListOpensInASpreadsheetAsItIsMeant(t *testing.T) {
	got := string(written(t, Row{Number: 7, FileReference: "2026-000001", Kind: "reminder", FirstPage: 3, Pages: 2,
		Recipient: []string{`Müller; "Söhne" KG`, "=HYPERLINK(\"x\")", "Weg 1", "50667 Köln"}, Country: "DE", Hash: "ab"}))
	want := byteOrderMark + strings.Join(manifestHeader, ";") + "\r\n" +
		`7;2026-000001;reminder;3;4;2;"Müller; ""Söhne"" KG";"'=HYPERLINK(""x"")";Weg 1;50667 Köln;;;DE;ab` + "\r\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoCellOfTheListIsAFormula(t *testing.T) {
	for _, cell := range []string{"=1+1", "+49 221", "-5", "@SUM(A1)", "\t=1", "'=1"} {
		got := readManifest(t, written(t, Row{Recipient: []string{cell}}))[1]
		raw := harmless(cell)
		if !strings.HasPrefix(raw, "'") || got[6] != cell {
			t.Errorf("%q is written as %q and read back as %q", cell, raw, got[6])
		}
	}
	if got := harmless("\r=1\nx"); got != " =1 x" {
		t.Errorf("a break is left: %q", got)
	}
	for _, cell := range []string{"O'Brien", "'t Hooft", "Weg 1", ""} {
		if got := harmless(cell); got != cell {
			t.Errorf("%q became %q", cell, got)
		}
	}
}

// Whatever stands in an address comes back as it was, but for line breaks: a letter has none.
func TestTheListReadsBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.StringOf(rapid.RuneFrom([]rune(`;"'=+-@ ,aÄß|`))), 0, 6).Draw(t, "lines")
		row := Row{Number: 1, FileReference: "F", Kind: "k", FirstPage: 1, Pages: 1, Recipient: lines, Country: "DE", Hash: "h"}
		rows := readManifest(t, written(t, row))
		want := make([]string, recipientLines)
		copy(want, lines)
		if len(rows) != 2 || cmp.Diff(want, rows[1][6:12]) != "" {
			t.Fatalf("%q came back as %q", want, rows)
		}
	})
}
