package signin

import (
	"context"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store/grants"
)

// Disown says "I am not this person" with the secret alone: dunning rests until a clerk
// has looked, and what the letters of the case open ends. The answer does not tell whether
// the secret exists; saying it again changes nothing. Errors are the Invalid ones of Open
// for what cannot be a secret, and Unavailable.
func (d Desk) Disown(ctx context.Context, a Attempt) error {
	s, err := a.parse()
	if err != nil {
		return err
	}
	p, err := d.prove(ctx, s)
	if err != nil {
		return err
	}
	if !p.known {
		return d.pretend(ctx)
	}
	return d.at(ctx, p.place, func(w *work) error {
		if !w.grant.Revoke(access.NotThisPerson, w.stamp.At) {
			return nil
		}
		if err := grants.Save(w.Tx, w.grant); err != nil {
			return err
		}
		if _, err := endAll(w.Tx, p.caseID, access.NotThisPerson, w.stamp.At); err != nil {
			return err
		}
		w.by.ID = "" // it is not the debtor who speaks
		w.tell(debt.CaseUpdated, debt.Args{"access": string(access.NotThisPerson)})
		return w.rest(debt.DateIn(w.stamp.At, debt.Berlin))
	})
}

// rest places the hold that waits for a clerk, unless there is one.
func (w *work) rest(today debt.Date) error {
	c := &w.file.Case
	if err := w.LoadHolds(c); err != nil {
		return err
	}
	for _, h := range c.Holds {
		if h.Kind == debt.HoldDataCheck && h.Reason == string(access.NotThisPerson) && h.Active(today) {
			return nil
		}
	}
	e, err := c.PlaceHold(debt.Hold{Kind: debt.HoldDataCheck, Reason: string(access.NotThisPerson),
		Since: today, UntilEvent: debt.CaseReleased})
	if err != nil {
		return err
	}
	w.note(e)
	return w.SaveHolds(c)
}
