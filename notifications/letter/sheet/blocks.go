package sheet

import (
	"fmt"

	"quitt/debt/letter"
)

// slabs turns the body into pieces.
func (p *Press) slabs(body []letter.Block) ([]*slab, error) {
	var out []*slab
	turn := false
	for _, b := range body {
		if b.Kind == letter.NewPage {
			turn = true
			continue
		}
		pieces, err := p.block(b)
		if err != nil {
			return nil, err
		}
		if len(pieces) > 0 && turn {
			pieces[0].page, turn = true, false
		}
		out = append(out, pieces...)
	}
	return out, nil
}

func (p *Press) block(b letter.Block) ([]*slab, error) {
	switch b.Kind {
	case letter.Paragraph:
		return p.paragraph(b.Text, bodyType, 2.6), nil
	case letter.Small:
		return p.paragraph(b.Text, smallType, 3), nil
	case letter.Heading:
		return p.heading(b.Text), nil
	case letter.List:
		return p.list(b), nil
	case letter.Amount:
		return p.amount(b), nil
	case letter.TableKind:
		return p.table(b)
	case letter.Box:
		return p.box(b)
	}
	return nil, fmt.Errorf("sheet: no such block: %q", b.Kind)
}

// paragraph is a slab per line; neither its first nor its last line stands alone.
func (p *Press) paragraph(s string, st style, gap mm) []*slab {
	return p.column(s, st, gap, left)
}

func (p *Press) column(s string, st style, gap, x mm) []*slab {
	lines := p.wrap(s, st, right-x)
	out := make([]*slab, 0, len(lines))
	for i, l := range lines {
		one := &slab{h: st.line, keep: i == 0 && len(lines) > 1 || i == len(lines)-2}
		one.add(mark{x: x, y: st.baseline(), text: l, style: st})
		if i == 0 {
			one.gap = gap
		}
		out = append(out, one)
	}
	return out
}

// heading stays with what it is above.
func (p *Press) heading(s string) []*slab {
	out := p.column(s, headingType, 6, left)
	for _, one := range out {
		one.keep = true
	}
	if len(out) > 0 {
		out[len(out)-1].h += 0.4
	}
	return out
}

func (p *Press) list(b letter.Block) []*slab {
	const indent mm = 5
	out := p.paragraph(b.Text, bodyType, 2.6)
	if len(out) > 0 {
		out[len(out)-1].keep = len(b.Items) > 0
	}
	for i, item := range b.Items {
		lines := p.column(item, bodyType, 0.9, left+indent)
		if len(lines) == 0 {
			continue
		}
		lines[0].add(mark{x: left + 1, y: bodyType.baseline(), text: "•", style: bodyType})
		if i == 0 {
			lines[0].gap = 2
		}
		out = append(out, lines...)
	}
	return out
}

// amount sets sums under each other at the right; the last one is what it comes to.
func (p *Press) amount(b letter.Block) []*slab {
	out := p.heading(b.Text)
	for i, pair := range b.Pairs {
		last := i == len(b.Pairs)-1
		one := p.sum(pair, last || pair.Large)
		switch {
		case i == 0:
			one.gap = 3
		case last:
			one.gap = 1
		}
		one.keep = !last
		if last && i > 0 {
			one.add(mark{x: left, y: -0.2, w: textWidth, thick: 0.35, ink: accent})
		}
		out = append(out, one)
	}
	return out
}

// sum is a line of an amount: its label left, its figure right on the same base line.
func (p *Press) sum(pair letter.Pair, large bool) *slab {
	label, value := bodyType, bodyType
	if large {
		label, value = strongType, amountType
	}
	figure := p.wrap(pair.Value, value, textWidth/2)
	used := mm(0)
	for _, l := range figure {
		used = max(used, p.width(l, value))
	}
	words := p.wrap(pair.Label, label, textWidth-used-6)
	one := &slab{}
	top := mm(0.5)
	if large {
		top = 1.2
	}
	figures, h1 := set(figure, value, spot{x: right, y: top, right: true})
	names, h2 := set(words, label, spot{x: left, y: top + value.baseline() - label.baseline()})
	one.add(names...)
	one.add(figures...)
	one.h = max(h1, h2+value.baseline()-label.baseline()) + top
	return one
}
