package bench

import (
	"bytes"
	"context"
	crand "crypto/rand"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"quitt/cases"
	"quitt/debt/access"
	"quitt/portal"
	"quitt/portal/debtor"
	"quitt/portal/page"
	"quitt/store/cache"
	"quitt/store/storetest"
)

// How the answers to secrets that open nothing are compared. Whoever holds a list of
// secrets, or guesses, must not learn from an answer which of them exist.
const (
	envSamples     = "QUITT_BENCH_SAMPLES" // per class with tokens; typed codes take a tenth
	normalSamples  = 300
	leastSamples   = 30
	maxAUC         = 0.02 // off 0.5
	provingSamples = 2000 // fewer say too little to fail: ± 0.02 is then chance
	pauseTries     = 5    // wrong checks that pause a code; one fewer goes unnoticed
	lockTries      = 10
	standing       = 64 // codes that may be asked any number of times
	scanners       = 32 // at once; their answers mostly wait
	typists        = 4  // at once: hashes of 35 ms go one by one, and 64 may wait
)

// step is that of the grid.
const step = 250 * time.Millisecond

// class is one reason for a refusal, with every request that will be made for it.
type class struct {
	name   string
	visits []visit
	took   []time.Duration
}

// visit is one request; secret is what the page repeats of it.
type visit struct{ secret, body string }

// group is a set of classes that nobody may tell apart.
type group struct {
	name    string
	classes []*class
	site    *site
	atOnce  int
	bound   bool // answers are on the grid, so the classes must look alike

	once    sync.Once
	mu      sync.Mutex
	answers map[string]string // what came back, to the first class that got it
}

// BenchmarkRefusalsLookAlike measures each reason for a refusal over HTTP, from before the
// request is sent until its answer is read, reasons interleaved at random. The same is done
// with a portal whose clock stands: it waits 250 ms after its work instead of until the
// next step of the grid, so what is seen there is what the grid hides.
func BenchmarkRefusalsLookAlike(b *testing.B) {
	samples := max(leastSamples, setting(b, envSamples, normalSamples))
	typed, bare := max(leastSamples, samples/10), max(leastSamples, samples/40)
	t := newTown(b, storetest.Postgres(b), storetest.Now)
	tokens, codes := t.refusals(samples+bare, typed+bare)
	gridded, frozen := t.portal(time.Now), t.portal(storetest.Clock)
	for _, g := range []*group{
		{name: "tokens", classes: part(tokens, 0, samples), site: gridded, atOnce: scanners, bound: true},
		{name: "codes", classes: part(codes, 0, typed), site: gridded, atOnce: typists, bound: true},
		{name: "tokens-without-grid", classes: part(tokens, samples, bare), site: frozen, atOnce: 4},
		{name: "codes-without-grid", classes: part(codes, typed, bare), site: frozen, atOnce: 1}, // else they wait for each other
	} {
		b.Run(g.name, func(b *testing.B) {
			g.once.Do(func() { g.measure(b) }) // tries are used up: nothing can be repeated
			g.report(b)
		})
	}
	t.unchanged()
}

// part takes some visits of each class.
func part(classes []*class, from, n int) (out []*class) {
	for _, c := range classes {
		out = append(out, &class{name: c.name, visits: c.visits[from : from+n]})
	}
	return out
}

