package archive

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"quitt/bank"
	"quitt/bank/statement"
)

// counter counts what all documents say.
type counter struct {
	documents []Document
	heads     int
	entries   int
	feet      int
}

func (c *counter) open(d Document) (statement.Visitor, error) {
	c.documents = append(c.documents, d)
	return c, nil
}

func (c *counter) Begin(statement.Head) error  { c.heads++; return nil }
func (c *counter) Entry(statement.Entry) error { c.entries++; return nil }
func (c *counter) End(statement.Foot) error    { c.feet++; return nil }

func read(b []byte) (counter, error) {
	var c counter
	err := Read(File{Name: "folder/upload", R: bytes.NewReader(b), Size: int64(len(b))}, c.open)
	return c, err
}

const (
	xmlDocument = `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>` +
		`<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts></Ntry></Stmt></BkToCstmrStmt></Document>`
	mtDocument = ":20:A\n:25:37040044/0532013000\n:28C:1/1\n:60F:C261119EUR1000,00\n:61:2611201120CR79,90NTRFNONREF\n:62F:C261120EUR1079,90\n-\n"
)

type packed struct{ name, content string }

func pack(t testing.TB, change func(h *zip.FileHeader), files ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		h, create := &zip.FileHeader{Name: f.name, Method: zip.Deflate}, z.CreateHeader
		if change != nil {
			h.Method, h.CRC32 = zip.Store, crc32.ChecksumIEEE([]byte(f.content))
			h.CompressedSize64, h.UncompressedSize64 = uint64(len(f.content)), uint64(len(f.content))
			change(h)
			create = z.CreateRaw
		}
		w, err := create(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAFileIsKnownByItsContent(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    Format
	}{
		"camt": {xmlDocument, Camt}, "camt with a mark": {"\ufeff" + xmlDocument, Camt}, "camt after blanks": {"\n " + xmlDocument[len(`<?xml version="1.0"?>`):], Camt},
		"MT940": {mtDocument, MT940}, "MT940 after blank lines": {"\r\n\r\n" + mtDocument, MT940}, "MT940 in an envelope": {"{1:F01}{2:O940}{4:\n" + mtDocument, MT940},
	} {
		got, err := read([]byte(c.content))
		if err != nil || len(got.documents) != 1 || got.documents[0] != (Document{"upload", 1, c.want}) || got.entries != 1 || got.feet != 1 {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

func TestEveryDocumentOfAnArchiveIsRead(t *testing.T) {
	b := pack(t, nil, packed{"2026/", ""}, packed{"2026/11/a.xml", xmlDocument}, packed{`b\c.txt`, mtDocument}, packed{"__MACOSX/._a.xml", "x"}, packed{"d", xmlDocument})
	got, err := read(b)
	if want := []Document{{"a.xml", 1, Camt}, {"c.txt", 2, MT940}, {"d", 3, Camt}}; err != nil || !slices.Equal(got.documents, want) || got.entries != 3 || got.feet != 3 {
		t.Errorf("%+v %v", got, err)
	}
}

func refused(t testing.TB) map[string]struct {
	content []byte
	key     string
} {
	one := pack(t, nil, packed{"a.xml", xmlDocument})
	stored := pack(t, func(*zip.FileHeader) {}, packed{"a.xml", xmlDocument})
	spoilt := bytes.Replace(stored, []byte("1.00"), []byte("9.00"), 1)
	flat := func(name string) []byte { return pack(t, nil, packed{name, xmlDocument}) }
	type r = struct {
		content []byte
		key     string
	}
	return map[string]r{
		"nothing":               {nil, "bankfile_unknown"},
		"a PDF file":            {[]byte("%PDF-1.7"), "bankfile_unknown"},
		"a table":               {[]byte("Buchungstag;Betrag\n"), "bankfile_unknown"},
		"half an archive":       {one[:len(one)-30], "bankfile_zip"},
		"the head of one":       {[]byte("PK\x03\x04"), "bankfile_zip"},
		"an empty archive":      {pack(t, nil), "bankfile_zip_empty"},
		"folders alone":         {pack(t, nil, packed{"a/", ""}), "bankfile_zip_empty"},
		"a picture in it":       {pack(t, nil, packed{"a.xml", xmlDocument}, packed{"b.png", "\x89PNG"}), "bankfile_unknown"},
		"an archive in it":      {pack(t, nil, packed{"a.zip", string(one)}), "bankfile_zip_nested"},
		"an absolute name":      {flat("/etc/passwd"), "bankfile_zip_name"},
		"a name of a drive":     {flat(`C:\a.xml`), "bankfile_zip_name"},
		"a name that climbs":    {flat("a/../../b.xml"), "bankfile_zip_name"},
		"a name that climbs \\": {flat(`a\..\..\b.xml`), "bankfile_zip_name"},
		"a locked document":     {pack(t, func(h *zip.FileHeader) { h.Flags |= 1 }, packed{"a.xml", xmlDocument}), "bankfile_zip_locked"},
		"an unknown method":     {pack(t, func(h *zip.FileHeader) { h.Method = 99 }, packed{"a.xml", xmlDocument}), "bankfile_zip"},
		"a changed byte":        {spoilt, "bankfile_zip"},
		"too many documents":    {pack(t, nil, slices.Repeat([]packed{{"a.xml", ""}}, mostDocuments+1)...), "bankfile_zip_documents"},
		"a place of nowhere": {[]byte("PK\x03\x04PK\x01\x02000000000000000000000000\x05\x00\x00\x00\x00\x00000000000\x00\x00\x0000000PK\x01\x02000000000000000000000000\x05" +
			"\x00\x00\x00\x00\x0000000000000000000PK\x05\x06000000\x02\x00f\x00\x00\x000000\x00\x00"), "bankfile_zip"},
		"half a document in it": {pack(t, nil, packed{"a.xml", xmlDocument[:200]}), "bankfile_cut"},
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range refused(t) {
		_, err := read(c.content)
		var f *bank.FormatError
		if !errors.As(err, &f) || f.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A bomb is a thousand times smaller than what it holds. It is given up at the bound of the ratio,
// in the memory of one token.
func TestABombStaysSmall(t *testing.T) {
	blank := "<a>" + strings.Repeat(" ", 64<<10) + "</a>"
	bomb := pack(t, nil, packed{"a.xml", strings.Replace(xmlDocument, "</Stmt>", strings.Repeat(blank, 400)+"</Stmt>", 1)})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := read(bomb)
	runtime.ReadMemStats(&after)
	if !errors.Is(err, &bank.FormatError{Key: "bankfile_zip_size"}) {
		t.Errorf("%d bytes: %v", len(bomb), err)
	}
	if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 32<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

// broken reads once.
type broken struct {
	io.ReaderAt
	err   error
	reads int
}

func (b *broken) ReadAt(p []byte, at int64) (int, error) {
	if b.reads++; b.reads > 1 {
		return 0, b.err
	}
	return b.ReaderAt.ReadAt(p, at)
}

func TestErrorsOfOthersComeBack(t *testing.T) {
	mine := errors.New("mine")
	one := pack(t, nil, packed{"a.xml", xmlDocument})
	err := Read(File{R: &broken{ReaderAt: bytes.NewReader(one), err: mine}, Size: int64(len(one))}, new(counter).open)
	if !errors.Is(err, mine) {
		t.Errorf("of the file: %v", err)
	}
	err = Read(File{R: bytes.NewReader(one), Size: int64(len(one))}, func(Document) (statement.Visitor, error) { return nil, mine })
	if !errors.Is(err, mine) {
		t.Errorf("of who opens: %v", err)
	}
}

// Samples of others are not ours to hand on; where they lie beside the project they are read.
func TestSamplesOfOthers(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "bank", "samples", "camt053", "*.zip"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := read(b)
		if err != nil || len(got.documents) != 2 || got.heads != got.feet || got.entries == 0 {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	t.Logf("%d samples", len(files))
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(xmlDocument))
	f.Add([]byte(mtDocument))
	f.Add(pack(f, nil, packed{"a.xml", xmlDocument}, packed{"b.sta", mtDocument}))
	for _, c := range refused(f) {
		if len(c.content) < 10_000 {
			f.Add(c.content)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := read(b)
		var ours *bank.FormatError
		if err != nil && !errors.As(err, &ours) {
			t.Fatalf("an error without words: %v", err)
		}
		if err == nil && got.heads != got.feet {
			t.Fatalf("%+v", got)
		}
	})
}
