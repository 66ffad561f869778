package world

import (
	"slices"
	"strings"

	"quitt/payments/sandbox/world/books"
)

// NewIntent begins a payment, and tries it at once if asked to confirm. What can be refused
// is refused before anything exists: only a bank's refusal leaves an intent behind, and the
// error carries it, so that the merchant can go on with it.
func (a *Account) NewIntent(_ string, f Form) (Object, *Error) {
	pi, err := a.draftIntent(f)
	if err != nil {
		return nil, err
	}
	t := try{pi: pi}
	if f.Bool("confirm") {
		if t, err = a.readyIntent(pi, f); err != nil {
			return nil, err
		}
	} else if f.Has("off_session") {
		return nil, books.Invalid("off_session", "", "off_session can only be used with confirm=true.")
	} else if t.pm, err = a.methodOf(pi, f); err != nil {
		return nil, err
	} else if t.pm != nil {
		pi["payment_method"], pi["status"] = t.pm.ID(), "requires_confirmation"
	}
	a.Put(pi)
	a.Emit("payment_intent.created", pi, nil)
	if f.Bool("confirm") {
		if err := a.attempt(t); err != nil {
			return nil, err
		}
	}
	return pi, nil
}

// draftIntent reads a new intent without adding it to the account.
func (a *Account) draftIntent(f Form) (Object, *Error) {
	if !f.Has("amount") {
		return nil, books.Required("amount")
	}
	amount, err := f.Integer("amount", "amount")
	if err != nil {
		return nil, err
	}
	currency, err := books.CheckCurrency(f.Str("currency"), "currency")
	if err != nil {
		return nil, err
	}
	types, err := f.MethodTypes(currency)
	if err != nil {
		return nil, err
	}
	if err := books.CheckMoney(amount, currency, types); err != nil {
		return nil, err
	}
	// Capturing later needs a second state machine that a collector has no use for.
	if f.Has("capture_method") && f.Str("capture_method") != "automatic" {
		return nil, books.Invalid("capture_method", "parameter_invalid_string_enum", "This sandbox captures automatically.")
	}
	pi := a.blankIntent(amount, currency, types)
	// Since 2023-08-16 whoever names no types gets all that fit, and can be told apart.
	if !f.Has("payment_method_types") {
		pi["automatic_payment_methods"] = Object{"enabled": true, "allow_redirects": "always"}
	}
	return pi, a.intentFields(pi, f)
}

// blankIntent has every field the schema wants, as null where it says nothing yet.
func (a *Account) blankIntent(amount int64, currency string, types []string) Object {
	id := a.w.NewID("pi")
	pi := Object{
		"id": id, "object": "payment_intent", "amount": amount, "amount_capturable": int64(0), "amount_received": int64(0),
		"amount_details": Object{"tip": Object{}}, "capture_method": "automatic", "confirmation_method": "automatic",
		"client_secret": id + "_secret_" + a.w.Random(25), "created": a.w.Stamp(), "currency": currency, "livemode": false,
		"metadata": Object{}, "payment_method_options": Object{}, "payment_method_types": books.Anys(types),
		"status": "requires_payment_method",
	}
	return pi.Nulls("application application_fee_amount automatic_payment_methods canceled_at cancellation_reason customer " +
		"description invoice last_payment_error latest_charge next_action on_behalf_of payment_method " +
		"payment_method_configuration_details processing receipt_email review setup_future_usage shipping " +
		"statement_descriptor statement_descriptor_suffix transfer_data transfer_group")
}

// intentFields takes over what may be said at creation and changed later.
func (a *Account) intentFields(pi Object, f Form) *Error {
	meta, err := f.Metadata(pi.Sub("metadata"))
	if err != nil {
		return err
	}
	for _, key := range []string{"statement_descriptor", "statement_descriptor_suffix"} {
		if err := books.CheckDescriptor(f.Str(key), key); err != nil {
			return err
		}
	}
	if f.Str("customer") != "" {
		if _, err := a.Get("customer", f.Str("customer"), "customer"); err != nil {
			return err
		}
	}
	if use := f.Str("setup_future_usage"); use != "" && use != "off_session" && use != "on_session" {
		return books.Invalid("setup_future_usage", "", "Invalid setup_future_usage: must be one of off_session or on_session")
	}
	pi["metadata"] = meta
	f.CopyInto(pi, "customer", "description", "receipt_email", "setup_future_usage", "statement_descriptor",
		"statement_descriptor_suffix")
	return nil
}

