package world

import (
	"quitt/payments/sandbox/world/books"
	"quitt/payments/sandbox/world/numbers"
)

// try is one attempt to take the money of an intent.
type try struct {
	pi, pm  Object
	off     bool   // the payer is not there
	strict  bool   // a question of 3-D Secure counts as a refusal
	secured bool   // 3-D Secure was passed
	mandate Object // of a debit
	// done is what Checkout has to say before the events of the payment: it runs when the
	// money is taken or on its way.
	done func()
}

func (t try) begun() {
	if t.done != nil {
		t.done()
	}
}

// newCharge adds the record of an attempt; status is succeeded, pending or failed. Every
// attempt leaves one, so an intent can have several, and at most one that is not failed.
func (a *Account) newCharge(t try, status string) Object {
	card := t.pm.Str("type") == "card"
	prefix := "py" // all that is no card; nobody should tell charges by their ids
	if card {
		prefix = "ch"
	}
	// The metadata is a copy of the moment: what the intent is told later stays there.
	amount, captured := t.pi.Num("amount"), int64(0)
	if status != "failed" {
		captured = amount
	}
	id := a.w.NewID(prefix)
	ch := Object{
		"id": id, "object": "charge", "amount": amount, "amount_captured": captured, "amount_refunded": int64(0),
		"billing_details": t.pm.Sub("billing_details").Clone(), "captured": status != "failed", "created": a.w.Stamp(),
		"currency": t.pi.Str("currency"), "customer": t.pi["customer"], "description": t.pi["description"],
		"disputed": false, "fraud_details": Object{}, "livemode": false, "metadata": t.pi.Sub("metadata").Clone(),
		"paid": status == "succeeded", "payment_intent": t.pi.ID(), "payment_method": t.pm.ID(),
		"payment_method_details": a.details(t), "receipt_email": t.pi["receipt_email"], "refunded": false,
		"statement_descriptor": t.pi["statement_descriptor"], "statement_descriptor_suffix": t.pi["statement_descriptor_suffix"],
		"status": status, "calculated_statement_descriptor": "MUSTERINKASSO",
		"outcome": Object{"network_status": "approved_by_network", "reason": nil, "risk_level": "normal",
			"risk_score": int64(20), "seller_message": "Payment complete.", "type": "authorized"},
		"receipt_url": nil, "_case": t.pm.Str("_case"),
	}
	if !card {
		ch["outcome"] = Object{"network_status": "approved_by_network", "reason": nil, "risk_level": "not_assessed",
			"seller_message": "Payment complete.", "type": "authorized"}
	}
	ch.Nulls("application application_fee application_fee_amount balance_transaction failure_balance_transaction failure_code " +
		"failure_message invoice on_behalf_of receipt_number review shipping source_transfer transfer_data transfer_group")
	a.Put(ch)
	t.pi["latest_charge"] = id
	return ch
}

// details are what the charge keeps of the card or account it went to.
func (a *Account) details(t try) Object {
	kind := t.pm.Str("type")
	if kind == "sepa_debit" {
		d := t.pm.Sub(kind).Clone()
		delete(d, "generated_from")
		d["mandate"] = t.mandate.ID() // the only way from a debit to its mandate
		return Object{"type": kind, kind: d}
	}
	c := t.pm.Sub("card")
	d := Object{
		"brand": c["brand"], "checks": c.Sub("checks").Clone(), "country": c["country"], "exp_month": c["exp_month"],
		"exp_year": c["exp_year"], "fingerprint": c["fingerprint"], "funding": c["funding"], "last4": c["last4"],
		"network": c["brand"], "network_token": Object{"used": false}, "amount_authorized": t.pi["amount"],
		"extended_authorization":    Object{"status": "disabled"},
		"incremental_authorization": Object{"status": "unavailable"},
		"multicapture":              Object{"status": "unavailable"},
		"overcapture":               Object{"maximum_amount_capturable": t.pi["amount"], "status": "unavailable"},
	}
	if t.secured {
		d["three_d_secure"] = Object{"authentication_flow": "challenge", "result": "authenticated", "result_reason": nil,
			"version": "2.2.0", "electronic_commerce_indicator": "05", "transaction_id": nil, "exemption_indicator": nil}
	}
	return Object{"type": "card", "card": d.Nulls("mandate three_d_secure wallet")}
}

