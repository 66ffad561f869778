package plans

import (
	"context"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/store"
	kept "quitt/store/plans"
)

// Row is a plan as lists show it.
type Row struct {
	Plan  kept.Kept
	File  string // reference
	Waits plan.Side
	Round kept.Round // the last one
}

// mostRows bounds a list.
const mostRows = 500

// List gives the plans of a state, or with "" those that wait for an answer.
func (d Desk) List(ctx context.Context, creditor debt.ID, state debt.PlanState) (rows []Row, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err := kept.Waiting(r, mostRows)
		if state != "" {
			list, err = kept.InState(r, state, mostRows)
		}
		if err != nil {
			return err
		}
		rows = make([]Row, len(list))
		for i, k := range list {
			f, err := r.LoadFile(k.CaseID)
			if err != nil {
				return err
			}
			rounds, err := kept.Rounds(r, k.ID)
			if err != nil {
				return err
			}
			rows[i] = Row{Plan: k, File: f.Case.FileReference}
			if rows[i].Round, rows[i].Waits = waits(rounds); k.ExpiresAt.IsZero() {
				rows[i].Waits = ""
			}
		}
		return nil
	})
	return rows, err
}

// answered reads a plan whose last round a side has to answer.
func (x *turn) answered(id debt.ID, by plan.Side) (k kept.Kept, last kept.Round, rounds []kept.Round, err error) {
	if k, err = x.plan(id); err != nil {
		return k, last, nil, err
	}
	if rounds, err = kept.Rounds(x.r, id); err != nil {
		return k, last, nil, err
	}
	last, side := waits(rounds)
	switch {
	case k.ExpiresAt.IsZero() || k.Expired(x.stamp.At) || k.State != debt.PlanOpen && !k.Running():
		err = debt.E(debt.Expired, "plan_round_over", nil)
	case side != by:
		err = debt.E(debt.Forbidden, "plan_waits_for_debtor", nil)
	}
	return k, last, rounds, err
}

// Accept takes what the debtor proposed: the plan is active, or changed, without another click,
// since its costs were told with the proposal. What he paid meanwhile may have made it shorter;
// any other difference is Conflict "plan_offer_changed", and a counter says what now holds.
func (d Desk) Accept(ctx context.Context, w Who, planID debt.ID) (k kept.Kept, err error) {
	err = d.work(ctx, w, func(x *turn) error {
		var last kept.Round
		if k, last, _, err = x.answered(planID, plan.Creditor); err != nil {
			return err
		}
		if err := x.round(kept.Round{PlanID: k.ID, Act: kept.Accept, Wish: last.Wish, Schedule: last.Schedule}); err != nil {
			return err
		}
		if last.Act == kept.Change {
			return x.acceptChange(&k, last)
		}
		notice, ok, err := x.notice(k)
		if err != nil {
			return err
		}
		a, err := x.again(k)
		if err != nil {
			return err
		}
		if !ok || !noHarder(a.Schedule, k.Schedule) {
			return changed()
		}
		k.Wish, k.Schedule, k.Deal = a.Wish, a.Schedule, a.Deal
		return x.agree(&k, notice)
	})
	return k, err
}

func (x *turn) acceptChange(k *kept.Kept, r kept.Round) error {
	out, err := x.change(*k, *r.Wished)
	if debt.KindOf(err) == debt.Invalid {
		return changed()
	}
	if err != nil {
		return err
	}
	task := taskOfChange(*k)
	if err := x.alter(k, out.Plan, *r.Wished); err != nil {
		return err
	}
	return x.asked(TaskChange, task, "accepted")
}

// noHarder reports whether a schedule asks for nothing more and nothing earlier than another:
// the same days, no sum larger.
func noHarder(now, then plan.Schedule) bool {
	if len(now.Instalments) > len(then.Instalments) {
		return false
	}
	for i, x := range now.Instalments {
		if x.DueOn != then.Instalments[i].DueOn || x.Amount > then.Instalments[i].Amount {
			return false
		}
	}
	return true
}

// Counter is the creditor's own wish in answer to a proposal.
type Counter struct {
	Plan debt.ID
	Wish plan.Wish
	Note debt.Personal
}

