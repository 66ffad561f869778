package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"quitt/debt"
	"quitt/store/edge"
	"quitt/store/fault"
	"quitt/store/once"
	"quitt/store/person"
	"quitt/store/rehearse"
)

// Store is one database. It is safe for concurrent use.
type Store struct {
	engine  engine
	writer  *pool
	reader  *pool // the same pool on PostgreSQL, read-only connections on SQLite
	prepare bool
	// portable runs one statement per row where dialect.go has a form for PostgreSQL:
	// always on SQLite; the suite compares both forms on PostgreSQL.
	portable bool
	safe     person.Safe // opens what tells who somebody is
	atCommit func(done bool) error
	noticed  atomic.Pointer[func(debt.ID)]
}

// OnNews calls fn after every commit that left work for a loop: an event, a message to
// send. It is a hint to look soon and must return at once; loops also look by themselves,
// for another process may have written.
func (s *Store) OnNews(fn func(creditor debt.ID)) { s.noticed.Store(&fn) }

// pool is a set of connections and the statements prepared on it.
type pool struct {
	db    *sqlx.DB
	mu    sync.RWMutex
	stmts map[string]*sqlx.Stmt // by query text
}

func (p *pool) stmt(query string) *sqlx.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.stmts[query]
}

// keep remembers a prepared statement unless another transaction was faster.
func (p *pool) keep(query string, st *sqlx.Stmt) error {
	if p.kept(query, st) {
		return nil
	}
	// Closing waits for the query that runs on the connection it was prepared on, and that may
	// wait for a row. Whoever has the row asks for statements: nobody may hold mu meanwhile.
	return st.Close()
}

func (p *pool) kept(query string, st *sqlx.Stmt) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stmts[query] != nil {
		return false
	}
	if p.stmts == nil {
		p.stmts = map[string]*sqlx.Stmt{}
	}
	p.stmts[query] = st
	return true
}

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, st := range p.stmts {
		errs = append(errs, st.Close())
	}
	p.stmts = nil
	return errors.Join(append(errs, p.db.Close())...)
}

// NewID makes a UUIDv7, the id of every row.
func NewID() debt.ID {
	return debt.ID(uuid.Must(uuid.NewV7()).String())
}

// Close ends all connections, the writer's last: it then folds SQLite's log into the file.
func (s *Store) Close() error {
	if s.writer == s.reader {
		return s.writer.close()
	}
	return errors.Join(s.reader.close(), s.writer.close())
}

// Reader reads one creditor's rows in one consistent snapshot; with the creditor "" only
// the global tables.
type Reader struct {
	ctx      context.Context // of the transaction, which it must not outlive
	tx       *sqlx.Tx
	store    *Store
	pool     *pool
	creditor debt.ID
	missed   []string // statements to prepare once the transaction is over
}

// Tx reads and writes one creditor's rows; all of it happens or nothing.
type Tx struct {
	Reader

	news bool
}

// News says that this transaction leaves work for a loop (OnNews).
func (t *Tx) News() { t.news = true }

// Creditor gives the tenant of the transaction.
func (r *Reader) Creditor() debt.ID { return r.creditor }

// Read runs fn in a read-only transaction.
func (s *Store) Read(ctx context.Context, creditor debt.ID, fn func(*Reader) error) error {
	return s.retry(ctx, func() error {
		r := &Reader{ctx: ctx, store: s, pool: s.reader, creditor: creditor}
		return r.run(false, func() error { return fn(r) })
	})
}

// Write runs fn in a transaction and commits it. A serialisation failure or a busy
// database runs fn again, so fn must have no effect outside the transaction. An error at
// commit is Unavailable "outcome_unknown": the caller looks its business key up.
func (s *Store) Write(ctx context.Context, creditor debt.ID, fn func(*Tx) error) error {
	return s.retry(ctx, func() error {
		t := &Tx{Reader: Reader{ctx: ctx, store: s, pool: s.writer, creditor: creditor}}
		err := t.run(true, func() error { return once.After(ctx, fn(t), creditor, t.Exec) })
		if tell := s.noticed.Load(); err == nil && t.news && tell != nil && !rehearse.Is(ctx) {
			(*tell)(creditor)
		}
		return err
	})
}

func (r *Reader) run(writes bool, fn func() error) error {
	options := r.store.engine.readOptions()
	if writes {
		options = nil // the engine's default: read committed, or the one writer
	}
	tx, err := r.pool.db.BeginTxx(r.ctx, options)
	if err != nil {
		return fault.Of(err)
	}
	r.tx = tx
	defer r.prepareMissed()
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if err := r.store.engine.enter(r.ctx, tx, r.creditor, writes); err != nil {
		return fault.Of(err)
	}
	if err := fn(); err != nil || writes && rehearse.Is(r.ctx) {
		return err
	}
	if !writes || r.store.atCommit == nil {
		return fault.Commit(tx.Commit())
	}
	if err := r.store.atCommit(false); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fault.Commit(err)
	}
	return r.store.atCommit(true)
}

