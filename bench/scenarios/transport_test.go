package scenarios_test

import (
	"fmt"
	"strings"
	"time"

	"quitt/debt"
	"quitt/payments/sandbox"
	world "quitt/payments/sandbox/world"
	"quitt/store"
	"quitt/store/rails"
)

// transport is what happens between the provider's events and us, and the money it pays out.
func transport() []scenario {
	paid := "open 0.00, fees 1.75, clearing 98.25; card 100.00 succeeded"
	out := "open 0.00, fees 1.75, remitted 98.25; card 100.00 succeeded"
	silent := map[kind]string{permuted: nothingToOrder, doubled: "nothing is told, so nothing can be told twice"}
	return []scenario{
		{id: "F1", says: "Forged, old, future and missing signatures, an empty body and one of 2 MB", ends: paid, play: forgeries},
		{id: "F2", says: "The secret is changed; events signed with the old and the new one come", ends: paid, play: func(r *run) {
			a := r.card(100_00)
			r.rotate()
			r.payCard(a, goodCard)
		}},
		{id: "F3", says: "Events of a newer version, of none, of an unknown type, and one with ids only", ends: paid, play: strangeEvents},
		{id: "F4", says: "The provider answers the question after an event with 429, 500, nonsense and not at all", ends: paid, play: func(r *run) {
			a := r.card(100_00)
			r.holding = true
			r.payCard(a, goodCard)
			r.faults(sandbox.Fault{Kind: sandbox.FaultRateLimit, Method: "GET", Times: 2}, sandbox.Fault{Kind: sandbox.Fault500, Method: "GET", Times: 2},
				sandbox.Fault{Kind: sandbox.FaultGarbage, Method: "GET", Times: 1}, sandbox.Fault{Kind: sandbox.FaultResetBefore, Method: "GET", Times: 1})
		}},
		{id: "F5", says: "An event about an object the provider does not know: an hour of tries, then quarantine", ends: "open 100.00", play: unknownObject,
			not: map[kind]string{permuted: "one event has one order", dropped: nothingToDrop}},
		{id: "F6", says: "Our address is down for four days", ends: out, not: silent, play: func(r *run) {
			a := r.card(100_00)
			r.lost = true
			r.payCard(a, goodCard)
			r.at(4 * day)
		}},
		{id: "F7", says: "It is down for 35 days; the provider keeps events for 30",
			ends: "open 100.00, fees 21.75, clearing -21.75; card 100.00 reversed, task payment_returned 100.00", not: silent, play: func(r *run) {
				a := r.card(100_00)
				r.lost = true
				r.payCard(a, goodCard)
				r.at(2 * day)
				r.dispute(a, world.Claim{Reason: "fraudulent"})
				r.at(35 * day)
			}},
		{id: "F8", says: "Payment, refund, dispute and payout: each day is compared to the cent",
			ends: "open 90.00, fees 21.75, clearing -80.00, remitted 68.25; card 100.00 reversed, refund 30.00 asked, task payment_returned 60.00", play: threeDays},
		{id: "F9", says: "A payout was paid and comes back", ends: strings.Replace(out, "remitted", "clearing", 1), play: func(r *run) {
			r.payCard(r.card(100_00), goodCard)
			r.at(5 * day)
			r.shows(out)
			r.provider(func(acc *world.Account) *world.Error {
				return acc.FailPayout(acc.All("payout")[0].ID(), "account_closed")
			})
		}},
		{id: "F10", says: "Another creditor's account has the same ids; its events come to our address", ends: paid, play: neighbours},
		{id: "F11", says: "The process forgets all it had in memory between two events; it keeps nothing in Redis", ends: paid, play: func(r *run) {
			a := r.card(100_00)
			r.holding = true
			r.payCard(a, goodCard)
			if r.way.kind == asListed || r.way.kind == doubled {
				for _, e := range r.pending {
					r.open()
					r.deliver(e)
				}
			}
			r.open()
		}},
	}
}

