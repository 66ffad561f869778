package debt

// AccountKind names a ledger account. Amounts are debit-positive everywhere.
type AccountKind string

// The chart. Case accounts say what the debtor owes, provider accounts where collected
// money is, creditor accounts what the creditor is entitled to and what reached him, so
// that all of them together always sum to zero.
const (
	PrincipalAccount   AccountKind = "principal"   // case, per claim
	InterestAccount    AccountKind = "interest"    // case, per claim; booked default interest
	CostsAccount       AccountKind = "costs"       // case, per cost
	OverpaymentAccount AccountKind = "overpayment" // case; negative: money owed to the debtor
	ClearingAccount    AccountKind = "clearing"    // provider account: money that is there
	FeesAccount        AccountKind = "fees"        // provider account: what the provider kept, or the operator
	InTransitAccount   AccountKind = "in_transit"  // provider account: on its way to a bank
	PayableAccount     AccountKind = "payable"     // creditor: all that was ever demanded for him
	RemittedAccount    AccountKind = "remitted"    // creditor: what has reached him
)

// AccountKinds lists the chart.
func AccountKinds() []AccountKind {
	return []AccountKind{PrincipalAccount, InterestAccount, CostsAccount, OverpaymentAccount,
		ClearingAccount, FeesAccount, InTransitAccount, PayableAccount, RemittedAccount}
}

// Key is the business key of an external fact.
type Key struct{ Source, ExternalID string }

// Balance is an account in four sums.
type Balance struct {
	Principal Cents `json:"principal_cents"`
	Interest  Cents `json:"interest_cents"`
	Costs     Cents `json:"costs_cents"`
	Overpaid  Cents `json:"overpaid_cents"`
}

// Total is what the debtor owes.
func (b Balance) Total() Cents { return b.Principal + b.Interest + b.Costs }
