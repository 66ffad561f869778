// Package figures asks rooms how they are when an operator's monitoring fetches it.
package figures

import (
	"context"
	"sync"
	"time"
)

// Asking every creditor may take longer than whoever fetches figures waits.
const (
	figuresPatience = 2 * time.Second  // then the figures of the time before are given
	figuresMost     = 30 * time.Second // for one round
)

// latest gives the newest answer to a question that may take long. One round is asked at a
// time, however many fetch figures.
type latest[T any] struct {
	ask func(ctx context.Context) (T, error)

	mu    sync.Mutex
	known bool
	last  T
	round chan struct{} // closed at its end; nil between rounds
}

// get asks anew and waits a little; false without any answer, or if the last round failed.
func (l *latest[T]) get(patience time.Duration) (T, bool) {
	l.mu.Lock()
	if l.round == nil {
		l.round = make(chan struct{})
		go l.run(l.round)
	}
	round := l.round
	l.mu.Unlock()
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-round:
	case <-enough.C:
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last, l.known
}

func (l *latest[T]) run(round chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), figuresMost)
	defer cancel()
	v, err := l.ask(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last, l.known, l.round = v, err == nil, nil
	close(round)
}
