package plans_test

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/store"
	kept "quitt/store/plans"
	"quitt/store/storetest"
)

// story is a case over the years: whatever its debtor, its creditor and the banks do, in any
// order.
type story struct {
	*room

	payments []debt.ID
	mandated debt.ID
}

// may ignores refusals: each is an answer, and none may break what is kept.
func (s *story) may(err error) {
	s.Helper()
	if err != nil && debt.KindOf(err) == "" {
		s.Fatalf("no refusal but a failure: %v", err)
	}
}

func (s *story) step(t *rapid.T) {
	v := s.view()
	var current debt.ID
	if v.Plan != nil {
		current = v.Plan.ID
	}
	amount := func(name string) debt.Cents { return debt.Cents(rapid.Int64Range(5_00, 400_00).Draw(t, name)) }
	first := s.today().AddDays(rapid.IntRange(1, 40).Draw(t, "first"))
	wish := plan.Wish{Instalment: amount("instalment"), First: first, Rhythm: rapid.SampledFrom(plan.Rhythms()).Draw(t, "rhythm")}
	switch rapid.SampledFrom([]string{"pass", "pass", "keep", "keep", "agree", "agree", "pay", "return", "change", "cancel", "propose", "answer", "excuse", "revive", "method"}).Draw(t, "what") {
	case "pass":
		for range rapid.IntRange(1, 3).Draw(t, "weeks") {
			s.days(7)
			s.run()
		}
	case "keep": // the next instalment is paid on its day
		if v.Next.No > 0 && v.Next.DueOn.After(s.today()) {
			s.until(v.Next.DueOn)
			s.payments = append(s.payments, s.pay(v.Next.Owed, s.today()))
		}
	case "agree":
		o, err := s.d.Prepare(ctx, s.debtor(), wish)
		s.may(err)
		if err == nil {
			_, err = s.d.Confirm(ctx, s.debtor(), o.Plan.ID)
			s.may(err)
		}
	case "pay":
		s.payments = append(s.payments, s.pay(amount("paid"), s.today().AddDays(-rapid.IntRange(0, 10).Draw(t, "bank"))))
	case "return":
		if n := len(s.payments); n > 0 {
			i := rapid.IntRange(0, n-1).Draw(t, "which")
			s.comesBack(s.payments[i])
			s.payments = append(s.payments[:i:i], s.payments[i+1:]...)
		}
	case "change":
		c := plan.Change{Kind: rapid.SampledFrom(plan.ChangeKinds()).Draw(t, "change"), Day: rapid.IntRange(1, 31).Draw(t, "day"),
			Months: rapid.IntRange(1, 3).Draw(t, "months"), Amount: amount("changed")}
		if v.Plan != nil {
			_, _, err := s.d.Change(ctx, s.debtor(), plans.ChangeWish{Change: c, Version: v.Plan.Version})
			s.may(err)
		}
	case "cancel":
		s.may(s.d.Cancel(ctx, s.debtor(), current))
	case "propose":
		_, err := s.d.Propose(ctx, s.debtor(), plans.Proposal{Wish: wish, Reason: "income"})
		s.may(err)
	case "answer":
		s.answer(t, current, wish)
	case "excuse":
		s.may(s.d.Excuse(ctx, s.debtor(), ""))
		if rapid.Bool().Draw(t, "excused") {
			s.may(s.d.AnswerExcuse(ctx, s.clerk(), current, false))
		}
	case "method":
		p := plans.Paying{}
		if rapid.Bool().Draw(t, "mandate") {
			p.Instrument = s.mandated
		}
		s.may(s.d.SetMethod(ctx, s.debtor(), p))
	case "revive":
		s.may(s.d.Revive(ctx, s.clerk(), current))
	}
	s.run()
	s.holds()
}

func (s *story) answer(t *rapid.T, current debt.ID, wish plan.Wish) {
	switch rapid.SampledFrom([]string{"accept", "counter", "decline", "withdraw"}).Draw(t, "answer") {
	case "accept":
		_, err := s.d.Accept(ctx, s.clerk(), current)
		s.may(err)
	case "counter":
		s.clock.Move(time.Minute)
		_, err := s.d.Counter(ctx, s.clerk(), plans.Counter{Plan: current, Wish: wish})
		s.may(err)
		if err == nil {
			s.clock.Move(time.Minute)
			_, err = s.d.TakeCounter(ctx, s.debtor(), current)
			s.may(err)
			_, err = s.d.Confirm(ctx, s.debtor(), current)
			s.may(err)
		}
	case "decline":
		s.may(s.d.Decline(ctx, s.clerk(), plans.Refusal{Plan: current, Reason: "too_slow", Person: "A. Klerk"}))
	case "withdraw":
		s.may(s.d.Withdraw(ctx, s.debtor(), current))
	}
}

