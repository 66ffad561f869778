package staff

import (
	"time"

	"quitt/debt"
)

// The limits of a sign-in, how long a shown second factor counts, and how precisely the last
// sign of life is remembered.
const (
	idleTime     = 30 * time.Minute
	absoluteTime = 12 * time.Hour
	proofTime    = 15 * time.Minute
	seenEvery    = time.Minute
)

// Session is one sign-in.
type Session struct {
	Member   debt.ID
	Creditor debt.ID // in view; "" for none
	OpenedAt time.Time
	SeenAt   time.Time
	ProvedAt time.Time // when the second factor was last shown
	Via      Via
	// Glass is until when an operator's member has every right at the creditor in view; zero
	// for not at all.
	Glass time.Time
}

// EndsAt is the absolute end, whatever happens meanwhile.
func (s Session) EndsAt() time.Time { return s.OpenedAt.Add(absoluteTime) }

// Alive reports whether the sign-in goes on. What lies ahead of the clock is over: the clock
// was set back, and nothing is known about the time since.
func (s Session) Alive(now time.Time) bool {
	return within(s.OpenedAt, now, absoluteTime) && within(s.SeenAt, now, idleTime)
}

// Fresh reports whether the second factor was shown lately.
func (s Session) Fresh(now time.Time) bool { return within(s.ProvedAt, now, proofTime) }

func within(from, now time.Time, most time.Duration) bool {
	age := now.Sub(from)
	return age > -seenEvery && age < most
}

// Seen notes a sign of life and reports whether it is worth writing down.
func (s *Session) Seen(now time.Time) bool {
	if now.Sub(s.SeenAt) < seenEvery {
		return false
	}
	s.SeenAt = now
	return true
}

// Tries counts wrong passwords and codes of a member.
type Tries struct {
	Failures int
	LastAt   time.Time // of the last failure; zero for none
}

// free is how many may fail in a row without a pause.
const free = 5

// longest is the longest pause: an attacker must not lock anybody out for a day.
const longest = 30 * time.Minute

// pause is how long nothing is tried after the last failure: 1, 2, 4 … minutes from the fifth.
func (t Tries) pause() time.Duration {
	if t.Failures < free {
		return 0
	}
	return min(time.Minute<<min(t.Failures-free, 10), longest)
}

// Begin counts a try as a failure before it is looked at; false while there is a pause.
func (t *Tries) Begin(now time.Time) bool {
	if now.Before(t.LastAt.Add(t.pause())) {
		return false
	}
	t.Failures, t.LastAt = t.Failures+1, now
	return true
}

// Passed forgets the failures.
func (t *Tries) Passed() { *t = Tries{} }
