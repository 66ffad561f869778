package transfer

import (
	"context"
	"slices"

	"quitt/debt"
	"quitt/debt/matching"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/search"
	"quitt/store/statements"
	"quitt/store/tasks"
)

// Listed gives the lines in a state behind an id, "" for the first, each with who it is most
// likely for. At most statements.AtOnce are looked at together.
func (d Desk) Listed(ctx context.Context, creditor debt.ID, s statements.State, after debt.ID, most int) (list []Item, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		lines, err := statements.Lines(r, s, after, min(most, statements.AtOnce))
		if err != nil {
			return err
		}
		list = make([]Item, len(lines))
		var open []statements.Line
		var at []int
		for i, l := range lines {
			list[i] = Item{Line: l, Payer: masked(l.Said.IBAN)}
			if payable(l) && l.CaseID == "" {
				open, at = append(open, l), append(at, i)
			}
		}
		best, err := likeliest(r, open)
		for i, s := range best {
			if s.CaseID != "" {
				list[at[i]].Suggestions = []Suggested{s}
			}
		}
		return err
	})
	return list, err
}

// likeliest gives the first suggestion of each line, the zero Suggested where there is none.
func likeliest(r *store.Reader, lines []statements.Line) ([]Suggested, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	verdicts, err := judge(r, lines, true)
	if err != nil {
		return nil, err
	}
	list := make([]matching.Suggestion, len(lines))
	for i, v := range verdicts {
		if len(v.Suggestions) > 0 {
			list[i] = v.Suggestions[0]
		}
	}
	return called(r, list)
}

// called adds to suggestions how the case and the debtor are called.
func called(r *store.Reader, list []matching.Suggestion) ([]Suggested, error) {
	var ids []debt.ID
	for _, s := range list {
		if s.CaseID != "" {
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
	out := make([]Suggested, len(list))
	for i, s := range list {
		c := cases[s.CaseID]
		out[i] = Suggested{Suggestion: s, Reference: c.FileReference, Debtor: debtors[s.CaseID].Name(), Open: c.Open()}
	}
	return out, nil
}

// Holding is an account with how far its statements go.
type Holding struct {
	rail.Account

	Last *statements.Head // the newest that was taken over; nil before the first
}

// Holdings lists a creditor's accounts at banks.
func (d Desk) Holdings(ctx context.Context, creditor debt.ID) (list []Holding, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list = nil
		kept, err := rails.BankAccounts(r)
		for _, a := range kept {
			h := Holding{Account: a.Account}
			newest, failed := statements.Chain(r, a.ID, 1)
			if failed != nil {
				return failed
			}
			if len(newest) > 0 {
				h.Last = &newest[0]
			}
			list = append(list, h)
		}
		return err
	})
	return list, err
}

// Alarm is a statement that a person has to look at: it does not add up, or one before it is
// missing. Before is what the account was left with, nil where nothing is known.
type Alarm struct {
	statements.Head

	Kind   tasks.Kind
	Since  statements.Head // of a gap: the newest before it; zero without
	Over   bool            // a person has looked
	Before *debt.Cents
}

// Alarms lists what nobody has looked at yet, the oldest first.
func (d Desk) Alarms(ctx context.Context, creditor debt.ID, most int) (list []Alarm, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list = nil
		open, err := tasks.OfKinds(r, most, TaskQuarantine, TaskGap)
		if err != nil || len(open) == 0 {
			return err
		}
		put, err := statements.InState(r, statements.Quarantine, alarmsMost)
		for _, k := range open {
			if err != nil {
				return err
			}
			id := debt.ID(k.Subject)
			if k.Kind == TaskQuarantine {
				i := slices.IndexFunc(put, func(h statements.Head) bool { return aside(h) == k.Subject })
				if i < 0 {
					continue // its file is being read again
				}
				id = put[i].ID
			}
			var a Alarm
			if a, err = alarmOf(r, id); err == nil {
				list = append(list, a)
			}
		}
		return err
	})
	return list, err
}

