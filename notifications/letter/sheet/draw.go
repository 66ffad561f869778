package sheet

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"quitt/debt/letter"
)

// maker stands in every letter and tells the stapler its own from others.
const maker = "Quitt"

// printed is when every letter says it was made: a print has the date it shows, and the same
// letter has the same bytes.
var printed = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

const family = "letter"

// draw puts the marks of all pages into a PDF.
func (p *Press) draw(d letter.Document, l *layout) ([]byte, error) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(printed)
	f.SetModificationDate(printed)
	f.SetAutoPageBreak(false, 0)
	f.SetTitle(d.Subject, true)
	f.SetLang(clean(d.Language))
	f.SetCreator(maker, true)
	f.SetProducer(maker, true)
	f.AddUTF8FontFromBytes(family, "", p.regular.file)
	f.AddUTF8FontFromBytes(family, "B", p.bold.file)
	pen := &pen{Fpdf: f, press: p, brand: colour(d.Accent)}
	for i := range l.pages {
		f.AddPage()
		pen.begin()
		for _, m := range p.page(d, l, i) {
			pen.draw(m)
		}
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return out.Bytes(), nil
}

// rgb is a colour, 0 to 255 each.
type rgb [3]int

// colour reads "#0b5c5c"; it gives Quitt's for anything else.
func colour(s string) rgb {
	n, err := strconv.ParseUint(s[min(1, len(s)):], 16, 32)
	if err != nil || len(s) != 7 || s[0] != '#' {
		return rgb{0x0b, 0x5c, 0x5c}
	}
	return rgb{int(n >> 16 & 0xff), int(n >> 8 & 0xff), int(n & 0xff)}
}

// pen draws marks and remembers how the last one was set, as most are set alike.
type pen struct {
	*fpdf.Fpdf
	press *Press
	brand rgb
	last  style
	ink   ink
	thick mm
	drawn bool
}

func (p *pen) begin() { p.last, p.drawn = style{}, false }

func (p *pen) draw(m mark) {
	switch {
	case m.text != "":
		p.write(m)
	case m.code != nil:
		p.modules(m)
	default:
		p.line(m)
	}
}

func (p *pen) write(m mark) {
	if m.style.size != p.last.size || m.style.bold != p.last.bold {
		weight := ""
		if m.style.bold {
			weight = "B"
		}
		p.SetFont(family, weight, m.style.size)
	}
	if m.style.spread != p.last.spread {
		p.RawWriteStr(decimal(m.style.spread/point) + " Tc\n")
	}
	p.last = m.style
	x := m.x
	if m.right {
		x -= p.press.width(m.text, m.style)
	}
	p.Text(float64(x), float64(m.y), m.text)
}

func (p *pen) line(m mark) {
	if !p.drawn || p.ink != m.ink || p.thick != m.thick {
		c := map[ink]rgb{hair: {0xb0, 0xb0, 0xb0}, accent: p.brand}[m.ink]
		p.SetDrawColor(c[0], c[1], c[2])
		p.SetLineWidth(float64(m.thick))
		p.ink, p.thick, p.drawn = m.ink, m.thick, true
	}
	if m.w > 0 && m.h > 0 {
		p.Rect(float64(m.x), float64(m.y), float64(m.w), float64(m.h), "D")
		return
	}
	p.Line(float64(m.x), float64(m.y), float64(m.x+m.w), float64(m.y+m.h))
}

// modules draws a code in a system of its own, where a module is 1 and y goes down: whole
// numbers are short and pack well. Neighbours in a row are one rectangle, and so are rows of
// the same neighbours.
func (p *pen) modules(m mark) {
	scale := m.code.module() / point
	out := make([]byte, 0, 16<<10)
	out = fmt.Appendf(out, "q %s 0 0 %s %s %s cm\n", decimal(scale), decimal(-scale), decimal(m.x/point), decimal((paperHeight-m.y)/point))
	for y, row := range m.code {
		for x := 0; x < len(row); x++ {
			n := run(row, x)
			if n == 0 || y > 0 && run(m.code[y-1], x) == n {
				x += n // white, or drawn from above
				continue
			}
			deep := 1
			for y+deep < len(m.code) && run(m.code[y+deep], x) == n {
				deep++
			}
			for _, v := range []int{x, y, n, deep} {
				out = append(strconv.AppendInt(out, int64(v), 10), ' ')
			}
			out = append(out, "re\n"...)
			x += n
		}
	}
	p.RawWriteStr(string(append(out, "f Q"...)))
}

// run is how many dark modules begin at x; 0 if none does, or if they begin before it.
func run(row []bool, x int) (n int) {
	if x > 0 && row[x-1] {
		return 0
	}
	for x+n < len(row) && row[x+n] {
		n++
	}
	return n
}

// clean gives a language tag, and the tag of the binding language for what is none.
func clean(language string) string {
	for _, c := range language {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' {
			return "de"
		}
	}
	if language == "" {
		return "de"
	}
	return language
}

func decimal(v mm) string { return strconv.FormatFloat(float64(v), 'f', 4, 64) }
