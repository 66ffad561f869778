package portal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/debt/operator"
	"quitt/payments/directdebit"
	"quitt/portal/api"
	"quitt/portal/debtor"
	"quitt/portal/debtor/paperwork"
	"quitt/portal/page"
	"quitt/store/cache"
)

// isolationEnv multiplies the load: QUITT_ISOLATION=20 asks every question twenty times.
const isolationEnv = "QUITT_ISOLATION"

func rounds(t testing.TB) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(isolationEnv))
	if err != nil && os.Getenv(isolationEnv) != "" {
		t.Fatalf("%s: %v", isolationEnv, err)
	}
	return max(n, 1)
}

// watched is a running server over a world, asked by clients that check every answer.
type watched struct {
	*Server
	*world
	url    string
	log    *lines
	client *http.Client
	stop   func() error

	mu     sync.Mutex
	asked  int
	faults []string
}

// plant changes a server before it starts; the tests of the test use it.
type plant func(w *world, list []route, o *Options)

func watch(t testing.TB, w *world, after func(*watched), plants ...plant) *watched {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	st := &watched{world: w, url: "http://" + ln.Addr().String(), log: &lines{}}
	st.client = &http.Client{
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	o := st.options()
	if len(plants) == 0 && after == nil {
		st.Server, err = New(o)
		w.must(err)
	} else { // as New, with something put between
		list := routes(o.Pages)
		for _, p := range plants {
			p(w, list, &o)
		}
		st.Server = newServer(o, list)
		o.Pages.SetSession, o.Pages.EndSession = st.setSession, st.endSession
	}
	st.sleep = func(context.Context, time.Duration) {}
	if after != nil {
		after(st)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- st.Serve(ctx, ln, Stopping{}) }()
	st.stop = sync.OnceValue(func() error {
		st.client.CloseIdleConnections()
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

func (st *watched) options() Options {
	u, err := ParsePublicURL(st.url)
	st.must(err)
	kit := &page.Kit{Operator: operator.Profile{
		Name: "Inkasso Muster", Street: "Weg 1", Postcode: "50667", City: "Köln", Phone: "0221 1", Email: "post@example.de",
		Supervisor: operator.Authority{Name: "Amt", Address: "Ort", Contact: "amt@example.de"},
	}}
	o := Options{
		Store: st.store, Now: st.clock.Now,
		Pages: &debtor.Pages{Signin: st.desk, Cases: st.cases, Letters: st.letters(), Rail: st.rail, Debits: &directdebit.Desk{Store: st.store, Now: st.clock.Now}, Kit: kit, Instalments: st.instalments(),
			Paperwork: paperwork.New(kit, st.papers), Contact: st.contact(kit)},
		Limits:     &cache.Guard{Local: cache.NewMemory(st.clock.Now, 1_000_000), Now: st.clock.Now},
		API:        api.Desks{Plans: st.planDesk(), Documents: st.papers, Hooks: st.hooks()},
		AddressKey: []byte("0123456789abcdef"), PublicURL: u, Loopback: true, FormTargets: []string{checkoutOrigin},
		Log: slog.New(slog.NewJSONHandler(st.log, nil)), Version: "test", Times: Times{Linger: 5 * time.Millisecond},
	}
	behindProxy(&o, nil)
	return o
}

func (st *watched) fault(format string, args ...any) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.faults = append(st.faults, fmt.Sprintf(format, args...))
}

// found takes the faults out.
func (st *watched) found() []string {
	st.mu.Lock()
	defer st.mu.Unlock()
	list := st.faults
	st.faults = nil
	return list
}

// report fails the test with what was found, the first of it.
func (st *watched) report(t *testing.T) {
	t.Helper()
	list := st.found()
	for i, f := range list {
		if i == 20 {
			t.Errorf("and %d more", len(list)-i)
			return
		}
		t.Error(f)
	}
}

// probe is one request.
type probe struct {
	role         *role
	method, path string
	tail         string // added to the path as one more segment
	query, form  url.Values
	head         map[string]string
	cookies      string   // beside the session's
	session      string   // in the place of the role's
	note         string   // what it tries, for the report
	echo         []string // what the page may repeat
	whole        bool     // the answer is wanted as it came
}

// answer of a probe, blanked: what is left of two of them may be compared.
type told struct {
	status int
	head   string // sorted lines
	body   string
	raw    http.Header
}

func (a told) String() string { return fmt.Sprintf("%d\n%s\n\n%s", a.status, a.head, a.body) }

// send asks and blanks: the header Date, the number of the request, and what was typed.
func (st *watched) send(p probe) (told, error) {
	st.mu.Lock()
	st.asked++
	n := st.asked
	st.mu.Unlock()
	target := st.url + p.path
	if p.tail != "" {
		target = strings.TrimSuffix(target, "/") + "/" + url.PathEscape(p.tail)
	}
	if p.query != nil {
		target += "?" + p.query.Encode()
	}
	session := p.session
	if session == "" {
		session = p.role.cookie
	}
	form := url.Values{}
	if p.method == http.MethodPost {
		maps.Copy(form, p.form)
		if session != "" && !form.Has("csrf") {
			form.Set("csrf", formToken(session))
		}
	}
	r, err := http.NewRequest(p.method, target, strings.NewReader(form.Encode()))
	if err != nil {
		return told{}, err
	}
	if p.method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)) // limits are tested elsewhere
	if p.role.lang != "" {
		r.Header.Set("Accept-Language", p.role.lang)
	}
	for name, value := range p.head {
		r.Header.Set(name, value)
	}
	if p.role.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+p.role.bearer)
	}
	if session != "" {
		r.Header.Add("Cookie", "sid="+session)
	}
	if p.cookies != "" {
		r.Header.Add("Cookie", p.cookies)
	}
	res, err := st.client.Do(r)
	if err != nil {
		return told{}, err
	}
	body, err := io.ReadAll(res.Body)
	return blanked(p, res, string(body)), errors.Join(err, res.Body.Close())
}

