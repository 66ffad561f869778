// Package plan is instalment plans: what a creditor allows, what a debtor wishes, the schedule
// that comes of it, how it is kept, changed and ended. A plan is a promise not to sue, no
// deferral and no acknowledgement, and a consumer's is free (BGB § 506, RDG § 13a III).
package plan

import (
	"slices"

	"quitt/debt"
)

// Rhythm is how often an instalment is due.
type Rhythm string

// The rhythms.
const (
	Monthly     Rhythm = "monthly"
	Fortnightly Rhythm = "fortnightly"
	Weekly      Rhythm = "weekly"
)

// Rhythms lists every Rhythm.
func Rhythms() []Rhythm { return []Rhythm{Monthly, Fortnightly, Weekly} }

// days between two instalments; months have a calendar of their own.
func (r Rhythm) days() int {
	if r == Weekly {
		return 7
	}
	return 14
}

// Interest is whether default interest goes on while a plan is kept. A price above it is no
// mode of Quitt's: it would make the plan a credit (BGB § 506).
type Interest string

// The modes. With Continues interest is computed anew at each payment and half-year, so that
// the last instalment varies.
const (
	NoInterest Interest = "none"
	Continues  Interest = "statutory"
)

// Rules are what one creditor allows. The zero value allows nothing without a person.
type Rules struct {
	// Brackets by balance, ascending by From; the last one whose From is not above it counts.
	Brackets []Bracket `json:"brackets"`
	Interest Interest  `json:"interest"`
	Changes  Limits    `json:"changes"`
	// RoundDays is how long a proposal or a counter stands, RemindDays how long before a due
	// day the reminder goes, GraceDays how long after it money is waited for in silence.
	RoundDays  int `json:"round_days"`
	RemindDays int `json:"remind_days"`
	GraceDays  int `json:"grace_days"`
	// Fees is the switch nobody may turn on: a fee would make a consumer's plan a credit, and
	// Quitt has no credit path. It exists so that turning it on is refused with the reason.
	Fees bool `json:"fees,omitempty"`
	// Own are offers for the one case that is looked at, see With; they are part of no version.
	Own []Settlement `json:"-"`
}

// Bracket is what is allowed from a balance on.
type Bracket struct {
	From            debt.Cents       `json:"from_cents"`
	Least           debt.Cents       `json:"least_cents"`      // of an instalment, the last one excepted
	MostInstalments int              `json:"most_instalments"` // without a down payment
	MostMonths      int              `json:"most_months"`      // until the last one
	FirstWithin     int              `json:"first_within_days"`
	Days            []int            `json:"days,omitempty"` // of the month; none: all
	Rhythms         []Rhythm         `json:"rhythms"`
	Down            debt.BasisPoints `json:"down,omitempty"` // of the balance, paid first
	// AtOnce takes what keeps the rules without asking anybody.
	AtOnce      bool         `json:"at_once"`
	Settlements []Settlement `json:"settlements,omitempty"`
}

// Limits are which changes of a running plan a debtor makes alone, each so often in any twelve
// months; 0 is never. What goes beyond becomes a proposal.
type Limits struct {
	Moves       int              `json:"moves"`
	MoveDays    int              `json:"move_days"` // most days between the old and the new day
	Pauses      int              `json:"pauses"`
	PauseMonths int              `json:"pause_months"` // at most, each time
	Skips       int              `json:"skips"`
	Lowers      int              `json:"lowers"`
	LowerTo     debt.BasisPoints `json:"lower_to"` // least share of the agreed instalment
}

// The bounds of what a creditor may set.
const (
	MostInstalments = 360
	mostMonths      = 120
	mostFirst       = 366
	mostRoundDays   = 90
	mostBrackets    = 20
)

