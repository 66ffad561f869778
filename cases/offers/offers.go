// Package offers is what a creditor offers in one case: to take less (Vergleich), or everything
// in a longer time. It is a choice for the debtor and nothing else: it asks for nothing, it is no
// acknowledgement and it ends no deadline. What is agreed by it is a plan and stays, whatever
// happens to the offer.
package offers

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/notes"
	kept "quitt/store/offers"
)

// Desk makes and withdraws offers. Now is the clock; every use case reads it once.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// At names a case and who works on it.
type At struct {
	Creditor, Case debt.ID
	By             debt.Actor
}

const (
	mostLive = 5    // more are no choice any more
	mostNote = 4000 // characters
)

// Against gives the reasons why a debtor would not be shown an offer now. While an objection is
// open nothing is offered: less for a claim that is disputed would be pressure.
func Against(v cases.View, today debt.Date) []debt.Barrier {
	f := v.Facts(today)
	return plan.Barriers(v.Case, plan.Facts{On: today, Limitation: f.Limitation, Minor: f.Minor, Disputed: true})
}

// work is one case under its lock.
type work struct {
	*store.Tx

	file  *store.File
	at    At
	now   time.Time
	today debt.Date
	view  cases.View
}

func (d Desk) work(ctx context.Context, at At, do func(*work) (debt.Args, error)) error {
	now := d.Now()
	return d.Store.Write(ctx, at.Creditor, func(t *store.Tx) error {
		f, err := t.LockOne(at.Case)
		if err != nil {
			return err
		}
		mark, err := t.MarkOf(at.Case)
		if err != nil {
			return err
		}
		source, err := cases.SourceOf(&t.Reader, at.Case, mark.Creditor)
		if err != nil {
			return err
		}
		w := &work{Tx: t, file: f, at: at, now: now, today: debt.DateIn(now, debt.Berlin)}
		if w.view, err = source.View(w.today); err != nil {
			return err
		}
		data, err := do(w)
		if err != nil || data == nil {
			return err
		}
		e := f.Case.EventOf(debt.CaseUpdated, data)
		e.ID, e.At, e.Actor = store.NewID(), now, at.By
		return t.Book(store.Booking{File: f, Events: []debt.Event{e}})
	})
}

// Make offers something until a last day. The note is for colleagues. Forbidden "offer_barred" names
// the reasons why the debtor would not be shown it.
func (d Desk) Make(ctx context.Context, at At, s plan.Settlement, note debt.Personal) (id debt.ID, err error) {
	tidy := strings.TrimSpace(strings.ReplaceAll(note.Reveal(), "\r\n", "\n"))
	if utf8.RuneCountInString(tidy) > mostNote {
		return "", debt.E(debt.Invalid, "words_too_long", debt.Args{"most": mostNote})
	}
	id = store.NewID()
	s.ID = string(id)
	err = d.work(ctx, at, func(w *work) (debt.Args, error) {
		if reasons := Against(w.view, w.today); len(reasons) > 0 {
			return nil, debt.E(debt.Forbidden, "offer_barred", debt.Args{"reasons": reasons})
		}
		if err := plan.CheckOffer(s, w.view.Statement.Payable, w.today); err != nil {
			return nil, err
		}
		live, err := kept.Live(&w.Reader, at.Case)
		if err != nil {
			return nil, err
		}
		if len(slices.DeleteFunc(live, func(o kept.Offer) bool { return w.today.After(o.ValidUntil) })) >= mostLive {
			return nil, debt.E(debt.Forbidden, "offer_many", debt.Args{"most": mostLive})
		}
		o := kept.Offer{Settlement: s, CaseID: at.Case, By: at.By, At: w.now}
		if err := kept.Add(w.Tx, o); err != nil {
			return nil, err
		}
		if tidy != "" {
			n := notes.Note{ID: store.NewID(), CaseID: at.Case, By: at.By, Text: debt.Personal(tidy), At: w.now}
			if err := notes.Add(w.Tx, n); err != nil {
				return nil, err
			}
		}
		return data(o, "made"), nil
	})
	return id, err
}

// Withdraw takes an offer back, which may be done while nobody has taken it: the page on which it
// stands says so (BGB § 145). A second time changes nothing.
func (d Desk) Withdraw(ctx context.Context, at At, id debt.ID) error {
	return d.work(ctx, at, func(w *work) (debt.Args, error) {
		list, err := kept.OfCase(&w.Reader, at.Case)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(list, func(o kept.Offer) bool { return o.ID == string(id) })
		if i < 0 {
			return nil, debt.E(debt.NotFound, "offer_unknown", nil)
		}
		o := list[i]
		o.WithdrawnBy, o.WithdrawnAt = at.By, w.now
		if ended, err := kept.Withdraw(w.Tx, o); err != nil || !ended {
			return nil, err
		}
		return data(o, "withdrawn"), nil
	})
}

// data is what the event says: codes, sums and days, never the note.
func data(o kept.Offer, what string) debt.Args {
	args := debt.Args{"offer": what, "offer_id": o.ID, "kind": o.Kind(), "instalments": o.Instalments, "valid_until": o.ValidUntil}
	switch {
	case o.Amount > 0:
		args["sum_cents"] = o.Amount
	case o.Percent > 0:
		args["percent"] = o.Percent
	}
	return args
}
