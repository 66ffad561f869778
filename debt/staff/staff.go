// Package staff is who works for a creditor: what a role may do, how long a sign-in lasts, and
// how often a secret may be tried. Pure rules.
package staff

import (
	"fmt"
	"slices"

	"quitt/debt"
)

// Role is what somebody is at one creditor.
type Role string

// The roles; each may do what the one before may.
const (
	Viewer  Role = "viewer"
	Clerk   Role = "clerk"
	Manager Role = "manager"
	Admin   Role = "admin"
)

// Roles lists every Role, the least first.
func Roles() []Role { return []Role{Viewer, Clerk, Manager, Admin} }

// Right is a part of what is done in the creditor's window.
type Right string

// The rights. The zero Right is one nobody has thought about, and nobody has it.
const (
	See     Right = "see"     // cases, figures, papers
	Act     Right = "act"     // write, answer, hold, hand over
	Decide  Right = "decide"  // what binds the creditor: plans outside the rules, settlements, waivers
	Export  Right = "export"  // take data out in bulk
	Rules   Right = "rules"   // what is decided without a person, and texts
	Payouts Right = "payouts" // where money goes
	Users   Right = "users"   // who may come in
)

// Rights lists every Right.
func Rights() []Right { return []Right{See, Act, Decide, Export, Rules, Payouts, Users} }

// least is the least role that has a right.
var least = map[Right]Role{See: Viewer, Act: Clerk, Decide: Manager, Export: Manager, Rules: Manager, Payouts: Admin, Users: Admin}

// May reports whether a role has a right.
func (r Role) May(right Right) bool {
	need, known := least[right]
	return known && r.Known() && slices.Index(Roles(), r) >= slices.Index(Roles(), need)
}

// Known reports whether it is a role at all.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// NeedsProof reports whether a right wants the second factor shown again (ASVS 5.0, 7.5.3).
func (r Right) NeedsProof() bool { return r == Export || r == Payouts || r == Users }

// State is how far a member has come.
type State string

// The states.
const (
	Invited State = "invited" // has not set a password yet
	Active  State = "active"
	Ended   State = "ended" // comes in no more
)

// States lists every State.
func States() []State { return []State{Invited, Active, Ended} }

// Member is a person who works for creditors or for the operator.
type Member struct {
	ID       debt.ID
	Email    debt.Personal
	Name     debt.Personal
	Language string
	State    State
	// Operator works for the operator and may open every creditor.
	Operator bool
}

// Format keeps name and address out of logs under every verb.
func (m Member) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "member %s", string(m.ID)) }
