// Package schema brings a database to the newest version and derives from the schema itself
// who may do what: row-level security and rights on PostgreSQL, append-only triggers on
// SQLite. store calls it; errors are the driver's own.
package schema

import (
	"context"
	"io/fs"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"quitt/migrations"
)

// Migrate applies what is missing of migrations and renews rights and guards. Several
// processes may start it at once: one works, the others wait. sqlite says which engine db
// is.
func Migrate(ctx context.Context, db *sqlx.DB, sqlite bool) error {
	dialect, files, options := goose.DialectPostgres, fs.FS(migrations.Files), []goose.ProviderOption{}
	if sqlite {
		rewritten, err := strictFiles(migrations.Files)
		if err != nil {
			return err
		}
		dialect, files = goose.DialectSQLite3, rewritten
	} else {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, db.DB, files, options...)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return err
	}
	if sqlite {
		return protectSQLite(ctx, db)
	}
	return protectPostgres(ctx, db)
}
