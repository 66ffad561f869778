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
		{"gkg_fees_2021", "2021-01-01", "2025-05-31"},
		{"gkg_fees_2025", "2025-06-01", ""},
		{"pfaendung_parameters", "2021-07-01", "2027-06-30"},
		{"rvg_fees_2021", "2021-01-01", "2025-05-31"},
		{"rvg_fees_2025", "2025-06-01", ""},
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

// The steps are those of RVG § 13 I: per started 500, 1,000, 3,000 and 5,000 euro.
func TestFeeTablesFollowTheStepsOfTheStatute(t *testing.T) {
	type steps struct{ first, to2000, to10000, to25000, to50000 Cents }
	for name, s := range map[string]steps{
		"rvg_fees_2021": {4900, 3900, 5600, 5200, 8100},
		"rvg_fees_2025": {5150, 4150, 5950, 5500, 8600},
		"gkg_fees_2021": {3800, 2000, 2100, 2900, 3800},
		"gkg_fees_2025": {4000, 2100, 2250, 3050, 4050},
	} {
		value, fee := Cents(500_00), s.first
		for _, band := range parseFees(lawTable(name)).bands {
			if band != (feeBand{value, fee}) {
				t.Errorf("%s: band %v, want %v", name, band, feeBand{value, fee})
			}
			switch {
			case value < 2000_00:
				value, fee = value+500_00, fee+s.to2000
			case value < 10_000_00:
				value, fee = value+1000_00, fee+s.to10000
			case value < 25_000_00:
				value, fee = value+3000_00, fee+s.to25000
			default:
				value, fee = value+5000_00, fee+s.to50000
			}
		}
		if value != 55_000_00 {
			t.Errorf("%s ends before 50,000.00", name)
		}
	}
}

func TestBadTablePanics(t *testing.T) {
	rates := func(s string) func() { return func() { parseBaseRates(parseTable("x", s)) } }
	fees := func(s string) func() { return func() { parseFees(parseTable("x", s)) } }
	free := func(s string) func() { return func() { parseAttachment(parseTable("x", s)) } }
	const (
		rateHead = "valid_from,valid_to,rate_bp,source\n"
		feeHead  = "kind,value_up_to_cents,fee_cents,valid_from,valid_to,source\n"
		freeHead = "valid_from,valid_to,base_monthly_cents,first_dependant_cents,second_to_fifth_each_cents,fully_attachable_above_cents,source\n"
	)
	for name, read := range map[string]func(){
		"no rows":            rates(rateHead),
		"ragged row":         rates(rateHead + "2002-01-01,2002-06-30,257\n"),
		"no source column":   rates("valid_from,valid_to,rate_bp\n2002-01-01,2002-06-30,257\n"),
		"bad date":           rates(rateHead + "2002-02-30,2002-06-30,257,x\n"),
		"ends before it is":  rates(rateHead + "2002-01-01,2001-06-30,257,x\n"),
		"bad number":         rates(rateHead + "2002-01-01,2002-06-30,2.57,x\n"),
		"rate out of range":  rates(rateHead + "2002-01-01,2002-06-30,25700,x\n"),
		"not a half-year":    rates(rateHead + "2002-01-01,2002-12-31,257,x\n"),
		"gap":                rates(rateHead + "2002-01-01,2002-06-30,257,x\n2003-01-01,2003-06-30,257,x\n"),
		"begins in July":     rates(rateHead + "2002-07-01,2002-12-31,257,x\n"),
		"unknown kind":       fees(feeHead + "odd,1,1,2025-06-01,,x\n"),
		"negative fee":       fees(feeHead + "general,1,-1,2025-06-01,,x\n"),
		"no special amount":  fees(feeHead + "general,1,1,2025-06-01,,x\n"),
		"falling bands":      fees(feeHead + "small_claim,1,1,2025-06-01,,x\ngeneral,2,2,2025-06-01,,x\ngeneral,3,1,2025-06-01,,x\n"),
		"open allowance":     free(freeHead + "2026-07-01,,1,1,1,1,x\n"),
		"gap in allowances":  free(freeHead + "2026-07-01,2027-06-30,1,1,1,1,x\n2028-07-01,2029-06-30,1,1,1,1,x\n"),
		"unknown table name": func() { lawTable("nothing") },
		"file is not a table": func() {
			readTables(fstest.MapFS{"tables/a.csv": {Data: []byte("a\n\"")}})
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
