package booking

import (
	"time"

	"quitt/bank/sepa"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/tasks"
)

// Debit is what a bank says of a direct debit that was handed in to it in a file of ours. Kind is
// Paid or Withdrawn, or "" where the bank refused it before any money moved. Its end-to-end id is
// the Intent of its attempt, and the identity of its movements: a credit that a statement names
// alone, in a sum or twice counts once.
type Debit struct {
	Account rail.Account
	Attempt debt.ID
	Kind    rail.MoveKind
	Amount  debt.Cents // of the movement, without what the bank took for a return
	On      debt.Date  // value day
	Reason  string     // why it was refused or came back, a code of the bank
	File    *store.File
	Stamp   ledger.Stamp
}

// ErrEarly says that a debit is said to have come back that is not said to have come: the
// statement before is missing, and the return waits for it.
var ErrEarly = debt.E(debt.Conflict, "debit_not_booked", nil)

// Debited takes it into the payment and its case; nothing is saved yet. Heard once more, it
// changes nothing. NotFound "attempt_unknown" for an order that went elsewhere.
func Debited(t *store.Tx, d Debit) (*Change, error) {
	a, err := rails.LoadAttempt(&t.Reader, d.Attempt)
	if err != nil || a.AccountID != d.Account.ID || a.CaseID != d.File.Case.ID {
		return nil, orUnknown(err)
	}
	known, err := rails.MovesOf(&t.Reader, []debt.ID{a.ID})
	if err != nil {
		return nil, err
	}
	c := &Change{Stamp: d.Stamp, Source: d.Account.Source(), File: d.File, Attempt: &a, Known: known[a.ID]}
	if err := c.Load(t); err != nil {
		return nil, err
	}
	facts, err := d.facts(a, c.booked())
	if err != nil {
		return nil, err
	}
	if err := c.Learn(t, d.Account, facts); err != nil {
		return nil, err
	}
	c.Attempt.DueAt = time.Time{} // nobody can be asked: the next statement tells
	return c, c.mandate(t, d.Reason)
}

func orUnknown(err error) error {
	if err == nil {
		err = debt.E(debt.NotFound, "attempt_unknown", nil)
	}
	return err
}

// facts words it like a provider's answer: all that is known of the order, and this.
func (d Debit) facts(a rail.Attempt, known []rail.Move) (rail.Facts, error) {
	f := rail.Facts{AskedAt: d.Stamp.At, External: d.Account.External, Live: d.Account.Live, Attempt: a.ID, Intent: a.Intent,
		State: rail.Settled, Amount: a.Amount, Currency: "EUR", Failure: d.Reason, Moves: known}
	if d.Kind == "" {
		f.State = rail.Failed
		return f, nil
	}
	came := false
	for _, m := range known {
		came = came || m.Kind == rail.Paid
	}
	if d.Kind == rail.Withdrawn && !came {
		return f, ErrEarly
	}
	f.Moves = append(f.Moves, rail.Move{Kind: d.Kind, ID: a.Intent, Amount: d.Amount, Currency: "EUR", On: d.On, At: d.On.Time(), Transaction: a.Intent,
		Reason: d.Reason})
	return f, nil
}

// deceased is the reason for which an account holder's death is given, where it is given at all.
const deceased = "MD07"

// mandate ends the mandate a reason of a bank ends, and all of somebody who has died. Where the
// reason is the payer's own word, a person asks what it means before anything is asked for again.
func (c *Change) mandate(t *store.Tx, reason string) error {
	why, _ := sepa.Reason(reason)
	if why.MayBeObjected {
		c.tasks = append(c.tasks, tasks.Task{ID: c.Stamp.NewID(), Kind: TaskObjected, Subject: string(c.Attempt.ID), CaseID: c.File.Case.ID,
			PaymentID: c.Payment.ID, Amount: c.Attempt.Amount, Reason: why.Code, OpenedAt: c.Stamp.At})
	}
	if !why.EndsMandate {
		return nil
	}
	if reason == deceased {
		c.task(TaskDeceased, string(c.File.Case.ID), c.Attempt.Amount)
		return c.endInstruments(t)
	}
	i, err := rails.LoadInstrument(&t.Reader, c.Attempt.Instrument)
	if err != nil || i.State == rail.Dead {
		return err
	}
	i.State = rail.Dead
	c.lost(i)
	_, err = rails.SaveInstrument(t, i)
	return err
}

// HandOver says that a reserved charge is in a file for the bank, under the name the bank will
// call it by.
func HandOver(t *store.Tx, f *store.File, a rail.Attempt, in Filed) error {
	a.Session, a.Intent, a.ExpectedOn = in.Batch, in.EndToEnd, in.On
	c := &Change{Stamp: in.Stamp, Source: in.Source, File: f, Attempt: &a}
	if err := c.Load(t); err != nil {
		return err
	}
	if err := c.To(debt.PaymentInFlight); err != nil {
		return err
	}
	a.DueAt, a.ExpiresAt = time.Time{}, time.Time{}
	return c.Save(t)
}

// Filed is where a charge is in a file.
type Filed struct {
	Batch, EndToEnd string
	On              debt.Date
	Source          string // of the account
	Stamp           ledger.Stamp
}

// TakeBack ends a charge whose file never was handed in: no money can come of it, and the order is
// charged under another name. Conflict "debit_answered": the bank has said something of it.
func TakeBack(t *store.Tx, f *store.File, id debt.ID, s ledger.Stamp) error {
	a, err := rails.LoadAttempt(&t.Reader, id)
	if err != nil {
		return err
	}
	if a.Status != debt.PaymentInFlight {
		return debt.E(debt.Conflict, "debit_answered", nil)
	}
	c := &Change{Stamp: s, File: f, Attempt: &a}
	if err := c.Load(t); err != nil {
		return err
	}
	event := c.Payment.CorrectTo(debt.PaymentCancelled)
	a.Status, a.Intent, a.Session, a.ExpectedOn, a.DueAt, a.Open = debt.PaymentCancelled, "", "", debt.Date{}, time.Time{}, false
	c.paid = true
	c.event(event, c.facts(debt.PaymentCancelled))
	return c.Save(t)
}