// refusals makes the classes. Codes that are known get no more wrong checks than pass
// without a pause, so their number follows from that of the samples.
func (t *town) refusals(scanned, typed int) (tokens, codes []*class) {
	t.b.Helper()
	revoked := t.letters(per(scanned))
	if _, err := t.desk.RevokeAll(context.Background(), t.creditor.ID); err != nil {
		t.b.Fatal(err)
	}
	locked, paused, half := t.letters(standing), t.letters(standing), t.letters(standing)
	t.wrong(locked, pauseTries)
	t.move(time.Hour) // out of the pause
	t.wrong(locked, lockTries-pauseTries)
	t.wrong(paused, pauseTries)
	knownTokens, knownCodes := t.letters(per(scanned)), t.letters(per(typed))
	t.untouched = slices.Concat(knownTokens, knownCodes)
	tokens = []*class{
		{name: "unknown", visits: visits(scanned, func(int) visit { return byToken(newToken(), born) })},
		{name: "wrong check", visits: visits(scanned, func(i int) visit { return byToken(knownTokens[i/(pauseTries-1)].Token, notBorn) })},
		{name: "locked", visits: visits(scanned, func(i int) visit { return byToken(locked[i%standing].Token, born) })},
		{name: "paused", visits: visits(scanned, func(i int) visit { return byToken(paused[i%standing].Token, born) })},
		{name: "revoked", visits: visits(scanned, func(i int) visit { return byToken(revoked[i/(pauseTries-1)].Token, notBorn) })},
	}
	codes = []*class{
		{name: "unknown", visits: visits(typed, func(int) visit { return byCode(newCode(), born) })},
		{name: "half known", visits: visits(typed, func(i int) visit { return byCode(halfKnown(t.b, half[i%standing].Code), born) })},
		{name: "wrong check", visits: visits(typed, func(i int) visit { return byCode(knownCodes[i/(pauseTries-1)].Code, notBorn) })},
	}
	return tokens, codes
}

// per is how many codes so many wrong checks take.
func per(checks int) int { return (checks + pauseTries - 2) / (pauseTries - 1) }

func visits(n int, visitor func(i int) visit) (out []visit) {
	for i := range n {
		out = append(out, visitor(i))
	}
	return out
}

func byToken(t access.Token, birth string) visit {
	return visit{t.Plain(), entry(t.Plain(), "", birth)}
}

func byCode(c access.Code, birth string) visit {
	return visit{c.Grouped(), entry("", c.Grouped(), birth)}
}

func newToken() access.Token {
	var random [16]byte
	_, _ = crand.Read(random[:]) // never fails
	return access.NewToken(random)
}

func newCode() access.Code {
	var random [10]byte
	_, _ = crand.Read(random[:]) // never fails
	return access.NewCode(random)
}

// halfKnown is a code whose first six symbols find a letter and whose others are not its.
func halfKnown(b *testing.B, known access.Code) access.Code {
	b.Helper()
	const first, random = 6, 15
	start := string(known)[:first] + string(newCode())[first:random]
	for _, check := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
		if c, err := access.ParseCode(start + string(check)); err == nil {
			return c
		}
	}
	b.Fatal("no check symbol fits")
	return ""
}

// unchanged makes sure that the measurement was one: letters with few wrong checks still
// open, or their class had silently become that of the paused.
func (t *town) unchanged() {
	t.b.Helper()
	for range 50 {
		if err := t.open(t.untouched[rand.IntN(len(t.untouched))], born); err != nil {
			t.b.Fatalf("a letter that was to be known and open: %v", err)
		}
	}
}

// site is a portal on a free port.
type site struct {
	url  string
	host string
	next atomic.Uint32 // address of the next visitor
}

// portal starts a server as quitt serve does; now is its clock, not that of the letters.
func (t *town) portal(now func() time.Time) *site {
	t.b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.b.Fatal(err)
	}
	st := &site{url: "http://" + ln.Addr().String(), host: ln.Addr().String()}
	key := make([]byte, 32) // new each time: earlier runs have counted in the same Redis
	_, _ = crand.Read(key)  // never fails
	o := portal.Options{
		Store: t.desk.Store, Now: now, Limits: t.limits(), AddressKey: key, PublicURL: &url.URL{Scheme: "http", Host: st.host},
		Pages: &debtor.Pages{Kit: &page.Kit{Operator: page.SampleOperator()}, Signin: t.desk,
			Cases: cases.Desk{Store: t.desk.Store, Now: t.clock}},
		Loopback: true, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Log: slog.New(slog.DiscardHandler),
	}
	server, err := portal.New(o)
	if err != nil {
		t.b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, ln, portal.Stopping{}) }()
	t.b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.b.Error(err)
		}
	})
	return st
}

