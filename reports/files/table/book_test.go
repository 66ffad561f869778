package table

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"quitt/debt"
)

// written closes a book and opens what it wrote.
func written(t *testing.T, b *Book) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	b.Out = &out
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func begun(t *testing.T, dir string, s Sheet) *Book {
	t.Helper()
	b, err := NewBook(dir)
	if err == nil {
		err = b.Begin(s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func rows(t *testing.T, f *excelize.File, sheet string, raw bool) [][]string {
	t.Helper()
	list, err := f.GetRows(sheet, excelize.Options{RawCellValue: raw})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Whatever somebody is called, it is text in its cell, and an amount is a number that is just it.
func TestABookHasTextsNumbersAndDays(t *testing.T) {
	b := begun(t, t.TempDir(), Sheet{Name: "Akten", Heads: []string{"Name", "Offen", "Fällig"}, Widths: []int{18}, Keep: true})
	for _, row := range [][]Cell{
		{Text("=1+1 <&>"), Money(1234_50), Day(debt.MustDate("2026-03-01"))},
		{Text("+49 731 0"), Money(-5), Day(debt.Date{})},
		{Text("007"), Money(9_007_199_254_740_99), {Kind: Rate, N: 1_250}},
		{Text(" @SUM(A1) "), Money(10), {Kind: Number, N: 12_345}},
	} {
		if err := b.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	f := written(t, b)
	want := [][]string{{"Name", "Offen", "Fällig"}, {"=1+1 <&>", "1234.5", "46082"}, {"+49 731 0", "-0.05"}, {"007", "9007199254740.99", "0.125"},
		{" @SUM(A1) ", "0.1", "12345"}}
	if d := cmp.Diff(want, rows(t, f, "Akten", true)); d != "" {
		t.Error(d)
	}
	shown := rows(t, f, "Akten", false)
	if shown[1][1] != "1,234.50" || shown[1][2] != "01/03/2026" || shown[3][2] != "12.5%" {
		t.Errorf("shown as %q", shown)
	}
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "A4": excelize.CellTypeInlineString, "B2": excelize.CellTypeUnset} {
		formula, err := f.GetCellFormula("Akten", cell)
		kind, kindErr := f.GetCellType("Akten", cell)
		if err != nil || kindErr != nil || formula != "" || kind != want {
			t.Errorf("%s: formula %q, kind %v, %v", cell, formula, kind, errors.Join(err, kindErr))
		}
	}
}

// A sheet has 1,048,576 rows; the next goes on, with the heads again.
func TestALongTableGoesOnInAnotherSheet(t *testing.T) {
	b := begun(t, t.TempDir(), Sheet{Name: "Akten", Above: []Cell{{Kind: Note, Text: "alle"}}, Heads: []string{"Nr"}})
	if b.most != 1_048_576 {
		t.Fatalf("a sheet may have %d rows", b.most)
	}
	b.most = 6
	for n := range 5 {
		if err := b.Row([]Cell{{Kind: Number, N: int64(n)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Begin(Sheet{Name: "Mehr", Heads: []string{"Nr"}}); err != nil {
		t.Fatal(err)
	}
	f := written(t, b)
	want := map[string][][]string{"Akten": {{"alle"}, nil, {"Nr"}, {"0"}, {"1"}, {"2"}}, "Akten 2": {{"alle"}, nil, {"Nr"}, {"3"}, {"4"}}, "Mehr": {{"Nr"}}}
	got := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		got[name] = rows(t, f, name, true)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// Signs of life before the rows are there leave a workbook that opens as any other.
func TestABookShowsThatItIsAlive(t *testing.T) {
	b := begun(t, t.TempDir(), Sheet{Name: "Akten", Heads: []string{"Nr"}})
	var out bytes.Buffer
	b.Out = &out
	for n := range 3 {
		before := out.Len()
		if err := b.Alive(); err != nil || out.Len() == before {
			t.Fatalf("%d: nothing came, %v", n, err)
		}
		if err := b.Row([]Cell{{Kind: Number, N: int64(n)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if d := cmp.Diff([][]string{{"Nr"}, {"0"}, {"1"}, {"2"}}, rows(t, f, "Akten", true)); d != "" {
		t.Error(d)
	}
	made, err := f.GetAppProps()
	if err != nil || made.Application != "Quitt" {
		t.Errorf("%+v, %v", made, err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, part := range z.File {
		if seen[part.Name] {
			t.Errorf("%s is in it twice", part.Name)
		}
		seen[part.Name] = true
	}
}

// What does not stay in memory lies where only the program may look, and nothing of it stays.
func TestNothingStaysOnTheDisk(t *testing.T) {
	long := strings.Repeat("x", 4_000)
	for name, end := range map[string]func(*Book) error{
		"written":   func(b *Book) error { b.Out = &bytes.Buffer{}; return b.Close() },
		"not taken": func(b *Book) error { b.Out = broken{}; _ = b.Close(); return nil },
		"dropped":   (*Book).Drop,
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "exports")
			b := begun(t, dir, Sheet{Name: "Akten", Heads: []string{"Text"}})
			for range 2 * excelize.StreamChunkSize / len(long) {
				if err := b.Row([]Cell{Text(long)}); err != nil {
					t.Fatal(err)
				}
			}
			for _, path := range []string{dir, b.folder} {
				info, err := os.Stat(path)
				if err != nil || info.Mode().Perm() != 0o700 {
					t.Errorf("%s: %v, %v", path, info.Mode(), err)
				}
			}
			if list, err := os.ReadDir(b.folder); err != nil || len(list) != 1 {
				t.Errorf("%d files in the folder, %v", len(list), err)
			}
			if err := end(b); err != nil {
				t.Fatal(err)
			}
			if list, err := os.ReadDir(dir); err != nil || len(list) != 0 {
				t.Errorf("%d things stayed, %v", len(list), err)
			}
		})
	}
}

type broken struct{}

// Write is io.Writer.
func (broken) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestWithoutAFolderThereIsNoBook(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewBook(file); err == nil {
		t.Error("a book in a folder that is none")
	}
}

func TestOnlyWhatIsOldIsSwept(t *testing.T) {
	dir := t.TempDir()
	b := begun(t, dir, Sheet{Name: "Akten", Heads: []string{"Text"}})
	defer func() { _ = b.Drop() }()
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := os.Chtimes(b.folder, began, began); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		before time.Time
		left   int
	}{{began, 1}, {began.Add(time.Second), 0}} {
		if err := Sweep(dir, step.before); err != nil {
			t.Fatal(err)
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != step.left {
			t.Errorf("%d left, want %d, %v", len(list), step.left, err)
		}
	}
	if err := Sweep(filepath.Join(dir, "none"), began); err != nil {
		t.Error(err)
	}
}
