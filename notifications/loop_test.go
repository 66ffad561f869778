package notifications_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/notifications"
	"quitt/store"
	"quitt/store/storetest"
)

var silent = slog.New(slog.DiscardHandler)

// patience bounds what a test waits for; nothing is expected to take that long.
const patience = time.Minute

// until waits for a state that others bring about.
func until(t testing.TB, what string, reached func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !reached(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// running runs loops until the test ends, or stop is called.
func running(t testing.TB, r *notifications.Runner) (stop func()) {
	t.Helper()
	within, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { r.Run(within); close(ended) }()
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	t.Cleanup(stop)
	return stop
}

// tally counts what a loop was asked.
type tally struct {
	sync.Mutex
	n map[debt.ID]int
}

func (c *tally) add(id debt.ID) int {
	c.Lock()
	defer c.Unlock()
	if c.n == nil {
		c.n = map[debt.ID]int{}
	}
	c.n[id]++
	return c.n[id]
}

func (c *tally) of(id debt.ID) int {
	c.Lock()
	defer c.Unlock()
	return c.n[id]
}

func TestALoopSweepsAllCreditorsAndHearsNews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := storetest.Creditor(t, s, "a").ID, storetest.Creditor(t, s, "b").ID
		var often, rare tally
		loop := func(name string, every time.Duration, c *tally) notifications.Loop {
			return notifications.Loop{Name: name, Every: every, Work: func(_ context.Context, id debt.ID) (int, error) { c.add(id); return 0, nil }}
		}
		r := notifications.NewRunner(s, storetest.Clock, silent, loop("often", time.Millisecond, &often), loop("rare", time.Hour, &rare))
		stop := running(t, r)
		until(t, "sweeps of both", func() bool { return often.of(a) > 2 && often.of(b) > 2 && rare.of(a) == 1 && rare.of(b) == 1 })
		if err := s.Write(ctx, a, func(tx *store.Tx) error { tx.News(); return nil }); err != nil {
			t.Fatal(err)
		}
		until(t, "the hint", func() bool { return rare.of(a) == 2 })
		stop()
		if rare.of(b) != 1 {
			t.Error("news of one creditor woke the loop for another")
		}
		if f := r.Figures(ctx)[0]; f.Name != "often" || !f.LastSuccess.Equal(storetest.Now) || f.Failures != 0 || f.QueueKnown {
			t.Errorf("%+v", f)
		}
	})
}

func TestWhatOneLoopDidIsWorkForTheNext(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	a := storetest.Creditor(t, s, "a").ID
	var first, second tally
	r := notifications.NewRunner(s, storetest.Clock, silent,
		notifications.Loop{Name: "first", Every: time.Hour, Work: func(_ context.Context, id debt.ID) (int, error) {
			return max(0, 4-first.add(id)), nil // 3, 2, 1, 0
		}},
		notifications.Loop{Name: "second", Every: time.Hour, Work: func(_ context.Context, id debt.ID) (int, error) {
			second.add(id)
			return 0, nil
		}, Queue: func(context.Context, debt.ID) (notifications.Queue, error) {
			return notifications.Queue{Waiting: 3, Oldest: storetest.Now, Unknown: 1}, nil
		}})
	running(t, r)
	until(t, "all portions", func() bool { return first.of(a) >= 4 && second.of(a) >= 2 })
	if f := r.Figures(ctx)[1]; f.Waiting != 3 || f.Unknown != 1 || !f.QueueKnown || !f.Oldest.Equal(storetest.Now) {
		t.Errorf("%+v", f)
	}
}

func TestALoopThatFailsRestsForThatCreditorOnly(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	a, b := storetest.Creditor(t, s, "a").ID, storetest.Creditor(t, s, "b").ID
	var c tally
	r := notifications.NewRunner(s, storetest.Clock, silent, notifications.Loop{Name: "x", Every: time.Millisecond,
		Work: func(_ context.Context, id debt.ID) (int, error) {
			switch n := c.add(id); {
			case id == b, n > 4:
				return 0, nil
			case n%2 == 0:
				panic("broken")
			}
			return 0, errors.New("broken")
		}})
	stop := running(t, r)
	// 1, 2, 4 and 8 sweeps of rest lie between the first five visits.
	until(t, "the work of a after its errors", func() bool { return c.of(a) > 5 })
	stop()
	if f := r.Figures(ctx)[0]; f.Failures != 4 || f.LastSuccess.IsZero() {
		t.Errorf("%+v", f)
	}
	if c.of(b) < c.of(a)+10 {
		t.Errorf("b was asked %d times, a %d times", c.of(b), c.of(a))
	}
}

// One server serves all creditors: if it is down, the others need not find that out one by
// one, and when somebody's message breaks it, the next turn is somebody else's.
func TestAServerThatIsDownIsAskedOncePerRest(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	a, b, c := storetest.Creditor(t, s, "a").ID, storetest.Creditor(t, s, "b").ID, storetest.Creditor(t, s, "c").ID
	var asked tally
	var order []debt.ID
	r := notifications.NewRunner(s, storetest.Clock, silent, notifications.Loop{Name: "x", Every: time.Millisecond,
		Work: func(_ context.Context, id debt.ID) (int, error) {
			asked.Lock()
			order = append(order, id)
			n := len(order)
			asked.Unlock()
			asked.add(id)
			if n <= 4 {
				return 1, notifications.ErrDown
			}
			return 0, nil
		}})
	stop := running(t, r)
	until(t, "everybody's turn after the server is back", func() bool { return asked.of(a) > 2 && asked.of(b) > 1 && asked.of(c) > 1 })
	stop()
	if f := r.Figures(ctx)[0]; f.Failures != 4 {
		t.Errorf("%d failures", f.Failures)
	}
	if seen := map[debt.ID]bool{order[0]: true, order[1]: true, order[2]: true}; len(seen) != 3 || order[3] != order[0] {
		t.Errorf("asked in the order %v", order[:4])
	}
}

func TestLookingWhereThereIsNothingTakesATenthOfTheTime(t *testing.T) {
	for took, want := range map[time.Duration]time.Duration{
		-time.Hour: 2 * time.Second, 0: 2 * time.Second, 200 * time.Millisecond: 2 * time.Second,
		400 * time.Millisecond: 3600 * time.Millisecond, 3 * time.Second: 15 * time.Second, time.Minute: 15 * time.Second,
	} {
		if got := notifications.IdlePause(2*time.Second, took); got != want {
			t.Errorf("after %s: %s, want %s", took, got, want)
		}
	}
}

// Rests are counted in sweeps: a try that took long must not make each of them long as well.
func TestATryThatFailedSlowlyIsRepeatedSoon(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	a, clock := storetest.Creditor(t, s, "a").ID, storetest.NewWatch()
	var c tally
	r := notifications.NewRunner(s, clock.Now, silent, notifications.Loop{Name: "x", Every: time.Millisecond,
		Work: func(_ context.Context, id debt.ID) (int, error) {
			c.add(id)
			clock.Move(time.Minute)
			return 0, notifications.ErrDown
		}})
	running(t, r)
	until(t, "four tries", func() bool { return c.of(a) >= 4 })
}
