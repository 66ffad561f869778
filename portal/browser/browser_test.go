package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What scripts/with-chromium provides.
const (
	envChromium = "QUITT_TEST_CHROMIUM"
	envAxe      = "QUITT_TEST_AXE"
)

// lastNet ends a step that waits for something that never comes. Nothing is measured
// against it: a step takes a few milliseconds.
const lastNet = 2 * time.Minute

func TestMain(m *testing.M) {
	code := m.Run()
	tidy()
	os.Exit(code)
}

var chromium struct {
	once      sync.Once
	ctx       context.Context
	stop      []context.CancelFunc
	look, axe string
	err       error
}

// tidy closes the browser and removes the program, once per test run.
func tidy() {
	if chromium.ctx != nil {
		_ = chromedp.Cancel(chromium.ctx) // the run is over either way
	}
	for _, stop := range chromium.stop {
		stop()
	}
	if program.dir != "" {
		if err := os.RemoveAll(program.dir); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
		}
	}
}

func launch() error {
	path, rules := os.Getenv(envChromium), os.Getenv(envAxe)
	if path == "" || rules == "" {
		return fmt.Errorf("%s or %s is empty: these tests need a browser and axe-core; run scripts/with-chromium go test ./portal/browser/", envChromium, envAxe)
	}
	for to, from := range map[*string]string{&chromium.look: "testdata/look.js", &chromium.axe: rules} {
		b, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		*to = string(b)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("headless", "new"),
		chromedp.Flag("no-sandbox", os.Getuid() == 0), // Chromium refuses root otherwise
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
		// PreloadTopChromeWebUI made a second page, of the browser's own menus, for every window;
		// the last two kept a process ready and pages alive that nobody comes back to.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,PreloadTopChromeWebUI,SpareRendererForSitePerProcess,BackForwardCache"),
		chromedp.Flag("accept-lang", "de-DE,de"),
		chromedp.IgnoreCertErrors,               // of the proxy the program stands behind
		chromedp.Flag("disable-lcd-text", true), // the same pictures on every machine
		chromedp.WSURLReadTimeout(lastNet),      // a busy machine may take its time
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	chromium.stop = append(chromium.stop, cancel, stop)
	if err := chromedp.Do(ctx); err != nil {
		return fmt.Errorf("start %s: %w", path, err)
	}
	chromium.ctx = ctx
	return nil
}

// request is what the browser sent and got.
type request struct {
	url   string
	page  bool    // not a part of one
	bytes float64 // over the wire, with headers
}

// tab is one page of a visitor of their own: no cookie, no history, nothing cached. It
// keeps what went wrong behind the page's back.
type tab struct {
	*testing.T
	ctx  context.Context
	host string // the only one the page may speak to

	till     string // the payment provider, if the page may lead there
	mu       sync.Mutex
	faults   []string
	requests map[network.RequestID]*request
	order    []network.RequestID
	sent     []string // every address ever asked for
}

// open gives a tab that may visit one address, at the size of a phone.
func open(t *testing.T, address string) *tab {
	t.Helper()
	chromium.once.Do(func() { chromium.err = launch() })
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{T: t, ctx: ctx, host: u.Host, requests: map[network.RequestID]*request{}}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	call(b, audits.Enable, cdp.Empty{})
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	b.size(360, 740)
	return b
}

// note runs for every event of the browser and must not ask it anything.
func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil && u.Scheme != "data" && u.Host != b.host && u.Host != b.till {
			b.faults = append(b.faults, "a request to another host: "+e.Request.URL)
		}
		b.sent = append(b.sent, e.Request.URL)
		if b.requests[e.RequestID] == nil {
			b.order = append(b.order, e.RequestID)
		}
		b.requests[e.RequestID] = &request{url: e.Request.URL, page: e.Type == network.ResourceTypeDocument}
	case *network.EventLoadingFinished:
		if r := b.requests[e.RequestID]; r != nil {
			r.bytes = e.EncodedDataLength
		}
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, "an error in a script: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			fault := fmt.Sprintf("the console says %s:", e.Type)
			for _, arg := range e.Args {
				fault += fmt.Sprintf(" %s%s", arg.Value, arg.Description)
			}
			b.faults = append(b.faults, fault)
		}
	case *log.EventEntryAdded:
		b.noteLog(e.Entry)
	case *audits.EventIssueAdded:
		if csp := e.Issue.Details.ContentSecurityPolicyIssueDetails; csp != nil {
			b.faults = append(b.faults, fmt.Sprintf("against the content security policy: %s %s", csp.ViolatedDirective, csp.BlockedURL))
		}
	}
}

// noteLog takes what the browser itself complains about. That a page answers 404 or 503
// is a fault of what it shows only if somebody did not mean it: tests look at the status.
func (b *tab) noteLog(e *log.Entry) {
	if e.Level != log.EntryLevelError && e.Level != log.EntryLevelWarning {
		return
	}
	if r := b.requests[e.NetworkRequestID]; r != nil && r.page && e.Source == log.EntrySourceNetwork {
		return
	}
	b.faults = append(b.faults, fmt.Sprintf("the browser says: %s %s", e.Text, e.URL))
}

