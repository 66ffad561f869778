package debtor

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/skip2/go-qrcode"

	"quitt/bank"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

var rectangle = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// The path must draw exactly the modules of the code.
func TestGiroPathDrawsTheModules(t *testing.T) {
	const payload = "BCD\n002\n1\nSCT\n\nDr. Miriam Lindner\nDE89370400440532013000\nEUR355.28\n\n\nZA-2107"
	svg, err := page.NewQR(payload)
	if err != nil {
		t.Fatal(err)
	}
	code, err := qrcode.New(payload, qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	drawn := make([][]bool, svg.Size)
	for i := range drawn {
		drawn[i] = make([]bool, svg.Size)
	}
	for _, m := range rectangle.FindAllStringSubmatch(svg.Path, -1) {
		x, y, w := number(t, m[1]), number(t, m[2]), number(t, m[3])
		for i := range w {
			drawn[y][x+i] = true
		}
	}
	for y, row := range code.Bitmap() {
		for x, dark := range row {
			if drawn[y][x] != dark {
				t.Fatalf("module %d,%d is %v, want %v", x, y, drawn[y][x], dark)
			}
		}
	}
	if rectangle.ReplaceAllString(svg.Path, "") != "" {
		t.Error("the path has something beside rectangles")
	}
	const dot = 4
	picture := image.NewGray(image.Rect(0, 0, svg.Size*dot, svg.Size*dot))
	for i := range picture.Pix {
		if x, y := i%picture.Stride/dot, i/picture.Stride/dot; !drawn[y][x] {
			picture.Pix[i] = 0xff
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	if got := read(t, file.Bytes()); got != payload {
		t.Errorf("a reader of codes gets %q", got)
	}
}

// read gives what a program that reads codes, and is not ours, finds in a picture.
func read(t *testing.T, picture []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "code.png")
	if err := os.WriteFile(name, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "zbarimg", "--raw", "-Sdisable", "-Sqrcode.enable", "-Sbinary", "-q", name).Output()
	if err != nil {
		t.Errorf("zbarimg: %v", err)
	}
	return string(out)
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What the page shows and what the code carries must be the same transfer.
func TestPayPageShowsTheTransferOfItsCode(t *testing.T) {
	sc, err := room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees().Scene(text.For(text.German), "/akte/bezahlen")
	if err != nil {
		t.Fatal(err)
	}
	p, err := scene(sc).pay(sc.View.Statement.Payable)
	if err != nil {
		t.Fatal(err)
	}
	if p.Holder != "Dr. Miriam Lindner" || p.IBAN != "DE89 3704 0044 0532 0130 00" || p.Reference != "RF45ZA2107" || p.Plain != "355,28" {
		t.Errorf("%+v", p)
	}
	iban, err := bank.ParseIBAN(p.IBANPlain)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := bank.GiroCode{Name: p.Holder, IBAN: iban, AmountCents: int64(p.Amount), Reference: bank.RF(p.Reference)}.Payload()
	if err != nil {
		t.Fatal(err)
	}
	want, err := page.NewQR(payload)
	if err != nil || p.Code != want {
		t.Errorf("the code carries something else: %v", err)
	}
}
