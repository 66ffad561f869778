package debt

import (
	"maps"
	"slices"
	"time"
)

// The six axes of a case are independent: each has its own values and its own graph, and
// no value of one ever stands for two facts.
type (
	// Review is whether a handed-over case was taken.
	Review string
	// Stage is how far the creditor has gone.
	Stage string
	// Processing is whether dunning runs.
	Processing string
	// PaymentState is what the ledger says.
	PaymentState string
	// ObjectionState is where a dispute stands.
	ObjectionState string
	// PlanState is where an instalment plan stands.
	PlanState string
	// CloseReason is why a case was closed.
	CloseReason string
)

// The values of the axes.
const (
	ReviewReceived Review = "received"
	ReviewAccepted Review = "accepted"
	ReviewRejected Review = "rejected"

	StageReminder      Stage = "reminder"
	StageCollection    Stage = "collection"
	StageCourtPrepared Stage = "court_prepared"
	StageCourt         Stage = "court"
	StageTitled        Stage = "titled"
	StageLongTerm      Stage = "long_term"
	StageClosed        Stage = "closed"

	Running Processing = "running"
	Held    Processing = "held"
	Stopped Processing = "stopped"

	StateOpen     PaymentState = "open"
	StatePartPaid PaymentState = "part_paid"
	StatePaid     PaymentState = "paid"
	StateOverpaid PaymentState = "overpaid"

	ObjectionNone      ObjectionState = "none"
	ObjectionOpen      ObjectionState = "open"
	ObjectionUpheld    ObjectionState = "upheld"
	ObjectionPartly    ObjectionState = "partly"
	ObjectionRejected  ObjectionState = "rejected"
	ObjectionWithdrawn ObjectionState = "withdrawn"

	PlanNone      PlanState = "none"
	PlanOpen      PlanState = "proposed"
	PlanActive    PlanState = "active"
	PlanAtRisk    PlanState = "at_risk"
	PlanLapsed    PlanState = "lapsed"
	PlanFulfilled PlanState = "fulfilled"
	PlanCancelled PlanState = "cancelled"
)

// Reviews lists every Review; like the lists below, for tables that must be complete.
func Reviews() []Review { return slices.Sorted(maps.Keys(reviewGraph)) }

// Stages lists every Stage.
func Stages() []Stage { return slices.Sorted(maps.Keys(stageGraph)) }

// Processings lists every Processing.
func Processings() []Processing { return []Processing{Running, Held, Stopped} }

// PaymentStates lists every PaymentState.
func PaymentStates() []PaymentState {
	return []PaymentState{StateOpen, StatePartPaid, StatePaid, StateOverpaid}
}

// ObjectionStates lists every ObjectionState.
func ObjectionStates() []ObjectionState { return slices.Sorted(maps.Keys(objectionGraph)) }

// PlanStates lists every PlanState.
func PlanStates() []PlanState { return slices.Sorted(maps.Keys(planGraph)) }

// CloseReasons lists why a case may end.
func CloseReasons() []CloseReason {
	return []CloseReason{"paid", "settled", "withdrawn_by_creditor", "upheld_objection", "insolvent",
		"deceased", "untraceable", "identity_theft", "time_barred", "uneconomical", "sold",
		"invalid_data", "other"}
}

