package directdebit

import (
	"context"
	"io"
	"strconv"

	"quitt/bank/pain"
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/rails"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Answer is what a bank's report came to.
type Answer struct {
	Run      mandates.Run
	Refused  int // debits of it that will not come
	Repeated int // of them, known before
}

// Hear takes in what the bank says of a file (pain.002): what it refuses ends before any money has
// moved. What it accepts changes nothing, for it may come back all the same. Heard again, nothing
// changes. NotFound "run_unknown" for a file that is none of the creditor's.
func (d Desk) Hear(ctx context.Context, creditor debt.ID, file io.Reader) (x Answer, err error) {
	said, err := pain.ReadReport(file)
	if err != nil {
		return x, debt.E(debt.Invalid, "report_unreadable", nil)
	}
	var lines []mandates.Debit
	var acc rails.Account
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		if x.Run, err = mandates.LoadRun(r, said.Original); err != nil {
			return err
		}
		if acc, err = rails.LoadAccount(r, x.Run.AccountID); err != nil {
			return err
		}
		lines, err = mandates.Debits(r, x.Run.ID)
		return err
	})
	if err != nil {
		return x, err
	}
	for _, l := range lines {
		status, why := said.Of(l.Batch, l.EndToEnd)
		if status != pain.Rejected {
			continue
		}
		fresh, err := d.refused(ctx, creditor, acc.Account, l, reason(why))
		if err != nil {
			return x, err
		}
		x.Refused++
		if !fresh {
			x.Repeated++
		}
	}
	return x, nil
}

// reason is the code of a refusal; banks may give words alone.
func reason(list []pain.Reason) string {
	for _, r := range list {
		if debt.IsCode(r.Code) {
			return r.Code
		}
	}
	return "other"
}

// refused ends a debit that no money will come of.
func (d Desk) refused(ctx context.Context, creditor debt.ID, acc rail.Account, l mandates.Debit, why string) (fresh bool, err error) {
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		f, err := t.LockOne(l.CaseID)
		if err != nil {
			return err
		}
		a, err := rails.LoadAttempt(&t.Reader, l.AttemptID)
		if err != nil {
			return err
		}
		if fresh = a.Status == debt.PaymentInFlight; !fresh {
			return nil // refused before, or the file was taken back
		}
		c, err := booking.Debited(t, booking.Debit{Account: acc, Attempt: l.AttemptID, Reason: why, File: f, Stamp: booking.Stamp(d.Now())})
		if err != nil {
			return err
		}
		return c.Save(t)
	})
	return fresh, err
}

// Moved is what a statement says of a debit: that it was credited, or that it came back.
type Moved struct {
	Account rail.Account
	Kind    rail.MoveKind // Paid or Withdrawn
	Amount  debt.Cents
	On      debt.Date
	Reason  string
}

// Book books what a statement says of the debit of an end-to-end id. ok is false where it is none
// of ours, and nothing is booked then; booking.ErrEarly is as said there.
func (d Desk) Book(ctx context.Context, creditor debt.ID, endToEnd string, m Moved) (ok bool, err error) {
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		l, found, err := mandates.FindDebit(&t.Reader, endToEnd)
		if ok = found; err != nil || !found {
			return err
		}
		f, err := t.LockOne(l.CaseID)
		if err != nil {
			return err
		}
		c, err := booking.Debited(t, booking.Debit{Account: m.Account, Attempt: l.AttemptID, Kind: m.Kind, Amount: m.Amount, On: m.On, Reason: m.Reason,
			File: f, Stamp: booking.Stamp(d.Now())})
		if err != nil {
			return err
		}
		return c.Save(t)
	})
	return ok, err
}
