// Package payout orders the transfer with which a creditor is paid out of the account where his
// money was collected. A file is kept before it is written: written again it is the same to the
// letter, and nothing is ordered a second time while one is open. It books nothing: money has left
// when the bank says so, and is booked as a remittance (payments/remit) under the same reference.
package payout

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"quitt/bank"
	"quitt/bank/pain"
	"quitt/bank/sepa"
	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/payments/remit"
	"quitt/store"
	"quitt/store/payouts"
	"quitt/store/rails"
	"quitt/store/remittances"
)

// Desk orders payouts.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	By    debt.Actor // who orders
}

// Order says what is to be paid out. Source may be "" where the creditor has one account at a
// bank; of the receiver, what is "" is taken from the creditor.
type Order struct {
	Source         string
	UpTo           debt.Date
	FromName       string
	ToIBAN, ToName string
	Purpose        string // of transfers back
}

// Written is a file with its bytes.
type Written struct {
	payouts.File

	Content []byte
}

// Make orders all that is due from an account. Conflict "report_remit_nothing" where that is
// nothing, "payout_open" while an order of it is neither booked nor cancelled, "payout_same" where
// the money is on the creditor's own account already.
func (d Desk) Make(ctx context.Context, c debt.Creditor, o Order) (w Written, err error) {
	now := d.Now()
	today := debt.DateIn(now, debt.Berlin)
	if o.UpTo.IsZero() || o.UpTo.After(today) {
		return w, debt.E(debt.Invalid, "payout_day", nil)
	}
	err = d.Store.Write(ctx, c.ID, func(t *store.Tx) error {
		if _, err := t.Take(remit.Gate, 1); err != nil {
			return err
		}
		if err := payouts.Settle(t); err != nil {
			return err
		}
		f, err := file(&t.Reader, c, o)
		if err != nil {
			return err
		}
		lines, err := remittances.Due(&t.Reader, f.Source, o.UpTo)
		if err != nil {
			return err
		}
		f.Amount = remit.Sum(lines)
		if f.Amount <= 0 {
			return debt.E(debt.Conflict, "report_remit_nothing", debt.Args{"due": f.Amount})
		}
		f.ID = store.NewID()
		f.Message, f.Payments = "P"+mandate.Key(f.ID), len(lines)
		f.Reference = "Quitt " + f.Message
		f.UpTo, f.MadeOn, f.ExecuteOn, f.MadeAt, f.State = o.UpTo, today, target(today), now.UTC().Truncate(time.Second), payouts.Ordered
		content, err := encode(f)
		if err != nil {
			return err
		}
		f.SHA256 = hash(content)
		w = Written{f, content}
		if err := payouts.Add(t, f); err != nil {
			return err
		}
		return remittances.Freeze(t, f.ID, lines)
	})
	return w, err
}

// file finds the two accounts of an order.
func file(r *store.Reader, c debt.Creditor, o Order) (f payouts.File, err error) {
	from, err := account(r, o.Source)
	if err != nil {
		return f, err
	}
	to, err := bank.ParseIBAN(cmp.Or(o.ToIBAN, c.IBAN))
	switch {
	case err != nil:
		return f, debt.E(debt.Invalid, "payout_account", nil)
	case string(to) == from.External:
		return f, debt.E(debt.Conflict, "payout_same", nil)
	}
	own := cmp.Or(c.AccountHolder, c.Name)
	return payouts.File{Source: from.Source(), FromIBAN: from.External, FromName: cmp.Or(o.FromName, own), ToIBAN: string(to), ToName: cmp.Or(o.ToName, own)}, nil
}

// account finds the account at a bank that is meant: with "" the only one.
func account(r *store.Reader, source string) (a rail.Account, err error) {
	list, err := rails.BankAccounts(r)
	if err != nil {
		return a, err
	}
	at := slices.IndexFunc(list, func(a rails.Account) bool { return source == "" || a.Source() == source })
	if at < 0 || source == "" && len(list) > 1 {
		return a, debt.E(debt.Invalid, "payout_source", nil)
	}
	return list[at].Account, nil
}

// errChanged: what a file is made of has changed, and it may not be handed in a second time so.
var errChanged = errors.New("payout: the file is not what it was")

// Again gives a file that was made. Conflict "payout_late" of one that was cancelled.
func (d Desk) Again(ctx context.Context, creditor debt.ID, message string) (w Written, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		w.File, err = payouts.Load(r, message)
		return err
	})
	if err != nil {
		return w, err
	}
	if w.State == payouts.Cancelled {
		return Written{}, debt.E(debt.Conflict, "payout_late", nil)
	}
	if w.Content, err = encode(w.File); err == nil && hash(w.Content) != w.SHA256 {
		err = errChanged
	}
	return w, err
}

// Cancel takes a file of either kind back that was not handed in. Conflict "payout_late" once it is
// booked, or once a statement shows any of it.
func (d Desk) Cancel(ctx context.Context, creditor debt.ID, message string) error {
	if IsBacks(message) {
		return d.cancelBacks(ctx, creditor, message)
	}
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		if _, err := t.Take(remit.Gate, 1); err != nil {
			return err
		}
		if _, err := payouts.Load(&t.Reader, message); err != nil {
			return err
		}
		if err := payouts.Settle(t); err != nil {
			return err
		}
		return payouts.Cancel(t, message)
	})
}

// encode depends on nothing but what is kept of a file.
func encode(f payouts.File) ([]byte, error) {
	from, _ := sepa.Text(f.FromName)
	to, _ := sepa.Text(f.ToName)
	var b bytes.Buffer
	err := pain.WriteTransfers(&b, pain.Header{MessageID: f.Message, Created: f.MadeAt, Initiator: from}, []pain.Order{{
		ID: f.Message, On: statement.Date(f.ExecuteOn.String()), Debtor: pain.Account{Name: from, IBAN: bank.IBAN(f.FromIBAN)},
		Transfers: []pain.Transfer{{EndToEnd: f.Message, Cents: int64(f.Amount), Remittance: f.Reference,
			Creditor: pain.Party{Account: pain.Account{Name: to, IBAN: bank.IBAN(f.ToIBAN)}}}},
	}}, rules(f.MadeOn))
	return b.Bytes(), refusal(err)
}

// rules are those of a bank on the day a file is made.
func rules(on debt.Date) pain.Options {
	return pain.Options{Rules: pain.Rules{Today: statement.Date(on.String()), IsTargetDay: func(on statement.Date) bool {
		day, err := debt.ParseDate(string(on))
		return err == nil && debt.IsTargetDay(day)
	}}}
}

// refusal says what a bank would not take.
func refusal(err error) error {
	var faults pain.Faults
	if errors.As(err, &faults) {
		return debt.E(debt.Invalid, "payout_refused", debt.Args{"field": faults[0].Args["field"]})
	}
	return err
}

// target is the first day of banks from one on.
func target(day debt.Date) debt.Date {
	for !debt.IsTargetDay(day) {
		day = day.AddDays(1)
	}
	return day
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
