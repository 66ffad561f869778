package portal

import (
	"sync"
	"time"
)

// guessing is how many wrong codes or checks within a minute are no typing mistakes any
// more. The codes themselves withstand guessing; somebody should know that it happens.
const guessing = 100

// alarm counts failures per minute and rings once in each minute that has too many.
type alarm struct {
	mu     sync.Mutex
	minute time.Time
	n      int
}

// failed counts one and reports whether it is the one too many.
func (a *alarm) failed(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if minute := now.Truncate(time.Minute); !minute.Equal(a.minute) {
		a.minute, a.n = minute, 0
	}
	a.n++
	return a.n == guessing+1
}
