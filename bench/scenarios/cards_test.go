package scenarios_test

import (
	"sync"
	"time"

	"quitt/debt"
	world "quitt/payments/sandbox/world"
	"quitt/store"
)

// Reasons why a way makes no sense.
const (
	nothingToOrder = "nothing is told, so nothing can be reordered"
	nothingToDrop  = "what is told is the story; untold there is none"
)

// cards are the payments a debtor makes by card on the provider's page.
func cards() []scenario {
	paid := "open 0.00, fees 1.75, clearing 98.25; card 100.00 succeeded"
	return []scenario{
		{id: "A1", says: "A debtor pays 100.00 by card", ends: paid, play: func(r *run) {
			r.payCard(r.card(100_00), goodCard)
		}},
		{id: "A2", says: "Every event comes three times, to three workers at once", ends: paid, play: func(r *run) {
			r.storm = true
			r.payCard(r.card(100_00), goodCard)
		}},
		{id: "A3", says: "The events are handled before the debtor returns", ends: paid, play: func(r *run) {
			a := r.card(100_00)
			r.payCard(a, goodCard)
			r.shows(paid)
			r.look(a)
		}},
		{id: "A4", says: "The debtor returns first, the events come later", ends: paid, play: func(r *run) {
			a := r.card(100_00)
			r.holding = true
			r.payCard(a, goodCard)
			if got := r.look(a); got.Status != debt.PaymentSucceeded {
				r.errorf("the return page shows %s", got.Status)
			}
			r.shows(paid)
		}},
		{id: "A5", says: "The return page is asked for 20 times at once, with forged ids and with another debtor's", ends: paid, play: returnTwenty},
		{id: "A6", says: "The debtor closes the browser after paying", ends: paid, play: func(r *run) {
			r.payCard(r.card(100_00), goodCard)
			r.later(30 * time.Minute)
		}},
		{id: "A7", says: "All events are lost; our own loops find the payment within 15 minutes", ends: paid,
			not: map[kind]string{permuted: nothingToOrder, doubled: "nothing is told, so nothing can be told twice"}, play: lostEvents},
		{id: "A8", says: "A card is declined, then another one pays on the same page", ends: paid, play: func(r *run) {
			a := r.card(100_00)
			r.payCard(a, badCard)
			r.payCard(a, goodCard)
		}},
		{id: "A9", says: "3-D Secure is refused and the page left until it expires",
			ends: "open 100.00; card 100.00 expired", play: func(r *run) {
				a := r.card(100_00)
				r.payCard(a, secureCard)
				r.bank(a.Session, world.Deny)
				r.later(2 * time.Hour)
			}},
		{id: "A10", says: "The page is said to be expired after it was paid", ends: paid, play: func(r *run) {
			a := r.card(100_00)
			r.payCard(a, goodCard)
			r.provider(func(acc *world.Account) *world.Error {
				acc.Emit("checkout.session.expired", acc.Find(a.Session), nil)
				return nil
			})
		}},
		{id: "A11", says: "30.00 of 100.00 are paid", ends: "open 70.00, fees 0.70, clearing 29.30; card 30.00 succeeded", play: func(r *run) {
			r.payCard(r.card(30_00), goodCard)
		}},
		{id: "A12", says: "Two tabs: a second start closes the first page, or is refused when that one is paid",
			ends: "open 0.00, fees 1.75, clearing 98.25; card 50.00 expired, card 100.00 succeeded", play: func(r *run) {
				r.card(50_00)
				r.later(time.Minute)
				a := r.card(100_00)
				r.holding = true
				r.payCard(a, goodCard)
				r.refusedStart("case_not_payable", r.wish(50_00, debt.MethodCard))
			}},
		{id: "A13", says: "Both pages are paid nevertheless",
			ends: "open 0.00, overpaid 100.00, fees 2.10, clearing 99.65, remitted 98.25; direct_debit 100.00 succeeded, card 100.00 succeeded, task refund_overpayment 100.00",
			play: paidTwice},
		{id: "A14", says: "What was paid is not what was ordered",
			ends: "open 100.00, fees 1.74, clearing 98.25, in_transit -99.99; card 100.00 started, task unplaced_money 99.99", play: tampered},
		{id: "A15", says: "Money on our account that carries no order of ours",
			ends: "open 100.00, fees 0.88, clearing 41.12, in_transit -42.00; task unplaced_money 42.00", play: stranger},
		{id: "A16", says: "An event of real money at an address for tests, and one of a foreign account",
			ends: "open 100.00; card 100.00 expired", play: foreign},
	}
}

