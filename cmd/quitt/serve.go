package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/cases/signin/authority"
	"quitt/cases/signin/staffing"
	"quitt/cases/signin/staffing/sso"
	"quitt/cases/upload"
	"quitt/cmd/quitt/debits"
	"quitt/cmd/quitt/figures"
	"quitt/cmd/quitt/handovers"
	"quitt/cmd/quitt/instalments"
	"quitt/cmd/quitt/logs"
	"quitt/cmd/quitt/messages"
	"quitt/cmd/quitt/objections"
	"quitt/cmd/quitt/papers"
	"quitt/cmd/quitt/pay"
	"quitt/cmd/quitt/plans"
	"quitt/cmd/quitt/settings"
	"quitt/cmd/quitt/statements"
	"quitt/debt"
	"quitt/notifications/hook"
	"quitt/notifications/letter"
	"quitt/payments/transfer"
	debts "quitt/plans"
	"quitt/portal"
	"quitt/portal/api"
	"quitt/portal/creditor"
	"quitt/portal/debtor"
	"quitt/portal/debtor/paperwork"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/cache"
)

// serve opens the portal until it is told to stop.
func serve(ctx context.Context, r *run) error {
	if err := r.parse(0, 0); err != nil {
		return err
	}
	return r.host(ctx, func(ctx context.Context, set portalSettings) (portal.Options, error) {
		s, err := r.open(ctx)
		if err != nil {
			return portal.Options{}, err
		}
		desk, err := r.main.desk(s)
		if err != nil {
			return portal.Options{}, err
		}
		return r.options(ctx, set, s, desk)
	})
}

// host listens first, so that a port in use is told at once, and serves what prepare makes.
func (r *run) host(ctx context.Context, prepare func(context.Context, portalSettings) (portal.Options, error)) error {
	ln, handedOver, err := settings.Listen(r.main.Env, r.main.config.Listen)
	if err != nil {
		if debt.KindOf(err) == debt.Invalid {
			return usageError{err}
		}
		return err
	}
	defer func() { _ = ln.Close() }() // Serve has closed it, unless it never came to that
	set, err := r.settings(ln.Addr())
	if err != nil {
		return err
	}
	o, err := prepare(ctx, set)
	if err != nil {
		return err
	}
	server, err := portal.New(o)
	if err != nil {
		return err
	}
	defer r.background(ctx, o)()
	return r.serve(ctx, server, func(ctx context.Context) error {
		r.line("cli_serving", debt.Args{"url": set.public.String()})
		return server.Serve(ctx, ln, portal.Stopping{Drain: r.main.config.Drain, HandedOver: handedOver})
	})
}

// serve runs the visitors' listener, and the operator's beside it for a little longer.
func (r *run) serve(ctx context.Context, server *portal.Server, visitors func(context.Context) error) error {
	address := r.main.config.OperatorListen
	if address == "" {
		return visitors(ctx)
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "listen_failed", debt.Args{"address": address}), err)
	}
	longer, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- server.ServeOperator(longer, ln) }()
	err = visitors(ctx)
	stop()
	return errors.Join(err, <-ended)
}

// portalSettings are the settings of serve, checked.
type portalSettings struct {
	public   *url.URL
	at       string // where this machine reaches the portal
	loopback bool
	proxies  []netip.Prefix
	redis    *cache.Redis // nil without
}

// settings complains about everything at once.
func (r *run) settings(at net.Addr) (set portalSettings, err error) {
	c := r.main.config
	var errs [13]error
	if tcp, ok := at.(*net.TCPAddr); ok {
		set.loopback = tcp.IP.IsLoopback()
	}
	set.public, errs[0] = c.Public(at.String())
	if set.at = "http://" + at.String(); !set.loopback && set.public != nil {
		set.at = set.public.String()
	}
	set.proxies, errs[1] = portal.ParseProxies(c.TrustedProxies)
	if c.RedisURL != "" {
		if set.redis, errs[2] = cache.NewRedis(c.RedisURL, cache.Patience); errs[2] == nil {
			r.closers = append(r.closers, set.redis)
		}
	}
	errs[3] = portal.CheckOperator(c.Operator)
	errs[4], errs[5], errs[6] = c.CheckPepper(), c.Post.CheckMail(), c.Post.CheckSMS()
	errs[7], errs[8], errs[9], errs[10] = c.Feeds.Check(), c.Pay.CheckKey(), c.Pay.CheckURL(), c.Papers.Check()
	errs[11], errs[12] = c.Doors.CheckProvider(), c.Doors.CheckPasswords()
	return set, r.main.complaints(errs[:])
}

