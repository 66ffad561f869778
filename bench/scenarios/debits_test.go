package scenarios_test

import (
	"time"

	"quitt/debt"
	"quitt/payments"
	world "quitt/payments/sandbox/world"
	"quitt/store"
)

// settled is an hour after a debit of the first day has succeeded: six business days later,
// at midnight UTC, and before the payout of that day.
const settled = 7*day + 17*time.Hour

// debits are the payments a debtor makes by direct debit on the provider's page.
func debits() []scenario {
	flying := "open 100.00, in flight 100.00; direct_debit 100.00 in_flight"
	paid := "open 0.00, fees 0.35, clearing 99.65; direct_debit 100.00 succeeded"
	returned := "open 100.00, fees 7.85, clearing -107.50, remitted 99.65; direct_debit 100.00 reversed, task payment_returned 100.00"
	soon := "open 100.00, fees 7.85, clearing -7.85; direct_debit 100.00 reversed, task payment_returned 100.00"
	return []scenario{
		{id: "B1", says: "A debit of 100.00 is handed in", ends: flying, play: func(r *run) {
			r.payDebit(r.debit(100_00), goodIBAN)
		}},
		{id: "B2", says: "B1, and it succeeds six bank days later", ends: paid, play: func(r *run) {
			r.payDebit(r.debit(100_00), goodIBAN)
			r.shows(flying)
			r.at(settled)
		}},
		{id: "B3", says: "Its success is told before its beginning", ends: paid, play: func(r *run) {
			r.holding = true
			r.payDebit(r.debit(100_00), goodIBAN)
			r.at(settled)
			r.reverse()
			r.holding = false
			r.news()
		}},
		{id: "B4", says: "The bank refuses it: not enough money",
			ends: "open 100.00; direct_debit 100.00 failed (insufficient_funds)", play: func(r *run) {
				r.payDebit(r.debit(100_00), emptyIBAN)
				r.at(4 * day)
			}},
		{id: "B5", says: "While it is under way the debtor starts another one", ends: flying, play: func(r *run) {
			r.payDebit(r.debit(100_00), goodIBAN)
			r.know()
			r.refusedStart("payment_in_flight", r.wish(100_00, debt.MethodDirectDebit))
			r.refusedStart("payment_in_flight", r.wish(100_00, debt.MethodCard))
		}},
		{id: "B6", says: "While 60.00 are under way 100.00 come by transfer; the 60.00 go back, not before seven bank days",
			ends: "open 0.00, fees 0.35, clearing -60.00, remitted 59.65; direct_debit 60.00 refunded, refund 60.00 asked", play: doublePaid},
		{id: "B7", says: "Three weeks after it succeeded it is returned", ends: returned, play: func(r *run) {
			a := r.debit(100_00)
			r.payDebit(a, goodIBAN)
			r.at(settled)
			r.at(4 * week)
			r.dispute(a, world.Claim{Reason: "debit_not_authorized"})
		}},
		{id: "B8", says: "Its return is told before its success", ends: soon, play: func(r *run) {
			a := r.debit(100_00)
			r.payDebit(a, goodIBAN)
			r.holding = true
			r.at(settled)
			r.dispute(a, world.Claim{Reason: "debit_not_authorized"})
			r.reverse()
			r.holding = false
			r.news()
		}},
		{id: "B9", says: "A year later it is returned as unauthorised; the case had been closed as paid",
			ends: returned[:len(returned)-len("task payment_returned 100.00")] + "task case_reopened 100.00, task payment_returned 100.00", play: yearLater},
		{id: "B10", says: "It is returned after its money was paid out to the creditor", ends: returned, play: func(r *run) {
			a := r.debit(100_00)
			r.payDebit(a, goodIBAN)
			r.at(settled)
			r.at(11 * day)
			r.shows("open 0.00, fees 0.35, remitted 99.65; direct_debit 100.00 succeeded")
			r.dispute(a, world.Claim{Reason: "insufficient_funds"})
		}},
		{id: "B11", says: "100.00 are refunded and then returned as well",
			ends: "open 100.00, fees 7.85, clearing -207.50, in_transit 100.00, remitted 99.65; direct_debit 100.00 reversed, refund 100.00 asked, task double_credit 100.00, task payment_returned 100.00",
			play: func(r *run) {
				a := r.debit(100_00)
				r.payDebit(a, goodIBAN)
				r.at(settled)
				r.at(14 * day)
				r.know()
				r.refunded(a, 100_00, 1)
				r.at(21 * day)
				r.dispute(a, world.Claim{Reason: "debit_not_authorized"})
			}},
		{id: "B12", says: "10,000.01 are more than one debit may take: refused before any call", ends: "open 20000.00", owed: 20_000_00,
			not: map[kind]string{permuted: nothingToOrder, doubled: nothingToOrder}, play: func(r *run) {
				r.refusedStart("debit_too_large", r.wish(10_000_01, debt.MethodDirectDebit))
				if n := r.calls("POST", "/v1/checkout/sessions"); n != 0 {
					r.errorf("%d calls", n)
				}
			}},
		{id: "B13", says: "The provider's weekly limit is exceeded",
			ends: "open 100.00; direct_debit 100.00 failed (charge_exceeds_weekly_limit)", play: func(r *run) {
				r.payDebit(r.debit(100_00), limitIBAN)
				r.at(4 * day)
			}},
		{id: "B14", says: "The bank answers that the debtor has died: no further debit",
			ends: "open 100.00; direct_debit 100.00 failed (recipient_deceased), direct_debit ••3000 dead, task debtor_deceased 100.00, task mandate_lost 0.00", play: deceased},
		{id: "B15", says: "A return without a reason and without a date to answer by", ends: soon, play: func(r *run) {
			a := r.debit(100_00)
			r.payDebit(a, goodIBAN)
			r.at(settled)
			r.dispute(a, world.Claim{})
		}},
	}
}

