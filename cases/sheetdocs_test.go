package cases

import (
	"os"
	"strings"
	"testing"
)

const importGuide = "../docs/import.md"

// guideRows gives the cells of each row of the guide's table that names columns.
func guideRows(t *testing.T) [][]string {
	t.Helper()
	b, err := os.ReadFile(importGuide)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "| `") {
			rows = append(rows, strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|"))
		}
	}
	return rows
}

func TestGuideNamesEveryColumnAndNoOther(t *testing.T) {
	rows := guideRows(t)
	if len(rows) != int(columnCount) {
		t.Errorf("%d rows in the guide, %d columns in the code", len(rows), columnCount)
	}
	for i, cells := range rows {
		if len(cells) != 5 || i >= int(columnCount) {
			t.Fatalf("row %d: %q", i, cells)
		}
		info := columnInfos[i]
		code := func(s string) string { return "`" + s + "`" }
		german, english, required := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])
		if german != code(info.german) || english != code(info.english) {
			t.Errorf("guide has %s, %s; code has %s, %s", german, english, info.german, info.english)
		}
		if (required == "yes") != info.required {
			t.Errorf("%s: required %q in the guide, %v in the code", german, required, info.required)
		}
		for _, alias := range info.aliases {
			if !strings.Contains(cells[3], code(alias)) {
				t.Errorf("%s: alias %s is missing", german, alias)
			}
		}
	}
}

// Each example of the guide must pass in its column, together with what that column needs.
func TestGuideExamplesAreAccepted(t *testing.T) {
	for i, cells := range guideRows(t) {
		column := columnInfos[i].english
		changes := []string{column, strings.TrimSpace(cells[4])}
		switch column {
		case "company_name":
			changes = append(changes, "debtor_kind", "company")
		case "interest":
			changes = append(changes, "interest_reason", "Vertrag")
		case "dunning_cost":
			changes = append(changes, "dunning_cost_date", "16.03.2026")
		case "dunning_cost_date":
			changes = append(changes, "dunning_cost", "1,20")
		}
		if row := rowWith(t, changes...); len(row.Problems) > 0 {
			t.Errorf("%s: %q", column, problemsOf(row))
		}
	}
}

// A clerk must find every allowed word, in both languages.
func TestGuideNamesEveryWord(t *testing.T) {
	text := map[column]string{}
	for i, cells := range guideRows(t) {
		text[column(i)] = cells[3]
	}
	check := func(c column, names string) {
		for name := range strings.SplitSeq(names, ", ") {
			if !strings.Contains(text[c], "`"+name+"`") {
				t.Errorf("%s: %s is missing", columnInfos[c].german, name)
			}
		}
	}
	for _, english := range []bool{false, true} {
		check(colDebtorKind, allowed(kindWords, english))
		check(colAddressSource, allowed(sourceWords, english))
		check(colGround, allowed(groundWords, english))
		check(colInterest, allowed(interestWords, english))
		for _, c := range []column{colConsumer, colPaymentForServices, colConsumerLoan, colTitled, colSecured} {
			check(c, allowed(yesWords, english))
		}
	}
}
