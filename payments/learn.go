package payments

import (
	"context"
	"errors"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/rails"
)

// heard is what a provider said of one order, and whose order it is, if we know.
type heard struct {
	rail.Facts

	attempt debt.ID // of ours; "" if the facts carry none
}

// learnOne books what was heard of one attempt and gives it as it stands.
func (r *Rail) learnOne(ctx context.Context, acc rail.Account, h heard) (a rail.Attempt, err error) {
	if err := r.learn(ctx, acc, []heard{h}, nil); err != nil {
		return a, err
	}
	err = r.Store.Read(ctx, acc.CreditorID, func(t *store.Reader) error {
		a, err = rails.LoadAttempt(t, h.attempt)
		return err
	})
	return a, err
}

// learn books what was heard, in portions of distinct cases. done are notices that are
// settled with it. What cannot be booked with the others is tried by itself, so that one
// broken order holds nobody up.
func (r *Rail) learn(ctx context.Context, acc rail.Account, list []heard, done []rails.Notice) error {
	var errs []error
	for len(list) > 0 {
		portion, later, err := r.portion(ctx, acc, list)
		if err != nil {
			return err
		}
		list = later
		if err := r.learnPortion(ctx, acc, portion); err == nil || len(portion) == 1 {
			errs = append(errs, err)
			continue
		}
		for _, h := range portion {
			errs = append(errs, r.learnPortion(ctx, acc, []heard{h}))
		}
	}
	if err := errors.Join(errs...); err != nil || len(done) == 0 {
		return err
	}
	return r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error { return rails.SettleDone(t, done, r.Now()) })
}

// portion takes from a list at most MaxBatch orders of distinct cases.
func (r *Rail) portion(ctx context.Context, acc rail.Account, list []heard) (portion, later []heard, err error) {
	ids := make([]debt.ID, 0, len(list))
	for _, h := range list {
		if h.attempt != "" {
			ids = append(ids, h.attempt)
		}
	}
	cases := map[debt.ID]debt.ID{}
	err = r.Store.Read(ctx, acc.CreditorID, func(t *store.Reader) error {
		for chunk := range slices.Chunk(ids, 4*MaxBatch) {
			known, err := rails.LoadAttempts(t, chunk)
			if err != nil {
				return err
			}
			for _, a := range known {
				cases[a.ID] = a.CaseID
			}
		}
		return nil
	})
	seen := map[debt.ID]bool{}
	for _, h := range list {
		of := cases[h.attempt]
		if of == "" {
			h.attempt = "" // named by somebody, and none of this creditor's
		}
		if len(portion) == MaxBatch || of != "" && seen[of] {
			later = append(later, h)
			continue
		}
		seen[of] = true
		portion = append(portion, h)
	}
	return portion, later, err
}

// learnPortion is one transaction.
func (r *Rail) learnPortion(ctx context.Context, acc rail.Account, list []heard) error {
	now := r.Now()
	return r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error {
		changes, err := changesOf(t, acc, list, now)
		if err != nil {
			return err
		}
		var worth []*booking.Change
		for i, h := range list {
			c := changes[i]
			if c == nil {
				if err := r.stranger(t, acc, h); err != nil {
					return err
				}
				continue
			}
			if err := c.Learn(t, acc, h.Facts); err != nil {
				return err
			}
			worth = append(worth, c)
		}
		return booking.SaveAll(t, worth)
	})
}

// changesOf locks the cases of a portion and reads what is known; nil stands for an order
// that is none of ours.
func changesOf(t *store.Tx, acc rail.Account, list []heard, now time.Time) ([]*booking.Change, error) {
	out := make([]*booking.Change, len(list))
	var ids, cases []debt.ID
	for _, h := range list {
		if h.attempt != "" {
			ids = append(ids, h.attempt)
		}
	}
	before, err := rails.LoadAttempts(&t.Reader, ids)
	if err != nil || len(before) == 0 {
		return out, err
	}
	for _, a := range before {
		cases = append(cases, a.CaseID)
	}
	files, err := t.Lock(cases...)
	if err != nil {
		return nil, err
	}
	attempts, err := rails.LoadAttempts(&t.Reader, ids) // only now nobody else changes them
	if err != nil {
		return nil, err
	}
	payments, err := t.LoadPayments(ids)
	if err != nil {
		return nil, err
	}
	moves, err := rails.MovesOf(&t.Reader, ids)
	if err != nil {
		return nil, err
	}
	for i, h := range list {
		at := slices.IndexFunc(attempts, func(a rail.Attempt) bool { return a.ID == h.attempt && a.AccountID == acc.ID })
		if at < 0 {
			continue
		}
		a := attempts[at]
		f := slices.IndexFunc(files, func(f *store.File) bool { return f.Case.ID == a.CaseID })
		out[i] = &booking.Change{Stamp: booking.Stamp(now), Source: acc.Source(), File: files[f], Attempt: &a, Payment: payments[a.ID], Known: moves[a.ID]}
	}
	return out, nil
}

// stranger keeps money nobody here asked for, and what was heard of stored cards.
func (r *Rail) stranger(t *store.Tx, acc rail.Account, h heard) error {
	if h.External != acc.External || h.Live != acc.Live {
		return nil // no account of ours: the notice is in quarantine
	}
	now := r.Now()
	if h.Instrument != nil {
		if err := booking.SaveState(t, acc, *h.Instrument); err != nil {
			return err
		}
	}
	for _, m := range h.Moves {
		if _, known, err := rails.FindMove(&t.Reader, acc.ID, m.Kind, m.ID); err != nil || known || m.Pending {
			if err != nil {
				return err
			}
			continue
		}
		if err := booking.Unplaced(t, acc, m, now); err != nil {
			return err
		}
	}
	return nil
}
