package main

import (
	"context"

	"quitt/cmd/quitt/figures"
	"quitt/cmd/quitt/shown"
	"quitt/store"
)

// verify recomputes everything and fails at the first difference, or with --all lists
// every one. The sums of the reports can be made anew before.
func verify(ctx context.Context, r *run) error {
	var all, rebuild bool
	r.flags.BoolVar(&all, "all", false, "")
	r.flags.BoolVar(&rebuild, "rebuild", false, "")
	r.jsonFlag()
	if err := r.parse(0, 0); err != nil {
		return err
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	if rebuild {
		if err := figures.Rebuild(ctx, s); err != nil {
			return err
		}
	}
	return r.verify(ctx, s, all)
}

func (r *run) verify(ctx context.Context, s *store.Store, all bool) error {
	findings := []store.Finding{}
	tally, err := figures.Verify(ctx, s, func(f store.Finding) bool {
		findings = append(findings, f)
		return all
	})
	if err != nil {
		return err
	}
	return r.reply(ctx, s, shown.Verified(r.main.words, tally, findings), nil)
}
