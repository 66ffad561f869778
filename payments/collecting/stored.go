package collecting

import (
	"context"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
)

// ByDebtor is the reason of a mandate.revoked that the debtor declared.
const ByDebtor = "revoked_by_debtor"

// Stored lists every card and mandate of a case, also those whose bank has not confirmed them
// and those that are dead.
func (d *Desk) Stored(ctx context.Context, creditor, caseID debt.ID) (list []rail.Instrument, err error) {
	err = d.rail.Store.Read(ctx, creditor, func(t *store.Reader) error {
		list, err = rails.Instruments(t, caseID)
		return err
	})
	return list, err
}

// Revoke ends a card or mandate because its debtor says so: from now on nothing is charged to it
// (BGB § 675j II). What the bank is carrying out already goes on. NotFound "instrument_unknown"
// for one of another case; one that is dead stays so.
func (d *Desk) Revoke(ctx context.Context, creditor, caseID, id debt.ID) error {
	return d.rail.Store.Write(ctx, creditor, func(t *store.Tx) error {
		f, err := t.LockOne(caseID)
		if err != nil {
			return err
		}
		i, err := rails.LoadInstrument(&t.Reader, id)
		switch {
		case err != nil:
			return err
		case i.CaseID != caseID:
			return debt.E(debt.NotFound, "instrument_unknown", nil)
		case i.State == rail.Dead:
			return nil
		}
		i.State = rail.Dead
		if _, err := rails.SaveInstrument(t, i); err != nil {
			return err
		}
		s := ledger.Stamp{At: d.rail.Now(), NewID: store.NewID}
		e := f.Case.EventOf(debt.MandateRevoked, debt.Args{"instrument": string(i.ID), "method": string(i.Method), "reason": ByDebtor})
		e.ID, e.At, e.Actor = s.NewID(), s.At, debt.Actor{Kind: "debtor"}
		return t.Book(store.Booking{File: f, Events: []debt.Event{e}})
	})
}
