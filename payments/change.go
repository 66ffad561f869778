package payments

import (
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
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
	TaskProvider   tasks.Kind = "provider_refused"
	TaskDifference tasks.Kind = "reconciliation_difference"
)

// change is what one look at a payment changes: of its case, itself, its money. It is made
// under the lock of the case and saved with others in one transaction.
type change struct {
	stamp   ledger.Stamp
	source  string // of the account
	file    *store.File
	attempt *rail.Attempt
	payment debt.Payment // zero for a Setup
	known   []rails.Move

	history *ledger.History // read when an allocation needs it
	entries []ledger.Entry
	events  []debt.Event
	moves   []rails.Move
	tasks   []tasks.Task
	paid    bool // the payment's row changes
}

func stampOf(at time.Time) ledger.Stamp { return ledger.Stamp{At: at, NewID: store.NewID} }

// load reads the payment of the attempt.
func (c *change) load(t *store.Tx) error {
	if c.attempt.Kind == rail.Setup {
		return nil
	}
	list, err := t.LoadPayments([]debt.ID{c.attempt.ID})
	c.payment = list[c.attempt.ID]
	return err
}

// to moves payment and attempt to a state without money.
func (c *change) to(status debt.PaymentStatus) error {
	a := c.attempt
	p := c.payment
	if a.Kind == rail.Setup {
		p = debt.Payment{Status: a.Status}
	}
	steps, err := rail.Towards(&p, status)
	if err != nil {
		return err
	}
	if status == debt.PaymentInFlight && !a.ExpectedOn.IsZero() {
		p.ReceivedOn = a.ExpectedOn
	}
	for _, s := range steps {
		if a.Kind != rail.Setup && s.Event != "" {
			c.event(s.Event, c.facts(s.To))
		}
	}
	a.Status, a.Open = status, rail.Blocks(status)
	if a.Kind != rail.Setup {
		c.payment, c.paid = p, true
	}
	return nil
}

// facts are what an event says of a payment on its way.
func (c *change) facts(to debt.PaymentStatus) debt.Args {
	args := debt.Args{"payment": string(c.payment.ID), "method": string(c.payment.Method), "amount_cents": c.payment.Amount, "status": string(to)}
	if c.attempt.Failure != "" && (to == debt.PaymentFailed || to == debt.PaymentCancelled) {
		args["reason"] = c.attempt.Failure
	}
	if to == debt.PaymentInFlight && !c.attempt.ExpectedOn.IsZero() {
		args["expected_on"] = c.attempt.ExpectedOn
	}
	return args
}

func (c *change) event(typ debt.EventType, data debt.Args) {
	e := c.file.Case.EventOf(typ, data)
	e.ID, e.At, e.Actor = c.stamp.NewID(), c.stamp.At, debt.Actor{Kind: "provider"}
	c.events = append(c.events, e)
}

// task asks for a person.
func (c *change) task(kind tasks.Kind, subject string, amount debt.Cents) {
	c.tasks = append(c.tasks, tasks.Task{ID: c.stamp.NewID(), Kind: kind, Subject: subject, CaseID: c.file.Case.ID,
		PaymentID: c.payment.ID, Amount: amount, OpenedAt: c.stamp.At})
}

// save writes one change.
func (c *change) save(t *store.Tx) error { return saveAll(t, []*change{c}) }

// saveAll writes the changes of distinct cases.
func saveAll(t *store.Tx, list []*change) error {
	var bookings []store.Booking
	var paid []debt.Payment
	var attempts []rail.Attempt
	var moved []rails.Move
	for _, c := range list {
		if len(c.entries)+len(c.events) > 0 {
			bookings = append(bookings, store.Booking{File: c.file, Entries: c.entries, Events: c.events})
		}
		if c.paid {
			paid = append(paid, c.payment)
		}
		if c.attempt != nil {
			attempts = append(attempts, *c.attempt)
		}
		moved = append(moved, c.moves...)
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
	for _, c := range list {
		for _, k := range c.tasks {
			if err := tasks.Set(t, k); err != nil {
				return err
			}
		}
	}
	if len(bookings) == 0 {
		return nil
	}
	return t.Book(bookings...)
}
