package pdf_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"strings"
	"testing"

	"quitt/cases/upload/gate/pdf"
)

// holder is a PDF of one page with a file in it; spec and filter say how it is written.
func holder(spec, filter, content string) []byte {
	out := []byte("%PDF-1.7\n")
	add := func(n int, body string) { out = fmt.Appendf(out, "%d 0 obj\n%s\nendobj\n", n, body) }
	names := spec
	if strings.HasPrefix(spec, "own ") {
		add(6, spec[4:])
		names = "6 0 R"
	}
	add(1, "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a)"+names+"]>>>>>>")
	add(2, "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 9 9]>>")
	add(3, "<</Type/Page/Parent 2 0 R>>")
	add(5, fmt.Sprintf("<</Type/EmbeddedFile%s/Length %d>>\nstream\n%s\nendstream", filter, len(content), content))
	return append(out, "trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"...)
}

func flate(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(s)) // a buffer takes everything
	_ = w.Close()
	return b.String()
}

func TestEmbeddedFilesAreFoundHoweverTheyAreNamed(t *testing.T) {
	const spec = "<</Type/Filespec/F(x)/UF%s/AFRelationship/Alternative/EF<</F 5 0 R>>>>"
	for name, file := range map[string][]byte{
		"brackets":          holder(fmt.Sprintf("own "+spec, "(factur-x.xml)"), "/Filter/FlateDecode", flate("<a/>")),
		"within the tree":   holder(fmt.Sprintf(spec, "(factur-x.xml)"), "/Filter[/FlateDecode]", flate("<a/>")),
		"not packed":        holder(fmt.Sprintf(spec, "(factur-x.xml)"), "", "<a/>"),
		"octal":             holder(fmt.Sprintf(spec, `(\146actur\055x.xml)`), "", "<a/>"),
		"hexadecimal":       holder(fmt.Sprintf(spec, "<666163747572 2D782E786D6C>"), "", "<a/>"),
		"UTF-16":            holder(fmt.Sprintf(spec, "<feff0066006100630074007500720 02d0078002e0078006d006c>"), "", "<a/>"),
		"named by F alone":  holder("<</Type/Filespec/F(factur-x.xml)/AFRelationship/Alternative/EF<</UF 5 0 R>>>>", "", "<a/>"),
		"escaped relation":  holder(strings.Replace(fmt.Sprintf(spec, "(factur-x.xml)"), "/Alternative", "/Altern#61tive", 1), "", "<a/>"),
		"a name with #2A..": holder(fmt.Sprintf(spec, "(factur-x.xml)"), "/Subtype/text#2Fxml", "<a/>"),
	} {
		d, err := pdf.Parse(file)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := d.Embedded(100, func(string) bool { return true })
		if err != nil || len(got) != 1 || got[0].Name != "factur-x.xml" || got[0].Relationship != "Alternative" || string(got[0].Content) != "<a/>" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if none, err := d.Embedded(100, func(string) bool { return false }); err != nil || len(none) != 0 {
			t.Errorf("%s: what nobody wants: %+v, %v", name, none, err)
		}
	}
}

func TestEmbeddedFilesDoNotGrow(t *testing.T) {
	const spec = "<</Type/Filespec/F(a.xml)/EF<</F 5 0 R>>>>"
	for name, c := range map[string]struct {
		filter, content string
		want            error
	}{
		"packed bomb":     {"/Filter/FlateDecode", flate(strings.Repeat("a", 1<<20)), pdf.ErrBomb},
		"too long":        {"", strings.Repeat("a", 1001), pdf.ErrBomb},
		"damaged":         {"/Filter/FlateDecode", "not packed at all", nil},
		"other letters":   {"/Filter/ASCIIHexDecode", "61>", nil},
		"with parameters": {"/Filter/FlateDecode/DecodeParms<</Predictor 12>>", flate("a"), nil},
	} {
		d, err := pdf.Parse(holder(spec, c.filter, c.content))
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := d.Embedded(1000, func(string) bool { return true })
		if !errors.Is(err, c.want) || len(got) != 0 {
			t.Errorf("%s: %d files, %v", name, len(got), err)
		}
	}
}

func FuzzEmbedded(f *testing.F) {
	f.Add(holder("<</F(a.xml)/EF<</F 5 0 R>>>>", "/Filter/FlateDecode", flate("<a/>")))
	f.Add(holder("own <</UF<feff0061>/EF 5 0 R>>", "", "<a/>"))
	f.Add(strange())
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := pdf.Parse(b)
		if err != nil {
			return
		}
		files, err := d.Embedded(1<<16, func(string) bool { return true })
		sum := 0
		for _, f := range files {
			sum += len(f.Content)
		}
		if sum > 1<<16 || err != nil && files != nil {
			t.Fatalf("%d bytes, %v", sum, err)
		}
	})
}
