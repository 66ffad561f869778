package sheet_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/letter"
)

// crowded is a letter with more of everything than one usually has.
func crowded() letter.Document {
	d := firstNotice()
	d.OnBehalf = "im Auftrag der Gesellschaft für außergewöhnlich lange Firmennamen mbH & Co. KG"
	d.Recipient = []string{strings.Repeat("Maximiliane-Karoline Freifrau von Hohenstein zu ", 3)[:120], "Haus der langen Namen", "Beispielstraße 123", "12345 Musterstadt"}
	costs := &letter.Table{Columns: []letter.Column{{Title: "Kosten"}, {Title: "Grund"}, {Title: "Betrag", Right: true}}}
	for range 20 {
		costs.Rows = append(costs.Rows, letter.Row{Cells: []string{"Auskunft des Einwohnermeldeamtes", "Die Adresse war nicht mehr richtig", "10,00 €"}, Note: "§ 280 Abs. 1 und 2, § 286 BGB"})
	}
	d.Body = slices.Insert(d.Body, 3, letter.Block{Kind: letter.TableKind, Table: costs})
	return d
}

// bare is a letter with next to nothing.
func bare() letter.Document {
	return letter.Document{Kind: letter.Reminder, Language: "de", Sender: []string{"Praxis Muster"}, Recipient: []string{"A B", "12345 C"},
		Subject: "Erinnerung", Body: []letter.Block{{Kind: letter.Paragraph, Text: "Guten Tag,"}}}
}

func TestALetterIsAPDFThatReadersTakeWithoutComplaint(t *testing.T) {
	for name, d := range map[string]letter.Document{
		"first notice": firstNotice(), "crowded": crowded(), "bare": bare(), "statement": statement(60), "empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			pdf, pages := printed(t, d)
			if out := string(tool(t, pdf, "qpdf", "--check", "FILE")); strings.Contains(out, "WARNING") {
				t.Error(out)
			}
			info := string(tool(t, pdf, "pdfinfo", "FILE"))
			for _, want := range []string{"Creator:         Quitt\n", "Page size:       595.28 x 841.89 pts (A4)\n", "Encrypted:       no\n"} {
				if !strings.Contains(info, want) {
					t.Errorf("want %q in\n%s", want, info)
				}
			}
			if d.Subject != "" && !strings.Contains(info, "Title:           "+d.Subject+"\n") {
				t.Errorf("want the subject as title:\n%s", info)
			}
			if got := len(rasters(t, pdf, 20)); got != pages {
				t.Errorf("%d pages said, %d drawn", pages, got)
			}
			if !bytes.Contains(pdf, []byte("/Lang (de)")) {
				t.Error("no language")
			}
		})
	}
}

func TestTheTextOfALetterCanBeReadBack(t *testing.T) {
	d := firstNotice()
	pdf, _ := printed(t, d)
	got := text(t, pdf)
	for _, line := range strings.Split(strings.ReplaceAll(d.Plain(), "- ", ""), "\n") {
		for _, w := range strings.Fields(line) {
			if !strings.Contains(got, w) {
				t.Errorf("%q is not in the text of the PDF", w)
			}
		}
	}
	for _, want := range []string{"Seite1von2", "Seite2von2", "7KQ2M9XAR4TB0W3C", "Ğülşen", "405,47€"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in the text of the PDF", want)
		}
	}
}

func TestEachPageSaysItsNumberInTheLettersLanguage(t *testing.T) {
	d := statement(60)
	d.Language = "en"
	pdf, pages := printed(t, d)
	if got := text(t, pdf); pages < 4 || !strings.Contains(got, "Page1of"+string(rune('0'+pages))) {
		t.Errorf("%d pages, no number in English", pages)
	}
}

func TestTheSameLetterHasTheSameBytes(t *testing.T) {
	for _, d := range []letter.Document{firstNotice(), crowded(), statement(50)} {
		first, _ := printed(t, d)
		if bytes.Count(first, []byte("Date (D:20000101000000)")) != 2 {
			t.Error("the day of printing is in it")
		}
		p := press(t)
		for range 5 {
			again, _, err := p.Print(d)
			if err != nil || !bytes.Equal(first, again) {
				t.Fatal("printed again it differs", err)
			}
		}
	}
}

