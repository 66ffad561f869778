// Package announced knows the transfers of what is not disputed by their references: who books
// one, by hand or from a bank statement, learns here whose it is and what it is for.
package announced

import (
	"context"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/payments"
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
	s, _, err := h.StatementSoFar(p.ReceivedOn)
	if err != nil {
		return p, false, err
	}
	p.Designation = o.Disputed.Undisputed(objection.Open(s)).Designation
	return p, true, nil
}

// FindCase finds a case by its reference, or by one that was announced for it: NotFound
// "case_unknown" for every other.
func FindCase(t *store.Reader, reference string) (debt.ID, error) {
	found, unknown := t.FindCase(reference)
	rf, err := bank.ParseRF(reference)
	if debt.KindOf(unknown) != debt.NotFound || err != nil {
		return found, unknown
	}
	a, ok, err := announced.Find(t, string(rf))
	if err == nil && !ok {
		err = unknown
	}
	return a.CaseID, err
}

// Named is how whoever books a payment was told whose it is.
type Named struct {
	Creditor  debt.ID
	Reference string
}

// Book books a payment to its case; where nobody has said what it is for, its reference may.
func Book(ctx context.Context, d payments.Desk, by Named, p debt.Payment) (payments.Receipt, error) {
	if len(p.Designation) == 0 {
		if err := d.Store.Read(ctx, by.Creditor, func(t *store.Reader) error {
			q, ok, err := Match(t, by.Reference, p)
			if ok {
				p = q
			}
			return err
		}); err != nil {
			return payments.Receipt{}, err
		}
	}
	return d.Book(ctx, by.Creditor, p)
}
