package objection

import (
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
)

// Announced is a transfer of what is not disputed, under a reference of its own: who sends it
// says by that what it is for (BGB § 366 I).
type Announced struct {
	ID          debt.ID // the objection's
	CaseID      debt.ID
	Reference   string // ISO 11649
	Amount      debt.Cents
	Designation []debt.Target // as of the day it was announced
	At          time.Time
}

// Open lists what may be disputed: every component with something open on it, the claims
// first.
func Open(s ledger.Statement) []Line {
	var list []Line
	add := func(id debt.ID, account debt.AccountKind, amount debt.Cents) {
		if amount > 0 {
			list = append(list, Line{ID: id, Account: account, Amount: amount})
		}
	}
	for _, c := range s.Claims {
		add(c.ID, debt.PrincipalAccount, c.Open)
		add(c.ID, debt.InterestAccount, c.OpenInterest)
	}
	for _, c := range s.Costs {
		add(c.ID, debt.CostsAccount, c.Open)
	}
	return list
}
