package transfer

// Codes of why money is for no case here, and of why a statement needs nobody any more.
const (
	OtherBusiness = "other_business" // for something that is no case here
	Misdirected   = "misdirected"    // the payer meant somebody else
	OwnMoney      = "own_money"      // of the creditor itself
	Corrected     = "corrected"      // the bank has sent a right one
	Checked       = "checked"        // it was held against the account
	NotNeeded     = "not_needed"     // before the time that is kept here
)

// NotOursWhys lists the codes for NotOurs, DismissWhys those for Dismiss.
func NotOursWhys() []string { return []string{OtherBusiness, Misdirected, OwnMoney} }

// DismissWhys lists the codes for Dismiss.
func DismissWhys() []string { return []string{Corrected, Checked, NotNeeded} }
