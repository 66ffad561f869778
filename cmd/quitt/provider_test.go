package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quitt/portal/creditor/signin"
	"quitt/store/storetest"
)

// company is an identity provider of somebody else's making, a process of its own.
type company struct {
	t       *testing.T
	port    string
	process *exec.Cmd
}

const companyPassword = "a password of the company's"

// newCompany takes a port; start needs to know where people are sent back.
func newCompany(t *testing.T) *company {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil || ln.Close() != nil {
		t.Fatal(err)
	}
	return &company{t: t, port: port}
}

func (c *company) issuer() string { return "http://localhost:" + c.port + "/" }

// start lets people work there, by their names; verified are whose addresses it knows to be theirs.
func (c *company) start(portal string, verified map[string]bool) {
	c.t.Helper()
	program := os.Getenv("QUITT_TEST_OIDC")
	if program == "" {
		c.t.Fatal("QUITT_TEST_OIDC is not set: run make test, or scripts/with-oidc go test …")
	}
	people := map[string]any{}
	for name, yes := range verified {
		people["id of "+name] = map[string]any{"ID": "id of " + name, "Username": name, "Password": companyPassword, "Email": name + "@example.org", "EmailVerified": yes}
	}
	b, err := json.Marshal(people)
	if err != nil {
		c.t.Fatal(err)
	}
	file := filepath.Join(c.t.TempDir(), "people.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.process = exec.Command(program)
	c.process.Env = append(os.Environ(), "PORT="+c.port, "USERS_FILE="+file, "REDIRECT_URI="+portal+signin.ProviderBack)
	if err := c.process.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(c.stop)
	for range 300 {
		if res, err := http.Get(c.issuer() + ".well-known/openid-configuration"); err == nil {
			_ = res.Body.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.t.Fatal("the provider does not start")
}

func (c *company) stop() {
	if c.process != nil {
		_ = c.process.Process.Kill()
		_ = c.process.Wait()
		c.process = nil
	}
}

// served runs the portal until the test ends.
func (p program) served(env ...string) (address string) {
	p.t.Helper()
	r, w := io.Pipe()
	var errs bytes.Buffer
	m := &Main{Out: w, Err: &errs, Now: p.now, Env: slices.Concat(p.env, operatorEnv, env, []string{"QUITT_LISTEN=127.0.0.1:0", "QUITT_OPERATOR_LISTEN="})}
	ctx, cancel := context.WithCancel(context.Background())
	code := make(chan int, 1)
	go func() {
		code <- m.Run(ctx, []string{"serve"})
		_ = w.Close()
	}()
	p.t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		cancel()
		<-code
		if strings.Contains(errs.String(), "@example.org") || strings.Contains(errs.String(), "id of ") {
			p.t.Errorf("the log names somebody:\n%s", &errs)
		}
	})
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		p.t.Fatalf("%v: %s", err, &errs)
	}
	return strings.Fields(line[strings.Index(line, "http://"):])[0]
}

// browser keeps cookies and follows redirects, and remembers the request with which it came back
// from the provider. With stop it does not send it.
type browser struct {
	*http.Client

	t      *testing.T
	portal string
	back   *http.Request
	stop   bool
}

func newBrowser(t *testing.T, portal string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, portal: portal}
	b.Client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == signin.ProviderBack {
			b.back = &http.Request{Method: http.MethodGet, URL: r.URL, Header: http.Header{}, Host: r.Host}
			for _, c := range jar.Cookies(r.URL) {
				b.back.AddCookie(c)
			}
			if b.stop {
				return http.ErrUseLastResponse
			}
		}
		return nil
	}}
	return b
}

// landed is where somebody has ended up.
type landed struct {
	status             int
	origin, path, body string
	query              url.Values
}

func (b *browser) do(r *http.Request) landed {
	b.t.Helper()
	res, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	u := res.Request.URL
	return landed{res.StatusCode, u.Scheme + "://" + u.Host, u.Path, string(body), u.Query()}
}

func request(t *testing.T, method, address string, form url.Values) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (b *browser) open(path string) landed {
	b.t.Helper()
	return b.do(request(b.t, http.MethodGet, b.portal+path, nil))
}

// comes goes to the provider by a link of the portal and types name and password there.
func (b *browser) comes(link, name string) landed {
	b.t.Helper()
	at := b.open(link)
	form := url.Values{"id": {at.query.Get("authRequestID")}, "username": {name}, "password": {companyPassword}}
	if form.Get("id") == "" || !strings.Contains(at.body, `name="password"`) {
		b.t.Fatalf("%s leads to %d %s:\n%s", link, at.status, at.path, at.body)
	}
	return b.do(request(b.t, http.MethodPost, at.origin+at.path, form))
}

