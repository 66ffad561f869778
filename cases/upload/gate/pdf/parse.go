package pdf

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

var head = regexp.MustCompile(`^%PDF-(1\.[0-7]|2\.0)[\r\n \t%]`)

// mostComments bounds what may stand between objects and mean nothing.
const mostComments = 4 << 10

// markup between the objects is there for a reader of another kind.
var markup = regexp.MustCompile(`(?i)<(script|html|svg|!doctype|\?php|iframe|body)`)

// Parse reads a whole file.
func Parse(b []byte) (*Document, error) {
	d := &Document{objects: map[int]object{}, tokens: mostTokens, packed: mostPacked, budget: mostUnpacked}
	if !head.Match(b) {
		return nil, ErrBroken
	}
	if err := d.read(&lexer{b: b, tokens: &d.tokens}); err != nil {
		return nil, err
	}
	if err := d.unfold(); err != nil {
		return nil, err
	}
	for _, o := range d.objects {
		if err := d.weigh(o); err != nil {
			return nil, err
		}
	}
	pages, err := d.pages()
	if err != nil {
		return nil, err
	}
	d.Pages = len(pages)
	return d, nil
}

// read goes through the file: objects, tables, trailers, and at the end the mark of the end.
func (d *Document) read(l *lexer) error {
	ended, comments := false, 0
	for {
		for l.at < len(l.b) && isSpace(l.b[l.at]) {
			l.at++
		}
		if l.at >= len(l.b) {
			break
		}
		if l.b[l.at] == '%' {
			line := l.line()
			ended = ended || bytes.HasPrefix(line, []byte("%%EOF"))
			if comments += len(line); comments > mostComments || markup.Match(line) {
				return ErrMixed
			}
			if bytes.HasPrefix(line, []byte("%%EOF")) && len(bytes.TrimRight(line, " \t\x00")) > len("%%EOF") {
				return ErrMixed
			}
			continue
		}
		ended = false
		if err := d.section(l); err != nil {
			return err
		}
	}
	if !ended || len(d.objects) == 0 {
		return ErrBroken
	}
	return nil
}

// section reads what begins with a word: an object or a part of the table.
func (d *Document) section(l *lexer) error {
	switch word := l.word(); word {
	case "xref":
		return skipTable(l)
	case "trailer":
		v, err := l.value(0)
		if err != nil {
			return err
		}
		t, ok := v.(dict)
		if !ok {
			return ErrBroken
		}
		return d.trailer(t)
	case "startxref":
		l.skip()
		if _, err := strconv.Atoi(l.word()); err != nil {
			return ErrBroken
		}
		return nil
	default:
		number, err := strconv.Atoi(word)
		if err != nil || number < 0 {
			return ErrMixed
		}
		return d.object(l, number)
	}
}

// skipTable goes over the offsets, which nothing here relies on.
func skipTable(l *lexer) error {
	for {
		l.skip()
		back := l.at
		switch word := l.word(); {
		case word == "trailer":
			l.at = back
			return nil
		case word != "f" && word != "n" && strings.Trim(word, "0123456789") != "" || word == "":
			return ErrBroken
		}
	}
}

func (d *Document) trailer(t dict) error {
	if _, locked := t["Encrypt"]; locked {
		return ErrLocked
	}
	if r, ok := t["Root"].(ref); ok {
		d.root = r
	}
	return nil
}

func (d *Document) object(l *lexer, number int) error {
	l.skip()
	if generation, err := strconv.Atoi(l.word()); err != nil || generation < 0 {
		return ErrMixed
	}
	l.skip()
	if l.word() != "obj" {
		return ErrMixed
	}
	l.skip()
	if l.has("endobj") { // nothing, which is null
		l.at += len("endobj")
		return nil
	}
	v, err := l.value(0)
	if err != nil {
		return err
	}
	o := object{value: v}
	l.skip()
	if l.has("stream") {
		t, ok := v.(dict)
		if !ok {
			return ErrBroken
		}
		o.stream = true
		if o.raw, err = l.stream(t); err != nil {
			return err
		}
		l.skip()
	}
	if l.word() != "endobj" {
		return ErrBroken
	}
	o.at = l.at
	d.objects[number] = o
	return d.kept(o)
}

// kept looks at an object's dictionary as soon as it is read.
func (d *Document) kept(o object) error {
	t, ok := o.value.(dict)
	if ok && o.stream && t["Type"] == name("XRef") {
		return d.trailer(t) // a table that is a stream is the trailer too
	}
	return nil
}

// stream reads the content of a stream. Its length is believed if an end stands there;
// otherwise, and where the length is written elsewhere, the end is looked for.
func (l *lexer) stream(t dict) ([]byte, error) {
	l.at += len("stream")
	switch {
	case l.has("\r\n"):
		l.at += 2
	case l.has("\n"), l.has("\r"):
		l.at++
	default:
		return nil, ErrBroken
	}
	const end = "endstream"
	from := l.at
	if text, ok := t["Length"].(literal); ok {
		if n, err := strconv.Atoi(string(text)); err == nil && n >= 0 && n <= len(l.b)-from {
			l.at = from + n
			l.skipSpace()
			if l.has(end) {
				l.at += len(end)
				return l.b[from : from+n], nil
			}
		}
	}
	i := bytes.Index(l.b[from:], []byte(end))
	if i < 0 {
		return nil, ErrBroken
	}
	l.at = from + i + len(end)
	raw := l.b[from : from+i]
	return bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r")), nil
}

func (l *lexer) skipSpace() {
	for l.at < len(l.b) && isSpace(l.b[l.at]) {
		l.at++
	}
}
