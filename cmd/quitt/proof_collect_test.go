//go:build linux

package main

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/collecting"
	"quitt/payments/sandbox/world"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/plans"
	"quitt/store/rails"
)

const (
	collected    = 15 // orders that become due in a cycle: what a second takes
	collectRate  = debt.Cents(1_00)
	collectCases = 30
)

// collector is a market whose debtors have plans: the program collects, a second process
// beside it does too, and the program is killed.
type collector struct {
	*market

	cases []debt.ID
	plans []plans.Kept
	made  int // orders
}

// TestCollectionsUnderKillAreChargedOnce: while two processes collect instalments, the program
// is killed at random moments. At the end every order was charged, each once.
func TestCollectionsUnderKillAreChargedOnce(t *testing.T) {
	prove(t, "collections-kill", 1, func(p *proof) {
		c := &collector{market: p.market()}
		c.agree()
		c.open()
		p.each(c.cycle)
		c.rest()
		c.judge()
		p.verified(c.site)
	})
}

// agree gives the first cases a mandate at the provider and a plan of small weekly instalments
// that began years ago, so that all of them are due.
func (c *collector) agree() {
	c.Helper()
	r, today := c.rail(0), debt.DateIn(c.begin, debt.Berlin)
	for i := range collectCases {
		var id debt.ID
		err := c.store.Read(c.Context(), c.creditor, func(t *store.Reader) (err error) {
			id, err = t.FindCase(handoverReference(i))
			return err
		})
		var a rail.Attempt
		if err == nil {
			a, err = r.Start(c.Context(), payments.Wish{CreditorID: c.creditor, CaseID: id, Method: debt.MethodDirectDebit, Setup: true, Language: "de",
				Pages: func(debt.ID) (string, string) { return "http://127.0.0.1/a", "http://127.0.0.1/b" }})
		}
		if err == nil {
			_, err = c.box.PayDebit(c.Context(), a.Session, world.Debit{IBAN: "DE89370400440532013000", Name: "Erika Muster", Email: "erika@example.com"})
		}
		later := c.rail(time.Minute) // an answer is believed for two seconds
		if err == nil {
			_, err = later.Look(c.Context(), c.creditor, id, a.ID)
		}
		var saved []rail.Instrument
		if err == nil {
			saved, err = collecting.New(r).Instruments(c.Context(), c.creditor, id)
		}
		if err != nil || len(saved) != 1 {
			c.Fatalf("case %d: %d mandates, %v", i, len(saved), err)
		}
		k := plans.Kept{Plan: plan.Plan{ID: store.NewID(), CaseID: id, State: debt.PlanActive, AgreedOn: today.AddDays(-1500),
			Wish: plan.Wish{Instalment: collectRate, First: today.AddDays(-1490), Rhythm: plan.Weekly}, Schedule: plan.Schedule{Interest: plan.NoInterest}},
			Method: debt.MethodDirectDebit, InstrumentID: saved[0].ID, MadeBy: "debtor", MadeAt: c.begin, AgreedAt: c.begin}
		for n := range 200 {
			k.Schedule.Instalments = append(k.Schedule.Instalments, plan.Instalment{No: n + 1, DueOn: k.Wish.First.AddDays(7 * n), Amount: collectRate})
		}
		if err := c.store.Write(c.Context(), c.creditor, func(t *store.Tx) error { return plans.Add(t, k) }); err != nil {
			c.Fatal(err)
		}
		c.cases, c.plans = append(c.cases, id), append(c.plans, k)
	}
}

