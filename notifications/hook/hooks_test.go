package hook_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/hook"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/hooks"
	"quitt/store/storetest"
)

func TestEventsArriveOnceInOrder(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.happen(3) // before there is an endpoint: it gets what comes from now on
		c := h.receive(nil)
		h.happen(150)
		w := h.hooks()
		h.round(w)
		if got := c.sequences(); !slices.Equal(got, upTo(153)[3:]) {
			t.Errorf("%v", got)
		}
		if c.most != 1 {
			t.Errorf("%d requests at once", c.most)
		}
		if e := h.endpoint(c.id); e.Done != 153 || e.Lease != "" || !e.LeasedUntil.IsZero() {
			t.Errorf("%+v", e)
		}
		h.round(w)
		if n := len(c.sequences()); n != 150 {
			t.Errorf("%d after another round", n)
		}
		if f := h.figures(w); f != (hook.Figures{Endpoints: 1}) {
			t.Errorf("%+v", f)
		}
	})
}

// What is sent is what the feed says, without a name.
func TestTheBodyIsTheEventOfTheFeed(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(nil)
		h.happen(2)
		h.round(h.hooks())
		var page []feed.Event
		h.read(func(r *store.Reader) (err error) {
			page, err = feed.Page(r, 0, 10)
			return err
		})
		for i, e := range page {
			want, _ := hook.Body(e)
			got, _ := hook.Body(c.got[i])
			if !bytes.Equal(want, got) {
				t.Errorf("%s\n%s", want, got)
			}
			if strings.Contains(string(got), "Brien") || !strings.Contains(string(got), `"case":{"reference":"F-A-`) {
				t.Errorf("%s", got)
			}
		}
		if page[1].PreviousHash != page[0].Hash || page[0].PreviousHash != "" || len(page[0].Hash) != 64 {
			t.Errorf("no chain: %+v", page)
		}
	})
}

func TestOnlyTheTypesAskedFor(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		none, all := h.receive(nil, debt.PlanAgreed), h.receive(nil, debt.PlanAgreed, debt.CaseReceived)
		h.happen(70)
		h.round(h.hooks())
		if len(none.sequences()) != 0 || len(all.sequences()) != 70 || h.endpoint(none.id).Done != 70 {
			t.Errorf("%d, %d", len(none.sequences()), len(all.sequences()))
		}
	})
}

func TestAnEventWaitsByTheSchedule(t *testing.T) {
	want := []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}
	eachHouse(t, func(t *testing.T, h *house) {
		failing := true
		c := h.receive(func(_ int, w http.ResponseWriter, _ *http.Request) {
			if failing {
				w.WriteHeader(http.StatusInternalServerError)
			}
		})
		h.happen(2)
		w := h.hooks()
		for i, d := range want {
			h.round(w)
			h.clock.Move(d * 8 / 10)
			h.round(w) // too early
			if n := len(c.sequences()); n != i+1 {
				t.Fatalf("after %d failures: %d requests before time", i+1, n)
			}
			h.clock.Move(d * 3 / 10)
		}
		if f := h.figures(w); f.Depth != 2 || !f.Oldest.Equal(storetest.Now) || f.Dead != 0 {
			t.Errorf("%+v", f)
		}
		failing = false
		h.round(w)
		if got := c.sequences(); !slices.Equal(got, append(slices.Repeat([]int64{1}, 10), 2)) {
			t.Errorf("%v", got)
		}
		for i, a := range h.attempts(c.id) {
			if a.Seq != 1 || a.Number != i+1 || a.Status != 500 || a.Outcome != hook.Refused {
				t.Errorf("%+v", a)
			}
		}
	})
}

