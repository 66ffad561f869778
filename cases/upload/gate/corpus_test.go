package gate_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
)

// noise is a picture that does not get small.
func noise(width, height int) image.Image {
	p := image.NewNRGBA(image.Rect(0, 0, width, height))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range p.Pix {
		p.Pix[i] = byte(r.Uint32() | 0x80)
	}
	p.Set(0, 0, color.NRGBA{0, 0, 0, 255})
	return p
}

func jpegOf(p image.Image) []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, p, nil); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func pngOf(p image.Image) []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func chunk(name string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

const pngHead = "\x89PNG\r\n\x1a\n"

// rawPNG has a head that says one thing and pixels that are what they are.
func rawPNG(width, height uint32, depth, colour byte, pixels []byte, more ...[]byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	out := append([]byte(pngHead), chunk("IHDR", append(head, depth, colour, 0, 0, 0))...)
	for _, m := range more {
		out = append(out, m...)
	}
	return append(append(out, chunk("IDAT", pixels)...), chunk("IEND", nil)...)
}

func deflated(b []byte) []byte {
	var out bytes.Buffer
	w, _ := zlib.NewWriterLevel(&out, zlib.BestCompression)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func zeros(n int) []byte { return deflated(make([]byte, n)) }

// pdfOf writes objects, 1 being the catalog; a page tree is put in as 2 and 3.
func pdfOf(catalog string, more ...string) []byte {
	out := []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	add := func(n int, body string) { out = fmt.Appendf(out, "%d 0 obj\n%s\nendobj\n", n, body) }
	add(1, "<</Type/Catalog/Pages 2 0 R"+catalog+">>")
	add(2, "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 200 200]>>")
	add(3, "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"+
		"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://evil.example)>>>>]>>")
	add(4, stream("", "BT /F1 12 Tf 20 100 Td (Kontoauszug) Tj ET"))
	for i, m := range more {
		add(5+i, m)
	}
	return append(out, "trailer\n<</Root 1 0 R/Info<</Author(Kanarie)>>>>\nstartxref\n0\n%%EOF\n"...)
}

func stream(keys, body string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", keys, len(body), body)
}

func zipOf(names ...string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, n := range names {
		f, _ := w.Create(n)
		_, _ = f.Write([]byte("x"))
	}
	_ = w.Close()
	return out.Bytes()
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// withSegment puts a segment behind the start of a JPEG.
func withSegment(j []byte, marker byte, body string) []byte {
	head := []byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}
	return join(j[:2], head, []byte(body), j[2:])
}

// frameOf changes the size a JPEG says it has.
func frameOf(j []byte, width, height uint16) []byte {
	out := bytes.Clone(j)
	i := bytes.Index(out, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(out[i+5:], height)
	binary.BigEndian.PutUint16(out[i+7:], width)
	return out
}

// handed is one file of the corpus and what is to become of it.
type handed struct {
	what, name string
	content    []byte
	want       string // "" is taken
}

var (
	goodJPEG = jpegOf(noise(64, 48))
	goodPNG  = pngOf(noise(64, 48))
	goodPDF  = pdfOf("")
)

func good() []handed {
	second := join([]byte{0xff, 0xd8, 0xff}, goodJPEG[3:])
	samsung := "\x00\x00\x01\x0aImage_UTC_Data1234" + "SEFH\x6b\x00\x00\x00\x01\x00\x00\x00" + "\x0c\x00\x00\x00SEFT"
	grey := image.NewGray(image.Rect(0, 0, 9, 9))
	return []handed{
		{"a photo", "IMG_1.jpg", goodJPEG, ""}, {"a photo, in capitals", "IMG_1.JPEG", goodJPEG, ""},
		{"a photo with a place", "a.jpg", withSegment(goodJPEG, 0xe1, "Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00"), ""},
		{"a photo with a preview behind it", "a.jpg", join(goodJPEG, second), ""},
		{"a photo of a Samsung", "a.jpg", join(goodJPEG, []byte(samsung)), ""},
		{"a photo with padding", "a.jpg", join(goodJPEG, make([]byte, 100)), ""},
		{"a photo in grey", "a.jpg", jpegOf(grey), ""},
		{"a screenshot", "Bild.png", goodPNG, ""}, {"one in grey", "Bild.png", pngOf(grey), ""},
		{"one with few colours", "a.png", pngOf(image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Black, color.White})), ""},
		{"one of 16 bits", "a.png", pngOf(image.NewNRGBA64(image.Rect(0, 0, 9, 9))), ""},
		{"one with a text", "a.png", rawPNG(8, 8, 8, 0, zeros(72), chunk("zTXt", join([]byte("Titel\x00\x00"), zeros(1000)))), ""},
		{"a statement", "Auszug März 2026.pdf", goodPDF, ""},
		{"two dots", "rechnung.exe.pdf", goodPDF, ""}, {"a path", `C:\Users\x\..\a.pdf`, goodPDF, ""}, {"a long name", strings.Repeat("ä", 500) + ".pdf", goodPDF, ""},
		{"one with a script", "a.pdf", pdfOf("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), ""},
		{"one with packed objects", "a.pdf", pdfOf("", stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", string(deflated([]byte("9 0 (x)"))))), ""},
		{"one changed by appending", "a.pdf", join(goodPDF, []byte("4 0 obj\n"+stream("", "BT ET")+"\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n")), ""},
	}
}

func polyglots() []handed {
	archive := zipOf("word/document.xml", "[Content_Types].xml")
	html := "<html><script>alert(1)</script></html>"
	return []handed{
		{"JPEG and ZIP", "a.jpg", join(goodJPEG, archive), "upload_mixed"}, {"PNG and ZIP", "a.png", join(goodPNG, archive), "upload_mixed"},
		{"PDF and ZIP", "a.pdf", join(goodPDF, archive), "upload_mixed"}, {"ZIP with a comment that is a PDF", "a.pdf", join([]byte("PK\x03\x04"), goodPDF), "upload_kind"},
		{"ZIP in a comment of a JPEG", "a.jpg", withSegment(goodJPEG, 0xfe, string(archive)), "upload_mixed"},
		{"ZIP in a chunk of a PNG", "a.png", rawPNG(8, 8, 8, 0, zeros(72), chunk("prIv", archive)), "upload_mixed"},
		{"ZIP in a stream of a PDF", "a.pdf", pdfOf("", stream("", string(archive))), "upload_mixed"},
		{"JAR behind a JPEG with a line", "a.jpg", join(goodJPEG, []byte("\n"), zipOf("META-INF/MANIFEST.MF")), "upload_mixed"},
		{"RAR behind a PNG", "a.png", join(goodPNG, []byte("Rar!\x1a\x07\x01\x00")), "upload_mixed"},
		{"7z in a JPEG", "a.jpg", withSegment(goodJPEG, 0xe5, "7z\xbc\xaf\x27\x1c\x00"), "upload_mixed"},
		{"PDF in a JPEG", "a.jpg", withSegment(goodJPEG, 0xfe, "%PDF-1.4 "), "upload_mixed"},
		{"JPEG and PDF", "a.jpg", join(goodJPEG, goodPDF), "upload_mixed"}, {"PDF and JPEG", "a.pdf", join(goodPDF, goodJPEG), "upload_mixed"},
		{"PNG and PDF", "a.png", join(goodPNG, goodPDF), "upload_mixed"}, {"PDF behind white", "a.pdf", join([]byte("\n\n"), goodPDF), "upload_kind"},
		{"HTML in a JPEG", "a.jpg", withSegment(goodJPEG, 0xfe, html), "upload_mixed"}, {"HTML in a PNG", "a.png", rawPNG(8, 8, 8, 0, zeros(72), chunk("tEXt", []byte("a\x00"+html))), "upload_mixed"},
		{"HTML between the objects of a PDF", "a.pdf", bytes.Replace(goodPDF, []byte("%\xe2\xe3\xcf\xd3"), []byte("% "+html), 1), "upload_mixed"},
		{"HTML as a PDF", "a.pdf", []byte("%PDF-1.4\n" + html), "upload_mixed"},
		{"PHP in a JPEG", "a.jpg", withSegment(goodJPEG, 0xfe, "<?php system($_GET[0]);"), "upload_mixed"},
		{"SVG in a PNG", "a.png", rawPNG(8, 8, 8, 0, zeros(72), chunk("tEXt", []byte("a\x00<svg onload=x>"))), "upload_mixed"},
		{"something behind a PNG", "a.png", join(goodPNG, []byte("x")), "upload_mixed"}, {"something behind a JPEG", "a.jpg", join(goodJPEG, []byte("MZ\x90")), "upload_mixed"},
		{"something behind the pixels of a PNG", "a.png", rawPNG(8, 8, 8, 0, append(zeros(72), "hidden"...)), "upload_mixed"},
		{"something behind the end of a PDF", "a.pdf", join(goodPDF, []byte("#!/bin/sh\n")), "upload_mixed"},
		{"a film", "a.png", rawPNG(8, 8, 8, 0, zeros(72), chunk("acTL", make([]byte, 8))), "upload_mixed"},
	}
}

func others() []handed {
	archive := zipOf("word/document.xml")
	return []handed{
		{"nothing", "a.pdf", nil, "upload_empty"}, {"no extension", "rechnung", goodPDF, "upload_kind"}, {"Word", "brief.docx", archive, "upload_kind"},
		{"ZIP", "a.zip", archive, "upload_kind"}, {"Word that says PDF", "brief.pdf", archive, "upload_kind"}, {"old Word", "a.pdf", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "upload_kind"},
		{"SVG", "a.svg", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "upload_kind"}, {"SVG that says PNG", "a.png", []byte("<svg/>"), "upload_kind"},
		{"GIF", "a.png", []byte("GIF89a\x01\x00\x01\x00"), "upload_kind"}, {"HEIC", "a.heic", []byte("\x00\x00\x00\x18ftypheic"), "upload_kind"},
		{"HEIC that says JPEG", "a.jpg", []byte("\x00\x00\x00\x18ftypheic"), "upload_kind"}, {"program", "a.pdf", []byte("MZ\x90\x00"), "upload_kind"},
		{"program by name", "a.pdf.exe", goodPDF, "upload_kind"}, {"program by a turned name", "rechnung\u202efdp.exe", goodPDF, "upload_kind"},
		{"a name with NUL", "a.exe\x00.pdf", goodPDF, ""}, {"gzip", "a.pdf", gzipped(goodPDF), "upload_kind"}, {"PostScript", "a.pdf", []byte("%!PS-Adobe-3.0"), "upload_kind"},
		{"PDF that says JPEG", "a.jpg", goodPDF, "upload_disagrees"}, {"JPEG that says PNG", "a.png", goodJPEG, "upload_disagrees"}, {"PNG that says PDF", "a.pdf", goodPNG, "upload_disagrees"},
		{"eleven megabytes", "a.pdf", join(goodPDF, make([]byte, 11<<20)), "upload_too_big"},
		{"encrypted", "a.pdf", bytes.Replace(goodPDF, []byte("/Root 1 0 R"), []byte("/Root 1 0 R/Encrypt 9 0 R"), 1), "upload_locked"},
		{"encrypted by a stream", "a.pdf", pdfOf("", stream("/Type/XRef/Root 1 0 R/Encrypt 9 0 R", "")), "upload_locked"},
		{"no pages", "a.pdf", []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"), "upload_broken"},
		{"only a head", "a.pdf", []byte("%PDF-1.4\n%%EOF"), "upload_broken"}, {"a version of the future", "a.pdf", bytes.Replace(goodPDF, []byte("1.7"), []byte("9.9"), 1), "upload_broken"},
	}
}

func bombs() []handed {
	deep := strings.Repeat("[", 100_000)
	ten := string(zeros(10 << 20))
	return []handed{
		{"30,000 × 30,000 pixels of nothing", "a.png", rawPNG(30_000, 30_000, 1, 0, zeros(30_000*3751)), "upload_pixels"},
		{"a JPEG of 65,500 × 65,500", "a.jpg", frameOf(goodJPEG, 65_500, 65_500), "upload_pixels"},
		{"a JPEG just beyond", "a.jpg", frameOf(goodJPEG, 8_000, 5_001), "upload_pixels"},
		{"2³¹ pixels a side", "a.png", rawPNG(1<<31-1, 1<<31-1, 8, 6, zeros(9)), "upload_pixels"},
		{"more pixels than its head says", "a.png", rawPNG(8, 8, 8, 0, zeros(64<<20)), "upload_bomb"},
		{"a text of a gigabyte", "a.png", rawPNG(8, 8, 8, 0, zeros(72), chunk("zTXt", join([]byte("a\x00\x00"), zeros(1<<30)))), "upload_bomb"},
		{"a colour profile of 64 MB", "a.png", rawPNG(8, 8, 8, 0, zeros(72), chunk("iCCP", join([]byte("a\x00\x00"), zeros(64<<20)))), "upload_bomb"},
		{"a text of 64 MB in words", "a.png", rawPNG(8, 8, 8, 0, zeros(72), chunk("iTXt", join([]byte("a\x00\x01\x00de\x00a\x00"), zeros(64<<20)))), "upload_bomb"},
		{"a page of a gigabyte", "a.pdf", pdfOf("", stream("/Filter/FlateDecode", string(zeros(1<<30)))), "upload_bomb"},
		{"packed twice", "a.pdf", pdfOf("", stream("/Filter[/FlateDecode/FlateDecode]", string(deflated([]byte(ten))))), "upload_bomb"},
		{"packed behind letters", "a.pdf", pdfOf("", stream("/Filter[/ASCIIHexDecode/FlateDecode]", strings.Repeat("78", 200_000))), "upload_bomb"},
		{"packed under a name in disguise", "a.pdf", pdfOf("", stream("/Filter/Fl#61teDecode", ten)), "upload_broken"},
		{"objects of 100 MB", "a.pdf", pdfOf("", stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", string(zeros(100<<20)))), "upload_bomb"},
		{"a million numbers", "a.pdf", pdfOf("", "["+strings.Repeat("1 ", 1_000_000)+"]"), "upload_bomb"},
		{"a million numbers within a stream", "a.pdf", pdfOf("", stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", string(deflated([]byte("9 0 ["+strings.Repeat("1 ", 1_000_000)+"]"))))), "upload_bomb"},
		{"brackets 100,000 deep", "a.pdf", pdfOf("", deep), "upload_bomb"}, {"text 100,000 deep", "a.pdf", pdfOf("", strings.Repeat("(", 100_000)), "upload_broken"},
		{"pages in a circle", "a.pdf", bytes.Replace(goodPDF, []byte("Kids[3 0 R]"), []byte("Kids[2 0 R]"), 1), "upload_broken"},
		{"ten thousand pages that are one", "a.pdf", bytes.Replace(goodPDF, []byte("Kids[3 0 R]"), []byte("Kids["+strings.Repeat("3 0 R ", 10_000)+"]"), 1), "upload_broken"},
		{"a thousand pages", "a.pdf", bytes.Replace(goodPDF, []byte("Kids[3 0 R]"), []byte("Kids["+strings.Repeat("<</Type/Page>>", 1_000)+"]"), 1), "upload_bomb"},
		{"a picture of 10⁹ pixels", "a.pdf", pdfOf("", stream("/Type/XObject/Subtype/Image/Width 33000/Height 33000/Filter/JBIG2Decode", "x")), "upload_pixels"},
		{"a picture of 10¹⁸ pixels", "a.pdf", pdfOf("", stream("/Subtype/Image/Width 999999999999999999999/Height 1", "x")), "upload_pixels"},
		{"a filter nobody uses", "a.pdf", pdfOf("", stream("/Filter/LZWDecode", "x")), "upload_broken"},
		{"comments without end", "a.pdf", bytes.Replace(goodPDF, []byte("%\xe2\xe3\xcf\xd3"), bytes.Repeat([]byte("%x\n"), 100_000), 1), "upload_mixed"},
	}
}