// write makes the next instalment of some cases due.
func (c *collector) write(cycle int) {
	c.Helper()
	half, no := cycle%2*collected, cycle/2+1
	err := c.store.Write(c.Context(), c.creditor, func(t *store.Tx) error {
		if _, err := t.Lock(c.cases[half : half+collected]...); err != nil {
			return err
		}
		for i := half; i < half+collected; i++ {
			k := c.plans[i]
			due := k.Schedule.Instalments[no-1].DueOn
			_, err := orders.Write(t, collection.Order{ID: store.NewID(), CaseID: k.CaseID, InstrumentID: k.InstrumentID, Amount: collectRate,
				Purpose: collection.Purpose(k.ID, no, 1), DueOn: due, ToldOn: due.AddDays(-5), MadeAt: time.Now()})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.Fatal(err)
	}
	c.made += collected
}

// cycle makes orders due, waits for some progress, kills, and opens again. The leases of the
// killed run out at once: nobody here waits for minutes.
func (c *collector) cycle(i int, rng *rand.Rand) {
	c.Helper()
	before := c.charges()
	c.write(i)
	var beside sync.WaitGroup
	if rng.IntN(2) == 0 {
		second := collecting.New(c.rail(0))
		beside.Go(func() {
			if _, err := second.Work(c.Context(), c.creditor); err != nil && debt.KindOf(err) == "" {
				c.Errorf("the second process: %v", err)
			}
		})
		c.counts["beside"]++
	}
	want := rng.IntN(collected)
	c.await(func() bool { return c.program.ended() || c.charges() >= before+want })
	time.Sleep(time.Duration(rng.Int64N(int64(30 * time.Millisecond)))) // not always just after a commit
	if c.program.ended() {
		r := c.program.end()
		c.Fatalf("the portal ended by itself: exit %d %s", r.code, r.err)
	}
	_ = c.program.Process.Kill()
	if r := c.program.end(); strings.Contains(r.err, `"panic"`) {
		c.violation("a panic: %s", r.err)
	}
	beside.Wait()
	c.counts["killed"]++
	c.expire()
	c.open()
}

func (c *collector) charges() int {
	time.Sleep(3 * time.Millisecond)
	return count(c.T, c.raw, "SELECT COUNT(*) FROM attempts WHERE kind = 'charge'")
}

// expire lets leases run out and looks become due.
func (c *collector) expire() {
	c.Helper()
	for _, q := range []string{"UPDATE collection_orders SET look_at = made_at WHERE state IN ('waiting', 'calling')",
		"UPDATE attempts SET due_at = started_at WHERE due_at IS NOT NULL AND kind = 'charge' AND status IN ('created', 'unknown')"} {
		if _, err := c.raw.ExecContext(c.Context(), q); err != nil {
			c.Fatal(err)
		}
	}
}

// rest waits until the program has executed every order.
func (c *collector) rest() {
	c.Helper()
	waits := func() int {
		return count(c.T, c.raw, "SELECT COUNT(*) FROM collection_orders WHERE state IN ('waiting', 'calling')")
	}
	for range 60 {
		if waits() == 0 {
			return
		}
		c.expire()
		time.Sleep(time.Second)
	}
	c.violation("%d orders are left", waits())
}

// judge holds the provider's charges against the orders: each has one, and there are no others.
func (c *collector) judge() {
	c.Helper()
	made := map[string]int{}
	c.box.Do(func(w *world.World) {
		for _, pi := range w.Open("acct_praxis", "").All("payment_intent") {
			if pi.Sub("metadata").Str("kind") == string(rail.Charge) {
				made[pi.Sub("metadata").Str("attempt")]++
			}
		}
	})
	charged, all := 0, 0
	err := c.store.Read(c.Context(), c.creditor, func(t *store.Reader) error {
		for i, id := range c.cases {
			list, err := orders.OfCase(t, id)
			if err != nil {
				return err
			}
			for _, o := range list {
				all++
				if o.State != collection.Charged || made[string(o.AttemptID)] != 1 {
					c.violation("%s is %s %s with %d charges", o.Purpose, o.State, o.Reason, made[string(o.AttemptID)])
				}
				charged += made[string(o.AttemptID)]
			}
			attempts, err := rails.AttemptsOf(t, id)
			if err != nil {
				return err
			}
			for _, a := range attempts {
				if a.Kind == rail.Charge && a.Status != debt.PaymentInFlight && a.Status != debt.PaymentCancelled {
					c.violation("case %d: %s is %s", i, a.Purpose, a.Status)
				}
			}
		}
		return nil
	})
	if err != nil {
		c.Fatal(err)
	}
	if all != c.made || charged != c.made || len(made) != c.made {
		c.violation("%d orders written, %d there, %d charged, the provider made %d charges", c.made, all, charged, len(made))
	}
	c.counts["orders"], c.counts["charges"] = all, len(made)
}