func doublePaid(r *run) {
	a := r.debit(60_00)
	r.payDebit(a, goodIBAN)
	r.later(day)
	r.know()
	r.transfer(100_00, "b6")
	r.shows("open 0.00, in flight 60.00; direct_debit 60.00 in_flight")
	r.at(settled)
	r.know()
	r.shows("open 0.00, overpaid 60.00, fees 0.35, clearing 59.65; direct_debit 60.00 succeeded, task refund_overpayment 60.00")
	r.refused("refund_too_early", func() error {
		_, err := r.rail.Refund(ctx, payments.RefundOrder{CreditorID: r.creditor, PaymentID: a.ID, ID: orderID(a.ID, 1), Amount: 60_00})
		return err
	})
	r.at(15 * day)
	r.refunded(a, 60_00, 2)
	r.at(20 * day)
}

// yearLater has an operator close the case when it was paid.
func yearLater(r *run) {
	a := r.debit(100_00)
	r.payDebit(a, goodIBAN)
	r.at(settled)
	r.later(week)
	r.know()
	for range 5 {
		err := r.house.store.Write(ctx, r.creditor, func(t *store.Tx) error {
			f, err := t.LockOne(r.caseID)
			if err != nil || f.Case.Stage == debt.StageClosed {
				return err
			}
			e, err := f.Case.Close("paid", debt.DateIn(r.last, debt.Berlin))
			if err != nil {
				return err
			}
			e.ID, e.At, e.Actor = store.NewID(), r.now(), debt.System
			return t.Book(store.Booking{File: f, Events: []debt.Event{e}})
		})
		if !r.revive() {
			r.must(err)
			break
		}
	}
	r.at(365 * day)
	r.dispute(a, world.Claim{Reason: "debit_not_authorized"})
}

// deceased stores a mandate along with the payment, so that there is something to stop.
func deceased(r *run) {
	w := r.wish(100_00, debt.MethodDirectDebit)
	w.Save = true
	a := r.start(w)
	r.payDebit(a, goodIBAN)
	r.later(day)
	r.failLate(a, "recipient_deceased")
	r.know()
	i := r.instrument()
	r.refused("instrument_unusable", func() error { _, err := r.rail.Collect(ctx, r.collection(i, "b14/1", 50_00)); return err })
}
