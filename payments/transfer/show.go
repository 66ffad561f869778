package transfer

import (
	"context"

	"quitt/debt"
	"quitt/debt/matching"
	"quitt/payments/transfer/whose"
	"quitt/store"
	"quitt/store/givebacks"
	"quitt/store/search"
	"quitt/store/statements"
)

// Item is a line as a person sees it.
type Item struct {
	statements.Line

	Payer       string // the account, masked
	Account     string // ours, its end
	Suggestions []Suggested
	Parts       []statements.Part // where it went, if to more than one case
	InFile      bool              // it goes back by a file for the bank, and nobody takes that back any more
}

// Suggested is a case with what speaks for it. Its reasons are codes, "rf", "same_name" …
type Suggested struct {
	matching.Suggestion

	Reference string
	Debtor    debt.Personal
	Open      debt.Cents // by the case row
}

// Masked is as much of an account as tells its owner's from another.
func Masked(iban debt.Personal) string {
	number := statements.Number(iban.Reveal())
	if len(number) < 8 {
		return ""
	}
	return number[:4] + " … " + number[len(number)-4:]
}

// Show gives a line with everything that may help to decide: who it could be for, and why.
func (d Desk) Show(ctx context.Context, creditor, line debt.ID) (i Item, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		l, err := statements.Load(r, line)
		if err != nil {
			return err
		}
		i = Item{Line: l, Payer: Masked(l.Said.IBAN)}
		if i.Parts, err = statements.Parts(r, line); err != nil || !payable(l) || l.CaseID != "" {
			return err
		}
		if l.State == statements.GiveBack {
			switch err := givebacks.Free(r, line); {
			case debt.KindOf(err) == debt.Forbidden:
				i.InFile = true
			case err != nil:
				return err
			}
		}
		found, err := Suggest(r, []statements.Line{l})
		if err == nil {
			i.Suggestions = found[0]
		}
		return err
	})
	return i, err
}

// Suggest gives for each of up to statements.AtOnce lines the cases it could be for, the likeliest
// first; none for a line that needs none.
func Suggest(r *store.Reader, lines []statements.Line) ([][]Suggested, error) {
	out := make([][]Suggested, len(lines))
	var open []statements.Line
	var at []int
	for i, l := range lines {
		if payable(l) && l.CaseID == "" {
			open, at = append(open, l), append(at, i)
		}
	}
	if len(open) == 0 {
		return out, nil
	}
	verdicts, err := whose.Judge(r, open, true)
	if err != nil {
		return nil, err
	}
	var ids []debt.ID
	for _, v := range verdicts {
		for _, s := range v.Suggestions {
			ids = append(ids, s.CaseID)
		}
	}
	cases, err := statements.Candidates(r, ids)
	if err != nil {
		return nil, err
	}
	debtors, err := search.Debtors(r, ids)
	if err != nil {
		return nil, err
	}
	for i, v := range verdicts {
		for _, s := range v.Suggestions {
			c := cases[s.CaseID]
			out[at[i]] = append(out[at[i]], Suggested{Suggestion: s, Reference: c.FileReference, Debtor: debtors[s.CaseID].Name(), Open: c.Open()})
		}
	}
	return out, nil
}
