package debt

// attachableShares is the part of the income above the exempt amount that may be
// attached, by number of dependants (ZPO § 850c III 1): three tenths stay with the
// debtor, two more for the first and one more for each further dependant.
var attachableShares = [6]BasisPoints{7000, 5000, 4000, 3000, 2000, 1000}

// tableStep is the step of the official monthly table: income is rounded down to full
// tens of euro (§ 850c V 1).
const tableStep Cents = 10_00

// AttachableAmount is the cell of the official table to ZPO § 850c for a monthly net
// income; more than five dependants count as five. Days that no published announcement
// covers are refused.
func AttachableAmount(net Cents, dependants int, on Date) (Cents, error) {
	if net < 0 || net > MaxCents {
		return 0, E(Invalid, "net_income_invalid", nil)
	}
	if dependants < 0 {
		return 0, E(Invalid, "dependants_invalid", nil)
	}
	p, err := attachmentOn(on)
	if err != nil {
		return 0, err
	}
	n := min(dependants, 5)
	exempt := p.base
	if n > 0 {
		exempt += p.first + Cents(n-1)*p.second
	}
	counted := min(net, p.ceiling)
	counted -= counted % tableStep
	return max(0, counted-exempt).Share(attachableShares[n]) + max(0, net-p.ceiling), nil
}

// SuggestedInstalment is the most the wizard proposes a month: what a bailiff could take.
// It is policy, not law; 0 means that nothing beyond a voluntary token should be asked.
func SuggestedInstalment(net Cents, dependants int, on Date) (Cents, error) {
	return AttachableAmount(net, dependants, on)
}

func attachmentOn(on Date) (attachmentRow, error) {
	rows := attachmentParameters
	if first := rows[0].from; on.Before(first) {
		return attachmentRow{}, E(Invalid, "attachment_table_too_early", Args{"first_day": first})
	}
	for _, r := range rows {
		if !on.After(r.to) {
			return r, nil
		}
	}
	return attachmentRow{}, E(Invalid, "attachment_table_unknown", Args{"last_day": rows[len(rows)-1].to})
}
