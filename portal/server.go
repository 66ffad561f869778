// Package portal is the way in over HTTP: the server, what happens to every request before
// and after a page, and the list of all routes. It speaks; what is allowed is decided in
// debt and done in the rooms below.
package portal

import (
	"context"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"quitt/cases/signin"
	"quitt/cases/signin/authority"
	"quitt/notifications"
	"quitt/notifications/hook"
	"quitt/portal/api"
	"quitt/portal/creditor"
	"quitt/portal/debtor"
	"quitt/portal/debtor/acting"
	"quitt/portal/debtor/contact"
	"quitt/portal/debtor/paperwork"
	"quitt/portal/debtor/room"
	"quitt/store"
	"quitt/store/cache"
)

// Options are what a server is made of.
type Options struct {
	Store  *store.Store // asked whether it is ready
	Now    func() time.Time
	Pages  *debtor.Pages // its session functions are filled in
	Assets Assets        // the zero value serves the embedded ones
	Limits *cache.Guard
	// AddressKey keys the hashes of addresses, the same in every process of an
	// installation: addresses are few enough to try them all.
	AddressKey     []byte
	PublicURL      *url.URL // checked by ParsePublicURL
	Loopback       bool     // the listener is on loopback: its names are served too
	TrustedProxies []netip.Prefix
	FormTargets    []string // origins a form may lead to besides our own: the checkout
	Demo           bool     // the checkout is a stand-in: pages say that no money moves there
	Log            *slog.Logger
	Metrics        *prometheus.Registry // nil: one of its own
	Version        string
	Times          Times
	Outbox         func() []notifications.Posted // what a demo's own mail server got; nil: no such page
	Loops          *notifications.Runner         // its figures are shown; nil: none
	Hooks          *hook.Sender                  // likewise
	API            api.Desks
	Staff          *creditor.Pages // the creditor's window; nil: there is none
}

// Times bound what a connection may take. Zero fields take their defaults.
type Times struct {
	Read   time.Duration // head and body of a request
	Write  time.Duration
	Idle   time.Duration
	Work   time.Duration // a handler's context
	Linger time.Duration // for visitors on open connections, when stopping
	Stop   time.Duration // after that, for requests being answered
}

func (t Times) withDefaults() Times {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&t.Read, 10 * time.Second}, {&t.Write, 30 * time.Second}, {&t.Idle, time.Minute},
		{&t.Work, 20 * time.Second}, {&t.Linger, time.Second}, {&t.Stop, 25 * time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return t
}

// The bounds of one request and of all at once.
const (
	maxBody        = 256 << 10
	maxHead        = 8 << 10
	maxConnections = 4096
	maxPages       = 512 // requests at work on a page at once; more are shed
)

// Server answers the debtors' requests. Make it with New.
type Server struct {
	o       Options
	app     *fiber.App
	routes  []route
	byPath  map[string]*route // "METHOD path"
	metrics *metrics
	hosts   hosts
	cookie  cookieStyle
	headers []header
	busy    chan struct{} // one token per request at work
	large   chan struct{} // likewise per large body
	flights flights
	alarm   alarm
	open    atomic.Int64 // connections

	draining atomic.Bool
	base     context.Context // of all work; ends when stopping takes too long
	cancel   context.CancelFunc
	stopping context.Context // ends waits that only delay an answer
	hurry    context.CancelFunc

	// Seams for tests, which have no sessions to open and no time to wait.
	visit func(ctx context.Context, cookie string) (signin.Visit, error)
	sleep func(ctx context.Context, d time.Duration)
}

// New makes a server for the debtors' pages.
func New(o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	debtor.Ready()
	o.Pages.Kit.Ready()
	paperwork.Ready()
	acting.Ready()
	contact.Ready()
	creditor.Ready()
	s := newServer(o, routes(o.Pages))
	o.Pages.SetSession, o.Pages.EndSession = s.setSession, s.endSession
	return s, nil
}

// visits finds who asks, by the cookie of a letter or of a representative.
func visits(p *debtor.Pages) func(context.Context, string) (signin.Visit, error) {
	helpers := authority.New(p.Signin)
	return func(ctx context.Context, cookie string) (signin.Visit, error) {
		if authority.IsCookie(cookie) {
			return helpers.Visit(ctx, cookie)
		}
		return p.Signin.Visit(ctx, cookie)
	}
}

// outside is what pages know of the world around the server.
func (s *Server) outside() room.Outside {
	return room.Outside{Origin: origin(s.o.PublicURL), Checkout: s.o.FormTargets, Demo: s.o.Demo, Stopping: s.stopping}
}

func newServer(o Options, list []route) *Server {
	o.Times = o.Times.withDefaults()
	if o.Assets.Find == nil {
		o.Assets = embedded()
	}
	s := &Server{
		o: o, routes: slices.Concat(list, commonRoutes(o), apiRoutes(o), staffRoutes(o.Staff)), byPath: map[string]*route{},
		metrics: newMetrics(o.Metrics), hosts: hostsOf(o), cookie: cookieOf(o.PublicURL), headers: headersOf(o),
		busy: make(chan struct{}, maxPages), large: make(chan struct{}, mostLarge), visit: visits(o.Pages), sleep: sleep,
	}
	s.base, s.cancel = context.WithCancel(context.Background())
	s.stopping, s.hurry = context.WithCancel(s.base)
	if o.Limits.Fallback == nil {
		o.Limits.Fallback = s.limiterLeft
	}
	s.routes = append(s.routes, s.noticeRoutes()...)
	if o.Staff != nil {
		o.Staff.SetSession, o.Staff.EndSession, o.Staff.Travel = s.setStaff, s.endStaff, s.travel()
	}
	o.Pages.Outside, o.Pages.Kit.Again = s.outside(), s.again
	s.metrics.watch(s)
	s.app = s.newApp()
	return s
}

// newApp fixes Fiber once (docs/adr/0008).
func (s *Server) newApp() *fiber.App {
	app := fiber.New(fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true,
		ReadTimeout: s.o.Times.Read, WriteTimeout: s.o.Times.Write, IdleTimeout: s.o.Times.Idle,
		BodyLimit: maxBody, StreamRequestBody: true, ReadBufferSize: maxHead, Concurrency: maxConnections,
		DisablePreParseMultipartForm: true, DisableStartupMessage: true,
		ErrorHandler: func(c *fiber.Ctx, err error) error { s.fail(c, err); return nil },
	})
	app.Use(s.observe, s.rescue, s.secure, s.refuse, s.bound, s.locate, s.attempt, s.shed, s.session, s.sameOrigin)
	for i := range s.routes {
		r := &s.routes[i]
		s.byPath[r.Method+" "+r.Path] = r
		app.Add(r.Method, r.Path, s.admit(r))
		if r.Method == fiber.MethodGet {
			app.Add(fiber.MethodHead, r.Path, s.admit(r))
		}
	}
	server := app.Server()
	server.Handler = s.outermost(app.Handler())
	server.ErrorHandler = s.unreadable
	server.ConnState = s.count
	server.CloseOnShutdown = true
	return app
}
