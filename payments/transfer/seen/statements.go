package seen

import (
	"context"
	"slices"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/transfer"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/statements"
	"quitt/store/tasks"
)

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

// Statement gives the head of a statement. NotFound "bank_statement_unknown".
func (d Desk) Statement(ctx context.Context, creditor, statement debt.ID) (h statements.Head, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		h, err = statements.LoadHead(r, statement)
		return err
	})
	return h, err
}

// Statements lists the newest statements, whatever became of them.
func (d Desk) Statements(ctx context.Context, creditor debt.ID, most int) (list []statements.Head, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err = statements.Heads(r, most)
		return err
	})
	return list, err
}

// Quarantined lists the statements that do not add up, with by how much.
func (d Desk) Quarantined(ctx context.Context, creditor debt.ID, most int) (list []statements.Head, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err = statements.InState(r, statements.Quarantine, most)
		return err
	})
	return list, err
}

// Dismiss ends the tasks about a statement that does not add up, or before which one is missing,
// once a person has looked. Invalid "bank_why_missing" without one of DismissWhys.
func (d Desk) Dismiss(ctx context.Context, creditor, statement debt.ID, why string) error {
	if !slices.Contains(DismissWhys(), why) {
		return debt.E(debt.Invalid, "bank_why_missing", nil)
	}
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		h, err := statements.LoadHead(&t.Reader, statement)
		if err != nil {
			return err
		}
		if err := tasks.End(t, tasks.Task{Kind: transfer.TaskQuarantine, Subject: transfer.Aside(h)}, why, d.Now()); err != nil {
			return err
		}
		return tasks.End(t, tasks.Task{Kind: transfer.TaskGap, Subject: string(statement)}, why, d.Now())
	})
}

// Codes of why a statement needs nobody any more.
const (
	Corrected = "corrected"  // the bank has sent a right one
	Checked   = "checked"    // it was held against the account
	NotNeeded = "not_needed" // before the time that is kept here
)

// DismissWhys lists the codes for Dismiss.
func DismissWhys() []string { return []string{Corrected, Checked, NotNeeded} }
