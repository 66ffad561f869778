package pdf

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
)

// inherited are the keys a page may have from the nodes above it.
var inherited = []name{"Resources", "MediaBox", "CropBox", "Rotate"}

// ofPage are all keys a bare page keeps. Annots is not among them, and with it go links, forms,
// attachments and everything that acts.
var ofPage = append([]name{"Contents", "Group", "UserUnit"}, inherited...)

// dropped go wherever they stand: they lead to metadata, to files elsewhere, or back to the tree.
var dropped = []name{"Metadata", "PieceInfo", "AF", "OPI", "StructParent", "StructParents", "Parent", "Ref", "LastModified", "Alternates",
	"Properties", "OpenAction", "AA", "JS", "JavaScript", "Annots", "AcroForm", "EmbeddedFiles", "EF", "RichMedia", "XFA", "Info"}

// ofFile are the keys by which a stream's content would be a file elsewhere.
var ofFile = []name{"F", "FFilter", "FDecodeParms"}

// pages gives the pages in order, with what they inherit.
func (d *Document) pages() (list []dict, err error) {
	catalog := d.dictOf(d.root)
	if catalog == nil {
		return nil, ErrBroken
	}
	seen := map[int]bool{}
	var walk func(v value, above dict, depth int) error
	walk = func(v value, above dict, depth int) error {
		if r, ok := v.(ref); ok {
			if seen[r.number] {
				return ErrBroken // a circle, or a page twice
			}
			seen[r.number] = true
		}
		node := d.dictOf(v)
		if node == nil || depth > mostDepth {
			return ErrBroken
		}
		here := dict{}
		for _, k := range inherited {
			if v, ok := node[k]; ok {
				here[k] = v
			} else if v, ok := above[k]; ok {
				here[k] = v
			}
		}
		kids, isNode := d.resolve(node["Kids"]).(array)
		if !isNode {
			for _, k := range ofPage {
				if v, ok := node[k]; ok {
					here[k] = v
				}
			}
			list = append(list, here)
			if len(list) > mostPages {
				return ErrBomb
			}
			return nil
		}
		for _, kid := range kids {
			if err := walk(kid, here, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(catalog["Pages"], dict{}, 0); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrBroken
	}
	return list, nil
}

// Bare writes the pages and what is drawn on them as a file of their own.
func (d *Document) Bare() ([]byte, error) {
	pages, err := d.pages()
	if err != nil {
		return nil, err
	}
	w := &writer{d: d, numbers: map[int]int{}, next: 3}
	w.out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var kids array
	for _, p := range pages {
		number := w.next
		w.next++
		kids = append(kids, ref{number, 0})
		w.begin(number)
		w.out.WriteString("<</Type/Page/Parent 2 0 R")
		w.entries(p, 0)
		w.out.WriteString(">>\nendobj\n")
		if err := w.rest(); err != nil {
			return nil, err
		}
	}
	w.begin(1)
	w.out.WriteString("<</Type/Catalog/Pages 2 0 R>>\nendobj\n")
	w.begin(2)
	fmt.Fprintf(&w.out, "<</Type/Pages/Count %d/Kids[", len(kids))
	for _, k := range kids {
		if r, ok := k.(ref); ok {
			fmt.Fprintf(&w.out, "%d 0 R ", r.number)
		}
	}
	w.out.WriteString("]>>\nendobj\n")
	return w.finish(), nil
}

// writer writes objects under new numbers.
type writer struct {
	d       *Document
	out     bytes.Buffer
	numbers map[int]int // old to new
	waiting []int       // old numbers whose object is to be written
	next    int
	offsets []offset
}

type offset struct{ number, at int }

func (w *writer) begin(number int) {
	w.offsets = append(w.offsets, offset{number, w.out.Len()})
	fmt.Fprintf(&w.out, "%d 0 obj\n", number)
}

// rest writes what was referred to, until nothing is.
func (w *writer) rest() error {
	for len(w.waiting) > 0 {
		old := w.waiting[0]
		w.waiting = w.waiting[1:]
		o := w.d.objects[old]
		w.begin(w.numbers[old])
		if !o.stream {
			w.value(o.value, 0)
			w.out.WriteString("\nendobj\n")
			continue
		}
		t, ok := o.value.(dict)
		if !ok {
			return ErrBroken
		}
		w.stream(t, o.raw)
	}
	return nil
}

func (w *writer) stream(t dict, raw []byte) {
	if list, err := w.d.filters(t); err == nil && len(list) == 1 && (list[0] == "DCTDecode" || list[0] == "DCT") {
		raw = bareJPEG(raw)
	}
	bare := dict{}
	for k, v := range t {
		if !slices.Contains(ofFile, unescaped(k)) {
			bare[k] = v
		}
	}
	bare["Length"] = literal(strconv.Itoa(len(raw)))
	w.dict(bare, 0)
	w.out.WriteString("\nstream\n")
	w.out.Write(raw)
	w.out.WriteString("\nendstream\nendobj\n")
}

func (w *writer) value(v value, depth int) {
	switch v := v.(type) {
	case name:
		w.out.WriteString("/" + string(v))
	case literal:
		w.out.WriteString(string(v))
	case ref:
		w.ref(v)
	case array:
		w.out.WriteByte('[')
		for _, e := range v {
			w.value(e, depth+1)
			w.out.WriteByte(' ')
		}
		w.out.WriteByte(']')
	case dict:
		w.dict(v, depth)
	default:
		w.out.WriteString("null")
	}
}

// elsewhere are the kinds of objects nothing that is drawn refers to, except to get away.
var elsewhere = []name{"Page", "Pages", "Catalog", "Action", "Annot", "Filespec", "EmbeddedFile", "ObjStm", "XRef"}

// ref writes the new number of an object; one that does not exist, or is a page or the whole
// tree, is null.
func (w *writer) ref(r ref) {
	o, known := w.d.objects[r.number]
	t, _ := o.value.(dict)
	if kind, _ := w.d.resolve(t["Type"]).(name); !known || slices.Contains(elsewhere, unescaped(kind)) {
		w.out.WriteString("null")
		return
	}
	if w.numbers[r.number] == 0 {
		w.numbers[r.number] = w.next
		w.next++
		w.waiting = append(w.waiting, r.number)
	}
	fmt.Fprintf(&w.out, "%d 0 R", w.numbers[r.number])
}

func (w *writer) dict(t dict, depth int) {
	w.out.WriteString("<<")
	w.entries(t, depth)
	w.out.WriteString(">>")
}

func (w *writer) entries(t dict, depth int) {
	keys := make([]name, 0, len(t))
	for k := range t {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if slices.Contains(dropped, unescaped(k)) || k == "" {
			continue
		}
		w.out.WriteString("/" + string(k) + " ")
		w.value(t[k], depth+1)
	}
}

func (w *writer) finish() []byte {
	slices.SortFunc(w.offsets, func(a, b offset) int { return a.number - b.number })
	at := w.out.Len()
	fmt.Fprintf(&w.out, "xref\n0 %d\n0000000000 65535 f \n", w.next)
	for _, o := range w.offsets {
		fmt.Fprintf(&w.out, "%010d 00000 n \n", o.at)
	}
	fmt.Fprintf(&w.out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", w.next, at)
	return w.out.Bytes()
}

// bareJPEG leaves out of a picture where and with what it was taken: segments of applications
// and comments, but not those that say how its colours are meant.
func bareJPEG(b []byte) []byte {
	if !bytes.HasPrefix(b, []byte("\xff\xd8")) {
		return b
	}
	out := append(make([]byte, 0, len(b)), b[:2]...)
	for at := 2; at+4 <= len(b) && b[at] == 0xff; {
		marker := b[at+1]
		if marker == 0xda {
			return append(out, b[at:]...)
		}
		next := at + 2 + int(b[at+2])<<8 + int(b[at+3])
		if next > len(b) || next < at+4 {
			break
		}
		colours := marker == 0xe2 && bytes.HasPrefix(b[at+4:next], []byte("ICC_PROFILE"))
		keep := marker == 0xe0 || marker == 0xee || colours
		if keep || marker < 0xe0 || marker > 0xef && marker != 0xfe {
			out = append(out, b[at:next]...)
		}
		at = next
	}
	return b // not as expected: then it is drawn by nobody, or as it is
}
