package main

import (
	"context"

	"quitt/cmd/quitt/seed"
	"quitt/debt"
	"quitt/store"
)

// seedDemo fills the database with a believable demo.
func seedDemo(ctx context.Context, r *run) error {
	if err := r.parse(0, 0); err != nil {
		return err
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	return r.seed(ctx, s)
}

func (r *run) seed(ctx context.Context, s *store.Store) error {
	list := seed.Creditors()
	known, err := r.creditor(ctx, s, list[0].Code)
	if err == nil {
		r.line("cli_seeded_before", debt.Args{"name": known.Name})
		return nil
	}
	if debt.KindOf(err) != debt.NotFound {
		return err
	}
	desk, err := r.planDesk(s, "")
	if err != nil {
		return err
	}
	n, err := seed.Fill(ctx, desk, r.main.Now(), list)
	if err != nil {
		return err
	}
	for _, c := range list {
		r.sequence(ctx, s, c.ID)
	}
	r.line("cli_seeded", debt.Args{"creditors": len(list), "cases": n})
	return nil
}
