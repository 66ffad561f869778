// Package ours knows the lines of statements that are about direct debits of our own: nothing has
// to be guessed of them, and their payments are there since their file was handed in.
package ours

import (
	"errors"
	"slices"
	"strconv"
	"time"

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

// Find gives the debit a line is about; ok is false where it is about none of ours.
func Find(r *store.Reader, l statements.Line) (d mandates.Debit, ok bool, err error) {
	name := statements.Number(l.Said.EndToEnd.Reveal())
	if l.Currency != "EUR" || !mandate.IsKey(name) {
		return d, false, nil
	}
	return mandates.FindDebit(r, name)
}

// Credit is a line that credits a debit of ours.
type Credit struct {
	Line  statements.Line
	Debit mandates.Debit
}

// Apart tells the lines that credit debits of ours from those of which it has to be found out
// whose they are.
func Apart(r *store.Reader, lines []statements.Line) (ours []Credit, others []statements.Line, err error) {
	for _, l := range lines {
		d, ok, err := Find(r, l)
		if err != nil {
			return nil, nil, err
		}
		if ok {
			ours = append(ours, Credit{l, d})
		} else {
			others = append(others, l)
		}
	}
	return ours, others, nil
}

// groups is how many groups of a sum are looked at.
const groups = 16

// Batch finds the group of a file of ours that a sum credits: its parts are known without a
// report of the bank.
func Batch(r *store.Reader, acc rail.Account, l statements.Line) (parts []mandates.Debit, err error) {
	names, err := mandates.OfSum(r, acc.ID, l.Amount, groups)
	if err != nil || len(names) == 0 {
		return nil, err
	}
	keys, err := statements.KeysOf(r)
	for _, name := range names {
		if err == nil && keys.Hash("batch", acc.External, strconv.FormatInt(int64(l.Amount), 10), name) == l.Batch {
			parts, err = mandates.OfBatch(r, name)
		}
	}
	return parts, err
}

// ErrHeard says that the movement of a debit is known already.
var ErrHeard = errors.New("the debit has this movement")

// Book takes a movement into a debit under the lock of its case and saves it; the row of the
// movement is given.
func Book(t *store.Tx, d mandates.Debit, in booking.Debit, now time.Time) (rails.Move, error) {
	f, err := t.LockOne(d.CaseID)
	if err != nil {
		return rails.Move{}, err
	}
	known, err := rails.MovesOf(&t.Reader, []debt.ID{d.AttemptID})
	if err != nil {
		return rails.Move{}, err
	}
	if slices.ContainsFunc(known[d.AttemptID], func(m rails.Move) bool { return m.Kind == in.Kind && m.ID == d.EndToEnd }) {
		return rails.Move{}, ErrHeard
	}
	in.Attempt, in.File, in.Stamp = d.AttemptID, f, booking.Stamp(now)
	c, err := booking.Debited(t, in)
	if err != nil {
		return rails.Move{}, err
	}
	return c.Made(), c.Save(t)
}

// Credited books a line to the debit it credits and says with it where its money went. Of another
// amount than was asked for, it lies with nobody until a person looks.
func Credited(t *store.Tx, acc rail.Account, c *Credit, now time.Time) error {
	l, d := &c.Line, c.Debit
	m, err := Book(t, d, booking.Debit{Account: acc, Kind: rail.Paid, Amount: l.Amount, On: l.ValueOn}, now)
	if err != nil {
		return err
	}
	l.State, l.CaseID, l.PaymentID, l.MoveID = statements.Paid, d.CaseID, d.AttemptID, m.RowID
	if m.State == rails.Suspended {
		l.State, l.Reason, l.PaymentID = statements.Suspended, m.Why, ""
	}
	return nil
}

// Back is a return, with what the bank took for it.
type Back struct {
	Debit  mandates.Debit
	Amount debt.Cents
	Fee    rail.Move
	Now    time.Time
	Task   tasks.Task // that is settled by it
}

// Returned books a return to its debit and the fee apart, and says so with the line.
func Returned(t *store.Tx, acc rail.Account, l *statements.Line, b Back) error {
	d := b.Debit
	m, err := Book(t, d, booking.Debit{Account: acc, Kind: rail.Withdrawn, Amount: b.Amount, On: l.ValueOn, Reason: l.Reason}, b.Now)
	if err != nil {
		return err
	}
	if l.Fee = b.Fee.Amount; l.Fee != 0 {
		if err := booking.Unplaced(t, acc, b.Fee, b.Now); err != nil {
			return err
		}
	}
	l.State, l.CaseID, l.PaymentID, l.MoveID = statements.Returned, d.CaseID, d.AttemptID, m.RowID
	return tasks.End(t, b.Task, "settled", b.Now)
}

// Books is where is read and written.
type Books struct {
	Read  func(func(*store.Reader) error) error
	Write func(func(*store.Tx) error) error
	Now   func() time.Time

	Account func(debt.ID) (rail.Account, error)
}

// BookBatch books the parts of a sum that credits a group of a file of ours, each for itself:
// after a crash those that were booked are known. ok is false where it credits none.
func BookBatch(b Books, l statements.Line) (ok bool, err error) {
	acc, err := b.Account(l.AccountID)
	if err != nil {
		return false, err
	}
	var parts []mandates.Debit
	err = b.Read(func(r *store.Reader) (err error) {
		parts, err = Batch(r, acc, l)
		return err
	})
	for _, d := range parts {
		if err != nil {
			break
		}
		err = b.Write(func(t *store.Tx) error {
			_, err := Book(t, d, booking.Debit{Account: acc, Kind: rail.Paid, Amount: d.Amount, On: l.ValueOn}, b.Now())
			return err
		})
		if errors.Is(err, ErrHeard) {
			err = nil
		}
	}
	return len(parts) > 0, err
}
