package raster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"quitt/cases/upload/raster"
)

// script is a program that stands in for pdftoppm.
func script(t *testing.T, does string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "drawing")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+does+"\n"), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	return path
}

// pdf has as many empty pages.
func pdf(pages int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[")
	for i := range pages {
		fmt.Fprintf(&b, "%d 0 R ", i+3)
	}
	fmt.Fprintf(&b, "]/Count %d/MediaBox[0 0 100 200]>> endobj\n", pages)
	for i := range pages {
		fmt.Fprintf(&b, "%d 0 obj <</Type/Page/Parent 2 0 R>> endobj\n", i+3)
	}
	b.WriteString("trailer <</Root 1 0 R>>\n%%EOF\n")
	return b.Bytes()
}

func TestDrawsPagesOneBelowTheOther(t *testing.T) {
	tool := raster.Find("pdftoppm")
	if tool == nil {
		t.Fatal("pdftoppm is missing: install poppler-utils")
	}
	for pages, height := range map[int]int{1: 1600, 3: 4800, 12: raster.MostPages * 1600} {
		drawn, err := tool.JPEG(t.Context(), pdf(pages))
		if err != nil {
			t.Fatalf("%d pages: %v", pages, err)
		}
		size, err := jpeg.DecodeConfig(bytes.NewReader(drawn))
		if err != nil || size.Width != 800 || size.Height != height {
			t.Errorf("%d pages: %d × %d, %v", pages, size.Width, size.Height, err)
		}
	}
	if _, err := tool.JPEG(t.Context(), []byte("%PDF-1.4 nothing")); !errors.Is(err, raster.ErrNoPicture) {
		t.Errorf("nothing to draw: %v", err)
	}
}

func TestWithoutTheProgramThereIsNoTool(t *testing.T) {
	if raster.Find("quitt-has-no-such-program") != nil {
		t.Error("found")
	}
}

// gone waits until a process has ended; one that nobody has waited for yet is over too.
func gone(t *testing.T, pid string) {
	t.Helper()
	for range 1000 {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if errors.Is(err, os.ErrNotExist) || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %s is still there", pid)
}

// At the deadline the child is killed, and what it has started with it.
func TestKillsTheChildAtTheDeadline(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pids")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	tool := raster.Tool{Program: script(t, `sleep 1000 & echo "$$ $!" > `+pipe+`; while :; do :; done`)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error)
	go func() { _, err := tool.JPEG(ctx, nil); ended <- err }()
	told, err := os.ReadFile(pipe) //nolint:gosec // the test's own
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, raster.ErrNoPicture) {
		t.Errorf("%v", err)
	}
	pids := strings.Fields(string(told))
	if len(pids) != 2 {
		t.Fatalf("%q", told)
	}
	for _, pid := range pids {
		gone(t, pid)
	}
	tool = raster.Tool{Program: script(t, "while :; do :; done"), Patience: 50 * time.Millisecond}
	if _, err := tool.JPEG(t.Context(), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("its own patience: %v", err)
	}
}

// One pixel is what the scripts draw that are not stopped.
const pixel = `printf 'P6 1 1 255\nabc'`

func TestLimitsTheChild(t *testing.T) {
	held := func(bytes int) string {
		return fmt.Sprintf("head -c %d /dev/zero | tail -c %d > /dev/null || exit 1\n", bytes, bytes) + pixel
	}
	for name, c := range map[string]struct {
		does string
		ok   bool
	}{
		"draws":              {pixel, true},
		"little memory":      {held(10 << 20), true},
		"more than its own":  {held(400 << 20), false},
		"fails":              {"exit 3", false},
		"draws nothing":      {":", false},
		"writes without end": {"cat /dev/zero", false},
		"draws too much":     {"for i in 1 2 3 4 5 6 7 8 9 10 11; do " + pixel + "; done", false},
		"writes a file":      {`echo x > "$0.out" || exit 1; [ ! -s "$0.out" ] || ` + pixel, false},
		"sees the settings":  {`[ -z "$QUITT_SECRET" ] && ` + pixel, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("QUITT_SECRET", "secret")
			tool := raster.Tool{Program: script(t, c.does), Memory: 128 << 20}
			drawn, err := tool.JPEG(t.Context(), nil)
			if (err == nil) != c.ok || c.ok == (len(drawn) == 0) {
				t.Errorf("%d bytes, %v", len(drawn), err)
			}
			if !c.ok && (!errors.Is(err, raster.ErrNoPicture) || errors.Is(err, context.DeadlineExceeded)) {
				t.Errorf("refused as %v", err)
			}
		})
	}
}

func TestPages(t *testing.T) {
	one := "P6 2 1 255\nabcdef"
	for text, pages := range map[string]int{
		one: 1, one + one: 2, "P6\n2\t1\r255 abcdef": 1, "": 0, "P6": 0, "P5 2 1 255\nab": 0, "P6 2 1 255\nabcde": 0, one + "P": 0,
		"P6 0 1 255\n": 0, "P6 2 1 65535\nabcdef": 0, "P6 99999999999999999999 1 255\na": 0, "P6 2 1 255": 0, "P6 2 1 255xabcdef": 0,
		strings.Repeat(one, raster.MostPages): raster.MostPages, strings.Repeat(one, raster.MostPages+1): 0,
	} {
		got, err := raster.Pages([]byte(text))
		if len(got) != pages || (err == nil) != (pages > 0) {
			t.Errorf("%q: %d pages, %v", text, len(got), err)
		}
	}
	got, err := raster.Pages([]byte(one))
	if err != nil || got[0].RGBAAt(1, 0).R != 'd' || got[0].RGBAAt(1, 0).A != 255 {
		t.Errorf("%v %v", got, err)
	}
}

func FuzzPages(f *testing.F) {
	f.Add([]byte("P6 2 1 255\nabcdef"))
	f.Add([]byte("P6 16000 16000 255\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		pages, err := raster.Pages(b)
		held := 0
		for _, p := range pages {
			held += 3 * p.Rect.Dx() * p.Rect.Dy()
		}
		if (err == nil) != (len(pages) > 0) || held > len(b) {
			t.Errorf("%d pages of %d bytes from %d, %v", len(pages), held, len(b), err)
		}
	})
}
