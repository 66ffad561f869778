package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/lib/pq"

	"quitt/store"
)

// A schema of thirty migrations and some hundred rights takes a second to build and a moment
// to copy. It is built once: on PostgreSQL for all processes, in SQLite for each.
var fileTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "quitt-template")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "quitt.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// migrate leaves no connection open: a database that somebody uses cannot be copied.
func migrate(url string) error {
	s, err := store.Open(context.Background(), store.Options{URL: url, Keys: Keys})
	if err != nil {
		return err
	}
	return errors.Join(s.Migrate(context.Background()), s.Close())
}

// unfold puts the schema into a file that does not exist yet and reports whether it did.
func unfold(t testing.TB, path string) bool {
	t.Helper()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	b, err := fileTemplate()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return true
}

// serverTemplate gives the name of a database of the newest schema on the test server.
var serverTemplate = sync.OnceValues(func() (name string, err error) {
	version, err := schemaVersion()
	if err != nil {
		return "", err
	}
	server := os.Getenv(EnvPostgres)
	admin, err := sql.Open("postgres", server)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, admin.Close()) }()
	admin.SetMaxOpenConns(1) // the lock is its connection's, and goes with it
	if _, err := admin.Exec("SELECT pg_advisory_lock(hashtext('quitt_template'))"); err != nil {
		return "", err
	}
	name = "quitt_template_" + version
	var there bool
	if err := admin.QueryRow("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return name, err
	}
	making := name + "_making" // of a process that was killed
	if _, err := admin.Exec("DROP DATABASE IF EXISTS " + making + " WITH (FORCE)"); err != nil {
		return "", err
	}
	if _, err := admin.Exec("CREATE DATABASE " + making); err != nil {
		return "", err
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + making
	if err := migrate(u.String()); err != nil {
		return "", err
	}
	return name, free(func() error { _, err := admin.Exec("ALTER DATABASE " + making + " RENAME TO " + name); return err })
})

// free does what wants a database that nobody uses. The server waits five seconds for those who
// have left; a busy machine takes longer to see them off.
func free(do func() error) (err error) {
	for range 12 {
		var pe *pq.Error
		if err = do(); !errors.As(err, &pe) || pe.Code != "55006" {
			return err
		}
	}
	return err
}

// schemaVersion is a hash of everything a schema is made from.
func schemaVersion() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	h := sha256.New()
	for _, dir := range []string{"../schema", "../../migrations"} {
		files, err := filepath.Glob(filepath.Join(filepath.Dir(here), dir, "*"))
		if err != nil || len(files) == 0 {
			return "", fmt.Errorf("nothing in %s: %w", dir, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			_, _ = fmt.Fprintf(h, "%s %d\n%s", filepath.Base(file), len(b), b)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// Filled is a database in a state that many tests begin with: each gets a copy of it.
type Filled struct {
	file   []byte
	server string // the name of one
}

// Fill makes one, which stays until the process ends; Tidy takes it from the server. What fill
// opens it closes.
func Fill(t testing.TB, engine string, fill func(url string)) *Filled {
	t.Helper()
	if engine == "sqlite" {
		address := SQLite(t)
		fill(address)
		b, err := os.ReadFile(strings.TrimPrefix(address, "sqlite:"))
		if err != nil {
			t.Fatal(err)
		}
		return &Filled{file: b}
	}
	address := Postgres(t)
	fill(address)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%s_filled", strings.TrimPrefix(u.Path, "/"))
	filled.Lock()
	defer filled.Unlock()
	filled.names = append(filled.names, name)
	if err := create(t, name, strings.TrimPrefix(u.Path, "/")).Close(); err != nil {
		t.Fatal(err)
	}
	return &Filled{server: name}
}

// Copy gives the URL of a copy, which is gone after the test.
func (f *Filled) Copy(t testing.TB) string {
	t.Helper()
	if f.server != "" {
		return duplicate(t, f.server)
	}
	address := SQLite(t)
	if err := os.WriteFile(strings.TrimPrefix(address, "sqlite:"), f.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return address
}

var filled struct {
	sync.Mutex
	names []string
}

// Tidy drops what Fill made on the server, for TestMain.
func Tidy() error {
	filled.Lock()
	defer filled.Unlock()
	if len(filled.names) == 0 {
		return nil
	}
	admin, err := sql.Open("postgres", os.Getenv(EnvPostgres))
	if err != nil {
		return err
	}
	for _, name := range filled.names {
		_, gone := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		err = errors.Join(err, gone)
	}
	return errors.Join(err, admin.Close())
}
