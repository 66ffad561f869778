package plans

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/debt/plan"
	kept "quitt/store/plans"
)

// mostNote bounds what a person writes.
const mostNote = 2000

// Proposal is a wish outside the rules, with why.
type Proposal struct {
	Wish   plan.Wish
	Reason string // a code
	Note   debt.Personal
	// Affordable is the suggested instalment, if the debtor chose to tell it; nothing of what it
	// was computed from is.
	Affordable *debt.Cents
}

func (p Proposal) validate() error {
	switch {
	case !debt.IsCode(p.Reason):
		return debt.E(debt.Invalid, "plan_reason_missing", nil)
	case p.Affordable != nil && (*p.Affordable < 0 || *p.Affordable > debt.MaxCents):
		return debt.E(debt.Invalid, "amount_invalid", debt.Args{"value": *p.Affordable})
	}
	return checkNote(p.Note)
}

func checkNote(n debt.Personal) error {
	if len([]rune(n.Reveal())) > mostNote {
		return debt.E(debt.Invalid, "plan_note_long", debt.Args{"most": mostNote})
	}
	return nil
}

// days is how long a round stands.
func (x *turn) days() time.Duration { return time.Duration(x.rules.RoundDays) * 24 * time.Hour }

// Propose asks the creditor for a plan. Its costs are told at once (RDG § 13a III), so that his
// acceptance alone makes it active. While a proposal waits, another one is its next round, also
// in answer to a counter.
func (d Desk) Propose(ctx context.Context, w Who, p Proposal) (k kept.Kept, err error) {
	if err := p.validate(); err != nil {
		return k, err
	}
	err = d.work(ctx, w, func(x *turn) error {
		a, err := x.evaluate(p.Wish, x.today)
		if err != nil {
			return err
		}
		if k, err = x.proposed(a); err != nil {
			return err
		}
		err = x.round(kept.Round{PlanID: k.ID, Act: kept.Propose, Wish: k.Wish, Schedule: k.Schedule, Reason: p.Reason, Note: p.Note,
			Affordable: p.Affordable, ExpiresAt: k.ExpiresAt})
		if err != nil {
			return err
		}
		if err := x.ask(TaskProposal, string(k.ID), 0); err != nil {
			return err
		}
		_, err = x.paper(kept.CostNotice, k, kept.Facts{Until: k.ExpiresAt, Proposed: true})
		return err
	})
	return k, err
}

// proposed puts a wish on the table: on the proposal that is open, or on a new one.
func (x *turn) proposed(a plan.Answer) (k kept.Kept, err error) {
	k, ok, err := x.open()
	if err != nil {
		return k, err
	}
	data := debt.Args{"instalments": instalments(a.Schedule.Instalments)}
	if ok && k.Running() {
		return k, debt.E(debt.Conflict, "plan_open_already", nil)
	}
	if ok {
		x.lay(&k, a)
		k.ExpiresAt = x.lastMoment(x.days(), a.Wish.First)
		x.tell(k, debt.PlanProposed, data)
		if err = kept.Save(x.tx, k); err == nil {
			k.Version++
		}
		return k, err
	}
	k = x.laid(a)
	k.ExpiresAt = x.lastMoment(x.days(), a.Wish.First)
	if err := x.move(&k, debt.PlanOpen, said{data: data}); err != nil {
		return k, err
	}
	err = kept.Add(x.tx, k)
	k.Version = 1
	return k, err
}

// Withdraw takes a proposal back, or a wish to change a plan. A counter that is not wanted is
// withdrawn with it.
func (d Desk) Withdraw(ctx context.Context, w Who, planID debt.ID) error {
	return d.work(ctx, w, func(x *turn) error {
		k, err := x.plan(planID)
		if err != nil {
			return err
		}
		if k.State == kept.Draft {
			x.over(&k, kept.Dropped, becauseWithdrawn)
			return kept.Save(x.tx, k)
		}
		return x.close(&k, kept.Round{Act: kept.Withdraw}, closing{debt.PlanCancelled, "", becauseWithdrawn})
	})
}

// closing is how a round ends without an agreement: the state of a proposal after it, the event
// that says so if not the axis's own, and why.
type closing struct {
	state   debt.PlanState
	as      debt.EventType
	because string
}

// close ends what waits: a proposal with its negotiation, a wish to change with its round.
func (x *turn) close(k *kept.Kept, r kept.Round, c closing) error {
	if k.State != debt.PlanOpen && (!k.Running() || k.ExpiresAt.IsZero()) {
		return debt.E(debt.Conflict, "plan_round_over", nil)
	}
	r.PlanID, r.Wish, r.Schedule = k.ID, k.Wish, k.Schedule
	if err := x.round(r); err != nil {
		return err
	}
	data := debt.Args{"because": c.because}
	if r.Reason != "" {
		data["reason"] = r.Reason
	}
	if k.Running() {
		k.ExpiresAt = time.Time{}
		if c.as == "" {
			c.as = debt.PlanChanged
		}
		data["plan"], data["wished"] = string(k.State), "change"
		x.tell(*k, c.as, data)
		if err := x.asked(TaskChange, taskOfChange(*k), c.because); err != nil {
			return err
		}
		return kept.Save(x.tx, *k)
	}
	if err := x.move(k, debt.PlanNone, said{c.as, data}); err != nil {
		return err
	}
	x.over(k, c.state, c.because)
	if err := x.asked(TaskProposal, string(k.ID), c.because); err != nil {
		return err
	}
	return kept.Save(x.tx, *k)
}

// TakeCounter lays the creditor's counter out as the case is today and tells its costs. Confirm
// then binds both.
func (d Desk) TakeCounter(ctx context.Context, w Who, planID debt.ID) (o Offer, err error) {
	err = d.work(ctx, w, func(x *turn) error {
		k, err := x.plan(planID)
		if err != nil {
			return err
		}
		rounds, err := kept.Rounds(x.r, planID)
		if err != nil {
			return err
		}
		if _, by := waits(rounds); k.State != debt.PlanOpen || by != plan.Debtor || k.Expired(x.stamp.At) || !k.Wish.First.After(x.today) {
			return debt.E(debt.Expired, "plan_round_over", nil)
		}
		a, err := x.evaluate(k.Wish, x.today)
		if err != nil {
			return err
		}
		x.lay(&k, a)
		if err := kept.Save(x.tx, k); err != nil {
			return err
		}
		k.Version++
		o.Plan = k
		o.Notice, err = x.paper(kept.CostNotice, k, kept.Facts{Until: k.ExpiresAt})
		return err
	})
	return o, err
}
