package cases

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"quitt/debt"
)

// Sheet reads hand-overs from a CSV file row by row. It never holds more than one record,
// so a file of any length costs the same memory. The columns are described for clerks in
// docs/import.md.
type Sheet struct {
	in       io.ReadSeeker
	creditor debt.Creditor
	today    debt.Date
	charset  charset
	records  records
	columns  []column            // what each field of a row means, in file order
	names    [columnCount]string // header cells as written; "" when the file lacks the column
	english  bool                // names of absent columns follow the language of the header
	mapping  *Mapping            // of a foreign file; nil for one of ours
	styles   [columnCount]Style  // of a foreign file
	first    position            // of the row after the header
	err      error               // a file-level problem stays until Rewind
}

// Row is one record of the file. With Problems its Handover holds only what could be read,
// the Reference whenever that cell was fine; without any it passes Handover.Validate.
type Row struct {
	Number   int // line in the file where the record begins, as an editor shows it
	Handover Handover
	Problems []Problem
}

// Problem is one thing to correct. Value is what the cell holds, short and printable: it
// is for the clerk's eyes only and must not be logged.
type Problem struct {
	Row    int
	Column string // as written in the file's header; "" when the whole row is meant
	Value  string
	Err    *debt.Error
}

// OpenSheet reads the whole file once to learn its encoding and checks the header. today
// decides what lies in the future. Errors are of kind Invalid and about the file as a
// whole, or come from reading r.
func OpenSheet(r io.ReadSeeker, creditor debt.Creditor, today debt.Date) (*Sheet, error) {
	return (&Sheet{in: r, creditor: creditor, today: today}).open()
}

func (s *Sheet) open() (*Sheet, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	header := s.readHeader
	if s.mapping != nil {
		header = s.readMapped
	}
	if err := header(); err != nil {
		return nil, err
	}
	// A header alone is most likely the wrong file; a broken first row is for Next to tell.
	if _, err := s.nextFields(); errors.Is(err, io.EOF) {
		return nil, debt.E(debt.Invalid, "sheet_without_rows", nil)
	}
	return s, s.Rewind()
}

// begin learns the encoding.
func (s *Sheet) begin() (err error) {
	if _, err := s.in.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("rewind sheet: %w", err)
	}
	s.charset, err = detect(s.in)
	return err
}

// Next gives the next row that is not empty, io.EOF after the last. A *debt.Error means
// that nothing after this place can be read reliably; calling again repeats it.
func (s *Sheet) Next() (Row, error) {
	if s.err != nil {
		return Row{}, s.err
	}
	line, err := s.nextFields()
	if err != nil {
		s.err = err
		return Row{}, err
	}
	return s.read(line), nil
}

// Rewind goes back to the first row, for the pass that stores what the first has checked.
func (s *Sheet) Rewind() error {
	s.err = nil
	return s.seek(s.first)
}

// Place is where the next row begins: the bytes before it, and its line.
type Place struct {
	Offset int64
	Line   int
}

// Place tells where the sheet stands, Return goes there: a long import rests between portions.
func (s *Sheet) Place() Place { return Place{s.records.at.offset, s.records.at.line} }

// Return goes back to a Place of the same file; the zero one is the first row.
func (s *Sheet) Return(to Place) error {
	s.err = nil
	if to == (Place{}) {
		return s.Rewind()
	}
	return s.seek(position{to.Offset, to.Line})
}

func (s *Sheet) seek(to position) error {
	if _, err := s.in.Seek(to.offset, io.SeekStart); err != nil {
		return fmt.Errorf("rewind sheet: %w", err)
	}
	if s.records.in == nil {
		s.records.in = bufio.NewReaderSize(s.in, 32<<10)
	} else {
		s.records.in.Reset(s.in)
	}
	s.records.at = to
	return nil
}

// nextFields moves to the next record with any content and gives the line it begins on.
func (s *Sheet) nextFields() (int, error) {
	for {
		line, err := s.records.next()
		if err != nil {
			return 0, err
		}
		if !s.charset.valid(s.records.text) { // the file changed since it was opened
			return 0, debt.E(debt.Invalid, "broken_encoding", debt.Args{"row": line})
		}
		for i := range s.records.ends {
			if squeeze(s.field(i)) != "" {
				return line, nil
			}
		}
	}
}

func (s *Sheet) field(i int) string { return s.charset.text(s.records.field(i)) }
