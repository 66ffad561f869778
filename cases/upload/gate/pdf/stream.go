package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// filters of a stream, in the order they are undone.
func (d *Document) filters(t dict) (list []name, err error) {
	switch f := d.resolve(t["Filter"]).(type) {
	case nil:
		return nil, nil
	case name:
		return []name{f}, nil
	case array:
		for _, v := range f {
			n, ok := d.resolve(v).(name)
			if !ok {
				return nil, ErrBroken
			}
			list = append(list, n)
		}
		return list, nil
	case literal:
		if f == "null" {
			return nil, nil
		}
	}
	return nil, ErrBroken
}

// packers are the filters that make more of less. Two on top of each other multiply.
var packers = []name{"FlateDecode", "Fl", "RunLengthDecode", "RL"}

// plain are those that only write bytes in other letters, or are pictures, whose size the
// dictionary says.
var plain = []name{"ASCIIHexDecode", "AHx", "ASCII85Decode", "A85", "DCTDecode", "DCT", "CCITTFaxDecode", "CCF", "JBIG2Decode", "JPXDecode"}

// weigh counts what a stream unpacks to, without keeping it, and how large a picture is.
func (d *Document) weigh(o object) error {
	t, ok := o.value.(dict)
	if d.acts(o.value, 0) {
		d.Active = true
	}
	if !ok || !o.stream {
		return nil
	}
	if err := d.picture(t); err != nil {
		return err
	}
	list, err := d.filters(t)
	if err != nil {
		return err
	}
	packed := 0
	for i, f := range list {
		switch {
		case slices.Contains(packers, f):
			packed++
			err = d.measure(o.raw, f, i > 0)
		case !slices.Contains(plain, f):
			err = ErrBroken // LZW, Crypt: nothing made in this century
		}
		if err != nil {
			return err
		}
	}
	if packed > 1 {
		return ErrBomb
	}
	return nil
}

// measure unpacks into nothing. Behind letters (ASCII85) the packed bytes are not looked for:
// then the most that could become of them is counted.
func (d *Document) measure(raw []byte, f name, behind bool) error {
	const worst = 1032 // of Deflate; RunLength makes 64 at most
	n := int64(0)
	switch {
	case f == "RunLengthDecode" || f == "RL":
		n = 64 * int64(len(raw))
	case behind:
		n = worst * int64(len(raw))
	default:
		z, err := zlib.NewReader(bytes.NewReader(raw))
		if err != nil {
			return nil //nolint:nilerr // what cannot be unpacked does not grow
		}
		n, _ = io.Copy(io.Discard, io.LimitReader(z, d.budget+1)) // likewise
	}
	if d.budget -= n; d.budget < 0 {
		return ErrBomb
	}
	return nil
}

func (d *Document) picture(t dict) error {
	if s := d.resolve(t["Subtype"]); s != name("Image") {
		return nil
	}
	width, height := d.number(t["Width"], t["W"]), d.number(t["Height"], t["H"])
	if width < 0 || height < 0 || width > mostPixels || height > mostPixels || width*height > mostPixels {
		return ErrPixels
	}
	return nil
}

func (d *Document) number(of ...value) int {
	for _, v := range of {
		if text, ok := d.resolve(v).(literal); ok {
			n, err := strconv.Atoi(string(text))
			if err != nil {
				return -1
			}
			return n
		}
	}
	return 0
}

// deeds are the names of what acts, as a key or as the kind of an action.
var deeds = []name{"JS", "JavaScript", "Launch", "EmbeddedFile", "EF", "RichMedia", "XFA", "SubmitForm", "ImportData", "GoToE",
	"Movie", "Sound", "Rendition", "AA"}

// acts looks for deeds in a value.
func (d *Document) acts(v value, depth int) bool {
	if depth > mostDepth {
		return true
	}
	switch v := v.(type) {
	case name:
		return slices.Contains(deeds, unescaped(v))
	case array:
		return slices.ContainsFunc(v, func(v value) bool { return d.acts(v, depth+1) })
	case dict:
		for k, v := range v {
			if slices.Contains(deeds, unescaped(k)) || d.acts(v, depth+1) {
				return true
			}
		}
	}
	return false
}

// unescaped undoes #4A, behind which names hide.
func unescaped(n name) name {
	if !strings.Contains(string(n), "#") {
		return n
	}
	var out []byte
	for i := 0; i < len(n); i++ {
		if n[i] == '#' && i+2 < len(n) {
			if c, err := strconv.ParseUint(string(n[i+1:i+3]), 16, 8); err == nil {
				out, i = append(out, byte(c)), i+2
				continue
			}
		}
		out = append(out, n[i])
	}
	return name(out)
}

// unfold reads the objects that lie within streams. Of two with one number the later in the
// file is the one that counts, as in a file that was changed by appending.
func (d *Document) unfold() error {
	var holders []object
	for _, o := range d.objects {
		if t, ok := o.value.(dict); ok && o.stream && t["Type"] == name("ObjStm") {
			holders = append(holders, o)
		}
	}
	slices.SortFunc(holders, func(a, b object) int { return a.at - b.at })
	found := map[int]object{}
	for _, o := range holders {
		if err := d.within(o, found); err != nil {
			return err
		}
	}
	for n, o := range found {
		if stands, ok := d.objects[n]; !ok || stands.at < o.at {
			d.objects[n] = o
		}
	}
	return nil
}

func (d *Document) within(holder object, found map[int]object) error {
	t, ok := holder.value.(dict)
	if !ok {
		return ErrBroken
	}
	b, err := d.unpack(t, holder.raw)
	if err != nil {
		return err
	}
	count, first := d.number(t["N"]), d.number(t["First"])
	if count < 0 || first < 0 || first > len(b) {
		return ErrBroken
	}
	index := &lexer{b: b[:first], tokens: &d.tokens}
	for range count {
		index.skip()
		number, err := strconv.Atoi(index.word())
		index.skip()
		offset, err2 := strconv.Atoi(index.word())
		if errors.Join(err, err2) != nil || number < 0 || offset < 0 || offset > len(b)-first {
			return ErrBroken
		}
		v, err := (&lexer{b: b, at: first + offset, tokens: &d.tokens}).value(0)
		if err != nil {
			return err
		}
		found[number] = object{value: v, at: holder.at}
	}
	return nil
}

// unpack gives the content of a stream of objects.
func (d *Document) unpack(t dict, raw []byte) ([]byte, error) {
	list, err := d.filters(t)
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return raw, nil
	case len(list) > 1 || list[0] != "FlateDecode" || d.resolve(t["DecodeParms"]) != nil:
		return nil, ErrBroken
	}
	z, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, ErrBroken
	}
	b, err := io.ReadAll(io.LimitReader(z, int64(d.packed)+1))
	if d.packed -= len(b); d.packed < 0 {
		return nil, ErrBomb
	}
	if err != nil {
		return nil, ErrBroken
	}
	return b, nil
}
