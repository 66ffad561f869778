package cache

import (
	"context"
	"sync"
	"time"
)

// Memory counts within this process.
type Memory struct {
	now  func() time.Time
	most int // keys kept

	mu   sync.Mutex
	free map[string]time.Time // when nothing is owed any more
}

// NewMemory keeps at most most keys, about 100 bytes each.
func NewMemory(now func() time.Time, most int) *Memory {
	return &Memory{now: now, most: most, free: map[string]time.Time{}}
}

// Count never fails.
func (m *Memory) Count(_ context.Context, key string, n int, r Rule) (State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	free, known := m.free[key]
	if free.Before(now) {
		free = now
	}
	if n == 0 {
		return r.state(free.Sub(now)), nil
	}
	next := free.Add(time.Duration(n) * r.each())
	if next.Sub(now) > r.Per {
		return r.state(free.Sub(now)), nil
	}
	if !known && len(m.free) >= m.most {
		m.evict(now)
	}
	m.free[key] = next
	return r.state(next.Sub(now)), nil
}

// evict makes room: of a few keys the one that owes least goes, so that somebody with many
// addresses cannot wash away the count of the address that has failed most. A map is
// walked in random order, so this is a sample.
func (m *Memory) evict(now time.Time) {
	const sample = 16
	var victim string
	var least time.Time
	seen := 0
	for key, free := range m.free {
		if !free.After(now) {
			delete(m.free, key)
		} else if victim == "" || free.Before(least) {
			victim, least = key, free
		}
		if seen++; seen == sample {
			break
		}
	}
	if len(m.free) >= m.most {
		delete(m.free, victim)
	}
}
