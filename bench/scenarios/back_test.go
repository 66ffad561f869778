package scenarios_test

import (
	"time"

	"quitt/payments/sandbox"
	world "quitt/payments/sandbox/world"
)

// refunds are money that goes back because we, or the creditor, sent it.
func refunds() []scenario {
	all := "open 100.00, fees 1.75, clearing -1.75; card 100.00 refunded, refund 100.00 asked"
	return []scenario{
		{id: "D1", says: "All of it is refunded", ends: all, play: func(r *run) {
			a := r.card(100_00)
			r.payCard(a, goodCard)
			r.look(a)
			r.refunded(a, 100_00, 1)
		}},
		{id: "D2", says: "30.00 and 20.00 are refunded, told in reverse",
			ends: "open 50.00, fees 1.75, clearing 48.25; card 100.00 part_refunded, refund 20.00 asked, refund 30.00 asked", play: func(r *run) {
				a := r.card(100_00)
				r.payCard(a, goodCard)
				r.look(a)
				r.holding = true
				r.refunded(a, 30_00, 1)
				r.refunded(a, 20_00, 2)
				r.reverse()
			}},
		{id: "D3", says: "A refund waits for three days", ends: "open 100.00, fees 1.75, clearing -100.00, remitted 98.25; card 100.00 refunded, refund 100.00 asked",
			play: func(r *run) {
				a := r.card(100_00)
				r.payCard(a, slowRefund)
				r.look(a)
				r.at(4 * day) // its money has been paid out
				r.refunded(a, 100_00, 1)
				r.shows("open 0.00, fees 1.75, remitted 98.25; card 100.00 succeeded, refund 100.00 asked")
				r.at(12 * day)
			}},
		{id: "D4", says: "A refund succeeds and then fails", ends: "open 0.00, fees 1.75, remitted 98.25; card 100.00 succeeded, refund 100.00 asked, task refund_failed 100.00",
			play: func(r *run) {
				a := r.card(100_00)
				r.payCard(a, failedRefund)
				r.look(a)
				r.at(4 * day)
				r.refunded(a, 100_00, 1)
				r.shows("open 100.00, fees 1.75, clearing -100.00, remitted 98.25; card 100.00 refunded, refund 100.00 asked")
				r.at(12 * day)
			}},
		{id: "D5", says: "The creditor refunds 40.00 in the provider's own pages",
			ends: "open 40.00, fees 1.75, clearing 58.25; card 100.00 part_refunded", play: func(r *run) {
				a := r.card(100_00)
				r.payCard(a, goodCard)
				r.later(time.Hour)
				charge := r.chargeOf(a)
				r.provider(func(acc *world.Account) *world.Error {
					_, err := acc.NewRefund("", world.Form{"charge": charge, "amount": "4000"})
					return err
				})
			}},
		{id: "D6", says: "More than is left is refused here; a disputed payment by the provider",
			ends: "open 100.00, fees 21.75, clearing -21.75; card 100.00 reversed, refund 100.00 refused, task payment_returned 100.00, task provider_refused 100.00", play: func(r *run) {
				a := r.card(100_00)
				r.payCard(a, goodCard)
				r.look(a)
				r.refused("refund_too_large", func() error { _, err := r.refund(a, 100_01, 1); return err })
				r.holding = true
				r.dispute(a, world.Claim{Reason: "fraudulent"})
				r.refused("provider_refused", func() error { _, err := r.refund(a, 100_00, 2); return err })
			}},
		{id: "D7", says: "No answer to a refund; the provider had made it", ends: all, play: func(r *run) {
			a := r.card(100_00)
			r.payCard(a, goodCard)
			r.look(a)
			r.faults(sandbox.Fault{Kind: sandbox.FaultResetAfter, Method: "POST", Path: "/v1/refunds", Times: 1})
			r.refused("provider_outcome_unknown", func() error { _, err := r.refund(a, 100_00, 1); return err })
			r.faulty = false
			r.pass(2 * time.Minute)
			r.loops()
			r.one("refund")
		}},
	}
}

// made counts the provider's objects of a kind.
func (r *run) made(kind string) (n int) {
	r.world(func(_ *world.World, a *world.Account) { n = len(a.All(kind)) })
	return n
}

// disputes are money a card's bank takes back.
func disputes() []scenario {
	return []scenario{
		{id: "E1", says: "A dispute takes 100.00 and is won", ends: "open 0.00, fees 21.75, clearing 78.25; card 100.00 succeeded", play: func(r *run) {
			a := r.card(100_00)
			r.payCard(a, goodCard)
			r.later(day)
			id := r.dispute(a, world.Claim{Reason: "fraudulent"})
			r.later(day)
			r.endDispute(id, true)
		}},
		{id: "E2", says: "A dispute takes 100.00 and is lost", ends: "open 100.00, fees 21.75, clearing -21.75; card 100.00 reversed, task payment_returned 100.00", play: func(r *run) {
			a := r.card(100_00)
			r.payCard(a, goodCard)
			r.later(day)
			id := r.dispute(a, world.Claim{Reason: "fraudulent"})
			r.later(day)
			r.endDispute(id, false)
		}},
		{id: "E3", says: "The bank only asks; no money moves", ends: "open 0.00, fees 1.75, clearing 98.25; card 100.00 succeeded, task dispute_inquiry 100.00",
			blind: "no money moves: only an event tells of a question", play: func(r *run) {
				a := r.card(100_00)
				r.payCard(a, goodCard)
				r.later(day)
				r.dispute(a, world.Claim{Reason: "fraudulent", Inquiry: true})
			}},
		{id: "E4", says: "40.00 are refunded, then the other 60.00 disputed",
			ends: "open 100.00, fees 21.75, clearing -21.75; card 100.00 reversed, refund 40.00 asked, task payment_returned 60.00", play: func(r *run) {
				a := r.card(100_00)
				r.payCard(a, goodCard)
				r.look(a)
				r.refunded(a, 40_00, 1)
				r.later(day)
				r.dispute(a, world.Claim{Reason: "fraudulent"})
			}},
	}
}
