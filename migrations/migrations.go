// Package migrations carries the schema: numbered SQL files, one text for both engines.
// store/schema applies them; nothing else reads them.
package migrations

import "embed"

// Files holds every migration, 0001_name.sql and on.
//
//go:embed *.sql
var Files embed.FS
