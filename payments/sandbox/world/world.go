// Package world is how payments go in the payment sandbox: customers, ways to pay, intents,
// charges, refunds, disputes and the checkout, as Stripe's API shows them in version
// 2023-10-16. It knows no HTTP; the room around it speaks. A World is not safe for
// concurrent use: its owner holds one lock around every call.
package world

import (
	"cmp"
	"time"

	"quitt/payments/sandbox/world/books"
)

type (
	// Object is one object of the API as it is answered.
	Object = books.Object
	// Form is a decoded form body.
	Form = books.Form
	// Error is a refusal as the API words it.
	Error = books.Error
	// Request is what an event remembers of the call that caused it.
	Request = books.Request
	// Mode says how time passes.
	Mode = books.Mode
	// Knob disturbs the delivery of events.
	Knob = books.Knob
	// Letter is an event to be delivered.
	Letter = books.Letter
)

// How time passes.
const (
	Realtime = books.Realtime
	Fast     = books.Fast
	Manual   = books.Manual
	Version  = books.Version
)

// Fees are what the sandbox books as the provider's charges. They are made up: nobody's
// price list. Amounts in cents, CardBasis in hundredths of a percent.
type Fees struct {
	CardBasis, CardFixed      int64
	DebitFixed                int64
	CardDispute, DebitDispute int64
}

// Options make a World.
type Options struct {
	Clock  func() time.Time // the real one
	Mode   Mode             // "" is Realtime
	Start  time.Time        // where a Manual clock begins; zero is now
	Seed   string           // same seed and same calls give the same ids
	Fees   *Fees            // nil: made-up ones
	Settle time.Duration    // Fast: until a debit succeeds; 0 is 6 s
	Name   string           // business name of every account
	// CardDays is how many business days a card's money takes to be paid out; 0 is 3.
	CardDays int
}

// World holds every account. Make it with New.
type World struct {
	*books.World
	fees     Fees
	cardDays int
}

// Account is one object space: a merchant of its own, or one connected to another.
type Account struct {
	*books.Account
	w *World
}

// New makes an empty world.
func New(o Options) *World {
	w := &World{fees: Fees{CardBasis: 150, CardFixed: 25, DebitFixed: 35, CardDispute: 2000, DebitDispute: 750}, cardDays: cmp.Or(o.CardDays, books.CardDays)}
	if o.Fees != nil {
		w.fees = *o.Fees
	}
	w.World = books.New(books.Options{Clock: o.Clock, Mode: o.Mode, Start: o.Start, Seed: o.Seed, Settle: o.Settle, Name: cmp.Or(o.Name, "Musterinkasso"), Run: w.run})
	return w
}

// Open gives the account of that id, made when first asked for. A connected account names
// the platform whose key opened it, "" otherwise.
func (w *World) Open(id, platform string) *Account { return &Account{w.World.Open(id, platform), w} }

// run does a step whose time has come.
func (w *World) run(in *books.Account, s books.Step) {
	a := &Account{in, w}
	o := a.Find(s.ID)
	if o == nil {
		return
	}
	switch s.Do {
	case "debit_settle":
		a.settleDebit(o)
	case "debit_fail":
		a.failDebit(o, s.With)
	case "session_expire":
		a.expireSession(o)
	case "refund_succeed":
		a.succeedRefund(o)
	case "refund_fail":
		a.failRefund(o, "lost_or_stolen_card")
	case "dispute_open":
		_, _ = a.openDispute(o, Claim{Reason: s.With})
	case "dispute_inquire":
		_, _ = a.openDispute(o, Claim{Reason: s.With, Inquiry: true})
	case "dispute_close":
		a.closeDispute(o, s.With == "won")
	case "fraud_warning":
		a.warnOfFraud(o)
	}
}

// Of gives the account that has an object of that id, nil when none has.
func (w *World) Of(id string) *Account {
	if a := w.Holder(id); a != nil {
		return &Account{a, w}
	}
	return nil
}
