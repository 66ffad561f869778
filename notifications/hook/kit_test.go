package hook_test

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
	"strconv"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"quitt/debt"
	"quitt/notifications/hook"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/hooks"
	"quitt/store/storetest"
)

var ctx = context.Background()

// house is a creditor with endpoints.
type house struct {
	t        testing.TB
	store    *store.Store
	creditor debt.Creditor
	clock    *storetest.Watch
	desk     hook.Desk
	log      *bytes.Buffer
	files    int
}

func newHouse(t testing.TB, s *store.Store) *house {
	t.Helper()
	h := &house{t: t, store: s, creditor: storetest.Creditor(t, s, "praxis"), clock: storetest.NewWatch(), log: &bytes.Buffer{}}
	vault, err := hook.NewVault([][]byte{bytes.Repeat([]byte{1}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	h.desk = hook.Desk{Store: s, Now: h.clock.Now, Vault: vault, Client: hook.NewClient(hook.Options{
		Wall: hook.Wall{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, Now: h.clock.Now, Time: 2 * time.Second,
	})}
	return h
}

func eachHouse(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newHouse(t, s)) })
}

// hooks makes a deliverer of its own, as another process has one.
func (h *house) hooks() *hook.Sender {
	w := hook.NewSender(hook.SenderOptions{Desk: h.desk,
		Log: slog.New(slog.NewTextHandler(h.log, nil)), Linger: 5 * time.Millisecond, Grace: 50 * time.Millisecond})
	h.t.Cleanup(w.Close)
	return w
}

// round lets a deliverer do what there is to do now.
func (h *house) round(w *hook.Sender) {
	h.t.Helper()
	if _, err := w.Look(ctx, h.creditor.ID); err != nil {
		h.t.Fatal(err)
	}
	w.Idle()
}

// happen stores n events, each of a case of its own, and gives them their places.
func (h *house) happen(n int) {
	h.t.Helper()
	var rows []store.NewFile
	for range n {
		h.files++
		rows = append(rows, storetest.File(h.creditor.ID, fmt.Sprintf("A-%d", h.files)))
	}
	h.write(func(t *store.Tx) error { return t.AddFiles(rows) })
	if _, err := h.store.Sequence(ctx, h.creditor.ID); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(fn func(t *store.Tx) error) {
	h.t.Helper()
	if err := h.store.Write(ctx, h.creditor.ID, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) read(fn func(r *store.Reader) error) {
	h.t.Helper()
	if err := h.store.Read(ctx, h.creditor.ID, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) endpoint(id debt.ID) (e hooks.Endpoint) {
	h.t.Helper()
	h.read(func(r *store.Reader) (err error) {
		e, err = hooks.Load(r, id)
		return err
	})
	return e
}

func (h *house) attempts(id debt.ID) (list []hooks.Attempt) {
	h.t.Helper()
	h.read(func(r *store.Reader) (err error) {
		list, err = hooks.Attempts(r, id, 1000)
		return err
	})
	slices.Reverse(list)
	return list
}

func (h *house) dead(id debt.ID) (list []hooks.Dead) {
	h.t.Helper()
	h.read(func(r *store.Reader) (err error) {
		list, err = hooks.DeadLetters(r, id, 1000)
		return err
	})
	return list
}

func (h *house) figures(w *hook.Sender) hook.Figures {
	h.t.Helper()
	f, err := w.Figures(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// receiver is an endpoint that checks every signature and answers as a test wants.
type receiver struct {
	*httptest.Server

	h       *house
	id      debt.ID
	mu      sync.Mutex
	secrets []string
	got     []feed.Event // everything, repeats too
	flying  int
	most    int // requests at once
	answer  func(n int, w http.ResponseWriter, r *http.Request)
}

// receive registers a receiver; answer gets the number of the request, from 0, and nil
// answers 204.
func (h *house) receive(answer func(n int, w http.ResponseWriter, r *http.Request), types ...debt.EventType) *receiver {
	h.t.Helper()
	c := &receiver{h: h, answer: answer}
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	h.t.Cleanup(c.Close)
	e, secret, err := h.desk.Register(ctx, h.creditor.ID, c.URL+"/hook", types)
	if err != nil {
		h.t.Fatal(err)
	}
	c.id, c.secrets = e.ID, []string{secret.Reveal()}
	return c
}

func (c *receiver) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.h.t.Error(err)
	}
	c.mu.Lock()
	n := len(c.got)
	c.flying++
	c.most = max(c.most, c.flying)
	c.got = append(c.got, c.judge(r, body))
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.flying--
		c.mu.Unlock()
	}()
	if c.answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	c.answer(n, w, r)
}

// judge asks the specification's own verifier, once per secret the receiver may have.
func (c *receiver) judge(r *http.Request, body []byte) (e feed.Event) {
	for _, s := range c.secrets {
		v, err := standardwebhooks.NewWebhook(s)
		if err != nil {
			c.h.t.Error(err)
			return e
		}
		if err := v.VerifyIgnoringTimestamp(body, r.Header); err != nil {
			c.h.t.Errorf("the specification's verifier: %v", err)
		}
	}
	at, err := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
	if age := c.h.clock.Now().Unix() - at; err != nil || age < 0 || age > 60 {
		c.h.t.Errorf("webhook-timestamp %q, %v", r.Header.Get("webhook-timestamp"), err)
	}
	if err := json.Unmarshal(body, &e); err != nil || string(e.ID) != r.Header.Get("webhook-id") || len(body) >= 20_000 ||
		r.Header.Get("Content-Type") != "application/json" || r.Header.Get("User-Agent") != "Quitt-Webhooks/1" || r.Method != http.MethodPost {
		c.h.t.Errorf("%v: %s %v", err, body, r.Header)
	}
	return e
}

// sequences gives the numbers of all requests in the order they came.
func (c *receiver) sequences() (list []int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.got {
		list = append(list, e.Sequence)
	}
	return list
}

// firsts gives the numbers without repeats.
func firsts(list []int64) (out []int64) {
	for _, n := range list {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func upTo(n int64) (list []int64) {
	for i := int64(1); i <= n; i++ {
		list = append(list, i)
	}
	return list
}

func status(list ...int) func(n int, w http.ResponseWriter, _ *http.Request) {
	return func(n int, w http.ResponseWriter, _ *http.Request) {
		if n < len(list) {
			w.WriteHeader(list[n])
		}
	}
}

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