func TestADeadLetterLetsTheNextEventPass(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		poison := true
		var c *receiver
		c = h.receive(func(n int, w http.ResponseWriter, _ *http.Request) {
			if poison && c.got[n].Sequence == 2 {
				w.WriteHeader(http.StatusBadRequest)
			}
		})
		h.happen(3)
		w := h.hooks()
		for range 10 {
			h.round(w)
			h.clock.Move(27 * time.Hour)
		}
		if got := c.sequences(); !slices.Equal(got, append(append([]int64{1}, slices.Repeat([]int64{2}, 10)...), 3)) {
			t.Errorf("%v", got)
		}
		dead := h.dead(c.id)
		if len(dead) != 1 || dead[0].Seq != 2 || dead[0].Attempts != 10 || dead[0].Status != 400 || h.endpoint(c.id).Done != 3 {
			t.Fatalf("%+v", dead)
		}
		if f := h.figures(w); f.Dead != 1 || f.Depth != 0 {
			t.Errorf("%+v", f)
		}
		poison = false
		if err := h.desk.Replay(ctx, h.creditor.ID, c.id, 2, 2); err != nil {
			t.Fatal(err)
		}
		h.round(w)
		if got := c.sequences(); got[len(got)-1] != 2 || c.got[len(got)-1].ID != c.got[1].ID {
			t.Errorf("%v", got)
		}
		if dead := h.dead(c.id); len(dead) != 0 {
			t.Errorf("a delivered event stays given up: %+v", dead)
		}
	})
}

// Each receiver misbehaves once; the event must come again and in order.
func TestBadAnswersAreFailuresAndNothingIsLost(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	t.Cleanup(elsewhere.Close)
	for name, tc := range map[string]struct {
		outcome string
		answer  func(w http.ResponseWriter, r *http.Request)
	}{
		"500": {hook.Refused, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }},
		"302": {hook.Redirect, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }},
		"307": {hook.Redirect, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}},
		"304":      {hook.Redirect, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }},
		"429":      {hook.Refused, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }},
		"hangs":    {hook.Timeout, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		"hangs up": {hook.Broken, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		"nonsense": {hook.Broken, func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack() //nolint:errcheck // HTTP/1.1 always can
			_, _ = conn.Write([]byte("220 mail.example.de ESMTP\r\n"))
			_ = conn.Close()
		}},
		"a head without end": {hook.Broken, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 64<<10)) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
			c := h.receive(func(n int, w http.ResponseWriter, r *http.Request) {
				if n == 1 {
					tc.answer(w, r)
				}
			})
			h.happen(3)
			w := h.hooks()
			h.round(w)
			h.clock.Move(6 * time.Second)
			h.round(w)
			if got := c.sequences(); !slices.Equal(got, []int64{1, 2, 2, 3}) {
				t.Errorf("%v", got)
			}
			if a := h.attempts(c.id); len(a) != 1 || a[0].Outcome != tc.outcome {
				t.Errorf("%+v, want %s", a, tc.outcome)
			}
		})
	}
}

// A status of 2xx is the answer, whatever comes after it.
func TestTheBodyOfAnAnswerIsNoMatter(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter, r *http.Request){
		"10 MB": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 10<<20)) },
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("x"))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		"without end": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(200)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
			c := h.receive(func(n int, w http.ResponseWriter, r *http.Request) {
				if n == 0 {
					answer(w, r)
				}
			})
			h.happen(2)
			h.round(h.hooks())
			if got := c.sequences(); !slices.Equal(got, []int64{1, 2}) || len(h.attempts(c.id)) != 0 {
				t.Errorf("%v, %+v", got, h.attempts(c.id))
			}
		})
	}
}

func TestGoneDisablesUntilSomebodyEnables(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(status(200, 410))
		h.happen(3)
		w := h.hooks()
		for range 3 {
			h.round(w)
			h.clock.Move(48 * time.Hour)
		}
		e := h.endpoint(c.id)
		if got := c.sequences(); !slices.Equal(got, []int64{1, 2}) || e.Disabled != hooks.Gone || e.Done != 1 {
			t.Fatalf("%v %+v", got, e)
		}
		if f := h.figures(w); f.Disabled != 1 || f.Depth != 0 {
			t.Errorf("%+v", f)
		}
		h.write(func(t *store.Tx) error { return hooks.Enable(t, c.id) })
		h.round(w)
		if got := c.sequences(); !slices.Equal(got, []int64{1, 2, 2, 3}) {
			t.Errorf("%v", got)
		}
	})
}

