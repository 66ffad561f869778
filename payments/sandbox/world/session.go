package world

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"quitt/payments/sandbox/world/books"
)

// How long a Checkout Session may be open.
const (
	minSession, maxSession = 30 * time.Minute, 24 * time.Hour
)

// NewSession opens a hosted page on which a debtor pays or saves a payment method.
func (a *Account) NewSession(_ string, f Form) (Object, *Error) {
	cs, err := a.draftSession(f)
	if err != nil {
		return nil, err
	}
	if cs.Str("mode") == "payment" {
		err = a.sessionItems(cs, f)
	} else {
		err = a.sessionSetup(cs, f)
	}
	if err != nil {
		return nil, err
	}
	a.Put(cs)
	a.Later(books.Unix(cs.Num("expires_at")), "session_expire", cs.ID(), "")
	return cs, nil
}

// draftSession reads what sessions of both modes have, without adding one to the account.
func (a *Account) draftSession(f Form) (Object, *Error) {
	mode := f.Str("mode")
	switch {
	case mode == "":
		return nil, books.Required("mode")
	case mode != "payment" && mode != "setup":
		return nil, books.Invalid("mode", "", "This sandbox knows the modes payment and setup.")
	case f.Has("ui_mode") && f.Str("ui_mode") != "hosted":
		return nil, books.Invalid("ui_mode", "", "This sandbox has hosted pages only.")
	case f.Str("success_url") == "":
		return nil, books.Required("success_url")
	}
	for _, key := range []string{"success_url", "cancel_url"} {
		if f.Has(key) {
			if err := books.CheckURL(f.Str(key), key); err != nil {
				return nil, err
			}
		}
	}
	if len([]rune(f.Str("client_reference_id"))) > 200 {
		return nil, books.Invalid("client_reference_id", "", "client_reference_id must be at most 200 characters.")
	}
	meta, err := f.Metadata(nil)
	if err != nil {
		return nil, err
	}
	expires, err := a.expiry(f)
	if err != nil {
		return nil, err
	}
	if f.Str("customer") != "" {
		if _, err := a.Get("customer", f.Str("customer"), "customer"); err != nil {
			return nil, err
		}
		if f.Has("customer_email") || f.Has("customer_creation") {
			return nil, books.Invalid("customer_email", "", "You may only specify one of these parameters: customer, customer_email, customer_creation.")
		}
	}
	cs := a.blankSession(mode, expires)
	cs["metadata"] = meta
	f.CopyInto(cs, "success_url", "cancel_url", "client_reference_id", "customer", "customer_email", "customer_creation", "locale", "submit_type")
	return cs, nil
}

// expiry is when the session closes by itself: in a day, unless it shall be sooner.
func (a *Account) expiry(f Form) (int64, *Error) {
	now := a.w.Now()
	if !f.Has("expires_at") {
		return now.Add(maxSession).Unix(), nil
	}
	at, err := f.Integer("expires_at", "expires_at")
	if err != nil {
		return 0, err
	}
	if at < now.Add(minSession).Unix() || at > now.Add(maxSession).Unix() {
		return 0, books.Invalid("expires_at", "", "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from Checkout Session creation.")
	}
	return at, nil
}

// blankSession has every field the schema wants, as null where it says nothing yet.
func (a *Account) blankSession(mode string, expires int64) Object {
	id := "cs_test_a1" + a.w.Random(56)
	cs := Object{
		"id": id, "object": "checkout.session", "created": a.w.Stamp(), "expires_at": expires, "livemode": false, "mode": mode,
		"automatic_tax":    Object{"enabled": false, "liability": nil, "status": nil},
		"custom_fields":    []any{},
		"custom_text":      Object{}.Nulls("after_submit shipping_address submit terms_of_service_acceptance"),
		"metadata":         Object{},
		"payment_status":   "unpaid",
		"status":           "open",
		"ui_mode":          "hosted",
		"url":              a.w.Base() + "/c/pay/" + id,
		"shipping_options": []any{}, "payment_method_options": Object{}, "phone_number_collection": Object{"enabled": false},
	}
	return cs.Nulls("after_expiration allow_promotion_codes amount_subtotal amount_total billing_address_collection cancel_url " +
		"client_reference_id client_secret consent consent_collection currency currency_conversion customer customer_creation " +
		"customer_details customer_email invoice invoice_creation locale payment_intent payment_link payment_method_collection " +
		"payment_method_configuration_details recovered_from setup_intent shipping_address_collection shipping_cost " +
		"shipping_details submit_type subscription success_url total_details")
}

