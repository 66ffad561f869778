package payments

import (
	"context"
	"errors"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/tasks"
)

// refundAfter is how many bank days a direct debit must have settled before it is given back:
// until then the debtor's bank may still return it, and the debtor would have it twice.
const refundAfter = 7

// RefundOrder asks for money back to the debtor who paid it. ID is the caller's: the same one
// is never refunded twice.
type RefundOrder struct {
	CreditorID, PaymentID, ID debt.ID
	Amount                    debt.Cents
	Overpaid                  bool // no more than the case was paid too much and nobody sends back yet
}

// Refund sends money back through the provider. Invalid "refund_too_large": not that much is
// left of the payment. Forbidden "refund_too_early": a direct debit may still be returned
// before that day. What became of the money is booked when the provider says so.
func (r *Rail) Refund(ctx context.Context, o RefundOrder) (rails.Refund, error) {
	f, a, again, err := r.reserveRefund(ctx, o)
	if err != nil || again {
		return f, err
	}
	acc, err := r.account(ctx, o.CreditorID, a.AccountID)
	if err != nil {
		return f, err // a loop calls it in a minute
	}
	return r.callRefund(ctx, acc, f, a)
}

// RefundOverpaid is Refund of what a debtor has paid too much in a case, out of his newest payment
// through a provider that holds so much. Forbidden "refund_by_hand" where there is none.
func (r *Rail) RefundOverpaid(ctx context.Context, creditor, caseID debt.ID, o RefundOrder) (rails.Refund, error) {
	o.CreditorID, o.Overpaid = creditor, true
	err := r.Store.Read(ctx, creditor, func(t *store.Reader) error {
		list, err := t.Payments(caseID)
		if err != nil {
			return err
		}
		for _, p := range slices.Backward(list) {
			if p.Net() < o.Amount {
				continue
			}
			_, err := rails.LoadAttempt(t, p.ID)
			if err == nil {
				o.PaymentID = p.ID
				return nil
			}
			if debt.KindOf(err) != debt.NotFound {
				return err
			}
		}
		return debt.E(debt.Forbidden, "refund_by_hand", nil)
	})
	if err != nil {
		return rails.Refund{}, err
	}
	return r.Refund(ctx, o)
}

// reserveRefund saves the order before its call.
func (r *Rail) reserveRefund(ctx context.Context, o RefundOrder) (f rails.Refund, a rail.Attempt, again bool, err error) {
	now := r.Now()
	err = r.Store.Write(ctx, o.CreditorID, func(t *store.Tx) error {
		if a, err = rails.LoadAttempt(&t.Reader, o.PaymentID); err != nil {
			return err
		}
		file, err := t.LockOne(a.CaseID)
		if err != nil {
			return err
		}
		earlier, err := rails.Refunds(&t.Reader, o.PaymentID)
		if err != nil {
			return err
		}
		for _, e := range earlier {
			if e.ID == o.ID {
				f, again = e, true
				return nil
			}
		}
		if o.Overpaid {
			left, err := booking.Refundable(&t.Reader, a.CaseID, file.Account.Overpaid)
			if err != nil {
				return err
			}
			if o.Amount > left {
				return debt.E(debt.Invalid, "refund_too_large", debt.Args{"most": left})
			}
		}
		moves, err := rails.MovesOf(&t.Reader, []debt.ID{o.PaymentID})
		if err != nil {
			return err
		}
		if err := mayRefund(a, moves[a.ID], earlier, refundAsked{o.Amount, debt.DateIn(now, debt.Berlin)}); err != nil {
			return err
		}
		f = rails.Refund{ID: o.ID, PaymentID: a.ID, CaseID: a.CaseID, Amount: o.Amount, State: rails.RefundCreated, StartedAt: now, DueAt: now.Add(time.Minute)}
		return rails.AddRefund(t, f)
	})
	return f, a, again, err
}

type refundAsked struct {
	amount debt.Cents
	on     debt.Date
}

