package scenarios_test

import (
	"errors"
	"sync"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/sandbox"
	world "quitt/payments/sandbox/world"
)

// christmas is the Thursday before two days on which no bank settles.
var christmas = time.Date(2026, time.December, 24, 8, 0, 0, 0, time.UTC)

// mandates are stored cards and mandates and what is collected with them. The scheduler is
// the story's own: plans are another room's.
func mandates() []scenario {
	const usable = ", direct_debit ••3000 usable"
	flying := "open 1000.00, in flight 200.00; setup succeeded, direct_debit 200.00 in_flight" + usable
	paid := "open 800.00, fees 0.35, clearing 199.65; setup succeeded, direct_debit 200.00 succeeded" + usable
	return []scenario{
		{id: "C1", says: "A mandate is stored, no money moves", ends: "open 1000.00; setup succeeded" + usable, owed: 1000_00, play: func(r *run) {
			r.saved(goodIBAN)
		}},
		{id: "C2", says: "An instalment of 200.00 is collected and arrives", ends: paid, owed: 1000_00, play: func(r *run) {
			r.collect(r.saved(goodIBAN), "c2/1", 200_00)
			r.shows(flying)
			r.at(settled)
		}},
		{id: "C3", says: "Two schedulers in two processes collect the same instalment, twice each", ends: flying, owed: 1000_00, play: twoSchedulers},
		{id: "C4", says: "No answer to the charge; the provider had made it", ends: paid, owed: 1000_00, play: func(r *run) {
			i := r.saved(goodIBAN)
			r.unanswered(i, "c4/1")
			r.pass(2 * time.Minute)
			r.loops()
			r.one("payment_intent")
			r.at(settled)
		}},
		{id: "C5", says: "No answer, then the process ends and the key with it: it is found, not sent again", ends: flying, owed: 1000_00, play: func(r *run) {
			i := r.saved(goodIBAN)
			r.holding = true
			r.unanswered(i, "c5/1")
			r.open()
			r.later(25 * time.Hour)
			r.loops()
			r.one("payment_intent")
		}},
		{id: "C6", says: "The bank wants the debtor: the charge is closed, a new page is paid", owed: 1000_00,
			ends: "open 800.00, fees 3.25, clearing 196.75; setup succeeded, card 200.00 failed (authentication_required), card 200.00 succeeded, card ••3184 usable",
			play: func(r *run) {
				i := r.saved(secureCard)
				if a := r.collect(i, "c6/1", 200_00); a.Failure != rail.NeedsDebtor {
					r.errorf("the charge ends %s %s", a.Status, a.Failure)
				}
				r.securely(r.card(200_00))
			}},
		{id: "C7", says: "C6, but the old charge could not be closed and is completed as well", owed: 200_00,
			ends: "open 0.00, overpaid 200.00, fees 6.50, clearing 393.50; setup succeeded, card 200.00 succeeded, card 200.00 succeeded, card ••3184 usable, task refund_overpayment 200.00",
			play: bothCompleted},
		{id: "C8", says: "Not enough money, three times: the scheduler stops after two retries", owed: 1000_00,
			ends: "open 1000.00; setup succeeded, direct_debit 200.00 failed (insufficient_funds), direct_debit 200.00 failed (insufficient_funds), direct_debit 200.00 failed (insufficient_funds), direct_debit ••2227 usable",
			play: threeTries},
		{id: "C9", says: "The debtor revokes the mandate at the bank", owed: 1000_00,
			ends: "open 1000.00; setup succeeded, direct_debit 200.00 failed (authorization_revoked), direct_debit ••3000 dead, task mandate_lost 0.00",
			play: func(r *run) {
				i := r.saved(goodIBAN)
				a := r.collect(i, "c9/1", 200_00)
				r.later(day)
				r.failLate(a, "authorization_revoked")
				r.know()
				r.unusable(i, "c9/2")
			}},
		{id: "C10", says: "The mandate is gone before the run: no call is made", owed: 1000_00,
			ends: "open 1000.00; setup succeeded, direct_debit ••3000 dead, task mandate_lost 0.00", blind: "no money moves: only an event tells of it, or the next charge, which fails",
			play: func(r *run) {
				i := r.saved(goodIBAN)
				r.provider(func(acc *world.Account) *world.Error { return acc.Deactivate(i.Mandate) })
				r.know()
				r.unusable(i, "c10/1")
				r.never("POST", "/v1/payment_intents")
			}},
		{id: "C11", says: "The claim is paid by transfer on the day the instalment is due", owed: 200_00,
			ends: "open 0.00; setup succeeded" + usable, play: func(r *run) {
				i := r.saved(goodIBAN)
				r.transfer(200_00, "c11")
				r.refused("nothing_to_collect", func() error { _, err := r.rail.Collect(ctx, r.collection(i, "c11/1", 200_00)); return err })
				r.never("POST", "/v1/payment_intents")
			}},
		{id: "C12", says: "It is paid by transfer after the debit was handed in: the debit runs and goes back", owed: 200_00,
			ends: "open 0.00, fees 0.35, clearing -200.00, remitted 199.65; setup succeeded, direct_debit 200.00 refunded" + usable + ", refund 200.00 asked", play: tooLate},
		{id: "C13", says: "The plan is paused while a debit is under way: it runs, no new one is made", ends: paid, owed: 1000_00, play: func(r *run) {
			r.collect(r.saved(goodIBAN), "c13/1", 200_00)
			r.at(settled) // a paused plan's scheduler asks for nothing
			r.one("payment_intent")
		}},
		{id: "C14", says: "A stored card is refused for good three times", owed: 1000_00,
			ends: "open 1000.00; setup succeeded, card 200.00 failed (generic_decline), card 200.00 failed (generic_decline), card 200.00 failed (generic_decline), card ••0341 dead, task mandate_lost 0.00",
			play: func(r *run) {
				i := r.saved(failingCard)
				for _, purpose := range []string{"c14/1", "c14/2", "c14/3"} {
					r.collect(i, purpose, 200_00)
					r.later(day)
				}
				r.unusable(i, "c14/4")
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

// unusable is a mandate the scheduler must not get through with.
func (r *run) unusable(i rail.Instrument, purpose string) {
	r.t.Helper()
	r.refused("instrument_unusable", func() error { _, err := r.rail.Collect(ctx, r.collection(i, purpose, 200_00)); return err })
}

// unanswered is a charge the provider carries out without a word.
func (r *run) unanswered(i rail.Instrument, purpose string) {
	r.t.Helper()
	r.later(time.Minute)
	r.faults(sandbox.Fault{Kind: sandbox.FaultResetAfter, Method: "POST", Path: "/v1/payment_intents", Times: 1})
	r.refused("payment_being_checked", func() error { _, err := r.rail.Collect(ctx, r.collection(i, purpose, 200_00)); return err })
	r.faulty = false
}

func twoSchedulers(r *run) {
	i := r.saved(goodIBAN)
	r.later(time.Minute)
	first := r.rail
	r.open() // a second process
	var all sync.WaitGroup
	for _, p := range []*payments.Rail{first, r.rail, first, r.rail} {
		all.Go(func() {
			_, err := p.Collect(ctx, r.collection(i, "c3/1", 200_00))
			if err != nil && !r.house.blow.isDead() && !errors.Is(err, debt.E(debt.Conflict, "attempt_open", nil)) {
				r.errorf("collect: %v", err)
			}
		})
	}
	all.Wait()
	r.revive()
	r.collect(i, "c3/1", 200_00)
	r.one("payment_intent")
}

// bothCompleted keeps the old charge open by a provider that does not answer, and lets the
// debtor complete it beside the new page.
func bothCompleted(r *run) {
	i := r.saved(secureCard)
	r.faults(sandbox.Fault{Kind: sandbox.Fault502, Method: "POST", Path: "/v1/payment_intents/*"})
	r.collect(i, "c7/1", 200_00)
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

// threeTries has a scheduler that tries again a week later, at most twice.
func threeTries(r *run) {
	i := r.saved(emptyIBAN)
	for n, purpose := range []string{"c8/1/1", "c8/1/2", "c8/1/3"} {
		r.collect(i, purpose, 200_00)
		r.at(time.Duration(n+1) * week)
		r.know()
	}
}

func tooLate(r *run) {
	a := r.collect(r.saved(goodIBAN), "c12/1", 200_00)
	r.later(day)
	r.transfer(200_00, "c12")
	r.shows("open 0.00, in flight 200.00; setup succeeded, direct_debit 200.00 in_flight, direct_debit ••3000 usable")
	if err := r.line.Cancel(ctx, r.account, r.attempt(a)); !errors.Is(err, payments.ErrRefused) {
		r.errorf("a debit at the bank was cancelled: %v", err)
	}
	r.at(14 * day)
	r.know()
	r.shows("open 0.00, overpaid 200.00, fees 0.35, remitted 199.65; setup succeeded, direct_debit 200.00 succeeded, direct_debit ••3000 usable, task refund_overpayment 200.00")
	r.refunded(a, 200_00, 1)
	r.at(21 * day)
}

// overChristmas asks from the 24th to the 29th. What is due on the 25th is collected on the
// 28th, and the other dates that go wrong in calendars on the days they should.
func overChristmas(r *run) {
	i := r.saved(goodIBAN)
	due := debt.MustDate("2026-12-25")
	for n := range 6 {
		for half := range 2 {
			r.at(time.Duration(n)*day + time.Duration(half+1)*time.Hour)
			if debt.DateIn(r.last, debt.Berlin) == payments.CollectOn(due) {
				r.collect(i, "c15/"+due.String(), 200_00)
			}
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
