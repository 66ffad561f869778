package scenarios_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
)

// scenario is one story of the matrix.
type scenario struct {
	id   string
	says string // what happens
	ends string // the figures at its end
	from time.Time
	owed debt.Cents // 0 is 100.00
	live bool       // the creditor's account takes real money
	// patience is how long we wait for an answer; 0 is 5 s.
	patience time.Duration
	play     func(r *run)

	// not names ways that make no sense for the story, and why.
	not map[kind]string
	// blind says why our loops cannot find it out without the provider's list of events; ""
	// if they can.
	blind string
}

// EnvProof asks for all orders and all blows instead of a few; make proof sets it.
const EnvProof = "QUITT_PROOF"

// How many orders and blows a story gets. All orders of six events are 720. SQLite plays more
// of them, because the SQL is one text for both and there it takes a third of the time.
const (
	quickOrders, quickBlows                 = 3, 4
	quickPostgresOrders, quickPostgresBlows = 2, 3
	allOrders                               = 720
	someOrders                              = 200 // of more than six events
	postgresOrders                          = 24
)

// seed of what is chosen at random; printed, so that a run can be repeated.
var seed = sync.OnceValue(func() uint64 {
	n := rand.Uint64() >> 32
	if s := os.Getenv("QUITT_PROOF_SEED"); s != "" {
		_, _ = fmt.Sscan(s, &n)
	}
	return n
})

// tally is how often each way was played.
type tally [crashed + 1]int

// once plays a story one way and gives how it ended.
func (s scenario) once(t testing.TB, h *house, w way) (*run, string) {
	t.Helper()
	r := newRun(t, h, s, w)
	defer func() { r.must(r.sandbox.Close()) }()
	s.play(r)
	r.finish()
	r.commits = h.blow.disarm()
	state := r.state()
	if w.kind == asListed {
		r.compare()
		r.reconcile()
		if again := r.state(); again != state {
			t.Errorf("our loops change it although nothing has happened:\n%s", cmp.Diff(strings.Split(state, "\n"), strings.Split(again, "\n")))
		}
	}
	return r, state
}

// all plays a story in all five ways and compares.
func (s scenario) all(t *testing.T, h *house) (n tally) {
	t.Helper()
	base, want := s.once(t, h, way{kind: asListed, name: "as listed"})
	if _, got, _ := strings.Cut(want, "\nopen "); "open "+got != s.ends {
		got = "open " + got
		t.Errorf("ends\n got %s\nwant %s", got, s.ends)
	}
	n[asListed]++
	same := func(w way) *run {
		r, got := s.once(t, h, w)
		if got != want {
			t.Errorf("%s ends otherwise (as listed -, here +):\n%s", w.name, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		}
		if w.kind != crashed || r.crashed { // where things happen at once, there may be fewer commits
			n[w.kind]++
		}
		return r
	}
	if s.not[permuted] == "" {
		first := same(way{kind: permuted, name: "in the order 0", replayed: true})
		s.permute(h, first, same)
	}
	if s.not[doubled] == "" {
		same(way{kind: doubled, name: "each twice"})
	}
	if s.not[dropped] == "" {
		same(way{kind: dropped, name: "nothing told"})
		if s.blind == "" {
			same(way{kind: dropped, name: "nothing told and nothing listed", blind: true})
		}
	}
	if s.not[crashed] == "" {
		s.crash(h, base.commits, same)
	}
	return n
}

// permute plays further orders of the events: all of them up to a number, else some.
func (s scenario) permute(h *house, first *run, same func(way) *run) {
	total := 1.0
	for _, k := range first.stretches {
		total *= ordersOf(k)
	}
	most, postgres := quickOrders, quickPostgresOrders
	if os.Getenv(EnvProof) != "" {
		if most, postgres = allOrders, postgresOrders; total > allOrders {
			most = someOrders
		}
	}
	if h.engine == "postgres" {
		most = postgres
	}
	rng := rand.New(rand.NewPCG(seed(), uint64(len(s.id))))
	for i := 1.0; i < min(total, float64(most)); i++ {
		perm := i
		switch {
		case total <= float64(most):
		case i == 1:
			perm = total - 1 // all turned round
		default:
			perm = math.Floor(rng.Float64() * total)
		}
		same(way{kind: permuted, name: fmt.Sprintf("in the order %.0f of %.0f", perm, total), perm: perm, replayed: int(i)%4 != 3})
	}
}

// crash ends our process before and after commits of the story, each once or a few spread
// over it.
func (s scenario) crash(h *house, commits int, same func(way) *run) {
	step, most := 1, quickBlows
	if h.engine == "postgres" {
		most = quickPostgresBlows
	}
	if os.Getenv(EnvProof) == "" {
		step = max(1, (2*commits+most-1)/most)
	}
	for i := int(seed()) % step; i < 2*commits; i += step {
		w := way{kind: crashed, blowAt: i/2 + 1, blowAfter: i%2 == 1}
		w.name = fmt.Sprintf("ended before commit %d", w.blowAt)
		if w.blowAfter {
			w.name = fmt.Sprintf("ended after commit %d", w.blowAt)
		}
		same(w)
	}
}

// stories are all scenarios, by group.
func stories() [][]scenario {
	return [][]scenario{cards(), debits(), mandates(), refunds(), disputes(), transport(), input()}
}

func TestScenariosEndTheSameHoweverTheyAreTold(t *testing.T) {
	var mu sync.Mutex
	played, runs := map[string]map[string]tally{}, 0
	t.Logf("seed %d (QUITT_PROOF_SEED)", seed())
	t.Run("on", func(t *testing.T) { // returns when both engines are through
		for _, engine := range []string{"sqlite", "postgres"} {
			t.Run(engine, func(t *testing.T) {
				t.Parallel()
				for _, group := range stories() {
					h := newHouse(t, engine)
					for _, s := range group {
						t.Run(s.id, func(t *testing.T) {
							n := s.all(t, h)
							t.Logf("played as told, in any order, twice, untold, ended: %v", n)
							mu.Lock()
							defer mu.Unlock()
							if played[s.id] == nil {
								played[s.id] = map[string]tally{}
							}
							played[s.id][engine] = n
							runs++
						})
					}
					h.verified(t)
				}
			})
		}
	})
	all := 0
	for _, group := range stories() {
		all += 2 * len(group)
	}
	if runs == all { // not of a part that was asked for
		checkPage(t, played)
	}
}
