// Package collecting executes the collection orders that plans write: it tells the debtor,
// charges the stored card or mandate on the day, and draws what follows from the bank's
// answer. An order is charged once, however many processes do it: the charge and the order's
// state are saved together, before the provider is called, under the lock of the case.
package collecting

import (
	"context"
	"errors"
	"sync"
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/rails"
)

const (
	atOnce  = 64 // orders of one portion
	workers = 8  // calls under way: at half a second each they keep the rate
	// lease is how long a process may take for a portion; what it leaves is taken up again.
	lease = 5 * time.Minute
)

// Desk executes orders. Make it with New; it may run in any number of processes at once.
type Desk struct {
	rail    *payments.Rail
	buckets buckets
}

// New makes a desk that charges through a rail.
func New(r *payments.Rail) *Desk { return &Desk{rail: r} }

// Work does a portion of what is due for a creditor and says how much; a loop calls it.
func (d *Desk) Work(ctx context.Context, creditor debt.ID) (int, error) {
	now := d.rail.Now()
	due := false
	err := d.rail.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
		due, err = orders.AnyDue(t, now)
		return err
	})
	if err != nil || !due {
		return 0, err
	}
	var list []collection.Order
	err = d.rail.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		list, err = orders.Claim(t, atOnce, now, now.Add(lease))
		return err
	})
	if err != nil {
		return 0, err
	}
	return len(list), d.each(ctx, creditor, list)
}

