// Package booking turns what a provider says of a payment into what changes here: of its
// case, of itself, of its money. All of it happens under the lock of the case, in the
// transaction of whoever asked; no provider is called.
package booking

import (
	"cmp"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/rails"
	"quitt/store/tasks"
)

// What a person has to look at, beside money that belongs to no case.
const (
	TaskRefund     tasks.Kind = "refund_overpayment"
	TaskReturned   tasks.Kind = "payment_returned"
	TaskExcess     tasks.Kind = "double_credit"
	TaskInquiry    tasks.Kind = "dispute_inquiry"
	TaskUnplaced   tasks.Kind = "unplaced_money"
	TaskRefundBack tasks.Kind = "refund_failed"
	TaskReopened   tasks.Kind = "case_reopened"
	TaskCredit     tasks.Kind = "credit_card_used"
	TaskDeceased   tasks.Kind = "debtor_deceased"
	TaskMandate    tasks.Kind = "mandate_lost"
	TaskObjected   tasks.Kind = "debit_objected"
	TaskProvider   tasks.Kind = "provider_refused"
	TaskDifference tasks.Kind = "reconciliation_difference"
)

// Change is what one look at a payment changes: of its case, itself, its money. It is made
// under the lock of the case and saved with others in one transaction.
type Change struct {
	Stamp   ledger.Stamp
	Source  string // of the account
	File    *store.File
	Attempt *rail.Attempt
	Payment debt.Payment // zero for a Setup
	Known   []rails.Move
	By      debt.Actor // who brought it about; the provider where it is zero

	history *ledger.History // read when an allocation needs it
	entries []ledger.Entry
	events  []debt.Event
	moves   []rails.Move
	again   []rails.Move // known before, and more of them now
	tasks   []tasks.Task
	paid    bool // the payment's row changes
}

// Stamp lends a booking the instant and new ids.
func Stamp(at time.Time) ledger.Stamp { return ledger.Stamp{At: at, NewID: store.NewID} }

// Load reads the payment of the attempt.
func (c *Change) Load(t *store.Tx) error {
	if c.Attempt.Kind == rail.Setup {
		return nil
	}
	list, err := t.LoadPayments([]debt.ID{c.Attempt.ID})
	c.Payment = list[c.Attempt.ID]
	return err
}

// To moves payment and attempt to a state without money.
func (c *Change) To(status debt.PaymentStatus) error {
	a := c.Attempt
	p := c.Payment
	if a.Kind == rail.Setup {
		p = debt.Payment{Status: a.Status}
	}
	steps, err := rail.Towards(&p, status)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if a.Kind != rail.Setup && s.Event != "" {
			c.event(s.Event, c.facts(s.To))
		}
	}
	a.Status, a.Open = status, rail.Blocks(status)
	if a.Kind != rail.Setup {
		c.Payment, c.paid = p, true
	}
	return nil
}

// facts are what an event says of a payment on its way.
func (c *Change) facts(to debt.PaymentStatus) debt.Args {
	args := debt.Args{"payment": string(c.Payment.ID), "method": string(c.Payment.Method), "amount_cents": c.Payment.Amount, "status": string(to)}
	if c.Attempt.Failure != "" && (to == debt.PaymentFailed || to == debt.PaymentCancelled) {
		args["reason"] = c.Attempt.Failure
	}
	if to == debt.PaymentInFlight && !c.Attempt.ExpectedOn.IsZero() {
		args["expected_on"] = c.Attempt.ExpectedOn
	}
	return args
}

func (c *Change) event(typ debt.EventType, data debt.Args) {
	e := c.File.Case.EventOf(typ, data)
	e.ID, e.At, e.Actor = c.Stamp.NewID(), c.Stamp.At, cmp.Or(c.By, debt.Actor{Kind: "provider"})
	if typ == debt.PaymentStartedEvent && c.Attempt.Kind != rail.Charge {
		e.Actor = cmp.Or(c.Attempt.By, debt.Actor{Kind: "debtor"})
	}
	c.events = append(c.events, e)
}

// task asks for a person.
func (c *Change) task(kind tasks.Kind, subject string, amount debt.Cents) {
	c.tasks = append(c.tasks, tasks.Task{ID: c.Stamp.NewID(), Kind: kind, Subject: subject, CaseID: c.File.Case.ID,
		PaymentID: c.Payment.ID, Amount: amount, OpenedAt: c.Stamp.At})
}

// Save writes one change.
func (c *Change) Save(t *store.Tx) error { return SaveAll(t, []*Change{c}) }

// SaveAll writes the changes of distinct cases.
func SaveAll(t *store.Tx, list []*Change) error {
	var bookings []store.Booking
	var paid []debt.Payment
	var attempts []rail.Attempt
	var moved []rails.Move
	for _, c := range list {
		// A payment that changed without an event raises the case's version all the same: views
		// of the case are kept as long as that stands.
		if len(c.entries)+len(c.events) > 0 || c.paid {
			bookings = append(bookings, store.Booking{File: c.File, Entries: c.entries, Events: c.events})
		}
		if c.paid {
			paid = append(paid, c.Payment)
		}
		if c.Attempt != nil {
			attempts = append(attempts, *c.Attempt)
		}
		moved = append(append(moved, c.moves...), c.again...)
	}
	if err := rails.SaveMoves(t, moved); err != nil {
		return err
	}
	if err := t.SavePayments(paid); err != nil {
		return err
	}
	if err := rails.SaveAttempts(t, attempts); err != nil {
		return err
	}
	if err := wake(t, attempts); err != nil {
		return err
	}
	for _, c := range list {
		for _, k := range c.tasks {
			keep := tasks.Set
			if k.Kind == TaskMandate { // it has no amount that could have come to zero
				keep = tasks.Open
			}
			if err := keep(t, k); err != nil {
				return err
			}
		}
	}
	if len(bookings) == 0 {
		return nil
	}
	return t.Book(bookings...)
}

// wake has the loop of collections look at the orders whose charges were heard of.
func wake(t *store.Tx, attempts []rail.Attempt) error {
	var charges []debt.ID
	for _, a := range attempts {
		if a.Purpose != "" && a.Status != debt.PaymentInFlight {
			charges = append(charges, a.ID)
		}
	}
	return orders.Wake(t, charges)
}
