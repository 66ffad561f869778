package mt940

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"quitt/bank"
	"quitt/bank/statement"
)

// collected keeps all that a file says.
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

func read(t *testing.T, s string) collected {
	t.Helper()
	var c collected
	if err := Read(strings.NewReader(s), &c); err != nil {
		t.Fatalf("%v\n%s", err, s)
	}
	return c
}

func file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const vector = "mt940-dk-reconciliation.sta"

type expected struct {
	Cents       int64
	RF          string `json:"ref_rf"`
	Payer       string
	PayerIBAN   string `json:"payer_iban"`
	Ultimate    string `json:"ultimate_debtor"`
	Joined      string `json:"remittance_joined"`
	E2E, Reason string
	Children    []struct{}
	Original    int64 `json:"original_cents"`
	Charges     int64 `json:"charges_cents"`
	CamtOnly    bool  `json:"camt_only"`
}

// The same day as in the vector of camt.053, without what only camt has: the payment that is not
// booked yet, and the payments of the batch.
func TestTheVectorIsReadAsItsExpectationSays(t *testing.T) {
	var want struct {
		Account          string
		Opening, Closing int64
		Entries          []expected
	}
	if err := json.Unmarshal([]byte(file(t, "reconciliation.expected.json")), &want); err != nil {
		t.Fatal(err)
	}
	got := read(t, file(t, vector))
	h, f := got.heads[0], got.feet[0]
	if !h.Of(want.Account) || h.Kind != statement.Booked || h.Sequence != "00224/001" || h.ID != "STARTUMSE 00224/001 2026-11-19" || h.Currency != "EUR" {
		t.Errorf("head %+v", h)
	}
	if f.Opening.Cents != want.Opening || f.Closing.Cents != want.Closing || !f.Previous || f.Interim || f.OpeningOn != "2026-11-19" || f.ClosingOn != "2026-11-20" {
		t.Errorf("foot %+v", f)
	}
	want.Entries = slices.DeleteFunc(want.Entries, func(e expected) bool { return e.CamtOnly })
	if len(got.entries[0]) != len(want.Entries) {
		t.Fatalf("%d entries", len(got.entries[0]))
	}
	sum := f.Opening.Cents
	for i, w := range want.Entries {
		e := got.entries[0][i]
		sum += e.Amount.Cents
		if e.Amount.Cents != w.Cents || e.Status != statement.Done || e.BookedOn != "2026-11-20" || e.ValueOn != "2026-11-20" || e.Ref == "" {
			t.Errorf("entry %d: %+v", i+1, e)
		}
		if len(w.Children) > 0 {
			if e.Batch == nil || e.Batch.Count != 2 || e.Batch.PaymentID != "DD-20261123-000001-RCUR-20261130" || len(e.Details) != 0 {
				t.Errorf("batch %+v", e.Batch)
			}
			continue
		}
		d := e.Details[0]
		if d.Reference != w.RF || w.Payer != "" && (d.Payer.Name != w.Payer || w.PayerIBAN != "" && d.Payer.IBAN != w.PayerIBAN) || d.Ultimate != w.Ultimate || d.EndToEnd != w.E2E {
			t.Errorf("entry %d: %+v", i+1, d)
		}
		if w.Joined != "" && strings.ReplaceAll(strings.Join(d.Remittance, ""), "ü", "ue") != w.Joined {
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
	back := got.entries[0][3]
	if diff := cmp.Diff(statement.Code{GVC: "109", Prima: "931", TextKey: "914"}, back.Code); diff != "" {
		t.Error(diff)
	}
	if d := back.Details[0]; d.Mandate != "M-69694201028" || d.CreditorID != "DE98ZZZ09999999999" || d.Payer.BIC != "BYLADEM1001" || d.Return.Text != "RUECKLASTSCHRIFT MS03 SONSTIGE GRUENDE" {
		t.Errorf("%+v %+v", d, d.Return)
	}
}

const top, bottom = ":20:A\r\n:25:37040044/0532013000\r\n:28C:1/1\r\n:60F:C261119EUR1000,00\r\n", ":62F:C261120EUR1000,00\r\n-\r\n"

// one gives the entry of a statement with this line and this description.
func one(t *testing.T, line, about string) statement.Entry {
	t.Helper()
	text := top + ":61:" + line + "\r\n"
	if about != "" {
		text += ":86:" + about + "\r\n"
	}
	got := read(t, text+bottom)
	if len(got.entries) != 1 || len(got.entries[0]) != 1 {
		t.Fatalf("%+v", got)
	}
	return got.entries[0][0]
}

func TestLinesOfEntries(t *testing.T) {
	for line, want := range map[string]statement.Entry{
		"2611201120CR79,90NTRFNONREF//B1": {Amount: statement.Money{Cents: 7990}, Ref: "B1"},
		"2611201120C79,90NTRFNONREF":      {Amount: statement.Money{Cents: 7990}},
		"2611201120C119,NMSC341241773":    {Amount: statement.Money{Cents: 11900}},
		"2611201120DR0,08NTRFNONREF":      {Amount: statement.Money{Cents: -8}},
		// R behind C is the euro's, R before it takes back.
		"2611201120RC79,90NTRFNONREF":  {Amount: statement.Money{Cents: -7990}, Reversal: true},
		"2611201120RCR79,90NTRFNONREF": {Amount: statement.Money{Cents: -7990}, Reversal: true},
		"2611201120RDR79,90NTRFNONREF": {Amount: statement.Money{Cents: 7990}, Reversal: true},
		"261120D1,50NMSC":              {Amount: statement.Money{Cents: -150}},
		"2611201120EC1,50NTRFNONREF":   {Amount: statement.Money{Cents: 150}, Status: statement.Pending},
	} {
		want.Amount.Currency, want.BookedOn, want.ValueOn = "EUR", "2026-11-20", "2026-11-20"
		want.Status = statement.Status(first(string(want.Status), string(statement.Done)))
		got := one(t, line, "")
		got.Details = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", line, diff)
		}
	}
}

func TestTheDayOfBookingTakesTheNearestYear(t *testing.T) {
	for line, want := range map[string]statement.Date{
		"2612300102C1,NTRF": "2027-01-02", "2701041230C1,NTRF": "2026-12-30", "2611201121C1,NTRF": "2026-11-21",
		"9912310103C1,NTRF": "2000-01-03",
	} {
		if got := one(t, line, "").BookedOn; got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

func TestDescriptions(t *testing.T) {
	const credit = "2611201120CR79,90NTRFNONREF"
	for name, c := range map[string]struct {
		about string
		look  func(e statement.Entry, d statement.Transaction) bool
	}{
		"wrapped anywhere": {"166?00GUTSCHRIFT?10931?20EREF+NOTPROVIDED?21SVWZ+R\r\nF0569694201028?3\r\n2Max Mustermann",
			func(e statement.Entry, d statement.Transaction) bool {
				return d.Reference == "RF0569694201028" && d.EndToEnd == "" && d.Payer.Name == "Max Mustermann" && e.Text == "GUTSCHRIFT"
			}},
		"a label cut in two": {"166?20EREF+ 1234567890123 PAYPAL?23MREF+ 12AB234CD6E7F CRED+ A?24B12CDE0000000000000000034 S?25VWZ+ . SPOTIFY, Ihr Einkauf?26bei SPOTIFY",
			func(_ statement.Entry, d statement.Transaction) bool {
				return d.EndToEnd == "1234567890123 PAYPAL" && d.Mandate == "12AB234CD6E7F" && d.CreditorID == "AB12CDE0000000000000000034" &&
					slices.Equal(d.Remittance, []string{". SPOTIFY, Ihr Einkauf", "bei SPOTIFY"})
			}},
		"a number cut in two": {"166?20SVWZ+Zahlung Az 69694?21201028 danke", func(_ statement.Entry, d statement.Transaction) bool {
			return slices.Equal(d.Remittance, []string{"Zahlung Az 69694", "201028 danke"})
		}},
		"a value that goes on": {"166?20EREF+RATE-69694201028-01234?21567?22SVWZ+x", func(_ statement.Entry, d statement.Transaction) bool {
			return d.EndToEnd == "RATE-69694201028-01234567"
		}},
		"text behind a short value": {"159?20EREF+TFNR 40005 00005?21MTLG:Grund nicht spezifizie?22rt Reject?34914", func(_ statement.Entry, d statement.Transaction) bool {
			return d.EndToEnd == "TFNR 40005 00005" && d.Return.Code == "MS03" && d.Return.Text == "MTLG:Grund nicht spezifiziert Reject"
		}},
		"no labels": {"051?20Rechnung 4711?21 und 4712?60noch mehr?32Max?33Muster", func(_ statement.Entry, d statement.Transaction) bool {
			return len(d.Remittance) == 3 && d.Payer.Name == "Max Muster"
		}},
		"a label within a word": {"166?20SVWZ+MEINEIBAN+XY", func(_ statement.Entry, d statement.Transaction) bool {
			return d.Payer.IBAN == "" && d.Remittance[0] == "MEINEIBAN+XY"
		}},
		"another sign": {"166>20SVWZ+eins>32Max", func(_ statement.Entry, d statement.Transaction) bool {
			return d.Remittance[0] == "eins" && d.Payer.Name == "Max"
		}},
		"the sign in a text": {"166?20SVWZ+Rate? ja?32Max", func(_ statement.Entry, d statement.Transaction) bool {
			return d.Remittance[0] == "Rate? ja" && d.Payer.Name == "Max"
		}},
		"a long name": {"166?32Empfaenger Josef Jaeger UK-?3301", func(_ statement.Entry, d statement.Transaction) bool {
			return d.Payer.Name == "Empfaenger Josef Jaeger UK-01"
		}},
		"another who owes": {"166?20SVWZ+x?21ABWA+Max Mustermann?31DE02120300000000202051", func(_ statement.Entry, d statement.Transaction) bool {
			return d.Ultimate == "Max Mustermann" && d.Payer.IBAN == "DE02120300000000202051"
		}},
		"an account in a label": {"166?20SVWZ+x?21IBAN+DE02120300000000202051?22BIC+BYLADEM1001?23PURP+SALA", func(_ statement.Entry, d statement.Transaction) bool {
			return d.Payer.IBAN == "DE02120300000000202051" && d.Payer.BIC == "BYLADEM1001" && d.Purpose == "SALA"
		}},
		"free words": {"Miete November\r\nAz 69694201028", func(e statement.Entry, d statement.Transaction) bool {
			return e.Text == "Miete November Az 69694201028" && len(d.Remittance) == 2 && e.Code.GVC == ""
		}},
		"free words with a code": {"999Zinsen 3. Quartal", func(e statement.Entry, d statement.Transaction) bool {
			return e.Code.GVC == "999" && d.Remittance[0] == "Zinsen 3. Quartal"
		}},
		"charges in the purpose": {"109?20OAMT+76,90 COAM+3,00?21SVWZ+AC04", func(_ statement.Entry, d statement.Transaction) bool {
			return d.Charges == 300 && d.Original.Cents == 7690 && d.Return.Code == "AC04"
		}},
		"nothing": {"", func(_ statement.Entry, d statement.Transaction) bool { return d.Amount.Cents == 7990 }},
	} {
		e := one(t, credit, c.about)
		if len(e.Details) != 1 || !c.look(e, e.Details[0]) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestTheBanksOwnField(t *testing.T) {
	text := top + ":61:2611201120CR79,90NTRFNONREF\r\n:NS:01SVWZ+Az 69694201028\r\n02 danke\r\n15Max Muster\r\n17GUTSCHRIFT\r\n18931\r\n33BYLADEM1001\r\n34DE02120300000000202051\r\n" + bottom
	e := read(t, text).entries[0][0]
	d := e.Details[0]
	if e.Text != "GUTSCHRIFT" || e.Code.Prima != "931" || d.Payer != (statement.Party{Name: "Max Muster", IBAN: "DE02120300000000202051", BIC: "BYLADEM1001"}) || len(d.Remittance) != 2 {
		t.Errorf("%+v", e)
	}
}

func TestTheSecondLineOfAnEntry(t *testing.T) {
	e := one(t, "2611201120DR28,50NRTINONREF//2026112004\r\n/OCMT/EUR25,50//CHGS/EUR3,00/", "109?20SVWZ+MS03")
	if d := e.Details[0]; d.Original.Cents != -2550 || d.Charges != 300 {
		t.Errorf("%+v", d)
	}
	e = one(t, "2611201120DR28,50NRTINONREF//2026112004/OCMT/USD25,50/", "")
	if d := e.Details[0]; *d.Original != (statement.Money{Cents: -2550, Currency: "USD"}) || e.Ref != "2026112004" {
		t.Errorf("%+v", e)
	}
	if e = one(t, "2611201120CR1,NTRFNONREF\r\nPaiement", ""); e.Text != "Paiement" {
		t.Errorf("%+v", e)
	}
}

func TestEncodings(t *testing.T) {
	text := top + ":61:2611201120CR79,90NTRFNONREF\r\n:86:166?20SVWZ+für Müßiggang?32Jörg M\r\nüßig\r\n" + bottom
	encoded := func(c *charmap.Charmap) string {
		s, err := c.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, s := range map[string]string{
		"UTF-8": text, "UTF-8 with a mark": "\ufeff" + text, "a letter over two lines": strings.Replace(text, "M\r\nü", "M\xc3\r\n\xbc", 1),
		"ISO-8859-1": encoded(charmap.ISO8859_1), "CP850": encoded(charmap.CodePage850), "CP437": encoded(charmap.CodePage437),
		"LF": strings.ReplaceAll(text, "\r\n", "\n"),
	} {
		d := read(t, s).entries[0][0].Details[0]
		if d.Payer.Name != "Jörg Müßig" || d.Remittance[0] != "für Müßiggang" {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestFormsOfTheFile(t *testing.T) {
	whole := top + ":61:2611201120CR79,90NTRFNONREF\r\n" + bottom
	for name, s := range map[string]string{
		"as it should be": whole,
		"without an end":  strings.TrimSuffix(whole, "-\r\n"),
		"blank lines":     "\r\n\r\n" + whole + "\r\n",
		"in an envelope":  "{1:F01BANKDEFFAXXX0000000000}{2:O9400000000000BANKDEFFAXXX00000000000000000000N}{4:\r\n" + strings.TrimSuffix(whole, "-\r\n") + "-}",
		"available money": strings.Replace(whole, "-\r\n", ":64:C261120EUR1,00\r\n:65:C261121EUR1,00\r\n:86:of all\r\nof it\r\n-\r\n", 1),
	} {
		got := read(t, s)
		if len(got.entries) != 1 || len(got.entries[0]) != 1 || len(got.feet) != 1 || len(got.entries[0][0].Details[0].Remittance) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	got := read(t, whole+strings.NewReplacer(":28C:1/1", ":28C:2/1", ":60F:", ":60M:", ":62F:", ":62M:").Replace(whole))
	if len(got.heads) != 2 || got.feet[1].Previous || !got.feet[1].Interim || got.heads[0].ID == got.heads[1].ID {
		t.Errorf("two: %+v", got)
	}
	day := ":20:B\r\n:25:DE89370400440532013000EUR\r\n:28C:7/1\r\n:34F:EUR0,\r\n:13D:2611201330+0100\r\n:61:2611201120CR79,90NTRFNONREF\r\n:86:166?20x\r\n:90D:0EUR0,\r\n:90C:1EUR79,90\r\n-\r\n"
	got = read(t, day)
	if h := got.heads[0]; h.Kind != statement.Intraday || h.IBAN != "DE89370400440532013000" || h.Currency != "EUR" || h.Created.Hour() != 12 || len(got.entries[0]) != 1 || got.feet[0].Closing != nil {
		t.Errorf("MT942: %+v", got)
	}
}

// refused lists what is not read, and why.
func refused() map[string]struct{ text, key string } {
	entry := ":61:2611201120CR79,90NTRFNONREF\r\n"
	with := func(old, new string) string {
		text := top + entry + ":86:166?20x\r\n" + bottom
		if !strings.Contains(text, old) {
			panic(old)
		}
		return strings.Replace(text, old, new, 1)
	}
	return map[string]struct{ text, key string }{
		"nothing":                 {"", "bankfile_unknown"},
		"blank lines":             {"\r\n\r\n", "bankfile_unknown"},
		"no statement":            {"Buchungstag;Betrag\n", "bankfile_unknown"},
		"text behind it":          {with("-\r\n", "-\r\nx\r\n"), "bankfile_unknown"},
		"a long line":             {with("?20x", "?20"+strings.Repeat("x", 20<<10)), "bankfile_size"},
		"many lines":              {with("?20x", "?20"+strings.Repeat("xxxxxxxxx\r\n", 8<<10)), "bankfile_size"},
		"an entry of no report":   {entry, "bankfile_order"},
		"an entry behind the end": {with("-\r\n", entry+"-\r\n"), "bankfile_order"},
		"a head within":           {with(":86:166", ":25:166"), "bankfile_order"},
		"two beginnings":          {with(":61:", ":60F:C261119EUR1,00\r\n:61:"), "bankfile_order"},
		"two ends":                {with("-\r\n", ":62F:C261120EUR1000,00\r\n-\r\n"), "bankfile_order"},
		"no beginning":            {with(":60F:C261119EUR1000,00\r\n", ""), "bankfile_order"},
		"no end":                  {with(":62F:C261120EUR1000,00\r\n", ""), "bankfile_cut"},
		"a next one too early":    {with(":62F:C261120EUR1000,00\r\n", ":20:B\r\n"), "bankfile_cut"},
		"a date of nowhere":       {with("2611201120C", "2613201120C"), "bankfile_date"},
		"30 February":             {with("2611201120C", "2702280230C"), "bankfile_date"},
		"a mark of nowhere":       {with("CR79", "XR79"), "bankfile_line"},
		"no amount":               {with("CR79,90", "CR"), "bankfile_amount"},
		"an amount without comma": {with("79,90", "79"), "bankfile_amount"},
		"two commas":              {with("79,90", "79,9,0"), "bankfile_amount"},
		"a point":                 {with("79,90", "79.90"), "bankfile_amount"},
		"too many decimals":       {with("79,90", "79,901"), "bankfile_decimals"},
		"too much":                {with("79,90", "99999999999999999999,90"), "bankfile_amount"},
		"no kind":                 {with("NTRFNONREF", "X"), "bankfile_line"},
		"no currency":             {with("C261119EUR1000,00", "C261119eur1000,00"), "bankfile_line"},
		"half a balance":          {with("C261119EUR1000,00", "C261119EU"), "bankfile_line"},
		"an original of nowhere":  {with("NONREF\r\n", "NONREF\r\n/OCMT/EUR/\r\n"), "bankfile_line"},
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range refused() {
		err := Read(strings.NewReader(c.text), &collected{})
		var f *bank.FormatError
		if !errors.As(err, &f) || f.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	text := top + ":61:2611201120CR79,90NTRFNONREF\r\n:61:2611201120CR79NTRFNONREF\r\n" + bottom
	if err := Read(strings.NewReader(text), &collected{}); err == nil || err.Error() != "bankfile_amount entry=2 line=6 statement=1" {
		t.Errorf("the place: %v", err)
	}
}

func TestAFileCutAnywhereIsRefused(t *testing.T) {
	s := file(t, vector)
	end := strings.LastIndex(s, "-")
	for n := range end {
		err := Read(strings.NewReader(s[:n]), &collected{})
		var f *bank.FormatError
		if !errors.As(err, &f) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestErrorsOfTheFileComeBack(t *testing.T) {
	mine := errors.New("mine")
	if err := Read(broken{mine}, &collected{}); !errors.Is(err, mine) {
		t.Error(err)
	}
}

// Samples of others are not ours to hand on; where they lie beside the project they are read.
func TestSamplesOfOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "bank", "samples", "mt940", "*.sta"))
	if err != nil {
		t.Fatal(err)
	}
	// A field is missing in one, entries without a beginning or an end are in two.
	broken := map[string]string{
		"wolph-betterplace-sepa_snippet_broken.sta": "bankfile_order",
		"wolph-self-provided-gv_codes.sta":          "bankfile_cut",
		"wolph-self-provided-multiline.sta":         "bankfile_order",
	}
	entries := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		var c collected
		err = Read(bytes.NewReader(b), &c)
		var f *bank.FormatError
		if want := broken[base]; want == "" && err != nil || want != "" && (!errors.As(err, &f) || f.Key != want) {
			t.Errorf("%s: %v", base, err)
		}
		n, seen := 0, 0
		for i, list := range c.entries {
			n += len(list)
			var sum int64
			for _, e := range list {
				sum += e.Amount.Cents
				if e.Amount.Cents == 5099005 && e.Code.GVC == "166" && strings.HasPrefix(e.Details[0].EndToEnd, "EndToEndId TFNR 22 004") ||
					e.Amount.Cents == -8 && e.Code.GVC == "159" && e.Code.TextKey == "914" && e.Details[0].Return.Code == "MS03" {
					seen++
				}
			}
			if i < len(c.feet) && strings.HasPrefix(base, "hbci4java") && c.feet[i].Opening.Cents+sum != c.feet[i].Closing.Cents {
				t.Errorf("%s: statement %d does not add up", base, i+1)
			}
		}
		if base == "wolph-betterplace-sepa_mt9401.sta" && (n != 97 || seen != 1) || base == "wolph-betterplace-sepa_snippet.sta" && seen != 2 {
			t.Errorf("%s: %d entries, %d of those looked for", base, n, seen)
		}
		entries += n
	}
	t.Logf("%d samples, %d entries", len(files), entries)
}

func FuzzRead(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", vector))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(top + ":61:2611201120CR79,90NTRFNONREF\r\n:NS:01SVWZ+Az\r\n15Max\r\n" + bottom))
	f.Add([]byte(":20:B\n:25:1/2\n:34F:EUR0,\n:13D:2611201330+0100\n:61:261120EC1,NTRF\n:86:166?20\x81?32x\n-\n"))
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
				if e.Batch == nil && len(e.Details) != 1 || e.Status == "" || e.Amount.Currency == "" && e.Amount.Cents != 0 && err == nil && len(c.heads) == 0 {
					t.Fatalf("%+v", e)
				}
			}
		}
		if err == nil && len(c.heads) != len(c.feet) {
			t.Fatalf("%d begun, %d ended", len(c.heads), len(c.feet))
		}
	})
}
