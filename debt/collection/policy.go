package collection

import (
	"slices"
	"time"

	"quitt/debt"
)

// MostTries is how often an instalment is collected: a soft refusal is tried once more, with
// a notice of its own (data/sepa_return_reasons.csv, AM04). Everything else waits for the
// debtor: in Germany MS03 hides both an empty account and a death.
const MostTries = 2

// RetryDays is how long after a soft refusal is tried again.
const RetryDays = 7

// MostCalls bounds the charges asked for one order that the provider never carried out.
const MostCalls = 24

// soft are the refusals that pass by themselves.
var soft = []string{"insufficient_funds", "AM04", "processing_error", "try_again_later", "issuer_not_available", "reenter_transaction",
	"card_velocity_exceeded", "withdrawal_count_limit_exceeded", "charge_exceeds_source_limit", "charge_exceeds_weekly_limit"}

// Reasons of ours for an order's end; others are the provider's or the bank's code.
const (
	NothingToCollect = "nothing_to_collect"
	NotOwed          = "instalment_not_owed"
	PlanOver         = "plan_over"
	CaseClosed       = "case_not_payable"
	Unusable         = "instrument_unusable"
	Returned         = "returned" // paid and taken back, without a code
	Unreachable      = "provider_unreachable"
)

// Soft reports whether a refusal may pass by itself.
func Soft(code string) bool { return slices.Contains(soft, code) }

// Again gives the next try of an order that failed, told today; ok is false where a person
// has to act first.
func (o Order) Again(id debt.ID, now time.Time) (next Order, ok bool) {
	i, is := o.Instalment()
	if !is || o.State != Failed || !Soft(o.Reason) || i.Try >= MostTries {
		return next, false
	}
	today := debt.DateIn(now, debt.Berlin)
	next = Order{ID: id, CaseID: o.CaseID, InstrumentID: o.InstrumentID, Purpose: Purpose(i.Plan, i.No, i.Try+1), Amount: o.Amount,
		DueOn: o.DueOn, CollectOn: On(today.AddDays(RetryDays)), Notice: o.Notice, State: Waiting, MadeAt: now}
	next.Tell(today)
	return next, true
}

// pauses are the waits of an order that cannot be called now, in a row.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// Wait puts an order off after a look that came to nothing.
func (o *Order) Wait(now time.Time) {
	o.LookAt = now.Add(pauses[min(o.Tries, len(pauses)-1)])
	o.Tries++
}
