// Package raster draws the pages of a PDF as one picture, with a program of its own (pdftoppm
// of Poppler) in a child that has no network, little memory and little time: what strangers sent
// is never drawn inside Quitt. The child reads standard input and writes standard output, no
// file at all.
package raster

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"os/exec"
	"strconv"
	"time"
)

// Tool draws with a program. The zero values of the limits are the ones to be used.
type Tool struct {
	Program  string
	Patience time.Duration // until the child is killed; 0 is 10 s
	Memory   int64         // bytes of address space; 0 is 512 MiB
}

// Find gives the tool under a name or path; nil where it is not installed.
func Find(program string) *Tool {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil
	}
	return &Tool{Program: path}
}

const (
	patience = 10 * time.Second
	memory   = 512 << 20
	// MostPages is how many pages the picture shows.
	MostPages  = 10
	longSide   = 1600     // pixels: the small print of a page of A4 can be read
	mostOutput = 96 << 20 // bytes, more than MostPages square pages of colours need
	mostSide   = MostPages * longSide
)

// ErrNoPicture says that the program made nothing of the PDF, or more than a picture may be.
var ErrNoPicture = errors.New("raster: no picture")

// limits sets the limits of the child before it becomes the program: address space in KiB,
// seconds of processor, no file written, no memory image left behind.
const limits = `ulimit -v "$1" && ulimit -t "$2" && ulimit -f 0 && ulimit -c 0 && shift 2 && exec "$@"`

// JPEG draws the first MostPages of a PDF, one below the other.
func (t *Tool) JPEG(ctx context.Context, pdf []byte) ([]byte, error) {
	wait, space := t.Patience, t.Memory
	if wait == 0 {
		wait = patience
	}
	if space == 0 {
		space = memory
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	seconds := strconv.Itoa(int(wait/time.Second) + 1)
	args := []string{"-c", limits, "sh", strconv.FormatInt(space>>10, 10), seconds, t.Program,
		"-l", strconv.Itoa(MostPages), "-scale-to", strconv.Itoa(longSide), "-"}
	drawn, err := run(ctx, args, pdf)
	if err != nil {
		return nil, err
	}
	pages, err := Pages(drawn)
	if err != nil {
		return nil, err
	}
	return join(pages)
}

// run gives what the child writes. At the deadline it is killed with everything it has started.
func run(ctx context.Context, args []string, input []byte) ([]byte, error) {
	var err error
	for _, alone := range []bool{true, false} {
		child := exec.CommandContext(ctx, "sh", args...) //nolint:gosec // the operator's program; the input is no argument
		child.Stdin, child.Dir, child.Env = bytes.NewReader(input), "/", []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}
		out := &bounded{most: mostOutput}
		child.Stdout, child.WaitDelay = out, time.Second
		confine(child, alone)
		if err = child.Start(); err != nil {
			continue // a kernel that lets nobody have a network of his own
		}
		if err := child.Wait(); err != nil {
			return nil, errors.Join(ErrNoPicture, err, context.Cause(ctx))
		}
		return out.held, nil
	}
	return nil, err
}

// bounded refuses what is more than most; the child then dies of a broken pipe.
type bounded struct {
	held []byte
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(b.held)+len(p) > b.most {
		return 0, io.ErrShortBuffer
	}
	b.held = append(b.held, p...)
	return len(p), nil
}

// join puts pages one below the other, on white.
func join(pages []*image.RGBA) ([]byte, error) {
	width, height := 0, 0
	for i, p := range pages {
		if height+p.Rect.Dy() > mostSide {
			pages = pages[:i]
			break
		}
		width, height = max(width, p.Rect.Dx()), height+p.Rect.Dy()
	}
	if width == 0 || height == 0 || width > mostSide {
		return nil, ErrNoPicture
	}
	whole := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range whole.Pix {
		whole.Pix[i] = 255
	}
	at := 0
	for _, p := range pages {
		for y := range p.Rect.Dy() {
			copy(whole.Pix[(at+y)*whole.Stride:], p.Pix[y*p.Stride:(y+1)*p.Stride])
		}
		at += p.Rect.Dy()
	}
	for x := range width { // a line between two pages
		for y, i := 0, 0; i < len(pages)-1; i++ {
			y += pages[i].Rect.Dy()
			whole.SetRGBA(x, y, color.RGBA{200, 200, 200, 255})
		}
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, whole, &jpeg.Options{Quality: 80})
	return out.Bytes(), err
}
