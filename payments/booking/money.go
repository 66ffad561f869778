package booking

import (
	"slices"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
)

// money books the movements a look brought, in the order in which they moved, each as far as
// the ones before it leave the payment.
func (c *Change) money(t *store.Tx, l rail.Lesson) error {
	for _, m := range l.Pending {
		c.keep(m, rails.MovePending, "")
	}
	c.restate(l)
	overpaid := c.File.Account.Overpaid
	for _, m := range l.Fresh {
		why := c.why(m, l)
		switch {
		case why != "":
			c.suspend(m, why)
		case m.Kind == rail.Fee:
			c.apart(m, ledger.ProviderFee, feePostings(c.Source, m.Amount))
		default:
			if err := c.book(t, m); err != nil {
				return err
			}
		}
	}
	if now := c.File.Account.Overpaid; now != overpaid {
		c.task(TaskRefund, string(c.File.Case.ID), now)
	}
	return nil
}

// restate keeps what became known of movements heard of before.
func (c *Change) restate(l rail.Lesson) {
	for _, k := range c.Known {
		same := func(m rail.Move) bool { return m.Kind == k.Kind && m.ID == k.ID }
		if i := slices.IndexFunc(l.Numbers, same); i >= 0 {
			k.Transaction = l.Numbers[i].Transaction
			c.again = append(c.again, k)
		} else if slices.ContainsFunc(l.Gone, same) {
			k.State = rails.MoveVoid
			c.again = append(c.again, k)
		}
	}
}

// why says why a movement does not go to the case; "" if it does.
func (c *Change) why(m rail.Move, l rail.Lesson) string {
	first := func(k rail.Move) bool { return k.Kind == rail.Paid }
	switch {
	case m.Currency != "EUR":
		return rail.WhyCurrency
	case m.Kind == rail.Fee:
		return ""
	case l.Suspend != "":
		return l.Suspend
	case m.Kind == rail.Paid && slices.ContainsFunc(c.booked(), first):
		return rail.WhyTwice
	case m.Kind != rail.Paid && !slices.ContainsFunc(c.booked(), first):
		return rail.WhyNobody // it gives back what never came to the case
	case c.File.Case.Review == debt.ReviewRejected:
		return rail.WhyCase
	}
	return ""
}

// booked are the movements that count for the payment, those of this look too.
func (c *Change) booked() (list []rail.Move) {
	for _, m := range slices.Concat(c.Known, c.moves) {
		if m.State == rails.MoveBooked {
			list = append(list, m.Move)
		}
	}
	return list
}

// keep remembers a movement and where it went.
func (c *Change) keep(m rail.Move, state rails.MoveState, why string) {
	row := rails.Move{Move: m, RowID: c.Stamp.NewID(), AccountID: c.Attempt.AccountID, PaymentID: c.Attempt.ID, CaseID: c.Attempt.CaseID,
		State: state, Why: why, HeardAt: c.Stamp.At}
	c.moves = append(c.moves, row)
}

// suspend books money that belongs to no case yet: it is with the provider, and nobody's.
func (c *Change) suspend(m rail.Move, why string) {
	c.keep(m, rails.Suspended, why)
	if m.Currency == "EUR" {
		c.entries = append(c.entries, suspense(c.Stamp, c.Source, m))
	}
	c.task(TaskUnplaced, m.ID, m.Amount)
	c.event(debt.PaymentUnmatched, debt.Args{"payment": string(c.Payment.ID), "amount_cents": m.Amount, "reason": why})
}

// apart books an entry that no case's account shows.
func (c *Change) apart(m rail.Move, kind ledger.EntryKind, postings []ledger.Posting) {
	c.keep(m, rails.MoveBooked, "")
	c.entries = append(c.entries, apart(c.Stamp, kind, key{c.Source, m}, postings))
}

