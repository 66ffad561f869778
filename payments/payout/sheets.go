package payout

import (
	"cmp"
	"context"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/givebacks"
	"quitt/store/payouts"
	"quitt/store/rails"
)

// Sheet is a file of either kind, as lists show it. Only a payout has Source, Reference and To;
// UpTo of transfers back is the day they were ordered.
type Sheet struct {
	Message, Source, Reference string
	From, ToIBAN, ToName       string // From is an IBAN
	UpTo, ExecuteOn            debt.Date
	MadeAt                     time.Time
	N                          int // payments that are paid out, or transfers
	Amount                     debt.Cents
	SHA256                     string
	State                      payouts.State
}

func payoutSheet(f payouts.File) Sheet {
	return Sheet{f.Message, f.Source, f.Reference, f.FromIBAN, f.ToIBAN, f.ToName, f.UpTo, f.ExecuteOn, f.MadeAt, f.Payments, f.Amount, f.SHA256, f.State}
}

func backsSheet(f givebacks.File, from string) Sheet {
	return Sheet{f.Message, "", "", from, "", "", f.MadeOn, f.ExecuteOn, f.MadeAt, f.Transfers, f.Amount, f.SHA256, payouts.State(f.State)}
}

// Sheets gives the newest files.
func (d Desk) Sheets(ctx context.Context, creditor debt.ID, most int) (list []Sheet, err error) {
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		list = nil
		if err := payouts.Settle(t); err != nil {
			return err
		}
		out, err := payouts.List(&t.Reader, most)
		if err != nil {
			return err
		}
		for _, f := range out {
			list = append(list, payoutSheet(f))
		}
		back, err := givebacks.List(&t.Reader, most)
		if err != nil {
			return err
		}
		from := map[debt.ID]string{}
		for _, f := range back {
			if _, known := from[f.AccountID]; !known {
				kept, err := rails.LoadAccount(&t.Reader, f.AccountID)
				if err != nil {
					return err
				}
				from[f.AccountID] = kept.External
			}
			list = append(list, backsSheet(f, from[f.AccountID]))
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b Sheet) int { return cmp.Or(b.MadeAt.Compare(a.MadeAt), cmp.Compare(b.Message, a.Message)) })
	return list[:min(most, len(list))], err
}

// Sheet gives the file of a message, or NotFound "payout_unknown".
func (d Desk) Sheet(ctx context.Context, creditor debt.ID, message string) (s Sheet, err error) {
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		if IsBacks(message) {
			f, _, err := givebacks.Load(&t.Reader, message)
			if err != nil {
				return err
			}
			kept, err := rails.LoadAccount(&t.Reader, f.AccountID)
			s = backsSheet(f, kept.External)
			return err
		}
		if err := payouts.Settle(t); err != nil {
			return err
		}
		f, err := payouts.Load(&t.Reader, message)
		s = payoutSheet(f)
		return err
	})
	return s, err
}

// Bytes gives the file of a message as it was made, of either kind. Errors as Again and
// GiveBacksAgain.
func (d Desk) Bytes(ctx context.Context, creditor debt.ID, message string) ([]byte, error) {
	if IsBacks(message) {
		w, err := d.GiveBacksAgain(ctx, creditor, message)
		return w.Content, err
	}
	w, err := d.Again(ctx, creditor, message)
	return w.Content, err
}

// Backlog is what waits to be ordered from an account.
type Backlog struct {
	rail.Account

	Open    string // message of the payout that is ordered and not booked, "" for none
	Backs   int    // transfers back that a file would take
	Amount  debt.Cents
	Refused int // transfers back that no bank would take
}

// Backlogs gives what waits, for each account at a bank. Purpose is that of transfers back.
func (d Desk) Backlogs(ctx context.Context, c debt.Creditor, purpose string) (list []Backlog, err error) {
	now := d.Now()
	today := debt.DateIn(now, debt.Berlin)
	// Some file: what a bank takes does not hang on how it is called.
	f := givebacks.File{Message: "G0", FromName: cmp.Or(c.AccountHolder, c.Name), Purpose: purpose, MadeOn: today, ExecuteOn: target(today), MadeAt: now}
	err = d.Store.Read(ctx, c.ID, func(r *store.Reader) error {
		list = nil
		accounts, err := rails.BankAccounts(r)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			one := Backlog{Account: a.Account}
			open, ok, err := payouts.Open(r, a.Source())
			if err != nil {
				return err
			}
			if ok {
				one.Open = open.Message
			}
			all, lines, err := candidates(r, a.Account)
			if err != nil {
				return err
			}
			some, left := taken(f, a.Account, all, lines)
			for _, b := range some {
				one.Amount += b.Amount
			}
			one.Backs, one.Refused = len(some), len(left)
			list = append(list, one)
		}
		return nil
	})
	return list, err
}
