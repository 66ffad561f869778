package cases_test

import (
	"testing"

	"quitt/cases"
	"quitt/debt"
	"quitt/store"
)

// Cells of a program go by the rules of a file.
func TestCellsAreReadLikeARow(t *testing.T) {
	creditor := debt.Creditor{ID: store.NewID()}
	good := map[string]string{"reference": "A", "last_name": "Muster", "street": "Weg 1", "postcode": "50667", "city": "Köln", "principal": "79.99", "ground": "contract",
		"object": "Kauf", "contract_date": "2026-05-12", "due_date": "2026-06-14", "unknown": "x"}
	row := cases.ReadCells(creditor, debt.MustDate("2026-11-22"), good)
	if len(row.Problems) > 0 || row.Handover.Validate() != nil || row.Handover.Claims[0].Principal != 7999 {
		t.Errorf("%+v", row)
	}
	for column, cell := range map[string]string{"postcode": "1067", "principal": "x", "ground": "friendship", "due_date": "31.02.2026", "city": "K\x00ln", "reference": ""} {
		bad := map[string]string{}
		for name, value := range good {
			bad[name] = value
		}
		bad[column] = cell
		if row := cases.ReadCells(creditor, debt.MustDate("2026-11-22"), bad); len(row.Problems) != 1 || row.Problems[0].Column != column {
			t.Errorf("%s: %+v", column, row.Problems)
		}
	}
}
