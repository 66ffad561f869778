package booking

import (
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/tasks"
)

// Placing is money nobody could place, and where a person says it belongs.
type Placing struct {
	Account rail.Account
	Move    rails.Move
	File    *store.File // locked
	Method  debt.Method
	Stamp   ledger.Stamp
}

// Place takes a movement out of suspense and books it to a case, as a payment of its own. The
// movement stays with the order it came with, if it came with one: what the provider says of
// that order later changes nothing here.
func Place(t *store.Tx, p Placing) (debt.Payment, error) {
	m, f := p.Move, p.File
	pay := debt.Payment{ID: p.Stamp.NewID(), CaseID: f.Case.ID, Method: p.Method, Status: debt.PaymentCreated, Amount: incoming(m),
		ReceivedOn: debt.Later(m.On, f.Account.FirstDay()), Source: p.Account.Source(), ExternalID: "place/" + string(m.RowID), BookedAt: p.Stamp.At}
	switch {
	case m.State != rails.Suspended:
		return pay, debt.E(debt.Conflict, "move_not_suspended", nil)
	case m.Currency != "EUR" || pay.Amount <= 0:
		return pay, debt.E(debt.Forbidden, "move_not_placeable", nil)
	case f.Case.Review == debt.ReviewRejected:
		return pay, debt.E(debt.Forbidden, "case_rejected", nil)
	}
	if err := pay.Validate(); err != nil {
		return pay, err
	}
	held, err := rails.SuspenseOf(&t.Reader, p.Account.Source(), m)
	if err != nil {
		return pay, err
	}
	event, err := pay.To(debt.PaymentSucceeded)
	if err != nil {
		return pay, err
	}
	c := &Change{Stamp: p.Stamp, Source: pay.Source, File: f, Payment: pay, paid: true}
	counter := suspense(p.Stamp, pay.Source, m.Move)
	counter.Kind, counter.ExternalID, counter.Corrects = ledger.CounterOf, pay.ExternalID, held
	for i := range counter.Postings {
		counter.Postings[i].Amount = -counter.Postings[i].Amount
	}
	overpaid := f.Account.Overpaid
	if err := c.allocate(t, pay, rail.Move{Kind: rail.Paid}); err != nil {
		return pay, err
	}
	c.axis()
	args := c.moved(rail.Move{Kind: rail.Paid, ID: m.ID, Amount: pay.Amount})
	c.event(event, args)
	c.entries = append(c.entries, counter)
	if now := f.Account.Overpaid; now != overpaid {
		c.task(TaskRefund, string(f.Case.ID), now)
	}
	if m.PaymentID == "" {
		m.PaymentID = pay.ID
	}
	m.CaseID, m.State, m.Why = f.Case.ID, rails.MovePlaced, ""
	c.moves = []rails.Move{m}
	if err := c.Save(t); err != nil {
		return pay, err
	}
	return pay, tasks.End(t, tasks.Task{Kind: TaskUnplaced, Subject: m.ID}, "placed", p.Stamp.At)
}

// incoming is what a movement brought; not positive for one that took.
func incoming(m rails.Move) debt.Cents {
	if m.Kind == rails.OtherMove {
		return m.Amount // its amount is signed
	}
	return m.Kind.Sign() * m.Amount
}
