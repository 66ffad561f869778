package portal

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// resident reads a figure of this process in kilobytes: VmRSS, or VmHWM, the most since reset.
func resident(t *testing.T, name string) int {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(b)
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// growth is by how many megabytes the process grows at most while something runs.
func growth(t *testing.T, run func()) int {
	t.Helper()
	debug.FreeOSMemory()
	before := resident(t, "VmRSS")
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
	run()
	return (resident(t, "VmHWM") - before) >> 10
}

// drawn is a PDF of a size with a stream of its own, so that no two are the same.
func drawn(n int, mark string) []byte {
	return bytes.Replace(onePage("MARK"), []byte("stream\nBT (MARK) Tj ET"), []byte("stream\n"+mark+strings.Repeat("0 0 m ", n/6)), 1)
}

func squeezed(n int) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = io.CopyN(w, zero{}, int64(n))
	_ = w.Close()
	return out.Bytes()
}

type zero struct{}

func (zero) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// pictureOf is a PNG of a size; its pixels are as many as given.
func pictureOf(side uint32, pixels []byte) []byte {
	out := []byte("\x89PNG\r\n\x1a\n")
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, side), side)
	for _, c := range [][]byte{append([]byte("IHDR"), append(head, 8, 6, 0, 0, 0)...), append([]byte("IDAT"), pixels...), []byte("IEND")} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(c)-4))
		out = binary.BigEndian.AppendUint32(append(out, c...), crc32.ChecksumIEEE(c))
	}
	return out
}

// The worst form with files costs 64 MB at most (docs/threat-model.md).
func TestTheWorstFormCostsLittle(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	full := w.role("full view")
	holder := func(keys string, packed []byte) []byte {
		return bytes.Replace(onePage("x"), []byte("trailer"), fmt.Appendf(nil, "9 0 obj <<%s/Filter/FlateDecode/Length %d>> stream\n%s\nendstream endobj\ntrailer", keys, len(packed), packed), 1)
	}
	numbers := bytes.Replace(onePage("x"), []byte("trailer"), []byte("9 0 obj ["+strings.Repeat("1 ", 4_900_000)+"] endobj\ntrailer"), 1)
	forms := map[string]struct {
		names    []string
		contents [][]byte
	}{
		"five files of ten megabytes": {[]string{"1.pdf", "2.pdf", "3.pdf", "4.pdf", "5.pdf"}, [][]byte{drawn(9_900_000, "1"), drawn(9_900_000, "2"), drawn(9_900_000, "3"), drawn(9_900_000, "4"), drawn(9_900_000, "5")}},
		"one of forty":                {[]string{"1.pdf"}, [][]byte{drawn(40_000_000, "1")}},
		"a picture of 3.6 gigabytes":  {[]string{"1.png"}, [][]byte{pictureOf(30_000, squeezed(1<<30))}},
		"a picture at its bound":      {[]string{"1.png"}, [][]byte{pictureOf(6_300, squeezed(6_300*(6_300*4+1)))}},
		"objects of a gigabyte":       {[]string{"1.pdf"}, [][]byte{holder("/Type/ObjStm/N 1/First 4", squeezed(1<<30))}},
		"a page of a gigabyte":        {[]string{"1.pdf"}, [][]byte{holder("", squeezed(1<<30))}},
		"five million numbers":        {[]string{"1.pdf"}, [][]byte{numbers}},
	}
	for name, f := range forms {
		body, kind := sent(formToken(full.cookie), f.names, f.contents...)
		status := 0
		got := growth(t, func() { status, _ = st.uploads(t, full.cookie, "", body, kind) })
		t.Logf("%s: %d bytes sent, answered %d, grows by %d MB", name, body.Cap(), status, got)
		if got > 64 || status == 0 || status >= 500 {
			t.Errorf("%s: grows by %d MB, answered %d", name, got, status)
		}
	}
}
