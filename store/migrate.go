package store

import (
	"context"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"quitt/migrations"
	"quitt/store/strict"
)

// Migrate brings the schema to the newest version and renews rights and guards. Several
// processes may start it at once: one works, the others wait.
func (s *Store) Migrate(ctx context.Context) error {
	dialect, files, options := goose.DialectPostgres, fs.FS(migrations.Files), []goose.ProviderOption{}
	if s.engine.name() == "sqlite" {
		rewritten, err := strict.Files(migrations.Files)
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
	provider, err := goose.NewProvider(dialect, s.writer.db.DB, files, options...)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return failed(err)
	}
	return s.engine.protect(ctx, s.writer.db)
}