func TestRetryAfterIsHonouredWithinTheSchedule(t *testing.T) {
	for value, wait := range map[string]time.Duration{
		"1": 5 * time.Second, "600": 10 * time.Minute, "4294967295": 24 * time.Hour, "soon": 5 * time.Second, "-5": 5 * time.Second,
		storetest.Now.Add(time.Hour).Format(http.TimeFormat): time.Hour, storetest.Now.Add(-time.Hour).Format(http.TimeFormat): 5 * time.Second,
	} {
		t.Run(value, func(t *testing.T) {
			h := newHouse(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
			c := h.receive(func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", value)
				w.WriteHeader(429)
			})
			h.happen(1)
			h.round(h.hooks())
			got := h.endpoint(c.id).NextAt.Sub(storetest.Now)
			if got < wait*9/10 || got > wait*11/10 {
				t.Errorf("waits %s, want about %s", got, wait)
			}
		})
	}
}

// A receiver that hangs keeps nobody else from his events.
func TestAHangingEndpointDelaysNobody(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		stuck := h.receive(func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		well := h.receive(nil)
		h.happen(5)
		w := h.hooks()
		if _, err := w.Look(ctx, h.creditor.ID); err != nil {
			t.Fatal(err)
		}
		until(t, "the other endpoint has everything", func() bool { return len(well.sequences()) == 5 })
		if n := len(stuck.sequences()); n > 1 {
			t.Errorf("%d requests to one that hangs", n)
		}
		w.Idle()
	})
}

// Several processes share the work and never send to one endpoint at once.
func TestTwoDeliverersKeepTheOrder(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		var list []*receiver
		for range 3 {
			list = append(list, h.receive(func(int, http.ResponseWriter, *http.Request) { time.Sleep(time.Millisecond) }))
		}
		workers := []*hook.Sender{h.hooks(), h.hooks(), h.hooks()}
		const events = 90
		for range events / 10 {
			h.happen(10)
			var all sync.WaitGroup
			for _, w := range workers {
				all.Go(func() { _, _ = w.Look(ctx, h.creditor.ID) })
			}
			all.Wait()
		}
		for _, w := range workers {
			w.Idle()
		}
		h.round(workers[0])
		for _, c := range list {
			if got := c.sequences(); !slices.Equal(got, upTo(events)) || c.most != 1 {
				t.Errorf("%d at once, %v", c.most, got)
			}
		}
	})
}

// Killed between the answer and the cursor: the lease runs out, and what was not stored as
// done comes again with the same id.
func TestAfterACrashOnlyTheSameEventsRepeat(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(nil)
		h.happen(5)
		dead := hooks.Lease{Endpoint: c.id, Holder: store.NewID(), Until: storetest.Now.Add(time.Minute)}
		h.write(func(t *store.Tx) error { // it sent 1 to 3, stored 1, and was killed
			e, claimed, err := hooks.Claim(t, dead, storetest.Now)
			if err != nil || !claimed {
				return errors.Join(err, errors.New("not claimed"))
			}
			e.Done = 1
			return hooks.Save(t, dead, e)
		})
		w := h.hooks()
		h.round(w)
		if n := len(c.sequences()); n != 0 {
			t.Errorf("%d requests while somebody holds the lease", n)
		}
		h.clock.Move(61 * time.Second)
		h.round(w)
		if got := c.sequences(); !slices.Equal(got, []int64{2, 3, 4, 5}) {
			t.Errorf("%v", got)
		}
		// The one who was thought dead finds his lease lost and changes nothing.
		err := h.store.Write(ctx, h.creditor.ID, func(t *store.Tx) error { return hooks.Save(t, dead, hooks.Endpoint{ID: c.id}) })
		if !errors.Is(err, debt.E(debt.Conflict, "hook_lease_lost", nil)) || h.endpoint(c.id).Done != 5 {
			t.Errorf("%v, %+v", err, h.endpoint(c.id))
		}
	})
}