// sessionItems reads what is to be paid. The intent is drafted now, so that a mistake in it
// shows at once, and added when the debtor first presses the button.
func (a *Account) sessionItems(cs Object, f Form) *Error {
	items := f.Subs("line_items")
	if len(items) == 0 {
		return books.Required("line_items")
	}
	var total int64
	var lines []any
	for i, item := range items {
		line, err := a.lineItem(item, "line_items["+strconv.Itoa(i)+"]")
		if err != nil {
			return err
		}
		if c := cs.Str("currency"); c != "" && c != line.Str("currency") {
			return books.Invalid("line_items["+strconv.Itoa(i)+"][price_data][currency]", "", "All prices must have the same currency.")
		}
		cs["currency"] = line.Str("currency")
		total += line.Num("amount_total")
		lines = append(lines, line)
	}
	types, err := f.MethodTypes(cs.Str("currency"))
	if err != nil {
		return err
	}
	if err := books.CheckMoney(total, cs.Str("currency"), types); err != nil {
		err.Param = "line_items"
		return err
	}
	data := f.Sub("payment_intent_data")
	draft := a.blankIntent(total, cs.Str("currency"), types)
	if err := a.intentFields(draft, data); err != nil {
		if err.Param != "" { // as it was sent: a[b] becomes payment_intent_data[a][b]
			err.Param = "payment_intent_data[" + strings.Replace(err.Param, "[", "][", 1)
			err.Param = strings.TrimSuffix(err.Param, "]") + "]"
		}
		return err
	}
	draft["customer"] = cs["customer"]
	cs["_items"], cs["_intent"] = lines, draft
	cs["amount_subtotal"], cs["amount_total"], cs["payment_method_types"] = total, total, books.Anys(types)
	cs["total_details"] = Object{"amount_discount": int64(0), "amount_shipping": int64(0), "amount_tax": int64(0)}
	cs["payment_method_collection"] = "if_required"
	if cs["customer"] == nil && cs["customer_creation"] == nil {
		cs["customer_creation"] = "if_required"
	}
	return nil
}

// lineItem reads one line. Prices and products are made up on the way: they exist in the
// answer and nowhere else.
func (a *Account) lineItem(f Form, path string) (Object, *Error) {
	price := f.Sub("price_data")
	product := price.Sub("product_data")
	switch {
	case price == nil:
		return nil, books.Required(path + "[price_data]")
	case product.Str("name") == "":
		return nil, books.Required(path + "[price_data][product_data][name]")
	case !price.Has("unit_amount"):
		return nil, books.Required(path + "[price_data][unit_amount]")
	case !f.Has("quantity"):
		return nil, books.Required(path + "[quantity]")
	}
	currency, err := books.CheckCurrency(price.Str("currency"), path+"[price_data][currency]")
	if err != nil {
		return nil, err
	}
	unit, err := price.Integer("unit_amount", path+"[price_data][unit_amount]")
	if err != nil {
		return nil, err
	}
	quantity, err := f.Integer("quantity", path+"[quantity]")
	if err != nil {
		return nil, err
	}
	if unit < 0 || unit > books.MaxAmount || quantity < 1 || quantity > 999_999 {
		return nil, books.Invalid(path, "parameter_invalid_integer", "unit_amount and quantity must be positive and not that large.")
	}
	return Object{
		"id": a.w.NewID("li"), "object": "item", "amount_discount": int64(0), "amount_tax": int64(0), "currency": currency,
		"amount_subtotal": unit * quantity, "amount_total": unit * quantity, "description": product.Str("name"),
		"quantity": quantity, "_about": product.Str("description"), "price": a.price(unit, currency),
	}, nil
}