func blanked(p probe, res *http.Response, body string) told {
	if p.whole {
		return told{res.StatusCode, "", body, res.Header}
	}
	var head []string
	for name, values := range res.Header {
		if name != "Date" {
			head = append(head, name+": "+strings.Join(values, "|"))
		}
	}
	slices.Sort(head)
	for _, typed := range p.echo {
		if typed != "" {
			body = strings.ReplaceAll(body, htmlEscaper.Replace(typed), "∎")
		}
	}
	body = withoutNumbers(body)
	// The copy of one's data counts the wrong checks of the case, and others try here meanwhile.
	counts := strings.HasPrefix(p.path, "/akte/auskunft/")
	if body = wrongChecks.ReplaceAllString(body, `"wrong_checks":0`); counts && strings.HasPrefix(body, "%PDF-") {
		body = "%PDF-∎" // what it says has a test of its own
	}
	if counts && strings.HasPrefix(body, "PK\x03\x04") {
		body = "PK∎" // likewise
	}
	h := strings.Join(head, "\n")
	h = allowance.ReplaceAllString(h, "$1∎")
	if len(p.echo) > 0 || counts { // what was typed has a length too
		h = contentLength.ReplaceAllString(h, "Content-Length: ∎")
	}
	return told{res.StatusCode, h, body, res.Header}
}

var (
	htmlEscaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")
	contentLength = regexp.MustCompile(`Content-Length: \d+`)
	allowance     = regexp.MustCompile(`(Ratelimit-(?:Remaining|Reset): )\d+`) // counts a program's own requests down
	wrongChecks   = regexp.MustCompile(`"wrong_checks": ?\d+`)
)

// ask sends a probe and checks what comes back: nothing the role may not see.
func (st *watched) ask(p probe) told {
	a, err := st.send(p)
	if err != nil {
		st.fault("%s: %v", p, err)
		return a
	}
	if a.status >= 500 {
		st.fault("%s: answers %d", p, a.status)
	}
	for _, c := range st.zoo.find(a.head + "\n\n" + a.body) {
		if p.tail != "" || !p.role.may(c, p.path) {
			st.fault("%s: tells %s", p, c)
		}
	}
	return a
}

