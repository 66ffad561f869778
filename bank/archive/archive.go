// Package archive opens what a bank hands over, whatever it is: banks deliver statements as ZIP
// files with one document for each account and day, and people upload those, or one document of
// them. What a file is, its first bytes say; names and endings are not asked. Nothing is
// unpacked to a disk and nothing kept: a document is read as it comes out of the archive.
package archive

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"quitt/bank"
	"quitt/bank/camt"
	"quitt/bank/mt940"
	"quitt/bank/statement"
)

// Format is how a document is written.
type Format string

// The formats that are read.
const (
	Camt  Format = "camt"  // camt.052, .053, .054
	MT940 Format = "mt940" // and MT942
)

// File is what was handed over.
type File struct {
	Name string
	R    io.ReaderAt
	Size int64
}

// Document is one of a file's documents: the file itself, or what an archive holds.
type Document struct {
	Name   string // without folders
	Number int    // from 1
	Format Format
}

// Limits of an archive. A year of a large account is some hundred documents; XML of banks packs
// to a thirtieth, and deflate cannot do more than a thousandth.
const (
	mostDocuments = 5_000
	mostBytes     = 2 << 30 // of one document
	mostTotal     = 8 << 30
	mostRatio     = 250
	freeOfRatio   = 16 << 20
	headBytes     = 512
)

// Read reads every document of a file in its order. Before each, open is told and gives who is to
// be handed what it says. What Read refuses is a *bank.FormatError: those of camt.Read and
// mt940.Read, and of archives "bankfile_zip", "bankfile_zip_documents", "bankfile_zip_empty",
// "bankfile_zip_locked", "bankfile_zip_name", "bankfile_zip_nested", "bankfile_zip_size", each
// with the number of the document. Errors of f.R, of open and of its visitors come back as they
// are.
func Read(f File, open func(d Document) (statement.Visitor, error)) error {
	head := make([]byte, headBytes)
	n, err := f.R.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !isZip(head[:n]) {
		return document(io.NewSectionReader(f.R, 0, f.Size), Document{Name: path.Base(f.Name), Number: 1}, open)
	}
	return readZip(f, open)
}

func bad(key string, number int) error {
	return &bank.FormatError{Key: key, Args: map[string]any{"document": number}}
}

func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// document finds out what one document is and has it read.
func document(r io.Reader, d Document, open func(d Document) (statement.Visitor, error)) error {
	b := bufio.NewReader(r)
	head, err := b.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"); {
	case isZip(head):
		return bad("bankfile_zip_nested", d.Number)
	case hasAny(text, "<", "\xfe\xff", "\xff\xfe", "\x00<"):
		d.Format = Camt
	case hasAny(text, ":20:", "{1:"):
		d.Format = MT940
	default:
		return bad("bankfile_unknown", d.Number)
	}
	v, err := open(d)
	if err != nil {
		return err
	}
	if d.Format == Camt {
		return camt.Read(b, v)
	}
	return mt940.Read(b, v)
}

func hasAny(b []byte, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return bytes.HasPrefix(b, []byte(p)) })
}

func readZip(f File, open func(d Document) (statement.Visitor, error)) error {
	source := &source{ReaderAt: f.R}
	z, err := zip.NewReader(source, f.Size)
	if source.err != nil {
		return source.err
	}
	if err != nil {
		return bad("bankfile_zip", 0)
	}
	if len(z.File) > mostDocuments {
		return bad("bankfile_zip_documents", 0)
	}
	left := min(int64(mostTotal), max(freeOfRatio, f.Size*mostRatio))
	number := 0
	for _, entry := range z.File {
		if !safe(entry.Name) {
			return bad("bankfile_zip_name", number+1)
		}
		if strings.HasSuffix(entry.Name, "/") || strings.HasPrefix(entry.Name, "__MACOSX/") {
			continue
		}
		number++
		if entry.Flags&1 != 0 { // APPNOTE 4.4.4: encrypted
			return bad("bankfile_zip_locked", number)
		}
		r := &unpacked{source: source, number: number, left: min(left, mostBytes)}
		before := r.left
		if err := r.read(entry, open); err != nil {
			return err
		}
		left -= before - r.left
	}
	if number == 0 {
		return bad("bankfile_zip_empty", 0)
	}
	return nil
}

// safe refuses names that would leave the folder they are unpacked to. Nothing is unpacked here;
// but no bank writes such a name, and others may unpack what was kept.
func safe(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	return name != "" && name[0] != '/' && !strings.ContainsAny(name, ":\x00") &&
		!slices.Contains(strings.Split(name, "/"), "..")
}

// source tells errors of the file below from those of the archive in it.
type source struct {
	io.ReaderAt
	err error
}

func (s *source) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 { // a place the archive names, which is its own fault
		return 0, io.ErrUnexpectedEOF
	}
	n, err := s.ReaderAt.ReadAt(p, at)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// unpacked reads one document of an archive, within its bounds: the sizes an archive names are
// not believed.
type unpacked struct {
	r      io.Reader
	source *source
	number int
	left   int64
}

func (u *unpacked) read(entry *zip.File, open func(d Document) (statement.Visitor, error)) error {
	r, err := entry.Open()
	if err != nil {
		return u.failed()
	}
	u.r = r
	err = document(u, Document{Name: path.Base(strings.ReplaceAll(entry.Name, `\`, "/")), Number: u.number}, open)
	if closed := r.Close(); err == nil && closed != nil {
		err = u.failed()
	}
	return err
}

func (u *unpacked) failed() error {
	if u.source.err != nil {
		return u.source.err
	}
	return bad("bankfile_zip", u.number)
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if u.left -= int64(n); u.left < 0 {
		return 0, bad("bankfile_zip_size", u.number)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = u.failed()
	}
	return n, err
}
