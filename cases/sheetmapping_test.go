package cases

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

// foreign is a file as a program for practices may write it.
const foreign = "Kd-Nr\tPatient\tStrasse\tHnr\tPostleitzahl\tWohnort\tBeleg\tOffen\tBehandelt\tFaellig\tintern\n" +
	"7\tAnna Muster\tWeg\t3a\t01067\tDresden\tB-1\t1.234\t03/04/2026\t05/06/2026\tx\n" +
	"8\tBerta Muster\tWeg\t\t01067\tDresden\tB-2\t99,50\t2026-04-03\t06.05.2026\t\n"

func foreignMapping() Mapping {
	return Mapping{
		Delimiter: "\t",
		Headers:   []string{"Kd-Nr", "Patient", "Strasse", "Hnr", "Postleitzahl", "Wohnort", "Beleg", "Offen", "Behandelt", "Faellig", "intern"},
		Fields: map[string]Origin{
			"customer_number": {Column: 1}, "last_name": {Column: 2}, "street": {Column: 3, And: 4}, "postcode": {Column: 5},
			"city": {Column: 6}, "reference": {Column: 7}, "invoice_number": {Column: 7}, "principal": {Column: 8, Style: StyleGerman},
			"contract_date": {Column: 9, Style: StyleDayWise}, "due_date": {Column: 10, Style: StyleDayWise},
		},
		Fixed: map[string]string{"ground": "Vertrag", "object": "Behandlung"},
	}
}

func mappedRows(content string, m Mapping) ([]Row, error) {
	s, err := OpenMapped(strings.NewReader(content), sheetCreditor, sheetToday, m)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for {
		row, err := s.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

func TestAMappingTurnsForeignColumnsIntoOurs(t *testing.T) {
	head, err := Inspect(strings.NewReader(foreign), 1)
	if err != nil || head.Delimiter != "\t" || !slices.Equal(head.Names, foreignMapping().Headers) || len(head.Rows) != 1 || head.Rows[0][1] != "Anna Muster" {
		t.Fatalf("%+v, %v", head, err)
	}
	rows, err := mappedRows(foreign, foreignMapping())
	if err != nil || len(rows) != 2 {
		t.Fatal(len(rows), err)
	}
	for _, r := range rows {
		if len(r.Problems) > 0 {
			t.Fatalf("row %d: %s: %v", r.Number, r.Problems[0].Column, r.Problems[0].Err)
		}
	}
	one, two := rows[0].Handover, rows[1].Handover
	for what, ok := range map[string]bool{
		"one column for two fields":  one.Reference == "B-1" && one.Claims[0].InvoiceNumber == "B-1",
		"two columns for a street":   one.Debtor.Street == "Weg 3a" && two.Debtor.Street == "Weg",
		"a style for amounts":        one.Claims[0].Principal == 1234_00 && two.Claims[0].Principal == 99_50,
		"a style for days":           one.Claims[0].ArisenOn == debt.MustDate("2026-04-03") && one.Claims[0].DueOn == debt.MustDate("2026-06-05"),
		"what means one thing alone": two.Claims[0].ArisenOn == debt.MustDate("2026-04-03") && two.Claims[0].DueOn == debt.MustDate("2026-05-06"),
		"what every row says":        one.Claims[0].Ground == debt.Contract && one.Claims[0].Object == "Behandlung",
		"leading zero":               one.Debtor.Postcode == "01067",
	} {
		if !ok {
			t.Error(what)
		}
	}
}

// Without a style nothing is guessed; problems name the column as the file does.
func TestAmbiguousCellsAreRefused(t *testing.T) {
	m := foreignMapping()
	m.Fields["principal"], m.Fields["contract_date"] = Origin{Column: 8}, Origin{Column: 9}
	rows, err := mappedRows(foreign, m)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range rows[0].Problems {
		got = append(got, fmt.Sprintf("%d %s %s %s", p.Row, p.Column, p.Err.Key, p.Value))
	}
	want := []string{"2 Offen amount_invalid 1.234", "2 Behandelt date_invalid 03/04/2026"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(rows[1].Problems) > 0 {
		t.Errorf("the other row: %v", rows[1].Problems)
	}
}

func TestAMappingIsForOneHeader(t *testing.T) {
	change := func(f func(*Mapping)) Mapping {
		m := foreignMapping()
		f(&m)
		return m
	}
	for name, c := range map[string]struct {
		m    Mapping
		want string
	}{
		"another name":        {change(func(m *Mapping) { m.Headers[0] = "Nr" }), "intake_other_header"},
		"one more":            {change(func(m *Mapping) { m.Headers = append(m.Headers, "x") }), "intake_other_header"},
		"no delimiter":        {change(func(m *Mapping) { m.Delimiter = "" }), "intake_other_header"},
		"a column beyond":     {change(func(m *Mapping) { m.Fields["email"] = Origin{Column: 12} }), "intake_other_header"},
		"a second one beyond": {change(func(m *Mapping) { m.Fields["street"] = Origin{Column: 1, And: 12} }), "intake_other_header"},
		"one below":           {change(func(m *Mapping) { m.Fields["email"] = Origin{Column: -1} }), "intake_other_header"},
		"required ones":       {change(func(m *Mapping) { delete(m.Fields, "city"); delete(m.Fixed, "ground") }), "intake_columns_missing"},
	} {
		_, err := mappedRows(foreign, c.m)
		if !errors.Is(err, debt.E(debt.Invalid, c.want, nil)) {
			t.Errorf("%s: %v", name, err)
		}
		if c.want == "intake_columns_missing" && !strings.Contains(err.Error(), "Ort, Forderungsgrund") {
			t.Errorf("it does not name all: %v", err)
		}
	}
}

func TestInspectRefusesWhatIsNoTable(t *testing.T) {
	for content, want := range map[string]string{
		"": "sheet_empty", "  \n": "sheet_empty", "nur Text\nmehr\n": "intake_one_column", "a;b\n": "sheet_without_rows",
		"a;\"b\nc;d": "sheet_quote_unclosed", "a;b\n\x00;c\n": "sheet_nul",
	} {
		if h, err := Inspect(strings.NewReader(content), 3); !errors.Is(err, debt.E(debt.Invalid, want, nil)) {
			t.Errorf("%q: %+v, %v, want %s", content, h, err, want)
		}
	}
}

func TestStylesReadWhatTheyWrite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := debt.Cents(rapid.Int64Range(0, int64(debt.MaxCents)).Draw(t, "cents"))
		euros, cents := fmt.Sprint(int64(want/100)), fmt.Sprintf("%02d", want%100)
		thousands := func(sep string) string {
			out := euros
			for i := len(euros) - 3; i > 0; i -= 3 {
				out = out[:i] + sep + out[i:]
			}
			return out
		}
		for _, c := range []struct {
			style Style
			text  string
		}{
			{StyleGerman, thousands(".") + "," + cents}, {StyleGerman, euros + "," + cents + " €"},
			{StyleEnglish, thousands(",") + "." + cents}, {StyleEnglish, euros + "." + cents + " EUR"},
			{StyleClear, euros + "." + cents}, {StyleClear, thousands(".") + "," + cents},
		} {
			if got, err := debt.ParseCents(c.style.styled(c.text)); err != nil || got != want {
				t.Fatalf("%q in style %q is %v, %v", c.text, c.style, got, err)
			}
		}
		if want%100 == 0 {
			for style, text := range map[Style]string{StyleGerman: thousands("."), StyleEnglish: thousands(",")} {
				if got, err := debt.ParseCents(style.styled(text)); err != nil || got != want {
					t.Fatalf("%q in style %q is %v, %v", text, style, got, err)
				}
			}
		}
	})
	for text, style := range map[string]Style{"12.34": StyleGerman, "1234.56": StyleGerman, "12,34": StyleEnglish, "1.234,56": StyleEnglish, "1,23,456.00": StyleEnglish} {
		if got, err := debt.ParseCents(style.styled(text)); err == nil {
			t.Errorf("%q in style %q is taken as %v", text, style, got)
		}
	}
}

