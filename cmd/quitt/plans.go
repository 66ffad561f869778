package main

import (
	"context"

	"quitt/cmd/quitt/logs"
	planned "quitt/cmd/quitt/plans"
	"quitt/cmd/quitt/shown"
	"quitt/plans"
	"quitt/store"
)

// plansCommand is quitt plans: the creditor's side of instalment plans.
func plansCommand(ctx context.Context, r *run) error {
	in := planned.Input{}
	if err := r.take(&in, 2); err != nil {
		return err
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) {
		desk, err := r.planDesk(s, "")
		if err != nil {
			return shown.Answer{}, err
		}
		return planned.Desk{Desk: desk, Words: r.main.words, Owner: r.ownerIn(s)}.Run(ctx, in)
	})
}

// planDesk wires the room of plans to those who word its papers.
func (r *run) planDesk(s *store.Store, portal string) (plans.Desk, error) {
	letters, err := r.letterDesk(s)
	if public, err := r.main.config.Public(r.main.config.Listen); portal == "" && err == nil {
		portal = public.String()
	}
	letters.Letterhead.Portal = portal
	return plans.Desk{Store: s, Now: r.main.Now, Compose: letters.Letterhead.Paper, Log: logs.Warnings(r.main.Err)}, err
}
