package payments_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/paytest"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/storetest"
)

// counter plays a shop at random: debtors, a bank, notices that are lost, doubled and late.
type counter struct {
	*shop

	rt       *rapid.T
	attempts []rail.Attempt
	notices  []string // given by the provider, not all of them delivered
}

// TestWhateverHappensTheLedgerSaysWhatTheProviderSays plays random sequences. After every
// step the ledger is whole, and money under way touches no case; at the end, when all has
// been heard, every payment counts for exactly what the provider has of it, and hearing all
// of it again changes nothing.
func TestWhateverHappensTheLedgerSaysWhatTheProviderSays(t *testing.T) {
	n := 0
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	rapid.Check(t, func(rt *rapid.T) {
		n++
		c := &counter{shop: newNamedShop(t, s, fmt.Sprintf("p%d", n)), rt: rt}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			c.step()
			c.whole()
		}
		c.hearEverything()
		hash, text := storetest.State(t, s, c.creditor)
		for _, notice := range c.notices {
			c.deliver(notice, nil)
			c.deliver(notice, nil)
		}
		c.hearEverything()
		if again, after := storetest.State(t, s, c.creditor); again != hash {
			rt.Fatalf("hearing it again changed the ledger:\n%s\n\n%s", text, after)
		}
		c.agrees()
	})
	verified(t, s)
}

func newNamedShop(t testing.TB, s *store.Store, code string) *shop {
	t.Helper()
	return newShopOf(t, s, code, 2)
}

func (c *counter) step() {
	verbs := map[string]func(){
		"start": c.begin, "pay": c.lever((*paytest.Till).Pay), "settle": c.lever((*paytest.Till).Settle), "expire": c.lever((*paytest.Till).Expire),
		"bounce":    c.lever(func(p *paytest.Till, id debt.ID) (string, error) { return p.Bounce(id, "insufficient_funds") }),
		"refund":    c.back(rail.Refunded),
		"fail":      c.back(rail.RefundFailed),
		"withdraw":  c.back(rail.Withdrawn),
		"reinstate": c.back(rail.Reinstated),
		"deliver":   c.some, "look": c.look, "sweep": c.sweep, "wait": c.wait, "transfer": c.transfer,
	}
	names := make([]string, 0, len(verbs))
	for name := range verbs {
		names = append(names, name)
	}
	slices.Sort(names)
	verbs[rapid.SampledFrom(names).Draw(c.rt, "verb")]()
}

// begin starts a payment; what is refused for a reason changes nothing.
func (c *counter) begin() {
	w := c.wish(rapid.IntRange(0, 1).Draw(c.rt, "case"), debt.Cents(rapid.IntRange(1, 12).Draw(c.rt, "euro"))*100_00,
		rapid.SampledFrom(rail.Methods()).Draw(c.rt, "method"))
	w.Anyway = rapid.Bool().Draw(c.rt, "anyway")
	hash, _ := storetest.State(c.t, c.desk.Store, c.creditor)
	calls := c.till.Calls("cancel")
	a, err := c.rail.Start(ctx, w)
	switch {
	case err == nil:
		c.attempts = append(c.attempts, a)
	case debt.KindOf(err) == "":
		c.rt.Fatal(err)
	default:
		if now, _ := storetest.State(c.t, c.desk.Store, c.creditor); now != hash && c.till.Calls("cancel") == calls {
			c.rt.Fatalf("refused with %v, and the ledger changed", err)
		}
	}
}

func (c *counter) lever(move func(*paytest.Till, debt.ID) (string, error)) func() {
	return func() {
		if a, ok := c.any(); ok {
			c.heard(move(c.till, a.ID))
		}
	}
}

// back moves money the provider can move: not more than there is to be moved.
func (c *counter) back(kind rail.MoveKind) func() {
	return func() {
		a, ok := c.any()
		if !ok {
			return
		}
		most := a.Amount
		if kind.Sign() > 0 {
			if most = a.Amount - c.till.Credited(a.ID); most <= 0 {
				return
			}
		}
		c.heard(c.till.Back(a.ID, kind, debt.Cents(rapid.IntRange(1, int(most)).Draw(c.rt, "cents"))))
	}
}

