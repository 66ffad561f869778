package sheet

import (
	"slices"
	"strings"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/portal/text"
)

// Form B of DIN 5008. The address has to be where windows are and where print houses look for
// it (60 to 85.5 mm from the top), which is a little narrower than the norm.
const (
	headTop       mm = 14
	headBottom    mm = 41
	returnBottom  mm = 59.4
	addressTop    mm = 62.7
	addressBottom mm = 85.5
	addressWidth  mm = 80 // up to 105 mm from the left
	infoLeft      mm = 125
	infoTop       mm = 50
	infoWidth     mm = 75
	infoBottom    mm = 150 // beyond it the letter would begin below its first fold
	foldUpper     mm = 105
	foldLower     mm = 210
	holes         mm = 148.5
	pageNumber    mm = 287 // base line
	footTop       mm = 230 // a foot that reaches higher is none
)

// layout is where everything stands.
type layout struct {
	first []mark   // the first page's own: letterhead, address, marks to fold
	pages [][]mark // the body
	foot  []mark   // of every page
}

// layOut places everything a letter says on its pages.
func (p *Press) layOut(d letter.Document) (*layout, error) {
	foot, bottom, err := p.foot(d.Foot)
	if err != nil {
		return nil, err
	}
	first, y, err := p.firstPage(d)
	if err != nil {
		return nil, err
	}
	body, err := p.slabs(d.Body)
	if err != nil {
		return nil, err
	}
	f := newFlow(y, bottom)
	f.put(append(p.subject(d.Subject), body...))
	return &layout{first: first, pages: f.pages, foot: foot}, nil
}

// page gives all marks of a page, from its head to its number.
func (p *Press) page(d letter.Document, l *layout, i int) []mark {
	head := l.first
	if i > 0 {
		head = p.nextHead(d)
	}
	return append(slices.Concat(head, l.pages[i], l.foot),
		mark{x: right, y: pageNumber, text: p.numbered(d, i+1, len(l.pages)), style: footType, right: true})
}

// numbered says which page of how many it is: a letter that lost one is noticed.
func (p *Press) numbered(d letter.Document, page, pages int) string {
	said := text.For(text.Language(d.Language)).Text("letter_page", debt.Args{"page": page, "pages": pages})
	plain, _ := p.spell(said) // catalogues may set marks of direction around figures
	return plain
}

// firstPage places what is not text of the letter; y is where that begins.
func (p *Press) firstPage(d letter.Document) (marks []mark, y mm, err error) {
	marks = []mark{
		{x: edge + 0.5, y: foldUpper, w: 4, thick: 0.2},
		{x: edge + 0.5, y: holes, w: 6, thick: 0.2},
		{x: edge + 0.5, y: foldLower, w: 4, thick: 0.2},
	}
	head, err := p.letterhead(d)
	if err != nil {
		return nil, 0, err
	}
	address, err := p.address(d)
	if err != nil {
		return nil, 0, err
	}
	info, y := p.info(d.Info)
	if y > infoBottom {
		return nil, 0, debt.E(debt.Invalid, "letter_head_too_long", nil)
	}
	marks = append(append(append(marks, head...), address...), info...)
	return marks, max(bodyTop, y+6), nil
}

// letterhead sets the sender's name and whose claim it is at the left, his lines at the right.
func (p *Press) letterhead(d letter.Document) ([]mark, error) {
	name, lines := "", []string(nil)
	if len(d.Sender) > 0 {
		name, lines = d.Sender[0], d.Sender[1:]
	}
	const nameWidth = infoLeft - left - 6
	left1, h1 := p.stacked([]string{name}, nameType, spot{x: left, y: headTop, w: nameWidth})
	left2, h2 := p.stacked([]string{d.OnBehalf}, labelType, spot{x: left, y: headTop + h1 + 0.6, w: nameWidth})
	side, h := p.stacked(lines, smallType, spot{x: infoLeft, y: headTop + 0.6, w: right - infoLeft})
	for st := smallType; headTop+h > headBottom && st.size > footType.size; {
		st.size -= 0.5
		st.line -= 0.25
		side, h = p.stacked(lines, st, spot{x: infoLeft, y: headTop + 0.6, w: right - infoLeft})
	}
	if headTop+max(h, h1+h2+0.6) > headBottom+0.5 {
		return nil, debt.E(debt.Invalid, "letter_head_too_long", nil)
	}
	marks := append(append(left1, left2...), side...)
	return append(marks, mark{x: left, y: headBottom + 2, w: textWidth, thick: 0.5, ink: accent}), nil
}

// stacked wraps texts and sets them under each other.
func (p *Press) stacked(texts []string, st style, at spot) ([]mark, mm) {
	var lines []string
	for _, t := range texts {
		lines = append(lines, p.wrap(t, st, at.w)...)
	}
	return set(lines, st, at)
}