// holds checks what must be true at any time once the loops have looked.
func (s *story) holds() {
	s.Helper()
	v := s.view()
	var list []kept.Kept
	s.write(func(t *store.Tx) (err error) {
		list, err = kept.OfCase(&t.Reader, s.caseID)
		return err
	})
	open := 0
	for _, k := range list {
		if k.State == debt.PlanOpen || k.Running() {
			open++
			if v.Case.Plan != k.State {
				s.Fatalf("the plan is %s, the case says %s", k.State, v.Case.Plan)
			}
		}
	}
	if open > 1 {
		s.Fatalf("%d plans are open", open)
	}
	running := v.Plan != nil && v.Plan.Running()
	if running && v.Open == 0 || !running && v.Plan != nil && v.Plan.State == debt.PlanFulfilled && v.Case.Plan == debt.PlanFulfilled && v.Open > 0 {
		s.Fatalf("%s with %s open", v.Plan.State, v.Open)
	}
	if rests := s.held(); rests != (running || v.Plan != nil && v.Case.Plan == debt.PlanOpen) {
		s.Fatalf("the case rests: %t, its plan is %s", rests, v.Case.Plan)
	}
	s.collects(v, running)
	if running {
		if n := len(v.Ahead.Instalments); n == 0 || v.Ahead.Last().Rest != 0 || v.Ahead.Total() < v.Open {
			s.Fatalf("the schedule does not end: %+v of %s", v.Ahead, v.Open)
		}
	}
}

// collects checks that what waits to be collected is owed, each instalment once. Nobody
// collects in these stories, so that orders of missed instalments stay.
func (s *story) collects(v plans.View, running bool) {
	s.Helper()
	seen, sum := map[int]bool{}, debt.Cents(0)
	for _, o := range s.orders() {
		i, _ := o.Instalment()
		if o.State != collection.Waiting {
			continue
		}
		if !running || i.Plan != v.Plan.ID || o.InstrumentID != v.Plan.InstrumentID || seen[i.No] || i.No > len(v.Progress.Instalments) {
			s.Fatalf("an order for nothing: %+v", o)
		}
		seen[i.No] = true
		sum += o.Amount
		owed, goesOn := v.Progress.Instalments[i.No-1], v.Plan.Schedule.Interest == plan.Continues
		if goesOn {
			sum -= max(0, o.Amount-owed.Owed) // interest until the day
			owed.Owed = owed.Amount - owed.Covered
		}
		if o.Amount != owed.Owed || o.DueOn != owed.DueOn {
			s.Fatalf("an order of %s for %s, of %s for %s", o.Amount, owed.Owed, o.DueOn, owed.DueOn)
		}
	}
	if sum > v.Open {
		s.Fatalf("%s wait to be collected, %s are open", sum, v.Open)
	}
}

func (s *story) held() bool {
	for _, h := range s.view().Case.Holds {
		if h.Kind == debt.HoldPlan && h.Active(s.today()) {
			return true
		}
	}
	return false
}

// nothing was told twice: an instalment's day is announced once and missed once.
func (s *story) once() {
	s.Helper()
	for _, typ := range []debt.EventType{debt.PlanInstalmentDue, debt.PlanInstalmentMissed} {
		seen := map[string]int{}
		for _, e := range s.events(typ) {
			key := fmt.Sprint(e.Data["plan_id"], e.Data["due"])
			if seen[key]++; typ == debt.PlanInstalmentDue && seen[key] > 1 {
				s.Fatalf("%s told %d times: %v", typ, seen[key], e.Data)
			}
		}
	}
}

// setting is how many stories are told: QUITT_STORIES=500 with -rapid.checks=500 tells more.
func setting(t *testing.T, normal int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv("QUITT_STORIES"), strconv.Itoa(normal)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhateverHappensOverTheYearsThePlanAndTheLedgerAgree(t *testing.T) {
	each(t, func(r *room) {
		n, most := 0, setting(r.T, map[string]int{"sqlite": 25, "postgres": 5}[r.s.Engine()])
		rapid.Check(r.T, func(t *rapid.T) {
			if n++; n > most {
				return
			}
			s := &story{room: &room{T: r.T, s: r.s, d: r.d, clock: r.clock, creditor: r.creditor}}
			r.clock.Set(storetest.Now.Add(time.Duration(n) * time.Second))
			s.caseID = s.another(fmt.Sprintf("story-%d", n))
			s.mandated = s.mandate(fmt.Sprint(n))
			rules := plan.Standard()
			rules.Interest = rapid.SampledFrom([]plan.Interest{plan.NoInterest, plan.Continues}).Draw(t, "interest")
			_, err := s.d.SetRules(ctx, s.creditor, rules, "clerk")
			s.must(err)
			for range rapid.IntRange(5, 40).Draw(t, "steps") {
				s.step(t)
			}
			s.once()
		})
		r.clean()
	})
}
