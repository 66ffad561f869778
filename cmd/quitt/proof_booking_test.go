//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/payments"
	"quitt/store"
	"quitt/store/storetest"
)

const (
	bookedCases   = 20
	bookedWorkers = 4
)

// ledgerSite is a desk on a database with the creditor and the cases of the proof.
type ledgerSite struct {
	desk     payments.Desk
	creditor debt.ID
	cases    []debt.ID
}

func openLedger(ctx context.Context, databaseURL string) (*ledgerSite, error) {
	s, err := store.Open(ctx, store.Options{URL: databaseURL})
	if err != nil {
		return nil, err
	}
	l := &ledgerSite{desk: payments.Desk{Store: s, Now: storetest.Clock}}
	err = s.Read(ctx, "", func(r *store.Reader) error {
		c, err := r.LoadCreditor("praxis")
		l.creditor = c.ID
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, s.Read(ctx, l.creditor, func(r *store.Reader) error {
		l.cases = nil
		for i := range bookedCases {
			id, err := r.FindCase(fmt.Sprintf("K-%05d", i))
			if err != nil {
				return err
			}
			l.cases = append(l.cases, id)
		}
		return nil
	})
}

func paymentKey(n int) debt.Key {
	return debt.Key{Source: directSource, ExternalID: "P" + strconv.Itoa(n)}
}

// reverses reports whether step n takes a payment back, and which. Both steps belong to the
// same worker, so the payment was acknowledged before.
func reverses(n int) (int, bool) { return n - bookedWorkers, n%8 == 7 }

// step does step n of a seed's plan, which is the same in the child and in the proof.
func (l *ledgerSite) step(ctx context.Context, seed uint64, n int) (payments.Receipt, error) {
	if target, ok := reverses(n); ok {
		return l.desk.Reverse(ctx, l.creditor, payments.Reversal{Payment: paymentKey(target),
			Key: debt.Key{Source: directSource, ExternalID: "R" + strconv.Itoa(n)}, Reason: "returned"})
	}
	rng := rand.New(rand.NewPCG(seed, uint64(n)))
	p := debt.Payment{CaseID: l.cases[rng.IntN(len(l.cases))], Method: debt.MethodDirect, Source: directSource,
		ExternalID: paymentKey(n).ExternalID, Amount: debt.Cents(1 + rng.IntN(5_00)), ReceivedOn: debt.MustDate("2026-11-22")}
	if rng.IntN(5) == 0 {
		p.ReceivedOn = p.ReceivedOn.AddDays(-1 - rng.IntN(200))
	}
	return l.desk.Book(ctx, l.creditor, p)
}

// bookUntilKilled is the child: it books as fast as it can and says what it tries, what
// was lost on the way and what is acknowledged, each in one write.
func bookUntilKilled() {
	ctx := context.Background()
	say := func(format string, args ...any) { _, _ = os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n") }
	seed, err := strconv.ParseUint(os.Getenv(envSeed), 10, 64)
	var l *ledgerSite
	for range 10 { // its server may go away while it starts
		if l, err = openLedger(ctx, os.Getenv("DATABASE_URL")); debt.KindOf(err) != debt.Unavailable {
			break
		}
	}
	if err != nil {
		say("fail -1 %v", err)
		os.Exit(1)
	}
	var workers sync.WaitGroup
	for w := range bookedWorkers {
		workers.Go(func() {
			for n := w; ; n += bookedWorkers {
				say("try %d", n)
				_, err := l.step(ctx, seed, n)
				for debt.KindOf(err) == debt.Unavailable {
					var e *debt.Error
					errors.As(err, &e)
					say("lost %d %s", n, e.Key)
					_, err = l.step(ctx, seed, n)
				}
				if err != nil {
					say("fail %d %v", n, err)
					os.Exit(1)
				}
				say("ok %d", n)
			}
		})
	}
	workers.Wait()
}

// TestAnAcknowledgedBookingSurvivesKill: what was acknowledged is there exactly once, what
// was not is there at most once, and booking it again is safe.
func TestAnAcknowledgedBookingSurvivesKill(t *testing.T) {
	prove(t, "booking-kill", 1, func(p *proof) {
		p.rows = bookedCases
		p.must(p.template, "import", p.handovers(bookedCases), "--creditor", "praxis")
		self, err := os.Executable()
		if err != nil {
			p.Fatal(err)
		}
		p.each(func(i int, rng *rand.Rand) {
			s := p.copy()
			defer p.drop(s)
			childURL, trouble := s.url, ""
			if p.engine == "postgres" {
				trouble = []string{"", "terminate", "lose"}[i%3]
			}
			if trouble == "lose" {
				via := startLossy(p, s.url, rng.Uint64())
				defer via.close()
				childURL = via.url
			}
			ps := p.startAs(exec.Command(self), site{url: childURL}, envChild+"=booking", envSeed+"="+strconv.FormatUint(p.seed+uint64(i), 10))
			deadline := time.Now().Add(30*time.Millisecond + time.Duration(rng.Int64N(int64(600*time.Millisecond))))
			for trouble == "terminate" && time.Now().Before(deadline) {
				time.Sleep(time.Duration(20+rng.IntN(60)) * time.Millisecond)
				p.sql(terminateSQL+" ORDER BY pid LIMIT 1", s.name)
			}
			time.Sleep(time.Until(deadline))
			_ = ps.Process.Kill()
			p.booked(s, ps.end(), p.seed+uint64(i))
		})
		if hits := p.counts["kills-while-booking"]; hits*3 < p.cycles {
			p.Errorf("only %d of %d kills hit a booking child", hits, p.cycles)
		}
		if p.engine == "postgres" && p.counts["lost-outcome_unknown"] == 0 {
			p.Errorf("no outcome was unknown: %v", p.counts)
		}
	})
}

// said is what a child printed: the steps it tried and those it acknowledged.
func (p *proof) said(r result) (acknowledged map[int]bool) {
	p.Helper()
	acknowledged = map[int]bool{}
	lines := strings.Split(r.out, "\n")
	for _, line := range lines[:len(lines)-1] { // a line the kill cut short was not said
		words := strings.Fields(line)
		n, err := strconv.Atoi(words[1])
		if err != nil {
			p.Fatal(err)
		}
		switch words[0] {
		case "try":
			acknowledged[n] = false
		case "ok":
			acknowledged[n] = true
		case "lost":
			p.counts["lost-"+words[2]]++
		default:
			p.violation("child: %s", line)
		}
	}
	return acknowledged
}

// settled waits until the server has noticed that its client is gone: until then a commit
// may still be on its way.
func (p *proof) settled(s site) {
	p.Helper()
	for range 500 {
		n := 0
		err := p.admin().QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = $1`, s.name).Scan(&n)
		if err != nil {
			p.Fatal(err)
		}
		if n == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.Fatal("the server keeps the connections of a killed client")
}

func (p *proof) booked(s site, r result, seed uint64) {
	p.Helper()
	ctx := context.Background()
	if p.engine == "postgres" {
		p.settled(s)
	}
	steps := p.said(r)
	if len(steps) > 0 {
		p.counts["kills-while-booking"]++
	}
	before := p.verified(s)
	l, err := openLedger(ctx, s.url)
	if err != nil {
		p.Fatal(err)
	}
	defer func() {
		if err := l.desk.Store.Close(); err != nil {
			p.Error(err)
		}
	}()
	there := map[int]bool{}
	payments := 0
	for n, acknowledged := range steps {
		there[n] = p.there(ctx, l, n)
		if acknowledged {
			p.counts["acknowledged"]++
		}
		if acknowledged && !there[n] {
			p.violation("step %d was acknowledged and is not there", n)
		}
		if _, reversal := reverses(n); there[n] && !reversal {
			payments++
		}
	}
	if before.Payments != payments {
		p.violation("%d payments stored, %d known", before.Payments, payments)
	}
	p.bookAgain(ctx, l, seed, steps, there)
	after := p.verified(s)
	payments = 0
	for n := range steps {
		if _, reversal := reverses(n); !reversal {
			payments++
		}
	}
	if after.Payments != payments {
		p.violation("%d payments after booking again, want %d", after.Payments, payments)
	}
}

// there looks a step up by its business key.
func (p *proof) there(ctx context.Context, l *ledgerSite, n int) bool {
	p.Helper()
	target, reversal := reverses(n)
	if !reversal {
		target = n
	}
	var found debt.Payment
	err := l.desk.Store.Read(ctx, l.creditor, func(r *store.Reader) (err error) {
		found, err = r.LoadPayment(paymentKey(target))
		return err
	})
	if err != nil && debt.KindOf(err) != debt.NotFound {
		p.Fatal(err)
	}
	return err == nil && (!reversal || found.Status == debt.PaymentReversed)
}

// bookAgain repeats every unacknowledged step and one acknowledged one: what was there says
// so, what was not is booked now, and a third time changes nothing.
func (p *proof) bookAgain(ctx context.Context, l *ledgerSite, seed uint64, steps, there map[int]bool) {
	p.Helper()
	sample := true
	for n, acknowledged := range steps {
		if acknowledged && !sample {
			continue
		}
		if acknowledged {
			sample = false
		} else {
			p.counts["unacknowledged"]++
			if there[n] {
				p.counts["unacknowledged-but-stored"]++
			}
		}
		for _, repeated := range []bool{there[n], true} {
			if r, err := l.step(ctx, seed, n); err != nil || r.Repeated != repeated {
				p.violation("step %d again: repeated %t, want %t, %v", n, r.Repeated, repeated, err)
			}
		}
	}
}

// viaProxy gives the URL of the same database behind another address.
func viaProxy(raw, address string) (direct, proxied string, err error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", "", err
	}
	direct, u.Host = u.Host, address
	return direct, u.String(), nil
}
