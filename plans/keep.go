package plans

import (
	"time"

	"quitt/debt"
	"quitt/debt/plan"
	kept "quitt/store/plans"
)

// keep looks at an agreed plan: what was booked, what is due, what was missed. It lays the rest
// out anew where a reason is given, tells what is to be told, moves the state and saves the plan
// with the day of the next look. Asked again it finds nothing to do.
func (x *turn) keep(k *kept.Kept, because string) error {
	was := *k
	if rests, err := x.suspended(); err != nil || rests && k.Running() {
		return x.suspend(k, err)
	}
	g, b, err := x.hoped(*k)
	if err != nil {
		return err
	}
	if k.Running() && (because != "" || k.Schedule.Interest == plan.Continues) {
		again, err := x.replan(k, g, because)
		if err != nil {
			return err
		}
		if again {
			if g, b, err = x.hoped(*k); err != nil {
				return err
			}
		}
	}
	if err := x.duty(k, &g, b); err != nil {
		return err
	}
	if k.Running() && k.NextOn.IsZero() && g.Arrears > 0 && k.ExcusedOn.IsZero() {
		if err := x.ask(TaskStalled, string(k.ID), g.Arrears); err != nil {
			return err
		}
	}
	if err := x.orders(k, g); err != nil {
		return err
	}
	return x.keepPlan(*k, was)
}

// mostTurns bounds how often a plan may change its state in one look.
const mostTurns = 4

// duty does what the plan asks for today. One that changes its state is asked again until it
// stays: what lapsed and was paid late may be at risk at once.
func (x *turn) duty(k *kept.Kept, g *plan.Progress, b plan.Books) error {
	for range mostTurns {
		d := k.Duty(*g, x.rules, b)
		k.NextOn = d.NextOn
		if d.To == "" {
			return x.mention(k, d)
		}
		if err := x.turnTo(k, *g, d); err != nil {
			return err
		}
		if err := x.mention(k, d); err != nil {
			return err
		}
		var err error
		if *g, b, err = x.hoped(*k); err != nil {
			return err
		}
	}
	k.NextOn = x.today.AddDays(1)
	return nil
}

// keepPlan saves a plan: as a whole if it is another, its marks if it was told or is to be
// looked at on another day.
func (x *turn) keepPlan(k, was kept.Kept) error {
	switch {
	case x.whole:
		return kept.Save(x.tx, k)
	case k.Announced != was.Announced || k.Noted != was.Noted || k.NextOn != was.NextOn:
		x.marks = append(x.marks, k)
	}
	return nil
}

// suspend stops asking for money until an event ends the rest: nothing is announced, collected
// or noted as missed.
func (x *turn) suspend(k *kept.Kept, err error) error {
	if err != nil {
		return err
	}
	k.NextOn = debt.Date{}
	if err := x.noOrders("plan_paused"); err != nil {
		return err
	}
	return kept.Save(x.tx, *k)
}

// replan lays out what is to come as the account is now and tells it if sums or days changed.
// Where interest goes on the last instalment always varies: that alone is no news.
func (x *turn) replan(k *kept.Kept, g plan.Progress, because string) (bool, error) {
	p, again, err := k.Replan(g, x.running())
	if err != nil || !again {
		return false, err
	}
	before := k.Schedule
	x.renew(k, p)
	if before.Interest == plan.Continues && likeButLast(before, p.Schedule) {
		return true, nil
	}
	if because == "" {
		because = plan.BecauseBaseRate
	}
	x.tell(*k, debt.PlanChanged, debt.Args{"plan": string(k.State), "because": because, "instalments": instalments(p.Schedule.Instalments)})
	return true, nil
}

// renew takes over another schedule.
func (x *turn) renew(k *kept.Kept, p plan.Plan) {
	k.Plan = p
	k.RulesVersion, k.CaseVersion = x.version, x.file.Case.Version
	x.whole = true
}

