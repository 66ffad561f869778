package camt

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// guard bounds what the decoder may take in for one token: it keeps a token whole, whatever its
// size, before anybody is asked. It is a buffer of its own, since every byte passes here.
type guard struct {
	r        io.Reader
	buf      []byte
	pos, end int
	left     int
	err      error // of r, once the buffer is used up
}

const chunk = 64 << 10

func newGuard(r io.Reader) *guard {
	g := &guard{r: r, buf: make([]byte, chunk)}
	g.mark()
	return g
}

// mark begins a new token.
func (g *guard) mark() { g.left = mostToken + chunk }

// ReadByte is how the decoder reads UTF-8.
func (g *guard) ReadByte() (byte, error) {
	if g.left <= 0 {
		return 0, errSize
	}
	if g.pos == g.end {
		if err := g.fill(1); err != nil {
			return 0, err
		}
	}
	g.left--
	g.pos++
	return g.buf[g.pos-1], nil
}

// Read is how the other encodings are read, somewhat ahead of the token.
func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errSize
	}
	if g.pos == g.end {
		if err := g.fill(1); err != nil {
			return 0, err
		}
	}
	n := copy(p, g.buf[g.pos:min(g.end, g.pos+g.left)])
	g.left -= n
	g.pos += n
	return n, nil
}

// fill sees to it that want bytes are in the buffer, if there are so many.
func (g *guard) fill(want int) error {
	g.end = copy(g.buf, g.buf[g.pos:g.end])
	g.pos = 0
	for tries := 0; g.end < want; tries++ {
		if g.err == nil && tries < 100 {
			var n int
			n, g.err = g.r.Read(g.buf[g.end:])
			g.end += n
			continue
		}
		if g.err == nil {
			g.err = io.ErrNoProgress
		}
		return g.err
	}
	return nil
}

// decoded takes the mark of the encoding away, and UTF-16, which has to be known before the first
// line can be read.
func decoded(g *guard) (text io.Reader, wide bool, err error) {
	err = g.fill(4)
	head := g.buf[:g.end]
	if len(head) == 0 && errors.Is(err, io.EOF) {
		return nil, false, errNothing
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	order := unicode.BigEndian
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		g.pos = 3
		return g, false, nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("\x00<")):
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("<\x00")):
		order = unicode.LittleEndian
	default:
		return g, false, nil
	}
	return unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(g), true, nil
}

// charset is asked for every encoding but UTF-8. What is UTF-16 was told by its bytes, and then
// the first line is not asked; it cannot make UTF-16 of other bytes.
func charset(wide bool) func(name string, in io.Reader) (io.Reader, error) {
	return func(name string, in io.Reader) (io.Reader, error) {
		name = strings.ToUpper(name)
		switch {
		case wide || name == "US-ASCII" || name == "ASCII":
			return in, nil
		case name == "ISO-8859-1" || name == "LATIN1":
			return charmap.ISO8859_1.NewDecoder().Reader(in), nil
		case name == "WINDOWS-1252" || name == "CP1252":
			return charmap.Windows1252.NewDecoder().Reader(in), nil
		}
		return nil, errEncoding
	}
}
