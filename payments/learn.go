package payments

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/payments/gather"
	"quitt/store"
	"quitt/store/rails"
)

// heard is what a provider said of one order, and whose order it is, if we know.
type heard struct {
	rail.Facts

	attempt debt.ID // of ours; "" if the facts carry none
	of      debt.ID // its case, once it is known to be ours
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

// learn books what was heard, in portions of distinct cases, and settles the notices that are
// done with it. What cannot be booked with the others is tried by itself, so that one broken
// order holds nobody up.
func (r *Rail) learn(ctx context.Context, acc rail.Account, list []heard, done []rails.Notice) error {
	portions, err := r.portions(ctx, acc, list)
	if err != nil {
		return err
	}
	errs := make([]error, len(portions))
	var all sync.WaitGroup
	free := make(chan struct{}, gather.WritersAtOnce)
	for i, portion := range portions {
		free <- struct{}{}
		all.Go(func() {
			errs[i] = r.learnApart(ctx, acc, portion)
			<-free
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil || len(done) == 0 {
		return err
	}
	return r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error { return rails.SettleDone(t, done, r.Now()) })
}

// learnApart books a portion together or, if that fails, one by one.
func (r *Rail) learnApart(ctx context.Context, acc rail.Account, portion []heard) error {
	err := r.learnPortion(ctx, acc, portion)
	if err == nil || len(portion) == 1 {
		return err
	}
	var errs []error
	for _, h := range portion {
		errs = append(errs, r.learnPortion(ctx, acc, []heard{h}))
	}
	return errors.Join(errs...)
}

// portions divides a list so that at most MaxBatch orders, of distinct cases, are booked in
// one transaction.
func (r *Rail) portions(ctx context.Context, acc rail.Account, list []heard) (out [][]heard, err error) {
	var ids []debt.ID
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
	for left := list; len(left) > 0 && err == nil; {
		var portion, later []heard
		seen := map[debt.ID]bool{}
		for _, h := range left {
			of := cases[h.attempt]
			if h.of = of; of == "" {
				h.attempt = "" // named by somebody, and none of this creditor's
			}
			if len(portion) == MaxBatch || of != "" && seen[of] {
				later = append(later, h)
				continue
			}
			seen[of] = true
			portion = append(portion, h)
		}
		out, left = append(out, portion), later
	}
	return out, err
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
			ids, cases = append(ids, h.attempt), append(cases, h.of)
		}
	}
	if len(ids) == 0 {
		return out, nil
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
