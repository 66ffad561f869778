package blobs_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/store"
	"quitt/store/blobs"
	"quitt/store/blobs/blobtest"
)

func TestAFolderKeepsContent(t *testing.T) {
	f, err := blobs.NewFolder(filepath.Join(t.TempDir(), "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	blobtest.Keeps(t, f)
}

// Nobody else on the machine reads a file, and no half of one is ever in its place.
func TestAFolderIsPrivateAndHasNoHalves(t *testing.T) {
	root := t.TempDir()
	f, err := blobs.NewFolder(root)
	if err != nil {
		t.Fatal(err)
	}
	owner := store.NewID()
	name, err := f.Put(t.Context(), owner, []byte("sealed"))
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && path != root && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s may be read by others: %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(root, "partial", "123")
	if err := os.WriteFile(half, []byte("sea"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, before := range []time.Time{time.Unix(0, 0), time.Now().Add(time.Hour)} {
		if err := f.Tidy(before); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(half); (i == 0) != (err == nil) {
			t.Errorf("tidied before %v: %v", before, err)
		}
	}
	if got, err := f.Get(t.Context(), name); err != nil || string(got) != "sealed" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAFullOrMissingDiskIsSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blobs.NewFolder(filepath.Join(file, "x")); !errors.Is(err, debt.E(debt.Unavailable, "documents_unreachable", nil)) {
		t.Errorf("%v", err)
	}
}

func TestWhatIsNoNameIsNoPath(t *testing.T) {
	f, err := blobs.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	id := string(store.NewID())
	for _, name := range []string{"", "/", "../x", id, id + "/", id + "/../../etc/passwd", id + "/" + strings.Repeat("g", 64), "x/" + strings.Repeat("a", 64)} {
		if _, err := f.Get(t.Context(), name); err == nil {
			t.Errorf("%q is read", name)
		}
		if err := f.Remove(t.Context(), name); err == nil {
			t.Errorf("%q is removed", name)
		}
	}
	if _, err := f.Put(t.Context(), "../../x", nil); err == nil {
		t.Error("an owner that is none")
	}
}

func TestOnlyTheKeyAndTheLabelOpenWhatIsSealed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, plain := blobs.NewKey(), rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		label := rapid.String().Draw(t, "label")
		sealed, err := blobs.Seal(key, label, bytes.Clone(plain))
		if err != nil || len(sealed) != len(plain)+blobs.Overhead || len(plain) > 8 && bytes.Contains(sealed, plain) {
			t.Fatalf("%v, %d bytes of %d", err, len(sealed), len(plain))
		}
		again, err := blobs.Seal(key, label, bytes.Clone(plain))
		if err != nil || bytes.Equal(again, sealed) {
			t.Fatal("sealed twice, it is the same")
		}
		changed := bytes.Clone(sealed)
		changed[rapid.IntRange(0, len(changed)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		for what, open := range map[string]func() ([]byte, error){
			"another key":   func() ([]byte, error) { return blobs.Open(blobs.NewKey(), label, bytes.Clone(sealed)) },
			"another label": func() ([]byte, error) { return blobs.Open(key, label+"x", bytes.Clone(sealed)) },
			"a changed bit": func() ([]byte, error) { return blobs.Open(key, label, changed) },
			"a part":        func() ([]byte, error) { return blobs.Open(key, label, bytes.Clone(sealed[:len(sealed)-1])) },
		} {
			if _, err := open(); !errors.Is(err, debt.E(debt.NotFound, "document_damaged", nil)) {
				t.Fatalf("%s opens: %v", what, err)
			}
		}
		if got, err := blobs.Open(key, label, sealed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%v", err)
		}
	})
}
