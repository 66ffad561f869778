package pain

import (
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"quitt/bank"
	"quitt/bank/sepa"
	"quitt/bank/statement"
)

// Faults are all that is wrong with a file, each with the number of its group and payment, from
// 1, and the path of its element.
type Faults []*bank.FormatError

// Error names the first ones.
func (f Faults) Error() string {
	var all []string
	for _, e := range f[:min(len(f), 5)] {
		all = append(all, e.Error())
	}
	return strings.Join(all, "; ")
}

// Unwrap gives them to errors.As.
func (f Faults) Unwrap() []error {
	var all []error
	for _, e := range f {
		all = append(all, e)
	}
	return all
}

// Check reads a pain.008 or pain.001 and gives all Faults that a schema lets pass and a bank does
// not. Unreadable files give a *bank.FormatError, "pain_xml", "pain_size" or "pain_version".
func Check(r io.Reader, rules Rules) error {
	var d document
	if err := decode(r, &d); err != nil {
		return err
	}
	return d.check(rules)
}

// The bounds of the scheme's rulebooks.
const (
	mostID      = 35
	mostName    = 70
	mostText    = 140
	mostLines   = 2
	mostFaults  = 1_000
	mostCents   = 999_999_999_99
	mostTown    = 35
	mostPostal  = 16
	purposeCode = 4
)

type checker struct {
	rules          Rules
	legacy         bool
	group, payment int
	faults         Faults
	groups, orders map[string]bool // ids that were there
}

func (c *checker) fault(key, field string) {
	if len(c.faults) < mostFaults {
		c.faults = append(c.faults, &bank.FormatError{Key: key, Args: map[string]any{"group": c.group, "payment": c.payment, "field": field}})
	}
}

func (d *document) check(rules Rules) error {
	c := &checker{rules: rules, groups: map[string]bool{}, orders: map[string]bool{}}
	switch name := strings.TrimPrefix(d.XMLName.Space, namespace); {
	case d.Debits != nil && d.Transfers == nil && (name == debitNames[Current] || name == debitNames[Legacy]):
		c.legacy = name == debitNames[Legacy]
	case d.Transfers != nil && d.Debits == nil && (name == transferNames[Current] || name == transferNames[Legacy]):
		c.legacy = name == transferNames[Legacy]
	default:
		return &bank.FormatError{Key: "pain_version"}
	}
	in := d.initiation()
	c.id("GrpHdr/MsgId", in.Head.ID)
	c.text("GrpHdr/InitgPty/Nm", in.Head.Initiator, mostName)
	if len(in.Head.Created) < len("2006-01-02T15:04:05") || !isDay(in.Head.Created) {
		c.fault("pain_date", "GrpHdr/CreDtTm")
	}
	count, sum := 0, int64(0)
	for i := range in.Groups {
		g := &in.Groups[i]
		c.group, c.payment = i+1, 0
		n, s := g.total()
		count += n
		sum += s
		c.total("PmtInf", g.Count, g.Sum, total{n, s})
		if n == 0 {
			c.fault("pain_empty", "PmtInf")
		}
		c.once(c.groups, "PmtInfId", g.ID)
		if d.Debits != nil {
			c.debits(g)
		} else {
			c.transfers(g)
		}
	}
	c.group, c.payment = 0, 0
	c.total("GrpHdr", in.Head.Count, in.Head.Sum, total{count, sum})
	if count == 0 {
		c.fault("pain_empty", "GrpHdr")
	}
	if len(c.faults) > 0 {
		return c.faults
	}
	return nil
}

type total struct {
	count int
	cents int64
}

func (c *checker) total(field, count, sum string, want total) {
	if count != strconv.Itoa(want.count) {
		c.fault("pain_count", field+"/NbOfTxs")
	}
	if cents, fault := statement.Units(sum, "EUR", '.'); fault != statement.Fine || cents != want.cents {
		c.fault("pain_sum", field+"/CtrlSum")
	}
}

