package bench

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

const (
	envSequencer    = "QUITT_SEQUENCER" // events; the record: 1,000,000
	normalSequenced = 20_000
	eventsPerCase   = 10
)

// Ten events wait per case. The first came with the case; the others are written behind the
// store's back, as fast as the engine can.
var waitingSQL = map[string][]string{
	"postgres": {`INSERT INTO events (creditor_id, id, case_id, seq, type, at, actor_kind, actor_id, data, schema)
		SELECT creditor_id, (lpad(to_hex((row_number() OVER (ORDER BY k, id)) + 16777216), 8, '0') || '-0000-7000-8000-000000000000')::uuid, id, k,
		       'payment.succeeded', received_at, 'system', '', '{"amount_cents":1234,"payment_id":"01900000-0000-7000-8000-000000000000"}', 1
		  FROM cases, generate_series(2, 10) k`,
		`ANALYZE events`},
	"sqlite": {`INSERT INTO events (creditor_id, id, case_id, seq, type, at, actor_kind, actor_id, data, schema)
		WITH RECURSIVE ks(k) AS (SELECT 2 UNION ALL SELECT k + 1 FROM ks WHERE k < 10)
		SELECT creditor_id, printf('%08x-0000-7000-8000-000000000000', row_number() OVER (ORDER BY k, id) + 16777216), id, k,
		       'payment.succeeded', received_at, 'system', '', '{"amount_cents":1234,"payment_id":"01900000-0000-7000-8000-000000000000"}', 1
		  FROM cases, ks`},
}

var waitingMore = []string{
	`INSERT INTO feed_pending (creditor_id, event_id) SELECT creditor_id, id FROM events WHERE seq > 1`,
	`UPDATE cases SET event_count = 10`,
}

// TestTheSequencerPlacesEverythingOnce numbers and chains what waits, by two at once, and
// verifies it. With QUITT_SEQUENCER=1000000 it is the proof for a large installation.
func TestTheSequencerPlacesEverythingOnce(t *testing.T) {
	events := setting(t, envSequencer, normalSequenced)
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		creditor := storetest.Creditor(t, s, "gross").ID
		waitingEvents(t, s, creditor, events/eventsPerCase)
		db := storetest.Raw(t, url)
		for _, query := range append(waitingSQL[s.Engine()], waitingMore...) {
			if _, err := db.Exec(query); err != nil {
				t.Fatal(err)
			}
		}
		peak := watchHeap(t)
		began, placed := time.Now(), [2]int{}
		var both sync.WaitGroup
		for i := range placed {
			both.Go(func() {
				var err error
				if placed[i], err = s.Sequence(context.Background(), creditor); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		took, highest := time.Since(began), peak()
		if placed[0]+placed[1] != events {
			t.Errorf("%v placed of %d", placed, events)
		}
		verifying := time.Now()
		var found []string
		tally, err := s.Verify(context.Background(), func(f store.Finding) bool {
			found = append(found, fmt.Sprint(f))
			return len(found) < 10
		})
		if err != nil || len(found) > 0 || tally.Events != int64(events) || tally.Pending != 0 {
			t.Errorf("%+v, %v: %s", tally, err, strings.Join(found, "\n"))
		}
		t.Logf("%d events in %s: %.0f/s, highest heap %d MiB; gapless and chained, verified in %s",
			events, took.Round(time.Millisecond), float64(events)/took.Seconds(), highest>>20, time.Since(verifying).Round(time.Millisecond))
	})
}

func waitingEvents(t testing.TB, s *store.Store, creditor debt.ID, cases int) {
	t.Helper()
	for i := 0; i < cases; i += 500 {
		var files []store.NewFile
		for k := i; k < min(cases, i+500); k++ {
			files = append(files, storetest.File(creditor, fmt.Sprintf("S-%d", k)))
		}
		err := s.Write(context.Background(), creditor, func(t *store.Tx) error {
			if err := t.AddFiles(files); err != nil || i > 0 {
				return err
			}
			return t.Learn()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// watchHeap gives a function that tells the highest use of the heap since.
func watchHeap(t testing.TB) (highest func() uint64) {
	t.Helper()
	runtime.GC()
	stop, told := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				told <- most
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-told
	}
}
