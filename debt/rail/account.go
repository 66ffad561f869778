package rail

import (
	"slices"
	"time"

	"quitt/debt"
)

// Account is a creditor's account at a provider: the money of its cases and of no others
// passes it.
type Account struct {
	ID         debt.ID
	CreditorID debt.ID
	Provider   string // "stripe"
	External   string // the provider's id of the account, such as acct_1
	Live       bool   // real money; false for a provider's test mode
	// Connected says that the key belongs to a platform and the account is named in each call.
	Connected bool
	Key       debt.Personal // the secret of its calls; in memory only
	Methods   []debt.Method // offered to debtors: card, direct_debit
	// DebitOnly is for contracts that forbid paying overdue debt by credit card (rules of the
	// card schemes for collection): credit cards are kept out as far as the provider can, and
	// one that came through all the same is a task for a person.
	DebitOnly bool
	CreatedAt time.Time
	ClosedAt  time.Time // no new payments; those begun are seen to their end
}

// Bank is the Provider of an account at a bank, whose External is its IBAN: nobody is asked
// there, its statements tell what has moved.
const Bank = "bank"

// Source is the first half of the business key of everything booked from this account, and
// the provider account of its postings.
func (a Account) Source() string { return a.Provider + ":" + a.External }

// Offers reports whether debtors may pay by a method.
func (a Account) Offers(m debt.Method) bool { return slices.Contains(a.Methods, m) }

// Methods lists what a provider's hosted page can take.
func Methods() []debt.Method { return []debt.Method{debt.MethodCard, debt.MethodDirectDebit} }
