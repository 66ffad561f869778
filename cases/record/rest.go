package record

import (
	"context"
	"slices"

	"quitt/debt"
)

// Kinds are the holds a person may place. The others begin and end with what they are for.
func Kinds() []debt.HoldKind {
	return []debt.HoldKind{debt.HoldRequest, debt.HoldHardship, debt.HoldAdviser, debt.HoldInsolv, debt.HoldDataCheck}
}

// Reasons are the codes of why dunning rests by a person's wish. What more there is to say is
// a note: a reason stands in events, and those name nobody.
func Reasons() []string {
	return []string{"goodwill", "talks", "documents_awaited", "amount_checked", "illness", "death", "other"}
}

// mostRest is the longest a person may let a case rest at once, in days: a hold that everybody
// has forgotten would let the claim become time-barred.
const mostRest = 366

// Rest takes a debtor out of dunning until a day.
type Rest struct {
	Kind   debt.HoldKind
	Reason string // of Reasons
	Until  debt.Date
	Note   debt.Personal
}

func (r Rest) check(today debt.Date) error {
	switch {
	case !slices.Contains(Kinds(), r.Kind) || !slices.Contains(Reasons(), r.Reason):
		return debt.E(debt.Invalid, "hold_reason_missing", nil)
	case r.Until.IsZero() || !r.Until.After(today) || r.Until.After(today.AddDays(mostRest)):
		return debt.E(debt.Invalid, "record_rest_until", debt.Args{"first": today.AddDays(1), "last": today.AddDays(mostRest)})
	case r.Reason == "other" && r.Note == "":
		return debt.E(debt.Invalid, "record_other_note", nil)
	}
	return nil
}

// Hold lets a case rest. A second hold of its kind is Conflict "record_rests": release it first,
// or nobody knows which end counts.
func (d Desk) Hold(ctx context.Context, at At, r Rest) error {
	return d.work(ctx, at, func(w *work) error {
		if err := w.running(); err != nil {
			return err
		}
		if err := r.check(w.today); err != nil {
			return err
		}
		for _, h := range w.file.Case.Holds {
			if h.Kind == r.Kind && h.Active(w.today) && h.UntilEvent == "" {
				return debt.E(debt.Conflict, "record_rests", debt.Args{"until": h.Until})
			}
		}
		e, err := w.file.Case.PlaceHold(debt.Hold{Kind: r.Kind, Reason: r.Reason, Since: w.today, Until: r.Until})
		if err != nil {
			return err
		}
		e.Data["reason"] = r.Reason
		w.tell(e)
		return w.write(r.Note)
	})
}

// MayRelease reports whether a person may end a hold: those that an event ends wait for it.
func MayRelease(h debt.Hold, today debt.Date) bool {
	return h.UntilEvent == "" && h.Active(today) && slices.Contains(Kinds(), h.Kind)
}

// Release ends a hold today.
func (d Desk) Release(ctx context.Context, at At, hold debt.ID) error {
	return d.work(ctx, at, func(w *work) error {
		i := slices.IndexFunc(w.file.Case.Holds, func(h debt.Hold) bool { return h.ID == hold })
		if i >= 0 && !MayRelease(w.file.Case.Holds[i], w.today) {
			return debt.E(debt.Forbidden, "record_rest_bound", nil)
		}
		e, err := w.file.Case.ReleaseHold(hold, w.today)
		if err == nil {
			w.tell(e)
		}
		return err
	})
}
