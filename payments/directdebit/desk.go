// Package directdebit collects by mandates given to the creditor himself: it takes them, puts
// debits into files for the creditor's bank, and hears what the bank says of them before money
// moves. That it has moved is said by statements, which are payments/transfer's; booking.Debited
// is what both have in common. No provider is called.
package directdebit

import (
	"context"
	"time"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/rails"
)

// Desk is the use cases. It may run in any number of processes at once.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	// Keys are those under which one-time codes are remembered, the newest first; without one no
	// code is sent, and mandates are given on paper.
	Keys  [][]byte
	Texts bool // text messages go out
}

// Who gives or ends a mandate, in a visit to a case.
type Who struct {
	Creditor, Case debt.ID
	By             debt.Actor // the debtor himself where it is zero
	Language       string
}

func (w Who) actor() debt.Actor {
	if w.By.Kind == "" {
		return debt.Actor{Kind: "debtor"}
	}
	return w.By
}

// SetAccount says by what an account at a bank collects. Invalid "mandate_identifier",
// "mandate_holder", "mandate_cut_off" or "mandate_notice"; NotFound "bank_account_unknown" for an account that is
// none of the creditor's.
func (d Desk) SetAccount(ctx context.Context, creditor debt.ID, iban string, a mandate.Account) error {
	id, err := bank.ParseCreditorID(a.Identifier)
	if err != nil {
		return debt.E(debt.Invalid, "mandate_identifier", nil)
	}
	number, err := bank.ParseIBAN(iban)
	if err != nil {
		return debt.E(debt.NotFound, "bank_account_unknown", debt.Args{"account": ""})
	}
	if err := a.Valid(); err != nil {
		return err
	}
	a.Identifier = string(id)
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		list, err := rails.BankAccounts(&t.Reader)
		for _, kept := range list {
			if kept.External == number.Plain() && kept.ClosedAt.IsZero() {
				a.ID = kept.ID
				return mandates.SetAccount(t, a)
			}
		}
		if err == nil {
			err = debt.E(debt.NotFound, "bank_account_unknown", debt.Args{"account": number.Last4()})
		}
		return err
	})
}

// Accounts lists those a creditor collects by.
func (d Desk) Accounts(ctx context.Context, creditor debt.ID) (list []mandate.Account, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err = mandates.Accounts(r)
		return err
	})
	return list, err
}

// Mandates lists those of a case, the oldest first.
func (d Desk) Mandates(ctx context.Context, creditor, caseID debt.ID) (list []mandate.Mandate, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err = mandates.OfCase(r, caseID)
		return err
	})
	return list, err
}

// Mandate reads one of a case, or NotFound "mandate_unknown".
func (d Desk) Mandate(ctx context.Context, creditor, caseID, id debt.ID) (m mandate.Mandate, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		m, err = mandates.Load(r, id)
		if err == nil && m.CaseID != caseID {
			err = errUnknown
		}
		return err
	})
	return m, err
}

var errUnknown = debt.E(debt.NotFound, "mandate_unknown", nil)
