package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// document is a PDF of a Press, taken apart.
type document struct {
	objects  [][]byte // by number, from after "n 0 obj" to before "endobj"
	catalog  int
	info     int
	pages    int // the node of its page tree; a letter has one
	count    int // of pages
	language string
}

// notOurs is why a PDF is refused. Other programs write PDFs in ways this reader does not
// know (streams of objects, indirect lengths, encryption), and must not be guessed at.
func notOurs(why string) error {
	return fmt.Errorf("sheet: not a PDF of this press: %s", why)
}

// parse reads the classical cross-reference and finds the objects.
func parse(pdf []byte) (*document, error) {
	if !bytes.HasPrefix(pdf, []byte("%PDF-1.")) {
		return nil, notOurs("it does not begin like one")
	}
	at := bytes.LastIndex(pdf, []byte("\nstartxref\n"))
	if at < 0 {
		return nil, notOurs("it has no end")
	}
	r := &reader{rest: pdf[at:]}
	r.expect("\nstartxref\n")
	start := r.number()
	r.expect("\n%%EOF\n")
	if r.bad || len(r.rest) > 0 || start >= at {
		return nil, notOurs("its end cannot be read")
	}
	r = &reader{rest: pdf[start : at+1]}
	r.expect("xref\n0 ")
	offsets := r.offsets(start)
	r.expect("trailer\n<<\n/Size ")
	size := r.number()
	r.expect("\n/Root ")
	d := &document{catalog: r.number()}
	r.expect(" 0 R\n/Info ")
	d.info = r.number()
	r.expect(" 0 R\n>>\n")
	if r.bad || len(r.rest) > 0 || size != len(offsets) || d.catalog >= size || d.info >= size || d.catalog == 0 || d.info == 0 {
		return nil, notOurs("its table of objects cannot be read")
	}
	if err := d.take(pdf[:start], offsets); err != nil {
		return nil, err
	}
	return d, d.understand()
}

// take cuts the objects out: each reaches to where the next one begins, the last to the table.
func (d *document) take(pdf []byte, offsets []int) error {
	order := slices.Clone(offsets[1:])
	slices.Sort(order)
	order = append(order, len(pdf))
	d.objects = make([][]byte, len(offsets))
	for number, from := range offsets[1:] {
		number++
		i, _ := slices.BinarySearch(order, from)
		object := pdf[from:order[i+1]]
		object, begins := bytes.CutPrefix(object, []byte(strconv.Itoa(number)+" 0 obj\n"))
		object, ends := bytes.CutSuffix(object, []byte("\nendobj\n"))
		if !begins || !ends || !bytes.HasPrefix(object, []byte("<<")) {
			return notOurs("object " + strconv.Itoa(number) + " is not where it should be")
		}
		d.objects[number] = object
	}
	return nil
}

// understand reads the three objects that the stapler has to know.
func (d *document) understand() error {
	mark := []byte("/Creator (\xfe\xff")
	for _, c := range maker {
		mark = append(mark, 0, byte(c))
	}
	if !bytes.Contains(d.objects[d.info], append(mark, ')')) {
		return notOurs("another program made it")
	}
	catalog := &reader{rest: after(d.objects[d.catalog], "/Type /Catalog\n/Pages ")}
	d.pages = catalog.number()
	catalog.expect(" 0 R\n/Lang (")
	language, _, ok := bytes.Cut(catalog.rest, []byte(")"))
	if catalog.bad || !ok || d.pages == 0 || d.pages >= len(d.objects) || d.pages == d.catalog || d.pages == d.info ||
		clean(string(language)) != string(language) {
		return notOurs("its catalogue cannot be read")
	}
	d.language = string(language)
	pages := d.objects[d.pages]
	count := &reader{rest: after(pages, "\n/Count ")}
	d.count = count.number()
	if !bytes.HasPrefix(pages, []byte("<</Type /Pages\n/Kids [")) || count.bad || d.count == 0 ||
		d.count != bytes.Count(pages, []byte(" 0 R ")) {
		return notOurs("its pages cannot be read")
	}
	return nil
}

func after(b []byte, what string) []byte {
	_, rest, _ := bytes.Cut(b, []byte(what))
	return rest
}

