package store

import (
	"context"
	"io/fs"
	"regexp"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"quitt/migrations"
)

// Migrate brings the schema to the newest version and renews rights and guards. Several
// processes may start it at once: one works, the others wait.
func (s *Store) Migrate(ctx context.Context) error {
	dialect, files, options := goose.DialectPostgres, fs.FS(migrations.Files), []goose.ProviderOption{}
	if s.engine.name() == "sqlite" {
		strict, err := strictFiles(migrations.Files)
		if err != nil {
			return err
		}
		dialect, files = goose.DialectSQLite3, strict
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

// strictFiles is the migration source as SQLite wants it: STRICT tables, because without
// them an overflowing BIGINT silently becomes a float and any text passes as a date.
func strictFiles(source fs.FS) (fs.FS, error) {
	out := fstest.MapFS{}
	names, err := fs.Glob(source, "*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(source, name)
		if err != nil {
			return nil, err
		}
		out[name] = &fstest.MapFile{Data: []byte(strict(string(text)))}
	}
	return out, nil
}

const (
	globDay     = `'[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'`
	globInstant = `'[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'`
)

var strictWords = []struct {
	pattern *regexp.Regexp
	replace string
}{
	{regexp.MustCompile(`(?m)^    (\w+)( +)UUID\b`), "    $1$2 TEXT CHECK (length($1) = 36)"},
	{regexp.MustCompile(`(?m)^    (\w+)( +)DATE\b`), "    $1$2 TEXT CHECK ($1 GLOB " + globDay + ")"},
	{regexp.MustCompile(`(?m)^    (\w+)( +)TIMESTAMPTZ\b`), "    $1$2 TEXT CHECK ($1 GLOB " + globInstant + ")"},
	{regexp.MustCompile(`(?m)^    (\w+)( +)BOOLEAN\b`), "    $1$2 INTEGER CHECK ($1 IN (0, 1))"},
	{regexp.MustCompile(`(?m)^    (\w+)( +)BIGINT\b`), "    $1$2 INTEGER"},
	{regexp.MustCompile(`(?m)^\);`), ") STRICT;"},
}

func strict(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for _, w := range strictWords {
		text = w.pattern.ReplaceAllString(text, w.replace)
	}
	return text
}
