package main

import (
	"context"

	"quitt/cases/signin/authority"
	"quitt/cmd/quitt/authorities"
	"quitt/cmd/quitt/shown"
	"quitt/store"
)

// representatives is quitt authorities: who may act for debtors.
func representatives(ctx context.Context, r *run) error {
	in := authorities.Input{}
	if err := r.take(&in, 2); err != nil {
		return err
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) {
		letters, err := r.main.desk(s)
		if err != nil {
			return shown.Answer{}, err
		}
		return authorities.Desk{Desk: authority.New(letters), Words: r.main.words}.Run(ctx, in)
	})
}
