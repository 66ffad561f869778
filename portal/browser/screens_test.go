package browser

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// envScreens names a directory for pictures of every sample, to be looked at by people.
const envScreens = "QUITT_SCREENS"

// envOnly names a part of the names of the pictures wanted, "claim-open-de".
const envOnly = "QUITT_SCREENS_ONLY"

// maxPicture is what a picture in docs/screens may weigh.
const maxPicture = 100_000

// view is one way to look at a sample.
type view struct {
	sample, language string
	width            int64
	scheme           scheme
}

func (v view) file() string {
	return fmt.Sprintf("%s-%s-%d-%s.png", v.sample, v.language, v.width, v.scheme)
}

// shown are the pictures in docs/screens.
var shown = []view{
	{"claim-open", "de", 360, light}, {"claim-open", "de", 360, dark}, {"claim-open", "ar", 360, light},
	{"choose-open", "de", 360, light}, {"plan-running", "de", 360, light}, {"object-choose", "de", 360, light}, {"payment-paid", "de", 360, light},
	{"entry-empty", "de", 360, light}, {"entry-empty", "de", 1280, light}, {"problem-session_ended", "de", 360, light},
	{"staff-start", "de", 1280, light}, {"staff-list", "de", 1280, light}, {"staff-case", "de", 1280, light}, {"staff-report", "de", 1280, light},
}

// TestPicturesForTheDocumentsAreSmallAndShowSomething takes those of docs/screens. With
// QUITT_SCREENS it leaves them in its directory shown, and one of every sample, width,
// scheme and language in its directory all.
func TestPicturesForTheDocumentsAreSmallAndShowSomething(t *testing.T) {
	t.Parallel()
	address, samples := gallery(t)
	dir := os.Getenv(envScreens)
	b := open(t, address)
	b.warm(address, samples[0])
	for _, v := range shown {
		picture := b.picture(address, named(t, samples, v.sample), v)
		if len(picture) > maxPicture {
			t.Errorf("%s has %d bytes, at most %d", v.file(), len(picture), maxPicture)
		}
		if colours := count(t, picture); colours < 8 {
			t.Errorf("%s has %d colours: an empty page", v.file(), colours)
		}
		if dir != "" {
			keep(t, filepath.Join(dir, "shown", v.file()), picture)
		}
	}
	for _, s := range samples {
		for _, language := range languages {
			for _, width := range []int64{360, 768, 1280} {
				for _, sch := range []scheme{light, dark} {
					if v := (view{s.Name, language, width, sch}); dir != "" && strings.Contains(v.file(), os.Getenv(envOnly)) {
						keep(t, filepath.Join(dir, "all", v.file()), b.picture(address, s, v))
					}
				}
			}
		}
	}
}

// picture shows the whole page, not only its first screen.
func (b *tab) picture(address string, s sample, v view) []byte {
	b.Helper()
	b.size(v.width, 740)
	b.wear(v.scheme)
	b.visit(address + s.in(v.language))
	ask[bool](b, "document.fonts.ready.then(() => true)")
	return small(b.T, read(b, chromedp.FullScreenshot(100)))
}

// small writes a picture with a palette of its 256 commonest colours: text and flat areas
// rarely have more, and it takes a third of the space.
func small(t *testing.T, picture []byte) []byte {
	t.Helper()
	full := decode(t, picture)
	palette := palette(full)
	reduced, nearest := image.NewPaletted(full.Bounds(), palette), map[color.RGBA]uint8{}
	for i := range reduced.Pix {
		c := pixel(full, i)
		at, known := nearest[c]
		if !known {
			at = uint8(palette.Index(c))
			nearest[c] = at
		}
		reduced.Pix[i] = at
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, reduced); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// pixel is the n-th of a picture; a page is never transparent.
func pixel(full *image.RGBA, n int) color.RGBA {
	return color.RGBA{full.Pix[4*n], full.Pix[4*n+1], full.Pix[4*n+2], 255}
}

func palette(full *image.RGBA) color.Palette {
	uses := map[color.RGBA]int{}
	for n, run := 0, 0; n < len(full.Pix)/4; n += run {
		c := pixel(full, n)
		for run = 1; n+run < len(full.Pix)/4 && pixel(full, n+run) == c; run++ {
		}
		uses[c] += run
	}
	order := slices.SortedFunc(maps.Keys(uses), func(a, b color.RGBA) int {
		return cmp.Or(uses[b]-uses[a], cmp.Compare(key(a), key(b)))
	})
	var p color.Palette
	for _, c := range order[:min(len(order), 256)] {
		p = append(p, c)
	}
	return p
}

func key(c color.RGBA) uint32 { return uint32(c.R)<<16 | uint32(c.G)<<8 | uint32(c.B) }

func decode(t *testing.T, picture []byte) *image.RGBA {
	t.Helper()
	i, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	full := image.NewRGBA(i.Bounds())
	draw.Draw(full, i.Bounds(), i, i.Bounds().Min, draw.Src)
	return full
}

func count(t *testing.T, picture []byte) int { t.Helper(); return len(palette(decode(t, picture))) }

func keep(t *testing.T, path string, picture []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		t.Fatal(err)
	}
}
