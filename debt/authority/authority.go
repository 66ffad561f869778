// Package authority is who may act for a debtor: how far an authority reaches, how it begins
// and ends, and which acts need which part of it. Pure rules.
package authority

import (
	"slices"
	"strings"
	"time"

	"quitt/debt"
)

// Scope is a part of what a debtor may do.
type Scope string

// The scopes. Who may do anything may also read: nobody can act on what he does not see.
const (
	Read      Scope = "read"
	Pay       Scope = "pay"
	Negotiate Scope = "negotiate"
	Object    Scope = "object"
)

// Scopes lists every Scope.
func Scopes() []Scope { return []Scope{Read, Pay, Negotiate, Object} }

// Act is what somebody does on a page.
type Act string

// The acts. The zero Act is one nobody has thought about, and nobody but the debtor may do it.
const (
	See        Act = "see"        // the claim, letters, papers, documents
	Settle     Act = "settle"     // begin a payment and see what became of it
	Propose    Act = "propose"    // everything about instalment plans
	Contest    Act = "contest"    // object, prove, promise, tell of a situation
	HandIn     Act = "hand_in"    // documents, for whatever else he may do
	Personally Act = "personally" // prove who one is, say who acts for one
)

// Acts lists every Act.
func Acts() []Act { return []Act{See, Settle, Propose, Contest, HandIn, Personally} }

// needs says which scopes open an act; any of them is enough.
var needs = map[Act][]Scope{
	See:     {Read},
	Settle:  {Pay},
	Propose: {Negotiate},
	Contest: {Object},
	HandIn:  {Object, Negotiate},
}

// Area is a part of what a court has given a guardian (BGB § 1815).
type Area string

// The areas that matter here. Whose care of property (Vermögenssorge) is another's may look, and
// may not bind the debtor's income; a reservation of consent (BGB § 1825) leaves the debtor's own
// agreement without effect, so that only the guardian's counts.
const (
	Property    Area = "property"
	Reservation Area = "reservation"
)

// Areas lists every Area.
func Areas() []Area { return []Area{Property, Reservation} }

// Kind is what a representative is to the debtor.
type Kind string

// The kinds. A debt adviser helps before insolvency (InsO § 305 I Nr. 1); a guardian acts
// within the area the court has named (BGB § 1823).
const (
	Adviser  Kind = "adviser"
	Lawyer   Kind = "lawyer"
	Guardian Kind = "guardian"
	Relative Kind = "relative"
	Other    Kind = "other"
)

// Kinds lists every Kind.
func Kinds() []Kind { return []Kind{Adviser, Lawyer, Guardian, Relative, Other} }

// State is how far an authority has come.
type State string

// The states. Nothing leads out of the last three.
const (
	Invited State = "invited" // its code waits for the representative
	Claimed State = "claimed" // a person has to look at the proof
	Active  State = "active"
	Refused State = "refused"
	Revoked State = "revoked"
	Expired State = "expired"
)

// States lists every State.
func States() []State { return []State{Invited, Claimed, Active, Refused, Revoked, Expired} }

// Proof is how an authority was shown.
type Proof string

// The proofs.
const (
	ByDebtor    Proof = "debtor"    // said inside a visit that shows everything
	ByDocuments Proof = "documents" // shown to a person
)

// The limits. An authority that nobody remembers must end by itself.
const (
	MostDays       = 2 * 365
	invitationTime = 14 * 24 * time.Hour
	// MostLive is how many may be under way or in force in a case at once.
	MostLive = 5
	// MostADay bounds the mails one case can make us send to strangers.
	MostADay = 5
)

// Authority is one, without who it is given to.
type Authority struct {
	ID             debt.ID
	CaseID         debt.ID
	Representative debt.ID
	Kind           Kind
	Scopes         []Scope
	Areas          []Area // of a guardian; nobody else has any
	State          State
	Proof          Proof
	Until          debt.Date // the last day
	MadeAt         time.Time
	InvitedAt      time.Time
	ActiveAt       time.Time
	EndedAt        time.Time
	EndedBy        string // the kind of actor; "" while it has not ended
	LastAccessAt   time.Time
	// Why a way to reach the representative is not used any more; Reachable while it is.
	EmailStopped, PostStopped debt.Stop
}

// Wish is what is asked for.
type Wish struct {
	Kind   Kind
	Scopes []Scope
	Areas  []Area
	Until  debt.Date
}

// Check refuses what cannot be given: Invalid "authority_kind", "authority_scopes",
// "seven_areas" or "authority_until".
func (w Wish) Check(today debt.Date) error {
	switch {
	case !slices.Contains(Kinds(), w.Kind):
		return debt.E(debt.Invalid, "authority_kind", nil)
	case len(w.Scopes) == 0 || slices.ContainsFunc(w.Scopes, func(s Scope) bool { return !slices.Contains(Scopes(), s) }):
		return debt.E(debt.Invalid, "authority_scopes", nil)
	case slices.ContainsFunc(w.Areas, func(a Area) bool { return !slices.Contains(Areas(), a) }):
		return debt.E(debt.Invalid, "seven_areas", nil)
	case w.Until.Before(today) || w.Until.After(today.AddDays(MostDays)):
		return debt.E(debt.Invalid, "authority_until", debt.Args{"first": today, "last": today.AddDays(MostDays)})
	}
	return nil
}

