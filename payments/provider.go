package payments

import (
	"context"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
)

// Provider takes money for creditors on pages of its own. Every call that writes carries a
// key that is the same for every try of the same order, and answers with one of the errors
// below or with success; what it cannot tell it must call ErrOutcome. No call is made inside
// a transaction.
type Provider interface {
	// Checkout opens a hosted page for a Checkout or Setup attempt. The facts have Session and
	// URL; the same attempt again gives the same page.
	Checkout(ctx context.Context, a rail.Account, o Order) (rail.Facts, error)
	// Charge charges a stored card or mandate, nobody being present.
	Charge(ctx context.Context, a rail.Account, o Order) (rail.Facts, error)
	// Cancel closes the hosted page of an attempt, or a charge that was not handed to the bank.
	// ErrRefused: it is too late; the facts tell what happened.
	Cancel(ctx context.Context, a rail.Account, t rail.Attempt) error
	// Refund sends money back. The movement is in the facts of its payment.
	Refund(ctx context.Context, a rail.Account, r Refund) error
	// Fetch asks for everything about the order an object belongs to. ErrNoObject: the account
	// has none of that id, or it belongs to no order.
	Fetch(ctx context.Context, a rail.Account, ref rail.Ref) (rail.Facts, error)
	// Find looks for an attempt whose ids at the provider are not known; ErrNoObject without.
	Find(ctx context.Context, a rail.Account, t rail.Attempt) (rail.Ref, error)
	// FetchPayout asks for one payout.
	FetchPayout(ctx context.Context, a rail.Account, id string) (rail.Payout, error)
	// Movements gives the lines of the provider's own account, oldest first, recorded in
	// [from, to), or all of one payout if that is named.
	Movements(ctx context.Context, a rail.Account, in Window, yield func(rail.Movement) error) error
	// Missed gives the notices since an instant, oldest first: what a webhook would have
	// brought.
	Missed(ctx context.Context, a rail.Account, since time.Time, yield func(rail.Notice) error) error
	// Notice reads a notice on the exact bytes that came. ErrForged: the signature belongs to
	// none of the secrets or its time is too far away, in either direction.
	Notice(n Signed) (rail.Notice, error)
}

// Signed is a notice as it came in. Secrets are those that may have signed it, at least one,
// none of them empty.
type Signed struct {
	Body      []byte
	Signature string // the header
	Secrets   []debt.Personal
	Now       time.Time
}

// Order is an attempt with what it charges, if it charges something stored.
type Order struct {
	Attempt    rail.Attempt
	Instrument rail.Instrument // of a Charge
}

// Refund asks for money back to the debtor. ID is its idempotency key.
type Refund struct {
	ID      debt.ID
	Payment rail.Attempt
	Amount  debt.Cents
}

// Window is a part of the provider's account.
type Window struct {
	From, To time.Time
	Payout   string
}

// What a provider's answer means, whatever its words. Any other error is internal.
var (
	// ErrOutcome is every answer that leaves open whether the call was carried out: a
	// timeout, a broken line, an error of the provider's own, an answer that is no answer.
	ErrOutcome = debt.E(debt.Unavailable, "provider_outcome_unknown", nil)
	// ErrBusy says that the call was not carried out and may be tried again later.
	ErrBusy = debt.E(debt.Unavailable, "provider_busy", nil)
	// ErrNoObject says that there is no such object for us.
	ErrNoObject = debt.E(debt.NotFound, "provider_object_unknown", nil)
	// ErrRefused says that the provider will not do it; Refusal has its code.
	ErrRefused = debt.E(debt.Forbidden, "provider_refused", nil)
	// ErrForged says that nobody we know signed a notice.
	ErrForged = debt.E(debt.Forbidden, "notice_forged", nil)
	// ErrKey says that the provider does not accept our key: a person must look.
	ErrKey = debt.E(debt.Unavailable, "provider_key_refused", nil)
)

// Refused makes an ErrRefused with the provider's code.
func Refused(code string) error {
	return debt.E(debt.Forbidden, "provider_refused", debt.Args{"code": code})
}

// RefusalOf gives the provider's code of an ErrRefused, "" for any other error.
func RefusalOf(err error) string {
	var e *debt.Error
	if !errors.Is(err, ErrRefused) || !errors.As(err, &e) {
		return ""
	}
	code, _ := e.Args["code"].(string)
	return code
}
