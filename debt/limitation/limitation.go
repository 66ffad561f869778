// Package limitation computes when a claim is time-barred (Verjährung, BGB §§ 194 to 218).
package limitation

import (
	"slices"

	"quitt/debt"
)

// StepKind names something that restarts or suspends limitation.
type StepKind string

// Acknowledgement and EnforcementAct restart the period (BGB § 212 I); the others suspend
// it from On to Until, both days included (§§ 203–205, 209).
const (
	// Acknowledgement by instalment, interest payment, security or otherwise, § 212 I Nr. 1.
	Acknowledgement StepKind = "acknowledgement"
	// EnforcementAct is performed or applied for, § 212 I Nr. 2.
	EnforcementAct StepKind = "enforcement_act"
	// Negotiations, § 203: limitation is complete three months after their end at the earliest.
	Negotiations StepKind = "negotiations"
	// Deferral is a real right to refuse payment for a time (Stundung), § 205. A promise
	// not to sue is none.
	Deferral StepKind = "deferral"
	// CourtDunning: On is the filing when service followed soon ("demnächst", ZPO § 167),
	// else the service; Until is the end or the last act of the parties or the court, to
	// which § 204 II adds six months.
	CourtDunning StepKind = "court_dunning"
	// LoanDefault suspends the claims from a consumer loan, § 497 III 3; Until is
	// LoanSuspensionEnd.
	LoanDefault StepKind = "loan_default"
)

// Step happened on On. Suspensions end on Until; one that still lasts is given
// with the day of the question, and the result is then the earliest expiry possible.
type Step struct {
	Kind  StepKind
	On    debt.Date
	Until debt.Date
}

// Facts are what limitation depends on. DueOn is when the claim arose (§ 199 I
// Nr. 1); KnownOn is when the creditor knew or should have known, zero for "at once";
// TitleFinalOn is when a title became final (§ 201), zero for none. Recurring marks
// interest and other recurring payments, which a title bars for 30 years only as far as
// they were due before it (§ 197 II). Region is the place whose holidays count.
type Facts struct {
	DueOn        debt.Date
	KnownOn      debt.Date
	TitleFinalOn debt.Date
	Recurring    bool
	Region       debt.State
	Steps        []Step
}

// Limitation is the result. The debtor may refuse payment after ExpiresOn (§ 214 I); acts
// of the creditor are in time until LastDayToAct (§ 193 by analogy, BGH 2014).
type Limitation struct {
	ExpiresOn    debt.Date
	LastDayToAct debt.Date
	Titled       bool
}

const (
	regularMonths  = 3 * 12  // § 195
	longestMonths  = 10 * 12 // § 199 IV
	titledMonths   = 30 * 12 // § 197 I
	afterTalks     = 3       // months, § 203 S. 2
	afterLastAct   = 6       // months, § 204 II
	loanSuspension = 10 * 12 // months, § 497 III 3
)

// period is the period now running: it began at the end of start and would end
// with end if nothing suspended it.
type period struct {
	start, end debt.Date
	months     int
}

// Limitation applies the steps in the order of their days. Steps after expiry change
// nothing: what is paid then cannot be reclaimed but revives nothing (§ 214 II).
func (f Facts) Limitation() Limitation {
	titled := !f.TitleFinalOn.IsZero() && (!f.Recurring || !f.DueOn.After(f.TitleFinalOn))
	running, begun := f.firstPeriod(titled)
	steps := slices.Clone(f.Steps)
	slices.SortStableFunc(steps, func(a, b Step) int { return a.On.Compare(b.On) })
	for _, s := range steps {
		if s.suspends() || !s.On.After(begun) { // too early to restart: BGH VIII ZR 344/12
			continue
		}
		expiry := f.suspended(running, steps)
		if s.Kind == EnforcementAct {
			expiry = debt.LastDayToAct(expiry, f.Region)
		}
		if s.On.After(expiry) {
			continue
		}
		// No year-end rule after a restart (Haufe HI16389724 Rz. 525).
		running = period{s.On, s.On.AddMonths(running.months), running.months}
	}
	expiry := f.suspended(running, steps)
	return Limitation{expiry, debt.LastDayToAct(expiry, f.Region), titled}
}

// firstPeriod is the period before any step. Nothing dated up to begun restarts it.
func (f Facts) firstPeriod(titled bool) (p period, begun debt.Date) {
	if titled {
		return period{f.TitleFinalOn, f.TitleFinalOn.AddMonths(titledMonths), titledMonths}, f.TitleFinalOn
	}
	begun = debt.Later(f.DueOn, f.KnownOn).YearEnd()
	p = period{begun, begun.AddMonths(regularMonths), regularMonths}
	if longest := f.DueOn.AddMonths(longestMonths); longest.Before(p.end) {
		p.start, p.end = f.DueOn, longest
	}
	return p, begun
}

// suspended extends the period by every suspended day in it, each counted once (§ 209).
// The three months after negotiations are a floor beside that sum: a later suspension
// adds to them only when it begins after the period itself ran out.
func (f Facts) suspended(p period, steps []Step) debt.Date {
	end, counted, floor := p.end, p.start, p.end
	for _, s := range steps {
		if !s.suspends() {
			continue
		}
		inTime := debt.Later(end, floor)
		if s.Kind == CourtDunning { // an act of the creditor may use the next working day
			inTime = debt.LastDayToAct(inTime, f.Region)
		}
		if s.On.After(inTime) {
			continue
		}
		if s.On.After(end) {
			end = debt.Later(floor, s.On)
		}
		last, first := s.last(), debt.Later(s.On, counted.AddDays(1))
		if !last.Before(first) {
			end = end.AddDays(first.DaysUntil(last) + 1)
			counted = last
		}
		if s.Kind == Negotiations {
			floor = debt.Later(floor, last.AddMonths(afterTalks))
		}
	}
	return debt.Later(end, floor)
}

func (s Step) suspends() bool {
	return s.Kind != Acknowledgement && s.Kind != EnforcementAct
}

// last is the last suspended day.
func (s Step) last() debt.Date {
	until := debt.Later(s.On, s.Until)
	if s.Kind == CourtDunning {
		until = until.AddMonths(afterLastAct)
	}
	return until
}

// CappedBy applies § 217: interest, costs and other accessories expire with the claim
// they belong to, even if their own period still runs.
func (l Limitation) CappedBy(main Limitation) Limitation {
	if main.ExpiresOn.Before(l.ExpiresOn) {
		l.ExpiresOn, l.LastDayToAct = main.ExpiresOn, main.LastDayToAct
	}
	return l
}

// Expired reports whether the debtor may refuse payment on that day.
func (l Limitation) Expired(today debt.Date) bool { return today.After(l.ExpiresOn) }

// LoanSuspensionEnd is the day to which default suspends limitation of a consumer loan:
// until the claim is titled (zero: not yet), and at most ten years from the day it arose.
// The remaining regular period runs afterwards; that reading is open.
func LoanSuspensionEnd(accruedOn, titledOn debt.Date) debt.Date {
	end := accruedOn.AddMonths(loanSuspension)
	if !titledOn.IsZero() && titledOn.Before(end) {
		return titledOn
	}
	return end
}
