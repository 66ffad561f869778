package main

import (
	"context"

	"quitt/cases"
	"quitt/cmd/quitt/shown"
)

// statement prints the claim as payable on a day: quitt statement REFERENCE.
func statement(ctx context.Context, r *run) error {
	var code, on string
	r.flags.StringVar(&code, "creditor", "", "")
	r.flags.StringVar(&on, "on", "", "")
	r.jsonFlag()
	if err := r.parse(1, 1); err != nil {
		return err
	}
	day, err := r.day("on", on)
	if err != nil {
		return err
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	creditor, id, err := r.owner(ctx, s, code, r.args[0])
	if err != nil {
		return err
	}
	record, err := cases.Desk{Store: s, Now: r.main.Now}.Statement(ctx, creditor.ID, id, day)
	if err != nil {
		return err
	}
	return r.reply(ctx, s, shown.Stated(r.main.words, creditor, record), nil)
}
