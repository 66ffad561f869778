package world

import (
	"time"

	"quitt/payments/sandbox/world/books"
	"quitt/payments/sandbox/world/numbers"
)

// refundWindow is how long a charge can be given back.
const refundWindow = 180 * 24 * time.Hour

// NewRefund gives money of a charge back, all that is left of it when no amount is named.
func (a *Account) NewRefund(_ string, f Form) (Object, *Error) {
	ch, err := a.chargeToRefund(f)
	if err != nil {
		return nil, err
	}
	meta, err := f.Metadata(nil)
	if err != nil {
		return nil, err
	}
	left := ch.Num("amount") - ch.Num("amount_refunded")
	amount := left
	if f.Has("amount") {
		if amount, err = f.Integer("amount", "amount"); err != nil {
			return nil, err
		}
		if amount < 1 {
			return nil, books.Invalid("amount", "parameter_invalid_integer", "This value must be greater than or equal to 1.")
		}
	}
	if err := a.refundable(ch, amount, left); err != nil {
		return nil, err
	}
	re := a.addRefund(ch, amount)
	re["metadata"] = meta
	f.CopyInto(re, "reason")
	a.announceRefund(re, ch)
	return re, nil
}

// chargeToRefund finds the charge that is named, or that an intent was paid with.
func (a *Account) chargeToRefund(f Form) (Object, *Error) {
	if f.Has("charge") {
		return a.Get("charge", f.Str("charge"), "charge")
	}
	if !f.Has("payment_intent") {
		return nil, books.Invalid("", "parameter_missing", "One of the following params should be provided for this request: payment_intent or charge.")
	}
	pi, err := a.Get("payment_intent", f.Str("payment_intent"), "payment_intent")
	if err != nil {
		return nil, err
	}
	ch := a.Find(pi.Str("latest_charge"))
	if ch == nil || ch.Str("status") == "failed" {
		return nil, books.Refused("", "This PaymentIntent (%s) does not have a successful charge to refund.", pi.ID())
	}
	return ch, nil
}

// refundable says why money cannot be given back, in the order the provider looks.
func (a *Account) refundable(ch Object, amount, left int64) *Error {
	switch {
	case ch.Str("status") != "succeeded":
		return books.Refused("", "Charge %s has not succeeded and cannot be refunded.", ch.ID())
	case ch.Flag("disputed") && !a.stillRefundable(ch):
		return books.Refused("charge_disputed", "Charge %s has been charged back; cannot issue a refund.", ch.ID())
	case left == 0:
		return books.Refused("charge_already_refunded", "Charge %s has already been refunded.", ch.ID())
	case amount > left:
		return books.Refused("", "Refund amount (€%d.%02d) is greater than unrefunded amount on charge (€%d.%02d)",
			amount/100, amount%100, left/100, left%100)
	case a.w.Now().Sub(books.Unix(ch.Num("created"))) > refundWindow:
		return books.Refused("", "Charge %s is too old to be refunded.", ch.ID())
	}
	return nil
}

// stillRefundable is a charge of which only questions were asked, or whose dispute is won.
func (a *Account) stillRefundable(ch Object) bool {
	for _, dp := range a.All("dispute") {
		if dp.Str("charge") == ch.ID() && !dp.Flag("is_charge_refundable") {
			return false
		}
	}
	return true
}

// addRefund takes the money from the balance at once, also for a refund that has yet to
// arrive. The charge counts it from now on; its sum is cumulative, not per refund.
func (a *Account) addRefund(ch Object, amount int64) Object {
	prefix, kind, status := "re", "refund", "succeeded"
	if isDebit(ch) {
		prefix, kind, status = "pyr", "payment_refund", "pending"
	}
	if numbers.Of(ch.Str("_case")).Refund == "pending" {
		status = "pending"
	}
	re := Object{
		"id": a.w.NewID(prefix), "object": "refund", "amount": amount, "charge": ch.ID(), "created": a.w.Stamp(),
		"currency": ch.Str("currency"), "payment_intent": ch["payment_intent"], "status": status,
	}
	if !isDebit(ch) {
		re["destination_details"] = Object{"type": "card", "card": Object{"type": "refund", "reference_status": "pending",
			"reference_type": "acquirer_reference_number"}}
	}
	re.Nulls("reason receipt_number source_transfer_reversal transfer_reversal")
	a.Put(re)
	re["balance_transaction"] = a.Book(books.Movement{Kind: kind, Category: "refund", Amount: -amount, Source: re.ID()}).ID()
	ch["amount_refunded"] = ch.Num("amount_refunded") + amount
	ch["refunded"] = ch.Num("amount_refunded") == ch.Num("amount")
	return re
}

