package payments

import (
	"context"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/rails"
)

// bookPayout asks for a payout and books that the money left the provider, and that it came
// back where the bank refused it. No case is touched by it.
func (r *Rail) bookPayout(ctx context.Context, acc rail.Account, id string) error {
	p, err := r.Providers[acc.Provider].FetchPayout(ctx, acc, id)
	if err != nil || p.Currency != "EUR" {
		return err
	}
	sent := rail.Move{Kind: rails.PayoutMove, ID: p.ID, Amount: p.Amount, Currency: p.Currency, On: p.On, At: p.At,
		Transaction: p.Transaction, Object: rail.Ref{Kind: rail.PayoutRef, ID: p.ID}}
	list := []rail.Move{sent}
	if p.State == rail.PayoutFailed {
		back := sent
		back.Kind, back.Transaction = rails.PayoutFailedMove, p.FailedBy
		if !p.FailedAt.IsZero() {
			back.At, back.On = p.FailedAt, debt.DateIn(p.FailedAt, debt.Berlin)
		}
		list = append(list, back)
	}
	return r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error {
		for _, m := range list {
			if err := booking.Payout(t, acc, m, r.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	sweepEvery = 15 * time.Minute
	// Providers write down movements a little late, and notices may name a second twice.
	overlap = 10 * time.Minute
)

// Sweep looks through the creditor's accounts for what notices should have told: notices that
// never came, and every movement of money that is not known. It gives how many accounts were
// looked through; a loop calls it.
func (r *Rail) Sweep(ctx context.Context, creditor debt.ID) (int, error) {
	list, err := r.Accounts(ctx, creditor)
	if err != nil {
		return 0, err
	}
	did, errs := 0, []error(nil)
	for _, kept := range list {
		now := r.Now()
		if kept.SweepAt.After(now) {
			continue // looking costs no commit
		}
		var acc rail.Account
		if acc, err = r.unlocked(kept); err != nil {
			errs = append(errs, err)
			continue
		}
		var mine bool
		err = r.Store.Write(ctx, creditor, func(t *store.Tx) error {
			kept, mine, err = rails.LeaseSweep(t, kept.ID, now, now.Add(sweepEvery))
			return err
		})
		if err == nil && mine {
			did++
			err = r.sweep(ctx, acc, kept, now)
		}
		errs = append(errs, err)
	}
	return did, errors.Join(errs...)
}

func (r *Rail) sweep(ctx context.Context, acc rail.Account, kept rails.Account, now time.Time) error {
	missed := r.missed(ctx, acc, kept.MissedTo.Add(-overlap))
	if missed == nil {
		kept.MissedTo = now
	}
	moved := r.SweepMovements(ctx, acc, kept.SweptTo.Add(-overlap), now)
	if moved == nil {
		kept.SweptTo = now
	}
	return errors.Join(missed, moved, r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error { return rails.Advance(t, kept) }))
}

// missed keeps the notices that never came, as if they had.
func (r *Rail) missed(ctx context.Context, acc rail.Account, since time.Time) error {
	now := r.Now()
	var list []rails.Notice
	keep := func() error {
		defer func() { list = list[:0] }()
		return r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error {
			_, err := rails.Accept(t, list)
			return err
		})
	}
	err := r.Providers[acc.Provider].Missed(ctx, acc, since, func(n rail.Notice) error {
		if n.Object.ID == "" {
			return nil
		}
		n.External = acc.External
		list = append(list, rails.Notice{Notice: n, Provider: acc.Provider, Owner: acc.CreditorID, Account: acc.ID,
			State: rails.Waiting, ReceivedAt: now, DueAt: now})
		if len(list) < noticesAtOnce {
			return nil
		}
		return keep()
	})
	if err == nil && len(list) > 0 {
		err = keep()
	}
	return err
}

// SweepMovements goes through the provider's own account in [from, to) and books what is not
// known: the facts of the order it belongs to, or, for what belongs to none, the movement as
// one that a person has to place.
func (r *Rail) SweepMovements(ctx context.Context, acc rail.Account, from, to time.Time) error {
	var unknown []rail.Movement
	err := r.Providers[acc.Provider].Movements(ctx, acc, Window{From: from, To: to}, func(m rail.Movement) error {
		return r.Store.Read(ctx, acc.CreditorID, func(t *store.Reader) error {
			known, err := rails.MovesOfTransaction(t, acc.ID, m.Transaction)
			if err == nil && len(known) == 0 {
				unknown = append(unknown, m)
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	asked := map[rail.Ref]bool{}
	var errs []error
	for _, m := range unknown {
		if m.Object.ID != "" && asked[m.Object] {
			continue
		}
		asked[m.Object] = true
		errs = append(errs, r.bookMovement(ctx, acc, m))
	}
	return errors.Join(errs...)
}

func (r *Rail) bookMovement(ctx context.Context, acc rail.Account, m rail.Movement) error {
	if m.Object.Kind == rail.PayoutRef {
		return r.bookPayout(ctx, acc, m.Object.ID)
	}
	if m.Object.ID != "" {
		facts, err := r.Providers[acc.Provider].Fetch(ctx, acc, m.Object)
		if err == nil {
			return r.learn(ctx, acc, []heard{{Facts: facts, attempt: facts.Attempt}}, nil)
		}
		if !errors.Is(err, ErrNoObject) {
			return err
		}
	}
	return r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error { return booking.Other(t, acc, m, r.Now()) })
}
