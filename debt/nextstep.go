package debt

import "slices"

// StepName is something the creditor could do next.
type StepName string

// The steps a case record offers.
const (
	StepNotice StepName = "notice" // send the next letter
	StepPlan   StepName = "plan"   // offer a plan
	StepCourt  StepName = "court"  // prepare or file the application for a payment order
	StepBureau StepName = "bureau" // report to a credit bureau (BDSG § 31 II)
	StepClose  StepName = "close"
)

// Barrier is a reason against a step; "hold_" and a HoldKind is one too.
type Barrier string

// The barriers beside the holds.
const (
	BarrierNotAccepted Barrier = "not_accepted"
	BarrierClosed      Barrier = "closed"
	BarrierPaid        Barrier = "paid"
	BarrierObjection   Barrier = "objection_open"
	BarrierPlan        Barrier = "plan_open"
	BarrierPlanRunning Barrier = "plan_running"
	BarrierTimeBarred  Barrier = "time_barred"
	BarrierMinor       Barrier = "minor"
	BarrierAddress     Barrier = "address_incomplete"
	BarrierInCourt     Barrier = "in_court_already"
	BarrierContested   Barrier = "contested"
	BarrierUnchecked   Barrier = "not_checked" // nobody asked NextSteps

	// Against a letter; see debt/letter.
	BarrierAddressStopped Barrier = "address_stopped" // a letter came back, or somebody else lives there
	BarrierNothingOpen    Barrier = "nothing_open"
	BarrierLetterWritten  Barrier = "letter_written"
	BarrierLetterWaits    Barrier = "letter_waits"    // for the deadline of the one before
	BarrierLetterMissing  Barrier = "letter_missing"  // the one before
	BarrierLetterUnwanted Barrier = "letter_unwanted" // the creditor writes none of the kind
	BarrierUnderWay       Barrier = "payment_under_way"
)

// Barriers lists every Barrier that is not a hold.
func Barriers() []Barrier {
	return []Barrier{BarrierNotAccepted, BarrierClosed, BarrierPaid, BarrierObjection, BarrierPlan, BarrierPlanRunning,
		BarrierTimeBarred, BarrierMinor, BarrierAddress, BarrierInCourt, BarrierContested, BarrierUnchecked,
		BarrierAddressStopped, BarrierNothingOpen, BarrierLetterWritten, BarrierLetterWaits, BarrierLetterMissing,
		BarrierLetterUnwanted, BarrierUnderWay}
}

// Step is one next step: allowed, or every reason why not.
type Step struct {
	Name    StepName  `json:"name"`
	Allowed bool      `json:"allowed"`
	Because []Barrier `json:"because,omitempty"`
}

// Facts is what NextSteps must know beside the case itself.
type Facts struct {
	On              Date
	Limitation      Date // raw expiry; none if not computed
	Minor           bool // without a known representative
	AddressComplete bool
}

// NextSteps lists what is allowed on a day and, for each step that is not, every reason.
// The court step is never allowed while an objection, an unreviewed proof, a promise or a
// plan is open, the claim is time-barred or data are missing.
func (c Case) NextSteps(f Facts) []Step {
	contested := c.Objection != ObjectionNone && c.Objection != ObjectionRejected && c.Objection != ObjectionWithdrawn
	demand := c.demandBarriers(f)
	court := append(c.courtBarriers(f), demand...)
	bureau := demand.with(contested, BarrierContested)
	plan := demand.with(c.Plan == PlanActive || c.Plan == PlanAtRisk, BarrierPlanRunning).with(f.Minor, BarrierMinor)
	closed := barriers(nil).with(c.Stage == StageClosed, BarrierClosed)
	var steps []Step
	for _, s := range []Step{{StepNotice, false, demand}, {StepPlan, false, plan}, {StepCourt, false, court},
		{StepBureau, false, bureau}, {StepClose, false, closed}} {
		s.Allowed = len(s.Because) == 0
		steps = append(steps, s)
	}
	return steps
}

type barriers []Barrier

// with adds a barrier where it applies. Clip keeps lists that began as one apart.
func (bs barriers) with(applies bool, b Barrier) barriers {
	if !applies {
		return bs
	}
	return append(slices.Clip(bs), b)
}

// demandBarriers forbid any demand at all.
func (c Case) demandBarriers(f Facts) barriers {
	// Closing releases the holds, reopening does not bring them back: the axes still tell.
	because := barriers(nil).
		with(c.Review != ReviewAccepted, BarrierNotAccepted).
		with(c.Stage == StageClosed, BarrierClosed).
		with(c.Payment == StatePaid || c.Payment == StateOverpaid, BarrierPaid).
		with(c.Objection == ObjectionOpen, BarrierObjection).
		with(c.Plan == PlanOpen || c.Plan == PlanActive || c.Plan == PlanAtRisk, BarrierPlan).
		with(!f.Limitation.IsZero() && f.On.After(f.Limitation), BarrierTimeBarred)
	for _, h := range c.Holds {
		b := Barrier("hold_" + h.Kind)
		because = because.with(h.Active(f.On) && !slices.Contains(because, b), b)
	}
	return because
}

func (c Case) courtBarriers(f Facts) barriers {
	return barriers(nil).
		with(f.Minor, BarrierMinor).
		with(!f.AddressComplete, BarrierAddress).
		with(c.Stage == StageTitled || c.Stage == StageCourt, BarrierInCourt)
}
