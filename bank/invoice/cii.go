package invoice

import "strings"

// What the norm needs of CrossIndustryInvoice (UN/CEFACT D16B). Names are matched without
// their namespace; no two elements here differ by that alone.
type ciiDocument struct {
	Exchanged struct {
		ID       string  `xml:"ID"`
		TypeCode string  `xml:"TypeCode"`
		Issued   ciiDate `xml:"IssueDateTime"`
	} `xml:"ExchangedDocument"`
	Trade struct {
		Items []struct {
			Name string `xml:"SpecifiedTradeProduct>Name"`
		} `xml:"IncludedSupplyChainTradeLineItem"`
		Agreement struct {
			Seller ciiParty `xml:"SellerTradeParty"`
			Buyer  ciiParty `xml:"BuyerTradeParty"`
		} `xml:"ApplicableHeaderTradeAgreement"`
		Delivered  ciiDate       `xml:"ApplicableHeaderTradeDelivery>ActualDeliverySupplyChainEvent>OccurrenceDateTime"`
		Settlement ciiSettlement `xml:"ApplicableHeaderTradeSettlement"`
	} `xml:"SupplyChainTradeTransaction"`
}

type ciiDate struct {
	At struct {
		Format string `xml:"format,attr"`
		Text   string `xml:",chardata"`
	} `xml:"DateTimeString"`
}

type ciiParty struct {
	IDs      []string `xml:"ID"`
	Global   []string `xml:"GlobalID"`
	Name     string   `xml:"Name"`
	Register string   `xml:"SpecifiedLegalOrganization>ID"`
	Contact  struct {
		Person     string `xml:"PersonName"`
		Department string `xml:"DepartmentName"`
		Phone      string `xml:"TelephoneUniversalCommunication>CompleteNumber"`
		Email      string `xml:"EmailURIUniversalCommunication>URIID"`
	} `xml:"DefinedTradeContact"`
	Address struct {
		Postcode string `xml:"PostcodeCode"`
		One      string `xml:"LineOne"`
		Two      string `xml:"LineTwo"`
		Three    string `xml:"LineThree"`
		City     string `xml:"CityName"`
		Country  string `xml:"CountryID"`
	} `xml:"PostalTradeAddress"`
	Electronic endpoint      `xml:"URIUniversalCommunication>URIID"`
	Taxes      []schemedText `xml:"SpecifiedTaxRegistration>ID"`
}

// endpoint is an electronic address; of scheme EM it is an e-mail address.
type endpoint struct {
	Scheme string `xml:"schemeID,attr"`
	Text   string `xml:",chardata"`
}

func (e endpoint) email() string {
	if strings.EqualFold(e.Scheme, "EM") {
		return tidy(e.Text)
	}
	return ""
}

type schemedText struct {
	Scheme string `xml:"schemeID,attr"`
	Text   string `xml:",chardata"`
}

type ciiSettlement struct {
	Reference string `xml:"PaymentReference"`
	Currency  string `xml:"InvoiceCurrencyCode"`
	Payee     string `xml:"PayeeTradeParty>Name"`
	Means     []struct {
		IBAN string `xml:"PayeePartyCreditorFinancialAccount>IBANID"`
	} `xml:"SpecifiedTradeSettlementPaymentMeans"`
	Taxes []struct {
		Rate   string `xml:"RateApplicablePercent"`
		Base   string `xml:"BasisAmount"`
		Amount string `xml:"CalculatedAmount"`
	} `xml:"ApplicableTradeTax"`
	PeriodEnd ciiDate `xml:"BillingSpecifiedPeriod>EndDateTime"`
	Terms     []struct {
		Text    string  `xml:"Description"`
		Due     ciiDate `xml:"DueDateDateTime"`
		Mandate string  `xml:"DirectDebitMandateID"`
	} `xml:"SpecifiedTradePaymentTerms"`
	Sum struct {
		Gross    []amount `xml:"GrandTotalAmount"`
		Prepaid  []amount `xml:"TotalPrepaidAmount"`
		Rounding []amount `xml:"RoundingAmount"`
		Payable  []amount `xml:"DuePayableAmount"`
	} `xml:"SpecifiedTradeSettlementHeaderMonetarySummation"`
	Corrects []string `xml:"InvoiceReferencedDocument>IssuerAssignedID"`
}

func readCII(b []byte, i *Invoice) error {
	var d ciiDocument
	if err := unmarshal(b, &d); err != nil {
		return err
	}
	s := d.Trade.Settlement
	i.Syntax, i.Number, i.Type, i.Currency = CII, tidy(d.Exchanged.ID), tidy(d.Exchanged.TypeCode), strings.ToUpper(tidy(s.Currency))
	i.IssuedOn = i.ciiDay(FieldIssued, d.Exchanged.Issued)
	i.DeliveredOn = first(i.ciiDay(FieldDelivered, d.Trade.Delivered), i.ciiDay(FieldDelivered, s.PeriodEnd))
	var terms []string
	for _, t := range s.Terms {
		// With Skonto the extended profile has terms for each step; the last day is the due one.
		i.DueOn = max(i.DueOn, i.ciiDay(FieldDue, t.Due))
		i.Mandate = first(i.Mandate, t.Mandate)
		terms = append(terms, strings.TrimSpace(t.Text))
	}
	i.Terms = strings.TrimSpace(strings.Join(terms, "\n"))
	i.Gross, i.Prepaid = i.cents(FieldGross, s.Sum.Gross), i.cents(FieldGross, s.Sum.Prepaid)
	i.Rounding, i.Payable = i.cents(FieldGross, s.Sum.Rounding), i.cents(FieldPayable, s.Sum.Payable)
	for _, t := range s.Taxes {
		i.tax(t.Rate, t.Base, t.Amount)
	}
	i.PaymentReference, i.Payee, i.Corrects = tidy(s.Reference), tidy(s.Payee), first(s.Corrects...)
	for _, m := range s.Means {
		i.account(m.IBAN)
	}
	i.Seller, i.Buyer = d.Trade.Agreement.Seller.party(), d.Trade.Agreement.Buyer.party()
	for _, item := range d.Trade.Items[:min(mostItems, len(d.Trade.Items))] {
		i.Items = append(i.Items, tidy(item.Name))
	}
	return nil
}

// ciiDay reads format 102, the only one the norm allows.
func (i *Invoice) ciiDay(f Field, d ciiDate) string {
	if format := tidy(d.At.Format); format != "" && format != "102" {
		i.flaw(f, bad("intake_invoice_date", map[string]any{"value": clip(d.At.Text)}))
		return ""
	}
	return i.day(f, "20060102", d.At.Text)
}

func (p ciiParty) party() Party {
	out := Party{
		Name: tidy(p.Name), Number: first(append(p.IDs, p.Global...)...), Register: tidy(p.Register),
		Street: tidy(p.Address.One), Extra: first(p.Address.Two, p.Address.Three), Postcode: tidy(p.Address.Postcode),
		City: tidy(p.Address.City), Country: strings.ToUpper(tidy(p.Address.Country)),
		Contact: first(p.Contact.Person, p.Contact.Department), Phone: tidy(p.Contact.Phone), Email: tidy(p.Contact.Email),
		EmailAddress: p.Electronic.email(),
	}
	for _, t := range p.Taxes {
		if t.Scheme == "VA" {
			out.VATID = first(out.VATID, t.Text)
		}
	}
	return out
}
