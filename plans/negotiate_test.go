package plans_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/store"
	kept "quitt/store/plans"
)

var ctx = context.Background()

func (r *room) propose(instalment debt.Cents, affordable *debt.Cents) kept.Kept {
	r.Helper()
	k, err := r.d.Propose(ctx, r.debtor(), plans.Proposal{Wish: r.wish(instalment), Reason: "income", Note: "Kurzarbeit", Affordable: affordable})
	r.must(err)
	return k
}

func (r *room) counter(k kept.Kept, instalment debt.Cents) kept.Round {
	r.Helper()
	r.clock.Move(time.Minute)
	c, err := r.d.Counter(ctx, r.clerk(), plans.Counter{Plan: k.ID, Wish: r.wish(instalment)})
	r.must(err)
	return c
}

func (r *room) refused(err error, kind debt.Kind, key string) {
	r.Helper()
	debttest.WantKey(r, err, kind, key)
}

func TestAProposalIsAcceptedWithoutAnotherClick(t *testing.T) {
	each(t, func(r *room) {
		_, err := r.d.Prepare(ctx, r.debtor(), r.wish(25_00))
		r.refused(err, debt.Forbidden, "plan_needs_answer")
		k := r.propose(25_00, nil)
		r.state(debt.PlanOpen)
		r.asked(plans.TaskProposal, 1)
		if v := r.view(); v.Waits != plan.Creditor || len(v.Papers) != 1 || v.Papers[0].Kind != kept.CostNotice || v.Round.Note != "Kurzarbeit" {
			r.Errorf("%+v", v)
		}
		r.days(3)
		k, err = r.d.Accept(ctx, r.clerk(), k.ID)
		r.must(err)
		r.state(debt.PlanActive)
		r.asked(plans.TaskProposal, 0)
		if v := r.view(); len(v.Papers) != 2 || len(v.Rounds) != 2 || v.Ahead.Total() != k.Schedule.Total() {
			r.Errorf("interest of three days was given up with the offer: %s of %s", v.Ahead.Total(), k.Schedule.Total())
		}
		_, err = r.d.Accept(ctx, r.clerk(), k.ID)
		r.refused(err, debt.Expired, "plan_round_over")
		r.clean()
	})
}

func TestWhatWasPaidMeanwhileMakesAnAcceptedProposalShorter(t *testing.T) {
	each(t, func(r *room) {
		k := r.propose(25_00, nil)
		r.pay(100_00, r.today())
		r.days(1)
		shorter, err := r.d.Accept(ctx, r.clerk(), k.ID)
		r.must(err)
		if v := r.view(); shorter.Schedule.Total() != k.Schedule.Total()-100_00 || v.Progress.Paid != 0 {
			r.Errorf("%s after %s, paid %s", shorter.Schedule.Total(), k.Schedule.Total(), v.Progress.Paid)
		}
		r.clean()
	})
}

func TestACounterIsTakenWithItsOwnCostNotice(t *testing.T) {
	each(t, func(r *room) {
		affordable := debt.Cents(35_00)
		k := r.propose(20_00, &affordable)
		c := r.counter(k, 50_00)
		if c.Suggested != plan.Affordable {
			r.Errorf("the referee suggests %s", c.Suggested)
		}
		if e := r.view().Ends; e.Debtor != k.Schedule.Last().DueOn || e.Creditor != c.Schedule.Last().DueOn || !e.Affordable.After(e.Creditor) ||
			!e.Affordable.Before(e.Debtor) || plan.Suggest(e) != c.Suggested {
			r.Errorf("the page compares %+v", e)
		}
		if v := r.view(); v.Waits != plan.Debtor || v.Round.Suggested != c.Suggested {
			r.Errorf("%+v", v.Round)
		}
		_, err := r.d.Accept(ctx, r.clerk(), k.ID)
		r.refused(err, debt.Forbidden, "plan_waits_for_debtor")
		_, err = r.d.Confirm(ctx, r.debtor(), k.ID)
		r.refused(err, debt.Conflict, "plan_offer_changed") // its costs have not been told
		r.days(2)
		o, err := r.d.TakeCounter(ctx, r.debtor(), k.ID)
		r.must(err)
		_, err = r.d.Confirm(ctx, r.debtor(), k.ID)
		r.must(err)
		r.state(debt.PlanActive)
		if v := r.view(); !v.Plan.Schedule.Equal(o.Plan.Schedule) || v.Plan.Wish.Instalment != 50_00 || len(v.Rounds) != 3 {
			r.Errorf("%+v", v.Rounds)
		}
		r.clean()
	})
}

