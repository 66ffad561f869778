package intake

import (
	"bytes"
	"errors"
	"path"
	"slices"
	"strings"

	"quitt/bank"
	"quitt/bank/invoice"
	"quitt/cases/upload/gate/pdf"
	"quitt/debt"
)

// Draft is what an invoice says about a claim, in the fields of the form, for a person to
// complete. What is missing, the dry run of the form tells.
type Draft struct {
	Fields  map[string]string // by cases.Field.Name
	Notes   []*debt.Error     // what to look at, not in the way
	Invoice invoice.Invoice
}

// embedded are the names of invoices within PDF files, in small letters.
var embedded = []string{"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"}

// MostBill bounds an invoice in bytes.
const MostBill = invoice.MostBytes

// mostText bounds an object in characters; its field takes no more.
const mostText = 200

// ReadInvoice reads an electronic invoice, XML or a PDF that holds one. Refusals are Invalid:
// "intake_invoice_size", "intake_no_invoice" for another kind of file, "intake_pdf_bare" for a PDF
// without one, "intake_pdf_broken" and "intake_pdf_locked", "intake_invoice_reversed" for what
// makes no debt, "intake_invoice_nothing" where nothing is to be paid, and those of
// invoice.Parse.
func ReadInvoice(content []byte) (Draft, error) {
	if len(content) > MostBill {
		return Draft{}, debt.E(debt.Invalid, "intake_invoice_size", debt.Args{"most": MostBill >> 20})
	}
	var err error
	switch start := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\ufeff")), " \t\r\n"); {
	case bytes.HasPrefix(start, []byte("%PDF-")):
		if content, err = withinPDF(content); err != nil {
			return Draft{}, err
		}
	case !bytes.HasPrefix(start, []byte("<")):
		return Draft{}, debt.E(debt.Invalid, "intake_no_invoice", nil)
	}
	i, err := invoice.Parse(content)
	if err != nil {
		return Draft{}, worded(err)
	}
	switch {
	case i.Reversed():
		return Draft{}, debt.E(debt.Invalid, "intake_invoice_reversed", debt.Args{"type": i.Type})
	case i.Payable <= 0 && !flawed(i, invoice.FieldPayable):
		return Draft{}, debt.E(debt.Invalid, "intake_invoice_nothing", nil)
	}
	return draft(i), nil
}

// worded makes an error of this house of one of the bank formats.
func worded(err error) error {
	var format *bank.FormatError
	if !errors.As(err, &format) {
		return err
	}
	e := debt.Error{Kind: debt.Invalid, Args: format.Args}
	e.Key = format.Key
	return &e
}

// withinPDF takes the invoice out of a PDF. The reader that guards uploads is used, for the file
// is a stranger's too; nothing is rendered.
func withinPDF(content []byte) ([]byte, error) {
	d, err := pdf.Parse(content)
	if err == nil {
		var files []pdf.File
		files, err = d.Embedded(invoice.MostBytes, func(name string) bool {
			return slices.Contains(embedded, strings.ToLower(path.Base(name)))
		})
		if err == nil && len(files) == 0 {
			return nil, debt.E(debt.Invalid, "intake_pdf_bare", nil)
		}
		if err == nil {
			// Some programs attach the invoice twice; what claims to be the invoice itself counts.
			slices.SortStableFunc(files, func(a, b pdf.File) int { return rank(a) - rank(b) })
			return files[0].Content, nil
		}
	}
	if errors.Is(err, pdf.ErrLocked) {
		return nil, debt.E(debt.Invalid, "intake_pdf_locked", nil)
	}
	return nil, debt.E(debt.Invalid, "intake_pdf_broken", nil)
}

func rank(f pdf.File) int {
	if i := slices.Index([]string{"Alternative", "Data", "Source"}, f.Relationship); i >= 0 {
		return i
	}
	return 3
}

func flawed(i invoice.Invoice, f invoice.Field) bool {
	return slices.ContainsFunc(i.Flaws, func(x invoice.Flaw) bool { return x.Field == f })
}

// draft fills the form. What the invoice does not say stays open: when the contract was made,
// and often when it is due.
func draft(i invoice.Invoice) Draft {
	d := Draft{Invoice: i, Fields: map[string]string{
		"reference": i.Number, "invoice_number": i.Number, "invoice_date": i.IssuedOn, "due_date": i.DueOn,
		"currency": i.Currency, "ground": "contract", "payment_for_services": "yes", "object": objectOf(i),
		"street": joined(", ", i.Buyer.Street, i.Buyer.Extra), "postcode": i.Buyer.Postcode, "city": i.Buyer.City,
		"country": i.Buyer.Country, "customer_number": i.Buyer.Number, "phone": i.Buyer.Phone,
		"email": i.Buyer.Email,
	}}
	if i.Payable > 0 {
		d.Fields["principal"] = invoice.Euros(i.Payable)
	}
	if i.Buyer.Email == "" {
		d.Fields["email"] = i.Buyer.EmailAddress
	}
	d.buyer()
	d.notes()
	return d
}