// announceRefund tells of a refund and schedules what becomes of it.
func (a *Account) announceRefund(re, ch Object) {
	a.Emit("refund.created", re, nil)
	a.Emit("charge.refunded", ch, nil)
	switch {
	case re.Str("status") == "pending":
		a.Later(a.w.DaysOn(books.RefundDays), "refund_succeed", re.ID(), "")
	case numbers.Of(ch.Str("_case")).Refund == "failed":
		a.Later(a.w.DaysOn(books.RefundDays), "refund_fail", re.ID(), "")
	}
}

// succeedRefund says that the money has arrived. It left the balance long before.
func (a *Account) succeedRefund(re Object) {
	if re.Str("status") != "pending" {
		return
	}
	re["status"] = "succeeded"
	a.Emit("charge.refund.updated", re, Object{"status": "pending"})
	a.Emit("refund.updated", re, Object{"status": "pending"})
}

// failRefund brings the money back, also of a refund that had succeeded.
func (a *Account) failRefund(re Object, reason string) {
	old := re.Str("status")
	if old != "pending" && old != "succeeded" {
		return
	}
	ch := a.Find(re.Str("charge"))
	bt := a.Book(books.Movement{Kind: "refund_failure", Category: "refund_failure", Amount: re.Num("amount"), Source: re.ID()})
	re["status"], re["failure_reason"], re["failure_balance_transaction"] = "failed", reason, bt.ID()
	ch["amount_refunded"] = ch.Num("amount_refunded") - re.Num("amount")
	ch["refunded"] = false
	a.Forget("refund_succeed", re.ID())
	a.Emit("charge.refund.updated", re, Object{"status": old})
	a.Emit("refund.updated", re, Object{"status": old})
	// Newer than this version's list of types, and sent to whoever asks for "*".
	a.Emit("refund.failed", re, nil)
	a.Emit("charge.updated", ch, nil)
}

// FailRefund lets a refund fail now.
func (a *Account) FailRefund(id, reason string) *Error {
	re, err := a.Get("refund", id, "id")
	if err != nil {
		return err
	}
	if reason == "" {
		reason = "unknown"
	}
	a.failRefund(re, reason)
	return nil
}

// Refund gives one.
func (a *Account) Refund(id string, _ Form) (Object, *Error) { return a.Get("refund", id, "id") }

// UpdateRefund changes its metadata.
func (a *Account) UpdateRefund(id string, f Form) (Object, *Error) {
	re, err := a.Get("refund", id, "id")
	if err != nil {
		return nil, err
	}
	meta, err := f.Metadata(re.Sub("metadata"))
	if err != nil {
		return nil, err
	}
	re["metadata"] = meta
	return re, nil
}

// CancelRefund refuses: only refunds that wait for the customer can be cancelled, and
// neither cards nor debits have those.
func (a *Account) CancelRefund(id string, _ Form) (Object, *Error) {
	re, err := a.Get("refund", id, "id")
	if err != nil {
		return nil, err
	}
	return nil, books.Refused("", "Refund %s has a status of %s and cannot be canceled.", id, re.Str("status"))
}

// Refunds lists them.
func (a *Account) Refunds(_ string, f Form) (Object, *Error) {
	return a.List(books.Query{Kind: "refund", URL: "/v1/refunds", Keep: f.Where("charge", "payment_intent")}, f)
}

// RefundsOf lists those of the charge in the path.
func (a *Account) RefundsOf(charge string, f Form) (Object, *Error) {
	if _, err := a.Get("charge", charge, "id"); err != nil {
		return nil, err
	}
	keep := func(re Object) bool { return re.Str("charge") == charge }
	return a.List(books.Query{Kind: "refund", URL: "/v1/charges/" + charge + "/refunds", Keep: keep}, f)
}
