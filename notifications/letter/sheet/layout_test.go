package sheet

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/letter"
)

// writer writes random letters; a wild one in words that no line holds, hung together.
type writer struct{ wild bool }

func (w writer) text(words int) *rapid.Generator[string] {
	word := rapid.OneOf(
		rapid.StringMatching(`[A-Za-zÄÖÜäöüßŁşéĞı0-9€.,/@-]{1,12}`),
		rapid.StringMatching(`[A-Za-z0-9-]{1,12}`),
		rapid.StringMatching(`[a-z]{12,30}`),
	)
	between := []string{" ", "\n"}
	if w.wild {
		word = rapid.OneOf(word, rapid.StringMatching(`[WMwm]{60,120}`))
		between = append(between, "\u00a0")
	}
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(word, 0, words).Draw(t, "words")
		return strings.Join(parts, rapid.SampledFrom(between).Draw(t, "between"))
	})
}

func (w writer) pairs(n int) *rapid.Generator[[]letter.Pair] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) letter.Pair {
		return letter.Pair{Label: w.text(3).Draw(t, "label"), Value: w.text(4).Draw(t, "value"),
			Large: rapid.Bool().Draw(t, "large"), Sealed: rapid.Bool().Draw(t, "sealed")}
	}), 0, n)
}

func (w writer) table() *rapid.Generator[*letter.Table] {
	return rapid.Custom(func(t *rapid.T) *letter.Table {
		n := rapid.IntRange(1, 6).Draw(t, "columns")
		table := &letter.Table{}
		for range n {
			table.Columns = append(table.Columns, letter.Column{Title: w.text(2).Draw(t, "title"), Right: rapid.Bool().Draw(t, "right")})
		}
		for range rapid.IntRange(0, 12).Draw(t, "rows") {
			table.Rows = append(table.Rows, letter.Row{Cells: rapid.SliceOfN(w.text(4), n, n).Draw(t, "cells"),
				Note: w.text(15).Draw(t, "note"), Total: rapid.Bool().Draw(t, "total")})
		}
		return table
	})
}

func (w writer) block() *rapid.Generator[letter.Block] {
	kinds := []letter.BlockKind{letter.Paragraph, letter.Heading, letter.List, letter.TableKind, letter.Box, letter.NewPage, letter.Small, letter.Amount}
	return rapid.Custom(func(t *rapid.T) letter.Block {
		b := letter.Block{Kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
		switch b.Kind {
		case letter.TableKind:
			b.Table = w.table().Draw(t, "table")
		case letter.Box:
			b.Pairs = w.pairs(8).Draw(t, "pairs")
			b.QR = rapid.SampledFrom([]string{"", "https://a.example/#7K", strings.Repeat("ä", 165)}).Draw(t, "code")
			b.Hint = w.text(8).Draw(t, "hint")
		case letter.Amount:
			b.Pairs = w.pairs(4).Draw(t, "pairs")
		case letter.List:
			b.Items = rapid.SliceOfN(w.text(20), 0, 6).Draw(t, "items")
		}
		if b.Kind != letter.NewPage {
			b.Text = w.text(60).Draw(t, "text")
		}
		return b
	})
}

func (w writer) document() *rapid.Generator[letter.Document] {
	return rapid.Custom(func(t *rapid.T) letter.Document {
		// A head in endless words is refused mostly, and then nothing is seen of the body.
		head := writer{wild: w.wild && rapid.IntRange(0, 9).Draw(t, "wild head") == 0}
		return letter.Document{
			Language: rapid.SampledFrom([]string{"de", "en", "", "x)y"}).Draw(t, "language"),
			Sender:   rapid.SliceOfN(head.text(4), 0, 5).Draw(t, "sender"), OnBehalf: head.text(6).Draw(t, "on behalf"),
			ReturnLine: head.text(6).Draw(t, "return"), Accent: rapid.SampledFrom([]string{"", "#123456", "ü"}).Draw(t, "accent"),
			Recipient: rapid.SliceOfN(head.text(3), 0, 6).Draw(t, "recipient"), Info: head.pairs(6).Draw(t, "info"),
			Subject: w.text(12).Draw(t, "subject"), Body: rapid.SliceOfN(w.block(), 0, 8).Draw(t, "body"),
			Foot: rapid.SliceOfN(head.text(5), 0, 4).Draw(t, "foot"),
		}
	})
}

func testPress(t testing.TB) *Press {
	t.Helper()
	p, err := NewPress()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// said is all that a letter says.
func said(d letter.Document) string {
	text := d.Plain() + "\n" + d.ReturnLine
	for _, b := range d.Body {
		if b.Table != nil {
			for _, c := range b.Table.Columns {
				text += "\n" + c.Title
			}
		}
	}
	return text
}

func solid(s string) string {
	return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), "")
}

