package scenarios_test

import (
	"errors"
	"sync"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/collecting"
	"quitt/payments/sandbox"
	world "quitt/payments/sandbox/world"
)

// christmas is the Thursday before two days on which no bank settles.
var christmas = time.Date(2026, time.December, 24, 8, 0, 0, 0, time.UTC)

// mandates are stored cards and mandates and what plans collect with them, through the orders
// that plans write.
func mandates() []scenario {
	const usable = ", direct_debit ••3000 usable"
	flying := "open 1000.00, in flight 200.00; setup succeeded, direct_debit 200.00 in_flight" + usable + ", instalment 1/1 charged"
	paid := "open 800.00, fees 0.35, clearing 199.65; setup succeeded, direct_debit 200.00 succeeded" + usable + ", instalment 1/1 charged"
	return []scenario{
		{id: "C1", says: "A mandate is stored, no money moves", ends: "open 1000.00; setup succeeded" + usable, owed: 1000_00, play: func(r *run) {
			r.saved(goodIBAN)
		}},
		{id: "C2", says: "An instalment of 200.00 is collected on its day and arrives", ends: paid, owed: 1000_00, play: func(r *run) {
			r.agreed(r.saved(goodIBAN), inDays(2))
			r.execute()
			r.never("POST", "/v1/payment_intents")
			r.due(1)
			r.shows(flying)
			r.at(week)
			r.execute()
			r.at(settled + 2*day)
		}},
		{id: "C3", says: "Two schedulers in two processes collect the same instalment, twice each", ends: flying, owed: 1000_00, play: twoSchedulers},
		{id: "C4", says: "No answer to the charge; the provider had made it", ends: paid, owed: 1000_00, play: func(r *run) {
			r.agreed(r.saved(goodIBAN), inDays(2))
			r.unanswered()
			r.pass(2 * time.Minute)
			r.loops()
			r.execute()
			r.one("payment_intent")
			r.at(settled + 2*day)
		}},
		{id: "C5", says: "No answer, then the process ends and the key with it: it is found, not sent again", ends: flying, owed: 1000_00, play: func(r *run) {
			r.agreed(r.saved(goodIBAN), inDays(2))
			r.holding = true
			r.unanswered()
			r.open()
			r.later(25 * time.Hour)
			r.loops()
			r.execute()
			r.one("payment_intent")
		}},
		{id: "C6", says: "The bank wants the debtor: the charge is closed, a new page is paid, nothing is tried again", owed: 1000_00,
			ends: "open 800.00, fees 3.25, remitted 196.75; setup succeeded, card 200.00 failed (authentication_required), card 200.00 succeeded, card ••3184 usable, instalment 1/1 failed (authentication_required)",
			play: func(r *run) {
				r.agreed(r.saved(secureCard), inDays(2))
				r.due(1)
				r.securely(r.card(200_00))
				r.at(3 * week)
				r.execute()
			}},
		{id: "C7", says: "C6, but the old charge could not be closed and is completed as well", owed: 200_00,
			ends: "open 0.00, overpaid 200.00, fees 6.50, clearing 393.50; setup succeeded, card 200.00 succeeded, card 200.00 succeeded, card ••3184 usable, task refund_overpayment 200.00, instalment 1/1 failed (authentication_required)",
			play: bothCompleted},
		{id: "C8", says: "Not enough money: told anew and tried once more a week later, and no third time", owed: 1000_00,
			ends: "open 1000.00; setup succeeded, direct_debit 200.00 failed (insufficient_funds), direct_debit 200.00 failed (insufficient_funds), direct_debit ••2227 usable, instalment 1/1 failed (insufficient_funds), instalment 1/2 failed (insufficient_funds)",
			play: twoTries},
		{id: "C9", says: "The debtor revokes the mandate at the bank: the next instalment is not collected", owed: 1000_00,
			ends: "open 1000.00; setup succeeded, direct_debit 200.00 failed (authorization_revoked), direct_debit ••3000 dead, task mandate_lost 0.00, instalment 1/1 failed (authorization_revoked), instalment 2/1 failed (instrument_unusable)",
			play: func(r *run) {
				r.agreed(r.saved(goodIBAN), inDays(2), inDays(9))
				r.due(1)
				r.later(day)
				r.failLate(r.charged(1), "authorization_revoked")
				r.know()
				r.execute()
				r.due(2)
				r.one("payment_intent")
			}},
		{id: "C10", says: "The mandate is gone before the run: no call is made", owed: 1000_00,
			ends:  "open 1000.00; setup succeeded, direct_debit ••3000 dead, task mandate_lost 0.00, instalment 1/1 failed (instrument_unusable)",
			blind: "no money moves: only an event tells of it, or the next charge, which fails",
			play: func(r *run) {
				i := r.saved(goodIBAN)
				r.agreed(i, inDays(2))
				r.provider(func(acc *world.Account) *world.Error { return acc.Deactivate(i.Mandate) })
				r.know()
				r.due(1)
				r.never("POST", "/v1/payment_intents")
			}},
		{id: "C11", says: "The claim is paid by transfer on the morning of the day the instalment is due", owed: 200_00,
			ends: "open 0.00; setup succeeded" + usable + ", instalment 1/1 cancelled (instalment_not_owed)", play: func(r *run) {
				r.agreed(r.saved(goodIBAN), inDays(2))
				r.at(2*day - 4*time.Hour) // five in the morning
				r.transfer(200_00, "c11")
				r.due(1)
				r.never("POST", "/v1/payment_intents")
			}},
		{id: "C12", says: "It is paid by transfer after the debit was handed in: the debit runs and goes back", owed: 200_00,
			ends: "open 0.00, fees 0.35, clearing -200.00, remitted 199.65; setup succeeded, direct_debit 200.00 refunded" + usable + ", refund 200.00 asked, instalment 1/1 charged", play: tooLate},
		{id: "C13", says: "The plan is paused while a debit is under way: it runs, no new one is made", ends: paid + ", instalment 2/1 cancelled (plan_over)", owed: 1000_00, play: func(r *run) {
			r.agreed(r.saved(goodIBAN), inDays(2), inDays(9))
			r.due(1)
			r.paused(2)
			r.due(2)
			r.at(settled + 2*day)
			r.one("payment_intent")
		}},
		{id: "C14", says: "A stored card is refused for good three times: the fourth instalment is not collected", owed: 1000_00,
			ends: "open 1000.00; setup succeeded, card 200.00 failed (generic_decline), card 200.00 failed (generic_decline), card 200.00 failed (generic_decline), card ••0341 dead, task mandate_lost 0.00, " +
				"instalment 1/1 failed (generic_decline), instalment 2/1 failed (generic_decline), instalment 3/1 failed (generic_decline), instalment 4/1 failed (instrument_unusable)",
			play: func(r *run) {
				r.agreed(r.saved(failingCard), inDays(2), inDays(9), inDays(16), inDays(23))
				for no := 1; no <= 4; no++ {
					r.due(no)
				}
			}},
		{id: "C15", says: "An instalment is due on Christmas Day; a scheduler asks twice a day", from: christmas, owed: 1000_00,
			ends: flying, play: overChristmas},
	}
}

