package main

import (
	"context"
	"errors"
	"strings"

	"quitt/cases/signin"
	"quitt/cmd/quitt/pepperfile"
	"quitt/debt"
	"quitt/notifications/letter"
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

// sealing is what the keys that seal the keys of persons are derived for.
const sealing = "persons"

// personKeys seal the keys of persons; commands that need none work without a pepper. One that
// is set later than a file beside the database was made must not lock anybody out: the file's
// still opens.
func (m *Main) personKeys() ([][]byte, error) {
	peppers, err := m.peppers()
	if errors.Is(err, debt.E(debt.Unavailable, "pepper_missing", nil)) {
		return nil, nil
	}
	keys := peppers.DeriveAll(sealing)
	path, file := strings.CutPrefix(m.config.DatabaseURL, "sqlite:")
	if err != nil || m.config.Pepper == "" || !file {
		return keys, err
	}
	before, found, err := pepperfile.There(path)
	if found {
		keys = append(keys, before.DeriveAll(sealing)...)
	}
	return keys, err
}

// letterDesk reads and prints letters; it writes them once it has NewAccess and Portal.
func (r *run) letterDesk(s *store.Store) (letter.Desk, error) {
	press, err := letter.NewPress()
	return letter.Desk{Store: s, Now: r.main.Now, Letterhead: letter.Letterhead{Operator: r.main.config.Operator, Press: press}}, err
}

// newAccess wires signing in to the letters. The slow hash of a run has a place of its own:
// who signs in meanwhile does not wait for it.
func newAccess(desk signin.Desk, portal string) func(context.Context) (letter.Access, error) {
	desk.Hasher = signin.NewHasher(1, 1)
	return func(ctx context.Context) (letter.Access, error) {
		p, err := desk.Prepare(ctx)
		if err != nil {
			return letter.Access{}, err
		}
		return letter.Access{Link: portal + "/#" + p.Token.Plain(), Code: p.Code, Words: p.Words, Until: p.ValidUntil(), Store: p.Store}, nil
	}
}
