package shown

import (
	"strings"

	"quitt/cases"
	"quitt/debt"
	"quitt/portal/text"
)

// ImportProblem is a row that was not taken, for machines.
type ImportProblem struct {
	Row    int    `json:"row"`
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"`
	Key    string `json:"key"`
	Text   string `json:"text"`
}

// Import is what an import did, for machines.
type Import struct {
	Rows      int             `json:"rows"`
	New       int             `json:"new"`
	Unchanged int             `json:"unchanged"`
	Faulty    int             `json:"faulty"`
	Stored    bool            `json:"stored"`
	Problems  []ImportProblem `json:"problems"`
	More      int             `json:"more_problems"`
}

// Imported tells what an import did; problems make the command fail.
func Imported(words *text.Catalogue, report cases.ImportReport, dryRun bool) Answer {
	out := Import{report.Rows, report.New, report.Unchanged, report.Faulty, report.Stored, []ImportProblem{}, report.More}
	rows := [][]string{}
	for _, p := range report.Problems {
		sentence := words.Error(p.Err)
		out.Problems = append(out.Problems, ImportProblem{p.Row, p.Column, p.Value, p.Err.Key, sentence})
		rows = append(rows, []string{words.Text("cli_import_row", debt.Args{"row": p.Row}), p.Column, p.Value, sentence})
	}
	var said []string
	if report.More > 0 {
		said = append(said, words.Text("cli_import_more", debt.Args{"n": report.More}))
	}
	said = append(said, words.Text("cli_import_counts", debt.Args{"rows": report.Rows, "new": report.New, "unchanged": report.Unchanged, "faulty": report.Faulty}))
	switch {
	case dryRun:
		said = append(said, words.Text("cli_import_dry_run", nil))
	case report.Stored:
		said = append(said, words.Text("cli_import_stored", debt.Args{"n": report.New}))
	default:
		said = append(said, words.Text("cli_import_nothing", nil))
	}
	return Answer{JSON: out, Rows: rows, Text: strings.Join(said, "\n") + "\n", Failed: report.Faulty > 0}
}
