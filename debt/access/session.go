package access

import (
	"fmt"
	"strings"
	"time"

	"quitt/debt"
)

// The limits of a visit, and how precisely its last sign of life is remembered.
const (
	idleTime     = 15 * time.Minute
	absoluteTime = 60 * time.Minute
	seenEvery    = time.Minute
)

// Session is one visit: it belongs to one case and ends by itself.
type Session struct {
	CreditorID debt.ID
	CaseID     debt.ID
	GrantID    debt.ID
	Tier       Tier
	OpenedAt   time.Time
	SeenAt     time.Time
	PreviousAt time.Time // access before this visit; zero for the first
	// What the visit shows of grant and debtor, as they were when it opened.
	Words  string
	Raises []CheckKind // checks that would open everything, none at FullView
	Minor  bool
}

// EndsAt is the absolute end, whatever the visitor does.
func (s Session) EndsAt() time.Time { return s.OpenedAt.Add(absoluteTime) }

// Alive reports whether the visit goes on.
func (s Session) Alive(now time.Time) bool {
	return age(s.OpenedAt, now) < absoluteTime && age(s.SeenAt, now) < idleTime
}

// Seen notes a sign of life and reports whether it is worth writing down: at most once a
// minute, and at once after the clock was set back, so that the jump is not added to the
// visit.
func (s *Session) Seen(now time.Time) bool {
	if now.Before(s.OpenedAt) {
		s.OpenedAt, s.SeenAt = now, now
		return true
	}
	if d := now.Sub(s.SeenAt); d >= 0 && d < seenEvery {
		return false
	}
	s.SeenAt = now
	return true
}

// The limits of a one-time code.
const (
	oneTimeTime  = 10 * time.Minute
	oneTimeTries = 5
	// OneTimeSends is how many may be sent within OneTimeWindow.
	OneTimeSends  = 3
	OneTimeWindow = time.Hour
)

// OneTime is a one-time code that was sent, without the code.
type OneTime struct {
	ID      debt.ID
	GrantID debt.ID
	SentAt  time.Time
	Tries   int
}

// ExpiresAt is when the code is of no use any more.
func (o OneTime) ExpiresAt() time.Time { return o.SentAt.Add(oneTimeTime) }

// CountTry counts a try before it is looked at; false if the code is too old or used up.
func (o *OneTime) CountTry(now time.Time) bool {
	if o.Tries >= oneTimeTries || age(o.SentAt, now) >= oneTimeTime {
		return false
	}
	o.Tries++
	return true
}

const oneTimeDigits = 6

// OneTimeCodes is how many different one-time codes there are.
const OneTimeCodes = 1_000_000

// WriteOneTime writes a number below OneTimeCodes as the code that is sent.
func WriteOneTime(n int64) string { return fmt.Sprintf("%0*d", oneTimeDigits, n) }

// ReadOneTime reads a typed code with the blanks people put into it.
func ReadOneTime(s string) (string, bool) {
	if len(s) > 64 {
		return "", false
	}
	s = strings.Join(strings.Fields(s), "")
	if len(s) != oneTimeDigits || strings.Trim(s, "0123456789") != "" {
		return "", false
	}
	return s, true
}
