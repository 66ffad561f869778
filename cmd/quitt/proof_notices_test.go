//go:build linux

package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/cmd/quitt/pay"
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/sandbox"
	"quitt/payments/sandbox/world"
	"quitt/store"
	"quitt/store/storetest"
)

const (
	payingCases   = 60
	payingWorkers = 3
	payingToken   = "token of the proof"
	envSandbox    = "QUITT_PROOF_SANDBOX"
)

// railOn is a process of the fleet: it starts payments beside the program that is killed.
func railOn(s *store.Store, sandboxURL string, now func() time.Time) (*payments.Rail, error) {
	peppers, err := signin.ParsePeppers(strings.TrimPrefix(pepper, "QUITT_PEPPER="))
	if err != nil {
		return nil, err
	}
	return pay.Settings{URL: sandboxURL}.Rail(pay.Base{Store: s, Now: now, Keys: peppers.DeriveAll(pay.Purpose)})
}

// payUntilKilled is the child: debtors who start payments and pay them, and each says which
// payment he was told is done.
func payUntilKilled() {
	ctx := context.Background()
	say := func(format string, args ...any) { _, _ = os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n") }
	seed, err := strconv.ParseUint(os.Getenv(envSeed), 10, 64)
	var l *ledgerSite
	if err == nil {
		l, err = openLedger(ctx, os.Getenv("DATABASE_URL"))
	}
	var r *payments.Rail
	if err == nil {
		r, err = railOn(l.desk.Store, os.Getenv(envSandbox), time.Now)
	}
	if err != nil {
		say("fail %v", err)
		os.Exit(1)
	}
	var workers sync.WaitGroup
	for w := range payingWorkers {
		workers.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(w)))
			for {
				if id, err := payOnce(ctx, r, l, rng); err == nil {
					say("paid %s", id)
				}
			}
		})
	}
	workers.Wait()
}

// payOnce starts a payment and pays it; an error is a debtor who comes back another time.
func payOnce(ctx context.Context, r *payments.Rail, l *ledgerSite, rng *rand.Rand) (debt.ID, error) {
	w := payments.Wish{CreditorID: l.creditor, CaseID: l.cases[rng.IntN(len(l.cases))], Amount: debt.Cents(100 + rng.IntN(50)),
		Method: debt.MethodCard, Anyway: true, Language: "de", Reason: "Rechnung",
		Pages: func(debt.ID) (string, string) { return "http://127.0.0.1/a", "http://127.0.0.1/b" }}
	card := map[string]any{"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
	order := map[string]any{"card": card}
	switch rng.IntN(6) {
	case 0:
		card["number"] = "4000000000000259" // taken back right after
	case 1:
		w.Method = debt.MethodDirectDebit
		order = map[string]any{"debit": map[string]any{"iban": "DE89370400440532013000", "name": "Erika Muster", "email": "erika@example.com"}}
	}
	a, err := r.Start(ctx, w)
	if err != nil {
		return "", err
	}
	order["session"] = a.Session
	body, err := json.Marshal(order)
	if err != nil {
		return "", err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv(envSandbox)+"/_sandbox/pay", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	q.Header.Set("Authorization", "Bearer "+payingToken)
	res, err := http.DefaultClient.Do(q)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	var out world.Outcome
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&out); err != nil {
		return "", err
	}
	if out.State != world.Done {
		return "", fmt.Errorf("%+v", out)
	}
	return a.ID, nil
}

// market is a program that is killed, a provider that tells it of payments, and debtors.
type market struct {
	*proof

	site     site
	box      *sandbox.Server
	url, at  string // of the sandbox and of the program
	acc      rail.Account
	store    *store.Store
	raw      *sql.DB
	creditor debt.ID
	begin    time.Time
	program  *process
	debtors  *process
	told     []string // payments of which a debtor was told that they are done
}

// TestNoticesUnderKillAreBookedOnce: while debtors pay, the portal and they themselves are
// killed at random moments. When all is quiet again, what the provider says happened is what
// the ledger says happened, to the cent and for every payment.
func TestNoticesUnderKillAreBookedOnce(t *testing.T) {
	prove(t, "notices-kill", 1, func(p *proof) {
		m := p.market()
		m.open()
		m.arrive(0)
		p.each(func(i int, rng *rand.Rand) {
			m.cycle(i, rng)
			if i%20 == 19 {
				p.verified(m.site)
			}
		})
		m.close()
	})
}

func (p *proof) market() *market {
	p.Helper()
	p.rows = payingCases
	p.must(p.template, "import", p.handovers(payingCases), "--creditor", "praxis")
	m := &market{proof: p, site: p.copy(), begin: time.Now()}
	box, err := sandbox.Complete(sandbox.Options{Clock: time.Now, Mode: world.Manual, Start: m.begin, Seed: strconv.FormatUint(p.seed, 10),
		Keys: map[string]string{shopKey: "acct_praxis"}, Token: payingToken, Receipt: time.Millisecond})
	if err != nil {
		p.Fatal(err)
	}
	m.box = box
	p.Cleanup(func() { _ = box.Close() })
	if m.url, err = box.Listen("127.0.0.1:0"); err != nil {
		p.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.Fatal(err)
	}
	m.at = free.Addr().String()
	if err := free.Close(); err != nil {
		p.Fatal(err)
	}
	key := p.secretFile(shopKey)
	m.call("stripe", "connect", "--creditor", "praxis", "--account", "acct_praxis", "--key-file", key)
	m.call("stripe", "webhook", "register", "--creditor", "praxis", "--url", "http://"+m.at)
	if m.store, err = store.Open(p.Context(), store.Options{URL: m.site.url, Keys: keysOf(p.T)}); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { _ = m.store.Close() })
	m.raw = storetest.Raw(p.T, m.site.url)
	m.account()
	return m
}