// printed prints a random letter: nothing may run over the paper's edges. It gives what is on
// the pages in the order of printing, "" for a letter that is refused.
func (w writer) printed(t *rapid.T, p *Press) (d letter.Document, text string) {
	d = w.document().Draw(t, "letter")
	l, err := p.layOut(d)
	if err != nil {
		var why *debt.Error
		if !errors.As(err, &why) || why.Key != "letter_address_too_long" && why.Key != "letter_head_too_long" {
			t.Fatal(err)
		}
		return d, ""
	}
	for i := range l.pages {
		for _, m := range p.page(d, l, i) {
			checkOnPaper(t, p, i, m)
		}
	}
	for _, marks := range append([][]mark{l.first, l.foot}, l.pages...) {
		for _, m := range marks {
			text += m.text
		}
	}
	if _, _, err := p.Print(d); err != nil {
		t.Fatal(err)
	}
	return d, solid(text) + "." // never "", even for an empty letter
}

func TestEveryWordOfALetterIsOnAPage(t *testing.T) {
	p, laid := testPress(t), 0
	rapid.Check(t, func(t *rapid.T) {
		d, text := writer{}.printed(t, p)
		if text == "" {
			return
		}
		laid++
		for _, word := range strings.Fields(said(d)) {
			if word != "-" && !strings.Contains(text, word) {
				t.Fatalf("%q is on no page", word)
			}
		}
	})
	if laid < 20 {
		t.Errorf("only %d letters were laid out, the others refused", laid)
	}
}

// Words that no line holds are parted, even over pages, so only their letters can be counted.
func TestNoLetterOfAnEndlessWordIsLost(t *testing.T) {
	p, laid := testPress(t), 0
	rapid.Check(t, func(t *rapid.T) {
		d, text := writer{wild: true}.printed(t, p)
		if text == "" {
			return
		}
		laid++
		left := map[rune]int{'-': 1000} // Plain marks items of lists
		for _, char := range text {
			left[char]++
		}
		for _, char := range solid(said(d)) {
			if left[char]--; left[char] < 0 {
				t.Fatalf("a %q is missing", char)
			}
		}
	})
	if laid < 20 {
		t.Errorf("only %d letters were laid out, the others refused", laid)
	}
}

// The text of the PDF is that of the marks: what a reader copies, searches or has read to him.
func TestTheTextOfThePDFIsThatOfThePages(t *testing.T) {
	p, file := testPress(t), filepath.Join(t.TempDir(), "letter.pdf")
	rapid.Check(t, func(t *rapid.T) {
		d := writer{}.document().Draw(t, "letter")
		l, err := p.layOut(d)
		if err != nil {
			return // refused, with one of the errors above
		}
		left := map[rune]int{}
		for i := range l.pages {
			for _, m := range p.page(d, l, i) {
				for _, char := range solid(m.text) {
					left[char]++
				}
			}
		}
		pdf, _, err := p.Print(d)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("pdftotext", "-raw", file, "-").Output()
		if err != nil {
			t.Fatal("pdftotext (scripts/with-printing brings it): ", err)
		}
		for _, char := range solid(string(out)) {
			left[char]--
		}
		for char, count := range left {
			if count != 0 {
				t.Fatalf("%d of %q more on the pages than in the text", count, char)
			}
		}
	})
}

func checkOnPaper(t *rapid.T, p *Press, page int, m mark) {
	from, to := m.x, m.x+m.w
	if m.text != "" {
		w := p.width(m.text, m.style)
		if to = m.x + w; m.right {
			from, to = m.x-w, m.x
		}
	}
	if from < edge || to > 200.01 || m.top() < edge || m.bottom() > paperHeight-edge {
		t.Fatalf("page %d: %q from %.1f, %.1f to %.1f, %.1f mm is off the paper", page+1, m.text, from, m.top(), to, m.bottom())
	}
}

// positions finds the page and height of every mark whose text begins with one of the words.
func positions(t *testing.T, d letter.Document, words ...string) map[string][]int {
	t.Helper()
	p := testPress(t)
	l, err := p.layOut(d)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]int{}
	for i, marks := range l.pages {
		for _, m := range marks {
			for _, w := range words {
				if strings.HasPrefix(m.text, w) {
					found[w] = append(found[w], i)
				}
			}
		}
	}
	for _, w := range words {
		if len(found[w]) == 0 {
			t.Fatalf("%q is on no page", w)
		}
	}
	return found
}

// lines gives a block of so many lines, to push what follows down a page.
func lines(n int) letter.Block {
	return letter.Block{Kind: letter.Paragraph, Text: strings.Repeat("Zeile\n", n-1) + "Zeile"}
}

