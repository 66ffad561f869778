package world

import (
	"strings"
	"time"

	"quitt/payments/sandbox/world/books"
)

// Claim is how a charge is disputed.
type Claim struct {
	Reason  string
	Amount  int64 // 0: what is left of a card's charge, all of a debit
	Inquiry bool  // only a question: no money moves
	Keep    bool  // a debit's mandate stays active
}

// evidenceFields are what a dispute can be answered with.
const evidenceFields = "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure " +
	"cancellation_rebuttal customer_communication customer_email_address customer_name customer_purchase_ip " +
	"customer_signature duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id " +
	"product_description receipt refund_policy refund_policy_disclosure refund_refusal_explanation service_date " +
	"service_documentation shipping_address shipping_carrier shipping_date shipping_documentation " +
	"shipping_tracking_number uncategorized_file uncategorized_text"

// Dispute opens a dispute of a charge.
func (a *Account) Dispute(charge string, c Claim) (Object, *Error) {
	ch, err := a.Get("charge", charge, "charge")
	if err != nil {
		return nil, err
	}
	dp, err := a.openDispute(ch, c)
	if err != nil {
		return nil, err
	}
	return a.Shown(dp), nil
}

// openDispute takes the money back at once. A debit's dispute is lost the moment it is
// known: there is no evidence to give and no date to give it by.
func (a *Account) openDispute(ch Object, c Claim) (Object, *Error) {
	debit := isDebit(ch)
	switch {
	case ch.Str("status") != "succeeded":
		return nil, books.Refused("", "Only a charge that succeeded can be disputed.")
	case debit && c.Inquiry:
		return nil, books.Refused("", "A bank asks no questions about a direct debit: it takes the money.")
	case ch.Flag("disputed") && !a.stillRefundable(ch):
		return nil, books.Refused("", "Charge %s is disputed already.", ch.ID())
	}
	left := ch.Num("amount")
	if !debit {
		left -= ch.Num("amount_refunded")
	}
	if c.Amount == 0 {
		c.Amount = left
	}
	if c.Amount < 1 || c.Amount > left {
		return nil, books.Refused("", "There is nothing left to dispute in that amount.")
	}
	if c.Reason == "" {
		c.Reason = "general"
	}
	dp := a.addDispute(ch, c)
	ch["disputed"] = true
	a.Emit("charge.dispute.created", dp, nil)
	if c.Inquiry {
		return dp, nil
	}
	a.withdraw(dp, ch)
	if debit {
		a.Emit("charge.dispute.closed", dp, nil)
		if !c.Keep && c.Reason != "insufficient_funds" {
			a.endMandate(a.mandateOf(ch))
		}
	}
	return dp, nil
}

// addDispute adds the record. The provider gives the disputes of debits a date of 0, which
// careless readers show as the first day of 1970.
func (a *Account) addDispute(ch Object, c Claim) Object {
	prefix, status, due := "dp", "needs_response", a.w.Now().Add(9*24*time.Hour).Unix()
	switch {
	case isDebit(ch):
		prefix, status, due = "pdp", "lost", 0
	case c.Inquiry:
		status = "warning_needs_response"
	}
	dp := Object{
		"id": a.w.NewID(prefix), "object": "dispute", "amount": c.Amount, "balance_transactions": []any{}, "charge": ch.ID(),
		"created": a.w.Stamp(), "currency": ch.Str("currency"), "evidence": Object{}.Nulls(evidenceFields),
		"evidence_details":     Object{"due_by": due, "has_evidence": false, "past_due": false, "submission_count": int64(0)},
		"is_charge_refundable": c.Inquiry, "livemode": false, "metadata": Object{}, "payment_intent": ch["payment_intent"],
		"reason": c.Reason, "status": status,
	}
	if card := ch.Sub("payment_method_details").Sub("card"); card != nil {
		dp["payment_method_details"] = Object{"type": "card", "card": Object{"brand": card["brand"], "network_reason_code": "10.4"}}
	}
	return a.Put(dp)
}

// move books a dispute's money and keeps the movement with the dispute.
func (a *Account) move(dp Object, m books.Movement) {
	m.Kind, m.Source = "adjustment", dp.ID()
	bts, _ := dp["balance_transactions"].([]any)
	dp["balance_transactions"] = append(bts, a.Book(m).ID())
}

