package world

import (
	"slices"
	"strconv"
	"strings"

	"quitt/payments/sandbox/world/books"
)

// The bounds of one payment, in cents: the provider's smallest, its eight digits, and the
// most a direct debit may take.
const (
	minAmount, maxAmount, maxDebit = 50, 99_999_999, 1_000_000
)

// checkMoney reads and judges an amount for the ways it may be paid.
func checkMoney(amount int64, currency string, types []string) *Error {
	debit := slices.Contains(types, "sepa_debit")
	switch {
	case amount < minAmount:
		return books.Invalid("amount", "amount_too_small", "Amount must be at least €0.50 eur")
	case amount > maxAmount:
		return books.Invalid("amount", "amount_too_large", "Amount must be no more than €999,999.99")
	case debit && currency != "eur":
		return books.Invalid("payment_method_types", "payment_intent_invalid_parameter",
			"The currency provided (%s) is invalid. Payments with sepa_debit support the following currencies: eur.", books.Clip(currency))
	case debit && amount > maxDebit && len(types) == 1:
		return books.Invalid("amount", "amount_too_large", "Amount must be no more than €10,000.00 for sepa_debit")
	}
	return nil
}

func checkCurrency(s, param string) (string, *Error) {
	s = strings.ToLower(s)
	switch {
	case s == "":
		return "", books.Required(param)
	case !slices.Contains([]string{"eur", "usd", "gbp", "chf"}, s):
		return "", books.Invalid(param, "", "Invalid currency: %s.", books.Clip(s))
	}
	return s, nil
}

// methodTypes reads which ways to pay are offered. currency decides what is offered when
// nothing was asked for.
func methodTypes(f Form, currency string) ([]string, *Error) {
	types := f.Strs("payment_method_types")
	for i, t := range types {
		if t != "card" && t != "sepa_debit" || slices.Contains(types[:i], t) {
			return nil, books.Invalid("payment_method_types["+strconv.Itoa(i)+"]", "",
				"The payment method type \"%s\" is invalid: this sandbox knows card and sepa_debit, each once.", books.Clip(t))
		}
	}
	if len(types) == 0 && currency == "eur" {
		return []string{"card", "sepa_debit"}, nil
	}
	if len(types) == 0 {
		return []string{"card"}, nil
	}
	return types, nil
}

func checkDescriptor(s, param string) *Error {
	hasLetter := strings.IndexFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }) >= 0
	if s != "" && (len(s) > 22 || strings.ContainsAny(s, `<>\'"*`) || !hasLetter) {
		return books.Invalid(param, "", "The statement descriptor must have at most 22 characters, a letter, and none of < > \\ ' \" *.")
	}
	return nil
}

// NewIntent begins a payment, and tries it at once if asked to confirm.
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

func (a *Account) draftIntent(f Form) (Object, *Error) {
	if !f.Has("amount") {
		return nil, books.Required("amount")
	}
	amount, err := f.Integer("amount", "amount")
	if err != nil {
		return nil, err
	}
	currency, err := checkCurrency(f.Str("currency"), "currency")
	if err != nil {
		return nil, err
	}
	types, err := methodTypes(f, currency)
	if err != nil {
		return nil, err
	}
	if err := checkMoney(amount, currency, types); err != nil {
		return nil, err
	}
	if f.Has("capture_method") && f.Str("capture_method") != "automatic" {
		return nil, books.Invalid("capture_method", "parameter_invalid_string_enum", "This sandbox captures automatically.")
	}
	pi := a.blankIntent(amount, currency, types)
	if !f.Has("payment_method_types") {
		pi["automatic_payment_methods"] = Object{"enabled": true, "allow_redirects": "always"}
	}
	return pi, a.intentFields(pi, f)
}

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
		if err := checkDescriptor(f.Str(key), key); err != nil {
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
	off := f.Has("off_session") && f.Str("off_session") != "false"
	t := try{pi: pi, pm: pm, off: off, strict: f.Bool("error_on_requires_action")}
	if pm.Str("type") == "sepa_debit" {
		t.mandate, err = a.mandateFor(pm, f)
		if err == nil && pi.Num("amount") > maxDebit {
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
		return nil, nil
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
	for _, key := range []string{"amount", "currency", "payment_method", "payment_method_types", "customer", "setup_future_usage"} {
		if f.Has(key) && !strings.HasPrefix(pi.Str("status"), "requires_") {
			return nil, a.unexpected(pi, "update")
		}
	}
	if f.Has("amount") {
		amount, err := f.Integer("amount", "amount")
		if err != nil {
			return nil, err
		}
		if err := checkMoney(amount, pi.Str("currency"), pi.Strs("payment_method_types")); err != nil {
			return nil, err
		}
		pi["amount"] = amount
	}
	if err := a.intentFields(pi, f); err != nil {
		return nil, err
	}
	pm, err := a.methodOf(pi, f)
	if err != nil {
		return nil, err
	}
	if pm != nil && pi.Str("payment_method") == "" {
		pi["payment_method"], pi["status"] = pm.ID(), "requires_confirmation"
	}
	return pi, nil
}

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

// ConfirmIntent tries to take the money.
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

func (a *Account) cancelIntent(in Object, reason string) {
	in["status"], in["cancellation_reason"], in["next_action"] = "canceled", books.OrNull(reason), nil
	if in.Str("object") == "payment_intent" {
		in["canceled_at"] = a.w.Stamp()
	}
	a.Emit(in.Str("object")+".canceled", in, nil)
}
