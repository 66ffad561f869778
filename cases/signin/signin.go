// Package signin is the way in: it issues the secrets of a letter, opens visits with them
// and ends both.
package signin

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
)

// Desk works on grants and visits.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// Check is the second datum as a visitor typed it.
type Check struct {
	Kind  access.CheckKind
	Value debt.Personal // birth date as YYYY-MM-DD
}

// Attempt is one submit of the entry form. Token wins over Code.
type Attempt struct {
	Token, Code string
	Check       Check
}

// Visit is what a session may see.
type Visit struct {
	CreditorID debt.ID
	CaseID     debt.ID
	GrantID    debt.ID
	Tier       access.Tier
	Words      string    // the letter's check words, shown after entry
	LastAccess time.Time // of the visit before this one; zero for the first
	EndsAt     time.Time // absolute end
	// Raises lists the checks that would open everything, none at FullView.
	Raises []access.CheckKind
}

// Opened is a new session. Cookie is the secret of 256 bits; only its hash is stored.
type Opened struct {
	Cookie string
	Visit
}

// Open answers one submit of the entry form. Every failure that would tell a code from a
// wrong check is the same Forbidden "access_refused".
func (d Desk) Open(ctx context.Context, a Attempt) (Opened, error) {
	return Opened{}, debt.E(debt.Forbidden, "access_refused", nil)
}

// Visit finds the session of a cookie and keeps it alive; NotFound "session_ended".
func (d Desk) Visit(ctx context.Context, cookie string) (Visit, error) {
	return Visit{}, debt.E(debt.NotFound, "session_ended", nil)
}

// Raise checks a further datum in a session and opens a new one with a higher tier.
func (d Desk) Raise(ctx context.Context, cookie string, c Check) (Opened, error) {
	return Opened{}, debt.E(debt.Forbidden, "access_refused", nil)
}

// SendOneTimeCode puts a code of six digits into the outbox and gives the masked address.
func (d Desk) SendOneTimeCode(ctx context.Context, cookie string) (to string, err error) {
	return "", debt.E(debt.NotFound, "one_time_address_missing", nil)
}

// Leave ends the session; one that has ended already is no error.
func (d Desk) Leave(ctx context.Context, cookie string) error { return nil }

// Disown says "I am not this person" with the secret alone. The answer does not tell
// whether the secret exists.
func (d Desk) Disown(ctx context.Context, a Attempt) error { return nil }
