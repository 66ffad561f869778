package claims

import (
	"context"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/portal/api/wire"
	"quitt/store"
	"quitt/store/programs"
)

// Axes are where a case stands; each is independent of the others.
type Axes struct {
	Review      debt.Review         `json:"review" enum:"received,accepted,rejected" example:"accepted" doc:"Whether it was taken over."`
	Stage       debt.Stage          `json:"stage" enum:"reminder,collection,court_prepared,court,titled,long_term,closed" example:"reminder" doc:"How far it has gone."`
	Processing  debt.Processing     `json:"processing" enum:"running,held,stopped" example:"running" doc:"Whether dunning runs."`
	Payment     debt.PaymentState   `json:"payment" enum:"open,part_paid,paid,overpaid" example:"open" doc:"What the ledger says."`
	Objection   debt.ObjectionState `json:"objection" enum:"none,open,upheld,partly,rejected,withdrawn" example:"none" doc:"Where a dispute stands."`
	Plan        debt.PlanState      `json:"plan" enum:"none,proposed,active,at_risk,lapsed,fulfilled,cancelled" example:"none" doc:"Where an instalment plan stands."`
	CloseReason debt.CloseReason    `json:"close_reason" example:"" doc:"Why it was closed; empty while it is not."`
}

// Listed is a case of a list.
type Listed struct {
	Case              string `json:"case" example:"2026-000123" doc:"Quitt's reference."`
	CreditorReference string `json:"creditor_reference" example:"RE-1001" doc:"Your own key."`
	ReceivedAt        string `json:"received_at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When it was handed over."`
	Axes              Axes   `json:"axes" doc:"Where it stands."`
}

// Cases is a page of a list.
type Cases struct {
	Cases     []Listed `json:"cases" nullable:"false" doc:"In the order in which they came."`
	NextAfter string   `json:"next_after" example:"" doc:"For the next page; empty at the end."`
}

type listIn struct{ wire.Paging }

func (d Desk) list(ctx context.Context, c wire.Caller, in *listIn) (*wire.Out[Cases], error) {
	after, err := in.ID()
	if err != nil {
		return nil, err
	}
	out := Cases{Cases: []Listed{}}
	err = d.Service.Store.Read(ctx, c.Creditor(), func(r *store.Reader) error {
		list, err := programs.Page(r, after, in.Limit+1)
		if err != nil {
			return err
		}
		if len(list) > in.Limit {
			list = list[:in.Limit]
			out.NextAfter = wire.Cursor(string(list[in.Limit-1].ID))
		}
		for _, p := range list {
			out.Cases = append(out.Cases, Listed{p.FileReference, p.CreditorReference, wire.Instant(p.ReceivedAt.Time),
				Axes{p.Review, p.Stage, p.Processing, p.Payment, p.Objection, p.Plan, p.CloseReason}})
		}
		return nil
	})
	return wire.Said(out), err
}

// Hold is why dunning rests.
type Hold struct {
	ID         debt.ID        `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"For its release."`
	Kind       debt.HoldKind  `json:"kind" example:"creditor_request" doc:"What it is for."`
	Since      debt.Date      `json:"since" doc:"First day."`
	Until      debt.Date      `json:"until" doc:"Last day; empty if an event ends it."`
	UntilEvent debt.EventType `json:"until_event" example:"" doc:"The event that ends it; empty if a day does."`
	ReleasedOn debt.Date      `json:"released_on" doc:"Empty while it was not released."`
	Active     bool           `json:"active" example:"true" doc:"Whether it works today."`
}

// NextInstalment is the next one of a running plan.
type NextInstalment struct {
	AmountCents debt.Cents `json:"amount_cents" example:"5000" doc:"What is still owed of it."`
	DueOn       debt.Date  `json:"due_on" doc:"Its day."`
}

// Status is everything about where a case stands.
type Status struct {
	Case              string          `json:"case" example:"2026-000123" doc:"Quitt's reference."`
	CreditorReference string          `json:"creditor_reference" example:"RE-1001" doc:"Your own key."`
	ReceivedAt        string          `json:"received_at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When it was handed over."`
	On                debt.Date       `json:"on" doc:"The day of the amounts."`
	Axes              Axes            `json:"axes" doc:"Where it stands."`
	Open              debt.Balance    `json:"open" doc:"What is owed, interest to the day included."`
	PayableCents      debt.Cents      `json:"payable_cents" example:"8094" doc:"What settles it today."`
	PaidCents         debt.Cents      `json:"paid_cents" example:"0" doc:"What was paid altogether."`
	UnderWayCents     debt.Cents      `json:"under_way_cents" example:"0" doc:"Payments that have been started and have not arrived. Never part of paid."`
	NextInstalment    *NextInstalment `json:"next_instalment,omitempty" doc:"Of a running plan."`
	Holds             []Hold          `json:"holds" nullable:"false" doc:"Past ones too."`
	Steps             []debt.Step     `json:"steps" nullable:"false" doc:"What may be done next."`
}

