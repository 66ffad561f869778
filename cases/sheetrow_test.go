package cases

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"quitt/debt"
)

// goodCells is a complete row of a consumer's contract; tests change single cells.
func goodCells() map[string]string {
	return map[string]string{
		"reference": "A-1", "debtor_kind": "", "first_name": "Erika", "last_name": "Muster", "company_name": "",
		"street": "Weg 1", "postcode": "50667", "city": "Köln", "country": "", "state": "", "birth_date": "", "email": "",
		"phone": "", "customer_number": "", "payer_iban": "", "address_source": "", "principal": "480,00", "currency": "",
		"ground": "contract", "object": "Chair", "contract_date": "2026-01-12", "invoice_number": "R-1",
		"invoice_date": "2026-01-30", "due_date": "2026-03-02", "default_from": "2026-03-17", "consumer": "",
		"payment_for_services": "", "consumer_loan": "", "interest": "", "interest_reason": "", "dunning_cost": "",
		"dunning_cost_date": "", "titled": "", "secured": "",
	}
}

// rowWith reads the good row with some cells changed; every cell is in quotation marks.
func rowWith(t testing.TB, changes ...string) Row {
	t.Helper()
	cells := goodCells()
	for i := 0; i < len(changes); i += 2 {
		if _, ok := cells[changes[i]]; !ok {
			t.Fatalf("no column %q", changes[i])
		}
		cells[changes[i]] = changes[i+1]
	}
	var header, row []string
	for _, info := range columnInfos {
		header = append(header, info.english)
		row = append(row, `"`+strings.ReplaceAll(cells[info.english], `"`, `""`)+`"`)
	}
	rows := sheetRows(t, openSheet(t, strings.Join(header, ",")+"\n"+strings.Join(row, ",")+"\n"))
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	return rows[0]
}

func problemsOf(row Row) []string {
	var all []string
	for _, p := range row.Problems {
		all = append(all, strings.TrimPrefix(p.Column+" "+p.Err.Key, " "))
	}
	return all
}