func (p probe) String() string {
	s := fmt.Sprintf("%s %s as %s", p.method, p.path, p.role.name)
	if p.note != "" {
		s += " (" + p.note + ")"
	}
	return s
}

// A carrier puts ids where a client can put something.
type carrier struct {
	name string
	load func(p *probe, i ids)
}

var (
	byPath  = carrier{"path", func(p *probe, i ids) { p.tail = i.caseID }}
	byQuery = carrier{"query", func(p *probe, i ids) {
		p.query = url.Values{"id": {i.caseID}, "case": {i.caseID}, "creditor": {i.creditor}, "grant": {i.grant}}
	}}
	byHead = carrier{"headers and cookies", func(p *probe, i ids) {
		p.head = map[string]string{"X-Case-Id": i.caseID, "X-Creditor": i.creditor, "X-Grant-Id": i.grant, "Authorization": "Bearer " + i.token, "X-Original-Url": "/akte/" + url.PathEscape(i.caseID)}
		p.cookies = "case=" + url.QueryEscape(i.caseID) + "; creditor=" + url.QueryEscape(i.creditor) + "; grant=" + url.QueryEscape(i.grant)
	}}
	byForm = carrier{"form", func(p *probe, i ids) {
		p.set("id", i.caseID, "case_id", i.caseID, "creditor_id", i.creditor, "grant", i.grant, "session", i.grant)
	}}
	byToken = carrier{"token in the form", func(p *probe, i ids) { p.set("case_id", i.caseID, "token", i.token); p.echo = []string{i.token} }}
	byCode  = carrier{"code in the form", func(p *probe, i ids) { p.set("case_id", i.caseID, "code", i.code); p.echo = []string{i.code} }}
)

func (p *probe) set(pairs ...string) {
	form := url.Values{}
	maps.Copy(form, p.form)
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	p.form = form
}

// forms are what a page of ours would send, with a check that is wrong for everybody but a
// firm, whose case no form names.
var isolationForms = map[string]url.Values{
	"/sprache":   {"lang": {"de"}, "path": {"/akte"}},
	"/":          {"check": {"birth_date"}, "day": {"9"}, "month": {"9"}, "year": {"1911"}},
	"/akte/mehr": {"check": {"birth_date"}, "day": {"9"}, "month": {"9"}, "year": {"1911"}},
}

// carriers of a method. Hashing a typed code is slow by design: a few roles stand for all.
// At /nicht-ich a right secret ends a case's letters, so it gets its own test.
func carriers(p probe) []carrier {
	switch {
	case p.method == http.MethodHead:
		return []carrier{byHead}
	case p.method != http.MethodPost:
		return []carrier{byPath, byQuery, byHead}
	case p.path == "/nicht-ich":
		return []carrier{byForm}
	case p.path == "/" && (p.role.name == "anonymous" || p.role.name == "full view"), strings.HasPrefix(p.path, "/akte/"):
		return []carrier{byForm, byToken, byCode}
	case p.path == "/":
		return []carrier{byForm, byToken}
	}
	return []carrier{byForm}
}