func joined(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), between)
}

// objectOf names what was sold, by the first lines.
func objectOf(i invoice.Invoice) string {
	text := []rune(joined(", ", slices.Clone(i.Items)...))
	if len(text) > mostText {
		return strings.TrimSpace(string(text[:mostText-1])) + "…"
	}
	return string(text)
}

// forms are words by which a name is that of no person, in small letters between blanks.
var forms = []string{"gmbh", "ag", "kg", "ohg", "gbr", "ug", "se", "kgaa", "mbb", "ev", "ek", "eg", "partg", "stiftung", "verein",
	"stadt", "gemeinde", "landkreis", "universität", "ltd", "limited", "inc", "bv", "sarl", "srl", "sro", "co"}

// buyer says who owes. An invoice does not tell persons from companies: a number for taxes or in
// a register, or a legal form in the name does. Otherwise somebody has to look.
func (d *Draft) buyer() {
	b := d.Invoice.Buyer
	words := strings.Fields(strings.ToLower(b.Name))
	company := b.VATID != "" || b.Register != "" || slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains(forms, strings.NewReplacer(".", "", "(", "", ")", "", ",", "").Replace(w))
	})
	if company {
		d.Fields["debtor_kind"], d.Fields["company_name"] = "company", b.Name
		return
	}
	d.Fields["debtor_kind"], d.Fields["last_name"] = "person", b.Name
	if at := strings.LastIndexByte(b.Name, ' '); at > 0 {
		d.Fields["first_name"], d.Fields["last_name"] = b.Name[:at], b.Name[at+1:]
	}
	if b.Name != "" {
		d.note("intake_note_person", nil)
	}
}

func (d *Draft) note(key string, args debt.Args) {
	d.Notes = append(d.Notes, debt.E(debt.Invalid, key, args))
}

// notes says what a person should know before handing the invoice over.
func (d *Draft) notes() {
	i := d.Invoice
	for _, f := range i.Flaws {
		var e *debt.Error
		if errors.As(worded(f.Err), &e) {
			d.Notes = append(d.Notes, e)
		}
	}
	if i.Prepaid > 0 {
		d.note("intake_note_prepaid", debt.Args{"prepaid": debt.Cents(i.Prepaid), "gross": debt.Cents(i.Gross)})
	}
	if i.DueOn == "" && !flawed(i, invoice.FieldDue) {
		d.note("intake_note_due", nil)
	}
	if len(i.Discounts) > 0 {
		d.note("intake_note_discount", debt.Args{"days": int(i.Discounts[0].Days), "rate": debt.BasisPoints(i.Discounts[0].Rate)}) //nolint:gosec // two digits
	}
	if i.Corrects != "" {
		d.note("intake_note_corrects", debt.Args{"number": i.Corrects})
	}
	if i.Payee != "" {
		d.note("intake_note_payee", nil)
	}
	if i.Buyer.Street == "" {
		d.note("intake_note_address", nil)
	}
}

// SampleDraft is an invented invoice as it was read, for reviews of the form.
func SampleDraft() Draft {
	return draft(invoice.Invoice{
		Number: "R-26-0815", Type: "380", Currency: "EUR", IssuedOn: "2026-03-02", Gross: 172_50, Prepaid: 72_50, Payable: 100_00,
		Taxes: []invoice.Tax{{Rate: 1900, Base: 100_00, Amount: 19_00}, {Rate: 700, Base: 50_00, Amount: 3_50}},
		Terms: "Zahlbar innerhalb von 30 Tagen. 2 % Skonto innerhalb von 14 Tagen.", Discounts: []invoice.Discount{{Days: 14, Rate: 200}},
		Items: []string{"Wartung der Heizung", "Anfahrt"}, Seller: invoice.Party{Name: "Heizungsbau Krug GmbH"},
		Buyer: invoice.Party{Name: "Marta Beispiel", Number: "K-2081", Street: "Lindenstraße 12", Postcode: "01067", City: "Dresden", Country: "DE",
			EmailAddress: "marta@example.org"},
	})
}
