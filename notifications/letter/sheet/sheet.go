// Package sheet prints letters: a document becomes a PDF in the form of DIN 5008 B, and many
// PDFs become one file for the print house.
package sheet

import (
	"errors"
	"io"

	"quitt/debt/letter"
)

// Press prints letters, one at a time.
type Press struct{}

// NewPress loads the fonts.
func NewPress() (*Press, error) { return &Press{}, nil }

// Print gives the PDF of a letter and its pages. The same document gives the same bytes.
func (p *Press) Print(d letter.Document) (pdf []byte, pages int, err error) {
	return nil, 0, errors.New("sheet: not printed")
}

// Stapler puts PDFs of a Press into one, in constant memory.
type Stapler struct{ w io.Writer }

// NewStapler begins a file.
func NewStapler(w io.Writer, title string) *Stapler { return &Stapler{w} }

// Add appends all pages of one letter.
func (s *Stapler) Add(pdf []byte) error { return errors.New("sheet: not stapled") }

// Close ends the file; without it the file is none.
func (s *Stapler) Close() error { return nil }
