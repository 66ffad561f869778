// Package letter is the letter as a value: its kinds, what it says line by line, when it is
// due and what the law wants it to name. It prints nothing: the same document becomes a PDF
// (notifications/letter/sheet), a page of the portal and a row that is never changed.
package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// Document is everything a letter says, in the order it is read. Whoever shows it decides
// about fonts and positions, never about words.
type Document struct {
	Kind     Kind   `json:"kind"`
	Language string `json:"language"` // ISO 639-1; "de" is the binding one
	// Sender is the letterhead: the operator's name first, then its lines; ReturnLine is the
	// one small line above the address (DIN 5008).
	Sender     []string `json:"sender"`
	OnBehalf   string   `json:"on_behalf,omitempty"` // whose claim it is, under the sender's name
	ReturnLine string   `json:"return_line"`
	Accent     string   `json:"accent,omitempty"` // colour of the brand, "#0b5c5c"; "" is Quitt's
	Recipient  []string `json:"recipient"`        // at most six lines
	Info       []Pair   `json:"info"`             // the information block on the right
	Subject    string   `json:"subject"`
	Body       []Block  `json:"body"`
	Foot       []string `json:"foot"` // columns below every page, their lines parted by \n
}

// BlockKind says how a block is set.
type BlockKind string

// The kinds of block.
const (
	Paragraph BlockKind = "paragraph"
	Heading   BlockKind = "heading"
	List      BlockKind = "list"   // Items, each with a mark before it
	TableKind BlockKind = "table"  // Table
	Box       BlockKind = "box"    // Text as its title, Pairs, and a QR code beside them
	NewPage   BlockKind = "page"   // what follows begins a page
	Small     BlockKind = "small"  // a paragraph in small print: legal details
	Amount    BlockKind = "amount" // Pairs, one line each, the last one large: what is owed
)

// Block is one part of the body.
type Block struct {
	Kind   BlockKind `json:"kind"`
	Text   string    `json:"text,omitempty"`
	Items  []string  `json:"items,omitempty"`
	Pairs  []Pair    `json:"pairs,omitempty"`
	Table  *Table    `json:"table,omitempty"`
	QR     string    `json:"qr,omitempty"`     // what the code holds, byte by byte
	Hint   string    `json:"hint,omitempty"`   // under the code
	Sealed bool      `json:"sealed,omitempty"` // QR opens the portal: only the print knows it
}

// Pair is a label and its value.
type Pair struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Large bool   `json:"large,omitempty"` // printed in 12 points or more
	// Sealed values open the portal; a stored letter does not hold them.
	Sealed bool `json:"sealed,omitempty"`
}

// Table has as many cells in each row as columns.
type Table struct {
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
}

// Column is a column's title and side.
type Column struct {
	Title string `json:"title"`
	Right bool   `json:"right,omitempty"` // figures stand under each other
}

// Row is a line of a table. Note explains it in small print below; Total is set off.
type Row struct {
	Cells []string `json:"cells"`
	Note  string   `json:"note,omitempty"`
	Total bool     `json:"total,omitempty"`
}

// seal stands where a secret stood: four dots per group.
const seal = "•••• •••• •••• ••••"

// Sealed gives the letter as it may be kept: without what opens the portal.
func (d Document) Sealed() Document {
	d.Body = slices.Clone(d.Body)
	for i, b := range d.Body {
		if b.Sealed {
			b.QR = ""
		}
		b.Pairs = slices.Clone(b.Pairs)
		for k := range b.Pairs {
			if b.Pairs[k].Sealed {
				b.Pairs[k].Value = seal
			}
		}
		d.Body[i] = b
	}
	return d
}

// Hash identifies what a letter says; two with the same hash say the same.
func (d Document) Hash() string {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // strings and flags always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Plain writes the letter as text, in reading order, a line each: for archives and search.
func (d Document) Plain() string {
	var lines []string
	add := func(parts ...string) { lines = append(lines, strings.Join(parts, " ")) }
	for _, s := range d.Sender {
		add(s)
	}
	add(d.OnBehalf)
	for _, s := range d.Recipient {
		add(s)
	}
	for _, p := range d.Info {
		add(p.Label, p.Value)
	}
	add(d.Subject)
	for _, b := range d.Body {
		add(b.Text)
		for _, item := range b.Items {
			add("-", item)
		}
		for _, p := range b.Pairs {
			add(p.Label, p.Value)
		}
		if b.Table != nil {
			for _, r := range b.Table.Rows {
				add(append(slices.Clone(r.Cells), r.Note)...)
			}
		}
		add(b.Hint)
	}
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" })
	return strings.Join(append(lines, d.Foot...), "\n") + "\n"
}