func (c *counter) any() (rail.Attempt, bool) {
	if len(c.attempts) == 0 {
		return rail.Attempt{}, false
	}
	return rapid.SampledFrom(c.attempts).Draw(c.rt, "attempt"), true
}

func (c *counter) heard(notice string, err error) {
	if err == nil {
		c.notices = append(c.notices, notice)
	} else if !errors.Is(err, paytest.ErrLever) {
		c.rt.Fatal(err)
	}
}

// some delivers any notice, new or old.
func (c *counter) some() {
	if len(c.notices) > 0 {
		c.deliver(rapid.SampledFrom(c.notices).Draw(c.rt, "notice"), nil)
	}
}

func (c *counter) look() {
	if _, err := c.rail.LookDue(ctx, c.creditor); err != nil {
		c.rt.Fatal(err)
	}
}

func (c *counter) sweep() {
	if _, err := c.rail.Sweep(ctx, c.creditor); err != nil {
		c.rt.Fatal(err)
	}
}

func (c *counter) wait() {
	c.clock.Move(time.Duration(rapid.IntRange(1, 3000).Draw(c.rt, "minutes")) * time.Minute)
}

// transfer is money that came another way meanwhile.
func (c *counter) transfer() {
	p := c.money(rapid.IntRange(0, 1).Draw(c.rt, "case"), string(store.NewID()), debt.Cents(rapid.IntRange(1, 500_00).Draw(c.rt, "cents")), "2026-11-20")
	if _, err := c.desk.Book(ctx, c.creditor, p); err != nil {
		c.rt.Fatal(err)
	}
}

// whole checks what holds at any moment: no payment counts for more than the provider has of
// it by what has been heard, and one that has not arrived for nothing.
func (c *counter) whole() {
	for _, a := range c.attempts {
		p, moves := c.payment(a)
		booked := debt.Cents(0)
		for _, m := range moves {
			if m.State == rails.MoveBooked {
				booked += m.Kind.Sign() * m.Amount
			}
		}
		if p.Counts() && p.Net() != max(booked, 0) || !p.Counts() && booked > 0 {
			c.rt.Fatalf("payment %s is %s and counts for %s, its movements say %s", p.ID, p.Status, p.Net(), booked)
		}
	}
}

func (c *counter) payment(a rail.Attempt) (p debt.Payment, moves []rails.Move) {
	err := c.desk.Store.Read(ctx, c.creditor, func(r *store.Reader) error {
		list, err := r.LoadPayments([]debt.ID{a.ID})
		if err != nil {
			return err
		}
		all, err := rails.MovesOf(r, []debt.ID{a.ID})
		p, moves = list[a.ID], all[a.ID]
		return err
	})
	if err != nil {
		c.rt.Fatal(err)
	}
	return p, moves
}

// hearEverything lets time and loops do what lost notices did not.
func (c *counter) hearEverything() {
	for range 8 {
		c.clock.Move(8 * time.Hour)
		c.look()
		c.sweep()
		c.work()
	}
}

// agrees holds every payment against the provider.
func (c *counter) agrees() {
	for _, a := range c.attempts {
		p, _ := c.payment(a)
		credited, counts := c.till.Credited(a.ID), debt.Cents(0)
		if p.Counts() {
			counts = p.Net()
		}
		if counts != max(credited, 0) {
			c.rt.Fatalf("payment %s counts for %s, the provider has %s of it", p.ID, counts, credited)
		}
	}
	on := debt.DateIn(c.clock.Now(), debt.Berlin)
	for d := debt.MustDate("2026-11-20"); !d.After(on); d = d.AddDays(1) {
		if out, list, err := c.rail.Reconcile(ctx, c.creditor, c.account.ID, d); err != nil || out.Unexplained != 0 {
			c.rt.Fatalf("%s: %s unexplained: %+v %v", d, out.Unexplained, list, err)
		}
	}
}
