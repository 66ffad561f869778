// Package breached looks passwords up in a list of those that became known in breaches (NIST SP
// 800-63B-4, 3.1.1.2). The list is a file of tens of gigabytes that is never loaded: one SHA-1 in
// hexadecimal per line, in order, each with ":COUNT" behind it or nothing, as "Have I Been Pwned"
// gives them out. Nothing leaves the machine.
package breached

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the list is made of it; nothing is protected by it
	"encoding/hex"
	"errors"
	"io"

	"quitt/debt"
)

// List is a sorted file. Make it with New; nil is none and holds nothing.
type List struct {
	r    io.ReaderAt
	size int64
}

const (
	digits   = 2 * sha1.Size
	mostLine = digits + 1 + 20 + 2 // with a count and the end of the line
	probes   = 64                  // lines that are looked at to see whether there is an order
)

// New takes a file of a size. Invalid "breached_invalid" for what is no such list.
func New(r io.ReaderAt, size int64) (*List, error) {
	l := &List{r, size}
	var before []byte
	for i := range int64(probes) {
		at := size / probes * i
		if i == probes-1 {
			at = size - 1
		}
		found, err := l.around(max(at, 0))
		if err != nil || bytes.Compare(before, found.hash) > 0 {
			return nil, invalid()
		}
		before = found.hash
	}
	return l, nil
}

func invalid() error { return debt.E(debt.Invalid, "breached_invalid", nil) }

// Has reports whether a password is in the list.
func (l *List) Has(password string) (bool, error) {
	if l == nil {
		return false, nil
	}
	want := sha1.Sum([]byte(password)) //nolint:gosec // see the import
	from, to := int64(0), l.size
	for from < to {
		found, err := l.around(from + (to-from)/2)
		if err != nil {
			return false, err
		}
		switch bytes.Compare(want[:], found.hash) {
		case 0:
			return true, nil
		case -1:
			to = found.from
		default:
			from = found.to
		}
	}
	return false, nil
}

// line is one of the list, and where it stands.
type line struct {
	hash     []byte
	from, to int64
}

// around reads the line that has the byte at a place.
func (l *List) around(at int64) (line, error) {
	begin := max(at-mostLine, 0)
	b := make([]byte, min(at+mostLine, l.size)-begin)
	if _, err := l.r.ReadAt(b, begin); err != nil && !errors.Is(err, io.EOF) {
		return line{}, err
	}
	here := int(at - begin)
	if here >= len(b) {
		return line{}, invalid()
	}
	first := bytes.LastIndexByte(b[:here], '\n') + 1
	rest := b[first:]
	if end := bytes.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end+1]
	}
	hash, ok := parse(rest)
	if !ok {
		return line{}, invalid()
	}
	from := begin + int64(first)
	return line{hash, from, from + int64(len(rest))}, nil
}

// parse reads a line with its end. One that is cut off at either side is none.
func parse(b []byte) (hash []byte, ok bool) {
	b = bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
	if len(b) < digits || len(b) > digits && (b[digits] != ':' || !count(b[digits+1:])) {
		return nil, false
	}
	hash = make([]byte, sha1.Size)
	_, err := hex.Decode(hash, b[:digits])
	return hash, err == nil
}

func count(b []byte) bool {
	return len(b) > 0 && len(b) <= 20 && len(bytes.Trim(b, "0123456789")) == 0
}