// rowFaults maps a changed row to all problems it must have, in the order of the columns.
var rowFaults = []struct {
	name    string
	changes []string
	want    []string
}{
	{"no reference", []string{"reference", " "}, []string{"reference reference_missing"}},
	{"unknown kind asks for no name", []string{"debtor_kind", "Verein", "last_name", ""}, []string{"debtor_kind word_unknown"}},
	{"person without last name", []string{"last_name", ""}, []string{"last_name name_missing"}},
	{"company without name", []string{"debtor_kind", "company"}, []string{"company_name name_missing"}},
	{"address", []string{"street", "", "postcode", "", "city", ""},
		[]string{"street street_missing", "postcode postcode_missing", "city city_missing"}},
	{"leading zero lost", []string{"postcode", "1067"}, []string{"postcode postcode_invalid"}},
	{"postcode with a letter", []string{"postcode", "D5066"}, []string{"postcode postcode_invalid"}},
	{"unknown country", []string{"country", "Atlantis", "postcode", "X"}, []string{"country country_unknown"}},
	{"country code nobody has", []string{"country", "QQ"}, []string{"country country_unknown"}},
	{"unknown state", []string{"state", "Preußen"}, []string{"state state_unknown"}},
	{"born tomorrow", []string{"birth_date", "2026-11-23"}, []string{"birth_date birth_date_invalid"}},
	{"121 years old", []string{"birth_date", "1905-11-22"}, []string{"birth_date birth_date_invalid"}},
	{"birth date unreadable", []string{"birth_date", "17/04/81"}, []string{"birth_date birth_date_invalid"}},
	{"e-mail without at", []string{"email", "erika.example.org"}, []string{"email email_invalid"}},
	{"e-mail with a name", []string{"email", "Erika <e@example.org>"}, []string{"email email_invalid"}},
	{"e-mail without dot", []string{"email", "e@localhost"}, []string{"email email_invalid"}},
	{"two e-mails", []string{"email", "a@example.org, b@example.org"}, []string{"email email_invalid"}},
	{"phone cut to a number", []string{"phone", "4,91701E+11"}, []string{"phone cell_damaged"}},
	{"formula error", []string{"customer_number", "#NAME?"}, []string{"customer_number cell_damaged"}},
	{"column too narrow", []string{"due_date", "########"}, []string{"due_date cell_damaged"}},
	{"IBAN checksum", []string{"payer_iban", "DE88370400440532013000"}, []string{"payer_iban iban_checksum"}},
	{"IBAN length", []string{"payer_iban", "DE8937040044053201300"}, []string{"payer_iban iban_length"}},
	{"IBAN country", []string{"payer_iban", "1234"}, []string{"payer_iban iban_country"}},
	{"IBAN characters", []string{"payer_iban", "DE8937040044053201300X"}, []string{"payer_iban iban_characters"}},
	{"unknown address source", []string{"address_source", "Telefonbuch"}, []string{"address_source word_unknown"}},
	{"no principal", []string{"principal", ""}, []string{"principal principal_missing"}},
	{"amount that means two things", []string{"principal", "1.234"}, []string{"principal amount_invalid"}},
	{"zero", []string{"principal", "0,00"}, []string{"principal principal_not_positive"}},
	{"negative", []string{"principal", "-480,00"}, []string{"principal principal_not_positive"}},
	{"more than any claim", []string{"principal", "1000000000,01"}, []string{"principal amount_invalid"}},
	{"Swiss francs", []string{"currency", "CHF"}, []string{"currency currency_not_euro"}},
	{"no ground", []string{"ground", ""}, []string{"ground ground_missing"}},
	{"unknown ground", []string{"ground", "Kauf"}, []string{"ground word_unknown"}},
	{"no object", []string{"object", ""}, []string{"object object_missing"}},
	{"contract without date", []string{"contract_date", ""}, []string{"contract_date contract_date_missing"}},
	{"contract tomorrow", []string{"contract_date", "23.11.2026", "due_date", "1.12.2026", "default_from", ""},
		[]string{"contract_date date_in_future"}},
	{"contract after due", []string{"contract_date", "03.03.2026"}, []string{"contract_date contract_after_due"}},
	{"invoice tomorrow", []string{"invoice_date", "2026-11-23"}, []string{"invoice_date date_in_future"}},
	{"no due date", []string{"due_date", ""}, []string{"due_date due_missing"}},
	{"30 February", []string{"due_date", "30.02.2026"}, []string{"due_date date_invalid"}},
	{"year of two digits", []string{"due_date", "02.03.26"}, []string{"due_date date_invalid"}},
	{"due in more than a year", []string{"due_date", "2027-11-23", "default_from", ""}, []string{"due_date date_too_far"}},
	{"default on the due day", []string{"default_from", "2026-03-02"}, []string{"default_from default_before_due"}},
	{"default in another century", []string{"default_from", "2126-03-17"}, []string{"default_from date_too_far"}},
	{"interest before the base rate",
		[]string{"contract_date", "1999-01-01", "due_date", "2001-01-01", "default_from", "2001-02-01"},
		[]string{"default_from base_rate_too_early"}},
	{"maybe a consumer", []string{"consumer", "vielleicht"}, []string{"consumer word_unknown"}},
	{"company as consumer", []string{"debtor_kind", "Firma", "company_name", "X GmbH", "consumer", "ja"},
		[]string{"consumer consumer_company"}},
	{"services", []string{"payment_for_services", "x"}, []string{"payment_for_services word_unknown"}},
	{"consumer loan to a business", []string{"consumer", "no", "consumer_loan", "yes"},
		[]string{"consumer_loan consumer_loan_business"}},
	{"interest in words", []string{"interest", "neun"}, []string{"interest interest_invalid"}},
	{"interest in euro", []string{"interest", "9,5 €"}, []string{"interest interest_invalid"}},
	{"three decimals", []string{"interest", "9,555"}, []string{"interest interest_invalid"}},
	{"more than 30 percent", []string{"interest", "30,01 %", "interest_reason", "x"}, []string{"interest interest_invalid"}},
	{"negative interest", []string{"interest", "-1", "interest_reason", "x"}, []string{"interest interest_invalid"}},
	{"high interest without reason", []string{"interest", "6,53"}, []string{"interest_reason interest_reason_missing"}},
	{"high at the beginning only", []string{"interest", "6,50"}, []string{"interest_reason interest_reason_missing"}},
	{"high today only", []string{"contract_date", "2023-06-01", "due_date", "2024-01-15", "default_from", "2024-02-01",
		"interest", "7"}, []string{"interest_reason interest_reason_missing"}},
	{"a wrong due date is no second fault",
		[]string{"due_date", "2028-01-01", "default_from", "", "dunning_cost", "1", "dunning_cost_date", "2026-11-01"},
		[]string{"due_date date_too_far"}},
	{"dunning cost too high", []string{"dunning_cost", "2,51", "dunning_cost_date", "2026-03-16"},
		[]string{"dunning_cost dunning_cost_too_high"}},
	{"dunning cost negative", []string{"dunning_cost", "-1,00", "dunning_cost_date", "2026-03-16"},
		[]string{"dunning_cost amount_invalid"}},
	{"dunning cost unreadable", []string{"dunning_cost", "kostenlos"}, []string{"dunning_cost amount_invalid"}},
	{"dunning cost without day", []string{"dunning_cost", "1,00"}, []string{"dunning_cost_date dunning_date_missing"}},
	{"dunning day without cost", []string{"dunning_cost_date", "2026-03-16"}, []string{"dunning_cost dunning_cost_missing"}},
	{"reminded tomorrow", []string{"dunning_cost", "1,00", "dunning_cost_date", "2026-11-23"},
		[]string{"dunning_cost_date date_in_future"}},
	{"reminded before due", []string{"dunning_cost", "1,00", "dunning_cost_date", "2026-03-02"},
		[]string{"dunning_cost_date dunning_before_due"}},
	{"titled", []string{"titled", "2"}, []string{"titled word_unknown"}},
	{"secured", []string{"secured", "Hypothek"}, []string{"secured word_unknown"}},
	{"control character", []string{"object", "Chair\x07"}, []string{"object cell_characters"}},
	{"lost umlaut", []string{"last_name", "M\ufffdller"}, []string{"last_name cell_characters"}},
	{"too long", []string{"object", strings.Repeat("ä", 201)}, []string{"object cell_too_long"}},
	{"everything at once", []string{"last_name", "", "principal", "-1", "ground", "contract", "contract_date", "",
		"due_date", "", "interest", "25", "object", "", "reference", "", "titled", "x"},
		[]string{"reference reference_missing", "last_name name_missing", "principal principal_not_positive",
			"object object_missing", "contract_date contract_date_missing", "due_date due_missing",
			"interest_reason interest_reason_missing", "titled word_unknown"}},
}