var (
	reviewGraph = map[Review][]Review{
		ReviewReceived: {ReviewAccepted, ReviewRejected},
		ReviewRejected: {ReviewReceived},
		ReviewAccepted: {},
	}
	stageGraph = map[Stage][]Stage{
		StageReminder:      {StageCollection, StageCourtPrepared, StageClosed},
		StageCollection:    {StageCourtPrepared, StageLongTerm, StageClosed},
		StageCourtPrepared: {StageCollection, StageCourt, StageClosed},
		StageCourt:         {StageTitled, StageCollection, StageClosed},
		StageTitled:        {StageLongTerm, StageClosed},
		StageLongTerm:      {StageCollection, StageTitled, StageClosed},
		// A returned payment or an error reopens a case where it stood before.
		StageClosed: {StageReminder, StageCollection, StageCourtPrepared, StageCourt, StageTitled, StageLongTerm},
	}
	objectionGraph = map[ObjectionState][]ObjectionState{
		ObjectionNone:      {ObjectionOpen},
		ObjectionOpen:      {ObjectionUpheld, ObjectionPartly, ObjectionRejected, ObjectionWithdrawn},
		ObjectionUpheld:    {ObjectionOpen},
		ObjectionPartly:    {ObjectionOpen},
		ObjectionRejected:  {ObjectionOpen},
		ObjectionWithdrawn: {ObjectionOpen},
	}
	planGraph = map[PlanState][]PlanState{
		PlanNone:      {PlanOpen, PlanActive},
		PlanOpen:      {PlanActive, PlanCancelled, PlanNone},
		PlanActive:    {PlanAtRisk, PlanFulfilled, PlanCancelled},
		PlanAtRisk:    {PlanActive, PlanLapsed, PlanFulfilled, PlanCancelled},
		PlanLapsed:    {PlanOpen, PlanActive},
		PlanCancelled: {PlanOpen, PlanActive},
		PlanFulfilled: {PlanActive, PlanOpen}, // its last payment came back, or there is more to pay than it covered
	}
)

// move changes one axis along its graph and refuses every other change.
func move[T ~string](graph map[T][]T, axis string, at *T, to T) error {
	if !slices.Contains(graph[*at], to) {
		return E(Forbidden, "transition_forbidden", Args{"axis": axis, "from": *at, "to": to})
	}
	*at = to
	return nil
}

// Case is one file: a debtor, one or more claims of one creditor, and where it stands.
type Case struct {
	ID                ID
	CreditorID        ID
	DebtorID          ID
	FileReference     string // Aktenzeichen, on every letter, unique per creditor
	CreditorReference string // the creditor's own key, unique per creditor
	Review            Review
	Stage             Stage
	Processing        Processing
	Payment           PaymentState
	Objection         ObjectionState
	Plan              PlanState
	CloseReason       CloseReason
	ReceivedAt        time.Time
	Holds             []Hold
	Version           int64
}

// NewCase gives a case as it is handed over.
func NewCase(creditor, id ID, at time.Time) Case {
	return Case{
		ID: id, CreditorID: creditor, ReceivedAt: at,
		Review: ReviewReceived, Stage: StageReminder, Processing: Running,
		Payment: StateOpen, Objection: ObjectionNone, Plan: PlanNone,
	}
}

// Decide accepts or rejects a handed-over case.
func (c *Case) Decide(to Review, reasons ...string) (Event, error) {
	if err := move(reviewGraph, "review", &c.Review, to); err != nil {
		return Event{}, err
	}
	switch to {
	case ReviewRejected:
		c.Processing = Stopped
		return c.event(CaseRejected, Args{"reasons": reasons}), nil
	case ReviewReceived:
		c.resume()
		return c.event(CaseReceived, nil), nil
	default:
		return c.event(CaseAccepted, nil), nil
	}
}

// Advance moves the case to another stage, except the court steps a guard forbids and
// closing, which needs a reason (Close). Court stages need the steps of NextSteps: what was
// not checked is not allowed. A closed case may be reopened where it stood before, in court
// too unless something other than its being closed forbids that.
func (c *Case) Advance(to Stage, steps []Step) (Event, error) {
	if to == StageClosed {
		return Event{}, E(Invalid, "close_reason_missing", nil)
	}
	from, at := c.Stage, c.Stage
	if err := move(stageGraph, "stage", &at, to); err != nil {
		return Event{}, err
	}
	if to == StageCourtPrepared || to == StageCourt {
		if because := courtRefusal(steps, from == StageClosed); len(because) > 0 {
			return Event{}, E(Forbidden, "court_step_forbidden", Args{"reasons": because})
		}
	}
	c.Stage, c.CloseReason = at, ""
	if from == StageClosed && c.Review != ReviewRejected {
		c.resume()
	}
	return c.event(CaseUpdated, Args{"stage": string(to), "from": string(from)}), nil
}

// courtRefusal gives the reasons against a court step, for a reopened case all but "closed".
func courtRefusal(steps []Step, reopened bool) []Barrier {
	for _, s := range steps {
		if s.Name == StepCourt {
			return slices.DeleteFunc(slices.Clone(s.Because), func(b Barrier) bool { return reopened && b == BarrierClosed })
		}
	}
	return []Barrier{BarrierUnchecked}
}

