// Package camt reads the account reports of ISO 20022: statements (camt.053), reports of the day
// (camt.052) and the details of batches (camt.054), as banks have written them since version 2.
// Banks do not keep to the schema, so nothing is refused for the schema's sake; what is refused
// is what could be taken for another amount, another day or another account. A document is read
// token by token and handed on entry by entry.
package camt

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"quitt/bank"
	"quitt/bank/statement"
)

// Limits of what one document may make us keep. The deepest real document has 14 levels; a batch
// of a large payer comes as one entry with all of its payments.
const (
	mostDepth   = 40
	mostToken   = 1 << 20  // bytes of one element's text, tag or comment
	mostKept    = 64 << 20 // bytes of text kept of one entry
	mostDetails = 100_000
	mostPieces  = 1_000 // balances of a report, charges or pieces of text of a payment
)

// Read reads one document and hands what it says to v. What it refuses is a *bank.FormatError
// with line, statement and entry in its arguments: "bankfile_amount", "bankfile_currency",
// "bankfile_cut", "bankfile_date", "bankfile_decimals", "bankfile_depth", "bankfile_dtd",
// "bankfile_encoding", "bankfile_sign", "bankfile_size", "bankfile_status", "bankfile_unknown",
// "bankfile_version", "bankfile_xml". Errors of r and of v come back as they are.
func Read(r io.Reader, v statement.Visitor) error {
	in := newGuard(r)
	w := &walk{guard: in, visitor: v}
	text, wide, err := decoded(in)
	if err != nil {
		return w.failed(err)
	}
	w.xml = xml.NewDecoder(text)
	w.xml.CharsetReader = charset(wide)
	for {
		in.mark()
		token, err := w.xml.RawToken()
		if errors.Is(err, io.EOF) {
			return w.end()
		}
		if err != nil {
			return w.failed(err)
		}
		if err := w.token(token); err != nil {
			return err
		}
	}
}

// walk is where the reading is: the elements it is in and what was kept of them. RawToken does
// not look whether tags fit each other, so the stack does.
type walk struct {
	xml     *xml.Decoder
	guard   *guard
	visitor statement.Visitor

	open     []level
	root     bool   // there was one
	version  string // of the message
	text     []byte // of the innermost element
	currency string // its attribute Ccy
	kept     int

	kind       statement.Kind
	statements int
	entries    int // of the statement
	report     report
	entry      entry
	tx         transaction
	charge     charge
	balance    balance
}

// level is an element that is open. node is nil where nothing below is of interest.
type level struct {
	name xml.Name
	node *node
}

func (w *walk) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive: // entities are never expanded, but a document that defines some is no bank's
		return bad("bankfile_dtd", w.place())
	case xml.StartElement:
		return w.start(t)
	case xml.EndElement:
		return w.close(t)
	case xml.CharData:
		if len(w.open) == 0 {
			if strings.TrimSpace(string(t)) != "" {
				return bad("bankfile_xml", w.place())
			}
			return nil
		}
		if n := w.open[len(w.open)-1].node; n != nil && n.text != nil {
			w.text = append(w.text, t...)
			if w.kept += len(t); w.kept > mostKept || len(w.text) > mostToken {
				return bad("bankfile_size", w.place())
			}
		}
	}
	return nil
}

func (w *walk) start(t xml.StartElement) error {
	var n *node
	switch {
	case len(w.open) == 0 && w.root:
		return bad("bankfile_xml", w.place())
	case len(w.open) == 0:
		w.root = true
		if t.Name.Local != "Document" {
			return bad("bankfile_unknown", w.place())
		}
		n = document
	case len(w.open) == mostDepth:
		return bad("bankfile_depth", w.place())
	default:
		if parent := w.open[len(w.open)-1].node; parent != nil {
			n = parent.children[t.Name.Local]
		}
		if len(w.open) == 1 && n == nil {
			return bad("bankfile_unknown", w.place())
		}
	}
	w.open = append(w.open, level{t.Name, n})
	w.text = w.text[:0]
	if n == nil {
		return nil
	}
	w.attributes(t.Attr, len(w.open))
	if n.open != nil {
		return n.open(w, t.Name.Local)
	}
	return nil
}

