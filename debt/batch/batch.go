// Package batch decides what may be done with many cases at once: what a person who has not
// opened each of them can answer for.
package batch

import (
	"slices"

	"quitt/debt"
)

// Action is what is done with each case.
type Action string

// The actions. A hold waits for something that is being looked at; an exemption is the
// creditor's wish alone. Both end on a day.
const (
	Hold     Action = "hold"
	Exempt   Action = "exempt"
	Release  Action = "release"
	Withdraw Action = "withdraw"
)

// Actions lists every Action.
func Actions() []Action { return []Action{Hold, Exempt, Release, Withdraw} }

// Places reports whether an action holds cases, which needs a reason and an end, and can be
// undone.
func (a Action) Places() bool { return a == Hold || a == Exempt }

// kinds are the holds that the actions place.
var kinds = map[Action]debt.HoldKind{Hold: debt.HoldDataCheck, Exempt: debt.HoldRequest}

// Reason is why many cases rest: a code, for words could name somebody and stay when he is
// forgotten.
type Reason string

var reasons = map[Action][]Reason{
	Hold:   {"clarification", "address_check", "documents_missing", "invoice_check"},
	Exempt: {"goodwill", "agreement", "customer_care", "low_amount"},
}

// Reasons lists why an action may be ordered.
func (a Action) Reasons() []Reason { return reasons[a] }

// Reasons lists every Reason.
func Reasons() []Reason { return slices.Concat(reasons[Hold], reasons[Exempt]) }

// Barriers beside those of debt.
const (
	BarrierHeld     debt.Barrier = "held_already"
	BarrierNoHold   debt.Barrier = "no_hold_of_ours"
	BarrierRejected debt.Barrier = "rejected"
	BarrierHoldOver debt.Barrier = "ended_already" // nothing is left to undo
)

// Barriers lists those beside debt's.
func Barriers() []debt.Barrier {
	return []debt.Barrier{BarrierHeld, BarrierNoHold, BarrierRejected, BarrierHoldOver}
}

// Order is an action as it was ordered.
type Order struct {
	Action Action
	Reason Reason    // one of its Reasons
	Until  debt.Date // the last day of a hold
}

// longest is how long many cases rest at most, in days: longer than a year is no hold, and
// claims come under the statute of limitations meanwhile (BGB § 195).
const longest = 365

// Validate refuses an order that lacks something, on a day.
func (o Order) Validate(today debt.Date) error {
	switch {
	case !slices.Contains(Actions(), o.Action):
		return debt.E(debt.Invalid, "list_action_missing", nil)
	case !o.Action.Places():
		return nil
	case !slices.Contains(o.Action.Reasons(), o.Reason):
		return debt.E(debt.Invalid, "list_reason_missing", nil)
	case o.Until.IsZero() || o.Until.Before(today) || o.Until.After(today.AddDays(longest)):
		return debt.E(debt.Invalid, "list_until_range", debt.Args{"first": today, "last": today.AddDays(longest)})
	}
	return nil
}

// Facts is what May must know beside the case with its holds.
type Facts struct {
	On     debt.Date
	Moving bool // money is under way
}

// May gives "" if an action may be done with a case, or the first reason against it.
func (a Action) May(c debt.Case, f Facts) debt.Barrier {
	switch {
	case c.Stage == debt.StageClosed:
		return debt.BarrierClosed
	case c.Review == debt.ReviewRejected:
		return BarrierRejected
	case a.Places() && slices.ContainsFunc(c.Holds, func(h debt.Hold) bool { return h.Kind == kinds[a] && h.Active(f.On) }):
		return BarrierHeld
	case a == Release && !slices.ContainsFunc(c.Holds, func(h debt.Hold) bool { return ours(h) && h.Active(f.On) }):
		return BarrierNoHold
	case a == Withdraw:
		return mayWithdraw(c, f)
	}
	return ""
}

// mayWithdraw leaves to a person what has costs of its own or somebody to tell: proceedings,
// an objection without its answer, a plan that is being paid, money that is under way.
func mayWithdraw(c debt.Case, f Facts) debt.Barrier {
	switch {
	case c.Stage == debt.StageCourt || c.Stage == debt.StageTitled:
		return debt.BarrierInCourt
	case c.Objection == debt.ObjectionOpen:
		return debt.BarrierObjection
	case c.Plan == debt.PlanActive || c.Plan == debt.PlanAtRisk:
		return debt.BarrierPlanRunning
	case c.Plan == debt.PlanOpen:
		return debt.BarrierPlan
	case f.Moving:
		return debt.BarrierUnderWay
	}
	return ""
}

// ours are the holds that the creditor has placed, and so may end. What a debtor has said, or a
// death, rests a case until that is decided, each by itself; such holds are of the same kind.
func ours(h debt.Hold) bool {
	return h.UntilEvent == "" && (h.Kind == debt.HoldRequest || h.Kind == debt.HoldDataCheck && slices.Contains(reasons[Hold], Reason(h.Reason)))
}

// Do does what was ordered with a case that May allows, and gives the events that say so. id
// is that of the hold an order places.
func (o Order) Do(c *debt.Case, today debt.Date, id debt.ID) ([]debt.Event, error) {
	switch o.Action {
	case Release:
		var events []debt.Event
		for _, h := range slices.Clone(c.Holds) {
			if ours(h) && h.Active(today) {
				e, err := c.ReleaseHold(h.ID, today)
				if err != nil {
					return nil, err
				}
				events = append(events, e)
			}
		}
		return events, nil
	case Withdraw:
		e, err := c.Close("withdrawn_by_creditor", today)
		return []debt.Event{e}, err
	default:
		e, err := c.PlaceHold(debt.Hold{ID: id, Kind: kinds[o.Action], Reason: string(o.Reason), Since: today, Until: o.Until})
		return []debt.Event{e}, err
	}
}
