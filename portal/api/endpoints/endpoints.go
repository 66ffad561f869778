// Package endpoints is the API's webhooks: where events are sent, and what is to be sent again.
package endpoints

import (
	"context"
	"net/http"

	"quitt/debt"
	"quitt/notifications/hook"
	"quitt/portal/api/wire"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/hooks"
	"quitt/store/once"
)

// Desk answers for webhook endpoints.
type Desk struct {
	Service *wire.Service
	Hooks   hook.Desk
}

// Add adds the operations.
func (d Desk) Add() {
	s := d.Service
	wire.Add(s, wire.Op{ID: "listEndpoints", Method: http.MethodGet, Path: "/endpoints", Tag: "events", Scope: feed.ScopeHooks, Summary: "Webhook endpoints",
		Description: "Where events are sent, and how far each has come."}, d.list)
	wire.Add(s, wire.Op{ID: "addEndpoint", Method: http.MethodPost, Path: "/endpoints", Tag: "events", Scope: feed.ScopeHooks, Status: 201, Secret: true, Summary: "Add a webhook endpoint",
		Description: "For the events from now on. The secret is shown this once."}, d.add)
	wire.Add(s, wire.Op{ID: "rotateEndpoint", Method: http.MethodPost, Path: "/endpoints/{endpoint}/rotation", Tag: "events", Scope: feed.ScopeHooks, Secret: true, Summary: "Give an endpoint a new secret",
		Description: "For a day requests are signed with both."}, d.rotate)
	wire.Add(s, wire.Op{ID: "enableEndpoint", Method: http.MethodPost, Path: "/endpoints/{endpoint}/enabling", Tag: "events", Scope: feed.ScopeHooks, Summary: "Try an endpoint again",
		Description: "One that answered 410 is disabled; it goes on from where it stood."}, d.enable)
	wire.Add(s, wire.Op{ID: "removeEndpoint", Method: http.MethodPost, Path: "/endpoints/{endpoint}/removal", Tag: "events", Scope: feed.ScopeHooks, Summary: "Remove an endpoint",
		Description: "With everything that belongs to it."}, d.remove)
	wire.Add(s, wire.Op{ID: "replayEvents", Method: http.MethodPost, Path: "/endpoints/{endpoint}/replay", Tag: "events", Scope: feed.ScopeHooks, Summary: "Send events again",
		Description: "From one place of the feed to another, both included. They carry the ids they had."}, d.replay)
	wire.Add(s, wire.Op{ID: "listAttempts", Method: http.MethodGet, Path: "/endpoints/{endpoint}/attempts", Tag: "events", Scope: feed.ScopeHooks, Summary: "Failed requests",
		Description: "Of the last 30 days, and the events that were given up."}, d.attempts)
}

// Endpoint is where events are sent.
type Endpoint struct {
	ID        debt.ID          `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"Ours."`
	URL       string           `json:"url" example:"https://erp.example.de/quitt" doc:"Where."`
	Types     []debt.EventType `json:"types" nullable:"false" doc:"Which events; empty for all."`
	Disabled  string           `json:"disabled" example:"" doc:"Why nothing is sent; empty while something is."`
	DoneTo    int64            `json:"done_to" example:"0" doc:"Place in the feed up to which all was delivered or given up."`
	CreatedAt string           `json:"created_at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When it was added."`
}

// Endpoints are all of them.
type Endpoints struct {
	Endpoints []Endpoint `json:"endpoints" nullable:"false" doc:"The oldest first."`
}

type noIn struct{}

func (d Desk) list(ctx context.Context, c wire.Caller, _ *noIn) (*wire.Out[Endpoints], error) {
	out := Endpoints{[]Endpoint{}}
	err := d.Service.Store.Read(ctx, c.Creditor(), func(r *store.Reader) error {
		list, err := hooks.List(r)
		for _, e := range list {
			out.Endpoints = append(out.Endpoints, Endpoint{e.ID, e.URL, append([]debt.EventType{}, e.Types...), e.Disabled, e.Done, wire.Instant(e.CreatedAt)})
		}
		return err
	})
	return wire.Said(out), err
}

// NewEndpoint is one to be added.
type NewEndpoint struct {
	URL   string   `json:"url" minLength:"1" maxLength:"500" example:"https://erp.example.de/quitt" doc:"https, and not inside our own network."`
	Types []string `json:"types,omitempty" nullable:"false" maxItems:"100" doc:"Which events; without it all."`
}

type addIn struct {
	Body NewEndpoint
}

// Secret is what requests to an endpoint are signed with.
type Secret struct {
	ID     debt.ID `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"Of the endpoint."`
	Secret string  `json:"secret" example:"whsec_…" doc:"For checking signatures (Standard Webhooks). It is not shown again."`
}

