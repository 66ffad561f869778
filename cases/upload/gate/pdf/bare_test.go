package pdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"quitt/cases/upload/gate/pdf"
)

// strange is a file with everything a bare copy must lack, half of it within a packed stream.
func strange() []byte {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	within := []string{"<</S/JavaScript/JS(app.alert\\(KANARIE\\))>>", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}
	_, _ = fmt.Fprintf(w, "10 0 11 %d %s %s", len(within[0])+1, within[0], within[1])
	_ = w.Close()
	first := len(fmt.Sprintf("10 0 11 %d ", len(within[0])+1))
	out := []byte("%PDF-1.7\n")
	add := func(n int, body string) { out = fmt.Appendf(out, "%d 0 obj\n%s\nendobj\n", n, body) }
	stream := func(keys, body string) string {
		return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", keys, len(body), body)
	}
	var dot bytes.Buffer
	_ = jpeg.Encode(&dot, image.NewGray(image.Rect(0, 0, 1, 1)), nil) // a buffer takes everything
	photo := "\xff\xd8\xff\xe1\x00\x10Exif\x00\x00KANARIE\x00" + dot.String()[2:]
	add(1, "<</Type/Catalog/Pages 2 0 R/OpenAction 10 0 R/Metadata 9 0 R/Names<</EmbeddedFiles<</Names[(KANARIE)<</EF<</F 8 0 R>>>>]>>>>/AcroForm<</XFA 8 0 R>>>>")
	add(2, "<</Type/Pages/Kids[3 0 R 7 0 R]/Count 2/MediaBox[0 0 200 200]/Resources<</Font<</A 11 0 R>>/XObject<</F 6 0 R>>>>>>")
	add(3, "<</Type/Page/Parent 2 0 R/Contents 4 0 R/AA<</O 10 0 R>>/Annots[5 0 R]/PieceInfo<</KANARIE 1>>>>")
	add(4, stream("", "BT /A 12 Tf 20 100 Td (Kontoauszug) Tj ET"))
	add(5, "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://KANARIE.example)>>>>")
	add(6, stream("/Type/XObject/Subtype/Image/Width 1/Height 1/Filter/DCTDecode/ColorSpace/DeviceGray/BitsPerComponent 8/F(KANARIE)/Metadata 9 0 R", photo))
	add(7, "<</Type/Page/Parent 2 0 R/Rotate 90/Contents[4 0 R]>>")
	add(8, stream("/Type/EmbeddedFile", "KANARIE"))
	add(9, stream("/Type/Metadata/Subtype/XML", "<x>KANARIE</x>"))
	add(12, stream(fmt.Sprintf("/Type/ObjStm/N 2/First %d/Filter/FlateDecode", first), packed.String()))
	return append(out, "trailer\n<</Root 1 0 R/Info<</Author(KANARIE)>>>>\nstartxref\n0\n%%EOF\n"...)
}

// run asks a program of scripts/with-printing about a file.
func run(t *testing.T, file []byte, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "FILE", path)
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s (scripts/with-printing brings it): %v\n%s", name, err, out)
	}
	return string(out)
}

func TestABareCopyShowsTheSamePagesAndNothingElse(t *testing.T) {
	d, err := pdf.Parse(strange())
	if err != nil || !d.Active || d.Pages != 2 {
		t.Fatalf("%+v, %v", d, err)
	}
	bare, err := d.Bare()
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"KANARIE", "JavaScript", "/JS", "Annot", "EmbeddedFile", "XFA", "Metadata", "/Info", "OpenAction", "/AA"} {
		if bytes.Contains(bare, []byte(gone)) {
			t.Errorf("it still has %s: %s", gone, bare)
		}
	}
	if said := run(t, bare, "qpdf", "--check", "FILE"); strings.Contains(said, "WARNING") {
		t.Error(said)
	}
	if said := run(t, bare, "pdftotext", "-raw", "FILE", "-"); strings.Count(said, "Kontoauszug") != 2 {
		t.Errorf("it says %q", said)
	}
	if said := run(t, bare, "pdfinfo", "FILE"); strings.Contains(said, "Author") || !strings.Contains(said, "JavaScript:      no") || !strings.Contains(said, "Pages:           2") {
		t.Error(said)
	}
	again, err := pdf.Parse(bare)
	if err != nil || again.Active || again.Pages != 2 {
		t.Errorf("read again: %+v, %v", again, err)
	}
}

// Of two objects with one number the later is the one that counts, also within a stream.
func TestALaterObjectCounts(t *testing.T) {
	file := append(strange(), "4 0 obj\n<</Length 39>>\nstream\nBT /A 12 Tf 20 100 Td (Berichtigt) Tj ET\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"...)
	d, err := pdf.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := d.Bare()
	if err != nil || bytes.Contains(bare, []byte("Kontoauszug")) || !bytes.Contains(bare, []byte("Berichtigt")) {
		t.Errorf("%v: %s", err, bare)
	}
}
