// Package seen is what people look at of the bank rail: lists of payments with who they could be
// for, accounts, statements that are not right, and what came in for a case.
package seen

import (
	"context"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/matching"
	"quitt/payments/transfer"
	"quitt/store"
	"quitt/store/statements"
)

// Desk reads, and notes that a person has looked.
type Desk struct {
	Store *store.Store
	Now   func() time.Time // for Dismiss alone
}

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

// Left is what of a line the parts leave over, less than nothing where they are too much.
func Left(l statements.Line, parts []matching.Part) debt.Cents {
	left := l.Amount
	for _, p := range parts {
		left -= p.Amount
	}
	return left
}

// List gives the lines in a state behind an id, "" for the first, without suggestions: those of
// statements.Suspended are the work list.
func (d Desk) List(ctx context.Context, creditor debt.ID, s statements.State, after debt.ID, most int) (list []transfer.Item, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		lines, err := statements.Lines(r, s, after, most)
		list = nil
		for _, l := range lines {
			list = append(list, transfer.Item{Line: l, Payer: transfer.Masked(l.Said.IBAN)})
		}
		return err
	})
	return list, err
}
