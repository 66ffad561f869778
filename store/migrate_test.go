package store_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

func TestMigratingTwiceChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		lived(t, s)
		if err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.Ready(ctx); err != nil {
			t.Error(err)
		}
		verified(t, s)
	})
}

func TestAnEmptyDatabaseIsNotReady(t *testing.T) {
	storetest.EachBare(t, func(t *testing.T, url string) {
		s, err := store.Open(ctx, store.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		if err := s.Ready(ctx); debt.KindOf(err) != debt.Unavailable {
			t.Errorf("ready: %v", err)
		}
	})
}

func TestFourProcessesMigrateAtOnce(t *testing.T) {
	url := storetest.Bare(t)
	none(t, together(4, func(int) error {
		s, err := store.Open(ctx, store.Options{URL: url})
		if err != nil {
			return err
		}
		defer func() { _ = s.Close() }()
		return s.Migrate(ctx)
	}))
	verified(t, storetest.Open(t, store.Options{URL: url}))
}

func TestSQLiteTablesAreStrictAndSpeakSQLiteOnly(t *testing.T) {
	url := storetest.SQLite(t)
	storetest.Open(t, store.Options{URL: url})
	db := storetest.Raw(t, url)
	foreign := regexp.MustCompile(`(?i)\b(UUID|TIMESTAMPTZ|BOOLEAN|DATE|BIGINT)\b[^(]`)
	tables := column(t, db, `SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'`)
	if len(tables) < 13 {
		t.Fatalf("%d tables", len(tables))
	}
	for _, ddl := range tables {
		if !strings.HasSuffix(ddl, "STRICT") {
			t.Errorf("not strict: %.60s", ddl)
		}
		if word := foreign.FindString(ddl); word != "" {
			t.Errorf("%q in %.60s", word, ddl)
		}
	}
}

// Without the right to make a role the login learns what to ask for. quitt_app may exist
// on the server, made by another test; a login that is no member and may not make roles
// gets the same answer from PostgreSQL whether it does or not: 42501 comes first.
func TestALoginThatMayNotMakeTheRoleIsTold(t *testing.T) {
	super := storetest.Bare(t)
	admin := storetest.Raw(t, super)
	u, err := url.Parse(super)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	login := name + "_plain"
	for _, ddl := range []string{"CREATE ROLE " + login + " LOGIN PASSWORD 'x'", "ALTER DATABASE " + name + " OWNER TO " + login} {
		if _, err := admin.Exec(ddl); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, ddl := range []string{"REASSIGN OWNED BY " + login + " TO CURRENT_USER", "DROP OWNED BY " + login, "DROP ROLE " + login} {
			if _, err := admin.Exec(ddl); err != nil {
				t.Error(err)
			}
		}
	})
	u.User = url.UserPassword(login, "x")
	s, err := store.Open(ctx, store.Options{URL: u.String()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Migrate(ctx); !isError(err, debt.Unavailable, "role_missing") {
		t.Errorf("migrating: %v", err)
	}
}

func TestAFileMayHaveAnyName(t *testing.T) {
	for _, name := range []string{"plain.db", "Akten 2026 #1.db", "wozu?.db", "100%.db", "50%20.db", "Ümläut.db"} {
		path := filepath.Join(t.TempDir(), name)
		s, err := store.Open(context.Background(), store.Options{URL: "sqlite:" + path})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := s.Migrate(context.Background()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: the database is elsewhere: %v", name, err)
		}
	}
}
