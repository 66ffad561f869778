package plans

import (
	"context"
	"strconv"
	"time"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/plan"
	"quitt/debt/rail"
	kept "quitt/store/plans"
	"quitt/store/rails"
)

// agreed gives the plan of the case that runs, or Forbidden "plan_not_running".
func (s scene) agreed() (kept.Kept, error) {
	k, ok, err := s.open()
	if err == nil && (!ok || !k.Running()) {
		err = debt.E(debt.Forbidden, "plan_not_running", nil)
	}
	return k, err
}

// LookChange lays a change out and names the limits it breaks; it keeps nothing.
func (d Desk) LookChange(ctx context.Context, creditor, caseID debt.ID, c plan.Change) (out plan.Changed, err error) {
	err = d.look(ctx, creditor, caseID, func(s scene) error {
		k, err := s.agreed()
		if err != nil {
			return err
		}
		out, err = s.change(k, c)
		return err
	})
	return out, err
}

func (s scene) change(k kept.Kept, c plan.Change) (plan.Changed, error) {
	g, _, err := s.hoped(k)
	if err != nil {
		return plan.Changed{}, err
	}
	return k.Change(c, g, s.rules, s.running())
}

// ChangeWish is a change as a debtor saw it laid out.
type ChangeWish struct {
	Change  plan.Change
	Version int64 // of the plan it was laid out on
	Note    debt.Personal
}

// Change changes a running plan: inside the creditor's limits at once, with a paper; beyond
// them it becomes a round that the creditor answers. Conflict "plan_offer_changed" if the plan
// is another than the one shown.
func (d Desk) Change(ctx context.Context, w Who, wish ChangeWish) (out plan.Changed, atOnce bool, err error) {
	if err := checkNote(wish.Note); err != nil {
		return out, false, err
	}
	err = d.work(ctx, w, func(x *turn) error {
		k, err := x.agreed()
		if err != nil {
			return err
		}
		if k.Version != wish.Version {
			return changed()
		}
		if out, err = x.change(k, wish.Change); err != nil {
			return err
		}
		if atOnce = len(out.Breaches) == 0; atOnce {
			return x.alter(&k, out.Plan, wish.Change)
		}
		return x.wishChange(&k, out, wish)
	})
	return out, atOnce, err
}

// alter puts a change in force and gives its paper.
func (x *turn) alter(k *kept.Kept, p plan.Plan, c plan.Change) error {
	before := k.Schedule
	x.renew(k, p)
	k.ExpiresAt = time.Time{}
	because := plan.BecauseDebtor
	if !debtors(x.by) {
		because = plan.BecauseCreditor
	}
	x.tell(*k, debt.PlanChanged, debt.Args{"plan": string(k.State), "because": because, "change": string(c.Kind),
		"instalments": instalments(k.Schedule.Instalments)})
	if _, err := x.paper(kept.ChangePaper, *k, kept.Facts{Before: before, Change: c}); err != nil {
		return err
	}
	return x.keep(k, "")
}

// wishChange asks the creditor. A later wish takes the place of one that waits.
func (x *turn) wishChange(k *kept.Kept, out plan.Changed, wish ChangeWish) error {
	k.ExpiresAt = x.stamp.At.Add(x.days())
	err := x.round(kept.Round{PlanID: k.ID, Act: kept.Change, Wish: out.Plan.Wish, Wished: &wish.Change, Schedule: out.Plan.Schedule,
		Reason: "change_" + string(wish.Change.Kind), Note: wish.Note, ExpiresAt: k.ExpiresAt})
	if err != nil {
		return err
	}
	x.tell(*k, debt.PlanProposed, debt.Args{"plan": string(k.State), "change": string(wish.Change.Kind),
		"instalments": instalments(out.Plan.Schedule.Instalments)})
	if err := kept.Save(x.tx, *k); err != nil {
		return err
	}
	k.Version++
	return x.ask(TaskChange, taskOfChange(*k), 0)
}

// taskOfChange names the wish that waits; each has a task of its own.
func taskOfChange(k kept.Kept) string {
	return string(k.ID) + "/" + strconv.Itoa(len(k.Changes)) + "/" + k.AgreedOn.String()
}

// Cancel ends a running plan: the debtor may at any time, and owes nothing for it.
func (d Desk) Cancel(ctx context.Context, w Who, planID debt.ID) error {
	return d.work(ctx, w, func(x *turn) error {
		k, err := x.plan(planID)
		if err != nil {
			return err
		}
		if !k.Running() {
			return debt.E(debt.Forbidden, "plan_not_running", nil)
		}
		because := plan.BecauseDebtor
		if !debtors(w.By) {
			because = plan.BecauseCreditor
		}
		if err := x.stop(&k, said{data: debt.Args{"because": because}}); err != nil {
			return err
		}
		return kept.Save(x.tx, k)
	})
}

// debtors reports whether an actor stands on the debtor's side.
func debtors(by debt.Actor) bool { return by.Kind == "debtor" || by.Kind == authority.Representing }

// reasonExcuse marks the round in which a debtor writes that a delay is not his fault.
const reasonExcuse = "not_responsible"

// Excuse keeps that the debtor says the delay is not his fault: the plan does not lapse until a
// person has looked (BGB § 286 IV).
func (d Desk) Excuse(ctx context.Context, w Who, note debt.Personal) error {
	if err := checkNote(note); err != nil {
		return err
	}
	return d.work(ctx, w, func(x *turn) error {
		k, err := x.agreed()
		if err != nil {
			return err
		}
		g, err := x.progress(k)
		if err != nil {
			return err
		}
		if g.Arrears == 0 && k.State != debt.PlanAtRisk {
			return debt.E(debt.Forbidden, "plan_no_arrears", nil)
		}
		k.ExcusedOn = x.today
		err = x.round(kept.Round{PlanID: k.ID, Act: kept.Change, Wish: k.Wish, Schedule: k.Schedule, Reason: reasonExcuse, Note: note})
		if err != nil {
			return err
		}
		x.tell(k, debt.PlanChanged, debt.Args{"plan": string(k.State), "because": reasonExcuse})
		if err := x.ask(TaskExcuse, string(k.ID)+"/"+x.today.String(), g.Arrears); err != nil {
			return err
		}
		return kept.Save(x.tx, k)
	})
}

// Paying is how instalments are to be paid: by transfer, or from a card or mandate that was
// saved.
type Paying struct {
	Instrument debt.ID // "" for transfers
}

// SetMethod chooses how instalments are paid from now on. Forbidden "instrument_unusable" for a
// card or mandate that is none, or belongs to another case.
func (d Desk) SetMethod(ctx context.Context, w Who, p Paying) error {
	return d.work(ctx, w, func(x *turn) error {
		k, err := x.agreed()
		if err != nil || k.InstrumentID == p.Instrument {
			return err
		}
		if p.Instrument == "" {
			if err := x.byTransfer(&k, "transfer_chosen"); err != nil {
				return err
			}
		} else {
			i, err := rails.LoadInstrument(x.r, p.Instrument)
			if err != nil {
				return err
			}
			if i.CaseID != k.CaseID || i.State != rail.Usable || i.Once() {
				return debt.E(debt.Forbidden, "instrument_unusable", nil)
			}
			k.Method, k.InstrumentID, x.whole = i.Method, i.ID, true
		}
		x.tell(k, debt.PlanChanged, debt.Args{"plan": string(k.State), "because": plan.BecauseDebtor, "method": string(k.Method)})
		return x.keep(&k, "")
	})
}
