package books

import "strings"

// Profile is the account itself, as its owner sees it. It has passed every check: what the
// provider asks of a merchant is not played here.
func (a *Account) Profile(id string, _ Form) (Object, *Error) {
	if id != "" && id != a.ID {
		return nil, &Error{Status: 403, Type: typeInvalid, Code: "account_invalid",
			Message: "The provided key does not have access to account '" + Clip(id) + "'."}
	}
	empty := func() Object {
		return Object{"alternatives": []any{}, "currently_due": []any{}, "errors": []any{}, "eventually_due": []any{},
			"past_due": []any{}, "pending_verification": []any{}}.Nulls("current_deadline disabled_reason")
	}
	return Object{
		"id": a.ID, "object": "account", "type": "standard", "country": "DE", "default_currency": "eur",
		"charges_enabled": true, "payouts_enabled": true, "details_submitted": true, "email": "konto@example.com",
		"created": int64(1700000000), "metadata": Object{}, "controller": Object{"type": "account"},
		"capabilities": Object{"card_payments": "active", "sepa_debit_payments": "active", "transfers": "active"},
		"business_profile": Object{"name": a.w.o.Name}.Nulls("annual_revenue estimated_worker_count mcc " +
			"product_description support_address support_email support_phone support_url url"),
		"business_type":     "company",
		"external_accounts": ListOf([]any{}, false, "/v1/accounts/"+a.ID+"/external_accounts"),
		"requirements":      empty(), "future_requirements": empty(),
		"tos_acceptance": Object{}.Nulls("date ip user_agent"),
		"settings": Object{
			"bacs_debit_payments": Object{}.Nulls("display_name service_user_number"),
			"branding":            Object{}.Nulls("icon logo primary_color secondary_color"),
			"card_payments": Object{"decline_on": Object{"avs_failure": true, "cvc_failure": true}}.Nulls(
				"statement_descriptor_prefix statement_descriptor_prefix_kana statement_descriptor_prefix_kanji"),
			"dashboard": Object{"display_name": a.w.o.Name, "timezone": "Europe/Berlin"},
			"payments":  Object{}.Nulls("statement_descriptor statement_descriptor_kana statement_descriptor_kanji"),
			"payouts": Object{"debit_negative_balances": true, "statement_descriptor": nil,
				"schedule": Object{"delay_days": int64(CardDays), "interval": "daily"}},
			"sepa_debit_payments": Object{},
		},
	}, nil
}

// Name is the business name debtors see.
func (a *Account) Name() string { return a.w.o.Name }

// NewCustomer makes a customer.
func (a *Account) NewCustomer(_ string, f Form) (Object, *Error) {
	meta, err := f.Metadata(nil)
	if err != nil {
		return nil, err
	}
	o := Object{
		"id": a.w.NewID("cus"), "object": "customer", "created": a.w.Stamp(), "livemode": false,
		"balance": int64(0), "delinquent": false, "metadata": meta, "preferred_locales": []any{},
		"invoice_prefix": strings.ToUpper(a.w.Random(8)), "next_invoice_sequence": int64(1), "tax_exempt": "none",
		"invoice_settings": Object{}.Nulls("custom_fields default_payment_method footer rendering_options"),
	}
	o.Nulls("address currency default_source description discount email name phone shipping test_clock")
	if err := customerFields(f, o); err != nil {
		return nil, err
	}
	a.Put(o)
	a.Emit("customer.created", o, nil)
	return o, nil
}

// customerFields takes over what may be said at creation and changed later.
func customerFields(f Form, o Object) *Error {
	f.CopyInto(o, "name", "email", "phone", "description")
	if mail := o.Str("email"); mail != "" && !strings.Contains(mail, "@") {
		return Invalid("email", "email_invalid", "Invalid email address.")
	}
	if f.Has("preferred_locales") {
		o["preferred_locales"] = Anys(f.Strs("preferred_locales"))
	}
	if sub := f.Sub("address"); sub != nil {
		o["address"] = address(sub)
	}
	return nil
}

// address has every field the schema wants.
func address(f Form) Object {
	o := Object{}.Nulls("city country line1 line2 postal_code state")
	f.CopyInto(o, "city", "country", "line1", "line2", "postal_code", "state")
	return o
}

// Customer gives one. A deleted one is gone.
func (a *Account) Customer(id string, _ Form) (Object, *Error) { return a.Get("customer", id, "id") }

// UpdateCustomer changes what was sent.
func (a *Account) UpdateCustomer(id string, f Form) (Object, *Error) {
	o, err := a.Get("customer", id, "id")
	if err != nil {
		return nil, err
	}
	err = o.Try(func(next Object) *Error {
		if next["metadata"], err = f.Metadata(o.Sub("metadata")); err != nil {
			return err
		}
		return customerFields(f, next)
	})
	if err != nil {
		return nil, err
	}
	a.Emit("customer.updated", o, nil)
	return o, nil
}

// DeleteCustomer forgets a customer and takes the payment methods off.
func (a *Account) DeleteCustomer(id string, _ Form) (Object, *Error) {
	o, err := a.Get("customer", id, "id")
	if err != nil {
		return nil, err
	}
	for _, pm := range a.All("payment_method") {
		if pm.Str("customer") == id {
			pm["customer"] = nil
		}
	}
	a.Remove(o)
	a.Emit("customer.deleted", o, nil)
	return Object{"id": id, "object": "customer", "deleted": true}, nil
}

// Customers lists them.
func (a *Account) Customers(_ string, f Form) (Object, *Error) {
	return a.List(Query{Kind: "customer", URL: "/v1/customers", Keep: f.Where("email")}, f)
}
