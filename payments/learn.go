package payments

import (
	"context"
	"errors"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/tasks"
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
		var worth []*change
		for i, h := range list {
			c := changes[i]
			if c == nil {
				if err := r.stranger(t, acc, h); err != nil {
					return err
				}
				continue
			}
			if err := c.learn(t, acc, h); err != nil {
				return err
			}
			worth = append(worth, c)
		}
		return saveAll(t, worth)
	})
}

// changesOf locks the cases of a portion and reads what is known; nil stands for an order
// that is none of ours.
func changesOf(t *store.Tx, acc rail.Account, list []heard, now time.Time) ([]*change, error) {
	out := make([]*change, len(list))
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
		out[i] = &change{stamp: stampOf(now), source: acc.Source(), file: files[f], attempt: &a, payment: payments[a.ID], known: moves[a.ID]}
	}
	return out, nil
}

// learn takes over what was heard of one order.
func (c *change) learn(t *store.Tx, acc rail.Account, h heard) error {
	a := c.attempt
	if why := foreign(acc, *a, h.Facts); why != "" {
		c.attempt.DueAt = c.attempt.Next(c.stamp.At)
		c.suspendAll(h.Facts, why)
		return nil
	}
	known := make([]rail.Move, len(c.known))
	for i, m := range c.known {
		known[i] = m.Move
	}
	was := a.Status
	l := a.Learn(h.Facts, known)
	if err := c.money(t, l); err != nil {
		return err
	}
	moved := len(c.booked()) > 0
	if to := rail.StatusOf(l.State); !moved && to != "" && to != a.Status && !later(a.Status, to) {
		if err := c.to(to); err != nil {
			return err
		}
	}
	if a.Status == was {
		a.Looks++
	} else {
		a.Looks = 0
	}
	a.DueAt = a.Next(c.stamp.At)
	return c.around(t, acc, h.Facts, l)
}

// later reports whether a payment has left a state behind for good: a page that is said to be
// open still is no news for a payment that is over.
func later(status, to debt.PaymentStatus) bool {
	over := []debt.PaymentStatus{debt.PaymentExpired, debt.PaymentCancelled, debt.PaymentFailed}
	return slices.Contains(over, status) && (to == debt.PaymentStarted || slices.Contains(over, to)) ||
		status == debt.PaymentSucceeded && to != debt.PaymentSucceeded
}

// foreign says why facts are none of an attempt's, "" if they are.
func foreign(acc rail.Account, a rail.Attempt, f rail.Facts) string {
	switch {
	case f.External != acc.External:
		return "foreign_account"
	case f.Live != acc.Live:
		return "foreign_mode"
	case a.Intent != "" && f.Intent != "" && a.Intent != f.Intent:
		return "foreign_intent"
	}
	return ""
}

// suspendAll keeps every movement of facts that do not fit out of the case.
func (c *change) suspendAll(f rail.Facts, why string) {
	for _, m := range f.Moves {
		known := slices.ContainsFunc(c.known, func(k rails.Move) bool { return k.Kind == m.Kind && k.ID == m.ID })
		if !known && !m.Pending && why != "foreign_account" && why != "foreign_mode" {
			c.suspend(m, why)
		}
	}
	c.task(TaskUnplaced, string(c.attempt.ID)+"/"+why, f.Amount)
}

// around is what facts say beside money: a stored card, a question of a bank, a funding the
// creditor's contract forbids.
func (c *change) around(t *store.Tx, acc rail.Account, f rail.Facts, l rail.Lesson) error {
	if f.Inquiry != "" {
		c.task(TaskInquiry, f.Inquiry, c.attempt.Amount)
	}
	if acc.DebitOnly && f.Funding == "credit" && len(l.Fresh) > 0 {
		c.task(TaskCredit, string(c.attempt.ID), c.attempt.Amount)
	}
	if c.attempt.Failure == "recipient_deceased" {
		c.task(TaskDeceased, string(c.file.Case.ID), c.attempt.Amount)
	}
	return c.instrument(t, f)
}

// stranger keeps money nobody here asked for, and what was heard of stored cards.
func (r *Rail) stranger(t *store.Tx, acc rail.Account, h heard) error {
	if h.External != acc.External || h.Live != acc.Live {
		return nil // no account of ours: the notice is in quarantine
	}
	s := stampOf(r.Now())
	if h.Instrument != nil {
		if err := saveState(t, acc, *h.Instrument); err != nil {
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
		if err := unplaced(t, acc, m, s.At); err != nil {
			return err
		}
	}
	return nil
}

// unplaced books one movement that belongs to no case.
func unplaced(t *store.Tx, acc rail.Account, m rail.Move, now time.Time) error {
	s := stampOf(now)
	row := rails.Move{Move: m, RowID: s.NewID(), AccountID: acc.ID, State: rails.Suspended, Why: rail.WhyNobody, HeardAt: now}
	if m.Kind == rail.Fee {
		row.State, row.Why = rails.MoveBooked, ""
	}
	if m.Currency != "EUR" {
		row.Why = rail.WhyCurrency
	}
	if err := rails.SaveMoves(t, []rails.Move{row}); err != nil {
		return err
	}
	if m.Kind == rail.Fee {
		return t.BookApart(apart(s, ledger.ProviderFee, key{acc.Source(), m}, feePostings(acc.Source(), m.Amount)))
	}
	err := tasks.Set(t, tasks.Task{ID: s.NewID(), Kind: TaskUnplaced, Subject: m.ID, Amount: m.Amount, Reason: row.Why, OpenedAt: now})
	if err != nil || m.Currency != "EUR" {
		return err
	}
	return t.BookApart(suspense(s, acc.Source(), m))
}
