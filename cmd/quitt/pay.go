package main

import (
	"context"
	"errors"

	"quitt/cmd/quitt/logs"
	"quitt/cmd/quitt/pay"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/store"
)

// payCommand is quitt stripe and quitt payments: accounts at the provider, and what became of
// the money.
func payCommand(ctx context.Context, r *run) error {
	in := pay.Input{}
	if err := r.take(&in, 3); err != nil {
		return err
	}
	c := r.main.config
	if err := r.main.complaints([]error{c.Pay.CheckKey(), c.Pay.CheckURL()}); err != nil {
		return err
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) {
		d, err := r.payDesk(s)
		if err != nil {
			return shown.Answer{}, err
		}
		return d.Run(ctx, in)
	})
}

// ownerIn is owner for a desk of its own.
func (r *run) ownerIn(s *store.Store) func(context.Context, string, string) (debt.Creditor, debt.ID, error) {
	return func(ctx context.Context, creditor, reference string) (debt.Creditor, debt.ID, error) {
		return r.owner(ctx, s, creditor, reference)
	}
}

// payDesk makes what the commands work with. Only those that open or seal a secret need the
// pepper; the others work without.
func (r *run) payDesk(s *store.Store) (pay.Desk, error) {
	c := r.main.config
	peppers, err := r.main.peppers()
	if err != nil && !errors.Is(err, debt.E(debt.Unavailable, "pepper_missing", nil)) {
		return pay.Desk{}, err
	}
	d := pay.Desk{Settings: c.Pay, Store: s, Now: r.main.Now, Words: r.main.words, Owner: r.ownerIn(s)}
	if public, err := c.Public(""); err == nil {
		d.Portal = public.String()
	}
	d.Rail, err = c.Pay.Rail(pay.Base{Store: s, Now: r.main.Now, Keys: peppers.DeriveAll(pay.Purpose), Log: logs.Warnings(r.main.Err)})
	return d, err
}
