// Package matching judges whose money came in: what of a transfer names which case, how sure
// that is, and whether it is sure enough to book without a person. Pure: who the candidates are
// and what they owe is looked up elsewhere.
//
// A payment in the wrong case costs two people their trust, one that waits a day for a clerk
// costs nobody anything. So nothing is booked on one sign that could be a slip: a reference with
// check digits stands alone, every other needs a second sign, and whatever could as well mean
// another case is left to a person.
package matching

import (
	"cmp"
	"slices"

	"quitt/debt"
)

// Way is how a case was found.
type Way string

// The ways, the surest first.
const (
	ByRF        Way = "rf"         // reference with check digits (ISO 11649)
	ByAnnounced Way = "announced"  // one that was given for what is not disputed
	ByOrder     Way = "end_to_end" // of a direct debit of our own
	ByMandate   Way = "mandate"
	ByFile      Way = "file_reference"
	ByInvoice   Way = "invoice"   // number of an invoice, a customer or of the creditor
	ByPayer     Way = "payer"     // the account has paid for this case before
	ByTypo      Way = "near_miss" // one character away from a reference
	ByName      Way = "name"
)

// Reason is one thing that speaks for a case; its text is a message key.
type Reason string

// Reasons beside the ways.
const (
	SameName   Reason = "same_name"
	FamilyName Reason = "family_name"
	SameAmount Reason = "same_amount"
)

// Line is money that came in. Names and Texts are words in plain small letters: of who paid, and
// of the purpose.
type Line struct {
	Amount debt.Cents
	Names  []string
	Texts  []string
}

// Candidate is a case it could be for.
type Candidate struct {
	CaseID debt.ID
	Ways   []Way
	Debtor []string     // words of the debtor's name
	Owes   []debt.Cents // sums the debtor could have been told: open in all, of the principal
	Closed bool         // takes no money
	// Twin says that another case of the same person has a reference one character away.
	Twin bool
}

// Suggestion is a case with what speaks for it.
type Suggestion struct {
	CaseID  debt.ID
	Score   int // 0 to 100
	Reasons []Reason
}

// Part is a share of the money for a case.
type Part struct {
	CaseID debt.ID
	Amount debt.Cents
}

// Verdict is what was found. Parts are what may be booked at once, none if a person has to look.
type Verdict struct {
	Suggestions []Suggestion // the likeliest first, at most Most
	Parts       []Part
}

// Sure is the score from which money is booked without a person; Margin is how far the next
// case has to be behind. Most bounds what is suggested.
const (
	Sure   = 90
	Margin = 15
	Most   = 8
)

// Judge weighs candidates.
func Judge(l Line, candidates []Candidate) Verdict {
	var v Verdict
	closed := map[debt.ID]bool{}
	for _, c := range candidates {
		if s := score(l, c); s.Score > 0 {
			v.Suggestions = append(v.Suggestions, s)
		}
		closed[c.CaseID] = c.Closed
	}
	slices.SortStableFunc(v.Suggestions, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.CaseID, b.CaseID))
	})
	switch list := v.Suggestions; {
	case len(list) == 0 || list[0].Score < Sure || l.Amount <= 0:
	case len(list) == 1 || list[1].Score <= list[0].Score-Margin:
		v.Parts = []Part{{list[0].CaseID, l.Amount}}
	default:
		v.Parts = split(l, list, candidates)
	}
	if slices.ContainsFunc(v.Parts, func(p Part) bool { return closed[p.CaseID] }) {
		v.Parts = nil
	}
	v.Suggestions = v.Suggestions[:min(len(v.Suggestions), Most)]
	return v
}

// base is what a way is worth alone. Only what has check digits or was made by us for one order
// is sure by itself.
var base = map[Way]int{ByRF: 98, ByAnnounced: 99, ByOrder: 97, ByMandate: 95, ByFile: 75, ByInvoice: 71, ByTypo: 50, ByPayer: 45, ByName: 0}

