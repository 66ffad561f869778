package objections

import (
	"context"
	"errors"

	"quitt/debt"
	"quitt/debt/situation"
	"quitt/store"
	"quitt/store/contacts"
	kept "quitt/store/objections"
	"quitt/store/tasks"
)

// Notice is a situation as somebody tells of it.
type Notice struct {
	Kind   situation.Kind
	Fields map[string]string
	Words  debt.Personal
	Attach Attach
}

// Notify keeps a situation: the case rests at once and a person is asked to look. Conflict
// "situation_open_already" while the same one is open.
func (d Desk) Notify(ctx context.Context, at At, by debt.Actor, n Notice) (id debt.ID, err error) {
	err = d.work(ctx, at, by, func(w *work) error {
		id = w.stamp.NewID()
		return w.notice(id, n)
	})
	return id, err
}

// NotifyAll is Notify for what is true of every case about the person: that we mean somebody else.
// It is kept for each case of this creditor about the same name and address, one after the other,
// where it is not told yet; told is how many rest because of it. Documents stay with the case
// they were handed in for.
func (d Desk) NotifyAll(ctx context.Context, at At, by debt.Actor, n Notice) (told int, err error) {
	var others []debt.ID
	if err := d.Store.Read(ctx, at.Creditor, func(t *store.Reader) (err error) {
		others, err = contacts.Alike(t, at.Case)
		return err
	}); err != nil {
		return 0, err
	}
	switch _, err := d.Notify(ctx, at, by, n); {
	case err == nil:
		told = 1
	case !errors.Is(err, debt.E(debt.Conflict, "situation_open_already", nil)): // or a form sent twice, the first of which ended early
		return 0, err
	}
	n.Attach = nil
	for _, other := range others {
		_, err := d.Notify(ctx, At{at.Creditor, other}, by, n)
		switch debt.KindOf(err) {
		case debt.Conflict, debt.Forbidden: // told already, or over
		default:
			if err != nil {
				return told, err
			}
			told++
		}
	}
	return told, nil
}

func (w *work) notice(id debt.ID, n Notice) error {
	if err := w.running(); err != nil {
		return err
	}
	if !n.Kind.Known() {
		return debt.E(debt.Invalid, "situation_kind", nil)
	}
	if err := words(n.Words); err != nil {
		return err
	}
	said, err := n.Kind.Read(n.Fields, w.today)
	if err != nil {
		return err
	}
	details, err := personal(said)
	if err != nil {
		return err
	}
	clock, err := w.due()
	if err != nil {
		return err
	}
	// The kind may say something of a person's health or family: the event says only that
	// there is something to look at, the hold what it is called.
	w.event(debt.CaseUpdated, debt.Args{"situation": string(id), "state": string(kept.SituationOpen)})
	hold, err := w.hold(n.Kind.Place(w.today, clock))
	if err != nil {
		return err
	}
	err = kept.AddSituation(w.Tx, kept.Situation{ID: id, CaseID: w.file.Case.ID, Kind: n.Kind, ToldBy: w.by.Kind, ToldAt: w.stamp.At, HoldID: hold,
		Details: details, Words: n.Words})
	if err != nil {
		return err
	}
	if n.Attach != nil {
		if err := n.Attach(w.Tx, "situation", id); err != nil {
			return err
		}
	}
	return w.ask(tasks.Kind(n.Kind.TaskKind()), id, string(n.Kind), 0)
}

// DecideSituation confirms a situation, and then may close the case for it, or finds it
// unconfirmed and ends its hold. Conflict "situation_ended" if somebody has decided.
func (d Desk) DecideSituation(ctx context.Context, creditor, id debt.ID, by debt.Actor, v Verdict) error {
	if err := v.check(); err != nil {
		return err
	}
	at, err := d.caseOf(ctx, creditor, func(t *store.Reader) (debt.ID, error) {
		s, err := kept.LoadSituation(t, id)
		return s.CaseID, err
	})
	if err != nil {
		return err
	}
	return d.work(ctx, at, by, func(w *work) error {
		s, err := kept.LoadSituation(&w.Reader, id)
		if err != nil {
			return err
		}
		return w.decide(s, v)
	})
}

func (w *work) decide(s kept.Situation, v Verdict) error {
	s.State, s.EndedAt, s.Reason = kept.SituationUnconfirmed, w.stamp.At, v.Reason
	if v.Yes {
		s.State = kept.SituationConfirmed
	}
	if err := kept.EndSituation(w.Tx, s); err != nil {
		return err
	}
	w.event(debt.CaseUpdated, debt.Args{"situation": string(s.ID), "state": string(s.State)})
	if err := w.answered(tasks.Kind(s.Kind.TaskKind()), s.ID, string(s.State)); err != nil {
		return err
	}
	if err := w.decided("situation", s.ID); err != nil {
		return err
	}
	if !v.Yes {
		return w.release(s.HoldID)
	}
	if somebodyElses(s.Kind) {
		if err := w.correct(s); err != nil {
			return err
		}
	}
	reason := s.Kind.Effect().Close
	switch {
	case !v.Close:
		return nil
	case reason == "":
		return debt.E(debt.Invalid, "situation_closes_nothing", nil)
	}
	e, err := w.file.Case.Close(reason, w.today)
	if err == nil {
		w.tell(e)
	}
	return err
}
