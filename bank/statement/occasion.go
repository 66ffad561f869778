package statement

import "slices"

// Occasion is what moved the money, as far as it decides what may become of it.
type Occasion string

// The occasions. Whatever came in and is none of the others is Incoming.
const (
	Incoming         Occasion = "incoming"          // a transfer to us
	Wage             Occasion = "wage"              // salary, pension: a transfer that is seldom meant for us
	Collected        Occasion = "collected"         // a direct debit of ours was credited
	ReturnedDebit    Occasion = "returned_debit"    // a direct debit of ours came back
	ReturnedTransfer Occasion = "returned_transfer" // a transfer of ours came back: never a payment of a debtor
	Corrected        Occasion = "corrected"         // the bank takes back a booking of its own
	Charges          Occasion = "charges"           // of the bank, or given back by it
	Outgoing         Occasion = "outgoing"          // a transfer of ours, or a debit from our account
)

// Transaction codes of Die Deutsche Kreditwirtschaft (Anlage 3, GVC).
var (
	gvcReturnedDebits    = []string{"108", "109", "111", "193"}
	gvcReturnedTransfers = []string{"159", "160"}
	gvcCollected         = []string{"171", "174", "192", "196"}
	gvcCharges           = []string{"805", "807", "808", "809"}
)

// Subfamilies of ISO 20022.
var (
	isoReturnedDebits = []string{"UPDD", "PRDD", "UPCT"}
	isoCollected      = []string{"ESDD", "BBDD", "PMDD"}
	isoCharges        = []string{"CHRG", "COMM", "FEES", "COMI"}
)

// OccasionOf says what one transaction of an entry was. That something came back says the
// presence of its reason or its code; the sign then tells which of our orders it was.
func OccasionOf(e Entry, t Transaction) Occasion {
	c, in := t.Code, t.Amount.Cents > 0
	if c == (Code{}) {
		c = e.Code
	}
	returnedDebit := slices.Contains(gvcReturnedDebits, c.GVC) || c.Family == "IDDT" && slices.Contains(isoReturnedDebits, c.Sub)
	returnedTransfer := slices.Contains(gvcReturnedTransfers, c.GVC) || c.Sub == "RRTN" || c.Sub == "ARRT"
	switch {
	case e.Reversal:
		return Corrected
	case !in && (returnedDebit || t.Return != nil):
		return ReturnedDebit
	case in && (returnedTransfer || t.Return != nil):
		return ReturnedTransfer
	case slices.Contains(gvcCharges, c.GVC) || slices.Contains(isoCharges, c.Sub):
		return Charges
	case !in:
		return Outgoing
	case slices.Contains(gvcCollected, c.GVC) || c.Family == "IDDT" && slices.Contains(isoCollected, c.Sub):
		return Collected
	case c.GVC == "153" || t.Purpose == "SALA" || t.Purpose == "PENS" || c.Sub == "SALA":
		return Wage
	}
	return Incoming
}
