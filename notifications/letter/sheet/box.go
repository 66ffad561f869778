package sheet

import (
	"fmt"

	"github.com/skip2/go-qrcode"

	"quitt/debt/letter"
)

// code is a QR code: rows of modules, true is dark, without the quiet zone.
type code [][]bool

// How codes are printed. A dot is what a raster of 150 per inch can show: two of a laser
// printer's at 300. Modules are whole dots, so that none comes out wider than its neighbour.
const (
	quiet          = 4 // modules of white around a code (ISO/IEC 18004)
	codeWidth   mm = 30
	moduleWidth mm = 0.45
	dot         mm = 25.4 / 150
)

func newCode(content string) (code, error) {
	q, err := qrcode.New(content, qrcode.Medium) // EPC069-12 wants level M
	if err != nil {
		return nil, fmt.Errorf("sheet: %d bytes in a code: %w", len(content), err)
	}
	q.DisableBorder = true
	return q.Bitmap(), nil
}

// module is how wide one of its modules is printed.
func (c code) module() mm {
	w := max(moduleWidth, codeWidth/mm(len(c)))
	dots := int(w / dot)
	if mm(dots)*dot < w-1e-6 {
		dots++
	}
	return mm(dots) * dot
}

// side is how wide it is without its quiet zone, and margin how wide that is.
func (c code) side() mm   { return mm(len(c)) * c.module() }
func (c code) margin() mm { return max(padding, quiet*c.module()) }

const padding mm = 5 // inside a frame

// box is a frame around a title, pairs, and a code at their right with its hint below.
func (p *Press) box(b letter.Block) ([]*slab, error) {
	s := &slab{gap: 4}
	width, deep := textWidth-2*padding, mm(0)
	if b.QR != "" {
		c, err := newCode(b.QR)
		if err != nil {
			return nil, err
		}
		deep = p.coded(s, c, b.Hint)
		width -= c.side() + c.margin()
	}
	y := padding - 0.5
	title, h := set(p.wrap(b.Text, headingType, width), headingType, spot{x: left + padding, y: y})
	s.add(title...)
	if h > 0 {
		y += h + 1.8
	}
	y = p.pairs(s, b.Pairs, y, width)
	if b.QR == "" {
		hint, h := set(p.wrap(b.Hint, smallType, width), smallType, spot{x: left + padding, y: y})
		s.add(hint...)
		y += h
	}
	s.h = max(deep, y) + padding - 1
	s.add(mark{x: left, y: 0, w: textWidth, h: s.h, thick: 0.3, ink: accent})
	s.h += 2
	return []*slab{s}, nil
}

// coded sets a code into the upper right corner of a box and its hint below; it gives how far
// down both reach.
func (p *Press) coded(s *slab, c code, hint string) mm {
	side, margin := c.side(), c.margin()
	x := right - margin - side
	s.add(mark{x: x, y: margin, w: side, h: side, code: c})
	below := margin + side + quiet*c.module() - 0.5
	lines, h := set(p.wrap(hint, smallType, side), smallType, spot{x: x, y: below})
	s.add(lines...)
	return below + h
}

// pairs sets each label above its value; it gives where they end.
func (p *Press) pairs(s *slab, pairs []letter.Pair, y, width mm) mm {
	for i, pair := range pairs {
		if i > 0 {
			y += 2.2
		}
		label, h := set(p.wrap(pair.Label, labelType, width), labelType, spot{x: left + padding, y: y})
		s.add(label...)
		y += h
		st := p.fitting(pair, width)
		value, h := set(p.wrap(pair.Value, st, width), st, spot{x: left + padding, y: y})
		s.add(value...)
		y += h
	}
	return y
}

// fitting is the type of a value: what is typed off is large, and only as small as twelve
// points where a line would not hold it otherwise.
func (p *Press) fitting(pair letter.Pair, width mm) style {
	if !pair.Large {
		return bodyType
	}
	st := keyType
	if pair.Sealed {
		st = codeType
	}
	for st.size > 12 && p.widest(pair.Value, st) > width {
		st.size -= 0.5
		st.line -= 0.2
	}
	return st
}
