package figures

import (
	"path/filepath"
	"strings"
	"time"

	"quitt/reports/files/table"
)

// Settings say where workbooks grow that people have asked for, until they are sent. Nothing set: a
// folder beside the database.
type Settings struct {
	Place string `env:"QUITT_EXPORTS"`
}

// Values are the settings in force, for quitt config.
func (s Settings) Values(into map[string]any) { into["QUITT_EXPORTS"] = s.Place }

// Ready removes what a program left there that was ended in the midst of a workbook, and gives the
// folder. Other programs may be at work in it.
func (s Settings) Ready(database string, now time.Time) (string, error) {
	dir := s.folder(database)
	return dir, table.Sweep(dir, now.Add(-time.Hour))
}

// folder is beside the database if that is a file, else below where the program runs.
func (s Settings) folder(database string) string {
	file, isFile := strings.CutPrefix(database, "sqlite:")
	switch {
	case s.Place != "":
		return s.Place
	case isFile:
		return filepath.Join(filepath.Dir(file), "exports")
	}
	return "exports"
}
