package intake

import (
	"slices"
	"strings"

	"quitt/cases"
)

// others are names that programs for accounts, shops and practices give to what we call
// otherwise, in small letters and digits.
var others = map[string][]string{
	"reference":         {"referenz", "vorgang", "vorgangsnummer", "aktenzeichen", "az", "belegnummer", "belegnr", "auftragsnummer", "opnummer", "id"},
	"first_name":        {"vorname", "firstname"},
	"last_name":         {"name", "nachname", "kunde", "kundenname", "schuldner", "patient", "mieter", "lastname", "empfaenger", "name1"},
	"company_name":      {"firma", "firmenname", "unternehmen", "company"},
	"street":            {"strasse", "str", "adresse", "anschrift", "strassehausnummer", "strasseundhausnummer", "strassenr", "address", "address1"},
	"postcode":          {"plz", "postleitzahl", "zip", "zipcode", "postalcode"},
	"city":              {"ort", "stadt", "wohnort", "town"},
	"country":           {"land", "laendercode", "staat", "countrycode"},
	"birth_date":        {"geburtsdatum", "geburtstag", "gebdatum", "geboren", "birthday", "dateofbirth"},
	"email":             {"email", "emailadresse", "mail"},
	"phone":             {"telefon", "tel", "telefonnummer", "mobil", "handy", "phone", "mobile"},
	"customer_number":   {"kundennummer", "kundennr", "kdnr", "debitor", "debitorennummer", "debitorennr", "patientennummer", "mitgliedsnummer", "customerno"},
	"payer_iban":        {"iban", "kontonummeriban"},
	"principal":         {"hauptforderung", "offenerbetrag", "offen", "betrag", "restbetrag", "saldo", "forderung", "offenerposten", "summe", "bruttobetrag", "amount", "opensum", "amountdue"},
	"currency":          {"waehrung", "currency"},
	"object":            {"gegenstand", "leistung", "bezeichnung", "artikel", "beschreibung", "text", "buchungstext", "description"},
	"contract_date":     {"vertragsdatum", "bestelldatum", "auftragsdatum", "behandlungsdatum", "leistungsdatum", "orderdate"},
	"invoice_number":    {"rechnungsnummer", "rechnungsnr", "rechnung", "rgnr", "renr", "invoiceno", "invoicenumber", "invoice"},
	"invoice_date":      {"rechnungsdatum", "belegdatum", "rgdatum", "redatum", "datum", "invoicedate"},
	"due_date":          {"faelligkeit", "faelligam", "faelligkeitsdatum", "zahlbarbis", "duedate", "due"},
	"default_from":      {"verzugab", "verzugsdatum", "zinsenab"},
	"dunning_cost":      {"mahnauslagen", "mahngebuehr", "mahnkosten"},
	"interest_reason":   {"zinsgrund"},
	"consumer":          {"verbraucher"},
	"interest":          {"zins", "zinssatz"},
	"state":             {"bundesland"},
	"debtor_kind":       {"schuldnerart", "personenart"},
	"ground":            {"forderungsgrund", "anspruchsgrund"},
	"dunning_cost_date": {"mahndatum", "letztemahnung"},
}

// houseNumbers are names of a column whose text belongs behind the street.
var houseNumbers = []string{"hausnummer", "hausnr", "hnr", "nr", "housenumber"}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss")

// plain reduces a name to small letters and digits.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, umlauts.Replace(strings.ToLower(s)))
}

// Guess says what the columns of a file may mean, for a person to look over. The names of our own
// files come first; then what others call it, the likelier name first. A column is guessed for
// one thing only.
func Guess(h cases.Head) cases.Mapping {
	m := cases.Mapping{Delimiter: h.Delimiter, Headers: h.Names, Fields: map[string]cases.Origin{}, Fixed: map[string]string{}}
	taken := make([]bool, len(h.Names))
	give := func(field string, i int) {
		if i >= 0 && !taken[i] && m.Fields[field].Column == 0 {
			m.Fields[field], taken[i] = cases.Origin{Column: i + 1}, true
		}
	}
	for i, name := range h.Names {
		if field := cases.FieldNamed(name); field != "" {
			give(field, i)
		}
	}
	for _, f := range cases.Fields() {
		for _, name := range others[f.Name] {
			give(f.Name, slices.IndexFunc(h.Names, func(n string) bool { return plain(n) == name }))
		}
	}
	if street := m.Fields["street"]; street.Column > 0 {
		i := slices.IndexFunc(h.Names, func(n string) bool { return slices.Contains(houseNumbers, plain(n)) })
		if i >= 0 && !taken[i] {
			street.And = i + 1
			m.Fields["street"] = street
		}
	}
	// What the creditor calls an invoice is a key of his own, if he has no other.
	if number := m.Fields["invoice_number"]; m.Fields["reference"].Column == 0 && number.Column > 0 {
		m.Fields["reference"] = number
	}
	return m
}