func TestEveryFaultOfARowIsNamedWithItsColumn(t *testing.T) {
	for _, c := range rowFaults {
		row := rowWith(t, c.changes...)
		if got := problemsOf(row); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		for _, p := range row.Problems {
			if p.Row != 2 || p.Err.Kind != debt.Invalid {
				t.Errorf("%s: %+v", c.name, p)
			}
		}
	}
}

func TestAGoodRowMayBeWrittenInManyWays(t *testing.T) {
	for name, changes := range map[string][]string{
		"as it is":                 {},
		"born today":               {"birth_date", "22.11.2026"},
		"120 years old":            {"birth_date", "1905-11-23"},
		"due in a year":            {"due_date", "22.11.2027", "default_from", ""},
		"contract today":           {"contract_date", "22.11.2026", "due_date", "22.11.2026", "default_from", ""},
		"midnight from a database": {"due_date", "2026-03-02 00:00:00", "contract_date", "2026-01-12T00:00:00"},
		"no interest without day":  {"default_from", ""},
		"tort without a day":       {"ground", "tort", "contract_date", ""},
		"foreign postcode":         {"country", "Österreich", "postcode", "1010"},
		"EUR sign":                 {"currency", "€", "principal", "480,00 €"},
		"euro":                     {"currency", "Euro"},
		"dunning cost of nothing":  {"dunning_cost", "0,00"},
		"no consumer":              {"consumer", "NEIN"},
		"reason for a low rate":    {"interest", "4", "interest_reason", "Vertrag"},
	} {
		row := rowWith(t, changes...)
		if len(row.Problems) > 0 {
			t.Errorf("%s: %q", name, problemsOf(row))
		} else if err := row.Handover.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestInterestFollowsTheColumns(t *testing.T) {
	company := []string{"debtor_kind", "company", "company_name", "X GmbH"}
	for name, c := range map[string]struct {
		changes []string
		want    debt.InterestRule
		reason  string
	}{
		"consumer":          {nil, debt.InterestRule{Kind: debt.Statutory, Surcharge: 500}, ""},
		"business":          {company, debt.InterestRule{Kind: debt.Statutory, Surcharge: 900}, ""},
		"damages":           {append(company, "payment_for_services", "nein"), debt.InterestRule{Kind: debt.Statutory, Surcharge: 500}, ""},
		"old business":      {append(company, "contract_date", "2014-07-28"), debt.InterestRule{Kind: debt.Statutory, Surcharge: 800}, ""},
		"business person":   {[]string{"consumer", "no", "interest", "Statutory"}, debt.InterestRule{Kind: debt.Statutory, Surcharge: 900}, ""},
		"by the due date":   {append(company, "ground", "other", "payment_for_services", "yes", "contract_date", ""), debt.InterestRule{Kind: debt.Statutory, Surcharge: 900}, ""},
		"none":              {[]string{"interest", "keine"}, debt.InterestRule{Kind: debt.NoInterest}, ""},
		"fixed with reason": {[]string{"interest", "9,5 %", "interest_reason", "Vertrag § 4"}, debt.InterestRule{Kind: debt.FixedRate, Fixed: 950}, "Vertrag § 4"},
		"fixed, not higher": {[]string{"interest", "6.27%"}, debt.InterestRule{Kind: debt.FixedRate, Fixed: 627}, agreedRate},
		"the most":          {[]string{"interest", "30", "interest_reason", "Titel"}, debt.InterestRule{Kind: debt.FixedRate, Fixed: 3000}, "Titel"},
		"interest free":     {[]string{"interest", "0"}, debt.InterestRule{Kind: debt.FixedRate}, agreedRate},
	} {
		row := rowWith(t, c.changes...)
		c.want.Method = debt.Act365
		if got := row.Handover.Claims[0]; got.Interest != c.want || got.InterestReason != c.reason || len(row.Problems) > 0 {
			t.Errorf("%s: %+v %q %q", name, got.Interest, got.InterestReason, problemsOf(row))
		}
	}
}

func TestCellsAreFreedFromSpreadsheetHabits(t *testing.T) {
	for cell, want := range map[string]string{
		`="00123"`: "00123", `="a""b"`: `a"b`, "'00123": "00123", "'+49 170": "+49 170", "  x\u00a0\u202f y  ": "x y",
		"=SUM(A1)": "=SUM(A1)", "+49": "+49", "@home": "@home", "-1": "-1", "'t Hooft": "'t Hooft", "'s-Gravesande": "'s-Gravesande",
		"a\r\nb\tc": "a b c", "Mu\u0308ller": "Müller", "\ufeffx\u200b\u202e": "x", `="`: `="`, "'": "", "E+5": "E+5", "12E4": "12E4",
	} {
		if got, err := cleanCell(cell, 200); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", cell, got, err, want)
		}
	}
}

func TestProblemsShowTheValueShortAndPrintable(t *testing.T) {
	p := rowWith(t, "due_date", "gestern\x07"+strings.Repeat("!", 100)).Problems[0]
	if p.Value != "gestern·"+strings.Repeat("!", 52)+"…" || p.Column != "due_date" {
		t.Errorf("%+v", p)
	}
	// What tells who somebody is stands in Value only.
	for _, c := range [][]string{{"birth_date", "17.04.81"}, {"email", "erika"}, {"payer_iban", "DE88370400440532013000"},
		{"postcode", "5066"}, {"country", "Atlantis"}} {
		p := rowWith(t, c...).Problems[0]
		for _, v := range p.Err.Args {
			if v == c[1] || p.Value != c[1] {
				t.Errorf("%s: %v", c[0], p)
			}
		}
	}
}

func TestWordsAreOfferedInTheLanguageOfTheHeader(t *testing.T) {
	if got := rowWith(t, "titled", "x").Problems[0].Err.Args["allowed"]; got != "yes, no" {
		t.Errorf("English: %v", got)
	}
	content := strings.Replace(shortHeader, "Fällig am", "Fällig am;Tituliert", 1) + strings.TrimSpace(shortRow) + ";x\n"
	if got := sheetRows(t, openSheet(t, content))[0].Problems[0].Err.Args["allowed"]; got != "ja, nein" {
		t.Errorf("German: %v", got)
	}
}

func TestColumnsAreNamedAsInTheFile(t *testing.T) {
	content := strings.Replace(shortHeader, "Fällig am", " fällig_AM ", 1) +
		"A-1;;Weg 1;50667;Köln;12,00;Vertrag;Beitrag;gestern\n"
	got := problemsOf(sheetRows(t, openSheet(t, content))[0])
	want := []string{"Nachname name_missing", "fällig_AM date_invalid", "Vertragsdatum contract_date_missing"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestUnusedColumnsMayStayEmpty(t *testing.T) {
	header := strings.TrimSpace(shortHeader) + ";;\n"
	row := strings.TrimSpace(shortRow)
	rows := sheetRows(t, openSheet(t, header+row+";;\n"+row+";;Notiz\n"+row+"\n"))
	for i, want := range [][]string{nil, {"cell_without_column"}, {"row_fields"}} {
		if got := problemsOf(rows[i]); !reflect.DeepEqual(got, want) {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
}

func TestARowWithProblemsKeepsItsReference(t *testing.T) {
	if row := rowWith(t, "principal", "x"); row.Handover.Reference != "A-1" {
		t.Errorf("%q", row.Handover.Reference)
	}
}

// A column must not be reachable by a name that another column also answers to.
func TestColumnNamesAreUnique(t *testing.T) {
	names := 0
	for _, info := range columnInfos {
		own := map[string]bool{}
		for _, name := range append([]string{info.english, info.german}, info.aliases...) {
			own[plainWord(name)] = true
		}
		names += len(own)
	}
	if names != len(columnByWord) {
		t.Errorf("%d names for %d entries", names, len(columnByWord))
	}
}

func TestCountriesAreTheISOList(t *testing.T) {
	codes := strings.Fields(isoCountries)
	if len(codes) != 250 || !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) != 250 {
		t.Errorf("%d codes, want 249 and XK, sorted", len(codes))
	}
	for name, code := range germanCountries {
		if !slices.Contains(codes, code) || plainWord(name) != name {
			t.Errorf("%s: %s", name, code)
		}
	}
}

// Each key written in the code must occur in a test, so that a catalogue can rely on it.
func TestEveryKeyIsTested(t *testing.T) {
	tests := ""
	for _, file := range []string{"sheet_test.go", "sheetrow_test.go"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests += string(b)
	}
	key := regexp.MustCompile(`(?:debt\.E\(debt\.Invalid, |refuse\(\w+, |need\(\w+, )"([a-z0-9_]+)"`)
	files := []string{"sheet.go", "sheetcharset.go", "sheetrecord.go", "sheetcolumns.go", "sheetcell.go", "sheetrow.go", "sheetclaim.go"}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(b), -1) {
			if !strings.Contains(tests, m[1]+`"`) && m[1] != "cell_invalid" { // kept for errors nobody foresaw
				t.Errorf("%s: no test for %s", file, m[1])
			}
		}
	}
}
