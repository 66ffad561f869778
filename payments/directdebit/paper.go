package directdebit

import (
	"context"

	"quitt/bank/pain"
	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/store"
	"quitt/store/mandates"
)

// Given is what may be collected by in a case: the accounts of its creditor, and the mandates.
type Given struct {
	Accounts []mandate.Account
	Mandates []mandate.Mandate
}

// Collects reports whether the creditor collects by file at all.
func (g Given) Collects() bool { return len(g.Accounts) > 0 }

// Given reads it.
func (d Desk) Given(ctx context.Context, creditor, caseID debt.ID) (g Given, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		if g.Accounts, err = mandates.Accounts(r); err == nil {
			g.Mandates, err = mandates.OfCase(r, caseID)
		}
		return err
	})
	return g, err
}

// Sheet is a mandate for the instalments of a plan, signed on a sheet of the creditor's own.
type Sheet struct {
	Reference    string
	SignedOn     debt.Date
	Holder, IBAN debt.Personal
	Notice       int // days
	Other        bool
}

// TakeDown keeps such a mandate and puts it into force: a person holds the sheet in hand. What is
// checked is what Give checks, and Invalid "mandate_reference_wrong", "mandate_notice",
// "date_invalid" for a day to come, "mandate_lapsed" for one too long ago; Conflict
// "mandate_taken" where the reference is another one's.
func (d Desk) TakeDown(ctx context.Context, w Who, s Sheet) (m mandate.Mandate, err error) {
	now := d.Now()
	err = d.offered(ctx, w, now, func(t *store.Tx, f *store.File, x Terms) (err error) {
		if m, err = x.drawn(w, s, debt.DateIn(now, debt.Berlin)); err != nil {
			return err
		}
		m.MadeAt = now
		if err := mandates.Add(t, m); err != nil {
			return err
		}
		a := &act{t, f, m, w, now}
		err = a.activate(s.SignedOn)
		m = a.m
		return err
	})
	return m, err
}

// drawn checks what stands on a sheet.
func (x Terms) drawn(w Who, s Sheet, today debt.Date) (m mandate.Mandate, err error) {
	if m.Holder, m.IBAN, err = x.payer(s.Holder, s.IBAN); err != nil {
		return m, err
	}
	m.ID, m.CaseID, m.AccountID, m.Reference, m.Kind, m.State, m.How = store.NewID(), w.Case, x.Account.ID, s.Reference, mandate.Recurring, mandate.Pending, mandate.ByPaper
	m.Other, m.Notice, m.Payee, m.Identifier, m.Text, m.Language = s.Other, s.Notice, x.Account.Holder, x.Account.Identifier, mandate.OwnSheet, w.Language
	m.SignedOn = s.SignedOn
	switch {
	case !pain.FitsID(s.Reference):
		return m, debt.E(debt.Invalid, "mandate_reference_wrong", nil)
	case s.SignedOn.After(today):
		return m, debt.E(debt.Invalid, "date_invalid", debt.Args{"value": s.SignedOn.String()})
	case today.After(m.LastDay()):
		return m, debt.E(debt.Invalid, "mandate_lapsed", nil)
	}
	return m, mandate.ValidNotice(s.Notice)
}
