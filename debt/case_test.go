package debt

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var caseDay = MustDate("2026-11-22")

func freshCase() Case {
	c := NewCase("creditor", "case", time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC))
	c.Review = ReviewAccepted
	return c
}

var someHold = Hold{ID: "hold", Reason: "says so", Since: caseDay, Until: caseDay.AddDays(14)}

// axis is one graph with the way a case takes along an edge of it.
type axis[T ~string] struct {
	graph map[T][]T
	start T
	set   func(c *Case, at T)
	at    func(c Case) T
	take  func(c *Case, to T) ([]Event, error)
	own   func(from, to T) bool // edges that another operation takes
}

func (a axis[T]) states() []T {
	all := []T{a.start}
	for from, targets := range a.graph {
		for _, s := range append([]T{from}, targets...) {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

func checkAxis[T ~string](t *testing.T, a axis[T], states int) {
	t.Helper()
	if n := len(a.states()); n != states {
		t.Fatalf("%d states, want %d", n, states)
	}
	for _, from := range a.states() {
		for _, to := range append(a.states(), "", "nonsense") {
			c := freshCase()
			a.set(&c, from)
			before := fmt.Sprintf("%+v", c)
			events, err := a.take(&c, to)
			if slices.Contains(a.graph[from], to) && (a.own == nil || a.own(from, to)) {
				if err != nil || a.at(c) != to || len(events) == 0 {
					t.Errorf("%s → %s: %v, at %s", from, to, err, a.at(c))
				}
				for _, e := range events {
					if !e.Type.Known() || e.CaseID != c.ID || e.Schema != 1 {
						t.Errorf("%s → %s: event %+v", from, to, e)
					}
				}
				continue
			}
			if err == nil || len(events) != 0 || fmt.Sprintf("%+v", c) != before {
				t.Errorf("%s → %s is not refused, or leaves a trace: %v", from, to, err)
			}
		}
	}
	reached := []T{a.start}
	for i := 0; i < len(reached); i++ {
		for _, to := range a.graph[reached[i]] {
			if !slices.Contains(reached, to) {
				reached = append(reached, to)
			}
		}
	}
	if len(reached) != states {
		t.Errorf("from %s only %v can be reached", a.start, reached)
	}
}

func one(e Event, err error) ([]Event, error) {
	if err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

var courtAllowed = []Step{{Name: StepCourt, Allowed: true}}

func TestEveryAxisMovesAlongItsGraphAndNowhereElse(t *testing.T) {
	checkAxis(t, axis[Review]{reviewGraph, ReviewReceived, func(c *Case, at Review) { c.Review = at },
		func(c Case) Review { return c.Review }, func(c *Case, to Review) ([]Event, error) { return one(c.Decide(to)) }, nil}, 3)
	checkAxis(t, axis[Stage]{stageGraph, StageReminder, func(c *Case, at Stage) { c.Stage = at },
		func(c Case) Stage { return c.Stage },
		func(c *Case, to Stage) ([]Event, error) { return one(c.Advance(to, courtAllowed)) },
		func(_, to Stage) bool { return to != StageClosed }}, 7)
	checkAxis(t, axis[ObjectionState]{objectionGraph, ObjectionNone, func(c *Case, at ObjectionState) { c.Objection = at },
		func(c Case) ObjectionState { return c.Objection },
		func(c *Case, to ObjectionState) ([]Event, error) { return c.SetObjection(to, someHold) }, nil}, 6)
	checkAxis(t, axis[PlanState]{planGraph, PlanNone, func(c *Case, at PlanState) { c.Plan = at },
		func(c Case) PlanState { return c.Plan },
		func(c *Case, to PlanState) ([]Event, error) { return c.SetPlan(to, someHold) }, nil}, 7)
}

func TestClosingIsPossibleFromEveryStageForANamedReasonOnly(t *testing.T) {
	for stage := range stageGraph {
		for _, reason := range append(CloseReasons(), "", "because") {
			c := freshCase()
			c.Stage = stage
			e, err := c.Close(reason, caseDay)
			if want := stage != StageClosed && slices.Contains(CloseReasons(), reason); want != (err == nil) {
				t.Errorf("%s for %q: %v", stage, reason, err)
			} else if want && (e.Type != CaseClosed || c.Stage != StageClosed || c.CloseReason != reason || c.Processing != Stopped) {
				t.Errorf("%s for %q: %+v", stage, reason, c)
			}
		}
	}
	c := freshCase()
	_, err := c.Close("paid", Date{})
	wantKey(t, err, Invalid, "date_missing")
}

func TestClosingReleasesEveryHoldThatIsNotOver(t *testing.T) {
	c := freshCase()
	over, now, later := someHold, someHold, someHold
	over.Since, over.Until = caseDay.AddDays(-9), caseDay.AddDays(-1)
	later.Since, later.Until = caseDay.AddDays(3), caseDay.AddDays(9)
	for _, h := range []Hold{over, now, later} {
		h.Kind = HoldHardship
		if _, err := c.PlaceHold(h); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Close("withdrawn_by_creditor", caseDay); err != nil {
		t.Fatal(err)
	}
	if !c.Holds[0].ReleasedOn.IsZero() || c.Holds[1].ReleasedOn != caseDay || c.Holds[2].ReleasedOn != caseDay {
		t.Errorf("%+v", c.Holds)
	}
	for n := range 20 {
		if on := caseDay.AddDays(n); c.held(HoldHardship, on) {
			t.Errorf("held on %s", on)
		}
	}
}

func TestAReopenedCaseRunsAgain(t *testing.T) {
	for stage := range stageGraph {
		if stage == StageClosed {
			continue
		}
		c := freshCase()
		c.Stage = stage
		if _, err := c.Close("paid", caseDay); err != nil {
			t.Fatal(err)
		}
		// The payment came back, so that only the closing speaks against court.
		if _, err := c.Advance(stage, c.NextSteps(Facts{On: caseDay, AddressComplete: true})); err != nil {
			t.Errorf("%s: %v", stage, err)
		}
		if c.Stage != stage || c.Processing != Running || c.CloseReason != "" {
			t.Errorf("%+v", c)
		}
	}
	rejected := freshCase()
	rejected.Review, rejected.Stage, rejected.Processing = ReviewRejected, StageClosed, Stopped
	if _, err := rejected.Advance(StageReminder, nil); err != nil || rejected.Processing != Stopped {
		t.Errorf("a rejected case is %s, %v", rejected.Processing, err)
	}
}

func TestReopeningDoesNotForgetWhatWasOpen(t *testing.T) {
	c := freshCase()
	c.Stage = StageCourtPrepared
	if _, err := c.SetObjection(ObjectionOpen, someHold); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Close("other", caseDay); err != nil {
		t.Fatal(err)
	}
	_, err := c.Advance(StageCourt, c.NextSteps(Facts{On: caseDay, AddressComplete: true}))
	wantKey(t, err, Forbidden, "court_step_forbidden")
	if _, err := c.Advance(StageCollection, nil); err != nil {
		t.Fatal(err)
	}
	for _, s := range c.NextSteps(Facts{On: caseDay, AddressComplete: true}) {
		if s.Name != StepClose && (s.Allowed || !slices.Contains(s.Because, "objection_open")) {
			t.Errorf("%+v while an objection is open", s)
		}
	}
}

func TestTheCourtStepNeedsToHaveBeenChecked(t *testing.T) {
	for name, steps := range map[string][]Step{
		"nothing checked": nil, "something else checked": {{Name: StepNotice, Allowed: true}},
		"forbidden": {{Name: StepCourt, Because: []Barrier{BarrierMinor}}},
	} {
		for _, to := range []Stage{StageCourtPrepared, StageCourt} {
			c := freshCase()
			c.Stage = StageCollection
			if to == StageCourt {
				c.Stage = StageCourtPrepared
			}
			before := c.Stage
			_, err := c.Advance(to, steps)
			wantKey(t, err, Forbidden, "court_step_forbidden")
			if c.Stage != before {
				t.Errorf("%s: moved to %s", name, c.Stage)
			}
		}
	}
}

func TestARejectedCaseStopsAndMayComeBack(t *testing.T) {
	c := NewCase("creditor", "case", time.Time{})
	if e, err := c.Decide(ReviewRejected, "no address"); err != nil || e.Type != CaseRejected || c.Processing != Stopped {
		t.Errorf("%+v %v", c, err)
	}
	if e, err := c.Decide(ReviewReceived); err != nil || e.Type != CaseReceived || c.Processing != Running {
		t.Errorf("%+v %v", c, err)
	}
	if e, err := c.Decide(ReviewAccepted); err != nil || e.Type != CaseAccepted {
		t.Errorf("%+v %v", e, err)
	}
}

func TestAnObjectionHoldsTheCaseUntilItIsDecided(t *testing.T) {
	for outcome, want := range map[ObjectionState]EventType{ObjectionUpheld: ObjectionAnswered, ObjectionPartly: ObjectionAnswered,
		ObjectionRejected: ObjectionAnswered, ObjectionWithdrawn: ObjectionWithdrawnEv} {
		c := freshCase()
		events, err := c.SetObjection(ObjectionOpen, someHold)
		if err != nil || len(events) != 2 || events[0].Type != ObjectionFiled || events[1].Type != CaseHeld || c.Processing != Held {
			t.Fatalf("%+v %v", events, err)
		}
		late := caseDay.AddDays(100)
		if !c.held(HoldObjection, late) {
			t.Error("silence ends the hold")
		}
		events, err = c.SetObjection(outcome, Hold{Since: late})
		if err != nil || len(events) != 2 || events[0].Type != want || events[1].Type != CaseReleased || c.Processing != Running ||
			c.Holds[0].ReleasedOn != late {
			t.Errorf("%s: %+v %v %+v", outcome, events, err, c)
		}
	}
}

func TestAPlanHoldsTheCaseAsLongAsItRuns(t *testing.T) {
	c := freshCase()
	for _, step := range []struct {
		to     PlanState
		events []EventType
		held   bool
	}{
		{PlanOpen, []EventType{PlanProposed, CaseHeld}, true}, {PlanNone, []EventType{PlanCancelledEvent, CaseReleased}, false},
		{PlanOpen, []EventType{PlanProposed, CaseHeld}, true}, {PlanActive, []EventType{PlanAgreed}, true},
		{PlanAtRisk, []EventType{PlanAtRiskEvent}, true}, {PlanActive, []EventType{PlanChanged}, true},
		{PlanFulfilled, []EventType{PlanFulfilledEvent, CaseReleased}, false}, {PlanActive, []EventType{PlanChanged, CaseHeld}, true},
		{PlanAtRisk, []EventType{PlanAtRiskEvent}, true}, {PlanLapsed, []EventType{PlanLapsedEvent, CaseReleased}, false},
		{PlanActive, []EventType{PlanAgreed, CaseHeld}, true}, {PlanCancelled, []EventType{PlanCancelledEvent, CaseReleased}, false},
	} {
		events, err := c.SetPlan(step.to, someHold)
		var got []EventType
		for _, e := range events {
			got = append(got, e.Type)
		}
		if err != nil || !slices.Equal(got, step.events) || (c.Processing == Held) != step.held {
			t.Fatalf("%s: %v %v, %s", step.to, got, err, c.Processing)
		}
	}
}

func TestAHoldHasAReasonABeginningAndAnEnd(t *testing.T) {
	good := someHold
	good.Kind = HoldHardship
	for key, spoil := range map[string]func(h *Hold){
		"hold_reason_missing":   func(h *Hold) { h.Reason = "" },
		"hold_start_missing":    func(h *Hold) { h.Since = Date{} },
		"hold_end_missing":      func(h *Hold) { h.Until = Date{} },
		"hold_end_before_start": func(h *Hold) { h.Until = h.Since.AddDays(-1) },
	} {
		h := good
		spoil(&h)
		c := freshCase()
		_, err := c.PlaceHold(h)
		wantKey(t, err, Invalid, key)
		if len(c.Holds) > 0 || c.Processing != Running {
			t.Errorf("%s: %+v", key, c)
		}
	}
	bad := good
	bad.Kind = "mood"
	c := freshCase()
	_, err := c.PlaceHold(bad)
	wantKey(t, err, Invalid, "hold_reason_missing")
}

// A refused hold must not leave the axis moved without it.
func TestARefusedHoldMovesNoAxis(t *testing.T) {
	c := freshCase()
	_, err := c.SetObjection(ObjectionOpen, Hold{Since: caseDay})
	wantKey(t, err, Invalid, "hold_reason_missing")
	_, err = c.SetPlan(PlanActive, Hold{Reason: "agreed"})
	wantKey(t, err, Invalid, "hold_start_missing")
	if c.Objection != ObjectionNone || c.Plan != PlanNone || len(c.Holds) != 0 {
		t.Errorf("%+v", c)
	}
	if _, err := c.SetPlan(PlanActive, someHold); err != nil {
		t.Fatal(err)
	}
	_, err = c.SetPlan(PlanCancelled, Hold{}) // without a day the hold would never end
	wantKey(t, err, Invalid, "hold_start_missing")
	if c.Plan != PlanActive || c.Processing != Held {
		t.Errorf("%+v", c)
	}
}

func TestAHoldWorksOnItsDays(t *testing.T) {
	day := func(n int) Date { return caseDay.AddDays(n) }
	for name, c := range map[string]struct {
		hold        Hold
		first, last int // the days held, of −5 to 20
	}{
		"until a day":          {Hold{Since: day(0), Until: day(7)}, 0, 7},
		"until an event":       {Hold{Since: day(0), Until: day(7), UntilEvent: ProofAccepted}, 0, 20},
		"released on the 4th":  {Hold{Since: day(0), Until: day(7), ReleasedOn: day(4)}, 0, 3},
		"released after event": {Hold{Since: day(2), UntilEvent: ProofAccepted, ReleasedOn: day(9)}, 2, 8},
	} {
		for n := -5; n <= 20; n++ {
			if got := c.hold.Active(day(n)); got != (n >= c.first && n <= c.last) {
				t.Errorf("%s: day %d is %t", name, n, got)
			}
		}
	}
	c := freshCase()
	h := someHold
	h.Kind = HoldPromise
	if _, err := c.PlaceHold(h); err != nil {
		t.Fatal(err)
	}
	_, err := c.ReleaseHold("other", caseDay)
	wantKey(t, err, NotFound, "hold_unknown")
	_, err = c.ReleaseHold("hold", Date{})
	wantKey(t, err, Invalid, "date_missing")
	if e, err := c.ReleaseHold("hold", caseDay); err != nil || e.Type != CaseReleased || c.Processing != Running {
		t.Errorf("%+v %v %s", e, err, c.Processing)
	}
	_, err = c.ReleaseHold("hold", caseDay)
	wantKey(t, err, NotFound, "hold_unknown")
}

func TestThePaymentAxisFollowsTheAccount(t *testing.T) {
	for _, c := range []struct {
		balance Balance
		any     bool
		want    PaymentState
	}{
		{Balance{Principal: 1}, false, StateOpen}, {Balance{Principal: 1}, true, StatePartPaid}, {Balance{Interest: 1}, true, StatePartPaid},
		{Balance{}, true, StatePaid}, {Balance{Overpaid: 1}, true, StateOverpaid}, {Balance{Costs: 1, Overpaid: 1}, true, StatePartPaid},
	} {
		k := freshCase()
		if k.Paid(c.balance, c.any); k.Payment != c.want {
			t.Errorf("%+v: %s, want %s", c.balance, k.Payment, c.want)
		}
	}
}

// pick takes the next digit of a number that counts through all combinations.
func pick[T any](n *int, of []T) T {
	v := of[*n%len(of)]
	*n /= len(of)
	return v
}

func TestTheCourtStepIsNeverAllowedWhileAnythingIsOpen(t *testing.T) {
	yesNo := []bool{false, true}
	for i := 0; ; i++ {
		n, c := i, freshCase()
		c.Review = pick(&n, Reviews())
		c.Stage = pick(&n, Stages())
		c.Payment = pick(&n, PaymentStates())
		c.Objection = pick(&n, ObjectionStates())
		c.Plan = pick(&n, PlanStates())
		kind := pick(&n, append(HoldKinds(), ""))
		facts := Facts{On: caseDay, Minor: pick(&n, yesNo), AddressComplete: pick(&n, yesNo)}
		barred := pick(&n, yesNo)
		if n > 0 {
			break // every combination was there
		}
		checkSteps(t, c, kind, facts, barred)
	}
}

func checkSteps(t *testing.T, c Case, kind HoldKind, f Facts, barred bool) {
	f.Limitation = f.On
	if barred {
		f.Limitation = f.On.AddDays(-1)
	}
	if kind != "" {
		c.Holds = []Hold{{Kind: kind, Since: f.On}, {Kind: kind, Since: f.On}}
	}
	reasons := map[string]bool{
		"not_accepted": c.Review != ReviewAccepted, "closed": c.Stage == StageClosed,
		"paid": c.Payment == StatePaid || c.Payment == StateOverpaid, "time_barred": barred,
		"objection_open":       c.Objection == ObjectionOpen,
		"plan_open":            c.Plan == PlanOpen || c.Plan == PlanActive || c.Plan == PlanAtRisk,
		"hold_" + string(kind): kind != "",
	}
	court := map[string]bool{"minor": f.Minor, "address_incomplete": !f.AddressComplete,
		"in_court_already": c.Stage == StageTitled || c.Stage == StageCourt}
	for _, s := range c.NextSteps(f) {
		want := map[string]bool{}
		switch s.Name {
		case StepNotice:
			add(want, reasons)
		case StepCourt:
			add(want, reasons, court)
		case StepPlan:
			add(want, reasons, map[string]bool{"minor": f.Minor, "plan_running": c.Plan == PlanActive || c.Plan == PlanAtRisk})
		case StepBureau:
			add(want, reasons, map[string]bool{"contested": c.Objection == ObjectionOpen || c.Objection == ObjectionUpheld ||
				c.Objection == ObjectionPartly})
		case StepClose:
			add(want, map[string]bool{"closed": c.Stage == StageClosed})
		}
		if len(s.Because) != len(want) || s.Allowed != (len(want) == 0) {
			t.Fatalf("%s: %t because %v, want %v: %+v", s.Name, s.Allowed, s.Because, want, c)
		}
		for _, because := range s.Because {
			if !want[string(because)] {
				t.Fatalf("%s: %s: %+v", s.Name, because, c)
			}
		}
	}
}

func add(to map[string]bool, from ...map[string]bool) {
	for _, m := range from {
		for k, v := range m {
			if v {
				to[k] = true
			}
		}
	}
}

func TestTheEventCatalogueNamesEachTypeOnce(t *testing.T) {
	seen := map[EventType]bool{}
	for _, e := range EventTypes() {
		if seen[e] || !e.Known() || strings.Count(string(e), ".") != 1 {
			t.Errorf("%q", e)
		}
		seen[e] = true
	}
	if EventType("case.eaten").Known() || EventType("").Known() {
		t.Error("anything is known")
	}
}
