package ledger

import (
	"slices"

	"quitt/debt"
)

// CreditEntry takes a part of a claim's principal or of a cost back: it was never owed.
const CreditEntry EntryKind = "credit"

// Credit is what of one line the creditor gives up. There is none for interest: it follows
// the principal.
type Credit struct {
	Line   debt.ID
	Amount debt.Cents
}

// CreditStatement is a credit as the statement shows it.
type CreditStatement struct {
	Account debt.AccountKind `json:"account"`
	Line    debt.ID          `json:"line"`
	Amount  debt.Cents       `json:"amount_cents"`
	On      debt.Date        `json:"on"` // when it was decided, not since when it counts
}

// Credit books credits. What was never owed was not owed on the first day either: each
// counts from the day its line was booked, before every payment of that day. So the
// interest on it vanishes and the payments are booked anew; money that is free now settles
// what else is open, and what is left is the debtor's. The key is the decision's own.
func (h History) Credit(credits []Credit, key debt.Key, s Stamp) ([]Entry, Account, error) {
	if key.Source == "" || key.ExternalID == "" || len(credits) == 0 {
		return nil, h.Account(), debt.E(debt.Invalid, "credit_key_missing", nil)
	}
	was := h
	h.Entries = slices.Clone(h.Entries)
	var made []Entry
	for _, c := range credits {
		e, err := h.credit(c, key, s)
		if err != nil {
			return nil, was.Account(), err
		}
		made, h.Entries = append(made, e), append(h.Entries, e)
	}
	b := h.books()
	live := b.live()
	rerun, a, err := b.rerun(live, b.before(live), rerunStamp{s, made[0].ID})
	if err != nil {
		return nil, was.Account(), err
	}
	return append(made, rerun...), a, nil
}

// credit makes the entry of one credit, or refuses more than is left of its line.
func (h History) credit(c Credit, key debt.Key, s Stamp) (Entry, error) {
	account, booked, left := h.left(c.Line)
	switch {
	case account == "":
		return Entry{}, debt.E(debt.Invalid, "credit_line_unknown", debt.Args{"line": string(c.Line)})
	case c.Amount <= 0 || c.Amount > left:
		return Entry{}, debt.E(debt.Invalid, "credit_range", debt.Args{"most": left})
	}
	e := s.entry(h.CaseID, CreditEntry, booked)
	e.Source, e.ExternalID = key.Source, key.ExternalID+"/"+string(c.Line)
	for _, known := range h.Entries {
		if known.Kind == e.Kind && known.Source == e.Source && known.ExternalID == e.ExternalID {
			return Entry{}, debt.E(debt.Conflict, "booked_already", debt.Args{"source": e.Source, "external_id": e.ExternalID})
		}
	}
	e.Postings = []Posting{
		{Account: account, Line: c.Line, Amount: -c.Amount},
		{Account: debt.PayableAccount, Amount: c.Amount},
	}
	return e, nil
}

// credit remembers what an entry gives up of a principal.
func (a *Account) credit(e Entry) {
	if e.Kind != CreditEntry || e.Postings[0].Account != debt.PrincipalAccount {
		return
	}
	if i := a.claim(e.Postings[0].Line); i >= 0 {
		a.Claims[i].credited -= e.Postings[0].Amount
	}
}

// left gives what of a line has not been credited yet; the account is "" for no line.
func (h History) left(line debt.ID) (account debt.AccountKind, booked debt.Date, left debt.Cents) {
	for _, c := range h.Claims {
		if c.ID == line {
			account, booked, left = debt.PrincipalAccount, c.BookedOn, c.Principal
		}
	}
	for _, c := range h.Costs {
		if c.ID == line {
			account, booked, left = debt.CostsAccount, c.BookedOn, c.Amount
		}
	}
	for _, c := range h.Credits() {
		if c.Line == line {
			left -= c.Amount
		}
	}
	return account, booked, left
}

// Demanded gives what is demanded of a line after the credits on it.
func (h History) Demanded(line debt.ID) debt.Cents {
	_, _, left := h.left(line)
	return left
}

// Credits lists every credit in booking order.
func (h History) Credits() []CreditStatement {
	var list []CreditStatement
	for _, e := range h.Entries {
		if e.Kind == CreditEntry {
			p := e.Postings[0]
			list = append(list, CreditStatement{p.Account, p.Line, -p.Amount, debt.DateIn(e.BookedAt, debt.Berlin)})
		}
	}
	return list
}

// addCredits lowers what is demanded by what was given up of its lines.
func (s *Statement) addCredits(list []CreditStatement) {
	shown := map[debt.ID]bool{}
	for _, c := range s.Claims {
		shown[c.ID] = true
	}
	for _, c := range s.Costs {
		shown[c.ID] = true
	}
	for _, c := range list {
		if !shown[c.Line] {
			continue
		}
		s.Credits = append(s.Credits, c)
		if c.Account == debt.PrincipalAccount {
			s.Demanded.Principal -= c.Amount
		} else {
			s.Demanded.Costs -= c.Amount
		}
	}
}
