package plan

import (
	"time"

	"quitt/debt"
)

// The days of a lapse: two full consecutive instalments missed, a notice, and two weeks
// after the post has had its time (BGH III ZR 213/83; BGB § 498).
const (
	missedForNotice = 2
	daysAfterNotice = 14
	daysOfPost      = 4
	daysToRevive    = 30
)

// Duty is what a plan asks for on a day. Kinds are independent; more than one may apply.
type Duty struct {
	// To is the state the plan goes to; "" to stay. Because is a code for the event.
	To      debt.PlanState
	Because string
	// Announce are instalments whose coming is to be told, Note those whose being missed is.
	Announce, Note []Kept
	// NextOn is the day to look again if nothing is booked before; none for never.
	NextOn debt.Date
}

// Why a plan changes its state; the events carry them.
const (
	BecausePaid      = "all_paid"
	BecauseReturned  = "payment_returned"
	BecauseMissed    = "two_missed"
	BecauseCaughtUp  = "arrears_paid"
	BecauseNotice    = "notice_over"
	BecauseDebtor    = "debtor_wish"
	BecauseCreditor  = "creditor_wish"
	BecauseObjection = "objection"
	BecauseInsolvent = "insolvency"
	BecausePaidMore  = "paid_more"
	BecauseBaseRate  = "base_rate"
)

// Duty says what is due today, from how the plan is kept. It may be asked any number of times:
// what was told is remembered in Announced and Noted. A plan that changes its state is asked
// again, until it stays: one whose payments came back late may be at risk at once.
func (p Plan) Duty(g Progress, r Rules, b Books) Duty {
	var d Duty
	switch {
	case g.Done && p.Running():
		d.To, d.Because = debt.PlanFulfilled, BecausePaid
		return d
	case p.State == debt.PlanFulfilled && !g.Done && g.Returned: // a cost that comes later is no part of it
		d.To, d.Because = debt.PlanActive, BecauseReturned
	case p.State == debt.PlanLapsed && g.Arrears == 0 && !b.Today.After(p.LapsedOn.AddDays(daysToRevive)):
		d.To, d.Because = debt.PlanActive, BecauseCaughtUp
	case p.State == debt.PlanActive && g.Missed >= p.missesForNotice():
		d.To, d.Because = debt.PlanAtRisk, BecauseMissed
	case p.State == debt.PlanAtRisk && g.Missed < p.missesForNotice():
		d.To, d.Because = debt.PlanActive, BecauseCaughtUp
	case p.State == debt.PlanAtRisk && p.ExcusedOn.IsZero() && b.Today.After(p.lapseAfter(b.State)):
		d.To, d.Because = debt.PlanLapsed, BecauseNotice
	}
	if !p.Running() && d.To == "" || d.To == debt.PlanLapsed {
		return d
	}
	d.tell(p, g, r, b)
	return d
}

// missesForNotice is how many full consecutive instalments must be missed; of a settlement in
// one sum there is only the one, and it is missed whole.
func (p Plan) missesForNotice() int { return min(missedForNotice, len(p.Schedule.Instalments)) }

// lapseAfter is the last day on which paying still prevents the lapse: the day the notice
// names, or the next working day (BGB § 193).
func (p Plan) lapseAfter(s debt.State) debt.Date { return debt.LastDayToAct(PayBy(p.NoticeOn), s) }

// PayBy is that day for a notice that goes out today; the notice names it.
func PayBy(today debt.Date) debt.Date { return today.AddDays(daysOfPost + daysAfterNotice) }

// tell collects what is to be told today and when to look again.
func (d *Duty) tell(p Plan, g Progress, r Rules, b Books) {
	look := func(on debt.Date) {
		if on.After(b.Today) && (d.NextOn.IsZero() || on.Before(d.NextOn)) {
			d.NextOn = on
		}
	}
	for _, k := range g.Instalments {
		if !p.expects(k) {
			continue
		}
		announce, late := k.DueOn.AddDays(-r.RemindDays), overdueFrom(k.DueOn, b.State, b.Grace)
		if k.No > p.Announced && b.Today.Before(late) {
			if b.Today.Before(announce) {
				look(announce)
			} else {
				d.Announce = append(d.Announce, k)
			}
		}
		if k.Standing == Overdue && k.No > p.Noted {
			d.Note = append(d.Note, k)
		}
		look(late)
	}
	if p.State == debt.PlanAtRisk && d.To == "" || d.To == debt.PlanAtRisk {
		if d.To == debt.PlanAtRisk {
			p.NoticeOn = b.Today
		}
		look(p.lapseAfter(b.State).AddDays(1))
	}
	if p.Schedule.Interest == Continues {
		look(halfYear(b.Today))
	}
}

// expects reports whether an instalment is still to be paid. Where interest goes on the last
// one may consist of days that are still to come.
func (p Plan) expects(k Kept) bool {
	return k.Owed > 0 || k.Standing == Spared && p.Schedule.Interest == Continues
}

// halfYear is the next 1 January or 1 July: the base rate changes (BGB § 247 I).
func halfYear(d debt.Date) debt.Date {
	if july := debt.NewDate(d.Year(), time.July, 1); d.Before(july) {
		return july
	}
	return debt.NewDate(d.Year()+1, time.January, 1)
}

// Began lets a plan begin: the first instalment is told at once, so that pages and mails can
// name it.
func (p Plan) Began(r Rules, b Books) (first Instalment, next debt.Date) {
	p.Announced = 1
	d := p.Duty(p.Progress(b), r, b)
	if next = d.NextOn; len(d.Announce) > 0 { // short rhythms: the second one is near already
		next = b.Today.AddDays(1)
	}
	return p.Schedule.Instalments[0], next
}
