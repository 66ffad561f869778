package debt

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

// Step is one next step: allowed, or the reasons (message keys) why not.
type Step struct {
	Name    StepName `json:"name"`
	Allowed bool     `json:"allowed"`
	Because []string `json:"because,omitempty"`
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
// plan is open, the claim is time-barred or data are missing (product.md section 3).
func (c Case) NextSteps(f Facts) []Step {
	demand := c.demandBarriers(f)
	court := append(c.courtBarriers(f), demand...)
	bureau := demand
	if c.Objection != ObjectionNone && c.Objection != ObjectionRejected && c.Objection != ObjectionWithdrawn {
		bureau = append(bureau[:len(bureau):len(bureau)], "contested")
	}
	plan := demand
	if c.Plan == PlanActive || c.Plan == PlanAtRisk {
		plan = append(plan[:len(plan):len(plan)], "plan_running")
	}
	if f.Minor {
		plan = append(plan[:len(plan):len(plan)], "minor")
	}
	var closed []string
	if c.Stage == StageClosed {
		closed = []string{"closed"}
	}
	var steps []Step
	for _, s := range []Step{{StepNotice, false, demand}, {StepPlan, false, plan}, {StepCourt, false, court},
		{StepBureau, false, bureau}, {StepClose, false, closed}} {
		s.Allowed = len(s.Because) == 0
		steps = append(steps, s)
	}
	return steps
}

// demandBarriers forbid any demand at all.
func (c Case) demandBarriers(f Facts) (because []string) {
	add := func(cond bool, key string) {
		if cond {
			because = append(because, key)
		}
	}
	add(c.Review != ReviewAccepted, "not_accepted")
	add(c.Stage == StageClosed, "closed")
	add(c.Payment == StatePaid || c.Payment == StateOverpaid, "paid")
	// Closing releases the holds, reopening does not bring them back: the axes still tell.
	add(c.Objection == ObjectionOpen, "objection_open")
	add(c.Plan == PlanOpen || c.Plan == PlanActive || c.Plan == PlanAtRisk, "plan_open")
	add(!f.Limitation.IsZero() && f.On.After(f.Limitation), "time_barred")
	seen := map[HoldKind]bool{}
	for _, h := range c.Holds {
		if h.Active(f.On) && !seen[h.Kind] {
			seen[h.Kind] = true
			because = append(because, "hold_"+string(h.Kind))
		}
	}
	return because
}

func (c Case) courtBarriers(f Facts) (because []string) {
	if f.Minor {
		because = append(because, "minor")
	}
	if !f.AddressComplete {
		because = append(because, "address_incomplete")
	}
	if c.Stage == StageTitled || c.Stage == StageCourt {
		because = append(because, "in_court_already")
	}
	return because
}
