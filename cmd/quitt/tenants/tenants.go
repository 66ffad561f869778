// Package tenants reads what is typed about a creditor.
package tenants

import (
	"flag"
	"regexp"

	"quitt/bank"
	"quitt/debt"
	"quitt/store"
)

// Input is what was typed.
type Input struct {
	code, name, street, postcode, city, state, iban, holder, method, accent string
	vatDeductible, implied                                                  bool
}

// Flags registers the command's flags.
func (in *Input) Flags(fs *flag.FlagSet) {
	for name, to := range map[string]*string{"code": &in.code, "name": &in.name, "street": &in.street, "postcode": &in.postcode,
		"city": &in.city, "state": &in.state, "iban": &in.iban, "account-holder": &in.holder, "interest-method": &in.method, "accent": &in.accent} {
		fs.StringVar(to, name, "", "")
	}
	fs.BoolVar(&in.vatDeductible, "vat-deductible", false, "")
	fs.BoolVar(&in.implied, "implied-designation", false, "")
}

// Needs names the flags that must not be empty.
func (in Input) Needs() map[string]string {
	return map[string]string{"code": in.code, "name": in.name, "street": in.street, "postcode": in.postcode,
		"city": in.city, "iban": in.iban, "account-holder": in.holder}
}

var codePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,39}$`)

// Creditor checks the input and makes a new creditor of it.
func (in Input) Creditor() (debt.Creditor, error) {
	if !codePattern.MatchString(in.code) {
		return debt.Creditor{}, debt.E(debt.Invalid, "creditor_code_invalid", debt.Args{"value": in.code})
	}
	iban, err := bank.ParseIBAN(in.iban)
	if err != nil {
		return debt.Creditor{}, err
	}
	state, err := debt.ParseState(in.state)
	if err != nil {
		return debt.Creditor{}, err
	}
	accent, err := debt.ParseAccent(in.accent)
	if err != nil {
		return debt.Creditor{}, err
	}
	settings := debt.Settings{InterestMethod: debt.InterestMethod(in.method), ImpliedDesignation: in.implied, Accent: accent}
	if err := (debt.InterestRule{Kind: debt.Statutory, Method: settings.InterestMethod}).Validate(); err != nil {
		return debt.Creditor{}, err
	}
	return debt.Creditor{ID: store.NewID(), Code: in.code, Name: in.name, State: state, IBAN: iban.Plain(),
		Address:       debt.Address{Street: in.street, Postcode: in.postcode, City: in.city, Country: "DE"},
		AccountHolder: in.holder, VATDeductible: in.vatDeductible, Settings: settings}, nil
}