func TestDaysInAStyle(t *testing.T) {
	for _, c := range []struct {
		style      Style
		text, want string
	}{
		{StyleClear, "03/04/2026", ""}, {StyleClear, "3.4.2026", "2026-04-03"}, {StyleClear, "2026-04-03", "2026-04-03"},
		{StyleDayWise, "3/4/2026", "2026-04-03"}, {StyleDayWise, "03-04-2026", "2026-04-03"}, {StyleDayWise, "2026-04-03", "2026-04-03"},
		{StyleMonths, "3/4/2026", "2026-03-04"}, {StyleMonths, "3.4.2026", "2026-03-04"}, {StyleMonths, "2026-04-03", "2026-04-03"},
		{StyleMonths, "13/1/2026", ""}, {StyleDayWise, "1/13/2026", ""}, {StyleDayWise, "1/2/26", ""}, {StyleDayWise, "30/2/2026", ""},
		{StyleDayWise, "1/2/1850", ""},
	} {
		d, err := c.style.day(c.text)
		if got := d.String(); (err != nil) != (c.want == "") || err == nil && got != c.want {
			t.Errorf("%q in style %q is %s, %v", c.text, c.style, got, err)
		}
	}
}

func formFields() map[string]string {
	return map[string]string{"reference": "F-1", "last_name": "Muster", "street": "Weg 1", "postcode": "01067", "city": "Dresden",
		"principal": "120,00", "ground": "contract", "object": "Behandlung", "contract_date": "2026-04-03", "due_date": "01.06.2026"}
}

