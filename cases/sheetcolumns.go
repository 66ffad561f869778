package cases

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"quitt/debt"
)

// column is one thing a sheet may tell about a case.
type column int

const (
	colReference column = iota
	colDebtorKind
	colFirstName
	colLastName
	colCompanyName
	colStreet
	colPostcode
	colCity
	colCountry
	colState
	colBirthDate
	colEmail
	colPhone
	colCustomerNumber
	colPayerIBAN
	colAddressSource
	colPrincipal
	colCurrency
	colGround
	colObject
	colContractDate
	colInvoiceNumber
	colInvoiceDate
	colDueDate
	colDefaultFrom
	colConsumer
	colPaymentForServices
	colConsumerLoan
	colInterest
	colInterestReason
	colDunningCost
	colDunningDate
	colTitled
	colSecured
	columnCount

	noColumn column = -1 // an empty header cell, or a problem of the whole row
)

// columnInfo names a column. Every name is matched by plainWord, so case, blanks, dashes
// and the spelling of umlauts do not matter. Most bounds the text in characters.
type columnInfo struct {
	english, german string
	aliases         []string
	required        bool
	most            int
}

// columnInfos also drives the check of docs/import.md. Street, postcode and city are
// required in the header because no row can do without them.
var columnInfos = [columnCount]columnInfo{
	colReference:          {english: "reference", german: "Aktenzeichen", aliases: []string{"Referenz", "Kundenreferenz"}, required: true, most: 64},
	colDebtorKind:         {english: "debtor_kind", german: "Schuldnerart", most: 40},
	colFirstName:          {english: "first_name", german: "Vorname", most: 100},
	colLastName:           {english: "last_name", german: "Nachname", most: 100},
	colCompanyName:        {english: "company_name", german: "Firma", most: 200},
	colStreet:             {english: "street", german: "Straße", required: true, most: 200},
	colPostcode:           {english: "postcode", german: "PLZ", required: true, most: 12},
	colCity:               {english: "city", german: "Ort", required: true, most: 100},
	colCountry:            {english: "country", german: "Land", most: 60},
	colState:              {english: "state", german: "Bundesland", most: 60},
	colBirthDate:          {english: "birth_date", german: "Geburtsdatum", most: 40},
	colEmail:              {english: "email", german: "E-Mail", most: 254},
	colPhone:              {english: "phone", german: "Telefon", most: 40},
	colCustomerNumber:     {english: "customer_number", german: "Kundennummer", most: 64},
	colPayerIBAN:          {english: "payer_iban", german: "IBAN", most: 60},
	colAddressSource:      {english: "address_source", german: "Anschriftquelle", most: 40},
	colPrincipal:          {english: "principal", german: "Hauptforderung", required: true, most: 40},
	colCurrency:           {english: "currency", german: "Währung", most: 40},
	colGround:             {english: "ground", german: "Forderungsgrund", required: true, most: 40},
	colObject:             {english: "object", german: "Gegenstand", required: true, most: 200},
	colContractDate:       {english: "contract_date", german: "Vertragsdatum", most: 40},
	colInvoiceNumber:      {english: "invoice_number", german: "Rechnungsnummer", most: 64},
	colInvoiceDate:        {english: "invoice_date", german: "Rechnungsdatum", most: 40},
	colDueDate:            {english: "due_date", german: "Fälligkeit", aliases: []string{"Fällig am"}, required: true, most: 40},
	colDefaultFrom:        {english: "default_from", german: "Verzug ab", most: 40},
	colConsumer:           {english: "consumer", german: "Verbraucher", most: 40},
	colPaymentForServices: {english: "payment_for_services", german: "Entgeltforderung", most: 40},
	colConsumerLoan:       {english: "consumer_loan", german: "Verbraucherdarlehen", most: 40},
	colInterest:           {english: "interest", german: "Zins", most: 40},
	colInterestReason:     {english: "interest_reason", german: "Zinsgrund", most: 200},
	colDunningCost:        {english: "dunning_cost", german: "Mahnauslagen", most: 40},
	colDunningDate:        {english: "dunning_cost_date", german: "Mahndatum", most: 40},
	colTitled:             {english: "titled", german: "Tituliert", most: 40},
	colSecured:            {english: "secured", german: "Besichert", most: 40},
}

var columnByWord = wordsOfColumns()

