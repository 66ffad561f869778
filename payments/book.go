package payments

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store"
)

// Desk books money. Now is the clock; every use case reads it once.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	By    debt.Actor // who says that money came or went; the zero one is the system
}

// Receipt is what a booking did. Repeated says that the same fact had been booked before
// and nothing was changed.
type Receipt struct {
	Payment     debt.Payment
	Allocations []ledger.Allocation
	Balance     debt.Balance // of the case afterwards, interest up to the value day
	Rerun       bool         // later payments were allocated anew
	Repeated    bool
}

// MaxBatch bounds how many cases one transaction locks.
const MaxBatch = 64

// Book books a payment that has arrived. The same Source and ExternalID with the same
// content again gives the first receipt; with other content it is Conflict
// "payment_key_taken".
func (d Desk) Book(ctx context.Context, creditor debt.ID, p debt.Payment) (Receipt, error) {
	receipts, err := d.BookAll(ctx, creditor, []debt.Payment{p})
	if err != nil {
		return Receipt{}, err
	}
	return receipts[0], nil
}

// BookAll books up to MaxBatch payments of one creditor in one transaction: all or none.
// At most one of them may concern the same case. One that was booked before does not hold
// the others up: they are booked in a second transaction.
func (d Desk) BookAll(ctx context.Context, creditor debt.ID, list []debt.Payment) ([]Receipt, error) {
	if len(list) > MaxBatch {
		return nil, debt.E(debt.Invalid, "batch_too_large", debt.Args{"most": MaxBatch})
	}
	keys := make(map[debt.Key]bool, len(list))
	for _, p := range list {
		if err := p.Validate(); err != nil {
			return nil, err
		}
		key := debt.Key{Source: p.Source, ExternalID: p.ExternalID}
		if keys[key] {
			return nil, keyTaken(key)
		}
		keys[key] = true
	}
	var receipts []Receipt
	stamp := d.stamp()
	err := d.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		receipts, err = book(t, slices.Clone(list), stamp)
		return err
	})
	if !errors.Is(err, bookedAlready) {
		return receipts, err
	}
	return d.bookRest(ctx, creditor, list)
}

var bookedAlready = debt.E(debt.Conflict, "booked_already", nil)

// bookRest books what of a list was not booked before and gives the receipts of all; it
// books nothing if a key is taken by another payment.
func (d Desk) bookRest(ctx context.Context, creditor debt.ID, list []debt.Payment) ([]Receipt, error) {
	receipts, places := make([]Receipt, len(list)), []int{}
	var rest []debt.Payment
	for i, p := range list {
		r, err := d.repeated(ctx, creditor, p)
		if errors.Is(err, debt.E(debt.NotFound, "payment_unknown", nil)) {
			rest, places = append(rest, p), append(places, i)
			continue
		}
		if err != nil {
			return nil, err
		}
		receipts[i] = r
	}
	if len(rest) == len(list) {
		return nil, bookedAlready // under the key of something else than a payment
	}
	booked, err := d.BookAll(ctx, creditor, rest)
	if err != nil {
		return nil, err
	}
	for i, r := range booked {
		receipts[places[i]] = r
	}
	return receipts, nil
}

func keyTaken(k debt.Key) error {
	return debt.E(debt.Conflict, "payment_key_taken", debt.Args{"key": k.ExternalID})
}

// book settles every payment on its locked case and appends the lot.
func book(t *store.Tx, list []debt.Payment, s stamp) ([]Receipt, error) {
	ids := make([]debt.ID, len(list))
	for i, p := range list {
		ids[i] = p.CaseID
	}
	files, err := t.Lock(ids...)
	if err != nil {
		return nil, err
	}
	if len(files) != len(list) {
		return nil, debt.E(debt.Invalid, "batch_same_case", nil)
	}
	byID := make(map[debt.ID]*store.File, len(files))
	for _, f := range files {
		byID[f.Case.ID] = f
	}
	receipts, bookings := make([]Receipt, len(list)), make([]store.Booking, len(list))
	for i, p := range list {
		if receipts[i], bookings[i], err = settle(t, byID[p.CaseID], p, s); err != nil {
			return nil, err
		}
	}
	return receipts, t.Book(bookings...)
}

// settle allocates one payment: on the account as it stands, or, when that does not say
// enough (the money came before a payment that is booked already), on the whole history.
func settle(t *store.Tx, f *store.File, p debt.Payment, s stamp) (Receipt, store.Booking, error) {
	b := store.Booking{File: f}
	if f.Case.Review == debt.ReviewRejected {
		return Receipt{}, b, debt.E(debt.Forbidden, "case_rejected", nil)
	}
	p.ID, p.BookedAt, p.Status = s.NewID(), s.At, debt.PaymentCreated
	event, err := p.To(debt.PaymentSucceeded)
	if err != nil {
		return Receipt{}, b, err
	}
	if f.Account.NeedsHistory(p.ReceivedOn) {
		var h ledger.History
		if h, err = t.LoadHistory(f); err == nil {
			b.Entries, f.Account, err = h.Insert(p, s.Stamp)
		}
	} else {
		b.Entries, f.Account, err = f.Account.Settle(p, s.Stamp)
	}
	if err != nil {
		return Receipt{}, b, err
	}
	r := Receipt{Payment: p, Allocations: ledger.AllocationsOf(b.Entries, p.ID), Balance: f.Account.Balance()}
	r.Rerun = slices.ContainsFunc(b.Entries, func(e ledger.Entry) bool { return e.PaymentID != p.ID })
	f.Case.Paid(r.Balance, true)
	b.Payments = []debt.Payment{p}
	b.Events = []debt.Event{stamped(s, f.Case.EventOf(event, debt.Args{
		"payment": string(p.ID), "method": string(p.Method), "amount_cents": p.Amount, "received_on": p.ReceivedOn,
		"allocation": r.Allocations, "open_cents": r.Balance.Total(), "overpaid_cents": r.Balance.Overpaid,
	}))}
	return r, b, nil
}

