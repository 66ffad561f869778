package store_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

// together runs work n times at once and gives its errors by number.
func together(n int, work func(i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = work(i) })
	}
	group.Wait()
	return errs
}

func none(t *testing.T, errs []error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestEventsOfOneCaseHaveNoGapWhoeverWrites(t *testing.T) {
	const writers, each = 8, 25
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		id := addFiles(t, s, c.ID, 1)[0]
		none(t, together(writers, func(w int) error {
			for i := range each {
				if err := pay(s, c.ID, id, strconv.Itoa(w)+"-"+strconv.Itoa(i)); err != nil {
					return err
				}
			}
			return nil
		}))
		err := s.Read(ctx, c.ID, func(r *store.Reader) error {
			events, err := r.Events(id)
			for i, e := range events {
				if e.Seq != int64(i+1) {
					t.Errorf("event %d has number %d", i+1, e.Seq)
				}
			}
			if len(events) != 1+writers*each {
				t.Errorf("%d events", len(events))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if tally := verified(t, s); tally.Payments != writers*each {
			t.Errorf("tally %+v", tally)
		}
	})
}

// A statement prepared inside a transaction asks for a second connection. With all
// connections in transactions that wait for one another's case, nobody would ever get it.
func TestMoreClientsThanConnectionsDoNotStopEachOther(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.Postgres(t), MaxConns: 4})
	c := storetest.Creditor(t, s, "koeln")
	id := addFiles(t, s, c.ID, 1)[0]
	// No deadline here: only the end of the whole test run tells standing still from a slow
	// machine, and it shows where everybody stands.
	none(t, together(16, func(i int) error { return pay(s, c.ID, id, strconv.Itoa(i)) }))
	if tally := verified(t, s); tally.Payments != 16 {
		t.Errorf("tally %+v", tally)
	}
}

func TestTwoWithTheSameKeyAtOnceBookItOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		ids := addFiles(t, s, c.ID, 2) // of different cases: no lock of a case keeps them apart
		for round := range 10 {
			won := 0
			for _, err := range together(2, func(i int) error { return pay(s, c.ID, ids[i], "K"+strconv.Itoa(round)) }) {
				if err == nil {
					won++
				} else if !isError(err, debt.Conflict, "booked_already") {
					t.Errorf("the loser: %v", err)
				}
			}
			if won != 1 {
				t.Errorf("%d booked it", won)
			}
		}
		if tally := verified(t, s); tally.Payments != 10 {
			t.Errorf("tally %+v", tally)
		}
	})
}

func TestBatchesInOppositeOrderDoNotDeadlock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		ids := addFiles(t, s, c.ID, 6)
		reversed := slices.Clone(ids)
		slices.Reverse(reversed)
		var tries atomic.Int64
		none(t, together(6, func(i int) error {
			order := ids
			if i%2 == 1 {
				order = reversed
			}
			for range 5 {
				err := s.Write(ctx, c.ID, func(tx *store.Tx) error {
					tries.Add(1)
					return payAll(tx, order, paymentOn{1_00, debt.MustDate("2026-11-20"), stamp})
				})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		// A deadlock would be hidden by the retry, so it is counted.
		if n := tries.Load(); n != 30 {
			t.Errorf("30 batches took %d transactions", n)
		}
		verified(t, s)
	})
}

func TestATransactionThatLostADeadlockRunsAgain(t *testing.T) {
	url := storetest.Postgres(t)
	s := storetest.Open(t, store.Options{URL: url})
	c := storetest.Creditor(t, s, "koeln")
	ids := addFiles(t, s, c.ID, 2)
	var tries atomic.Int64
	var first sync.WaitGroup
	first.Add(2)
	through := [2]chan struct{}{make(chan struct{}), make(chan struct{})}
	none(t, together(2, func(i int) error {
		defer close(through[i])
		mine, meet := []debt.ID{ids[i], ids[1-i]}, true
		return s.Write(ctx, c.ID, func(tx *store.Tx) error {
			tries.Add(1)
			if !meet {
				// The winner may wake up late, and a loser that is back before it holds its
				// lock makes another deadlock; that is right, but not countable.
				<-through[1-i]
			}
			for k, id := range mine { // one after the other on purpose: Lock would sort them
				if _, err := tx.LockOne(id); err != nil {
					return err
				}
				if k == 0 && meet {
					meet = false
					first.Done()
					first.Wait()
				}
			}
			return nil
		})
	}))
	if tries.Load() != 3 {
		t.Errorf("%d transactions, want 3: two and the loser's second", tries.Load())
	}
}

func TestASerialisationFailureIsTriedAgainAndGivenUpInTheEnd(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	if tries, err := store.Retry(s, 3); tries != 4 || err != nil {
		t.Errorf("%d tries, %v", tries, err)
	}
	if tries, err := store.Retry(s, 100); tries != 8 || !isError(err, debt.Unavailable, "database_busy") {
		t.Errorf("%d tries, %v", tries, err)
	}
}

func TestSequencersAtOnceGiveEveryEventOnePlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		ids := addFiles(t, s, c.ID, 60)
		placed := [4]int{}
		none(t, together(6, func(i int) error {
			if i >= len(placed) { // writers beside the sequencers
				for k, id := range ids[:20] {
					if err := pay(s, c.ID, id, strconv.Itoa(i)+"-"+strconv.Itoa(k)); err != nil {
						return err
					}
				}
				return nil
			}
			for range 5 {
				n, err := s.Sequence(ctx, c.ID)
				if placed[i] += n; err != nil {
					return err
				}
			}
			return nil
		}))
		last, err := s.Sequence(ctx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		sum := last
		for _, n := range placed {
			sum += n
		}
		if tally := verified(t, s); sum != 100 || tally.Events != 100 || tally.Pending != 0 {
			t.Errorf("%d placed, tally %+v", sum, tally)
		}
	})
}

func TestACancelledTransactionLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "koeln")
		soon, cancel := context.WithCancel(ctx)
		err := s.Write(soon, c.ID, func(tx *store.Tx) error {
			err := tx.AddFiles([]store.NewFile{storetest.File(c.ID, "X")})
			cancel()
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if tally := verified(t, s); tally.Cases != 0 {
			t.Errorf("tally %+v", tally)
		}
	})
}

// A statement that two transactions prepared at once is kept once; closing the other waits for
// whatever runs on the connection it was prepared on. That must not keep anybody who holds a
// row from going on: the query waited for may be waiting for that row.
func TestPreparingTwiceStopsNobody(t *testing.T) {
	url := storetest.Postgres(t)
	first := storetest.Open(t, store.Options{URL: url})
	f := storetest.File(storetest.Creditor(t, first, "koeln").ID, "R")
	creditor, id := f.File.Case.CreditorID, f.File.Case.ID
	if err := first.Write(ctx, creditor, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }); err != nil {
		t.Fatal(err)
	}
	for range 6 {
		s, err := store.Open(ctx, store.Options{URL: url, MaxConns: 24}) // nothing is prepared yet
		if err != nil {
			t.Fatal(err)
		}
		within, cancel := context.WithTimeout(ctx, 20*time.Second)
		var all sync.WaitGroup
		for range 72 {
			all.Go(func() {
				err := s.Write(within, creditor, func(tx *store.Tx) error {
					f, err := tx.LockOne(id)
					if err != nil {
						return err
					}
					if _, err := tx.LoadHistory(f); err != nil {
						return err
					}
					_, err = tx.Events(id)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		cancel()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			return
		}
	}
}
