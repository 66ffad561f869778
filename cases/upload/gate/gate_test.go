package gate_test

import (
	"bytes"
	"errors"
	"image"
	"path"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"quitt/cases/upload/gate"
	"quitt/cases/upload/gate/pdf"
	"quitt/debt"
	"quitt/store/documents"
)

// keyOf is the reason of a refusal, "" for none.
func keyOf(t testing.TB, err error) string {
	t.Helper()
	var refused *debt.Error
	if err == nil {
		return ""
	}
	if !errors.As(err, &refused) || refused.Kind != debt.Invalid {
		t.Fatalf("an error without a sentence: %v", err)
	}
	return refused.Key
}

func TestTheCorpusIsJudgedAsItShould(t *testing.T) {
	wrongly, n := 0, 0
	for kind, list := range map[string][]handed{"good": good(), "polyglots": polyglots(), "others": others(), "bombs": bombs()} {
		for _, h := range list {
			n++
			f, err := gate.Check(h.name, h.content)
			got := keyOf(t, err)
			if got != h.want {
				t.Errorf("%s, %s (%d bytes): %q, want %q", kind, h.what, len(h.content), got, h.want)
				if got == "" {
					wrongly++
				}
			}
			if err == nil && (f.Name == "" || strings.ContainsAny(f.Name, `/\`+"\x00") || utf8.RuneCountInString(f.Name) > 120) {
				t.Errorf("%s: kept as %q", h.what, f.Name)
			}
		}
	}
	t.Logf("%d files, %d accepted wrongly", n, wrongly)
}

// A file that lacks its end, however little, is not taken.
func TestWhatIsCutOffIsRefused(t *testing.T) {
	for name, whole := range map[string][]byte{"a.jpg": goodJPEG, "a.png": goodPNG, "a.pdf": goodPDF} {
		most := len(whole)
		if name == "a.pdf" {
			most = len(bytes.TrimSpace(whole)) // white after its end may be missing
		}
		for n := range most {
			if _, err := gate.Check(name, whole[:n]); err == nil {
				t.Errorf("%s cut to %d of %d bytes is taken", name, n, most)
			}
		}
	}
}

// Every chunk of a PNG has a sum.
func TestAChangedPNGIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(goodPNG)
		b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := gate.Check("a.png", b); err == nil {
			t.Fatal("taken")
		}
	})
}

// The gate needs little memory for what would need much.
func TestNoBombCostsMemory(t *testing.T) {
	for _, h := range bombs() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, _ = gate.Check(h.name, h.content)
		runtime.ReadMemStats(&after)
		if cost := after.TotalAlloc - before.TotalAlloc; cost > 40<<20 {
			t.Errorf("%s: %d MB allocated", h.what, cost>>20)
		}
	}
}

func TestActiveThingsAreSeenInDisguiseToo(t *testing.T) {
	packed := string(deflated([]byte("9 0 <</S/JavaScript/JS(x)>>")))
	for what, tc := range map[string]struct {
		pdf    []byte
		active bool
	}{
		"nothing": {goodPDF, false}, "a script": {pdfOf("/OpenAction<</S/JavaScript/JS(x)>>"), true},
		"an escaped name": {pdfOf("/OpenAction<</S/J#61vaScript/J#53(x)>>"), true}, "a program": {pdfOf("/OpenAction<</S/Launch/F(cmd.exe)>>"), true},
		"an attachment": {pdfOf("/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/EF<</F 5 0 R>>>>]>>>>", stream("/Type/EmbeddedFile", "MZ")), true},
		"a form":        {pdfOf("/AcroForm<</XFA 5 0 R>>"), true},
		"packed":        {pdfOf("", stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", packed)), true},
	} {
		if f, err := gate.Check("a.pdf", tc.pdf); err != nil || f.Active != tc.active {
			t.Errorf("%s: active %t, %v", what, f.Active, err)
		}
	}
}

func TestNamesAreCleaned(t *testing.T) {
	for sent, want := range map[string]string{
		"../../etc/passwd.pdf": "passwd.pdf", `C:\temp\a.pdf`: "a.pdf", "a\x00b\n.pdf": "ab.pdf", "rechnung\u202efdp.jpg": "rechnungfdp.jpg",
		"  .. a.pdf . ": "a.pdf", "\xff\xfea.pdf": "a.pdf", "": "", "...": "", "Überweisung März.pdf": "Überweisung März.pdf", "a\u200bb.pdf": "ab.pdf",
		"A\u00a0.": "A", strings.Repeat("a", 119) + " b": strings.Repeat("a", 119),
	} {
		if got := gate.Clean(sent); got != want {
			t.Errorf("%q becomes %q, want %q", sent, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		got := gate.Clean(rapid.String().Draw(t, "name"))
		hidden := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }
		if strings.ContainsAny(got, `/\`) || strings.ContainsFunc(got, hidden) || utf8.RuneCountInString(got) > 120 || gate.Clean(got) != got {
			t.Fatalf("%q", got)
		}
	})
}

// FuzzCheck holds whatever is taken to what the gate promises.
func FuzzCheck(f *testing.F) {
	for _, list := range [][]handed{good(), polyglots(), others()} {
		for _, h := range list {
			if len(h.content) < 1<<16 {
				f.Add(h.name, h.content)
			}
		}
	}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		found, err := gate.Check(name, content)
		if key := keyOf(t, err); key != "" {
			return
		}
		kinds := map[string]documents.Kind{".pdf": documents.PDF, ".jpg": documents.JPEG, ".jpeg": documents.JPEG, ".png": documents.PNG}
		if kinds[strings.ToLower(path.Ext(found.Name))] != found.Kind {
			t.Fatalf("%q is a %s", found.Name, found.Kind)
		}
		if found.Kind != documents.PDF {
			size, format, err := image.DecodeConfig(bytes.NewReader(content))
			if err == nil && (format != string(found.Kind) || size.Width*size.Height > gate.MostPixels || size.Width != found.Width || size.Height != found.Height) {
				t.Fatalf("found %+v, a decoder says %s of %d × %d", found, format, size.Width, size.Height)
			}
			return
		}
		bare(t, content)
	})
}

// bare: the pages alone can be read again, and do nothing.
func bare(t *testing.T, content []byte) {
	d, err := pdf.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	out, err := d.Bare()
	if err != nil {
		return
	}
	again, err := pdf.Parse(out)
	if err != nil && !slices.ContainsFunc([]error{pdf.ErrBomb}, func(e error) bool { return errors.Is(err, e) }) {
		t.Fatalf("%v of %q", err, out)
	}
	if err == nil && again.Pages != d.Pages {
		t.Fatalf("%d pages of %d", again.Pages, d.Pages)
	}
}