// Alone reports whether one of the ways is sure without a second sign.
func Alone(ways []Way) bool {
	return slices.ContainsFunc(ways, func(w Way) bool { return base[w] >= Sure })
}

// What a second sign adds. A name in full and a sum to the cent rarely are the same by chance; a
// family name or a round sum often are.
const (
	nameAdds   = 20
	familyAdds = 8
	amountAdds = 14
	payerAdds  = 20
)

func score(l Line, c Candidate) Suggestion {
	s := Suggestion{CaseID: c.CaseID}
	best := Way("")
	for _, w := range c.Ways {
		s.Reasons = append(s.Reasons, Reason(w))
		if best == "" || base[w] > base[best] {
			best = w
		}
	}
	name, amount := max(Alike(c.Debtor, l.Names), Alike(c.Debtor, l.Texts)), slices.Contains(c.Owes, l.Amount)
	switch name {
	case Full:
		s.Reasons = append(s.Reasons, SameName)
	case Family:
		s.Reasons = append(s.Reasons, FamilyName)
	}
	if amount {
		s.Reasons = append(s.Reasons, SameAmount)
	}
	payer := best != ByPayer && slices.Contains(c.Ways, ByPayer)
	s.Score = base[best] + signs{name, amount, payer}.worth()
	switch {
	case best == "":
		s.Score = 0
	case base[best] >= Sure: // sure alone: other signs decide between two such
		s.Score = min(100, base[best]+signs{name, amount, payer}.worth()/20)
	case (best == ByFile || best == ByInvoice) && c.Twin && !amount:
		// A slip in the last digit leads to the same person's other case, and no name shows it.
		s.Score = min(s.Score, Sure-1)
	case best == ByName && (name == None || name == Family && !amount):
		s.Score = 0
	case best == ByName:
		s.Score = min(s.Score+25, Sure-10)
	case best == ByTypo:
		s.Score = min(s.Score, Sure-5)
	case best == ByPayer:
		// The account, the name in full and the sum to the cent, or a person.
		s.Score = min(s.Score, Sure-5)
		if name == Full && amount {
			s.Score = Sure + 2
		}
	}
	s.Score = min(s.Score, 100)
	return s
}

// signs are what speaks for a case beside the way it was found.
type signs struct {
	name   Likeness
	amount bool
	payer  bool
}

func (s signs) worth() (sum int) {
	switch s.name {
	case Full:
		sum = nameAdds
	case Family:
		sum = familyAdds
	}
	if s.amount {
		sum += amountAdds
	}
	if s.payer {
		sum += payerAdds
	}
	return sum
}

// split books to several cases where each is named for certain and the sums they owe are
// exactly what came.
func split(l Line, list []Suggestion, candidates []Candidate) []Part {
	var sure []Candidate
	for _, s := range list {
		if s.Score <= list[0].Score-Margin {
			break
		}
		c := candidates[slices.IndexFunc(candidates, func(c Candidate) bool { return c.CaseID == s.CaseID })]
		if !named(c) || len(c.Owes) == 0 {
			return nil
		}
		sure = append(sure, c)
	}
	if len(sure) < 2 || len(sure) > 3 {
		return nil
	}
	var found []Part
	ways := 0
	var try func(i int, left debt.Cents, parts []Part)
	try = func(i int, left debt.Cents, parts []Part) {
		if i == len(sure) {
			if left == 0 {
				ways++
				found = slices.Clone(parts)
			}
			return
		}
		owed := slices.Clone(sure[i].Owes)
		slices.Sort(owed)
		for _, a := range slices.Compact(owed) {
			if a > 0 && a <= left {
				try(i+1, left-a, append(parts, Part{sure[i].CaseID, a}))
			}
		}
	}
	try(0, l.Amount, nil)
	if ways != 1 {
		return nil
	}
	return found
}

// named reports whether the transfer itself names the case.
func named(c Candidate) bool {
	return slices.ContainsFunc(c.Ways, func(w Way) bool { return w == ByRF || w == ByAnnounced || w == ByFile || w == ByInvoice })
}