// mayRefund holds an order against what is left of the payment: less than what went back and
// what is on its way back.
func mayRefund(a rail.Attempt, moves []rails.Move, earlier []rails.Refund, asked refundAsked) error {
	var left debt.Cents
	var settled debt.Date
	for _, m := range moves {
		if m.State != rails.MoveBooked && m.State != rails.MovePending {
			continue
		}
		left += m.Kind.Sign() * m.Amount
		if m.Kind == rail.Paid {
			settled = debt.DateIn(m.At, debt.Berlin)
		}
		if m.Kind == rail.Withdrawn {
			return debt.E(debt.Forbidden, "refund_disputed", nil)
		}
	}
	for _, e := range earlier {
		if e.State == rails.RefundCreated || e.State == rails.RefundUnknown {
			left -= e.Amount
		}
	}
	if asked.amount <= 0 || asked.amount > left {
		return debt.E(debt.Invalid, "refund_too_large", debt.Args{"most": max(left, 0)})
	}
	if a.Method == debt.MethodDirectDebit {
		from := settled
		for range refundAfter {
			from = CollectOn(from.AddDays(1))
		}
		if asked.on.Before(from) {
			return debt.E(debt.Forbidden, "refund_too_early", debt.Args{"day": from})
		}
	}
	return nil
}

// callRefund makes the call of a saved order and keeps how it went.
func (r *Rail) callRefund(ctx context.Context, acc rail.Account, f rails.Refund, a rail.Attempt) (rails.Refund, error) {
	err := r.Providers[acc.Provider].Refund(ctx, acc, Refund{ID: f.ID, Payment: a, Amount: f.Amount})
	ctx = context.WithoutCancel(ctx)
	now := r.Now()
	f.DueAt = time.Time{}
	switch {
	case err == nil:
		f.State = rails.RefundAsked
	case isOutcome(err) && now.Before(f.StartedAt.Add(rail.ResendFor)), errors.Is(err, ErrBusy):
		f.State = rails.RefundUnknown
		f.DueAt = rail.Attempt{Status: debt.PaymentUnknown, Looks: f.Looks}.Next(now)
		f.Looks++
	default:
		f.State, f.Failure = rails.RefundRefused, RefusalOf(err)
	}
	kept := r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error {
		if err := rails.SaveRefund(t, f); err != nil || f.State != rails.RefundRefused {
			return err
		}
		// Whoever asked may not be there any more: a loop may have made the call.
		return tasks.Open(t, tasks.Task{ID: store.NewID(), Kind: booking.TaskProvider, Subject: string(f.ID), CaseID: f.CaseID,
			PaymentID: f.PaymentID, Amount: f.Amount, Reason: f.Failure, OpenedAt: now})
	})
	if err == nil && kept == nil {
		_, err = r.look(ctx, acc, a) // the money is booked by what the provider says of it
		return f, err
	}
	return f, errors.Join(err, kept)
}

// CallRefunds calls the creditor's refunds again whose fate is unknown, under their own keys.
// It gives how many; a loop calls it.
func (r *Rail) CallRefunds(ctx context.Context, creditor debt.ID) (int, error) {
	now := r.Now()
	waits := false
	err := r.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
		waits, err = rails.AnyRefundDue(t, now)
		return err
	})
	if err != nil || !waits {
		return 0, err
	}
	var due []rails.Refund
	err = r.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		due, err = rails.ClaimRefunds(t, looksAtOnce, now, now.Add(lease))
		return err
	})
	errs := []error{err}
	for _, f := range due {
		errs = append(errs, r.recall(ctx, creditor, f))
	}
	return len(due), errors.Join(errs...)
}

func (r *Rail) recall(ctx context.Context, creditor debt.ID, f rails.Refund) error {
	a, err := r.Attempt(ctx, creditor, f.CaseID, f.PaymentID)
	if err != nil {
		return err
	}
	acc, err := r.account(ctx, creditor, a.AccountID)
	if err == nil {
		_, err = r.callRefund(ctx, acc, f, a)
	}
	return err
}
