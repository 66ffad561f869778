//go:build linux

package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"quitt/cmd/quitt/shown"
	"quitt/store/storetest"
)

// The proofs break the real program on purpose: the built binary, real files, a real
// server. What each one shows and what came out stands in docs/proofs.md.
//
//	QUITT_PROOF       cycles (make proof: 200); unset is a short slice with smaller files
//	QUITT_PROOF_SEED  repeats the choices of an earlier run; where a blow falls that
//	                  comes after a time or a number of lines is up to the machine
const (
	envCycles = "QUITT_PROOF"
	envSeed   = "QUITT_PROOF_SEED"
	envChild  = "QUITT_PROOF_CHILD" // makes the test binary play a part instead of testing
)

const (
	shortCycles = 5
	shortRows   = 500
	longRows    = 3_000
)

func TestMain(m *testing.M) {
	switch os.Getenv(envChild) {
	case "booking":
		bookUntilKilled()
	case "paying":
		payUntilKilled()
	case "limit":
		runLimited()
	case "measured":
		runMeasured()
	}
	code := m.Run()
	if built.dir != "" {
		if err := os.RemoveAll(built.dir); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}

var built struct {
	once sync.Once
	dir  string
	err  error
}

// binary builds quitt once per test run.
func binary(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "quitt-proof"); built.err != nil {
			return
		}
		out, err := exec.Command("go", "build", "-o", filepath.Join(built.dir, "quitt"), ".").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "quitt")
}

// proof is one proof on one engine: its choices and what it counted.
type proof struct {
	*testing.T
	name, engine string
	seed         uint64
	cycles, rows int
	whole        time.Duration // of an import, measured; see measure
	counts       map[string]int
	template     site
}

// prove runs a proof on both engines at once. share is the part of the cycles it takes.
func prove(t *testing.T, name string, share int, body func(p *proof)) {
	t.Helper()
	t.Parallel()
	binary(t)
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			body(newProof(t, name, engine, share))
		})
	}
}

func newProof(t *testing.T, name, engine string, share int) *proof {
	t.Helper()
	p := &proof{T: t, name: name, engine: engine, seed: uint64(time.Now().UnixNano()) % 1_000_000_000, cycles: shortCycles, rows: shortRows, counts: map[string]int{}}
	if v := os.Getenv(envSeed); v != "" {
		var err error
		if p.seed, err = strconv.ParseUint(v, 10, 64); err != nil {
			t.Fatalf("%s: %v", envSeed, err)
		}
	}
	if v := os.Getenv(envCycles); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatalf("%s: %v", envCycles, err)
		}
		p.cycles, p.rows = max(1, n/share), longRows
	}
	t.Logf("proof %s on %s: %s=%d", name, engine, envSeed, p.seed)
	t.Cleanup(func() {
		var counted []string
		for _, k := range slices.Sorted(maps.Keys(p.counts)) {
			counted = append(counted, fmt.Sprintf("%s=%d", k, p.counts[k]))
		}
		t.Logf("RESULT %s %s seed=%d cycles=%d rows=%d failed=%t %s", name, engine, p.seed, p.cycles, p.rows, t.Failed(), strings.Join(counted, " "))
	})
	p.template = p.empty()
	p.template.ready(p)
	return p
}

// each runs the cycles, each with choices of its own so that one can be repeated.
func (p *proof) each(cycle func(i int, rng *rand.Rand)) {
	for i := range p.cycles {
		cycle(i, rand.New(rand.NewPCG(p.seed, uint64(i))))
		if p.Failed() {
			p.Fatalf("cycle %d, %s=%d", i, envSeed, p.seed)
		}
	}
}

// site is one database that the program works on.
type site struct {
	url  string
	name string // of the PostgreSQL database
	path string // of the SQLite file
}

func (p *proof) empty() site {
	p.Helper()
	if p.engine == "sqlite" {
		u := storetest.SQLite(p.T)
		return site{url: u, path: strings.TrimPrefix(u, "sqlite:")}
	}
	raw := storetest.Bare(p.T)
	u, err := url.Parse(raw)
	if err != nil {
		p.Fatal(err)
	}
	return site{url: raw, name: strings.TrimPrefix(u.Path, "/")}
}

var server struct {
	once sync.Once
	db   *sql.DB
	err  error
	mu   sync.Mutex
	n    int
}

// admin is a connection to the server, beside the databases of the proofs.
func (p *proof) admin() *sql.DB {
	p.Helper()
	server.once.Do(func() { server.db, server.err = sql.Open("postgres", os.Getenv(storetest.EnvPostgres)) })
	if server.err != nil {
		p.Fatal(server.err)
	}
	return server.db
}

func (p *proof) sql(query string, args ...any) {
	p.Helper()
	if _, err := p.admin().Exec(query, args...); err != nil {
		p.Fatal(err)
	}
}

// copy makes a database like the template; drop removes it.
func (p *proof) copy() site {
	p.Helper()
	if p.engine == "sqlite" {
		dir, err := os.MkdirTemp(filepath.Dir(p.template.path), "c")
		if err != nil {
			p.Fatal(err)
		}
		return p.copyTo(dir)
	}
	server.mu.Lock()
	defer server.mu.Unlock()
	server.n++
	name := fmt.Sprintf("quitt_proof_%d_%d", os.Getpid(), server.n)
	p.sql("CREATE DATABASE " + name + " TEMPLATE " + p.template.name)
	return site{url: strings.Replace(p.template.url, "/"+p.template.name+"?", "/"+name+"?", 1), name: name}
}

