package collecting

import (
	"cmp"
	"context"
	"slices"
	"time"

	"quitt/bank/sepa"
	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/rails"
	"quitt/store/tasks"
)

// settle takes over what became of an order's charge. It may be done any number of times.
func (d *Desk) settle(ctx context.Context, j job) error {
	return d.under(ctx, j, func(w *work) error {
		o := w.order
		if o.AttemptID == "" || o.State != collection.Calling && o.State != collection.Charged {
			if next := o.Next(); o.State == collection.Waiting && next.After(w.now) {
				o.LookAt = next
			}
			return nil
		}
		a, err := rails.LoadAttempt(&w.Reader, o.AttemptID)
		if err != nil {
			return err
		}
		return w.learn(a)
	})
}

// learn draws the consequences of how a charge stands.
func (w *work) learn(a rail.Attempt) error {
	o := w.order
	switch a.Status {
	case debt.PaymentCreated, debt.PaymentStarted, debt.PaymentUnknown:
		o.Wait(w.now) // the rail looks for it; its news wake the order
		return nil
	case debt.PaymentFailed:
		return w.failed(cmp.Or(a.Failure, "other"))
	case debt.PaymentCancelled, debt.PaymentExpired:
		return w.undone(a)
	case debt.PaymentReversed:
		return w.returned(a)
	}
	o.State, o.LookAt, o.Tries = collection.Charged, time.Time{}, 0 // a return wakes it
	return nil
}

// undone is a charge that the provider never carried out: it is asked for again under a name
// of its own, unless the provider will not do it or somebody ended it there.
func (w *work) undone(a rail.Attempt) error {
	o := w.order
	switch {
	case a.Failure != "":
		return w.failed(a.Failure)
	case a.Intent != "":
		return w.failed("cancelled")
	case o.Calls >= collection.MostCalls:
		if err := w.task(payments.TaskProvider, string(o.ID)); err != nil {
			return err
		}
		return w.failed(collection.Unreachable)
	}
	o.State = collection.Waiting
	o.Wait(w.now)
	return nil
}

// failed ends an order. What passes by itself is tried once more, and told at once.
func (w *work) failed(reason string) error {
	w.order.End(collection.Failed, code(reason), w.now)
	next, again := w.order.Again(store.NewID(), w.now)
	if !again {
		return nil
	}
	kept, err := orders.Write(w.Tx, next)
	if err == nil {
		w.event(debt.PlanInstalmentDue, kept.Announcement())
	}
	return err
}

// returned is money that was taken back after it had come. An authorised debit that is sent
// back within eight weeks is the debtor's word against it (BGB § 675x), an unauthorised one
// voids the mandate: neither is charged again. Only an empty account says nothing of that.
func (w *work) returned(a rail.Attempt) error {
	o := w.order
	moves, err := rails.MovesOf(&w.Reader, []debt.ID{a.ID})
	if err != nil {
		return err
	}
	reason := collection.Returned
	for _, m := range moves[a.ID] {
		if m.Kind == rail.Withdrawn && m.Reason != "" {
			reason = m.Reason
		}
	}
	o.End(collection.Failed, code(reason), w.now)
	if collection.Soft(reason) {
		return nil
	}
	i, err := rails.LoadInstrument(&w.Reader, o.InstrumentID)
	if err != nil {
		return err
	}
	if survives, err := w.survives(i, reason); survives || err != nil {
		return err
	}
	return w.lose(i, reason)
}

// survives reports whether a mandate given to the creditor outlives a return: banks in Germany
// say MS03 of an empty account, too. A provider tells of its own mandates.
func (w *work) survives(i rail.Instrument, reason string) (bool, error) {
	kept, err := rails.LoadAccount(&w.Reader, i.Account)
	why, known := sepa.Reason(reason)
	return kept.Provider == rail.Bank && known && !why.EndsMandate, err
}

// usable reports whether an order's card or mandate can be charged. One that cannot any more
// ends the order: nobody was called, so nothing else has told the debtor. One whose bank has
// not confirmed it yet waits.
func (w *work) usable() (bool, error) {
	i, err := rails.LoadInstrument(&w.Reader, w.order.InstrumentID)
	if err != nil || i.State == rail.Usable && i.CaseID == w.order.CaseID {
		return err == nil, err
	}
	if i.State == rail.Pending {
		w.order.LookAt = tomorrow(w.now)
		return false, nil
	}
	w.order.End(collection.Failed, collection.Unusable, w.now)
	if i.CaseID != w.order.CaseID {
		return false, nil
	}
	return false, w.lose(i, collection.Unusable)
}

// lose ends a card or mandate, once: a person looks, and the debtor is told to choose another
// way.
func (w *work) lose(i rail.Instrument, reason string) error {
	if i.State != rail.Dead {
		i.State = rail.Dead
		if _, err := rails.SaveInstrument(w.Tx, i); err != nil {
			return err
		}
	}
	if err := w.task(payments.TaskMandate, string(i.ID)); err != nil {
		return err
	}
	events, err := w.Events(w.file.Case.ID)
	told := slices.ContainsFunc(events, func(e debt.Event) bool {
		return e.Type == debt.MandateRevoked && e.Data["instrument"] == string(i.ID)
	})
	if err == nil && !told {
		w.event(debt.MandateRevoked, debt.Args{"instrument": string(i.ID), "method": string(i.Method), "reason": code(reason)})
	}
	return err
}

// task asks for a person, with the same identity as booking's.
func (w *work) task(kind tasks.Kind, subject string) error {
	return tasks.Open(w.Tx, tasks.Task{ID: store.NewID(), Kind: kind, Subject: subject, CaseID: w.order.CaseID, OpenedAt: w.now})
}

// code is a reason that may stand in events and rows.
func code(reason string) string {
	if debt.IsCode(reason) {
		return reason
	}
	return "other"
}