// securely pays a page with a card whose bank asks.
func (r *run) securely(a rail.Attempt) {
	r.t.Helper()
	r.payCard(a, secureCard)
	r.bank(a.Session, world.Allow)
}

// one checks that the provider has been asked for no second of a kind.
func (r *run) one(kind string) {
	r.t.Helper()
	if n := r.made(kind); n != 1 {
		r.errorf("%d of %s", n, kind)
	}
}

// never counts requests where one would be too many.
func (r *run) never(method, path string) {
	r.t.Helper()
	if n := r.calls(method, path); n != 0 {
		r.errorf("%d times %s %s", n, method, path)
	}
}

// unanswered is a charge the provider carries out without a word.
func (r *run) unanswered() {
	r.t.Helper()
	r.faults(sandbox.Fault{Kind: sandbox.FaultResetAfter, Method: "POST", Path: "/v1/payment_intents", Times: 1})
	r.due(1)
	r.faulty = false
}

func twoSchedulers(r *run) {
	r.agreed(r.saved(goodIBAN), inDays(2))
	r.at(2 * day)
	first := r.orders
	r.open() // a second process
	var all sync.WaitGroup
	for _, d := range []*collecting.Desk{first, r.orders, first, r.orders} {
		all.Go(func() {
			if _, err := d.Work(ctx, r.creditor); err != nil && !r.house.blow.isDead() {
				r.errorf("work: %v", err)
			}
		})
	}
	all.Wait()
	r.revive()
	r.execute()
	r.one("payment_intent")
}

