package staff

import "time"

// Via is how a sign-in was opened: "" is password and second factor, or a passkey.
type Via string

// ViaProvider is the identity provider of where somebody works.
const ViaProvider Via = "provider"

// KeptOut reports whether a sign-in stays out of a creditor whose people come by the provider
// alone. Administrators come in without it too: somebody must, while the provider is away.
func (s Session) KeptOut(role Role) bool { return s.Via != ViaProvider && role != Admin }

// Claim is an account at a provider that is to become a member's.
type Claim struct {
	Verified bool // the provider has verified the address, and it is the member's
	State    State
	Invited  bool // an invitation is still open
	Linked   bool // the member has an account at this provider already
}

// Holds reports whether the account may become the member's. Nobody gets a second one: who is
// given the address of a former colleague is somebody else.
func (c Claim) Holds() bool {
	return c.Verified && !c.Linked && (c.State == Active || c.State == Invited && c.Invited)
}

// skew is how far the clock of a provider may be from ours.
const skew = time.Minute

// Shown is when a second factor counts as shown of somebody a provider has let in at an
// instant; zero is one it does not tell, and the future is none.
func Shown(authAt, now time.Time) time.Time {
	if authAt.IsZero() || authAt.After(now.Add(skew)) {
		return time.Unix(0, 0).UTC()
	}
	if authAt.After(now) {
		return now
	}
	return authAt
}

// Again reports whether a provider has asked anew since an instant (OpenID Connect Core,
// 3.1.2.1: max_age=0 and auth_time).
func Again(authAt, since, now time.Time) bool {
	return !authAt.Before(since.Add(-skew)) && !authAt.After(now.Add(skew))
}
