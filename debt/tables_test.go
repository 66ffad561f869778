package debt

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestTablesCarryTheirPeriodAndSource(t *testing.T) {
	type summary struct{ Name, From, To string }
	var got []summary
	for _, table := range Tables() {
		got = append(got, summary{table.Name, table.ValidFrom.String(), table.ValidTo.String()})
		if table.Source == "" || !slices.Contains(table.Header, "source") {
			t.Errorf("%s names no source", table.Name)
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Header) {
				t.Errorf("%s: row %v does not fit the header", table.Name, row)
			}
		}
	}
	want := []summary{
		{"base_rates", "2002-01-01", "2026-12-31"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestTableWithAnOpenRowIsOpen(t *testing.T) {
	const head, open, closed = "valid_from,valid_to,source\n", "2026-01-01,,a\n", "2025-01-01,2025-12-31,b\n"
	for _, rows := range []string{open + closed, closed + open} {
		table := parseTable("x", head+rows)
		if table.ValidFrom != MustDate("2025-01-01") || !table.ValidTo.IsZero() {
			t.Errorf("%s to %s", table.ValidFrom, table.ValidTo)
		}
	}
}

func TestBadTablePanics(t *testing.T) {
	rates := func(s string) func() { return func() { parseBaseRates(parseTable("x", s)) } }
	const rateHead = "valid_from,valid_to,rate_bp,source\n"
	for name, read := range map[string]func(){
		"no rows":           rates(rateHead),
		"ragged row":        rates(rateHead + "2002-01-01,2002-06-30,257\n"),
		"no source column":  rates("valid_from,valid_to,rate_bp\n2002-01-01,2002-06-30,257\n"),
		"bad date":          rates(rateHead + "2002-02-30,2002-06-30,257,x\n"),
		"ends before it is": rates(rateHead + "2002-01-01,2001-06-30,257,x\n"),
		"bad number":        rates(rateHead + "2002-01-01,2002-06-30,2.57,x\n"),
		"rate out of range": rates(rateHead + "2002-01-01,2002-06-30,25700,x\n"),
		"not a half-year":   rates(rateHead + "2002-01-01,2002-12-31,257,x\n"),
		"gap":               rates(rateHead + "2002-01-01,2002-06-30,257,x\n2003-01-01,2003-06-30,257,x\n"),
		"begins in July":    rates(rateHead + "2002-07-01,2002-12-31,257,x\n"),
		"file is not a table": func() {
			ReadTables(fstest.MapFS{"tables/a.csv": {Data: []byte("a\n\"")}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if r, ok := recover().(string); !ok || !strings.HasPrefix(r, "debt: ") {
					t.Errorf("recovered %v, want a panic that names the table", r)
				}
			}()
			read()
		})
	}
}