func (a *Account) price(unit int64, currency string) Object {
	return Object{
		"id": a.w.NewID("price"), "object": "price", "active": false, "billing_scheme": "per_unit", "created": a.w.Stamp(),
		"currency": currency, "livemode": false, "metadata": Object{}, "product": a.w.NewID("prod"), "type": "one_time",
		"unit_amount": unit, "unit_amount_decimal": strconv.FormatInt(unit, 10), "tax_behavior": "unspecified",
	}.Nulls("custom_unit_amount lookup_key nickname recurring tiers_mode transform_quantity")
}

// sessionSetup reads a session that only saves a way to pay. Its intent exists from the start.
func (a *Account) sessionSetup(cs Object, f Form) *Error {
	currency := f.Str("currency")
	if !f.Has("payment_method_types") && currency == "" {
		return books.Required("currency")
	}
	if f.Has("line_items") {
		return books.Invalid("line_items", "", "You can not pass `line_items` in `setup` mode.")
	}
	if currency != "" {
		c, err := books.CheckCurrency(currency, "currency")
		if err != nil {
			return err
		}
		cs["currency"] = c
	}
	types, err := f.MethodTypes(cs.Str("currency"))
	if err != nil {
		return err
	}
	si := a.blankSetup(types)
	si["_session"] = cs.ID()
	if err := a.setupFields(si, f.Sub("setup_intent_data")); err != nil {
		return err
	}
	si["customer"] = cs["customer"]
	cs["payment_method_types"], cs["payment_status"], cs["payment_method_collection"] = books.Anys(types), "no_payment_required", "always"
	cs["setup_intent"] = si.ID()
	a.Put(si)
	a.Emit("setup_intent.created", si, nil)
	return nil
}

// SessionItems lists what is paid for.
func (a *Account) SessionItems(id string, _ Form) (Object, *Error) {
	cs, err := a.Get("checkout.session", id, "id")
	if err != nil {
		return nil, err
	}
	return a.LineItems(cs.ID()), nil
}

// Session gives one.
func (a *Account) Session(id string, _ Form) (Object, *Error) {
	return a.Get("checkout.session", id, "id")
}

// Sessions lists them.
func (a *Account) Sessions(_ string, f Form) (Object, *Error) {
	return a.List(books.Query{Kind: "checkout.session", URL: "/v1/checkout/sessions", Keep: f.Where("customer", "payment_intent", "status")}, f)
}

// ExpireSession closes an open one.
func (a *Account) ExpireSession(id string, _ Form) (Object, *Error) {
	cs, err := a.Get("checkout.session", id, "id")
	if err != nil {
		return nil, err
	}
	if cs.Str("status") != "open" {
		return nil, books.Refused("", "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of %s.", cs.Str("status"))
	}
	a.expireSession(cs)
	return cs, nil
}

// expireSession closes a session that was not paid, and what was begun in it: nobody can
// press its button any more.
func (a *Account) expireSession(cs Object) {
	if cs.Str("status") != "open" {
		return
	}
	a.Forget("session_expire", cs.ID())
	cs["status"] = "expired"
	a.Emit("checkout.session.expired", cs, nil)
	for _, key := range []string{"payment_intent", "setup_intent"} {
		in := a.Find(cs.Str(key))
		if in != nil && slices.Contains([]string{"requires_payment_method", "requires_action", "requires_confirmation"}, in.Str("status")) {
			a.cancelIntent(in, "abandoned")
		}
	}
}

// sessionEnds tells what became of a debit that Checkout started.
func (a *Account) sessionEnds(pi Object, status, event string) {
	if cs := a.Find(pi.Str("_session")); cs != nil && cs.Str("status") == "complete" {
		cs["payment_status"] = status
		a.Emit(event, cs, nil)
	}
}

// Saves reports whether paying a session keeps the way to pay for later.
func (a *Account) Saves(cs Object) bool {
	in := a.sessionIntentIfAny(cs)
	if in == nil {
		in = cs.Sub("_intent")
	}
	return cs.Str("mode") == "setup" || in.Str("setup_future_usage") != ""
}