func TestAFormIsReadByTheRulesOfTheFile(t *testing.T) {
	row := ReadFields(formFields(), sheetCreditor, sheetToday)
	if len(row.Problems) > 0 || row.Handover.Claims[0].Principal != 120_00 {
		t.Fatalf("%+v", row)
	}
	empty := ReadFields(nil, sheetCreditor, sheetToday)
	var got []string
	for _, p := range empty.Problems {
		got = append(got, p.Column)
	}
	slices.Sort(got)
	want := []string{"city", "due_date", "ground", "last_name", "object", "postcode", "principal", "reference", "street"}
	if !slices.Equal(got, want) {
		t.Errorf("an empty form lacks %q, want %q", got, want)
	}
}

func TestASingleHandOverSaysWhatBecameOfIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor := storetest.Creditor(t, s, "koeln")
		desk := Desk{Store: s, Now: storetest.Clock}
		hand := func(fields map[string]string, dry bool) (ImportReport, string) {
			t.Helper()
			row := ReadFields(fields, creditor, debt.DateIn(storetest.Now, debt.Berlin))
			report, reference, err := desk.HandOver(context.Background(), row, ImportOptions{Creditor: creditor, DryRun: dry})
			if err != nil {
				t.Fatal(err)
			}
			return report, reference
		}
		if r, ref := hand(formFields(), true); r.New != 1 || r.Stored || ref != "" {
			t.Errorf("dry: %+v %q", r, ref)
		}
		first, ref := hand(formFields(), false)
		if first.New != 1 || !first.Stored || ref == "" {
			t.Fatalf("%+v %q", first, ref)
		}
		if r, again := hand(formFields(), false); r.Unchanged != 1 || r.Stored || again != ref {
			t.Errorf("again: %+v %q", r, again)
		}
		other := formFields()
		other["principal"] = "121,00"
		if r, none := hand(other, false); r.Faulty != 1 || none != "" || r.Problems[0].Err.Key != "reference_other_content" {
			t.Errorf("other content: %+v %q", r, none)
		}
		if r, none := hand(map[string]string{"reference": "F-2"}, false); r.Faulty != 1 || r.Stored || none != "" {
			t.Errorf("with problems: %+v %q", r, none)
		}
	})
}

func FuzzMapped(f *testing.F) {
	f.Add(foreign, 8, 3, "german")
	f.Add("a;b\n1;2\n", 1, 2, "")
	f.Add("a,\"b\"\n1,\"2\n3\"\n", 2, 0, "month")
	f.Fuzz(func(t *testing.T, content string, column, and int, style string) {
		head, err := Inspect(strings.NewReader(content), 3)
		if err != nil {
			return
		}
		m := Mapping{Delimiter: head.Delimiter, Headers: head.Names, Fields: map[string]Origin{}, Fixed: map[string]string{}}
		for _, field := range Fields() {
			m.Fixed[field.Name] = "Vertrag"
			m.Fields[field.Name] = Origin{Column: column, And: and, Style: Style(style)}
		}
		rows, err := mappedRows(content, m)
		if err != nil {
			var known *debt.Error
			if !errors.As(err, &known) {
				t.Fatalf("an error without words: %v", err)
			}
			return
		}
		for _, r := range rows {
			if err := r.Handover.Validate(); len(r.Problems) == 0 && err != nil {
				t.Fatalf("row %d passes with %v", r.Number, err)
			}
		}
	})
}

// Rows repeat within a portion, across portions, and what is stored already, with the same
// content and with other: what was said before is what happens.
func TestTryingSaysWhatImportingDoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor := storetest.Creditor(t, s, "koeln")
		desk := Desk{Store: s, Now: storetest.Clock}
		ctx, today := context.Background(), debt.DateIn(storetest.Now, debt.Berlin)
		file := func(rows int) string {
			b := "reference;last_name;street;postcode;city;principal;ground;object;contract_date;due_date\n"
			for i := range rows {
				ref, euros, postcode := i*7%313, 1, "01067"
				if i%11 == 0 {
					euros = 2
				}
				if i%97 == 0 {
					postcode = "1067"
				}
				b += fmt.Sprintf("T-%d;Muster;Weg 1;%s;Dresden;%d,00;contract;Ware;2026-01-01;2026-02-01\n", ref, postcode, euros)
			}
			return b
		}
		for _, rows := range []int{40, 900} {
			sheet, err := OpenSheet(strings.NewReader(file(rows)), creditor, today)
			if err != nil {
				t.Fatal(err)
			}
			tried, err := desk.Try(ctx, sheet)
			if err != nil {
				t.Fatal(err)
			}
			done, err := desk.Import(ctx, strings.NewReader(file(rows)), ImportOptions{Creditor: creditor, Partial: true})
			if err != nil || !done.Stored {
				t.Fatal(done, err)
			}
			done.Stored = false
			for _, r := range []ImportReport{tried, done} { // what is stored already is told at the end of a portion
				slices.SortStableFunc(r.Problems, func(a, b Problem) int { return a.Row - b.Row })
			}
			if d := cmp.Diff(tried, done); d != "" || tried.New == 0 || tried.Faulty == 0 || rows > 250 && tried.Unchanged == 0 {
				t.Errorf("%d rows: %+v\n%s", rows, tried, d)
			}
		}
	})
}
