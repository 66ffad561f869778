package hooks_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/hooks"
	"quitt/store/storetest"
)

var ctx = context.Background()

// add stores endpoints that have one event before them.
func add(t *testing.T, s *store.Store, n int) (creditor debt.ID, ids []debt.ID) {
	t.Helper()
	creditor = storetest.Creditor(t, s, "praxis").ID
	err := s.Write(ctx, creditor, func(tx *store.Tx) error {
		for range n {
			ids = append(ids, store.NewID())
			if err := hooks.Add(tx, hooks.Endpoint{ID: ids[len(ids)-1], URL: "https://a.example", Secret: "sealed", CreatedAt: storetest.Now,
				Types: []debt.EventType{debt.CaseReceived, debt.PlanAgreed}}); err != nil {
				return err
			}
		}
		return tx.AddFiles([]store.NewFile{storetest.File(creditor, "A-1")})
	})
	if err == nil {
		_, err = s.Sequence(ctx, creditor)
	}
	if err != nil {
		t.Fatal(err)
	}
	return creditor, ids
}

func due(t *testing.T, s *store.Store, creditor debt.ID, now time.Time) (ids []debt.ID) {
	t.Helper()
	err := s.Read(ctx, creditor, func(r *store.Reader) (err error) {
		ids, err = hooks.Due(r, now, 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func claim(t *testing.T, s *store.Store, creditor, id debt.ID, now time.Time) (l hooks.Lease, e hooks.Endpoint, claimed bool) {
	t.Helper()
	l = hooks.Lease{Endpoint: id, Holder: store.NewID(), Until: now.Add(time.Minute)}
	err := s.Write(ctx, creditor, func(tx *store.Tx) (err error) {
		e, claimed, err = hooks.Claim(tx, l, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return l, e, claimed
}

func TestALeaseIsHeldByOneUntilItEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, ids := add(t, s, 1)
		now := storetest.Now
		first, e, claimed := claim(t, s, creditor, ids[0], now)
		if !claimed || e.ID != ids[0] || !e.Wants(debt.PlanAgreed) || e.Wants(debt.CaseHeld) || len(due(t, s, creditor, now)) != 0 {
			t.Fatalf("%v %+v", claimed, e)
		}
		if _, _, claimed := claim(t, s, creditor, ids[0], now.Add(59*time.Second)); claimed {
			t.Error("claimed twice")
		}
		_, _, claimed = claim(t, s, creditor, ids[0], now.Add(time.Minute))
		if !claimed {
			t.Error("not claimed when the lease was over")
		}
		// What the first one gives back is not his any more.
		if err := s.Write(ctx, creditor, func(tx *store.Tx) error { return hooks.Release(tx, first) }); err != nil {
			t.Fatal(err)
		}
		if _, _, claimed := claim(t, s, creditor, ids[0], now.Add(61*time.Second)); claimed {
			t.Error("an old holder has given back what another holds")
		}
	})
}

func TestOnlyOneOfManyClaims(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, ids := add(t, s, 1)
		won := make(chan bool, 8)
		for range cap(won) {
			go func() {
				_, _, claimed := claim(t, s, creditor, ids[0], storetest.Now)
				won <- claimed
			}()
		}
		n := 0
		for range cap(won) {
			if <-won {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d have it", n)
		}
	})
}

// Those served longest ago come first; those who wait, are disabled or have nothing do not.
func TestWhatIsDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, ids := add(t, s, 6)
		now := storetest.Now
		for i, change := range []func(e *hooks.Endpoint){
			func(*hooks.Endpoint) {}, func(e *hooks.Endpoint) { e.NextAt = now.Add(time.Hour) }, func(e *hooks.Endpoint) { e.Disabled = hooks.Gone },
			func(e *hooks.Endpoint) { e.Done = 1 }, func(e *hooks.Endpoint) { e.NextAt = now },
		} {
			l, e, _ := claim(t, s, creditor, ids[i], now.Add(time.Duration(-i)*time.Second))
			change(&e)
			err := s.Write(ctx, creditor, func(tx *store.Tx) error {
				if err := hooks.Save(tx, l, e); err != nil {
					return err
				}
				return hooks.Release(tx, l)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if got, want := due(t, s, creditor, now), []debt.ID{ids[5], ids[4], ids[0]}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if n := len(due(t, s, creditor, now.Add(2*time.Hour))); n != 4 {
			t.Errorf("%d after the wait", n)
		}
	})
}

// A replay that waits for its next try has those behind it wait too: nobody is to claim the
// endpoint for them, again and again.
func TestAReplayBehindAWaitingOneIsNotDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, ids := add(t, s, 1)
		now := storetest.Now
		first := hooks.Replay{ID: store.NewID(), Endpoint: ids[0], To: 1}
		err := s.Write(ctx, creditor, func(tx *store.Tx) error {
			for _, p := range []hooks.Replay{first, {ID: store.NewID(), Endpoint: ids[0], To: 1}} {
				if err := hooks.AddReplay(tx, p, now); err != nil {
					return err
				}
			}
			first.Attempts, first.NextAt = 1, now.Add(time.Hour)
			return hooks.SaveReplay(tx, first)
		})
		if err != nil {
			t.Fatal(err)
		}
		l, e, _ := claim(t, s, creditor, ids[0], now)
		e.Done = 1
		err = s.Write(ctx, creditor, func(tx *store.Tx) error {
			if err := hooks.Save(tx, l, e); err != nil {
				return err
			}
			return hooks.Release(tx, l)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := due(t, s, creditor, now); len(got) != 0 {
			t.Errorf("due: %v", got)
		}
		if got := due(t, s, creditor, now.Add(time.Hour)); len(got) != 1 {
			t.Errorf("not due when its time has come: %v", got)
		}
	})
}
