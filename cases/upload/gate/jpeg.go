package gate

import (
	"bytes"
	"encoding/binary"
)

// walkJPEG goes from marker to marker, over the compressed data without decoding it, to the end
// of the picture and of the file. Telephones put more behind the picture; see trailer.
func walkJPEG(b []byte) (width, height int, memory int64, err error) {
	p, err := onePicture(b)
	if err == nil {
		err = trailer(b[p.end:])
	}
	return p.width, p.height, p.memory, err
}

// picture is what a walk finds out.
type picture struct {
	end, width, height int
	memory             int64 // bytes that decoding takes
	scans              int
}

// mostPictures is how many smaller ones may follow a picture (CIPA DC-007).
const mostPictures = 8

// trailer takes what cameras are known to put behind a picture: further JPEGs (a preview, a
// gain map), padding, and Samsung's block, which says at its end where it begins.
func trailer(b []byte) error {
	for range mostPictures {
		b = bytes.TrimLeft(b, "\x00\n\r")
		if !bytes.HasPrefix(b, []byte("\xff\xd8\xff")) {
			break
		}
		p, err := onePicture(b)
		if err != nil {
			return err
		}
		b = b[p.end:]
	}
	if len(b) == 0 || samsungBlock(b) {
		return nil
	}
	return errMixed
}

// samsungBlock: "SEFT" ends it, before that stands the length of a directory that begins with
// "SEFH". What it describes lies between the picture and the directory.
func samsungBlock(b []byte) bool {
	n := len(b)
	if n < 16 || string(b[n-4:]) != "SEFT" {
		return false
	}
	size := int(binary.LittleEndian.Uint32(b[n-8:]))
	return size <= n-8 && bytes.HasPrefix(b[n-8-size:], []byte("SEFH"))
}

// onePicture finds where a picture ends.
func onePicture(b []byte) (p picture, err error) {
	for at := 2; at+2 <= len(b); {
		if b[at] != 0xff {
			return p, errBroken
		}
		marker := b[at+1]
		switch {
		case marker == 0xff: // padding
			at++
			continue
		case marker == 0xd9: // end
			if p.end = at + 2; p.scans == 0 {
				return p, errBroken
			}
			return p, nil
		case marker == 0x01 || marker >= 0xd0 && marker <= 0xd8 || marker == 0:
			return p, errBroken // has no place between segments
		}
		if at+4 > len(b) {
			return p, errBroken
		}
		size := int(binary.BigEndian.Uint16(b[at+2:]))
		next := at + 2 + size
		if size < 2 || next > len(b) {
			return p, errBroken
		}
		if err := p.segment(marker, b[at+4:next]); err != nil {
			return p, err
		}
		if at = next; marker == 0xda {
			at = overScan(b, next)
		}
	}
	return p, errBroken
}

func (p *picture) segment(marker byte, body []byte) error {
	switch {
	case isFrame(marker):
		if p.width > 0 {
			return errBroken // one frame, or the second is the real one
		}
		return p.frame(marker, body)
	case marker == 0xda:
		if p.width == 0 || len(body) < 6 {
			return errBroken
		}
		p.scans++
	}
	return nil
}

// isFrame knows the markers SOF0 to SOF15, between which DHT, JPG and DAC stand.
func isFrame(marker byte) bool {
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
}

// frame reads the size of a picture that is baseline or progressive, of eight bits: no camera
// makes others.
func (p *picture) frame(marker byte, body []byte) error {
	if marker > 0xc2 || len(body) < 6 || body[0] != 8 {
		return errBroken
	}
	p.height, p.width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
	parts := int(body[5])
	if p.width == 0 || p.height == 0 || parts != 1 && parts != 3 && parts != 4 || len(body) != 6+3*parts {
		return errBroken
	}
	p.memory = int64(p.width) * int64(p.height) * int64(parts)
	if marker == 0xc2 { // progressive: all coefficients are kept until the end
		p.memory *= 5
	}
	return pixels(p.width, p.height)
}

func pixels(width, height int) error {
	if width > mostSide || height > mostSide || width*height > MostPixels {
		return errPixels
	}
	return nil
}

// overScan goes over compressed data, in which 0xff is followed by 0 or a restart marker.
func overScan(b []byte, at int) int {
	for {
		i := bytes.IndexByte(b[at:], 0xff)
		if i < 0 || at+i+1 >= len(b) {
			return len(b)
		}
		at += i
		if next := b[at+1]; next != 0 && (next < 0xd0 || next > 0xd7) {
			return at
		}
		at += 2
	}
}