// likeButLast reports whether two schedules differ in the amount of the last instalment alone.
func likeButLast(a, b plan.Schedule) bool {
	if len(a.Instalments) != len(b.Instalments) || len(a.Instalments) == 0 || a.Last().DueOn != b.Last().DueOn {
		return false
	}
	n := len(a.Instalments) - 1
	a.Instalments, b.Instalments = a.Instalments[:n], b.Instalments[:n]
	return a.Equal(b)
}

// turnTo moves the plan to the state its progress demands.
func (x *turn) turnTo(k *kept.Kept, g plan.Progress, d plan.Duty) error {
	data := debt.Args{"because": d.Because}
	from := k.State
	switch d.To {
	case debt.PlanFulfilled:
		return x.fulfil(k, data)
	case debt.PlanAtRisk:
		k.NoticeOn = x.today
		data["pay_by"], data["amount_cents"], data["instalments"] = plan.PayBy(x.today), g.Arrears, instalments(overdue(g))
		return x.move(k, debt.PlanAtRisk, said{data: data})
	case debt.PlanLapsed:
		k.LapsedOn = x.today
		data["lapsed_on"], data["open_cents"], data["instalments"] = x.today, g.Open, instalments(overdue(g))
		if err := x.move(k, debt.PlanLapsed, said{data: data}); err != nil {
			return err
		}
		if err := x.ask(TaskLapsed, string(k.ID), g.Arrears); err != nil {
			return err
		}
		if err := x.noOrders("plan_over"); err != nil {
			return err
		}
		x.interestRuns()
		return x.broken(*k)
	default:
		k.NoticeOn, k.LapsedOn, k.ExcusedOn = debt.Date{}, debt.Date{}, debt.Date{}
		return x.revive(k, from, data)
	}
}

// revive lets a plan go on that was at risk, lapsed or done.
func (x *turn) revive(k *kept.Kept, from debt.PlanState, data debt.Args) error {
	k.EndedAt, k.EndedBecause = time.Time{}, ""
	data["instalments"] = instalments(k.Schedule.Instalments)
	if err := x.move(k, debt.PlanActive, said{debt.PlanChanged, data}); err != nil {
		return err
	}
	if from != debt.PlanLapsed {
		return nil
	}
	x.interestRests(*k, x.today)
	return x.asked(TaskLapsed, string(k.ID), "revived")
}

// fulfil ends a plan that is paid; a settlement that was kept gives up the rest of the claim.
func (x *turn) fulfil(k *kept.Kept, data debt.Args) error {
	if k.Deal.Settlement != "" {
		amount, err := x.waiveBut(*k, 0)
		if err != nil {
			return err
		}
		data["waived_cents"] = amount
	}
	if err := x.move(k, debt.PlanFulfilled, said{data: data}); err != nil {
		return err
	}
	x.over(k, debt.PlanFulfilled, plan.BecausePaid)
	return x.noOrders("plan_over")
}

// mention tells what comes and what did not. With a card or mandate the order for the money
// tells it, once its day is sure.
func (x *turn) mention(k *kept.Kept, d plan.Duty) error {
	for _, i := range d.Announce {
		if k.InstrumentID == "" {
			k.Announced = i.No
			x.tell(*k, debt.PlanInstalmentDue, debt.Args{"no": i.No, "amount_cents": i.Owed, "due": i.DueOn})
		}
	}
	for _, i := range d.Note {
		on, err := x.awaited(*k, i.No)
		if err != nil {
			return err
		}
		if !on.IsZero() { // nobody has missed what the creditor has not taken
			if next := on.AddDays(1); k.NextOn.IsZero() || next.Before(k.NextOn) {
				k.NextOn = next
			}
			break
		}
		k.Noted = max(k.Noted, i.No)
		x.tell(*k, debt.PlanInstalmentMissed, debt.Args{"no": i.No, "amount_cents": i.Owed, "due": i.DueOn})
	}
	return nil
}

// overdue are the missed instalments with what is still owed of each.
func overdue(g plan.Progress) (list []plan.Instalment) {
	for _, i := range g.Instalments {
		if i.Standing == plan.Overdue {
			owed := i.Instalment
			owed.Amount = i.Owed
			list = append(list, owed)
		}
	}
	return list
}