// attributes keeps a currency and, of the outermost two elements, the namespace.
func (w *walk) attributes(all []xml.Attr, depth int) {
	w.currency = ""
	for _, a := range all {
		switch {
		case a.Name.Local == "Ccy":
			w.currency = strings.Clone(a.Value)
		case depth <= 2 && (a.Name.Local == "xmlns" || a.Name.Space == "xmlns") && strings.Contains(a.Value, "camt.05"):
			w.version = a.Value[strings.Index(a.Value, "camt.05"):]
		}
	}
}

func (w *walk) close(t xml.EndElement) error {
	if len(w.open) == 0 || w.open[len(w.open)-1].name != t.Name {
		return bad("bankfile_xml", w.place())
	}
	n := w.open[len(w.open)-1].node
	w.open = w.open[:len(w.open)-1]
	if n == nil {
		return nil
	}
	if n.text != nil {
		text := string(w.text)
		w.text = w.text[:0]
		if err := n.text(w, text); err != nil {
			return w.failed(err)
		}
	}
	if n.close != nil {
		return n.close(w)
	}
	return nil
}

// end looks whether the document was there to its end.
func (w *walk) end() error {
	switch {
	case len(w.open) > 0:
		return bad("bankfile_cut", w.place())
	case w.kind == "":
		return bad("bankfile_unknown", w.place())
	}
	return nil
}

// The faults that are found where nobody knows the place.
var (
	errNothing  = errors.New("camt: empty")
	errSize     = errors.New("camt: too large")
	errEncoding = errors.New("camt: unknown encoding")
	errAmount   = errors.New("camt: no amount")
	errDecimals = errors.New("camt: too many decimals")
	errCurrency = errors.New("camt: no currency")
	errDate     = errors.New("camt: no date")
	errSign     = errors.New("camt: neither credit nor debit")
)

// failed words the faults and what the decoder says; an error of the file below it is not ours
// to word.
func (w *walk) failed(err error) error {
	var syntax *xml.SyntaxError
	is := errors.As(err, &syntax)
	switch {
	case errors.Is(err, errNothing):
		return bad("bankfile_unknown", w.place())
	case errors.Is(err, errSize):
		return bad("bankfile_size", w.place())
	case errors.Is(err, errEncoding), is && strings.Contains(syntax.Msg, "UTF-8"):
		return bad("bankfile_encoding", w.place())
	case errors.Is(err, errAmount):
		return bad("bankfile_amount", w.place())
	case errors.Is(err, errDecimals):
		return bad("bankfile_decimals", w.place())
	case errors.Is(err, errCurrency):
		return bad("bankfile_currency", w.place())
	case errors.Is(err, errDate):
		return bad("bankfile_date", w.place())
	case errors.Is(err, errSign):
		return bad("bankfile_sign", w.place())
	case is && strings.Contains(syntax.Msg, "EOF"):
		return bad("bankfile_cut", w.place())
	case w.guard.err != nil && errors.Is(err, w.guard.err):
		return err
	}
	return bad("bankfile_xml", w.place())
}

func bad(key string, place map[string]any) error {
	return &bank.FormatError{Key: key, Args: place}
}

// place says where the reading was; what it read there stays out of it.
func (w *walk) place() map[string]any {
	line := 1
	if w.xml != nil {
		line, _ = w.xml.InputPos()
	}
	return map[string]any{"line": line, "statement": w.statements, "entry": w.entries}
}

// message begins the element that says which of the three reports it is.
func (w *walk) message(kind statement.Kind, number string) error {
	family, version, found := strings.Cut(w.version, ".001.")
	switch {
	case w.kind != "":
		return bad("bankfile_xml", w.place())
	case !found || family != "camt."+number:
		return bad("bankfile_unknown", w.place())
	case !slices.Contains(versions, version):
		return bad("bankfile_version", w.place())
	}
	w.kind = kind
	return nil
}

// versions are those that have the elements read here; of 2, 4, 8 and 10 there are samples or a
// bank's description, those between differ by additions alone.
var versions = []string{"02", "03", "04", "05", "06", "07", "08", "09", "10"}
