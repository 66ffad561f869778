package books

import (
	"slices"
	"strings"
	"time"
)

// Emit records that an object changed and queues the news for every endpoint that wants
// it. before holds the old values of an "….updated", or nil.
func (a *Account) Emit(kind string, o Object, before Object) Object {
	data := Object{"object": a.Shown(o)}
	if before != nil {
		data["previous_attributes"] = before
	}
	ev := Object{
		"id": a.w.NewID("evt"), "object": "event", "api_version": Version, "created": a.w.Stamp(), "livemode": false,
		"type": kind, "data": data, "pending_webhooks": int64(0), "_undelivered": int64(0),
		"request": Object{"id": OrNull(a.w.request.ID), "idempotency_key": OrNull(a.w.request.Key)},
	}
	if a.Platform != "" {
		ev["account"] = a.ID
	}
	a.Put(ev)
	a.w.announce(a, ev)
	return ev
}

// keptEvents is how long the API lists an event.
const keptEvents = 30 * 24 * time.Hour

// kept reports whether the API still lists an event.
func (a *Account) kept(ev Object) bool {
	return ev.Num("created") >= a.w.Now().Add(-keptEvents).Unix()
}

// Event gives one, for as long as it is kept.
func (a *Account) Event(id string, _ Form) (Object, *Error) {
	ev, err := a.Get("event", id, "id")
	if err != nil {
		return nil, err
	}
	if !a.kept(ev) {
		return nil, Missing("event", id, "id")
	}
	return ev, nil
}

// Events lists them: the truth, whatever became of their delivery.
func (a *Account) Events(_ string, f Form) (Object, *Error) {
	types := f.Strs("types")
	if f.Has("type") {
		if len(types) > 0 {
			return nil, Invalid("type", "", "You may not specify both type and types.")
		}
		types = []string{f.Str("type")}
	}
	keep := func(ev Object) bool {
		if !a.kept(ev) || len(types) > 0 && !matches(types, ev.Str("type")) {
			return false
		}
		delivered := ev.Num("_undelivered") == 0
		return !f.Has("delivery_success") || f.Bool("delivery_success") == delivered
	}
	return a.List(Query{"event", "/v1/events", keep}, f)
}

// matches reports whether a type is among the patterns: itself, "*", or "charge.*".
func matches(patterns []string, kind string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		prefix, wild := strings.CutSuffix(p, "*")
		return p == kind || wild && strings.HasPrefix(kind, prefix)
	})
}

// NewEndpoint registers an address for events. Only this answer names the secret.
func (a *Account) NewEndpoint(_ string, f Form) (Object, *Error) {
	meta, err := f.Metadata(nil)
	if err != nil {
		return nil, err
	}
	o := Object{
		"id": a.w.NewID("we"), "object": "webhook_endpoint", "created": a.w.Stamp(), "livemode": false,
		"status": "enabled", "metadata": meta, "application": nil, "description": nil, "api_version": nil,
		"_connect": f.Bool("connect"), "_secret": "whsec_" + a.w.Random(32),
	}
	if !f.Has("url") {
		return nil, Required("url")
	}
	if len(f.Strs("enabled_events")) == 0 {
		return nil, Required("enabled_events")
	}
	if err := f.endpointFields(o); err != nil {
		return nil, err
	}
	f.CopyInto(o, "api_version")
	a.Put(o)
	out := o.Clone()
	out["secret"] = o.Str("_secret")
	return out, nil
}

// endpointFields takes over what may be said at creation and changed later.
func (f Form) endpointFields(o Object) *Error {
	if f.Has("url") {
		if err := CheckURL(f.Str("url"), "url"); err != nil {
			return err
		}
		o["url"] = f.Str("url")
	}
	if f.Has("enabled_events") {
		o["enabled_events"] = Anys(f.Strs("enabled_events"))
	}
	if f.Has("disabled") {
		o["status"] = "enabled"
		if f.Bool("disabled") {
			o["status"] = "disabled"
		}
	}
	f.CopyInto(o, "description")
	return nil
}

// Endpoint gives one.
func (a *Account) Endpoint(id string, _ Form) (Object, *Error) {
	return a.Get("webhook_endpoint", id, "id")
}

// UpdateEndpoint changes what was sent.
func (a *Account) UpdateEndpoint(id string, f Form) (Object, *Error) {
	o, err := a.Get("webhook_endpoint", id, "id")
	if err != nil {
		return nil, err
	}
	err = o.Try(func(next Object) *Error {
		if next["metadata"], err = f.Metadata(o.Sub("metadata")); err != nil {
			return err
		}
		return f.endpointFields(next)
	})
	return o, err
}

// DeleteEndpoint forgets one.
func (a *Account) DeleteEndpoint(id string, _ Form) (Object, *Error) {
	o, err := a.Get("webhook_endpoint", id, "id")
	if err != nil {
		return nil, err
	}
	a.Remove(o)
	return Object{"id": id, "object": "webhook_endpoint", "deleted": true}, nil
}

// Endpoints lists them.
func (a *Account) Endpoints(_ string, f Form) (Object, *Error) {
	return a.List(Query{"webhook_endpoint", "/v1/webhook_endpoints", nil}, f)
}

// Rotate gives an endpoint a new secret; the old one signs along for 24 hours.
func (a *Account) Rotate(id string) (string, *Error) {
	o, err := a.Get("webhook_endpoint", id, "id")
	if err != nil {
		return "", err
	}
	o["_old"], o["_until"] = o.Str("_secret"), a.w.Now().Add(24*time.Hour).Unix()
	o["_secret"] = "whsec_" + a.w.Random(32)
	return o.Str("_secret"), nil
}