func (p *proof) copyTo(dir string) site {
	p.Helper()
	to := filepath.Join(dir, "quitt.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(p.template.path + suffix)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(to+suffix, b, 0o600)
		}
		if err != nil {
			p.Fatal(err)
		}
	}
	return site{url: "sqlite:" + to, path: to}
}

func (p *proof) drop(s site) {
	p.Helper()
	if s.path == "" {
		p.sql("DROP DATABASE " + s.name + " WITH (FORCE)")
		return
	}
	if err := os.RemoveAll(filepath.Dir(s.path)); err != nil {
		p.Fatal(err)
	}
}

// process is a running child with what it prints.
type process struct {
	*exec.Cmd
	out, err speech
	gone     chan struct{} // closed when it has ended
}

// speech is what a child has printed so far; it can be read while the child speaks.
type speech struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *speech) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

// lines counts the whole lines that begin with a word.
func (s *speech) lines(word string) (n int) {
	for line := range strings.Lines(s.String()) {
		if strings.HasPrefix(line, word) && strings.HasSuffix(line, "\n") {
			n++
		}
	}
	return n
}

func (s *speech) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (p *proof) start(s site, args ...string) *process {
	p.Helper()
	return p.startAs(exec.Command(binary(p.T), args...), s)
}

func (p *proof) startAs(c *exec.Cmd, s site, env ...string) *process {
	p.Helper()
	ps := &process{Cmd: c, gone: make(chan struct{})}
	ps.Env = append([]string{"DATABASE_URL=" + s.url, pepper, "PATH=" + os.Getenv("PATH")}, env...)
	ps.Stdout, ps.Stderr = &ps.out, &ps.err
	if err := ps.Start(); err != nil {
		p.Fatal(err)
	}
	go func() {
		_ = ps.Wait() // its error is the exit code, which result carries
		close(ps.gone)
	}()
	p.Cleanup(func() { _ = ps.Process.Kill() }) // a proof that gives up leaves nobody behind
	return ps
}

// ended reports whether the child is over without waiting for it.
func (ps *process) ended() bool {
	select {
	case <-ps.gone:
		return true
	default:
		return false
	}
}

// end waits and gives what a shell would show. A signal is exit code -1.
func (ps *process) end() result {
	<-ps.gone
	plain := strings.NewReplacer("\u00a0", " ").Replace
	return result{ps.ProcessState.ExitCode(), plain(ps.out.String()), plain(ps.err.String())}
}

func (ps *process) killed() bool {
	status, ok := ps.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}

func (p *proof) must(s site, args ...string) string {
	p.Helper()
	r := p.start(s, args...).end()
	if r.code != exitOK {
		p.Fatalf("quitt %s: exit %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r.out
}

func (s site) ready(p *proof) {
	p.Helper()
	p.must(s, "migrate")
	p.must(s, "creditors", "add", "--code", "praxis", "--name", "Praxis Muster", "--street", "Weg 1", "--postcode", "50667",
		"--city", "Köln", "--state", "NW", "--iban", "DE89 3704 0044 0532 0130 00", "--account-holder", "Praxis Muster")
}

// verified runs quitt verify, which must be clean, and gives what it counted.
func (p *proof) verified(s site) shown.Verification {
	p.Helper()
	r := p.start(s, "verify", "--json").end()
	var v shown.Verification
	if err := json.Unmarshal([]byte(r.out), &v); err != nil || r.code != exitOK || len(v.Findings) > 0 {
		p.counts["violations"]++
		p.Errorf("verify: exit %d, %v\n%s%s", r.code, err, r.out, r.err)
	}
	return v
}

// allOrNothing checks a database after a disturbed import and gives whether it is all.
func (p *proof) allOrNothing(s site) bool {
	p.Helper()
	v := p.verified(s)
	if v.Cases != 0 && v.Cases != p.rows {
		p.violation("half an import: %d of %d cases", v.Cases, p.rows)
	}
	return v.Cases != 0
}

func (p *proof) violation(format string, args ...any) {
	p.Helper()
	p.counts["violations"]++
	p.Errorf(format, args...)
}

// undisturbed imports the same file again: afterwards every row is there exactly once and
// every event has its place.
func (p *proof) undisturbed(s site, path string) {
	p.Helper()
	var report shown.Import
	out := p.must(s, "import", path, "--creditor", "praxis", "--json")
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		p.Fatal(err)
	}
	if report.New+report.Unchanged != p.rows || report.New != 0 && report.Unchanged != 0 {
		p.violation("import afterwards: %d new, %d unchanged", report.New, report.Unchanged)
	}
	v := p.verified(s)
	if v.Cases != p.rows || v.Entries != p.rows || v.Pending != 0 {
		p.violation("after an undisturbed import of %d rows: %+v", p.rows, v.Tally)
	}
	p.counts["undisturbed"]++
}

// handovers writes a file of n cases.
func (p *proof) handovers(n int) string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = strings.Replace(goodRow, "A-1", handoverReference(i), 1)
	}
	return file(p.T, rows...)
}

func handoverReference(i int) string { return fmt.Sprintf("K-%05d", i) }

// measure learns roughly how long an import takes with all that follows. Under load it may
// be far off, so nothing but where a blow falls "anywhere" depends on it.
func (p *proof) measure(path string) {
	p.Helper()
	s := p.copy()
	defer p.drop(s)
	begin := time.Now()
	p.must(s, "import", path, "--creditor", "praxis")
	p.whole = time.Since(begin)
	p.Logf("an import of %d rows takes %v", p.rows, p.whole)
}
