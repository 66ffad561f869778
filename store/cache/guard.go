package cache

import (
	"context"
	"sync/atomic"
	"time"
)

// Rules are those of one kind of key. Local must be stricter than Shared: each process
// counts alone then, and a broken Redis must not be worth breaking.
type Rules struct{ Shared, Local Rule }

// Guard asks the shared limiter and, while there is none or it does not answer in time,
// the local one. It never fails.
type Guard struct {
	Shared Limiter // nil without Redis
	Local  *Memory
	Now    func() time.Time
	// Fallback is told each time the shared limiter is left for a while; nil is allowed.
	Fallback func(error)

	closedUntil atomic.Int64 // µs; the shared limiter is not asked before
}

// pause is how long a shared limiter that failed is left alone.
const pause = 5 * time.Second

// Look tells what a key has left, and its most under the rule that was asked.
func (g *Guard) Look(ctx context.Context, key string, r Rules) (left State, most int) {
	if s, ok := g.shared(ctx, key, 0, r.Shared); ok {
		return s, r.Shared.Most
	}
	s, _ := g.Local.Count(ctx, key, 0, r.Local) // never fails
	return s, r.Local.Most
}

// Fail counts one failure. The local limiter counts along, so that it knows who failed
// before Redis did.
func (g *Guard) Fail(ctx context.Context, key string, r Rules) {
	_, _ = g.Local.Count(ctx, key, 1, r.Local) // never fails
	g.shared(ctx, key, 1, r.Shared)
}

func (g *Guard) shared(ctx context.Context, key string, n int, r Rule) (State, bool) {
	now := g.Now()
	if g.Shared == nil || now.UnixMicro() < g.closedUntil.Load() {
		return State{}, false
	}
	s, err := g.Shared.Count(ctx, key, n, r)
	if err == nil {
		return s, true
	}
	g.closedUntil.Store(now.Add(pause).UnixMicro())
	if g.Fallback != nil {
		g.Fallback(err)
	}
	return State{}, false
}
