package mandate

import (
	"strings"

	"quitt/debt"
)

// Account is what a creditor collects by: an account at a bank with the identifier of the
// Bundesbank and, from the agreement with the bank, how early files have to be there.
type Account struct {
	ID         debt.ID // of the account
	IBAN       string
	Identifier string
	Holder     string // exactly as the bank knows the account
	CutOff     int    // days of banks before the collection
}

// Valid checks what was typed: Invalid "mandate_holder" or "mandate_cut_off". Whoever knows bank
// formats checks the identifier.
func (a Account) Valid() error {
	const mostName, mostDays = 70, 10
	switch {
	case strings.TrimSpace(a.Holder) == "" || len([]rune(a.Holder)) > mostName:
		return debt.E(debt.Invalid, "mandate_holder", nil)
	case a.CutOff < 1 || a.CutOff > mostDays:
		return debt.E(debt.Invalid, "mandate_cut_off", nil)
	}
	return nil
}
