package upload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/cases/upload"
	"quitt/debt"
	"quitt/store"
	"quitt/store/blobs"
	"quitt/store/documents"
	"quitt/store/storetest"
	"quitt/store/vault"
)

const canary = "KanarienvogelImDokument"

// page is a PDF that says one thing, with a link and an author.
func page(says string) []byte {
	draw := "BT /F1 12 Tf 20 100 Td (" + says + ") Tj ET"
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(x)>>>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"+
		"3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 200 200]/Annots[<</A<</S/URI/URI(https://evil.example)>>>>]>> endobj\n"+
		"4 0 obj <</Length %d>> stream\n%s\nendstream endobj\ntrailer <</Root 1 0 R/Info<</Author(Gernot)>>>>\n%%%%EOF\n", len(draw), draw)
}

// photo has its left half red, was taken upside down, and says where.
func photo(width, height int) []byte {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		c := color.RGBA{0, 0, 200, 255}
		if i%width < width/2 {
			c = color.RGBA{200, 0, 0, 255}
		}
		p.SetRGBA(i%width, i/width, c)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, p, nil); err != nil {
		panic(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x03\x00\x00GPS " + canary
	b := out.Bytes()
	return bytes.Join([][]byte{b[:2], {0xff, 0xe1, 0, byte(len(exif) + 2)}, []byte(exif), b[2:]}, nil)
}

// world is a desk over one stored case.
type world struct {
	*upload.Desk
	t     *testing.T
	dir   string
	clock *storetest.Watch
	from  upload.Sender
	other debt.ID // another case of the creditor
	log   *bytes.Buffer
}

func newWorld(t *testing.T, s *store.Store) *world {
	t.Helper()
	c := storetest.Creditor(t, s, "praxis")
	one, two := storetest.File(c.ID, "R1"), storetest.File(c.ID, "R2")
	w := &world{t: t, dir: t.TempDir(), clock: storetest.NewWatch(), other: two.File.Case.ID, log: &bytes.Buffer{},
		from: upload.Sender{Creditor: c.ID, Case: one.File.Case.ID, By: debt.Actor{Kind: "debtor"}}}
	w.must(s.Write(t.Context(), c.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{one, two}) }))
	folder, err := blobs.NewFolder(w.dir)
	w.must(err)
	w.Desk = &upload.Desk{Store: s, Blobs: folder, Vault: keys(t, 1), Now: w.clock.Now, Log: slog.New(slog.NewTextHandler(w.log, nil))}
	return w
}

func keys(t *testing.T, numbers ...byte) vault.Vault {
	t.Helper()
	var list [][]byte
	for _, n := range numbers {
		list = append(list, bytes.Repeat([]byte{n}, 32))
	}
	v, err := vault.New(list)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) take(name string, content []byte) documents.Document {
	w.t.Helper()
	d, err := w.Take(w.t.Context(), w.from, name, bytes.Clone(content))
	w.must(err)
	return d
}

func (w *world) scan() int {
	w.t.Helper()
	n, err := w.Scan(w.t.Context(), w.from.Creditor)
	w.must(err)
	return n
}

func (w *world) prune() int {
	w.t.Helper()
	n, err := w.Prune(w.t.Context(), w.from.Creditor)
	w.must(err)
	return n
}

func (w *world) write(do func(*store.Tx) error) error {
	return w.Store.Write(w.t.Context(), w.from.Creditor, do)
}

// files are the paths of stored content, and whether a text is in any of it.
func (w *world) files(text string) (n int, found bool) {
	w.t.Helper()
	w.must(filepath.Walk(w.dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		n, found = n+1, found || bytes.Contains(b, []byte(text)) || strings.Contains(path, text)
		return err
	}))
	return n, found
}

func is(err error, kind debt.Kind, key string) bool { return errors.Is(err, debt.E(kind, key, nil)) }

