package fees

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
)

func TestTablesCarryTheirPeriodAndSource(t *testing.T) {
	type summary struct{ Name, From, To string }
	var got []summary
	for _, table := range Tables() {
		got = append(got, summary{table.Name, table.ValidFrom.String(), table.ValidTo.String()})
		if table.Source == "" || !slices.Contains(table.Header, "source") {
			t.Errorf("%s names no source", table.Name)
		}
	}
	want := []summary{
		{"gkg_fees_2021", "2021-01-01", "2025-05-31"},
		{"gkg_fees_2025", "2025-06-01", ""},
		{"rvg_fees_2021", "2021-01-01", "2025-05-31"},
		{"rvg_fees_2025", "2025-06-01", ""},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(rvgTables) != 2 || len(gkgTables) != 2 {
		t.Errorf("%d tables of RVG and %d of GKG are in use", len(rvgTables), len(gkgTables))
	}
}

// The steps are those of RVG § 13 I: per started 500, 1,000, 3,000 and 5,000 euro.
func TestFeeTablesFollowTheStepsOfTheStatute(t *testing.T) {
	type steps struct{ first, to2000, to10000, to25000, to50000 debt.Cents }
	statutes := map[string]steps{
		"rvg_fees_2021": {4900, 3900, 5600, 5200, 8100},
		"rvg_fees_2025": {5150, 4150, 5950, 5500, 8600},
		"gkg_fees_2021": {3800, 2000, 2100, 2900, 3800},
		"gkg_fees_2025": {4000, 2100, 2250, 3050, 4050},
	}
	for _, table := range Tables() {
		name, s := table.Name, statutes[table.Name]
		value, fee := debt.Cents(500_00), s.first
		for _, band := range parseFees(table).bands {
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

func TestBadFeeTablePanics(t *testing.T) {
	const head = "kind,value_up_to_cents,fee_cents,valid_from,valid_to,source\n"
	for name, rows := range map[string]string{
		"unknown kind":      "odd,1,1,2025-06-01,,x\n",
		"negative fee":      "general,1,-1,2025-06-01,,x\n",
		"no special amount": "general,1,1,2025-06-01,,x\n",
		"falling bands":     "small_claim,1,1,2025-06-01,,x\ngeneral,2,2,2025-06-01,,x\ngeneral,3,1,2025-06-01,,x\n",
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if r, ok := recover().(string); !ok || !strings.HasPrefix(r, "debt: law table x,") {
					t.Errorf("recovered %v, want a panic that names the table", r)
				}
			}()
			files := fstest.MapFS{"tables/x.csv": {Data: []byte(head + rows)}}
			parseFees(debt.ReadTables(files)[0])
		})
	}
}