func TestThePressChangesNothingOfTheDocument(t *testing.T) {
	d := firstNotice()
	d.Recipient[1] = "Mu\u0308ller"
	before := d.Hash()
	printed(t, d)
	if d.Hash() != before {
		t.Error("printing changed the letter")
	}
}

// near reports whether a measure is right within a millimetre.
func near(got, want float64) bool { return math.Abs(got-want) <= 1 }

func TestEverythingStandsWhereDIN5008FormBWantsIt(t *testing.T) {
	pdf, _ := printed(t, firstNotice())
	all := words(t, pdf)
	for _, c := range []struct {
		word       string
		left, base float64
	}{
		{"Frau", 25, 66.2},
		{"Ğülşen", 25, 70.7},
		{"54321", 25, 84.2},
		{"Aktenzeichen", 125, 53.1},
		{"4711-2026-0815", 155, 53.1},
		{"Offene", 25, 102.9},
	} {
		if w := find(t, all, c.word); !near(w.left, c.left) || !near(w.base, c.base) {
			t.Errorf("%s stands at %.1f, %.1f mm, want %.1f, %.1f", c.word, w.left, w.base, c.left, c.base)
		}
	}
}

func TestTheWholeAddressStandsInTheWindowThatPrintHousesRead(t *testing.T) {
	six := firstNotice()
	six.Recipient = []string{"Firma", "Muster & Söhne GmbH", "Frau Dr. Erika Beispiel", "Hinterhaus, 3. Stock links", "Beispielweg 7 a", "54321 Großbeispielstadt"}
	for name, d := range map[string]letter.Document{"five lines": firstNotice(), "six lines": six, "a name of 120 characters": crowded()} {
		t.Run(name, func(t *testing.T) {
			pdf, _ := printed(t, d)
			var inside []string
			for _, w := range words(t, pdf) {
				if w.page > 1 || w.left > 115 || w.base < 60 || w.base > 95 {
					continue
				}
				inside = append(inside, w.text)
				if w.left < 24 || w.right > 105.1 || w.top < 60 || w.base > 85.5 {
					t.Errorf("%q at %.1f to %.1f, %.1f mm is outside", w.text, w.left, w.right, w.base)
				}
			}
			if got, want := solid(strings.Join(inside, "")), solid(strings.Join(d.Recipient, "")); got != want {
				t.Errorf("in the window: %s, want %s", got, want)
			}
		})
	}
}

func TestAnAddressThatSixLinesDoNotHoldIsRefused(t *testing.T) {
	d := firstNotice()
	d.Recipient = []string{strings.Repeat("Sehrlangername ", 20), strings.Repeat("Nochlängererzusatz ", 20), "Weg 1", "12345 Ort"}
	if got := keyOf(t, d); got != "letter_address_too_long" {
		t.Errorf("got %q", got)
	}
	d = firstNotice()
	d.Foot = []string{strings.Repeat("Zeile\n", 40)}
	if got := keyOf(t, d); got != "letter_head_too_long" {
		t.Errorf("got %q", got)
	}
}

// keyOf is the key of the error with which a letter is refused.
func keyOf(t *testing.T, d letter.Document) string {
	t.Helper()
	_, _, err := press(t).Print(d)
	var refused *debt.Error
	if !errors.As(err, &refused) || refused.Kind != debt.Invalid {
		t.Fatalf("want a refusal, got %v", err)
	}
	return refused.Key
}

func TestFoldAndHoleMarksAreMeasuredOnPaper(t *testing.T) {
	pdf, _ := printed(t, firstNotice())
	page := rasters(t, pdf, 300)[0]
	var marks []float64
	for y := 0; y < page.h; y++ {
		// A line that is dark for three millimetres left of everything else.
		long := 0
		for x := page.pixels(5); x < page.pixels(15); x++ {
			if page.dark(x, y) {
				long++
			}
		}
		if page.mm(long) > 3 && (len(marks) == 0 || page.mm(y)-marks[len(marks)-1] > 1) {
			marks = append(marks, page.mm(y))
		}
	}
	want := []float64{105, 148.5, 210}
	if len(marks) != len(want) {
		t.Fatalf("marks at %v mm, want %v", marks, want)
	}
	for i := range want {
		if math.Abs(marks[i]-want[i]) > 0.3 {
			t.Errorf("a mark at %.2f mm, want %.1f", marks[i], want[i])
		}
	}
}

