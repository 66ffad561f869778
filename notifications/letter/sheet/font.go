package sheet

import (
	_ "embed"
	"encoding/binary"
	"errors"
)

// The two fonts, made by font/make.py.
var (
	//go:embed font/regular.ttf
	regularFile []byte
	//go:embed font/bold.ttf
	boldFile []byte
)

// unitsPerEm of both fonts. A TrueType font may have others, ours does not.
const unitsPerEm = 1000

// millimetres in a point of type.
const point = mm(25.4 / 72)

// font is what the layout has to know of a font: which characters it has, and how wide they are.
type font struct {
	file   []byte
	widths map[rune]int // in units of an em
}

func newFont(file []byte) (*font, error) {
	tables, err := fontTables(file)
	if err != nil {
		return nil, err
	}
	glyphs, err := glyphsOf(tables["cmap"])
	if err != nil {
		return nil, err
	}
	hmtx := tables["hmtx"]
	f := &font{file: file, widths: make(map[rune]int, len(glyphs))}
	for char, glyph := range glyphs {
		// make.py writes a width for each glyph or shares the last one.
		at := min(glyph*4, len(hmtx)-4)
		if at < 0 {
			return nil, errors.New("sheet: font without widths")
		}
		f.widths[char] = int(binary.BigEndian.Uint16(hmtx[at:]))
	}
	return f, nil
}

// fontTables reads the directory of a TrueType file.
func fontTables(file []byte) (map[string][]byte, error) {
	const header, entry = 12, 16
	if len(file) < header {
		return nil, errors.New("sheet: no font")
	}
	n := int(binary.BigEndian.Uint16(file[4:]))
	if len(file) < header+n*entry {
		return nil, errors.New("sheet: font cut off")
	}
	tables := make(map[string][]byte, n)
	for i := range n {
		e := file[header+i*entry:]
		from, size := int(binary.BigEndian.Uint32(e[8:])), int(binary.BigEndian.Uint32(e[12:]))
		if from+size > len(file) {
			return nil, errors.New("sheet: font cut off")
		}
		tables[string(e[:4])] = file[from : from+size]
	}
	return tables, nil
}

// glyphsOf reads a character map: its first subtable of format 4, as make.py writes it with
// neither gaps nor an array of glyphs.
func glyphsOf(cmap []byte) (map[rune]int, error) {
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(cmap[at:])) }
	if len(cmap) < 12 {
		return nil, errors.New("sheet: font without characters")
	}
	at := int(binary.BigEndian.Uint32(cmap[8:]))
	if len(cmap) < at+14 || u16(at) != 4 || len(cmap) < at+u16(at+2) {
		return nil, errors.New("sheet: font whose characters cannot be read")
	}
	segments := u16(at + 6) // twice their number, so the length of a column in bytes
	glyphs := map[rune]int{}
	for s := at + 14; s < at+14+segments; s += 2 {
		last, first, delta := u16(s), u16(s+segments+2), u16(s+2*segments+2)
		offset := s + 3*segments + 2
		for char := first; char <= last && char != 0xFFFF; char++ {
			glyph := (char + delta) & 0xFFFF
			if u16(offset) != 0 {
				glyph = (u16(offset+u16(offset)+2*(char-first)) + delta) & 0xFFFF
			}
			if glyph != 0 {
				glyphs[rune(char)] = glyph
			}
		}
	}
	return glyphs, nil
}

// width of a text in type of so many points.
func (f *font) width(s string, size float64) mm {
	units := 0
	for _, char := range s {
		units += f.widths[char]
	}
	return mm(float64(units)*size/unitsPerEm) * point
}
