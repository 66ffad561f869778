package schema

import (
	"context"

	"github.com/jmoiron/sqlx"

	"quitt/debt"
	"quitt/store/fault"
)

// Scrub overwrites what has been deleted, as far as the database can. SQLite overwrites
// deleted rows by itself (secure_delete); its log still has them until it is emptied, which a
// reader that is at work elsewhere can keep from happening. PostgreSQL keeps deleted rows until
// it is vacuumed; only the keys matter, for without them the rest does not open. A login that
// does not own the table is only warned, and autovacuum does it later.
func Scrub(ctx context.Context, db *sqlx.DB, sqlite bool) error {
	if !sqlite {
		_, err := db.ExecContext(ctx, "VACUUM person_keys")
		return fault.Of(err)
	}
	var done struct {
		Busy int64 `db:"busy"`
		Log  int64 `db:"log"`
		Kept int64 `db:"checkpointed"`
	}
	if err := db.GetContext(ctx, &done, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fault.Of(err)
	}
	if done.Busy != 0 {
		return debt.E(debt.Unavailable, "database_busy", nil)
	}
	return nil
}
