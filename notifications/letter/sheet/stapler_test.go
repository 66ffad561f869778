package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"quitt/debt/letter"
	"quitt/notifications/letter/sheet"
)

// numbered is a letter that says which one it is, on as many pages as it likes.
func numberedLetter(i int) letter.Document {
	d := firstNotice()
	d.Subject = fmt.Sprintf("Nummer%04d", i)
	if i%3 == 0 {
		d.Body = d.Body[:2]
	}
	return d
}

func stapled(t testing.TB, title string, letters ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	s := sheet.NewStapler(&out, title)
	for _, pdf := range letters {
		if err := s.Add(pdf); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestThreeHundredLettersBecomeOneFile(t *testing.T) {
	p := press(t)
	var letters [][]byte
	total := 0
	for i := range 300 {
		pdf, pages, err := p.Print(numberedLetter(i))
		if err != nil {
			t.Fatal(err)
		}
		letters, total = append(letters, pdf), total+pages
	}
	file := stapled(t, "Lauf 12 – Ärger (Probe) \\", letters...)
	if out := string(tool(t, file, "qpdf", "--check", "FILE")); strings.Contains(out, "WARNING") {
		t.Error(out)
	}
	info := string(tool(t, file, "pdfinfo", "FILE"))
	for _, want := range []string{"Title:           Lauf 12 – Ärger (Probe) \\\n", "Creator:         Quitt\n", fmt.Sprintf("Pages:           %d\n", total)} {
		if !strings.Contains(info, want) {
			t.Errorf("want %q in\n%s", want, info)
		}
	}
	if !bytes.Contains(file, []byte("/Lang (de)")) {
		t.Error("no language")
	}
	got := text(t, file)
	for i := range 300 {
		word := fmt.Sprintf("Nummer%04d", i)
		at := strings.Index(got, word)
		if at < 0 {
			t.Fatalf("%s is missing or in the wrong place", word)
		}
		got = got[at:]
	}
}

func TestAStapledLetterLooksAsItDidAlone(t *testing.T) {
	first, _ := printed(t, numberedLetter(1))
	second, _ := printed(t, statement(20))
	file := stapled(t, "", first, second, first)
	alone := append(append(rasters(t, first, 60), rasters(t, second, 60)...), rasters(t, first, 60)...)
	together := rasters(t, file, 60)
	if len(alone) != len(together) {
		t.Fatalf("%d pages alone, %d together", len(alone), len(together))
	}
	for i := range alone {
		if !bytes.Equal(alone[i].grey, together[i].grey) {
			t.Errorf("page %d looks different", i+1)
		}
	}
}

func TestStaplingTheSameGivesTheSameBytes(t *testing.T) {
	pdf, _ := printed(t, firstNotice())
	if !bytes.Equal(stapled(t, "A", pdf, pdf), stapled(t, "A", pdf, pdf)) {
		t.Error("stapled again it differs")
	}
}

func TestOnlyLettersOfThePressAreStapled(t *testing.T) {
	good, _ := printed(t, firstNotice())
	foreign := map[string][]byte{
		"empty":           nil,
		"text":            []byte("Guten Tag"),
		"cut off":         good[:len(good)-40],
		"cut in half":     good[:len(good)/2],
		"something after": append(bytes.Clone(good), " "...),
		"another maker":   bytes.ReplaceAll(good, []byte("\x00Q\x00u\x00i\x00t\x00t"), []byte("\x00W\x00o\x00r\x00d\x00!")),
		"moved":           append([]byte("%PDF-1.3\n%moved\n"), good...),
		"dangling":        bytes.Replace(good, []byte("/Resources 2 0 R"), []byte("/Resources 9999 0 R"), 1),
		"rewritten":       tool(t, good, "qpdf", "--object-streams=generate", "FILE", "-"),
		"stapled":         stapled(t, "", good),
	}
	var out bytes.Buffer
	s := sheet.NewStapler(&out, "Lauf")
	for name, pdf := range foreign {
		if err := s.Add(pdf); err == nil || !strings.Contains(err.Error(), "not a PDF of this press") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := s.Add(good); err != nil {
		t.Fatal(err)
	}
	for _, pdf := range foreign {
		if err := s.Add(pdf); err == nil {
			t.Error("added")
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tool(t, out.Bytes(), "qpdf", "--check", "FILE")
	if info := string(tool(t, out.Bytes(), "pdfinfo", "FILE")); !strings.Contains(info, "Pages:           2\n") {
		t.Error(info)
	}
}

func TestAFileWithoutLettersIsNone(t *testing.T) {
	s := sheet.NewStapler(io.Discard, "Lauf")
	if err := s.Close(); err == nil {
		t.Error("want an error")
	}
}

func TestAfterItsEndNothingIsAdded(t *testing.T) {
	pdf, _ := printed(t, firstNotice())
	s := sheet.NewStapler(io.Discard, "Lauf")
	if err := s.Add(pdf); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s.Add(pdf) == nil || s.Close() == nil {
		t.Error("want errors")
	}
}

// full is a disk without room.
type full struct{ room int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestAFullDiskIsReportedAndStays(t *testing.T) {
	pdf, _ := printed(t, firstNotice())
	s := sheet.NewStapler(&full{room: 200 << 10}, "Lauf")
	for range 20 {
		_ = s.Add(pdf) // one of them meets the end
	}
	if err := s.Add(pdf); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
	if err := s.Close(); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

// TestStaplingNeedsNoMoreMemoryForMoreLetters would see the letters (75 MB) or even their
// resources kept; the offsets of three thousand are half a megabyte.
func TestStaplingNeedsNoMoreMemoryForMoreLetters(t *testing.T) {
	pdf, _ := printed(t, firstNotice())
	s := sheet.NewStapler(io.Discard, "Lauf")
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var before uint64
	for i := range 3100 {
		if i == 100 {
			before = heap()
		}
		if err := s.Add(pdf); err != nil {
			t.Fatal(err)
		}
	}
	after := heap()
	if after > before+8<<20 {
		t.Errorf("3,000 letters took %d KB of memory", (after-before)>>10)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// tiny is the smallest PDF of the form that the press gives: the fuzzer changes small inputs
// much faster than real letters.
func tiny() []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.3\n")
	offsets := []int{0}
	for i, object := range []string{
		"<</Type /Pages\n/Kids [2 0 R ]\n/Count 1\n/MediaBox [0 0 595 842]\n>>",
		"<</Type /Page\n/Parent 1 0 R\n/Contents 3 0 R>>",
		"<</Length 3>>\nstream\nq Q\nendstream",
		"<<\n/Title (a \\) 1 0 R)\n/Creator (\xfe\xff\x00Q\x00u\x00i\x00t\x00t)\n>>",
		"<<\n/Type /Catalog\n/Pages 1 0 R\n/Lang (de)\n>>",
	} {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	at := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets))
	for _, o := range offsets[1:] {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<<\n/Size %d\n/Root 5 0 R\n/Info 4 0 R\n>>\nstartxref\n%d\n%%%%EOF\n", len(offsets), at)
	return out.Bytes()
}

func FuzzStapler(f *testing.F) {
	good := tiny()
	stapled(f, "", good) // or the fuzzer begins with nothing that is taken
	f.Add(good)
	f.Add(good[:len(good)-7])
	f.Add(bytes.Replace(good, []byte("/Contents 3 0 R"), []byte("/Contents (3 0 "), 1))
	f.Add(bytes.Replace(good, []byte("/Contents 3 0 R"), []byte("/Contents 9 0 R"), 1))
	f.Add(bytes.Replace(good, []byte("/Root 5 0 R"), []byte("/Root 1 0 R"), 1))
	f.Add([]byte("%PDF-1.3\nxref\n0 3\n0000000000 65535 f \n\nstartxref\n9\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, pdf []byte) {
		var out bytes.Buffer
		s := sheet.NewStapler(&out, "Lauf")
		_ = s.Add(pdf) // taken or refused, the file goes on
		if err := s.Add(good); err != nil {
			t.Fatal("a refused letter spoilt the file: ", err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		checkOffsets(t, out.Bytes())
	})
}

// checkOffsets follows the cross-reference: at each offset stands its object.
func checkOffsets(t *testing.T, file []byte) {
	t.Helper()
	at := bytes.LastIndex(file, []byte("\nxref\n0 "))
	var n int
	if _, err := fmt.Sscanf(string(file[at:min(len(file), at+40)]), "\nxref\n0 %d\n", &n); err != nil {
		t.Fatal(err)
	}
	entries := file[at+len(fmt.Sprintf("\nxref\n0 %d\n", n)):]
	for i := 1; i < n; i++ {
		var offset int
		var kind byte
		if _, err := fmt.Sscanf(string(entries[i*20:i*20+20]), "%010d 00000 %c", &offset, &kind); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%d 0 obj\n", i); kind == 'n' && !bytes.HasPrefix(file[offset:], []byte(want)) {
			t.Fatalf("object %d is not at %d", i, offset)
		}
	}
}
