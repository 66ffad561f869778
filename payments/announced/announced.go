// Package announced knows the transfers of what is not disputed by their references: who books
// one, by hand or from a bank statement, learns here whose it is and what it is for.
package announced

import (
	"context"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/store"
	"quitt/store/announced"
	"quitt/store/objections"
)

// Match gives a payment that came under a reference its case and its designation, on what is
// open on its value day; ok is false for every other reference. One that is booked already
// keeps the designation it was booked with, so that booking it again is the same.
func Match(t *store.Reader, reference string, p debt.Payment) (_ debt.Payment, ok bool, err error) {
	rf, err := bank.ParseRF(reference)
	if err != nil {
		return p, false, nil //nolint:nilerr // no such reference names a case
	}
	a, ok, err := announced.Find(t, string(rf))
	if err != nil || !ok {
		return p, false, err
	}
	p.CaseID = a.CaseID
	first, err := t.LoadPayment(debt.Key{Source: p.Source, ExternalID: p.ExternalID})
	switch {
	case err == nil:
		p.Designation = first.Designation
		return p, true, nil
	case debt.KindOf(err) != debt.NotFound:
		return p, false, err
	}
	o, err := objections.Load(t, a.ID)
	if err != nil {
		return p, false, err
	}
	f, err := t.LoadFile(a.CaseID)
	if err != nil {
		return p, false, err
	}
	h, err := t.LoadHistory(f)
	if err != nil {
		return p, false, err
	}
	s, err := h.Statement(p.ReceivedOn)
	if err != nil {
		return p, false, err
	}
	p.Designation = o.Disputed.Undisputed(objection.Open(s)).Designation
	return p, true, nil
}

// CaseOf gives the case a reference was announced for, or NotFound "case_unknown".
func CaseOf(t *store.Reader, reference string) (debt.ID, error) {
	rf, err := bank.ParseRF(reference)
	if err != nil {
		return "", debt.E(debt.NotFound, "case_unknown", nil)
	}
	a, ok, err := announced.Find(t, string(rf))
	if err == nil && !ok {
		err = debt.E(debt.NotFound, "case_unknown", nil)
	}
	return a.CaseID, err
}

// For is Match for who has a store and no transaction.
func For(ctx context.Context, s *store.Store, creditor debt.ID, reference string, p debt.Payment) (out debt.Payment, ok bool, err error) {
	err = s.Read(ctx, creditor, func(t *store.Reader) error {
		out, ok, err = Match(t, reference, p)
		return err
	})
	return out, ok, err
}
