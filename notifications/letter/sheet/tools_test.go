package sheet_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"quitt/debt/letter"
	"quitt/notifications/letter/sheet"
)

// mm of a point of PDF.
const point = 25.4 / 72

func press(t testing.TB) *sheet.Press {
	t.Helper()
	p, err := sheet.NewPress()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func printed(t testing.TB, d letter.Document) ([]byte, int) {
	t.Helper()
	pdf, pages, err := press(t).Print(d)
	if err != nil {
		t.Fatal(err)
	}
	return pdf, pages
}

// tool runs a program of scripts/with-printing over a PDF, whose file's name is put for "FILE",
// and gives what it says.
func tool(t testing.TB, pdf []byte, name string, args ...string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		if a == "FILE" {
			args[i] = file
		}
	}
	return run(t, name, args...)
}

func run(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	out, err := output(name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func output(name string, args ...string) ([]byte, error) {
	var out, problem bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &problem
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s (scripts/with-printing runs this with what it needs): %w\n%s%s", name, err, out.Bytes(), problem.Bytes())
	}
	return out.Bytes(), nil
}

// text is what a PDF says in the order it was printed, without any white.
func text(t testing.TB, pdf []byte) string {
	t.Helper()
	return solid(string(tool(t, pdf, "pdftotext", "-raw", "FILE", "-")))
}

func solid(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \n\r\t\f\u00a0", r) }), "")
}

// word is a word on paper, in millimetres.
type word struct {
	page                   int
	text                   string
	left, top, right, base float64
}

// words measures every word of a PDF.
func words(t testing.TB, pdf []byte) []word {
	t.Helper()
	var doc struct {
		Pages []struct {
			Words []struct {
				XMin float64 `xml:"xMin,attr"`
				YMin float64 `xml:"yMin,attr"`
				XMax float64 `xml:"xMax,attr"`
				YMax float64 `xml:"yMax,attr"`
				Text string  `xml:",chardata"`
			} `xml:"word"`
		} `xml:"body>doc>page"`
	}
	page := tool(t, pdf, "pdftotext", "-bbox", "FILE", "-")
	if err := xml.Unmarshal(page, &doc); err != nil {
		t.Fatal(err)
	}
	var out []word
	for i, p := range doc.Pages {
		for _, w := range p.Words {
			// The box is as high as ascent and descent of the font; letters stand between.
			const ascent, descent = 0.984, 0.316
			base := w.YMin + (w.YMax-w.YMin)*ascent/(ascent+descent)
			out = append(out, word{page: i + 1, text: w.Text, left: w.XMin * point, top: w.YMin * point, right: w.XMax * point, base: base * point})
		}
	}
	if len(out) == 0 {
		t.Fatal("no words on the paper")
	}
	return out
}

// find gives the first place of a word.
func find(t testing.TB, all []word, s string) word {
	t.Helper()
	for _, w := range all {
		if w.text == s {
			return w
		}
	}
	t.Fatalf("%q is not on the paper", s)
	return word{}
}

// raster is a page in grey, as a printer or a camera sees it.
type raster struct {
	w, h int
	grey []byte
	dpi  float64
}

func (r raster) dark(x, y int) bool { return r.grey[y*r.w+x] < 128 }

// mm turns pixels into millimetres.
func (r raster) mm(pixels int) float64 { return float64(pixels) * 25.4 / r.dpi }

// pixels are how many lie within so many millimetres.
func (r raster) pixels(mm float64) int { return int(mm / 25.4 * r.dpi) }

// rasters draws every page of a PDF.
func rasters(t testing.TB, pdf []byte, dpi int) []raster {
	t.Helper()
	dir := t.TempDir()
	tool(t, pdf, "pdftoppm", "-r", fmt.Sprint(dpi), "-gray", "FILE", filepath.Join(dir, "page"))
	files, err := filepath.Glob(filepath.Join(dir, "page*.pgm"))
	if err != nil || len(files) == 0 {
		t.Fatal("no pages drawn", err)
	}
	var out []raster
	for _, f := range files {
		image, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r := raster{dpi: float64(dpi)}
		var most int
		if _, err := fmt.Sscanf(string(image[:min(64, len(image))]), "P5\n%d %d\n%d\n", &r.w, &r.h, &most); err != nil || most != 255 {
			t.Fatal("no grey raster", err)
		}
		r.grey = image[len(image)-r.w*r.h:]
		out = append(out, r)
	}
	return out
}
