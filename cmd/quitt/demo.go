package main

import (
	"context"
	"log/slog"
	netmail "net/mail"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/cmd/quitt/seed"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/email/sink"
	"quitt/portal"
	"quitt/store"
)

// demo is what make run starts: a portal over invented cases with a way into each of them.
func demo(ctx context.Context, r *run) error {
	if err := r.parse(0, 0); err != nil {
		return err
	}
	if len(r.main.config.Operator.Missing()) > 0 {
		r.main.config.Operator = seed.Operator()
	}
	return r.host(ctx, func(ctx context.Context, set portalSettings) (portal.Options, error) {
		s, err := r.migrated(ctx)
		if err != nil {
			return portal.Options{}, err
		}
		if err := r.seed(ctx, s); err != nil {
			return portal.Options{}, err
		}
		if err := r.consistent(ctx, s); err != nil {
			return portal.Options{}, err
		}
		desk, err := r.main.desk(s)
		if err != nil {
			return portal.Options{}, err
		}
		outbox, err := r.demoMail()
		if err != nil {
			return portal.Options{}, err
		}
		o, err := r.options(set, s, desk)
		if err != nil {
			return portal.Options{}, err
		}
		o.Outbox, o.Log = outbox, r.main.warnings()
		return o, r.waysIn(ctx, desk, set.public.String(), outbox != nil)
	})
}

// demoMail opens a mail server of the demo's own, unless a real one is set, and gives what
// it got.
func (r *run) demoMail() (func() []notifications.Posted, error) {
	c := &r.main.config
	if c.Post.SMTPURL != "" {
		return nil, nil
	}
	s, err := sink.Open(r.main.Now)
	if err != nil {
		return nil, err
	}
	r.closers = append(r.closers, s)
	c.Post.SMTPURL, c.Post.MailFrom = s.URL(), (&netmail.Address{Name: c.Operator.Name, Address: c.Operator.Email}).String()
	return s.Received, nil
}

// consistent verifies in silence and speaks only of differences.
func (r *run) consistent(ctx context.Context, s *store.Store) error {
	var found []store.Finding
	if _, err := s.Verify(ctx, func(f store.Finding) bool { found = append(found, f); return false }); err != nil || len(found) == 0 {
		return err
	}
	return r.verify(ctx, s, true)
}

// waysIn prints one link and one code for each kind of case, with the second datum that
// belongs to it. What was printed by an earlier demo stops working: a new letter voids the
// old one. shows says that mails stay here, to be looked at.
func (r *run) waysIn(ctx context.Context, desk signin.Desk, public string, shows bool) error {
	w := r.main.words
	rows := [][]string{{w.Text("demo_case", nil), w.Text("demo_second", nil), w.Text("demo_code", nil), w.Text("demo_link", nil)}}
	for i := range seed.Shown {
		code := seed.Creditors()[i%3].Code
		creditor, id, err := r.owner(ctx, desk.Store, code, seed.Reference(i%3, i))
		if err != nil {
			return err
		}
		record, err := cases.Desk{Store: desk.Store, Now: r.main.Now}.Statement(ctx, creditor.ID, id, r.today())
		if err != nil {
			return err
		}
		if record.Case.Review != debt.ReviewAccepted {
			continue // no letter has gone out
		}
		l, err := desk.Issue(ctx, creditor.ID, id)
		if err != nil {
			return err
		}
		rows = append(rows, []string{r.status(record.Case), r.second(record.Debtor), l.Code.Grouped(), public + "/#" + l.Token.Plain()})
	}
	for _, c := range seed.Creditors() {
		known, err := r.creditor(ctx, desk.Store, c.Code)
		if err != nil {
			return err
		}
		r.sequence(ctx, desk.Store, known.ID)
	}
	r.printf("\n%s\n", shown.Columns(rows))
	r.line("demo_postcode", nil)
	if address := r.main.config.OperatorListen; address != "" && shows {
		r.line("demo_outbox", debt.Args{"url": "http://" + address + "/outbox"})
	}
	return nil
}

// second names the datum that opens everything.
func (r *run) second(d debt.Debtor) string {
	w := r.main.words
	if born, err := debt.ParseDate(d.BirthOn.Reveal()); err == nil {
		return w.Text("demo_born", debt.Args{"day": born})
	}
	if d.Kind == debt.Company {
		return w.Text("demo_number", debt.Args{"number": d.CustomerNumber.Reveal()})
	}
	return w.Text("demo_mailed", debt.Args{"postcode": d.Postcode.Reveal()})
}

// warnings logs what needs attention, and not every request.
func (m *Main) warnings() *slog.Logger {
	return slog.New(slog.NewJSONHandler(m.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