// limits counts in Redis if there is one, as an installation of several processes does.
func (t *town) limits() *cache.Guard {
	t.b.Helper()
	const addresses = 1 << 20
	g := &cache.Guard{Local: cache.NewMemory(time.Now, addresses), Now: time.Now}
	if raw := os.Getenv(storetest.EnvRedis); raw != "" {
		r, err := cache.NewRedis(raw, cache.Patience)
		if err != nil {
			t.b.Fatal(err)
		}
		t.b.Cleanup(func() { _ = r.Close() })
		g.Shared = r
	}
	return g
}

// measure makes all visits, in random order, atOnce at a time.
func (g *group) measure(b *testing.B) {
	b.Helper()
	g.answers = map[string]string{}
	type job struct {
		class *class
		visit visit
	}
	var jobs []job
	for _, c := range g.classes {
		for _, v := range c.visits {
			jobs = append(jobs, job{c, v})
		}
	}
	rand.Shuffle(len(jobs), func(i, j int) { jobs[i], jobs[j] = jobs[j], jobs[i] })
	queue := make(chan job, len(jobs))
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	var wg sync.WaitGroup
	for range g.atOnce {
		wg.Go(func() {
			client := &fasthttp.HostClient{Addr: g.site.host, MaxConns: 1, ReadTimeout: 30 * time.Second}
			defer client.CloseIdleConnections()
			pause(step)
			for j := range queue {
				pause(step / 10) // or all would knock in step
				took, answer, err := g.site.knock(client, j.visit)
				if err != nil {
					b.Error(err)
					return
				}
				g.note(j.class, took, answer)
			}
		})
	}
	wg.Wait()
	b.Logf("%s", g.table())
	g.compare(b)
}

// pause is different each time.
func pause(most time.Duration) { time.Sleep(rand.N(most)) }

// knock sends the entry form from an address of its own and gives the time until the
// answer was there whole, and what of it could tell something.
func (st *site) knock(client *fasthttp.HostClient, v visit) (took time.Duration, answer string, err error) {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	n := st.next.Add(1)
	req.SetRequestURI(st.url + "/")
	req.Header.SetMethod(fasthttp.MethodPost)
	req.Header.SetContentType("application/x-www-form-urlencoded")
	req.Header.Set("Origin", st.url)
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255))
	req.SetBodyString(v.body)
	begin := time.Now()
	err = client.Do(req, resp)
	took = time.Since(begin)
	return took, plain(resp, v.secret), err
}

// plain is an answer with status, headers and body, without the date, and with the secret
// blanked that the form shows again to whoever typed it. Nothing else is taken out.
func plain(resp *fasthttp.Response, secret string) string {
	var lines []string
	for name, value := range resp.Header.All() {
		if string(name) != fasthttp.HeaderDate {
			lines = append(lines, fmt.Sprintf("%s: %s", name, value))
		}
	}
	slices.Sort(lines)
	body := bytes.ReplaceAll(resp.Body(), []byte(secret), bytes.Repeat([]byte("*"), len(secret)))
	return fmt.Sprintf("%d\n%s\n\n%s", resp.StatusCode(), strings.Join(lines, "\n"), body)
}

func (g *group) note(c *class, took time.Duration, answer string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.took = append(c.took, took)
	if _, known := g.answers[answer]; !known {
		g.answers[answer] = c.name
	}
}

// compare fails if an answer or its time tells classes apart.
func (g *group) compare(b *testing.B) {
	b.Helper()
	if len(g.answers) != 1 {
		for answer, class := range g.answers {
			b.Errorf("%s: %d different answers; first to %q:\n%.600s", g.name, len(g.answers), class, answer)
		}
	}
	for answer := range g.answers {
		if !strings.HasPrefix(answer, "422\n") {
			b.Errorf("no refusal: %.80s", answer)
		}
	}
	if samples := len(g.classes[0].took); g.bound && samples >= provingSamples && g.worst() > maxAUC {
		b.Errorf("%s: an AUC is %.3f off 0.5, want at most %.2f", g.name, g.worst(), maxAUC)
	}
}