type caseIn struct{ wire.At }

// view finds the case of a path and reads it.
func (d Desk) view(ctx context.Context, c wire.Caller, at wire.At) (cases.View, error) {
	id, err := d.Service.Case(ctx, c, at.Case)
	if err != nil {
		return cases.View{}, err
	}
	return d.Cases.View(ctx, c.Creditor(), id)
}

func (d Desk) status(ctx context.Context, c wire.Caller, in *caseIn) (*wire.Out[Status], error) {
	v, err := d.view(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	return wire.Said(d.statusOf(v)), nil
}

func (d Desk) statusOf(v cases.View) Status {
	k, today := v.Case, v.Statement.On
	out := Status{Case: k.FileReference, CreditorReference: k.CreditorReference, ReceivedAt: wire.Instant(k.ReceivedAt), On: today,
		Axes: Axes{k.Review, k.Stage, k.Processing, k.Payment, k.Objection, k.Plan, k.CloseReason},
		Open: v.Statement.Open, PayableCents: v.Statement.Payable, PaidCents: v.Statement.Paid, Holds: []Hold{}, Steps: v.Steps}
	for _, p := range v.InFlight() {
		out.UnderWayCents += p.Amount
	}
	for _, h := range k.Holds {
		out.Holds = append(out.Holds, Hold{h.ID, h.Kind, h.Since, h.Until, h.UntilEvent, h.ReleasedOn, h.Active(today)})
	}
	if v.Next.Amount > 0 {
		out.NextInstalment = &NextInstalment{v.Next.Amount, v.Next.DueOn}
	}
	return out
}

// Statement is the claim as payable on a day.
type Statement struct {
	Case              string           `json:"case" example:"2026-000123" doc:"Quitt's reference."`
	CreditorReference string           `json:"creditor_reference" example:"RE-1001" doc:"Your own key."`
	InterestTo        debt.Date        `json:"interest_to" doc:"Last day interest could be computed for: after it no base rate is announced. Empty when the statement is complete."`
	Statement         ledger.Statement `json:"statement" doc:"What it consists of."`
}

func (d Desk) statement(ctx context.Context, c wire.Caller, in *caseIn) (*wire.Out[Statement], error) {
	v, err := d.view(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	return wire.Said(Statement{v.Case.FileReference, v.Case.CreditorReference, v.InterestTo, v.Statement}), nil
}

// Event is something that happened to a case.
type Event struct {
	Sequence int64          `json:"sequence" example:"1" doc:"1, 2, 3 … within the case."`
	ID       debt.ID        `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"The same as in the feed."`
	Type     debt.EventType `json:"type" example:"case.received" doc:"See docs/feed.md."`
	At       string         `json:"at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When it happened."`
	Actor    string         `json:"actor" example:"creditor" doc:"Whose side did it."`
	Data     debt.Args      `json:"data" doc:"By type."`
}

// Timeline is everything that happened to a case.
type Timeline struct {
	Events    []Event `json:"events" nullable:"false" doc:"The oldest first."`
	NextAfter int64   `json:"next_after" example:"0" doc:"For the next page; 0 at the end."`
}

type timelineIn struct {
	wire.At
	After int64 `query:"after" minimum:"0" maximum:"9007199254740992" default:"0" example:"0" doc:"Number of the last event you have."`
	Limit int   `query:"limit" minimum:"1" maximum:"500" default:"100" example:"100" doc:"How many at most."`
}

func (d Desk) timeline(ctx context.Context, c wire.Caller, in *timelineIn) (*wire.Out[Timeline], error) {
	v, err := d.view(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	out := Timeline{Events: []Event{}}
	for _, e := range v.Events {
		if e.Seq <= in.After {
			continue
		}
		if len(out.Events) == in.Limit {
			out.NextAfter = out.Events[in.Limit-1].Sequence
			break
		}
		out.Events = append(out.Events, Event{e.Seq, e.ID, e.Type, wire.Instant(e.At), e.Actor.Kind, e.Data})
	}
	return wire.Said(out), nil
}

// Steps are what may be done next.
type Steps struct {
	Steps []debt.Step `json:"steps" nullable:"false" doc:"Each allowed, or with every reason why not."`
}

func (d Desk) steps(ctx context.Context, c wire.Caller, in *caseIn) (*wire.Out[Steps], error) {
	v, err := d.view(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	return wire.Said(Steps{v.Steps}), nil
}
