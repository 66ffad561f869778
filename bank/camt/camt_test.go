package camt

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"quitt/bank"
	"quitt/bank/statement"
)

// collected keeps all that a document says.
type collected struct {
	heads   []statement.Head
	entries [][]statement.Entry
	feet    []statement.Foot
}

func (c *collected) Begin(h statement.Head) error {
	c.heads = append(c.heads, h)
	c.entries = append(c.entries, nil)
	return nil
}

func (c *collected) Entry(e statement.Entry) error {
	c.entries[len(c.entries)-1] = append(c.entries[len(c.entries)-1], e)
	return nil
}

func (c *collected) End(f statement.Foot) error {
	c.feet = append(c.feet, f)
	return nil
}

func read(t *testing.T, b []byte) collected {
	t.Helper()
	var c collected
	if err := Read(bytes.NewReader(b), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func file(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const vector = "camt.053.001.08-de-reconciliation.xml"

// expected is the same day of the account that the vector in MT940 tells of.
type expected struct {
	Account          string
	Opening, Closing int64
	Entries          []struct {
		Kind        string
		Cents       int64
		RF          string `json:"ref_rf"`
		Payer       string
		PayerIBAN   string `json:"payer_iban"`
		Ultimate    string `json:"ultimate_debtor"`
		Joined      string `json:"remittance_joined"`
		E2E, Reason string
		Children    []struct {
			E2E   string
			Cents int64
		}
		Original int64 `json:"original_cents"`
		Charges  int64 `json:"charges_cents"`
		Booked   *bool
	}
}

func TestTheVectorIsReadAsItsExpectationSays(t *testing.T) {
	var want expected
	if err := json.Unmarshal(file(t, "reconciliation.expected.json"), &want); err != nil {
		t.Fatal(err)
	}
	got := read(t, file(t, vector))
	h, f := got.heads[0], got.feet[0]
	if h.IBAN != want.Account || h.Kind != statement.Booked || h.ID != "0752026112018000001" || h.Sequence != "224" || h.Created.IsZero() {
		t.Errorf("head %+v", h)
	}
	if f.Opening.Cents != want.Opening || f.Closing.Cents != want.Closing || !f.Previous || f.Interim || f.OpeningOn != "2026-11-19" || f.ClosingOn != "2026-11-20" {
		t.Errorf("foot %+v", f)
	}
	if len(got.entries[0]) != len(want.Entries) {
		t.Fatalf("%d entries", len(got.entries[0]))
	}
	sum := f.Opening.Cents
	for i, w := range want.Entries {
		e := got.entries[0][i]
		done := w.Booked == nil || *w.Booked
		if e.Amount.Cents != w.Cents || (e.Status == statement.Done) != done {
			t.Errorf("entry %d: %+v", i+1, e)
		}
		if done {
			sum += e.Amount.Cents
		}
		if len(w.Children) > 0 {
			for n, c := range w.Children {
				if d := e.Details[n]; d.EndToEnd != c.E2E || d.Amount.Cents != c.Cents {
					t.Errorf("entry %d, %d: %+v", i+1, n, d)
				}
			}
			if e.Batch == nil || e.Batch.Count != 2 || e.Batch.PaymentID != "DD-20261123-000001-RCUR-20261130" {
				t.Errorf("batch %+v", e.Batch)
			}
			continue
		}
		d := e.Details[0]
		if d.Reference != w.RF || w.Payer != "" && (d.Payer.Name != w.Payer || d.Payer.IBAN != w.PayerIBAN && w.PayerIBAN != "") || d.Ultimate != w.Ultimate || d.EndToEnd != w.E2E {
			t.Errorf("entry %d: %+v", i+1, d)
		}
		if w.Joined != "" && (strings.Join(d.Remittance, "") != w.Joined || len(d.Remittance) != 2) {
			t.Errorf("entry %d: %q", i+1, d.Remittance)
		}
		if (d.Return != nil) != (w.Reason != "") || d.Return != nil && d.Return.Code != w.Reason {
			t.Errorf("entry %d: %+v", i+1, d.Return)
		}
		if d.Charges != w.Charges || w.Original != 0 && (d.Original == nil || d.Original.Cents != -w.Original) {
			t.Errorf("entry %d: %+v, %d charges", i+1, d.Original, d.Charges)
		}
	}
	if sum != want.Closing {
		t.Errorf("the entries lead to %d", sum)
	}
	code := got.entries[0][3].Code
	if diff := cmp.Diff(statement.Code{Domain: "PMNT", Family: "IDDT", Sub: "UPDD", GVC: "109", Prima: "00931", TextKey: "914"}, code); diff != "" {
		t.Error(diff)
	}
	if p := got.entries[0][3].Details[0].Payer; p.Name != "Max Mustermann" || p.IBAN != "DE02120300000000202051" {
		t.Errorf("who did not pay: %+v", p)
	}
}

const plain = `<Ntry><Amt Ccy="EUR">79.90</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Jörg Müßig</Nm></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>`

func TestWhatIsReadDifferently(t *testing.T) {
	for name, c := range map[string]struct {
		number, version, entry string
		look                   func(e statement.Entry) bool
	}{
		"a reversal keeps its sign": {"053", "02", strings.Replace(plain, "<Sts>", "<RvslInd>true</RvslInd><Sts>", 1),
			func(e statement.Entry) bool { return e.Reversal && e.Amount.Cents == 7990 }},
		"a detail's own sign wins": {"053", "04", strings.Replace(plain, "<TxDtls>", `<TxDtls><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>`, 1),
			func(e statement.Entry) bool { return e.Details[0].Amount.Cents == -100 && e.Amount.Cents == 7990 }},
		"a future booking": {"053", "08", strings.Replace(plain, "BOOK", "<Cd>FUTR</Cd>", 1),
			func(e statement.Entry) bool { return e.Status == statement.Pending }},
		"for information": {"052", "08", strings.Replace(plain, "BOOK", "<Cd>INFO</Cd>", 1),
			func(e statement.Entry) bool { return e.Status == statement.Info }},
		"an entry without details has one": {"053", "02", plain[:strings.Index(plain, "<NtryDtls>")] + "</Ntry>",
			func(e statement.Entry) bool { return len(e.Details) == 1 && e.Details[0].Amount.Cents == 7990 }},
		"a batch without details has none": {"053", "02", plain[:strings.Index(plain, "<NtryDtls>")] + "<NtryDtls><Btch><NbOfTxs>3</NbOfTxs></Btch></NtryDtls></Ntry>",
			func(e statement.Entry) bool { return len(e.Details) == 0 && e.Batch.Count == 3 }},
		"zeros too many": {"053", "10", strings.Replace(plain, "79.90", "79.90000", 1),
			func(e statement.Entry) bool { return e.Amount.Cents == 7990 }},
		"another currency": {"053", "02", strings.Replace(plain, `"EUR"`, `"CHF"`, 1),
			func(e statement.Entry) bool { return e.Amount == statement.Money{Cents: 7990, Currency: "CHF"} }},
		"exchanged money": {"053", "02", strings.Replace(plain, "<TxDtls>", `<TxDtls><AmtDtls><InstdAmt><Amt Ccy="USD">99.00</Amt></InstdAmt><TxAmt><Amt Ccy="USD">99.00</Amt></TxAmt></AmtDtls>`, 1),
			func(e statement.Entry) bool {
				return e.Details[0].Amount.Cents == 7990 && *e.Details[0].Original == statement.Money{Cents: 9900, Currency: "USD"}
			}},
		"charges beside the amount": {"053", "08", strings.Replace(strings.Replace(plain, "BOOK", "<Cd>BOOK</Cd>", 1), "<RltdPties>", `<Chrgs><Rcrd><Amt Ccy="EUR">0.70</Amt><ChrgInclInd>false</ChrgInclInd></Rcrd><Rcrd><Amt Ccy="EUR">0.30</Amt></Rcrd></Chrgs><RltdPties>`, 1),
			func(e statement.Entry) bool { return e.Details[0].Charges == 30 }},
		"a prefix": {"053", "02", plain, func(e statement.Entry) bool { return e.Details[0].Payer.Name == "Jörg Müßig" }},
	} {
		text := headOf(c.number, c.version) + c.entry + footOf(c.number)
		if name == "a prefix" {
			text = strings.NewReplacer("<?", "<?", "</", "</n:", "<", "<n:", "xmlns=", "xmlns:n=").Replace(text)
		}
		got := read(t, []byte(text))
		if len(got.entries) != 1 || len(got.entries[0]) != 1 || !c.look(got.entries[0][0]) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestTheOtherSideIsFound(t *testing.T) {
	const parties = `<RltdPties><Dbtr><Nm>D</Nm></Dbtr><DbtrAcct><Id><IBAN>%D</IBAN></Id></DbtrAcct><Cdtr><Nm>C</Nm></Cdtr><CdtrAcct><Id><IBAN>%C</IBAN></Id></CdtrAcct></RltdPties>`
	const own, foreign = "DE89370400440532013000", "DE02120300000000202051"
	for _, c := range []struct{ name, sign, debtor, creditor, more, want string }{
		{"money in", "CRDT", foreign, own, "", "D"},
		{"money out", "DBIT", own, foreign, "", "C"},
		{"a debit that came back", "DBIT", foreign, own, "<RtrInf><Rsn><Cd>MS03</Cd></Rsn></RtrInf>", "D"},
		{"a transfer that came back", "CRDT", own, foreign, "<RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf>", "C"},
		{"a bank that turns them round", "CRDT", own, foreign, "", "C"},
		{"told by the code", "DBIT", foreign, "", "<BkTxCd><Prtry><Cd>NRTI+109+00931</Cd></Prtry></BkTxCd>", "D"},
	} {
		text := strings.Replace(plain, "CRDT", c.sign, 1)
		text = strings.Replace(text, "<RltdPties><Dbtr><Nm>Jörg Müßig</Nm></Dbtr></RltdPties>", strings.NewReplacer("%D", c.debtor, "%C", c.creditor).Replace(parties)+c.more, 1)
		got := read(t, []byte(headOf("053", "02")+text+footOf("053")))
		if p := got.entries[0][0].Details[0].Payer.Name; p != c.want {
			t.Errorf("%s: %q", c.name, p)
		}
	}
}

func TestBalancesOfPages(t *testing.T) {
	for name, c := range map[string]struct {
		balances          string
		opening, closing  int64
		previous, interim bool
	}{
		"the whole day":   {balanceOf("OPBD", "1.00") + balanceOf("CLBD", "2.00"), 100, 200, true, false},
		"both beginnings": {balanceOf("PRCD", "1.00") + balanceOf("OPBD", "1.00") + balanceOf("CLBD", "2.00"), 100, 200, true, false},
		"first page":      {balanceOf("PRCD", "1.00") + balanceOf("ITBD", "2.00"), 100, 200, true, true},
		"page between":    {balanceOf("ITBD", "1.00") + balanceOf("ITBD", "2.00"), 100, 200, false, true},
		"last page":       {balanceOf("ITBD", "1.00") + balanceOf("CLBD", "2.00"), 100, 200, false, false},
		"owed":            {balanceOf("PRCD", "-1.00") + balanceOf("CLBD", "-2.00") + balanceOf("CLAV", "9.00"), -100, -200, true, false},
	} {
		f := read(t, []byte(headOf("053", "08")+c.balances+footOf("053"))).feet[0]
		if f.Opening.Cents != c.opening || f.Closing.Cents != c.closing || f.Previous != c.previous || f.Interim != c.interim {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestSeveralStatementsAndAccountsInOneFile(t *testing.T) {
	one := headOf("053", "08") + strings.Replace(plain, "BOOK", "<Cd>BOOK</Cd>", 1)
	second := strings.NewReplacer("<Id>1</Id>", "<Id>2</Id>", "DE89370400440532013000", "DE02120300000000202051").Replace(one[strings.Index(one, "<Stmt>"):])
	got := read(t, []byte(one+"</Stmt>"+second+footOf("053")))
	if len(got.heads) != 2 || len(got.feet) != 2 || got.heads[1].ID != "2" || got.heads[1].IBAN != "DE02120300000000202051" || len(got.entries[1]) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestEncodings(t *testing.T) {
	text := headOf("053", "02") + plain + footOf("053")
	latin, err := charmap.ISO8859_1.NewEncoder().String(strings.Replace(text, "UTF-8", "ISO-8859-1", 1))
	if err != nil {
		t.Fatal(err)
	}
	wide := func(low bool, s string) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			if low {
				b = append(b, byte(u), byte(u>>8))
			} else {
				b = append(b, byte(u>>8), byte(u))
			}
		}
		return b
	}
	utf16 := strings.Replace(text, "UTF-8", "UTF-16", 1)
	for name, b := range map[string][]byte{
		"UTF-8":                  []byte(text),
		"UTF-8 with a mark":      []byte("\ufeff" + text),
		"ISO-8859-1":             []byte(latin),
		"Windows-1252":           []byte(strings.Replace(latin, "ISO-8859-1", "windows-1252", 1)),
		"UTF-16":                 wide(false, "\ufeff"+utf16),
		"UTF-16, low byte first": wide(true, "\ufeff"+utf16),
		"UTF-16 without a mark":  wide(true, utf16),
		"UTF-16 that says UTF-8": wide(true, "\ufeff"+text),
	} {
		got := read(t, b)
		if payer := got.entries[0][0].Details[0].Payer.Name; payer != "Jörg Müßig" {
			t.Errorf("%s: %q", name, payer)
		}
	}
}

// refused lists what is not read, and why.
func refused() map[string]struct{ text, key string } {
	with := func(old, new string) string {
		text := headOf("053", "02") + balanceOf("PRCD", "1.00") + plain + footOf("053")
		if !strings.Contains(text, old) {
			panic(old)
		}
		return strings.Replace(text, old, new, 1)
	}
	return map[string]struct{ text, key string }{
		"nothing":                {"", "bankfile_unknown"},
		"blanks":                 {" \n ", "bankfile_unknown"},
		"no XML":                 {"Buchungstag;Betrag\n", "bankfile_xml"},
		"another document":       {"<html></html>", "bankfile_unknown"},
		"a payment order":        {strings.ReplaceAll(with("camt.053.001.02", "pain.001.001.09"), "BkToCstmrStmt", "CstmrCdtTrfInitn"), "bankfile_unknown"},
		"another namespace":      {with("camt.053.001.02", "pain.001.001.09"), "bankfile_unknown"},
		"another message":        {with("camt.053", "camt.052"), "bankfile_unknown"},
		"a version to come":      {with("001.02", "001.99"), "bankfile_version"},
		"entities":               {with("<Document", `<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Document`), "bankfile_dtd"},
		"an entity of a file":    {with("<Document", `<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document`), "bankfile_dtd"},
		"an unknown entity":      {with("Jörg", "&joerg;"), "bankfile_xml"},
		"depth":                  {with("<Ntry>", strings.Repeat("<a>", 50)), "bankfile_depth"},
		"one long text":          {with("Jörg", strings.Repeat("x", 2<<20)), "bankfile_size"},
		"one long tag":           {with("<Ntry>", "<Ntry a='"+strings.Repeat("x", 2<<20)), "bankfile_size"},
		"one long comment":       {with("<Ntry>", "<!--"+strings.Repeat("x", 2<<20)), "bankfile_size"},
		"many balances":          {with("<Ntry>", strings.Repeat(balanceOf("CLAV", "1.00"), 1_001)+"<Ntry>"), "bankfile_size"},
		"half a file":            {with("</BookgDt>", "")[:400], "bankfile_cut"},
		"tags that cross":        {with("</BookgDt><NtryDtls>", "<NtryDtls></BookgDt>"), "bankfile_xml"},
		"two roots":              {with("</Document>", "</Document><Document></Document>"), "bankfile_xml"},
		"text behind it":         {with("</Document>", "</Document>x"), "bankfile_xml"},
		"Latin-1 named UTF-8":    {with("Jörg", "J\xf6rg"), "bankfile_encoding"},
		"an unknown encoding":    {with("UTF-8", "EBCDIC-DE"), "bankfile_encoding"},
		"UTF-16 that is none":    {with("UTF-8", "UTF-16"), "bankfile_encoding"},
		"UTF-7":                  {with("UTF-8", "UTF-7"), "bankfile_encoding"},
		"a version of XML":       {with(`<?xml version="1.0"`, `<?xml version="0"`), "bankfile_xml"},
		"a NUL":                  {with("Jörg", "J\x00rg"), "bankfile_xml"},
		"half a cent":            {with("79.90", "79.905"), "bankfile_decimals"},
		"five decimals":          {with("79.90", "79.90001"), "bankfile_decimals"},
		"a comma":                {with("79.90", "79,90"), "bankfile_amount"},
		"a minus":                {with("79.90", "-79.90"), "bankfile_amount"},
		"an exponent":            {with("79.90", "7.99e1"), "bankfile_amount"},
		"too much":               {with("79.90", "99999999999999999999.00"), "bankfile_amount"},
		"no amount":              {with(`<Amt Ccy="EUR">79.90</Amt>`, ""), "bankfile_amount"},
		"an empty amount":        {with("79.90", ""), "bankfile_amount"},
		"no currency":            {with(`<Ntry><Amt Ccy="EUR">`, "<Ntry><Amt>"), "bankfile_currency"},
		"a currency of its own":  {with(`<Ntry><Amt Ccy="EUR">`, `<Ntry><Amt Ccy="Euro">`), "bankfile_currency"},
		"no sign":                {with("</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>", "</Amt><Sts>"), "bankfile_sign"},
		"an unknown sign":        {with("CRDT</CdtDbtInd><Sts>", "HABEN</CdtDbtInd><Sts>"), "bankfile_sign"},
		"no status":              {with("<Sts>BOOK</Sts>", ""), "bankfile_status"},
		"an unknown status":      {with("BOOK", "MAYBE"), "bankfile_status"},
		"30 February":            {with("2026-11-20", "2026-02-30"), "bankfile_date"},
		"a German date":          {with("2026-11-20", "20.11.2026"), "bankfile_date"},
		"an amount of a balance": {with(`"EUR">1.00`, `"EUR">1.001`), "bankfile_decimals"},
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range refused() {
		err := Read(strings.NewReader(c.text), &counter{})
		var f *bank.FormatError
		if !errors.As(err, &f) || f.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARefusalSaysWhere(t *testing.T) {
	text := headOf("053", "02") + plain + "\n" + plain + "\n" + strings.Replace(plain, "79.90", "79.905", 1) + footOf("053")
	err := Read(strings.NewReader(text), &counter{})
	if got, want := err.Error(), "bankfile_decimals entry=3 line=4 statement=1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Wherever a file ends too early, that is said, whatever was handed on before.
func TestAFileCutAnywhereIsRefused(t *testing.T) {
	b := file(t, vector)
	end := bytes.LastIndexByte(b, '>')
	for n := range end {
		err := Read(bytes.NewReader(b[:n]), &counter{})
		var f *bank.FormatError
		if !errors.As(err, &f) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestErrorsOfOthersComeBack(t *testing.T) {
	mine := errors.New("mine")
	if err := Read(broken{mine}, &counter{}); !errors.Is(err, mine) {
		t.Errorf("of the file: %v", err)
	}
	for n := range 3 {
		if err := Read(bytes.NewReader(file(t, vector)), &stopper{at: n, err: mine}); !errors.Is(err, mine) {
			t.Errorf("of the visitor at %d: %v", n, err)
		}
	}
}

type stopper struct {
	at  int
	err error
}

func (s *stopper) stop(n int) error {
	if s.at == n {
		return s.err
	}
	return nil
}

func (s *stopper) Begin(statement.Head) error  { return s.stop(0) }
func (s *stopper) Entry(statement.Entry) error { return s.stop(1) }
func (s *stopper) End(statement.Foot) error    { return s.stop(2) }

// Samples of others are not ours to hand on; where they lie beside the project they are read.
func TestSamplesOfOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "bank", "samples", "camt05?", "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	looks := map[string]func(c collected) bool{
		"hbci4java-test-camt-ruecklastschrift.xml": func(c collected) bool {
			e := c.entries[0][0]
			d := e.Details[0]
			return e.Amount.Cents == -5300 && d.Original.Cents == -5000 && d.Charges == 300 && d.Return.Code == "MS03" && d.Mandate == "TEST1234" && d.Payer.Name == "Sven Schuldner"
		},
		"oca-test-camt053-txdtls.xml": func(c collected) bool {
			e := c.entries[0][0]
			return len(c.entries[0]) == 1 && e.Amount == statement.Money{Cents: 348300, Currency: "CHF"} && len(e.Details) == 2 && e.Details[0].Reference == "302388292000011111111111111"
		},
		"viafintech-valid_example_with_batch.xml": func(c collected) bool {
			e := c.entries[0][0]
			return len(c.entries[0]) == 3 && e.Amount.Cents == -475374 && e.Batch.Count == 3 && len(e.Details) == 0
		},
	}
	entries := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var c collected
		if err := Read(bytes.NewReader(b), &c); err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
			continue
		}
		for _, list := range c.entries {
			entries += len(list)
		}
		if look := looks[filepath.Base(name)]; look != nil && !look(c) {
			t.Errorf("%s: %+v", filepath.Base(name), c)
		}
	}
	t.Logf("%d samples, %d entries", len(files), entries)
}

func FuzzRead(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", vector))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	for _, v := range []string{"02", "04", "08"} {
		f.Add([]byte(headOf("052", v) + balanceOf("ITBD", "1.00") + plain + footOf("052")))
		f.Add([]byte(headOf("054", v) + plain + plain + footOf("054")))
	}
	for _, c := range refused() {
		if len(c.text) < 10_000 {
			f.Add([]byte(c.text))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var c collected
		err := Read(bytes.NewReader(b), &c)
		var ours *bank.FormatError
		if err != nil && !errors.As(err, &ours) {
			t.Fatalf("an error without words: %v", err)
		}
		for _, list := range c.entries {
			for _, e := range list {
				if e.Batch == nil && len(e.Details) == 0 || !slices.Contains([]statement.Status{statement.Done, statement.Pending, statement.Info}, e.Status) {
					t.Fatalf("%+v", e)
				}
			}
		}
		if err == nil && len(c.heads) != len(c.feet) {
			t.Fatalf("%d begun, %d ended", len(c.heads), len(c.feet))
		}
	})
}