// paths gives every path of the access table as one can ask for it.
func isolationPaths() []string {
	set := map[string]bool{}
	for name, who := range accessTable {
		if who == APIKey {
			continue // isolation_api_test.go has them, with keys and references of every class
		}
		_, path, _ := strings.Cut(name, " ")
		switch path {
		case staticRoute:
			path = embedded().Icon
		case noticeRoute:
			path = noticePrefix + "0123456789abcdef0123456789abcdef"
		}
		set[path] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// wanted is the answer the access table asks for: the one list of expectations.
func wanted(p probe) (status int, location string) {
	name, path := p.method, p.path
	switch {
	case strings.HasPrefix(path, staticPrefix):
		path = staticRoute
	case strings.HasPrefix(path, noticePrefix):
		path = noticeRoute
	}
	if name == http.MethodHead {
		name = http.MethodGet
	}
	who, known := accessTable[name+" "+path]
	switch {
	case name != http.MethodGet && name != http.MethodPost:
		return 405, ""
	case p.query != nil && (path == "/" || name == http.MethodPost && path != "/abbestellen"):
		return 400, ""
	case p.tail != "":
		return 404, ""
	case !known:
		return 405, ""
	case who == FeedKey && p.role.feed == nil || who == Client: // api_token_test.go has the rest
		return 401, ""
	case who == FeedKey && name == http.MethodPost:
		return 415, "" // what a form sends; feedkey_test.go has the rest
	case who == FeedKey:
		return 200, ""
	case who == Provider:
		return 404, "" // nobody has that address; notice_test.go has the rest
	case who == Helper:
		return wantedOfHelper(p)
	case who != Anyone && p.role.cookie == "":
		return 303, "/"
	case who != Anyone && p.role.ended:
		return 403, ""
	case who != Anyone && p.role.gone:
		return 303, "/vertretung"
	case who == FullView && p.role.tier < access.FullView:
		return 303, "/akte/mehr"
	case who != Anyone && p.role.helper && !authority.Covers(p.role.scopes, actTable(name, path)):
		return 403, ""
	case name == http.MethodPost && strings.HasPrefix(path, "/akte/bezahlen/") && p.role.leads["/akte/bezahlen"] != "":
		return 303, p.role.leads["/akte/bezahlen"]
	case name == http.MethodPost && strings.HasPrefix(path, "/akte/raten/"):
		return wantedOfPlan(p.role, path)
	case name == http.MethodPost:
		return wantedOfForm(path)
	}
	if to := p.role.leads[path]; to != "" {
		return 303, to
	}
	numbered := []string{"/akte/brief", "/akte/brief/pdf", "/akte/papier", "/akte/papier/pdf", "/akte/raten/dauerauftrag", "/akte/raten/dauerauftrag/pdf", "/akte/zahlung", "/akte/zahlung/stand", "/akte/beleg", "/akte/beleg/pdf", "/akte/anlage",
		"/akte/lastschrift/mandat", "/akte/lastschrift/pdf"}
	if slices.Contains(numbered, path) || strings.HasPrefix(path, "/akte/quittung") {
		return 404, "" // no number; numbers have a test of their own. And nobody here has paid all
	}
	return 200, ""
}

// wantedOfForm: no form of the matrix has both a right secret and a right check.
func wantedOfForm(path string) (int, string) {
	switch path {
	case "/sprache":
		return 303, "/akte"
	case "/abmelden", "/abbestellen", "/akte/bezahlen/weiter":
		return 200, ""
	case "/akte/nachrichten/gelesen":
		return 303, "/akte/nachrichten?getan=gelesen"
	case "/akte/daten/wunsch":
		return 303, "/akte/daten?getan=wunsch" // nothing is wished for
	case "/akte/daten/abbestellen":
		return 303, "/akte/daten?getan=abbestellt"
	case "/akte/bezahlen/start", "/akte/bezahlen/code":
		return 303, "/akte/bezahlen" // no amount
	case "/akte/lastschrift":
		return 303, "/akte" // nobody collects here
	case "/akte/lastschrift/bestaetigen", "/akte/lastschrift/code", "/akte/lastschrift/papier", "/akte/lastschrift/widerrufen":
		return 404, "" // names no mandate
	case "/rueckmeldung/sms":
		return 403, "" // nobody here has the gateway's key
	case "/akte/code":
		return 0, "" // depends on how often: 200 without an address, 422 after three
	}
	return 422, ""
}

// matrix asks every path with every method, as every role, with ids of every class in
// every place, and compares: what a role gets must not depend on ids.
func (st *watched) matrix(roles []*role, paths []string) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, 4)
	for _, r := range roles {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			for _, path := range paths {
				for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut} {
					st.row(probe{role: r, method: method, path: path})
				}
			}
		})
	}
	wg.Wait()
}