// The types of an address, in the order in which they are tried, and how many lines of each
// end above the window's lower edge.
var addressTypes = []struct {
	style
	lines int
}{
	{style{size: 10.5, line: 4.5}, 5},
	{style{size: 9.5, line: 3.8}, 6},
	{style{size: 8.5, line: 3.8}, 6},
	{style{size: 7.5, line: 3.8}, 6},
}

// address sets the recipient and, small and above the window's reading zone, the way back.
func (p *Press) address(d letter.Document) ([]mark, error) {
	back := style{size: 7, line: 2.9}
	way := p.wrap(d.ReturnLine, back, addressWidth)
	if len(way) > 4 {
		return nil, debt.E(debt.Invalid, "letter_head_too_long", nil)
	}
	marks, h := set(way, back, spot{x: left})
	for i := range marks {
		marks[i].y += returnBottom - h - 0.4
	}
	if h > 0 {
		marks = append(marks, mark{x: left, y: returnBottom, w: addressWidth, thick: 0.15, ink: hair})
	}
	for _, t := range addressTypes {
		var lines []string
		for _, l := range d.Recipient {
			lines = append(lines, p.wrap(l, t.style, addressWidth)...)
		}
		if len(lines) > t.lines {
			continue
		}
		address, _ := set(lines, t.style, spot{x: left, y: addressTop})
		return append(marks, address...), nil
	}
	return nil, debt.E(debt.Invalid, "letter_address_too_long", nil)
}

// info sets the block at the right, labels beside their values; y is where it ends.
func (p *Press) info(pairs []letter.Pair) (marks []mark, y mm) {
	const labels mm = 30
	y = infoTop
	for _, pair := range pairs {
		label, h1 := set(p.wrap(pair.Label, smallType, labels-2), labelType, spot{x: infoLeft, y: y})
		for i := range label {
			label[i].style = smallType
		}
		value, h2 := set(p.wrap(pair.Value, labelType, infoWidth-labels), labelType, spot{x: infoLeft + labels, y: y})
		marks = append(append(marks, label...), value...)
		y += max(h1, h2) + 0.5
	}
	return marks, y
}

func (p *Press) subject(s string) []*slab {
	out := p.column(s, subjectType, 0, left)
	for _, one := range out {
		one.keep = true
	}
	if len(out) > 0 {
		out[len(out)-1].h += 4.5
	}
	return out
}

// nextHead is above each following page: who writes, and about which file.
func (p *Press) nextHead(d letter.Document) []mark {
	const y mm = 17
	marks := []mark{{x: left, y: y + 3.5, w: textWidth, thick: 0.25, ink: accent}}
	room := textWidth
	if about := reference(d.Info); about != "" {
		if w := p.width(about, smallType); w < textWidth/2 {
			marks = append(marks, mark{x: right, y: y, text: about, style: smallType, right: true})
			room -= w + gutter
		}
	}
	if len(d.Sender) > 0 {
		st := style{size: 9, line: 4, bold: true}
		if lines := p.wrap(d.Sender[0], st, room); len(lines) > 0 {
			marks = append(marks, mark{x: left, y: y, text: lines[0], style: st})
		}
	}
	return marks
}

// reference finds the file's number among the information block by what it is called.
func reference(pairs []letter.Pair) string {
	for _, word := range []string{"aktenzeichen", "unser zeichen", "zeichen", "reference"} {
		for _, pair := range pairs {
			if strings.Contains(strings.ToLower(pair.Label), word) {
				return pair.Label + " " + pair.Value
			}
		}
	}
	return ""
}

// foot sets columns below every page, each as wide as its lines if there is room; bottom is
// where the body ends.
func (p *Press) foot(columns []string) (marks []mark, bottom mm, err error) {
	const below mm = 282.5 // lower edge of the last line
	if len(columns) == 0 {
		return nil, below - 2, nil
	}
	widths := make([]mm, len(columns))
	for i, c := range columns {
		widths[i] = p.widest(c, footType) + 0.01
	}
	free := textWidth - gutter*mm(len(columns)-1)
	if free < 12*mm(len(columns)) {
		return nil, 0, debt.E(debt.Invalid, "letter_head_too_long", nil)
	}
	share(widths, free)
	for _, w := range widths {
		free -= w
	}
	x, high := left, mm(0)
	for i, c := range columns {
		one, h := p.stacked([]string{c}, footType, spot{x: x, w: widths[i]})
		marks, high = append(marks, one...), max(high, h)
		x += widths[i] + gutter + free/mm(max(1, len(columns)-1))
	}
	top := below - high
	if top < footTop {
		return nil, 0, debt.E(debt.Invalid, "letter_head_too_long", nil)
	}
	for i := range marks {
		marks[i].y += top
	}
	return append(marks, mark{x: left, y: top - 1.6, w: textWidth, thick: 0.15, ink: hair}), top - 5, nil
}