// A deliverer that stood still for longer than its lease sends nothing more, and what it
// could not store as done is sent again by the next one.
func TestAnAnswerWhoseCursorIsLostComesAgain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		var c *receiver
		c = h.receive(func(n int, _ http.ResponseWriter, _ *http.Request) {
			if n != 2 {
				return
			}
			h.clock.Move(61 * time.Second)
			other := hooks.Lease{Endpoint: c.id, Holder: store.NewID(), Until: h.clock.Now().Add(time.Minute)}
			err := h.store.Write(ctx, h.creditor.ID, func(t *store.Tx) error {
				if _, claimed, err := hooks.Claim(t, other, h.clock.Now()); err != nil || !claimed {
					return errors.Join(err, errors.New("not claimed"))
				}
				return hooks.Release(t, other)
			})
			if err != nil {
				t.Error(err)
			}
		})
		h.happen(5)
		w := h.hooks()
		h.round(w)
		if got := c.sequences(); !slices.Equal(got, []int64{1, 2, 3}) || h.endpoint(c.id).Done != 0 {
			t.Fatalf("%v, stored %d", got, h.endpoint(c.id).Done)
		}
		h.round(w)
		if got := c.sequences(); !slices.Equal(got, []int64{1, 2, 3, 1, 2, 3, 4, 5}) || c.got[0].ID != c.got[3].ID || h.log.Len() > 0 {
			t.Errorf("%v %s", got, h.log)
		}
	})
}

// Told to stop, a deliverer finishes its request, stores how far it came and gives back.
func TestStoppingGivesEndpointsBack(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		arrived, answer := make(chan struct{}), make(chan struct{})
		c := h.receive(func(n int, _ http.ResponseWriter, _ *http.Request) {
			if n == 1 {
				close(arrived)
				<-answer
			}
		})
		stuck := h.receive(func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		h.happen(4)
		first := h.hooks()
		if _, err := first.Look(ctx, h.creditor.ID); err != nil {
			t.Fatal(err)
		}
		<-arrived
		until(t, "the other is asked", func() bool { return len(stuck.sequences()) == 1 })
		close(answer)
		first.Close()
		if e := h.endpoint(c.id); e.Lease != "" || e.Done != int64(len(c.sequences())) {
			t.Errorf("%+v after %v", e, c.sequences())
		}
		if e := h.endpoint(stuck.id); e.Lease != "" || e.Attempts != 0 || len(h.attempts(stuck.id)) != 0 {
			t.Errorf("a request we ended counts as the endpoint's failure: %+v", e)
		}
		if _, err := first.Look(ctx, h.creditor.ID); err != nil {
			t.Error(err)
		}
		n := len(c.sequences())
		first.Idle()
		if len(c.sequences()) != n {
			t.Error("it goes on after Close")
		}
	})
}

func TestAReplayKeepsIdsAndOrderAndMovesNoCursor(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(status(200, 200, 200, 200, 200, 200, 500))
		h.happen(5)
		w := h.hooks()
		h.round(w)
		for _, r := range [][2]int64{{2, 4}, {1, 1}} {
			if err := h.desk.Replay(ctx, h.creditor.ID, c.id, r[0], r[1]); err != nil {
				t.Fatal(err)
			}
		}
		h.round(w) // 2 goes, 3 fails and waits; 1 waits for it
		if e := h.endpoint(c.id); e.Done != 5 || e.Attempts != 0 {
			t.Errorf("%+v", e)
		}
		h.happen(1)
		h.round(w) // 6 does not wait for the replay
		h.clock.Move(6 * time.Second)
		h.round(w)
		if got := c.sequences(); !slices.Equal(got, []int64{1, 2, 3, 4, 5, 2, 3, 6, 3, 4, 1}) {
			t.Errorf("%v", got)
		}
		ids := map[int64]debt.ID{}
		for _, e := range c.got {
			if known := ids[e.Sequence]; known != "" && known != e.ID {
				t.Errorf("%d has two ids", e.Sequence)
			}
			ids[e.Sequence] = e.ID
		}
		if f := h.figures(w); f.Replays != 0 {
			t.Errorf("%+v", f)
		}
		for _, r := range [][2]int64{{0, 1}, {3, 2}, {1, 7}, {-1, -1}} {
			if err := h.desk.Replay(ctx, h.creditor.ID, c.id, r[0], r[1]); !errors.Is(err, debt.E(debt.Invalid, "hook_replay_range", nil)) {
				t.Errorf("%v: %v", r, err)
			}
		}
	})
}