const maxTries = 8

// retry runs work again after a serialisation failure, waiting a little longer each time.
func (s *Store) retry(ctx context.Context, work func() error) error {
	for try := 1; ; try++ {
		err := work()
		if err == nil || !errors.Is(err, fault.ErrRetry) {
			return err
		}
		if try == maxTries {
			return debt.E(debt.Unavailable, "database_busy", nil)
		}
		pause := time.Duration(1<<try) * time.Millisecond
		pause += rand.N(pause) //nolint:gosec // jitter needs no secrecy
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// Get reads one row; no row is sql.ErrNoRows, which Missing turns into a use case's error.
// Get, List, Each and Exec are for the rooms below store: SQL text stands nowhere else.
func (r *Reader) Get(dest any, query string, args ...any) error {
	if err := edge.Text(args); err != nil {
		return err
	}
	if edge.IDs(args) != nil {
		return sql.ErrNoRows
	}
	if st := r.stmt(query); st != nil { //nolint:sqlclosecheck // the transaction closes it
		return fault.Of(st.GetContext(r.ctx, dest, args...))
	}
	return fault.Of(r.tx.GetContext(r.ctx, dest, query, args...))
}

// List reads all rows; an id that is none has none.
func (r *Reader) List(dest any, query string, args ...any) error {
	if err := edge.Text(args); err != nil {
		return err
	}
	if invalid := edge.IDs(args); invalid != nil {
		return nil //nolint:nilerr // what is no id has no rows
	}
	if st := r.stmt(query); st != nil { //nolint:sqlclosecheck // the transaction closes it
		return fault.Of(st.SelectContext(r.ctx, dest, args...))
	}
	return fault.Of(r.tx.SelectContext(r.ctx, dest, query, args...))
}

// Each streams rows into fn, for what does not fit in memory. Inside fn no other
// statement of the same transaction may run.
func (r *Reader) Each(fn func(*sqlx.Rows) error, query string, args ...any) error {
	rows, err := r.tx.QueryxContext(r.ctx, query, args...)
	if err != nil {
		return fault.Of(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return fault.Of(rows.Err())
}

// Exec writes and gives the number of rows changed.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	if err := edge.Rows(args); err != nil {
		return 0, err
	}
	run := func() (interface{ RowsAffected() (int64, error) }, error) {
		if st := t.stmt(query); st != nil {
			return st.ExecContext(t.ctx, args...)
		}
		return t.tx.ExecContext(t.ctx, query, args...)
	}
	res, err := run()
	if err != nil {
		return 0, fault.Of(err)
	}
	return res.RowsAffected()
}

// Learn tells the planner what the tables look like. A bulk load calls it once after its
// first rows, because a plan made for an empty table stays in use while it fills.
func (t *Tx) Learn() error { return t.store.engine.learn(t.ctx, t.tx) }

// stmt gives the prepared statement bound to this transaction's own connection, or nil
// when the text has not been prepared yet. Preparing here would need a second connection
// while this one is held, and enough transactions doing that at once stop each other for
// good; so the text is only remembered.
func (r *Reader) stmt(query string) *sqlx.Stmt {
	if !r.store.prepare {
		return nil
	}
	if st := r.pool.stmt(query); st != nil {
		return r.tx.StmtxContext(r.ctx, st)
	}
	r.missed = append(r.missed, query)
	return nil
}

// prepareMissed prepares, after the transaction has given its connection back, what it
// had to run unprepared. Failing to is no error: the text runs unprepared again.
func (r *Reader) prepareMissed() {
	for _, query := range r.missed {
		if r.pool.stmt(query) != nil {
			continue
		}
		st, err := r.pool.db.PreparexContext(r.ctx, query)
		if err != nil {
			return
		}
		if err := r.pool.keep(query, st); err != nil {
			return
		}
	}
}

const readySQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n FROM feed_heads WHERE seq < 0`

// Ready reports whether the schema is there, Unavailable "database_unmigrated" if not.
func (s *Store) Ready(ctx context.Context) error {
	return s.Read(ctx, "", func(r *Reader) error {
		var n int64
		err := r.Get(&n, readySQL)
		if err != nil && debt.KindOf(err) == "" {
			return fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "database_unmigrated", nil), err)
		}
		return err
	})
}
