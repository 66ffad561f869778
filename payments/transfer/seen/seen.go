// Package seen is what people look at of the bank rail: lists of payments with who they could be
// for, accounts, statements that are not right, and what came in for a case.
package seen

import (
	"context"
	"slices"

	"quitt/debt"
	"quitt/debt/matching"
	"quitt/debt/rail"
	"quitt/payments/transfer"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/statements"
	"quitt/store/tasks"
)

// Desk reads.
type Desk struct{ Store *store.Store }

// Listed gives the lines in a state behind an id, "" for the first, each with who it is most
// likely for. At most statements.AtOnce are looked at together.
func (d Desk) Listed(ctx context.Context, creditor debt.ID, s statements.State, after debt.ID, most int) (list []transfer.Item, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		lines, err := statements.Lines(r, s, after, min(most, statements.AtOnce))
		if err != nil {
			return err
		}
		found, err := transfer.Suggest(r, lines)
		list = make([]transfer.Item, len(lines))
		for i, l := range lines {
			list[i] = transfer.Item{Line: l, Payer: transfer.Masked(l.Said.IBAN)}
			if err == nil {
				list[i].Suggestions = found[i][:min(1, len(found[i]))]
			}
		}
		return err
	})
	return list, err
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
		open, err := tasks.OfKinds(r, most, transfer.TaskQuarantine, transfer.TaskGap)
		if err != nil || len(open) == 0 {
			return err
		}
		put, err := statements.InState(r, statements.Quarantine, alarmsMost)
		for _, k := range open {
			if err != nil {
				return err
			}
			id := debt.ID(k.Subject)
			if k.Kind == transfer.TaskQuarantine {
				i := slices.IndexFunc(put, func(h statements.Head) bool { return transfer.Aside(h) == k.Subject })
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
		a.Over = !slices.ContainsFunc(open, func(k tasks.Task) bool { return k.Subject == transfer.Aside(a.Head) || k.Subject == string(statement) })
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
	a := Alarm{Head: h, Kind: transfer.TaskGap}
	if h.State == statements.Quarantine {
		a.Kind = transfer.TaskQuarantine
		return a, nil
	}
	list, err := statements.Chain(r, h.AccountID, transfer.Chained)
	if o, ok := transfer.Before(list, h); ok {
		a.Since, a.Before = o, o.Closing
	}
	return a, err
}

// Arrived is a transfer as the record of a case shows it.
type Arrived struct {
	transfer.Item

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
			a := Arrived{Item: transfer.Item{Line: l, Payer: transfer.Masked(l.Said.IBAN)}, Share: l.Amount}
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
	fits := slices.DeleteFunc(slices.Clone(list), func(a Arrived) bool { return a.Share != amount || !transfer.About(a.BookedOn, on) })
	if len(fits) != 1 {
		return Arrived{}, false
	}
	return fits[0], true
}

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
