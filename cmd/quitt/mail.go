package main

import (
	"context"
	"slices"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/store/outbox"
)

// mail looks after messages: quitt mail list|resend|bounced.
func mail(ctx context.Context, r *run) error {
	var creditor, state string
	r.flags.StringVar(&creditor, "creditor", "", "")
	r.flags.StringVar(&state, "state", "", "")
	r.jsonFlag()
	if err := r.parse(1, 2); err != nil {
		return err
	}
	known := map[string]int{"list": 1, "resend": 2, "bounced": 1}
	if known[r.args[0]] != len(r.args) || state != "" && !slices.Contains(outbox.States(), outbox.State(state)) {
		return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	desk := notifications.Desk{Store: s, Now: r.main.Now}
	switch r.args[0] {
	case "list":
		return listMail(ctx, r, desk, creditor, outbox.State(state))
	case "resend":
		if err := desk.Resend(ctx, debt.ID(r.args[1])); err != nil {
			return err
		}
		r.line("cli_mail_resent", nil)
		return nil
	default:
		return mailBounced(ctx, r, desk)
	}
}

// mailListed is how many messages are listed per creditor.
const mailListed = 100

func listMail(ctx context.Context, r *run, desk notifications.Desk, creditor string, state outbox.State) error {
	list, err := desk.List(ctx, creditor, state, mailListed)
	return r.reply(ctx, nil, shown.Mails(list), err)
}

// mailBounced takes a report as a mail server pipes it in.
func mailBounced(ctx context.Context, r *run, desk notifications.Desk) error {
	bounce, err := email.ReadBounce(r.main.In)
	if err != nil {
		return err
	}
	l, stopped, err := desk.Bounced(ctx, bounce)
	if err != nil {
		return err
	}
	r.sequence(ctx, desk.Store, l.Creditor.ID)
	if !stopped {
		r.line("cli_mail_bounced_before", debt.Args{"code": bounce.Code})
		return nil
	}
	r.line("cli_mail_bounced", debt.Args{"code": bounce.Code})
	return nil
}