func TestBothSecretsSignForADay(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(nil)
		w := h.hooks()
		next, err := h.desk.Rotate(ctx, h.creditor.ID, c.id)
		if err != nil {
			t.Fatal(err)
		}
		c.secrets = append(c.secrets, next.Reveal()) // both must verify
		h.happen(1)
		h.round(w)
		h.clock.Move(23 * time.Hour)
		h.happen(1)
		h.round(w)
		h.clock.Move(2 * time.Hour)
		c.secrets = c.secrets[1:]
		h.happen(1)
		h.round(w)
		if n := len(c.sequences()); n != 3 {
			t.Errorf("%d requests", n)
		}
		e := h.endpoint(c.id)
		if strings.Contains(e.Secret+e.OldSecret, "whsec_") || strings.Contains(e.Secret, next.Reveal()[6:20]) {
			t.Error("a secret is stored as it is")
		}
	})
}

func TestANewPepperSealsAnew(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(nil)
		if _, err := h.desk.Rotate(ctx, h.creditor.ID, c.id); err != nil {
			t.Fatal(err)
		}
		keys := [][]byte{bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{1}, 32)}
		both, _ := hook.NewVault(keys)
		late, _ := hook.NewVault(keys[:1])
		h.desk.Vault = late
		h.happen(1)
		h.round(h.hooks())
		if n := len(c.sequences()); n != 0 || !strings.Contains(h.log.String(), "hook_secret_sealed") {
			t.Errorf("%d requests with a secret nobody can open: %s", n, h.log)
		}
		h.desk.Vault = both
		if err := h.desk.Reseal(ctx); err != nil {
			t.Fatal(err)
		}
		h.desk.Vault = late
		h.clock.Move(6 * time.Minute)
		h.round(h.hooks())
		if n := len(c.sequences()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestATestIsSentAtOnceAndChangesNothing(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(status(202, 503))
		h.happen(1)
		for _, want := range []hook.Result{{Status: 202, Outcome: hook.Delivered}, {Status: 503, Outcome: hook.Refused}} {
			got, err := h.desk.Test(ctx, h.creditor, c.id)
			if err != nil || got.Status != want.Status || got.Outcome != want.Outcome {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if c.got[0].Type != hook.TestType || h.endpoint(c.id).Done != 0 {
			t.Errorf("%+v", c.got[0])
		}
	})
}

func TestARemovedEndpointIsForgotten(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(status(200, 500))
		h.happen(2)
		w := h.hooks()
		h.round(w)
		if err := h.desk.Replay(ctx, h.creditor.ID, c.id, 1, 1); err != nil {
			t.Fatal(err)
		}
		h.write(func(t *store.Tx) error { return hooks.Remove(t, c.id) })
		h.clock.Move(time.Hour)
		h.round(w)
		if n := len(c.sequences()); n != 2 {
			t.Errorf("%d requests", n)
		}
		err := h.store.Write(ctx, h.creditor.ID, func(t *store.Tx) error { return hooks.Remove(t, c.id) })
		if !errors.Is(err, debt.E(debt.NotFound, "hook_unknown", nil)) {
			t.Error(err)
		}
	})
}

