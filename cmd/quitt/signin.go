package main

import (
	"strings"

	"quitt/cases/signin"
	"quitt/cmd/quitt/pepperfile"
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
	return pepperfile.Beside(path)
}
