// Package batches does one action with many cases: first it shows what would become of each,
// then it does it in portions beside everything else, and what can be taken back it undoes.
package batches

import (
	"context"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/batch"
	"quitt/store"
	kept "quitt/store/batches"
)

// Desk acts on many cases. Now is the clock; every use case reads it once.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// Who acts for a creditor.
type Who struct {
	Creditor debt.ID
	By       debt.Actor // with the id of the member
}

// Most is how many cases one batch has at most: what a person has looked at.
const Most = 1000

// portion bounds the cases of a transaction.
const portion = 50

// Choose keeps for which cases something is to be done. Invalid "list_nothing_chosen" or
// "list_too_many" if there are none or too many.
func (d Desk) Choose(ctx context.Context, w Who, a batch.Action, cases []debt.ID) (debt.ID, error) {
	cases = slices.Compact(slices.Sorted(slices.Values(cases)))
	switch {
	case !slices.Contains(batch.Actions(), a):
		return "", debt.E(debt.Invalid, "list_action_missing", nil)
	case len(cases) == 0:
		return "", debt.E(debt.Invalid, "list_nothing_chosen", nil)
	case len(cases) > Most:
		return "", debt.E(debt.Invalid, "list_too_many", debt.Args{"most": Most})
	}
	b := kept.Batch{ID: store.NewID(), Member: w.By.ID, By: w.By, Order: batch.Order{Action: a}, State: kept.Chosen, MadeAt: d.Now()}
	return b.ID, d.Store.Write(ctx, w.Creditor, func(t *store.Tx) error {
		for chunk := range slices.Chunk(cases, portion) {
			known, err := kept.Known(&t.Reader, chunk)
			if err == nil && len(known) != len(chunk) {
				err = debt.E(debt.NotFound, "case_unknown", nil)
			}
			if err != nil {
				return err
			}
		}
		if err := kept.Add(t, b, cases); err != nil {
			return err
		}
		return look(t, b, debt.DateIn(b.MadeAt, debt.Berlin))
	})
}

// look notes what would become of each case of a batch.
func look(t *store.Tx, b kept.Batch, today debt.Date) error {
	all, err := kept.All(&t.Reader, b.ID)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(all, portion) {
		moving, err := kept.Moving(&t.Reader, ids(chunk))
		if err != nil {
			return err
		}
		for i, x := range chunk {
			f, err := t.LoadFile(x.CaseID)
			if err != nil {
				return err
			}
			if err := t.LoadHolds(&f.Case); err != nil {
				return err
			}
			why := b.Action.May(f.Case, batch.Facts{On: today, Moving: moving[x.CaseID]})
			chunk[i] = judged(x, why)
		}
		if err := kept.Note(t, b.ID, chunk...); err != nil {
			return err
		}
	}
	return nil
}

func judged(x kept.Item, why debt.Barrier) kept.Item {
	x.Mark, x.Why = kept.Ready, string(why)
	if why != "" {
		x.Mark = kept.Refused
	}
	return x
}

func ids(items []kept.Item) []debt.ID {
	list := make([]debt.ID, len(items))
	for i, x := range items {
		list[i] = x.CaseID
	}
	return list
}

// Start lets a batch be done as ordered. Only who chose it may; it is looked at again case by
// case when it is done. Conflict "list_batch_begun" the second time.
func (d Desk) Start(ctx context.Context, w Who, id debt.ID, o batch.Order) error {
	now := d.Now()
	return d.change(ctx, w, id, func(t *store.Tx, b *kept.Batch) error {
		o.Action = b.Action
		if err := o.Validate(debt.DateIn(now, debt.Berlin)); err != nil {
			return err
		}
		if b.State != kept.Chosen {
			return debt.E(debt.Conflict, "list_batch_begun", nil)
		}
		ready, err := kept.Items(&t.Reader, b.ID, kept.Ready, 1)
		if err == nil && len(ready) == 0 {
			err = debt.E(debt.Invalid, "list_nothing_to_do", nil)
		}
		b.Order, b.State = o, kept.Running
		return err
	})
}

// Undo lets everything a batch has placed be taken back. Conflict "list_batch_not_undone"
// if it has not ended, was undone already, or is of a kind that cannot be taken back.
func (d Desk) Undo(ctx context.Context, w Who, id debt.ID) error {
	return d.change(ctx, w, id, func(_ *store.Tx, b *kept.Batch) error {
		if b.State != kept.Finished || !b.Action.Places() {
			return debt.E(debt.Conflict, "list_batch_not_undone", nil)
		}
		b.State, b.EndedAt = kept.Undoing, time.Time{}
		return nil
	})
}

// change alters a batch under its lock. Of another member's there is none.
func (d Desk) change(ctx context.Context, w Who, id debt.ID, do func(t *store.Tx, b *kept.Batch) error) error {
	return d.Store.Write(ctx, w.Creditor, func(t *store.Tx) error {
		b, err := kept.Lock(t, id)
		if err != nil {
			return err
		}
		if b.Member != w.By.ID {
			return debt.E(debt.NotFound, "list_batch_unknown", nil)
		}
		if err := do(t, &b); err != nil {
			return err
		}
		t.News()
		return kept.Save(t, b)
	})
}

// Report is a batch and how far it has come.
type Report struct {
	kept.Batch

	Counts map[kept.Mark]int
	Items  []kept.Item
}

// Total is how many cases a batch has.
func (r Report) Total() (n int) {
	for _, c := range r.Counts {
		n += c
	}
	return n
}

// Show gives a batch with its cases. Of another member's there is none.
func (d Desk) Show(ctx context.Context, w Who, id debt.ID) (rep Report, err error) {
	err = d.Store.Read(ctx, w.Creditor, func(r *store.Reader) error {
		b, err := kept.Load(r, id)
		if err != nil {
			return err
		}
		if b.Member != w.By.ID {
			return debt.E(debt.NotFound, "list_batch_unknown", nil)
		}
		rep.Batch = b
		if rep.Counts, err = kept.Counts(r, id); err != nil {
			return err
		}
		rep.Items, err = kept.All(r, id)
		return err
	})
	return rep, err
}

// lately is how many of a creditor's batches are looked through for a member's own.
const lately = 100

// Lately lists what a member did, the newest first.
func (d Desk) Lately(ctx context.Context, w Who) (own []kept.Batch, err error) {
	err = d.Store.Read(ctx, w.Creditor, func(r *store.Reader) (err error) {
		own, err = kept.Lately(r, lately)
		return err
	})
	return slices.DeleteFunc(own, func(b kept.Batch) bool { return b.Member != w.By.ID }), err
}