func (d Desk) add(ctx context.Context, c wire.Caller, in *addIn) (*wire.Out[Secret], error) {
	types := make([]debt.EventType, len(in.Body.Types))
	for i, t := range in.Body.Types {
		types[i] = debt.EventType(t)
	}
	if !c.DryRun { // what has happened by now is not for the new one
		if _, err := d.Service.Store.Sequence(once.Without(ctx), c.Creditor()); err != nil {
			return nil, err
		}
	}
	e, secret, err := d.Hooks.Register(ctx, c.Creditor(), in.Body.URL, types)
	if err != nil {
		return nil, err
	}
	return wire.Said(Secret{e.ID, secret.Reveal()}), nil
}

// On names the endpoint of a path.
type On struct {
	Endpoint string `path:"endpoint" maxLength:"64" example:"019a0000-0000-7000-8000-000000000001" doc:"Id of the endpoint."`
}

type onIn struct{ On }

func (d Desk) rotate(ctx context.Context, c wire.Caller, in *onIn) (*wire.Out[Secret], error) {
	secret, err := d.Hooks.Rotate(ctx, c.Creditor(), debt.ID(in.Endpoint))
	if err != nil {
		return nil, err
	}
	return wire.Said(Secret{debt.ID(in.Endpoint), secret.Reveal()}), nil
}

// change does one thing to an endpoint.
func (d Desk) change(ctx context.Context, c wire.Caller, on On, do func(*store.Tx, debt.ID) error) (*wire.Out[wire.Done], error) {
	id := debt.ID(on.Endpoint)
	err := d.Service.Store.Write(ctx, c.Creditor(), func(t *store.Tx) error {
		if _, err := hooks.Load(&t.Reader, id); err != nil {
			return err
		}
		return do(t, id)
	})
	return wire.Said(wire.Done{ID: string(id)}), err
}

func (d Desk) enable(ctx context.Context, c wire.Caller, in *onIn) (*wire.Out[wire.Done], error) {
	return d.change(ctx, c, in.On, hooks.Enable)
}

func (d Desk) remove(ctx context.Context, c wire.Caller, in *onIn) (*wire.Out[wire.Done], error) {
	return d.change(ctx, c, in.On, hooks.Remove)
}

// Replay is which events are sent again.
type Replay struct {
	From int64 `json:"from" minimum:"1" maximum:"9007199254740992" example:"1" doc:"Sequence of the first."`
	To   int64 `json:"to" minimum:"1" maximum:"9007199254740992" example:"10" doc:"Sequence of the last; not beyond done_to."`
}

type replayIn struct {
	On
	Body Replay
}

func (d Desk) replay(ctx context.Context, c wire.Caller, in *replayIn) (*wire.Out[wire.Done], error) {
	id := debt.ID(in.Endpoint)
	return wire.Said(wire.Done{ID: string(id)}), d.Hooks.Replay(ctx, c.Creditor(), id, in.Body.From, in.Body.To)
}

// Attempt is a request that failed.
type Attempt struct {
	Sequence     int64  `json:"sequence" example:"12" doc:"Of the event."`
	Number       int    `json:"number" example:"1" doc:"1 is the first try of this event."`
	At           string `json:"at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When."`
	Status       int    `json:"status" example:"500" doc:"HTTP status; 0 without an answer."`
	Outcome      string `json:"outcome" example:"timeout" doc:"See docs/feed.md."`
	Milliseconds int64  `json:"milliseconds" example:"230" doc:"How long it took."`
}

// GivenUp is an event that was not taken within the schedule.
type GivenUp struct {
	Sequence int64  `json:"sequence" example:"12" doc:"Of the event."`
	Attempts int    `json:"attempts" example:"10" doc:"How often it was tried."`
	At       string `json:"at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When it was given up."`
	Outcome  string `json:"outcome" example:"timeout" doc:"Of the last try."`
}

// Attempts is what went wrong.
type Attempts struct {
	Attempts []Attempt `json:"attempts" nullable:"false" doc:"The newest first, at most 100."`
	GivenUp  []GivenUp `json:"given_up" nullable:"false" doc:"Ask for a replay to have them sent again; at most 100."`
}

const mostShown = 100

func (d Desk) attempts(ctx context.Context, c wire.Caller, in *onIn) (*wire.Out[Attempts], error) {
	id, out := debt.ID(in.Endpoint), Attempts{[]Attempt{}, []GivenUp{}}
	err := d.Service.Store.Read(ctx, c.Creditor(), func(r *store.Reader) error {
		if _, err := hooks.Load(r, id); err != nil {
			return err
		}
		failed, err := hooks.Attempts(r, id, mostShown)
		if err != nil {
			return err
		}
		for _, a := range failed {
			out.Attempts = append(out.Attempts, Attempt{a.Seq, a.Number, wire.Instant(a.At), a.Status, a.Outcome, a.Milliseconds})
		}
		dead, err := hooks.DeadLetters(r, id, mostShown)
		for _, g := range dead {
			out.GivenUp = append(out.GivenUp, GivenUp{g.Seq, g.Attempts, wire.Instant(g.At), g.Outcome})
		}
		return err
	})
	return wire.Said(out), err
}
