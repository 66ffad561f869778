package ledger

import (
	"time"

	"quitt/debt"
)

// EntryKind says what an entry records; with Source and ExternalID it is the business key.
type EntryKind string

// The kinds of entry.
const (
	ClaimOpened  EntryKind = "claim_opened"
	CostAdded    EntryKind = "cost_added"
	InterestRun  EntryKind = "interest" // default interest booked up to a payment's value day
	PaymentEntry EntryKind = "payment"
	ReversalOf   EntryKind = "reversal" // a payment that was taken back
	CounterOf    EntryKind = "counter"  // undoes an entry so that it can be booked anew

	// Entries of no case, on the accounts of a provider.
	ProviderFee   EntryKind = "provider_fee"
	SuspenseEntry EntryKind = "suspense"      // money with the provider that belongs to no case yet
	DoubleCredit  EntryKind = "double_credit" // went back twice: a refund and a return of the same money
	PayoutEntry   EntryKind = "payout"        // to the creditor's bank account, by the provider

	RemittanceEntry EntryKind = "remittance" // to the creditor's bank account, by a person
	AgreedFee       EntryKind = "agreed_fee" // what the operator keeps of it, or gives back
)

// Entry is one booking: postings that sum to zero, never changed afterwards. A mistake is
// corrected by an entry that names it in Corrects.
type Entry struct {
	ID         debt.ID
	CaseID     debt.ID
	PaymentID  debt.ID // the payment it belongs to, if any
	Corrects   debt.ID
	Kind       EntryKind
	Source     string
	ExternalID string
	ValueOn    debt.Date
	BookedAt   time.Time
	Postings   []Posting
}

// Posting is one line of an entry. Line is the claim or cost it concerns; From and To
// (half-open) are set on booked interest.
type Posting struct {
	Account  debt.AccountKind
	Line     debt.ID
	Provider string // provider account code, for clearing, fees, in_transit
	Amount   debt.Cents
	From, To debt.Date
}

// Balanced reports whether the entry has postings, none of them zero, that sum to zero.
func (e Entry) Balanced() bool {
	var sum debt.Cents
	for _, p := range e.Postings {
		if p.Amount == 0 {
			return false
		}
		sum += p.Amount
	}
	return sum == 0 && len(e.Postings) > 1
}

// Allocations reads from a payment's entry what it settled.
func (e Entry) Allocations() []Allocation {
	var list []Allocation
	for _, p := range e.Postings {
		switch p.Account {
		case debt.PrincipalAccount, debt.InterestAccount, debt.CostsAccount, debt.OverpaymentAccount:
			list = append(list, Allocation{p.Account, p.Line, -p.Amount})
		}
	}
	return list
}

// AllocationsOf reads what a payment settled from the entries just made for it.
func AllocationsOf(entries []Entry, payment debt.ID) []Allocation {
	for _, e := range entries {
		if e.PaymentID == payment && e.Kind == PaymentEntry && e.Corrects == "" {
			return e.Allocations()
		}
	}
	return nil
}

// Stamp is what the surroundings lend to a booking: the instant and new ids.
type Stamp struct {
	At    time.Time
	NewID func() debt.ID
}

// entry starts an entry of the case booked now.
func (s Stamp) entry(caseID debt.ID, kind EntryKind, on debt.Date) Entry {
	return Entry{ID: s.NewID(), CaseID: caseID, Kind: kind, ValueOn: on, BookedAt: s.At}
}

// OpenClaim books a claim's principal and puts it on the account. The claim's id is the
// business key. A claim added after payments takes effect after them, so that they keep
// their allocation.
func (a *Account) OpenClaim(c debt.Claim, s Stamp) Entry {
	c.BookedOn = debt.Later(c.ExistsSince(), a.LastOn)
	e := s.entry(c.CaseID, ClaimOpened, c.BookedOn)
	e.Source, e.ExternalID = "claim", string(c.ID)
	e.Postings = []Posting{
		{Account: debt.PrincipalAccount, Line: c.ID, Amount: c.Principal},
		{Account: debt.PayableAccount, Amount: -c.Principal},
	}
	a.Claims = append(a.Claims, ClaimBalance{Claim: c})
	a.apply(e)
	return e
}

// AddCost books a cost and puts it on the account; like OpenClaim it never changes how
// earlier payments were allocated.
func (a *Account) AddCost(c debt.Cost, s Stamp) Entry {
	c.BookedOn = debt.Later(c.IncurredOn, a.LastOn)
	e := s.entry(c.CaseID, CostAdded, c.BookedOn)
	e.Source, e.ExternalID = "cost", string(c.ID)
	e.Postings = []Posting{
		{Account: debt.CostsAccount, Line: c.ID, Amount: c.Amount},
		{Account: debt.PayableAccount, Amount: -c.Amount},
	}
	a.Costs = append(a.Costs, CostBalance{Cost: c})
	a.apply(e)
	return e
}

// counter gives the entry that undoes e exactly, on e's own value day.
func (s Stamp) counter(e Entry, kind EntryKind) Entry {
	c := s.entry(e.CaseID, kind, e.ValueOn)
	c.PaymentID, c.Corrects = e.PaymentID, e.ID
	c.Source, c.ExternalID = "counter", string(e.ID)
	c.Postings = make([]Posting, len(e.Postings))
	for i, p := range e.Postings {
		p.Amount = -p.Amount
		c.Postings[i] = p
	}
	return c
}
