package hook_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/notifications/hook"
	"quitt/store"
	"quitt/store/hooks"
	"quitt/store/storetest"
)

// A receiver may remember the highest number it has worked off. A replay that ran ahead of
// what is still to come would make it drop that.
func TestAReplayNeverRunsAheadOfTheEndpoint(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(status(200, 200, 500))
		h.happen(5)
		h.round(h.hooks()) // 3 failed and waits
		for _, r := range [][2]int64{{4, 5}, {1, 3}, {3, 3}} {
			if err := h.desk.Replay(ctx, h.creditor.ID, c.id, r[0], r[1]); !errors.Is(err, debt.E(debt.Invalid, "hook_replay_range", nil)) {
				t.Errorf("%v: %v", r, err)
			}
		}
		if err := h.desk.Replay(ctx, h.creditor.ID, c.id, 1, 2); err != nil {
			t.Error(err)
		}
	})
}

// Places that get free go to whoever waits longest: a creditor with much to do must not hand
// them on to himself.
func TestAFreePlaceGoesToWhoWaitsLongest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		begun, release := make(chan struct{}, 9), make(chan struct{})
		slow := func(int, http.ResponseWriter, *http.Request) { begun <- struct{}{}; <-release }
		h.receive(slow)
		h.receive(slow)
		h.happen(1)
		other := *h
		other.creditor = storetest.Creditor(t, s, "labor")
		patient := other.receive(nil)
		other.happen(1)
		w := hook.NewSender(hook.SenderOptions{Desk: h.desk, Log: silent, Most: 1, PerCreditor: 1, Linger: time.Millisecond})
		defer w.Close()
		look := func(id debt.ID) {
			if _, err := w.Look(ctx, id); err != nil {
				t.Error(err)
			}
		}
		look(h.creditor.ID)
		<-begun
		look(h.creditor.ID) // both wait for the only place
		look(other.creditor.ID)
		close(release)
		w.Idle()
		if got := patient.sequences(); !slices.Equal(got, []int64{1}) {
			t.Errorf("the other creditor got %v", got)
		}
	})
}

// An endpoint that takes long to say yes gives its place to others.
func TestASlowEndpointGivesItsPlaceBack(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		slow := h.receive(func(int, http.ResponseWriter, *http.Request) { h.clock.Move(11 * time.Second) })
		before := -1
		h.receive(func(n int, _ http.ResponseWriter, _ *http.Request) {
			if n == 0 {
				before = len(slow.sequences())
			}
		})
		h.happen(4)
		w := hook.NewSender(hook.SenderOptions{Desk: h.desk, Log: silent, Most: 1, PerCreditor: 1, Linger: time.Millisecond})
		defer w.Close()
		h.round(w)
		if got := slow.sequences(); !slices.Equal(got, upTo(4)) || before != 1 {
			t.Errorf("%v, %d of them before the other's first", got, before)
		}
	})
}

func TestASlowReplayDoesNotHoldUpWhatIsNew(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(func(n int, _ http.ResponseWriter, _ *http.Request) {
			if n >= 4 {
				h.clock.Move(time.Second)
			}
			if n == 4 {
				h.happen(1)
			}
		})
		h.happen(4)
		w := h.hooks()
		h.round(w)
		if err := h.desk.Replay(ctx, h.creditor.ID, c.id, 1, 4); err != nil {
			t.Fatal(err)
		}
		h.round(w)
		if got := c.sequences(); !slices.Equal(got, []int64{1, 2, 3, 4, 1, 5, 2, 3, 4}) {
			t.Errorf("%v", got)
		}
	})
}

// A worker that breaks ends alone, not with the visitors of the portal.
func TestAPanicEndsOnlyItsWorker(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	h := newHouse(t, s)
	h.receive(nil)
	h.happen(1)
	desk := h.desk
	desk.Client = nil
	w := hook.NewSender(hook.SenderOptions{Desk: desk, Log: slog.New(slog.NewTextHandler(h.log, nil)), Linger: time.Millisecond})
	if _, err := w.Look(ctx, h.creditor.ID); err != nil {
		t.Fatal(err)
	}
	w.Idle()
	if !strings.Contains(h.log.String(), "panic") {
		t.Errorf("%s", h.log)
	}
}

// An endpoint whose secret nobody can read is left alone for a while, its replays too.
func TestASealedSecretIsNotTriedAgainAndAgain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(nil)
		h.happen(1)
		h.round(h.hooks())
		if err := h.desk.Replay(ctx, h.creditor.ID, c.id, 1, 1); err != nil {
			t.Fatal(err)
		}
		vault, err := hook.NewVault([][]byte{bytes.Repeat([]byte{2}, 32)})
		if err != nil {
			t.Fatal(err)
		}
		h.desk.Vault = vault
		h.round(h.hooks())
		for wait, want := range map[time.Duration]int{0: 0, 10 * time.Minute: 1} {
			var due []debt.ID
			h.read(func(r *store.Reader) (err error) {
				due, err = hooks.Due(r, h.clock.Now().Add(wait), 10)
				return err
			})
			if len(due) != want {
				t.Errorf("after %v: %d due", wait, len(due))
			}
		}
	})
}