// each looks at the orders beside each other; a portion that is cut off stays claimed until
// its lease is over.
func (d *Desk) each(ctx context.Context, creditor debt.ID, list []collection.Order) error {
	errs := make([]error, len(list))
	free := make(chan struct{}, workers)
	var all sync.WaitGroup
	for i, o := range list {
		free <- struct{}{}
		all.Go(func() {
			errs[i] = d.step(ctx, job{creditor, o})
			<-free
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// job is one order to look at.
type job struct {
	creditor debt.ID
	order    collection.Order
}

func (d *Desk) step(ctx context.Context, j job) error {
	switch {
	case j.order.State != collection.Waiting:
		return d.settle(ctx, j)
	case !j.order.Ripe(d.rail.Now()):
		return d.tell(ctx, j)
	}
	return d.call(ctx, j)
}

// work is an order under the lock of its case, with what is to be saved of it.
type work struct {
	*store.Tx

	file   *store.File
	order  *collection.Order
	now    time.Time
	events []debt.Event
}

// under changes an order under the lock of its case, as it stands then.
func (d *Desk) under(ctx context.Context, j job, do func(w *work) error) error {
	return d.rail.Store.Write(ctx, j.creditor, func(t *store.Tx) error {
		f, err := t.LockOne(j.order.CaseID)
		if err != nil {
			return err
		}
		o, err := orders.Load(&t.Reader, j.order.ID)
		if err != nil {
			return err
		}
		w := &work{Tx: t, file: f, order: &o, now: d.rail.Now()}
		if err := do(w); err != nil {
			return err
		}
		if err := orders.Save(t, o); err != nil || len(w.events) == 0 {
			return err
		}
		return t.Book(store.Booking{File: f, Events: w.events})
	})
}

// event says what happened in the case's log.
func (w *work) event(typ debt.EventType, data debt.Args) {
	e := w.file.Case.EventOf(typ, data)
	s := ledger.Stamp{At: w.now, NewID: store.NewID}
	e.ID, e.At, e.Actor = s.NewID(), s.At, debt.System
	w.events = append(w.events, e)
}

// tell announces a collection (SEPA pre-notification), or ends one nobody owes any more.
func (d *Desk) tell(ctx context.Context, j job) error {
	return d.under(ctx, j, func(w *work) error {
		o := w.order
		if o.State != collection.Waiting {
			return nil // cancelled meanwhile
		}
		if !o.ToldOn.IsZero() || w.now.Before(o.Next()) {
			o.LookAt = o.Next()
			return nil
		}
		owed, err := w.owed()
		if reason, over := endOf(err); over {
			o.End(collection.Cancelled, reason, w.now)
			return nil
		}
		if errors.Is(err, errLater) {
			o.LookAt = tomorrow(w.now)
			return nil
		}
		if err != nil {
			return err
		}
		if ok, err := w.usable(); !ok {
			return err
		}
		o.Tell(debt.DateIn(w.now, debt.Berlin))
		args := o.Announcement()
		args["amount_cents"] = owed
		w.event(debt.PlanInstalmentDue, args)
		return nil
	})
}

// call charges an order whose day has come.
func (d *Desk) call(ctx context.Context, j job) error {
	bucket, err := d.bucketOf(ctx, j)
	if errors.Is(err, errFile) { // it goes into the next file; tomorrow again, should there be none
		return d.under(ctx, j, func(w *work) error {
			w.order.LookAt = tomorrow(w.now)
			return nil
		})
	}
	if err != nil {
		return err
	}
	if err := bucket.take(ctx); err != nil {
		return err
	}
	a, err := d.rail.Collect(ctx, d.collectionOf(j))
	if a.Status == debt.PaymentFailed { // the refused charge was closed, a second call
		_ = bucket.take(ctx)
	}
	ctx = context.WithoutCancel(ctx)
	if a.ID != "" { // whatever was said of it: how it stands is kept with it
		return d.settle(ctx, j)
	}
	return d.uncalled(ctx, j, err)
}

// collectionOf is the charge of an order. That it may be made is asked under the lock, and
// that it is made is kept in the same transaction.
func (d *Desk) collectionOf(j job) payments.Collection {
	o := j.order
	c := payments.Collection{CreditorID: j.creditor, CaseID: o.CaseID, InstrumentID: o.InstrumentID, Purpose: o.Call(), Amount: o.Amount}
	c.Allow = func(t *store.Tx, f *store.File) (debt.Cents, error) {
		now := d.rail.Now()
		kept, err := orders.Load(&t.Reader, o.ID)
		if err != nil {
			return 0, err
		}
		if !kept.Ripe(now) || kept.Calls != o.Calls || kept.InstrumentID != o.InstrumentID {
			return 0, errGone
		}
		w := &work{Tx: t, file: f, order: &kept, now: now}
		return w.owed()
	}
	c.Kept = func(t *store.Tx, a rail.Attempt) error {
		kept, err := orders.Load(&t.Reader, o.ID)
		if err != nil {
			return err
		}
		kept.State, kept.AttemptID, kept.LookAt = collection.Calling, a.ID, d.rail.Now().Add(lease)
		kept.Calls++
		return orders.Save(t, kept)
	}
	return c
}

// uncalled keeps why no charge was made.
func (d *Desk) uncalled(ctx context.Context, j job, cause error) error {
	if errors.Is(cause, errGone) {
		return d.settle(ctx, j) // somebody else was faster, or it was changed
	}
	unknown := false
	err := d.under(ctx, j, func(w *work) error {
		o := w.order
		reason, over := endOf(cause)
		switch {
		case o.State != collection.Waiting:
		case errors.Is(cause, debt.E(debt.Forbidden, "instrument_unusable", nil)):
			_, err := w.usable()
			return err
		case over:
			o.End(collection.Cancelled, reason, w.now)
		case errors.Is(cause, errLater):
			o.LookAt = tomorrow(w.now)
		default:
			unknown = debt.KindOf(cause) == ""
			o.Wait(w.now)
		}
		return nil
	})
	if unknown {
		err = errors.Join(cause, err)
	}
	return err
}

// Instruments lists the cards and mandates of a case that can be charged.
func (d *Desk) Instruments(ctx context.Context, creditor, caseID debt.ID) (list []rail.Instrument, err error) {
	err = d.rail.Store.Read(ctx, creditor, func(t *store.Reader) error {
		all, err := rails.Instruments(t, caseID)
		for _, i := range all {
			if i.State == rail.Usable {
				list = append(list, i)
			}
		}
		return err
	})
	return list, err
}

// Figures are the orders of a creditor, those that failed in the last week.
func (d *Desk) Figures(ctx context.Context, creditor debt.ID) (f orders.Figures, err error) {
	now := d.rail.Now()
	err = d.rail.Store.Read(ctx, creditor, func(t *store.Reader) error {
		f, err = orders.Count(t, now, now.AddDate(0, 0, -7))
		return err
	})
	return f, err
}
