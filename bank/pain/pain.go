// Package pain writes orders to a bank, direct debits (pain.008) and transfers (pain.001), and
// reads what the bank says to them (pain.002). Whatever is written is looked at by the same rules
// as a file of others: what the schema lets pass, half a cent, a wrong sum, a letter no bank
// takes, comes back days later and costs a fee.
package pain

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"quitt/bank"
	"quitt/bank/sepa"
	"quitt/bank/statement"
)

// Version says in which generation of the messages is written.
type Version int

// The generations. German banks refuse the old one since November 2026.
const (
	Current Version = iota // pain.008.001.08, pain.001.001.09
	Legacy                 // pain.008.001.02, pain.001.001.03
)

// Header is of the whole file. MessageID may not be used again for 15 days; keep it forever.
type Header struct {
	MessageID string
	Created   time.Time
	Initiator string
}

// Account is ours, with the name as the bank has it.
type Account struct {
	Name string
	IBAN bank.IBAN
	BIC  string // "" is allowed
}

// Format prints the IBAN masked, and no name; so does a Party.
func (a Account) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, a.IBAN.String()) }

// Party is the other side. Address is needed outside the European Economic Area only.
type Party struct {
	Account
	Address *Address
}

// Address is structured: lines alone are refused since 15 November 2026.
type Address struct{ Street, Number, Postcode, Town, Country string }

// Scheme of a direct debit. B2B needs a mandate that the debtor's bank was shown.
type Scheme string

// The schemes.
const (
	Core Scheme = "CORE"
	B2B  Scheme = "B2B"
)

// Sequence says whether a mandate is used once or goes on. A first one is Recurring too.
type Sequence string

// The sequences.
const (
	Recurring Sequence = "RCUR"
	OneOff    Sequence = "OOFF"
	First     Sequence = "FRST"
	Final     Sequence = "FNAL"
)

// Collection is a group of direct debits that are booked as one sum on one day.
type Collection struct {
	ID         string
	On         statement.Date // a TARGET day, see Rules
	Scheme     Scheme
	Sequence   Sequence
	Creditor   Account
	CreditorID bank.CreditorID
	Debits     []Debit
}

// Debit collects from one debtor. Reference and Remittance exclude each other.
type Debit struct {
	EndToEnd   string
	Cents      int64
	Mandate    string
	SignedOn   statement.Date // the day in Berlin
	Debtor     Party
	Remittance string
	Reference  bank.RF
	Purpose    string
}

// Order is a group of transfers, booked as one sum unless Singly.
type Order struct {
	ID        string
	On        statement.Date
	Instant   bool
	Singly    bool
	Debtor    Account
	Transfers []Transfer
}

// Transfer pays one creditor.
type Transfer struct {
	EndToEnd   string
	Cents      int64
	Creditor   Party
	Remittance string
	Reference  bank.RF
	Purpose    string
}

// Rules are those that need to know the day. Without them, they are not asked.
type Rules struct {
	Today       statement.Date
	IsTargetDay func(statement.Date) bool
}

// Options of writing.
type Options struct {
	Version Version
	Rules   Rules
}

// WriteDebits writes pain.008. It refuses with Faults and then has written nothing.
func WriteDebits(w io.Writer, h Header, list []Collection, o Options) error {
	in := &initiation{Head: h.head()}
	for _, c := range list {
		in.Groups = append(in.Groups, c.group(o.Version))
	}
	return write(w, &document{XMLName: xml.Name{Space: namespace + debitNames[o.Version], Local: "Document"}, Debits: in}, o)
}

// WriteTransfers writes pain.001. It refuses with Faults and then has written nothing.
func WriteTransfers(w io.Writer, h Header, list []Order, o Options) error {
	in := &initiation{Head: h.head()}
	for _, c := range list {
		in.Groups = append(in.Groups, c.group(o.Version))
	}
	return write(w, &document{XMLName: xml.Name{Space: namespace + transferNames[o.Version], Local: "Document"}, Transfers: in}, o)
}

const namespace = "urn:iso:std:iso:20022:tech:xsd:"

var (
	debitNames    = map[Version]string{Current: "pain.008.001.08", Legacy: "pain.008.001.02"}
	transferNames = map[Version]string{Current: "pain.001.001.09", Legacy: "pain.001.001.03"}
)

