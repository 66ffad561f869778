// Package transfer is the bank rail: it reads statements of accounts, checks that they add up,
// finds out whose money came in, books it, and keeps what is left for a person. No provider is
// asked for anything: what a bank says in a statement has happened.
package transfer

import (
	"cmp"
	"context"
	"time"

	"quitt/bank"
	"quitt/bank/archive"
	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/statements"
)

// Desk works on bank transfers. It may run in any number of processes at once.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	// Parse reads a file and hands on what it holds; nil for the formats of banks.
	Parse func(f archive.File, v statement.Visitor) error
	By    debt.Actor // who says so; the system where it is zero
}

func (d Desk) parse(f archive.File, v statement.Visitor) error {
	if d.Parse != nil {
		return d.Parse(f, v)
	}
	return archive.Read(f, func(archive.Document) (statement.Visitor, error) { return v, nil })
}

func (d Desk) by() debt.Actor { return cmp.Or(d.By, debt.System) }

// AddAccount opens an account at a bank for a creditor: the money of its cases and of no others
// comes in there. Invalid "iban_invalid"; Conflict "bank_account_taken" if somebody has it.
func (d Desk) AddAccount(ctx context.Context, creditor debt.ID, iban string) (rail.Account, error) {
	number, err := bank.ParseIBAN(iban)
	if err != nil {
		return rail.Account{}, debt.E(debt.Invalid, "bank_iban_invalid", nil)
	}
	a := rail.Account{ID: store.NewID(), CreditorID: creditor, Provider: rail.Bank, External: string(number), Live: true,
		Methods: []debt.Method{debt.MethodTransfer}, CreatedAt: d.Now()}
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		err := rails.AddAccount(t, rails.Account{Account: a})
		if debt.KindOf(err) == debt.Conflict {
			return debt.E(debt.Conflict, "bank_account_taken", nil)
		}
		return err
	})
	return a, err
}

// Accounts lists a creditor's accounts at banks.
func (d Desk) Accounts(ctx context.Context, creditor debt.ID) (list []rail.Account, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		kept, err := rails.BankAccounts(r)
		list = nil
		for _, a := range kept {
			list = append(list, a.Account)
		}
		return err
	})
	return list, err
}

// account finds the account of a number among a creditor's.
func (d Desk) account(ctx context.Context, creditor debt.ID, iban string) (rail.Account, error) {
	list, err := d.Accounts(ctx, creditor)
	for _, a := range list {
		if err == nil && statements.Number(iban) == a.External {
			return a, nil
		}
	}
	if err == nil {
		err = debt.E(debt.NotFound, "bank_account_unknown", debt.Args{"account": ending(iban)})
	}
	return rail.Account{}, err
}

// ending is as much of a number as tells an operator which account is meant.
func ending(iban string) string {
	iban = statements.Number(iban)
	return "…" + iban[max(0, len(iban)-4):]
}
