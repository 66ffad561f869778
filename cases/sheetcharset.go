package cases

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"quitt/debt"
)

// charset is how the bytes of a sheet become text. Both encodings agree on ASCII, so the
// records can be cut out of the bytes before anything is decoded.
type charset struct {
	cp1252 bool  // what Excel on Windows writes as plain "CSV"
	bom    int64 // bytes to skip at the beginning
}

// text decodes one field; CP1252 maps each byte to exactly one character.
func (c charset) text(b []byte) string {
	if !c.cp1252 {
		return string(b)
	}
	var t strings.Builder
	for _, x := range b {
		t.WriteRune(charmap.Windows1252.DecodeByte(x))
	}
	return t.String()
}

// valid repeats for a record what detect found for the file, which may have been replaced.
func (c charset) valid(b []byte) bool { return c.cp1252 || utf8.Valid(b) }

var byteOrderMark = []byte("\ufeff")

// census is what one pass over the file finds; lines are 0 when nothing was found.
type census struct {
	line      int
	afterCR   bool
	content   bool // anything but blanks
	multibyte bool // a character that only UTF-8 explains
	nul       int
	notUTF8   int
	not1252   int
}

// detect reads all of r. Guessing from the first bytes would let the first umlaut on line
// 90,000 stop an import half-way, or store a wrong name.
func detect(r io.Reader) (charset, error) {
	in := bufio.NewReaderSize(r, 32<<10)
	start, err := in.Peek(len(byteOrderMark))
	if err != nil && !errors.Is(err, io.EOF) {
		return charset{}, fmt.Errorf("read sheet: %w", err)
	}
	var c charset
	switch {
	case bytes.HasPrefix(start, []byte{0xFF, 0xFE}), bytes.HasPrefix(start, []byte{0xFE, 0xFF}):
		return c, debt.E(debt.Invalid, "sheet_utf16", nil)
	case bytes.Equal(start, byteOrderMark):
		c.bom = int64(len(start))
		if _, err := in.Discard(len(start)); err != nil {
			return c, fmt.Errorf("read sheet: %w", err)
		}
	}
	// From here on every byte is seen once, through a window of 32 KiB.
	found := census{line: 1}
	if err := found.take(in); err != nil {
		return c, fmt.Errorf("read sheet: %w", err)
	}
	return found.judge(c)
}

// take stops early at a NUL byte: the file is not text, whatever follows.
func (n *census) take(in *bufio.Reader) error {
	for n.nul == 0 {
		ch, size, err := in.ReadRune()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if ch == utf8.RuneError && size == 1 {
			if err := n.takeByte(in); err != nil {
				return err
			}
			continue
		}
		n.takeRune(ch)
	}
	return nil
}

// takeRune counts lines as editors do: CR LF, LF and the lone CR of old Macs end one.
func (n *census) takeRune(ch rune) {
	if ch == '\r' || ch == '\n' && !n.afterCR {
		n.line++
	}
	n.afterCR = ch == '\r'
	n.content = n.content || !unicode.IsSpace(ch)
	n.multibyte = n.multibyte || ch >= utf8.RuneSelf
	if ch == 0 {
		n.nul = n.line
	}
}

// takeByte looks at the byte behind a decoding error; in CP1252 five bytes mean nothing.
func (n *census) takeByte(in *bufio.Reader) error {
	if err := in.UnreadRune(); err != nil {
		return err
	}
	b, err := in.ReadByte()
	if err != nil {
		return err
	}
	n.afterCR, n.content = false, true
	if n.notUTF8 == 0 {
		n.notUTF8 = n.line
	}
	if n.not1252 == 0 && bytes.IndexByte([]byte{0x81, 0x8D, 0x8F, 0x90, 0x9D}, b) >= 0 {
		n.not1252 = n.line
	}
	return nil
}

// judge decides on the encoding. A file with both kinds of umlaut was pasted together from
// two sources: reading either half would put wrong names on letters.
func (n *census) judge(c charset) (charset, error) {
	switch {
	case n.nul > 0:
		return c, debt.E(debt.Invalid, "sheet_nul", debt.Args{"row": n.nul})
	case !n.content:
		return c, debt.E(debt.Invalid, "sheet_empty", nil)
	case n.notUTF8 == 0:
		return c, nil
	case n.multibyte || c.bom > 0:
		return c, debt.E(debt.Invalid, "broken_encoding", debt.Args{"row": n.notUTF8})
	case n.not1252 > 0:
		return c, debt.E(debt.Invalid, "sheet_encoding_unknown", debt.Args{"row": n.not1252})
	}
	c.cp1252 = true
	return c, nil
}
