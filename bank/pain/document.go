package pain

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"quitt/bank"
)

// The document, in the order of the schema. One set of types serves both messages and both
// generations: an element a message lacks stays empty and is not written.
type document struct {
	XMLName   xml.Name
	Debits    *initiation `xml:"CstmrDrctDbtInitn"`
	Transfers *initiation `xml:"CstmrCdtTrfInitn"`
}

type initiation struct {
	Head   head    `xml:"GrpHdr"`
	Groups []group `xml:"PmtInf"`
}

type head struct {
	ID        string `xml:"MsgId"`
	Created   string `xml:"CreDtTm"`
	Count     string `xml:"NbOfTxs"`
	Sum       string `xml:"CtrlSum"`
	Initiator string `xml:"InitgPty>Nm"`
}

type group struct {
	ID              string     `xml:"PmtInfId"`
	Method          string     `xml:"PmtMtd"`
	Batch           string     `xml:"BtchBookg,omitempty"`
	Count           string     `xml:"NbOfTxs"`
	Sum             string     `xml:"CtrlSum"`
	Type            *kind      `xml:"PmtTpInf"`
	CollectOn       string     `xml:"ReqdColltnDt,omitempty"`
	ExecuteOn       *day       `xml:"ReqdExctnDt"`
	Creditor        *party     `xml:"Cdtr"`
	CreditorAccount *account   `xml:"CdtrAcct"`
	CreditorAgent   *agent     `xml:"CdtrAgt"`
	Debtor          *party     `xml:"Dbtr"`
	DebtorAccount   *account   `xml:"DbtrAcct"`
	DebtorAgent     *agent     `xml:"DbtrAgt"`
	Charges         string     `xml:"ChrgBr"`
	Scheme          *scheme    `xml:"CdtrSchmeId"`
	Debits          []debit    `xml:"DrctDbtTxInf"`
	Transfers       []transfer `xml:"CdtTrfTxInf"`
}

type kind struct {
	Service    string `xml:"SvcLvl>Cd"`
	Instrument *coded `xml:"LclInstrm"`
	Sequence   string `xml:"SeqTp,omitempty"`
}

// coded is an element that is left out when it has no code: a path of names would leave the
// outer one.
type coded struct {
	Code string `xml:"Cd"`
}

func codeOf(s string) *coded {
	if s == "" {
		return nil
	}
	return &coded{s}
}

func (c *coded) value() string {
	if c == nil {
		return ""
	}
	return c.Code
}

// day is a date of its own before version 9, and has one within it since.
type day struct {
	Text string `xml:",chardata"`
	Date string `xml:"Dt,omitempty"`
}

func (d *day) value() string {
	if d == nil {
		return ""
	}
	return strings.TrimSpace(d.Text) + d.Date
}

type account struct {
	IBAN string `xml:"Id>IBAN"`
}

type agent struct {
	BIC   string `xml:"FinInstnId>BIC,omitempty"`
	BICFI string `xml:"FinInstnId>BICFI,omitempty"`
	Other *other `xml:"FinInstnId>Othr"`
}

type other struct {
	ID string `xml:"Id"`
}

type party struct {
	Name    string   `xml:"Nm"`
	Address *address `xml:"PstlAdr"`
}

type address struct {
	Street   string   `xml:"StrtNm,omitempty"`
	Number   string   `xml:"BldgNb,omitempty"`
	Postcode string   `xml:"PstCd,omitempty"`
	Town     string   `xml:"TwnNm,omitempty"`
	Country  string   `xml:"Ctry,omitempty"`
	Lines    []string `xml:"AdrLine"`
}

type scheme struct {
	ID   string `xml:"Id>PrvtId>Othr>Id"`
	Name string `xml:"Id>PrvtId>Othr>SchmeNm>Prtry"`
}

type money struct {
	Currency string `xml:"Ccy,attr"`
	Text     string `xml:",chardata"`
}

type debit struct {
	EndToEnd   string      `xml:"PmtId>EndToEndId"`
	Amount     money       `xml:"InstdAmt"`
	Mandate    string      `xml:"DrctDbtTx>MndtRltdInf>MndtId"`
	Signed     string      `xml:"DrctDbtTx>MndtRltdInf>DtOfSgntr"`
	Agent      *agent      `xml:"DbtrAgt"`
	Debtor     *party      `xml:"Dbtr"`
	Account    *account    `xml:"DbtrAcct"`
	Purpose    *coded      `xml:"Purp"`
	Remittance *remittance `xml:"RmtInf"`
}

type transfer struct {
	EndToEnd   string      `xml:"PmtId>EndToEndId"`
	Amount     money       `xml:"Amt>InstdAmt"`
	Agent      *agent      `xml:"CdtrAgt"`
	Creditor   *party      `xml:"Cdtr"`
	Account    *account    `xml:"CdtrAcct"`
	Purpose    *coded      `xml:"Purp"`
	Remittance *remittance `xml:"RmtInf"`
}

type remittance struct {
	Texts      []string     `xml:"Ustrd"`
	Structured []structured `xml:"Strd"`
}

type structured struct {
	Kind   string `xml:"CdtrRefInf>Tp>CdOrPrtry>Cd"`
	Issuer string `xml:"CdtrRefInf>Tp>Issr,omitempty"`
	Ref    string `xml:"CdtrRefInf>Ref"`
}

// initiation gives the one there is.
func (d *document) initiation() *initiation {
	if d.Debits != nil {
		return d.Debits
	}
	return d.Transfers
}

// amounts gives those of a group.
func (g *group) amounts() (out []money) {
	for _, d := range g.Debits {
		out = append(out, d.Amount)
	}
	for _, t := range g.Transfers {
		out = append(out, t.Amount)
	}
	return out
}

// count fills in the numbers and sums the bank compares.
func (d *document) count() {
	in := d.initiation()
	count, sum := 0, int64(0)
	for i := range in.Groups {
		g := &in.Groups[i]
		n, s := g.total()
		g.Count, g.Sum = strconv.Itoa(n), Decimal(s)
		count += n
		sum += s
	}
	in.Head.Count, in.Head.Sum = strconv.Itoa(count), Decimal(sum)
}

func (g *group) total() (n int, sum int64) {
	for _, m := range g.amounts() {
		cents, _ := exact(m.Text)
		sum += cents
		n++
	}
	return n, sum
}

// Limits of a document that is read. A file of 100,000 payments has 60 MB.
const (
	mostBytes = 128 << 20
	mostDepth = 40
)

var errDocument = errors.New("pain: no document")

// decode reads a document into the types above, or those of a report.
func decode(r io.Reader, into any) error {
	b, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	switch {
	case err != nil:
		return err
	case len(b) > mostBytes:
		return &bank.FormatError{Key: "pain_size"}
	}
	open := func() *xml.Decoder {
		d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))))
		d.CharsetReader = func(name string, in io.Reader) (io.Reader, error) {
			switch strings.ToUpper(name) {
			case "ISO-8859-1":
				return charmap.ISO8859_1.NewDecoder().Reader(in), nil
			case "US-ASCII":
				return in, nil
			}
			return nil, errDocument
		}
		return d
	}
	if guard(open()) != nil || open().Decode(into) != nil {
		return &bank.FormatError{Key: "pain_xml"}
	}
	return nil
}

// guard goes through the document once, before anything is kept of it.
func guard(d *xml.Decoder) error {
	for depth := 0; ; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.Directive: // entities are never expanded, but no bank defines any
			return errDocument
		case xml.StartElement:
			if depth++; depth > mostDepth {
				return errDocument
			}
		case xml.EndElement:
			depth--
		}
	}
}