func write(w io.Writer, d *document, o Options) error {
	d.count()
	if err := d.check(o.Rules); err != nil {
		return err
	}
	b, err := xml.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(b)+"\n")
	return err
}

func (h Header) head() head {
	return head{ID: h.MessageID, Created: h.Created.UTC().Format("2006-01-02T15:04:05Z"), Initiator: written(h.Initiator)}
}

// written gives a text in the characters of SEPA. What would lose a letter stays as it is, to be
// refused: another name is another account.
func written(s string) string {
	if text, whole := sepa.Text(s); whole {
		return text
	}
	return s
}

func (c Collection) group(v Version) group {
	g := group{
		ID: c.ID, Method: "DD", Batch: "true",
		Type:      &kind{Service: "SEPA", Instrument: codeOf(string(c.Scheme)), Sequence: string(c.Sequence)},
		CollectOn: string(c.On), Creditor: &party{Name: written(c.Creditor.Name)},
		CreditorAccount: &account{c.Creditor.IBAN.Plain()}, CreditorAgent: agentOf(c.Creditor.BIC, v), Charges: "SLEV",
		Scheme: &scheme{string(c.CreditorID), "SEPA"},
	}
	for _, d := range c.Debits {
		g.Debits = append(g.Debits, debit{
			EndToEnd: d.EndToEnd, Amount: money{"EUR", Decimal(d.Cents)}, Mandate: d.Mandate, Signed: string(d.SignedOn),
			Agent: agentOf(d.Debtor.BIC, v), Debtor: d.Debtor.party(v), Account: &account{d.Debtor.IBAN.Plain()},
			Purpose: codeOf(d.Purpose), Remittance: remit(d.Remittance, d.Reference),
		})
	}
	return g
}

func (o Order) group(v Version) group {
	g := group{
		ID: o.ID, Method: "TRF", Batch: "true", Type: &kind{Service: "SEPA"}, ExecuteOn: &day{Date: string(o.On)},
		Debtor: &party{Name: written(o.Debtor.Name)}, DebtorAccount: &account{o.Debtor.IBAN.Plain()}, DebtorAgent: agentOf(o.Debtor.BIC, v), Charges: "SLEV",
	}
	if v == Legacy {
		g.ExecuteOn = &day{Text: string(o.On)}
	}
	if o.Instant {
		g.Type.Instrument = codeOf("INST")
	}
	if o.Singly {
		g.Batch = "false"
	}
	for _, t := range o.Transfers {
		out := transfer{
			EndToEnd: t.EndToEnd, Amount: money{"EUR", Decimal(t.Cents)}, Creditor: t.Creditor.party(v), Account: &account{t.Creditor.IBAN.Plain()},
			Purpose: codeOf(t.Purpose), Remittance: remit(t.Remittance, t.Reference),
		}
		if t.Creditor.BIC != "" {
			out.Agent = agentOf(t.Creditor.BIC, v)
		}
		g.Transfers = append(g.Transfers, out)
	}
	return g
}

// agentOf names a bank; the IBAN alone is enough, and then the element says so.
func agentOf(bic string, v Version) *agent {
	switch {
	case bic == "":
		return &agent{Other: &other{notProvided}}
	case v == Legacy:
		return &agent{BIC: bic}
	}
	return &agent{BICFI: bic}
}

const notProvided = "NOTPROVIDED"

func (p Party) party(v Version) *party {
	out := &party{Name: written(p.Name)}
	if a := p.Address; a != nil {
		out.Address = &address{Street: written(a.Street), Number: written(a.Number), Postcode: written(a.Postcode), Town: written(a.Town), Country: a.Country}
		if v == Legacy {
			out.Address = &address{Country: a.Country}
			for _, l := range []string{written(a.Street) + " " + written(a.Number), written(a.Postcode) + " " + written(a.Town)} {
				if l = strings.TrimSpace(l); l != "" {
					out.Address.Lines = append(out.Address.Lines, l)
				}
			}
		}
	}
	return out
}

func remit(text string, ref bank.RF) *remittance {
	out := &remittance{}
	if text != "" {
		out.Texts = []string{written(text)}
	}
	if ref != "" {
		out.Structured = []structured{{"SCOR", "ISO", string(ref)}}
	}
	if text == "" && ref == "" {
		return nil
	}
	return out
}

// Decimal writes cents as ISO 20022 does, "25.50".
func Decimal(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}