// Close ends the case for a reason from CloseReasons and releases its holds, also those
// that have not begun.
func (c *Case) Close(reason CloseReason, on Date) (Event, error) {
	switch {
	case !slices.Contains(CloseReasons(), reason):
		return Event{}, E(Invalid, "close_reason_missing", nil)
	case on.IsZero():
		return Event{}, E(Invalid, "date_missing", nil)
	}
	if err := move(stageGraph, "stage", &c.Stage, StageClosed); err != nil {
		return Event{}, err
	}
	for i := range c.Holds {
		if h := &c.Holds[i]; h.ReleasedOn.IsZero() && (h.Since.After(on) || h.Active(on)) {
			h.ReleasedOn = on
		}
	}
	c.CloseReason, c.Processing = reason, Stopped
	return c.event(CaseClosed, Args{"reason": string(reason)}), nil
}

// SetObjection moves the objection axis; an open one holds the case until it is decided.
// h.Since is the day of the change. A refusal changes nothing.
func (c *Case) SetObjection(to ObjectionState, h Hold) ([]Event, error) {
	at := c.Objection
	if err := move(objectionGraph, "objection", &at, to); err != nil {
		return nil, err
	}
	h.Kind, h.UntilEvent = HoldObjection, ObjectionAnswered
	if err := h.mayChange(to == ObjectionOpen); err != nil {
		return nil, err
	}
	c.Objection = at
	switch to {
	case ObjectionOpen:
		return []Event{c.event(ObjectionFiled, Args{"reason": codeOf(h.Reason), "due": h.Until}), c.place(h)}, nil
	case ObjectionWithdrawn:
		return c.endHold(HoldObjection, h.Since, c.event(ObjectionWithdrawnEv, nil)), nil
	default:
		return c.endHold(HoldObjection, h.Since, c.event(ObjectionAnswered, Args{"outcome": string(to)})), nil
	}
}

// planEvent names the event of a plan's change. A withdrawn proposal is a cancellation;
// a plan that recovers, or whose last payment came back, was agreed long ago.
func planEvent(from, to PlanState) EventType {
	switch to {
	case PlanOpen:
		return PlanProposed
	case PlanActive:
		if from == PlanAtRisk || from == PlanFulfilled {
			return PlanChanged
		}
		return PlanAgreed
	case PlanAtRisk:
		return PlanAtRiskEvent
	case PlanLapsed:
		return PlanLapsedEvent
	case PlanFulfilled:
		return PlanFulfilledEvent
	default:
		return PlanCancelledEvent
	}
}

// SetPlan moves the plan axis; a proposed or running plan holds the case. h.Since is the
// day of the change. A refusal changes nothing.
func (c *Case) SetPlan(to PlanState, h Hold) ([]Event, error) {
	from, at := c.Plan, c.Plan
	if err := move(planGraph, "plan", &at, to); err != nil {
		return nil, err
	}
	h.Kind, h.UntilEvent = HoldPlan, PlanLapsedEvent
	place := (to == PlanOpen || to == PlanActive) && !c.held(HoldPlan, h.Since)
	if err := h.mayChange(place); err != nil {
		return nil, err
	}
	c.Plan = at
	e := c.event(planEvent(from, to), Args{"plan": string(to), "from": string(from)})
	switch {
	case place:
		return []Event{e, c.place(h)}, nil
	case to == PlanOpen || to == PlanActive || to == PlanAtRisk:
		return []Event{e}, nil
	default:
		return c.endHold(HoldPlan, h.Since, e), nil
	}
}

// Paid sets the payment axis from the account.
func (c *Case) Paid(b Balance, anyPayment bool) {
	switch {
	case b.Overpaid > 0 && b.Total() == 0:
		c.Payment = StateOverpaid
	case b.Total() == 0:
		c.Payment = StatePaid
	case anyPayment:
		c.Payment = StatePartPaid
	default:
		c.Payment = StateOpen
	}
}

func (c *Case) event(t EventType, data Args) Event {
	return Event{CaseID: c.ID, Type: t, Data: data, Schema: 1}
}

// EventOf starts an event of this case; At, Actor and ID are filled when it is saved.
func (c *Case) EventOf(t EventType, data Args) Event { return c.event(t, data) }
