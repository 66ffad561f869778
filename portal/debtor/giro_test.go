package debtor

import (
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
