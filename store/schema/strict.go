package schema

import (
	"io/fs"
	"regexp"
	"strings"
	"testing/fstest"
)

// strictFiles gives the migration source as SQLite wants it: STRICT tables, because without
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
		out[name] = &fstest.MapFile{Data: []byte(rewrite(string(text)))}
	}
	return out, nil
}

const (
	hex4     = `[0-9a-f][0-9a-f][0-9a-f][0-9a-f]`
	uuidIs   = "$1 GLOB '" + hex4 + hex4 + "-" + hex4 + "-" + hex4 + "-" + hex4 + "-" + hex4 + hex4 + hex4 + "'"
	dayIs    = "$1 GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]' AND date($1) IS $1"
	momentIs = "$1 GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'" +
		" AND date(substr($1, 1, 10)) IS substr($1, 1, 10) AND time(substr($1, 12, 8)) IS substr($1, 12, 8)"
)

// date() and time() turn 31 February into 3 March and 24:30 into NULL: what they leave as
// it is exists.
var strictWords = []struct {
	pattern *regexp.Regexp
	replace string
}{
	{regexp.MustCompile(`(?m)^    (\w+)( +)UUID\b`), "    $1$2 TEXT CHECK (" + uuidIs + ")"},
	{regexp.MustCompile(`(?m)^    (\w+)( +)DATE\b`), "    $1$2 TEXT CHECK (" + dayIs + ")"},
	{regexp.MustCompile(`(?m)^    (\w+)( +)TIMESTAMPTZ\b`), "    $1$2 TEXT CHECK (" + momentIs + ")"},
	{regexp.MustCompile(`(?m)^    (\w+)( +)BOOLEAN\b`), "    $1$2 INTEGER CHECK ($1 IN (0, 1))"},
	{regexp.MustCompile(`(?m)^    (\w+)( +)BIGINT\b`), "    $1$2 INTEGER"},
	{regexp.MustCompile(`(?m)^\);`), ") STRICT;"},
}

func rewrite(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for _, w := range strictWords {
		text = w.pattern.ReplaceAllString(text, w.replace)
	}
	return text
}
