package batches

import (
	"context"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/batch"
	"quitt/store"
	kept "quitt/store/batches"
)

// Work does a portion of the oldest batch of a creditor and says how many cases that were.
// Case, hold, event and the note of what was done are one transaction: whoever is interrupted
// and begins again does nothing twice.
func (d Desk) Work(ctx context.Context, creditor debt.ID) (did int, err error) {
	var at kept.Batch
	var found bool
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		at, found, err = kept.AtWork(r)
		return err
	})
	if err != nil || !found {
		return 0, err
	}
	now := d.Now()
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		b, err := kept.Lock(t, at.ID)
		if err != nil {
			return err
		}
		p := pass{t, b, now, debt.DateIn(now, debt.Berlin)}
		did, err = p.portion()
		return err
	})
	return did, err
}

// pass is one portion of a batch.
type pass struct {
	*store.Tx

	batch kept.Batch
	now   time.Time
	today debt.Date
}

// portion does what is next and ends the batch when nothing is left. It counts the end, too:
// there is another batch, perhaps.
func (p pass) portion() (int, error) {
	from, end := kept.Ready, kept.Finished
	switch p.batch.State {
	case kept.Running:
	case kept.Undoing:
		from, end = kept.Done, kept.Undone
	default:
		return 0, nil // somebody else ended it meanwhile
	}
	items, err := kept.Items(&p.Reader, p.batch.ID, from, portion)
	if err != nil {
		return 0, err
	}
	if len(items) == 0 {
		p.batch.State, p.batch.EndedAt = end, p.now
		return 1, kept.Save(p.Tx, p.batch)
	}
	return len(items), p.all(items)
}

func (p pass) all(items []kept.Item) error {
	files, err := p.Lock(ids(items)...)
	if err != nil {
		return err
	}
	moving, err := kept.Moving(&p.Reader, ids(items))
	if err != nil {
		return err
	}
	var bookings []store.Booking
	for i, f := range files { // both are in the order of the ids
		if err := p.LoadHolds(&f.Case); err != nil {
			return err
		}
		events, err := p.one(&items[i], f, moving[f.Case.ID])
		if err != nil {
			return err
		}
		if len(events) == 0 {
			continue
		}
		for i := range events {
			events[i].ID, events[i].At, events[i].Actor = store.NewID(), p.now, p.batch.By
		}
		if err := p.SaveHolds(&f.Case); err != nil {
			return err
		}
		bookings = append(bookings, store.Booking{File: f, Events: events})
	}
	if len(bookings) > 0 {
		if err := p.Book(bookings...); err != nil {
			return err
		}
	}
	return kept.Note(p.Tx, p.batch.ID, items...)
}

// one does or undoes the action with a case and notes what became of it; without events
// nothing has.
func (p pass) one(x *kept.Item, f *store.File, moving bool) ([]debt.Event, error) {
	if p.batch.State == kept.Undoing {
		return p.undo(x, f)
	}
	if why := p.batch.Action.May(f.Case, batch.Facts{On: p.today, Moving: moving}); why != "" {
		*x = judged(*x, why)
		return nil, nil
	}
	if p.batch.Action.Places() {
		x.HoldID = store.NewID()
	}
	x.Mark = kept.Done
	return p.batch.Do(&f.Case, p.today, x.HoldID)
}

// undo ends the hold the batch has placed. One that has ended by itself, or with its case,
// stays as it is.
func (p pass) undo(x *kept.Item, f *store.File) ([]debt.Event, error) {
	e, err := f.Case.ReleaseHold(x.HoldID, p.today)
	if errors.Is(err, debt.E(debt.NotFound, "hold_unknown", nil)) {
		x.Mark, x.Why = kept.Kept, string(batch.BarrierHoldOver)
		return nil, nil
	}
	x.Mark = kept.Reverted
	return []debt.Event{e}, err
}
