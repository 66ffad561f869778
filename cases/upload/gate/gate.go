// Package gate decides whether a file may come in, before anything decodes it: name, first
// bytes and structure must agree on one of three kinds, and nothing in it may grow beyond
// bounds. It walks through a file in a fixed amount of memory and makes no picture of it.
package gate

import (
	"bytes"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"quitt/cases/upload/gate/pdf"
	"quitt/debt"
	"quitt/store/documents"
)

// The bounds of a picture. 40 megapixels are a sheet of A4 at 600 dots an inch.
const (
	MostPixels = 40_000_000
	mostSide   = 30_000
	mostName   = 120 // runes
)

// Found is what a file is.
type Found struct {
	Name          string // cleaned: a name, no path, nothing that does not show
	Kind          documents.Kind
	Width, Height int   // of a picture
	Memory        int64 // bytes that decoding a picture takes
	Active        bool  // a PDF that would do something
}

var extensions = map[string]documents.Kind{".pdf": documents.PDF, ".jpg": documents.JPEG, ".jpeg": documents.JPEG, ".png": documents.PNG}

// Check says what a file is, or refuses it with the reason: Invalid "upload_empty",
// "upload_too_big", "upload_kind" for what is not taken at all, "upload_disagrees" where name and
// content are different kinds, "upload_broken", "upload_mixed" where it is a second thing too,
// "upload_pixels", "upload_bomb", "upload_locked".
func Check(name string, content []byte) (Found, error) {
	f := Found{Name: Clean(name)}
	kind, known := extensions[strings.ToLower(path.Ext(f.Name))]
	f.Kind = kind
	switch magic := sniff(content); {
	case len(content) == 0:
		return f, f.refuse("upload_empty")
	case len(content) > documents.MostEach:
		return f, TooBig(name)
	case !known || magic == "" && !mayBe(kind, content):
		return f, f.refuse("upload_kind")
	case magic == "":
		return f, f.refuse("upload_broken")
	case magic != kind:
		return f, f.refuse("upload_disagrees")
	case mixed(kind, content):
		return f, f.refuse("upload_mixed")
	}
	return f.parse(content)
}

// TooBig is the refusal of a file nobody has read to its end.
func TooBig(name string) error {
	return debt.E(debt.Invalid, "upload_too_big", debt.Args{"name": debt.Personal(Clean(name)), "most": documents.MostEach >> 20})
}

func (f Found) refuse(key string) error {
	return debt.E(debt.Invalid, key, debt.Args{"name": debt.Personal(f.Name)})
}

// parse walks through the whole structure.
func (f Found) parse(content []byte) (Found, error) {
	var err error
	switch f.Kind {
	case documents.JPEG:
		f.Width, f.Height, f.Memory, err = walkJPEG(content)
	case documents.PNG:
		f.Width, f.Height, f.Memory, err = walkPNG(content)
	default:
		var d *pdf.Document
		if d, err = pdf.Parse(content); err == nil {
			f.Active = d.Active
		}
	}
	return f, f.refusal(err)
}

// sniff knows the kinds by their first bytes.
func sniff(b []byte) documents.Kind {
	switch {
	case bytes.HasPrefix(b, []byte("%PDF-")):
		return documents.PDF
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return documents.JPEG
	case bytes.HasPrefix(b, []byte(pngHead)):
		return documents.PNG
	}
	return ""
}

// mayBe tells a file that was cut or damaged at its head from one of a kind nobody asked for;
// only the sentence about it differs.
func mayBe(kind documents.Kind, b []byte) bool {
	head := map[documents.Kind]string{documents.PDF: "%PDF-", documents.JPEG: "\xff\xd8\xff", documents.PNG: pngHead}[kind]
	return len(b) < len(head) && strings.HasPrefix(head, string(b))
}

// Clean makes a name of what a browser sent: the last part of a path, without what does not
// show or turns the direction of writing, which could make exe.gpj of gpj.exe.
func Clean(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs) {
			return -1
		}
		return r
	}, name)
	name = trim(name)
	if runes := []rune(name); len(runes) > mostName {
		ext := []rune(path.Ext(name))
		if len(ext) > 8 {
			ext = nil
		}
		name = trim(string(runes[:mostName-len(ext)]) + string(ext))
	}
	return name
}

// trim takes dots and white space of every kind off both ends.
func trim(name string) string {
	return strings.TrimFunc(name, func(r rune) bool { return r == '.' || unicode.IsSpace(r) })
}