// attempt takes the money of an intent, or asks for 3-D Secure, or says why not. The
// intent was checked to be ready for it.
func (a *Account) attempt(t try) *Error {
	t.pi["payment_method"], t.pi["next_action"] = t.pm.ID(), nil
	if t.pm.Str("type") == "sepa_debit" {
		a.debit(t)
		return nil
	}
	b := numbers.Of(t.pm.Str("_case"))
	if t.asksFor3DS(b) {
		if t.off || t.strict {
			return a.fail(t, books.Declined("authentication_required", "authentication_required",
				"Your card was declined. This transaction requires authentication."))
		}
		a.askFor3DS(t)
		return nil
	}
	if err := refusal(b); err != nil {
		return a.fail(t, err)
	}
	a.charge(t, b)
	return nil
}

// asksFor3DS is the bank's decision. A card that was set up with its owner present need not
// ask again when a payment is made without: that is what setting up is for.
func (t try) asksFor3DS(b numbers.Behaviour) bool {
	switch {
	case t.secured:
		return false
	case b.Secure == "unless_setup":
		return !t.off || !t.pm.Flag("_setup")
	}
	return b.Secure == "always"
}

// askFor3DS leaves the intent waiting. No charge exists before the bank has answered.
func (a *Account) askFor3DS(t try) {
	t.pi["status"], t.pi["_off"] = "requires_action", t.off
	back := t.pi.Str("_return")
	t.pi["next_action"] = Object{"type": "redirect_to_url", "redirect_to_url": Object{
		"url": a.w.Base() + "/c/3ds/" + t.pi.ID(), "return_url": books.OrNull(back)}}
	a.Emit("payment_intent.requires_action", t.pi, nil)
}

// fail keeps a failed charge and puts the intent back to where another try is possible.
func (a *Account) fail(t try, err *Error) *Error {
	ch := a.newCharge(t, "failed")
	ch["failure_code"], ch["failure_message"] = err.Code, err.Message
	outcome := ch.Sub("outcome")
	outcome["type"], outcome["network_status"], outcome["reason"] = "issuer_declined", "declined_by_network", books.OrNull(err.Decline)
	outcome["seller_message"] = "The bank did not return any further details with this decline."
	if numbers.Of(t.pm.Str("_case")).Blocked {
		outcome["type"], outcome["network_status"], outcome["reason"] = "blocked", "not_sent_to_network", "highest_risk_level"
		outcome["risk_level"], outcome["risk_score"] = "highest", int64(90)
		outcome["seller_message"] = "Stripe blocked this payment as too risky."
	}
	err.Charge = ch.ID()
	a.backToStart(t, err)
	a.Emit("charge.failed", ch, nil)
	a.Emit("payment_intent.payment_failed", t.pi, nil)
	err.Intent = t.pi.Clone()
	return err
}

// backToStart lets another payment method be tried. The one that failed is only in the
// error: an intent does not keep what it cannot use.
func (a *Account) backToStart(t try, err *Error) {
	t.pi["status"], t.pi["payment_method"], t.pi["next_action"] = "requires_payment_method", nil, nil
	t.pi["last_payment_error"] = err.Last(t.pm)
}