// book takes one movement of money into the payment and the case.
func (c *Change) book(t *store.Tx, m rail.Move) error {
	before := rail.OutcomeOf(c.booked())
	c.keep(m, rails.MoveBooked, "")
	o := rail.OutcomeOf(c.booked())
	p := c.Payment
	p.Returned, p.BookedAt = o.Returned, c.Stamp.At
	if !before.Paid {
		p.ReceivedOn = debt.Later(o.On, c.File.Account.FirstDay())
	}
	if err := c.allocate(t, p, m); err != nil {
		return err
	}
	if more := o.Excess - before.Excess; more != 0 {
		c.entries = append(c.entries, apart(c.Stamp, ledger.DoubleCredit, key{c.Source, m}, []ledger.Posting{
			{Account: debt.ClearingAccount, Provider: c.Source, Amount: -more},
			{Account: debt.InTransitAccount, Provider: c.Source, Amount: more},
		}))
		c.task(TaskExcess, string(p.ID), o.Excess)
	}
	steps, err := rail.Towards(&p, o.Status)
	if err != nil {
		return err
	}
	c.Payment, c.paid = p, true
	c.Attempt.Status, c.Attempt.Open, c.Attempt.URL = o.Status, false, ""
	c.axis()
	for _, s := range steps {
		c.event(s.Event, c.moved(m))
	}
	c.alarms(m)
	return nil
}

// allocate puts what is left of the payment onto the case's account.
func (c *Change) allocate(t *store.Tx, p debt.Payment, m rail.Move) error {
	first := m.Kind == rail.Paid
	if first && c.history == nil && !c.File.Account.NeedsHistory(p.ReceivedOn) {
		entries, account, err := c.File.Account.Settle(p, c.Stamp)
		if err == nil {
			c.entries, c.File.Account = append(c.entries, entries...), account
		}
		return err
	}
	if c.history == nil {
		h, err := t.LoadHistory(c.File)
		if err != nil {
			return err
		}
		h.Entries = append(h.Entries, slices.DeleteFunc(slices.Clone(c.entries), func(e ledger.Entry) bool { return e.CaseID == "" })...)
		c.history = &h
	}
	h := c.history
	var entries []ledger.Entry
	var err error
	c.remember(p)
	if first {
		entries, c.File.Account, err = h.Insert(p, c.Stamp)
	} else {
		entries, c.File.Account, err = h.Adjust(p, debt.Key{Source: c.Source, ExternalID: string(m.Kind) + "/" + m.ID}, c.Stamp)
	}
	if err != nil {
		return err
	}
	c.entries, h.Entries = append(c.entries, entries...), append(h.Entries, entries...)
	return nil
}

// remember puts the payment as it is now into the history.
func (c *Change) remember(p debt.Payment) {
	h := c.history
	if i := slices.IndexFunc(h.Payments, func(q debt.Payment) bool { return q.ID == p.ID }); i >= 0 {
		h.Payments[i] = p
		return
	}
	h.Payments = append(h.Payments, p)
}

// axis says on the case what its ledger says, and opens a case that was closed as paid.
func (c *Change) axis() {
	f := c.File
	balance, anyPaid := f.Account.Balance(), c.Payment.Net() > 0
	if c.history != nil {
		anyPaid = c.history.AnyPaid("")
	}
	f.Case.Paid(balance, anyPaid)
	if f.Case.Stage == debt.StageClosed && f.Case.CloseReason == "paid" && balance.Total() > 0 {
		if e, err := f.Case.Advance(debt.StageCollection, nil); err == nil {
			c.event(e.Type, e.Data)
			c.task(TaskReopened, string(f.Case.ID), balance.Total())
		}
	}
}

// moved is what an event says of a movement.
func (c *Change) moved(m rail.Move) debt.Args {
	p, b := c.Payment, c.File.Account.Balance()
	args := debt.Args{"payment": string(p.ID), "method": string(p.Method), "amount_cents": m.Amount, "received_on": p.ReceivedOn,
		"open_cents": b.Total(), "overpaid_cents": b.Overpaid, "fact": m.ID}
	if m.Kind == rail.Paid {
		args["allocation"] = ledger.AllocationsOf(c.entries, p.ID)
	}
	if m.Reason != "" {
		args["reason"] = m.Reason
	}
	return args
}

// alarms asks for a person where money went back.
func (c *Change) alarms(m rail.Move) {
	switch m.Kind {
	case rail.Withdrawn:
		c.task(TaskReturned, m.ID, m.Amount)
	case rail.RefundFailed:
		c.task(TaskRefundBack, m.ID, m.Amount)
	}
}
