package payments

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/payments/tally"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/tasks"
)

// Reconcile compares a day of the provider's account, in Berlin, with what is booked here,
// names every difference and keeps the report. Unexplained cents are to be 0: each difference
// is also a task.
func (r *Rail) Reconcile(ctx context.Context, creditor, account debt.ID, on debt.Date) (rails.Reconciliation, []tally.Difference, error) {
	acc, err := r.account(ctx, creditor, account)
	if err != nil {
		return rails.Reconciliation{}, nil, err
	}
	from, to := startOf(on), startOf(on.AddDays(1))
	here, err := r.linesOf(ctx, acc, from, to)
	if err != nil {
		return rails.Reconciliation{}, nil, err
	}
	out := rails.Reconciliation{AccountID: acc.ID, On: on, At: r.Now()}
	var list []tally.Difference
	var unknown []missing
	err = r.Providers[acc.Provider].Movements(ctx, acc, Window{From: from, To: to}, func(m rail.Movement) error {
		out.Movements++
		out.Provider += m.Amount - m.Fee
		l, err := r.lineOf(ctx, acc, here, m.Transaction)
		if err != nil {
			return err
		}
		found := l.Compare(m)
		// A debit that failed may have left its fee here, and nothing else.
		if len(found) > 0 && found[0].Kind != "fee" && (l == nil || l.Move.Kind == "") {
			unknown = append(unknown, missing{m, found[0]})
			found = found[1:]
		}
		list = append(list, found...)
		return nil
	})
	if err == nil {
		for _, u := range unknown {
			list = append(list, r.inFlight(ctx, acc, u))
		}
	}
	if err != nil {
		return out, nil, err
	}
	for transaction, l := range here {
		out.Ledger += l.Amount - l.Fee
		if !l.Seen {
			list = append(list, l.Difference("missing_there", transaction, 0, l.Amount))
		}
	}
	for _, d := range list {
		if !d.Explained() {
			out.Unexplained += max(d.Provider-d.Here, d.Here-d.Provider)
		}
	}
	report, err := json.Marshal(list)
	if err != nil {
		return out, list, err
	}
	out.Report = string(report)
	return out, list, r.Store.Write(ctx, creditor, func(t *store.Tx) error {
		for _, d := range list {
			if d.Explained() {
				continue
			}
			k := tasks.Task{ID: store.NewID(), Kind: booking.TaskDifference, Subject: d.Kind + "/" + d.Transaction, CaseID: d.Case, PaymentID: d.Payment,
				Amount: d.Provider - d.Here, Reason: d.Kind, OpenedAt: out.At}
			if err := tasks.Open(t, k); err != nil {
				return err
			}
		}
		return rails.SaveReconciliation(t, out)
	})
}

// missing is a movement that is not known here.
type missing struct {
	rail.Movement

	found tally.Difference
}

// inFlight asks whose movement it is: one of an order of ours that has not arrived, or did
// not, explains itself.
func (r *Rail) inFlight(ctx context.Context, acc rail.Account, m missing) tally.Difference {
	d := m.found
	if m.Object.ID == "" || m.Object.Kind == rail.PayoutRef {
		return d
	}
	f, err := r.Providers[acc.Provider].Fetch(ctx, acc, m.Object)
	if err != nil || f.Attempt == "" || f.State != rail.InFlight && f.State != rail.Failed {
		return d
	}
	err = r.Store.Read(ctx, acc.CreditorID, func(t *store.Reader) error {
		a, err := rails.LoadAttempt(t, f.Attempt)
		d.Case, d.Payment = a.CaseID, a.ID
		return err
	})
	if err == nil {
		d.Kind = "in_flight"
	}
	return d
}

func startOf(d debt.Date) time.Time {
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, debt.Berlin)
}

// linesOf adds up what is booked here, by the provider's transaction.
func (r *Rail) linesOf(ctx context.Context, acc rail.Account, from, to time.Time) (map[string]*tally.Line, error) {
	lines := map[string]*tally.Line{}
	err := r.Store.Read(ctx, acc.CreditorID, func(t *store.Reader) error {
		moves, err := rails.MovesBetween(t, acc.ID, from, to)
		for _, m := range moves {
			if m.Transaction != "" && m.State != rails.MovePending {
				tally.Add(lines, m)
			}
		}
		return err
	})
	return lines, err
}

// lineOf finds a line, also where our clock put it on another day.
func (r *Rail) lineOf(ctx context.Context, acc rail.Account, here map[string]*tally.Line, transaction string) (*tally.Line, error) {
	if l := here[transaction]; l != nil {
		return l, nil
	}
	other := map[string]*tally.Line{}
	err := r.Store.Read(ctx, acc.CreditorID, func(t *store.Reader) error {
		moves, err := rails.MovesOfTransaction(t, acc.ID, transaction)
		for _, m := range moves {
			tally.Add(other, m)
		}
		return err
	})
	return other[transaction], err
}

// reconciledFrom is the hour of the day from which the day before is complete.
const reconciledFrom = 4

// ReconcileDue compares the day before for every account of the creditor that has not been
// compared yet. It gives how many it compared; a loop calls it.
func (r *Rail) ReconcileDue(ctx context.Context, creditor debt.ID) (int, error) {
	now := r.Now().In(debt.Berlin)
	if now.Hour() < reconciledFrom {
		return 0, nil
	}
	on := debt.DateIn(now, debt.Berlin).AddDays(-1)
	var accounts []rails.Account
	done := map[debt.ID]bool{}
	err := r.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
		if accounts, err = rails.Accounts(t); err != nil || len(accounts) == 0 {
			return err
		}
		list, err := rails.Reconciliations(t, 2*len(accounts))
		for _, c := range list {
			if c.On == on {
				done[c.AccountID] = true
			}
		}
		return err
	})
	did, errs := 0, []error{err}
	for _, a := range accounts {
		if done[a.ID] || !debt.DateIn(a.CreatedAt, debt.Berlin).Before(on.AddDays(1)) {
			continue
		}
		_, _, err := r.Reconcile(ctx, creditor, a.ID, on)
		did++
		errs = append(errs, err)
	}
	return did, errors.Join(errs...)
}
