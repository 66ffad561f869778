package ledger

import "quitt/debt"

// Settle books a payment received on or after the last one: default interest up to its
// value day, then the allocation. It gives the entries to append and the account after
// them; a refusal leaves a untouched. Payments for which a.NeedsHistory go through
// History.Insert, which books what followed anew, and so does one that was reversed and
// came back after all.
func (a Account) Settle(p debt.Payment, s Stamp) ([]Entry, Account, error) {
	if err := p.Validate(); err != nil {
		return nil, a, err
	}
	if first := a.FirstDay(); p.ReceivedOn.Before(first) {
		return nil, a, debt.E(debt.Invalid, "payment_before_claim", debt.Args{"received": p.ReceivedOn, "claim": first})
	}
	if p.ReceivedOn.Before(a.LastOn) {
		return nil, a, debt.E(debt.Conflict, "payment_out_of_order", debt.Args{"received": p.ReceivedOn, "last": a.LastOn})
	}
	if a.incomplete() {
		return nil, a, debt.E(debt.Conflict, "history_needed", debt.Args{"received": p.ReceivedOn})
	}
	next := a.Clone()
	entries := make([]Entry, 0, 2)
	run, err := next.interest(p.ReceivedOn)
	if err != nil {
		return nil, a, err
	}
	if len(run) > 0 {
		e := s.entry(a.CaseID, InterestRun, p.ReceivedOn)
		e.PaymentID, e.Source, e.ExternalID, e.Postings = p.ID, "interest", string(p.ID), run
		entries = append(entries, e)
		next.apply(e)
	}
	next.remember(p.ReceivedOn)
	allocation, err := next.allocate(p)
	if err != nil {
		return nil, a, err
	}
	paid := s.entry(a.CaseID, PaymentEntry, p.ReceivedOn)
	paid.PaymentID, paid.Source, paid.ExternalID = p.ID, p.Source, p.ExternalID
	paid.Postings = append(make([]Posting, 0, len(allocation)+1), arrival(p))
	for _, l := range allocation {
		paid.Postings = append(paid.Postings, Posting{Account: l.Account, Line: l.Line, Amount: -l.Amount})
	}
	next.LastOn = p.ReceivedOn
	return append(entries, paid), next, nil
}

// arrival is where the money is now: with a provider, or already with the creditor. What is
// waived lessens what the creditor is entitled to.
func arrival(p debt.Payment) Posting {
	if p.Method == debt.MethodWaiver {
		return Posting{Account: debt.PayableAccount, Amount: p.Net()}
	}
	if p.Method == debt.MethodDirect || p.Method == debt.MethodCash {
		return Posting{Account: debt.RemittedAccount, Amount: p.Net()}
	}
	return Posting{Account: debt.ClearingAccount, Provider: p.Source, Amount: p.Net()}
}

// interest gives the postings of what every claim earned up to a payment's value day,
// rounded half up once per claim. A claim that earned less than half a cent keeps its days
// open; they count, on the principal they had, towards the next booking.
func (a *Account) interest(on debt.Date) ([]Posting, error) {
	var run []Posting
	var total debt.Cents
	for i := range a.Claims {
		c := &a.Claims[i]
		if !a.exists(c.ID, c.BookedOn, on) {
			continue
		}
		until := a.announced(c, on)
		earned, from, err := a.accrue(c, until)
		if err != nil {
			return nil, err
		}
		if amount := earned.Amount(); amount > 0 {
			run = append(run, Posting{Account: debt.InterestAccount, Line: c.ID, Amount: amount, From: from, To: until})
			total += amount
		}
	}
	if total > 0 {
		run = append(run, Posting{Account: debt.PayableAccount, Amount: -total})
	}
	return run, nil
}
