package reports

import (
	"strconv"

	"quitt/debt"
	"quitt/portal/text"
)

// Drawing is a chart as shapes in its own units; colours are the style sheet's.
type Drawing struct {
	Width, Height int
	Bars          []Shape
	Marks         []Mark // words
	Rules         []Shape
	Path          string // of a curve
	Dots          []Shape
}

// Shape is a rectangle, a rule or, with W as its radius, a dot. Title is what it stands for.
type Shape struct {
	X, Y, W, H int
	Title      string
	Below      bool // less than zero
}

// Mark is a word at a place; Anchor is start, middle or end.
type Mark struct {
	X, Y   int
	Anchor string
	Text   string
}

const (
	width       = 720
	rowHeight   = 30
	headWidth   = 300 // of a row's words
	valueWidth  = 110
	plotHeight  = 220
	plotTop     = 14
	plotLeft    = 64
	labelsAtTop = 8 // labels beside each other before some are left out
)

// Draw gives the chart of a table, for pages and for paper; nil where there is nothing to draw.
func Draw(words *text.Catalogue, t Table) *Drawing {
	switch {
	case len(t.Rows) == 0:
		return nil
	case t.Chart == Lines:
		return curve(words, t)
	case t.Chart == Bars && t.Columns[t.Drawn].Key == "report_net":
		return columns(words, t)
	case t.Chart == Bars:
		return bars(words, t)
	}
	return nil
}

func most(t Table) (low, high int64) {
	for _, row := range t.Rows {
		low, high = min(low, row.Cells[t.Drawn].Value), max(high, row.Cells[t.Drawn].Value)
	}
	return low, max(high, 1)
}

// bars draws a row per row, for what has names.
func bars(words *text.Catalogue, t Table) *Drawing {
	_, high := most(t)
	d := &Drawing{Width: width, Height: rowHeight * len(t.Rows)}
	room := int64(width - headWidth - valueWidth)
	for i, row := range t.Rows {
		c := row.Cells[t.Drawn]
		y, long := rowHeight*i, int(max(c.Value, 0)*room/high)
		head, value := row.Head.Says(words), c.Says(words)
		d.Marks = append(d.Marks, Mark{headWidth - 10, y + 20, "end", head}, Mark{headWidth + long + 8, y + 20, "start", value})
		d.Bars = append(d.Bars, Shape{headWidth, y + 5, max(long, 1), rowHeight - 10, head + ": " + value, false})
	}
	return d
}

// columns draws months from left to right; what is less than zero hangs below the line.
func columns(words *text.Catalogue, t Table) *Drawing {
	low, high := most(t)
	d := &Drawing{Width: width, Height: plotTop + plotHeight + 30}
	y := func(v int64) int { return plotTop + int((high-v)*plotHeight/(high-low)) }
	for _, tick := range ticks(low, high) {
		d.Rules = append(d.Rules, Shape{X: plotLeft, Y: y(tick), W: width})
		d.Marks = append(d.Marks, Mark{plotLeft - 6, y(tick) + 5, "end", words.Int(tick / 100)})
	}
	step := (width - plotLeft) / len(t.Rows)
	every := (len(t.Rows) + labelsAtTop - 1) / labelsAtTop
	for i, row := range t.Rows {
		c, x := row.Cells[t.Drawn], plotLeft+i*step
		head := row.Head.Says(words)
		top, bottom := y(max(c.Value, 0)), y(min(c.Value, 0))
		if c.Value != 0 {
			d.Bars = append(d.Bars, Shape{x + step/8, top, max(step*3/4, 1), max(bottom-top, 1), head + ": " + c.Says(words), c.Value < 0})
		}
		if i%every == 0 {
			d.Marks = append(d.Marks, Mark{x + step/2, plotTop + plotHeight + 22, "middle", head})
		}
	}
	return d
}

// ticks gives zero and up to four round steps on either side.
func ticks(low, high int64) (list []int64) {
	step := int64(1)
	for i := 0; step*4 < max(high, -low); i++ {
		step = step * []int64{2, 5, 2}[i%3] / []int64{1, 2, 1}[i%3]
	}
	for v := low / step * step; v <= high; v += step {
		list = append(list, v)
	}
	return list
}

// curve draws the first row from left to right, between nothing and all.
func curve(words *text.Catalogue, t Table) *Drawing {
	d := &Drawing{Width: width, Height: plotTop + plotHeight + 30}
	high := int64(1_000) // at least a tenth
	cells := t.Rows[0].Cells
	for _, c := range cells {
		high = max(high, c.Value)
	}
	y := func(v int64) int { return plotTop + int((high-v)*plotHeight/high) }
	for _, tick := range ticks(0, high) {
		d.Rules = append(d.Rules, Shape{X: plotLeft, Y: y(tick), W: width})
		d.Marks = append(d.Marks, Mark{plotLeft - 6, y(tick) + 5, "end", words.Percent(debt.BasisPoints(tick))})
	}
	step := (width - plotLeft - 30) / max(len(cells)-1, 1)
	every := (len(cells) + labelsAtTop - 1) / labelsAtTop
	for k, c := range cells {
		x := plotLeft + 15 + k*step
		d.Path += map[bool]string{true: "M", false: "L"}[k == 0] + strconv.Itoa(x) + " " + strconv.Itoa(y(c.Value)) + " "
		d.Dots = append(d.Dots, Shape{x, y(c.Value), 4, 0, t.Columns[k].Says(words) + ": " + c.Says(words), false})
		if k%every == 0 {
			d.Marks = append(d.Marks, Mark{x, plotTop + plotHeight + 22, "middle", words.Int(int64(k))})
		}
	}
	return d
}
