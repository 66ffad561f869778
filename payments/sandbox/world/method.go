package world

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"quitt/payments/sandbox/world/books"
	"quitt/payments/sandbox/world/numbers"
)

// Card is what a cardholder types.
type Card struct {
	Number      string
	Month, Year int
	CVC         string
	Name, Email string
}

// Debit is what the owner of an account types.
type Debit struct{ IBAN, Name, Email string }

// cardMethod makes a payment method of a card: brand, end and behaviour are kept, the
// number is not.
func (a *Account) cardMethod(c Card) (Object, *Error) {
	b, known := numbers.Card(c.Number)
	switch {
	case !known:
		e := books.Declined("card_declined", "test_mode_live_card",
			"Your card was declined. Your request was in test mode, but used a non test card.")
		e.Param = "number"
		return nil, e
	case b.Decline == "incorrect_number":
		e := refusal(b)
		e.Param = "number"
		return nil, e
	}
	if err := a.checkCard(c, b); err != nil {
		return nil, err
	}
	last4 := b.Number[len(b.Number)-4:]
	o := a.newMethod("card", b.Name, billing(c.Name, c.Email))
	o["card"] = Object{
		"brand": b.Brand, "country": b.Country, "exp_month": int64(c.Month), "exp_year": int64(c.Year),
		"fingerprint": fingerprint(b.Number), "funding": b.Funding, "last4": last4, "display_brand": b.Brand,
		"checks":               Object{"cvc_check": "pass"}.Nulls("address_line1_check address_postal_code_check"),
		"networks":             Object{"available": []any{b.Brand}, "preferred": nil},
		"three_d_secure_usage": Object{"supported": b.Brand != "amex"},
	}.Nulls("generated_from wallet")
	o["_setup"] = b.SetUp
	return a.Put(o), nil
}

// checkCard judges what a cardholder typed besides the number. A missing security code is
// right for calls of the API; the page asks for one.
func (a *Account) checkCard(c Card, b numbers.Behaviour) *Error {
	code, param := "", ""
	now := a.w.Now()
	digits := 3
	if b.Brand == "amex" {
		digits = 4
	}
	switch {
	case c.Month < 1 || c.Month > 12:
		code, param = "invalid_expiry_month", "exp_month"
	case c.Year < now.Year() || c.Year > now.Year()+50:
		code, param = "invalid_expiry_year", "exp_year"
	case c.Year == now.Year() && time.Month(c.Month) < now.Month():
		code, param = "invalid_expiry_month", "exp_month"
	case c.CVC != "" && (len(c.CVC) != digits || strings.Trim(c.CVC, "0123456789") != ""):
		code, param = "invalid_cvc", "cvc"
	default:
		return nil
	}
	e := books.Declined(code, "", "Your card's "+strings.NewReplacer("exp_", "expiration ", "cvc", "security code").Replace(param)+" is invalid.")
	e.Param = param
	return e
}

// debitMethod makes a payment method of an account number. Name and address for mail are
// needed: debits are announced to somebody.
func (a *Account) debitMethod(d Debit) (Object, *Error) {
	b, known := numbers.IBAN(d.IBAN)
	switch {
	case !known:
		return nil, books.Invalid("sepa_debit[iban]", "invalid_bank_account_iban",
			"The IBAN is no test number. This sandbox takes no other.")
	case b.Decline != "":
		return nil, books.Invalid("sepa_debit[iban]", b.Decline, "The bank account provided can not be used.")
	case d.Name == "":
		return nil, books.Required("billing_details[name]")
	case !strings.Contains(d.Email, "@"):
		return nil, books.Required("billing_details[email]")
	}
	bank := b.Number[4:12] // Bankleitzahl; in Austria five digits
	if !strings.HasPrefix(b.Number, "DE") {
		bank = b.Number[4:9]
	}
	o := a.newMethod("sepa_debit", b.Name, billing(d.Name, d.Email))
	o["sepa_debit"] = Object{
		"bank_code": bank, "branch_code": "", "country": b.Number[:2], "fingerprint": fingerprint(b.Number),
		"last4": b.Number[len(b.Number)-4:], "generated_from": Object{}.Nulls("charge setup_attempt"),
	}
	return a.Put(o), nil
}

// newMethod has what every payment method has. The name of the test case decides what it
// does from now on.
func (a *Account) newMethod(kind, name string, who Object) Object {
	return Object{
		"id": a.w.NewID("pm"), "object": "payment_method", "created": a.w.Stamp(), "livemode": false,
		"type": kind, "billing_details": who, "customer": nil, "metadata": Object{}, "_case": name,
	}
}

func billing(name, email string) Object {
	return Object{"name": books.OrNull(name), "email": books.OrNull(email), "phone": nil,
		"address": Object{}.Nulls("city country line1 line2 postal_code state")}
}

// fingerprint tells whether two payment methods are the same card or account.
func fingerprint(number string) string {
	sum := sha256.Sum256([]byte("sandbox fingerprint\x00" + number))
	return hex.EncodeToString(sum[:8])
}

// NewMethod makes a payment method from numbers sent to the API itself.
func (a *Account) NewMethod(_ string, f Form) (Object, *Error) {
	meta, err := f.Metadata(nil)
	if err != nil {
		return nil, err
	}
	o, err := a.methodFrom(f)
	if err != nil {
		return nil, err
	}
	o["metadata"] = meta
	return o, nil
}

