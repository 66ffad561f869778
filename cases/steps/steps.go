// Package steps takes the steps of a case: whether it is taken over, and how far it is pursued.
// Pages and programs take them here and nowhere else, so that what is refused to one is refused
// to the other. Letters are no steps: the runs write them.
package steps

import (
	"context"
	"slices"
	"time"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store"
)

// Desk takes steps. Now is the clock.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// Name is a step.
type Name string

// The steps.
const (
	Accept     Name = "accept"
	Reject     Name = "reject"
	Collection Name = "collection" // the stage after the reminder
	Court      Name = "court"      // marked for the application for a payment order, which people file
	Close      Name = "close"
)

// Names lists every Name.
func Names() []Name { return []Name{Accept, Reject, Collection, Court, Close} }

// Option is a step that makes sense where a case stands: allowed, or every reason why not.
type Option struct {
	Name    Name
	Because []debt.Barrier
}

// Allowed reports whether it may be taken.
func (o Option) Allowed() bool { return len(o.Because) == 0 }

// Options lists the steps of a case beside closing, from what debt allows it (Case.NextSteps).
// Who is asked for more has to be one who may be asked at all: the stage of collection needs what
// a notice needs.
func Options(c debt.Case, allowed []debt.Step) (list []Option) {
	if c.Review == debt.ReviewReceived {
		list = append(list, Option{Name: Accept}, Option{Name: Reject})
	}
	if c.Stage == debt.StageReminder {
		list = append(list, Option{Collection, because(allowed, debt.StepNotice)})
	}
	if c.Stage == debt.StageReminder || c.Stage == debt.StageCollection {
		list = append(list, Option{Court, because(allowed, debt.StepCourt)})
	}
	return list
}

// because gives the reasons against a step; of one that nobody has asked about, that.
func because(allowed []debt.Step, name debt.StepName) []debt.Barrier {
	i := slices.IndexFunc(allowed, func(s debt.Step) bool { return s.Name == name })
	if i < 0 {
		return []debt.Barrier{debt.BarrierUnchecked}
	}
	return allowed[i].Because
}

// At names a case and who works on it.
type At struct {
	Creditor, Case debt.ID
	By             debt.Actor
}

// Take takes a step with what is known under the lock of the case. Forbidden
// "transition_forbidden" where it makes no sense, "court_step_forbidden" and "rules_step_barred"
// with the reasons against it.
func (d Desk) Take(ctx context.Context, at At, name Name) error {
	stamp := ledger.Stamp{At: d.Now(), NewID: store.NewID}
	today := debt.DateIn(stamp.At, debt.Berlin)
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
		v, err := source.View(today)
		if err != nil {
			return err
		}
		f.Case.Holds = v.Case.Holds
		e, err := take(&f.Case, name, v.Steps, today)
		if err != nil {
			return err
		}
		if err := t.SaveHolds(&f.Case); err != nil {
			return err
		}
		e.ID, e.At, e.Actor = stamp.NewID(), stamp.At, at.By
		return t.Book(store.Booking{File: f, Events: []debt.Event{e}})
	})
}

func take(c *debt.Case, name Name, allowed []debt.Step, today debt.Date) (debt.Event, error) {
	switch name {
	case Accept:
		return c.Decide(debt.ReviewAccepted)
	case Reject:
		return c.Decide(debt.ReviewRejected, "creditor")
	case Collection:
		if reasons := because(allowed, debt.StepNotice); len(reasons) > 0 {
			return debt.Event{}, debt.E(debt.Forbidden, "rules_step_barred", debt.Args{"reasons": reasons})
		}
		return c.Advance(debt.StageCollection, nil)
	case Court:
		return c.Advance(debt.StageCourtPrepared, allowed)
	case Close:
		return c.Close("other", today)
	}
	return debt.Event{}, debt.E(debt.Invalid, "rules_step_unknown", nil)
}