func TestADocumentComesBackAsItWasOnlyToItsCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w, ctx := newWorld(t, s), t.Context()
		content := page(canary)
		d := w.take("Beleg.pdf", content)
		if _, _, err := w.Open(ctx, w.from.Creditor, w.from.Case, d.ID); !is(err, debt.NotFound, "document_unknown") {
			t.Errorf("in quarantine: %v", err)
		}
		if n := w.scan(); n != 1 {
			t.Errorf("%d scanned", n)
		}
		got, back, err := w.Open(ctx, w.from.Creditor, w.from.Case, d.ID)
		if err != nil || !bytes.Equal(back, content) || got.State != documents.Unscanned || !got.Active || got.Name != "Beleg.pdf" {
			t.Errorf("%+v, %d bytes, %v", got, len(back), err)
		}
		for what, err := range map[string]error{
			"another case":     second(w.Open(ctx, w.from.Creditor, w.other, d.ID)),
			"another creditor": second(w.Open(ctx, storetest.Creditor(t, s, "b").ID, w.from.Case, d.ID)),
			"no id":            second(w.Open(ctx, w.from.Creditor, w.from.Case, "x")),
		} {
			if !is(err, debt.NotFound, "document_unknown") {
				t.Errorf("%s: %v", what, err)
			}
		}
		if n, plain := w.files(canary); n != 2 || plain {
			t.Errorf("%d files, the text is readable: %t", n, plain)
		}
		if strings.Contains(w.log.String(), "Beleg") {
			t.Errorf("the log names it: %s", w.log)
		}
	})
}

func second(_ documents.Document, _ []byte, err error) error { return err }

func TestStaffSeeABarePreview(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
	doc, picture := w.take("a.pdf", page("Kontoauszug")), w.take("b.jpg", photo(3000, 1000))
	w.scan()
	_, made, err := w.Preview(t.Context(), w.from.Creditor, w.from.Case, doc.ID)
	if err != nil || !bytes.Contains(made, []byte("Kontoauszug")) {
		t.Errorf("%v: %s", err, made)
	}
	for _, gone := range []string{"JavaScript", "evil", "Gernot", "Annots", "OpenAction"} {
		if bytes.Contains(made, []byte(gone)) {
			t.Errorf("the preview still has %s", gone)
		}
	}
	got, made, err := w.Preview(t.Context(), w.from.Creditor, w.from.Case, picture.ID)
	w.must(err)
	seen, err := jpeg.Decode(bytes.NewReader(made))
	w.must(err)
	if b := seen.Bounds(); b.Dx() != 1500 || b.Dy() != 500 || got.PreviewKind != documents.JPEG {
		t.Errorf("%v, %s", b, got.PreviewKind)
	}
	left, _, _, _ := seen.At(10, 10).RGBA()
	right, _, _, _ := seen.At(1490, 10).RGBA()
	if left > 0x2000 || right < 0xa000 {
		t.Errorf("it is not the right way up: red %x left, %x right", left, right)
	}
	if bytes.Contains(made, []byte(canary)) || bytes.Contains(made, []byte("Exif")) {
		t.Error("the preview says where it was taken")
	}
}

// A picture that is damaged within is kept as it came, without a preview.
func TestADecoderThatFailsKeepsNothingOut(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
	b := photo(64, 64)
	i := bytes.LastIndex(b, []byte{0xff, 0xda})
	copy(b[i+14:len(b)-2], bytes.Repeat([]byte{0x55}, 64))
	d := w.take("a.jpg", b)
	w.scan()
	if _, _, err := w.Open(t.Context(), w.from.Creditor, w.from.Case, d.ID); err != nil {
		t.Error(err)
	}
	if _, _, err := w.Preview(t.Context(), w.from.Creditor, w.from.Case, d.ID); err != nil && !is(err, debt.NotFound, "document_no_preview") {
		t.Error(err)
	}
}

func TestTheSameFileIsTheSameDocument(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		var all sync.WaitGroup
		ids := make([]debt.ID, 6)
		for i := range ids {
			all.Go(func() {
				d, err := w.Take(context.Background(), w.from, "a.pdf", page("x"))
				if err != nil {
					t.Error(err)
				}
				ids[i] = d.ID
			})
		}
		all.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("%v", ids)
				break
			}
		}
		if n, _ := w.files("-"); n != 1 {
			t.Errorf("%d files for one document", n)
		}
	})
}

func TestACaseHoldsSoMuchAndNoMore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		for i := range documents.MostFiles {
			w.take("a.pdf", page(fmt.Sprint(i)))
		}
		if _, err := w.Take(t.Context(), w.from, "a.pdf", page("eleven")); !is(err, debt.Forbidden, "documents_many") {
			t.Errorf("the eleventh: %v", err)
		}
		if again := w.take("a.pdf", page("3")); again.ID == "" {
			t.Error("a retry of one of them is refused")
		}
		w.from.Case = w.other
		large := page(strings.Repeat("x", 9<<20))
		for i := range 5 {
			w.take("a.pdf", append(large, fmt.Sprintf("%%%d\n%%%%EOF\n", i)...))
		}
		if _, err := w.Take(t.Context(), w.from, "a.pdf", append(large, "%6\n%%EOF\n"...)); !is(err, debt.Forbidden, "documents_large") {
			t.Errorf("the sixth of nine megabytes: %v", err)
		}
		if n, _ := w.files("-"); n != 15 {
			t.Errorf("%d files: what was refused is left behind", n)
		}
		w.Quota = 1000
		if _, err := w.Take(t.Context(), w.from, "a.pdf", page("quota")); !is(err, debt.Unavailable, "documents_full") {
			t.Errorf("beyond the quota: %v", err)
		}
	})
}

