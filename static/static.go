// Package static is what a browser loads beside the pages: a style sheet for everybody, one
// more for the creditor's window, small scripts, two fonts, one icon. Everything is embedded
// and served under a hash of the whole, so that it may be kept for ever and the style sheet
// finds its fonts by relative address.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed css/*.css js/*.js font/*.woff2 icon.svg
var files embed.FS

// Prefix begins the path of every file.
const Prefix = "/static/"

// File is one thing to serve. Gzip is nil where compressing gains nothing.
type File struct {
	Name, Type string
	Body, Gzip []byte
}

// sheets in the order of their cascade layers; together they are quitt.css, one request. The
// creditor's window has staff.css beside it, its reports report.css, the description of the API
// reading.css, which no debtor loads.
var sheets = []string{"css/tokens.css", "css/base.css", "css/components.css", "css/print.css"}

var types = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".woff2": "font/woff2", ".svg": "image/svg+xml",
}

type bundle struct {
	hash  string
	files map[string]File
}

var built = sync.OnceValue(func() bundle {
	b := bundle{files: map[string]File{}}
	var sheet bytes.Buffer
	for _, name := range sheets {
		sheet.Write(read(name))
	}
	b.add("quitt.css", sheet.Bytes())
	b.add("staff.css", read("css/staff.css"))
	b.add("report.css", read("css/report.css"))
	b.add("reading.css", read("css/reading.css"))
	for _, pattern := range []string{"js/*.js", "font/*.woff2", "icon.svg"} {
		names, err := fs.Glob(files, pattern)
		if err != nil {
			panic("static: " + err.Error())
		}
		for _, name := range names {
			b.add(path.Base(name), read(name))
		}
	}
	sum := sha256.New()
	for _, f := range b.sorted() {
		sum.Write([]byte(f.Name + "\n"))
		sum.Write(f.Body)
	}
	b.hash = hex.EncodeToString(sum.Sum(nil))[:16]
	return b
})

// read panics: a missing file is a broken build, not bad input.
func read(name string) []byte {
	body, err := files.ReadFile(name)
	if err != nil {
		panic("static: " + err.Error())
	}
	return body
}

func (b *bundle) add(name string, body []byte) {
	f := File{Name: name, Type: types[path.Ext(name)], Body: body}
	if path.Ext(name) != ".woff2" { // compressed already
		f.Gzip = squeeze(body)
	}
	b.files[name] = f
}

func squeeze(body []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic("static: " + err.Error())
	}
	if _, err := w.Write(body); err != nil { // a buffer takes everything
		panic("static: " + err.Error())
	}
	if err := w.Close(); err != nil {
		panic("static: " + err.Error())
	}
	return out.Bytes()
}

func (b *bundle) sorted() []File {
	var list []File
	for _, f := range b.files {
		list = append(list, f)
	}
	slices.SortFunc(list, func(x, y File) int { return strings.Compare(x.Name, y.Name) })
	return list
}

// All lists every file by name.
func All() []File {
	b := built()
	return b.sorted()
}

// URL gives the address of a file; it panics on a name that does not exist, because names
// stand in templates and are tried by every test.
func URL(name string) string {
	b := built()
	if _, ok := b.files[name]; !ok {
		panic("static: no file " + name)
	}
	return Prefix + b.hash + "/" + name
}

// Find gives the file of a request path. An address with another hash is of another
// version and not found.
func Find(requested string) (File, bool) {
	b := built()
	name, ok := strings.CutPrefix(requested, Prefix+b.hash+"/")
	if !ok {
		return File{}, false
	}
	f, ok := b.files[name]
	return f, ok
}