func TestARoundThatIsOverBindsNobody(t *testing.T) {
	each(t, func(r *room) {
		k := r.propose(25_00, nil)
		r.counter(k, 50_00)
		r.days(15)
		_, err := r.d.TakeCounter(ctx, r.debtor(), k.ID)
		r.refused(err, debt.Expired, "plan_round_over")
		_, err = r.d.Confirm(ctx, r.debtor(), k.ID)
		r.refused(err, debt.Expired, "plan_draft_over")
		r.run()
		r.count(debt.PlanExpiredEvent, 1)
		if v := r.view(); v.Plan.State != kept.Expired || v.Case.Plan != debt.PlanNone || v.Case.Processing != debt.Running {
			r.Errorf("%+v", v.Plan)
		}
		again := r.propose(26_00, nil)
		if again.ID == k.ID {
			r.Error("a new proposal after the end of one")
		}
		r.clean()
	})
}

func TestAPersonDeclinesWithAReasonAndAName(t *testing.T) {
	each(t, func(r *room) {
		k := r.propose(25_00, nil)
		r.refused(r.d.Decline(ctx, r.clerk(), plans.Refusal{Plan: k.ID, Reason: "too_slow"}), debt.Invalid, "plan_person_missing")
		r.refused(r.d.Decline(ctx, r.clerk(), plans.Refusal{Plan: k.ID, Person: "A. Klerk"}), debt.Invalid, "plan_reason_missing")
		r.must(r.d.Decline(ctx, r.clerk(), plans.Refusal{Plan: k.ID, Reason: "too_slow", Person: "A. Klerk", Note: "gern 40 Euro"}))
		r.count(debt.PlanDeclinedEvent, 1)
		v := r.view()
		if v.Plan.State != kept.Declined || v.Case.Plan != debt.PlanNone || v.Rounds[1].Note != "A. Klerk\ngern 40 Euro" {
			r.Errorf("%+v", v)
		}
		r.asked(plans.TaskProposal, 0)
		r.clean()
	})
}

func TestAProposalIsWithdrawnOrProposedAgain(t *testing.T) {
	each(t, func(r *room) {
		k := r.propose(25_00, nil)
		r.counter(k, 50_00)
		again := r.propose(30_00, nil)
		if again.ID != k.ID {
			r.Error("an answer to a counter is a round of the same negotiation")
		}
		r.must(r.d.Withdraw(ctx, r.debtor(), k.ID))
		if v := r.view(); v.Plan.State != debt.PlanCancelled || v.Case.Plan != debt.PlanNone || len(v.Rounds) != 4 {
			r.Errorf("%+v", v)
		}
		r.refused(r.d.Withdraw(ctx, r.debtor(), k.ID), debt.Conflict, "plan_round_over")
		r.clean()
	})
}

func TestAConfirmationIsJudgedByTheRulesAndTheCaseOfItsMoment(t *testing.T) {
	each(t, func(r *room) {
		prepare := func() kept.Kept {
			o, err := r.d.Prepare(ctx, r.debtor(), r.wish(100_00))
			r.must(err)
			return o.Plan
		}
		confirm := func(k kept.Kept, kind debt.Kind, key string) {
			r.Helper()
			_, err := r.d.Confirm(ctx, r.debtor(), k.ID)
			r.refused(err, kind, key)
		}
		k := prepare()
		rules := plan.Standard()
		for i := range rules.Brackets {
			rules.Brackets[i].Least = 200_00
		}
		_, err := r.d.SetRules(ctx, r.creditor, rules, "clerk")
		r.must(err)
		confirm(k, debt.Conflict, "plan_offer_changed")
		_, err = r.d.SetRules(ctx, r.creditor, plan.Standard(), "clerk")
		r.must(err)
		k = prepare()
		r.pay(50_00, r.today())
		confirm(k, debt.Conflict, "plan_offer_changed")
		first, second := prepare(), prepare()
		confirm(first, debt.Conflict, "plan_offer_changed")
		r.days(2)
		confirm(second, debt.Expired, "plan_draft_over")
		rules.Fees = true
		_, err = r.d.SetRules(ctx, r.creditor, rules, "clerk")
		r.refused(err, debt.Forbidden, "plan_fees_off")
		r.clean()
	})
}