// Standard are the rules of a creditor who has set none: cautious, and a debtor who keeps them
// waits for nobody.
func Standard() Rules {
	bracket := func(from, least debt.Cents, most int) Bracket {
		return Bracket{From: from, Least: least, MostInstalments: most, MostMonths: most, FirstWithin: 45,
			Rhythms: []Rhythm{Monthly, Fortnightly, Weekly}, AtOnce: true}
	}
	return Rules{
		Brackets: []Bracket{bracket(30_00, 10_00, 6), bracket(100_00, 15_00, 10), bracket(300_00, 20_00, 18),
			bracket(1_000_00, 30_00, 24), bracket(3_000_00, 60_00, 36), bracket(10_000_00, 150_00, 48)},
		Interest: NoInterest, RoundDays: 14, RemindDays: 4, GraceDays: 5,
		Changes: Limits{Moves: 3, MoveDays: 31, Pauses: 1, PauseMonths: 2, Skips: 1, Lowers: 1, LowerTo: 5000},
	}
}

// Validate refuses rules that nobody could keep, each with the field it is about.
func (r Rules) Validate() error {
	switch {
	case r.Fees:
		return debt.E(debt.Forbidden, "plan_fees_off", nil)
	case len(r.Brackets) == 0 || len(r.Brackets) > mostBrackets:
		return refused("brackets")
	case r.Interest != NoInterest && r.Interest != Continues:
		return refused("interest")
	case !in(r.RoundDays, 1, mostRoundDays):
		return refused("round_days")
	case !in(r.RemindDays, 0, 14):
		return refused("remind_days")
	case !in(r.GraceDays, 0, 30):
		return refused("grace_days")
	}
	for i, b := range r.Brackets {
		if i > 0 && b.From <= r.Brackets[i-1].From {
			return refused("from_cents")
		}
		if err := b.validate(); err != nil {
			return err
		}
	}
	return r.Changes.validate()
}

func (b Bracket) validate() error {
	dayless := func(d int) bool { return !in(d, 1, 31) }
	unknown := func(x Rhythm) bool { return !slices.Contains(Rhythms(), x) }
	switch {
	case b.From < 0 || b.From > debt.MaxCents:
		return refused("from_cents")
	case b.Least < 1_00 || b.Least > debt.MaxCents:
		return refused("least_cents")
	case !in(b.MostInstalments, 2, MostInstalments):
		return refused("most_instalments")
	case !in(b.MostMonths, 1, mostMonths):
		return refused("most_months")
	case !in(b.FirstWithin, 1, mostFirst):
		return refused("first_within_days")
	case slices.ContainsFunc(b.Days, dayless):
		return refused("days")
	case len(b.Rhythms) == 0 || slices.ContainsFunc(b.Rhythms, unknown):
		return refused("rhythms")
	case b.Down < 0 || b.Down > 9_000:
		return refused("down")
	}
	for i, s := range b.Settlements {
		if err := s.validate(); err != nil {
			return err
		}
		if slices.ContainsFunc(b.Settlements[:i], func(o Settlement) bool { return o.ID == s.ID }) {
			return refused("settlement_id") // a wish names it by its id
		}
	}
	return nil
}

func (l Limits) validate() error {
	for _, n := range []int{l.Moves, l.Pauses, l.Skips, l.Lowers, l.PauseMonths} {
		if !in(n, 0, 12) {
			return refused("changes")
		}
	}
	if !in(l.MoveDays, 0, 62) || l.LowerTo < 0 || l.LowerTo > 10_000 {
		return refused("changes")
	}
	return nil
}

func refused(field string) error {
	return debt.E(debt.Invalid, "plan_rules_invalid", debt.Args{"field": field})
}

func in(n, least, most int) bool { return n >= least && n <= most }

// bracket gives the rules for a balance; none below the first one.
func (r Rules) bracket(balance debt.Cents) (b Bracket, ok bool) {
	for _, x := range r.Brackets {
		if balance >= x.From {
			b, ok = x, true
		}
	}
	return b, ok
}
