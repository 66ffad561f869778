// Package datev writes bookings as DATEV's programs take them in (EXTF 700, Buchungsstapel 13).
// Which accounts stand for what is the tax adviser's to say, so they come as arguments. The files
// were not run through DATEV's own checker.
package datev

import (
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"

	"quitt/bank"
	"quitt/bank/statement"
)

// Batch is what stands above the bookings.
type Batch struct {
	Created       time.Time // as the clock on the wall shows it
	Consultant    int       // number of the adviser, 1001 to 9999999
	Client        int       // 1 to 99999
	FiscalYear    statement.Date
	AccountDigits int // 4 to 8; accounts of debtors and creditors have one more
	From, To      statement.Date
	Name          string // at most 30 characters
	Dictation     string // two letters, or ""
	Chart         string // of accounts: "03", "04", or ""
	Locked        bool   // the bookings cannot be changed any more (Festschreibung)
}

// Side of the account. Contra has the other one.
type Side string

// The sides.
const (
	Debit  Side = "S" // Soll
	Credit Side = "H" // Haben
)

// Row is one booking. Cents are positive; a correction has the side of what it corrects and is
// marked as a Reversal, so that turnover does not grow (Generalumkehr).
type Row struct {
	Cents           int64
	Side            Side
	Account, Contra string
	On              statement.Date
	Document        string // Belegfeld 1, at most 36 characters
	Text            string // cut to 60
	Reversal        bool
}

// Columns of a row that are used.
const (
	columnAmount, columnSide, columnCurrency = 0, 1, 2
	columnAccount, columnContra              = 6, 7
	columnDay, columnDocument, columnText    = 9, 10, 13
	columnLocked, columnReversal             = 113, 117
	columnCount                              = 125
)

// The bounds of the format.
const (
	mostName, mostDocument, mostText = 30, 36, 60
	mostCents                        = 9_999_999_999_99
)

//go:embed columns.txt
var columns string

// Writer writes rows as they come.
type Writer struct {
	w    io.Writer
	b    Batch
	rows int
}

// NewWriter writes the two lines above the rows. It refuses with a *bank.FormatError: "datev_head",
// whose field says which.
func NewWriter(w io.Writer, b Batch) (*Writer, error) {
	for field, fine := range map[string]bool{
		"Consultant":    b.Consultant >= 1001 && b.Consultant <= 9_999_999,
		"Client":        b.Client >= 1 && b.Client <= 99_999,
		"AccountDigits": b.AccountDigits >= 4 && b.AccountDigits <= 8,
		"FiscalYear":    isDay(b.FiscalYear),
		"From":          isDay(b.From) && b.inYear(b.From),
		"To":            isDay(b.To) && b.inYear(b.To) && b.From <= b.To,
		"Name":          len([]rune(b.Name)) <= mostName,
		"Dictation":     b.Dictation == "" || len(b.Dictation) == 2 && strings.Trim(b.Dictation, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "",
		"Chart":         b.Chart == "" || b.Chart == "03" || b.Chart == "04",
	} {
		if !fine {
			return nil, &bank.FormatError{Key: "datev_head", Args: map[string]any{"field": field}}
		}
	}
	created := b.Created.Format("20060102150405") + fmt.Sprintf("%03d", b.Created.Nanosecond()/int(time.Millisecond))
	head := []string{`"EXTF"`, "700", "21", quote("Buchungsstapel"), "13", created, "", quote("RE"), `""`, `""`,
		strconv.Itoa(b.Consultant), strconv.Itoa(b.Client), plain(b.FiscalYear), strconv.Itoa(b.AccountDigits), plain(b.From), plain(b.To),
		quote(b.Name), quote(b.Dictation), "1", "0", flag(b.Locked), quote("EUR"), "", `""`, "", "", quote(b.Chart), "", "", `""`, `""`}
	out := &Writer{w: w, b: b}
	if err := out.line(head); err != nil {
		return nil, err
	}
	return out, out.line(strings.Split(strings.TrimSpace(columns), "\n"))
}

// Write writes one booking. It refuses with a *bank.FormatError: "datev_row", whose field says
// which, and the number of the row.
func (w *Writer) Write(r Row) error {
	w.rows++
	for field, fine := range map[string]bool{
		"Cents":    r.Cents > 0 && r.Cents <= mostCents,
		"Side":     r.Side == Debit || r.Side == Credit,
		"Account":  w.account(r.Account),
		"Contra":   w.account(r.Contra) && r.Contra != r.Account,
		"On":       isDay(r.On) && r.On >= w.b.From && r.On <= w.b.To,
		"Document": len(document(r.Document)) <= mostDocument,
	} {
		if !fine {
			return &bank.FormatError{Key: "datev_row", Args: map[string]any{"field": field, "row": w.rows}}
		}
	}
	cells := make([]string, columnCount)
	cells[columnAmount] = fmt.Sprintf("%d,%02d", r.Cents/100, r.Cents%100)
	cells[columnSide], cells[columnCurrency] = quote(string(r.Side)), quote("EUR")
	cells[columnAccount], cells[columnContra] = r.Account, r.Contra
	cells[columnDay] = string(r.On[8:10] + r.On[5:7]) // the year is the head's
	cells[columnDocument], cells[columnText] = quote(document(r.Document)), quote(text(r.Text))
	cells[columnLocked] = flag(w.b.Locked)
	if r.Reversal {
		cells[columnReversal] = quote("1")
	}
	return w.line(cells)
}

// line writes in the encoding of Windows, which DATEV expects; what it lacks becomes a question
// mark.
func (w *Writer) line(cells []string) error {
	b := make([]byte, 0, 512)
	for _, r := range strings.Join(cells, ";") + "\r\n" {
		c, known := charmap.Windows1252.EncodeRune(r)
		if !known {
			c = '?'
		}
		b = append(b, c)
	}
	_, err := w.w.Write(b)
	return err
}

func (w *Writer) account(s string) bool {
	return s != "" && len(s) <= w.b.AccountDigits+1 && strings.Trim(s, "0123456789") == "" && strings.Trim(s, "0") != ""
}

// inYear reports whether a day is in the fiscal year, which may begin on any day.
func (b Batch) inYear(d statement.Date) bool {
	start, err := time.Parse(time.DateOnly, string(b.FiscalYear))
	return err == nil && d >= b.FiscalYear && string(d) < start.AddDate(1, 0, 0).Format(time.DateOnly)
}

func isDay(d statement.Date) bool {
	read, ok := statement.Day(string(d))
	return ok && read == d
}

func plain(d statement.Date) string { return strings.ReplaceAll(string(d), "-", "") }

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// quote writes a text cell. A line break would end the row.
func quote(s string) string {
	return `"` + strings.ReplaceAll(straight(s), `"`, `""`) + `"`
}

func straight(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// document keeps the characters that Belegfeld 1 may have, and none in front with which a
// spreadsheet would begin a formula.
func document(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("$&%*+-/", r) {
			return r
		}
		return -1
	}, s)
	return strings.TrimLeft(s, "+-")
}

// text cuts, and puts an apostrophe before what a spreadsheet would take for a formula (OWASP,
// CSV injection).
func text(s string) string {
	s = strings.TrimSpace(straight(s))
	if bare := strings.TrimLeft(s, "'"); bare != "" && strings.ContainsRune("=+-@", rune(bare[0])) {
		s = "'" + s
	}
	if r := []rune(s); len(r) > mostText {
		s = string(r[:mostText])
	}
	return s
}