// Alarm gives a statement with what is or was wrong with it. NotFound "bank_statement_unknown".
func (d Desk) Alarm(ctx context.Context, creditor, statement debt.ID) (a Alarm, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		if a, err = alarmOf(r, statement); err != nil {
			return err
		}
		open, err := tasks.OfKinds(r, alarmsMost, a.Kind)
		a.Over = !slices.ContainsFunc(open, func(k tasks.Task) bool { return k.Subject == aside(a.Head) || k.Subject == string(statement) })
		return err
	})
	return a, err
}

// alarmsMost bounds the alarms that are looked through for one.
const alarmsMost = 1000

func alarmOf(r *store.Reader, id debt.ID) (Alarm, error) {
	h, err := statements.LoadHead(r, id)
	if err != nil {
		return Alarm{}, err
	}
	a := Alarm{Head: h, Kind: TaskGap}
	if h.State == statements.Quarantine {
		a.Kind = TaskQuarantine
		return a, nil
	}
	list, err := statements.Chain(r, h.AccountID, chained)
	for _, o := range list {
		if o.ID != h.ID && o.Closing != nil && precedes(o, h) && (a.Before == nil || o.To.After(a.Since.To)) {
			a.Since, a.Before = o, o.Closing
		}
	}
	return a, err
}

// Arrived is a transfer as the record of a case shows it.
type Arrived struct {
	Item

	Head  statements.Head // the statement it stands in
	Share debt.Cents      // what of it is for the case
}

// OfCase lists the transfers that were booked to a case, the oldest first.
func (d Desk) OfCase(ctx context.Context, creditor, caseID debt.ID) (list []Arrived, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list = nil
		lines, err := statements.OfCase(r, caseID)
		for _, l := range lines {
			if err != nil {
				return err
			}
			a := Arrived{Item: Item{Line: l, Payer: masked(l.Said.IBAN)}, Share: l.Amount}
			if a.Parts, err = statements.Parts(r, l.ID); err != nil {
				return err
			}
			for _, p := range a.Parts {
				if p.CaseID == caseID {
					a.Share = p.Amount
				}
			}
			if a.Head, err = statements.LoadHead(r, l.StatementID); err == nil {
				list = append(list, a)
			}
		}
		return err
	})
	return list, err
}

// ClaimedAs picks the transfer that a debtor's proof of payment means: in that amount, about
// that day. ok is false where none or several could be meant.
func ClaimedAs(list []Arrived, amount debt.Cents, on debt.Date) (a Arrived, ok bool) {
	fits := slices.DeleteFunc(slices.Clone(list), func(a Arrived) bool { return a.Share != amount || !about(a.BookedOn, on) })
	if len(fits) != 1 {
		return Arrived{}, false
	}
	return fits[0], true
}

// Codes of why money is for no case here, and of why a statement needs nobody any more.
const (
	OtherBusiness = "other_business" // for something that is no case here
	Misdirected   = "misdirected"    // the payer meant somebody else
	OwnMoney      = "own_money"      // of the creditor itself
	Corrected     = "corrected"      // the bank has sent a right one
	Checked       = "checked"        // it was held against the account
	NotNeeded     = "not_needed"     // before the time that is kept here
)

// NotOursWhys lists the codes for NotOurs, DismissWhys those for Dismiss.
func NotOursWhys() []string { return []string{OtherBusiness, Misdirected, OwnMoney} }

// DismissWhys lists the codes for Dismiss.
func DismissWhys() []string { return []string{Corrected, Checked, NotNeeded} }

// Sums gives what stands in a statement that was put aside because of its sums, and what it
// should close with; nil where the bank gave no balances or the sums are not what is wrong.
func (a Alarm) Sums() (sum, expected *debt.Cents) {
	if a.Reason != "sum_differs" || a.Opening == nil || a.Closing == nil {
		return nil, nil
	}
	s := *a.Closing - *a.Opening - a.Difference
	e := *a.Opening + s
	return &s, &e
}

// Left is what of a line the parts leave over, less than nothing where they are too much.
func Left(l statements.Line, parts []matching.Part) debt.Cents {
	left := l.Amount
	for _, p := range parts {
		left -= p.Amount
	}
	return left
}

// Statement gives the head of a statement. NotFound "bank_statement_unknown".
func (d Desk) Statement(ctx context.Context, creditor, statement debt.ID) (h statements.Head, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		h, err = statements.LoadHead(r, statement)
		return err
	})
	return h, err
}
