package scenarios_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	world "quitt/payments/sandbox/world"
	"quitt/store"
	"quitt/store/rails"
)

// kind is how the provider's news reach us.
type kind int

const (
	asListed kind = iota // each when it happened
	permuted             // all later, in any order
	doubled              // each twice, and all of them once more at the end
	dropped              // none; our own loops have to find out
	crashed              // as listed, and our process ends around a commit
)

// way is one way to play a story.
type way struct {
	kind      kind
	name      string
	perm      float64 // which of all orders; counted over the stretches between two acts of ours
	replayed  bool    // each event is answered by what was true when it happened
	blind     bool    // dropped: the provider's list of events is empty too
	blowAt    int
	blowAfter bool
}

// ordersOf is how many orders the events of one stretch have.
func ordersOf(n int) float64 { return math.Round(math.Gamma(float64(n) + 1)) }

// arrange puts a stretch into the order of a number and gives what is left of it for the next.
func arrange(list []world.Object, perm float64) ([]world.Object, float64) {
	total := ordersOf(len(list))
	rest := math.Floor(perm / total)
	perm = math.Mod(perm, total)
	from, out := append([]world.Object(nil), list...), make([]world.Object, 0, len(list))
	for n := len(from); n > 0; n-- {
		each := ordersOf(n - 1)
		i := int(perm / each)
		perm = math.Mod(perm, each)
		out = append(out, from[i])
		from = append(from[:i], from[i+1:]...)
	}
	return out, rest
}

// news takes what the provider has to tell and deals with it as the way says. Every act on
// the provider's side ends with it.
func (r *run) news() {
	r.t.Helper()
	fresh := r.newEvents()
	r.events += len(fresh)
	if r.lost || r.way.kind == dropped {
		return
	}
	if r.way.replayed {
		for _, e := range fresh {
			r.remember(e)
		}
	}
	r.pending = append(r.pending, fresh...)
	if !r.holding && r.way.kind != permuted {
		r.flush()
	}
}

// remember keeps what the provider says now of the object an event is about.
func (r *run) remember(e world.Object) {
	r.t.Helper()
	body := r.bodyOf(e)
	n, err := r.line.Notice(payments.Signed{Body: body, Signature: signature(r.secret, body, r.now()), Secrets: []debt.Personal{debt.Personal(r.secret)}, Now: r.now()})
	r.must(err)
	if n.Object.Kind == rail.PayoutRef || n.Object.ID == "" {
		return
	}
	facts, err := r.line.Provider.Fetch(ctx, r.account, n.Object)
	r.line.told[e.ID()] = answer{facts, err}
}

// flush delivers what waits, in the order of the way.
func (r *run) flush() {
	r.t.Helper()
	list := r.pending
	r.pending = nil
	if r.way.kind == permuted && len(list) > 0 {
		r.stretches = append(r.stretches, len(list))
		list, r.permLeft = arrange(list, r.permLeft)
	}
	if r.storm {
		r.burst(list)
		return
	}
	for _, e := range list {
		r.deliver(e)
		if r.way.kind == doubled {
			r.deliver(e)
			r.again = append(r.again, e)
		}
	}
}

// burst delivers everything three times from three sides at once.
func (r *run) burst(list []world.Object) {
	r.t.Helper()
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for _, e := range list {
				body := r.bodyOf(e)
				if err := r.rail.Accept(ctx, r.endpoint, body, r.sign(body)); err != nil && !r.house.blow.isDead() {
					r.errorf("accept: %v", err)
				}
				if _, err := r.rail.BookNotices(ctx, r.creditor); err != nil && !r.house.blow.isDead() {
					r.errorf("book: %v", err)
				}
			}
		})
	}
	all.Wait()
	if r.revive() {
		for _, e := range list { // nobody who was cut off had an answer
			r.deliver(e)
		}
	}
	r.work()
}

// know is said before we do something that rests on what has happened until now.
func (r *run) know() {
	r.t.Helper()
	switch {
	case r.way.kind == permuted:
		r.flush()
	case r.way.kind == dropped && !r.lost:
		r.reconcile()
	}
}

// finish ends a story: what was kept back is told, and our loops come to rest.
func (r *run) finish() {
	r.t.Helper()
	r.later(time.Hour)
	r.holding = false
	r.flush()
	for _, e := range r.again {
		r.deliver(e)
	}
	if r.way.kind == dropped || r.lost {
		r.reconcile()
	}
	for range 6 {
		depth, err := r.rail.QueueOf(ctx, r.creditor)
		r.must(err)
		if depth.Waiting == 0 {
			break
		}
		r.pass(4 * time.Minute)
		r.work()
	}
	if r.plan != "" {
		r.execute()
	}
	if r.house.blow.heal() {
		r.t.Fatalf("%s: the blow fell and nobody noticed", r.way.name)
	}
}

