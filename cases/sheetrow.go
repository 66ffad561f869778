package cases

import (
	"errors"
	"net/mail"
	"slices"
	"strings"

	"quitt/bank"
	"quitt/debt"
)

// reading turns the cells of one record into a hand-over and collects every problem. A
// column has at most one: what follows from an unreadable cell is not a second fault.
type reading struct {
	sheet    *Sheet
	row      int
	cells    [columnCount]string
	failed   [columnCount]bool
	problems []Problem
}

// read makes a Row of the current record.
func (s *Sheet) read(line int) Row {
	r := &reading{sheet: s, row: line}
	if got, want := len(s.records.ends), len(s.columns); got != want {
		// Which cell is missing cannot be known; judging shifted cells would only mislead.
		r.refuse(noColumn, "row_fields", debt.Args{"want": want, "got": got})
		return Row{Number: line, Problems: r.problems}
	}
	if s.mapping != nil {
		r.takeMapped()
	} else {
		for i, c := range s.columns {
			r.take(c, s.field(i))
		}
	}
	h := r.handover()
	r.validate(h)
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return s.place(a.Column) - s.place(b.Column) })
	return Row{Number: line, Handover: h, Problems: r.problems}
}

// place orders problems as the columns stand in the file, what has no column last.
func (s *Sheet) place(name string) int {
	for i, c := range s.columns {
		if c != noColumn && s.names[c] == name {
			return i
		}
	}
	return len(s.columns)
}

// take cleans a cell. One that cannot be used counts as blank and as failed.
func (r *reading) take(c column, cell string) {
	if c == noColumn {
		if text := squeeze(cell); text != "" {
			r.problems = append(r.problems, Problem{Row: r.row, Value: shorten(text),
				Err: debt.E(debt.Invalid, "cell_without_column", nil)})
		}
		return
	}
	text, err := cleanCell(cell, columnInfos[c].most)
	if err != nil {
		r.cells[c] = squeeze(cell) // for the message only
		r.refuseFor(c, err)
	}
	r.cells[c] = text
}

// refuse notes a fault of our own rules; errors of debt and bank go through refuseErr.
func (r *reading) refuse(c column, key string, args debt.Args) {
	r.refuseFor(c, debt.E(debt.Invalid, key, args))
}

// refuseFor notes the problem unless the column already has one.
func (r *reading) refuseFor(c column, err *debt.Error) {
	p := Problem{Row: r.row, Column: r.sheet.name(c), Err: err}
	if c != noColumn {
		if r.failed[c] {
			return
		}
		r.failed[c], p.Value = true, shorten(r.cells[c])
	}
	r.problems = append(r.problems, p)
}

// refuseErr does it for an error of debt or bank.
func (r *reading) refuseErr(c column, err error) {
	var known *debt.Error
	var format *bank.FormatError
	switch {
	case errors.As(err, &known):
		r.refuseFor(c, known)
	case errors.As(err, &format):
		r.refuse(c, format.Key, format.Args)
	default:
		r.refuse(c, "cell_invalid", nil)
	}
}

func (r *reading) text(c column) string { return r.cells[c] }

func (r *reading) personal(c column) debt.Personal { return debt.Personal(r.cells[c]) }

// need is text that no row may lack.
func (r *reading) need(c column, key string) string {
	if r.cells[c] == "" {
		r.refuse(c, key, nil)
	}
	return r.cells[c]
}

// amount reads cents; blank is 0.
func (r *reading) amount(c column) debt.Cents {
	if r.cells[c] == "" {
		return 0
	}
	n, err := debt.ParseCents(r.sheet.styles[c].styled(r.cells[c]))
	if err != nil {
		r.refuse(c, "amount_invalid", debt.Args{"value": shorten(r.cells[c])})
	}
	return n
}

// day reads a date; blank is none. Databases export days with a midnight.
func (r *reading) day(c column) debt.Date {
	cell := r.cells[c]
	for _, midnight := range []string{" 00:00:00", " 00:00", "T00:00:00"} {
		cell = strings.TrimSuffix(cell, midnight)
	}
	if cell == "" {
		return debt.Date{}
	}
	d, err := r.sheet.styles[c].day(cell)
	if err != nil {
		r.refuseErr(c, err)
	}
	return d
}

// pastDay reads the day of something that has happened.
func (r *reading) pastDay(c column) debt.Date {
	d := r.day(c)
	if d.After(r.sheet.today) {
		r.refuse(c, "date_in_future", debt.Args{"today": r.sheet.today})
	}
	return d
}

