package world

import (
	"strings"

	"quitt/payments/sandbox/world/books"
	"quitt/payments/sandbox/world/numbers"
)

// NewSetup begins to save a payment method for later, without taking money.
func (a *Account) NewSetup(_ string, f Form) (Object, *Error) {
	types, err := f.MethodTypes("eur")
	if err != nil {
		return nil, err
	}
	si := a.blankSetup(types)
	if !f.Has("payment_method_types") {
		si["automatic_payment_methods"] = Object{"enabled": true, "allow_redirects": "always"}
	}
	if err := a.setupFields(si, f); err != nil {
		return nil, err
	}
	pm, err := a.methodOf(si, f)
	if err != nil {
		return nil, err
	}
	if pm != nil {
		si["payment_method"], si["status"] = pm.ID(), "requires_confirmation"
	}
	if f.Bool("confirm") {
		if err := a.readySetup(pm, f); err != nil {
			return nil, err
		}
	}
	a.Put(si)
	a.Emit("setup_intent.created", si, nil)
	if f.Bool("confirm") {
		if err := a.setUp(si, pm, nil); err != nil {
			return nil, err
		}
	}
	return si, nil
}

// blankSetup has every field the schema wants, as null where it says nothing yet.
func (a *Account) blankSetup(types []string) Object {
	id := a.w.NewID("seti")
	si := Object{
		"id": id, "object": "setup_intent", "client_secret": id + "_secret_" + a.w.Random(25), "created": a.w.Stamp(),
		"livemode": false, "metadata": Object{}, "payment_method_options": Object{}, "payment_method_types": books.Anys(types),
		"status": "requires_payment_method", "usage": "off_session",
	}
	return si.Nulls("application automatic_payment_methods cancellation_reason customer description flow_directions " +
		"last_setup_error latest_attempt mandate next_action on_behalf_of payment_method " +
		"payment_method_configuration_details single_use_mandate")
}

// setupFields takes over what may be said at creation and changed later.
func (a *Account) setupFields(si Object, f Form) *Error {
	meta, err := f.Metadata(si.Sub("metadata"))
	if err != nil {
		return err
	}
	if f.Str("customer") != "" {
		if _, err := a.Get("customer", f.Str("customer"), "customer"); err != nil {
			return err
		}
	}
	si["metadata"] = meta
	f.CopyInto(si, "customer", "description")
	if use := f.Str("usage"); use != "" {
		si["usage"] = use
	}
	return nil
}

// readySetup checks what confirming needs. An account can be debited later only with a
// mandate, and a mandate has to say how it was given.
func (a *Account) readySetup(pm Object, f Form) *Error {
	switch {
	case pm == nil:
		return books.Refused("setup_intent_unexpected_state", "You cannot confirm this SetupIntent because it's missing a payment method.")
	case pm.Str("type") == "sepa_debit" && f.Sub("mandate_data") == nil:
		return books.Invalid("mandate_data", "parameter_missing", "This SetupIntent needs mandate_data to be confirmed.")
	}
	return nil
}

// setUp saves the payment method, or asks for 3-D Secure, or says why not. done is as in try.
func (a *Account) setUp(si, pm Object, done func()) *Error {
	si["payment_method"], si["next_action"] = pm.ID(), nil
	b := numbers.Of(pm.Str("_case"))
	secured := si.Flag("_secured")
	switch {
	case pm.Str("type") == "sepa_debit":
		// Nobody asks the bank: a wrong account shows at the first debit.
		si["mandate"] = a.newMandate(pm, nil).ID()
	case !secured && (b.Secure == "always" || b.Secure == "unless_setup"):
		si["status"] = "requires_action"
		si["next_action"] = Object{"type": "redirect_to_url", "redirect_to_url": Object{
			"url": a.w.Base() + "/c/3ds/" + si.ID(), "return_url": books.OrNull(si.Str("_return"))}}
		a.Emit("setup_intent.requires_action", si, nil)
		return nil
	case b.Decline != "" && !b.Attaches:
		return a.failSetup(si, pm, refusal(b))
	}
	si["status"], si["last_setup_error"] = "succeeded", nil
	a.save(si, pm)
	if done != nil {
		done()
	}
	a.Emit("setup_intent.succeeded", si, nil)
	return nil
}

// failSetup lets another payment method be tried.
func (a *Account) failSetup(si, pm Object, err *Error) *Error {
	si["status"], si["payment_method"], si["next_action"] = "requires_payment_method", nil, nil
	si["last_setup_error"] = err.Last(pm)
	a.Emit("setup_intent.setup_failed", si, nil)
	err.Setup = si.Clone()
	return err
}

// Setup gives one.
func (a *Account) Setup(id string, _ Form) (Object, *Error) { return a.Get("setup_intent", id, "id") }

// Setups lists them.
func (a *Account) Setups(_ string, f Form) (Object, *Error) {
	return a.List(books.Query{Kind: "setup_intent", URL: "/v1/setup_intents", Keep: f.Where("customer", "payment_method")}, f)
}

// UpdateSetup changes what was sent.
func (a *Account) UpdateSetup(id string, f Form) (Object, *Error) {
	si, err := a.Get("setup_intent", id, "id")
	if err != nil {
		return nil, err
	}
	return si, si.Try(func(next Object) *Error {
		if err := a.setupFields(next, f); err != nil {
			return err
		}
		return a.takeMethod(next, f)
	})
}

// ConfirmSetup tries to save the payment method.
func (a *Account) ConfirmSetup(id string, f Form) (Object, *Error) {
	si, err := a.Get("setup_intent", id, "id")
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(si.Str("status"), "requires_") {
		return nil, a.unexpected(si, "confirm")
	}
	if err := a.notCheckouts(si, "confirm"); err != nil {
		return nil, err
	}
	pm, err := a.methodOf(si, f)
	if err != nil {
		return nil, err
	}
	if err := a.readySetup(pm, f); err != nil {
		return nil, err
	}
	if back := f.Str("return_url"); back != "" {
		if err := books.CheckURL(back, "return_url"); err != nil {
			return nil, err
		}
		si["_return"] = back
	}
	if err := a.setUp(si, pm, nil); err != nil {
		return nil, err
	}
	return si, nil
}

// CancelSetup ends one that has not succeeded.
func (a *Account) CancelSetup(id string, f Form) (Object, *Error) {
	si, err := a.Get("setup_intent", id, "id")
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(si.Str("status"), "requires_") {
		return nil, a.unexpected(si, "cancel")
	}
	if err := a.notCheckouts(si, "cancel"); err != nil {
		return nil, err
	}
	a.cancelIntent(si, f.Str("cancellation_reason"))
	return si, nil
}