// deliver brings one event to our address and lets the loop book it.
func (r *run) deliver(e world.Object) {
	r.t.Helper()
	r.post(r.bodyOf(e), e.ID())
}

func (r *run) bodyOf(e world.Object) []byte {
	body, err := json.Marshal(e)
	if err != nil {
		r.t.Error(err)
	}
	return body
}

// post is deliver for any bytes: like the provider it comes again until it is taken.
func (r *run) post(body []byte, event string) {
	r.t.Helper()
	for try := 1; ; try++ {
		err := r.rail.Accept(ctx, r.endpoint, body, r.sign(body))
		if fell := r.revive(); err == nil {
			break
		} else if !fell || try > 3 {
			r.must(err)
		}
	}
	if r.way.replayed {
		r.line.replay = event
	}
	r.work()
	r.line.replay = ""
}

// sign does what the provider does. While a secret is being replaced, every second one is
// signed with the old one alone: by a process of the provider's that does not know better.
func (r *run) sign(body []byte) string {
	if n := r.signed.Add(1); r.oldSecret != "" && n%2 == 0 {
		return signature(r.oldSecret, body, r.now())
	}
	return signature(r.secret, body, r.now())
}

// signature is a Stripe-Signature header.
func signature(secret string, body []byte, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return fmt.Sprintf("t=%s,v1=%s,v0=%064d", t, hex.EncodeToString(mac.Sum(nil)), 0)
}

// work runs the loop of notices until it has nothing to do.
func (r *run) work() {
	r.t.Helper()
	for range 50 {
		n, err := r.rail.BookNotices(ctx, r.creditor)
		if !r.revive() && !r.faulty {
			r.must(err)
		}
		if n == 0 {
			return
		}
	}
	r.t.Fatalf("%s: notices without an end", r.way.name)
}

// reconcile lets our loops look for themselves for three quarters of an hour, longer if the
// provider is disturbed.
func (r *run) reconcile() {
	r.t.Helper()
	rounds := 3
	if r.faulty {
		rounds = 8
	}
	for range rounds {
		r.pass(16 * time.Minute)
		r.loops()
	}
}

// loops is one round of everything that runs beside the notices.
func (r *run) loops() {
	r.t.Helper()
	for _, loop := range []func() (int, error){
		func() (int, error) { return r.rail.LookDue(ctx, r.creditor) },
		func() (int, error) { return r.rail.CallRefunds(ctx, r.creditor) },
		func() (int, error) { return r.rail.Sweep(ctx, r.creditor) },
		func() (int, error) { return r.orders.Work(ctx, r.creditor) },
	} {
		if _, err := loop(); !r.revive() && !r.faulty {
			r.must(err)
		}
	}
	r.work()
}

// revive starts our process again if it has ended, and gives its loops the time to mop up.
func (r *run) revive() bool {
	r.t.Helper()
	if !r.house.blow.heal() {
		return false
	}
	r.crashed = true
	r.open()
	for range 2 {
		r.pass(3 * time.Minute)
		for _, loop := range []func() (int, error){
			func() (int, error) { return r.rail.LookDue(ctx, r.creditor) },
			func() (int, error) { return r.rail.CallRefunds(ctx, r.creditor) },
			func() (int, error) { return r.rail.BookNotices(ctx, r.creditor) },
			func() (int, error) { return r.orders.Work(ctx, r.creditor) },
		} {
			if _, err := loop(); !r.faulty && !errors.Is(err, payments.ErrRefused) {
				r.must(err)
			}
		}
	}
	return true
}

// pass lets time go by that the story does not tell of.
func (r *run) pass(d time.Duration) {
	r.t.Helper()
	r.must(r.sandbox.Advance(d))
	if r.way.kind != dropped {
		r.gather()
	}
}

// gather takes what happened while time passed without telling it yet.
func (r *run) gather() {
	fresh := r.newEvents()
	r.events += len(fresh)
	if !r.lost {
		r.pending = append(r.pending, fresh...)
	}
}

// later goes on with the story after a while, at the time it has in every way.
func (r *run) later(d time.Duration) {
	r.t.Helper()
	r.last = r.last.Add(d)
	if wait := r.last.Sub(r.sandbox.Now()); wait > 0 {
		r.must(r.sandbox.Advance(wait))
	}
	r.news()
}

// at is later, counted from the beginning.
func (r *run) at(d time.Duration) {
	r.t.Helper()
	r.later(r.first.Add(d).Sub(r.last))
}

// quarantined are the notices of this run that a person has to look at.
func (r *run) quarantined() (list []rails.Notice) {
	r.t.Helper()
	r.must(r.house.store.Read(ctx, "", func(t *store.Reader) error {
		all, err := rails.Quarantine(t, 1000)
		for _, n := range all {
			if n.Owner == r.creditor || n.External == r.account.External {
				list = append(list, n)
			}
		}
		return err
	}))
	return list
}

// reverse turns round what is kept back.
func (r *run) reverse() { slices.Reverse(r.pending) }
