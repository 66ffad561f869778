// Package attachment is the official table of what may be attached of an income (ZPO § 850c).
// A proposal for an instalment starts from it; nothing of what is entered is stored.
package attachment

import (
	"embed"
	"slices"

	"quitt/debt"
)

//go:embed tables/*.csv
var tableFiles embed.FS

var (
	lawTables  = debt.ReadTables(tableFiles)
	parameters = parse(lawTables[0])
)

// Tables lists the tables of this room.
func Tables() []debt.Table { return slices.Clone(lawTables) }

// shares is the part of the income above the exempt amount that may be
// attached, by number of dependants (ZPO § 850c III 1): three tenths stay with the
// debtor, two more for the first and one more for each further dependant.
var shares = [6]debt.BasisPoints{7000, 5000, 4000, 3000, 2000, 1000}

// tableStep is the step of the official monthly table: income is rounded down to full
// tens of euro (§ 850c V 1).
const tableStep debt.Cents = 10_00

// Amount is the cell of the official table to ZPO § 850c for a monthly net
// income; more than five dependants count as five. Days that no published announcement
// covers are refused.
func Amount(net debt.Cents, dependants int, on debt.Date) (debt.Cents, error) {
	if net < 0 || net > debt.MaxCents {
		return 0, debt.E(debt.Invalid, "net_income_invalid", nil)
	}
	if dependants < 0 {
		return 0, debt.E(debt.Invalid, "dependants_invalid", nil)
	}
	p, err := rowOn(on)
	if err != nil {
		return 0, err
	}
	n := min(dependants, 5)
	exempt := p.base
	if n > 0 {
		exempt += p.first + debt.Cents(n-1)*p.second
	}
	counted := min(net, p.ceiling)
	counted -= counted % tableStep
	return max(0, counted-exempt).Share(shares[n]) + max(0, net-p.ceiling), nil
}

// Suggested is the most the wizard proposes a month: what a bailiff could take.
// It is policy, not law; 0 means that nothing beyond a voluntary token should be asked.
func Suggested(net debt.Cents, dependants int, on debt.Date) (debt.Cents, error) {
	return Amount(net, dependants, on)
}

func rowOn(on debt.Date) (row, error) {
	rows := parameters
	if first := rows[0].from; on.Before(first) {
		return row{}, debt.E(debt.Invalid, "attachment_table_too_early", debt.Args{"first_day": first})
	}
	for _, r := range rows {
		if !on.After(r.to) {
			return r, nil
		}
	}
	return row{}, debt.E(debt.Invalid, "attachment_table_unknown", debt.Args{"last_day": rows[len(rows)-1].to})
}

// row holds the monthly parameters of ZPO § 850c in cents.
type row struct {
	from, to            debt.Date // inclusive
	base, first, second debt.Cents
	ceiling             debt.Cents // income above this is attachable in full, § 850c III 3
}

// parse wants closed years without a gap: the amounts change every 1 July
// (§ 850c IV), so a row without an end could only be a mistake.
func parse(t debt.Table) []row {
	var all []row
	for i := range t.Rows {
		r := t.Row(i)
		from, to := r.Validity()
		if to.IsZero() || i > 0 && from != all[i-1].to.AddDays(1) {
			r.Fail("years are not contiguous")
		}
		all = append(all, row{
			from: from, to: to,
			base:    r.Amount("base_monthly_cents"),
			first:   r.Amount("first_dependant_cents"),
			second:  r.Amount("second_to_fifth_each_cents"),
			ceiling: r.Amount("fully_attachable_above_cents"),
		})
	}
	return all
}
