// Package debttest reads worked examples and judges refusals, for tests of rooms inside
// debt and above it.
package debttest

import (
	"encoding/csv"
	"errors"
	"os"
	"strconv"

	"quitt/debt"
)

// TB is what a test, a benchmark and a property have in common.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Vector is one line of a CSV of worked examples, by column.
type Vector map[string]string

// Vectors reads testdata/NAME.csv of the package under test.
func Vectors(t TB, name string) []Vector {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".csv")
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("%s: %d lines, %v", name, len(lines), err)
	}
	var all []Vector
	for _, line := range lines[1:] {
		v := Vector{}
		for i, column := range lines[0] {
			v[column] = line[i]
		}
		all = append(all, v)
	}
	return all
}

// Number reads a cell; an empty one is 0.
func (v Vector) Number(t TB, column string) int {
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

// Cents reads an amount.
func (v Vector) Cents(t TB, column string) debt.Cents {
	t.Helper()
	return debt.Cents(v.Number(t, column))
}

// WantKey demands a refusal and gives its values.
func WantKey(t TB, err error, kind debt.Kind, key string) debt.Args {
	t.Helper()
	var e *debt.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Key != key {
		t.Fatalf("error = %v, want %s %s", err, kind, key)
	}
	return e.Args
}

// Must gives the value of a call that may not fail.
func Must[T any](t TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("%v", err)
		}
		return v
	}
}