// row asks one question with ids of every class in every place.
func (st *watched) row(p probe) {
	p.form = isolationForms[p.path]
	plain := st.expect(p)
	if p.method == http.MethodPut {
		return
	}
	classes := st.classes(p.role)
	for _, by := range carriers(p) {
		first, of := told{}, ""
		for _, class := range classNames(classes) {
			q := p
			q.note = by.name + ", " + class
			by.load(&q, classes[class])
			a := st.expect(q)
			if class == malformed && (len(q.echo) > 0 || q.tail != "") {
				continue
			}
			if of == "" {
				first, of = a, class
			}
			if a.String() != first.String() {
				st.fault("%s: answers differently than to %s: %s", q, of, difference(first.String(), a.String()))
			}
		}
		ignored := by.name == byHead.name || by.name == byForm.name || by.name == byQuery.name && p.path != "/"
		if ignored && first.String() != plain.String() {
			st.fault("%s: answers differently with ids in the %s: %s", p, by.name, difference(plain.String(), first.String()))
		}
	}
}

// expect asks and compares with the access table.
func (st *watched) expect(p probe) told {
	if p.path == "/abmelden" && p.method == http.MethodPost && (p.role.living() || p.role.gone) {
		spare, err := st.spare(p.role.file, p.role.tier)
		if err != nil {
			st.fault("%s: %v", p, err)
		}
		p.session = spare
	}
	a := st.ask(p)
	status, location := wanted(p)
	if status != 0 && a.status != status || location != "" && a.raw.Get("Location") != location {
		st.fault("%s: answers %d %s, the access table says %d %s", p, a.status, a.raw.Get("Location"), status, location)
	}
	return a
}

// difference shows where two texts part.
func difference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-40)
	return fmt.Sprintf("%q instead of %q", b[from:min(len(b), i+60)], a[from:min(len(a), i+60)])
}

// counted are figures of the server itself: a hundred thousand requests are counted through
// every amount of five digits. Their names and labels are searched like everything.
var counted = regexp.MustCompile(`(?m)^((?:quitt_http|go|process|promhttp)_\S*(?:\{[^\n]*\})?) \S+$`)

// measured is how long an answer was and how many nanoseconds it took: with a hundred thousand of
// them, one is as long as somebody's amount is high.
var measured = regexp.MustCompile(`"(?:bytes|took)":\d+`)

// silence searches log and figures for anything of anybody.
func (st *watched) silence() {
	log := st.log.String()
	for _, c := range st.zoo.find(measured.ReplaceAllString(log, "")) {
		st.fault("the log tells %s", c)
	}
	for _, word := range []string{`"panic"`, "internal error", "knrecho", "10.0.0."} {
		if strings.Contains(log, word) {
			st.fault("the log says %q", word)
		}
	}
	w := httptest.NewRecorder()
	st.operator().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "quitt_http_requests_total") {
		st.fault("there are no figures")
	}
	for _, c := range st.zoo.find(counted.ReplaceAllString(w.Body.String(), "$1 ∎")) {
		st.fault("a figure tells %s", c)
	}
}

// tableFaults compares the running router with the access table, both ways.
func tableFaults(list []Route) (faults []string) {
	seen := map[string]bool{}
	for _, r := range list {
		name := strings.Replace(r.Method, http.MethodHead, http.MethodGet, 1) + " " + r.Path
		seen[name] = true
		if want, ok := accessTable[name]; !ok || r.Who != want {
			faults = append(faults, fmt.Sprintf("%s: %q may come, the table says %q", name, r.Who, want))
		}
	}
	for name := range accessTable {
		if !seen[name] {
			faults = append(faults, name+" stands in the table and does not exist")
		}
	}
	return faults
}

// eachWorld runs a test in a world on each engine.
func eachWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { test(t, worldOn(t, engine)) })
	}
}

func TestNobodyGetsAByteOfAForeignCase(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		st := watch(t, w, nil)
		if faults := tableFaults(st.Routes()); len(faults) > 0 {
			t.Fatal(faults)
		}
		st.paymentCodes(t)
		st.sees(t)
		st.lettersOfOthers(t)
		st.papersOfOthers(t)
		st.paymentsOfOthers(t)
		st.plansOfOthers(t)
		st.documentsOfOthers(t)
		st.requestsOfOthers(t)
		for range rounds(t) {
			st.matrix(w.roles, isolationPaths())
			st.crowd(8, 100)
		}
		st.silence()
		foreign := len(st.faults)
		st.report(t)
		t.Logf("%d requests, 100 %% of %d routes classified, %d roles, %d canaries, %d foreign bytes or other faults",
			st.asked, len(st.Routes()), len(w.roles), len(w.zoo.words)+len(w.zoo.numbers), foreign)
	})
}

