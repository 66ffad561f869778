// Package sheet prints letters: a document becomes a PDF in the form of DIN 5008 B, and many
// PDFs become one file for the print house.
//
// Printing has three steps. The text is made printable (characters.go), laid out on pages as
// a list of marks in millimetres (page.go, flow.go, blocks.go, table.go, box.go), and the
// marks are drawn (draw.go). Only the first and the layout can fail because of what a letter
// says.
package sheet

import (
	"quitt/debt/letter"
)

// Press prints letters. It is safe for concurrent use.
type Press struct {
	regular, bold *font
}

// NewPress loads the fonts.
func NewPress() (*Press, error) {
	regular, err := newFont(regularFile)
	if err != nil {
		return nil, err
	}
	bold, err := newFont(boldFile)
	if err != nil {
		return nil, err
	}
	return &Press{regular: regular, bold: bold}, nil
}

// Print gives the PDF of a letter and its pages. The same document gives the same bytes. It is
// Invalid "letter_characters" for what the font has no signs for, "letter_address_too_long"
// for an address that six lines in the window do not hold, and "letter_head_too_long" for a
// letterhead or foot that leaves no room for the letter.
func (p *Press) Print(d letter.Document) (pdf []byte, pages int, err error) {
	d, err = p.printable(d)
	if err != nil {
		return nil, 0, err
	}
	laid, err := p.layOut(d)
	if err != nil {
		return nil, 0, err
	}
	pdf, err = p.draw(d, laid)
	if err != nil {
		return nil, 0, err
	}
	return pdf, len(laid.pages), nil
}
