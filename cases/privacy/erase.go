// Package privacy ends what is kept about people: when they may be forgotten and somebody
// asks, and by itself when everything has been kept as long as it may be.
package privacy

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/erasure"
)

// Desk erases. Now is the clock.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	// Elsewhere removes what is kept about a case outside of the database: printed letters,
	// uploaded documents. It is called before the key goes and may be called again: doing it
	// twice does no harm. An error keeps the person.
	Elsewhere []func(ctx context.Context, creditor, caseID debt.ID) error
}

// Order says why somebody is to be erased.
type Order struct {
	// Waived lifts what the law keeps the case for; Reason then says why, as a code, for it
	// goes into the event log.
	Waived bool
	Reason string
	By     debt.Actor
}

// Why, where nobody gives another reason.
const (
	requested = "requested"
	over      = "retention_over"
)

// Erased says what was done.
type Erased struct {
	Cases  int
	Before bool // it had been done already
}

// Erase forgets the person a case is about, with all cases about him. Refused with Forbidden
// as debt/retention says, with Invalid "erase_reason_missing" if a duty is waived without a
// code for the reason.
func (d Desk) Erase(ctx context.Context, creditor, caseID debt.ID, o Order) (Erased, error) {
	if o.Waived && !debt.IsCode(o.Reason) {
		return Erased{}, debt.E(debt.Invalid, "erase_reason_missing", nil)
	}
	if o.Reason == "" {
		o.Reason = requested
	}
	now := d.Now()
	var s erasure.Subject
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		s, err = may(r, caseID, o, now)
		return err
	})
	if err != nil || s.Erased {
		return Erased{Cases: len(s.Cases), Before: s.Erased}, err
	}
	for _, c := range s.Cases {
		for _, remove := range d.Elsewhere {
			if err := remove(ctx, creditor, c.ID); err != nil {
				return Erased{}, err
			}
		}
	}
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error { return erase(t, caseID, o, now) })
	return Erased{Cases: len(s.Cases)}, err
}

// may looks whether anything forbids it.
func may(r *store.Reader, caseID debt.ID, o Order, now time.Time) (erasure.Subject, error) {
	s, err := erasure.Find(r, caseID)
	if err != nil || s.Erased {
		return s, err
	}
	for _, c := range s.Cases {
		if err := retention.MayErase(c.Standing, o.Waived, now); err != nil {
			return s, err
		}
	}
	return s, nil
}

// erase locks the cases and looks again: one may have been opened again meanwhile.
func erase(t *store.Tx, caseID debt.ID, o Order, now time.Time) error {
	s, err := erasure.Find(&t.Reader, caseID)
	if err != nil {
		return err
	}
	files, err := t.Lock(s.IDs()...)
	if err != nil {
		return err
	}
	if s, err = may(&t.Reader, caseID, o, now); err != nil || s.Erased {
		return err
	}
	bookings := make([]store.Booking, len(files))
	for i, f := range files {
		if bookings[i], err = told(t, f, o, now); err != nil {
			return err
		}
	}
	if err := t.Book(bookings...); err != nil {
		return err
	}
	return erasure.Erase(t, s, now)
}

// told closes a case that is still open, for nobody is left to ask for the money, and gives
// the event from which creditors' programs learn to forget as well (GDPR Art. 19).
func told(t *store.Tx, f *store.File, o Order, now time.Time) (store.Booking, error) {
	var events []debt.Event
	if err := t.LoadHolds(&f.Case); err != nil {
		return store.Booking{}, err
	}
	if f.Case.Stage != debt.StageClosed && f.Case.Review != debt.ReviewRejected {
		closed, err := f.Case.Close("other", debt.DateIn(now, debt.Berlin))
		if err != nil {
			return store.Booking{}, err
		}
		events = append(events, closed)
	}
	events = append(events, f.Case.EventOf(debt.PersonErased, debt.Args{"reason": o.Reason}))
	for i := range events {
		events[i].ID, events[i].At, events[i].Actor = store.NewID(), now, o.By
	}
	return store.Booking{File: f, Events: events}, t.SaveHolds(&f.Case)
}