func (a *Account) methodFrom(f Form) (Object, *Error) {
	who := f.Sub("billing_details")
	switch f.Str("type") {
	case "":
		return nil, books.Required("type")
	case "card":
		c := f.Sub("card")
		if token := c.Str("token"); token != "" || c.Str("number") == "" {
			return nil, books.Required("card[number]")
		}
		month, _ := strconv.Atoi(c.Str("exp_month"))
		year, _ := strconv.Atoi(c.Str("exp_year"))
		return a.cardMethod(Card{c.Str("number"), month, year, c.Str("cvc"), who.Str("name"), who.Str("email")})
	case "sepa_debit":
		iban := f.Sub("sepa_debit").Str("iban")
		if iban == "" {
			return nil, books.Required("sepa_debit[iban]")
		}
		return a.debitMethod(Debit{iban, who.Str("name"), who.Str("email")})
	}
	return nil, books.Invalid("type", "", "Invalid type: this sandbox knows card and sepa_debit.")
}

// Method gives one.
func (a *Account) Method(id string, _ Form) (Object, *Error) {
	return a.Get("payment_method", id, "id")
}

// Methods lists those of a customer.
func (a *Account) Methods(_ string, f Form) (Object, *Error) {
	return a.List(books.Query{Kind: "payment_method", URL: "/v1/payment_methods", Keep: f.Where("customer", "type")}, f)
}

// MethodsOf lists those of the customer in the path.
func (a *Account) MethodsOf(customer string, f Form) (Object, *Error) {
	if _, err := a.Get("customer", customer, "id"); err != nil {
		return nil, err
	}
	keep := func(o Object) bool { return o.Str("customer") == customer && f.Where("type")(o) }
	return a.List(books.Query{Kind: "payment_method", URL: "/v1/customers/" + customer + "/payment_methods", Keep: keep}, f)
}

// Attach gives a payment method to a customer.
func (a *Account) Attach(id string, f Form) (Object, *Error) {
	pm, err := a.Get("payment_method", id, "id")
	if err != nil {
		return nil, err
	}
	if !f.Has("customer") {
		return nil, books.Required("customer")
	}
	c, err := a.Get("customer", f.Str("customer"), "customer")
	if err != nil {
		return nil, err
	}
	switch owner := pm.Str("customer"); {
	case pm.Flag("_detached"):
		return nil, books.Refused("", "This PaymentMethod was previously used without being attached to a Customer or was detached "+
			"from a Customer, and may not be used again.")
	case owner != "" && owner != c.ID():
		return nil, books.Refused("", "The payment method you provided has already been attached to a customer.")
	}
	if b := numbers.Of(pm.Str("_case")); b.Decline != "" && !b.Attaches {
		return nil, refusal(b)
	}
	a.attach(pm, c.ID())
	return pm, nil
}

// attach gives the method to a customer, once.
func (a *Account) attach(pm Object, customer string) {
	if pm.Str("customer") == customer {
		return
	}
	pm["customer"] = customer
	a.Emit("payment_method.attached", pm, nil)
}

// Detach takes it off again, for good.
func (a *Account) Detach(id string, _ Form) (Object, *Error) {
	pm, err := a.Get("payment_method", id, "id")
	if err != nil {
		return nil, err
	}
	if pm.Str("customer") == "" {
		return nil, books.Refused("", "The payment method you provided is not attached to a customer so detachment is impossible.")
	}
	old := pm.Str("customer")
	pm["customer"], pm["_detached"] = nil, true
	a.Emit("payment_method.detached", pm, Object{"customer": old})
	return pm, nil
}

// newMandate records that the owner of an account allowed debits: once for the amount, or
// until further notice.
func (a *Account) newMandate(pm Object, once Object) Object {
	id := a.w.NewID("mandate")
	o := Object{
		"id": id, "object": "mandate", "livemode": false, "payment_method": pm.ID(), "status": "active",
		"customer_acceptance": Object{"type": "online", "accepted_at": a.w.Stamp(),
			"online": Object{"ip_address": "127.0.0.1", "user_agent": "sandbox"}},
		"payment_method_details": Object{"type": "sepa_debit", "sepa_debit": Object{
			"reference": strings.ToUpper(a.w.Random(16)), "url": a.w.Base() + "/c/mandate/" + id}},
	}
	if once != nil {
		o["type"], o["single_use"] = "single_use", once
	} else {
		o["type"], o["multi_use"] = "multi_use", Object{}
	}
	a.Put(o)
	if once == nil {
		pm["_mandate"] = id
	}
	return o
}

// Mandate gives one.
func (a *Account) Mandate(id string, _ Form) (Object, *Error) { return a.Get("mandate", id, "id") }

// Deactivate ends a mandate, as a bank or its customer does.
func (a *Account) Deactivate(id string) *Error {
	o, err := a.Get("mandate", id, "id")
	if err != nil {
		return err
	}
	a.endMandate(o)
	return nil
}

// endMandate makes a mandate useless, for good. The merchant learns of it by this event, or
// when the next debit is refused.
func (a *Account) endMandate(o Object) {
	if o == nil || o.Str("status") == "inactive" {
		return
	}
	old := o.Str("status")
	o["status"] = "inactive"
	a.Emit("mandate.updated", o, Object{"status": old})
}

// refusal is the error a charge to this card ends with, nil if it goes through.
func refusal(b numbers.Behaviour) *Error {
	if b.Decline == "" {
		return nil
	}
	return books.Declined(b.Decline, b.Reason, b.Message())
}