// Two creditors with a receiver each: nothing crosses over.
func TestAnEndpointGetsNothingOfAnotherCreditor(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		other := *h
		other.creditor, other.files = storetest.Creditor(t, h.store, "andere"), 1000
		mine, theirs := h.receive(nil), other.receive(nil)
		h.happen(3)
		other.happen(4)
		w := h.hooks()
		h.round(w)
		other.round(w)
		for c, want := range map[*receiver]string{mine: "praxis", theirs: "andere"} {
			for _, e := range c.got {
				if e.Creditor != want || (len(e.Case.CreditorReference) > len("A-9")) != (want == "andere") {
					t.Errorf("%s gets %+v", want, e)
				}
			}
		}
		if len(mine.got) != 3 || len(theirs.got) != 4 {
			t.Errorf("%d, %d", len(mine.got), len(theirs.got))
		}
		for _, do := range []error{
			h.desk.Replay(ctx, other.creditor.ID, mine.id, 1, 1),
			h.store.Write(ctx, other.creditor.ID, func(t *store.Tx) error { return hooks.Remove(t, mine.id) }),
			h.store.Write(ctx, other.creditor.ID, func(t *store.Tx) error { return hooks.Enable(t, mine.id) }),
			func() error { _, err := h.desk.Rotate(ctx, other.creditor.ID, mine.id); return err }(),
			func() error { _, err := h.desk.Test(ctx, other.creditor, mine.id); return err }(),
		} {
			if !errors.Is(do, debt.E(debt.NotFound, "hook_unknown", nil)) {
				t.Errorf("another creditor's endpoint: %v", do)
			}
		}
	})
}

// Whatever mix of failures, crashes and deliverers: what comes for the first time comes in
// the order of the feed and without a gap.
func TestFirstOccurrencesAreTheFeed(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	h := newHouse(t, s)
	answers := []int{200, 200, 200, 204, 500, 302, 429, 404, 0}
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		rng := rand.New(rand.NewPCG(seed, 1))
		var mu sync.Mutex
		c := h.receive(func(_ int, w http.ResponseWriter, _ *http.Request) {
			mu.Lock()
			a := answers[rng.IntN(len(answers))]
			mu.Unlock()
			if a == 0 {
				panic(http.ErrAbortHandler)
			}
			w.WriteHeader(a)
		})
		start := h.endpoint(c.id).Done
		one, two := h.hooks(), h.hooks()
		total := rapid.IntRange(1, 40).Draw(rt, "events")
		h.happen(total)
		for round := 0; h.endpoint(c.id).Done < start+int64(total); round++ {
			if round > 40*10 {
				rt.Fatalf("never done: %+v", h.endpoint(c.id))
			}
			_, _ = one.Look(ctx, h.creditor.ID)
			h.round(two)
			one.Idle()
			h.clock.Move(27 * time.Hour)
		}
		given := map[int64]bool{}
		for _, d := range h.dead(c.id) {
			given[d.Seq] = true
		}
		var want []int64
		for i := range int64(total) {
			want = append(want, start+i+1)
		}
		if got := firsts(c.sequences()); !slices.Equal(got, want) {
			rt.Fatalf("%v, given up %v", got, given)
		}
		h.write(func(t *store.Tx) error { return hooks.Remove(t, c.id) })
		one.Close()
		two.Close()
	})
}

// The loops of the program: an event goes out without anybody calling for it.
func TestNewsGoOutByThemselves(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		c := h.receive(nil)
		w := h.hooks()
		r := notifications.NewRunner(h.store, h.clock.Now, silent, notifications.FeedLoop(h.store), w.Loop())
		within, cancel := context.WithCancel(ctx)
		defer cancel()
		ended := make(chan struct{})
		go func() { r.Run(within); close(ended) }()
		h.write(func(t *store.Tx) error { return t.AddFiles([]store.NewFile{storetest.File(h.creditor.ID, "B-1")}) })
		until(t, "the event arrives", func() bool { return slices.Equal(c.sequences(), []int64{1}) })
		cancel()
		<-ended
	})
}