func (p *proof) secretFile(text string) string {
	p.Helper()
	f, err := os.CreateTemp(p.TempDir(), "secret")
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err != nil || f.Close() != nil {
		p.Fatal(err)
	}
	return f.Name()
}

func (m *market) env() []string {
	return slices.Concat(operatorEnv, []string{pepper, "QUITT_STRIPE_URL=" + m.url, "QUITT_LISTEN=" + m.at, "QUITT_OPERATOR_LISTEN="})
}

// call runs a command that has to succeed.
func (m *market) call(args ...string) string {
	m.Helper()
	r := m.startAs(exec.Command(binary(m.T), args...), m.site, m.env()...).end()
	if r.code != exitOK {
		m.Fatalf("quitt %s: exit %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r.out
}

func (m *market) account() {
	m.Helper()
	err := m.store.Read(m.Context(), "", func(r *store.Reader) error {
		c, err := r.LoadCreditor("praxis")
		m.creditor = c.ID
		return err
	})
	if err == nil {
		m.acc, err = m.rail(0).OpenAccount(m.Context(), m.creditor)
	}
	if err != nil {
		m.Fatal(err)
	}
}

// rail is another process of the fleet, some time ahead.
func (m *market) rail(ahead time.Duration) *payments.Rail {
	m.Helper()
	r, err := railOn(m.store, m.url, func() time.Time { return time.Now().Add(ahead) })
	if err != nil {
		m.Fatal(err)
	}
	return r
}

// open starts the program and waits until it answers.
func (m *market) open() {
	m.Helper()
	m.program = m.startAs(exec.Command(binary(m.T), "serve"), m.site, m.env()...)
	m.await(func() bool { return m.program.ended() || m.program.out.lines("Quitt ist unter") > 0 })
	if m.program.ended() {
		r := m.program.end()
		m.Fatalf("the portal did not start: exit %d %s%s", r.code, r.out, r.err)
	}
}

// arrive lets debtors come.
func (m *market) arrive(cycle int) {
	m.Helper()
	self, err := os.Executable()
	if err != nil {
		m.Fatal(err)
	}
	m.debtors = m.startAs(exec.Command(self), m.site, envChild+"=paying", envSandbox+"="+m.url,
		envSeed+"="+strconv.FormatUint(m.seed+uint64(cycle), 10))
}

// leave kills the debtors wherever they are.
func (m *market) leave() {
	m.Helper()
	_ = m.debtors.Process.Kill()
	r := m.debtors.end()
	if strings.Contains(r.out, "fail ") || !m.debtors.killed() {
		m.Fatalf("the debtors went by themselves: exit %d %s%s", r.code, r.out, r.err)
	}
	for line := range strings.Lines(r.out) {
		if id, ok := strings.CutPrefix(line, "paid "); ok && strings.HasSuffix(id, "\n") {
			m.told = append(m.told, strings.TrimSpace(id))
		}
	}
}

// cycle waits for some progress, kills, and opens again.
func (m *market) cycle(i int, rng *rand.Rand) {
	m.Helper()
	m.retry()
	condition := "" // some have been taken …
	if rng.IntN(2) == 0 {
		condition = "WHERE state = 'done'" // … or booked
	}
	want, before := 1+rng.IntN(20), m.notices(condition)
	m.await(func() bool { return m.program.ended() || m.debtors.ended() || m.notices(condition) >= before+want })
	time.Sleep(time.Duration(rng.Int64N(int64(30 * time.Millisecond)))) // not always just after a commit
	if rng.IntN(3) == 0 {
		m.leave()
		m.arrive(i + 1)
		m.counts["debtors-killed"]++
	}
	if m.program.ended() {
		r := m.program.end()
		m.Fatalf("the portal ended by itself: exit %d %s", r.code, r.err)
	}
	_ = m.program.Process.Kill()
	if r := m.program.end(); strings.Contains(r.err, `"panic"`) {
		m.violation("a panic: %s", r.err)
	}
	m.counts["killed"]++
	m.open()
}

// notices counts what has been taken. It is asked while one waits: not without a pause.
func (m *market) notices(where string) (n int) {
	m.Helper()
	time.Sleep(5 * time.Millisecond)
	return count(m.T, m.raw, "SELECT COUNT(*) FROM provider_notices "+where)
}

// retry makes everything due that could not be delivered: its sender tries for days, nobody
// here waits for them. The sandbox's clock follows the real one.
func (m *market) retry() {
	m.Helper()
	if d := time.Since(m.begin) - m.box.Now().Sub(m.begin); d > 0 {
		if err := m.box.Advance(d); err != nil {
			m.Fatal(err)
		}
	}
	m.box.Do(func(w *world.World) {
		for _, d := range w.Deliveries {
			d.Due = w.Now()
		}
	})
}

func (m *market) undelivered() (n int) {
	m.box.Do(func(w *world.World) { n = len(w.Deliveries) })
	return n
}

// close lets everything come to rest and holds the books against the provider's.
func (m *market) close() {
	m.Helper()
	m.leave()
	m.quiet()
	// Twelve days on, debits are settled and pages closed; those news come as well.
	if err := m.box.Advance(12 * 24 * time.Hour); err != nil {
		m.Fatal(err)
	}
	m.quiet()
	if err := m.program.Process.Signal(syscall.SIGTERM); err != nil {
		m.Fatal(err)
	}
	if r := m.program.end(); r.code != exitOK {
		m.violation("the portal ended with %d: %s", r.code, r.err)
	}
	m.settle()
	v := m.verified(m.site)
	slices.Sort(m.told)
	m.told = slices.Compact(m.told)
	m.counts["payments"], m.counts["notices"], m.counts["told"] = v.Payments, m.notices(""), len(m.told)
	if lost := m.notices("WHERE state NOT IN ('done', 'ignored')"); lost != 0 {
		m.violation("%d notices are not done", lost)
	}
	m.compare()
}

// quiet waits until every event was delivered.
func (m *market) quiet() {
	m.Helper()
	m.await(func() bool {
		if m.undelivered() > 0 {
			m.retry()
			time.Sleep(20 * time.Millisecond)
		}
		return m.undelivered() == 0
	})
}

// settle does what loops do later that day and the next: notices a killed process had in hand
// are taken again after two minutes, payments whose call was cut off are looked at.
func (m *market) settle() {
	m.Helper()
	for ahead := 13 * 24 * time.Hour; ahead < 20*24*time.Hour; ahead += 12 * time.Hour {
		r := m.rail(ahead)
		for {
			n, err := r.LookDue(m.Context(), m.creditor)
			if err != nil {
				m.Fatal(err)
			}
			if n == 0 {
				break
			}
		}
		if _, err := r.Sweep(m.Context(), m.creditor); err != nil {
			m.Fatal(err)
		}
		for {
			n, err := r.BookNotices(m.Context(), m.creditor)
			if err != nil {
				m.Fatal(err)
			}
			if n == 0 {
				break
			}
		}
	}
}

// compare holds every charge of the provider against the payment it belongs to, and every day
// of its account against ours.
func (m *market) compare() {
	m.Helper()
	ctx, r := m.Context(), m.rail(20*24*time.Hour)
	charged, back := map[debt.ID]debt.Cents{}, map[debt.ID]debt.Cents{}
	provider := r.Providers[m.acc.Provider]
	err := provider.Movements(ctx, m.acc, payments.Window{From: m.begin.Add(-time.Hour), To: m.begin.AddDate(0, 0, 30)}, func(mv rail.Movement) error {
		if mv.Object.Kind == rail.PayoutRef || mv.Object.ID == "" {
			return nil
		}
		f, err := provider.Fetch(ctx, m.acc, mv.Object)
		if err != nil {
			return err
		}
		if mv.Amount > 0 {
			charged[f.Attempt] += mv.Amount
		} else {
			back[f.Attempt] -= mv.Amount
		}
		return nil
	})
	if err != nil {
		m.Fatal(err)
	}
	type booked struct{ amount, returned debt.Cents }
	here := map[debt.ID]booked{}
	err = m.store.Read(ctx, m.creditor, func(t *store.Reader) error {
		for i := range payingCases {
			id, err := t.FindCase(handoverReference(i))
			if err != nil {
				return err
			}
			list, err := t.Payments(id)
			if err != nil {
				return err
			}
			for _, p := range list {
				if p.Counts() || p.Returned > 0 {
					here[p.ID] = booked{p.Amount, p.Returned}
				} else if p.Status == debt.PaymentUnknown || p.Status == debt.PaymentCreated || p.Status == debt.PaymentInFlight {
					m.violation("payment %s is still %s", p.ID, p.Status)
				}
			}
		}
		return nil
	})
	if err != nil {
		m.Fatal(err)
	}
	for id, amount := range charged {
		if got := here[id]; got != (booked{amount, back[id]}) {
			m.violation("payment %s: the provider charged %s and took back %s, here it is %+v", id, amount, back[id], got)
		}
		delete(here, id)
	}
	for id := range here {
		m.violation("payment %s is booked, the provider charged nothing", id)
	}
	for _, id := range m.told {
		if charged[debt.ID(id)] == 0 {
			m.violation("payment %s was done and is not there", id)
		}
	}
	m.counts["charged"], m.counts["taken-back"] = len(charged), len(back)
	for day := debt.DateIn(m.begin, debt.Berlin).AddDays(-1); day.Before(debt.DateIn(m.begin, debt.Berlin).AddDays(14)); day = day.AddDays(1) {
		got, list, err := r.Reconcile(ctx, m.creditor, m.acc.ID, day)
		if err != nil || got.Unexplained != 0 {
			m.violation("%s: %s unexplained, %+v, %v", day, got.Unexplained, list, err)
		}
		m.counts["movements"] += int(got.Movements)
	}
}
