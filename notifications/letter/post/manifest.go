package post

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// Row is a line of the list that goes with a combined file.
type Row struct {
	Number        int64
	FileReference string
	Kind          string
	FirstPage     int // in the combined file, from 1
	Pages         int
	Recipient     []string // at most six lines
	Country       string
	Hash          string // SHA-256 of the letter's own PDF
}

const recipientLines = 6

var manifestHeader = []string{"number", "file_reference", "kind", "first_page", "last_page", "pages",
	"recipient_1", "recipient_2", "recipient_3", "recipient_4", "recipient_5", "recipient_6", "country", "sha256"}

const byteOrderMark = "\uFEFF" // without it spreadsheets read umlauts wrongly

// writeManifest writes the list as spreadsheets in Germany open it: UTF-8 with a byte order
// mark, semicolons, CRLF, quotes as in RFC 4180.
func writeManifest(w io.Writer, rows []Row) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	if err := out.Write(manifestHeader); err != nil {
		return err
	}
	for _, r := range rows {
		if err := out.Write(r.cells()); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (r Row) cells() []string {
	cells := []string{strconv.FormatInt(r.Number, 10), r.FileReference, r.Kind, strconv.Itoa(r.FirstPage),
		strconv.Itoa(r.FirstPage + r.Pages - 1), strconv.Itoa(r.Pages)}
	recipient := make([]string, recipientLines)
	copy(recipient, r.Recipient)
	cells = append(append(cells, recipient...), r.Country, r.Hash)
	for i, c := range cells {
		cells[i] = harmless(c)
	}
	return cells
}

// formula are the characters with which a cell becomes a formula in a spreadsheet; a
// carriage return would be one too, and becomes a blank.
const formula = "=+-@\t"

// breaks become blanks: a cell is one line.
var breaks = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ")

// harmless puts an apostrophe before what a spreadsheet would execute: names and references
// come from others. Whoever reads the list by program takes one off wherever such a
// character follows the apostrophes.
func harmless(cell string) string {
	if cell = breaks.Replace(cell); cell == "" {
		return ""
	}
	if bare := strings.TrimLeft(cell, "'"); bare != "" && strings.ContainsRune(formula, rune(bare[0])) {
		return "'" + cell
	}
	return cell
}
