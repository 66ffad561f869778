package gate

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"slices"
)

const pngHead = "\x89PNG\r\n\x1a\n"

// mostText bounds what a packed text or colour profile of a picture may unpack to.
const mostText = 4 << 20

// pngWalk is what is known on the way through the chunks.
type pngWalk struct {
	width, height int
	want          int64 // bytes the pixels unpack to
	each          int64 // bytes of a pixel once decoded
	data          [][]byte
	ended         bool // the pixels are over
	palette, need bool
}

// walkPNG checks every chunk and its sum, and unpacks the pixels without keeping them: they must
// be as many as the head says, not one byte more.
func walkPNG(b []byte) (width, height int, memory int64, err error) {
	var w pngWalk
	for at := len(pngHead); ; {
		if len(b)-at < 12 {
			return 0, 0, 0, errBroken
		}
		size := int(binary.BigEndian.Uint32(b[at:]))
		if size > len(b)-at-12 {
			return 0, 0, 0, errBroken
		}
		name, body := string(b[at+4:at+8]), b[at+8:at+8+size]
		if crc32.ChecksumIEEE(b[at+4:at+8+size]) != binary.BigEndian.Uint32(b[at+8+size:]) {
			return 0, 0, 0, errBroken
		}
		at += 12 + size
		if name == "IEND" {
			if size > 0 || len(w.data) == 0 || w.need && !w.palette {
				return 0, 0, 0, errBroken
			}
			if at != len(b) {
				return 0, 0, 0, errMixed
			}
			return w.width, w.height, int64(w.width) * int64(w.height) * w.each, unpack(w.data, w.want)
		}
		if err := w.chunk(name, body); err != nil {
			return 0, 0, 0, err
		}
	}
}

func (w *pngWalk) chunk(name string, body []byte) error {
	if (name == "IHDR") == (w.width > 0) {
		return errBroken // first, and once
	}
	if name != "IDAT" && len(w.data) > 0 {
		w.ended = true
	}
	switch name {
	case "IHDR":
		return w.head(body)
	case "PLTE":
		if w.palette || len(w.data) > 0 || len(body) == 0 || len(body)%3 != 0 || len(body) > 768 {
			return errBroken
		}
		w.palette = true
	case "IDAT":
		if w.ended {
			return errBroken
		}
		w.data = append(w.data, body)
	case "zTXt", "iTXt", "iCCP":
		return packedText(name, body)
	case "acTL", "fcTL", "fdAT":
		return errMixed // a film
	default:
		if name[0]&0x20 == 0 {
			return errBroken // critical, and not known
		}
	}
	return nil
}

var depths = map[byte][]byte{0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}

func (w *pngWalk) head(body []byte) error {
	if len(body) != 13 {
		return errBroken
	}
	width, height := binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:])
	depth, colour := body[8], body[9]
	switch {
	case width == 0 || height == 0 || !slices.Contains(depths[colour], depth) || body[10] != 0 || body[11] != 0 || body[12] > 1:
		return errBroken
	case width > mostSide || height > mostSide:
		return errPixels
	}
	w.width, w.height, w.need = int(width), int(height), colour == 3
	bits := int64(depth) * map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
	w.each = 4 * int64(max(1, depth/8))
	w.want = unpacked(w.width, w.height, bits, body[12] == 1)
	return pixels(w.width, w.height)
}

// unpacked is how many bytes the pixels have: each row its filter and its bits; interlaced,
// seven pictures of them.
func unpacked(width, height int, bits int64, interlaced bool) (n int64) {
	passes := [][4]int{{0, 0, 1, 1}}
	if interlaced {
		passes = [][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
	}
	for _, p := range passes {
		across, down := (width-p[0]+p[2]-1)/p[2], (height-p[1]+p[3]-1)/p[3]
		if across > 0 && down > 0 {
			n += int64(down) * (1 + (int64(across)*bits+7)/8)
		}
	}
	return n
}

// unpack counts what the pixels are, and that nothing follows them.
func unpack(parts [][]byte, want int64) error {
	list := make([]io.Reader, len(parts))
	for i, p := range parts {
		list[i] = bytes.NewReader(p)
	}
	packed := &byByte{r: io.MultiReader(list...)}
	z, err := zlib.NewReader(packed)
	if err != nil {
		return errBroken
	}
	n, err := io.Copy(io.Discard, io.LimitReader(z, want+1))
	switch {
	case n > want:
		return errBomb
	case err != nil || n < want:
		return errBroken
	}
	if _, err := packed.ReadByte(); !errors.Is(err, io.EOF) {
		return errMixed
	}
	return nil
}

// byByte keeps zlib from reading ahead, so that what follows can be seen.
type byByte struct {
	r    io.Reader
	buf  [4096]byte
	n, i int
}

func (b *byByte) Read(p []byte) (int, error) {
	if b.i == b.n {
		if err := b.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.buf[b.i:b.n])
	b.i += n
	return n, nil
}

func (b *byByte) ReadByte() (byte, error) {
	if b.i == b.n {
		if err := b.fill(); err != nil {
			return 0, err
		}
	}
	b.i++
	return b.buf[b.i-1], nil
}

func (b *byByte) fill() error {
	for {
		n, err := b.r.Read(b.buf[:])
		if b.i, b.n = 0, n; n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// packedText unpacks a text or profile as far as it may go. What is not packed or cannot be
// unpacked is no danger: whoever reads it stops there too.
func packedText(name string, body []byte) error {
	i := bytes.IndexByte(body, 0)
	switch {
	case i < 0 || len(body) < i+2:
		return errBroken
	case name == "iTXt" && (len(body) < i+3 || body[i+1] == 0):
		return nil // plain
	}
	packed := body[i+2:]
	if name == "iTXt" {
		parts := bytes.SplitN(body[i+3:], []byte{0}, 3) // language, translated word, text
		if len(parts) < 3 {
			return errBroken
		}
		packed = parts[2]
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	if n, _ := io.Copy(io.Discard, io.LimitReader(z, mostText+1)); n > mostText {
		return errBomb
	}
	return nil
}
