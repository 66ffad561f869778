// Package cache has short-lived state that several processes share: how many failed
// attempts an address has made. It is never the only record of anything. With Redis gone
// everything still works and nothing is less safe.
package cache

import (
	"context"
	"time"
)

// Rule allows Most events, which come back evenly over Per (GCRA, the leaky bucket that
// needs one instant per key).
type Rule struct {
	Most int
	Per  time.Duration
}

// each is the time in which one event comes back.
func (r Rule) each() time.Duration { return r.Per / time.Duration(r.Most) }

// State is what a key has left.
type State struct {
	Left  int
	Retry time.Duration // until one more is allowed; 0 while there is one
}

// state derives what is left from the time until nothing is owed any more.
func (r Rule) state(owed time.Duration) State {
	owed = max(owed, 0)
	left := int((r.Per - owed) / r.each())
	if left > 0 {
		return State{Left: min(left, r.Most)}
	}
	return State{Retry: owed - r.Per + r.each()}
}

// Limiter counts events per key. Redis and Memory are its two implementations.
type Limiter interface {
	// Count adds n events unless that would exceed the rule, and tells what is left. With
	// n = 0 it only looks.
	Count(ctx context.Context, key string, n int, r Rule) (State, error)
}
