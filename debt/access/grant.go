package access

import (
	"time"

	"quitt/debt"
)

// Reason is why a grant was revoked.
type Reason string

// The reasons.
const (
	Replaced      Reason = "replaced" // by a newer letter
	Revoked       Reason = "revoked"  // by the creditor or operator
	NotThisPerson Reason = "not_this_person"
)

// The limits of a grant. Ten tries open a date of birth with a chance of about 1 : 3,000
// for somebody who holds the letter.
const (
	pauseAfter = 5
	pauseTime  = 15 * time.Minute
	lockAfter  = 10
	grantTime  = 90 * 24 * time.Hour
	// A closed case still shows that it is closed, to those who come back to look.
	closedTime = 30 * 24 * time.Hour
)

// Grant is what one letter opens, without its secrets.
type Grant struct {
	ID           debt.ID
	CaseID       debt.ID
	Words        string
	IssuedAt     time.Time
	ExpiresAt    time.Time
	RevokedAt    time.Time
	Reason       Reason
	Wrong        int       // wrong second checks in its life
	PausedAt     time.Time // when the fifth was wrong
	LastAccessAt time.Time
}

// NewGrant starts a grant; its validity begins with the letter.
func NewGrant(id, caseID debt.ID, words string, now time.Time) Grant {
	return Grant{ID: id, CaseID: caseID, Words: words, IssuedAt: now, ExpiresAt: now.Add(grantTime)}
}

// Locked reports whether no second check is taken any more, until there is a new letter.
func (g Grant) Locked() bool { return g.Wrong >= lockAfter }

// CountTry counts a second check before anybody looks whether it is right, so that many at
// once cannot all look first. It reports false, and counts nothing, while the grant is
// locked or paused: then nothing may be compared.
func (g *Grant) CountTry(now time.Time) bool {
	if g.Locked() {
		return false
	}
	if !g.PausedAt.IsZero() {
		if g.PausedAt.After(now) {
			g.PausedAt = now // the clock was set back; the pause is not to grow with it
		}
		if age(g.PausedAt, now) < pauseTime {
			return false
		}
		g.PausedAt = time.Time{}
	}
	g.Wrong++
	return true
}

// Right takes the count of a try back that turned out to be right.
func (g *Grant) Right() { g.Wrong-- }

// Failed ends a try that was wrong and reports whether it was the last.
func (g *Grant) Failed(now time.Time) (locked bool) {
	if g.Wrong == pauseAfter {
		g.PausedAt = now
	}
	return g.Locked()
}

// Ended gives the reason why a grant opens nothing any more, as an Expired error, or nil.
// It is for those who have shown both secrets. closedAt is when the case was closed, zero
// while it is open.
func (g Grant) Ended(now, closedAt time.Time) error {
	switch {
	case g.Reason == Replaced:
		return debt.E(debt.Expired, "access_replaced", nil)
	case !g.RevokedAt.IsZero():
		return debt.E(debt.Expired, "access_revoked", nil)
	case !now.Before(g.ExpiresAt), !closedAt.IsZero() && age(closedAt, now) >= closedTime:
		return debt.E(debt.Expired, "access_expired", nil)
	}
	return nil
}

// Revoke ends the grant and reports whether that changed anything. "Not this person" goes
// over the other reasons: it says more.
func (g *Grant) Revoke(why Reason, now time.Time) bool {
	if g.Reason == why || !g.RevokedAt.IsZero() && why != NotThisPerson {
		return false
	}
	g.Reason, g.RevokedAt = why, now
	return true
}
