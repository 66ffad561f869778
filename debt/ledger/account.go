package ledger

import (
	"slices"

	"quitt/debt"
)

// Account is what one case owes, line by line, after its last booking: the value every
// allocation starts from. It is built from postings and never holds anything they do not.
type Account struct {
	CaseID   debt.ID
	Claims   []ClaimBalance
	Costs    []CostBalance
	Overpaid debt.Cents // what the debtor paid too much; ≥ 0
	LastOn   debt.Date  // value day of the last payment; later bookings may not lie before it
	Settings debt.Settings
}

// ClaimBalance is a claim and what is open on it. Interest is what has been booked;
// AccruedTo is the first day whose interest has not been.
type ClaimBalance struct {
	debt.Claim
	Open      debt.Cents
	Interest  debt.Cents
	AccruedTo debt.Date
}

// CostBalance is a cost and what is open on it.
type CostBalance struct {
	debt.Cost
	Open debt.Cents
}

// Balance sums the account; interest only as far as it is booked.
func (a Account) Balance() debt.Balance {
	b := debt.Balance{Overpaid: a.Overpaid}
	for _, c := range a.Claims {
		b.Principal += c.Open
		b.Interest += c.Interest
	}
	for _, c := range a.Costs {
		b.Costs += c.Open
	}
	return b
}

// Clone copies the account so that a refused booking leaves the original untouched.
func (a Account) Clone() Account {
	a.Claims, a.Costs = slices.Clone(a.Claims), slices.Clone(a.Costs)
	return a
}

// accrue gives the interest not yet booked on one claim up to a day, exclusive.
func (c ClaimBalance) accrue(until debt.Date) (debt.Interest, debt.Date, error) {
	if c.DefaultFrom.IsZero() {
		return debt.Interest{}, debt.Date{}, nil
	}
	from := debt.Later(c.DefaultFrom, c.AccruedTo)
	i, err := c.Claim.Interest.Accrue(c.Open, from, until)
	return i, from, err
}

// post adds one posting to the balance it belongs to; provider and creditor accounts are
// not the debtor's and pass by.
func (a *Account) post(p Posting) {
	switch p.Account {
	case debt.PrincipalAccount:
		if i := a.claim(p.Line); i >= 0 {
			a.Claims[i].Open += p.Amount
		}
	case debt.InterestAccount:
		if i := a.claim(p.Line); i >= 0 {
			a.Claims[i].Interest += p.Amount
			a.Claims[i].AccruedTo = debt.Later(a.Claims[i].AccruedTo, p.To)
		}
	case debt.CostsAccount:
		if i := slices.IndexFunc(a.Costs, func(c CostBalance) bool { return c.ID == p.Line }); i >= 0 {
			a.Costs[i].Open += p.Amount
		}
	case debt.OverpaymentAccount:
		a.Overpaid -= p.Amount
	}
}

func (a *Account) claim(id debt.ID) int {
	return slices.IndexFunc(a.Claims, func(c ClaimBalance) bool { return c.ID == id })
}

func (a *Account) apply(entries ...Entry) {
	for _, e := range entries {
		for _, p := range e.Postings {
			a.post(p)
		}
		if e.Kind == PaymentEntry {
			a.LastOn = debt.Later(a.LastOn, e.ValueOn)
		}
	}
}

// Settle books a payment received on or after the last one: default interest up to its
// value day, then the allocation. It gives the entries to append and the account after
// them; a refusal leaves a untouched. Payments that belong earlier go through
// History.Insert, which books what followed anew.
func (a Account) Settle(p debt.Payment, s Stamp) ([]Entry, Account, error) {
	if err := p.Validate(); err != nil {
		return nil, a, err
	}
	if first := a.firstDay(); p.ReceivedOn.Before(first) {
		return nil, a, debt.E(debt.Invalid, "payment_before_claim", debt.Args{"received": p.ReceivedOn, "claim": first})
	}
	if p.ReceivedOn.Before(a.LastOn) {
		return nil, a, debt.E(debt.Conflict, "payment_out_of_order", debt.Args{"received": p.ReceivedOn, "last": a.LastOn})
	}
	next := a.Clone()
	var entries []Entry
	interest, err := next.interestEntry(p, s)
	if err != nil {
		return nil, a, err
	}
	if len(interest.Postings) > 0 {
		entries = append(entries, interest)
		next.apply(interest)
	}
	allocation, err := next.allocate(p)
	if err != nil {
		return nil, a, err
	}
	paid := s.entry(a.CaseID, PaymentEntry, p.ReceivedOn)
	paid.PaymentID, paid.Source, paid.ExternalID = p.ID, p.Source, p.ExternalID
	paid.Postings = append(paid.Postings, arrival(p))
	for _, l := range allocation {
		paid.Postings = append(paid.Postings, Posting{Account: l.Account, Line: l.Line, Amount: -l.Amount})
	}
	next.LastOn = p.ReceivedOn
	return append(entries, paid), next, nil
}

// arrival is where the money is now: with a provider, or already with the creditor.
func arrival(p debt.Payment) Posting {
	if p.Method == debt.MethodDirect || p.Method == debt.MethodCash {
		return Posting{Account: debt.RemittedAccount, Amount: p.Amount}
	}
	return Posting{Account: debt.ClearingAccount, Provider: p.Source, Amount: p.Amount}
}

func (a Account) firstDay() debt.Date {
	var first debt.Date
	for _, c := range a.Claims {
		if first.IsZero() || c.BookedOn.Before(first) {
			first = c.BookedOn
		}
	}
	return first
}

// interestEntry books what every claim earned up to the payment's value day, rounded once
// per claim (law.md 1.3). A claim that earned less than half a cent keeps its days open.
func (a Account) interestEntry(p debt.Payment, s Stamp) (Entry, error) {
	e := s.entry(a.CaseID, InterestRun, p.ReceivedOn)
	e.PaymentID, e.Source, e.ExternalID = p.ID, "interest", string(p.ID)
	var total debt.Cents
	for _, c := range a.Claims {
		i, from, err := c.accrue(p.ReceivedOn)
		if err != nil {
			return e, err
		}
		if amount := i.Amount(); amount > 0 {
			e.Postings = append(e.Postings, Posting{
				Account: debt.InterestAccount, Line: c.ID, Amount: amount, From: from, To: p.ReceivedOn,
			})
			total += amount
		}
	}
	if total > 0 {
		e.Postings = append(e.Postings, Posting{Account: debt.PayableAccount, Amount: -total})
	}
	return e, nil
}
