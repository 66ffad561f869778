package main

import (
	"context"

	"quitt/cmd/quitt/feeds"
	"quitt/debt"
	"quitt/notifications"
	"quitt/store"
)

// keys makes, lists and revokes keys of the event feed: quitt keys new|list|revoke.
func keys(ctx context.Context, r *run) error {
	in := feeds.Input{}
	r.flags.StringVar(&in.Creditor, "creditor", "", "")
	r.flags.StringVar(&in.Name, "name", "", "")
	r.jsonFlag()
	if err := r.parse(1, 2); err != nil {
		return err
	}
	known := map[string]int{"new": 1, "list": 1, "revoke": 2}
	if known[r.args[0]] != len(r.args) {
		return r.misused()
	}
	if r.args[0] == "new" {
		if err := r.need(map[string]string{"creditor": in.Creditor, "name": in.Name}); err != nil {
			return err
		}
	}
	return r.feeds(ctx, in, feeds.Desk.Keys)
}

// endpoints looks after webhooks: quitt hooks add|list, and what HookAction knows with an id.
func endpoints(ctx context.Context, r *run) error {
	in := feeds.Input{}
	for name, to := range map[string]*string{"creditor": &in.Creditor, "url": &in.URL, "types": &in.Types, "event": &in.Event} {
		r.flags.StringVar(to, name, "", "")
	}
	r.flags.Int64Var(&in.From, "from", 0, "")
	r.flags.Int64Var(&in.To, "to", 0, "")
	r.jsonFlag()
	if err := r.parse(1, 2); err != nil {
		return err
	}
	known, needsID := feeds.HookAction(r.args[0])
	ranged := in.From != 0 || in.To != 0
	if !known || needsID != (len(r.args) == 2) || r.args[0] == "replay" && ranged == (in.Event != "") {
		return r.misused()
	}
	if r.args[0] == "add" {
		if err := r.need(map[string]string{"creditor": in.Creditor, "url": in.URL}); err != nil {
			return err
		}
	}
	return r.feeds(ctx, in, feeds.Desk.Endpoints)
}

func (r *run) misused() error {
	return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
}

// feeds runs a command and prints its answer.
func (r *run) feeds(ctx context.Context, in feeds.Input, do func(feeds.Desk, context.Context, feeds.Input) (feeds.Answer, error)) error {
	if in.Action = r.args[0]; len(r.args) > 1 {
		in.ID = r.args[1]
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	a, err := do(feeds.Desk{Store: s, Now: r.main.Now, Words: r.main.words,
		Hooks: func() (notifications.HookDesk, error) { return r.main.hookDesk(s) }}, ctx, in)
	switch {
	case err != nil:
		return err
	case r.asJSON && a.JSON != nil:
		err = r.json(a.JSON)
	case !r.asJSON:
		r.printf("%s", columns(a.Rows))
		if a.Text != "" {
			r.printf("%s\n", a.Text)
		}
	}
	if err == nil && a.Failed {
		err = errFound
	}
	return err
}

// hookDesk makes what webhooks need from the configuration.
func (m *Main) hookDesk(s *store.Store) (notifications.HookDesk, error) {
	peppers, err := m.peppers()
	if err != nil {
		return notifications.HookDesk{}, err
	}
	return m.config.Feeds.Desk(s, m.Now, peppers.DeriveAll("hook secrets"))
}
