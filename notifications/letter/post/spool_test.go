package post

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"quitt/debt"
)

func open(t *testing.T, out string) *Spool {
	t.Helper()
	s, err := OpenSpool(out, "run")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestASpoolKeepsALetterForItsOwnerOnly(t *testing.T) {
	s := open(t, t.TempDir())
	hash, err := s.Put("a", []byte("pdf"))
	if err != nil || hash != Hash([]byte("pdf")) {
		t.Fatal(hash, err)
	}
	info, err := os.Stat(s.letter("a"))
	if err != nil || info.Mode().Perm() != filePermission {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if pdf, whole, err := s.Get("a", hash); string(pdf) != "pdf" || !whole || err != nil {
		t.Error(string(pdf), whole, err)
	}
	if _, whole, err := s.Get("a", Hash([]byte("another"))); whole || err != nil {
		t.Error("a changed file counts as whole", err)
	}
	if _, whole, err := s.Get("b", hash); whole || err != nil {
		t.Error("a missing file counts as whole", err)
	}
}

func TestASpoolHasOneProcess(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := OpenSpool(dir, "run"); !errors.Is(err, debt.E(debt.Conflict, "letters_busy", nil)) {
		t.Errorf("a second one: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestWhatWasNeverStoredIsSwept(t *testing.T) {
	s := open(t, t.TempDir())
	for _, id := range []debt.ID{"stored", "orphan"} {
		if _, err := s.Put(id, []byte(id)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DropOthers(map[debt.ID]bool{"stored": true}); err != nil {
		t.Fatal(err)
	}
	if !exists(s.letter("stored")) || exists(s.letter("orphan")) || !exists(filepath.Join(s.path, lockName)) {
		t.Error("the wrong files are left")
	}
}

// The print house may take its file away as soon as it sees it: it must not get it again.
func TestAPublishedBatchIsNotPublishedAgain(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	b := s.NewBatch("letters-x")
	if _, err := b.WritePDF(func(w io.Writer) error { _, err := w.Write([]byte("pdf")); return err }); err != nil {
		t.Fatal(err)
	}
	if _, err := b.WriteManifest(nil); err != nil {
		t.Fatal(err)
	}
	if exists(b.PDF) || exists(b.Manifest) {
		t.Error("seen before both are complete")
	}
	for range 2 {
		if err := b.Publish(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(b.PDF); err != nil { // the print house
		t.Fatal(err)
	}
	if err := b.Publish(); err != nil || exists(b.PDF) {
		t.Errorf("published twice, %v", err)
	}
	if err := s.Remove(); err != nil || exists(s.path) || !exists(b.Manifest) {
		t.Errorf("after the run: %v", err)
	}
}

func TestAFullDiskIsToldFromABrokenOne(t *testing.T) {
	if err := create("/dev/full", func(w io.Writer) error { _, err := w.Write([]byte("x")); return err }); !errors.Is(err, debt.E(debt.Unavailable, "letters_disk_full", nil)) {
		t.Errorf("full: %v", err)
	}
	if _, err := OpenSpool("/dev/null/x", "run"); !errors.Is(err, debt.E(debt.Unavailable, "letters_disk", nil)) {
		t.Errorf("no folder: %v", err)
	}
}

func TestAFolderTakesEachLetterOnce(t *testing.T) {
	ctx := context.Background()
	f := Folder{t.TempDir()}
	if id, err := f.Find(ctx, "letter-1"); id != "" || err != nil {
		t.Error(id, err)
	}
	for range 2 {
		if id, err := f.Send(ctx, Item{Key: "letter-1", PDF: []byte("pdf")}); id != "letter-1.pdf" || err != nil {
			t.Fatal(id, err)
		}
	}
	if id, err := f.Find(ctx, "letter-1"); id != "letter-1.pdf" || err != nil {
		t.Error(id, err)
	}
	if s, err := f.Status(ctx, "letter-1.pdf"); s != Done || err != nil {
		t.Error(s, err)
	}
	if _, err := f.Status(ctx, "none.pdf"); debt.KindOf(err) != debt.NotFound {
		t.Error(err)
	}
	for _, key := range []string{"", "../x", "a/b", ".x"} {
		if _, err := f.Send(ctx, Item{Key: key}); debt.KindOf(err) != debt.Invalid {
			t.Errorf("%q: %v", key, err)
		}
	}
}