// paymentCodes adds the QR codes of the payment pages, in which no text is to be found.
func (st *watched) paymentCodes(t *testing.T) {
	t.Helper()
	st.giro = map[*dossier]string{}
	for _, r := range st.roles {
		if !r.living() || r.leads["/akte/bezahlen"] != "" || st.giro[r.file] != "" {
			continue
		}
		drawn := giroPath.FindString(st.ask(probe{role: r, method: http.MethodPost, path: "/akte/bezahlen/weiter",
			form: url.Values{"amount": {"all"}, "method": {"transfer"}, "do": {"go"}}}).body)
		if len(drawn) < 1000 {
			t.Fatalf("%s sees no code to pay with", r.name)
		}
		st.giro[r.file] = drawn
		st.zoo.word(r.file.of, r.file, onLetter, drawn)
	}
	st.zoo.seen.Clear() // what was searched before was searched for less
}

var giroPath = regexp.MustCompile(`M[0-9Mhvz -]{1000,}`)

// sees is the proof that the canaries are where they may be: a search that finds nothing
// anywhere proves nothing.
func (st *watched) sees(t *testing.T) {
	t.Helper()
	for _, tc := range []struct {
		role, path string
		least      int
	}{{"full view", "/akte", 20}, {"full view", "/akte/aufstellung", 18}, {"full view elsewhere", "/akte", 20}, {"minor", "/akte", 18},
		{"closed case", "/akte", 18}, {"firm", "/akte", 18}, {"letter view", "/akte", 4}, {"letter view", "/akte/bezahlen", 4},
		{"full view", "/akte/bezahlen", 5}, {"anonymous", "/echt", 4}, {"anonymous", "/", 0},
		{"feed key", "/api/v1/events", 27}, {"feed key elsewhere", "/api/v1/events", 27}, {"revoked feed key", "/api/v1/events", 0}} {
		a := st.ask(probe{role: st.role(tc.role), method: http.MethodGet, path: tc.path})
		if n := len(st.zoo.find(a.body)); n < tc.least || tc.least == 0 && n > 0 {
			t.Errorf("%s as %s shows %d canaries, want %d", tc.path, tc.role, n, tc.least)
		}
	}
	mail := st.role("one-time code")
	for i := range 4 { // three are sent, the fourth is refused
		a := st.ask(probe{role: mail, method: http.MethodPost, path: "/akte/code"})
		if shown := strings.Contains(a.body, "•••@"); shown != (i < 3) {
			t.Errorf("code %d: the masked address is shown: %v", i+1, shown)
		}
	}
}

// crowd asks as many at once, each with a word of its own: strings kept past a request
// turn into those of others.
func (st *watched) crowd(visitors, each int) {
	var wg sync.WaitGroup
	living := slices.DeleteFunc(slices.Clone(st.roles), func(r *role) bool { return !r.living() })
	for v := range visitors {
		wg.Go(func() {
			for i := range each {
				r := living[(v+i)%len(living)]
				word := fmt.Sprintf("knrecho%dx%dx", v, i)
				p := probe{role: r, method: http.MethodPost, path: "/", form: url.Values{"code": {word}, "token": {""}, "check": {"postcode"}, "postcode": {"1"}}}
				if i%3 > 0 {
					p = probe{role: r, method: http.MethodGet, path: []string{"/akte", "/akte/einwand"}[i%2], cookies: "note=" + word}
				}
				a := st.ask(p)
				if p.method == http.MethodPost && strings.Count(a.body, word) != 1 {
					st.fault("%s: does not repeat %s", p, word)
				}
				for _, other := range echoed.FindAllString(a.head+a.body, -1) {
					if other != word || p.method == http.MethodGet {
						st.fault("%s: repeats what another typed: %s", p, other)
					}
				}
			}
		})
	}
	wg.Wait()
}

var echoed = regexp.MustCompile(`knrecho\d+x\d+x`)
