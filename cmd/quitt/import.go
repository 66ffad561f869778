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
	return r.reply(ctx, s, shown.Imported(r.main.words, report, o.DryRun), nil)
}
