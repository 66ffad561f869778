package sheet

// mm is a length on paper in millimetres, from the left or from the top.
type mm float64

// style is how a line of text is set.
type style struct {
	size   float64 // points
	line   mm      // from one line to the next
	bold   bool
	spread mm // between letters, for what is typed off
}

// The type of a letter. Nobody should need glasses for the body, and the small print stays
// above what courts called unreadable.
var (
	bodyType    = style{size: 10.5, line: 4.7}
	strongType  = style{size: 10.5, line: 4.7, bold: true}
	subjectType = style{size: 12.5, line: 5.8, bold: true}
	headingType = style{size: 11, line: 5.2, bold: true}
	smallType   = style{size: 8.5, line: 3.7}
	labelType   = style{size: 9, line: 4.2}
	tableType   = style{size: 9.5, line: 4.3}
	totalType   = style{size: 9.5, line: 4.3, bold: true}
	titleType   = style{size: 9, line: 4.2, bold: true}
	amountType  = style{size: 15, line: 7, bold: true}
	keyType     = style{size: 13.5, line: 6.2, bold: true}
	codeType    = style{size: 15, line: 7, bold: true, spread: 0.35}
	nameType    = style{size: 15, line: 6.4, bold: true}
	footType    = style{size: 7.5, line: 3.3}
)

// ink is the colour of a mark.
type ink int

const (
	black  ink = iota
	hair       // grey, for lines between rows
	accent     // the brand's colour, lines only
)

// mark is one thing on a page: a line of text if text is set, a code if code is, a frame or a
// line else. A text's y is its base line, any other's its upper edge.
type mark struct {
	x, y  mm
	text  string
	style style
	right bool // x is where the text ends
	code  code
	w, h  mm // of a frame, or of a line where one of them is 0
	ink   ink
	thick mm
}

// top and bottom are how far a mark reaches; text by what its letters may take.
func (m mark) top() mm {
	if m.text != "" {
		return m.y - mm(m.style.size)*point
	}
	return m.y
}

func (m mark) bottom() mm {
	if m.text != "" {
		return m.y + mm(m.style.size)*point*0.3
	}
	return m.y + m.h
}

// slab is a piece of the letter that stays in one piece. Its marks count from its upper edge.
type slab struct {
	marks []mark
	h     mm
	gap   mm    // above it, unless it begins a page
	keep  bool  // on the page of the slab after it
	again *slab // printed first where this slab begins a page: the head of its table
	page  bool  // begins a page
}

func (s *slab) add(m ...mark) { s.marks = append(s.marks, m...) }

// moved gives the marks of a slab at a place of a page.
func (s *slab) moved(y mm) []mark {
	out := make([]mark, len(s.marks))
	for i, m := range s.marks {
		m.y += y
		out[i] = m
	}
	return out
}

// cut parts a slab that is higher than any page: what ends above h, and the rest. A frame
// around both would be around neither, so it goes.
func (s *slab) cut(h mm) (upper, lower *slab) {
	upper = &slab{h: h, gap: s.gap, again: s.again, page: s.page}
	lower = &slab{keep: s.keep, again: s.again}
	first := s.h
	for _, m := range s.marks {
		switch {
		case m.w > 0 && m.h > h:
		case m.bottom() <= h:
			upper.add(m)
		default:
			first = min(first, m.top())
			lower.add(m)
		}
	}
	for i := range lower.marks {
		lower.marks[i].y -= first
	}
	lower.h = s.h - first
	return upper, lower
}
