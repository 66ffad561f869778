package rail

import (
	"time"

	"quitt/debt"
)

// RefKind says what kind of object a Ref names.
type RefKind string

// The kinds of object a provider can be asked for.
const (
	SessionRef    RefKind = "session"
	SetupRef      RefKind = "setup"
	IntentRef     RefKind = "intent"
	ChargeRef     RefKind = "charge"
	RefundRef     RefKind = "refund"
	DisputeRef    RefKind = "dispute"
	PayoutRef     RefKind = "payout"
	MandateRef    RefKind = "mandate"
	InstrumentRef RefKind = "instrument" // a stored card or account
)

// Ref names an object at a provider.
type Ref struct {
	Kind RefKind
	ID   string
}

// State is where the provider sees an order, whatever it calls that.
type State string

// The states every provider's are translated into.
const (
	Waiting   State = "waiting"   // for the debtor, on an open page
	InFlight  State = "in_flight" // handed to the bank; may still fail
	Settled   State = "settled"   // money has moved at least once
	Failed    State = "failed"    // for good, or nobody is there to go on
	Cancelled State = "cancelled" // by us or by the debtor
	Expired   State = "expired"   // the page closed unpaid
	Ready     State = "ready"     // Setup: the card or mandate is stored
)

// NeedsDebtor is the Failure of a charge that only the debtor can complete (strong customer
// authentication): it is asked for on a new hosted page.
const NeedsDebtor = "authentication_required"

// MoveKind says what a movement of money was.
type MoveKind string

// The kinds of movement. Fee is the provider's, of a payment or of a dispute.
const (
	Paid         MoveKind = "paid"
	Refunded     MoveKind = "refunded"
	RefundFailed MoveKind = "refund_failed" // the money of a refund came back
	Withdrawn    MoveKind = "withdrawn"     // taken for a dispute or a returned debit
	Reinstated   MoveKind = "reinstated"    // given back after a dispute was won
	Fee          MoveKind = "fee"
)

// Sign is what a movement does to what the debtor has paid: 1, -1 or, for fees, 0.
func (k MoveKind) Sign() debt.Cents {
	switch k {
	case Paid, RefundFailed, Reinstated:
		return 1
	case Refunded, Withdrawn:
		return -1
	}
	return 0
}

// Move is one movement of money as the provider recorded it. Kind and ID are its identity.
type Move struct {
	Kind        MoveKind
	ID          string     // of the object that is the fact: charge, refund, or balance transaction
	Amount      debt.Cents // positive; negative only for a fee given back
	Currency    string     // upper case, "EUR"
	On          debt.Date  // value day in Berlin: of the charge for Paid, else of the movement
	At          time.Time  // when it was recorded
	Transaction string     // the provider's balance transaction, "" until there is one
	Object      Ref        // what it belongs to: the charge, refund or dispute
	Reason      string     // a code (debt.IsCode), "" without
	Pending     bool       // announced, not moved: shown, not booked
}

// Facts are what a provider says of one order and all the money that moved for it.
type Facts struct {
	AskedAt  time.Time // before the first request that was made for them
	External string    // account the objects belong to
	Live     bool
	Attempt  debt.ID // as the order carried it; "" if it carries none of ours
	Session  string
	Intent   string
	Customer string
	URL      string // of the page while it is open
	Expires  time.Time
	State    State
	Amount   debt.Cents // ordered
	Currency string
	Failure  string // the provider's code of the last failure
	Funding  string
	Expected debt.Date // when a debit is final; zero if unknown
	Moves    []Move
	// Inquiry is a bank's question without a movement of money; the id of the dispute.
	Inquiry    string
	Instrument *Instrument // stored by this order, or charged by it
}

// InstrumentState says whether a stored card or mandate can be charged.
type InstrumentState string

// The states of an instrument.
const (
	Usable  InstrumentState = "usable"
	Pending InstrumentState = "pending" // the bank has not confirmed the mandate
	Dead    InstrumentState = "dead"
)

// Instrument is a card or mandate a provider keeps for instalments. Quitt knows its last
// four digits, never the number.
type Instrument struct {
	ID       debt.ID
	CaseID   debt.ID
	Account  debt.ID // row of the provider account
	External string  // the provider's id
	Customer string
	Mandate  string // the provider's id of the SEPA mandate; "" for cards
	Method   debt.Method
	Last4    string
	Brand    string // of a card, or the bank's code
	State    InstrumentState
	Declines int     // hard ones in a row
	SavedBy  debt.ID // attempt with which the debtor consented
	SavedAt  time.Time
}

// OneOff is the Brand of a mandate that permits one debit: no plan is paid from it.
const OneOff = "OOFF"

// Once reports whether it may be charged once only.
func (i Instrument) Once() bool { return i.Brand == OneOff }

// Movement is one line of the provider's own account, for the daily reconciliation.
type Movement struct {
	Transaction string
	Kind        string     // the provider's word for it
	Amount      debt.Cents // gross, signed: positive came in
	Fee         debt.Cents
	Currency    string
	At          time.Time
	Payout      string // of which it is a part, "" while it waits
	Object      Ref    // what it belongs to; the zero Ref if nothing we know
}

// Payout is money the provider sent to the creditor's bank account.
type Payout struct {
	ID          string
	Amount      debt.Cents
	Currency    string
	State       PayoutState
	On          debt.Date // expected or actual arrival
	At          time.Time
	Transaction string
	FailedBy    string // the balance transaction of a failure, "" without
	FailedAt    time.Time
}

// PayoutState is where a payout stands.
type PayoutState string

// The states of a payout.
const (
	PayoutSent   PayoutState = "sent"
	PayoutPaid   PayoutState = "paid"
	PayoutFailed PayoutState = "failed"
)

// Notice says that something happened at the provider. It is a hint which object to ask for;
// nothing in it is believed.
type Notice struct {
	Event    string // the provider's id of it
	Type     string // the provider's word
	External string // account it is about, "" for the endpoint's own
	Live     bool
	At       time.Time
	Object   Ref // the zero Ref: nothing we need to know
}