// methodOf finds the payment method a request names or describes, nil when it does neither.
func (a *Account) methodOf(in Object, f Form) (Object, *Error) {
	var pm Object
	var err *Error
	switch {
	case f.Str("payment_method") != "":
		pm, err = a.Get("payment_method", f.Str("payment_method"), "payment_method")
	case f.Sub("payment_method_data") != nil:
		pm, err = a.methodFrom(f.Sub("payment_method_data"))
	case in.Str("payment_method") != "":
		pm = a.Find(in.Str("payment_method"))
	}
	switch {
	case err != nil || pm == nil:
		return nil, err
	case pm.Str("customer") != "" && pm.Str("customer") != in.Str("customer"), pm.Flag("_detached"):
		return nil, books.Invalid("payment_method", "", "The provided PaymentMethod cannot be used: it belongs to another Customer, "+
			"or was detached from one.")
	case !slices.Contains(in.Strs("payment_method_types"), pm.Str("type")):
		return nil, books.Invalid("payment_method", "payment_intent_invalid_parameter",
			"The PaymentMethod provided (%s) is not allowed for this intent.", pm.Str("type"))
	}
	return pm, nil
}

// readyIntent checks all that a try needs, so that one that cannot work leaves no trace.
func (a *Account) readyIntent(pi Object, f Form) (try, *Error) {
	pm, err := a.methodOf(pi, f)
	if err != nil {
		return try{}, err
	}
	if pm == nil {
		return try{}, books.Refused("payment_intent_unexpected_state", "You cannot confirm this PaymentIntent because it's missing a "+
			"payment method. Provide one or attach it before confirming.")
	}
	// off_session is a boolean, or "one_off" or "recurring" from before mandates.
	off := f.Has("off_session") && f.Str("off_session") != "false"
	t := try{pi: pi, pm: pm, off: off, strict: f.Bool("error_on_requires_action")}
	if pm.Str("type") == "sepa_debit" {
		t.mandate, err = a.mandateFor(pm, f)
		if err == nil && pi.Num("amount") > books.MaxDebit {
			err = books.Invalid("amount", "amount_too_large", "Amount must be no more than €10,000.00 for sepa_debit")
		}
	}
	if back := f.Str("return_url"); err == nil && back != "" {
		err = books.CheckURL(back, "return_url")
		pi["_return"] = back
	}
	return t, err
}

// mandateFor finds the permission for a debit: the one named, the one kept with the payment
// method, or nil when the request brings a new one.
func (a *Account) mandateFor(pm Object, f Form) (Object, *Error) {
	id := f.Str("mandate")
	if id == "" {
		id = pm.Str("_mandate")
	}
	switch {
	case f.Sub("mandate_data") != nil:
		return nil, nil // made with the debit, if it comes to that
	case id == "":
		return nil, books.Invalid("mandate", "payment_intent_mandate_invalid",
			"This payment needs a mandate: provide mandate or mandate_data.")
	}
	m, err := a.Get("mandate", id, "mandate")
	if err != nil {
		return nil, err
	}
	if m.Str("status") != "active" || m.Str("payment_method") != pm.ID() || m.Str("type") != "multi_use" {
		return nil, books.Refused("payment_intent_mandate_invalid", "The provided mandate is invalid and can not be used for this payment intent.")
	}
	return m, nil
}

// Intent gives one.
func (a *Account) Intent(id string, _ Form) (Object, *Error) {
	return a.Get("payment_intent", id, "id")
}

// Intents lists them.
func (a *Account) Intents(_ string, f Form) (Object, *Error) {
	return a.List(books.Query{Kind: "payment_intent", URL: "/v1/payment_intents", Keep: f.Where("customer")}, f)
}

