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
		steps := p.rows / 5
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
			if trouble == "" && i%8 == 3 { // anywhere, also before the first booking: nothing is claimed
				time.Sleep(time.Duration(rng.Int64N(int64(600 * time.Millisecond))))
			} else {
				p.booking(s, ps, trouble, 1+rng.IntN(steps))
			}
			time.Sleep(time.Duration(rng.Int64N(int64(4 * time.Millisecond)))) // not always just after an answer
			_ = ps.Process.Kill()
			p.booked(s, ps.end(), p.seed+uint64(i))
		})
	})
}

// booking waits until the child has acknowledged a number of steps, in the meantime makes
// its trouble, and does not end before that has struck: the child books until it is killed.
func (p *proof) booking(s site, ps *process, trouble string, steps int) {
	p.Helper()
	acknowledged := func(n int) func() bool {
		return func() bool { return ps.ended() || ps.out.lines("ok ") >= n }
	}
	for n := 0; trouble == "terminate" && n < steps; n += 20 {
		p.await(acknowledged(n))
		p.sql(terminateSQL+" ORDER BY pid LIMIT 1", s.name)
	}
	p.await(acknowledged(steps))
	if trouble == "lose" {
		p.await(func() bool { return ps.ended() || strings.Contains(ps.out.String(), " outcome_unknown\n") })
	}
	if ps.ended() {
		r := ps.end()
		p.Fatalf("the child ended by itself: exit %d, %s%s", r.code, r.out, r.err)
	}
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
