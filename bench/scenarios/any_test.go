package scenarios_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	world "quitt/payments/sandbox/world"
	"quitt/store"
	"quitt/store/rails"
)

// drawn is a test whose failures belong to what was drawn, so that it can be made smaller.
type drawn struct {
	testing.TB

	r *rapid.T
}

func (d drawn) Helper()                           {}
func (d drawn) Error(args ...any)                 { d.r.Error(args...) }
func (d drawn) Errorf(format string, args ...any) { d.r.Errorf(format, args...) }
func (d drawn) Fatal(args ...any)                 { d.r.Fatal(args...) }
func (d drawn) Fatalf(format string, args ...any) { d.r.Fatalf(format, args...) }
func (d drawn) FailNow()                          { d.r.FailNow() }

// chance is a story nobody has written: acts of the debtor, the bank, the operator and the
// mail, in any order.
type chance struct {
	*run

	draw     *rapid.T
	begun    []rail.Attempt
	disputes []string
	all      []world.Object // every event there was
	n        int            // of refunds and transfers
}

// How many stories are made up: a few in every test run, more in a proof.
const fewStories, manyStories = "12", "600"

func TestScenariosByChanceBreakNoLedger(t *testing.T) {
	checks := fewStories
	if os.Getenv(EnvProof) != "" {
		checks = manyStories
	}
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set(checks); err != nil {
			t.Fatal(err)
		}
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, engine)
			rapid.Check(t, func(d *rapid.T) {
				r := newRun(drawn{t, d}, h, scenario{id: "any"}, way{kind: asListed, name: "by chance"})
				defer func() { _ = r.sandbox.Close() }()
				c := &chance{run: r, draw: d}
				c.holding = true
				for range rapid.IntRange(5, 40).Draw(d, "acts") {
					c.act()
					c.holds()
				}
				c.ends()
			})
			h.verified(t)
		})
	}
}

// act does one thing. One in four times our process ends around a commit of it.
func (c *chance) act() {
	if rapid.IntRange(0, 3).Draw(c.draw, "blow") == 0 {
		c.house.blow.arm(rapid.IntRange(1, 6).Draw(c.draw, "commit"), rapid.Bool().Draw(c.draw, "after"))
	}
	acts := []func(){c.begins, c.begins, c.pays, c.pays, c.waits, c.complains, c.decides, c.givesBack, c.givesBackElsewhere, c.hears, c.hears, c.hears, c.loses, c.watches, c.collects}
	acts[rapid.IntRange(0, len(acts)-1).Draw(c.draw, "act")]()
	c.revive()
	c.house.blow.arm(0, false)
	c.news()
}

// tolerated are the ways in which a button may say no.
func (c *chance) tolerated(err error, keys ...string) {
	var de *debt.Error
	if err == nil {
		return
	}
	if !errors.As(err, &de) || !strings.Contains(" "+strings.Join(keys, " ")+" ", " "+de.Key+" ") {
		c.t.Fatalf("refused with %v", err)
	}
}

// begins is the debtor pressing the button, with or without a debit under way.
func (c *chance) begins() {
	w := c.wish(debt.Cents(rapid.SampledFrom([]int64{10_00, 40_00, 60_00, 100_00}).Draw(c.draw, "amount")),
		rapid.SampledFrom([]debt.Method{debt.MethodCard, debt.MethodDirectDebit}).Draw(c.draw, "method"))
	w.Anyway, w.Save = rapid.Bool().Draw(c.draw, "anyway"), rapid.Bool().Draw(c.draw, "save")
	a, err := c.rail.Start(ctx, w)
	if c.revive() {
		return
	}
	c.tolerated(err, "payment_in_flight", "payment_being_checked", "payment_starting", "case_not_payable", "payment_amount_range")
	if err == nil {
		c.add(a)
		if rapid.IntRange(0, 3).Draw(c.draw, "leaves") != 0 {
			c.pay(a)
		}
	}
}

func (c *chance) add(a rail.Attempt) {
	for _, b := range c.begun {
		if a.ID == b.ID {
			return
		}
	}
	c.begun = append(c.begun, a)
}

// pick draws one of the attempts; ok is false as long as there is none.
func (c *chance) pick() (a rail.Attempt, ok bool) {
	if len(c.begun) == 0 {
		return a, false
	}
	return rapid.SampledFrom(c.begun).Draw(c.draw, "attempt"), true
}

// pays is the debtor on the provider's page. Also one that is closed for us may be paid, if
// the provider still has it open.
func (c *chance) pays() {
	if a, ok := c.pick(); ok {
		c.pay(a)
	}
}

