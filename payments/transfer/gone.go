package transfer

import (
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/givebacks"
	"quitt/store/rails"
	"quitt/store/statements"
	"quitt/store/tasks"
)

// OrderOf is the end-to-end id under which the money of a line is sent back: by it the debit on
// the next statement is known again.
func OrderOf(line debt.ID) string { return givebacks.EndToEnd(line) }

// givenBack finds the money a transfer of ours sent back, and books that it has left: nobody's, or
// of a payment that is refunded.
func (w *working) givenBack(l statements.Line) (ok bool, err error) {
	var back givebacks.Back
	var origin statements.Line
	err = w.read(func(r *store.Reader) error {
		ok = false
		id, ours := givebacks.IDOf(l.Said.EndToEnd.Reveal())
		if !ours {
			return nil
		}
		found, err := givebacks.Of(r, []debt.ID{id})
		if err != nil {
			return err
		}
		if back = found[id]; back.PaymentID != "" {
			ok = back.State == givebacks.Ordered && back.Amount == -l.Amount && back.AccountID == l.AccountID
			return nil
		}
		origin, err = statements.Load(r, id)
		if debt.KindOf(err) == debt.NotFound {
			return nil
		}
		ok = origin.State == statements.GiveBack && origin.Amount == -l.Amount && origin.AccountID == l.AccountID
		return err
	})
	if err != nil || !ok {
		return false, err
	}
	acc, err := w.account(l.AccountID)
	if err != nil {
		return false, err
	}
	if back.PaymentID != "" {
		return true, w.write(func(t *store.Tx) error { return w.refunded(t, acc, l, back) })
	}
	return true, w.write(func(t *store.Tx) error { return w.left(t, acc, l, origin) })
}

// left books that money of nobody has gone back.
func (w *working) left(t *store.Tx, acc rail.Account, l, origin statements.Line) (err error) {
	gone := move(rail.Refunded, l, string(l.ID), -l.Amount)
	if l.MoveID, err = booking.Hold(t, acc, rails.Move{Move: gone, Why: rail.WhyGiveBack}, w.Now()); err != nil {
		return err
	}
	if err := tasks.End(t, tasks.Task{Kind: booking.TaskUnplaced, Subject: gone.ID}, rail.WhyGiveBack, w.Now()); err != nil {
		return err
	}
	if err := givebacks.Leave(t, origin.ID); err != nil {
		return err
	}
	l.State, origin.State = statements.GivenBack, statements.GivenBack
	return w.save(t, l, origin)
}

// refunded books that a payment has gone back, or a part of it.
func (w *working) refunded(t *store.Tx, acc rail.Account, l statements.Line, back givebacks.Back) error {
	f, err := t.LockOne(back.CaseID)
	if err != nil {
		return err
	}
	kept, err := t.LoadPayments([]debt.ID{back.PaymentID})
	if err != nil {
		return err
	}
	known, err := rails.MovesOf(&t.Reader, []debt.ID{back.PaymentID})
	if err != nil {
		return err
	}
	c, err := booking.Return(t, booking.Returning{Account: acc, Payment: kept[back.PaymentID], Known: known[back.PaymentID],
		Move: move(rail.Refunded, l, string(l.ID), back.Amount), File: f, Stamp: booking.Stamp(w.Now()), By: w.By})
	if err != nil {
		return err
	}
	if err := booking.SaveAll(t, []*booking.Change{c}); err != nil {
		return err
	}
	if err := givebacks.Leave(t, back.ID); err != nil {
		return err
	}
	l.State, l.CaseID, l.PaymentID, l.MoveID = statements.GivenBack, back.CaseID, back.PaymentID, c.Made().RowID
	return w.save(t, l)
}
