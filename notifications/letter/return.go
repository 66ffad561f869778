package letter

import (
	"context"
	"slices"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/letters"
	"quitt/store/tasks"
)

// Back is a letter that came back.
type Back struct {
	Number int64
	Reason debt.Stop // one of debt.ReturnReasons
	By     debt.Actor
}

// Return notes that a letter came back: nothing more is sent to this address. After a death
// dunning rests until a clerk has looked (BGB § 1958: no demand before the inheritance is
// accepted). Noting the same again changes nothing; another reason is Conflict
// "letter_returned_already", a letter that was not sent Conflict "letter_not_sent".
func (d Desk) Return(ctx context.Context, creditor debt.ID, back Back) error {
	if !slices.Contains(debt.ReturnReasons(), back.Reason) {
		return debt.E(debt.Invalid, "letter_return_reason", debt.Args{"reasons": reasons()})
	}
	stamp := ledger.Stamp{At: d.Now(), NewID: store.NewID}
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		k, err := letters.ByNumber(&t.Reader, back.Number)
		if err != nil {
			return err
		}
		f, err := t.LockOne(k.CaseID)
		if err != nil {
			return err
		}
		if k, err = letters.Load(&t.Reader, k.ID); err != nil { // as it is now that the case is locked
			return err
		}
		switch {
		case k.State == letters.Returned && k.Reason == back.Reason:
			return nil
		case k.State == letters.Returned:
			return debt.E(debt.Conflict, "letter_returned_already", debt.Args{"reason": string(k.Reason)})
		case k.State != letters.Sent:
			return debt.E(debt.Conflict, "letter_not_sent", nil)
		}
		return back.note(t, f, k, stamp)
	})
}

func reasons() (codes []string) {
	for _, r := range debt.ReturnReasons() {
		codes = append(codes, string(r))
	}
	return codes
}

func (back Back) note(t *store.Tx, f *store.File, k letters.Kept, stamp ledger.Stamp) error {
	if err := letters.MarkReturned(t, k.ID, stamp.At, back.Reason); err != nil {
		return err
	}
	if k.Authority != "" {
		return back.helper(t, f, k, stamp)
	}
	debtor, err := t.LoadDebtor(f.Case.DebtorID)
	if err != nil {
		return err
	}
	if debtor.AddressStopped == debt.Reachable || back.Reason == debt.StopDead {
		debtor.AddressStopped = back.Reason
		if err := t.SaveStops(debtor); err != nil {
			return err
		}
	}
	events := []debt.Event{f.Case.EventOf(debt.LetterReturned, debt.Args{"letter": string(k.ID), "kind": string(k.Kind),
		"number": k.Number, "reason": string(back.Reason)})}
	if back.Reason == debt.StopDead {
		held, err := restDunning(t, f, debt.DateIn(stamp.At, debt.Berlin))
		if err != nil {
			return err
		}
		events = append(events, held...)
	}
	return t.Book(stamped(f, stamp, back.By, events...))
}

// helper notes that a letter to who acts for the debtor came back: it says nothing about the
// debtor, to whom letters go again, and a person looks for another way.
func (back Back) helper(t *store.Tx, f *store.File, k letters.Kept, stamp ledger.Stamp) error {
	a, err := authorities.Load(&t.Reader, k.Authority)
	if err != nil {
		return err
	}
	if a.PostStopped == debt.Reachable {
		a.PostStopped = back.Reason
		if err := authorities.Save(t, a.Authority); err != nil {
			return err
		}
	}
	e := letterEvent(f, debt.LetterReturned, k)
	e.Data["reason"] = string(back.Reason)
	if err := tasks.Open(t, tasks.Task{ID: store.NewID(), Kind: authority.Unreachable, Subject: string(a.ID), CaseID: f.Case.ID,
		Reason: string(back.Reason), OpenedAt: stamp.At}); err != nil {
		return err
	}
	return t.Book(stamped(f, stamp, back.By, e))
}

// restDunning places the hold that waits for a clerk, unless there is one for the same reason.
func restDunning(t *store.Tx, f *store.File, today debt.Date) ([]debt.Event, error) {
	c := &f.Case
	if err := t.LoadHolds(c); err != nil {
		return nil, err
	}
	for _, h := range c.Holds {
		if h.Kind == debt.HoldDataCheck && h.Reason == string(debt.StopDead) && h.Active(today) {
			return nil, nil
		}
	}
	e, err := c.PlaceHold(debt.Hold{Kind: debt.HoldDataCheck, Reason: string(debt.StopDead), Since: today, UntilEvent: debt.CaseReleased})
	if err != nil {
		return nil, err
	}
	return []debt.Event{e}, t.SaveHolds(c)
}
