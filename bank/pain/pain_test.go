package pain

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/bank"
	"quitt/bank/statement"
)

var (
	debitHeader = Header{"DD-20261123-000001", time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), "Muster Inkasso GmbH"}
	ours        = Account{"Muster Inkasso GmbH", "DE89370400440532013000", "COBADEFFXXX"}
)

// collections are those of the vector.
func collections() []Collection {
	return []Collection{{
		ID: "DD-20261123-000001-RCUR-20261130", On: "2026-11-30", Scheme: Core, Sequence: Recurring, Creditor: ours, CreditorID: "DE98ZZZ09999999999",
		Debits: []Debit{
			{EndToEnd: "RATE-69694201028-01", Cents: 2550, Mandate: "M-69694201028", SignedOn: "2026-11-01",
				Debtor: Party{Account: Account{Name: "Max Mustermann", IBAN: "DE02120300000000202051"}}, Remittance: "Az 69694201028 Rate 1/4"},
			{EndToEnd: "RATE-69694201029-02", Cents: 5000, Mandate: "M-69694201029", SignedOn: "2026-10-15",
				Debtor:    Party{Account{Name: "Erika Muster", IBAN: "CH9300762011623852957"}, &Address{"Hauptstr.", "1", "8001", "Zürich", "CH"}},
				Reference: "RF0569694201028"},
		},
	}}
}

func orders() []Order {
	own := ours
	own.BIC = ""
	return []Order{{
		ID: "CT-20261123-000001-1", On: "2026-11-24", Debtor: own,
		Transfers: []Transfer{{EndToEnd: "AUSKEHR-2026-11-0001", Cents: 123456,
			Creditor:   Party{Account: Account{Name: "Gläubiger Handels GmbH", IBAN: "DE41500105170123456789"}},
			Remittance: "Auskehr 11/2026 Abrechnung A-0001"}},
	}}
}

var transferHeader = Header{"CT-20261123-000001", debitHeader.Created, debitHeader.Initiator}

func writeAll(t testing.TB, v Version) map[string][]byte {
	t.Helper()
	var dd, ct bytes.Buffer
	if err := WriteDebits(&dd, debitHeader, collections(), Options{Version: v}); err != nil {
		t.Fatal(err)
	}
	if err := WriteTransfers(&ct, transferHeader, orders(), Options{Version: v}); err != nil {
		t.Fatal(err)
	}
	if v == Legacy {
		return map[string][]byte{"pain.008.001.02-legacy.xml": dd.Bytes(), "pain.001.001.03-legacy.xml": ct.Bytes()}
	}
	return map[string][]byte{"pain.008.001.08-two-plan-instalments.xml": dd.Bytes(), "pain.001.001.09-creditor-remittance.xml": ct.Bytes()}
}

// tokens gives a document without its layout.
func tokens(t *testing.T, b []byte) string {
	t.Helper()
	var out strings.Builder
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			out.WriteString("\n<" + x.Name.Space + " " + x.Name.Local + ">")
			for _, a := range x.Attr {
				out.WriteString(a.Name.Local + "=" + a.Value)
			}
		case xml.EndElement:
			out.WriteString("</" + x.Name.Local + ">")
		case xml.CharData:
			out.WriteString(strings.TrimSpace(string(x)))
		}
	}
}