// charge takes money from a card. What the number does afterwards is scheduled for this very
// moment: it happens once the answer to the payment is made.
func (a *Account) charge(t try, b numbers.Behaviour) {
	ch := a.newCharge(t, "succeeded")
	fees := a.w.fees
	amount := ch.Num("amount")
	bt := a.Book(books.Movement{Kind: "charge", Category: "charge", Amount: amount, FeeNote: "Card fee", Source: ch.ID(),
		Fee: amount*fees.CardBasis/10_000 + fees.CardFixed, On: a.w.DaysOn(a.w.cardDays)})
	ch["balance_transaction"] = bt.ID()
	a.settle(t)
	a.save(t.pi, t.pm)
	t.begun()
	a.Emit("charge.succeeded", ch, nil)
	a.Emit("payment_intent.succeeded", t.pi, nil)
	switch soon := a.w.Now(); {
	case b.Inquiry:
		a.Later(soon, "dispute_inquire", ch.ID(), b.Dispute)
	case b.Dispute != "":
		a.Later(soon, "dispute_open", ch.ID(), b.Dispute)
	case b.Warning:
		a.Later(soon, "fraud_warning", ch.ID(), "")
	}
}

// settle says that the money has come, in full: there are no partial payments of an intent.
func (a *Account) settle(t try) {
	t.pi["status"], t.pi["amount_received"], t.pi["last_payment_error"] = "succeeded", t.pi["amount"], nil
	t.pi["processing"] = nil
}

// save keeps the payment method for later payments, where the intent says so.
func (a *Account) save(in, pm Object) {
	if in.Str("setup_future_usage") == "" && in.Str("object") != "setup_intent" {
		return
	}
	pm["_setup"] = true
	if customer := in.Str("customer"); customer != "" {
		a.attach(pm, customer)
	}
}

// debit hands in a direct debit: the money is on its way, and may never come. The balance
// shows it as pending from now on, to be taken back by a movement of its own if it fails,
// which is how the provider books it.
func (a *Account) debit(t try) {
	if t.mandate == nil {
		var once Object // stays nil for a mandate until further notice
		if t.pi.Str("setup_future_usage") == "" {
			once = Object{"amount": t.pi["amount"], "currency": t.pi["currency"]}
		}
		t.mandate = a.newMandate(t.pm, once)
	}
	b := numbers.Of(t.pm.Str("_case"))
	settles := a.w.DebitAt(books.SettleDays, b.Slow)
	ch := a.newCharge(t, "pending")
	bt := a.Book(books.Movement{Kind: "payment", Category: "charge", Amount: ch.Num("amount"), Fee: a.w.fees.DebitFixed,
		FeeNote: "Direct debit fee", Source: ch.ID(), On: settles})
	ch["balance_transaction"] = bt.ID()
	t.pi["status"], t.pi["last_payment_error"] = "processing", nil
	a.save(t.pi, t.pm)
	if b.Fails != "" {
		a.Later(a.w.DebitAt(books.FailDays, b.Slow), "debit_fail", ch.ID(), b.Fails)
	} else {
		a.Later(settles, "debit_settle", ch.ID(), "")
	}
	t.begun()
	a.Emit("charge.pending", ch, nil)
	a.Emit("payment_intent.processing", t.pi, nil)
}

// settleDebit is the day the bank can no longer refuse. The payer still can, for weeks.
func (a *Account) settleDebit(ch Object) {
	if ch.Str("status") != "pending" {
		return
	}
	t := a.tryOf(ch)
	ch["status"], ch["paid"] = "succeeded", true
	a.settle(t)
	a.Emit("charge.succeeded", ch, nil)
	a.Emit("payment_intent.succeeded", t.pi, nil)
	a.sessionEnds(t.pi, "paid", "checkout.session.async_payment_succeeded")
	if b := numbers.Of(t.pm.Str("_case")); b.Dispute != "" {
		a.Later(a.w.Now(), "dispute_open", ch.ID(), b.Dispute)
	}
}

// endsMandate are the failures after which no further debit may be tried.
var endsMandate = map[string]bool{
	"authorization_revoked": true, "debit_not_authorized": true, "account_closed": true, "recipient_deceased": true,
}

