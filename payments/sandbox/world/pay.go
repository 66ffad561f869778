package world

import (
	"strings"

	"quitt/payments/sandbox/world/books"
)

// The ways a page of the checkout ends.
const (
	Done     = "done"      // go to Redirect
	Needs3DS = "needs_3ds" // show the bank's page, then Authenticate
	Declined = "declined"  // show Message at Field, try again
	Expired  = "expired"   // the session is closed unpaid
)

// Verdicts of the bank's page.
const (
	Allow   = "allow"
	Deny    = "deny"
	Timeout = "timeout"
)

// Outcome is what a page shows or does next.
type Outcome struct {
	State    string `json:"state"`
	Redirect string `json:"redirect,omitempty"` // with the session's id filled in
	Code     string `json:"code,omitempty"`
	Decline  string `json:"decline_code,omitempty"`
	Message  string `json:"message,omitempty"`
	Field    string `json:"field,omitempty"`
	Session  string `json:"session,omitempty"`
	Intent   string `json:"intent,omitempty"`
	// Event is the checkout.session.completed whose receipt is worth waiting for before
	// the redirect.
	Event string `json:"event,omitempty"`
}

// FindSession looks for a session in every account: a page knows no more than its id.
func (w *World) FindSession(id string) (*Account, Object, *Error) {
	return w.findIn(id, "checkout.session")
}

// IntentOf gives the intent behind a session, or the one of that id.
func (w *World) IntentOf(id string) (*Account, Object, *Error) {
	a, cs, err := w.FindSession(id)
	if err != nil {
		return w.FindIntent(id)
	}
	if in := a.sessionIntentIfAny(cs); in != nil {
		return a, in, nil
	}
	return a, cs.Sub("_intent"), nil // made when the button is first pressed
}

// FindIntent does so for a payment or setup intent.
func (w *World) FindIntent(id string) (*Account, Object, *Error) {
	if strings.HasPrefix(id, "seti_") {
		return w.findIn(id, "setup_intent")
	}
	return w.findIn(id, "payment_intent")
}

// findIn gives the object with the account it is in. Ids are unique over all accounts.
func (w *World) findIn(id, kind string) (*Account, Object, *Error) {
	for _, a := range w.Accounts {
		if o := a.Find(id); o != nil && o.Str("object") == kind {
			return &Account{a, w}, o, nil
		}
	}
	return nil, nil, books.Missing(kind, id, "id")
}

// PayCard pays a session by card.
func (w *World) PayCard(session string, c Card) (Outcome, *Error) {
	return w.pay(session, "card", c.Email, func(a *Account) (Object, *Error) { return a.cardMethod(c) })
}

// PayDebit pays a session by direct debit.
func (w *World) PayDebit(session string, d Debit) (Outcome, *Error) {
	return w.pay(session, "sepa_debit", d.Email, func(a *Account) (Object, *Error) { return a.debitMethod(d) })
}

// pay makes the payment method and tries it. What was typed ends here: the method keeps the
// last digits. A number that is refused is an outcome for the page, not an error.
func (w *World) pay(session, kind, email string, method func(*Account) (Object, *Error)) (Outcome, *Error) {
	a, cs, err := w.FindSession(session)
	if err != nil {
		return Outcome{}, err
	}
	if cs.Str("status") != "open" {
		return a.closedSession(cs), nil
	}
	offered := false
	for _, t := range cs.Strs("payment_method_types") {
		offered = offered || t == kind
	}
	if !offered {
		return Outcome{}, books.Invalid("type", "", "This session does not offer %s.", kind)
	}
	if kind == "sepa_debit" && cs.Num("amount_total") > books.MaxDebit {
		return Outcome{}, books.Invalid("amount", "amount_too_large", "Amount must be no more than €10,000.00 for sepa_debit")
	}
	pm, err := method(a)
	if err != nil {
		return outcomeOf(cs, err), nil
	}
	if email == "" {
		email = cs.Str("customer_email")
	}
	cs["_who"] = Object{"name": pm.Sub("billing_details")["name"], "email": books.OrNull(email)}
	return a.try(cs, pm, false), nil
}

// closedSession sends a debtor who comes back to a finished page where it leads.
func (a *Account) closedSession(cs Object) Outcome {
	if cs.Str("status") == "complete" {
		return Outcome{State: Done, Session: cs.ID(), Redirect: SuccessURL(cs)}
	}
	return Outcome{State: Expired, Session: cs.ID(), Redirect: cs.Str("cancel_url")}
}

// outcomeOf is a refusal as the page shows it. cs is nil for an intent without a session.
func outcomeOf(cs Object, err *Error) Outcome {
	return Outcome{State: Declined, Session: cs.ID(), Code: err.Code, Decline: err.Decline, Message: err.Message, Field: err.Param}
}

// SuccessURL is where the debtor goes on, told the session as the merchant asked for it.
func SuccessURL(cs Object) string {
	return strings.ReplaceAll(cs.Str("success_url"), "{CHECKOUT_SESSION_ID}", cs.ID())
}

// Abouts gives the descriptions of a session's items, one for each.
func Abouts(cs Object) (list []string) {
	items, _ := cs["_items"].([]any)
	for _, item := range items {
		o, _ := item.(Object)
		list = append(list, o.Str("_about"))
	}
	return list
}

