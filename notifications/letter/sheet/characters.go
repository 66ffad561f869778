package sheet

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"quitt/debt"
	"quitt/debt/letter"
)

// Unprintable lists the characters of a text that a letter cannot show, each once, in their
// order; a dry run asks before there is a letter.
func (p *Press) Unprintable(s string) []rune {
	_, missing := p.spell(s)
	return missing
}

// spell writes a text with the characters of the font: composed (an "a" with a loose "¨" is an
// "ä"), without invisible ones, with plain variants of what only looks special. Lines stay.
func (p *Press) spell(s string) (spelled string, missing []rune) {
	if p.plain(s) {
		return s, nil
	}
	var b strings.Builder
	for _, char := range norm.NFC.String(s) {
		switch plain := p.variant(char); {
		case plain != "":
			b.WriteString(plain)
		case unicode.Is(unicode.Cf, char) || char == '\r':
			// soft hyphens, joiners, marks of direction: nothing to see
		case !slices.Contains(missing, char):
			missing = append(missing, char)
		}
	}
	return b.String(), missing
}

// plain reports whether a text needs no change; most do not.
func (p *Press) plain(s string) bool {
	for _, char := range s {
		if !p.has(char) && char != '\n' || char >= 0x300 && char <= 0x36F {
			return false
		}
	}
	return true
}

// variant is what is printed for a character, "" for nothing.
func (p *Press) variant(char rune) string {
	switch {
	case p.has(char) || char == '\n':
		return string(char)
	case char == '\t' || char == '\v' || char == '\f' || char == '\u2028' || char == '\u2029':
		return " "
	case char == '\u202f' || char == '\u2007':
		return "\u00a0" // these keep together what they part, too
	case unicode.Is(unicode.Pd, char):
		return "-"
	}
	plain := norm.NFKC.String(string(char)) // ligatures, full-width letters, spaces of other widths
	for _, c := range plain {
		if !p.has(c) {
			return ""
		}
	}
	return plain
}

func (p *Press) has(char rune) bool {
	_, regular := p.regular.widths[char]
	_, bold := p.bold.widths[char]
	return regular && bold
}

// printable spells every text of a letter but what its codes hold, those are bytes.
func (p *Press) printable(d letter.Document) (letter.Document, error) {
	var missing []string
	text := func(s *string) {
		spelled, unknown := p.spell(*s)
		*s = spelled
		for _, char := range unknown {
			if c := string(char); !slices.Contains(missing, c) {
				missing = append(missing, c)
			}
		}
	}
	texts := func(list *[]string) {
		*list = slices.Clone(*list)
		for i := range *list {
			text(&(*list)[i])
		}
	}
	pairs := func(list *[]letter.Pair) {
		*list = slices.Clone(*list)
		for i := range *list {
			text(&(*list)[i].Label)
			text(&(*list)[i].Value)
		}
	}
	texts(&d.Sender)
	text(&d.OnBehalf)
	text(&d.ReturnLine)
	texts(&d.Recipient)
	pairs(&d.Info)
	text(&d.Subject)
	d.Body = slices.Clone(d.Body)
	for i := range d.Body {
		b := &d.Body[i]
		text(&b.Text)
		texts(&b.Items)
		pairs(&b.Pairs)
		text(&b.Hint)
		b.Table = printableTable(b.Table, text)
	}
	texts(&d.Foot)
	if len(missing) > 0 {
		return d, debt.E(debt.Invalid, "letter_characters", debt.Args{"characters": missing})
	}
	return d, nil
}

func printableTable(t *letter.Table, text func(*string)) *letter.Table {
	if t == nil {
		return nil
	}
	spelled := letter.Table{Columns: slices.Clone(t.Columns), Rows: slices.Clone(t.Rows)}
	for i := range spelled.Columns {
		text(&spelled.Columns[i].Title)
	}
	for i := range spelled.Rows {
		r := &spelled.Rows[i]
		r.Cells = slices.Clone(r.Cells)
		for k := range r.Cells {
			text(&r.Cells[k])
		}
		text(&r.Note)
	}
	return &spelled
}
