package plan

import "quitt/debt"

// Side is whose plan is meant.
type Side string

// The sides of a negotiation; Affordable is nobody's, it follows from what the debtor chose to
// tell of income and dependants.
const (
	Debtor     Side = "debtor"
	Creditor   Side = "creditor"
	Affordable Side = "affordable"
)

// Ends are the days on which the plans would be done; none for a plan that does not exist.
type Ends struct {
	Debtor, Creditor, Affordable debt.Date
}

// Suggest compares completion dates as the English courts' service does and names the plan to
// suggest. It decides nothing: a creditor softer than the debtor's own wish stands; where the
// creditor is stricter, the plan the debtor can afford is suggested to both if it is stricter
// than the debtor's, the creditor's if even that is not faster, else the debtor's.
func Suggest(e Ends) Side {
	switch {
	case !e.Creditor.Before(e.Debtor):
		return Creditor
	case e.Affordable.IsZero():
		return Debtor
	case !e.Affordable.After(e.Creditor):
		return Creditor
	case e.Affordable.Before(e.Debtor):
		return Affordable
	default:
		return Debtor
	}
}

// housing is the share of a net income that rent may take before it lessens what is suggested.
// A policy, no law.
const housing debt.BasisPoints = 3_333

// Income is the net income to be counted for a suggestion when rent takes more than a third of
// it: what goes beyond is not there to pay instalments from.
func Income(net, rent debt.Cents) debt.Cents {
	if net < 0 || rent < 0 {
		return net // the table of the law refuses it
	}
	return max(0, net-max(0, rent-net.Share(housing)))
}
