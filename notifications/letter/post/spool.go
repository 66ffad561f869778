package post

import (
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

// Spool is where the letters of one run wait until all are made: DIR/.spool/RUN. One
// process at a time has it. Its files hold the only copy of a letter's secrets.
type Spool struct {
	out  string // where finished files go
	path string
	lock *os.File
}

const (
	spoolFolder = ".spool"
	lockName    = "lock"
	extension   = ".pdf"
)

// SpoolExists reports whether a run has a spool in a directory of this machine.
func SpoolExists(out, run string) bool { return exists(filepath.Join(out, spoolFolder, run)) }

// OpenSpool makes or takes the spool of a run; Conflict "letters_busy" if another process
// has it. A process that dies gives it up.
func OpenSpool(out, run string) (*Spool, error) {
	s := &Spool{out: out, path: filepath.Join(out, spoolFolder, run)}
	if err := os.MkdirAll(s.path, folderPermission); err != nil {
		return nil, failed(err, s.path)
	}
	for _, folder := range []string{filepath.Join(out, spoolFolder), out} {
		if err := syncFolder(folder); err != nil {
			return nil, err
		}
	}
	name := filepath.Join(s.path, lockName)
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, filePermission) //nolint:gosec // the operator's folder
	if err != nil {
		return nil, failed(err, name)
	}
	if !tryLock(f) {
		return nil, errors.Join(debt.E(debt.Conflict, "letters_busy", nil), f.Close())
	}
	s.lock = f
	return s, nil
}

// Close gives the spool up for another process.
func (s *Spool) Close() error { return s.lock.Close() }

func (s *Spool) letter(id debt.ID) string { return filepath.Join(s.path, string(id)+extension) }

// Put keeps the PDF of a letter so that it survives a power cut, and gives its hash.
func (s *Spool) Put(id debt.ID, pdf []byte) (hash string, err error) {
	if err := create(s.letter(id), func(w io.Writer) error { _, err := w.Write(pdf); return err }); err != nil {
		return "", err
	}
	return Hash(pdf), syncFolder(s.path)
}

// Get reads the PDF of a letter back; false if it is gone or not the one with this hash.
func (s *Spool) Get(id debt.ID, hash string) ([]byte, bool, error) {
	pdf, err := os.ReadFile(s.letter(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, failed(err, s.letter(id))
	}
	return pdf, Hash(pdf) == hash, nil
}

// Drop removes the PDF of a letter, if there is one.
func (s *Spool) Drop(id debt.ID) error {
	if err := os.Remove(s.letter(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failed(err, s.letter(id))
	}
	return nil
}

// DropOthers removes the PDFs of letters that were never stored: a run died in between.
func (s *Spool) DropOthers(stored map[debt.ID]bool) error {
	entries, err := os.ReadDir(s.path)
	if err != nil {
		return failed(err, s.path)
	}
	for _, e := range entries {
		id, isLetter := strings.CutSuffix(e.Name(), extension)
		if !isLetter || e.Name() == combinedName || stored[debt.ID(id)] {
			continue
		}
		if err := s.Drop(debt.ID(id)); err != nil {
			return err
		}
	}
	return nil
}

// Empty removes every file but the lock, before the run is noted as finished: nobody would
// look for its secrets afterwards.
func (s *Spool) Empty() error {
	entries, err := os.ReadDir(s.path)
	if err != nil {
		return failed(err, s.path)
	}
	for _, e := range entries {
		path := filepath.Join(s.path, e.Name())
		if e.Name() == lockName {
			continue
		}
		if err := os.Remove(path); err != nil {
			return failed(err, path)
		}
	}
	return syncFolder(s.path)
}

// Remove ends the spool. What a process that dies here leaves is a folder with a lock.
func (s *Spool) Remove() error {
	if err := os.RemoveAll(s.path); err != nil {
		return failed(err, s.path)
	}
	return s.Close()
}

// Hash is the SHA-256 of a file in hex.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// CheckFolder makes the folder for finished files, so that a wrong one is told before
// anything is stored.
func CheckFolder(path string) error { return failed(os.MkdirAll(path, folderPermission), path) }
