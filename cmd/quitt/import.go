package main

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"quitt/cases"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
)

type problemJSON struct {
	Row    int    `json:"row"`
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"`
	Key    string `json:"key"`
	Text   string `json:"text"`
}

type importJSON struct {
	Rows      int           `json:"rows"`
	New       int           `json:"new"`
	Unchanged int           `json:"unchanged"`
	Faulty    int           `json:"faulty"`
	Stored    bool          `json:"stored"`
	Problems  []problemJSON `json:"problems"`
	More      int           `json:"more_problems"`
}

// importFile takes in a hand-over file.
func importFile(ctx context.Context, r *run) error {
	var code string
	var o cases.ImportOptions
	r.flags.StringVar(&code, "creditor", "", "")
	r.flags.BoolVar(&o.DryRun, "dry-run", false, "")
	r.flags.BoolVar(&o.Partial, "partial", false, "")
	r.jsonFlag()
	if err := r.parse(1, 1); err != nil {
		return err
	}
	if err := r.need(map[string]string{"creditor": code}); err != nil {
		return err
	}
	file, err := os.Open(r.args[0])
	if err != nil {
		return debt.E(debt.NotFound, "file_unreadable", debt.Args{"file": r.args[0]})
	}
	r.closers = append(r.closers, file)
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	if o.Creditor, err = r.creditor(ctx, s, code); err != nil {
		return err
	}
	report, err := (cases.Desk{Store: s, Now: r.main.Now}).Import(ctx, file, o)
	var unreadable *fs.PathError // a directory, or a disk that fails
	if errors.As(err, &unreadable) && unreadable.Path == file.Name() {
		return debt.E(debt.Invalid, "file_unreadable", debt.Args{"file": r.args[0]})
	}
	if err != nil {
		return err
	}
	r.sequence(ctx, s, o.Creditor.ID)
	return r.imported(report, o)
}

// imported prints what an import did; problems make the command fail.
func (r *run) imported(report cases.ImportReport, o cases.ImportOptions) error {
	out := importJSON{report.Rows, report.New, report.Unchanged, report.Faulty, report.Stored, []problemJSON{}, report.More}
	rows := [][]string{}
	for _, p := range report.Problems {
		sentence := r.main.words.Error(p.Err)
		out.Problems = append(out.Problems, problemJSON{p.Row, p.Column, p.Value, p.Err.Key, sentence})
		rows = append(rows, []string{r.main.words.Text("cli_import_row", debt.Args{"row": p.Row}), p.Column, p.Value, sentence})
	}
	var result error
	if report.Faulty > 0 {
		result = errFound
	}
	if r.asJSON {
		if err := r.json(out); err != nil {
			return err
		}
		return result
	}
	r.printf("%s", shown.Columns(rows))
	if report.More > 0 {
		r.line("cli_import_more", debt.Args{"n": report.More})
	}
	r.line("cli_import_counts", debt.Args{"rows": report.Rows, "new": report.New, "unchanged": report.Unchanged, "faulty": report.Faulty})
	switch {
	case o.DryRun:
		r.line("cli_import_dry_run", nil)
	case report.Stored:
		r.line("cli_import_stored", debt.Args{"n": report.New})
	default:
		r.line("cli_import_nothing", nil)
	}
	return result
}