// Counter answers a proposal with another plan, which the debtor may take. If he told what he
// can afford, the round names the plan that a comparison of completion dates suggests.
func (d Desk) Counter(ctx context.Context, w Who, c Counter) (r kept.Round, err error) {
	if err := checkNote(c.Note); err != nil {
		return r, err
	}
	err = d.work(ctx, w, func(x *turn) error {
		k, last, rounds, err := x.answered(c.Plan, plan.Creditor)
		if err != nil {
			return err
		}
		if last.Act == kept.Change {
			return debt.E(debt.Forbidden, "plan_change_no_counter", nil)
		}
		a, err := x.evaluate(c.Wish, x.today)
		if err != nil {
			return err
		}
		debtors := k.Schedule
		x.lay(&k, a)
		k.ExpiresAt = x.lastMoment(x.days(), a.Wish.First)
		r = kept.Round{PlanID: k.ID, Act: kept.Counter, Wish: a.Wish, Schedule: a.Schedule, Note: c.Note, ExpiresAt: k.ExpiresAt}
		e, err := x.ends(rounds, debtors, a.Schedule)
		if err != nil {
			return err
		}
		if !e.Affordable.IsZero() {
			r.Suggested = plan.Suggest(e)
		}
		if err := x.round(r); err != nil {
			return err
		}
		data := debt.Args{"plan": string(k.State), "instalments": instalments(a.Schedule.Instalments)}
		if r.Suggested != "" {
			data["suggested"] = string(r.Suggested)
		}
		x.tell(k, debt.PlanCountered, data)
		if err := x.asked(TaskProposal, string(k.ID), "countered"); err != nil {
			return err
		}
		return kept.Save(x.tx, k)
	})
	return r, err
}

// Refusal is a person's no. No machine refuses a plan (GDPR Art. 22).
type Refusal struct {
	Plan   debt.ID
	Reason string        // a code
	Person debt.Personal // who decided
	Note   debt.Personal
}

// Decline refuses a proposal or a wish to change, with a reason and a name.
func (d Desk) Decline(ctx context.Context, w Who, n Refusal) error {
	switch {
	case !debt.IsCode(n.Reason):
		return debt.E(debt.Invalid, "plan_reason_missing", nil)
	case n.Person == "":
		return debt.E(debt.Invalid, "plan_person_missing", nil)
	}
	if err := checkNote(n.Note); err != nil {
		return err
	}
	return d.work(ctx, w, func(x *turn) error {
		k, _, _, err := x.answered(n.Plan, plan.Creditor)
		if err != nil {
			return err
		}
		r := kept.Round{Act: kept.Decline, Reason: n.Reason, Note: n.Person + "\n" + n.Note}
		return x.close(&k, r, closing{kept.Declined, debt.PlanDeclinedEvent, becauseDeclined})
	})
}

// Revive lets a lapsed plan go on by the creditor's wish: what is overdue stays due, and if it
// is not paid a new notice goes out before it lapses again.
func (d Desk) Revive(ctx context.Context, w Who, planID debt.ID) error {
	return d.work(ctx, w, func(x *turn) error {
		k, err := x.plan(planID)
		if err != nil {
			return err
		}
		if k.State != debt.PlanLapsed || x.file.Case.Plan != debt.PlanLapsed {
			return debt.E(debt.Forbidden, "plan_not_lapsed", nil)
		}
		k.NoticeOn, k.LapsedOn, k.ExcusedOn = debt.Date{}, debt.Date{}, debt.Date{}
		if err := x.revive(&k, debt.PlanLapsed, debt.Args{"because": plan.BecauseCreditor}); err != nil {
			return err
		}
		k.NextOn = x.today.AddDays(1)
		return kept.Save(x.tx, k)
	})
}

// AnswerExcuse is a person's answer to a debtor who wrote that a delay is not his fault. If it
// is none, the plan can lapse again after a new notice.
func (d Desk) AnswerExcuse(ctx context.Context, w Who, planID debt.ID, excused bool) error {
	return d.work(ctx, w, func(x *turn) error {
		k, err := x.plan(planID)
		if err != nil {
			return err
		}
		if !k.Running() || k.ExcusedOn.IsZero() {
			return debt.E(debt.Forbidden, "plan_no_excuse", nil)
		}
		task, outcome := string(k.ID)+"/"+k.ExcusedOn.String(), "excused"
		if !excused {
			outcome = "not_excused"
			k.ExcusedOn = debt.Date{}
			if k.State == debt.PlanAtRisk {
				k.NoticeOn = x.today
			}
			k.NextOn = x.today.AddDays(1)
		}
		x.tell(k, debt.PlanChanged, debt.Args{"plan": string(k.State), "because": outcome})
		if err := x.asked(TaskExcuse, task, outcome); err != nil {
			return err
		}
		return kept.Save(x.tx, k)
	})
}
