package payments

import (
	"context"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/rails"
)

// Smallest is the least a debtor may pay through a provider, unless less is open.
const Smallest debt.Cents = 1_00

// LargestDebit is the most one direct debit may take; above it the debtor pays by transfer or
// in parts.
const LargestDebit debt.Cents = 10_000_00

// StartsADay bounds the pages one case may open in 24 hours: far more than a person needs, and
// no way to try stolen cards or to use up what the provider allows.
const StartsADay = 30

// Wish is what a debtor wants to pay.
type Wish struct {
	CreditorID, CaseID debt.ID
	Amount             debt.Cents // 0 only with Setup
	Method             debt.Method
	Save               bool // keep card or mandate for instalments
	Setup              bool // only keep it
	Anyway             bool // although a debit is under way: the debtor was told and insists
	Language, Reason   string
	By                 debt.Actor                                // who began it; the debtor himself where it is zero
	Designation        []debt.Target                             // what it is for, where the debtor says so (BGB § 366 I)
	Pages              func(attempt debt.ID) (done, back string) // our pages the provider leads to
}

// Offer is what a debtor may do now.
type Offer struct {
	Methods  []debt.Method // none: only the bank's way is open
	Payable  debt.Cents    // what is open today
	InFlight debt.Cents    // of it, what is under way
	Running  rail.Attempt  // one that is open or being checked; its ID is "" without
}

// Rest is what may be paid without paying twice what is under way.
func (o Offer) Rest() debt.Cents { return max(o.Payable-o.InFlight, 0) }

// Offer tells what a case's debtor may do. payable is what is open today.
func (r *Rail) Offer(ctx context.Context, creditor, caseID debt.ID, payable debt.Cents) (Offer, error) {
	o := Offer{Payable: payable}
	err := r.Store.Read(ctx, creditor, func(t *store.Reader) error {
		kept, err := rails.OpenAccount(t)
		if err == nil {
			if _, err = r.unlocked(kept); err == nil {
				o.Methods = kept.Methods
			}
		}
		if err != nil && debt.KindOf(err) == "" {
			return err // a missing account or key leaves the bank's way
		}
		list, err := rails.AttemptsOf(t, caseID)
		for _, a := range list {
			switch {
			case rail.Blocks(a.Status):
				o.Running = a
			case a.Status == debt.PaymentInFlight:
				o.InFlight += a.Amount
			}
		}
		return err
	})
	return o, err
}

// Start opens the provider's page for a wish, or gives the one that is open for the same wish
// already: however often and from wherever it is asked, a case has one page at a time. An
// open page for another wish is closed first. While it is being found out what became of an
// earlier payment, it is Conflict "payment_being_checked"; while a debit is under way,
// Conflict "payment_in_flight" unless the wish insists; when another request is at it this
// very moment, Conflict "payment_starting"; and after StartsADay, Forbidden "payment_too_often".
func (r *Rail) Start(ctx context.Context, w Wish) (rail.Attempt, error) {
	acc, err := r.openAccount(ctx, w.CreditorID)
	if err != nil {
		return rail.Attempt{}, err
	}
	if err := w.check(acc); err != nil {
		return rail.Attempt{}, err
	}
	for range maxSupersede {
		a, old, err := r.reserve(ctx, acc, w)
		switch {
		case err != nil:
			return rail.Attempt{}, err
		case old.ID != "":
			if err := r.supersede(ctx, acc, old); err != nil {
				return rail.Attempt{}, err
			}
			continue
		case a.Status != debt.PaymentCreated:
			return a, nil
		}
		return r.open(ctx, acc, a)
	}
	return rail.Attempt{}, debt.E(debt.Conflict, "payment_starting", nil)
}

// maxSupersede bounds how many open pages one start closes: others may open new ones meanwhile.
const maxSupersede = 3

func (w Wish) check(a rail.Account) error {
	switch {
	case !a.Offers(w.Method):
		return debt.E(debt.Invalid, "payment_method_not_offered", nil)
	case w.Setup:
		return nil
	case w.Method == debt.MethodDirectDebit && w.Amount > LargestDebit:
		return debt.E(debt.Invalid, "debit_too_large", debt.Args{"most": LargestDebit})
	}
	return nil
}

// reserve saves the attempt, or gives the open one that serves the same wish, or in old one
// that has to be closed before.
func (r *Rail) reserve(ctx context.Context, acc rail.Account, w Wish) (a, old rail.Attempt, err error) {
	now := r.Now()
	err = r.Store.Write(ctx, w.CreditorID, func(t *store.Tx) error {
		a, old = rail.Attempt{}, rail.Attempt{} // a second try begins anew
		f, err := t.LockOne(w.CaseID)
		if err != nil {
			return err
		}
		list, err := rails.AttemptsOf(&t.Reader, w.CaseID)
		if err != nil {
			return err
		}
		flight, today := debt.Cents(0), 0
		for _, b := range list {
			if b.Kind != rail.Charge && b.StartedAt.After(now.Add(-24*time.Hour)) {
				today++
			}
			switch b.Status {
			case debt.PaymentUnknown:
				return debt.E(debt.Conflict, "payment_being_checked", nil)
			case debt.PaymentCreated:
				return debt.E(debt.Conflict, "payment_starting", nil)
			case debt.PaymentStarted:
				if w.sameAs(b, now) {
					a = b
				} else {
					old = b
				}
				return nil
			case debt.PaymentInFlight:
				flight += b.Amount
			}
		}
		if today >= StartsADay {
			return debt.E(debt.Forbidden, "payment_too_often", nil)
		}
		if flight > 0 && !w.Anyway && !w.Setup {
			return debt.E(debt.Conflict, "payment_in_flight", debt.Args{"amount": flight})
		}
		if err := w.allowed(t, f, now); err != nil {
			return err
		}
		mark, err := t.MarkOf(w.CaseID)
		if err != nil {
			return err
		}
		a = newAttempt(acc, w, now)
		a.Shown.Creditor, a.Shown.Reference = mark.Creditor.Name, f.Case.FileReference
		return booking.AddAttempt(t, a, acc.Source(), w.Designation...)
	})
	return a, old, err
}

