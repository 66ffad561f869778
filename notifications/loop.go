package notifications

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"quitt/debt"
	"quitt/store"
)

// Loop is work that is done for each creditor again and again. Several processes may run
// the same loop: whatever must happen once is claimed in the database by Work.
type Loop struct {
	Name  string        // a label of figures and log lines
	Every time.Duration // between two sweeps over all creditors, at least; 0 is Sweep
	// Work does a portion for one creditor and says how much. More than none means that
	// there may be more, for this loop or for one that builds on it: all are asked again
	// at once. It should look before it writes, for it is asked often. After errDown nobody's
	// turn comes for a while.
	Work func(ctx context.Context, creditor debt.ID) (did int, err error)
	// Queue tells what waits for this loop; nil if nothing does.
	Queue func(ctx context.Context, creditor debt.ID) (Queue, error)
}

// Sweep is how long a loop waits before it looks by itself: news of other processes come
// no other way.
const Sweep = 2 * time.Second

// maxRest is how many sweeps a creditor, or the other side, is left alone at most after errors.
const maxRest = 32

// Queue is what waits for a loop.
type Queue struct {
	Waiting int
	Oldest  time.Time // of those that are due; zero for none
	Unknown int       // nobody knows whether they went out: a person must look
}

// Figure is what the operator sees of a loop.
type Figure struct {
	Queue

	Name        string
	LastSuccess time.Time // of a whole sweep; zero before the first
	Failures    int64     // of Work, since the start
	QueueKnown  bool      // false when the database did not answer
}

// Runner runs loops over all creditors of a database. Make it with NewRunner.
type Runner struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger
	loops []*looping
}

// NewRunner takes the store's hints for itself: there is one Runner per Store.
func NewRunner(s *store.Store, now func() time.Time, log *slog.Logger, loops ...Loop) *Runner {
	r := &Runner{store: s, now: now, log: log}
	for _, l := range loops {
		if l.Every == 0 {
			l.Every = Sweep
		}
		r.loops = append(r.loops, &looping{Loop: l, runner: r, hinted: map[debt.ID]bool{}, rests: map[debt.ID]rest{},
			wake: make(chan struct{}, 1)})
	}
	s.OnNews(r.hint)
	return r
}

// Run works until ctx ends and returns when the last portion is done.
func (r *Runner) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, l := range r.loops {
		all.Go(func() { l.run(ctx) })
	}
	all.Wait()
}

// hint makes every loop look at a creditor soon.
func (r *Runner) hint(creditor debt.ID) {
	for _, l := range r.loops {
		l.hint(creditor)
	}
}

// Figures tells how the loops are doing, and asks the database what waits.
func (r *Runner) Figures(ctx context.Context) []Figure {
	creditors, err := r.creditors(ctx)
	list := make([]Figure, len(r.loops))
	for i, l := range r.loops {
		list[i] = l.figure()
		list[i].QueueKnown = err == nil && l.Queue != nil
		for _, c := range creditors {
			if !list[i].QueueKnown {
				break
			}
			q, err := l.Queue(ctx, c)
			list[i].QueueKnown = err == nil
			list[i].add(q)
		}
	}
	return list
}

func (f *Figure) add(q Queue) {
	f.Waiting, f.Unknown = f.Waiting+q.Waiting, f.Unknown+q.Unknown
	if !q.Oldest.IsZero() && (f.Oldest.IsZero() || q.Oldest.Before(f.Oldest)) {
		f.Oldest = q.Oldest
	}
}

func (r *Runner) creditors(ctx context.Context) (ids []debt.ID, err error) {
	err = r.store.Read(ctx, "", func(t *store.Reader) error {
		list, err := t.Creditors()
		ids = make([]debt.ID, len(list))
		for i, c := range list {
			ids[i] = c.ID
		}
		return err
	})
	return ids, err
}

// looping is a loop at work. Everything below mu is shared with those who hint or look.
type looping struct {
	Loop

	runner *Runner
	wake   chan struct{}
	rests  map[debt.ID]rest // of the loop's own goroutine, as are the next three
	busy   bool             // the sweep found something to do, or somebody at rest
	down   rest             // of all creditors: the other side takes nothing
	last   debt.ID          // whose turn it was when that was noticed: somebody else's is next

	mu          sync.Mutex
	hinted      map[debt.ID]bool
	lastSuccess time.Time
	failures    int64
}

