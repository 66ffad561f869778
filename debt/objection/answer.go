package objection

import (
	"slices"

	"quitt/debt"
)

// Outcome is what an answer decides.
type Outcome = debt.ObjectionState

// Outcomes lists what an answer may decide.
func Outcomes() []Outcome {
	return []Outcome{debt.ObjectionUpheld, debt.ObjectionPartly, debt.ObjectionRejected}
}

// Given is what of a line is given up: of a claim's principal, of a cost, or of a claim's interest
// where its principal is not disputed. Check says which.
type Given struct {
	Line    debt.ID
	Account debt.AccountKind
	Amount  debt.Cents
}

// Answer is what the creditor says to an objection.
type Answer struct {
	Outcome Outcome
	Reason  debt.Personal // in the creditor's words, shown to the debtor
	// Credits are what is given up, per line. An upheld objection without them gives up
	// everything it disputes.
	Credits []Given
}

// Check completes and checks an answer against what is disputed. It must have a reason; a
// rejection gives nothing up; what is upheld gives up all principal and costs in dispute,
// what is upheld in part some of it and not all. Interest follows its principal and needs no
// credit of its own, unless it alone is disputed.
func (a Answer) Check(d Disputed) (Answer, error) {
	switch {
	case !slices.Contains(Outcomes(), a.Outcome):
		return a, debt.E(debt.Invalid, "answer_outcome", nil)
	case a.Reason == "":
		return a, debt.E(debt.Invalid, "answer_reason_missing", nil)
	case len([]rune(a.Reason.Reveal())) > MostWords:
		return a, debt.E(debt.Invalid, "words_too_long", debt.Args{"most": MostWords})
	}
	all := creditable(d)
	if a.Outcome == debt.ObjectionUpheld && len(a.Credits) == 0 {
		a.Credits = all
	}
	var err error
	if a.Credits, err = covered(a.Credits, all); err != nil {
		return a, err
	}
	given, most := total(a.Credits), total(all)
	switch a.Outcome {
	case debt.ObjectionRejected:
		if given > 0 {
			return a, debt.E(debt.Invalid, "answer_rejected_gives", nil)
		}
	case debt.ObjectionUpheld:
		if given < most {
			return a, debt.E(debt.Invalid, "answer_upheld_all", debt.Args{"all": most})
		}
	default:
		if most > 0 && (given == 0 || given == most) {
			return a, debt.E(debt.Invalid, "answer_partly_some", debt.Args{"all": most})
		}
	}
	return a, nil
}

// creditable is what of a dispute can be given up by entries.
func creditable(d Disputed) (list []Given) {
	for _, l := range d.Lines {
		follows := l.Account == debt.InterestAccount && slices.ContainsFunc(d.Lines, func(p Line) bool {
			return p.ID == l.ID && p.Account == debt.PrincipalAccount
		})
		if !follows {
			list = append(list, Given{l.ID, l.Account, l.Amount})
		}
	}
	return list
}

// covered holds credits against what can be given up, and says of which component they are.
func covered(credits, all []Given) ([]Given, error) {
	out := slices.Clone(credits)
	for i, c := range credits {
		at := slices.IndexFunc(all, func(d Given) bool { return d.Line == c.Line })
		twice := slices.ContainsFunc(credits[:i], func(d Given) bool { return d.Line == c.Line })
		if at < 0 || twice {
			return nil, debt.E(debt.Invalid, "answer_line_unknown", nil)
		}
		if c.Amount <= 0 || c.Amount > all[at].Amount {
			return nil, debt.E(debt.Invalid, "credit_range", debt.Args{"most": all[at].Amount})
		}
		out[i].Account = all[at].Account
	}
	return out, nil
}

func total(list []Given) (sum debt.Cents) {
	for _, c := range list {
		sum += c.Amount
	}
	return sum
}
