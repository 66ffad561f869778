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
	o := figures.Options{Words: r.main.words}
	r.flags.BoolVar(&o.All, "all", false, "")
	r.flags.BoolVar(&o.Rebuild, "rebuild", false, "")
	r.jsonFlag()
	if err := r.parse(0, 0); err != nil {
		return err
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) { return o.Verify(ctx, s) })
}
