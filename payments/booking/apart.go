package booking

import (
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/tasks"
)

// Unplaced books one movement that belongs to no case.
func Unplaced(t *store.Tx, acc rail.Account, m rail.Move, now time.Time) error {
	_, err := Hold(t, acc, rails.Move{Move: m, Why: rail.WhyNobody}, now)
	return err
}

// Hold is Unplaced that is told why, and gives the row of the movement.
func Hold(t *store.Tx, acc rail.Account, held rails.Move, now time.Time) (debt.ID, error) {
	ids, err := HoldAll(t, []Holding{{acc, held}}, now)
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// Holding is a movement of an account that is told why it belongs to nobody.
type Holding struct {
	Account rail.Account
	Move    rails.Move
}

// HoldAll is Hold for many, and gives their rows.
func HoldAll(t *store.Tx, list []Holding, now time.Time) (ids []debt.ID, err error) {
	s := Stamp(now)
	var rows []rails.Move
	var entries []ledger.Entry
	var found []tasks.Task
	for _, h := range list {
		source, m := h.Account.Source(), h.Move.Move
		row := rails.Move{Move: m, RowID: s.NewID(), AccountID: h.Account.ID, State: rails.Suspended, Why: h.Move.Why, HeardAt: now}
		switch {
		case m.Kind == rail.Fee:
			row.State, row.Why = rails.MoveBooked, ""
			entries = append(entries, apart(s, ledger.ProviderFee, key{source, m}, feePostings(source, m.Amount)))
		case m.Currency == "EUR":
			entries = append(entries, suspense(s, source, m))
		}
		if m.Currency != "EUR" {
			row.Why = rail.WhyCurrency
		}
		if m.Kind != rail.Fee {
			found = append(found, tasks.Task{ID: s.NewID(), Kind: TaskUnplaced, Subject: m.ID, Amount: m.Amount, Reason: row.Why, OpenedAt: now})
		}
		rows, ids = append(rows, row), append(ids, row.RowID)
	}
	if err := rails.SaveMoves(t, rows); err != nil {
		return nil, err
	}
	for _, k := range found {
		if err := tasks.Set(t, k); err != nil {
			return nil, err
		}
	}
	return ids, t.BookApart(entries...)
}

// Payout books that money left the provider for the creditor's bank, or that it came back.
func Payout(t *store.Tx, acc rail.Account, m rail.Move, now time.Time) error {
	old, known, err := rails.FindMove(&t.Reader, acc.ID, m.Kind, m.ID)
	if err != nil || known && old.Transaction == m.Transaction {
		return err
	}
	s := Stamp(now)
	row := rails.Move{Move: m, RowID: s.NewID(), AccountID: acc.ID, State: rails.MoveBooked, HeardAt: now}
	if err := rails.SaveMoves(t, []rails.Move{row}); err != nil || known {
		return err
	}
	amount := m.Amount
	if m.Kind == rails.PayoutFailedMove {
		amount = -amount
	}
	return t.BookApart(apart(s, ledger.PayoutEntry, key{acc.Source(), m}, []ledger.Posting{
		{Account: debt.ClearingAccount, Provider: acc.Source(), Amount: -amount},
		{Account: debt.RemittedAccount, Amount: amount},
	}))
}

// Other books a movement that belongs to nothing we know: its amount is signed.
func Other(t *store.Tx, acc rail.Account, m rail.Movement, now time.Time) error {
	s := Stamp(now)
	move := rail.Move{Kind: rails.OtherMove, ID: m.Transaction, Amount: m.Amount, Currency: m.Currency, On: debt.DateIn(m.At, debt.Berlin),
		At: m.At, Transaction: m.Transaction, Object: m.Object}
	if m.Amount != 0 {
		row := rails.Move{Move: move, RowID: s.NewID(), AccountID: acc.ID, State: rails.Suspended, Why: rail.WhyNobody, HeardAt: now}
		if err := rails.SaveMoves(t, []rails.Move{row}); err != nil {
			return err
		}
		if m.Currency == "EUR" {
			if err := t.BookApart(suspense(s, acc.Source(), move)); err != nil {
				return err
			}
		}
		err := tasks.Set(t, tasks.Task{ID: s.NewID(), Kind: TaskUnplaced, Subject: m.Transaction, Amount: m.Amount, Reason: rail.WhyNobody, OpenedAt: now})
		if err != nil {
			return err
		}
	}
	if m.Fee == 0 || m.Currency != "EUR" {
		return nil
	}
	move.Kind, move.Amount = rail.Fee, m.Fee
	row := rails.Move{Move: move, RowID: s.NewID(), AccountID: acc.ID, State: rails.MoveBooked, HeardAt: now}
	if err := rails.SaveMoves(t, []rails.Move{row}); err != nil {
		return err
	}
	return t.BookApart(apart(s, ledger.ProviderFee, key{acc.Source(), move}, feePostings(acc.Source(), m.Fee)))
}

type key struct {
	source string
	move   rail.Move
}

func apart(s ledger.Stamp, kind ledger.EntryKind, k key, postings []ledger.Posting) ledger.Entry {
	return ledger.Entry{ID: s.NewID(), Kind: kind, Source: k.source, ExternalID: string(k.move.Kind) + "/" + k.move.ID,
		ValueOn: k.move.On, BookedAt: s.At, Postings: postings}
}

func feePostings(source string, fee debt.Cents) []ledger.Posting {
	return []ledger.Posting{
		{Account: debt.FeesAccount, Provider: source, Amount: fee},
		{Account: debt.ClearingAccount, Provider: source, Amount: -fee},
	}
}

// suspense is the entry of money that is with the provider and belongs to no case.
func suspense(s ledger.Stamp, source string, m rail.Move) ledger.Entry {
	sign := m.Kind.Sign()
	if m.Kind == rails.OtherMove {
		sign = 1 // its amount is signed
	}
	return apart(s, ledger.SuspenseEntry, key{source, m}, []ledger.Posting{
		{Account: debt.ClearingAccount, Provider: source, Amount: sign * m.Amount},
		{Account: debt.InTransitAccount, Provider: source, Amount: -sign * m.Amount},
	})
}