func wordsOfColumns() map[string]column {
	words := map[string]column{}
	for c, info := range columnInfos {
		for _, name := range append([]string{info.english, info.german}, info.aliases...) {
			words[plainWord(name)] = column(c)
		}
	}
	return words
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss")

// plainWord reduces a name to lower-case letters and digits, umlauts written out.
func plainWord(s string) string {
	s = umlauts.Replace(strings.ToLower(norm.NFC.String(s)))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// readHeader finds the delimiter and what each column means. The delimiter is the one
// that yields more columns we know: a name may contain the other.
func (s *Sheet) readHeader() error {
	best, delimiter, firstErr := -1, byte(0), error(nil)
	for _, d := range []byte{';', ','} {
		n, err := s.tryHeader(d)
		if err != nil && firstErr == nil {
			firstErr = err
		}
		if err == nil && n > best {
			best, delimiter = n, d
		}
	}
	// Neither reading got through the first record: tell why the first one did not.
	if best < 0 {
		return firstErr
	}
	if _, err := s.tryHeader(delimiter); err != nil {
		return err
	}
	// Without one known name the line is data, and data must not get into an error.
	if best == 0 {
		if bytes.ContainsAny(s.records.text, "\t|") {
			return debt.E(debt.Invalid, "sheet_delimiter_unknown", nil)
		}
		return debt.E(debt.Invalid, "sheet_header_missing", nil)
	}
	s.first = s.records.at
	return s.takeHeader()
}

// tryHeader reads the first record that is not empty and counts the names we know.
func (s *Sheet) tryHeader(delimiter byte) (known int, err error) {
	s.records.delimiter = delimiter
	if err := s.seek(position{s.charset.bom, 1}); err != nil {
		return 0, err
	}
	if err := s.skipExcelHint(); err != nil {
		return 0, err
	}
	if _, err := s.nextFields(); errors.Is(err, io.EOF) {
		return 0, debt.E(debt.Invalid, "sheet_empty", nil)
	} else if err != nil {
		return 0, err
	}
	for i := range s.records.ends {
		if _, ok := columnByWord[plainWord(s.field(i))]; ok {
			known++
		}
	}
	return known, nil
}

// skipExcelHint passes over a first line "sep=;", which tells Excel the delimiter.
func (s *Sheet) skipExcelHint() error {
	start, _ := s.records.in.Peek(6) // a shorter file fails at the header
	if len(start) < 6 || !bytes.EqualFold(start[:4], []byte("sep=")) || start[5] != '\r' && start[5] != '\n' {
		return nil
	}
	for {
		if b, err := s.records.readByte(); err != nil || b == '\n' {
			return err
		}
	}
}

// takeHeader keeps the columns or refuses the file, naming all of one fault at once.
func (s *Sheet) takeHeader() error {
	var unknown, twice, missing []string
	s.columns, s.names = nil, [columnCount]string{}
	for i := range s.records.ends {
		name := squeeze(s.field(i))
		c, ok := columnByWord[plainWord(name)]
		switch {
		case name == "": // Excel writes formatted but unused columns too
			c = noColumn
		case !ok:
			unknown = append(unknown, shorten(name))
		case s.names[c] != "":
			twice = append(twice, shorten(name))
		default:
			s.names[c] = name
		}
		s.columns = append(s.columns, c)
	}
	s.english = s.speaksEnglish()
	for c, info := range columnInfos {
		if info.required && s.names[c] == "" {
			missing = append(missing, s.name(column(c)))
		}
	}
	switch {
	case len(unknown) > 0:
		return debt.E(debt.Invalid, "sheet_columns_unknown", debt.Args{"columns": listed(unknown), "known": s.knownNames()})
	case len(twice) > 0:
		return debt.E(debt.Invalid, "sheet_columns_duplicate", debt.Args{"columns": listed(twice)})
	case len(missing) > 0:
		return debt.E(debt.Invalid, "sheet_columns_missing", debt.Args{"columns": listed(missing)})
	}
	return nil
}

// listed keeps the message readable when a file of another format has hundreds of columns.
func listed(names []string) string {
	const most = 40
	if len(names) > most {
		names = append(names[:most:most], "…")
	}
	return strings.Join(names, ", ")
}

// speaksEnglish counts the names that only one of the languages has.
func (s *Sheet) speaksEnglish() bool {
	english := 0
	for c, info := range columnInfos {
		switch plainWord(s.names[c]) {
		case "":
		case plainWord(info.english):
			english++
		default:
			english--
		}
	}
	return english > 0
}

// name is what the clerk sees: what the file calls the column, or what it would in its language.
func (s *Sheet) name(c column) string {
	switch {
	case c == noColumn:
		return ""
	case s.names[c] != "":
		return s.names[c]
	case s.english:
		return columnInfos[c].english
	}
	return columnInfos[c].german
}

// knownNames lists every column in the order of docs/import.md.
func (s *Sheet) knownNames() string {
	names := make([]string, 0, columnCount)
	for _, info := range columnInfos {
		if s.english {
			names = append(names, info.english)
		} else {
			names = append(names, info.german)
		}
	}
	return strings.Join(names, ", ")
}
