package debt

import (
	"slices"
	"strings"
	"time"
)

// EventType names a fact of a case as the creditor's feed knows it (docs: event catalogue).
type EventType string

// The event catalogue.
const (
	CaseReceived          EventType = "case.received"
	CaseAccepted          EventType = "case.accepted"
	CaseRejected          EventType = "case.rejected"
	CaseUpdated           EventType = "case.updated"
	CaseHeld              EventType = "case.held"
	CaseReleased          EventType = "case.released"
	CaseClosed            EventType = "case.closed"
	LetterCreated         EventType = "letter.created"
	LetterSent            EventType = "letter.sent"
	LetterReturned        EventType = "letter.returned"
	AccessOpened          EventType = "access.opened"
	AccessVerified        EventType = "access.verified"
	AccessFailed          EventType = "access.failed"
	AccessLocked          EventType = "access.locked"
	PaymentStartedEvent   EventType = "payment.started"
	PaymentInFlightEvent  EventType = "payment.in_flight"
	PaymentSucceededEvent EventType = "payment.succeeded"
	PaymentFailedEvent    EventType = "payment.failed"
	PaymentReversedEvent  EventType = "payment.reversed"
	PaymentRefundedEvent  EventType = "payment.refunded"
	PaymentUnmatched      EventType = "payment.unmatched"
	PaymentCorrectedEvent EventType = "payment.corrected"
	PlanProposed          EventType = "plan.proposed"
	PlanCountered         EventType = "plan.countered"
	PlanAgreed            EventType = "plan.agreed"
	PlanChanged           EventType = "plan.changed"
	PlanInstalmentDue     EventType = "plan.instalment_due"
	PlanInstalmentMissed  EventType = "plan.instalment_missed"
	PlanAtRiskEvent       EventType = "plan.at_risk"
	PlanLapsedEvent       EventType = "plan.lapsed"
	PlanFulfilledEvent    EventType = "plan.fulfilled"
	PlanCancelledEvent    EventType = "plan.cancelled"
	PlanDeclinedEvent     EventType = "plan.declined"
	PlanExpiredEvent      EventType = "plan.expired"     // a proposal or a counter that nobody answered
	PlanPaperEvent        EventType = "plan.paper_added" // a paper lies in the inbox
	ObjectionFiled        EventType = "objection.filed"
	ObjectionAnswered     EventType = "objection.answered"
	ObjectionWithdrawnEv  EventType = "objection.withdrawn"
	ObjectionOverdue      EventType = "objection.overdue"
	PromiseMade           EventType = "promise.made"
	PromiseKept           EventType = "promise.kept"
	PromiseBroken         EventType = "promise.broken"
	ProofFiled            EventType = "proof.filed"
	ProofAccepted         EventType = "proof.accepted"
	ProofRejected         EventType = "proof.rejected"
	MessageReceived       EventType = "message.received"
	MessageSent           EventType = "message.sent"
	ContactChanged        EventType = "contact.changed"
	ContactBounced        EventType = "contact.bounced"
	MandateCreated        EventType = "mandate.created"
	MandateRevoked        EventType = "mandate.revoked"
	RemittancePaid        EventType = "remittance.paid"
	PersonErased          EventType = "person.erased"
)

var eventTypes = []EventType{
	CaseReceived, CaseAccepted, CaseRejected, CaseUpdated, CaseHeld, CaseReleased, CaseClosed,
	LetterCreated, LetterSent, LetterReturned,
	AccessOpened, AccessVerified, AccessFailed, AccessLocked,
	PaymentStartedEvent, PaymentInFlightEvent, PaymentSucceededEvent, PaymentFailedEvent,
	PaymentReversedEvent, PaymentRefundedEvent, PaymentUnmatched, PaymentCorrectedEvent,
	PlanProposed, PlanCountered, PlanAgreed, PlanChanged, PlanInstalmentDue,
	PlanInstalmentMissed, PlanAtRiskEvent, PlanLapsedEvent, PlanFulfilledEvent, PlanCancelledEvent,
	PlanDeclinedEvent, PlanExpiredEvent, PlanPaperEvent,
	ObjectionFiled, ObjectionAnswered, ObjectionWithdrawnEv, ObjectionOverdue,
	PromiseMade, PromiseKept, PromiseBroken, ProofFiled, ProofAccepted, ProofRejected,
	MessageReceived, MessageSent, ContactChanged, ContactBounced,
	MandateCreated, MandateRevoked, RemittancePaid, PersonErased,
}

// EventTypes lists the catalogue, for texts and filters that must be complete.
func EventTypes() []EventType { return slices.Clone(eventTypes) }

// Known reports whether t is in the catalogue.
func (t EventType) Known() bool { return slices.Contains(eventTypes, t) }

// Event is a fact that happened to a case. Data holds ids, amounts, dates and codes, never
// names or addresses: events outlive the erasure of a person.
type Event struct {
	ID     ID
	CaseID ID
	Seq    int64 // 1, 2, 3 … within the case, without a gap; given by the store
	Type   EventType
	At     time.Time
	Actor  Actor
	Data   Args
	Schema int // version of Data's shape
}

// Actor is who caused an event.
type Actor struct {
	Kind string // debtor, representative, creditor, operator, system, provider
	ID   ID     // "" for system
}

// System is the actor of loops and command-line runs without a user.
var System = Actor{Kind: "system"}

// IsCode reports whether a reason is one that programs read, such as amount_wrong or the
// bank's MS03. Only such go into Data: words could name somebody, and events go to creditors'
// programs and outlive the erasure of a person.
func IsCode(reason string) bool {
	letters := strings.TrimLeft(reason, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	bank := len(reason) == 4 && len(letters) == 2 && strings.Trim(letters, "0123456789") == ""
	return bank || reason != "" && len(reason) <= 40 && strings.Trim(reason, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// codeOf gives a reason if it is a code, otherwise "other".
func codeOf(reason string) string {
	if IsCode(reason) {
		return reason
	}
	return "other"
}