func returnTwenty(r *run) {
	a := r.card(100_00)
	r.holding = true
	r.payCard(a, goodCard)
	r.later(5 * time.Second)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := r.rail.Look(ctx, r.creditor, a.CaseID, a.ID); err != nil && !r.house.blow.isDead() {
				r.errorf("return page: %v", err)
			}
		})
	}
	all.Wait()
	r.revive()
	r.refused("attempt_unknown", func() error { _, err := r.rail.Look(ctx, r.creditor, a.CaseID, store.NewID()); return err })
	r.refused("attempt_unknown", func() error { _, err := r.rail.Look(ctx, r.creditor, r.other, a.ID); return err })
}

func lostEvents(r *run) {
	a := r.card(100_00)
	r.lost = true
	r.payCard(a, goodCard)
	for range 15 {
		r.later(time.Minute)
		_, err := r.rail.LookDue(ctx, r.creditor)
		if !r.revive() {
			r.must(err)
		}
	}
	if got := r.attempt(a); got.Status != debt.PaymentSucceeded {
		r.errorf("after a quarter of an hour: %s", got.Status)
	}
}

// paidTwice has a debit under way and a card beside it, which the debtor insisted on: the
// rail lets no two pages be open at once.
func paidTwice(r *run) {
	r.payDebit(r.debit(100_00), goodIBAN)
	r.know()
	insists := r.wish(100_00, debt.MethodCard)
	insists.Anyway = true
	r.payCard(r.start(insists), goodCard)
	r.at(settled)
}

// tampered lets the provider's page take one cent less than we asked for.
func tampered(r *run) {
	a := r.card(100_00)
	r.provider(func(acc *world.Account) *world.Error {
		cs := acc.Find(a.Session)
		cs["amount_total"] = int64(99_99)
		cs.Sub("_intent")["amount"] = int64(99_99)
		return nil
	})
	r.payCard(a, goodCard)
}

// stranger is a payment another program made on the creditor's account.
func stranger(r *run) {
	var session string
	r.provider(func(acc *world.Account) *world.Error {
		cs, err := acc.NewSession("", world.Form{"mode": "payment", "success_url": "https://shop.example/ok", "payment_method_types": world.Form{"0": "card"},
			"line_items": world.Form{"0": world.Form{"quantity": "1", "price_data": world.Form{"currency": "eur", "unit_amount": "4200",
				"product_data": world.Form{"name": "Tee"}}}}})
		if err == nil {
			session = cs.ID()
		}
		return err
	})
	r.later(time.Minute)
	_, err := r.sandbox.PayCard(ctx, session, typed(goodCard))
	r.must(err)
	r.news()
}

// foreign sends what is not for us; our own page expires unpaid.
func foreign(r *run) {
	a := r.card(100_00)
	if r.way.kind != dropped {
		for i, change := range []func(world.Object){
			func(e world.Object) { e["livemode"] = true },
			func(e world.Object) { e["account"] = "acct_of_somebody" },
		} {
			e := world.Object{"id": "evt_foreign" + string(rune('0'+i)) + r.account.External, "object": "event", "api_version": "2023-10-16",
				"type": "checkout.session.completed", "created": r.now().Unix(), "livemode": false,
				"data": world.Object{"object": world.Object{"id": a.Session, "object": "checkout.session"}}}
			change(e)
			r.pending = append(r.pending, e)
		}
		r.news()
	}
	r.later(2 * time.Hour)
	r.flush()
	if got := len(r.quarantined()); got != 2 && r.way.kind != dropped {
		r.errorf("%d notices in quarantine", got)
	}
}
