// Package mt940 reads account statements of SWIFT as German banks write them: MT940 for a day
// and MT942 within one. Die Deutsche Kreditwirtschaft has withdrawn both at the end of 2025, yet
// some banks and many programs go on with them. A file is read field by field and handed on
// entry by entry.
package mt940

import (
	"errors"
	"io"
	"strings"
	"time"

	"quitt/bank"
	"quitt/bank/statement"
)

// Read reads a file of one or more messages and hands what it says to v. What it refuses is a
// *bank.FormatError with line, statement and entry in its arguments: "bankfile_amount",
// "bankfile_cut", "bankfile_date", "bankfile_decimals", "bankfile_line", "bankfile_order",
// "bankfile_size", "bankfile_unknown". Errors of r and of v come back as they are.
func Read(r io.Reader, v statement.Visitor) error {
	m := &reading{in: newScanner(r), visitor: v}
	for {
		f, err := m.in.next()
		if errors.Is(err, io.EOF) {
			return m.eof()
		}
		if err != nil {
			return m.failed(err)
		}
		m.line = f.line
		if err := m.take(f); err != nil {
			return m.failed(err)
		}
	}
}

// reading is where the reading is.
type reading struct {
	in      *scanner
	visitor statement.Visitor
	line    int

	statements int
	entries    int
	report     *report
	held       *held // an entry whose :86: may still come
}

type report struct {
	head           statement.Head
	foot           statement.Foot
	id             string
	hasOpening     bool
	intraday       bool // has fields that only MT942 has
	begun, closed  bool
	closedWithLine bool // the field of the closing balance ended with its line
}

// The faults that are found where nobody knows the place.
var (
	errUnknown  = errors.New("mt940: no field of a statement")
	errSize     = errors.New("mt940: too large")
	errLine     = errors.New("mt940: field not readable")
	errOrder    = errors.New("mt940: field out of order")
	errCut      = errors.New("mt940: ends too early")
	errDate     = errors.New("mt940: no date")
	errAmount   = errors.New("mt940: no amount")
	errDecimals = errors.New("mt940: too many decimals")
)

func (m *reading) failed(err error) error {
	place := map[string]any{"line": m.line, "statement": m.statements, "entry": m.entries}
	switch {
	case errors.Is(err, errUnknown):
		return bad("bankfile_unknown", place)
	case errors.Is(err, errSize):
		return bad("bankfile_size", place)
	case errors.Is(err, errLine):
		return bad("bankfile_line", place)
	case errors.Is(err, errOrder):
		return bad("bankfile_order", place)
	case errors.Is(err, errCut):
		return bad("bankfile_cut", place)
	case errors.Is(err, errDate):
		return bad("bankfile_date", place)
	case errors.Is(err, errAmount):
		return bad("bankfile_amount", place)
	case errors.Is(err, errDecimals):
		return bad("bankfile_decimals", place)
	}
	return err
}

func bad(key string, place map[string]any) error {
	return &bank.FormatError{Key: key, Args: place}
}

// take does what a field asks for. The order of SWIFT is held: a field in the wrong place is
// where a line was lost.
func (m *reading) take(f field) error {
	switch f.tag {
	case "20":
		if err := m.finish(); err != nil {
			return err
		}
		m.statements++
		m.entries = 0
		m.report = &report{id: strings.TrimSpace(f.joined())}
		return nil
	case "-":
		return m.finish()
	}
	r := m.report
	if r == nil {
		return errOrder
	}
	switch f.tag {
	case "21", "25", "28C", "28", "34F", "13", "13D", "60F", "60M":
		if r.begun {
			return errOrder
		}
		return r.above(f)
	case "61":
		return m.entry(f)
	case "86":
		if m.held != nil {
			m.held.info(f)
		}
	case "NS":
		if m.held != nil {
			m.held.own(f)
		}
	case "62F", "62M":
		return m.closing(f)
	case "64", "65", "90C", "90D":
		return m.flush()
	}
	return nil
}

// above reads what stands above the entries.
func (r *report) above(f field) (err error) {
	text := strings.TrimSpace(f.joined())
	switch f.tag {
	case "25":
		r.account(text)
	case "28C", "28":
		r.head.Sequence = text
	case "34F": // the least amount that is told of; its currency is the account's
		r.intraday = true
		if r.head.Currency == "" && len(text) > 3 && statement.Currency(text[:3]) {
			r.head.Currency = text[:3]
		}
	case "13", "13D":
		r.intraday = true
		r.head.Created = instant(text)
	case "60F", "60M":
		if r.hasOpening {
			return errOrder
		}
		r.hasOpening, r.foot.Previous = true, f.tag == "60F"
		r.foot.Opening, r.foot.OpeningOn, err = balance(text)
		if err == nil {
			r.head.Currency = r.foot.Opening.Currency
		}
	}
	return err
}

