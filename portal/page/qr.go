package page

import (
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"
)

// QR is a code as one path in a square of Size modules, quiet zone included. The
// zero value is no code.
type QR struct {
	Size int
	Path string
}

// NewQR draws a payload at error level M, as EPC069-12 asks. Dark modules that lie side
// by side are one rectangle.
func NewQR(payload string) (QR, error) {
	code, err := qrcode.New(payload, qrcode.Medium)
	if err != nil {
		return QR{}, fmt.Errorf("page: QR code: %w", err)
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
	return QR{len(modules), path.String()}, nil
}

// QRPicture draws the same code as a PNG, eight dots to a module.
func QRPicture(payload string) ([]byte, error) {
	code, err := qrcode.New(payload, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("page: QR code: %w", err)
	}
	return code.PNG(-8)
}
