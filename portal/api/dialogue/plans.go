package dialogue

import (
	"context"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/portal/api/wire"
)

// Instalment is one sum of a plan.
type Instalment struct {
	No          int        `json:"no" example:"1" doc:"1, 2, 3 …"`
	DueOn       debt.Date  `json:"due_on" doc:"Its day."`
	AmountCents debt.Cents `json:"amount_cents" example:"5000" doc:"The sum."`
}

// Plan is an instalment plan of a case.
type Plan struct {
	ID          debt.ID        `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"For its answer."`
	State       debt.PlanState `json:"state" example:"proposed" doc:"Where it stands."`
	WaitsFor    string         `json:"waits_for" example:"creditor" doc:"Whose answer it waits for: creditor, debtor, or empty."`
	Instalments []Instalment   `json:"instalments" nullable:"false" doc:"As agreed, or as they are proposed."`
	PaidCents   debt.Cents     `json:"paid_cents" example:"0" doc:"Since the agreement."`
	ArrearCents debt.Cents     `json:"arrears_cents" example:"0" doc:"Of overdue instalments."`
	Missed      int            `json:"missed" example:"0" doc:"Consecutive overdue instalments of which nothing was paid."`
}

// Planned is the plan of a case, if there is one.
type Planned struct {
	Plan *Plan `json:"plan,omitempty" doc:"Missing where there never was one."`
}

func (d Desk) plan(ctx context.Context, c wire.Caller, in *caseIn) (*wire.Out[Planned], error) {
	at, err := d.at(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	v, err := d.Plans.View(ctx, at.Creditor, at.Case)
	if err != nil {
		return nil, err
	}
	if v.Plan == nil {
		return wire.Said(Planned{}), nil
	}
	out := Plan{ID: v.Plan.ID, State: v.Plan.State, WaitsFor: string(v.Waits), Instalments: []Instalment{}, PaidCents: v.Progress.Paid,
		ArrearCents: v.Progress.Arrears, Missed: v.Progress.Missed}
	for _, i := range v.Plan.Schedule.Instalments {
		out.Instalments = append(out.Instalments, Instalment{i.No, i.DueOn, i.Amount})
	}
	return wire.Said(Planned{&out}), nil
}

// planned does one thing to the plan of a path.
func (d Desk) planned(ctx context.Context, c wire.Caller, on On, do func(w plans.Who, id debt.ID) error) (*wire.Out[wire.Done], error) {
	at, err := d.at(ctx, c, on.At)
	if err != nil {
		return nil, err
	}
	v, err := d.Plans.View(ctx, at.Creditor, at.Case)
	switch {
	case err != nil:
		return nil, err
	case v.Plan == nil || string(v.Plan.ID) != on.ID:
		return nil, debt.E(debt.NotFound, "plan_unknown", nil)
	}
	return wire.Said(wire.Done{ID: on.ID}), do(plans.Who{Creditor: at.Creditor, Case: at.Case, By: c.By()}, v.Plan.ID)
}

func (d Desk) accept(ctx context.Context, c wire.Caller, in *onIn) (*wire.Out[wire.Done], error) {
	return d.planned(ctx, c, in.On, func(w plans.Who, id debt.ID) error {
		_, err := d.Plans.Accept(ctx, w, id)
		return err
	})
}

// Counter is another plan.
type Counter struct {
	InstalmentCents int64     `json:"instalment_cents,omitempty" minimum:"0" maximum:"100000000000" example:"5000" doc:"Or end_by says how fast."`
	EndBy           debt.Date `json:"end_by,omitempty" doc:"The last instalment is due by this day."`
	First           debt.Date `json:"first" doc:"Day of the first instalment."`
	Day             int       `json:"day,omitempty" minimum:"0" maximum:"31" example:"1" doc:"Of the month, of the second and all after; 0: as the first."`
	Rhythm          string    `json:"rhythm,omitempty" maxLength:"20" default:"monthly" example:"monthly" doc:"How often, as your rules allow."`
	DownCents       int64     `json:"down_cents,omitempty" minimum:"0" maximum:"100000000000" example:"0" doc:"Paid on the first day in place of an instalment."`
	Note            string    `json:"note,omitempty" maxLength:"2000" example:"" doc:"Shown to the debtor."`
}

type counterIn struct {
	On
	Body Counter
}

func (d Desk) counter(ctx context.Context, c wire.Caller, in *counterIn) (*wire.Out[wire.Done], error) {
	b := in.Body
	wish := plan.Wish{Instalment: debt.Cents(b.InstalmentCents), EndBy: b.EndBy, First: b.First, Day: b.Day, Rhythm: plan.Rhythm(b.Rhythm), Down: debt.Cents(b.DownCents)}
	return d.planned(ctx, c, in.On, func(w plans.Who, id debt.ID) error {
		_, err := d.Plans.Counter(ctx, w, plans.Counter{Plan: id, Wish: wish, Note: debt.Personal(b.Note)})
		return err
	})
}

// Refusal is a person's no.
type Refusal struct {
	Reason string `json:"reason" pattern:"^[a-z0-9_]{1,40}$" example:"too_long" doc:"A code."`
	Person string `json:"person" minLength:"1" maxLength:"200" example:"Frau Keller" doc:"Who has decided."`
	Note   string `json:"note,omitempty" maxLength:"2000" example:"" doc:"Shown to the debtor."`
}

type declineIn struct {
	On
	Body Refusal
}

func (d Desk) decline(ctx context.Context, c wire.Caller, in *declineIn) (*wire.Out[wire.Done], error) {
	b := in.Body
	return d.planned(ctx, c, in.On, func(w plans.Who, id debt.ID) error {
		return d.Plans.Decline(ctx, w, plans.Refusal{Plan: id, Reason: b.Reason, Person: debt.Personal(b.Person), Note: debt.Personal(b.Note)})
	})
}
