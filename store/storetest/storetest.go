// Package storetest gives tests a fresh, migrated database on both engines. It never skips:
// without PostgreSQL a test fails and says how to get one.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store"
)

// EnvPostgres names the server to use; scripts/with-postgres sets it.
const EnvPostgres = "QUITT_TEST_POSTGRES"

// Now is the fixed instant of tests: a Sunday at noon in Berlin.
var Now = time.Date(2026, time.November, 22, 11, 0, 0, 0, time.UTC)

// Each runs test once per engine, each time on an empty database.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	EachURL(t, func(t *testing.T, url string) { test(t, Open(t, store.Options{URL: url})) })
}

// EachURL runs test once per engine with the URL of an empty database, for Open.
func EachURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// EachBare is EachURL for tests of what there is before a schema.
func EachBare(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Bare(t)) })
}

// Raw opens a database behind the store's back, on PostgreSQL as superuser.
func Raw(t testing.TB, url string) *sql.DB {
	t.Helper()
	driver := "postgres"
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, url = "sqlite", "file:"+path+"?_pragma=foreign_keys(1)&_pragma=busy_timeout(10000)&_dqs=0"
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Keys are those of an installation, for databases that Open opens.
var Keys = [][]byte{[]byte("the key of an installation: 32 b")}

// Open opens and migrates a database and closes it after the test.
func Open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	if o.Keys == nil {
		o.Keys = Keys
	}
	done := migrated(t, o.URL)
	s, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if done {
		return s
	}
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// SQLite gives the URL of a database file that does not exist yet.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "quitt.db")
}

var databases struct {
	sync.Mutex
	n      int
	copied map[string]bool // URLs of copies of the template
}

// migrated says whether a database has its schema, as a copy of the template. A file gets it now.
func migrated(t testing.TB, url string) bool {
	t.Helper()
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		return unfold(t, path)
	}
	databases.Lock()
	defer databases.Unlock()
	return databases.copied[url]
}

// Postgres makes a database of the newest schema on the test server, drops it after the test
// and gives its URL.
func Postgres(t testing.TB) string {
	t.Helper()
	server(t)
	template, err := serverTemplate()
	if err != nil {
		t.Fatal(err)
	}
	return duplicate(t, template)
}

func duplicate(t testing.TB, of string) string {
	t.Helper()
	u := database(t, of)
	databases.Lock()
	defer databases.Unlock()
	if databases.copied == nil {
		databases.copied = map[string]bool{}
	}
	databases.copied[u] = true
	return u
}

// Bare is Postgres without a schema.
func Bare(t testing.TB) string { t.Helper(); return database(t, "template1") }

// server gives the URL of the test server.
func server(t testing.TB) string {
	t.Helper()
	server := os.Getenv(EnvPostgres)
	if server == "" {
		t.Fatalf("%s is not set: run make test, or scripts/with-postgres go test …", EnvPostgres)
	}
	return server
}

// database makes a copy of another one and drops it after the test.
func database(t testing.TB, of string) string {
	t.Helper()
	databases.Lock()
	databases.n++
	name := fmt.Sprintf("quitt_%d_%d", os.Getpid(), databases.n)
	databases.Unlock()
	admin := create(t, name, of)
	t.Cleanup(func() {
		_, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		if err := admin.Close(); err != nil {
			t.Error(err)
		}
		if err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server(t))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func create(t testing.TB, name, of string) (admin *sql.DB) {
	t.Helper()
	admin, err := sql.Open("postgres", server(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := free(func() error { _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + of); return err }); err != nil {
		t.Fatal(err)
	}
	return admin
}

// Creditor stores a tenant with plausible data.
func Creditor(t testing.TB, s *store.Store, code string) debt.Creditor {
	t.Helper()
	c := debt.Creditor{
		ID: store.NewID(), Code: code, Name: "Praxis " + code, State: "NW", IBAN: "DE89370400440532013000",
		Address:       debt.Address{Street: "Musterweg 1", Postcode: "50667", City: "Köln", Country: "DE"},
		AccountHolder: "Praxis " + code,
	}
	err := s.Write(context.Background(), c.ID, func(tx *store.Tx) error { return tx.AddCreditor(c, Now) })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Stamp is the fixed instant with real ids.
var Stamp = ledger.Stamp{At: Now, NewID: store.NewID}

// Clock is a clock that stands at Now.
func Clock() time.Time { return Now }

// Watch is a clock the test moves. It is safe for concurrent use.
type Watch struct {
	mu sync.Mutex
	at time.Time
}

// NewWatch stands at Now.
func NewWatch() *Watch { return &Watch{at: Now} }

// Now tells the time.
func (w *Watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

// Move lets time pass, or with less than nothing goes back.
func (w *Watch) Move(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// Set goes to an instant.
func (w *Watch) Set(at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = at
}

// File is a hand-over of one case with one claim of 1,000.00 that has borne interest since March 2026.
func File(creditor debt.ID, reference string) store.NewFile {
	return FileBy(Stamp, creditor, reference)
}

// FileBy is File with ids of the caller's.
func FileBy(stamp ledger.Stamp, creditor debt.ID, reference string) store.NewFile {
	c := debt.NewCase(creditor, stamp.NewID(), Now)
	c.Review = debt.ReviewAccepted
	c.FileReference, c.CreditorReference, c.DebtorID = "F-"+reference, reference, stamp.NewID()
	f := store.NewFile{
		File: &store.File{Case: c, ContentHash: "hash of " + reference},
		Debtor: debt.Debtor{ID: c.DebtorID, Kind: debt.Person, FirstName: "Änne", LastName: "O'Brien-Müller", Street: "Weg 1",
			Postcode: "50667", City: "Köln", Country: "DE", AddressSource: "creditor"},
	}
	f.File.Account.CaseID = c.ID
	f.Entries = []ledger.Entry{f.File.Account.OpenClaim(debt.Claim{
		ID: stamp.NewID(), CaseID: c.ID, Principal: 1000_00, Ground: debt.Contract, Object: "Reparatur",
		ArisenOn: debt.MustDate("2026-01-10"), DueOn: debt.MustDate("2026-03-01"), DefaultFrom: debt.MustDate("2026-03-17"),
		Interest: debt.InterestRule{Kind: debt.Statutory, Surcharge: 500},
	}, stamp)}
	f.Events = []debt.Event{Event(c, debt.CaseReceived)}
	f.Events[0].ID = stamp.NewID()
	return f
}

// Event is an event of a case as a use case makes it.
func Event(c debt.Case, t debt.EventType) debt.Event {
	e := c.EventOf(t, debt.Args{"amount_cents": debt.Cents(1)})
	e.ID, e.At, e.Actor = store.NewID(), Now, debt.System
	return e
}