// unseen gives what went wrong behind the page's back since the last call, and forgets it.
func (b *tab) unseen() []string {
	// A round trip through the page: the browser has told everything that came before.
	b.eval("undefined")
	b.mu.Lock()
	defer b.mu.Unlock()
	faults := b.faults
	b.faults = nil
	return faults
}

// call sends one command of the protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.Helper()
	ctx, stop := context.WithTimeout(b.ctx, lastNet)
	defer stop()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.Fatalf("%s: %v", command.Method, err)
	}
	return result
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, stop := context.WithTimeout(b.ctx, lastNet)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// read runs an action for its value.
func read[T any](b *tab, action chromedp.Action[T]) T {
	b.Helper()
	ctx, stop := context.WithTimeout(b.ctx, lastNet)
	defer stop()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		b.Fatal(err)
	}
	return value
}

func (b *tab) eval(script string) { b.Helper(); b.do(chromedp.Evaluate[chromedp.Void](script)) }

// ask evaluates an expression in the page and waits for a promise.
func ask[T any](b *tab, expression string) T {
	b.Helper()
	return read(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// until waits for something to become true in the page.
func (b *tab) until(condition string) {
	b.Helper()
	ask[bool](b, "new Promise((done) => { const look = () => "+condition+" ? done(true) : requestAnimationFrame(look); look() })")
}

// look calls a function of testdata/look.js.
func look[T any](b *tab, function string) T {
	b.Helper()
	return ask[T](b, chromium.look+"."+function+"()")
}

// axe runs the accessibility rules on the page: all in the light, those of colours in the dark.
func (b *tab) axe(schemes ...scheme) (found []string) {
	b.Helper()
	b.eval(chromium.axe)
	for _, s := range schemes {
		b.wear(s)
		for _, finding := range look[[]string](b, map[scheme]string{light: "axe", dark: "colours"}[s]) {
			found = append(found, string(s)+" "+finding)
		}
	}
	b.wear(light)
	return found
}

// visit loads an address and gives the status of the answer.
func (b *tab) visit(address string) int64 {
	b.Helper()
	b.forget()
	response := read(b, chromedp.NavigateResponse(address))
	return response.Status
}

// forget starts a new count of requests; the first one afterwards is the page's own.
func (b *tab) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.order, b.requests = nil, map[network.RequestID]*request{}
}

// follow does something that leads to another page and waits until that is there.
func (b *tab) follow(steps ...chromedp.Action[chromedp.Void]) int64 {
	b.Helper()
	b.forget()
	ctx, stop := context.WithTimeout(b.ctx, lastNet)
	defer stop()
	response, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.Fatal(err)
	}
	return response.Status
}

func (b *tab) size(width, height int64) {
	b.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

// scheme is what the person set their device to.
type scheme string

const (
	light scheme = "light"
	dark  scheme = "dark"
)

func (b *tab) wear(s scheme) {
	b.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: string(s)}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

func (b *tab) press(key string) { b.Helper(); b.do(chromedp.KeyEvent(key)) }

// enter is the Enter key as a keyboard sends it, key and character at once. In two messages
// the character of a link that is followed lands in the field it leads to.
func enter(ctx context.Context, t *chromedp.Target) (none chromedp.Void, err error) {
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		_, err = cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{
			Type: kind, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13,
		})
		if err != nil {
			return none, err
		}
	}
	return none, nil
}

// step is what look.js says about the focus after a press of the Tab key.
type step struct {
	At     int    `json:"at"`
	Name   string `json:"name"`
	Marked bool   `json:"marked"`
	Inside bool   `json:"inside"`
	Parts  bool   `json:"parts"`
}

// dayParts are the stops within a field for a day: day, month, year and its calendar.
const dayParts = 4

// walk goes through the page with the Tab key: every control in the order of the document,
// each visibly marked and on the screen.
func (b *tab) walk() (found []string) {
	b.Helper()
	names := look[[]string](b, "prepareWalk")
	for i, want := range names {
		b.press(kb.Tab)
		s := ask[step](b, "quittWalk.step()")
		for range dayParts {
			if !s.Parts || s.At != i-1 {
				break
			}
			b.press(kb.Tab)
			s = ask[step](b, "quittWalk.step()")
		}
		switch {
		case s.At != i:
			return append(found, fmt.Sprintf("Tab leads to %s instead of %s", s.Name, want))
		case !s.Marked:
			found = append(found, s.Name+" does not show that it has the focus")
		case !s.Inside:
			found = append(found, s.Name+" has the focus outside the screen")
		}
	}
	return found
}

// text is what a person reads on the page.
func (b *tab) text() string {
	b.Helper()
	return strings.ReplaceAll(ask[string](b, "document.body.innerText"), "\u00a0", " ")
}