func (c *chance) pay(a rail.Attempt) {
	c.later(10 * time.Second)
	if a.Method == debt.MethodCard {
		_, _ = c.sandbox.PayCard(ctx, a.Session, typed(rapid.SampledFrom([]string{goodCard, badCard, slowRefund, failedRefund}).Draw(c.draw, "card")))
		return
	}
	_, _ = c.sandbox.PayDebit(ctx, a.Session, world.Debit{IBAN: rapid.SampledFrom([]string{goodIBAN, emptyIBAN}).Draw(c.draw, "iban"),
		Name: "Erika Muster", Email: "erika@example.com"})
}

func (c *chance) waits() {
	c.later(rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, day, 3 * day, 9 * day}).Draw(c.draw, "time"))
}

// charged draws one of the attempts for which the provider has a charge, and gives its id.
func (c *chance) charged() (a rail.Attempt, charge string) {
	var list []rail.Attempt
	charges := map[debt.ID]string{}
	c.world(func(_ *world.World, acc *world.Account) {
		for _, pi := range acc.All("payment_intent") {
			charges[debt.ID(pi.Sub("metadata").Str("attempt"))] = pi.Str("latest_charge")
		}
	})
	for _, a := range c.begun {
		if charges[a.ID] != "" {
			list = append(list, a)
		}
	}
	if len(list) == 0 {
		return a, ""
	}
	a = rapid.SampledFrom(list).Draw(c.draw, "charged")
	return a, charges[a.ID]
}

// complains is the debtor at the bank, decides the bank, as far as the provider lets them.
func (c *chance) complains() {
	_, charge := c.charged()
	if charge == "" {
		return
	}
	claim := world.Claim{Reason: "general", Amount: rapid.SampledFrom([]int64{0, 5_00}).Draw(c.draw, "disputed"), Inquiry: rapid.IntRange(0, 4).Draw(c.draw, "inquiry") == 0}
	c.world(func(_ *world.World, acc *world.Account) {
		if dp, err := acc.Dispute(charge, claim); err == nil {
			c.disputes = append(c.disputes, dp.ID())
		}
	})
}

func (c *chance) decides() {
	if len(c.disputes) == 0 {
		return
	}
	id, won := rapid.SampledFrom(c.disputes).Draw(c.draw, "dispute"), rapid.Bool().Draw(c.draw, "won")
	c.world(func(_ *world.World, acc *world.Account) { _ = acc.EndDispute(id, won) })
}

// givesBack is our operator, givesBackElsewhere the creditor in the provider's own pages.
func (c *chance) givesBack() {
	a, charge := c.charged()
	if charge == "" {
		return
	}
	c.n++
	o := payments.RefundOrder{CreditorID: c.creditor, PaymentID: a.ID, ID: orderID(a.ID, c.n), Amount: rapid.SampledFrom([]debt.Cents{3_00, a.Amount}).Draw(c.draw, "back")}
	_, err := c.rail.Refund(ctx, o)
	if !c.revive() {
		c.tolerated(err, "refund_too_large", "refund_too_early", "refund_disputed", "provider_refused")
	}
}

func (c *chance) givesBackElsewhere() {
	_, charge := c.charged()
	if charge == "" {
		return
	}
	form := world.Form{"charge": charge}
	if rapid.Bool().Draw(c.draw, "part") {
		form["amount"] = "200"
	}
	c.world(func(_ *world.World, acc *world.Account) { _, _ = acc.NewRefund("", form) })
}

// collects is a scheduler with whatever the debtor has left there.
func (c *chance) collects() {
	var list []rail.Instrument
	c.must(c.house.store.Read(ctx, c.creditor, func(t *store.Reader) (err error) {
		list, err = rails.Instruments(t, c.caseID)
		return err
	}))
	if len(list) == 0 {
		return
	}
	c.n++
	i := list[rapid.IntRange(0, len(list)-1).Draw(c.draw, "instrument")]
	_, err := c.rail.Collect(ctx, c.collection(i, fmt.Sprintf("%s/%d", c.caseID, c.n), 15_00))
	if !c.revive() {
		c.tolerated(err, "nothing_to_collect", "instrument_unusable", "attempt_open")
	}
}

// hears is the mail: any event that is on its way, once or twice.
func (c *chance) hears() {
	if len(c.pending) == 0 {
		return
	}
	i := rapid.IntRange(0, len(c.pending)-1).Draw(c.draw, "event")
	e := c.pending[i]
	c.pending = append(c.pending[:i:i], c.pending[i+1:]...)
	for range rapid.IntRange(1, 2).Draw(c.draw, "times") {
		c.deliver(e)
	}
}

// loses drops an event for good; our loops will have to do without.
func (c *chance) loses() {
	if len(c.pending) > 0 {
		i := rapid.IntRange(0, len(c.pending)-1).Draw(c.draw, "lost")
		c.pending = append(c.pending[:i:i], c.pending[i+1:]...)
	}
}

