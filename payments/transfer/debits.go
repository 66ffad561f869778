package transfer

import (
	"errors"
	"slices"
	"strconv"

	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/rails"
	"quitt/store/statements"
	"quitt/store/tasks"
)

// ourDebit finds the direct debit of ours that a line is about: nothing has to be guessed of it,
// and its payment is there since its file was handed in.
func ourDebit(r *store.Reader, l statements.Line) (d mandates.Debit, ok bool, err error) {
	name := statements.Number(l.Said.EndToEnd.Reveal())
	if l.Currency != "EUR" || l.Occasion == batch || !mandate.IsKey(name) {
		return d, false, nil
	}
	return mandates.FindDebit(r, name)
}

// credit is a line that credits a debit of ours.
type credit struct {
	line  statements.Line
	debit mandates.Debit
}

// apart tells the lines that credit debits of ours from those of which it has to be found out
// whose they are.
func apart(r *store.Reader, lines []statements.Line) (ours []credit, others []statements.Line, err error) {
	for _, l := range lines {
		d, ok, err := ourDebit(r, l)
		if err != nil {
			return nil, nil, err
		}
		if ok {
			ours = append(ours, credit{l, d})
		} else {
			others = append(others, l)
		}
	}
	return ours, others, nil
}

// credited books a line to the debit it credits. One that was credited before came twice.
func (w *working) credited(l statements.Line, d mandates.Debit) error {
	acc, err := w.account(l.AccountID)
	if err != nil {
		return err
	}
	twice := false
	err = w.write(func(t *store.Tx) error {
		c, err := w.debited(t, d, booking.Debit{Account: acc, Kind: rail.Paid, Amount: l.Amount, On: l.ValueOn})
		if twice = errors.Is(err, errHeard); twice || err != nil {
			return err
		}
		m := c.Made()
		l.State, l.CaseID, l.PaymentID, l.MoveID = statements.Paid, d.CaseID, d.AttemptID, m.RowID
		if m.State == rails.Suspended { // another amount than was asked for: a person looks
			l.State, l.Reason, l.PaymentID = statements.Suspended, m.Why, ""
		}
		if err := c.Save(t); err != nil {
			return err
		}
		return w.save(t, l)
	})
	switch {
	case twice:
		return w.suspend(rail.WhyTwice, l)
	case err == nil:
		w.done.Booked++
	}
	return err
}

// errHeard says that the movement of a debit is known already.
var errHeard = errors.New("the debit has this movement")

// debited takes a movement into a debit under the lock of its case; nothing is saved yet.
func (w *working) debited(t *store.Tx, d mandates.Debit, in booking.Debit) (*booking.Change, error) {
	f, err := t.LockOne(d.CaseID)
	if err != nil {
		return nil, err
	}
	known, err := rails.MovesOf(&t.Reader, []debt.ID{d.AttemptID})
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(known[d.AttemptID], func(m rails.Move) bool { return m.Kind == in.Kind && m.ID == d.EndToEnd }) {
		return nil, errHeard
	}
	in.Attempt, in.File, in.Stamp = d.AttemptID, f, booking.Stamp(w.Now())
	return booking.Debited(t, in)
}

// debitBack books a return to the debit of ours it is about, and what the bank took for it apart.
// It waits for the credit where that has not been read; one more return of the same debit is for a
// person.
func (w *working) debitBack(l statements.Line, d mandates.Debit) error {
	acc, err := w.account(l.AccountID)
	if err != nil {
		return err
	}
	err = w.write(func(t *store.Tx) error {
		c, err := w.debited(t, d, booking.Debit{Account: acc, Kind: rail.Withdrawn, Amount: original(l), On: l.ValueOn, Reason: l.Reason})
		if err != nil {
			return err
		}
		made := c.Made()
		if err := c.Save(t); err != nil {
			return err
		}
		if fee := -l.Amount - original(l); fee != 0 {
			l.Fee = fee
			if err := booking.Unplaced(t, acc, move(rail.Fee, l, string(l.ID), fee), w.Now()); err != nil {
				return err
			}
		}
		l.State, l.CaseID, l.PaymentID, l.MoveID = statements.Returned, d.CaseID, d.AttemptID, made.RowID
		if err := w.save(t, l); err != nil {
			return err
		}
		return tasks.End(t, tasks.Task{Kind: TaskUnreturned, Subject: string(l.ID)}, "settled", w.Now())
	})
	switch {
	case errors.Is(err, booking.ErrEarly), errors.Is(err, errHeard):
		return w.unknown(l)
	case err == nil:
		w.done.Returned++
	}
	return err
}

// ourBatch finds the group of a file of ours that a sum credits: its parts are known without a
// report of the bank.
func (w *working) ourBatch(l statements.Line) (parts []mandates.Debit, err error) {
	acc, err := w.account(l.AccountID)
	if err != nil {
		return nil, err
	}
	err = w.read(func(r *store.Reader) error {
		parts = nil
		names, err := mandates.OfSum(r, l.AccountID, l.Amount, looked)
		if err != nil || len(names) == 0 {
			return err
		}
		keys, err := statements.KeysOf(r)
		if err != nil {
			return err
		}
		for _, name := range names {
			if keys.Hash("batch", acc.External, strconv.FormatInt(int64(l.Amount), 10), name) == l.Batch {
				parts, err = mandates.OfBatch(r, name)
			}
		}
		return err
	})
	return parts, err
}

// creditBatch books the parts of a sum, each for itself: after a crash those that were booked are
// known, and the rest follows. The sum is over once all of them are.
func (w *working) creditBatch(l statements.Line, parts []mandates.Debit) error {
	acc, err := w.account(l.AccountID)
	if err != nil {
		return err
	}
	for _, d := range parts {
		err := w.write(func(t *store.Tx) error {
			c, err := w.debited(t, d, booking.Debit{Account: acc, Kind: rail.Paid, Amount: d.Amount, On: l.ValueOn})
			if err != nil {
				return err
			}
			return c.Save(t)
		})
		if err != nil && !errors.Is(err, errHeard) {
			return err
		}
	}
	l.State = statements.Resolved
	err = w.write(func(t *store.Tx) error {
		if err := tasks.End(t, tasks.Task{Kind: TaskBatch, Subject: string(l.ID)}, "settled", w.Now()); err != nil {
			return err
		}
		return w.save(t, l)
	})
	if err == nil {
		w.done.Resolved++
	}
	return err
}
