package plans

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/debt/attachment"
	"quitt/debt/plan"
	kept "quitt/store/plans"
)

// draftLife is how long a draft waits for its confirmation: what was told of the costs is to
// be fresh when somebody binds himself.
const draftLife = 24 * time.Hour

// Evaluate answers a wish at once and keeps nothing.
func (d Desk) Evaluate(ctx context.Context, creditor, caseID debt.ID, w plan.Wish) (a plan.Answer, err error) {
	err = d.look(ctx, creditor, caseID, func(s scene) error {
		a, err = s.evaluate(w, s.today)
		return err
	})
	return a, err
}

// Means are what a debtor tells of income to get a suggestion. They are stored nowhere and
// mask themselves.
type Means struct {
	Net        debt.Cents
	Dependants int
	Rent       debt.Cents // warm, of the whole household's part
}

// Affordable suggests a monthly instalment by what a bailiff could take (ZPO § 850c).
func (d Desk) Affordable(m Means) (debt.Cents, error) {
	return attachment.Suggested(plan.Income(m.Net, m.Rent), m.Dependants, debt.DateIn(d.Now(), debt.Berlin))
}

// Offer is a plan that waits for its confirmation, and the notice of its costs.
type Offer struct {
	Plan   kept.Kept
	Notice kept.Paper
}

// Prepare lays a plan out that needs nobody's answer and tells what it costs (RDG § 13a III):
// nothing. Nobody is bound before Confirm. Forbidden "plan_needs_answer" is a wish outside the
// rules.
func (d Desk) Prepare(ctx context.Context, w Who, wish plan.Wish) (o Offer, err error) {
	err = d.work(ctx, w, func(x *turn) error {
		a, err := x.evaluate(wish, x.today)
		if err != nil {
			return err
		}
		if !a.AtOnce || len(a.Breaches) > 0 {
			return debt.E(debt.Forbidden, "plan_needs_answer", nil)
		}
		if err := x.drop(""); err != nil {
			return err
		}
		k := x.laid(a)
		k.State, k.ExpiresAt = kept.Draft, x.lastMoment(draftLife, a.Wish.First)
		if err := kept.Add(x.tx, k); err != nil {
			return err
		}
		k.Version = 1
		o.Plan = k
		o.Notice, err = x.paper(kept.CostNotice, k, kept.Facts{Until: k.ExpiresAt})
		return err
	})
	return o, err
}

// laid makes a plan of what was laid out.
func (x *turn) laid(a plan.Answer) kept.Kept {
	return kept.Kept{Plan: plan.Plan{ID: x.stamp.NewID(), CaseID: x.file.Case.ID, Wish: a.Wish, Schedule: a.Schedule, Deal: a.Deal},
		RulesVersion: x.version, CaseVersion: x.file.Case.Version, Method: debt.MethodTransfer, MadeBy: x.by.Kind, MadeAt: x.stamp.At}
}

// lay puts what was laid out anew on a plan that is known.
func (x *turn) lay(k *kept.Kept, a plan.Answer) {
	k.Wish, k.Schedule, k.Deal = a.Wish, a.Schedule, a.Deal
	k.RulesVersion, k.CaseVersion, k.MadeBy, k.MadeAt = x.version, x.file.Case.Version, x.by.Kind, x.stamp.At
}

// lastMoment ends a wait after some time, and always before the day of the first instalment:
// whatever is agreed later could not be kept.
func (x *turn) lastMoment(wait time.Duration, first debt.Date) time.Time {
	y, m, day := first.Time().Date()
	eve := time.Date(y, m, day, 0, 0, 0, 0, debt.Berlin)
	if until := x.stamp.At.Add(wait); until.Before(eve) {
		return until
	}
	return eve
}

// drop ends the drafts of the case but one.
func (x *turn) drop(but debt.ID) error {
	list, err := x.plans()
	for _, k := range list {
		if err != nil {
			return err
		}
		if k.State == kept.Draft && k.ID != but {
			x.over(&k, kept.Dropped, becauseReplaced)
			err = kept.Save(x.tx, k)
		}
	}
	return err
}

// changed says that what was offered does not hold any more: it has to be laid out again.
func changed() error { return debt.E(debt.Conflict, "plan_offer_changed", nil) }

