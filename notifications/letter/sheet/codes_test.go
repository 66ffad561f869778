package sheet_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"quitt/debt/letter"
)

// symbols of a token behind the "#": Crockford's.
const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// someLink is a link of a letter: of hosts with short and long names.
func someLink(r *rand.Rand) string {
	token := make([]byte, 26)
	for i := range token {
		token[i] = symbols[r.IntN(len(symbols))]
	}
	return "https://" + strings.Repeat("inkasso", 1+r.IntN(4)) + ".example/#" + string(token)
}

// someTransfer is a GiroCode payload of up to the 331 bytes that EPC069-12 allows; letters
// beyond ASCII count twice.
func someTransfer(r *rand.Rand) string {
	text := func(characters int) string {
		alphabet := []rune("ABCabc 123äöüß-/éŁ")
		var b strings.Builder
		for range r.IntN(characters + 1) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		return strings.TrimSpace(b.String())
	}
	for {
		payload := fmt.Sprintf("BCD\n002\n1\nSCT\n\nG%s\nDE89370400440532013000\nEUR%d.%02d\n\n\nA%s\nH%s", text(69), 1+r.IntN(99999), r.IntN(100), text(139), text(69))
		if len(payload) <= 331 {
			return payload
		}
	}
}

// coded is the sample with other codes: the link's on its first page, the transfer's on its second.
func coded(link, transfer string) letter.Document {
	d := firstNotice()
	codes := []string{link, transfer}
	for i := range d.Body {
		if d.Body[i].Kind == letter.Box {
			d.Body[i].QR, codes = codes[0], codes[1:]
		}
	}
	return d
}

// TestCodesOfPrintedLettersAreReadByteByByte prints letters, draws them as coarse as a camera
// from afar sees them, and has a decoder read them that knows nothing of this house.
// QUITT_PRINTED says how many.
func TestCodesOfPrintedLettersAreReadByteByByte(t *testing.T) {
	letters := 25
	if s := os.Getenv("QUITT_PRINTED"); s != "" {
		var err error
		if letters, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	r := rand.New(rand.NewPCG(13, 69))
	p := press(t)
	largest := "BCD\n002\n1\nSCT\n\n" + strings.Repeat("G", 70) + "\nDE89370400440532013000\nEUR999999999.99\n\n\n" + strings.Repeat("A", 140) + "\n"
	largest += strings.Repeat("H", 331-len(largest))
	read := 0
	for i := range letters {
		want := []string{someLink(r), someTransfer(r)}
		if i == 0 {
			want[1] = largest
		}
		pdf, _, err := p.Print(coded(want[0], want[1]))
		if err != nil {
			t.Fatal(err)
		}
		got := decoded(t, pdf)
		for k := range want {
			if k >= len(got) || got[k] != want[k] {
				t.Errorf("letter %d: code %d was not read; want %q of %q", i, k+1, want[k], got)
				continue
			}
			read++
		}
	}
	t.Logf("%d of %d codes of %d letters read", read, 2*letters, letters)
}

// decoded gives the content of the code on each page that has one.
func decoded(t *testing.T, pdf []byte) (contents []string) {
	t.Helper()
	dir := t.TempDir()
	tool(t, pdf, "pdftoppm", "-r", "150", "-gray", "FILE", filepath.Join(dir, "page"))
	pages, err := filepath.Glob(filepath.Join(dir, "*.pgm"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		// QR alone: once in a thousand letters the decoder also takes the edge of a QR code
		// for a bar code of six digits.
		out, err := output("zbarimg", "--raw", "-Sdisable", "-Sqrcode.enable", "-Sbinary", "-q", page)
		if err != nil {
			t.Error(err)
			continue
		}
		contents = append(contents, string(out))
	}
	return contents
}

func TestCodesAreLargeEnoughAndHaveTheirQuietZone(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	// The largest GiroCode has 69 modules at level M; a code of a lower level has fewer.
	for payload, modules := range map[string]int{someLink(r): 0, strings.Repeat("Ä", 165): 69, strings.Repeat("x", 600): 0, "x": 21} {
		pdf, _ := printed(t, coded(payload, giroCode))
		page := rasters(t, pdf, 300)[0]
		left, top, right, bottom := codeEdges(t, page)
		wide := page.mm(right - left)
		if wide < 29.9 || page.mm(bottom-top) < 29.9 {
			t.Errorf("%d bytes: the code is %.1f mm wide", len(payload), wide)
		}
		module := page.mm(finder(page, left, top)) / 7
		if module < 0.44 {
			t.Errorf("%d bytes: a module is %.2f mm wide", len(payload), module)
		}
		if got := int(wide/module + 0.5); modules > 0 && (got < modules-1 || got > modules+1) {
			t.Errorf("%d bytes: %d modules, want %d", len(payload), got, modules)
		}
		quiet := page.pixels(4*module) - 2
		for y := top - quiet; y < bottom+quiet; y++ {
			for x := left - quiet; x < right+quiet; x++ {
				if (x < left-1 || x > right+1 || y < top-1 || y > bottom+1) && page.dark(x, y) {
					t.Fatalf("%d bytes: something %d, %d pixels off the code's corner is in its quiet zone", len(payload), x-left, y-top)
				}
			}
		}
	}
}

// isFinder reports whether a square of seven modules, a white one of five in it and a dark one
// of three in that, stands at a pixel.
func isFinder(page raster, x, y, n int) bool {
	down := 0
	for page.dark(x, y+down) {
		down++
	}
	module := float64(n) / 7
	at := func(i, k float64) bool { return page.dark(x+int(i*module), y+int(k*module)) }
	return down >= n-1 && down <= n+1 && !page.dark(x-1, y) && !page.dark(x, y-1) &&
		at(3.5, 3.5) && at(2.5, 4.5) && !at(1.5, 1.5) && !at(5.5, 3.5) && at(6.5, 6.5)
}

// codeEdges finds the code by its first finder pattern.
func codeEdges(t *testing.T, page raster) (left, top, right, bottom int) {
	t.Helper()
	for y := page.pixels(100); y < page.h; y++ {
		for x := page.pixels(100); x < page.pixels(189); x++ {
			n := finder(page, x, y)
			if w := page.mm(n); w < 3 || w > 15 || !isFinder(page, x, y, n) {
				continue
			}
			left, top = x, y
			for right = page.pixels(189); !page.dark(right, top+1); right-- {
			}
			for bottom = top + right - left + 4; !page.dark(left+1, bottom); bottom-- {
			}
			return left, top, right + 1, bottom + 1
		}
	}
	t.Fatal("no code on the page")
	return 0, 0, 0, 0
}

// finder is how long the dark run is that begins at a pixel.
func finder(page raster, x, y int) (n int) {
	for x+n < page.w && page.dark(x+n, y) {
		n++
	}
	return n
}

func TestACodeThatHoldsNothingMoreIsAnErrorNotAPanic(t *testing.T) {
	if _, _, err := press(t).Print(coded(strings.Repeat("x", 4000), giroCode)); err == nil || bytes.Contains([]byte(err.Error()), []byte("xxx")) {
		t.Errorf("got %v; want an error without the content", err)
	}
}