// whole orders scopes and adds reading.
func whole(list []Scope) (out []Scope) {
	for _, s := range Scopes() {
		if s == Read || slices.Contains(list, s) {
			out = append(out, s)
		}
	}
	return out
}

// Invite begins one that the debtor gives.
func Invite(a Authority, w Wish, now time.Time) Authority {
	a.State, a.Proof, a.MadeAt, a.InvitedAt = Invited, ByDebtor, now, now
	return a.of(w)
}

// of takes over what was asked for. Only a guardian has areas.
func (a Authority) of(w Wish) Authority {
	a.Kind, a.Scopes, a.Areas, a.Until = w.Kind, whole(w.Scopes), nil, w.Until
	if a.Kind == Guardian {
		a.Areas = w.Areas
	}
	return a
}

// Claim begins one that a representative says he has.
func Claim(a Authority, w Wish, now time.Time) Authority {
	a.State, a.Proof, a.MadeAt = Claimed, ByDocuments, now
	return a.of(w)
}

// On gives the state on a day: an end date needs nobody to notice it.
func (a Authority) On(now time.Time) State {
	switch {
	case a.Live() && debt.DateIn(now, debt.Berlin).After(a.Until),
		a.State == Invited && now.Sub(a.InvitedAt) >= invitationTime:
		return Expired
	}
	return a.State
}

// Live reports whether it may still become or be in force.
func (a Authority) Live() bool { return a.State == Invited || a.State == Claimed || a.State == Active }

// Accept is what a person says who has seen the proof: now the code may be sent. Conflict
// "authority_decided" unless it waits for that.
func (a *Authority) Accept(now time.Time) error {
	if a.On(now) != Claimed {
		return debt.E(debt.Conflict, "authority_decided", nil)
	}
	a.State, a.InvitedAt = Invited, now
	return nil
}

// Certify puts the areas that a court's certificate names in the place of those that were said:
// Invalid "seven_areas" for one there is not, and for anybody but a guardian.
func (a *Authority) Certify(areas []Area) error {
	if a.Kind != Guardian || slices.ContainsFunc(areas, func(x Area) bool { return !slices.Contains(Areas(), x) }) {
		return debt.E(debt.Invalid, "seven_areas", nil)
	}
	a.Areas = areas
	return nil
}

// Refuse is the other answer.
func (a *Authority) Refuse(by string, now time.Time) error {
	if a.On(now) != Claimed {
		return debt.E(debt.Conflict, "authority_decided", nil)
	}
	a.State, a.EndedAt, a.EndedBy = Refused, now, by
	return nil
}

// Redeem puts it in force for who has its code. Conflict "authority_code_used" if it waits
// for no code any more.
func (a *Authority) Redeem(now time.Time) error {
	if a.On(now) != Invited {
		return debt.E(debt.Conflict, "authority_code_used", nil)
	}
	a.State, a.ActiveAt = Active, now
	return nil
}

// Revoke ends it and reports whether that changed anything. The debtor needs no reason
// (BGB § 168), and neither does the representative.
func (a *Authority) Revoke(by string, now time.Time) bool {
	if !a.Live() {
		return false
	}
	a.State, a.EndedAt, a.EndedBy = Revoked, now, by
	return true
}

// Has reports whether a court has given an area.
func (a Authority) Has(area Area) bool { return slices.Contains(a.Areas, area) }

// Opens gives the scopes that count: a guardian without the care of property agrees to nothing.
func (a Authority) Opens() []Scope {
	if a.Kind != Guardian || a.Has(Property) {
		return a.Scopes
	}
	return slices.DeleteFunc(slices.Clone(a.Scopes), func(s Scope) bool { return s == Negotiate })
}

// May reports whether an act is covered on a day.
func (a Authority) May(act Act, now time.Time) bool {
	return a.On(now) == Active && Covers(a.Opens(), act)
}

// Reserves reports whether the debtor's own agreement has no effect while it is in force: with a
// reservation, and only what the care of property covers.
func (a Authority) Reserves(now time.Time) bool {
	return a.On(now) == Active && a.Kind == Guardian && a.Has(Reservation) && a.Has(Property)
}

// Unreachable is the kind of the task to find another way to a representative.
const Unreachable = "representative_unreachable"

// Covers reports whether scopes open an act.
func Covers(scopes []Scope, act Act) bool {
	return slices.ContainsFunc(needs[act], func(s Scope) bool { return slices.Contains(scopes, s) })
}

// Written lists scopes or areas for a row and for events.
func Written[T Scope | Area](list []T) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, " ")
}

// read is the way back from Written.
func read[T Scope | Area](s string) (list []T) {
	for word := range strings.FieldsSeq(s) {
		list = append(list, T(word))
	}
	return list
}

// Scoped reads what Written wrote of scopes.
func Scoped(s string) []Scope { return read[Scope](s) }

// Within reads what Written wrote of areas.
func Within(s string) []Area { return read[Area](s) }