// soonDay reads a day that may lie ahead, but a mistyped year must not hide a claim.
func (r *reading) soonDay(c column) debt.Date {
	d := r.day(c)
	if latest := r.sheet.today.AddMonths(12); d.After(latest) {
		r.refuse(c, "date_too_far", debt.Args{"latest": latest})
	}
	return d
}

// choose reads one of a closed list of words; blank is otherwise.
func choose[T any](r *reading, c column, words []word[T], otherwise T) T {
	if r.cells[c] == "" {
		return otherwise
	}
	value, ok := find(words, r.cells[c])
	if !ok {
		r.refuse(c, "word_unknown", debt.Args{"allowed": allowed(words, r.sheet.english)})
		return otherwise
	}
	return value
}

func (r *reading) debtor() debt.Debtor {
	d := debt.Debtor{
		Kind:      choose(r, colDebtorKind, kindWords, debt.Person),
		FirstName: r.personal(colFirstName), LastName: r.personal(colLastName), CompanyName: r.personal(colCompanyName),
		Street:         debt.Personal(r.need(colStreet, "street_missing")),
		Postcode:       debt.Personal(r.need(colPostcode, "postcode_missing")),
		City:           debt.Personal(r.need(colCity, "city_missing")),
		Country:        r.country(),
		BirthOn:        r.birthDate(),
		Email:          r.email(),
		Phone:          r.personal(colPhone),
		CustomerNumber: r.personal(colCustomerNumber),
		PayerIBAN:      r.iban(),
		AddressSource:  choose(r, colAddressSource, sourceWords, "creditor"),
	}
	r.name(d)
	r.postcode(d)
	state, err := debt.ParseState(r.text(colState))
	if err != nil {
		r.refuseErr(colState, err)
	}
	d.State = state
	return d
}

// name asks for the name of what the debtor is, unless that could not be read. The columns
// are settled then: Handover.Validate does not say which of the two it misses.
func (r *reading) name(d debt.Debtor) {
	switch {
	case r.failed[colDebtorKind]:
	case d.Kind == debt.Company:
		r.need(colCompanyName, "name_missing")
	default:
		r.need(colLastName, "name_missing")
	}
	r.failed[colLastName], r.failed[colCompanyName] = true, true
}

// postcode catches the leading zero that spreadsheets drop: 1067 is not Dresden.
func (r *reading) postcode(d debt.Debtor) {
	code := r.text(colPostcode)
	digits := len(code) == 5 && strings.Trim(code, "0123456789") == ""
	if code != "" && d.Country == "DE" && !digits {
		r.refuse(colPostcode, "postcode_invalid", nil)
	}
}

// country is "" when unreadable, which also silences the rule about the postcode.
func (r *reading) country() string {
	if r.text(colCountry) == "" {
		return "DE"
	}
	code := parseCountry(r.text(colCountry))
	if code == "" {
		r.refuse(colCountry, "country_unknown", nil)
	}
	return code
}

// birthDate has a key of its own: the date error of debt repeats the value, and a date of
// birth is nothing for an error that may be logged.
func (r *reading) birthDate() debt.Personal {
	const oldest = 120
	cell := r.text(colBirthDate)
	if cell == "" {
		return ""
	}
	d, err := r.sheet.styles[colBirthDate].day(cell)
	today := r.sheet.today
	if err != nil || d.After(today) || d.Before(today.AddMonths(-12*(oldest+1)).AddDays(1)) {
		r.refuse(colBirthDate, "birth_date_invalid", debt.Args{"oldest": oldest})
		return ""
	}
	return debt.Personal(d.String())
}

// email wants the bare address: notices are sent to exactly this address. A
// domain without a dot is a typing error outside a company network.
func (r *reading) email() debt.Personal {
	cell := r.text(colEmail)
	if cell == "" {
		return ""
	}
	a, err := mail.ParseAddress(cell)
	if err != nil || a.Address != cell || !strings.Contains(cell[strings.LastIndexByte(cell, '@'):], ".") {
		r.refuse(colEmail, "email_invalid", nil)
		return ""
	}
	return debt.Personal(cell)
}

func (r *reading) iban() debt.Personal {
	if r.text(colPayerIBAN) == "" {
		return ""
	}
	i, err := bank.ParseIBAN(r.text(colPayerIBAN))
	if err != nil {
		r.refuseErr(colPayerIBAN, err)
	}
	return debt.Personal(i.Plain())
}
