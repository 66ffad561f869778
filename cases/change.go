package cases

import (
	"context"

	"quitt/debt"
	"quitt/debt/fees"
	"quitt/debt/ledger"
	"quitt/store"
)

// Change is one decision of debt on a case: it moves axes and holds of the case and gives
// the events that say so. It gets the day it is in Berlin.
type Change func(c *debt.Case, today debt.Date) ([]debt.Event, error)

// Apply makes changes to a case in one transaction: all of them or none.
func (d Desk) Apply(ctx context.Context, c debt.Case, by debt.Actor, changes ...Change) error {
	stamp := d.stamp()
	today := debt.DateIn(stamp.At, debt.Berlin)
	return d.Store.Write(ctx, c.CreditorID, func(t *store.Tx) error {
		f, err := t.LockOne(c.ID)
		if err != nil {
			return err
		}
		if err := t.LoadHolds(&f.Case); err != nil {
			return err
		}
		b := store.Booking{File: f}
		for _, change := range changes {
			events, err := change(&f.Case, today)
			if err != nil {
				return err
			}
			b.Events = append(b.Events, stamped(stamp, by, events...)...)
		}
		if err := t.SaveHolds(&f.Case); err != nil {
			return err
		}
		return t.Book(b)
	})
}

// AddCosts demands further costs on a case, each with its legal ground.
func (d Desk) AddCosts(ctx context.Context, c debt.Case, costs ...debt.Cost) error {
	stamp := d.stamp()
	return d.Store.Write(ctx, c.CreditorID, func(t *store.Tx) error {
		f, err := t.LockOne(c.ID)
		if err != nil {
			return err
		}
		b := store.Booking{File: f}
		for _, cost := range costs {
			if err := cost.Validate(); err != nil {
				return err
			}
			cost.ID, cost.CaseID = stamp.NewID(), c.ID
			b.Entries = append(b.Entries, f.Account.AddCost(cost, stamp))
			if err := t.AddCost(f.Account.Costs[len(f.Account.Costs)-1]); err != nil {
				return err
			}
			b.Events = append(b.Events, stamped(stamp, debt.System, f.Case.EventOf(debt.CaseUpdated, debt.Args{
				"cost": string(cost.Kind), "amount_cents": cost.Amount, "legal_ground": cost.LegalGround,
			}))...)
		}
		f.Case.Paid(f.Account.Balance(), !f.Account.LastOn.IsZero())
		return t.Book(b)
	})
}

// CollectionCosts gives the costs of engaging a collection service for the case at a fee
// rate, as Cost lines: the fee and its flat, VAT only if the creditor cannot deduct it
// (RDG §§ 13a I Nr. 5 and 6, 13e I).
func CollectionCosts(creditor debt.Creditor, value debt.Cents, rate fees.Rate, on debt.Date) ([]debt.Cost, error) {
	m := fees.Matter{Value: value, OrderedOn: on, VATDeductible: creditor.VATDeductible}
	c, err := m.CollectionCosts(rate, false)
	if err != nil {
		return nil, err
	}
	fee := debt.Cost{Kind: debt.CollectionFee, Amount: c.Fee, IncurredOn: on,
		LegalGround: "BGB §§ 280 I, II, 286; RDG § 13e I; " + c.LegalGrounds.Fee}
	flat := debt.Cost{Kind: debt.Disbursements, Amount: c.Flat, IncurredOn: on,
		LegalGround: "BGB §§ 280 I, II, 286; RDG § 13e I; " + c.LegalGrounds.Flat}
	if c.VAT > 0 {
		// The VAT is computed on the sum; the flat bears its rounded part, the fee the rest.
		flat.VAT = flat.Amount.Share(1900)
		fee.VAT = c.VAT - flat.VAT
		flat.Amount, fee.Amount = flat.Amount+flat.VAT, fee.Amount+fee.VAT
	}
	return []debt.Cost{fee, flat}, nil
}

// Record is a case with everything a statement shows.
type Record struct {
	Case      debt.Case
	Debtor    debt.Debtor
	Statement ledger.Statement
	Events    []debt.Event
	// InterestTo is the last day interest could be computed for; the zero date when the
	// statement is complete. After it the base rate is not announced yet.
	InterestTo debt.Date
}

// Statement reads a case with the claim as payable on a day. A day to come must have an announced
// base rate (Invalid "base_rate_unknown"); up to today interest runs as far as it is known.
func (d Desk) Statement(ctx context.Context, creditor, id debt.ID, on debt.Date) (Record, error) {
	var r Record
	err := d.Store.Read(ctx, creditor, func(t *store.Reader) error {
		f, err := t.LoadFile(id)
		if err != nil {
			return err
		}
		h, err := t.LoadHistory(f)
		if err != nil {
			return err
		}
		r.Case = f.Case
		if err := t.LoadHolds(&r.Case); err != nil {
			return err
		}
		if r.Debtor, err = t.LoadDebtor(r.Case.DebtorID); err != nil {
			return err
		}
		if r.Events, err = t.Events(id); err != nil {
			return err
		}
		if on.After(debt.DateIn(d.Now(), debt.Berlin)) {
			r.Statement, err = h.Statement(on)
		} else {
			r.Statement, r.InterestTo, err = h.StatementSoFar(on)
		}
		return err
	})
	return r, err
}