// renumbered appends the letter's objects under their new numbers; offsets gets where each
// begins. parent is the node above its pages.
func (d *document) renumbered(out []byte, numbers []int, offsets map[int]int64, parent int) ([]byte, error) {
	for i, object := range d.objects {
		number := numbers[i]
		if number == 0 {
			continue
		}
		offsets[number] = int64(len(out))
		out = append(strconv.AppendInt(out, int64(number), 10), " 0 obj\n"...)
		if i == d.pages {
			out = append(out, "<</Parent "+strconv.Itoa(parent)+" 0 R\n"...)
			object = object[len("<<"):]
		}
		var err error
		if out, err = renumber(out, object, numbers); err != nil {
			return out, err
		}
		out = append(out, "\nendobj\n"...)
	}
	return out, nil
}

// errReference is a reference to what a letter does not have.
var errReference = errors.New("sheet: not a PDF of this press: an object refers to one that is none")

// renumber copies an object and changes its references "n 0 R". Strings and what follows
// the word stream are copied as they are, whatever they look like.
func renumber(out, object []byte, numbers []int) ([]byte, error) {
	for len(object) > 0 {
		n, kind := token(object)
		word := object[:n]
		object = object[n:]
		switch kind {
		case wordToken:
			if string(word) == "stream" {
				return append(append(out, word...), object...), nil
			}
		case numberToken:
			if !refers(object) {
				break
			}
			old, err := strconv.Atoi(string(word))
			if err != nil || old >= len(numbers) || numbers[old] == 0 {
				return out, errReference
			}
			out = strconv.AppendInt(out, int64(numbers[old]), 10)
			continue
		}
		out = append(out, word...)
	}
	return out, nil
}

// refers reports whether a number before rest is that of an object.
func refers(rest []byte) bool {
	return bytes.HasPrefix(rest, []byte(" 0 R")) && (len(rest) == len(" 0 R") || !regular(rest[len(" 0 R")]))
}

type tokenKind int

const (
	otherToken  tokenKind = iota // blanks, delimiters, strings, names
	wordToken                    // what is neither number nor name
	numberToken                  // digits only
)

// token measures what stands first in b, which is not empty.
func token(b []byte) (n int, kind tokenKind) {
	switch {
	case b[0] == '(':
		return stringLength(b), otherToken
	case b[0] == '/':
		n = 1
		for n < len(b) && regular(b[n]) {
			n++
		}
		return n, otherToken
	case b[0] == '<' && len(b) > 1 && b[1] != '<':
		if end := bytes.IndexByte(b, '>'); end > 0 {
			return end + 1, otherToken
		}
		return len(b), otherToken
	case b[0] == '<' && len(b) > 1:
		return 2, otherToken
	case !regular(b[0]):
		return 1, otherToken
	}
	kind = numberToken
	for n < len(b) && regular(b[n]) {
		if b[n] < '0' || b[n] > '9' {
			kind = wordToken
		}
		n++
	}
	return n, kind
}

// stringLength is how far a string in parentheses reaches; they may be nested.
func stringLength(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

// regular reports whether a byte is part of a word (ISO 32000-1, 7.2.2).
func regular(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return false
	}
	return c > ' '
}

// reader reads what has one form only.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) expect(s string) {
	rest, ok := bytes.CutPrefix(r.rest, []byte(s))
	r.rest, r.bad = rest, r.bad || !ok
}

// number reads at most ten digits.
func (r *reader) number() int {
	n := 0
	for n < len(r.rest) && n < 10 && r.rest[n] >= '0' && r.rest[n] <= '9' {
		n++
	}
	v, err := strconv.Atoi(string(r.rest[:n]))
	r.rest, r.bad = r.rest[n:], r.bad || err != nil
	return v
}

// offsets reads the entries of the table, all below limit.
func (r *reader) offsets(limit int) []int {
	n := r.number()
	r.expect("\n0000000000 65535 f \n")
	const entry = 20
	if r.bad || n < 2 || n-1 > len(r.rest)/entry {
		r.bad = true
		return nil
	}
	offsets := make([]int, n)
	for i := 1; i < n; i++ {
		offsets[i] = r.number()
		r.expect(" 00000 n \n")
		r.bad = r.bad || offsets[i] >= limit
	}
	return offsets
}
