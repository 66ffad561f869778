package gate

import (
	"bytes"
	"encoding/binary"
	"errors"

	"quitt/cases/upload/gate/pdf"
	"quitt/store/documents"
)

// What a walk through a picture may find.
var (
	errBroken = errors.New("gate: not of its kind, or cut off")
	errPixels = errors.New("gate: too many pixels")
	errBomb   = errors.New("gate: it would unpack to more than it may")
	errMixed  = errors.New("gate: there is something else in it")
)

// refusal is the one for what a walk found.
func (f Found) refusal(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errPixels), errors.Is(err, pdf.ErrPixels):
		return f.refuse("upload_pixels")
	case errors.Is(err, errBomb), errors.Is(err, pdf.ErrBomb):
		return f.refuse("upload_bomb")
	case errors.Is(err, errMixed), errors.Is(err, pdf.ErrMixed):
		return f.refuse("upload_mixed")
	case errors.Is(err, pdf.ErrLocked):
		return f.refuse("upload_locked")
	}
	return f.refuse("upload_broken")
}

// Heads of what readers find anywhere in a file. Long enough not to occur by chance.
var (
	anywhere = [][]byte{[]byte("Rar!\x1a\x07"), []byte("7z\xbc\xaf\x27\x1c")}
	// A reader of PDF takes its head anywhere in the first kilobyte.
	early = [][]byte{[]byte("%pdf-"), []byte("<svg"), []byte("<?xml")}
	// Markup in a picture is there for somebody who will show it as a page.
	markup = [][]byte{[]byte("<script"), []byte("<html"), []byte("<!doctype"), []byte("<?php"), []byte("<iframe")}
)

// mixed finds a file that is a second thing beside what it says: an archive with a picture in
// front, a picture that is a page.
func mixed(kind documents.Kind, b []byte) bool {
	if isArchive(b) {
		return true
	}
	for _, head := range anywhere {
		if bytes.Contains(b, head) {
			return true
		}
	}
	if kind == documents.PDF {
		return false // its parser looks between the objects
	}
	start := bytes.ToLower(b[:min(len(b), 1024)])
	for _, head := range early {
		if bytes.Contains(start, head) {
			return true
		}
	}
	return containsFold(b, markup)
}

// containsFold looks for words in either case, without a copy of the file.
func containsFold(b []byte, words [][]byte) bool {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], '<')
		if i < 0 {
			return false
		}
		from += i
		for _, w := range words {
			if len(b)-from >= len(w) && bytes.EqualFold(b[from:from+len(w)], w) {
				return true
			}
		}
		from++
	}
}

var (
	zipEnd     = []byte("PK\x05\x06")
	zipEntry   = []byte("PK\x01\x02")
	zipLocal   = []byte("PK\x03\x04")
	zipEndSize = 22
)

// isArchive finds a ZIP, whose directory stands at the end, whatever stands before: all Office
// files, JAR, APK. Four bytes occur by chance, a directory that begins where its end says does
// not; nor do a local header and an end together.
func isArchive(b []byte) bool {
	for from := 0; ; {
		i := bytes.Index(b[from:], zipEnd)
		if i < 0 {
			return false
		}
		at := from + i
		from = at + 1
		if len(b)-at < zipEndSize {
			return bytes.Contains(b[:at], zipLocal)
		}
		size := int(binary.LittleEndian.Uint32(b[at+12:]))
		if size <= at && bytes.HasPrefix(b[at-size:], zipEntry) || bytes.Contains(b[:at], zipLocal) {
			return true
		}
		comment := int(binary.LittleEndian.Uint16(b[at+20:]))
		if size == 0 && at+zipEndSize+comment == len(b) {
			return true
		}
	}
}