func TestTimeEndsDocuments(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		w := newWorld(t, s)
		kept, loose, over := w.take("kept.pdf", page("kept")), w.take("loose.pdf", page(canary)), w.take("over.pdf", page("over"))
		w.scan()
		objection := documents.Subject{Kind: "objection", ID: string(store.NewID())}
		decided := documents.Subject{Kind: "objection", ID: string(store.NewID())}
		w.must(w.write(func(tx *store.Tx) error {
			return errors.Join(documents.Attach(tx, w.from.Case, objection, kept.ID), documents.Attach(tx, w.from.Case, decided, over.ID),
				documents.Keep(tx, decided, w.clock.Now().Add(48*time.Hour)))
		}))
		if n := w.prune(); n != 0 {
			t.Errorf("%d too early", n)
		}
		w.clock.Move(25 * time.Hour)
		w.prune()
		w.clock.Move(25 * time.Hour)
		w.prune()
		list, err := w.List(t.Context(), w.from.Creditor, w.from.Case)
		if err != nil || len(list) != 1 || list[0].ID != kept.ID {
			t.Errorf("%+v, %v", list, err)
		}
		if n, _ := w.files("-"); n != 2 {
			t.Errorf("%d files are left, want the document and its preview", n)
		}
		if dump := storetest.Dump(t, url); strings.Contains(dump, "loose.pdf") || strings.Contains(dump, "kept.pdf") || list[0].Name != "kept.pdf" {
			t.Error("a name stands in the clear, or is not read")
		}
		var log []documents.Document
		w.must(s.Read(t.Context(), w.from.Creditor, func(r *store.Reader) (err error) { log, err = documents.Log(r, 10); return err }))
		if len(log) != 2 || log[0].ID != loose.ID || log[0].Reason != "never_attached" || log[1].Reason != "time_over" || log[1].DeletedAt.IsZero() {
			t.Errorf("%+v", log)
		}
		if n := w.prune(); n != 0 {
			t.Errorf("%d things to do again and again", n)
		}
		if d := w.take("loose.pdf", page(canary)); d.ID == loose.ID {
			t.Error("a deleted document has come back")
		}
	})
}

// What was sent with a message stays as long as its case is open, however old it is, and goes half a
// year after it was closed.
func TestDocumentsOfMessagesStayWhileTheirCaseIsOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		sent, early := w.take("sent.pdf", page("sent")), w.take("early.pdf", page("early"))
		w.scan()
		message, read := documents.Subject{Kind: "message", ID: string(store.NewID())}, documents.Subject{Kind: "message", ID: string(store.NewID())}
		w.must(w.write(func(tx *store.Tx) error {
			return errors.Join(documents.Attach(tx, w.from.Case, message, sent.ID), documents.Attach(tx, w.from.Case, read, early.ID),
				documents.Keep(tx, read, w.clock.Now().Add(time.Hour))) // as an earlier version did
		}))
		left := func(want int) {
			t.Helper()
			for range 2 {
				w.prune()
			}
			list, err := w.List(t.Context(), w.from.Creditor, w.from.Case)
			if err != nil || len(list) != want {
				t.Errorf("%d documents on %s, want %d: %v", len(list), w.clock.Now().Format(time.DateOnly), want, err)
			}
		}
		w.clock.Move(400 * 24 * time.Hour)
		left(2)
		w.must(w.write(func(tx *store.Tx) error {
			f, err := tx.LockOne(w.from.Case)
			if err != nil {
				return err
			}
			e, err := f.Case.Close("withdrawn_by_creditor", debt.DateIn(w.clock.Now(), debt.Berlin))
			if err != nil {
				return err
			}
			e.ID, e.At, e.Actor = store.NewID(), w.clock.Now(), debt.System
			return tx.Book(store.Booking{File: f, Events: []debt.Event{e}})
		}))
		left(2)
		w.clock.Move(179 * 24 * time.Hour)
		left(2)
		w.clock.Move(2 * 24 * time.Hour)
		left(0)
	})
}

