package scenarios_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/collecting"
	"quitt/payments/sandbox"
	world "quitt/payments/sandbox/world"
	"quitt/payments/stripe"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/storetest"
	"quitt/store/vault"
)

var ctx = context.Background()

// tuesday is nine in the morning in Berlin, before the hour at which debits are handed in.
var tuesday = time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// house is one database that many runs share: each has a creditor of its own in it.
type house struct {
	engine string
	store  *store.Store
	vault  vault.Vault
	runs   int
	blow   *blow
}

func newHouse(t testing.TB, engine string) *house {
	t.Helper()
	h := &house{engine: engine, blow: &blow{}}
	url := ""
	if engine == "postgres" {
		url = storetest.Postgres(t)
	} else {
		url = "sqlite:" + filepath.Join(memory(t), "quitt.db")
	}
	h.store = storetest.Open(t, store.Options{URL: url, AtCommit: h.blow.strike})
	var err error
	if h.vault, err = vault.New([][]byte{bytes.Repeat([]byte{7}, 32)}); err != nil {
		t.Fatal(err)
	}
	return h
}

// memory is a directory that need not outlive the test: in memory where the system has one,
// since thousands of runs would wait for a disk otherwise.
func memory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "quitt")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// verified runs `quitt verify` over all that was played in the house.
func (h *house) verified(t testing.TB) {
	t.Helper()
	_, err := h.store.Verify(ctx, func(f store.Finding) bool {
		t.Errorf("verify: %+v", f)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
}

// blow ends our process around one commit: until somebody takes it back, no transaction is
// committed and no call leaves the house.
type blow struct {
	mu    sync.Mutex
	armed bool
	at    int  // the commit, from 1; 0 is none
	after bool // or before it
	seen  int
	dead  bool
}

type ended struct{}

func (ended) Error() string { return "the process has ended here" }

func (b *blow) strike(done bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dead {
		return ended{}
	}
	if !b.armed {
		return nil
	}
	if !done {
		b.seen++
	}
	if b.at != 0 && b.seen == b.at && done == b.after {
		b.dead = true
		return ended{}
	}
	return nil
}

func (b *blow) arm(at int, after bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.armed, b.at, b.after, b.seen, b.dead = true, at, after, 0, false
}

// heal reports whether the blow had fallen, and takes it back.
func (b *blow) heal() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.dead
	if was {
		b.dead, b.at = false, 0
	}
	return was
}

func (b *blow) disarm() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.armed, b.at, b.dead = false, 0, false
	return b.seen
}

func (b *blow) isDead() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dead
}

// line is the wire to the provider. It is dead with the process, can hide what was missed,
// and can answer with what was true at an earlier moment.
type line struct {
	payments.Provider

	w      *run
	blind  bool
	told   map[string]answer // facts by event, as they were when it happened
	replay string            // the event whose answers are given; "" asks the provider
}

type answer struct {
	facts rail.Facts
	err   error
}

func (l *line) cut() error {
	if l.w.house.blow.isDead() {
		return payments.ErrOutcome
	}
	return nil
}

func (l *line) Checkout(ctx context.Context, a rail.Account, o payments.Order) (rail.Facts, error) {
	if err := l.cut(); err != nil {
		return rail.Facts{}, err
	}
	return l.Provider.Checkout(ctx, a, o)
}

func (l *line) Charge(ctx context.Context, a rail.Account, o payments.Order) (rail.Facts, error) {
	if err := l.cut(); err != nil {
		return rail.Facts{}, err
	}
	return l.Provider.Charge(ctx, a, o)
}

func (l *line) Cancel(ctx context.Context, a rail.Account, t rail.Attempt) error {
	if err := l.cut(); err != nil {
		return err
	}
	return l.Provider.Cancel(ctx, a, t)
}

func (l *line) Refund(ctx context.Context, a rail.Account, r payments.Refund) error {
	if err := l.cut(); err != nil {
		return err
	}
	return l.Provider.Refund(ctx, a, r)
}

func (l *line) Fetch(ctx context.Context, a rail.Account, ref rail.Ref) (rail.Facts, error) {
	if err := l.cut(); err != nil {
		return rail.Facts{}, err
	}
	if was, ok := l.told[l.replay]; ok && was.err == nil {
		return was.facts, nil
	}
	return l.Provider.Fetch(ctx, a, ref)
}

func (l *line) Missed(ctx context.Context, a rail.Account, since time.Time, yield func(rail.Notice) error) error {
	if l.blind {
		return nil
	}
	return l.Provider.Missed(ctx, a, since, yield)
}

// run is one story being played: a creditor with one case, a provider of its own, and a way
// in which the provider's news reach us.
type run struct {
	t       testing.TB
	house   *house
	way     way
	sandbox *sandbox.Server
	url     string // of its API
	line    *line
	rail    *payments.Rail
	desk    payments.Desk
	orders  *collecting.Desk // the scheduler of instalments

	creditor, caseID debt.ID
	other            debt.ID // a case of another debtor
	plan             debt.ID // "" without one
	account          rail.Account
	endpoint         string // name of our address
	endpointID       string // the provider's id of it
	secret           string
	oldSecret        string // while it is being replaced
	signed           atomic.Int64
	ticks            time.Duration
	mu               sync.Mutex

	seen    int // of the provider's events
	pending []world.Object
	holding bool // the story itself keeps the news back
	lost    bool // likewise, for good
	storm   bool // deliver all three times, from three sides
	faulty  bool // the provider is disturbed: errors of our loops are expected
	crashed bool

	first, last time.Time // of the story: its beginning, and where it has come to
	commits     int
	events      int // that were told, or would have been
	again       []world.Object
	stretches   []int // how many events there were between two acts of ours
	permLeft    float64
}

