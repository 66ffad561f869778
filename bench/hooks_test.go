package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/hook"
	"quitt/store"
	"quitt/store/storetest"
)

const (
	envSeconds    = "QUITT_BENCH_SECONDS" // the record: 60
	normalSeconds = 3
	hookEndpoints = 50
)

// BenchmarkWebhooks tells how long it takes from the commit of an event until it has
// arrived at an endpoint, on PostgreSQL, with the program's own loops in this process: 100
// events a second on 50 creditors with an endpoint each, one of which hangs; and 20 a second
// on one creditor with 50 endpoints, one of which hangs. Run it with -benchtime 1x.
func BenchmarkWebhooks(b *testing.B) {
	for _, tc := range []struct {
		name              string
		creditors, perSec int
	}{{"50 creditors, 100 events a second", 50, 100}, {"one creditor with 50 endpoints, 20 events a second", 1, 20}} {
		b.Run(tc.name, func(b *testing.B) {
			for range b.N {
				s := storetest.Open(b, store.Options{URL: storetest.Postgres(b)})
				a := newArrivals(b, s, tc.creditors)
				a.drive(tc.perSec, setting(b, envSeconds, normalSeconds))
				a.report()
			}
		})
	}
}

// arrivals measures.
type arrivals struct {
	b         testing.TB
	store     *store.Store
	creditors []debt.ID
	hooks     *hook.Sender
	runner    *notifications.Runner

	mu      sync.Mutex
	written map[debt.ID]time.Time
	took    []time.Duration
	wanted  int
	events  int
}

func newArrivals(b testing.TB, s *store.Store, creditors int) *arrivals {
	b.Helper()
	a := &arrivals{b: b, store: s, written: map[debt.ID]time.Time{}}
	vault, err := hook.NewVault([][]byte{bytes.Repeat([]byte{1}, 32)})
	if err != nil {
		b.Fatal(err)
	}
	wall := hook.Wall{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	desk := hook.Desk{Store: s, Now: time.Now, Vault: vault, Client: hook.NewClient(hook.Options{Wall: wall, Now: time.Now})}
	server := httptest.NewServer(http.HandlerFunc(a.arrive))
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the end of the connection is not noticed
		<-r.Context().Done()
	}))
	b.Cleanup(hanging.Close)
	b.Cleanup(server.Close)
	for i := range creditors {
		a.creditors = append(a.creditors, storetest.Creditor(b, s, fmt.Sprintf("c%02d", i)).ID)
	}
	for i := range hookEndpoints {
		url := server.URL
		if i == 0 {
			url = hanging.URL
		}
		if _, _, err := desk.Register(context.Background(), a.creditors[i%creditors], url, nil); err != nil {
			b.Fatal(err)
		}
	}
	log := slog.New(slog.DiscardHandler)
	a.hooks = hook.NewSender(hook.SenderOptions{Desk: desk, Log: log})
	b.Cleanup(a.hooks.Close)
	a.runner = notifications.NewRunner(s, time.Now, log, notifications.FeedLoop(s), a.hooks.Loop())
	return a
}

func (a *arrivals) arrive(_ http.ResponseWriter, r *http.Request) {
	now := time.Now()
	var e struct {
		ID debt.ID `json:"id"`
	}
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		a.b.Error(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.took = append(a.took, now.Sub(a.written[e.ID]))
}

// drive writes events in an even rhythm, whatever becomes of them.
func (a *arrivals) drive(perSecond, seconds int) {
	within, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { a.runner.Run(within); close(ended) }()
	began := time.Now()
	var writes sync.WaitGroup
	for i := range perSecond * seconds {
		time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(perSecond))))
		writes.Go(func() { a.write(i) })
	}
	writes.Wait()
	for end := time.Now().Add(time.Minute); a.arrived() < a.wanted && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	cancel()
	<-ended
}

// write stores a case with its event and the news of it, as a use case does.
func (a *arrivals) write(i int) {
	creditor := a.creditors[i%len(a.creditors)]
	f := storetest.File(creditor, fmt.Sprintf("W-%d", i))
	a.mu.Lock()
	a.events++
	switch {
	case len(a.creditors) == 1:
		a.wanted += hookEndpoints - 1
	case i%len(a.creditors) != 0:
		a.wanted++
	}
	a.written[f.Events[0].ID] = time.Now()
	a.mu.Unlock()
	err := a.store.Write(context.Background(), creditor, func(t *store.Tx) error {
		t.News()
		return t.AddFiles([]store.NewFile{f})
	})
	if err != nil {
		a.b.Error(err)
	}
}

func (a *arrivals) arrived() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.took)
}

func (a *arrivals) report() {
	a.mu.Lock()
	defer a.mu.Unlock()
	slices.Sort(a.took)
	if len(a.took) != a.wanted || a.wanted == 0 {
		a.b.Fatalf("%d of %d arrived", len(a.took), a.wanted)
	}
	at := func(percent int) time.Duration { return a.took[(len(a.took)-1)*percent/100].Round(time.Millisecond) }
	a.b.Logf("%d events, %d arrivals: p50 %s, p95 %s, p99 %s, highest %s", a.events, len(a.took), at(50), at(95), at(99), a.took[len(a.took)-1].Round(time.Millisecond))
}