// try is one press of the button on the session's page.
func (a *Account) try(cs, pm Object, secured bool) Outcome {
	out := Outcome{State: Done, Session: cs.ID()}
	done := func() { out.Event = a.complete(cs) }
	in, err := a.sessionIntent(cs), (*Error)(nil)
	if in.Str("object") == "payment_intent" {
		err = a.attempt(try{pi: in, pm: pm, secured: secured, done: done})
	} else {
		in["_secured"] = secured
		err = a.setUp(in, pm, done)
	}
	switch {
	case err != nil:
		out = outcomeOf(cs, err)
	case in.Str("status") == "requires_action":
		out.State = Needs3DS
	default:
		out.Redirect = SuccessURL(cs)
	}
	out.Intent = in.ID()
	return out
}

// sessionIntent gives the intent behind the page. That of a payment is made when the button
// is first pressed, as the provider has done since 2022-08-01.
func (a *Account) sessionIntent(cs Object) Object {
	if si := a.Find(cs.Str("setup_intent")); si != nil {
		a.sessionCustomer(cs, si)
		return si
	}
	if pi := a.Find(cs.Str("payment_intent")); pi != nil {
		return pi
	}
	pi := cs.Sub("_intent")
	delete(cs, "_intent")
	pi["created"], pi["_session"] = a.w.Stamp(), cs.ID()
	cs["payment_intent"] = pi.ID()
	a.sessionCustomer(cs, pi)
	a.Put(pi)
	a.Emit("payment_intent.created", pi, nil)
	return pi
}

// sessionCustomer makes the customer that saving a payment method needs.
func (a *Account) sessionCustomer(cs, pi Object) {
	if cs.Str("customer") != "" || pi.Str("setup_future_usage") == "" && cs.Str("customer_creation") != "always" {
		return
	}
	who := cs.Sub("_who")
	c, err := a.NewCustomer("", Form{"name": who.Str("name"), "email": who.Str("email")})
	if err != nil {
		return
	}
	cs["customer"], pi["customer"] = c.ID(), c.ID()
}

// complete closes the session and gives the event that says so.
func (a *Account) complete(cs Object) string {
	a.Forget("session_expire", cs.ID())
	cs["status"] = "complete"
	if pi := a.Find(cs.Str("payment_intent")); pi.Str("status") == "succeeded" {
		cs["payment_status"] = "paid"
	}
	who := cs.Sub("_who")
	cs["customer_details"] = Object{"email": who["email"], "name": who["name"], "tax_exempt": "none", "tax_ids": []any{},
		"address": Object{}.Nulls("city country line1 line2 postal_code state"), "phone": nil}
	return a.Emit("checkout.session.completed", cs, nil).ID()
}

// Authenticate is the bank's answer to a 3-D Secure question, for a session or an intent.
func (w *World) Authenticate(id, verdict string) (Outcome, *Error) {
	a, cs, err := w.FindSession(id)
	var in Object
	if err == nil {
		in = a.sessionIntentIfAny(cs)
	} else if a, in, err = w.FindIntent(id); err != nil {
		return Outcome{}, err
	} else {
		cs = a.Find(in.Str("_session"))
	}
	if cs != nil && cs.Str("status") != "open" {
		return a.closedSession(cs), nil
	}
	if in.Str("status") != "requires_action" {
		return Outcome{}, books.Refused("payment_intent_unexpected_state", "There is no 3-D Secure question to answer.")
	}
	pm := a.Find(in.Str("payment_method"))
	if verdict != Allow {
		return a.refuse(cs, in, pm), nil
	}
	if cs != nil {
		return a.try(cs, pm, true), nil
	}
	if in.Str("object") == "setup_intent" {
		in["_secured"] = true
		err = a.setUp(in, pm, nil)
	} else {
		err = a.attempt(try{pi: in, pm: pm, secured: true})
	}
	out := Outcome{State: Done, Redirect: in.Str("_return")}
	if err != nil {
		out = outcomeOf(nil, err)
	}
	out.Intent = in.ID()
	return out, nil
}

func (a *Account) sessionIntentIfAny(cs Object) Object {
	if in := a.Find(cs.Str("payment_intent")); in != nil {
		return in
	}
	return a.Find(cs.Str("setup_intent"))
}

// refuse puts an intent back after 3-D Secure was denied or ran out of time. No charge was
// tried.
func (a *Account) refuse(cs, in, pm Object) Outcome {
	err := books.Refused(in.Str("object")+"_authentication_failure", "The provided PaymentMethod has failed authentication. "+
		"You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.")
	if in.Str("object") == "setup_intent" {
		err = a.failSetup(in, pm, err)
	} else {
		a.backToStart(try{pi: in, pm: pm}, err)
		a.Emit("payment_intent.payment_failed", in, nil)
	}
	out := outcomeOf(cs, err)
	out.Intent, out.Redirect = in.ID(), in.Str("_return")
	return out
}

// Cancel is the way back from a page; the session stays open until it expires.
func (w *World) Cancel(session string) (Outcome, *Error) {
	a, cs, err := w.FindSession(session)
	if err != nil {
		return Outcome{}, err
	}
	if cs.Str("status") != "open" {
		return a.closedSession(cs), nil
	}
	return Outcome{State: Done, Session: session, Redirect: cs.Str("cancel_url")}, nil
}
