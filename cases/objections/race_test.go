package objections_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/debt/situation"
	"quitt/store"
	"quitt/store/storetest"
)

// racers are what happens to a case at the same moment.
func (o *office) racers() []func() error {
	answer := func(a objection.Answer) func() error {
		return func() error {
			open, ok := o.said().Open()
			if !ok {
				return nil
			}
			return o.desk.Answer(ctx, o.at.Creditor, open.ID, clerk, a)
		}
	}
	plan := func(to debt.PlanState) func() error {
		return func() error {
			return o.cases().Apply(ctx, o.view().Case, clerk, func(c *debt.Case, today debt.Date) ([]debt.Event, error) {
				return c.SetPlan(to, debt.Hold{Reason: "plan", Since: today})
			})
		}
	}
	half := objection.Answer{Outcome: debt.ObjectionPartly, Reason: "x", Credits: []objection.Given{{Line: o.claim, Amount: 5_00}}}
	return []func() error{
		func() error { _, err := o.desk.File(ctx, o.at, debtor, o.filing(10_00)); return err },
		func() error { return o.desk.Withdraw(ctx, o.at, debtor) },
		answer(half), answer(objection.Answer{Outcome: debt.ObjectionRejected, Reason: "x"}),
		func() error { return o.tryPay(7_00) },
		plan(debt.PlanActive), plan(debt.PlanCancelled),
		func() error { return o.desk.Promise(ctx, o.at, debtor, situation.Promise{Amount: 1, By: o.today()}) },
		func() error {
			_, err := o.cases().Open(ctx, o.view().Creditor, cases.Handover{Reference: "R", Debtor: o.view().Debtor, Claims: []debt.Claim{o.view().Statement.Claims[0].Claim}})
			return err
		},
	}
}

// Whatever happens at once happens one after the other: the events of the case tell an
// order in which each step was allowed, and its axes, holds and ledger are what that order
// leaves.
func TestWhatHappensAtOnceHasASerialOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		racers := o.racers()
		for range 12 {
			var all sync.WaitGroup
			results := make([]error, 2*len(racers))
			for i, j := range rand.Perm(2 * len(racers)) {
				all.Go(func() { results[i] = racers[j%len(racers)]() })
			}
			all.Wait()
			for _, err := range results {
				switch debt.KindOf(err) {
				case debt.Forbidden, debt.Conflict, debt.Invalid, debt.Unavailable:
				default:
					if err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		o.replay(t)
		o.verified()
	})
}

// replay walks the events and holds every step against the graphs.
func (o *office) replay(t *testing.T) {
	v := o.view()
	objected, promised, filed := debt.ObjectionNone, false, 0
	plan := debt.PlanNone
	for i, e := range v.Events {
		if e.Seq != int64(i+1) {
			t.Fatalf("event %d has number %d", i+1, e.Seq)
		}
		switch e.Type {
		case debt.ObjectionFiled:
			if objected == debt.ObjectionOpen {
				t.Fatalf("event %d: filed while one is open", e.Seq)
			}
			objected = debt.ObjectionOpen
			filed++
		case debt.ObjectionAnswered, debt.ObjectionWithdrawnEv:
			if objected != debt.ObjectionOpen {
				t.Fatalf("event %d: %s of nothing", e.Seq, e.Type)
			}
			if objected = debt.ObjectionWithdrawn; e.Type == debt.ObjectionAnswered {
				outcome, _ := e.Data["outcome"].(string)
				objected = debt.ObjectionState(outcome)
			}
		case debt.PromiseMade:
			if promised {
				t.Fatalf("event %d: promised twice", e.Seq)
			}
			promised = true
		case debt.PlanAgreed:
			plan = debt.PlanActive
		case debt.PlanCancelledEvent:
			if plan != debt.PlanActive {
				t.Fatalf("event %d: cancelled from %s", e.Seq, plan)
			}
			plan = debt.PlanCancelled
		}
	}
	if v.Case.Objection != objected || v.Case.Plan != plan {
		t.Errorf("the events leave %s and %s, the case says %s and %s", objected, plan, v.Case.Objection, v.Case.Plan)
	}
	held := 0
	for _, h := range v.Case.Holds {
		if h.Kind == debt.HoldObjection && h.ReleasedOn.IsZero() {
			held++
		}
	}
	if open := objected == debt.ObjectionOpen; open != (held == 1) || held > 1 {
		t.Errorf("%s with %d holds for it", objected, held)
	}
	if said := o.said(); len(said.Objections) != filed || filed < 3 {
		t.Errorf("%d filed by events, %d kept", filed, len(said.Objections))
	}
	if got := o.count(debt.PaymentSucceededEvent); got != len(v.Payments) || got == 0 {
		t.Errorf("%d payments, %d events", len(v.Payments), got)
	}
}
