package objection

import (
	"slices"

	"quitt/debt"
	"quitt/debt/ledger"
)

// Line is a component of a claim or a cost and how much of it is disputed.
type Line struct {
	ID      debt.ID
	Account debt.AccountKind // principal, interest or costs
	Amount  debt.Cents
}

// Disputed is what an objection is about. Whole is everything the case ever demands; the
// lines then are those of the day it was filed, for the record.
type Disputed struct {
	Whole bool
	Lines []Line
}

// Total is the sum of the lines.
func (d Disputed) Total() (sum debt.Cents) {
	for _, l := range d.Lines {
		sum += l.Amount
	}
	return sum
}

// Open lists what may be disputed: every component with something open on it, the claims
// first.
func Open(s ledger.Statement) []Line {
	var list []Line
	add := func(id debt.ID, account debt.AccountKind, amount debt.Cents) {
		if amount > 0 {
			list = append(list, Line{id, account, amount})
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

// Check completes and checks what is disputed against a statement. A line of 0 is disputed
// as far as it is open.
func (d Disputed) Check(s ledger.Statement) (Disputed, error) {
	open := Open(s)
	if d.Whole {
		return Disputed{Whole: true, Lines: open}, nil
	}
	if len(d.Lines) == 0 {
		return Disputed{}, debt.E(debt.Invalid, "objection_lines_missing", nil)
	}
	lines := make([]Line, 0, len(d.Lines))
	for _, l := range d.Lines {
		i := slices.IndexFunc(open, func(o Line) bool { return o.ID == l.ID && o.Account == l.Account })
		twice := slices.ContainsFunc(lines, func(o Line) bool { return o.ID == l.ID && o.Account == l.Account })
		switch {
		case i < 0 || twice:
			return Disputed{}, debt.E(debt.Invalid, "objection_line_unknown", nil)
		case l.Amount < 0 || l.Amount > open[i].Amount:
			return Disputed{}, debt.E(debt.Invalid, "objection_line_range", debt.Args{"most": open[i].Amount})
		case l.Amount == 0:
			l.Amount = open[i].Amount
		}
		lines = append(lines, l)
	}
	return Disputed{Lines: lines}, nil
}

// Undisputed is what may be paid while an objection is open.
type Undisputed struct {
	Amount debt.Cents
	// Designation sends a payment of it to what is not disputed (BGB §§ 366 I, 367 II).
	Designation []debt.Target
}

// Undisputed gives what of a statement is not disputed. Interest on a disputed principal
// is disputed with it, in proportion: who does not owe the one does not owe the other. The
// designation names costs, interest and principal in the order of BGB § 367 I, the lines
// that are disputed in part last.
func (d Disputed) Undisputed(s ledger.Statement) Undisputed {
	var u Undisputed
	if d.Whole {
		return u
	}
	var last []debt.Target
	for _, account := range []debt.AccountKind{debt.CostsAccount, debt.InterestAccount, debt.PrincipalAccount} {
		for _, o := range Open(s) {
			if o.Account != account {
				continue
			}
			disputed := min(o.Amount, d.of(o, s))
			target := debt.Target{Line: o.ID, Account: account}
			switch {
			case disputed == 0:
				u.Designation = append(u.Designation, target)
			case disputed < o.Amount:
				last = append(last, target)
			}
			u.Amount += o.Amount - disputed
		}
	}
	u.Designation = append(u.Designation, last...)
	return u
}

// of gives how much of an open component is disputed.
func (d Disputed) of(open Line, s ledger.Statement) (sum debt.Cents) {
	for _, l := range d.Lines {
		if l.ID == open.ID && l.Account == open.Account {
			sum += l.Amount
		}
	}
	if open.Account != debt.InterestAccount {
		return sum
	}
	for _, c := range s.Claims {
		if c.ID != open.ID || c.Open <= 0 {
			continue
		}
		principal := min(c.Open, d.of(Line{c.ID, debt.PrincipalAccount, c.Open}, s))
		// Rounded up, in the debtor's favour; both fit because open amounts are bounded.
		share := (int64(open.Amount)*int64(principal) + int64(c.Open) - 1) / int64(c.Open)
		sum = max(sum, debt.Cents(share))
	}
	return sum
}
