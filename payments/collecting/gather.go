package collecting

import (
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/orders"
)

// Window is what a file for the bank can take: debits from the first day its hour of handing in
// reaches, up to the day somebody asked for.
type Window struct {
	First, Until debt.Date
	Now          time.Time
}

// Gathered is an order whose charge is reserved for a file.
type Gathered struct {
	Order      collection.Order
	Attempt    rail.Attempt
	Instrument rail.Instrument
}

// Gather reserves the charge of a waiting order whose mandate is collected by file, as the loop
// does of others: not more than is owed by then, nothing that another charge has under way. One
// that was not told, or too late for its day, is told now, and its day moves. ok is false where
// it is not for this file: over, or later. The case is locked.
func Gather(t *store.Tx, f *store.File, id debt.ID, in Window) (g Gathered, ok bool, err error) {
	o, err := orders.Load(&t.Reader, id)
	if err != nil || o.State != collection.Waiting || o.CaseID != f.Case.ID || o.CollectOn.After(in.Until) {
		return g, false, err
	}
	w := &work{Tx: t, file: f, order: &o, now: in.Now}
	if ok, err = w.gather(&g, in); err != nil {
		return g, false, err
	}
	g.Order = o
	if err := orders.Save(t, o); err != nil || len(w.events) == 0 {
		return g, ok, err
	}
	return g, ok, t.Book(store.Booking{File: f, Events: w.events})
}

func (w *work) gather(g *Gathered, in Window) (bool, error) {
	o := w.order
	if ok, err := w.usable(); !ok || err != nil {
		return false, err
	}
	owed, err := w.owed()
	if reason, over := endOf(err); over {
		o.End(collection.Cancelled, reason, w.now)
		return false, nil
	}
	if errors.Is(err, errLater) {
		o.LookAt = tomorrow(w.now)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	w.toldFor(collection.On(debt.Later(o.Earliest(), in.First)), owed)
	if o.CollectOn.After(in.Until) {
		return false, nil
	}
	a, i, known, err := booking.Reserve(w.Tx, w.file, booking.Reservation{Instrument: o.InstrumentID, Purpose: o.Call(), Amount: owed}, w.now)
	if reason, over := endOf(err); over {
		o.End(collection.Cancelled, reason, w.now)
		return false, nil
	}
	if errors.Is(err, debt.E(debt.Conflict, "attempt_open", nil)) || known { // the debtor is paying at this moment
		return false, nil
	}
	if err != nil {
		return false, err
	}
	o.State, o.AttemptID, o.LookAt, o.Tries = collection.Charged, a.ID, time.Time{}, 0
	o.Calls++
	g.Attempt, g.Instrument = a, i
	return true, nil
}

// toldFor announces a debit that was not, or for another day than it will be.
func (w *work) toldFor(day debt.Date, owed debt.Cents) {
	o := w.order
	if !o.ToldOn.IsZero() && day == o.CollectOn {
		return
	}
	o.CollectOn = day
	o.Tell(debt.DateIn(w.now, debt.Berlin))
	args := o.Announcement()
	args["amount_cents"] = owed
	w.event(debt.PlanInstalmentDue, args)
}
