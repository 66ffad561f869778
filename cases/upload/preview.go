package upload

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"

	"quitt/cases/upload/gate"
	"quitt/cases/upload/gate/pdf"
	"quitt/store/documents"
)

const (
	mostMemory  = 200 << 20 // that decoding a picture may take; more has no preview
	previewSide = 2000      // pixels: a page of A4 can be read
)

// picture makes what staff look at: pixels drawn anew, so that nothing of the file but what is
// seen is left of it, the right way up; of a PDF the bare pages. nil if it cannot be made: the
// decoders meet what strangers sent, so what goes wrong in them ends here.
func picture(f gate.Found, content []byte) (made []byte, kind documents.Kind) {
	defer func() {
		if recover() != nil {
			made, kind = nil, ""
		}
	}()
	if f.Kind == documents.PDF {
		d, err := pdf.Parse(content)
		if err != nil {
			return nil, ""
		}
		if made, err = d.Bare(); err != nil {
			return nil, ""
		}
		return made, documents.PDF
	}
	if f.Memory > mostMemory {
		return nil, ""
	}
	decode := jpeg.Decode
	if f.Kind == documents.PNG {
		decode = png.Decode
	}
	seen, err := decode(bytes.NewReader(content))
	if err != nil {
		return nil, ""
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, upright(shrunk(seen), orientation(content)), &jpeg.Options{Quality: 85}); err != nil {
		return nil, ""
	}
	return out.Bytes(), documents.JPEG
}

// shrunk draws a picture on white with at most previewSide pixels a side. Each pixel is the
// mean of those it stands for; a band of rows at a time is converted, not the whole.
func shrunk(seen image.Image) *image.RGBA {
	b := seen.Bounds()
	by := max(1, (max(b.Dx(), b.Dy())+previewSide-1)/previewSide)
	width, height := max(1, b.Dx()/by), max(1, b.Dy()/by)
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	band := image.NewRGBA(image.Rect(0, 0, b.Dx(), by))
	for y := range height {
		draw.Draw(band, band.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
		draw.Draw(band, band.Bounds(), seen, image.Pt(b.Min.X, b.Min.Y+y*by), draw.Over)
		for x := range width {
			out.SetRGBA(x, y, mean(band, x*by, by))
		}
	}
	return out
}

func mean(band *image.RGBA, from, by int) color.RGBA {
	var r, g, b, n uint32
	height := band.Bounds().Dy()
	for y := range height {
		for x := from; x < min(from+by, band.Bounds().Dx()); x++ {
			p := band.RGBAAt(x, y)
			r, g, b, n = r+uint32(p.R), g+uint32(p.G), b+uint32(p.B), n+1
		}
	}
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 255} //nolint:gosec // means of bytes
}

// upright turns a picture as its camera was held (EXIF 2.32, tag 0x0112).
func upright(p *image.RGBA, way int) *image.RGBA {
	if way < 2 || way > 8 {
		return p
	}
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	if way > 4 {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			fx, fy := x, y
			switch way {
			case 2:
				fx = w - 1 - x
			case 3:
				fx, fy = w-1-x, h-1-y
			case 4:
				fy = h - 1 - y
			case 5:
				fx, fy = y, x
			case 6:
				fx, fy = y, w-1-x
			case 7:
				fx, fy = h-1-y, w-1-x
			case 8:
				fx, fy = h-1-y, x
			}
			out.SetRGBA(x, y, p.RGBAAt(fx, fy))
		}
	}
	return out
}

// orientation reads that one tag; 0 if there is none.
func orientation(b []byte) int {
	i := bytes.Index(b[:min(len(b), 64<<10)], []byte("Exif\x00\x00"))
	if i < 0 || !bytes.HasPrefix(b, []byte("\xff\xd8")) {
		return 0
	}
	t := b[i+6:]
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(t, []byte("II")) {
		order = binary.LittleEndian
	}
	if len(t) < 8 {
		return 0
	}
	at := int(order.Uint32(t[4:]))
	if at < 8 || at+2 > len(t) {
		return 0
	}
	for n := int(order.Uint16(t[at:])); n > 0 && at+14 <= len(t); n, at = n-1, at+12 {
		if order.Uint16(t[at+2:]) == 0x0112 {
			return int(order.Uint16(t[at+10:]))
		}
	}
	return 0
}
