// Package invoice reads electronic invoices of the European norm (EN 16931): XRechnung, ZUGFeRD
// and Factur-X in both syntaxes, UN/CEFACT CII and UBL 2.1. Of an invoice it gives what a claim
// is made of; what is wrong with a single field is noted as a Flaw and leaves the field empty,
// so that a person is asked instead of a number being guessed. Nothing outside the bytes is
// ever read: documents with a DTD are refused, entities are not expanded.
package invoice

import (
	"fmt"
	"io"
	"slices"

	"quitt/bank"
)

// MostBytes bounds a document. XRechnung may carry pictures of its papers, which nobody reads.
const MostBytes = 10 << 20

// Syntax is how the invoice is written.
type Syntax string

// The two syntaxes of the norm.
const (
	CII Syntax = "cii"
	UBL Syntax = "ubl"
)

// Invoice is what was read, field by field; "" and 0 for what is not there or had a Flaw. Days
// are ISO dates, amounts euro cents of Currency.
type Invoice struct {
	Syntax                    Syntax
	Number, Type              string // BT-1, BT-3
	Currency                  string // BT-5
	IssuedOn, DueOn           string // BT-2, BT-9
	DeliveredOn               string // BT-72, else the end of the period (BT-74)
	Gross, Prepaid, Payable   int64  // BT-112, BT-113, BT-115
	Rounding                  int64  // BT-114
	Taxes                     []Tax
	Terms                     string // BT-20
	Discounts                 []Discount
	PaymentReference, Mandate string    // BT-83, BT-89
	IBAN                      bank.IBAN // BT-84
	Corrects                  string    // BT-25
	Seller, Buyer             Party
	Payee                     string   // BT-59; "" when the seller is paid
	Items                     []string // BT-153 of the first lines
	Flaws                     []Flaw
}

// Party is who sells or buys.
type Party struct {
	Name                                string // BT-27, BT-44
	Number                              string // the buyer's number with the seller (BT-46)
	VATID, Register                     string // BT-31 and BT-48, BT-30 and BT-47
	Street, Extra                       string
	Postcode, City, Country             string
	Contact, Phone, Email, EmailAddress string // EmailAddress is where invoices go (BT-49)
}

// Tax is one rate of value added tax: basis points, and cents of what it is counted on.
type Tax struct{ Rate, Base, Amount int64 }

// Discount is Skonto as XRechnung writes it: so many basis points less within days. Base is
// the amount it is counted on, 0 for all.
type Discount struct{ Days, Rate, Base int64 }

// Field names what a Flaw is about.
type Field string

// The fields that may be there and yet not usable.
const (
	FieldIssued    Field = "issued"
	FieldDue       Field = "due"
	FieldDelivered Field = "delivered"
	FieldPayable   Field = "payable"
	FieldGross     Field = "gross" // and what leads from it to the payable amount
	FieldTax       Field = "tax"
	FieldIBAN      Field = "iban"
	FieldTerms     Field = "terms"
)

// Flaw says why a field was left empty.
type Flaw struct {
	Field Field
	Err   *bank.FormatError
}

// Format prints the number of the invoice alone: who sells what to whom is nothing for a log.
func (i Invoice) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "invoice %q", i.Number) }

// Format prints nothing of a party.
func (p Party) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "…") }

// mostItems is as many lines as anybody reads in one sentence.
const mostItems = 5

// Parse reads a document. It refuses what is no invoice it knows with a *bank.FormatError:
// "intake_invoice_size", "intake_invoice_encoding", "intake_invoice_xml", "intake_invoice_dtd",
// "intake_invoice_depth", "intake_invoice_old" for ZUGFeRD 1, "intake_invoice_unknown".
func Parse(b []byte) (Invoice, error) {
	root, err := guard(b)
	if err != nil {
		return Invoice{}, err
	}
	var i Invoice
	switch root.Local {
	case "CrossIndustryInvoice":
		err = readCII(b, &i)
	case "Invoice", "CreditNote":
		err = readUBL(b, &i, root.Local)
	case "CrossIndustryDocument":
		return Invoice{}, bad("intake_invoice_old", nil)
	default:
		return Invoice{}, bad("intake_invoice_unknown", nil)
	}
	if err != nil {
		return Invoice{}, err
	}
	i.check()
	return i, nil
}

// check compares what the document says twice, and leaves open what it says wrongly.
func (i *Invoice) check() {
	i.Discounts = i.discounts()
	// BR-CO-16. MINIMUM and BASIC WL may lack the gross amount.
	if i.Gross != 0 && !i.flawed(FieldPayable) && !i.flawed(FieldGross) && i.Gross-i.Prepaid+i.Rounding != i.Payable {
		i.flaw(FieldPayable, bad("intake_invoice_sum", map[string]any{
			"gross": Euros(i.Gross), "prepaid": Euros(i.Prepaid), "payable": Euros(i.Payable)}))
		i.Payable = 0
	}
	if i.IssuedOn != "" && i.DueOn != "" && i.DueOn < i.IssuedOn {
		i.flaw(FieldDue, bad("intake_invoice_due_first", nil))
		i.DueOn = ""
	}
}

func (i *Invoice) flaw(f Field, err *bank.FormatError) {
	if !i.flawed(f) {
		i.Flaws = append(i.Flaws, Flaw{f, err})
	}
}

func (i *Invoice) flawed(f Field) bool {
	return slices.ContainsFunc(i.Flaws, func(x Flaw) bool { return x.Field == f })
}

// reversed are the kinds by which the seller owes: credit notes and self-billed invoices.
var reversed = []string{"81", "83", "261", "262", "296", "308", "381", "389", "396", "420", "458", "532"}

// Reversed reports whether the document lowers a debt or turns it round instead of making one.
func (i Invoice) Reversed() bool { return slices.Contains(reversed, i.Type) }

func bad(key string, args map[string]any) *bank.FormatError {
	return &bank.FormatError{Key: key, Args: args}
}
