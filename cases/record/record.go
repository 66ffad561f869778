// Package record is a case as the staff of its creditor work with it: everything that is known of
// it, read at once, and what a person decides beside objections and plans: that it rests, that
// less is owed, that it ends, what others must know of it. Every decision is one transaction and
// one event that says who took it.
package record

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/looks"
	"quitt/store/notes"
)

// Desk is where staff work on cases. Now is the clock; every use case reads it once.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// At names a case and who works on it.
type At struct {
	Creditor, Case debt.ID
	By             debt.Actor
}

// work is one decision under the lock of its case.
type work struct {
	*store.Tx

	file    *store.File
	stamp   ledger.Stamp
	today   debt.Date
	by      debt.Actor
	events  []debt.Event
	entries []ledger.Entry
}

func (d Desk) work(ctx context.Context, at At, do func(*work) error) error {
	stamp := ledger.Stamp{At: d.Now(), NewID: store.NewID}
	return d.Store.Write(ctx, at.Creditor, func(t *store.Tx) error {
		f, err := t.LockOne(at.Case)
		if err != nil {
			return err
		}
		if err := t.LoadHolds(&f.Case); err != nil {
			return err
		}
		w := &work{Tx: t, file: f, stamp: stamp, by: at.By, today: debt.DateIn(stamp.At, debt.Berlin)}
		if err := do(w); err != nil {
			return err
		}
		if err := t.SaveHolds(&f.Case); err != nil {
			return err
		}
		return t.Book(store.Booking{File: f, Entries: w.entries, Events: w.events})
	})
}

// tell adds events.
func (w *work) tell(events ...debt.Event) {
	for _, e := range events {
		e.ID, e.At, e.Actor = w.stamp.NewID(), w.stamp.At, w.by
		w.events = append(w.events, e)
	}
}

// running refuses what makes sense only while a case is there to be paid.
func (w *work) running() error {
	if c := w.file.Case; c.Review == debt.ReviewRejected || c.Stage == debt.StageClosed {
		return debt.E(debt.Forbidden, "case_over", nil)
	}
	return nil
}

// mostNote bounds what a person writes down, in characters.
const mostNote = 4000

// write keeps a note in the transaction of what it explains; an empty one is none.
func (w *work) write(text debt.Personal) error {
	tidy := strings.TrimSpace(strings.ReplaceAll(text.Reveal(), "\r\n", "\n"))
	switch {
	case tidy == "":
		return nil
	case utf8.RuneCountInString(tidy) > mostNote:
		return debt.E(debt.Invalid, "words_too_long", debt.Args{"most": mostNote})
	}
	return notes.Add(w.Tx, notes.Note{ID: w.stamp.NewID(), CaseID: w.file.Case.ID, By: w.by, Text: debt.Personal(tidy), At: w.stamp.At})
}

// Write keeps a note. The event says that there is one and not what it says.
func (d Desk) Write(ctx context.Context, at At, text debt.Personal) error {
	if strings.TrimSpace(text.Reveal()) == "" {
		return debt.E(debt.Invalid, "note_empty", nil)
	}
	return d.work(ctx, at, func(w *work) error {
		w.tell(w.file.Case.EventOf(debt.CaseUpdated, debt.Args{"note": true}))
		return w.write(text)
	})
}

// Looked keeps that somebody has seen something of a case; it does not change the case.
func (d Desk) Looked(ctx context.Context, at At, what looks.What, subject debt.ID) error {
	now := d.Now()
	return d.Store.Write(ctx, at.Creditor, func(t *store.Tx) error {
		return looks.Add(t, looks.Look{ID: store.NewID(), CaseID: at.Case, By: at.By, What: what, Subject: subject, At: now})
	})
}
