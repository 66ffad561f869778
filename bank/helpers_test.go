package bank

import (
	"encoding/csv"
	"errors"
	"os"
	"slices"
	"testing"
)

// readVectors gives the rows of a CSV file in testdata as maps from column to cell.
func readVectors(t *testing.T, file string) []map[string]string {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // read only: nothing can be lost
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for n, cell := range row {
			m[rows[0][n]] = cell
		}
		out = append(out, m)
	}
	if len(out) == 0 {
		t.Fatalf("%s holds no vectors", file)
	}
	return out
}

// keyOf gives the key of a FormatError, "" for no error, and fails on any other error or
// on a key missing from ErrorKeys, whose sentence nobody would have written.
func keyOf(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var f *FormatError
	if !errors.As(err, &f) {
		t.Fatalf("error %v is no *FormatError", err)
	}
	if !slices.Contains(ErrorKeys(), f.Key) {
		t.Fatalf("key %q is not listed in ErrorKeys", f.Key)
	}
	return f.Key
}
