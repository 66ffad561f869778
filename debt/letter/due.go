package letter

import (
	"slices"

	"quitt/debt"
)

// Days a letter and a payment are given. Which day a letter arrives is not known, so the post
// counts with four days (VV RVG 2300 Anm. II 2: two weeks after the first demand).
const (
	daysOfPost   = 4
	leastToPay   = 14
	daysOfBank   = 3 // money that was sent on the last day is under way that long
	betweenWeeks = 14
)

// Written is one letter of a case that exists already.
type Written struct {
	Kind     Kind
	Subject  string // which event it is about: the id of a payment, plan, objection or request
	Dated    debt.Date
	Deadline debt.Date
	Sent     debt.Date // none: made, and still in the house
	// Void letters never left the house, Returned ones reached nobody: neither counts.
	Void, Returned bool
}

// History is every letter of a case.
type History []Written

// last gives the newest letter of a kind and subject that counts. With "" any subject is meant.
func (h History) last(kind Kind, subject string) (Written, bool) {
	found := Written{}
	for _, w := range h {
		counts := w.Kind == kind && !w.Void && !w.Returned && (subject == "" || w.Subject == subject)
		if counts && (found.Kind == "" || w.Dated.After(found.Dated)) {
			found = w
		}
	}
	return found, found.Kind != ""
}

// DueFacts is what Due must know.
type DueFacts struct {
	On         debt.Date
	Case       debt.Case // with its holds
	Debtor     debt.Debtor
	Minor      bool       // without a known representative
	Helper     bool       // the letter goes to who acts for the debtor
	Limitation debt.Date  // raw expiry, see Expiry; none if not computed
	UnderWay   bool       // a payment was made and has not arrived, see UnderWay
	Open       debt.Cents // as booked; interest of the running day does not matter
	Subject    string     // for letters about an event
	History    History
	Dunning    debt.Dunning
}

// Due gives every reason why a letter is not to be written on a day; none means it is due.
// The three demands wait for each other: a first notice for the reminder's deadline, a second
// one for the first one's.
func Due(kind Kind, f DueFacts) []debt.Barrier {
	var because []debt.Barrier
	with := func(applies bool, b debt.Barrier) {
		if applies && !slices.Contains(because, b) {
			because = append(because, b)
		}
	}
	for _, b := range f.demandBarriers(kind) {
		with(true, b)
	}
	with(f.Case.Review != debt.ReviewAccepted, debt.BarrierNotAccepted)
	with(!f.Helper && !AddressComplete(f.Debtor), debt.BarrierAddress)
	with(f.Debtor.AddressStopped == debt.StopDead || !f.Helper && f.Debtor.AddressStopped != debt.Reachable, debt.BarrierAddressStopped)
	with(f.written(kind), debt.BarrierLetterWritten)
	pace := Pace(f.Dunning)
	switch kind {
	case FirstNotice:
		if w, ok := f.History.last(Reminder, ""); ok {
			with(w.Sent.IsZero() || f.On.Before(f.deadline(w).AddDays(pace.FirstAfter)), debt.BarrierLetterWaits)
		} else {
			with(pace.RemindFirst && f.Case.Stage == debt.StageReminder, debt.BarrierLetterMissing)
		}
	case SecondNotice:
		w, ok := f.History.last(FirstNotice, "")
		with(!ok, debt.BarrierLetterMissing)
		with(pace.NoSecond, debt.BarrierLetterUnwanted)
		early := f.On.Before(f.deadline(w).AddDays(pace.SecondAfter)) || f.On.Before(w.Dated.AddDays(betweenWeeks))
		with(ok && (w.Sent.IsZero() || early), debt.BarrierLetterWaits)
	case PlanAtRisk, PlanLapsed:
		// What is missing may be on its way, and in insolvency nobody asks for it (InsO § 87).
		with(f.UnderWay, debt.BarrierUnderWay)
		with(f.insolvent(), debt.Barrier("hold_"+debt.HoldInsolv))
	}
	return because
}

func (f DueFacts) insolvent() bool {
	return slices.ContainsFunc(f.Case.Holds, func(h debt.Hold) bool { return h.Kind == debt.HoldInsolv && h.Active(f.On) })
}

// deadline is the day a debtor really had: a letter that left later than it is dated gave less
// time than it says.
func (f DueFacts) deadline(w Written) debt.Date {
	if w.Sent.After(w.Dated) {
		return debt.Later(w.Deadline, DeadlineOf(f.Dunning, w.Kind, w.Sent, f.Debtor.State))
	}
	return w.Deadline
}

// demandBarriers are the reasons against asking for money at all.
func (f DueFacts) demandBarriers(kind Kind) []debt.Barrier {
	if !kind.Demands() {
		return nil
	}
	var because []debt.Barrier
	facts := debt.Facts{On: f.On, Limitation: f.Limitation, Minor: f.Minor, AddressComplete: f.Helper || AddressComplete(f.Debtor)}
	for _, s := range f.Case.NextSteps(facts) {
		if s.Name == debt.StepNotice {
			because = append(because, s.Because...)
		}
	}
	if f.Minor {
		because = append(because, debt.BarrierMinor)
	}
	if f.Open <= 0 {
		because = append(because, debt.BarrierNothingOpen)
	}
	if f.UnderWay {
		because = append(because, debt.BarrierUnderWay)
	}
	return because
}

// written reports whether the letter exists, or for a demand one that comes after it. A letter
// without a subject that is written on request may be written again.
func (f DueFacts) written(kind Kind) bool {
	if !kind.Demands() {
		_, ok := f.History.last(kind, f.Subject)
		return ok && f.Subject != ""
	}
	order := []Kind{Reminder, FirstNotice, SecondNotice}
	for _, later := range order[slices.Index(order, kind):] {
		if _, ok := f.History.last(later, ""); ok {
			return true
		}
	}
	return false
}

// AddressComplete reports whether a letter can be addressed.
func AddressComplete(d debt.Debtor) bool {
	return d.Name() != "" && d.Street != "" && d.Postcode != "" && d.City != ""
}

// Deadline is DeadlineOf a creditor who has chosen nothing.
func Deadline(kind Kind, on debt.Date, seat debt.State) debt.Date {
	return DeadlineOf(debt.Dunning{}, kind, on, seat)
}

// DeadlineOf gives the last day to pay of a demand written on a day, shifted to a working day at
// the debtor's seat; the unknown State keeps the holidays of all Länder. Letters that demand
// nothing have none.
func DeadlineOf(d debt.Dunning, kind Kind, on debt.Date, seat debt.State) debt.Date {
	if !kind.Demands() || on.IsZero() {
		return debt.Date{}
	}
	end := debt.Period{Amount: Pace(d).PayDays, Unit: debt.Days}.End(on.AddDays(daysOfPost))
	return debt.LastDayToAct(end, seat)
}