func TestAHeadingNeverEndsAPage(t *testing.T) {
	for n := 1; n <= 60; n++ {
		for _, below := range []letter.Block{
			{Kind: letter.Paragraph, Text: "Darunter\nund weiter\nund weiter"},
			{Kind: letter.TableKind, Table: &letter.Table{Columns: []letter.Column{{Title: "Spalte"}}, Rows: []letter.Row{{Cells: []string{"Darunter"}}}}},
			{Kind: letter.List, Items: []string{"Darunter", "mehr"}},
			{Kind: letter.Box, Text: "Darunter", QR: "x"},
			{Kind: letter.Amount, Pairs: []letter.Pair{{Label: "Darunter", Value: "1"}, {Label: "y", Value: "2"}}},
		} {
			at := positions(t, letter.Document{Body: []letter.Block{lines(n), {Kind: letter.Heading, Text: "Titel"}, below}}, "Titel", "Darunter")
			if at["Titel"][0] != at["Darunter"][0] {
				t.Fatalf("after %d lines the heading of a %s is alone", n, below.Kind)
			}
		}
	}
}

func TestARowStaysWithItsNoteAndABoxStaysWhole(t *testing.T) {
	for n := 1; n <= 60; n++ {
		at := positions(t, letter.Document{Body: []letter.Block{lines(n),
			{Kind: letter.TableKind, Table: &letter.Table{Columns: []letter.Column{{Title: "Spalte"}}, Rows: []letter.Row{
				{Cells: []string{"davor"}}, {Cells: []string{"Posten"}, Note: "Anmerkung"}, {Cells: []string{"Summe"}, Total: true}}}},
		}}, "Posten", "Anmerkung", "Summe")
		if at["Posten"][0] != at["Anmerkung"][0] || at["Posten"][0] != at["Summe"][0] {
			t.Fatalf("after %d lines a row is torn: %v", n, at)
		}
		at = positions(t, letter.Document{Body: []letter.Block{lines(n), {Kind: letter.Box, Text: "Kasten", QR: "x", Hint: "Hinweis",
			Pairs: []letter.Pair{{Label: "Erstes", Value: "1"}, {Label: "Letztes", Value: "2"}}}}}, "Kasten", "Erstes", "Letztes", "Hinweis")
		if at["Kasten"][0] != at["Letztes"][0] || at["Kasten"][0] != at["Hinweis"][0] {
			t.Fatalf("after %d lines a box is torn: %v", n, at)
		}
	}
}

func TestNoLineOfAParagraphIsAloneOnAPage(t *testing.T) {
	for n := 1; n <= 60; n++ {
		at := positions(t, letter.Document{Body: []letter.Block{lines(n), {Kind: letter.Paragraph, Text: "Eins\nZwei\nDrei\nVier\nFünf"}}}, "Eins", "Zwei", "Vier", "Fünf")
		if at["Eins"][0] != at["Zwei"][0] || at["Vier"][0] != at["Fünf"][0] {
			t.Fatalf("after %d lines one line is alone: %v", n, at)
		}
	}
}

func TestABoxHigherThanAPageIsPartedRatherThanLost(t *testing.T) {
	b := letter.Block{Kind: letter.Box, Text: "Kasten", QR: "x"}
	for range 60 {
		b.Pairs = append(b.Pairs, letter.Pair{Label: "Name", Value: "Wert"})
	}
	if at := positions(t, letter.Document{Body: []letter.Block{b}}, "Wert"); len(at["Wert"]) != 60 || at["Wert"][59] == 0 {
		t.Errorf("got %v", at)
	}
}

func TestARowOfTooManyCellsIsAnError(t *testing.T) {
	_, err := testPress(t).layOut(letter.Document{Body: []letter.Block{{Kind: letter.TableKind,
		Table: &letter.Table{Columns: []letter.Column{{Title: "a"}}, Rows: []letter.Row{{Cells: []string{"1", "2"}}}}}}})
	if err == nil {
		t.Error("want an error")
	}
	if _, err := testPress(t).layOut(letter.Document{Body: []letter.Block{{Kind: "poem"}}}); err == nil {
		t.Error("want an error")
	}
}

func TestTheDomainAndTheCodeAreTwelvePointsOrMore(t *testing.T) {
	p := testPress(t)
	for _, value := range []string{"portal.example", strings.Repeat("sehr-langer-name.", 8) + "example"} {
		for _, sealed := range []bool{false, true} {
			if st := p.fitting(letter.Pair{Value: value, Large: true, Sealed: sealed}, 100); st.size < 12 {
				t.Errorf("%d characters in %.1f points", len(value), st.size)
			}
		}
	}
}
