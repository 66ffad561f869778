package fees

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"strconv"
	"testing"

	"quitt/debt"
)

// vector is one line of a CSV of worked examples.
type vector map[string]string

func vectors(t testing.TB, name string) []vector {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	for _, line := range lines[1:] {
		v := vector{}
		for i, column := range lines[0] {
			v[column] = line[i]
		}
		all = append(all, v)
	}
	return all
}

// number reads a cell; an empty one is 0.
func (v vector) number(t testing.TB, column string) int {
	t.Helper()
	cell, ok := v[column]
	if !ok {
		t.Fatalf("no column %s", column)
	}
	if cell == "" {
		return 0
	}
	n, err := strconv.Atoi(cell)
	if err != nil {
		t.Fatalf("%s: %v", column, err)
	}
	return n
}

func (v vector) cents(t testing.TB, column string) debt.Cents {
	t.Helper()
	return debt.Cents(v.number(t, column))
}

// wantKey gives the values of the refusal.
func wantKey(t testing.TB, err error, kind debt.Kind, key string) debt.Args {
	t.Helper()
	var e *debt.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Key != key {
		t.Fatalf("error = %v, want %s %s", err, kind, key)
	}
	return e.Args
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