// watches lets our own loops run once, or the debtor return.
func (c *chance) watches() {
	if a, ok := c.pick(); ok && rapid.Bool().Draw(c.draw, "debtor") {
		_, err := c.rail.Look(ctx, c.creditor, a.CaseID, a.ID)
		if !c.revive() {
			c.must(err)
		}
		return
	}
	c.pass(16 * time.Minute)
	c.loops()
}

// holds checks what is true at any moment.
func (c *chance) holds() {
	c.must(c.house.store.Read(ctx, c.creditor, func(t *store.Reader) error {
		f, err := t.LoadFile(c.caseID)
		if err != nil {
			return err
		}
		list, err := rails.AttemptsOf(t, c.caseID)
		if err != nil {
			return err
		}
		var ids []debt.ID
		for _, a := range list {
			c.add(a)
			ids = append(ids, a.ID)
		}
		moves, err := rails.MovesOf(t, ids)
		if err != nil {
			return err
		}
		var credited debt.Cents
		for _, a := range list {
			credited += c.creditOf(a, moves[a.ID])
		}
		b := f.Balance()
		if owed := 100_00 - credited; b.Total()-b.Overpaid != owed {
			c.t.Fatalf("credited %s of 100.00, open %s, overpaid %s", credited, b.Total(), b.Overpaid)
		}
		return nil
	}))
}

// creditOf adds up what the movements of an attempt leave, and checks that none is there
// twice and each is the provider's.
func (c *chance) creditOf(a rail.Attempt, moves []rails.Move) (sum debt.Cents) {
	seen := map[string]bool{}
	for _, m := range moves {
		key := string(m.Kind) + "/" + m.ID
		if seen[key] {
			c.t.Fatalf("%s is there twice", key)
		}
		seen[key] = true
		if m.State != rails.MoveBooked || m.Kind == rail.Fee {
			continue
		}
		sum += m.Kind.Sign() * m.Amount
		c.world(func(_ *world.World, acc *world.Account) {
			if bt := acc.Find(m.Transaction); bt == nil || max(bt.Num("amount"), -bt.Num("amount")) != int64(m.Amount) {
				c.t.Fatalf("%s of %s is not the provider's", key, m.Amount)
			}
		})
	}
	if sum > a.Amount {
		c.t.Fatalf("%s credited of an attempt of %s", sum, a.Amount)
	}
	return max(sum, 0) // what went back beyond it is no part of the claim
}

// ends delivers what is left, lets the loops run, and holds the ledger against the provider's
// books. After that everything again changes nothing.
func (c *chance) ends() {
	c.later(20 * day) // refunds and debits come to their end, also over the turn of the year
	c.all = nil
	c.world(func(_ *world.World, a *world.Account) { c.all = a.AllEvents() })
	c.holding = false
	c.flush()
	for range 2 {
		c.reconcile()
	}
	c.holds()
	truth, got := c.truth(), debt.Cents(0)
	c.must(c.house.store.Read(ctx, c.creditor, func(t *store.Reader) error {
		f, err := t.LoadFile(c.caseID)
		if err == nil {
			got = 100_00 - f.Balance().Total() + f.Balance().Overpaid
		}
		return err
	}))
	if got != truth {
		c.t.Fatalf("credited %s, by the provider's books %s\n%s", got, truth, c.figures())
	}
	for _, line := range c.attempts() {
		if word := strings.Fields(line)[2]; word == "created" || word == "unknown" || word == "started" || word == "in_flight" {
			c.t.Fatalf("three weeks later: %s", line)
		}
	}
	before := c.state()
	for _, e := range c.all {
		c.deliver(e)
	}
	c.reconcile()
	if after := c.state(); after != before {
		c.t.Fatalf("told again it says\n%s\nbefore\n%s", after, before)
	}
}

// truth is what the provider's objects leave of the debtor's money.
func (c *chance) truth() (sum debt.Cents) {
	c.world(func(_ *world.World, acc *world.Account) {
		for _, ch := range acc.All("charge") {
			if ch.Str("status") != "succeeded" {
				continue
			}
			left := ch.Num("amount")
			for _, re := range acc.All("refund") {
				if re.Str("charge") == ch.ID() && re.Str("status") == "succeeded" {
					left -= re.Num("amount")
				}
			}
			for _, dp := range acc.All("dispute") {
				if dp.Str("charge") != ch.ID() {
					continue
				}
				bts, _ := dp["balance_transactions"].([]any)
				for _, id := range bts {
					id, _ := id.(string)
					left += acc.Find(id).Num("amount")
				}
			}
			sum += debt.Cents(max(left, 0))
		}
	})
	return sum
}
