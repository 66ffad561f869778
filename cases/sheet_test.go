package cases

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"quitt/debt"
)

var (
	sheetToday    = debt.MustDate("2026-11-22")
	sheetCreditor = debt.Creditor{Settings: debt.Settings{InterestMethod: debt.Act365}}
)

func openSheet(t testing.TB, content string) *Sheet {
	t.Helper()
	s, err := OpenSheet(strings.NewReader(content), sheetCreditor, sheetToday)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sheetRows(t testing.TB, s *Sheet) []Row {
	t.Helper()
	var rows []Row
	for {
		row, err := s.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

// sheetFailure gives the file-level error of opening or of reading to the end.
func sheetFailure(content string) error {
	s, err := OpenSheet(strings.NewReader(content), sheetCreditor, sheetToday)
	for err == nil {
		_, err = s.Next()
	}
	return err
}

func exampleSheet(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/example.csv")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestExampleIsReadWithoutAProblem(t *testing.T) {
	rows := sheetRows(t, openSheet(t, exampleSheet(t)))
	if len(rows) != 8 {
		t.Fatalf("%d rows, want 8", len(rows))
	}
	for i, row := range rows {
		for _, p := range row.Problems {
			t.Errorf("row %d, %s: %v", p.Row, p.Column, p.Err)
		}
		if row.Number != i+2 {
			t.Errorf("row %d has number %d", i+2, row.Number)
		}
	}
	day := debt.MustDate
	want := Handover{
		Reference: "2026-00417",
		Debtor: debt.Debtor{
			Kind: debt.Person, FirstName: "Jürgen", LastName: "Großmann", Street: "Lindenstraße 12", Postcode: "01067",
			City: "Dresden", Country: "DE", State: "SN", BirthOn: "1981-04-17", Email: "j.grossmann@example.org",
			Phone: "0351 5550143", CustomerNumber: "K-20817", AddressSource: "creditor",
		},
		Claims: []debt.Claim{{
			Principal: 480_00, Ground: debt.Contract, Object: "Zahnärztliche Behandlung vom 12.01.2026",
			ArisenOn: day("2026-01-12"), InvoiceNumber: "R-26-0112", InvoicedOn: day("2026-01-30"),
			DueOn: day("2026-03-02"), DefaultFrom: day("2026-03-17"), Order: debt.Order367, PaymentForServices: true,
			Interest: debt.InterestRule{Kind: debt.Statutory, Surcharge: 500, Method: debt.Act365},
		}},
		Costs: []debt.Cost{{
			Kind: debt.DunningFee, Amount: 1_20, IncurredOn: day("2026-03-16"), LegalGround: "BGB §§ 280 I, II, 286",
		}},
	}
	if !reflect.DeepEqual(rows[0].Handover, want) {
		t.Errorf("first row:\n%+v\nwant\n%+v", rows[0].Handover, want)
	}
}

// The remaining rows of the example each show one thing.
func TestExampleRowsMeanWhatTheySay(t *testing.T) {
	rows := sheetRows(t, openSheet(t, exampleSheet(t)))
	claim := func(i int) debt.Claim { return rows[i].Handover.Claims[0] }
	debtor := func(i int) debt.Debtor { return rows[i].Handover.Debtor }
	for what, ok := range map[string]bool{
		"IBAN without blanks":        debtor(1).PayerIBAN == "DE89370400440532013000",
		"NRW is a state":             debtor(1).State == "NW",
		"ISO day":                    claim(1).DueOn == debt.MustDate("2025-12-15"),
		"thousands dot":              claim(1).Principal == 1234_56,
		"nine points among business": claim(2).Interest.Surcharge == 900,
		"membership is no service":   claim(3).Interest.Surcharge == 500,
		"researched address":         debtor(3).AddressSource == "researched",
		"country by name":            debtor(4).Country == "CZ" && debtor(4).Postcode == "602 00",
		"tort":                       claim(4).Ground == debt.Tort,
		"consumer loan":              claim(5).Order == debt.Order497,
		"fixed rate":                 claim(5).Interest.Kind == debt.FixedRate && claim(5).Interest.Fixed == 950,
		"titled and secured":         claim(5).Titled && claim(5).Secured && !claim(0).Titled && !claim(0).Secured,
		"no interest":                claim(6).Interest.Kind == debt.NoInterest,
		"formula unwrapped":          debtor(6).CustomerNumber == "00231",
		"comma in quotes":            debtor(6).Street == "Hinterhaus, Schulgasse 9",
		"doubled quotes":             claim(6).Object == `Buch "Gärten im Norden" und Versand`,
		"company":                    debtor(7).Kind == debt.Company && debtor(7).CompanyName == "Bäckerei Kühn e. K.",
		"dunning cost":               rows[7].Handover.Costs[0].Amount == 2_40,
	} {
		if !ok {
			t.Error(what)
		}
	}
}

// writeSheet gives the example in another dress.
func writeSheet(t testing.TB, records [][]string, delimiter rune, english bool) string {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = delimiter
	for i, r := range records {
		if i == 0 && english {
			r = nil
			for _, name := range records[0] {
				r = append(r, columnInfos[columnByWord[plainWord(name)]].english)
			}
		}
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return b.String()
}

func TestEveryEncodingDelimiterAndLanguageGivesTheSame(t *testing.T) {
	in := csv.NewReader(strings.NewReader(exampleSheet(t)))
	in.Comma, in.LazyQuotes = ';', true
	records, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records { // CP1252 has no ş, ı, š beyond its own letters
		for i := range r {
			r[i] = strings.NewReplacer("Ayşe", "Ayse", "Yıldırım", "Yildirim").Replace(r[i])
		}
	}
	encodings := map[string]func(string) string{
		"UTF-8":          func(s string) string { return s },
		"UTF-8 with BOM": func(s string) string { return "\ufeff" + s },
		"sep= hint":      func(s string) string { return "sep=;\r\n" + s },
		"CP1252": func(s string) string {
			out, err := charmap.Windows1252.NewEncoder().String(s)
			if err != nil {
				t.Fatal(err)
			}
			return out
		},
		"CR LF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"CR":    func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
	}
	var want []Row
	for name, encode := range encodings {
		for _, delimiter := range []rune{';', ','} {
			for _, english := range []bool{false, true} {
				content := encode(writeSheet(t, records, delimiter, english))
				if name == "sep= hint" {
					content = strings.Replace(content, "sep=;", "sep="+string(delimiter), 1)
				}
				got := sheetRows(t, openSheet(t, content))
				for i := range got {
					if len(got[i].Problems) > 0 {
						t.Fatalf("%s %q english=%v: %v", name, delimiter, english, got[i].Problems)
					}
					got[i].Number = 0 // the hint is a line of its own
				}
				if want == nil {
					want = got
				}
				if len(got) != 8 || !reflect.DeepEqual(got, want) {
					t.Errorf("%s %q english=%v: differs", name, delimiter, english)
				}
			}
		}
	}
}

func TestRewindReadsTheSameAgain(t *testing.T) {
	s := openSheet(t, "\ufeff"+exampleSheet(t))
	first := sheetRows(t, s)
	if err := s.Rewind(); err != nil {
		t.Fatal(err)
	}
	if again := sheetRows(t, s); !reflect.DeepEqual(first, again) {
		t.Error("the second pass differs")
	}
	if _, err := s.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %v", err)
	}
}

const (
	shortHeader = "Aktenzeichen;Nachname;Straße;PLZ;Ort;Hauptforderung;Forderungsgrund;Gegenstand;Fällig am\n"
	shortRow    = "A-1;Muster;Weg 1;50667;Köln;12,00;Sonstiges;Beitrag;01.10.2026\n"
)

func TestFilesThatCannotBeReadAreRefused(t *testing.T) {
	cp1252 := func(s string) string { return strings.NewReplacer("ö", "\xf6", "ß", "\xdf", "ä", "\xe4").Replace(s) }
	for name, c := range map[string]struct {
		content, key string
		args         debt.Args
	}{
		"nothing":                {"", "sheet_empty", nil},
		"only a BOM":             {"\ufeff", "sheet_empty", nil},
		"only blank lines":       {"\r\n \n", "sheet_empty", nil},
		"only delimiters":        {";;;\n;;\n", "sheet_header_missing", nil},
		"only the hint of Excel": {"sep=;\n", "sheet_empty", nil},
		"header only":            {shortHeader, "sheet_without_rows", nil},
		"header, blank rows":     {shortHeader + ";;;;;;;;\n\n", "sheet_without_rows", nil},
		"UTF-16 LE":              {"\xff\xfeA\x00", "sheet_utf16", nil},
		"UTF-16 BE":              {"\xfe\xff\x00A", "sheet_utf16", nil},
		"NUL":                    {shortHeader + shortRow + "A-\x002;", "sheet_nul", debt.Args{"row": 3}},
		"both encodings":         {shortHeader + shortRow + "A-2;M\xfcller;\n", "broken_encoding", debt.Args{"row": 3}},
		"BOM, then CP1252":       {"\ufeffAktenzeichen\r\nM\xfcller", "broken_encoding", debt.Args{"row": 2}},
		"undefined in CP1252":    {cp1252(shortHeader) + "A-1;M\x81ller", "sheet_encoding_unknown", debt.Args{"row": 2}},
		"data without header":    {shortRow + shortRow, "sheet_header_missing", nil},
		"tabs":                   {"Aktenzeichen\tNachname\nA\tB\n", "sheet_delimiter_unknown", nil},
		"open quote to end":      {shortHeader + shortRow + "A-2;\"Muster;\n\nx", "sheet_quote_unclosed", debt.Args{"row": 3}},
		"open quote to limit":    {shortHeader + "A-2;\"Muster\n" + strings.Repeat(shortRow, 2000), "sheet_quote_unclosed", debt.Args{"row": 2}},
		"text after the quote":   {shortHeader + "A-2;\"Muster\"x;", "sheet_quote_broken", debt.Args{"row": 2}},
		"two quotations":         {shortHeader + "A-2;\"Muster\" \"x\";", "sheet_quote_broken", debt.Args{"row": 2}},
		"broken quote in header": {"\"Aktenzeichen\"x;PLZ\nA;1\n", "sheet_quote_broken", debt.Args{"row": 1}},
		"long line":              {shortHeader + shortRow + strings.Repeat("x", maxRecord+1), "sheet_row_too_long", debt.Args{"row": 3, "most": 64}},
		"unknown columns": {"Aktenzeichen;Nahcname;PLZ;Wohnort\nA;B;C;D\n", "sheet_columns_unknown", debt.Args{
			"columns": "Nahcname, Wohnort", "known": openSheet(t, shortHeader+shortRow).knownNames()}},
		"column twice": {"Aktenzeichen;Referenz;aktenzeichen;PLZ\nA;B;C;D\n", "sheet_columns_duplicate",
			debt.Args{"columns": "Referenz, aktenzeichen"}},
		"columns missing": {"Aktenzeichen;Nachname;PLZ;Gegenstand;Ort\nA;B;C;D;E\n", "sheet_columns_missing",
			debt.Args{"columns": "Straße, Hauptforderung, Forderungsgrund, Fälligkeit"}},
		"columns missing, English": {"reference;last_name;postcode;object;city\nA;B;C;D;E\n", "sheet_columns_missing",
			debt.Args{"columns": "street, principal, ground, due_date"}},
	} {
		var e *debt.Error
		err := sheetFailure(c.content)
		if !errors.As(err, &e) || e.Kind != debt.Invalid || e.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		} else if c.args != nil && !reflect.DeepEqual(e.Args, c.args) {
			t.Errorf("%s: %v, want %v", name, e.Args, c.args)
		}
	}
}

func TestAFileProblemStaysUntilRewind(t *testing.T) {
	s := openSheet(t, shortHeader+shortRow+"A-2;\"Muster\"x;")
	if _, err := s.Next(); err != nil {
		t.Fatal(err)
	}
	_, first := s.Next()
	if _, again := s.Next(); first == nil || !errors.Is(again, first) {
		t.Errorf("%v, then %v", first, again)
	}
	if err := s.Rewind(); err != nil {
		t.Fatal(err)
	}
	if row, err := s.Next(); err != nil || row.Handover.Reference != "A-1" {
		t.Errorf("%+v, %v", row, err)
	}
}

// A sheet that changes between detection and reading must not smuggle broken text in.
type swappedFile struct {
	*strings.Reader
	after string
	seeks int
}

func (f *swappedFile) Seek(offset int64, whence int) (int64, error) {
	if f.seeks++; f.seeks == 6 {
		f.Reader = strings.NewReader(f.after)
	}
	return f.Reader.Seek(offset, whence)
}

func TestAFileThatChangesMeanwhileIsRefused(t *testing.T) {
	f := &swappedFile{Reader: strings.NewReader(shortHeader + shortRow),
		after: shortHeader + strings.Replace(shortRow, "ö", "\xf6", 1)}
	s, err := OpenSheet(f, sheetCreditor, sheetToday)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Rewind(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Next(); !errors.Is(err, debt.E(debt.Invalid, "broken_encoding", nil)) {
		t.Errorf("after %d seeks: %v", f.seeks, err)
	}
}

type brokenDisk struct{ *strings.Reader }

var errDisk = errors.New("disk")

func (brokenDisk) Read([]byte) (int, error) { return 0, errDisk }

func TestAReadErrorIsNotTheClerksFault(t *testing.T) {
	_, err := OpenSheet(brokenDisk{strings.NewReader("x")}, sheetCreditor, sheetToday)
	if !errors.Is(err, errDisk) || debt.KindOf(err) != "" {
		t.Errorf("%v", err)
	}
}

func TestNumbersAreTheLinesOfAnEditor(t *testing.T) {
	content := "\n" + shortHeader + "\n;;;;;;;;\n" + shortRow +
		"A-2;Muster;\"c/o Beispiel\r\nWeg 1\";50667;Köln;12,00;Sonstiges;\"Beitrag\n\nzwei\";01.10.2026\n" +
		"A-3;zu wenig\n" + strings.TrimSpace(shortRow)
	rows := sheetRows(t, openSheet(t, content))
	var numbers []int
	for _, r := range rows {
		numbers = append(numbers, r.Number)
	}
	if want := []int{5, 6, 10, 11}; !reflect.DeepEqual(numbers, want) {
		t.Fatalf("%v, want %v", numbers, want)
	}
	if h := rows[1].Handover; h.Debtor.Street != "c/o Beispiel Weg 1" || h.Claims[0].Object != "Beitrag zwei" {
		t.Errorf("line breaks inside a cell: %q, %q", h.Debtor.Street.Reveal(), h.Claims[0].Object)
	}
	if p := rows[2].Problems; len(p) != 1 || p[0].Row != 10 || p[0].Err.Key != "row_fields" {
		t.Errorf("short row: %+v", p)
	}
}

// longLine is a file with one endless line, made while it is read.
type longLine struct {
	head   string
	length int64
	at     int64
}

func (l *longLine) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) && l.at < l.length {
		b[n] = 'x'
		if l.at < int64(len(l.head)) {
			b[n] = l.head[l.at]
		}
		n, l.at = n+1, l.at+1
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (l *longLine) Seek(offset int64, _ int) (int64, error) {
	l.at = offset
	return offset, nil
}

func TestAnEndlessLineCostsNoMemory(t *testing.T) {
	const length, bound = 10 << 20, 1 << 20
	for name, head := range map[string]string{
		"in a row":    shortHeader + shortRow + "A-2;",
		"in quotes":   shortHeader + shortRow + "A-2;\"",
		"in a header": "Aktenzeichen;",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s, err := OpenSheet(&longLine{head: head, length: length}, sheetCreditor, sheetToday)
		for err == nil {
			_, err = s.Next()
		}
		runtime.ReadMemStats(&after)
		if !errors.Is(err, debt.E(debt.Invalid, "sheet_row_too_long", nil)) {
			t.Errorf("%s: %v", name, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > bound {
			t.Errorf("%s: %d bytes allocated, want at most %d", name, used, bound)
		}
	}
}

// The live heap must not grow with the number of rows.
func TestALongFileIsReadInConstantMemory(t *testing.T) {
	s := openSheet(t, shortHeader+strings.Repeat(shortRow, 50_000))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	rows := 0
	for {
		_, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		rows++
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); rows != 50_000 || grown > 1<<20 {
		t.Errorf("%d rows, heap grew by %d bytes", rows, grown)
	}
	runtime.KeepAlive(s)
}

func FuzzSheet(f *testing.F) {
	f.Add([]byte(shortHeader + shortRow))
	f.Add([]byte("\ufeffsep=,\r\nreference,ground\r\n\"a\"\"b\",\"c\nd\"\r\n"))
	f.Add([]byte(shortHeader + "A-2;\"Mus\xfcter\" ;=\"00123\";'01067;;-1;x;;9.9.2099\n"))
	if b, err := os.ReadFile("testdata/example.csv"); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := OpenSheet(bytes.NewReader(b), sheetCreditor, sheetToday)
		last := 0
		for err == nil {
			var row Row
			if row, err = s.Next(); err != nil {
				break
			}
			if row.Number <= last {
				t.Fatalf("row %d after row %d", row.Number, last)
			}
			last = row.Number
			if len(row.Problems) == 0 && row.Handover.Validate() != nil {
				t.Fatalf("row %d accepted: %v", row.Number, row.Handover.Validate())
			}
			for _, p := range row.Problems {
				if p.Err == nil || p.Row != row.Number || len([]rune(p.Value)) > 61 {
					t.Fatalf("problem %+v", p)
				}
			}
		}
		var e *debt.Error
		if !errors.Is(err, io.EOF) && !errors.As(err, &e) {
			t.Fatalf("%v", err)
		}
	})
}