// forgeries must leave nothing behind.
func forgeries(r *run) {
	a := r.card(100_00)
	r.holding = true
	r.payCard(a, goodCard)
	body := []byte(`{"id":"evt_forged","object":"event","type":"payment_intent.succeeded","created":1764000000,"data":{"object":{"id":"pi_1","object":"payment_intent"}}}`)
	large := append(append([]byte(nil), body...), make([]byte, 2<<20)...)
	now := r.now()
	for what, c := range map[string]struct {
		body      []byte
		signature string
	}{
		"another secret":   {body, signature("whsec_somebody_elses_secret", body, now)},
		"an hour old":      {body, signature(r.secret, body, now.Add(-time.Hour))},
		"an hour ahead":    {body, signature(r.secret, body, now.Add(time.Hour))},
		"a year ahead":     {body, signature(r.secret, body, now.AddDate(1, 0, 0))},
		"none":             {body, ""},
		"of another body":  {append([]byte(" "), body...), signature(r.secret, body, now)},
		"an empty secret":  {body, signature("", body, now)},
		"empty, unsigned":  {nil, ""},
		"empty, signed":    {nil, signature(r.secret, nil, now)},
		"two megabytes":    {large, signature(r.secret, large, now)},
		"gzip":             {[]byte("\x1f\x8b\x08\x00"), signature(r.secret, []byte("\x1f\x8b\x08\x00"), now)},
		"a page, signed":   {[]byte("<html>"), signature(r.secret, []byte("<html>"), now)},
		"no JSON, signed":  {body[:20], signature(r.secret, body[:20], now)},
		"a long signature": {body, signature(r.secret, body, now) + strings.Repeat(",v1=00", 4096)},
	} {
		r.refused("notice_forged", func() error {
			err := r.rail.Accept(ctx, r.endpoint, c.body, c.signature)
			if err == nil {
				err = fmt.Errorf("%s is accepted", what)
			}
			return err
		})
	}
	r.refused("endpoint_unknown", func() error { return r.rail.Accept(ctx, strings.Repeat("0", 32), body, r.sign(body)) })
	if depth, err := r.rail.QueueOf(ctx, r.creditor); err != nil || depth.Waiting != 0 || len(r.quarantined()) != 0 {
		r.errorf("something was kept: %+v %v", depth, err)
	}
}

// rotate changes the secret on both sides. From here on every second event is signed with the
// old one.
func (r *run) rotate() {
	r.t.Helper()
	old := r.secret
	r.world(func(_ *world.World, a *world.Account) {
		secret, err := a.Rotate(r.endpointID)
		if err != nil {
			r.must(err)
		}
		r.secret = secret
	})
	sealed, err := r.house.vault.Seal(r.endpoint, []byte(r.secret))
	r.must(err)
	until := r.now().Add(day)
	r.write("", func(t *store.Tx) error {
		e, err := rails.LoadEndpoint(&t.Reader, r.endpoint)
		if err != nil || e.OldSecret != "" { // done before we were cut off
			return err
		}
		return rails.Rotate(t, r.endpoint, sealed, until)
	})
	r.oldSecret = old
}

// write is a transaction of the story's own.
func (r *run) write(creditor debt.ID, do func(*store.Tx) error) {
	r.t.Helper()
	for range 5 {
		err := r.house.store.Write(ctx, creditor, do)
		if !r.revive() {
			r.must(err)
			return
		}
	}
}