// complaints joins the sentences of several errors.
func (m *Main) complaints(errs []error) error {
	var said strings.Builder
	for _, err := range errs {
		if err != nil {
			said.WriteString("\n- " + m.words.Error(err))
		}
	}
	if said.Len() == 0 {
		return nil
	}
	return usageError{debt.E(debt.Invalid, "setting_invalid", debt.Args{"problems": said.String()})}
}

// viewsKept is how many debtors may turn pages at once before views are read anew.
const viewsKept = 2_000

func (r *run) options(ctx context.Context, set portalSettings, s *store.Store, desk signin.Desk) (portal.Options, error) {
	c, now := r.main.config, r.main.Now
	desk.Texts = c.Post.SMSURL != ""
	notices := c.Post.Notices(s, now, desk.Peppers)
	rail, err := c.Pay.Rail(pay.Base{Store: s, Now: now, Keys: desk.Peppers.DeriveAll(pay.Purpose), Log: logs.Warnings(r.main.Err)})
	if err == nil {
		err = c.Pay.Refuse(ctx, s)
	}
	if err != nil {
		return portal.Options{}, err
	}
	x, err := r.desks(ctx, set, s)
	if err != nil {
		return portal.Options{}, err
	}
	runner, err := r.loops(set, notices, slices.Concat(pay.Loops(rail), papers.Loops(x.documents), objections.Loops(s, now), plans.Loops(x.planned),
		messages.Loops(s, now), figures.Loops(s, now, x.staff), handovers.Loops(s, now), debits.Loops(s, now),
		statements.Loops(c.Statements, transfer.Desk{Store: s, Now: now}, logs.Warnings(r.main.Err))))
	if err != nil {
		return portal.Options{}, err
	}
	limits := &cache.Guard{Local: cache.NewMemory(now, 100_000), Now: now}
	if set.redis != nil {
		limits.Shared = set.redis
	}
	kit, files := &page.Kit{Operator: c.Operator}, cases.Desk{Store: s, Now: now, Views: cases.NewViews(viewsKept)}
	return portal.Options{
		Store: s, Now: now, Limits: limits, AddressKey: desk.Peppers.Derive("address limits"),
		Pages: &debtor.Pages{
			Kit:       kit,
			Signin:    desk,
			Cases:     files,
			Letters:   x.letters,
			Notices:   notices,
			Rail:      rail,
			Debits:    debits.Pages(s, now, desk.Peppers.DeriveAll(messages.Purpose), desk.Texts),
			Paperwork: paperwork.New(kit, x.documents),
			Instalments: instalments.Pages(instalments.Base{Store: s, Now: now, Kit: kit, Cases: files, Letters: x.letters,
				Portal: set.public.String(), Log: logs.Warnings(r.main.Err)}),
			Contact: messages.Pages(messages.Base{Kit: kit, Cases: files, Letters: x.letters, Keys: desk.Peppers.DeriveAll(messages.Purpose), Texts: desk.Texts, Papers: x.documents}),
		},
		Staff: creditor.New(creditor.Base{Kit: kit, Store: s, Now: now, Staff: x.staff, SSO: x.provider, Plans: x.planned, Letters: x.letters, Papers: x.documents,
			Helpers: authority.New(desk), Rail: rail, Exports: x.exports}),
		API:   api.Desks{Plans: x.planned, Documents: x.documents, Hooks: x.hooks},
		Loops: runner, Hooks: r.hooks, FormTargets: c.Pay.Targets(), Demo: c.Pay.Sandbox(),
		PublicURL: set.public, Loopback: set.loopback, TrustedProxies: set.proxies,
		Log: logs.Requests(r.main.Err), Version: logs.Version(),
	}, nil
}

// desks are the use cases that pages and loops share.
type desks struct {
	documents *upload.Desk
	exports   string
	planned   debts.Desk
	staff     staffing.Desk
	provider  *sso.Desk
	letters   letter.Desk
	hooks     hook.Desk
}

func (r *run) desks(ctx context.Context, set portalSettings, s *store.Store) (x desks, err error) {
	c := r.main.config
	if x.documents, err = r.paperDesk(ctx, s); err != nil {
		return x, err
	}
	if x.exports, err = c.Figures.Ready(c.DatabaseURL, r.main.Now()); err != nil {
		return x, err
	}
	if x.planned, err = r.planDesk(s, set.public.String()); err != nil {
		return x, err
	}
	people, err := r.people(s)
	if err != nil {
		return x, err
	}
	x.staff = people.Staff
	x.staff.Origin = set.public.String()
	if x.provider, err = c.Doors.Provider(x.staff, set.public.String(), logs.Warnings(r.main.Err)); err != nil {
		return x, err
	}
	if x.letters, err = r.letterDesk(s); err != nil {
		return x, err
	}
	x.hooks, err = r.main.hookDesk(s)
	return x, err
}
