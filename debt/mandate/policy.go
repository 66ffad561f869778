package mandate

import (
	"strings"

	"quitt/debt"
)

// MD07 says that the account holder has died. German banks say MS03 instead.
const MD07 = "MD07"

// ends are the reasons of banks after which nothing is collected by a mandate any more: the
// account is gone or barred, the holder has not permitted it, does not want it, or has died.
var ends = []string{"MD01", "MD06", "MS02", "SL01", "AG01", MD07}

// Ends reports whether a reason of a bank ends the mandate. MS03 does not: in Germany it says
// nothing but that the bank does not tell, and mostly that the account was empty. It is never
// collected again by itself all the same (collection.Soft).
func Ends(reason string) bool {
	if strings.HasPrefix(reason, "AC") {
		return true
	}
	for _, e := range ends {
		if reason == e {
			return true
		}
	}
	return false
}

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
