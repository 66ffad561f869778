// Package pepperfile keeps the key of typed codes in a file beside a database of one file.
package pepperfile

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"quitt/cases/signin"
	"quitt/debt"
)

// Beside reads the key beside a database file and makes one if there is none: whoever copies
// only the database has not got the key.
func Beside(database string) (signin.Peppers, error) {
	path := database + ".pepper"
	text, err := os.ReadFile(path) //nolint:gosec // beside the operator's database
	if errors.Is(err, fs.ErrNotExist) {
		text, err = newPepperFile(path)
	}
	if err != nil {
		return signin.Peppers{}, pepperFileBroken(path, err)
	}
	peppers, err := signin.ParsePeppers(strings.TrimSpace(string(text)))
	if err != nil {
		return peppers, pepperFileBroken(path, err)
	}
	return peppers, nil
}

// There reads the key beside a database file; ok is false if there is none.
func There(database string) (p signin.Peppers, ok bool, err error) {
	if _, err := os.Stat(database + ".pepper"); errors.Is(err, fs.ErrNotExist) {
		return p, false, nil
	}
	p, err = Beside(database)
	return p, err == nil, err
}

func pepperFileBroken(path string, cause error) error {
	return fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "pepper_file_broken", debt.Args{"file": path}), cause)
}

// newPepperFile makes the file whole or not at all; of two processes the first one wins and
// both use its key.
func newPepperFile(path string) ([]byte, error) {
	key := make([]byte, signin.PepperSize)
	_, _ = rand.Read(key)                                                 // never fails: crypto/rand
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // 0600
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.WriteString("1:" + base64.StdEncoding.EncodeToString(key) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // beside the operator's database
}