func TestAnAgreementOvertakesTheProposalThatWaits(t *testing.T) {
	each(t, func(r *room) {
		p := r.propose(25_00, nil)
		k := r.agreed(100_00)
		if v := r.view(); v.Plan.ID != k.ID {
			r.Errorf("%+v", v.Plan)
		}
		_, err := r.d.Accept(ctx, r.clerk(), p.ID)
		r.refused(err, debt.Expired, "plan_round_over")
		_, err = r.d.Propose(ctx, r.debtor(), plans.Proposal{Wish: r.wish(50_00), Reason: "income"})
		r.refused(err, debt.Forbidden, "plan_forbidden")
		r.clean()
	})
}

func TestANameIsNoReasonAndABookIsNoNote(t *testing.T) {
	each(t, func(r *room) {
		_, err := r.d.Propose(ctx, r.debtor(), plans.Proposal{Wish: r.wish(25_00), Reason: "Frau Müller sagt"})
		r.refused(err, debt.Invalid, "plan_reason_missing")
		long := debt.Personal(make([]byte, 2001))
		_, err = r.d.Propose(ctx, r.debtor(), plans.Proposal{Wish: r.wish(25_00), Reason: "income", Note: long})
		r.refused(err, debt.Invalid, "plan_note_long")
		other := r.another("S")
		k := r.propose(25_00, nil)
		_, err = r.d.Accept(ctx, plans.Who{Creditor: r.creditor, Case: other, By: debt.System}, k.ID)
		r.refused(err, debt.NotFound, "plan_unknown")
	})
}

// Whatever is tried at the same moment, one plan at most is open, and everybody else is told.
func TestOfManyWhoActAtOnceOneMakesThePlan(t *testing.T) {
	each(t, func(r *room) {
		for round := range 6 {
			r.caseID = r.another("race" + string(rune('a'+round)))
			p := r.propose(25_00, nil)
			o, err := r.d.Prepare(ctx, r.debtor(), r.wish(100_00))
			r.must(err)
			acts := []func() error{
				func() error { _, err := r.d.Confirm(ctx, r.debtor(), o.Plan.ID); return err },
				func() error { _, err := r.d.Confirm(ctx, r.debtor(), o.Plan.ID); return err },
				func() error { _, err := r.d.Accept(ctx, r.clerk(), p.ID); return err },
				func() error { _, err := r.d.Accept(ctx, r.clerk(), p.ID); return err },
				func() error { return r.d.Withdraw(ctx, r.debtor(), p.ID) },
				func() error { _, err := r.d.Prepare(ctx, r.debtor(), r.wish(150_00)); return err },
				func() error { r.pay(10_00, r.today()); return nil },
				func() error {
					_, err := r.d.Counter(ctx, r.clerk(), plans.Counter{Plan: p.ID, Wish: r.wish(80_00)})
					return err
				},
			}
			var all sync.WaitGroup
			errs := make([]error, len(acts))
			for i, act := range acts {
				all.Go(func() { errs[i] = act() })
			}
			all.Wait()
			for i, err := range errs {
				var said *debt.Error
				if err != nil && (!errors.As(err, &said) || said.Kind == debt.Unavailable) {
					r.Errorf("act %d: %v", i, err)
				}
			}
			r.write(func(t *store.Tx) error {
				list, err := kept.OfCase(&t.Reader, r.caseID)
				open := 0
				for _, k := range list {
					if k.State == debt.PlanOpen || k.Running() {
						open++
					}
				}
				if open > 1 {
					r.Errorf("%d plans are open", open)
				}
				return err
			})
			r.run()
		}
		r.clean()
	})
}

// Without a word of what the debtor can afford, two days stand beside each other and nothing is
// suggested; before an answer and after an agreement nothing is compared.
func TestOnlyACounterIsCompared(t *testing.T) {
	each(t, func(r *room) {
		k := r.propose(20_00, nil)
		if e := r.view().Ends; e != (plan.Ends{}) {
			r.Errorf("compared before an answer: %+v", e)
		}
		c := r.counter(k, 50_00)
		if e := r.view().Ends; e.Debtor != k.Schedule.Last().DueOn || e.Creditor != c.Schedule.Last().DueOn || !e.Affordable.IsZero() || c.Suggested != "" {
			r.Errorf("the page compares %+v and suggests %q", e, c.Suggested)
		}
		_, err := r.d.TakeCounter(ctx, r.debtor(), k.ID)
		r.must(err)
		_, err = r.d.Confirm(ctx, r.debtor(), k.ID)
		r.must(err)
		if e := r.view().Ends; e != (plan.Ends{}) {
			r.Errorf("compared after the agreement: %+v", e)
		}
	})
}
