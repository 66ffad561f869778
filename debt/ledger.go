package debt

import "time"

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
	FeesAccount        AccountKind = "fees"        // provider account: what the provider kept
	InTransitAccount   AccountKind = "in_transit"  // provider account: on its way to a bank
	PayableAccount     AccountKind = "payable"     // creditor: all that was ever demanded for him
	RemittedAccount    AccountKind = "remitted"    // creditor: what has reached him
)

// AccountKinds lists the chart.
func AccountKinds() []AccountKind {
	return []AccountKind{PrincipalAccount, InterestAccount, CostsAccount, OverpaymentAccount,
		ClearingAccount, FeesAccount, InTransitAccount, PayableAccount, RemittedAccount}
}

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
)

// Entry is one booking: postings that sum to zero, never changed afterwards. A mistake is
// corrected by an entry that names it in Corrects.
type Entry struct {
	ID         ID
	CaseID     ID
	PaymentID  ID // the payment it belongs to, if any
	Corrects   ID
	Kind       EntryKind
	Source     string
	ExternalID string
	ValueOn    Date
	BookedAt   time.Time
	Postings   []Posting
}

// Posting is one line of an entry. Line is the claim or cost it concerns; From and To
// (half-open) are set on booked interest.
type Posting struct {
	Account  AccountKind
	Line     ID
	Provider string // provider account code, for clearing, fees, in_transit
	Amount   Cents
	From, To Date
}

// Balanced reports whether the entry has postings, none of them zero, that sum to zero.
func (e Entry) Balanced() bool {
	var sum Cents
	for _, p := range e.Postings {
		if p.Amount == 0 {
			return false
		}
		sum += p.Amount
	}
	return sum == 0 && len(e.Postings) > 1
}

// Stamp is what the surroundings lend to a booking: the instant and new ids.
type Stamp struct {
	At    time.Time
	NewID func() ID
}

// entry starts an entry of the case booked now.
func (s Stamp) entry(caseID ID, kind EntryKind, on Date) Entry {
	return Entry{ID: s.NewID(), CaseID: caseID, Kind: kind, ValueOn: on, BookedAt: s.At}
}

// OpenClaim books a claim's principal. The claim's id is the business key. Called at
// intake; a claim added after payments takes effect after them, so lastOn is the value
// day of the last payment (none at intake).
func OpenClaim(c *Claim, lastOn Date, s Stamp) Entry {
	c.BookedOn = Later(c.ExistsSince(), lastOn)
	e := s.entry(c.CaseID, ClaimOpened, c.BookedOn)
	e.Source, e.ExternalID = "claim", string(c.ID)
	e.Postings = []Posting{
		{Account: PrincipalAccount, Line: c.ID, Amount: c.Principal},
		{Account: PayableAccount, Amount: -c.Principal},
	}
	return e
}

// AddCost books a cost; like OpenClaim it never changes how earlier payments were allocated.
func AddCost(c *Cost, lastOn Date, s Stamp) Entry {
	c.BookedOn = Later(c.IncurredOn, lastOn)
	e := s.entry(c.CaseID, CostAdded, c.BookedOn)
	e.Source, e.ExternalID = "cost", string(c.ID)
	e.Postings = []Posting{
		{Account: CostsAccount, Line: c.ID, Amount: c.Amount},
		{Account: PayableAccount, Amount: -c.Amount},
	}
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
