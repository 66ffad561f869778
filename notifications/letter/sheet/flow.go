package sheet

// The paper and what is free on it.
const (
	paperWidth, paperHeight mm = 210, 297
	edge                    mm = 5 // printers and print houses keep clear of it
	left, right             mm = 25, 190
	textWidth                  = right - left
	nextTop                 mm = 30   // body of following pages
	bodyTop                 mm = 98.5 // of the first, DIN 5008 B: two lines below the address
)

// flow puts slabs on pages.
type flow struct {
	pages  [][]mark
	y      mm // where the next slab begins
	fresh  bool
	bottom mm // of every page's body
}

func newFlow(top, bottom mm) *flow {
	return &flow{pages: [][]mark{nil}, y: top, fresh: true, bottom: bottom}
}

func (f *flow) newPage() {
	f.pages = append(f.pages, nil)
	f.y, f.fresh = nextTop, true
}

// put lays slabs down in order; those that keep together move to the next page together
// unless they are higher than one.
func (f *flow) put(slabs []*slab) {
	for len(slabs) > 0 {
		n := 1
		for n < len(slabs) && slabs[n-1].keep && !slabs[n].page {
			n++
		}
		group := slabs[:n]
		slabs = slabs[n:]
		if h := height(group); group[0].page && len(f.pages[len(f.pages)-1]) > 0 ||
			!f.fresh && f.y+group[0].gap+h > f.bottom && h <= f.bottom-nextTop {
			f.newPage()
		}
		for _, s := range group {
			f.putOne(s)
		}
	}
}

func (f *flow) putOne(s *slab) {
	if !f.fresh && f.y+s.gap+s.h > f.bottom {
		f.newPage()
	}
	if f.fresh && s.again != nil && f.y == nextTop {
		f.lay(s.again)
	}
	for s.h > f.bottom-f.y && len(s.marks) > 0 {
		upper, lower := s.cut(f.bottom - f.y)
		if len(lower.marks) == 0 || len(upper.marks) == 0 && f.y == nextTop {
			break // nothing that can be parted: it stays as it is
		}
		f.lay(upper)
		f.newPage()
		s = lower
	}
	f.lay(s)
}

func (f *flow) lay(s *slab) {
	if !f.fresh {
		f.y += s.gap
	}
	last := len(f.pages) - 1
	f.pages[last] = append(f.pages[last], s.moved(f.y)...)
	f.y += s.h
	f.fresh = false
}

// height of slabs that stand together, without the gap above the first.
func height(slabs []*slab) (h mm) {
	for i, s := range slabs {
		h += s.h
		if i > 0 {
			h += s.gap
		}
	}
	return h
}