// stubborn does not remove: a disk that was gone for a while.
type stubborn struct {
	blobs.Blobs
	fails bool
}

func (s *stubborn) Remove(ctx context.Context, name string) error {
	if s.fails {
		return errors.New("gone for a while")
	}
	return s.Blobs.Remove(ctx, name)
}

func TestAnInterruptedDeletionGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		disk := &stubborn{w.Blobs, true}
		w.Blobs = disk
		d := w.take("a.pdf", page("x"))
		w.scan()
		w.clock.Move(25 * time.Hour)
		if _, err := w.Prune(t.Context(), w.from.Creditor); err == nil {
			t.Error("no word of a disk that is gone")
		}
		if _, _, err := w.Open(t.Context(), w.from.Creditor, w.from.Case, d.ID); !is(err, debt.NotFound, "document_unknown") {
			t.Errorf("deleted, its content still comes: %v", err)
		}
		disk.fails = false
		w.prune()
		if n, _ := w.files("-"); n != 0 {
			t.Errorf("%d files are left", n)
		}
	})
}

func TestContentWithoutARowIsSweptAwayInTime(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
	w.clock.Set(time.Now()) // files have the time of the disk
	d := w.take("a.pdf", page("x"))
	w.must(w.write(func(tx *store.Tx) error {
		return documents.Attach(tx, w.from.Case, documents.Subject{Kind: "proof", ID: string(store.NewID())}, d.ID)
	}))
	w.scan()
	orphan, err := w.Blobs.Put(t.Context(), w.from.Creditor, []byte("a crash came between content and row"))
	w.must(err)
	w.prune()
	if _, err := w.Blobs.Get(t.Context(), orphan); err != nil {
		t.Errorf("swept while a row may still come: %v", err)
	}
	w.clock.Move(49 * time.Hour)
	w.prune()
	if _, err := w.Blobs.Get(t.Context(), orphan); err == nil {
		t.Error("it stays")
	}
	if _, _, err := w.Open(t.Context(), w.from.Creditor, w.from.Case, d.ID); err != nil {
		t.Errorf("what has a row went along: %v", err)
	}
}

func TestKeysCanBeChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w, ctx := newWorld(t, s), t.Context()
		d := w.take("a.pdf", page("x"))
		w.scan()
		opens := func(what string, want bool) {
			t.Helper()
			if _, _, err := w.Open(ctx, w.from.Creditor, w.from.Case, d.ID); (err == nil) != want {
				t.Errorf("%s: %v", what, err)
			}
		}
		w.Vault = keys(t, 2)
		opens("with a key of another installation", false)
		w.Vault = keys(t, 2, 1)
		opens("with a new key beside the old one", true)
		w.prune() // moves the creditor's keys
		w.Vault = keys(t, 2)
		opens("without the old key", true)
		before, _, err := w.Open(ctx, w.from.Creditor, w.from.Case, d.ID)
		w.must(err)
		_, err = w.NewKey(ctx, w.from.Creditor)
		w.must(err)
		w.prune() // moves the files' keys
		after, content, err := w.Open(ctx, w.from.Creditor, w.from.Case, d.ID)
		if err != nil || after.KeyID == before.KeyID || after.Blob != before.Blob || !bytes.Equal(content, page("x")) {
			t.Errorf("under a new key of the creditor: %+v, %v", after, err)
		}
		if n := w.prune(); n != 0 {
			t.Errorf("%d keys to move again and again", n)
		}
	})
}

func TestContentThatWasChangedOrSwappedDoesNotOpen(t *testing.T) {
	w := newWorld(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
	a, b := w.take("a.pdf", page("a")), w.take("b.pdf", page("b"))
	w.scan()
	path := func(d documents.Document) string {
		_, hash, _ := strings.Cut(d.Blob, "/")
		return filepath.Join(w.dir, string(w.from.Creditor), hash[:2], hash)
	}
	theirs, err := os.ReadFile(path(b))
	w.must(err)
	w.must(os.WriteFile(path(a), theirs, 0o600))
	if _, _, err := w.Open(t.Context(), w.from.Creditor, w.from.Case, a.ID); !is(err, debt.NotFound, "document_damaged") {
		t.Errorf("swapped: %v", err)
	}
	theirs[40] ^= 1
	w.must(os.WriteFile(path(b), theirs, 0o600))
	if _, _, err := w.Open(t.Context(), w.from.Creditor, w.from.Case, b.ID); !is(err, debt.NotFound, "document_damaged") {
		t.Errorf("changed: %v", err)
	}
}
