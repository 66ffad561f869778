package objection

import (
	"slices"

	"quitt/debt"
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

// Check completes and checks what is disputed against what is open. A line of 0 is disputed
// as far as it is open.
func (d Disputed) Check(open []Line) (Disputed, error) {
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

// Undisputed gives what of the open lines is not disputed. Interest on a disputed principal
// is disputed with it, in proportion: who does not owe the one does not owe the other. The
// designation names costs, interest and principal in the order of BGB § 367 I, the lines
// that are disputed in part last, with how much of them is not.
func (d Disputed) Undisputed(open []Line) Undisputed {
	var u Undisputed
	if d.Whole {
		return u
	}
	var last []debt.Target
	for _, account := range []debt.AccountKind{debt.CostsAccount, debt.InterestAccount, debt.PrincipalAccount} {
		for _, o := range open {
			if o.Account != account {
				continue
			}
			disputed := min(o.Amount, d.of(o, open))
			target := debt.Target{Line: o.ID, Account: account}
			switch {
			case disputed == 0:
				u.Designation = append(u.Designation, target)
			case disputed < o.Amount:
				target.Most = o.Amount - disputed
				last = append(last, target)
			}
			u.Amount += o.Amount - disputed
		}
	}
	u.Designation = append(u.Designation, last...)
	return u
}

// of gives how much of an open line is disputed.
func (d Disputed) of(line Line, open []Line) (sum debt.Cents) {
	for _, l := range d.Lines {
		if l.ID == line.ID && l.Account == line.Account {
			sum += l.Amount
		}
	}
	if line.Account != debt.InterestAccount {
		return sum
	}
	for _, o := range open {
		if o.ID != line.ID || o.Account != debt.PrincipalAccount {
			continue
		}
		principal := min(o.Amount, d.of(o, open))
		// Rounded up, in the debtor's favour; the product fits because amounts are bounded.
		share := (int64(line.Amount)*int64(principal) + int64(o.Amount) - 1) / int64(o.Amount)
		sum = max(sum, debt.Cents(share))
	}
	return sum
}