// worst is the distance from 0.5 of the pair easiest to tell apart.
func (g *group) worst() (off float64) {
	for i, x := range g.classes {
		for _, y := range g.classes[:i] {
			off = max(off, math.Abs(auc(y.took, x.took)-0.5))
		}
	}
	return off
}

func (g *group) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(0, "ns/op") // hides it: it is the time of the whole measurement
	b.ReportMetric(0.5+g.worst(), "worst-AUC")
	b.ReportMetric(float64(len(g.classes[0].took)), "samples/class")
}

// table has one line per class; the column of another class says how often this one took
// longer, and by how many ms its median differs. Late is the share of answers that missed
// their step of the grid: only there the work of a class can show.
func (g *group) table() string {
	var out strings.Builder
	_, _ = fmt.Fprintf(&out, "%s: AUC (difference of medians in ms), chance alone ± %.3f\n%-12s %7s %9s %6s", g.name, g.chance(), "", "samples", "median ms", "late %")
	for _, c := range g.classes[:len(g.classes)-1] {
		_, _ = fmt.Fprintf(&out, " %16s", c.name)
	}
	for i, c := range g.classes {
		_, _ = fmt.Fprintf(&out, "\n%-12s %7d %9.3f %6.2f", c.name, len(c.took), median(c.took), c.late())
		for _, other := range g.classes[:i] {
			_, _ = fmt.Fprintf(&out, "  %.3f (%+.3f)", auc(other.took, c.took), median(c.took)-median(other.took))
		}
	}
	return out.String()
}

// late is in percent.
func (c *class) late() float64 {
	n := 0
	for _, took := range c.took {
		if took > step+step/2 {
			n++
		}
	}
	return 100 * float64(n) / float64(len(c.took))
}

// chance is how far off 0.5 an AUC of equal classes is in 95 of 100 runs.
func (g *group) chance() float64 {
	return 1.96 / math.Sqrt(6*float64(len(g.classes[0].took)))
}

// median in milliseconds.
func median(list []time.Duration) float64 { return quantile(slices.Sorted(slices.Values(list)), 0.5) }

// A tool that sees nothing is none: a slower class and a different answer are found.
func TestRefusalsThatDifferAreSeen(t *testing.T) {
	fast, slow := &class{name: "fast"}, &class{name: "slow"}
	g := &group{classes: []*class{fast, slow}, answers: map[string]string{}}
	for i := range 1000 {
		g.note(fast, time.Duration(i), "422\nsame")
		g.note(slow, time.Duration(i+100), "422\nsame")
	}
	// 900 of 1000 equal steps apart: P(slow > fast) = 1 - 0.9²/2
	if off := g.worst(); math.Abs(off-(0.5-0.405)) > 0.001 || len(g.answers) != 1 {
		t.Errorf("off by %.4f, %d answers", off, len(g.answers))
	}
	g.note(slow, 0, "422\nother")
	if len(g.answers) != 2 {
		t.Error("a different answer went unnoticed")
	}
}

func TestOnlyTheDateAndTheTypedSecretAreBlanked(t *testing.T) {
	answer := func(date, secret, more string) string {
		var r fasthttp.Response
		r.SetStatusCode(fasthttp.StatusUnprocessableEntity)
		r.Header.Set("Date", date)
		r.Header.Set("X-More", more)
		r.SetBodyString("<input value=" + secret + ">" + more)
		return plain(&r, secret)
	}
	if a, b := answer("now", "AAAA", ""), answer("then", "BBBB", ""); a != b || !strings.HasPrefix(a, "422\n") {
		t.Errorf("%q, %q", a, b)
	}
	if answer("now", "AAAA", "") == answer("now", "AAAA", "x") {
		t.Error("a difference is gone")
	}
}