func TestNothingIsPrintedWithinFiveMillimetresOfTheEdges(t *testing.T) {
	for _, d := range []letter.Document{firstNotice(), crowded(), statement(60)} {
		pdf, _ := printed(t, d)
		for i, page := range rasters(t, pdf, 100) {
			free := page.pixels(5)
			for y := range page.h {
				for x := range page.w {
					if (x < free || y < free || x >= page.w-free || y >= page.h-free) && page.grey[y*page.w+x] < 250 {
						t.Fatalf("page %d is not white at %.1f, %.1f mm", i+1, page.mm(x), page.mm(y))
					}
				}
			}
		}
	}
}

func TestCharactersWithoutSignsAreNamed(t *testing.T) {
	d := firstNotice()
	d.Recipient[1] = "محمد 😀"
	d.Body[0].Text = "Guten Tag محمد,"
	_, _, err := press(t).Print(d)
	var refused *debt.Error
	if !errors.As(err, &refused) || refused.Key != "letter_characters" {
		t.Fatalf("got %v", err)
	}
	if diff := cmp.Diff([]string{"م", "ح", "د", "😀"}, refused.Args["characters"]); diff != "" {
		t.Error(diff)
	}
}

func TestNamesOfEuropeArePrintable(t *testing.T) {
	p := press(t)
	for _, name := range []string{
		"ÄÖÜäöüßẞ € „Anführung“ ‚einfach‘ – — … § ² ½ · • − ×",
		"Ğülşen İnönü Çağıl", "Łukasz Żółć Wąs Ćma Źdźbło Świętość", "Dvořák Čapek Ěšů Ďáblice Ťapka Ňouma",
		"Ștefan Țepeș Ăâî Şţ", "Đorđe Žižek Šećer", "Ŗīga", "Őrült Űr", "Åse Øystein Ægir Ðór Þóra", "Ġużeppi Ħal", "Ķēniņš Ļaudis Ģirts Šķūnis Ąžuolas Ųžas Ėglė",
		"Núñez Ibáñez Ç'est l'œuvre Ÿ", "João Conceição", "Mu\u0308ller Dvor\u030ca\u0301k", "Ŵyn Ŷ", "Ĉirkaŭ ĝi",
	} {
		if missing := p.Unprintable(name); len(missing) > 0 {
			t.Errorf("%s: cannot print %q", name, missing)
		}
	}
	if got := string(p.Unprintable("Анна 王 اب")); got != "Ана王اب" {
		t.Errorf("cannot print %q", got)
	}
}

func TestLettersOfTwoPartsAreComposedBeforePrinting(t *testing.T) {
	d := firstNotice()
	d.Recipient[1] = "Mu\u0308ller-Dvor\u030cak\u00ad e\ufb03zient"
	pdf, _ := printed(t, d)
	if got := text(t, pdf); !strings.Contains(got, "Müller-Dvořakeffizient") {
		t.Error("the name is not in the text as it should be")
	}
}

func TestAStatementOfFortyPagesRepeatsItsHead(t *testing.T) {
	pdf, pages := printed(t, statement(690))
	if pages < 40 {
		t.Fatalf("only %d pages", pages)
	}
	all := words(t, pdf)
	for page := 1; page <= pages; page++ {
		heads := 0
		for _, w := range all {
			if w.page == page && w.text == "Offen" {
				heads++
			}
		}
		if heads != 1 {
			t.Errorf("page %d has %d heads", page, heads)
		}
	}
}

// One press serves all who print at once, and the fonts it shares stay as they are.
func TestLettersArePrintedAtTheSameTime(t *testing.T) {
	p := press(t)
	want, _, err := p.Print(firstNotice())
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan []byte)
	for range 8 {
		go func() {
			pdf, _, err := p.Print(firstNotice())
			if err != nil {
				pdf = []byte(err.Error())
			}
			results <- pdf
		}()
	}
	for range 8 {
		if !bytes.Equal(<-results, want) {
			t.Error("printed beside others it differs")
		}
	}
}
