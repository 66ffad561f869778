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
	Notice     int    // days between the notice and the collection that new mandates agree on
}

// MostName is how long the name of an account holder may be in a file.
const MostName = 70

// The notices that may be agreed. The rulebook's own is 14 days, and its least a day, on which
// nobody sees to an account any more.
const (
	LeastNotice = 2
	MostNotice  = 30
	Unagreed    = 14
)

// ValidNotice checks the days of a notice: Invalid "mandate_notice".
func ValidNotice(days int) error {
	if days < LeastNotice || days > MostNotice {
		return debt.E(debt.Invalid, "mandate_notice", debt.Args{"least": LeastNotice, "most": MostNotice})
	}
	return nil
}

// Valid checks what was typed: Invalid "mandate_holder", "mandate_cut_off" or "mandate_notice".
// Whoever knows bank formats checks the identifier.
func (a Account) Valid() error {
	const mostDays = 10
	switch {
	case strings.TrimSpace(a.Holder) == "" || len([]rune(a.Holder)) > MostName:
		return debt.E(debt.Invalid, "mandate_holder", nil)
	case a.CutOff < 1 || a.CutOff > mostDays:
		return debt.E(debt.Invalid, "mandate_cut_off", nil)
	}
	return ValidNotice(a.Notice)
}