// withdraw takes the disputed amount and a fee from the balance.
func (a *Account) withdraw(dp, ch Object) {
	fee := a.w.fees.CardDispute
	if isDebit(ch) {
		fee = a.w.fees.DebitDispute
	}
	a.move(dp, books.Movement{Category: "dispute", Amount: -dp.Num("amount"), Fee: fee, FeeNote: "Dispute fee"})
	dp["_withdrawn"], dp["is_charge_refundable"] = true, false
	a.Emit("charge.dispute.funds_withdrawn", dp, nil)
}

// EndDispute closes a dispute of a card, won or lost.
func (a *Account) EndDispute(id string, won bool) *Error {
	dp, err := a.Get("dispute", id, "id")
	if err != nil {
		return err
	}
	if closed(dp) {
		return books.Refused("", "This dispute is already closed.")
	}
	a.closeDispute(dp, won)
	return nil
}

// closed reports whether nothing can change a dispute any more.
func closed(dp Object) bool {
	s := dp.Str("status")
	return s == "won" || s == "lost" || s == "warning_closed"
}

// closeDispute ends it. A dispute that is won brings the amount back; the fee is gone.
func (a *Account) closeDispute(dp Object, won bool) {
	if closed(dp) {
		return
	}
	a.Forget("dispute_close", dp.ID())
	ch := a.Find(dp.Str("charge"))
	switch {
	case strings.HasPrefix(dp.Str("status"), "warning"):
		dp["status"] = "warning_closed"
		ch["disputed"] = false
	case won:
		dp["status"], dp["is_charge_refundable"] = "won", true
		a.move(dp, books.Movement{Category: "dispute_reversal", Amount: dp.Num("amount")})
		a.Emit("charge.dispute.funds_reinstated", dp, nil)
	default:
		dp["status"] = "lost"
	}
	a.Emit("charge.dispute.closed", dp, nil)
}

// OneDispute gives one.
func (a *Account) OneDispute(id string, _ Form) (Object, *Error) { return a.Get("dispute", id, "id") }

// Disputes lists them.
func (a *Account) Disputes(_ string, f Form) (Object, *Error) {
	return a.List(books.Query{Kind: "dispute", URL: "/v1/disputes", Keep: f.Where("charge", "payment_intent")}, f)
}

// UpdateDispute answers with evidence. The text decides, as in the provider's test mode.
func (a *Account) UpdateDispute(id string, f Form) (Object, *Error) {
	dp, err := a.Get("dispute", id, "id")
	if err != nil {
		return nil, err
	}
	meta, err := f.Metadata(dp.Sub("metadata"))
	if err != nil {
		return nil, err
	}
	if f.Has("evidence") && closed(dp) {
		return nil, books.Refused("", "This dispute is already closed.")
	}
	dp["metadata"] = meta
	evidence := dp.Sub("evidence")
	f.Sub("evidence").CopyInto(evidence, strings.Fields(evidenceFields)...)
	if f.Sub("evidence") == nil || f.Has("submit") && !f.Bool("submit") {
		a.Emit("charge.dispute.updated", dp, nil)
		return dp, nil
	}
	details := dp.Sub("evidence_details")
	details["has_evidence"], details["submission_count"] = true, details.Num("submission_count")+1
	a.judge(dp, evidence.Str("uncategorized_text"))
	return dp, nil
}

// judge lets the evidence take its course: the two texts of the documentation decide a
// business day later, any other stays under review until a command decides.
func (a *Account) judge(dp Object, text string) {
	inquiry := strings.HasPrefix(dp.Str("status"), "warning")
	if inquiry && text == "escalate_inquiry_evidence" {
		dp["status"] = "needs_response"
		a.Emit("charge.dispute.updated", dp, nil)
		a.withdraw(dp, a.Find(dp.Str("charge")))
		return
	}
	dp["status"] = "under_review"
	if inquiry {
		dp["status"] = "warning_under_review"
	}
	a.Emit("charge.dispute.updated", dp, nil)
	switch text {
	case "winning_evidence":
		a.Later(a.w.DaysOn(1), "dispute_close", dp.ID(), "won")
	case "losing_evidence":
		a.Later(a.w.DaysOn(1), "dispute_close", dp.ID(), "lost")
	}
}

// Concede closes a dispute as lost.
func (a *Account) Concede(id string, _ Form) (Object, *Error) {
	if err := a.EndDispute(id, false); err != nil {
		return nil, err
	}
	return a.Find(id), nil
}
