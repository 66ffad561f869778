package booking

import (
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
)

// Reservation asks for a charge of a stored card or mandate. Purpose is unique per creditor and
// try: the same purpose is never charged twice.
type Reservation struct {
	Instrument       debt.ID
	Purpose          string
	Amount           debt.Cents // at most what is open and not under way
	Reason, Language string
	Allow            func() (debt.Cents, error) // how much may be taken at most; nil: Amount
}

// Reserve saves the attempt of a charge before anybody is asked to carry it out, or gives the one
// that serves the purpose already. The case is locked. Errors are those of payments.Collect.
func Reserve(t *store.Tx, f *store.File, r Reservation, now time.Time) (a rail.Attempt, i rail.Instrument, known bool, err error) {
	if a, known, err = rails.FindPurpose(&t.Reader, r.Purpose); err != nil || known {
		return a, i, known, err
	}
	if r.Allow != nil {
		if r.Amount, err = r.Allow(); err != nil {
			return a, i, false, err
		}
	}
	if i, err = rails.LoadInstrument(&t.Reader, r.Instrument); err != nil {
		return a, i, false, err
	}
	if i.State != rail.Usable || i.CaseID != f.Case.ID {
		return a, i, false, debt.E(debt.Forbidden, "instrument_unusable", nil)
	}
	amount, err := collectable(t, f, r.Amount, debt.DateIn(now, debt.Berlin))
	if err != nil {
		return a, i, false, err
	}
	kept, err := rails.LoadAccount(&t.Reader, i.Account)
	if err != nil {
		return a, i, false, err
	}
	mark, err := t.MarkOf(f.Case.ID)
	if err != nil {
		return a, i, false, err
	}
	a = rail.Attempt{ID: store.NewID(), CaseID: f.Case.ID, AccountID: kept.ID, Kind: rail.Charge, Method: i.Method, Status: debt.PaymentCreated,
		Amount: amount, Purpose: r.Purpose, Instrument: i.ID, Customer: i.Customer, StartedAt: now, ExpiresAt: now.Add(rail.Page), Open: true}
	a.Shown = rail.Shown{Creditor: mark.Creditor.Name, Reference: f.Case.FileReference, Reason: r.Reason, Language: r.Language}
	a.DueAt = a.Next(now)
	return a, i, false, AddAttempt(t, a, kept.Source())
}

// collectable is what may be charged: not more than is open less what is under way.
func collectable(t *store.Tx, f *store.File, most debt.Cents, today debt.Date) (debt.Cents, error) {
	if f.Case.Review != debt.ReviewAccepted || f.Case.Stage == debt.StageClosed {
		return 0, debt.E(debt.Forbidden, "case_not_payable", nil)
	}
	h, err := t.LoadHistory(f)
	if err != nil {
		return 0, err
	}
	open, err := h.Payable(today)
	if err != nil {
		return 0, err
	}
	list, err := rails.AttemptsOf(&t.Reader, f.Case.ID)
	for _, a := range list {
		switch {
		case rail.Blocks(a.Status):
			return 0, debt.E(debt.Conflict, "attempt_open", nil)
		case a.Status == debt.PaymentInFlight:
			open -= a.Amount
		}
	}
	amount := min(most, open)
	if err == nil && amount <= 0 {
		err = debt.E(debt.Forbidden, "nothing_to_collect", nil)
	}
	return amount, err
}

// AddAttempt saves an attempt with its payment, before the provider hears of it.
func AddAttempt(t *store.Tx, a rail.Attempt, source string, to ...debt.Target) error {
	if a.Kind != rail.Setup {
		p := debt.Payment{ID: a.ID, CaseID: a.CaseID, Method: a.Method, Status: a.Status, Amount: a.Amount,
			ReceivedOn: debt.DateIn(a.StartedAt, debt.Berlin), Source: source, ExternalID: string(a.ID), BookedAt: a.StartedAt, Designation: to}
		if err := t.AddPayment(p); err != nil {
			return err
		}
	}
	return rails.AddAttempt(t, a)
}
