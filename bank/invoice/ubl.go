package invoice

import (
	"strings"
	"time"
)

// What the norm needs of Invoice and CreditNote (UBL 2.1), which differ in two names.
type ublDocument struct {
	ID             string     `xml:"ID"`
	Issued         string     `xml:"IssueDate"`
	Due            string     `xml:"DueDate"`
	InvoiceType    string     `xml:"InvoiceTypeCode"`
	CreditNoteType string     `xml:"CreditNoteTypeCode"`
	Currency       string     `xml:"DocumentCurrencyCode"`
	PeriodEnd      string     `xml:"InvoicePeriod>EndDate"`
	Corrects       []string   `xml:"BillingReference>InvoiceDocumentReference>ID"`
	Seller         ublParty   `xml:"AccountingSupplierParty>Party"`
	Buyer          ublParty   `xml:"AccountingCustomerParty>Party"`
	Payee          string     `xml:"PayeeParty>PartyName>Name"`
	Delivered      []string   `xml:"Delivery>ActualDeliveryDate"`
	Means          []ublMeans `xml:"PaymentMeans"`
	Terms          []string   `xml:"PaymentTerms>Note"`
	Taxes          []ublTax   `xml:"TaxTotal>TaxSubtotal"`
	Gross          []amount   `xml:"LegalMonetaryTotal>TaxInclusiveAmount"`
	Prepaid        []amount   `xml:"LegalMonetaryTotal>PrepaidAmount"`
	Rounding       []amount   `xml:"LegalMonetaryTotal>PayableRoundingAmount"`
	Payable        []amount   `xml:"LegalMonetaryTotal>PayableAmount"`
	Lines          []ublLine  `xml:"InvoiceLine"`
	CreditLines    []ublLine  `xml:"CreditNoteLine"`
}

type ublMeans struct {
	Due       string   `xml:"PaymentDueDate"`
	Reference []string `xml:"PaymentID"`
	Account   string   `xml:"PayeeFinancialAccount>ID"`
	Mandate   string   `xml:"PaymentMandate>ID"`
}

type ublTax struct {
	Base   string `xml:"TaxableAmount"`
	Amount string `xml:"TaxAmount"`
	Rate   string `xml:"TaxCategory>Percent"`
}

type ublLine struct {
	Name string `xml:"Item>Name"`
}

type ublParty struct {
	Endpoint endpoint `xml:"EndpointID"`
	IDs      []string `xml:"PartyIdentification>ID"`
	Trading  string   `xml:"PartyName>Name"`
	Address  struct {
		Street   string `xml:"StreetName"`
		Extra    string `xml:"AdditionalStreetName"`
		Line     string `xml:"AddressLine>Line"`
		City     string `xml:"CityName"`
		Postcode string `xml:"PostalZone"`
		Country  string `xml:"Country>IdentificationCode"`
	} `xml:"PostalAddress"`
	Taxes []struct {
		ID     string `xml:"CompanyID"`
		Scheme string `xml:"TaxScheme>ID"`
	} `xml:"PartyTaxScheme"`
	Legal struct {
		Name string `xml:"RegistrationName"`
		ID   string `xml:"CompanyID"`
	} `xml:"PartyLegalEntity"`
	Contact struct {
		Name  string `xml:"Name"`
		Phone string `xml:"Telephone"`
		Email string `xml:"ElectronicMail"`
	} `xml:"Contact"`
}

func readUBL(b []byte, i *Invoice, root string) error {
	var d ublDocument
	if err := unmarshal(b, &d); err != nil {
		return err
	}
	i.Syntax, i.Number, i.Currency = UBL, tidy(d.ID), strings.ToUpper(tidy(d.Currency))
	i.Type = first(d.InvoiceType, d.CreditNoteType)
	if i.Type == "" && root == "CreditNote" {
		i.Type = "381"
	}
	i.IssuedOn, i.DueOn = i.day(FieldIssued, time.DateOnly, d.Issued), i.day(FieldDue, time.DateOnly, d.Due)
	i.DeliveredOn = first(i.day(FieldDelivered, time.DateOnly, first(d.Delivered...)), i.day(FieldDelivered, time.DateOnly, d.PeriodEnd))
	for _, m := range d.Means {
		if i.DueOn == "" {
			i.DueOn = i.day(FieldDue, time.DateOnly, m.Due)
		}
		i.PaymentReference = first(append([]string{i.PaymentReference}, m.Reference...)...)
		i.Mandate = first(i.Mandate, m.Mandate)
		i.account(m.Account)
	}
	i.Terms = strings.TrimSpace(strings.Join(d.Terms, "\n"))
	i.Gross, i.Prepaid = i.cents(FieldGross, d.Gross), i.cents(FieldGross, d.Prepaid)
	i.Rounding, i.Payable = i.cents(FieldGross, d.Rounding), i.cents(FieldPayable, d.Payable)
	for _, t := range d.Taxes {
		i.tax(t.Rate, t.Base, t.Amount)
	}
	i.Payee, i.Corrects = tidy(d.Payee), first(d.Corrects...)
	i.Seller, i.Buyer = d.Seller.party(), d.Buyer.party()
	lines := append(d.Lines, d.CreditLines...)
	for _, l := range lines[:min(mostItems, len(lines))] {
		i.Items = append(i.Items, tidy(l.Name))
	}
	return nil
}

func (p ublParty) party() Party {
	out := Party{
		Name: first(p.Legal.Name, p.Trading), Number: first(p.IDs...), Register: tidy(p.Legal.ID),
		Street: tidy(p.Address.Street), Extra: first(p.Address.Extra, p.Address.Line), Postcode: tidy(p.Address.Postcode),
		City: tidy(p.Address.City), Country: strings.ToUpper(tidy(p.Address.Country)),
		Contact: tidy(p.Contact.Name), Phone: tidy(p.Contact.Phone), Email: tidy(p.Contact.Email), EmailAddress: p.Endpoint.email(),
	}
	for _, t := range p.Taxes {
		if tidy(t.Scheme) == "VAT" {
			out.VATID = first(out.VATID, t.ID)
		}
	}
	return out
}