// Confirm binds both sides to a draft, or to a counter that was taken: it is looked at again as
// the case and the rules are now. Conflict "plan_offer_changed" if it would be another plan;
// Expired "plan_draft_over" if it waited too long. Confirming twice is confirming once.
func (d Desk) Confirm(ctx context.Context, w Who, planID debt.ID) (k kept.Kept, err error) {
	err = d.work(ctx, w, func(x *turn) error {
		if k, err = x.plan(planID); err != nil || k.Running() {
			return err
		}
		var notice kept.Paper
		if notice, err = x.confirmable(k); err != nil {
			return err
		}
		a, err := x.again(k)
		if err != nil {
			return err
		}
		if !a.Schedule.Equal(k.Schedule) || k.State == kept.Draft && (!a.AtOnce || len(a.Breaches) > 0) {
			return changed()
		}
		k.Wish, k.Schedule, k.Deal = a.Wish, a.Schedule, a.Deal
		if k.State == debt.PlanOpen {
			if err := x.round(kept.Round{PlanID: k.ID, Act: kept.Accept, Wish: k.Wish, Schedule: k.Schedule}); err != nil {
				return err
			}
		}
		return x.agree(&k, notice)
	})
	return k, err
}

// confirmable refuses what is no offer any more and gives the notice that went before.
func (x *turn) confirmable(k kept.Kept) (kept.Paper, error) {
	switch {
	case k.State == kept.Dropped && k.EndedBecause == becauseReplaced:
		return kept.Paper{}, changed()
	case k.State != kept.Draft && k.State != debt.PlanOpen, k.Expired(x.stamp.At):
		return kept.Paper{}, debt.E(debt.Expired, "plan_draft_over", nil)
	}
	notice, ok, err := x.notice(k)
	if err != nil {
		return notice, err
	}
	if k.State == debt.PlanOpen {
		rounds, err := kept.Rounds(x.r, k.ID)
		if err != nil {
			return notice, err
		}
		last, by := waits(rounds)
		if by != plan.Debtor {
			return notice, debt.E(debt.Forbidden, "plan_waits_for_creditor", nil)
		}
		ok = ok && !notice.MadeAt.Before(last.At)
	}
	if !ok { // no costs were told: RDG § 13a III wants that first
		return notice, changed()
	}
	return notice, nil
}

// again looks at what is on the table as on the day it was laid out. What became impossible
// since is an offer that changed.
func (x *turn) again(k kept.Kept) (plan.Answer, error) {
	if !k.Wish.First.After(x.today) {
		return plan.Answer{}, changed()
	}
	a, err := x.evaluate(k.Wish, debt.DateIn(k.MadeAt, debt.Berlin))
	if debt.KindOf(err) == debt.Invalid {
		return a, changed()
	}
	return a, err
}

// agree lets a plan begin.
func (x *turn) agree(k *kept.Kept, notice kept.Paper) error {
	if err := x.replace(k.ID); err != nil {
		return err
	}
	from := debt.DateIn(k.MadeAt, debt.Berlin)
	k.AgreedOn, k.AgreedAt, k.ExpiresAt = x.today, x.stamp.At, time.Time{}
	k.RulesVersion, k.CaseVersion = x.version, x.file.Case.Version
	data := debt.Args{"instalments": instalments(k.Schedule.Instalments)}
	if k.Deal.Settlement != "" {
		data["settlement"], data["sum_cents"] = k.Deal.Settlement, k.Deal.Sum
	}
	if err := x.move(k, debt.PlanActive, said{debt.PlanAgreed, data}); err != nil {
		return err
	}
	if _, err := x.paper(kept.Agreement, *k, kept.Facts{Notice: notice}); err != nil {
		return err
	}
	x.interestRests(*k, from)
	if err := x.asked(TaskProposal, string(k.ID), "agreed"); err != nil {
		return err
	}
	return x.keep(k, "")
}

// replace ends what else is open: other drafts, and a proposal that an agreement overtakes.
func (x *turn) replace(by debt.ID) error {
	if err := x.drop(by); err != nil {
		return err
	}
	k, ok, err := x.open()
	if err != nil || !ok || k.ID == by {
		return err
	}
	if k.Running() {
		return debt.E(debt.Conflict, "plan_open_already", nil)
	}
	if err := x.round(kept.Round{PlanID: k.ID, Act: kept.Withdraw, Wish: k.Wish, Schedule: k.Schedule, Reason: becauseReplaced}); err != nil {
		return err
	}
	x.over(&k, debt.PlanCancelled, becauseReplaced)
	if err := x.asked(TaskProposal, string(k.ID), becauseReplaced); err != nil {
		return err
	}
	return kept.Save(x.tx, k)
}
