package raster

import (
	"bytes"
	"image"
)

// Pages reads pictures in the portable pixmap format (P6, 8 bits a colour), one behind the
// other as pdftoppm writes them. Anything else is ErrNoPicture.
func Pages(b []byte) ([]*image.RGBA, error) {
	var list []*image.RGBA
	for len(b) > 0 {
		if len(list) == MostPages {
			return nil, ErrNoPicture
		}
		width, height, rest, ok := header(b)
		if !ok || len(rest) < 3*width*height {
			return nil, ErrNoPicture
		}
		list = append(list, picture(width, height, rest))
		b = rest[3*width*height:]
	}
	if len(list) == 0 {
		return nil, ErrNoPicture
	}
	return list, nil
}

// header reads "P6", width, height and the most a colour can be, with white space between and
// one byte of it behind.
func header(b []byte) (width, height int, rest []byte, ok bool) {
	rest, ok = bytes.CutPrefix(b, []byte("P6"))
	if !ok {
		return 0, 0, nil, false
	}
	most := 0
	for _, to := range []*int{&width, &height, &most} {
		if *to, rest, ok = number(rest); !ok {
			return 0, 0, nil, false
		}
	}
	if most != 255 || width == 0 || height == 0 || len(rest) == 0 || !space(rest[0]) {
		return 0, 0, nil, false
	}
	return width, height, rest[1:], true
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// number reads a number of at most mostSide behind white space.
func number(b []byte) (n int, rest []byte, ok bool) {
	i := 0
	for i < len(b) && space(b[i]) {
		i++
	}
	digits := i
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		if n = 10*n + int(b[i]-'0'); n > mostSide {
			return 0, nil, false
		}
		i++
	}
	return n, b[i:], digits > 0 && i > digits
}

func picture(width, height int, colours []byte) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		copy(p.Pix[4*i:], colours[3*i:3*i+3])
		p.Pix[4*i+3] = 255
	}
	return p
}
