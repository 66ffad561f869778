package main

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
	"quitt/store"
)

// desk makes the way in from the configuration.
func (m *Main) desk(s *store.Store) (signin.Desk, error) {
	peppers, err := m.peppers()
	return signin.New(s, m.Now, peppers), err
}

// peppers gives the keys of typed codes. A database in one file gets a key in a file beside
// it when none is set: whoever copies only the database has not got the key. A database
// server must not depend on the disk of whichever process came first.
func (m *Main) peppers() (signin.Peppers, error) {
	if m.config.Pepper != "" {
		return signin.ParsePeppers(m.config.Pepper)
	}
	path, ok := strings.CutPrefix(m.config.DatabaseURL, "sqlite:")
	if !ok {
		return signin.Peppers{}, debt.E(debt.Unavailable, "pepper_missing", nil)
	}
	path += ".pepper"
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
