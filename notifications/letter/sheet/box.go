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

// box is a frame around a title, pairs, and a code at their right; its hint stands below the
// pairs.
func (p *Press) box(b letter.Block) ([]*slab, error) {
	s := &slab{gap: 3}
	width, deep := textWidth-2*padding, mm(0)
	if b.QR != "" {
		c, err := newCode(b.QR)
		if err != nil {
			return nil, err
		}
		s.add(mark{x: right - c.margin() - c.side(), y: c.margin(), w: c.side(), h: c.side(), code: c})
		deep = c.margin() + c.side() + c.margin() - padding
		width -= c.side() + c.margin()
	}
	y := padding - 0.5
	title, h := set(p.wrap(b.Text, headingType, width), headingType, spot{x: left + padding, y: y})
	s.add(title...)
	if h > 0 {
		y += h + 1.6
	}
	y = p.pairs(s, b.Pairs, y, width)
	if b.Hint != "" {
		y += 1.6
	}
	hint, h := set(p.wrap(b.Hint, smallType, width), smallType, spot{x: left + padding, y: y})
	s.add(hint...)
	s.h = max(deep, y+h-0.5) + padding
	s.add(mark{x: left, y: 0, w: textWidth, h: s.h, thick: 0.3, ink: accent})
	s.h += 1.5
	return []*slab{s}, nil
}

// pairs sets each label above its value, two beside each other where both are short; it gives
// where they end.
func (p *Press) pairs(s *slab, pairs []letter.Pair, y, width mm) mm {
	const between mm = 5
	half := (width - between) / 2
	for i := 0; i < len(pairs); i++ {
		if i > 0 {
			y += 1.8
		}
		if i+1 < len(pairs) && p.short(pairs[i], half) && p.short(pairs[i+1], half) {
			y = max(p.pair(s, pairs[i], spot{x: left + padding, y: y}, half), p.pair(s, pairs[i+1], spot{x: left + padding + half + between, y: y}, half))
			i++
			continue
		}
		y = p.pair(s, pairs[i], spot{x: left + padding, y: y}, width)
	}
	return y
}

// short reports whether a pair needs no more than a line of so much.
func (p *Press) short(pair letter.Pair, width mm) bool {
	return !pair.Large && p.width(pair.Value, bodyType) <= width && p.width(pair.Label, labelType) <= width
}

func (p *Press) pair(s *slab, pair letter.Pair, at spot, width mm) mm {
	label, h := set(p.wrap(pair.Label, labelType, width), labelType, at)
	s.add(label...)
	at.y += h
	st := p.fitting(pair, width)
	value, h := set(p.wrap(pair.Value, st, width), st, at)
	s.add(value...)
	return at.y + h
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