// The whole way with a provider that is not ours: in, once more within, and out.
func TestPeopleComeInByTheirCompanysProvider(t *testing.T) {
	var ahead atomic.Int64 // the clock of the portal; the provider's is the real one
	ahead.Store(int64(-20 * time.Minute))
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}, now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }}
	p.ready()
	for name, role := range map[string]string{"anna": "admin", "ben": "clerk"} {
		p.must("staff", "invite", name+"@example.org", "--name", name, "--creditor", "praxis", "--role", role)
	}
	c := newCompany(t)
	env := []string{"QUITT_OIDC_ISSUER=" + c.issuer(), "QUITT_OIDC_CLIENT_ID=web", "QUITT_OIDC_CLIENT_SECRET=secret", "QUITT_OIDC_LABEL=Firmenkonto"}
	portal := p.served(env...)
	c.start(portal, map[string]bool{"anna": true, "ben": false, "carla": true})

	b := newBrowser(t, portal)
	if at := b.open("/verwaltung/anmelden"); !strings.Contains(at.body, "Anmelden mit Firmenkonto") {
		t.Errorf("no button: %d", at.status)
	}
	const enter = "/verwaltung/anmelden/sso"
	for _, name := range []string{"ben", "carla"} { // not verified; never invited
		at := newBrowser(t, portal).comes(enter, name)
		if at.status != 422 || !strings.Contains(at.body, "Diese Anmeldung öffnet nichts") {
			t.Errorf("%s: %d %s", name, at.status, at.path)
		}
	}
	if at := b.comes(enter, "anna"); at.status != 200 || at.path != "/verwaltung" || !strings.Contains(at.body, "Praxis Muster") {
		t.Fatalf("she is at %d %s:\n%s", at.status, at.path, at.body)
	}
	b.again(t)

	// Twenty minutes later the users' page wants her to show again who she is.
	ahead.Store(0)
	const users = "/verwaltung/zugaenge"
	at := b.open(users)
	link := "/verwaltung/bestaetigen/sso?zu=" + url.QueryEscape(users)
	if at.status != 403 || !strings.Contains(at.body, "Mit Firmenkonto bestätigen") || strings.Contains(at.body, `name="code"`) {
		t.Fatalf("%d:\n%s", at.status, at.body)
	}
	if at := b.comes(link, "carla"); at.status != 422 || !strings.Contains(at.body, "es war ein anderes Konto") {
		t.Errorf("somebody else: %d %s", at.status, at.path)
	}
	if at := b.comes(link, "anna"); at.status != 200 || at.path != users || !strings.Contains(at.body, "Wer für diesen Mandanten arbeitet") {
		t.Errorf("she is at %d %s", at.status, at.path)
	}

	p.must("staff", "revoke", "anna@example.org")
	if at := b.open("/verwaltung"); at.path != "/verwaltung/anmelden" {
		t.Errorf("she is still in: %s", at.path)
	}
	if at := b.comes(enter, "anna"); at.status != 422 {
		t.Errorf("she comes back: %d %s", at.status, at.path)
	}
	c.away(p, env, b)
}

// again sends what the browser came back with a second time, with the cookies it had.
func (b *browser) again(t *testing.T) {
	t.Helper()
	thief := &browser{Client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, t: t}
	if at := thief.do(b.back); at.status != 422 {
		t.Errorf("an answer of the provider is taken twice: %d %s", at.status, at.path)
	}
	bare := b.back.Clone(context.Background())
	bare.Header.Del("Cookie")
	if at := thief.do(bare); at.status != 422 {
		t.Errorf("an answer of another's browser is taken: %d %s", at.status, at.path)
	}
}

// away ends the provider while somebody is there, and asks a portal that has never seen it.
func (c *company) away(p program, env []string, b *browser) {
	c.t.Helper()
	b.stop = true
	b.comes("/verwaltung/anmelden/sso", "anna")
	c.stop()
	back := &browser{Client: &http.Client{}, t: c.t}
	fresh := newBrowser(c.t, p.served(env...))
	for name, at := range map[string]landed{"on the way back": back.do(b.back), "before": fresh.open("/verwaltung/anmelden/sso")} {
		if at.status != 503 || !strings.Contains(at.body, "Der Anmeldedienst antwortet gerade nicht") || !strings.Contains(at.body, `name="password"`) {
			c.t.Errorf("%s: %d %s", name, at.status, at.path)
		}
	}
}

// What the settings say wrong is said before anybody comes.
func TestSettingsOfSignInsAreChecked(t *testing.T) {
	list := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(list, []byte("password\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for setting, want := range map[string]string{
		"QUITT_OIDC_ISSUER=login.example.org":                                "QUITT_OIDC_ISSUER ist keine Adresse",
		"QUITT_OIDC_ISSUER=https://login.example.org":                        "QUITT_OIDC_CLIENT_ID fehlt",
		"QUITT_OIDC_CLIENT_ID=quitt":                                         "QUITT_OIDC_ISSUER ist keine Adresse",
		"QUITT_BREACHED_PASSWORDS=" + list:                                   "QUITT_BREACHED_PASSWORDS ist keine Liste",
		fmt.Sprintf("QUITT_BREACHED_PASSWORDS=%s.gone", list):                "Diese Datei lässt sich nicht öffnen",
		"QUITT_OIDC_CLIENT_SECRET_FILE=" + filepath.Join(list, "impossible"): "QUITT_OIDC_CLIENT_SECRET_FILE",
	} {
		for _, command := range []string{"serve", "config"} {
			r := program{t: t, env: slices.Concat(operatorEnv, []string{"DATABASE_URL=" + storetest.SQLite(t), "QUITT_LISTEN=127.0.0.1:0", setting})}.run(command)
			if r.code != exitUsage || !strings.Contains(r.err, want) {
				t.Errorf("%s with %s: exit %d %s", command, setting, r.code, r.err)
			}
		}
	}
	out := program{t: t, env: []string{"QUITT_OIDC_ISSUER=https://login.example.org", "QUITT_OIDC_CLIENT_ID=quitt", "QUITT_OIDC_CLIENT_SECRET=geheim"}}.must("config")
	if strings.Contains(out, "geheim") || !strings.Contains(out, "QUITT_OIDC_ISSUER=https://login.example.org\n") {
		t.Errorf("config shows\n%s", out)
	}
}
