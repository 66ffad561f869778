package cache_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/store/cache"
	"quitt/store/storetest"
)

// An hour, so that a slow machine does not give anything back while a test runs.
var rule = cache.Rule{Most: 10, Per: 10 * time.Hour}

func newRedis(t *testing.T, url string) *cache.Redis {
	t.Helper()
	r, err := cache.NewRedis(url, time.Minute) // a busy machine is no broken Redis
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// each runs a test on both limiters with a key of its own.
func each(t *testing.T, test func(t *testing.T, l cache.Limiter, key string)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, cache.NewMemory(storetest.Clock, 100), rand.Text()) })
	t.Run("redis", func(t *testing.T) { test(t, newRedis(t, storetest.Redis(t)), rand.Text()) })
}

func count(t *testing.T, l cache.Limiter, key string, n int) cache.State {
	t.Helper()
	s, err := l.Count(context.Background(), key, n, rule)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestALimitAllowsExactlyItsMost(t *testing.T) {
	each(t, func(t *testing.T, l cache.Limiter, key string) {
		if s := count(t, l, key, 0); s.Left != rule.Most || s.Retry != 0 {
			t.Fatalf("before anything: %+v", s)
		}
		for i := range rule.Most {
			if s := count(t, l, key, 0); s.Left != rule.Most-i {
				t.Fatalf("after %d: %+v", i, s)
			}
			count(t, l, key, 1)
		}
		// One comes back after an hour; Redis has used up a moment of it.
		for range 3 {
			s := count(t, l, key, 0)
			if s.Left != 0 || s.Retry <= 50*time.Minute || s.Retry > time.Hour {
				t.Fatalf("at the end: %+v", s)
			}
			count(t, l, key, 1) // what is refused is not counted either
		}
		if s := count(t, l, rand.Text(), 0); s.Left != rule.Most {
			t.Errorf("another key: %+v", s)
		}
	})
}

func TestParallelCountsLoseNone(t *testing.T) {
	l := cache.NewMemory(storetest.Clock, 100)
	var all sync.WaitGroup
	for range rule.Most - 1 {
		all.Go(func() { count(t, l, "k", 1) })
	}
	all.Wait()
	if s := count(t, l, "k", 0); s.Left != 1 {
		t.Errorf("%+v", s)
	}
}

// The in-process limiter against a list of the moments at which something was allowed.
func TestMemoryNeverAllowsMoreThanMostAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := storetest.Now
		r := cache.Rule{Most: rapid.IntRange(1, 20).Draw(t, "most"), Per: 10 * time.Minute}
		m := cache.NewMemory(func() time.Time { return now }, 10)
		owed := time.Duration(0)
		one := r.Per / time.Duration(r.Most)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			passed := time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second
			now, owed = now.Add(passed), max(0, owed-passed)
			before, _ := m.Count(context.Background(), "k", 0, r)
			if want := int((r.Per - owed) / one); min(want, r.Most) != before.Left {
				t.Fatalf("left %d, want %d", before.Left, want)
			}
			if before.Left == 0 && (before.Retry <= 0 || before.Retry > one) {
				t.Fatalf("retry %v of %v", before.Retry, one)
			}
			if _, _ = m.Count(context.Background(), "k", 1, r); before.Left > 0 {
				owed += one
			}
		}
	})
}

func TestMemoryIsBoundedAndKeepsTheWorst(t *testing.T) {
	m := cache.NewMemory(storetest.Clock, 1000)
	for range rule.Most {
		count(t, m, "worst", 1)
	}
	for i := range 20_000 {
		count(t, m, fmt.Sprint(i), 1)
	}
	if n := m.Len(); n > 1000 {
		t.Errorf("%d keys", n)
	}
	if s := count(t, m, "worst", 0); s.Left != 0 {
		t.Errorf("twenty thousand addresses have washed away the worst: %+v", s)
	}
}

