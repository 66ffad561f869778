package hook

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/hooks"
)

// Desk sets endpoints up and looks after them, for an operator.
type Desk struct {
	Store  *store.Store
	Now    func() time.Time
	Client *Client
	Vault  Vault
}

// secretsOverlap is how long a replaced secret goes on signing beside its successor.
const secretsOverlap = 24 * time.Hour

// Register adds an endpoint for the events from now on and gives its secret, which cannot
// be shown again. Without types it gets all. Refusals: Invalid "hook_url_…",
// "event_type_unknown".
func (d Desk) Register(ctx context.Context, creditor debt.ID, url string, types []debt.EventType) (hooks.Endpoint, Secret, error) {
	for _, t := range types {
		if !t.Known() {
			return hooks.Endpoint{}, Secret{}, debt.E(debt.Invalid, "event_type_unknown", debt.Args{"type": string(t)})
		}
	}
	u, err := d.Client.Wall().ParseURL(url)
	if err == nil {
		err = d.Client.Wall().Check(ctx, u)
	}
	e, secret := hooks.Endpoint{ID: store.NewID(), URL: url, Types: types, CreatedAt: d.Now()}, NewSecret()
	if err == nil {
		e.Secret, err = d.Vault.Seal(e.ID, secret)
	}
	if err != nil {
		return hooks.Endpoint{}, Secret{}, err
	}
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		if e.Done, err = feed.Head(&t.Reader); err != nil {
			return err
		}
		return hooks.Add(t, e)
	})
	return e, secret, err
}

// Rotate gives an endpoint a new secret. For a day requests are signed with both.
func (d Desk) Rotate(ctx context.Context, creditor, id debt.ID) (Secret, error) {
	secret := NewSecret()
	sealed, err := d.Vault.Seal(id, secret)
	if err != nil {
		return secret, err
	}
	return secret, d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		e, err := hooks.Lock(t, id)
		if err != nil {
			return err
		}
		e.OldSecret, e.OldUntil, e.Secret = e.Secret, d.Now().Add(secretsOverlap), sealed
		return hooks.SaveSecret(t, e)
	})
}

// Reseal seals what is sealed under an older key anew, so that the older one can be taken
// away. A program that serves calls it when it starts.
func (d Desk) Reseal(ctx context.Context) error {
	var tenants []debt.Creditor
	err := d.Store.Read(ctx, "", func(r *store.Reader) (err error) {
		tenants, err = r.Creditors()
		return err
	})
	for _, c := range tenants {
		err = errors.Join(err, d.resealOf(ctx, c.ID))
	}
	return err
}

func (d Desk) resealOf(ctx context.Context, creditor debt.ID) error {
	var stale []hooks.Endpoint
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err := hooks.List(r)
		for _, e := range list {
			if d.Vault.Stale(e.ID, e.Secret) || d.Vault.Stale(e.ID, e.OldSecret) {
				stale = append(stale, e)
			}
		}
		return err
	})
	for _, e := range stale {
		err = errors.Join(err, d.Store.Write(ctx, creditor, func(t *store.Tx) error { return d.reseal(t, e.ID) }))
	}
	return err
}

func (d Desk) reseal(t *store.Tx, id debt.ID) error {
	e, err := hooks.Lock(t, id)
	for _, sealed := range []*string{&e.Secret, &e.OldSecret} {
		if err != nil || *sealed == "" {
			continue
		}
		var secret Secret
		if secret, err = d.Vault.Open(id, *sealed); err == nil {
			*sealed, err = d.Vault.Seal(id, secret)
		}
	}
	if err != nil {
		return err
	}
	return hooks.SaveSecret(t, e)
}

// Replay asks for events from one place of the feed to another, both included, to be sent
// again. They carry the id they had. What the endpoint has still before it will come anyway,
// and must come in its order: a receiver may go by the highest number it has seen. Refusals:
// NotFound "hook_unknown", Invalid "hook_replay_range".
func (d Desk) Replay(ctx context.Context, creditor, id debt.ID, from, to int64) error {
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		e, err := hooks.Load(&t.Reader, id)
		switch {
		case err != nil:
			return err
		case from < 1 || to < from || to > e.Done:
			return debt.E(debt.Invalid, "hook_replay_range", debt.Args{"done": e.Done})
		}
		return hooks.AddReplay(t, hooks.Replay{ID: store.NewID(), Endpoint: id, Cursor: hooks.Cursor{Done: from - 1}, To: to}, d.Now())
	})
}

// TestType is the type of an event that stands in no feed and asks for no more than a 2xx.
const TestType debt.EventType = "quitt.test"

// Test sends an event of TestType at once and tells how it went. It changes nothing.
func (d Desk) Test(ctx context.Context, creditor debt.Creditor, id debt.ID) (Result, error) {
	var e hooks.Endpoint
	err := d.Store.Read(ctx, creditor.ID, func(r *store.Reader) (err error) {
		e, err = hooks.Load(r, id)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	to, secrets, err := unlocked(d.Vault, e, d.Now())
	if err != nil {
		return Result{}, err
	}
	event := feed.Event{ID: store.NewID(), Type: TestType, Timestamp: feed.Stamp(d.Now()), Creditor: creditor.Code,
		Actor: debt.System.Kind, Data: json.RawMessage("{}"), Schema: 1}
	body, err := Body(event)
	if err != nil {
		return Result{}, err
	}
	return d.Client.Post(ctx, to, Message{ID: event.ID, Body: body}, secrets...), nil
}