func newRun(t testing.TB, h *house, s scenario, w way) *run {
	t.Helper()
	h.runs++
	h.blow.disarm()
	r := &run{t: t, house: h, way: w}
	external := fmt.Sprintf("acct_%d", h.runs)
	key := fmt.Sprintf("sk_test_sandbox_%d", h.runs)
	from := s.from
	if from.IsZero() {
		from = tuesday
	}
	var err error
	r.sandbox, err = sandbox.New(sandbox.Options{Clock: r.now, Mode: world.Manual, Start: from, Seed: s.id, Silent: true,
		Keys: map[string]string{key: external}})
	r.must(err)
	r.url, err = r.sandbox.Listen("127.0.0.1:0")
	r.must(err)
	r.first, r.last, r.permLeft = from, from, w.perm
	adapter := stripe.New(stripe.Options{URL: r.url, HTTP: &http.Transport{MaxIdleConnsPerHost: 8}, Now: r.now, Timeout: cmp.Or(s.patience, 5*time.Second)})
	r.line = &line{Provider: adapter, w: r, blind: w.blind, told: map[string]answer{}}
	r.tenant(s)
	r.open()
	r.account, err = r.rail.AddAccount(ctx, r.creditor, payments.NewAccount{Account: rail.Account{Provider: "stripe", External: external, Live: s.live}, Key: debt.Personal(key)})
	r.must(err)
	r.account.Key = debt.Personal(key)
	r.register(adapter)
	h.blow.arm(w.blowAt, w.blowAfter)
	return r
}

// open is our process being started.
func (r *run) open() {
	r.desk = payments.Desk{Store: r.house.store, Now: r.now}
	r.rail = payments.Open(payments.Rail{Desk: r.desk, Providers: map[string]payments.Provider{"stripe": r.line}, Vault: r.house.vault,
		Log: slog.New(slog.DiscardHandler)})
	r.orders = collecting.New(r.rail)
}

// now is the sandbox's time, a little later each time anybody looks: no two answers are of
// the same instant.
func (r *run) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ticks += time.Microsecond
	return r.sandbox.Now().Add(r.ticks)
}

// tenant adds the creditor and a case with one claim that bears no interest.
func (r *run) tenant(s scenario) {
	r.t.Helper()
	c := storetest.Creditor(r.t, r.house.store, fmt.Sprintf("%s-%d", s.id, r.house.runs))
	r.creditor = c.ID
	r.caseID, r.other = r.addCase("1", s.owed), r.addCase("2", 0)
}

func (r *run) addCase(reference string, owed debt.Cents) debt.ID {
	r.t.Helper()
	if owed == 0 {
		owed = 100_00
	}
	f := storetest.File(r.creditor, reference)
	account := ledger.Account{Settings: f.File.Account.Settings, CaseID: f.File.Case.ID}
	entry := account.OpenClaim(debt.Claim{ID: store.NewID(), CaseID: f.File.Case.ID, Principal: owed, Ground: debt.Contract,
		Object: "Reparatur", ArisenOn: debt.MustDate("2026-01-10"), DueOn: debt.MustDate("2026-03-01")}, storetest.Stamp)
	f.File.Account, f.Entries = account, []ledger.Entry{entry}
	r.must(r.house.store.Write(ctx, r.creditor, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }))
	return f.File.Case.ID
}

// register has the provider send us events, and keeps the secret as the portal would.
func (r *run) register(adapter *stripe.Client) {
	r.t.Helper()
	id, secret, err := adapter.Register(ctx, r.account, "https://quitt.example/hooks", stripe.Events())
	r.must(err)
	name := make([]byte, 16)
	_, _ = rand.Read(name)
	r.endpoint, r.endpointID, r.secret = hex.EncodeToString(name), id, secret.Reveal()
	sealed, err := r.house.vault.Seal(r.endpoint, []byte(r.secret))
	r.must(err)
	r.must(r.house.store.Write(ctx, "", func(tx *store.Tx) error {
		return rails.AddEndpoint(tx, rails.Endpoint{Name: r.endpoint, Provider: "stripe", External: id, Owner: r.creditor, Account: r.account.ID,
			Secret: sealed, Live: r.account.Live, CreatedAt: r.now()})
	}))
}

func (r *run) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("%s: %v", r.way.name, err)
	}
}

func (r *run) errorf(format string, args ...any) {
	r.t.Helper()
	r.t.Errorf(r.way.name+": "+format, args...)
}

// world works on the provider's side.
func (r *run) world(do func(w *world.World, a *world.Account)) {
	r.sandbox.Do(func(w *world.World) {
		w.Tick()
		do(w, w.Open(r.account.External, ""))
		w.Tick()
	})
}

// newEvents gives what the provider would have sent us since the last time.
func (r *run) newEvents() (list []world.Object) {
	r.world(func(_ *world.World, a *world.Account) {
		all := a.AllEvents()
		for _, e := range all[r.seen:] {
			if slices.Contains(stripe.Events(), e.Str("type")) {
				list = append(list, e)
			}
		}
		r.seen = len(all)
	})
	return list
}