func (c *checker) debits(g *group) {
	c.code("PmtMtd", g.Method, "DD")
	c.code("ChrgBr", g.Charges, "SLEV")
	if k := g.Type; k == nil {
		c.fault("pain_missing", "PmtTpInf")
	} else {
		c.code("PmtTpInf/SvcLvl/Cd", k.Service, "SEPA")
		c.code("PmtTpInf/LclInstrm/Cd", k.Instrument.value(), string(Core), string(B2B))
		c.code("PmtTpInf/SeqTp", k.Sequence, string(Recurring), string(OneOff), string(First), string(Final))
	}
	c.day("ReqdColltnDt", g.CollectOn, 1) // handed in a day before at the latest
	c.own("Cdtr", g.Creditor, g.CreditorAccount, g.CreditorAgent)
	if s := g.Scheme; s == nil {
		c.fault("pain_missing", "CdtrSchmeId")
	} else {
		c.code("CdtrSchmeId/SchmeNm/Prtry", s.Name, "SEPA")
		if id, err := bank.ParseCreditorID(s.ID); err != nil || string(id) != s.ID {
			c.fault("pain_creditorid", "CdtrSchmeId/Id")
		}
	}
	for i, d := range g.Debits {
		c.payment = i + 1
		c.payments(d.EndToEnd, d.Amount, d.Purpose.value(), d.Remittance)
		c.id("MndtId", d.Mandate)
		switch {
		case !isDay(d.Signed) || len(d.Signed) != len("2006-01-02"):
			c.fault("pain_date", "DtOfSgntr")
		case c.rules.Today != "" && d.Signed > string(c.rules.Today), d.Signed > g.CollectOn:
			c.fault("pain_signed", "DtOfSgntr")
		}
		c.bank("DbtrAgt", d.Agent, true)
		c.other("Dbtr", d.Debtor, d.Account)
	}
}

func (c *checker) transfers(g *group) {
	c.code("PmtMtd", g.Method, "TRF")
	c.code("ChrgBr", g.Charges, "SLEV")
	if k := g.Type; k == nil {
		c.fault("pain_missing", "PmtTpInf")
	} else {
		c.code("PmtTpInf/SvcLvl/Cd", k.Service, "SEPA")
		c.code("PmtTpInf/LclInstrm/Cd", k.Instrument.value(), "", "INST")
	}
	if c.legacy != (g.ExecuteOn != nil && g.ExecuteOn.Date == "") {
		c.fault("pain_date", "ReqdExctnDt")
	}
	c.day("ReqdExctnDt", g.ExecuteOn.value(), 0)
	c.own("Dbtr", g.Debtor, g.DebtorAccount, g.DebtorAgent)
	for i, t := range g.Transfers {
		c.payment = i + 1
		c.payments(t.EndToEnd, t.Amount, t.Purpose.value(), t.Remittance)
		c.bank("CdtrAgt", t.Agent, false)
		c.other("Cdtr", t.Creditor, t.Account)
	}
}

