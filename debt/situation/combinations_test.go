package situation_test

import (
	"slices"
	"testing"

	"quitt/debt"
	"quitt/debt/situation"
)

// mix is one combination of what may be pending on a case.
type mix struct {
	objection debt.ObjectionState
	plan      debt.PlanState
	payment   debt.PaymentState
	promise   bool
	proof     bool
	told      situation.Kind // "" for none
}

func (m mix) caseOf() debt.Case {
	c := debt.NewCase("c", "k", today.Time())
	c.Review, c.Stage = debt.ReviewAccepted, debt.StageCollection
	c.Objection, c.Plan, c.Payment = m.objection, m.plan, m.payment
	hold := func(kind debt.HoldKind, until debt.EventType) {
		c.Holds = append(c.Holds, debt.Hold{Kind: kind, Reason: "x", Since: today, UntilEvent: until})
	}
	if m.objection == debt.ObjectionOpen {
		hold(debt.HoldObjection, debt.ObjectionAnswered)
	}
	if m.promise {
		hold(debt.HoldPromise, debt.PromiseKept)
	}
	if m.proof {
		hold(debt.HoldProof, debt.ProofAccepted)
	}
	if m.told != "" {
		c.Holds = append(c.Holds, m.told.Place(today, today.AddDays(14)))
	}
	return c
}

// against gives what forbids a step, as the law and the product say it, not as NextSteps
// computes it.
func (m mix) against(step debt.StepName) map[debt.Barrier]bool {
	because := map[debt.Barrier]bool{}
	if step == debt.StepClose { // a person may end a case at any time
		return because
	}
	running := m.plan == debt.PlanActive || m.plan == debt.PlanAtRisk
	for b, applies := range map[debt.Barrier]bool{
		debt.BarrierObjection:   m.objection == debt.ObjectionOpen,
		"hold_objection":        m.objection == debt.ObjectionOpen,
		debt.BarrierPlan:        running || m.plan == debt.PlanOpen,
		debt.BarrierPlanRunning: running && step == debt.StepPlan,
		debt.BarrierPaid:        m.payment == debt.StatePaid || m.payment == debt.StateOverpaid,
		"hold_promise":          m.promise,
		"hold_proof_of_payment": m.proof,
		// BDSG § 31 II Nr. 4 d: what was ever contested and found right is not reported.
		debt.BarrierContested: step == debt.StepBureau && slices.Contains([]debt.ObjectionState{debt.ObjectionOpen, debt.ObjectionUpheld, debt.ObjectionPartly}, m.objection),
	} {
		if applies {
			because[b] = true
		}
	}
	if m.told != "" {
		because[debt.Barrier("hold_"+m.told.Effect().Hold)] = true
	}
	return because
}

func mixes() (list []mix) {
	for _, o := range debt.ObjectionStates() {
		for _, p := range debt.PlanStates() {
			for _, y := range debt.PaymentStates() {
				for _, told := range append(situation.Kinds(), "") {
					for bits := range 4 {
						list = append(list, mix{o, p, y, bits&1 > 0, bits&2 > 0, told})
					}
				}
			}
		}
	}
	return list
}

func TestEveryCombinationAllowsWhatNothingForbids(t *testing.T) {
	list := mixes()
	if len(list) != 6*7*4*8*4 {
		t.Fatalf("%d combinations", len(list))
	}
	for _, m := range list {
		for _, s := range m.caseOf().NextSteps(debt.Facts{On: today, AddressComplete: true}) {
			want := m.against(s.Name)
			got := map[debt.Barrier]bool{}
			for _, b := range s.Because {
				got[b] = true
			}
			same := len(got) == len(want)
			for b := range want {
				same = same && got[b]
			}
			if !same || s.Allowed != (len(want) == 0) {
				t.Fatalf("%+v: %s allowed is %v because of %v, want %v", m, s.Name, s.Allowed, s.Because, want)
			}
		}
	}
}
