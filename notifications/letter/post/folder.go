package post

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"quitt/debt"
)

const (
	combinedName = "combined" + extension
	manifestName = "manifest.csv"
	listEnd      = ".csv"
)

// Batch is what a print house gets of a run: one file with all letters and the list of
// them. Both are complete in the spool before either is seen in the folder, and the PDF
// comes last, so that whoever watches for it finds the list.
type Batch struct {
	spool *Spool
	// PDF and Manifest are where the files go.
	PDF, Manifest string
}

// NewBatch names the files of a run, without extension.
func (s *Spool) NewBatch(name string) Batch {
	name = filepath.Join(s.out, name)
	return Batch{s, name + extension, name + listEnd}
}

// WritePDF makes the combined file in the spool and gives its hash.
func (b Batch) WritePDF(write func(io.Writer) error) (hash string, err error) {
	return b.write(combinedName, write)
}

// WriteManifest makes the list in the spool and gives its hash.
func (b Batch) WriteManifest(rows []Row) (hash string, err error) {
	return b.write(manifestName, func(w io.Writer) error { return writeManifest(w, rows) })
}

func (b Batch) write(name string, write func(io.Writer) error) (hash string, err error) {
	sum := sha256.New()
	err = create(filepath.Join(b.spool.path, name), func(w io.Writer) error { return write(io.MultiWriter(w, sum)) })
	if err == nil {
		err = syncFolder(b.spool.path)
	}
	return hex.EncodeToString(sum.Sum(nil)), err
}

// Publish moves both files into the folder. What is not in the spool any more was moved
// before and may have been taken away since: it is not made again.
func (b Batch) Publish() error {
	if err := publish(filepath.Join(b.spool.path, manifestName), b.Manifest); err != nil {
		return err
	}
	return publish(filepath.Join(b.spool.path, combinedName), b.PDF)
}

// Folder is the provider for those who print themselves: a file per letter. The same key
// is the same file, so sending again changes nothing.
type Folder struct{ Dir string }

var _ Provider = Folder{}

func (f Folder) path(key string) (string, error) {
	if key == "" || strings.ContainsAny(key, `/\`) || strings.HasPrefix(key, ".") {
		return "", debt.E(debt.Invalid, "post_refused", debt.Args{"reason": "name"})
	}
	return filepath.Join(f.Dir, key+extension), nil
}

// Send writes the letter; the id is the file's name.
func (f Folder) Send(_ context.Context, i Item) (string, error) {
	path, err := f.path(i.Key)
	if err != nil {
		return "", err
	}
	part := path + ".part"
	if err := create(part, func(w io.Writer) error { _, err := w.Write(i.PDF); return err }); err != nil {
		return "", err
	}
	return filepath.Base(path), publish(part, path)
}

// Find looks for the file.
func (f Folder) Find(_ context.Context, key string) (string, error) {
	path, err := f.path(key)
	if err != nil || !exists(path) {
		return "", err
	}
	return filepath.Base(path), nil
}

// Status is Done once the file is there; nobody tells what happens to it.
func (f Folder) Status(_ context.Context, id string) (Status, error) {
	_, err := os.Stat(filepath.Join(f.Dir, filepath.Base(id)))
	if errors.Is(err, fs.ErrNotExist) {
		return "", debt.E(debt.NotFound, "letter_unknown", nil)
	}
	return Done, failed(err, f.Dir)
}

// Remove takes what was put into a folder under these names away: a letter, or the files of a
// whole run. What is not there was taken by whoever prints it.
func Remove(dir string, names ...string) error {
	if !exists(dir) {
		return nil
	}
	for _, name := range names {
		for _, end := range []string{extension, listEnd, extension + ".part"} {
			path := filepath.Join(dir, name+end)
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return failed(err, path)
			}
		}
	}
	return syncFolder(dir)
}
