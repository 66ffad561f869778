package portal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/operator"
	"quitt/portal/debtor"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/cache"
	"quitt/store/storetest"
)

// Sessions of the tests, by the secret in the cookie.
const (
	codeOnly, letter, full = "code-only", "letter", "full"
	dead, down             = "dead", "down" // ended; the database does not answer
)

// site is a running server whose pages say little, so that what is seen is the server's.
type site struct {
	*Server
	t    testing.TB
	url  string
	log  *lines
	stop func() error // ends it and waits
	http *http.Client

	mu    sync.Mutex
	waits []time.Duration // asked of sleep
	pages map[string]fiber.Handler
}

// setup changes a site before it starts.
type setup func(*Options, *site)

func start(t testing.TB, changes ...setup) *site {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	st := &site{t: t, url: "http://" + ln.Addr().String(), log: &lines{}, pages: map[string]fiber.Handler{}}
	st.http = &http.Client{
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	o := options(t, st)
	for _, change := range changes {
		change(&o, st)
	}
	if err := o.check(); err != nil {
		t.Fatal(err)
	}
	list := routes(o.Pages)
	for i, r := range list {
		list[i].handler = func(c *fiber.Ctx) error {
			if h := st.pages[r.Method+" "+r.Path]; h != nil {
				return h(c)
			}
			return c.SendString("page " + r.Path)
		}
	}
	st.Server = newServer(o, list)
	st.visit = sessions
	st.sleep = func(_ context.Context, d time.Duration) {
		st.mu.Lock()
		defer st.mu.Unlock()
		st.waits = append(st.waits, d)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- st.Serve(ctx, ln, Stopping{}) }()
	st.stop = sync.OnceValue(func() error {
		st.http.CloseIdleConnections()
		cancel()
		return <-ended
	})
	t.Cleanup(func() {
		if err := st.stop(); err != nil {
			t.Error(err)
		}
	})
	return st
}

func options(t testing.TB, st *site) Options {
	t.Helper()
	u, err := ParsePublicURL(st.url)
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Now: storetest.Clock,
		Pages: &debtor.Pages{Kit: &page.Kit{Operator: operator.Profile{
			Name: "Inkasso Muster", Street: "Weg 1", Postcode: "50667", City: "Köln", Phone: "0221 1", Email: "post@example.de",
			Supervisor: operator.Authority{Name: "Amt", Address: "Ort", Contact: "amt@example.de"},
		}}},
		Limits:     &cache.Guard{Local: cache.NewMemory(storetest.Clock, 1000), Now: storetest.Clock},
		AddressKey: []byte("0123456789abcdef"), PublicURL: u, Loopback: true,
		Log: slog.New(slog.NewJSONHandler(st.log, nil)), Version: "test",
		Times: Times{Linger: 5 * time.Millisecond},
	}
}

func on(page string, h fiber.Handler) setup { return func(_ *Options, st *site) { st.pages[page] = h } }

func behindProxy(o *Options, _ *site) {
	o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
}

func sessions(_ context.Context, cookie string) (signin.Visit, error) {
	switch cookie {
	case codeOnly:
		return signin.Visit{Tier: access.CodeOnly}, nil
	case letter:
		return signin.Visit{Tier: access.LetterView}, nil
	case full:
		return signin.Visit{Tier: access.FullView}, nil
	case down:
		return signin.Visit{}, debt.E(debt.Unavailable, "database_busy", nil)
	}
	return signin.Visit{}, debt.E(debt.NotFound, "session_ended", nil)
}

func openStore(t testing.TB) *store.Store {
	t.Helper()
	return storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
}

// reply is a response whose body has been read.
type reply struct {
	StatusCode int
	Status     string
	Header     http.Header
	Close      bool
	Cookies    []*http.Cookie
}

// call is one request. A POST comes from our own page unless headers say otherwise.
type call struct {
	method, path string
	session      string
	form         url.Values
	head         map[string]string // "" takes a header away
}

func (st *site) do(c call) (reply, string) {
	st.t.Helper()
	var body io.Reader
	if c.method == "" {
		c.method = http.MethodGet
	}
	if c.method == http.MethodPost {
		if c.form == nil {
			c.form = url.Values{}
		}
		if c.session != "" && !c.form.Has("csrf") {
			c.form.Set("csrf", formToken(c.session))
		}
		body = strings.NewReader(c.form.Encode())
	}
	r, err := http.NewRequest(c.method, st.url+c.path, body)
	if err != nil {
		st.t.Fatal(err)
	}
	if c.method == http.MethodPost {
		r.Header.Set("Content-Type", fiber.MIMEApplicationForm)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if c.session != "" {
		r.Header.Set("Cookie", "sid="+c.session)
	}
	for name, value := range c.head {
		switch {
		case name == "Host":
			r.Host = value
		case value == "":
			r.Header.Del(name)
		default:
			r.Header.Set(name, value)
		}
	}
	res, err := st.http.Do(r)
	if err != nil {
		st.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		st.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Status, res.Header, res.Close, res.Cookies()}, string(b)
}

// status is do for tests that look no further.
func (st *site) status(c call) int {
	st.t.Helper()
	res, _ := st.do(c)
	return res.StatusCode
}

// raw sends bytes as they are and gives everything that comes back.
func (st *site) raw(request string) string {
	st.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(st.url, "http://"))
	if err != nil {
		st.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	go func() { _, _ = io.WriteString(conn, request) }() // the server may close before all is sent
	b, _ := io.ReadAll(conn)                             // a reset comes after the answer
	return string(b)
}

func post(path string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Type: %s\r\n", path, fiber.MIMEApplicationForm)
}

// lines is a log that several requests write to.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
