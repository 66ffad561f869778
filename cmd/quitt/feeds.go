package main

import (
	"context"
	"flag"

	"quitt/cmd/quitt/debits"
	"quitt/cmd/quitt/feeds"
	"quitt/cmd/quitt/messages"
	"quitt/cmd/quitt/objections"
	"quitt/cmd/quitt/remittances"
	"quitt/cmd/quitt/shown"
	"quitt/cmd/quitt/statements"
	"quitt/debt"
	"quitt/notifications/hook"
	"quitt/payments/transfer"
	"quitt/store"
)

// feedCommand is quitt keys and quitt hooks: what creditors' programs read.
func feedCommand(ctx context.Context, r *run) error {
	in := feeds.Input{}
	if err := r.take(&in, 2); err != nil {
		return err
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) {
		d := feeds.Desk{Store: s, Now: r.main.Now, Words: r.main.words, Hooks: func() (hook.Desk, error) { return r.main.hookDesk(s) }}
		return d.Run(ctx, r.name, in)
	})
}

// acted runs an action of a room, prints what it says and gives its events their places.
func (r *run) acted(ctx context.Context, act func(*store.Store) (shown.Answer, error)) error {
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	a, err := act(s)
	return r.reply(ctx, s, a, err)
}

// objected is quitt objections: what debtors said, and what a person decides.
func objected(ctx context.Context, r *run) error {
	in := objections.Input{}
	if err := r.take(&in, 2); err != nil {
		return err
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) {
		return objections.Desk{Store: s, Now: r.main.Now, Words: r.main.words, Owner: r.ownerIn(s)}.Run(ctx, in)
	})
}

// messageCommand is quitt messages: what debtors write, ask for and change.
func messageCommand(ctx context.Context, r *run) error {
	in := messages.Input{}
	if err := r.take(&in, 2); err != nil {
		return err
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) {
		return messages.Desk{Store: s, Now: r.main.Now, Words: r.main.words, In: r.main.In}.Run(ctx, in)
	})
}

// remitted is quitt remittances and quitt payout: what was and is to be paid out to a creditor.
func remitted(ctx context.Context, r *run) error {
	in := remittances.Input{}
	if err := r.take(&in, 2); err != nil {
		return err
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) {
		return remittances.Desk{Store: s, Now: r.main.Now, Words: r.main.words}.Run(ctx, in)
	})
}

// collectCommand is quitt collect: files of direct debits, and what the bank says of them.
func collectCommand(ctx context.Context, r *run) error {
	in := debits.Input{}
	if err := r.take(&in, 2); err != nil {
		return err
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) {
		return debits.Desk{Store: s, Now: r.main.Now, Words: r.main.words}.Run(ctx, in)
	})
}

// banked is quitt bank and quitt statements: accounts at banks and what came in there.
func banked(ctx context.Context, r *run) error {
	in := statements.Input{}
	if err := r.take(&in, 256); err != nil {
		return err
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) {
		d := transfer.Desk{Store: s, Now: r.main.Now, By: debt.Actor{Kind: "operator"}}
		return statements.Desk{Desk: d, Words: r.main.words}.Run(ctx, in)
	})
}

// typed is what was typed after a command with several actions.
type typed interface {
	Flags(command string, fs *flag.FlagSet)
	// Take names the flags an action needs; not ok: there is no such call.
	Take(command string, args []string) (needs map[string]string, ok bool)
}

// take reads an action, what it is about, and its flags; most bounds the words.
func (r *run) take(in typed, most int) error {
	in.Flags(r.name, r.flags)
	r.jsonFlag()
	if err := r.parse(1, most); err != nil {
		return err
	}
	needs, ok := in.Take(r.name, r.args)
	if !ok {
		return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
	}
	return r.need(needs)
}

// reply prints what a command has to say; where it made news, the feed hears of it.
func (r *run) reply(ctx context.Context, s *store.Store, a shown.Answer, err error) error {
	if a.News != "" {
		r.sequence(ctx, s, a.News)
	}
	switch {
	case err != nil:
		return err
	case r.asJSON && a.JSON != nil:
		err = r.json(a.JSON)
	case !r.asJSON:
		r.printf("%s%s", shown.Columns(a.Rows), a.Text)
	}
	if err == nil && a.Failed {
		err = errFound
	}
	return err
}

// hookDesk makes what webhooks need from the configuration.
func (m *Main) hookDesk(s *store.Store) (hook.Desk, error) {
	peppers, err := m.peppers()
	if err != nil {
		return hook.Desk{}, err
	}
	return m.config.Feeds.Desk(s, m.Now, peppers.DeriveAll("hook secrets"))
}
