package cases

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"quitt/debt"
)

// maxRecord bounds one record in bytes. A real row has less than 2 KiB; a longer one is
// not our format or has lost a quotation mark.
const maxRecord = 64 << 10

// position is a place in the file: bytes before it, and the line an editor shows.
type position struct {
	offset int64
	line   int
}

// records cuts a file into fields as RFC 4180 says, with two differences to encoding/csv:
// an endless line is refused after maxRecord bytes instead of being read into memory, and
// quotation marks inside a field that does not begin with one are text, because exports
// write ="00123" to keep leading zeros.
type records struct {
	in        *bufio.Reader
	delimiter byte
	at        position
	text      []byte // all fields of the current record, valid until next
	ends      []int  // where each field ends in text
	newline   bool   // inside the current quotation
}

// quoting is where next stands within a field.
type quoting int

const (
	atFieldStart quoting = iota // nothing but blanks so far
	inField                     // in a field without quotation marks
	inQuotes                    // after the opening mark
	afterQuote                  // after a mark that closes the field or is doubled
	afterField                  // after the closing mark and a blank
)

// next reads one record and gives the line it begins on, io.EOF at the end.
func (r *records) next() (int, error) {
	r.text, r.ends, r.newline = r.text[:0], r.ends[:0], false
	line, begin, state := r.at.line, r.at.offset, atFieldStart
	for {
		b, err := r.readByte()
		if errors.Is(err, io.EOF) {
			return line, r.finish(state, line)
		}
		if err != nil {
			return line, fmt.Errorf("read sheet: %w", err)
		}
		if r.at.offset-begin > maxRecord {
			return line, r.tooLong(state, line)
		}
		if state != inQuotes && b == '\n' {
			r.endField()
			return line, nil
		}
		if state = r.step(state, b); state < 0 {
			return line, debt.E(debt.Invalid, "sheet_quote_broken", debt.Args{"row": line})
		}
	}
}

// step takes one byte that does not end the record; negative means text after a closing
// quotation mark.
func (r *records) step(state quoting, b byte) quoting {
	if state != inQuotes && b == r.delimiter {
		r.endField()
		return atFieldStart
	}
	blank := b == ' ' || b == '\t'
	switch state {
	case atFieldStart:
		if b == '"' {
			r.text = r.text[:r.fieldBegin()]
			r.newline = false
			return inQuotes
		}
		r.text = append(r.text, b)
		if blank {
			return atFieldStart
		}
		return inField
	case inField:
		r.text = append(r.text, b)
		return inField
	case inQuotes:
		if b == '"' {
			return afterQuote
		}
		r.newline = r.newline || b == '\n'
		r.text = append(r.text, b)
		return inQuotes
	}
	switch {
	case state == afterQuote && b == '"':
		r.text = append(r.text, b)
		return inQuotes
	case blank:
		return afterField
	}
	return -1
}

// finish handles the end of the file, where the last line may lack its line end.
func (r *records) finish(state quoting, line int) error {
	switch {
	case state == inQuotes:
		return debt.E(debt.Invalid, "sheet_quote_unclosed", debt.Args{"row": line})
	case state == atFieldStart && len(r.text) == 0 && len(r.ends) == 0:
		return io.EOF
	}
	r.endField()
	return nil
}

// tooLong tells a missing quotation mark, which swallows the lines after it, from a line
// that really is that long.
func (r *records) tooLong(state quoting, line int) error {
	if state == inQuotes && r.newline {
		return debt.E(debt.Invalid, "sheet_quote_unclosed", debt.Args{"row": line})
	}
	return debt.E(debt.Invalid, "sheet_row_too_long", debt.Args{"row": line, "most": maxRecord >> 10})
}

// readByte gives every line end, CR LF and the lone CR of old Macs too, as one '\n'.
func (r *records) readByte() (byte, error) {
	b, err := r.in.ReadByte()
	if err != nil {
		return 0, err
	}
	r.at.offset++
	if b == '\r' {
		if after, err := r.in.Peek(1); err == nil && after[0] == '\n' {
			if _, err := r.in.Discard(1); err != nil {
				return 0, err
			}
			r.at.offset++
		}
		b = '\n'
	}
	if b == '\n' {
		r.at.line++
	}
	return b, nil
}

// endField and field keep fields as offsets: a record costs no allocation but its text.
func (r *records) endField() { r.ends = append(r.ends, len(r.text)) }

func (r *records) fieldBegin() int {
	if len(r.ends) == 0 {
		return 0
	}
	return r.ends[len(r.ends)-1]
}

func (r *records) field(i int) []byte {
	begin := 0
	if i > 0 {
		begin = r.ends[i-1]
	}
	return r.text[begin:r.ends[i]]
}
