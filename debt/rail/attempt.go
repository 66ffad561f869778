package rail

import (
	"time"

	"quitt/debt"
)

// Kind is what an attempt asks the provider for.
type Kind string

// The kinds of attempt.
const (
	Checkout Kind = "checkout" // the debtor pays on the provider's page
	Setup    Kind = "setup"    // the debtor leaves a card or mandate there, no money moves
	Charge   Kind = "charge"   // a stored card or mandate is charged, nobody is present
)

// Attempt is one order to the provider, saved with its own key before the first call. Its ID
// is the payment's, and the idempotency key of the call that creates it: an attempt is never
// asked for under another key, and another attempt never under this one.
type Attempt struct {
	ID         debt.ID
	CaseID     debt.ID
	AccountID  debt.ID
	Kind       Kind
	Method     debt.Method
	Status     debt.PaymentStatus // of the payment; a setup walks the same graph without money
	Amount     debt.Cents         // 0 for Setup
	Save       bool               // Checkout: keep the card or mandate for instalments
	Purpose    string             // Charge: what it collects, unique per creditor, "plan/ID/3"; "" otherwise
	Instrument debt.ID            // Charge: the stored card or mandate
	By         debt.Actor         // who began it; the debtor himself where it is zero

	// Shown is what the provider's page was asked to show. It is kept because an order that is
	// sent again under its key must be the same to the letter.
	Shown Shown

	Session  string // ids at the provider, "" until known
	Intent   string
	Customer string
	URL      string // of the hosted page while it is open

	StartedAt  time.Time
	ExpiresAt  time.Time // of the hosted page
	AskedAt    time.Time // when the newest facts were asked for; older ones change no state
	DueAt      time.Time // when a loop looks next; zero: never
	Looks      int       // how often a loop has looked without an end in sight
	Failure    string    // the provider's code, "" without
	Funding    string    // credit, debit, prepaid, unknown; "" until known
	ExpectedOn debt.Date // when a debit is final
	Open       bool      // it keeps the case from starting another one
}

// Shown is what the provider's page shows of an order, and where it leads. Nothing in it names
// the debtor.
type Shown struct {
	// What the card schemes want to be seen before paying an overdue debt: the original
	// creditor, the reference and what it is for.
	Creditor  string `json:"creditor"`
	Reference string `json:"reference"`
	Reason    string `json:"reason"`
	Language  string `json:"language"` // de, en …
	Return    string `json:"return"`   // our pages: after paying, after giving up
	Back      string `json:"back"`
}

// Page is how long a hosted page stays open: long enough to find the card, short enough that
// the amount is still today's.
const Page = 60 * time.Minute

// ResendFor is how long an order whose fate is unknown may be sent again under its key. The
// provider keeps keys for 24 hours; after that the same key would be a new order.
const ResendFor = 23 * time.Hour

// unknownPauses are the waits of an attempt whose fate is unknown, then daily.
var unknownPauses = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour}

// openPauses are the waits of an attempt that is with the debtor: should every notice be
// lost, the money is booked a quarter of an hour later at the latest.
var openPauses = []time.Duration{2 * time.Minute, 5 * time.Minute, 10 * time.Minute}

const (
	openPause   = 14 * time.Minute
	flightPause = 6 * time.Hour
	day         = 24 * time.Hour
	// afterClosed is how long a page that is said to be closed is looked at once more: a
	// payment may have been on its way when it closed.
	afterClosed = 10 * time.Minute
)

// PendingPause is the wait of a payment that is over but for a refund under way.
const PendingPause = flightPause

// Next gives when a loop has to look at an attempt again; the zero time for never. now is
// when it was looked at last.
func (a Attempt) Next(now time.Time) time.Time {
	pause := func(list []time.Duration, then time.Duration) time.Time {
		if a.Looks < len(list) {
			return now.Add(list[a.Looks])
		}
		return now.Add(then)
	}
	switch a.Status {
	case debt.PaymentCreated, debt.PaymentUnknown:
		return pause(unknownPauses, day)
	case debt.PaymentStarted:
		next := pause(openPauses, openPause)
		if !a.ExpiresAt.IsZero() && next.After(a.ExpiresAt) && now.Before(a.ExpiresAt) {
			return a.ExpiresAt.Add(time.Minute)
		}
		return next
	case debt.PaymentInFlight:
		return now.Add(flightPause)
	case debt.PaymentExpired, debt.PaymentCancelled:
		if a.Session != "" && a.Looks == 0 {
			return now.Add(afterClosed)
		}
	}
	return time.Time{}
}

// MayResend reports whether the order may be sent again under its key.
func (a Attempt) MayResend(now time.Time) bool { return now.Before(a.StartedAt.Add(ResendFor)) }

// Blocks reports whether a payment in that state keeps another from being started. One that
// is in flight does so too, but the debtor may insist.
func Blocks(s debt.PaymentStatus) bool {
	switch s {
	case debt.PaymentCreated, debt.PaymentStarted, debt.PaymentUnknown:
		return true
	}
	return false
}