func TestAnUnreadableURLIsRefusedWithoutRepeatingIt(t *testing.T) {
	for _, raw := range []string{"localhost:6379", "http://localhost", "redis://h:x/0", "redis://h/0?nonsense=1", "%"} {
		if _, err := cache.NewRedis(raw, time.Minute); err == nil || err.Error() != "invalid: redis_url_invalid" {
			t.Errorf("%s: %v", raw, err)
		}
	}
	for _, raw := range []string{"redis://u:p@h:1/2", "rediss://h", "redis://h:1?addr=h:2&addr=h:3", "redis://h:1?master_name=m"} {
		newRedis(t, raw)
	}
}

type broken struct{ calls int }

func (b *broken) Count(context.Context, string, int, cache.Rule) (cache.State, error) {
	b.calls++
	return cache.State{}, errors.New("no")
}

var rules = cache.Rules{Shared: rule, Local: cache.Rule{Most: 5, Per: rule.Per}}

func TestWithoutRedisTheLimitIsStricterAndKnowsWhoFailedBefore(t *testing.T) {
	ctx := context.Background()
	url, kill := storetest.OwnRedis(t)
	shared := newRedis(t, url)
	fallbacks := 0
	now := storetest.Now
	g := &cache.Guard{Shared: shared, Local: cache.NewMemory(storetest.Clock, 10), Now: func() time.Time { return now },
		Fallback: func(error) { fallbacks++; now = now.Add(time.Minute) }}
	for range 4 {
		g.Fail(ctx, "k", rules)
	}
	kill()
	if s, most := g.Look(ctx, "k", rules); s.Left != 1 || most != 5 {
		t.Errorf("after the fall of Redis: %+v of %d", s, most)
	}
	if fallbacks == 0 {
		t.Error("nobody was told")
	}
	g.Fail(ctx, "k", rules)
	if s, _ := g.Look(ctx, "k", rules); s.Left != 0 {
		t.Errorf("the fifth failure: %+v", s)
	}
}

func TestABrokenLimiterIsLeftAloneForAWhile(t *testing.T) {
	now := storetest.Now
	shared := &broken{}
	g := &cache.Guard{Shared: shared, Local: cache.NewMemory(storetest.Clock, 10), Now: func() time.Time { return now }}
	for range 100 {
		g.Look(context.Background(), "k", rules)
	}
	if shared.calls != 1 {
		t.Errorf("asked %d times", shared.calls)
	}
	now = now.Add(6 * time.Second)
	if g.Look(context.Background(), "k", rules); shared.calls != 2 {
		t.Errorf("not asked again: %d", shared.calls)
	}
}

// A Redis that accepts and says nothing, as one behind a broken line does.
func TestASilentRedisIsABrokenOne(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	silent, err := cache.NewRedis("redis://"+ln.Addr().String(), 20*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	told := 0
	g := &cache.Guard{Shared: silent, Local: cache.NewMemory(storetest.Clock, 10), Now: storetest.Clock, Fallback: func(error) { told++ }}
	for range 3 {
		if s, most := g.Look(context.Background(), "k", rules); s.Left != 5 || most != 5 {
			t.Errorf("%+v of %d", s, most)
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

// A visitor whose time is up says nothing about Redis.
func TestAnEndedRequestDoesNotBreakTheLimiterForOthers(t *testing.T) {
	over, cancel := context.WithCancel(context.Background())
	cancel()
	g := &cache.Guard{Shared: newRedis(t, storetest.Redis(t)), Local: cache.NewMemory(storetest.Clock, 10), Now: storetest.Clock,
		Fallback: func(err error) { t.Errorf("left Redis: %v", err) }}
	if _, most := g.Look(over, rand.Text(), rules); most != rule.Most {
		t.Errorf("asked the limiter of %d", most)
	}
}

func BenchmarkCount(b *testing.B) {
	redis, err := cache.NewRedis(storetest.Redis(b), time.Minute)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = redis.Close() }()
	for name, l := range map[string]cache.Limiter{"memory": cache.NewMemory(time.Now, 100_000), "redis": redis} {
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				key := rand.Text()
				for pb.Next() {
					if _, err := l.Count(context.Background(), key, 0, rule); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