// UpdateIntent changes what was sent; the amount only while nothing is on its way.
func (a *Account) UpdateIntent(id string, f Form) (Object, *Error) {
	pi, err := a.Get("payment_intent", id, "id")
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"amount", "currency", "payment_method", "payment_method_data", "customer", "setup_future_usage"} {
		if f.Has(key) && !strings.HasPrefix(pi.Str("status"), "requires_") {
			return nil, a.unexpected(pi, "update")
		}
	}
	return pi, pi.Try(func(next Object) *Error {
		if f.Has("amount") {
			amount, err := f.Integer("amount", "amount")
			if err == nil {
				err = books.CheckMoney(amount, pi.Str("currency"), pi.Strs("payment_method_types"))
			}
			if err != nil {
				return err
			}
			next["amount"] = amount
		}
		if err := a.intentFields(next, f); err != nil {
			return err
		}
		return a.takeMethod(next, f)
	})
}

// takeMethod notes the way to pay that a request names, to be confirmed later. A question of
// 3-D Secure about another one is no longer open then.
func (a *Account) takeMethod(in Object, f Form) *Error {
	if !f.Has("payment_method") && !f.Has("payment_method_data") {
		return nil
	}
	pm, err := a.methodOf(in, f)
	if err == nil && pm != nil && strings.HasPrefix(in.Str("status"), "requires_") {
		in["payment_method"], in["status"], in["next_action"] = pm.ID(), "requires_confirmation", nil
	}
	return err
}

// unexpected is the answer to who wants of an intent what its state forbids. It shows the
// intent: mostly the caller has missed that it is paid already.
func (a *Account) unexpected(in Object, verb string) *Error {
	name := map[string]string{"payment_intent": "PaymentIntent", "setup_intent": "SetupIntent"}[in.Str("object")]
	e := books.Refused(in.Str("object")+"_unexpected_state", "You cannot %s this %s because it has a status of %s.",
		verb, name, in.Str("status"))
	if name == "PaymentIntent" {
		e.Intent = in.Clone()
	} else {
		e.Setup = in.Clone()
	}
	return e
}

// ConfirmIntent tries to take the money. One that failed or waits for 3-D Secure can be tried
// again: only succeeded and canceled are the end.
func (a *Account) ConfirmIntent(id string, f Form) (Object, *Error) {
	pi, err := a.Get("payment_intent", id, "id")
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(pi.Str("status"), "requires_") {
		return nil, a.unexpected(pi, "confirm")
	}
	if err := a.notCheckouts(pi, "confirm"); err != nil {
		return nil, err
	}
	t, err := a.readyIntent(pi, f)
	if err != nil {
		return nil, err
	}
	if use := f.Str("setup_future_usage"); use != "" {
		pi["setup_future_usage"] = use
	}
	if err := a.attempt(t); err != nil {
		return nil, err
	}
	return pi, nil
}

// notCheckouts keeps hands off an intent that an open Checkout Session works on.
func (a *Account) notCheckouts(in Object, verb string) *Error {
	if cs := a.Find(in.Str("_session")); cs != nil && cs.Str("status") == "open" {
		return books.Refused("", "You cannot %s an intent created by an open Checkout Session; expire the session instead.", verb)
	}
	return nil
}

// CancelIntent ends a payment that has not begun; money on its way cannot be called back.
func (a *Account) CancelIntent(id string, f Form) (Object, *Error) {
	pi, err := a.Get("payment_intent", id, "id")
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(pi.Str("status"), "requires_") {
		return nil, a.unexpected(pi, "cancel")
	}
	if err := a.notCheckouts(pi, "cancel"); err != nil {
		return nil, err
	}
	reason := f.Str("cancellation_reason")
	if reason != "" && !slices.Contains([]string{"abandoned", "duplicate", "fraudulent", "requested_by_customer"}, reason) {
		return nil, books.Invalid("cancellation_reason", "", "Invalid cancellation_reason: %s", books.Clip(reason))
	}
	a.cancelIntent(pi, reason)
	return pi, nil
}

// cancelIntent ends a payment or setup intent. Only the first has a time of its end.
func (a *Account) cancelIntent(in Object, reason string) {
	in["status"], in["cancellation_reason"], in["next_action"] = "canceled", books.OrNull(reason), nil
	if in.Str("object") == "payment_intent" {
		in["canceled_at"] = a.w.Stamp()
	}
	a.Emit(in.Str("object")+".canceled", in, nil)
}