// failDebit is the bank's refusal. The movement that takes the money back becomes available
// on the day the money would have been, so that no payout ever contains one without the other.
func (a *Account) failDebit(ch Object, code string) {
	if ch.Str("status") != "pending" {
		return
	}
	t := a.tryOf(ch)
	was := a.Find(ch.Str("balance_transaction"))
	back := a.Book(books.Movement{Kind: "payment_failure_refund", Category: "charge_failure", Amount: -was.Num("amount"),
		Fee: -was.Num("fee"), FeeNote: "Direct debit fee", Source: ch.ID(), On: books.Unix(was.Num("available_on"))})
	message := "The bank refused the direct debit (" + code + ")."
	err := books.Declined(code, "", message)
	err.Charge = ch.ID()
	ch["status"], ch["captured"], ch["failure_code"], ch["failure_message"] = "failed", false, code, message
	ch["failure_balance_transaction"] = back.ID()
	outcome := ch.Sub("outcome")
	outcome["type"], outcome["network_status"], outcome["reason"] = "issuer_declined", "declined_by_network", code
	a.backToStart(t, err)
	a.Emit("charge.failed", ch, nil)
	a.Emit("payment_intent.payment_failed", t.pi, nil)
	a.sessionEnds(t.pi, "unpaid", "checkout.session.async_payment_failed")
	if endsMandate[code] {
		a.endMandate(a.mandateOf(ch))
	}
}

// tryOf finds what a charge was an attempt of.
func (a *Account) tryOf(ch Object) try {
	return try{pi: a.Find(ch.Str("payment_intent")), pm: a.Find(ch.Str("payment_method"))}
}

// mandateOf finds the mandate of a debit, nil for a card.
func (a *Account) mandateOf(ch Object) Object {
	return a.Find(ch.Sub("payment_method_details").Sub("sepa_debit").Str("mandate"))
}

// FailLate lets a debit fail: one on its way fails now, one that had succeeded comes back
// as a dispute, which is how the provider reports it.
func (a *Account) FailLate(charge, code string) *Error {
	ch, err := a.Get("charge", charge, "charge")
	if err != nil {
		return err
	}
	if code == "" {
		code = "insufficient_funds"
	}
	switch {
	case ch.Str("status") == "pending":
		a.Forget("debit_settle", charge)
		a.Forget("debit_fail", charge)
		a.failDebit(ch, code)
		return nil
	case ch.Str("status") != "succeeded" || !isDebit(ch):
		return books.Refused("", "Only a direct debit that has not failed can fail late.")
	}
	_, err = a.openDispute(ch, Claim{Reason: code})
	return err
}

// Settle lets a debit on its way succeed now.
func (a *Account) Settle(charge string) *Error {
	ch, err := a.Get("charge", charge, "charge")
	if err != nil {
		return err
	}
	a.Forget("debit_settle", charge)
	a.Forget("debit_fail", charge)
	a.settleDebit(ch)
	return nil
}

func isDebit(ch Object) bool { return ch.Sub("payment_method_details").Str("type") == "sepa_debit" }

// Charge gives one.
func (a *Account) Charge(id string, _ Form) (Object, *Error) { return a.Get("charge", id, "id") }

// Charges lists them.
func (a *Account) Charges(_ string, f Form) (Object, *Error) {
	return a.List(books.Query{Kind: "charge", URL: "/v1/charges", Keep: f.Where("customer", "payment_intent")}, f)
}

// warnOfFraud announces that a card's owner will probably complain.
func (a *Account) warnOfFraud(ch Object) {
	a.Emit("radar.early_fraud_warning.created", a.Put(Object{
		"id": a.w.NewID("issfr"), "object": "radar.early_fraud_warning", "actionable": true, "charge": ch.ID(),
		"created": a.w.Stamp(), "fraud_type": "misc", "livemode": false, "payment_intent": ch["payment_intent"],
	}), nil)
}