func TestTheFilesAreThoseOfTheVectors(t *testing.T) {
	for _, v := range []Version{Current, Legacy} {
		for name, got := range writeAll(t, v) {
			want, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			if g, w := tokens(t, got), tokens(t, want); g != w {
				t.Errorf("%s:\n%s", name, got)
			}
			if err := Check(bytes.NewReader(want), Rules{}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// The schemas are not ours to hand on; where they lie beside the project they judge what we
// write, with the program xmllint (scripts/with-printing).
func TestTheSchemasAgree(t *testing.T) {
	var dd, ct bytes.Buffer
	c, o := collections(), orders()
	c[0].Scheme, c[0].Sequence, c[0].Debits[0].Purpose, c[0].Debits[0].Debtor.BIC = B2B, OneOff, "OTHR", "BYLADEM1001"
	o[0].Instant, o[0].Transfers[0].Purpose, o[0].Transfers[0].Creditor.BIC = true, "GDDS", "INGDDEFFXXX"
	o[0].Transfers[0].Creditor.Address = &Address{Town: "Köln", Country: "DE"}
	if err := errors.Join(WriteDebits(&dd, debitHeader, c, Options{}), WriteTransfers(&ct, transferHeader, o, Options{})); err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, files := range []map[string][]byte{writeAll(t, Current), writeAll(t, Legacy), {"pain.008.001.08": dd.Bytes(), "pain.001.001.09": ct.Bytes()}} {
		for name, b := range files {
			schema := filepath.Join("..", "..", "..", "shared", "bank", "xsd", name[:len("pain.008.001.08")]+".xsd")
			if _, err := os.Stat(schema); err != nil {
				continue
			}
			cmd := exec.Command("xmllint", "--nonet", "--noout", "--schema", schema, "-")
			cmd.Stdin = bytes.NewReader(b)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", name, err, out)
			}
			judged++
		}
	}
	t.Logf("%d files judged", judged)
}

func TestWhatABankWouldRefuse(t *testing.T) {
	files := writeAll(t, Current)
	legacy := writeAll(t, Legacy)["pain.008.001.02-legacy.xml"]
	dd, ct := string(files["pain.008.001.08-two-plan-instalments.xml"]), string(files["pain.001.001.09-creditor-remittance.xml"])
	for name, c := range map[string]struct{ file, old, new, want string }{
		"half a cent":             {dd, `Ccy="EUR">25.50`, `Ccy="EUR">25.505`, "pain_amount 1/1 InstdAmt"},
		"one decimal":             {dd, `Ccy="EUR">25.50`, `Ccy="EUR">25.5`, "pain_amount 1/1 InstdAmt"},
		"nothing to pay":          {dd, `Ccy="EUR">25.50`, `Ccy="EUR">0.00`, "pain_amount 1/1 InstdAmt"},
		"too much":                {dd, `Ccy="EUR">25.50`, `Ccy="EUR">1000000000.00`, "pain_amount 1/1 InstdAmt"},
		"other money":             {dd, `Ccy="EUR">25.50`, `Ccy="USD">25.50`, "pain_currency 1/1 InstdAmt"},
		"a face in a name":        {dd, "Max Mustermann", "Max 🙂", "pain_characters 1/1 Dbtr/Nm"},
		"an umlaut in a name":     {dd, "Max Mustermann", "Max Müller", "pain_characters 1/1 Dbtr/Nm"},
		"a long name":             {dd, "Max Mustermann", strings.Repeat("x", 71), "pain_length 1/1 Dbtr/Nm"},
		"no name":                 {dd, "Max Mustermann", " ", "pain_missing 1/1 Dbtr/Nm"},
		"the sum of the file":     {dd, "<CtrlSum>75.50</CtrlSum>\n      <InitgPty>", "<CtrlSum>99.00</CtrlSum>\n      <InitgPty>", "pain_sum 0/0 GrpHdr/CtrlSum"},
		"the sum of the group":    {dd, "<CtrlSum>75.50</CtrlSum>\n      <PmtTpInf>", "<CtrlSum>99.00</CtrlSum>\n      <PmtTpInf>", "pain_sum 1/0 PmtInf/CtrlSum"},
		"the number of the file":  {dd, "<NbOfTxs>2</NbOfTxs>", "<NbOfTxs>3</NbOfTxs>", "pain_count 0/0 GrpHdr/NbOfTxs"},
		"another creditor":        {dd, "DE98ZZZ09999999999", "DE00ZZZ0", "pain_creditorid 1/0 CdtrSchmeId/Id"},
		"a code of its own":       {dd, ">CORE<", ">COR1<", "pain_code 1/0 PmtTpInf/LclInstrm/Cd"},
		"charges":                 {dd, ">SLEV<", ">SHAR<", "pain_code 1/0 ChrgBr"},
		"a slash at an end":       {dd, "M-69694201028", "M-69694201028/", "pain_id 1/1 MndtId"},
		"two slashes":             {dd, "RATE-69694201028-01", "RATE//69694201028", "pain_id 1/1 EndToEndId"},
		"a long number":           {dd, "RATE-69694201028-01", strings.Repeat("1", 36), "pain_length 1/1 EndToEndId"},
		"a number twice":          {dd, "RATE-69694201029-02", "RATE-69694201028-01", "pain_twice 1/2 EndToEndId"},
		"no number":               {dd, "RATE-69694201028-01", "NOTPROVIDED", "pain_missing 1/1 EndToEndId"},
		"30 February":             {dd, "2026-11-30", "2027-02-30", "pain_date 1/0 ReqdColltnDt"},
		"a mandate of later":      {dd, "2026-11-01", "2026-12-01", "pain_signed 1/1 DtOfSgntr"},
		"an account of nowhere":   {dd, "DE02120300000000202051", "DE03120300000000202051", "pain_iban 1/1 DbtrAcct/Id/IBAN"},
		"an account beyond SEPA":  {dd, "DE02120300000000202051", "TR330006100519786457841326", "pain_iban 1/1 DbtrAcct/Id/IBAN"},
		"a bank of nowhere":       {dd, "COBADEFFXXX", "COBADEFFXX", "pain_bic 1/0 CdtrAgt"},
		"two texts":               {dd, "</Ustrd>", "</Ustrd><Ustrd>x</Ustrd>", "pain_remittance 1/1 RmtInf"},
		"a long text":             {dd, "Az 69694201028 Rate 1/4", strings.Repeat("x", 141), "pain_length 1/1 RmtInf/Ustrd"},
		"a reference misspelt":    {dd, "RF0569694201028", "RF0669694201028", "pain_reference 1/2 RmtInf/Strd/CdtrRefInf/Ref"},
		"lines alone":             {dd, "<StrtNm>Hauptstr.</StrtNm>\n            <BldgNb>1</BldgNb>\n            <PstCd>8001</PstCd>\n            <TwnNm>Zuerich</TwnNm>\n            <Ctry>CH</Ctry>", "<Ctry>CH</Ctry><AdrLine>Hauptstr. 1</AdrLine>", "pain_missing 1/2 Dbtr/PstlAdr/TwnNm"},
		"three lines":             {dd, "<Ctry>CH</Ctry>", "<Ctry>CH</Ctry><AdrLine>a</AdrLine><AdrLine>b</AdrLine><AdrLine>c</AdrLine>", "pain_address 1/2 Dbtr/PstlAdr/AdrLine"},
		"no country":              {dd, "<Ctry>CH</Ctry>", "", "pain_address 1/2 Dbtr/PstlAdr/Ctry"},
		"the older BIC":           {dd, "BICFI>COBADEFFXXX</BICFI", "BIC>COBADEFFXXX</BIC", "pain_bic 1/0 CdtrAgt"},
		"the newer BIC":           {string(legacy), "BIC>COBADEFFXXX</BIC", "BICFI>COBADEFFXXX</BICFI", "pain_bic 1/0 CdtrAgt"},
		"the older date":          {ct, "<Dt>2026-11-24</Dt>", "2026-11-24", "pain_date 1/0 ReqdExctnDt"},
		"another method":          {ct, ">TRF<", ">CHK<", "pain_code 1/0 PmtMtd"},
		"no bank of ours":         {ct, "<Id>NOTPROVIDED</Id>", "<Id>X</Id>", "pain_bic 1/0 DbtrAgt"},
		"a purpose of its own":    {dd, "<RmtInf>\n          <Ustrd>", "<Purp><Cd>charity</Cd></Purp><RmtInf><Ustrd>", "pain_code 1/1 Purp/Cd"},
		"when it was made":        {dd, "2026-11-23T08:00:00Z", "heute", "pain_date 0/0 GrpHdr/CreDtTm"},
		"another kind of message": {dd, "pain.008.001.08", "pain.008.001.09", "pain_version"},
		"entities":                {dd, "<Document", "<!DOCTYPE d><Document", "pain_xml"},
		"half a file":             {dd, "</Document>", "", "pain_xml"},
	} {
		if !strings.Contains(c.file, c.old) {
			t.Fatalf("%s: %q is not in the file\n%s", name, c.old, c.file)
		}
		err := Check(strings.NewReader(strings.Replace(c.file, c.old, c.new, 1)), Rules{})
		if got := first(err); !slices.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// first gives what is wrong as "key group/payment field".
func first(err error) (out []string) {
	var all Faults
	var one *bank.FormatError
	switch {
	case errors.As(err, &all):
		for _, f := range all {
			at := func(k string) string { return strings.TrimSpace(string(rune('0' + f.Args[k].(int)))) }
			out = append(out, f.Key+" "+at("group")+"/"+at("payment")+" "+f.Args["field"].(string))
		}
	case errors.As(err, &one):
		out = append(out, one.Key)
	}
	return out
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	list := collections()
	list[0].Debits[0].Cents, list[0].Debits[0].Mandate, list[0].Debits[1].Debtor.Address = 0, "", nil
	list[0].Debits[0].Debtor.Name = "Иван"
	list = append(list, Collection{ID: list[0].ID, On: "2026-11-30", Scheme: Core, Sequence: OneOff, Creditor: ours, CreditorID: list[0].CreditorID})
	var b bytes.Buffer
	err := WriteDebits(&b, debitHeader, list, Options{})
	want := []string{"pain_amount 1/1 InstdAmt", "pain_missing 1/1 MndtId", "pain_characters 1/1 Dbtr/Nm", "pain_address 1/2 Dbtr/PstlAdr", "pain_empty 2/0 PmtInf", "pain_twice 2/0 PmtInfId"}
	if got := first(err); !slices.Equal(got, want) || b.Len() > 0 {
		t.Errorf("%q\nwant %q, %d bytes written", got, want, b.Len())
	}
	var one *bank.FormatError
	if !errors.As(err, &one) || one.Key != "pain_amount" || strings.Contains(err.Error(), "Иван") {
		t.Errorf("%v", err)
	}
}

func TestTheDayOfPaying(t *testing.T) {
	workday := func(d statement.Date) bool { return d != "2026-11-30" }
	for _, c := range []struct {
		today statement.Date
		ask   func(statement.Date) bool
		want  []string
	}{
		{"", nil, nil}, {"2026-11-29", nil, nil},
		{"2026-11-30", nil, []string{"pain_early 1/0 ReqdColltnDt"}},
		{"2026-12-01", nil, []string{"pain_early 1/0 ReqdColltnDt"}},
		{"2026-11-23", workday, []string{"pain_day 1/0 ReqdColltnDt"}},
		{"2026-10-31", nil, []string{"pain_signed 1/1 DtOfSgntr"}},
	} {
		err := WriteDebits(io.Discard, debitHeader, collections(), Options{Rules: Rules{c.today, c.ask}})
		if got := first(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.today, got, c.want)
		}
	}
	if err := WriteTransfers(io.Discard, transferHeader, orders(), Options{Rules: Rules{Today: "2026-11-24"}}); err != nil {
		t.Errorf("a transfer of today: %v", err)
	}
}

// Whatever is put in, what was written passes the check as a file, and nothing is written of what
// does not.
func TestWhatIsWrittenPassesItsOwnCheck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := collections()
		text := rapid.OneOf(rapid.StringMatching(`[A-Za-z äöüß.,&/-]{0,90}`), rapid.String())
		d := &list[0].Debits[0]
		d.Debtor.Name, d.Remittance, d.Mandate = text.Draw(t, "name"), text.Draw(t, "text"), text.Draw(t, "mandate")
		d.Cents = rapid.Int64Range(-1, 2*mostCents).Draw(t, "cents")
		var b bytes.Buffer
		err := WriteDebits(&b, debitHeader, list, Options{Version: Version(rapid.IntRange(0, 1).Draw(t, "version"))})
		var faults Faults
		switch {
		case err == nil:
			if again := Check(bytes.NewReader(b.Bytes()), Rules{}); again != nil {
				t.Fatalf("written, and refused: %v\n%s", again, b.String())
			}
		case !errors.As(err, &faults) || b.Len() > 0:
			t.Fatalf("%v, %d bytes", err, b.Len())
		}
	})
}

const report = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>B-1</MsgId><CreDtTm>2026-11-23T09:00:00Z</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>DD-20261123-000001</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>G1</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>
<TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>IBAN</AddtlInf><AddtlInf>falsch</AddtlInf></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>G2</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Prtry>Limit</Prtry></Rsn></StsRsnInf></OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>`

func TestReports(t *testing.T) {
	for _, text := range []string{report, strings.Replace(report, "002.001.10", "002.001.03", 1)} {
		r, err := ReadReport(strings.NewReader(text))
		if err != nil || r.Original != "DD-20261123-000001" || r.Message != "pain.008.001.08" || r.ID != "B-1" {
			t.Fatalf("%+v %v", r, err)
		}
		for _, c := range []struct {
			group, payment string
			want           Status
			why            []Reason
		}{
			{"G1", "E1", Rejected, []Reason{{"AC01", "IBAN falsch"}}},
			{"G1", "E2", Accepted, nil},
			{"G2", "E3", Rejected, []Reason{{"", "Limit"}}},
		} {
			if s, why := r.Of(c.group, c.payment); s != c.want || !slices.Equal(why, c.why) {
				t.Errorf("%s %s: %s %v", c.group, c.payment, s, why)
			}
		}
	}
	whole, err := ReadReport(strings.NewReader(strings.Replace(report, "<GrpSts>PART</GrpSts>", "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>", 1)))
	if s, why := whole.Of("G1", "E2"); err != nil || s != Rejected || len(why) != 1 || why[0].Code != "FF01" {
		t.Errorf("the whole file: %s %v %v", s, why, err)
	}
	for name, c := range map[string]struct{ old, new, key string }{
		"another message":  {"pain.002.001.10", "pain.008.001.08", "pain_version"},
		"no file of ours":  {"<OrgnlMsgId>DD-20261123-000001</OrgnlMsgId>", "", "pain_report"},
		"a status of none": {"<GrpSts>PART", "<GrpSts>teilweise", "pain_report"},
		"entities":         {"<Document", "<!DOCTYPE d><Document", "pain_xml"},
		"half of it":       {"</Document>", "", "pain_xml"},
		"depth":            {"<GrpHdr>", strings.Repeat("<a>", 50), "pain_xml"},
	} {
		_, err := ReadReport(strings.NewReader(strings.Replace(report, c.old, c.new, 1)))
		if !errors.Is(err, &bank.FormatError{Key: c.key}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := range len(report) - 1 {
		if _, err := ReadReport(strings.NewReader(report[:n])); err == nil {
			t.Fatalf("cut at %d", n)
		}
	}
}

func FuzzReadReport(f *testing.F) {
	f.Add([]byte(report))
	f.Add([]byte(strings.Replace(report, "AC01", "", 1)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ReadReport(bytes.NewReader(b))
		var ours *bank.FormatError
		if err != nil && !errors.As(err, &ours) {
			t.Fatalf("an error without words: %v", err)
		}
		if s, _ := r.Of("G1", "E1"); err == nil && !known(s) {
			t.Fatal(s)
		}
	})
}

func FuzzCheck(f *testing.F) {
	for _, v := range []Version{Current, Legacy} {
		for _, b := range writeAll(f, v) {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		err := Check(bytes.NewReader(b), Rules{Today: "2026-11-23"})
		var faults Faults
		var one *bank.FormatError
		if err != nil && !errors.As(err, &faults) && !errors.As(err, &one) {
			t.Fatalf("an error without words: %v", err)
		}
	})
}
