package claims

import (
	"context"

	"quitt/cases"
	"quitt/cases/contacts"
	"quitt/cases/steps"
	"quitt/debt"
	"quitt/portal/api/wire"
	"quitt/store"
)

// act makes a change to the case of a path and gives where it stands then.
func (d Desk) act(ctx context.Context, c wire.Caller, at wire.At, change func(v cases.View) cases.Change) (*wire.Out[Status], error) {
	v, err := d.view(ctx, c, at)
	if err != nil {
		return nil, err
	}
	if err := d.Cases.Apply(ctx, v.Case, c.By(), change(v)); err != nil {
		return nil, err
	}
	after, err := d.Cases.View(ctx, c.Creditor(), v.Case.ID)
	if err != nil {
		return nil, err
	}
	return wire.Said(d.statusOf(after)), nil
}

// one makes a list of a single event.
func one(e debt.Event, err error) ([]debt.Event, error) { return []debt.Event{e}, err }

// Withdrawal is why a case ends.
type Withdrawal struct {
	Reason string `json:"reason,omitempty" enum:"withdrawn_by_creditor,settled,uneconomical,deceased,insolvent,untraceable,identity_theft,time_barred,sold,invalid_data,other" default:"withdrawn_by_creditor" example:"withdrawn_by_creditor" doc:"Why."`
}

type withdrawIn struct {
	wire.At
	Body Withdrawal
}

func (d Desk) withdraw(ctx context.Context, c wire.Caller, in *withdrawIn) (*wire.Out[Status], error) {
	return d.act(ctx, c, in.At, func(cases.View) cases.Change {
		return func(k *debt.Case, today debt.Date) ([]debt.Event, error) {
			return one(k.Close(debt.CloseReason(in.Body.Reason), today))
		}
	})
}

// NewHold is a hold to be placed.
type NewHold struct {
	Kind   string    `json:"kind,omitempty" enum:"creditor_request,hardship,adviser,insolvency,data_check" default:"creditor_request" example:"creditor_request" doc:"What it is for."`
	Reason string    `json:"reason" pattern:"^[a-z0-9_]{1,40}$" example:"goodwill" doc:"A code of your own, for the record."`
	Until  debt.Date `json:"until" doc:"Last day of the hold, within a year."`
}

type holdIn struct {
	wire.At
	Body NewHold
}

const longestHold = 12 // months

func (d Desk) hold(ctx context.Context, c wire.Caller, in *holdIn) (*wire.Out[Status], error) {
	today, b := d.today(), in.Body
	if b.Until.Before(today) || b.Until.After(today.AddMonths(longestHold)) {
		return nil, wire.Invalid("body.until", debt.E(debt.Invalid, "api_hold_until", debt.Args{"today": today, "latest": today.AddMonths(longestHold)}))
	}
	return d.act(ctx, c, in.At, func(cases.View) cases.Change {
		return func(k *debt.Case, today debt.Date) ([]debt.Event, error) {
			return one(k.PlaceHold(debt.Hold{ID: store.NewID(), Kind: debt.HoldKind(b.Kind), Reason: b.Reason, Since: today, Until: b.Until}))
		}
	})
}

type releaseIn struct {
	wire.At
	Hold string `path:"hold" maxLength:"64" example:"019a0000-0000-7000-8000-000000000001" doc:"Id of the hold."`
}

// mine are the holds that a creditor places and may release. The others end with the decision
// they wait for: silence never falls on the debtor.
var mine = map[debt.HoldKind]bool{debt.HoldRequest: true, debt.HoldHardship: true, debt.HoldAdviser: true, debt.HoldInsolv: true, debt.HoldDataCheck: true}

func (d Desk) release(ctx context.Context, c wire.Caller, in *releaseIn) (*wire.Out[Status], error) {
	return d.act(ctx, c, in.At, func(cases.View) cases.Change {
		return func(k *debt.Case, today debt.Date) ([]debt.Event, error) {
			for _, h := range k.Holds {
				if string(h.ID) == in.Hold && !mine[h.Kind] {
					return nil, debt.E(debt.Forbidden, "api_hold_decided", nil)
				}
			}
			return one(k.ReleaseHold(debt.ID(in.Hold), today))
		}
	})
}

// Step is one to be taken.
type Step struct {
	Name string `json:"name" enum:"accept,reject,collection,court,close" example:"court" doc:"accept and reject decide the review; collection and court move the stage on; close ends the case as paid outside."`
}

type stepIn struct {
	wire.At
	Body Step
}

func (d Desk) take(ctx context.Context, c wire.Caller, in *stepIn) (*wire.Out[Status], error) {
	id, err := d.Service.Case(ctx, c, in.Case)
	if err != nil {
		return nil, err
	}
	if err := d.Steps.Take(ctx, steps.At{Creditor: c.Creditor(), Case: id, By: c.By()}, steps.Name(in.Body.Name)); err != nil {
		return nil, err
	}
	return d.status(ctx, c, &caseIn{At: in.At})
}

// Contact is what is known better. What is left out stays.
type Contact struct {
	Address *Address `json:"address,omitempty" doc:"In Germany."`
	Email   *string  `json:"email,omitempty" maxLength:"254" example:"erika@example.de" doc:"Empty takes it away."`
	Phone   *string  `json:"phone,omitempty" maxLength:"40" example:"+49 221 5550123" doc:"Empty takes it away."`
}

// Address is where somebody lives.
type Address struct {
	Street     string `json:"street" maxLength:"60" example:"Heidestraße 18" doc:"Street and number."`
	Postcode   string `json:"postcode" maxLength:"12" example:"51147" doc:"Five digits."`
	City       string `json:"city" maxLength:"60" example:"Köln" doc:"Town."`
	Researched bool   `json:"researched,omitempty" example:"false" doc:"It was looked up, which letters must say (RDG § 13a I Nr. 7)."`
}

// Updated is what has changed.
type Updated struct {
	Changed []string `json:"changed" nullable:"false" doc:"Of address, email and phone; empty if nothing did."`
}

type updateIn struct {
	wire.At
	Body Contact
}

func (d Desk) update(ctx context.Context, c wire.Caller, in *updateIn) (*wire.Out[Updated], error) {
	id, err := d.Service.Case(ctx, c, in.Case)
	if err != nil {
		return nil, err
	}
	b, to := in.Body, contacts.Correction{}
	if a := b.Address; a != nil {
		to.Address = &contacts.Address{Street: debt.Personal(a.Street), Postcode: debt.Personal(a.Postcode), City: debt.Personal(a.City)}
		to.Researched = a.Researched
	}
	to.Email, to.Phone = (*debt.Personal)(b.Email), (*debt.Personal)(b.Phone)
	changed, err := d.Contacts.Correct(ctx, contacts.Who{CreditorID: c.Creditor(), CaseID: id, By: c.By()}, to)
	if err != nil {
		return nil, err
	}
	return wire.Said(Updated{append([]string{}, changed...)}), nil
}
