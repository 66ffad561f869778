// Package sandbox stands in for Stripe where there is no Stripe: a strict, stateful copy of
// the part of its HTTP API that Quitt uses, in version 2023-10-16, with test cards and test
// accounts only. The client library talks to it unchanged. It serves demos, where seconds
// stand for days, and tests, which move its clock and disturb its webhooks and answers.
//
// No real money can come near it: it refuses keys of real accounts, and knows no number of
// a card or account but those of the documentation.
package sandbox

import (
	"context"
	"crypto/subtle"
	"errors"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"quitt/payments/sandbox/world"
)

// ParamError is a complaint about a parameter. Its fields are those of the API's errors.
type ParamError struct{ Code, Param, Message string }

// Options make a Server.
type Options struct {
	Clock  func() time.Time // the real one
	Mode   world.Mode       // "" is world.Realtime
	Start  time.Time        // where a manual clock begins; zero is now
	Seed   string           // same seed and same calls give the same ids
	Fees   *world.Fees      // nil: made-up ones
	Settle time.Duration    // world.Fast: until a debit succeeds; 0 is 6 s
	Name   string           // business name that debtors see
	// CardDays is how many business days a card's money takes to be paid out; 0 is 3.
	CardDays int

	// Keys are secret keys and the accounts they open. Further keys that begin with
	// sk_test_sandbox_ open an account of their own.
	Keys map[string]string
	// Beside are keys the program is configured with elsewhere: the sandbox does not start
	// beside one of a real account.
	Beside []string
	// Token opens the control API to whoever sends it as bearer from this machine; "" keeps
	// it closed.
	Token string
	// URL is where browsers reach the hosted pages; "" is where the request came in.
	URL string
	// File keeps the state over a restart; "" forgets it.
	File string
	// Params checks the parameters of a request, path with its ids, and gives nil when they
	// are right; nil checks no more than the sandbox itself does.
	Params func(method, path string, form url.Values) *ParamError
	// Pages are the hosted pages below /c/; nil has none.
	Pages func(*Server) http.Handler
	// Receipt is how long a debtor who has paid waits for the receiver of webhooks; 0 is the
	// provider's 10 s.
	Receipt time.Duration
	// Silent keeps events in their list and delivers none.
	Silent bool
	Client *http.Client // delivers events; nil is one of the server's own
	Log    *slog.Logger // nil is silent
}

// Server is the sandbox. Make it with New, end it with Close.
type Server struct {
	o       Options
	handler http.Handler
	client  *http.Client
	ctx     context.Context
	stop    context.CancelFunc
	work    sync.WaitGroup

	mu      sync.Mutex // guards all below, and the world
	world   *world.World
	answers map[string]*answer // by account and idempotency key
	faults  []*Fault
	calls   []Call                    // for assertions; never written anywhere
	serial  int64                     // of Request-Ids
	queues  map[string][]world.Letter // by endpoint, while one is being sent
	news    chan struct{}             // closed and replaced when a delivery ends
	dirty   bool
	servers []*http.Server
}

// New makes a server; nothing listens yet.
func New(o Options) (*Server, error) {
	if slices.ContainsFunc(slices.Concat(slices.Collect(maps.Keys(o.Keys)), o.Beside), live) {
		return nil, errors.New("the sandbox refuses to start: a key of a real account is configured")
	}
	for key := range o.Keys {
		if !strings.HasPrefix(key, keyPrefix) {
			return nil, errors.New("a key of the sandbox begins with " + keyPrefix)
		}
	}
	if o.Clock == nil {
		return nil, errors.New("the sandbox needs a clock")
	}
	if o.Receipt == 0 {
		o.Receipt = receiptTime
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, client: o.Client, queues: map[string][]world.Letter{}, news: make(chan struct{})}
	s.world = world.New(world.Options{Clock: o.Clock, Mode: o.Mode, Start: o.Start, Seed: o.Seed, Fees: o.Fees,
		Settle: o.Settle, Name: o.Name, CardDays: o.CardDays})
	s.answers = map[string]*answer{}
	if s.client == nil {
		s.client = newClient()
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.handler = s.routes()
	if err := s.load(); err != nil {
		s.stop()
		return nil, err
	}
	if o.Mode != world.Manual || o.File != "" {
		s.work.Go(s.tick)
	}
	return s, nil
}

// live recognises keys that move real money.
func live(key string) bool {
	return strings.HasPrefix(key, "sk_live") || strings.HasPrefix(key, "rk_live")
}

// Handler serves the API, the control API and the hosted pages. Only what is below /c/ is
// meant for browsers on other machines: any key that begins rightly opens the API.
func (s *Server) Handler() http.Handler { return s.handler }

// Listen serves on an address, 127.0.0.1:0 for any free port, until Close, and gives the
// base URL. An address other machines can reach is refused: nothing here is secret.
func (s *Server) Listen(address string) (string, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", errors.New("the sandbox listens on this machine only")
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return "", err
	}
	srv := &http.Server{Handler: s.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	s.mu.Lock()
	s.servers = append(s.servers, srv)
	s.mu.Unlock()
	s.work.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.o.Log.Error("sandbox stopped listening", "error", err)
		}
	})
	return "http://" + l.Addr().String(), nil
}

// Close ends all work, keeps the state if there is a file for it, and waits.
func (s *Server) Close() error {
	s.stop()
	s.mu.Lock()
	servers := s.servers
	s.servers = nil
	s.mu.Unlock()
	for _, srv := range servers {
		_ = srv.Close() // connections that are still open belong to nobody any more
	}
	s.work.Wait()
	s.client.CloseIdleConnections()
	return s.save()
}

// tick lets time pass: what is due happens, letters go out, the file is written.
func (s *Server) tick() {
	t := time.NewTicker(200 * time.Millisecond)
	defer t.Stop()
	for n := 0; ; n++ {
		select {
		case <-s.ctx.Done():
			return
		case <-t.C:
		}
		s.Do(func(w *world.World) {
			if w.Tick() > 0 {
				s.dirty = true
			}
		})
		if n%5 == 4 {
			if err := s.save(); err != nil {
				s.o.Log.Error("sandbox state is not kept", "error", err)
			}
		}
	}
}

// Do works on the world while nobody else does, and sends what came of it.
func (s *Server) Do(f func(*world.World)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.world.Serial
	f(s.world)
	if s.world.Serial != before {
		s.dirty = true
	}
	s.send()
}

// Now is the sandbox's own time.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.Now()
}

// Advance moves the clock forward and lets what is due on the way happen.
func (s *Server) Advance(d time.Duration) error {
	var failed *world.Error
	s.Do(func(w *world.World) { failed = w.Set(w.Now().Add(d)) })
	if failed != nil {
		return failed
	}
	return nil
}

// sameToken takes as long for a wrong token as for the right one.
func sameToken(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
