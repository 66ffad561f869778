// Package situation is what changes how a debtor may be dealt with, without a dispute:
// hardship, insolvency, death, minority, guardianship, a stranger at the address, identity
// theft (law.md 12). A table says what follows at once and what after a person has looked.
package situation

import (
	"slices"

	"quitt/debt"
)

// Kind is a situation a debtor, or whoever has the letter, tells of.
type Kind string

// The kinds.
const (
	Hardship      Kind = "hardship"
	Insolvency    Kind = "insolvency"
	Deceased      Kind = "deceased"
	Minor         Kind = "minor"
	Guardianship  Kind = "guardianship"
	NotThisPerson Kind = "not_this_person"
	IdentityTheft Kind = "identity_theft"
)

// HardshipDays is how long a hardship notice rests the case; then the creditor looks again.
const HardshipDays = 30

// Effect is what a notice does at once and what a decision may do.
type Effect struct {
	Hold  debt.HoldKind    // placed at once
	Days  int              // how long it holds; 0: until a decision or Until ends it
	Until debt.EventType   // what ends the hold of a confirmed situation; "" is the day
	Close debt.CloseReason // what the case may be closed for once confirmed; "" for nothing
}

var effects = map[Kind]Effect{
	// Policy: a rest, and somebody who looks for a way that fits (law.md 12, "vulnerable persons").
	Hardship: {Hold: debt.HoldHardship, Days: HardshipDays},
	// InsO §§ 87, 89, 294: no demand, no single deal; the claim is filed with the administrator.
	Insolvency: {Hold: debt.HoldInsolv, Until: debt.CaseClosed, Close: "insolvent"},
	// BGB §§ 1958, 1967, 2014: nothing against heirs before they have accepted.
	Deceased: {Hold: debt.HoldDataCheck, Until: debt.CaseClosed, Close: "deceased"},
	// BGB §§ 104-108, 131: only with those who represent the child.
	Minor: {Hold: debt.HoldDataCheck, Until: debt.CaseReleased},
	// BGB §§ 1814, 1823, 1825, 131: declarations may have to go to the guardian.
	Guardianship: {Hold: debt.HoldDataCheck, Until: debt.CaseReleased},
	// GDPR Art. 5 I d, 17: no contact to an address that is somebody else's.
	NotThisPerson: {Hold: debt.HoldDataCheck, Until: debt.CaseReleased, Close: "untraceable"},
	// GDPR Art. 16, 18 I a: frozen and corrected; the police reference proves it.
	IdentityTheft: {Hold: debt.HoldDataCheck, Until: debt.CaseReleased, Close: "identity_theft"},
}

var order = []Kind{Hardship, Insolvency, Guardianship, Minor, Deceased, IdentityTheft, NotThisPerson}

// Kinds lists every kind in the order of a page.
func Kinds() []Kind { return slices.Clone(order) }

// Follows is what a page says will happen.
type Follows string

// Follows gives the sentence about what will happen.
func (k Kind) Follows() Follows { return Follows(k) }

// AllFollows lists them.
func AllFollows() (all []Follows) {
	for _, k := range order {
		all = append(all, k.Follows())
	}
	return all
}

// AllFields lists every field.
func AllFields() []Field {
	return []Field{Court, CourtReference, Administrator, OpenedOn, Representative, DiedOn, PoliceReference, ReportedOn}
}

// Known reports whether there is such a kind.
func (k Kind) Known() bool { return slices.Contains(order, k) }

// Effect gives what follows from a kind.
func (k Kind) Effect() Effect { return effects[k] }

// TaskKind names what a person has to decide.
func (k Kind) TaskKind() string { return "situation_" + string(k) }

// Field is something a page asks; none must be answered.
type Field string

// The fields.
const (
	Court           Field = "court"            // where the insolvency is
	CourtReference  Field = "court_reference"  // its number there
	Administrator   Field = "administrator"    // who speaks for the estate
	OpenedOn        Field = "opened_on"        // the day it was opened
	Representative  Field = "representative"   // parents or guardian
	DiedOn          Field = "died_on"          //
	PoliceReference Field = "police_reference" // of the report
	ReportedOn      Field = "reported_on"      //
)

var fields = map[Kind][]Field{
	Insolvency:    {Court, CourtReference, OpenedOn, Administrator},
	Deceased:      {DiedOn},
	Minor:         {Representative},
	Guardianship:  {Representative},
	IdentityTheft: {PoliceReference, ReportedOn},
}

// Fields lists what a page of the kind asks beside free words.
func (k Kind) Fields() []Field { return slices.Clone(fields[k]) }

// IsDay reports whether a field is a day.
func (f Field) IsDay() bool { return f == OpenedOn || f == DiedOn || f == ReportedOn }

// MostField is how many characters one field takes.
const MostField = 200

// Read takes what was told of a kind and refuses what cannot be read; empty fields are left
// out. Days come as YYYY-MM-DD.
func (k Kind) Read(typed map[string]string, today debt.Date) (map[string]string, error) {
	read := map[string]string{}
	for _, f := range fields[k] {
		v := typed[string(f)]
		switch {
		case v == "":
			continue
		case f.IsDay():
			on, err := debt.ParseDate(v)
			if err != nil || on.After(today) {
				return nil, debt.E(debt.Invalid, "objection_day", debt.Args{"field": string(f)})
			}
		case len([]rune(v)) > MostField:
			return nil, debt.E(debt.Invalid, "words_too_long", debt.Args{"most": MostField})
		}
		read[string(f)] = v
	}
	return read, nil
}

// Place gives the hold of a notice told on a day; clock is until when a person should have
// looked. The hold ends with a decision, never by silence, except a hardship's.
func (k Kind) Place(on, clock debt.Date) debt.Hold {
	e := effects[k]
	h := debt.Hold{Kind: e.Hold, Reason: string(k), Since: on, Until: clock, UntilEvent: e.Until}
	if e.Days > 0 {
		h.Until = on.AddDays(e.Days)
	}
	return h
}