// payments checks what both kinds of payment have.
func (c *checker) payments(endToEnd string, m money, purpose string, r *remittance) {
	if endToEnd == notProvided {
		c.fault("pain_missing", "EndToEndId") // what comes back could not be told apart
	} else {
		c.once(c.orders, "EndToEndId", endToEnd)
	}
	if m.Currency != "EUR" {
		c.fault("pain_currency", "InstdAmt")
	}
	if n, ok := exact(m.Text); !ok || n < 1 || n > mostCents {
		c.fault("pain_amount", "InstdAmt")
	}
	if purpose != "" && (len(purpose) > purposeCode || strings.Trim(purpose, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "") {
		c.fault("pain_code", "Purp/Cd")
	}
	if r == nil {
		return
	}
	switch {
	case len(r.Texts)+len(r.Structured) != 1:
		c.fault("pain_remittance", "RmtInf")
	case len(r.Texts) == 1:
		c.text("RmtInf/Ustrd", r.Texts[0], mostText)
	default:
		s := r.Structured[0]
		c.code("RmtInf/Strd/CdtrRefInf/Tp/CdOrPrtry/Cd", s.Kind, "SCOR")
		c.id("RmtInf/Strd/CdtrRefInf/Ref", s.Ref)
		if s.Issuer == "ISO" {
			if rf, err := bank.ParseRF(s.Ref); err != nil || string(rf) != s.Ref {
				c.fault("pain_reference", "RmtInf/Strd/CdtrRefInf/Ref")
			}
		}
	}
}

// exact reads an amount with two decimals, no more and no fewer.
func exact(s string) (int64, bool) {
	_, part, _ := strings.Cut(s, ".")
	n, fault := statement.Units(s, "EUR", '.')
	return n, fault == statement.Fine && len(part) == 2
}

// FitsID reports whether banks take a number of ours: that of a payment, or a mandate's.
func FitsID(s string) bool { return s != "" && len(s) <= mostID && !marks(s) }

// marks reports what a number may not have.
func marks(s string) bool {
	return !sepa.Fits(s) || strings.TrimSpace(s) != s || s[0] == '/' || s[len(s)-1] == '/' || strings.Contains(s, "//")
}

// id checks one of our own numbers: 1 to 35 of SEPA's characters, and no slash at the ends or
// beside another, which SWIFT uses as a mark.
func (c *checker) id(field, s string) {
	switch {
	case s == "":
		c.fault("pain_missing", field)
	case len(s) > mostID:
		c.fault("pain_length", field)
	case marks(s):
		c.fault("pain_id", field)
	}
}

// once is id, of numbers that may be there once in a file.
func (c *checker) once(seen map[string]bool, field, s string) {
	c.id(field, s)
	if s != "" && seen[s] {
		c.fault("pain_twice", field)
	}
	seen[s] = true
}

func (c *checker) text(field, s string, most int) {
	switch {
	case strings.TrimSpace(s) == "":
		c.fault("pain_missing", field)
	case !sepa.Fits(s):
		c.fault("pain_characters", field)
	case utf8.RuneCountInString(s) > most:
		c.fault("pain_length", field)
	}
}

func (c *checker) code(field, s string, allowed ...string) {
	for _, a := range allowed {
		if s == a {
			return
		}
	}
	c.fault("pain_code", field)
}

// day checks a day of payment, which is at least ahead days from today.
func (c *checker) day(field, s string, ahead int) {
	switch {
	case !isDay(s) || len(s) != len("2006-01-02"):
		c.fault("pain_date", field)
	case c.rules.Today != "" && (s < string(c.rules.Today) || ahead > 0 && s == string(c.rules.Today)):
		c.fault("pain_early", field)
	case c.rules.IsTargetDay != nil && !c.rules.IsTargetDay(statement.Date(s)):
		c.fault("pain_day", field)
	}
}

func isDay(s string) bool {
	_, ok := statement.Day(s)
	return ok
}

// own checks our side.
func (c *checker) own(field string, p *party, a *account, g *agent) {
	if p == nil {
		c.fault("pain_missing", field)
	} else {
		c.text(field+"/Nm", p.Name, mostName)
	}
	c.iban(field+"Acct/Id/IBAN", a)
	c.bank(field+"Agt", g, true)
}

// other checks the other side, whose address is needed outside the European Economic Area.
func (c *checker) other(field string, p *party, a *account) {
	iban := c.iban(field+"Acct/Id/IBAN", a)
	if p == nil {
		c.fault("pain_missing", field)
		return
	}
	c.text(field+"/Nm", p.Name, mostName)
	switch {
	case p.Address != nil:
		c.address(field+"/PstlAdr", p.Address)
	case iban != "" && !iban.EEA():
		c.fault("pain_address", field+"/PstlAdr")
	}
}

func (c *checker) address(field string, a *address) {
	if len(a.Country) != 2 || !statement.Currency(a.Country+"X") {
		c.fault("pain_address", field+"/Ctry")
	}
	if len(a.Lines) > mostLines {
		c.fault("pain_address", field+"/AdrLine")
	}
	for _, l := range a.Lines {
		c.text(field+"/AdrLine", l, mostName)
	}
	if !c.legacy || a.Town != "" {
		c.text(field+"/TwnNm", a.Town, mostTown) // lines alone are refused since 15 November 2026
	}
	for _, f := range []struct {
		name, text string
		most       int
	}{{"/StrtNm", a.Street, mostName}, {"/BldgNb", a.Number, mostPostal}, {"/PstCd", a.Postcode, mostPostal}} {
		if f.text != "" {
			c.text(field+f.name, f.text, f.most)
		}
	}
}

func (c *checker) iban(field string, a *account) bank.IBAN {
	if a == nil {
		c.fault("pain_missing", field)
		return ""
	}
	iban, err := bank.ParseIBAN(a.IBAN)
	if err != nil || iban.Plain() != a.IBAN || !iban.SEPA() {
		c.fault("pain_iban", field)
		return ""
	}
	return iban
}

// bank checks who keeps an account: a BIC, or the word that there is none.
func (c *checker) bank(field string, a *agent, must bool) {
	if a == nil {
		if must {
			c.fault("pain_missing", field)
		}
		return
	}
	bic := a.BIC + a.BICFI
	switch {
	case bic == "" && a.Other != nil && a.Other.ID == notProvided:
	case a.Other != nil, len(bic) != 8 && len(bic) != 11, strings.Trim(bic, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "", c.legacy != (a.BIC != ""):
		c.fault("pain_bic", field)
	}
}
