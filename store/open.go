package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"runtime"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"  // driver "postgres"
	_ "modernc.org/sqlite" // driver "sqlite"

	"quitt/debt"
	"quitt/store/fault"
	"quitt/store/person"
	"quitt/store/schema"
)

// Options say which database and how to use it.
type Options struct {
	// URL is sqlite:PATH or postgres://…
	URL string
	// MaxConns bounds the PostgreSQL pool; 0 means 16.
	MaxConns int
	// Unprepared turns prepared statements off, for a pgbouncer older than 1.21 in
	// transaction mode; add binary_parameters=yes to the URL there.
	Unprepared bool
	// Keys of the installation, the newest first, each of 32 bytes; the database does not have
	// them. Without any nothing that tells who somebody is can be stored or read.
	Keys [][]byte
	safe person.Safe
	// AtCommit is for tests that end the process around a commit; nil in operation. It is
	// called before each commit of a writing transaction (false), when an error undoes all of
	// it, and after it (true), when the caller gets the error although all is stored.
	AtCommit func(done bool) error
}

type txOptions = *sql.TxOptions

// engine is everything that differs between the two databases besides the pairs in
// dialect.go.
type engine interface {
	name() string
	readOptions() txOptions
	// enter prepares a fresh transaction: role and tenant on PostgreSQL.
	enter(ctx context.Context, tx *sqlx.Tx, creditor debt.ID, writes bool) error
	// learn gathers statistics on tables that never had any.
	learn(ctx context.Context, tx *sqlx.Tx) error
}

// sqlx does not know modernc's driver; the placeholders are PostgreSQL's on both engines.
var bindSQLite = sync.OnceFunc(func() { sqlx.BindDriver("sqlite", sqlx.DOLLAR) })

const defaultConns = 16

// Open connects and checks that the database answers. It does not migrate.
func Open(ctx context.Context, o Options) (_ *Store, err error) {
	if o.safe, err = person.NewSafe(o.Keys); err != nil {
		return nil, err
	}
	if path, ok := strings.CutPrefix(o.URL, "sqlite:"); ok && path != "" {
		return openSQLite(ctx, path, o)
	}
	if strings.HasPrefix(o.URL, "postgres://") || strings.HasPrefix(o.URL, "postgresql://") {
		return openPostgres(ctx, o)
	}
	return nil, debt.E(debt.Invalid, "database_url_invalid", nil)
}

// openSQLite opens one writing connection and a pool of reading ones: a shared pool made
// writers wait for seconds. synchronous=FULL because an acknowledged payment must survive
// a power cut.
func openSQLite(ctx context.Context, path string, o Options) (*Store, error) {
	bindSQLite()
	pragmas := url.Values{
		"_pragma": {"busy_timeout(10000)", "foreign_keys(1)", "synchronous(FULL)", "secure_delete(1)", "journal_mode(WAL)", "temp_store(MEMORY)", "cache_size(-32000)"},
		"_dqs":    {"0"},
		"_txlock": {"immediate"},
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" // a name may hold a # or a ?
	writer, err := connect(ctx, "sqlite", file+pragmas.Encode(), 1)
	if err != nil {
		return nil, err
	}
	pragmas["_pragma"] = []string{"busy_timeout(10000)", "query_only(1)", "temp_store(MEMORY)", "cache_size(-32000)"}
	pragmas["_txlock"] = []string{"deferred"}
	pragmas["mode"] = []string{"ro"}
	reader, err := connect(ctx, "sqlite", file+pragmas.Encode(), max(4, runtime.NumCPU()))
	if err != nil {
		_ = writer.db.Close()
		return nil, err
	}
	return &Store{engine: sqliteEngine{}, writer: writer, reader: reader, prepare: !o.Unprepared, portable: true, safe: o.safe, atCommit: o.AtCommit}, nil
}

func openPostgres(ctx context.Context, o Options) (*Store, error) {
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil, debt.E(debt.Invalid, "database_url_invalid", nil)
	}
	q := u.Query()
	q.Set("timezone", "UTC")
	u.RawQuery = q.Encode()
	conns := o.MaxConns
	if conns <= 0 {
		conns = defaultConns
	}
	p, err := connect(ctx, "postgres", u.String(), conns)
	if err != nil {
		return nil, err
	}
	return &Store{engine: postgresEngine{}, writer: p, reader: p, prepare: !o.Unprepared, safe: o.safe, atCommit: o.AtCommit}, nil
}

func connect(ctx context.Context, driver, dsn string, conns int) (*pool, error) {
	db, err := sqlx.Open(driver, dsn)
	if err != nil {
		return nil, debt.E(debt.Invalid, "database_url_invalid", nil)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns) // the default of 2 would reconnect all the time
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fault.Of(err)
	}
	return &pool{db: db}, nil
}

// Migrate brings the schema to the newest version and renews rights and guards. Several
// processes may start it at once: one works, the others wait. A PostgreSQL login that may
// not take on the application role gets Unavailable "role_missing".
func (s *Store) Migrate(ctx context.Context) error {
	err := schema.Migrate(ctx, s.writer.db, s.engine.name() == "sqlite")
	if errors.Is(err, schema.ErrRole) {
		return fault.Unavailable("role_missing", err)
	}
	return fault.Of(err)
}

// Scrub overwrites what has been deleted, as far as the database can. A reader elsewhere that
// is in the way is Unavailable "database_busy".
func (s *Store) Scrub(ctx context.Context) error {
	return schema.Scrub(ctx, s.writer.db, s.engine.name() == "sqlite")
}

// Engine names the database, for messages and metrics.
func (s *Store) Engine() string { return s.engine.name() }
