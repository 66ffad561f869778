// Package pdf reads PDF files of strangers: every object, in bounded memory, without rendering
// anything. It refuses what is more than a PDF or would grow beyond bounds, and writes a bare
// copy of the pages alone: no scripts, attachments, links, forms or metadata.
//
// It reads objects in the order of the file and looks at no table of offsets: what two readers
// could see differently is not relied upon. Later objects replace earlier ones, as in a file that
// was changed by appending.
package pdf

import "errors"

// What a file may be refused for.
var (
	ErrBroken = errors.New("pdf: not readable, or cut off")
	ErrLocked = errors.New("pdf: encrypted")
	ErrBomb   = errors.New("pdf: it would unpack to more than it may")
	ErrMixed  = errors.New("pdf: there is something else in it")
	ErrPixels = errors.New("pdf: a picture with too many pixels")
)

// The bounds of a file. They hold for what people hand in and keep what is needed to read it
// small: a page of text has some hundred tokens.
const (
	mostTokens   = 300_000
	mostDepth    = 64
	mostPacked   = 8 << 20   // of objects within streams, unpacked
	mostUnpacked = 300 << 20 // of all streams; counted, not kept
	mostPixels   = 40_000_000
	mostPages    = 500
)

// A value is one of name, ref, array, dict, or literal.
type value any

type (
	name    string // without the slash, as written
	literal string // number, string, true, false, null, as written
	array   []value
	dict    map[name]value
	ref     struct{ number, generation int }
)

// object is an indirect object; raw is the content of a stream, still packed.
type object struct {
	value  value
	raw    []byte
	stream bool
	at     int // where it stands; of an object within a stream, where the stream stands
}

// Document is a file that was read.
type Document struct {
	Active bool // something in it would act: a script, an attachment, a form that sends
	Pages  int

	objects map[int]object
	root    ref
	tokens  int // left
	packed  int // bytes left for objects within streams
	budget  int64
}

func (d *Document) dictOf(v value) dict {
	switch v := d.resolve(v).(type) {
	case dict:
		return v
	default:
		return nil
	}
}

// resolve follows a reference, and one that leads to another, a few times.
func (d *Document) resolve(v value) value {
	for range 8 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = d.objects[r.number].value
	}
	return nil
}
