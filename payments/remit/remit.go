// Package remit books money that was paid out to a creditor: how much of which payment, so that
// each euro collected for him is paid out once.
package remit

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/payouts"
	"quitt/store/remittances"
)

// Desk books remittances.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// Order says what was paid out: all from a source with value days up to one that was not yet.
type Order struct {
	Source    string
	UpTo      debt.Date
	PaidOn    debt.Date
	Reference string     // of the transfer, once per creditor
	Amount    debt.Cents // what was transferred; 0 for what it comes to
	By        debt.Actor
}

// series numbers a creditor's remittances.
const series = "remittance"

// Gate makes whoever orders, books or takes back what is paid out wait for the others.
const Gate = "payout"

// longest bounds a reference: as much as a SEPA transfer carries.
const longest = 140

func (o Order) check(today debt.Date) error {
	switch {
	case strings.TrimSpace(o.Source) == "" || o.UpTo.IsZero() || o.PaidOn.IsZero() || o.UpTo.After(o.PaidOn) || o.PaidOn.After(today):
		return debt.E(debt.Invalid, "report_remit_days", nil)
	case strings.TrimSpace(o.Reference) == "" || len(o.Reference) > longest:
		return debt.E(debt.Invalid, "report_remit_reference", nil)
	}
	return nil
}

// Due tells what a remittance would be made of.
func (d Desk) Due(ctx context.Context, creditor debt.ID, o Order) (lines []remittances.Line, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		lines, err = due(r, o)
		return err
	})
	return lines, err
}

func due(r *store.Reader, o Order) ([]remittances.Line, error) {
	own, err := remittances.OfProvider(r, o.Source)
	if err != nil {
		return nil, err
	}
	if own {
		return nil, debt.E(debt.Forbidden, "report_remit_provider", nil)
	}
	return remittances.Due(r, o.Source, o.UpTo)
}

// Sum is what the creditor gets of lines.
func Sum(lines []remittances.Line) debt.Cents { return remittances.SumOf(lines).Paid }

// Pay books a remittance and tells each case of it. It refuses where nothing is left to pay out,
// where a provider pays by itself, and where another amount was transferred than is due.
func (d Desk) Pay(ctx context.Context, creditor debt.ID, o Order) (m remittances.Remittance, err error) {
	now := d.Now()
	if err := o.check(debt.DateIn(now, debt.Berlin)); err != nil {
		return m, err
	}
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		m, err = Book(t, o, now)
		return err
	})
	return m, err
}

// Book is Pay within a transaction. Under the reference of a payout that is ordered it books what
// that was made of; Conflict "report_remit_taken" where that is done already.
func Book(t *store.Tx, o Order, now time.Time) (m remittances.Remittance, err error) {
	if _, err := t.Take(Gate, 1); err != nil {
		return m, err
	}
	if _, taken, err := remittances.Find(&t.Reader, o.Reference); err != nil {
		return m, err
	} else if taken {
		return m, debt.E(debt.Conflict, "report_remit_taken", nil)
	}
	lines, err := due(&t.Reader, o)
	if err != nil {
		return m, err
	}
	f, ordered, err := payouts.Open(&t.Reader, o.Source)
	if err != nil {
		return m, err
	}
	if ordered && f.Reference == o.Reference {
		if kept, err := remittances.Frozen(&t.Reader, f.ID); err != nil {
			return m, err
		} else if len(kept) > 0 {
			lines, o.UpTo = kept, f.UpTo
		}
	}
	m = remittances.Remittance{ID: store.NewID(), Source: o.Source, UpTo: o.UpTo, PaidOn: o.PaidOn, Amount: Sum(lines),
		Reference: o.Reference, BookedAt: now}
	switch {
	case m.Amount <= 0:
		return m, debt.E(debt.Conflict, "report_remit_nothing", debt.Args{"due": m.Amount})
	case o.Amount != 0 && o.Amount != m.Amount:
		return m, debt.E(debt.Conflict, "report_remit_differs", debt.Args{"paid": o.Amount, "due": m.Amount})
	}
	if m.Number, err = t.Take(series, 1); err != nil {
		return m, err
	}
	if err := remittances.Add(t, m, lines); err != nil {
		return m, err
	}
	if err := payouts.Settle(t); err != nil {
		return m, err
	}
	return m, tell(t, m, lines, o.By)
}

// atOnce is how many cases are locked with one statement.
const atOnce = 256

// tell adds an event to each case, with what the remittance has of it.
func tell(t *store.Tx, m remittances.Remittance, lines []remittances.Line, by debt.Actor) error {
	of := map[debt.ID]debt.Cents{}
	for _, l := range lines {
		of[l.CaseID] += l.Amount
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(of)), atOnce) {
		files, err := t.Lock(ids...)
		if err != nil {
			return err
		}
		bookings := make([]store.Booking, len(files))
		for i, f := range files {
			e := f.Case.EventOf(debt.RemittancePaid, debt.Args{"remittance": string(m.ID), "number": m.Number, "amount_cents": of[f.Case.ID], "paid_on": m.PaidOn})
			e.ID, e.At, e.Actor = store.NewID(), m.BookedAt, by
			bookings[i] = store.Booking{File: f, Events: []debt.Event{e}}
		}
		if err := t.Book(bookings...); err != nil {
			return err
		}
	}
	return nil
}