// strangeEvents changes what events look like and adds some that are nothing to us.
func strangeEvents(r *run) {
	a := r.card(100_00)
	r.holding = true
	r.payCard(a, goodCard)
	if r.way.kind == dropped {
		return
	}
	for i, e := range r.pending {
		e["api_version"] = []any{"2026-09-30.endive", nil, ""}[i%3]
	}
	id := func(n int) string { return fmt.Sprintf("evt_strange%d", n) }
	r.pending = append(r.pending,
		world.Object{"id": id(1), "object": "event", "type": "balance.available", "created": r.now().Unix(), "livemode": false,
			"data": world.Object{"object": world.Object{"object": "balance"}}},
		world.Object{"id": id(2), "object": "event", "type": "Something.Else!", "livemode": false, "data": nil},
		world.Object{"id": id(3), "object": "v2.core.event", "type": "v1.payment_intent.succeeded", "livemode": false,
			"created": "2026-11-24T08:00:00Z", "related_object": world.Object{"id": "pi_1", "type": "payment_intent"}})
}

// unknownObject is an event about nothing that is there.
func unknownObject(r *run) {
	e := world.Object{"id": "evt_lost", "object": "event", "type": "payment_intent.succeeded", "created": r.now().Unix(), "livemode": false,
		"data": world.Object{"object": world.Object{"id": "pi_nobody_knows", "object": "payment_intent"}}}
	r.deliver(e)
	if r.way.kind == doubled {
		r.deliver(e)
	}
	if got := len(r.quarantined()); got != 0 {
		r.errorf("%d notices in quarantine at once", got)
	}
	for range 40 {
		r.pass(5 * time.Minute)
		r.work()
	}
	if list := r.quarantined(); len(list) != 1 || list[0].Reason != "provider_object_unknown" {
		r.errorf("in quarantine: %+v", list)
	}
}

// threeDays has a movement of each kind.
func threeDays(r *run) {
	a := r.card(100_00)
	r.payCard(a, goodCard)
	r.look(a)
	r.at(day)
	r.refunded(a, 30_00, 1)
	r.at(5 * day)
	r.dispute(a, world.Claim{Reason: "fraudulent", Amount: 60_00})
	r.at(7 * day)
}

// compare holds the provider's account against ours, every day of the story, and gives how
// many movements there were.
func (r *run) compare() (movements int64) {
	r.t.Helper()
	for on := debt.DateIn(r.first, debt.Berlin); on.Before(debt.DateIn(r.last, debt.Berlin).AddDays(1)); on = on.AddDays(1) {
		if to := debt.DateIn(r.last, debt.Berlin); debt.DateIn(r.first, debt.Berlin).DaysUntil(on) > 21 && on.DaysUntil(to) > 14 {
			continue // a year in which nothing moves
		}
		out, list, err := r.rail.Reconcile(ctx, r.creditor, r.account.ID, on)
		r.must(err)
		movements += out.Movements
		if out.Unexplained != 0 {
			r.errorf("%s: provider %s, ledger %s, %+v", on, out.Provider, out.Ledger, list)
		}
	}
	return movements
}

// neighbours plays the same story for a second creditor, whose ids are the same because the
// seed is, and sends that one's events to the first one's address.
func neighbours(r *run) {
	a := r.card(100_00)
	r.payCard(a, goodCard)
	if r.way.kind != asListed {
		return
	}
	seen := r.house.blow.disarm()
	other := newRun(r.t, r.house, scenario{id: "F10"}, way{kind: asListed, name: "the neighbour"})
	defer func() { other.must(other.sandbox.Close()) }()
	b := other.card(100_00)
	other.holding = true
	other.payCard(b, goodCard)
	before := r.state()
	for _, e := range other.pending {
		e["account"] = other.account.External
		body := r.bodyOf(e)
		r.must(r.rail.Accept(ctx, r.endpoint, body, r.sign(body)))
		r.work()
	}
	if got := r.state(); got != before {
		r.errorf("a neighbour's events changed our ledger")
	}
	list := r.quarantined()
	for _, n := range list {
		if n.Reason != "foreign_account" {
			r.errorf("in quarantine: %+v", n)
		}
	}
	if len(list) != len(other.pending) {
		r.errorf("%d notices in quarantine", len(list))
	}
	r.house.blow.arm(0, false)
	r.house.blow.seen = seen
}
