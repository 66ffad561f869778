package payments

import (
	"context"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
)

// Look asks the provider about a case's attempt and gives it as it stands then. It is what a
// debtor's return from the provider's page calls; an attempt that is over is not asked for.
// NotFound "attempt_unknown": it is of another case, or there is none.
func (r *Rail) Look(ctx context.Context, creditor, caseID, attempt debt.ID) (rail.Attempt, error) {
	a, err := r.Attempt(ctx, creditor, caseID, attempt)
	if err != nil || !rail.Blocks(a.Status) && a.Status != debt.PaymentInFlight {
		return a, err
	}
	if r.Now().Sub(a.AskedAt) < lookPause {
		return a, nil
	}
	acc, err := r.account(ctx, creditor, a.AccountID)
	if err != nil {
		return a, err
	}
	return r.look(ctx, acc, a)
}

// lookPause is how old an answer of the provider may be for a debtor who waits.
const lookPause = 2 * time.Second

// Attempt reads a case's attempt as it is known.
func (r *Rail) Attempt(ctx context.Context, creditor, caseID, attempt debt.ID) (a rail.Attempt, err error) {
	err = r.Store.Read(ctx, creditor, func(t *store.Reader) error {
		if a, err = rails.LoadAttempt(t, attempt); err == nil && a.CaseID != caseID {
			return debt.E(debt.NotFound, "attempt_unknown", nil)
		}
		return err
	})
	if err != nil {
		return rail.Attempt{}, err
	}
	return a, nil
}

// look asks for everything about an attempt and books it. One whose fate is unknown is looked
// for; what the provider does not know is asked for again under its key, as long as the key
// is good, and is over after that.
func (r *Rail) look(ctx context.Context, acc rail.Account, a rail.Attempt) (rail.Attempt, error) {
	p := r.Providers[acc.Provider]
	ref, err := refOf(a), error(nil)
	if ref.ID == "" {
		ref, err = p.Find(ctx, acc, a)
	}
	var facts rail.Facts
	switch {
	case err == nil:
		facts, err = p.Fetch(ctx, acc, ref)
	case errors.Is(err, ErrNoObject) && a.MayResend(r.Now()):
		facts, err = r.resend(ctx, acc, a)
	case errors.Is(err, ErrNoObject):
		return r.settleUnknown(ctx, acc, a, debt.PaymentExpired, "")
	}
	if errors.Is(err, ErrRefused) {
		return r.settleUnknown(ctx, acc, a, debt.PaymentCancelled, RefusalOf(err))
	}
	if err != nil {
		return a, errors.Join(err, r.postpone(ctx, acc, a))
	}
	return r.learnOne(ctx, acc, heard{Facts: facts, attempt: a.ID})
}

func refOf(a rail.Attempt) rail.Ref {
	switch {
	case a.Session != "":
		return rail.Ref{Kind: rail.SessionRef, ID: a.Session}
	case a.Intent != "":
		return rail.Ref{Kind: rail.IntentRef, ID: a.Intent}
	}
	return rail.Ref{}
}

// resend makes the call of an attempt again, the same to the letter.
func (r *Rail) resend(ctx context.Context, acc rail.Account, a rail.Attempt) (rail.Facts, error) {
	o := Order{Attempt: a}
	if a.Kind != rail.Charge {
		return r.Providers[acc.Provider].Checkout(ctx, acc, o)
	}
	err := r.Store.Read(ctx, acc.CreditorID, func(t *store.Reader) (err error) {
		o.Instrument, err = rails.LoadInstrument(t, a.Instrument)
		return err
	})
	if err != nil {
		return rail.Facts{}, err
	}
	return r.Providers[acc.Provider].Charge(ctx, acc, o)
}

// settleUnknown ends an attempt the provider never took.
func (r *Rail) settleUnknown(ctx context.Context, acc rail.Account, a rail.Attempt, to debt.PaymentStatus, failure string) (rail.Attempt, error) {
	return r.under(ctx, acc, a, func(t *store.Tx, f *store.File, kept *rail.Attempt) error {
		if kept.Status != debt.PaymentCreated && kept.Status != debt.PaymentUnknown {
			return nil
		}
		kept.Failure = failure
		return r.shift(t, f, kept, to)
	})
}

// postpone keeps that a look found nothing out. An attempt that was never answered is unknown
// from now on.
func (r *Rail) postpone(ctx context.Context, acc rail.Account, a rail.Attempt) error {
	_, err := r.under(ctx, acc, a, func(t *store.Tx, f *store.File, kept *rail.Attempt) error {
		if kept.Status == debt.PaymentCreated {
			return r.shift(t, f, kept, debt.PaymentUnknown)
		}
		kept.Looks++
		kept.DueAt = kept.Next(r.Now())
		return rails.SaveAttempts(t, []rail.Attempt{*kept})
	})
	return err
}

// under changes an attempt under the lock of its case and gives it as it is then.
func (r *Rail) under(ctx context.Context, acc rail.Account, a rail.Attempt, do func(*store.Tx, *store.File, *rail.Attempt) error) (rail.Attempt, error) {
	ctx = context.WithoutCancel(ctx)
	var kept rail.Attempt
	err := r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error {
		f, err := t.LockOne(a.CaseID)
		if err != nil {
			return err
		}
		if kept, err = rails.LoadAttempt(&t.Reader, a.ID); err != nil {
			return err
		}
		return do(t, f, &kept)
	})
	if err != nil {
		return a, err
	}
	return kept, nil
}

const (
	looksAtOnce = 32
	// lease is how long a process may take for what it has claimed.
	lease = 2 * time.Minute
)

// LookDue looks at the creditor's attempts that are due: those whose fate is unknown, those
// that are with a debtor, and debits under way. It gives how many it looked at; a loop calls it.
func (r *Rail) LookDue(ctx context.Context, creditor debt.ID) (int, error) {
	now := r.Now()
	var due []rail.Attempt
	waits := false
	err := r.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
		waits, err = rails.AnyAttemptDue(t, now)
		return err
	})
	if err != nil || !waits {
		return 0, err
	}
	err = r.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		due, err = rails.ClaimDue(t, looksAtOnce, now, now.Add(lease))
		return err
	})
	var errs []error
	for _, a := range due {
		acc, err := r.account(ctx, creditor, a.AccountID)
		if err == nil {
			_, err = r.look(ctx, acc, a)
		}
		errs = append(errs, err)
	}
	return len(due), errors.Join(append(errs, err)...)
}
