package sheet

import (
	"fmt"

	"quitt/debt/letter"
)

// gutter is the room between columns.
const gutter mm = 4

// column is where a column of a table stands.
type column struct {
	x, w  mm
	right bool
}

// table sets its head, which following pages repeat, and a slab per row with its note.
func (p *Press) table(b letter.Block) ([]*slab, error) {
	if b.Table == nil || len(b.Table.Columns) == 0 {
		return p.heading(b.Text), nil
	}
	for _, r := range b.Table.Rows {
		if len(r.Cells) != len(b.Table.Columns) {
			return nil, fmt.Errorf("sheet: a row of %d cells in a table of %d columns", len(r.Cells), len(b.Table.Columns))
		}
	}
	columns := p.columns(b.Table)
	titles := make([]string, len(columns))
	for i, c := range b.Table.Columns {
		titles[i] = c.Title
	}
	head := p.row(columns, titles, titleType)
	head.add(mark{x: left, y: head.h + 0.3, w: textWidth, thick: 0.35, ink: accent})
	head.h += 0.9
	head.gap, head.keep = 3.2, true

	out := append(p.heading(b.Text), head)
	for i, r := range b.Table.Rows {
		one := p.tableRow(columns, r)
		one.again = &slab{marks: head.marks, h: head.h}
		// The sum is not the only line of a page.
		one.keep = i+1 < len(b.Table.Rows) && b.Table.Rows[i+1].Total
		if i+1 < len(b.Table.Rows) && !b.Table.Rows[i+1].Total {
			one.add(mark{x: left, y: one.h, w: textWidth, thick: 0.1, ink: hair})
		}
		out = append(out, one)
	}
	return out, nil
}

// tableRow is a row with its note below, the words of the note as wide as the figures leave.
func (p *Press) tableRow(columns []column, r letter.Row) *slab {
	st := tableType
	if r.Total {
		st = totalType
	}
	one := p.row(columns, r.Cells, st)
	if r.Total {
		one.add(mark{x: left, y: 0, w: textWidth, thick: 0.25, ink: black})
	}
	if note := p.wrap(r.Note, smallType, p.noteWidth(columns)); len(note) > 0 {
		marks, h := set(note, smallType, spot{x: columns[0].x, y: one.h - 0.6})
		one.add(marks...)
		one.h += h + 0.3
	}
	return one
}

// noteWidth reaches to the first column of figures, or to the margin if that is too narrow.
func (p *Press) noteWidth(columns []column) mm {
	for _, c := range columns[1:] {
		if w := c.x - gutter - columns[0].x; c.right && w >= textWidth/2 {
			return w
		}
	}
	return right - columns[0].x
}

func (p *Press) row(columns []column, cells []string, st style) *slab {
	const pad mm = 0.8
	one := &slab{}
	for i, c := range columns {
		x := c.x
		if c.right {
			x += c.w
		}
		marks, h := set(p.wrap(cells[i], st, c.w), st, spot{x: x, y: pad, right: c.right})
		one.add(marks...)
		one.h = max(one.h, h)
	}
	one.h = max(one.h, st.line) + 2*pad
	return one
}

// columns shares the width: nobody gets more than he needs while another needs it, and what is
// left goes to the first column of words.
func (p *Press) columns(t *letter.Table) []column {
	n := len(t.Columns)
	need := make([]mm, n)
	for i, c := range t.Columns {
		need[i] = p.widest(c.Title, titleType)
		for _, r := range t.Rows {
			st := tableType
			if r.Total {
				st = totalType
			}
			need[i] = max(need[i], p.widest(r.Cells[i], st)+0.01)
		}
	}
	free := textWidth - gutter*mm(n-1)
	share(need, free)
	for _, w := range need {
		free -= w
	}
	wide := 0
	for wide < n-1 && t.Columns[wide].Right {
		wide++
	}
	need[wide] += free
	out := make([]column, n)
	x := left
	for i, w := range need {
		out[i] = column{x: x, w: w, right: t.Columns[i].Right}
		x += w + gutter
	}
	return out
}

// share cuts the widest needs down to one width so that all together fit into free.
func share(need []mm, free mm) {
	total, limit := mm(0), free
	for _, w := range need {
		total += w
	}
	if total <= free {
		return
	}
	// Each round serves those below the limit and divides the rest; it settles within a round
	// per column.
	for range need {
		rest, wide := free, 0
		for _, w := range need {
			if w < limit {
				rest -= w
			} else {
				wide++
			}
		}
		if wide == 0 {
			limit = free / mm(len(need))
			continue
		}
		limit = rest / mm(wide)
	}
	for i := range need {
		need[i] = min(need[i], limit)
	}
}
