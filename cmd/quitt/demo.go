package main

import (
	"context"
	netmail "net/mail"
	"path/filepath"
	"strings"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/cmd/quitt/figures"
	"quitt/cmd/quitt/logs"
	"quitt/cmd/quitt/pay"
	"quitt/cmd/quitt/seed"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	rules "quitt/debt/letter"
	"quitt/notifications"
	"quitt/notifications/email/sink"
	"quitt/notifications/letter"
	"quitt/portal"
	"quitt/store"
	storedletters "quitt/store/letters"
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
		box, err := r.demoSandbox()
		if err != nil {
			return portal.Options{}, err
		}
		o, err := r.options(ctx, set, s, desk)
		if err != nil {
			return portal.Options{}, err
		}
		if err := box.Connect(ctx, r.main.config.Pay, o.Pages.Rail, set.at); err != nil {
			return portal.Options{}, err
		}
		o.Outbox, o.Log = outbox, logs.Warnings(r.main.Err)
		printed, err := r.demoLetters(ctx, o.Pages.Letters, newAccess(desk, set.public.String()), set)
		if err != nil {
			return portal.Options{}, err
		}
		if err := r.waysIn(ctx, desk, set.public.String(), printed); err != nil {
			return o, err
		}
		return o, r.demoPeople(ctx, s, set.public.String())
	})
}

// demoSandbox opens what stands in for the payment provider.
func (r *run) demoSandbox() (*pay.Demo, error) {
	c := &r.main.config
	box, err := c.Pay.OpenDemo(r.main.Now, c.Operator.Name, pay.File(c.DatabaseURL))
	if err == nil {
		r.closers = append(r.closers, box)
	}
	return box, err
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

// demoLetters writes the letters that are due into a folder beside the database, and gives
// what each opens: this once, so that the printed codes and those on the screen are the same.
func (r *run) demoLetters(ctx context.Context, d letter.Desk, access func(context.Context) (letter.Access, error), set portalSettings) (map[debt.ID]letter.Access, error) {
	printed := map[debt.ID]letter.Access{}
	d.Letterhead.Portal = set.public.String()
	d.Letterhead.NewAccess = func(ctx context.Context) (letter.Access, error) {
		a, err := access(ctx)
		keep := a.Store
		a.Store = func(t *store.Tx, f *store.File) (debt.Event, error) {
			printed[f.Case.ID] = a
			return keep(t, f)
		}
		return a, err
	}
	path, _ := strings.CutPrefix(r.main.config.DatabaseURL, "sqlite:")
	dir, err := filepath.Abs(filepath.Join(filepath.Dir(path), "letters"))
	for _, c := range seed.Creditors() {
		for _, kind := range []rules.Kind{rules.FirstNotice, rules.PaidInFull} {
			var report letter.Report
			known := debt.Creditor{}
			if err == nil {
				known, err = r.creditor(ctx, d.Store, c.Code)
			}
			if err == nil {
				report, err = d.Run(ctx, letter.Order{Creditor: known, Kind: kind, Way: storedletters.Print, Dir: dir})
			}
			for _, pdf := range report.PDFs {
				r.line("demo_letters", debt.Args{"kind": kind, "creditor": known.Name, "n": report.Sent, "file": pdf})
			}
		}
	}
	return printed, err
}

// consistent verifies in silence and speaks only of differences.
func (r *run) consistent(ctx context.Context, s *store.Store) error {
	var found []store.Finding
	if _, err := s.Verify(ctx, func(f store.Finding) bool { found = append(found, f); return false }); err != nil || len(found) == 0 {
		return err
	}
	a, err := figures.Options{Words: r.main.words, All: true}.Verify(ctx, s)
	return r.reply(ctx, s, a, err)
}

// waysIn prints a way into each kind of case, and where the rest of the demo is.
func (r *run) waysIn(ctx context.Context, desk signin.Desk, public string, printed map[debt.ID]letter.Access) error {
	rows, err := seed.Ways{Cases: cases.Desk{Store: desk.Store, Now: r.main.Now}, Signin: desk, Words: r.main.words, Portal: public,
		Printed: printed, Owner: r.ownerIn(desk.Store)}.Rows(ctx, r.today())
	if err != nil {
		return err
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
	r.line("demo_sandbox", debt.Args{"url": r.main.config.Pay.URL, "card": pay.DemoCard, "iban": pay.DemoIBAN})
	if address := r.main.config.OperatorListen; address != "" {
		r.line("demo_outbox", debt.Args{"url": "http://" + address + "/outbox"})
		r.line("demo_preview", debt.Args{"url": "http://" + address + "/letters"})
	}
	return nil
}
