// Package fault says what the drivers' errors mean: to the store, which tries again or knows
// a key as taken, and to use cases, which see a debt.Error.
package fault

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/lib/pq"
	"modernc.org/sqlite"

	"quitt/debt"
)

// What a driver error means to the store itself.
var (
	ErrRetry  = errors.New("store: try the transaction again")
	ErrUnique = errors.New("store: a row with this key exists")
)

// SQLite's extended result codes, as its documentation names them.
const (
	sqliteBusy       = 5
	sqliteIOErr      = 10
	sqliteFull       = 13
	sqliteCantOpen   = 14
	sqliteIOErrWrite = 778  // a quota or a limit on the file size; a full disk is sqliteFull
	sqliteIOErrShm   = 4874 // the shared memory file cannot grow
	sqliteUnique     = 2067
	sqlitePrimaryKey = 1555
	sqliteTrigger    = 1811 // the append-only guard: the row exists
)

// Of turns a driver error into one of the above or into Unavailable; anything else
// stays as it is and is internal.
func Of(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) || errors.Is(err, context.Canceled) {
		return err
	}
	var pe *pq.Error
	if errors.As(err, &pe) {
		return failedPostgres(pe)
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		return failedSQLite(se)
	}
	var ne net.Error
	if errors.As(err, &ne) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "EOF") {
		return Unavailable("database_unavailable", err)
	}
	return err
}

func failedPostgres(err *pq.Error) error {
	switch code := string(err.Code); {
	case code == "23505":
		return fmt.Errorf("%w: %s", ErrUnique, err.Constraint)
	case code == "40001" || code == "40P01":
		return fmt.Errorf("%w: %s", ErrRetry, code)
	case strings.HasPrefix(code, "53"): // out of disk, memory, connections
		return Unavailable("storage_full", err)
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "57P"): // connection, shutdown
		return Unavailable("database_unavailable", err)
	}
	return err
}

func failedSQLite(err *sqlite.Error) error {
	switch code := err.Code(); {
	case code == sqliteUnique || code == sqlitePrimaryKey || code == sqliteTrigger:
		return fmt.Errorf("%w: %s", ErrUnique, err.Error())
	case code&0xff == sqliteBusy:
		return fmt.Errorf("%w: %d", ErrRetry, code)
	case code&0xff == sqliteFull || code == sqliteIOErrWrite || code == sqliteIOErrShm:
		return Unavailable("storage_full", err)
	case code&0xff == sqliteIOErr || code&0xff == sqliteCantOpen:
		return Unavailable("database_unavailable", err)
	}
	return err
}

// Commit is Of for a commit: it says that the outcome is unknown unless the database itself refused.
func Commit(err error) error {
	err = Of(err)
	var de *debt.Error
	if errors.As(err, &de) && de.Key == "database_unavailable" {
		return Unavailable("outcome_unknown", err)
	}
	return err
}

// Unavailable keeps the driver's words for the log beside what the user is told.
func Unavailable(key string, cause error) error {
	return fmt.Errorf("%w: %w", debt.E(debt.Unavailable, key, nil), cause)
}