// sameAs reports whether an open page serves the wish and stays open long enough to pay.
func (w Wish) sameAs(b rail.Attempt, now time.Time) bool {
	const enough = 5 * time.Minute
	return b.Amount == w.Amount && b.Method == w.Method && (b.Save == w.Save || w.Setup) && (b.Kind == rail.Setup) == w.Setup &&
		b.URL != "" && b.ExpiresAt.After(now.Add(enough))
}

// allowed holds the wish against the case as it is locked.
func (w Wish) allowed(t *store.Tx, f *store.File, now time.Time) error {
	if f.Case.Review != debt.ReviewAccepted || f.Case.Stage == debt.StageClosed {
		return debt.E(debt.Forbidden, "case_not_payable", nil)
	}
	if w.Setup {
		return nil
	}
	h, err := t.LoadHistory(f)
	if err != nil {
		return err
	}
	payable, err := h.Payable(debt.DateIn(now, debt.Berlin))
	switch {
	case err != nil:
		return err
	case payable == 0:
		return debt.E(debt.Forbidden, "case_not_payable", nil)
	case w.Amount < min(Smallest, payable) || w.Amount > payable:
		return debt.E(debt.Invalid, "payment_amount_range", debt.Args{"least": min(Smallest, payable), "most": payable})
	}
	return nil
}

func newAttempt(acc rail.Account, w Wish, now time.Time) rail.Attempt {
	a := rail.Attempt{ID: store.NewID(), CaseID: w.CaseID, AccountID: acc.ID, Kind: rail.Checkout, Method: w.Method,
		Status: debt.PaymentCreated, Amount: w.Amount, Save: w.Save, By: w.By, StartedAt: now, ExpiresAt: now.Add(rail.Page), Open: true}
	if w.Setup {
		a.Kind, a.Amount, a.Save = rail.Setup, 0, true
	}
	a.Shown.Reason, a.Shown.Language = w.Reason, w.Language
	if w.Pages != nil {
		a.Shown.Return, a.Shown.Back = w.Pages(a.ID)
	}
	a.DueAt = a.Next(now)
	return a
}

// supersede closes an open page. If it is too late, what happened there is learnt, and the
// next look at the case will say so.
func (r *Rail) supersede(ctx context.Context, acc rail.Account, old rail.Attempt) error {
	err := r.Providers[acc.Provider].Cancel(ctx, acc, old)
	if err != nil && !errors.Is(err, ErrRefused) && !errors.Is(err, ErrNoObject) {
		return errors.Join(debt.E(debt.Conflict, "payment_being_checked", nil), err)
	}
	a, err := r.look(ctx, acc, old)
	if err != nil {
		return errors.Join(debt.E(debt.Conflict, "payment_being_checked", nil), err)
	}
	if a.Status == debt.PaymentStarted { // the provider has it open still: do not open another
		return debt.E(debt.Conflict, "payment_being_checked", nil)
	}
	return nil
}

// open asks the provider for the page of a saved attempt.
func (r *Rail) open(ctx context.Context, acc rail.Account, a rail.Attempt) (rail.Attempt, error) {
	facts, err := r.Providers[acc.Provider].Checkout(ctx, acc, Order{Attempt: a})
	// The visitor may be gone by now; what became of the call is kept all the same.
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		return r.failed(ctx, acc, a, err)
	}
	return r.learnOne(ctx, acc, heard{Facts: facts, attempt: a.ID})
}

// failed keeps what a call that did not succeed leaves of its attempt and gives the error the
// debtor is told: "payment_being_checked" where nobody knows.
func (r *Rail) failed(ctx context.Context, acc rail.Account, a rail.Attempt, cause error) (rail.Attempt, error) {
	to, failure, told := debt.PaymentCancelled, RefusalOf(cause), cause
	if isOutcome(cause) {
		to, told = debt.PaymentUnknown, errors.Join(debt.E(debt.Conflict, "payment_being_checked", nil), cause)
	}
	var kept rail.Attempt
	err := r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error {
		f, err := t.LockOne(a.CaseID)
		if err != nil {
			return err
		}
		if kept, err = rails.LoadAttempt(&t.Reader, a.ID); err != nil || kept.Status != debt.PaymentCreated {
			return err // somebody has found out meanwhile
		}
		kept.Failure = failure
		return r.shift(t, f, &kept, to)
	})
	if err != nil {
		return a, errors.Join(told, err) // a loop looks at it in a minute
	}
	return kept, told
}

// shift moves an attempt that no money belongs to, and its payment, and says so in an event.
func (r *Rail) shift(t *store.Tx, f *store.File, a *rail.Attempt, to debt.PaymentStatus) error {
	now := r.Now()
	c := booking.Change{Stamp: booking.Stamp(now), File: f, Attempt: a}
	if err := c.Load(t); err != nil {
		return err
	}
	if err := c.To(to); err != nil {
		return err
	}
	a.Looks = 0
	a.DueAt = a.Next(now)
	return c.Save(t)
}
