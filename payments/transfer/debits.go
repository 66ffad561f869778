package transfer

import (
	"errors"

	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/payments/transfer/ours"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/statements"
	"quitt/store/tasks"
)

// credited books a line to the debit of ours it credits. One that was credited before came twice.
func (w *working) credited(c ours.Credit) error {
	acc, err := w.account(c.Line.AccountID)
	if err != nil {
		return err
	}
	err = w.write(func(t *store.Tx) error {
		x := c
		if err := ours.Credited(t, acc, &x, w.Now()); err != nil {
			return err
		}
		return w.save(t, x.Line)
	})
	if errors.Is(err, ours.ErrHeard) {
		return w.suspend(rail.WhyTwice, c.Line)
	}
	if err == nil {
		w.done.Booked++
	}
	return err
}

// debitBack books a return to the debit of ours it is about, and what the bank took for it apart.
// It waits for the credit where that was not read; one more return of the same debit is for a person.
func (w *working) debitBack(acc rail.Account, l statements.Line, d mandates.Debit) error {
	back := ours.Back{Debit: d, Amount: original(l), Fee: move(rail.Fee, l, string(l.ID), -l.Amount-original(l)), Now: w.Now(),
		Task: tasks.Task{Kind: TaskUnreturned, Subject: string(l.ID)}}
	err := w.write(func(t *store.Tx) error {
		x := l
		if err := ours.Returned(t, acc, &x, back); err != nil {
			return err
		}
		return w.save(t, x)
	})
	if errors.Is(err, booking.ErrEarly) || errors.Is(err, ours.ErrHeard) {
		return w.unknown(l)
	}
	if err == nil {
		w.done.Returned++
	}
	return err
}
