package sheet

import (
	"strings"
	"unicode/utf8"
)

// width is how wide a text gets.
func (p *Press) width(s string, st style) mm {
	f := p.regular
	if st.bold {
		f = p.bold
	}
	return f.width(s, st.size) + st.spread*mm(utf8.RuneCountInString(s))
}

// wrap breaks a text into lines no wider than w: at blanks, else after a hyphen or slash, else
// anywhere. No-break spaces hold. Nothing gets lost but the blanks.
func (p *Press) wrap(s string, st style, w mm) []string {
	var lines []string
	for _, paragraph := range strings.Split(s, "\n") {
		lines = append(lines, p.wrapLine(paragraph, st, w)...)
	}
	return lines
}

func (p *Press) wrapLine(s string, st style, w mm) []string {
	blank := p.width(" ", st)
	var lines []string
	line, used := "", mm(0)
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }) {
		width := p.width(word, st)
		if line != "" && used+blank+width <= w {
			line, used = line+" "+word, used+blank+width
			continue
		}
		// What is too long for a line begins on one of its own.
		if line != "" {
			lines = append(lines, line)
		}
		parts := p.broken(word, st, w)
		lines = append(lines, parts[:len(parts)-1]...)
		line = parts[len(parts)-1]
		used = p.width(line, st)
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// broken parts a word that is wider than a line.
func (p *Press) broken(word string, st style, w mm) []string {
	if p.width(word, st) <= w {
		return []string{word}
	}
	var parts []string
	for p.width(word, st) > w {
		at := p.breakAt(word, st, w)
		if at == len(word) {
			break
		}
		parts = append(parts, word[:at])
		word = word[at:]
	}
	return append(parts, word)
}

// breakAt is the length of the longest beginning of a word that fits: one that ends in a
// hyphen, slash or @ if it is not much shorter. It is one character at least.
func (p *Press) breakAt(word string, st style, w mm) int {
	_, fits := utf8.DecodeRuneInString(word)
	used, good := mm(0), 0
	for i, char := range word {
		next := i + utf8.RuneLen(char)
		used += p.width(string(char), st)
		if used > w && i > 0 {
			break
		}
		fits = max(fits, next)
		if strings.ContainsRune("-/@", char) && used > w/3 {
			good = next
		}
	}
	if good > 0 {
		return good
	}
	return fits
}

// widest is the width of the widest of a text's lines.
func (p *Press) widest(s string, st style) (w mm) {
	for _, line := range strings.Split(s, "\n") {
		w = max(w, p.width(line, st))
	}
	return w
}

// spot is where lines are set: y is the upper edge of the first, x their left edge or, if they
// stand under each other at the right, their right one.
type spot struct {
	x, y  mm
	w     mm // room for them, if they are still to be wrapped
	right bool
}

// set puts lines one below the other; it gives the marks and how high they are together.
func set(lines []string, st style, at spot) (marks []mark, h mm) {
	for i, l := range lines {
		y := at.y + mm(i)*st.line + st.baseline()
		marks = append(marks, mark{x: at.x, y: y, text: l, style: st, right: at.right})
	}
	return marks, mm(len(lines)) * st.line
}

// baseline is how far below its line's upper edge a text stands: two thirds of the room that
// its letters leave are above them.
func (st style) baseline() mm {
	const capitals = 0.668 // of the size
	high := mm(st.size*capitals) * point
	return high + (st.line-high)*0.5
}
