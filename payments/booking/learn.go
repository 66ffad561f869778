package booking

import (
	"slices"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
)

// Learn takes over what was heard of one order.
func (c *Change) Learn(t *store.Tx, acc rail.Account, f rail.Facts) error {
	a := c.Attempt
	if why := foreign(acc, *a, f); why != "" {
		c.Attempt.DueAt = c.Attempt.Next(c.Stamp.At)
		c.suspendAll(f, why)
		return nil
	}
	var known []rail.Move
	for _, m := range c.Known {
		if m.State != rails.MoveVoid { // one that was missed once may move after all
			known = append(known, m.Move)
		}
	}
	was := a.Status
	l := a.Learn(f, known)
	if err := c.money(t, l); err != nil {
		return err
	}
	moved := slices.ContainsFunc(c.booked(), func(m rail.Move) bool { return m.Kind != rail.Fee })
	if to := rail.StatusOf(l.State); !moved && to != "" && to != a.Status && !later(a.Status, to) {
		if err := c.To(to); err != nil {
			return err
		}
	}
	if a.Status == was {
		a.Looks++
	} else {
		a.Looks = 0
	}
	a.DueAt = a.Next(c.Stamp.At)
	if a.DueAt.IsZero() && slices.ContainsFunc(f.Moves, func(m rail.Move) bool { return m.Pending }) {
		a.DueAt = c.Stamp.At.Add(rail.PendingPause) // no movement of money will tell how it ends
	}
	return c.around(t, acc, f, l)
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
func (c *Change) suspendAll(f rail.Facts, why string) {
	for _, m := range f.Moves {
		known := slices.ContainsFunc(c.Known, func(k rails.Move) bool { return k.Kind == m.Kind && k.ID == m.ID })
		if !known && !m.Pending && why != "foreign_account" && why != "foreign_mode" {
			c.suspend(m, why)
		}
	}
	c.task(TaskUnplaced, string(c.Attempt.ID)+"/"+why, f.Amount)
}

// around is what facts say beside money: a stored card, a question of a bank, a funding the
// creditor's contract forbids.
func (c *Change) around(t *store.Tx, acc rail.Account, f rail.Facts, l rail.Lesson) error {
	if f.Inquiry != "" {
		c.task(TaskInquiry, f.Inquiry, c.Attempt.Amount)
	}
	if acc.DebitOnly && f.Funding == "credit" && len(l.Fresh) > 0 {
		c.task(TaskCredit, string(c.Attempt.ID), c.Attempt.Amount)
	}
	if c.Attempt.Failure == "recipient_deceased" {
		c.task(TaskDeceased, string(c.File.Case.ID), c.Attempt.Amount)
		if err := c.endInstruments(t); err != nil {
			return err
		}
	}
	return c.instrument(t, f)
}
