package batch_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/batch"
)

var today = debt.MustDate("2026-11-22")

func running() debt.Case {
	c := debt.NewCase("creditor", "case", time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC))
	c.Review = debt.ReviewAccepted
	return c
}

func held(kind debt.HoldKind, until string) func(*debt.Case) {
	return func(c *debt.Case) {
		c.Holds = append(c.Holds, debt.Hold{ID: "hold", Kind: kind, Reason: "clarification", Since: debt.MustDate("2026-11-01"), Until: debt.MustDate(until)})
	}
}

func TestWhatMayBeDoneWithManyCases(t *testing.T) {
	type may map[batch.Action]debt.Barrier
	all := func(b debt.Barrier) may {
		return may{batch.Hold: b, batch.Exempt: b, batch.Release: b, batch.Withdraw: b}
	}
	for name, x := range map[string]struct {
		is     func(*debt.Case)
		moving bool
		want   may
	}{
		"running":           {func(*debt.Case) {}, false, may{batch.Release: batch.BarrierNoHold}},
		"closed":            {func(c *debt.Case) { c.Stage = debt.StageClosed }, false, all(debt.BarrierClosed)},
		"rejected":          {func(c *debt.Case) { c.Review = debt.ReviewRejected }, false, all(batch.BarrierRejected)},
		"exempt":            {held(debt.HoldRequest, "2026-12-01"), false, may{batch.Exempt: batch.BarrierHeld}},
		"held":              {held(debt.HoldDataCheck, "2026-11-22"), false, may{batch.Hold: batch.BarrierHeld}},
		"held until before": {held(debt.HoldDataCheck, "2026-11-21"), false, may{batch.Release: batch.BarrierNoHold}},
		"a death":           {func(c *debt.Case) { held(debt.HoldDataCheck, "2026-12-01")(c); c.Holds[0].Reason = "deceased" }, false, may{batch.Hold: batch.BarrierHeld, batch.Release: batch.BarrierNoHold}},
		"until an event":    {func(c *debt.Case) { held(debt.HoldRequest, "2026-12-01")(c); c.Holds[0].UntilEvent = debt.CaseClosed }, false, may{batch.Exempt: batch.BarrierHeld, batch.Release: batch.BarrierNoHold}},
		"hardship":          {held(debt.HoldHardship, "2026-12-01"), false, may{batch.Release: batch.BarrierNoHold}},
		"in court":          {func(c *debt.Case) { c.Stage = debt.StageCourt }, false, may{batch.Release: batch.BarrierNoHold, batch.Withdraw: debt.BarrierInCourt}},
		"titled":            {func(c *debt.Case) { c.Stage = debt.StageTitled }, false, may{batch.Release: batch.BarrierNoHold, batch.Withdraw: debt.BarrierInCourt}},
		"disputed":          {func(c *debt.Case) { c.Objection = debt.ObjectionOpen }, false, may{batch.Release: batch.BarrierNoHold, batch.Withdraw: debt.BarrierObjection}},
		"plan":              {func(c *debt.Case) { c.Plan = debt.PlanAtRisk }, false, may{batch.Release: batch.BarrierNoHold, batch.Withdraw: debt.BarrierPlanRunning}},
		"proposal":          {func(c *debt.Case) { c.Plan = debt.PlanOpen }, false, may{batch.Release: batch.BarrierNoHold, batch.Withdraw: debt.BarrierPlan}},
		"money":             {func(*debt.Case) {}, true, may{batch.Release: batch.BarrierNoHold, batch.Withdraw: debt.BarrierUnderWay}},
	} {
		for _, a := range batch.Actions() {
			c := running()
			x.is(&c)
			if got := a.May(c, batch.Facts{On: today, Moving: x.moving}); got != x.want[a] {
				t.Errorf("%s: %s is %q, want %q", name, a, got, x.want[a])
			}
		}
	}
}

func TestAnOrderSaysWhyAndUntilWhen(t *testing.T) {
	for name, x := range map[string]struct {
		order batch.Order
		key   string
	}{
		"hold":           {batch.Order{Action: batch.Hold, Reason: "clarification", Until: today}, ""},
		"a year":         {batch.Order{Action: batch.Exempt, Reason: "goodwill", Until: today.AddDays(365)}, ""},
		"withdraw":       {batch.Order{Action: batch.Withdraw}, ""},
		"release":        {batch.Order{Action: batch.Release}, ""},
		"nothing":        {batch.Order{}, "list_action_missing"},
		"no reason":      {batch.Order{Action: batch.Hold, Until: today}, "list_reason_missing"},
		"another's":      {batch.Order{Action: batch.Hold, Reason: "goodwill", Until: today}, "list_reason_missing"},
		"no end":         {batch.Order{Action: batch.Hold, Reason: "clarification"}, "list_until_range"},
		"yesterday":      {batch.Order{Action: batch.Hold, Reason: "clarification", Until: today.AddDays(-1)}, "list_until_range"},
		"more than that": {batch.Order{Action: batch.Hold, Reason: "clarification", Until: today.AddDays(366)}, "list_until_range"},
	} {
		err := x.order.Validate(today)
		var e *debt.Error
		if x.key == "" && err != nil || x.key != "" && (!errors.As(err, &e) || e.Key != x.key) {
			t.Errorf("%s: %v, want %q", name, err, x.key)
		}
	}
}

// Whatever may be done is done: the case is held, released or closed as ordered, with an event
// that says so, and a second time it may not be done.
func TestWhatMayBeDoneIsDoneOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := running()
		for _, k := range rapid.SliceOf(rapid.SampledFrom(debt.HoldKinds())).Draw(t, "holds") {
			held(k, "2026-12-24")(&c)
			c.Holds[len(c.Holds)-1].ID = debt.ID(rune('a' + len(c.Holds)))
		}
		a := rapid.SampledFrom(batch.Actions()).Draw(t, "action")
		facts := batch.Facts{On: today}
		if a.May(c, facts) != "" {
			return
		}
		o := batch.Order{Action: a, Until: today.AddDays(7)}
		if a.Places() {
			o.Reason = a.Reasons()[0]
		}
		events, err := o.Do(&c, today, "new")
		if err != nil || len(events) == 0 {
			t.Fatal(events, err)
		}
		if a.May(c, facts) == "" {
			t.Fatalf("%s twice", a)
		}
		if a.Places() {
			if _, err := c.ReleaseHold("new", today); err != nil || a.May(c, facts) != "" {
				t.Fatalf("%s is not undone: %v", a, err)
			}
		}
	})
}
