package transfer

// Codes of why money is for no case here.
const (
	OtherBusiness = "other_business" // for something that is no case here
	Misdirected   = "misdirected"    // the payer meant somebody else
	OwnMoney      = "own_money"      // of the creditor itself
)

// NotOursWhys lists the codes for NotOurs.
func NotOursWhys() []string { return []string{OtherBusiness, Misdirected, OwnMoney} }
