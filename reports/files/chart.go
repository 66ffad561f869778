package files

import "quitt/reports"

// How charts are printed: millimetres per unit of a drawing, and the height that is left on a sheet
// beside a heading.
const (
	chartScale = 0.27
	chartMost  = 110.0
	chartGap   = 4.0
	thin       = 0.2 // of a line
)

// ink is a colour, red, green and blue. They are those of the pages on white paper.
type ink [3]int

var (
	valueInk = ink{0x0b, 0x5d, 0x63}
	belowInk = ink{0x8f, 0x2f, 0x1d}
	ruleInk  = ink{0xd5, 0xdb, 0xd9}
	markInk  = ink{0x4b, 0x58, 0x56}
)

func scaleOf(d *reports.Drawing) float64 { return min(chartScale, chartMost/float64(d.Height)) }

// chartHeight is how much of a sheet a drawing takes; nothing for none.
func chartHeight(d *reports.Drawing) float64 {
	if d == nil {
		return 0
	}
	return 1 + scaleOf(d)*float64(d.Height) + chartGap
}

// chart prints a drawing as the page shows it; the numbers stand in the table below.
func (p sheet) chart(d *reports.Drawing) {
	if d == nil {
		return
	}
	c := plotter{p, margin, p.GetY() + 1, scaleOf(d)}
	c.draw(d)
	p.SetXY(margin, c.top-1+chartHeight(d))
}

// plotter turns units of a drawing into places on the sheet.
type plotter struct {
	sheet

	left, top, scale float64
}

func (c plotter) x(units int) float64 { return c.left + c.scale*float64(units) }

func (c plotter) y(units int) float64 { return c.top + c.scale*float64(units) }

func (c plotter) fill(i ink) { c.SetFillColor(i[0], i[1], i[2]) }

func (c plotter) stroke(i ink, width float64) {
	c.SetDrawColor(i[0], i[1], i[2])
	c.SetLineWidth(width)
}

func (c plotter) draw(d *reports.Drawing) {
	c.stroke(ruleInk, thin)
	for _, r := range d.Rules {
		c.Line(c.x(r.X), c.y(r.Y), c.x(r.W), c.y(r.Y))
	}
	for _, b := range d.Bars {
		c.fill(map[bool]ink{false: valueInk, true: belowInk}[b.Below])
		c.Rect(c.x(b.X), c.y(b.Y), c.scale*float64(b.W), c.scale*float64(b.H), "F")
	}
	c.stroke(valueInk, 0.7)
	defer c.stroke(ruleInk, thin)
	c.fill(valueInk)
	for i, dot := range d.Dots {
		if i > 0 { // a curve goes through its dots
			c.Line(c.x(d.Dots[i-1].X), c.y(d.Dots[i-1].Y), c.x(dot.X), c.y(dot.Y))
		}
		c.Circle(c.x(dot.X), c.y(dot.Y), 0.8, "F")
	}
	c.marks(d)
}

// marks writes the words, no wider than what is there for them.
func (c plotter) marks(d *reports.Drawing) {
	c.SetFont("Helvetica", "", 8)
	c.SetTextColor(markInk[0], markInk[1], markInk[2])
	defer c.SetTextColor(0, 0, 0)
	for _, m := range d.Marks {
		said := c.say(m.Text)
		x := c.x(m.X)
		switch width := c.GetStringWidth(said); m.Anchor {
		case "end":
			x -= width
		case "middle":
			x -= width / 2
		}
		c.Text(x, c.y(m.Y), said)
	}
}
