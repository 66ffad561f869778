package dialogue

import (
	"context"
	"slices"

	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/portal/api/wire"
	kept "quitt/store/objections"
)

// Line is a component of the claim in dispute.
type Line struct {
	ID          debt.ID          `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"Of the claim or cost."`
	Account     debt.AccountKind `json:"account" example:"principal" doc:"principal, interest or costs."`
	AmountCents debt.Cents       `json:"amount_cents" example:"1000" doc:"How much of it."`
}

// Objection is one dispute.
type Objection struct {
	ID            debt.ID             `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"For its answer."`
	Ground        objection.Ground    `json:"ground" example:"amount_wrong" doc:"What it is about."`
	State         debt.ObjectionState `json:"state" example:"open" doc:"Where it stands."`
	Whole         bool                `json:"whole" example:"false" doc:"Everything is disputed."`
	Lines         []Line              `json:"lines" nullable:"false" doc:"What is disputed, as of the day it was filed."`
	DisputedCents debt.Cents          `json:"disputed_cents" example:"1000" doc:"The sum of it."`
	Words         string              `json:"words" example:"Die Ware kam nicht an." doc:"What the debtor wrote."`
	FiledAt       string              `json:"filed_at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When."`
	DueOn         debt.Date           `json:"due_on" doc:"The day by which you should answer."`
	Reason        string              `json:"reason" example:"" doc:"Of the answer."`
}

// Proof is a payment a debtor says was made.
type Proof struct {
	ID          debt.ID    `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"For its decision."`
	State       string     `json:"state" example:"open" doc:"open, accepted or rejected."`
	AmountCents debt.Cents `json:"amount_cents" example:"5000" doc:"What was paid, as he says."`
	PaidOn      debt.Date  `json:"paid_on" doc:"When, as he says."`
	Words       string     `json:"words" example:"" doc:"What the debtor wrote."`
	FiledAt     string     `json:"filed_at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When."`
	DueOn       debt.Date  `json:"due_on" doc:"The day by which you should decide."`
}

// Promise is a payment announced.
type Promise struct {
	ID          debt.ID    `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"Ours."`
	State       string     `json:"state" example:"open" doc:"Where it stands."`
	AmountCents debt.Cents `json:"amount_cents" example:"5000" doc:"What was promised."`
	ByOn        debt.Date  `json:"by_on" doc:"By when."`
}

// Situation is something that must be known first.
type Situation struct {
	ID     debt.ID `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"Ours."`
	Kind   string  `json:"kind" example:"hardship" doc:"What it is."`
	State  string  `json:"state" example:"open" doc:"Where it stands."`
	ToldAt string  `json:"told_at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When."`
}

// Said is everything a debtor said.
type Said struct {
	Objections []Objection `json:"objections" nullable:"false" doc:"The oldest first."`
	Proofs     []Proof     `json:"proofs" nullable:"false" doc:"The oldest first."`
	Promises   []Promise   `json:"promises" nullable:"false" doc:"The oldest first."`
	Situations []Situation `json:"situations" nullable:"false" doc:"The oldest first."`
}

func (d Desk) said(ctx context.Context, c wire.Caller, in *caseIn) (*wire.Out[Said], error) {
	at, err := d.at(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	s, err := d.Objections.Of(ctx, at)
	if err != nil {
		return nil, err
	}
	out := Said{[]Objection{}, []Proof{}, []Promise{}, []Situation{}}
	for _, o := range s.Objections {
		out.Objections = append(out.Objections, told(o))
	}
	for _, p := range s.Proofs {
		out.Proofs = append(out.Proofs, Proof{p.ID, string(p.State), p.Amount, p.PaidOn, p.Words.Reveal(), wire.Instant(p.FiledAt), p.DueOn})
	}
	for _, p := range s.Promises {
		out.Promises = append(out.Promises, Promise{p.ID, string(p.State), p.Amount, p.By})
	}
	for _, n := range s.Situations {
		out.Situations = append(out.Situations, Situation{n.ID, string(n.Kind), string(n.State), wire.Instant(n.ToldAt)})
	}
	return wire.Said(out), nil
}

func told(o kept.Objection) Objection {
	out := Objection{o.ID, o.Ground, o.State, o.Disputed.Whole, []Line{}, o.Total, o.Words.Reveal(), wire.Instant(o.FiledAt), o.DueOn, o.Reason.Reveal()}
	for _, l := range o.Disputed.Lines {
		out.Lines = append(out.Lines, Line{l.ID, l.Account, l.Amount})
	}
	return out
}

// Given is what of a line is given up.
type Given struct {
	Line        string `json:"line" maxLength:"64" example:"019a0000-0000-7000-8000-000000000001" doc:"Id of a disputed claim or cost."`
	AmountCents int64  `json:"amount_cents" minimum:"1" maximum:"100000000000" example:"1000" doc:"How much of it."`
}

// Answer is a person's decision of an objection.
type Answer struct {
	Outcome string  `json:"outcome" enum:"upheld,partly,rejected" example:"upheld" doc:"upheld without credits gives up everything disputed."`
	Reason  string  `json:"reason" minLength:"1" maxLength:"5000" example:"Sie haben recht." doc:"Shown to the debtor."`
	Credits []Given `json:"credits,omitempty" nullable:"false" maxItems:"100" doc:"What is given up of each line."`
}

type answerIn struct {
	On
	Body Answer
}

func (d Desk) answer(ctx context.Context, c wire.Caller, in *answerIn) (*wire.Out[wire.Done], error) {
	at, err := d.at(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	said, err := d.Objections.Of(ctx, at)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(said.Objections, func(o kept.Objection) bool { return string(o.ID) == in.ID }) {
		return nil, debt.E(debt.NotFound, "objection_unknown", nil)
	}
	a := objection.Answer{Outcome: objection.Outcome(in.Body.Outcome), Reason: debt.Personal(in.Body.Reason)}
	for _, g := range in.Body.Credits {
		a.Credits = append(a.Credits, objection.Given{Line: debt.ID(g.Line), Amount: debt.Cents(g.AmountCents)})
	}
	return wire.Said(wire.Done{ID: in.ID}), d.Objections.Answer(ctx, c.Creditor(), debt.ID(in.ID), c.By(), a)
}

// Decision is a person's decision of a proof.
type Decision struct {
	Accepted bool   `json:"accepted" example:"true" doc:"The payment is booked or will be."`
	Reason   string `json:"reason,omitempty" maxLength:"5000" example:"" doc:"Required where the debtor is told no; he reads it."`
}

type decideIn struct {
	On
	Body Decision
}

func (d Desk) decide(ctx context.Context, c wire.Caller, in *decideIn) (*wire.Out[wire.Done], error) {
	at, err := d.at(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	said, err := d.Objections.Of(ctx, at)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(said.Proofs, func(p kept.Proof) bool { return string(p.ID) == in.ID }) {
		return nil, debt.E(debt.NotFound, "proof_unknown", nil)
	}
	v := objections.Verdict{Yes: in.Body.Accepted, Reason: debt.Personal(in.Body.Reason)}
	return wire.Said(wire.Done{ID: in.ID}), d.Objections.DecideProof(ctx, c.Creditor(), debt.ID(in.ID), c.By(), v)
}
