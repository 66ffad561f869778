package debt

import "slices"

// HoldKind is why dunning rests (Mahnsperre).
type HoldKind string

// The kinds of hold.
const (
	HoldObjection HoldKind = "objection"
	HoldProof     HoldKind = "proof_of_payment"
	HoldPromise   HoldKind = "promise"
	HoldPlan      HoldKind = "plan"
	HoldHardship  HoldKind = "hardship"
	HoldAdviser   HoldKind = "adviser"
	HoldInsolv    HoldKind = "insolvency"
	HoldRequest   HoldKind = "creditor_request"
	HoldDataCheck HoldKind = "data_check"
)

// HoldKinds lists every HoldKind.
func HoldKinds() []HoldKind {
	return []HoldKind{HoldObjection, HoldProof, HoldPromise, HoldPlan, HoldHardship, HoldAdviser,
		HoldInsolv, HoldRequest, HoldDataCheck}
}

// Hold stops dunning for a reason until a day or an event, never without either.
type Hold struct {
	ID         ID
	Kind       HoldKind
	Reason     string // a code or the clerk's words, shown in the record
	Since      Date
	Until      Date      // last day of the hold; none if an event ends it
	UntilEvent EventType // the event that ends it; "" if a day does
	ReleasedOn Date
}

// Active reports whether the hold works on a day. A hold that an event ends goes on past
// its Until, which then is only the clock: silence never falls on the debtor.
func (h Hold) Active(on Date) bool {
	switch {
	case !h.ReleasedOn.IsZero() && !on.Before(h.ReleasedOn), on.Before(h.Since):
		return false
	case h.UntilEvent != "" || h.Until.IsZero():
		return true
	default:
		return !on.After(h.Until)
	}
}

// Validate refuses a hold without a reason, a beginning or an end.
func (h Hold) Validate() error {
	switch {
	case h.Reason == "" || !slices.Contains(HoldKinds(), h.Kind):
		return E(Invalid, "hold_reason_missing", nil)
	case h.Since.IsZero():
		return E(Invalid, "hold_start_missing", nil)
	case h.Until.IsZero() && h.UntilEvent == "":
		return E(Invalid, "hold_end_missing", nil)
	case !h.Until.IsZero() && h.Until.Before(h.Since):
		return E(Invalid, "hold_end_before_start", Args{"until": h.Until, "since": h.Since})
	}
	return nil
}

// mayChange checks what an axis needs to place a hold or to end one: without a day a hold
// would never end.
func (h Hold) mayChange(place bool) error {
	if place {
		return h.Validate()
	}
	if h.Since.IsZero() {
		return E(Invalid, "hold_start_missing", nil)
	}
	return nil
}

// PlaceHold adds a hold; it must have a reason and an end.
func (c *Case) PlaceHold(h Hold) (Event, error) {
	if err := h.Validate(); err != nil {
		return Event{}, err
	}
	return c.place(h), nil
}

func (c *Case) place(h Hold) Event {
	c.Holds = append(c.Holds, h)
	c.process(h.Since)
	return c.event(CaseHeld, Args{"kind": string(h.Kind), "until": h.Until})
}

// ReleaseHold ends a hold on a day.
func (c *Case) ReleaseHold(id ID, on Date) (Event, error) {
	if on.IsZero() {
		return Event{}, E(Invalid, "date_missing", nil)
	}
	for i := range c.Holds {
		if c.Holds[i].ID == id && c.Holds[i].Active(on) {
			c.Holds[i].ReleasedOn = on
			c.process(on)
			return c.event(CaseReleased, Args{"kind": string(c.Holds[i].Kind)}), nil
		}
	}
	return Event{}, E(NotFound, "hold_unknown", nil)
}

// endHold releases every hold of a kind and says so after the event that ended it.
func (c *Case) endHold(kind HoldKind, on Date, because Event) []Event {
	events := []Event{because}
	for i := range c.Holds {
		if c.Holds[i].Kind == kind && c.Holds[i].ReleasedOn.IsZero() {
			c.Holds[i].ReleasedOn = on
			events = append(events, c.event(CaseReleased, Args{"kind": string(kind)}))
		}
	}
	c.process(on)
	return events
}

func (c *Case) held(kind HoldKind, on Date) bool {
	return slices.ContainsFunc(c.Holds, func(h Hold) bool { return h.Kind == kind && h.Active(on) })
}

// process sets the processing axis from the holds; a stopped case stays stopped.
func (c *Case) process(on Date) {
	if c.Processing == Stopped {
		return
	}
	c.Processing = Running
	for _, h := range c.Holds {
		if h.Active(on) {
			c.Processing = Held
		}
	}
}

// resume lets a stopped case run again, held if any hold was not released: the next change
// of a hold looks at the days.
func (c *Case) resume() {
	c.Processing = Running
	if slices.ContainsFunc(c.Holds, func(h Hold) bool { return h.ReleasedOn.IsZero() }) {
		c.Processing = Held
	}
}
