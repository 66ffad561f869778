package mt940

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Limits of one line and one field; SWIFT knows 65 characters and a few hundred.
const (
	mostLine  = 16 << 10
	mostField = 64 << 10
)

// field is one field as it stands in the file: bytes, for which encoding it is only the whole
// field tells.
type field struct {
	tag   string
	lines [][]byte
	line  int  // where it begins
	whole bool // its last line ended
	old   *bool
}

// tags are the fields of both messages. Whatever else begins with a colon belongs to the field
// before it. "-" ends a message.
var tags = []string{"20", "21", "25", "28", "28C", "13", "13D", "34F", "60F", "60M", "61", "62F", "62M", "64", "65", "86", "90C", "90D", "NS"}

type scanner struct {
	r     *bufio.Reader
	ahead *field // begun by the line that ended the one before
	line  int
	old   bool // bytes of CP850 were seen
	err   error
}

func newScanner(r io.Reader) *scanner {
	return &scanner{r: bufio.NewReaderSize(r, mostLine)}
}

// next gives the next field. What stands before the first one, the envelope of SWIFT or nothing,
// is passed over.
func (s *scanner) next() (field, error) {
	f, size := s.ahead, 0
	s.ahead = nil
	for s.err == nil {
		line, whole, err := s.read()
		if err != nil {
			s.err = err
			break
		}
		if f == nil || f.tag == "-" {
			line = unwrap(line)
		}
		tag, rest := split(line)
		switch {
		case tag != "":
			begun := &field{tag, [][]byte{bytes.Clone(rest)}, s.line, whole, &s.old}
			if f != nil {
				s.ahead = begun
				return *f, nil
			}
			f = begun
		case f == nil && len(bytes.TrimSpace(line)) > 0:
			return field{line: s.line}, errUnknown
		case f != nil && f.tag == "-" && len(bytes.TrimSpace(line)) > 0:
			return field{line: s.line}, errUnknown
		case f != nil:
			if size += len(line); size > mostField {
				return *f, errSize
			}
			f.lines = append(f.lines, bytes.Clone(line))
			f.whole = whole
		}
	}
	if f != nil && errors.Is(s.err, io.EOF) {
		return *f, nil
	}
	return field{line: s.line}, s.err
}

// read gives one line without its end, and whether it had one.
func (s *scanner) read() ([]byte, bool, error) {
	line, err := s.r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, false, errSize
	case err != nil && (len(line) == 0 || !errors.Is(err, io.EOF)):
		return nil, false, err
	}
	s.line++
	if s.line == 1 {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	return bytes.TrimRight(line, "\r\n"), err == nil, nil
}

// unwrap takes the envelope {1:…}{2:…}{4: off the line before a message.
func unwrap(line []byte) []byte {
	if !bytes.HasPrefix(line, []byte("{")) {
		return line
	}
	_, inside, _ := bytes.Cut(line, []byte("{4:"))
	return inside
}

// split takes the tag off a line that has one.
func split(line []byte) (tag string, rest []byte) {
	if s := string(bytes.TrimRight(line[:min(len(line), 4)], " ")); s == "-" || s == "-}" || s == "-}{5" {
		return "-", nil
	}
	if len(line) < 4 || line[0] != ':' {
		return "", line
	}
	i := bytes.IndexByte(line[1:min(len(line), 5)], ':')
	if i < 2 || !slices.Contains(tags, string(line[1:i+1])) {
		return "", line
	}
	return string(line[1 : i+1]), line[i+2:]
}

// joined gives the field as one text: a line may be broken anywhere, in a word and in a letter of
// two bytes.
func (f field) joined() string { return f.decode(bytes.Join(f.lines, nil)) }

// texts gives the lines one by one.
func (f field) texts() []string {
	var out []string
	for _, l := range f.lines {
		out = append(out, f.decode(l))
	}
	return out
}

// decode makes UTF-8 of what is not. The umlauts of the old DOS code pages (437 and 850 have
// them in the same places) are where Windows has signs no bank prints; once seen, they tell of
// the whole file.
func (f field) decode(b []byte) string {
	set := charmap.Windows1252
	switch {
	case utf8.Valid(b):
		return clean(string(b))
	case !hasAny(b, "\xc4\xd6\xdc\xdf\xe4\xf6\xfc") && (*f.old || hasAny(b, "\x81\x84\x8e\x94\x99\x9a")):
		*f.old = true
		set = charmap.CodePage850
	}
	text, err := set.NewDecoder().Bytes(b)
	if err != nil {
		return ""
	}
	return clean(string(text))
}

// hasAny looks for bytes, where bytes.ContainsAny looks for letters.
func hasAny(b []byte, any string) bool {
	return slices.ContainsFunc(b, func(c byte) bool { return strings.IndexByte(any, c) >= 0 })
}

// clean puts blanks in place of what is not printed.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