// account reads an IBAN, or bank code and account number, each with the currency behind it at
// some banks, and the IBAN with a BIC before it at others.
func (r *report) account(text string) {
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	if n := len(text) - 3; n > 0 && statement.Currency(text[n:]) && text[n-1] >= '0' && text[n-1] <= '9' {
		text = text[:n]
	}
	_, last, _ := strings.Cut(text, "/")
	for _, s := range []string{text, last} {
		if iban, err := bank.ParseIBAN(s); err == nil {
			r.head.IBAN = iban.Plain()
			return
		}
	}
	r.head.Other = text
}

// begin tells the visitor of the report, once.
func (m *reading) begin() error {
	r := m.report
	if r.begun {
		return nil
	}
	switch {
	case r.hasOpening:
		r.head.Kind = statement.Booked
	case r.intraday:
		r.head.Kind = statement.Intraday
	default:
		return errOrder
	}
	r.begun = true
	r.head.ID = strings.Join(strings.Fields(r.id+" "+r.head.Sequence+" "+string(r.foot.OpeningOn)), " ")
	return m.visitor.Begin(r.head)
}

func (m *reading) entry(f field) error {
	if m.report.closed {
		return errOrder
	}
	if err := m.flush(); err != nil {
		return err
	}
	if err := m.begin(); err != nil {
		return err
	}
	m.entries++
	h, err := newHeld(f, m.report.head.Currency)
	m.held = h
	return err
}

// flush hands on the entry that was held back for what stands below it.
func (m *reading) flush() error {
	if m.held == nil {
		return nil
	}
	e := m.held.entry()
	m.held = nil
	return m.visitor.Entry(e)
}

func (m *reading) closing(f field) error {
	r := m.report
	if r.closed || !r.hasOpening {
		return errOrder
	}
	if err := m.flush(); err != nil {
		return err
	}
	if err := m.begin(); err != nil {
		return err
	}
	r.closed, r.closedWithLine, r.foot.Interim = true, f.whole, f.tag == "62M"
	var err error
	r.foot.Closing, r.foot.ClosingOn, err = balance(strings.TrimSpace(f.joined()))
	return err
}

// finish ends a report. Without its closing balance it is half a report; an amount cut off in the
// middle is an amount too, so its line has to have ended.
func (m *reading) finish() error {
	r := m.report
	if r == nil {
		return nil
	}
	if err := m.flush(); err != nil {
		return err
	}
	if r.hasOpening && (!r.closed || !r.closedWithLine) || !r.hasOpening && !r.intraday {
		return errCut
	}
	if err := m.begin(); err != nil {
		return err
	}
	m.report = nil
	return m.visitor.End(r.foot)
}

func (m *reading) eof() error {
	if m.statements == 0 {
		return m.failed(errUnknown)
	}
	if err := m.finish(); err != nil {
		return m.failed(err)
	}
	return nil
}

// balance reads "C261119EUR1000,00".
func balance(s string) (*statement.Money, statement.Date, error) {
	if len(s) < 11 || s[0] != 'C' && s[0] != 'D' || !statement.Currency(s[7:10]) {
		return nil, "", errLine
	}
	on, err := day(s[1:7])
	if err != nil {
		return nil, "", err
	}
	n, err := amount(s[10:], s[7:10])
	if err != nil {
		return nil, "", err
	}
	if s[0] == 'D' {
		n = -n
	}
	return &statement.Money{Cents: n, Currency: s[7:10]}, on, nil
}

// amount reads "1000," as SWIFT writes it: the comma is never missing, so half an amount shows.
func amount(s, currency string) (int64, error) {
	if !strings.Contains(s, ",") {
		return 0, errAmount
	}
	n, fault := statement.Units(s, currency, ',')
	switch fault {
	case statement.NoNumber:
		return 0, errAmount
	case statement.TooFine:
		return 0, errDecimals
	}
	return n, nil
}

// day reads YYMMDD. A 30 February, which interest is counted to, is no day anything can be booked
// on, and is refused.
func day(s string) (statement.Date, error) {
	t, err := time.Parse("060102", s)
	if err != nil {
		return "", errDate
	}
	return statement.Date(t.Format(time.DateOnly)), nil
}

// instant reads :13D:2611201759+0100, or :13: without the zone.
func instant(s string) time.Time {
	for _, layout := range []string{"0601021504-0700", "0601021504"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
