// Package objections is what debtors say beside paying: that they do not owe a claim, that
// they have paid it, that they will, or that something else must be known first. Each use
// case is one method of Desk and one transaction: the statement is kept, the case rests, an
// event says so and a person is asked where one must decide. Silence of the creditor never
// falls on the debtor.
package objections

import (
	"context"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/documents"
	"quitt/store/tasks"
)

// Desk takes and answers what debtors say. Now is the clock; every use case reads it once.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// At names a case.
type At struct{ Creditor, Case debt.ID }

// Attach ties documents to what is said, inside its transaction; nil ties none. Subject is
// "objection", "proof" or "situation".
type Attach func(t *store.Tx, subject string, id debt.ID) error

// work is one use case under the lock of its case.
type work struct {
	*store.Tx

	file     *store.File
	creditor debt.Creditor
	stamp    ledger.Stamp
	today    debt.Date
	by       debt.Actor
	events   []debt.Event
	entries  []ledger.Entry
	waived   []debt.Payment // interest that is given up
}

// work locks the case, lets do decide, and saves case, holds, entries and events. Nothing
// is saved if do finds nothing to change.
func (d Desk) work(ctx context.Context, at At, by debt.Actor, do func(*work) error) error {
	stamp := ledger.Stamp{At: d.Now(), NewID: store.NewID}
	return d.Store.Write(ctx, at.Creditor, func(t *store.Tx) error {
		f, err := t.LockOne(at.Case)
		if err != nil {
			return err
		}
		mark, err := t.MarkOf(at.Case)
		if err != nil {
			return err
		}
		if err := t.LoadHolds(&f.Case); err != nil {
			return err
		}
		w := &work{Tx: t, file: f, creditor: mark.Creditor, stamp: stamp, by: by, today: debt.DateIn(stamp.At, debt.Berlin)}
		if err := do(w); err != nil {
			return err
		}
		if len(w.events) == 0 && len(w.entries) == 0 {
			return nil
		}
		if err := t.SaveHolds(&f.Case); err != nil {
			return err
		}
		return t.Book(store.Booking{File: f, Payments: w.waived, Entries: w.entries, Events: w.events})
	})
}

// tell adds events.
func (w *work) tell(events ...debt.Event) {
	for _, e := range events {
		e.ID, e.At, e.Actor = w.stamp.NewID(), w.stamp.At, w.by
		w.events = append(w.events, e)
	}
}

// event starts one about what this room keeps.
func (w *work) event(t debt.EventType, data debt.Args) { w.tell(w.file.Case.EventOf(t, data)) }

// hold places one under an id that is kept beside it.
func (w *work) hold(h debt.Hold) (debt.ID, error) {
	h.ID = w.stamp.NewID()
	e, err := w.file.Case.PlaceHold(h)
	w.tell(e)
	return h.ID, err
}

// release ends a hold, if nobody else has.
func (w *work) release(id debt.ID) error {
	e, err := w.file.Case.ReleaseHold(id, w.today)
	if errors.Is(err, debt.E(debt.NotFound, "hold_unknown", nil)) {
		return nil
	}
	if err == nil {
		w.tell(e)
	}
	return err
}

// ask opens a task for a person.
func (w *work) ask(kind tasks.Kind, subject debt.ID, reason string, amount debt.Cents) error {
	return tasks.Open(w.Tx, tasks.Task{ID: w.stamp.NewID(), Kind: kind, Subject: string(subject), CaseID: w.file.Case.ID, Amount: amount,
		Reason: reason, OpenedAt: w.stamp.At})
}

// answered ends a task.
func (w *work) answered(kind tasks.Kind, subject debt.ID, outcome string) error {
	return tasks.End(w.Tx, tasks.Task{Kind: kind, Subject: string(subject)}, outcome, w.stamp.At)
}

// decided lets the documents of something go once nobody is likely to object to the decision.
func (w *work) decided(subject string, id debt.ID) error {
	return documents.Keep(w.Tx, documents.Subject{Kind: subject, ID: string(id)}, retention.Of(retention.Documents).Due(w.stamp.At))
}

// running refuses what makes sense only while a case is there to be paid.
func (w *work) running() error {
	c := w.file.Case
	if c.Review == debt.ReviewRejected || c.Stage == debt.StageClosed {
		return debt.E(debt.Forbidden, "case_over", nil)
	}
	return nil
}

// statement is what the case demands today; beyond the announced base rate, as far as it
// is known.
func (w *work) statement() (ledger.History, ledger.Statement, error) {
	h, err := w.LoadHistory(w.file)
	if err != nil {
		return h, ledger.Statement{}, err
	}
	s, err := statementOn(h, w.today)
	return h, s, err
}

func statementOn(h ledger.History, today debt.Date) (ledger.Statement, error) {
	s, _, err := h.StatementSoFar(today)
	return s, err
}

// due is the day by which a person should have looked.
func (w *work) due() (debt.Date, error) {
	debtor, err := w.LoadDebtor(w.file.Case.DebtorID)
	return w.file.Account.Settings.ObjectionDue(w.today, debtor.State), err
}

// words cuts nothing and refuses what is too long to be read.
func words(p debt.Personal) error {
	if len([]rune(p.Reveal())) > mostWords {
		return debt.E(debt.Invalid, "words_too_long", debt.Args{"most": mostWords})
	}
	return nil
}