// stamp says when a booking is made and by whom.
type stamp struct {
	ledger.Stamp

	by debt.Actor
}

func (d Desk) stamp() stamp {
	return stamp{ledger.Stamp{At: d.Now(), NewID: store.NewID}, cmp.Or(d.By, debt.System)}
}

func stamped(s stamp, e debt.Event) debt.Event {
	e.ID, e.At, e.Actor = s.NewID(), s.At, s.by
	return e
}

// repeated gives the receipt of a payment whose key is taken, if it says the same.
func (d Desk) repeated(ctx context.Context, creditor debt.ID, p debt.Payment) (Receipt, error) {
	var r Receipt
	err := d.Store.Read(ctx, creditor, func(t *store.Reader) error {
		key := debt.Key{Source: p.Source, ExternalID: p.ExternalID}
		first, err := t.LoadPayment(key)
		if err != nil {
			return err
		}
		if first.CaseID != p.CaseID || first.Amount != p.Amount || first.ReceivedOn != p.ReceivedOn ||
			first.Method != p.Method || !slices.Equal(first.Designation, p.Designation) {
			return keyTaken(key)
		}
		f, err := t.LoadFile(p.CaseID)
		if err != nil {
			return err
		}
		h, err := t.LoadHistory(f)
		if err != nil {
			return err
		}
		r = Receipt{Payment: first, Allocations: ledger.AllocationsOf(h.Effective(), first.ID), Balance: f.Balance(), Repeated: true}
		return nil
	})
	return r, err
}

// Reversal says which payment came back and why. Key is its own business key, for example
// the bank's return.
type Reversal struct {
	Payment debt.Key
	Key     debt.Key
	Reason  string // a code (debt.IsCode): it goes into the event
}

// Reverse takes a booked payment back: its allocation is undone exactly, and payments that
// were received later are allocated anew. Reversing it again with the same key changes
// nothing; a key that stands for another reversal is Conflict "payment_key_taken"; words for a
// reason are Invalid "reversal_reason".
func (d Desk) Reverse(ctx context.Context, creditor debt.ID, rv Reversal) (Receipt, error) {
	if !debt.IsCode(rv.Reason) {
		return Receipt{}, debt.E(debt.Invalid, "reversal_reason", nil)
	}
	stamp := d.stamp()
	var r Receipt
	err := d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		p, err := t.LoadPayment(rv.Payment)
		if err != nil {
			return err
		}
		f, err := t.LockOne(p.CaseID)
		if err != nil {
			return err
		}
		// Only now nobody else can change it.
		if p, err = t.LoadPayment(rv.Payment); err != nil {
			return err
		}
		r, err = reverse(t, f, p, reversal{rv, stamp})
		return err
	})
	if errors.Is(err, bookedAlready) {
		return Receipt{}, keyTaken(rv.Key)
	}
	return r, err
}

type reversal struct {
	Reversal
	stamp
}

func reverse(t *store.Tx, f *store.File, p debt.Payment, rv reversal) (Receipt, error) {
	h, err := t.LoadHistory(f)
	if err != nil {
		return Receipt{}, err
	}
	if h.Reversed(p.ID, rv.Key) {
		return Receipt{Payment: p, Balance: f.Balance(), Repeated: true}, nil
	}
	if p.Net() == 0 {
		return Receipt{}, debt.E(debt.Forbidden, "payment_transition", debt.Args{"from": p.Status, "to": debt.PaymentReversed})
	}
	event, err := p.To(debt.PaymentReversed)
	if err != nil {
		return Receipt{}, err
	}
	p.Returned = p.Amount
	b := store.Booking{File: f}
	if b.Entries, f.Account, err = h.Reverse(p.ID, rv.Key, rv.Stamp); err != nil {
		return Receipt{}, err
	}
	r := Receipt{Payment: p, Balance: f.Account.Balance()}
	r.Rerun = slices.ContainsFunc(b.Entries, func(e ledger.Entry) bool { return e.PaymentID != p.ID })
	f.Case.Paid(r.Balance, h.AnyPaid(p.ID))
	b.Events = []debt.Event{stamped(rv.stamp, f.Case.EventOf(event, debt.Args{
		"payment": string(p.ID), "amount_cents": p.Amount, "reason": rv.Reason, "open_cents": r.Balance.Total(),
	}))}
	if err := t.SavePayment(p); err != nil {
		return Receipt{}, err
	}
	return r, t.Book(b)
}
