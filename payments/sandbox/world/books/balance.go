package books

import (
	"slices"
	"time"

	"quitt/debt"
)

// Movement is one change of the account's balance, in cents.
type Movement struct {
	Kind, Category string
	Amount, Fee    int64
	FeeNote        string
	Source         string
	On             time.Time // when it can be paid out; zero is now
}

// Book records a movement and sees to it that it is paid out in time.
func (a *Account) Book(m Movement) Object {
	if m.On.IsZero() {
		m.On = a.w.Now()
	}
	fees := []any{}
	if m.Fee != 0 {
		fees = append(fees, Object{"amount": m.Fee, "currency": "eur", "type": "stripe_fee",
			"description": m.FeeNote + " (sandbox, made up)", "application": nil})
	}
	bt := a.Put(Object{
		"id": a.w.NewID("txn"), "object": "balance_transaction", "amount": m.Amount, "fee": m.Fee, "net": m.Amount - m.Fee,
		"available_on": m.On.Unix(), "created": a.w.Stamp(), "currency": "eur", "fee_details": fees,
		"reporting_category": m.Category, "source": m.Source, "status": "pending", "type": m.Kind,
		"description": nil, "exchange_rate": nil,
	})
	if m.Kind != "payout" {
		a.scheduleSweep(m.On)
	}
	return bt
}

// available reports whether a movement counts for the next payout.
func (a *Account) available(bt Object) bool { return bt.Num("available_on") <= a.w.Stamp() }

// Balance sums what can be paid out and what cannot yet.
func (a *Account) Balance(_ string, _ Form) (Object, *Error) {
	var ready, pending int64
	for _, bt := range a.All("balance_transaction") {
		if a.available(bt) {
			ready += bt.Num("net")
		} else {
			pending += bt.Num("net")
		}
	}
	amount := func(n int64) []any {
		return []any{Object{"amount": n, "currency": "eur", "source_types": Object{"card": n}}}
	}
	return Object{"object": "balance", "livemode": false, "available": amount(ready), "pending": amount(pending)}, nil
}

// Transaction gives one movement.
func (a *Account) Transaction(id string, _ Form) (Object, *Error) {
	return a.Get("balance_transaction", id, "id")
}

// Transactions lists movements; payout=… those of one payout, the payout's own among them.
func (a *Account) Transactions(_ string, f Form) (Object, *Error) {
	if f.Has("payout") {
		if _, err := a.Get("payout", f.Str("payout"), "payout"); err != nil {
			return nil, err
		}
	}
	same := f.Where("type", "source", "currency")
	keep := func(bt Object) bool {
		return same(bt) && (!f.Has("payout") || bt.Str("_payout") == f.Str("payout"))
	}
	return a.List(Query{"balance_transaction", "/v1/balance_transactions", keep}, f)
}

// payoutHour is when the day's payout is made, UTC.
const payoutHour = 6

// scheduleSweep sees to it that there is a payout on the first business day on which the
// movement can be in it. Days on which nothing becomes available have none.
func (a *Account) scheduleSweep(on time.Time) {
	// In a demo every ten settlements are a day.
	interval := 10 * a.w.o.Settle
	at := on.Truncate(interval).Add(interval)
	if a.w.o.Mode != Fast {
		day := targetDay(debt.DateIn(on, time.UTC))
		at = day.Time().Add(payoutHour * time.Hour)
		if at.Before(on) || at.Before(a.w.Now()) {
			at = targetDay(day.AddDays(1)).Time().Add(payoutHour * time.Hour)
		}
	}
	planned := slices.ContainsFunc(a.w.Steps, func(s Step) bool {
		return s.Do == "payout_sweep" && s.Account == a.ID && s.At.Equal(at)
	})
	if !planned {
		a.Later(at, "payout_sweep", "", "")
	}
}

// sweep pays out all that is available, nil when that is nothing or less.
func (a *Account) sweep() Object {
	var of []Object
	var sum int64
	for _, bt := range a.All("balance_transaction") {
		if bt.Str("_payout") == "" && a.available(bt) {
			of, sum = append(of, bt), sum+bt.Num("net")
		}
	}
	if sum <= 0 {
		return nil
	}
	arrives := a.w.DaysOn(1)
	po := Object{
		"id": a.w.NewID("po"), "object": "payout", "amount": sum, "arrival_date": arrives.Unix(), "automatic": true,
		"created": a.w.Stamp(), "currency": "eur", "description": "STRIPE PAYOUT", "destination": "ba_sandbox",
		"livemode": false, "metadata": Object{}, "method": "standard", "reconciliation_status": "in_progress",
		"source_type": "card", "status": "in_transit", "type": "bank_account",
	}
	po.Nulls("failure_balance_transaction failure_code failure_message original_payout reversed_by statement_descriptor")
	a.Put(po)
	own := a.Book(Movement{Kind: "payout", Category: "payout", Amount: -sum, Source: po.ID()})
	po["balance_transaction"] = own.ID()
	for _, bt := range append(of, own) {
		bt["_payout"] = po.ID()
	}
	a.Emit("payout.created", po, nil)
	a.Later(arrives, "payout_arrive", po.ID(), "")
	return po
}

// PayOut makes a payout now, as the daily one would. It gives nil when there is nothing.
func (a *Account) PayOut() Object {
	if po := a.sweep(); po != nil {
		return a.Shown(po)
	}
	return nil
}

// arrivePayout is the day the money is on the merchant's account. The list of its movements
// is complete from the start; the provider says so only now.
func (a *Account) arrivePayout(po Object) {
	if po.Str("status") != "in_transit" {
		return
	}
	po["status"], po["reconciliation_status"] = "paid", "completed"
	a.Emit("payout.paid", po, nil)
	a.Emit("payout.reconciliation_completed", po, nil)
}

// FailPayout lets a payout come back, also one that was paid: banks return money late.
func (a *Account) FailPayout(id, code string) *Error {
	po, err := a.Get("payout", id, "id")
	if err != nil {
		return err
	}
	if po.Str("status") == "failed" {
		return Refused("", "This payout has failed already.")
	}
	if code == "" {
		code = "account_closed"
	}
	a.Forget("payout_arrive", id)
	bt := a.Book(Movement{Kind: "payout_failure", Category: "payout_reversal", Amount: po.Num("amount"), Source: id})
	po["status"], po["failure_code"], po["failure_balance_transaction"] = "failed", code, bt.ID()
	po["failure_message"] = "The bank returned the payout."
	a.Emit("payout.failed", po, nil)
	return nil
}

// Payout gives one.
func (a *Account) Payout(id string, _ Form) (Object, *Error) { return a.Get("payout", id, "id") }

// Payouts lists them.
func (a *Account) Payouts(_ string, f Form) (Object, *Error) {
	return a.List(Query{"payout", "/v1/payouts", f.Where("status", "destination")}, f)
}
