package booking

import (
	"strconv"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/tasks"
)

// Arrival is money that came in and is known to belong to a case. Payment has its method, its
// key and what it is for; the rest of it follows from the movement.
type Arrival struct {
	Account rail.Account
	Move    rail.Move
	File    *store.File // locked
	Payment debt.Payment
	Stamp   ledger.Stamp
	By      debt.Actor // who says so; the provider or bank where it is zero
}

// Arrive books it as a payment of its own; nothing is saved yet. Forbidden "case_rejected".
func Arrive(t *store.Tx, a Arrival) (*Change, error) {
	p, m := a.Payment, a.Move
	p.ID, p.CaseID, p.Status, p.Amount, p.BookedAt = a.Stamp.NewID(), a.File.Case.ID, debt.PaymentCreated, m.Amount, a.Stamp.At
	p.Source, p.ReceivedOn = a.Account.Source(), debt.Later(m.On, a.File.Account.FirstDay())
	c := &Change{Stamp: a.Stamp, Source: p.Source, File: a.File, Payment: p, By: a.By, paid: true}
	c.moves = []rails.Move{{Move: m, RowID: a.Stamp.NewID(), AccountID: a.Account.ID, PaymentID: p.ID, CaseID: p.CaseID, State: rails.MoveBooked, HeardAt: a.Stamp.At}}
	return c, c.arrive(t, m.ID)
}

// arrive allocates the change's new payment to its case.
func (c *Change) arrive(t *store.Tx, fact string) error {
	if c.File.Case.Review == debt.ReviewRejected {
		return debt.E(debt.Forbidden, "case_rejected", nil)
	}
	if err := c.Payment.Validate(); err != nil {
		return err
	}
	event, err := c.Payment.To(debt.PaymentSucceeded)
	if err != nil {
		return err
	}
	overpaid := c.File.Account.Overpaid
	if err := c.allocate(t, c.Payment, rail.Move{Kind: rail.Paid}); err != nil {
		return err
	}
	c.axis()
	c.event(event, c.moved(rail.Move{Kind: rail.Paid, ID: fact, Amount: c.Payment.Amount}))
	if now := c.File.Account.Overpaid; now != overpaid {
		c.task(TaskRefund, string(c.File.Case.ID), now)
	}
	return nil
}

// Made is the movement the change keeps first, with its row.
func (c *Change) Made() rails.Move { return c.moves[0] }

// Returning is money that went back out of a payment, or came again.
type Returning struct {
	Account rail.Account
	Payment debt.Payment
	Known   []rails.Move // all of the payment
	Move    rail.Move
	File    *store.File // locked
	Stamp   ledger.Stamp
	By      debt.Actor
}

// Return takes a movement into a payment that is booked; nothing is saved yet. Its own money
// counts as it was booked, whoever placed it and however it was split.
func Return(t *store.Tx, r Returning) (*Change, error) {
	p := r.Payment
	known := []rails.Move{{State: rails.MoveBooked, Move: rail.Move{Kind: rail.Paid, ID: string(p.ID), Amount: p.Amount, Currency: "EUR", On: p.ReceivedOn}}}
	for _, k := range r.Known {
		if k.Kind != rail.Paid && k.Kind != rails.OtherMove {
			known = append(known, k)
		}
	}
	c := &Change{Stamp: r.Stamp, Source: r.Account.Source(), File: r.File, Payment: p, Known: known, By: r.By,
		Attempt: &rail.Attempt{ID: p.ID, AccountID: r.Account.ID, CaseID: p.CaseID}}
	overpaid := c.File.Account.Overpaid
	if err := c.book(t, r.Move); err != nil {
		return nil, err
	}
	if now := c.File.Account.Overpaid; now != overpaid {
		c.task(TaskRefund, string(c.File.Case.ID), now)
	}
	c.Attempt = nil // there is no order to a provider
	return c, nil
}

// Share is a part of suspended money, and where a person says it belongs.
type Share struct {
	File   *store.File // locked
	Amount debt.Cents
}

// PlaceShares takes a movement out of suspense and books all of it, each share to its case as a
// payment of its own. The movement stays with the order it came with, if it came with one: what
// the provider says of that order later changes nothing here. Invalid "shares_differ" where the
// shares are not all of it.
func PlaceShares(t *store.Tx, p Placing, shares []Share) ([]debt.Payment, error) {
	m := p.Move
	if m.State != rails.Suspended {
		return nil, debt.E(debt.Conflict, "move_not_suspended", nil)
	}
	if m.Currency != "EUR" || incoming(m) <= 0 || m.Why == rail.WhyReturned || m.Why == rail.WhyGiveBack {
		return nil, debt.E(debt.Forbidden, "move_not_placeable", nil)
	}
	held, err := rails.SuspenseOf(&t.Reader, p.Account.Source(), m)
	if err != nil {
		return nil, err
	}
	counter := suspense(p.Stamp, p.Account.Source(), m.Move)
	counter.Kind, counter.ExternalID, counter.Corrects = ledger.CounterOf, "place/"+string(m.RowID), held
	for i := range counter.Postings {
		counter.Postings[i].Amount = -counter.Postings[i].Amount
	}
	changes, pays, left := make([]*Change, len(shares)), make([]debt.Payment, len(shares)), incoming(m)
	for i, s := range shares {
		pay := debt.Payment{ID: p.Stamp.NewID(), CaseID: s.File.Case.ID, Method: p.Method, Status: debt.PaymentCreated, Amount: s.Amount,
			ReceivedOn: debt.Later(m.On, s.File.Account.FirstDay()), Source: p.Account.Source(), ExternalID: counter.ExternalID, BookedAt: p.Stamp.At}
		if i > 0 {
			pay.ExternalID += "/" + strconv.Itoa(i+1)
		}
		c := &Change{Stamp: p.Stamp, Source: pay.Source, File: s.File, Payment: pay, By: p.By, paid: true}
		if err := c.arrive(t, m.ID); err != nil {
			return nil, err
		}
		changes[i], pays[i], left = c, c.Payment, left-s.Amount
	}
	if left != 0 || len(shares) == 0 {
		return nil, debt.E(debt.Invalid, "shares_differ", debt.Args{"left": left})
	}
	if m.PaymentID == "" {
		m.PaymentID = pays[0].ID
	}
	m.CaseID, m.State, m.Why = pays[0].CaseID, rails.MovePlaced, ""
	changes[0].entries, changes[0].moves = append(changes[0].entries, counter), []rails.Move{m}
	if err := SaveAll(t, changes); err != nil {
		return nil, err
	}
	return pays, tasks.End(t, tasks.Task{Kind: TaskUnplaced, Subject: m.ID}, "placed", p.Stamp.At)
}
