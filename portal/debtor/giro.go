package debtor

import (
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"
)

// giroSVG is a QR code as one path in a square of Size modules, quiet zone included. The
// zero value is no code.
type giroSVG struct {
	Size int
	Path string
}

// newGiroSVG draws a payload at error level M, as EPC069-12 asks. Dark modules that lie side
// by side are one rectangle.
func newGiroSVG(payload string) (giroSVG, error) {
	code, err := qrcode.New(payload, qrcode.Medium)
	if err != nil {
		return giroSVG{}, fmt.Errorf("giro code: %w", err)
	}
	modules := code.Bitmap()
	var path strings.Builder
	for y, row := range modules {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x+1 < len(row) && row[x+1] {
				x++
			}
			fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x+1-from, x+1-from)
		}
	}
	return giroSVG{len(modules), path.String()}, nil
}
