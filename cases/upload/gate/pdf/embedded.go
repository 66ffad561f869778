package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
)

// File is one that lies within a document.
type File struct {
	Name         string
	Relationship string // what it is to the document (ISO 32000-2, AFRelationship): "Alternative", "Data"; "" if it does not say
	Content      []byte
}

// mostFiles is more than any invoice brings along.
const mostFiles = 50

// Embedded unpacks the files within the document of which a name is wanted, all together no
// more than most bytes. Those that lie under a filter other than Flate, or are damaged, are
// left out: there is nothing that could be read.
func (d *Document) Embedded(most int, wanted func(name string) bool) ([]File, error) {
	var found []File
	for _, spec := range d.specifications() {
		f := File{Name: d.textOf(spec["UF"]), Relationship: d.nameOf(spec["AFRelationship"])}
		if f.Name == "" {
			f.Name = d.textOf(spec["F"])
		}
		if !wanted(f.Name) {
			continue
		}
		content, err := d.file(d.dictOf(spec["EF"]), most)
		if err != nil {
			return nil, err
		}
		if content == nil {
			continue
		}
		f.Content = content
		if most -= len(content); len(found) == mostFiles {
			return nil, ErrBomb
		}
		found = append(found, f)
	}
	return found, nil
}

// specifications gives the dictionaries that name a file within, in the order of their numbers:
// objects of their own, or written into the tree of names.
func (d *Document) specifications() (list []dict) {
	var look func(v value)
	look = func(v value) {
		switch v := v.(type) {
		case array:
			for _, e := range v {
				look(e)
			}
		case dict:
			if d.dictOf(v["EF"]) != nil {
				list = append(list, v)
				return
			}
			for _, k := range slices.Sorted(maps.Keys(v)) {
				look(v[k])
			}
		}
	}
	for _, n := range slices.Sorted(maps.Keys(d.objects)) {
		look(d.objects[n].value)
	}
	return list
}

func (d *Document) nameOf(v value) string {
	n, _ := d.resolve(v).(name)
	return string(unescaped(n))
}

// file unpacks the one stream a specification names under F or UF.
func (d *Document) file(streams dict, most int) ([]byte, error) {
	for _, k := range []name{"UF", "F"} {
		r, ok := streams[k].(ref)
		o := d.objects[r.number]
		t, isDict := o.value.(dict)
		if !ok || !o.stream || !isDict {
			continue
		}
		list, err := d.filters(t)
		if err != nil {
			return nil, err
		}
		switch {
		case len(list) == 0 && len(o.raw) > most:
			return nil, ErrBomb
		case len(list) == 0:
			return o.raw, nil
		case len(list) > 1 || list[0] != "FlateDecode" && list[0] != "Fl" || d.resolve(t["DecodeParms"]) != nil:
			continue
		}
		z, err := zlib.NewReader(bytes.NewReader(o.raw))
		if err != nil {
			continue
		}
		b, err := io.ReadAll(io.LimitReader(z, int64(most)+1))
		if len(b) > most {
			return nil, ErrBomb
		}
		if err == nil {
			return b, nil
		}
	}
	return nil, nil
}

// textOf reads a text string: UTF-16 with a mark at its beginning, else taken as it stands.
func (d *Document) textOf(v value) string {
	text, _ := d.resolve(v).(literal)
	var b []byte
	switch {
	case strings.HasPrefix(string(text), "("):
		b = unbackslashed(strings.TrimSuffix(string(text[1:]), ")"))
	case strings.HasPrefix(string(text), "<"):
		digits := strings.Join(strings.Fields(strings.Trim(string(text), "<>")), "")
		if len(digits)%2 == 1 {
			digits += "0"
		}
		b, _ = hex.DecodeString(digits) // the lexer has let nothing else through
	}
	if !bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return strings.ToValidUTF8(string(b), "")
	}
	var units []uint16
	for i := 2; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units))
}

// unbackslashed undoes what a string in brackets writes with a backslash.
func unbackslashed(s string) []byte {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c >= '0' && c <= '7':
			n := 0
			for k := 0; k < 3 && i < len(s) && s[i] >= '0' && s[i] <= '7'; k++ {
				n, i = n<<3|int(s[i]-'0'), i+1
			}
			i--
			out = append(out, byte(n))
		case c == '\n' || c == '\r':
		default:
			if at := strings.IndexByte("nrtbf", c); at >= 0 {
				c = "\n\r\t\b\f"[at]
			}
			out = append(out, c)
		}
	}
	return out
}