// bothCompleted keeps the old charge open by a provider that does not answer, and lets the
// debtor complete it beside the new page.
func bothCompleted(r *run) {
	i := r.saved(secureCard)
	r.agreed(i, inDays(2))
	r.faults(sandbox.Fault{Kind: sandbox.Fault502, Method: "POST", Path: "/v1/payment_intents/*"})
	r.due(1)
	r.faults()
	r.securely(r.card(200_00))
	old := ""
	r.provider(func(acc *world.Account) *world.Error {
		for _, pi := range acc.All("payment_intent") {
			if pi.Sub("metadata").Str("kind") == string(rail.Charge) {
				old = pi.ID()
			}
		}
		_, err := acc.ConfirmIntent(old, world.Form{"payment_method": i.External})
		return err
	})
	r.bank(old, world.Allow)
}

// twoTries has a scheduler at work for five weeks.
func twoTries(r *run) {
	r.agreed(r.saved(emptyIBAN), inDays(2))
	r.due(1)
	for n := 1; n <= 5; n++ {
		r.at(time.Duration(n)*week + 2*time.Hour)
		r.know()
		r.execute()
	}
}

func tooLate(r *run) {
	r.agreed(r.saved(goodIBAN), inDays(2))
	r.due(1)
	a := r.charged(1)
	r.later(day)
	r.transfer(200_00, "c12")
	r.shows("open 0.00, in flight 200.00; setup succeeded, direct_debit 200.00 in_flight, direct_debit ••3000 usable, instalment 1/1 charged")
	if err := r.line.Cancel(ctx, r.account, r.attempt(a)); !errors.Is(err, payments.ErrRefused) {
		r.errorf("a debit at the bank was cancelled: %v", err)
	}
	r.at(16 * day)
	r.know()
	r.shows("open 0.00, overpaid 200.00, fees 0.35, remitted 199.65; setup succeeded, direct_debit 200.00 succeeded, direct_debit ••3000 usable, task refund_overpayment 200.00, instalment 1/1 charged")
	r.refunded(a, 200_00, 1)
	r.at(23 * day)
}

// overChristmas asks from the 24th to the 29th. What is due on the 25th is collected on the
// 28th, and the other dates that go wrong in calendars on the days they should.
func overChristmas(r *run) {
	r.agreed(r.saved(goodIBAN), debt.MustDate("2026-12-25"))
	for n := range 6 {
		for half := range 2 {
			r.at(time.Duration(n)*day + time.Duration(half+1)*time.Hour)
			if debt.DateIn(r.last, debt.Berlin).Before(debt.MustDate("2026-12-28")) {
				r.never("POST", "/v1/payment_intents")
			}
			r.execute()
		}
	}
	r.one("payment_intent")
	for day, want := range map[string]string{"2026-12-25": "2026-12-28", "2027-01-01": "2027-01-04", "2028-02-29": "2028-02-29",
		"2027-03-28": "2027-03-30", "2027-10-31": "2027-11-01", "2027-05-01": "2027-05-03"} {
		if got := payments.CollectOn(debt.MustDate(day)); got != debt.MustDate(want) {
			r.errorf("due on %s is collected on %s, want %s", day, got, want)
		}
	}
}
