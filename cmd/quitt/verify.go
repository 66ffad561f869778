package main

import (
	"context"

	"quitt/cmd/quitt/shown"
	"quitt/store"
)

// verify recomputes everything and fails at the first difference, or with --all lists
// every one.
func verify(ctx context.Context, r *run) error {
	var all bool
	r.flags.BoolVar(&all, "all", false, "")
	r.jsonFlag()
	if err := r.parse(0, 0); err != nil {
		return err
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	return r.verify(ctx, s, all)
}

func (r *run) verify(ctx context.Context, s *store.Store, all bool) error {
	findings := []store.Finding{}
	tally, err := s.Verify(ctx, func(f store.Finding) bool {
		findings = append(findings, f)
		return all
	})
	if err != nil {
		return err
	}
	return r.reply(ctx, s, shown.Verified(r.main.words, tally, findings), nil)
}
