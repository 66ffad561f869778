package post

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"quitt/debt"
)

// Letters are readable by their owner only.
const (
	filePermission   = 0o600
	folderPermission = 0o700
)

// failed words what a disk refuses: full is told apart, for there the way out is clear.
func failed(err error, path string) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		return fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "letters_disk_full", debt.Args{"path": path}), err)
	}
	return fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "letters_disk", debt.Args{"path": path}), err)
}

// create writes a file whole and to the disk; its name is durable only after syncFolder.
func create(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, filePermission) //nolint:gosec // the operator's folder
	if err != nil {
		return failed(err, path)
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return failed(err, path)
	}
	return nil
}

// syncFolder makes the names in a folder survive a power cut.
func syncFolder(path string) error {
	d, err := os.Open(path) //nolint:gosec // the operator's folder
	if err != nil {
		return failed(err, path)
	}
	return failed(errors.Join(d.Sync(), d.Close()), path)
}

// publish gives a finished file its final name, if it has not got it yet: a missing one was
// published before.
func publish(from, to string) error {
	err := os.Rename(from, to)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return failed(err, to)
	}
	return syncFolder(filepath.Dir(to))
}

// exists reports whether there is something at a path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
