package blobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"quitt/debt"
)

// Folder keeps content in files of a folder that only this user may read. It must not lie
// below what a web server hands out. Make it with NewFolder.
type Folder struct{ root string }

// NewFolder makes the folder if it is not there.
func NewFolder(root string) (Folder, error) {
	full, err := filepath.Abs(root)
	if err == nil {
		err = os.MkdirAll(filepath.Join(full, partial), 0o700)
	}
	if err != nil {
		return Folder{}, fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "documents_unreachable", nil), err)
	}
	return Folder{full}, nil
}

// partial is where files are before they are whole.
const partial = "partial"

// path spreads an owner's files over 256 folders.
func (f Folder) path(name string) string {
	owner, hash, _ := strings.Cut(name, "/")
	return filepath.Join(f.root, owner, hash[:2], hash)
}

// Put writes beside, makes it durable and moves it into its place: a file there is whole.
func (f Folder) Put(_ context.Context, owner debt.ID, sealed []byte) (string, error) {
	name := Name(owner, sealed)
	if err := Check(name); err != nil {
		return "", err
	}
	to := f.path(name)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return "", unreachable(err)
	}
	file, err := os.CreateTemp(filepath.Join(f.root, partial), "*") // 0600
	if err != nil {
		return "", unreachable(err)
	}
	defer func() { _ = os.Remove(file.Name()) }() // it has been moved, or is of no use
	_, err = file.Write(sealed)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", unreachable(err)
	}
	if err := os.Rename(file.Name(), to); err != nil {
		return "", unreachable(err)
	}
	return name, unreachable(f.settle(to))
}

// settle makes the names durable too: of the file, and of folders that are new.
func (f Folder) settle(to string) error {
	for dir := filepath.Dir(to); ; dir = filepath.Dir(dir) {
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil || dir == f.root {
			return err
		}
	}
}

// Get reads a file.
func (f Folder) Get(_ context.Context, name string) ([]byte, error) {
	if err := Check(name); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(f.path(name))
	return b, unreachable(err)
}

// Remove deletes a file.
func (f Folder) Remove(_ context.Context, name string) error {
	if err := Check(name); err != nil {
		return err
	}
	err := os.Remove(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return unreachable(err)
}

// Each walks through an owner's files.
func (f Folder) Each(ctx context.Context, owner debt.ID, fn func(name string, stored time.Time) error) error {
	err := filepath.WalkDir(filepath.Join(f.root, string(owner)), func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			return ctx.Err()
		}
		info, err := e.Info()
		name := string(owner) + "/" + e.Name()
		if err != nil || Check(name) != nil {
			return err
		}
		return fn(name, info.ModTime())
	})
	if errors.Is(err, fs.ErrNotExist) { // removed meanwhile, or nothing there yet
		return nil
	}
	return err
}

// Tidy removes what interrupted writes have left before a time.
func (f Folder) Tidy(before time.Time) error {
	list, err := os.ReadDir(filepath.Join(f.root, partial))
	if err != nil {
		return unreachable(err)
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue // gone, or being written
		}
		if err := os.Remove(filepath.Join(f.root, partial, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unreachable(err)
		}
	}
	return nil
}

// unreachable is for people who hand something in while the disk is full or gone.
func unreachable(err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "documents_unreachable", nil), err)
}
