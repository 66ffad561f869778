// Package gather writes together what comes at the same moment.
package gather

import (
	"context"
	"sync"
)

// Gather lets those who want to write at the same moment share one transaction: the first
// writes at once; whoever comes while it writes is written together with the others who came
// meanwhile. Nobody waits for company.
type Gather[K comparable, T any] struct {
	write func(ctx context.Context, key K, list []T) error
	most  int // items of one transaction
	free  chan struct{}

	mu     sync.Mutex
	queues map[K]*queue[T]
}

type queue[T any] struct {
	busy    int // writers at work
	waiting []*ticket[T]
}

type ticket[T any] struct {
	item T
	done chan error
}

// WritersAtOnce is how many transactions of one key run beside each other: while one commits,
// the next is filled.
const WritersAtOnce = 2

// writers is how many transactions run at once in all: more of them would be smaller, and
// none of them faster.
const writers = 4

// New makes a Gather whose transactions write at most so many items.
func New[K comparable, T any](most int, write func(ctx context.Context, key K, list []T) error) *Gather[K, T] {
	return &Gather[K, T]{write: write, most: most, free: make(chan struct{}, writers), queues: map[K]*queue[T]{}}
}

// Do writes one item and returns when it is stored. If writing it with others fails, it is
// tried alone: nobody pays for somebody else's item.
func (g *Gather[K, T]) Do(ctx context.Context, key K, item T) error {
	t := &ticket[T]{item: item, done: make(chan error, 1)}
	g.mu.Lock()
	q := g.queues[key]
	if q == nil {
		q = &queue[T]{}
		g.queues[key] = q
	}
	q.waiting = append(q.waiting, t)
	start := q.busy < WritersAtOnce
	if start {
		q.busy++
	}
	g.mu.Unlock()
	if start {
		go g.work(context.WithoutCancel(ctx), key, q)
	}
	select {
	case err := <-t.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// work writes what waits until nothing does.
func (g *Gather[K, T]) work(ctx context.Context, key K, q *queue[T]) {
	for {
		g.free <- struct{}{}
		g.mu.Lock()
		n := min(len(q.waiting), g.most)
		list := q.waiting[:n:n]
		q.waiting = q.waiting[n:]
		if n == 0 {
			if q.busy--; q.busy == 0 {
				delete(g.queues, key)
			}
			g.mu.Unlock()
			<-g.free
			return
		}
		g.mu.Unlock()
		items := make([]T, n)
		for i, t := range list {
			items[i] = t.item
		}
		err := g.write(ctx, key, items)
		for i, t := range list {
			if err != nil && n > 1 {
				t.done <- g.write(ctx, key, items[i:i+1])
				continue
			}
			t.done <- err
		}
		<-g.free
	}
}
