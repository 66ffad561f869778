package payments

import (
	"context"
	"errors"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
)

// Collection asks for a stored card or mandate to be charged. Purpose is what for, unique per
// creditor and try, such as "plan/ID/3/1": the same purpose is never charged twice, however
// many schedulers ask.
type Collection struct {
	CreditorID, CaseID, InstrumentID debt.ID
	Purpose                          string
	Amount                           debt.Cents // at most what is open and not under way
	Reason, Language                 string
	// Allow, if set, is asked under the lock of the case how much may be taken at most; Kept is
	// called in the transaction that saves the charge.
	Allow func(t *store.Tx, f *store.File) (debt.Cents, error)
	Kept  func(t *store.Tx, a rail.Attempt) error
}

// What collections ask a person for; booking does too.
const (
	TaskMandate  = booking.TaskMandate
	TaskProvider = booking.TaskProvider
)

// CollectOn gives the day on which a sum due on a day is collected: banks settle on no other.
func CollectOn(due debt.Date) debt.Date { return collection.On(due) }

// Collect charges a stored card or mandate. What was collected for the same purpose before is
// given as it stands. Forbidden "nothing_to_collect": the claim is paid, or will be by what is
// under way. Conflict "attempt_open": the debtor is paying at this moment. Forbidden "instrument_unusable": the mandate is gone; nobody is called. A charge
// that only the debtor can complete ends failed with rail.NeedsDebtor.
func (r *Rail) Collect(ctx context.Context, c Collection) (rail.Attempt, error) {
	a, i, known, err := r.reserveCharge(ctx, c)
	if err != nil {
		return rail.Attempt{}, err
	}
	if known {
		return a, nil
	}
	acc, err := r.account(ctx, c.CreditorID, a.AccountID)
	if err != nil {
		return r.failed(ctx, rail.Account{CreditorID: c.CreditorID}, a, err)
	}
	facts, err := r.Providers[acc.Provider].Charge(ctx, acc, Order{Attempt: a, Instrument: i})
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		return r.failed(ctx, acc, a, err)
	}
	if a, err = r.learnOne(ctx, acc, heard{Facts: facts, attempt: a.ID}); err != nil || a.Status != debt.PaymentFailed {
		return a, err
	}
	// The provider would let it be completed later, beside a new one: it is closed. If that
	// does not work now, the money that might come is booked all the same.
	if err := r.Providers[acc.Provider].Cancel(ctx, acc, a); err != nil && !errors.Is(err, ErrRefused) {
		r.Log.Warn("a refused charge could not be closed", "attempt", string(a.ID), "error", err.Error())
	}
	return a, nil
}

// reserveCharge saves the attempt, or gives the one that serves the purpose already.
func (r *Rail) reserveCharge(ctx context.Context, c Collection) (a rail.Attempt, i rail.Instrument, known bool, err error) {
	now := r.Now()
	err = r.Store.Write(ctx, c.CreditorID, func(t *store.Tx) error {
		f, err := t.LockOne(c.CaseID)
		if err != nil {
			return err
		}
		ask := booking.Reservation{Instrument: c.InstrumentID, Purpose: c.Purpose, Amount: c.Amount, Reason: c.Reason, Language: c.Language}
		if c.Allow != nil {
			ask.Allow = func() (debt.Cents, error) { return c.Allow(t, f) }
		}
		if a, i, known, err = booking.Reserve(t, f, ask, now); err != nil || known || c.Kept == nil {
			return err
		}
		return c.Kept(t, a)
	})
	return a, i, known, err
}
