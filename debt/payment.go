package debt

import (
	"maps"
	"slices"
	"time"
)

// PaymentStatus is where a payment stands. Money counts for the case only at Succeeded.
type PaymentStatus string

// Every state of a payment on any rail.
const (
	PaymentCreated      PaymentStatus = "created"
	PaymentStarted      PaymentStatus = "started"
	PaymentInFlight     PaymentStatus = "in_flight"
	PaymentUnknown      PaymentStatus = "unknown"
	PaymentSucceeded    PaymentStatus = "succeeded"
	PaymentFailed       PaymentStatus = "failed"
	PaymentCancelled    PaymentStatus = "cancelled"
	PaymentExpired      PaymentStatus = "expired"
	PaymentReversed     PaymentStatus = "reversed"
	PaymentPartRefunded PaymentStatus = "part_refunded"
	PaymentRefunded     PaymentStatus = "refunded"
)

// paymentGraph is every allowed transition and the event it adds; "" adds none. One graph
// for all rails, so that "may this happen?" has a single answer.
var paymentGraph = map[PaymentStatus]map[PaymentStatus]EventType{
	PaymentCreated: {
		PaymentStarted: PaymentStartedEvent, PaymentSucceeded: PaymentSucceededEvent,
		PaymentInFlight: PaymentInFlightEvent, PaymentFailed: PaymentFailedEvent,
		PaymentCancelled: "", PaymentExpired: "", PaymentUnknown: "",
	},
	PaymentStarted: {
		PaymentInFlight: PaymentInFlightEvent, PaymentSucceeded: PaymentSucceededEvent,
		PaymentFailed: PaymentFailedEvent, PaymentCancelled: PaymentFailedEvent,
		PaymentExpired: PaymentFailedEvent, PaymentUnknown: "",
	},
	PaymentUnknown: {
		PaymentStarted: PaymentStartedEvent, PaymentInFlight: PaymentInFlightEvent,
		PaymentSucceeded: PaymentSucceededEvent, PaymentFailed: PaymentFailedEvent,
		PaymentCancelled: PaymentFailedEvent, PaymentExpired: PaymentFailedEvent,
	},
	PaymentInFlight: {
		PaymentSucceeded: PaymentSucceededEvent, PaymentFailed: PaymentFailedEvent,
		PaymentUnknown: "",
	},
	PaymentSucceeded: {
		PaymentReversed: PaymentReversedEvent, PaymentPartRefunded: PaymentRefundedEvent,
		PaymentRefunded: PaymentRefundedEvent,
	},
	// A refund may fail after it was carried out: the money came back.
	PaymentPartRefunded: {
		PaymentPartRefunded: PaymentRefundedEvent, PaymentRefunded: PaymentRefundedEvent,
		PaymentReversed: PaymentReversedEvent, PaymentSucceeded: PaymentCorrectedEvent,
	},
	PaymentRefunded: {
		PaymentReversed: PaymentReversedEvent, PaymentPartRefunded: PaymentCorrectedEvent,
		PaymentSucceeded: PaymentCorrectedEvent,
	},
	// A dispute that is won, or a returned debit the bank credits after all.
	PaymentReversed: {
		PaymentReversed: PaymentReversedEvent, PaymentSucceeded: PaymentSucceededEvent,
		PaymentPartRefunded: PaymentSucceededEvent, PaymentRefunded: PaymentCorrectedEvent,
	},
	PaymentFailed:    {},
	PaymentCancelled: {},
	PaymentExpired:   {},
}

// PaymentStatuses lists every PaymentStatus.
func PaymentStatuses() []PaymentStatus { return slices.Sorted(maps.Keys(paymentGraph)) }

// Final reports whether no transition leads out of s.
func (s PaymentStatus) Final() bool { return len(paymentGraph[s]) == 0 }

// Method is how the money came.
type Method string

// The rails. Direct is money the creditor received on an account Quitt does not watch; a
// waiver is no money at all but what a kept settlement gives up (BGB §§ 779, 397).
const (
	MethodDirect      Method = "direct"
	MethodCard        Method = "card"
	MethodDirectDebit Method = "direct_debit"
	MethodTransfer    Method = "transfer"
	MethodCash        Method = "cash"
	MethodWaiver      Method = "waiver"
)

// Methods lists every Method.
func Methods() []Method {
	return []Method{MethodDirect, MethodCard, MethodDirectDebit, MethodTransfer, MethodCash, MethodWaiver}
}

// Target is what a designation names (BGB §§ 366 I, 367 II): a claim or cost by its id,
// one component, or both. The empty component means the whole line in its statutory order.
type Target struct {
	Line    ID          `json:"line,omitempty"`
	Account AccountKind `json:"account,omitempty"`
	Most    Cents       `json:"most_cents,omitempty"` // of a line that is meant in part; 0 for all of it
}

// Payment is one sum of money on its way to, in, or back from a case. Source and
// ExternalID are its business key: the same fact is never booked twice.
type Payment struct {
	ID          ID
	CaseID      ID
	Method      Method
	Status      PaymentStatus
	Amount      Cents
	ReceivedOn  Date // value day: interest stops here
	Source      string
	ExternalID  string
	Designation []Target
	BookedAt    time.Time
	Note        string
	Returned    Cents // of Amount, what went back by refund or return
}

// Net is what of the payment counts for the case.
func (p Payment) Net() Cents { return p.Amount - p.Returned }

// Counts reports whether anything of the payment is booked to the case.
func (p Payment) Counts() bool {
	settled := []PaymentStatus{PaymentSucceeded, PaymentPartRefunded, PaymentRefunded, PaymentReversed}
	return p.Net() > 0 && slices.Contains(settled, p.Status)
}

// To moves the payment along the graph and gives the event type to add ("" for none); a
// transition the graph lacks is refused with key "payment_transition".
func (p *Payment) To(to PaymentStatus) (EventType, error) {
	event, ok := paymentGraph[p.Status][to]
	if !ok {
		return "", E(Forbidden, "payment_transition", Args{"from": p.Status, "to": to})
	}
	p.Status = to
	return event, nil
}

// CorrectTo forces the state a provider reports although the graph has no such edge. It
// is an event of its own, never a silent overwrite.
func (p *Payment) CorrectTo(to PaymentStatus) EventType {
	p.Status = to
	return PaymentCorrectedEvent
}

// Validate checks a payment before it is booked.
func (p Payment) Validate() error {
	switch {
	case p.Amount <= 0:
		return E(Invalid, "payment_not_positive", Args{"value": p.Amount})
	case p.Amount > MaxCents:
		return E(Invalid, "amount_invalid", Args{"value": p.Amount})
	case !slices.Contains(Methods(), p.Method):
		return E(Invalid, "payment_method_unknown", Args{"value": clip(string(p.Method))})
	case p.ReceivedOn.IsZero():
		return E(Invalid, "date_missing", nil)
	case p.Source == "" || p.ExternalID == "":
		return E(Invalid, "payment_key_missing", nil)
	}
	return nil
}
