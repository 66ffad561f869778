package intake

import (
	"slices"
	"strings"

	"quitt/cases"
	"quitt/debt"
	"quitt/portal/text"
)

// Field is one thing a hand-over tells, as a page asks for it.
type Field struct {
	Name, Label, Hint string
	Required          bool
	Most              int
	Options           []Option // of a closed list; nil for text
	Value, Mistake    string
	Kind              kind
}

// Is reports what a field holds, for templates.
func (f Field) Is(k kind) bool { return f.Kind == k }

// kind is what a field holds.
type kind string

const (
	words  kind = "words"
	amount kind = "amount"
	day    kind = "day"
)

// Option is one word of a closed list.
type Option struct {
	Value, Label string
	Chosen       bool
}

// Group is a part of the form.
type Group struct {
	Name, Title string
	Fields      []Field
}

// sayer words fields in one language.
type sayer struct {
	*text.Catalogue
	known []cases.Field
}

func (s sayer) field(name, key string) Field {
	f := Field{Name: name, Label: s.Text(key, nil), Kind: words}
	if i := slices.IndexFunc(s.known, func(k cases.Field) bool { return k.Name == name }); i >= 0 {
		f.Required, f.Most = s.known[i].Required, s.known[i].Most
	}
	return f
}

func (s sayer) day(name, key string) Field {
	f := s.field(name, key)
	f.Kind, f.Hint = day, s.Text("intake_hint_day", nil)
	return f
}

func (s sayer) amount(name, key string) Field {
	f := s.field(name, key)
	f.Kind, f.Hint = amount, s.Text("intake_hint_amount", nil)
	return f
}

func (s sayer) choice(name, key string, options ...Option) Field {
	f := s.field(name, key)
	f.Options = options
	return f
}

func (s sayer) option(value, key string) Option { return Option{Value: value, Label: s.Text(key, nil)} }

func (s sayer) yes(name, key string) Field {
	return s.choice(name, key, s.option("yes", "intake_yes"), s.option("no", "intake_no"))
}

// groups are the fields in the order of the form. Every cases.Field is in one of them.
func groups(w *text.Catalogue) []Group {
	s := sayer{w, cases.Fields()}
	return []Group{
		{"debtor", w.Text("intake_group_debtor", nil), []Field{
			s.choice("debtor_kind", "intake_f_debtor_kind", s.option("person", "intake_kind_person"), s.option("company", "intake_kind_company")),
			s.field("first_name", "intake_f_first_name"), s.field("last_name", "intake_f_last_name"), s.field("company_name", "intake_f_company_name"),
			s.field("street", "intake_f_street"), s.field("postcode", "intake_f_postcode"), s.field("city", "intake_f_city"), s.field("country", "intake_f_country"),
			s.day("birth_date", "intake_f_birth_date"), s.field("email", "intake_f_email"), s.field("phone", "intake_f_phone"),
			s.field("customer_number", "intake_f_customer_number"),
		}},
		{"claim", w.Text("intake_group_claim", nil), []Field{
			s.field("reference", "intake_f_reference"), s.amount("principal", "intake_f_principal"),
			s.choice("ground", "intake_f_ground", s.option("contract", "intake_ground_contract"), s.option("tort", "intake_ground_tort"),
				s.option("membership", "intake_ground_membership"), s.option("public_law", "intake_ground_public_law"), s.option("other", "intake_ground_other")),
			s.field("object", "intake_f_object"), s.day("contract_date", "intake_f_contract_date"), s.field("invoice_number", "intake_f_invoice_number"),
			s.day("invoice_date", "intake_f_invoice_date"), s.day("due_date", "intake_f_due_date"), s.day("default_from", "intake_f_default_from"),
		}},
		{"more", w.Text("intake_group_more", nil), []Field{
			s.yes("consumer", "intake_f_consumer"), s.yes("payment_for_services", "intake_f_payment_for_services"),
			s.yes("consumer_loan", "intake_f_consumer_loan"), s.interest(), s.field("interest_reason", "intake_f_interest_reason"),
			s.amount("dunning_cost", "intake_f_dunning_cost"), s.day("dunning_cost_date", "intake_f_dunning_cost_date"),
			s.yes("titled", "intake_f_titled"), s.yes("secured", "intake_f_secured"), s.field("state", "intake_f_state"),
			s.field("payer_iban", "intake_f_payer_iban"),
			s.choice("address_source", "intake_f_address_source", s.option("creditor", "intake_source_creditor"), s.option("researched", "intake_source_researched")),
			s.field("currency", "intake_f_currency"),
		}},
	}
}

func (s sayer) interest() Field {
	f := s.field("interest", "intake_f_interest")
	f.Hint = s.Text("intake_hint_interest", nil)
	return f
}

// shown writes a value as the form does: an invoice has days and amounts as machines write them.
func (f Field) shown(value string) string {
	switch f.Kind {
	case day:
		if d, err := debt.ParseDate(value); err == nil {
			return d.Time().Format("02.01.2006")
		}
	case amount:
		if _, err := debt.ParseCents(value); err == nil && !strings.Contains(value, ",") {
			return strings.Replace(value, ".", ",", 1)
		}
	}
	return value
}

// filled puts values and what is wrong with them into the fields.
func filled(list []Group, values map[string]string, mistakes map[string]string) []Group {
	for i := range list {
		for k := range list[i].Fields {
			f := &list[i].Fields[k]
			f.Value, f.Mistake = f.shown(values[f.Name]), mistakes[f.Name]
			for o := range f.Options {
				f.Options[o].Chosen = f.Options[o].Value == f.Value
			}
		}
	}
	return list
}