// rest leaves a creditor alone after errors, counted in sweeps: 1, 2, 4 … maxRest.
type rest struct{ left, next int }

func (r rest) longer() rest {
	next := min(max(1, 2*r.next), maxRest)
	return rest{next, next}
}

// from lists ids beginning behind one of them, so that one creditor whose messages break the
// connection does not keep all others from their turn.
func from(ids []debt.ID, last debt.ID) []debt.ID {
	at := slices.Index(ids, last) + 1
	return append(slices.Clone(ids[at:]), ids[:at]...)
}

func (l *looping) hint(creditor debt.ID) {
	l.mu.Lock()
	l.hinted[creditor] = true
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default: // it is awake already
	}
}

func (l *looping) takeHints() (ids []debt.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id := range l.hinted {
		ids = append(ids, id)
	}
	clear(l.hinted)
	return ids
}

func (l *looping) figure() Figure {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Figure{Name: l.Name, LastSuccess: l.lastSuccess, Failures: l.failures}
}

func (l *looping) run(ctx context.Context) {
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
			for _, id := range l.takeHints() {
				_ = l.visit(ctx, id) // noted where it happened
			}
		case <-next.C:
			begin := l.runner.now()
			l.busy = len(l.rests) > 0 || l.down.left > 0 // rests are counted in sweeps
			l.sweep(ctx)
			wait := l.Every
			if !l.busy {
				wait = idlePause(l.Every, l.runner.now().Sub(begin))
			}
			// A tenth of jitter keeps processes that were started together apart.
			next.Reset(wait + rand.N(l.Every/10+1)) //nolint:gosec // jitter needs no secrecy
		}
	}
}

// idleShare is how much of the time a loop may look where there is nothing to do: a sweep
// costs a transaction per creditor. maxPause bounds how late news of other processes come.
const (
	idleShare = 10 // per cent
	maxPause  = 15 * time.Second
)

func idlePause(every, took time.Duration) time.Duration {
	return max(every, min(took*(100-idleShare)/idleShare, maxPause))
}

// sweep visits every creditor.
func (l *looping) sweep(ctx context.Context) {
	creditors, err := l.runner.creditors(ctx)
	if err != nil {
		l.failed(ctx, err)
		return
	}
	if l.down.left > 0 {
		l.down.left--
	}
	if l.down.left > 0 {
		return
	}
	whole := true
	for _, id := range from(creditors, l.last) {
		if r := l.rests[id]; r.left > 0 {
			r.left--
			l.rests[id] = r
		}
		whole = l.visit(ctx, id) && whole
	}
	if whole {
		l.mu.Lock()
		l.lastSuccess = l.runner.now()
		l.mu.Unlock()
	}
}

// visit does one portion for a creditor, unless it rests, and reports whether all is well.
// What was done may be work for the other loops, and there may be more of it.
func (l *looping) visit(ctx context.Context, creditor debt.ID) bool {
	if ctx.Err() != nil || l.down.left > 0 || l.rests[creditor].left > 0 {
		return false
	}
	did, err := l.portion(ctx, creditor)
	if err != nil {
		l.busy = true
		if errors.Is(err, errDown) {
			l.down, l.last = l.down.longer(), creditor
		} else {
			l.rests[creditor] = l.rests[creditor].longer()
		}
		l.failed(ctx, err)
		return false
	}
	delete(l.rests, creditor)
	if did > 0 {
		l.busy = true
		l.down = rest{}
		l.runner.hint(creditor)
	}
	return true
}

// portion calls Work; a panic of one loop must not end the visits of everybody else.
func (l *looping) portion(ctx context.Context, creditor debt.ID) (did int, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return l.Work(ctx, creditor)
}

// failed notes an error that is not just the end of the program.
func (l *looping) failed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	l.mu.Lock()
	l.failures++
	l.mu.Unlock()
	l.runner.log.WarnContext(ctx, "loop", "loop", l.Name, "error", err.Error())
}

// FeedLoop gives new events their place in the feed. Sender and readers of the feed see only
// what has one.
func FeedLoop(s *store.Store) Loop {
	return Loop{Name: "feed", Every: time.Second, Work: s.SequencePortion}
}
