package portal

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"quitt/debt"
	dl "quitt/debt/letter"
	letters "quitt/notifications/letter"
	"quitt/store"
	"quitt/store/storetest"

	"quitt/static"
)

func (st *site) ask(path string) (int, string) {
	st.t.Helper()
	w := httptest.NewRecorder()
	st.operator().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestReadyFollowsTheDatabaseAndTheEnd(t *testing.T) {
	storetest.EachBare(t, func(t *testing.T, url string) {
		s, err := store.Open(context.Background(), store.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		st := start(t, func(o *Options, _ *site) { o.Store = s })
		if code, what := st.ask("/readyz"); code != 503 || what != "database\n" {
			t.Errorf("without a schema: %d %s", code, what)
		}
		if err := s.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
		if code, what := st.ask("/readyz"); code != 200 || what != "ready\n" {
			t.Errorf("with one: %d %s", code, what)
		}
		if err := st.stop(); err != nil {
			t.Error(err)
		}
		if code, what := st.ask("/readyz"); code != 503 || what != "draining\n" {
			t.Errorf("at the end: %d %s", code, what)
		}
		if code, _ := st.ask("/livez"); code != 200 {
			t.Errorf("alive: %d", code)
		}
		if code, what := st.ask("/version"); code != 200 || what != "test\n" {
			t.Errorf("version: %d %s", code, what)
		}
	})
}

func TestFiguresHaveNoPersonalLabels(t *testing.T) {
	st := start(t, wrong)
	st.status(call{path: "/" + canary})
	st.status(call{method: canary, path: "/"})
	st.status(call{path: "/akte", session: letter})
	st.status(call{method: "POST", path: "/"})
	_, got := st.ask("/metrics")
	for _, want := range []string{
		`quitt_http_requests_total{method="GET",route="none",status="404"} 1`, `quitt_http_requests_total{method="other",route="none",status="405"} 1`,
		`quitt_http_requests_total{method="GET",route="/akte",status="200"} 1`, `quitt_attempts_failed_total{route="/"} 1`,
		`quitt_http_request_seconds_count{method="POST",route="/"} 1`, "quitt_limiter_fallback_total 0", "quitt_http_shed_total 0", "go_goroutines ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(got, canary) || strings.Contains(got, "127.0.0.1") {
		t.Error("a figure has something personal in it")
	}
}

func TestTheOperatorHasAListenerOfHisOwn(t *testing.T) {
	st := start(t, func(o *Options, _ *site) { o.Store = openStore(t) })
	for _, path := range []string{"/metrics", "/livez", "/readyz", "/version"} {
		if got := st.status(call{path: path}); got != 404 {
			t.Errorf("visitors reach %s: %d", path, got)
		}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- st.ServeOperator(ctx, ln) }()
	res, err := st.http.Get("http://" + ln.Addr().String() + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(res.Body); err != nil || string(b) != "ready\n" {
		t.Errorf("%q, %v", b, err)
	}
	_ = res.Body.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestFilesAreKeptForEverUnderTheirHash(t *testing.T) {
	files := map[string]static.File{
		"/static/h1/a.css":  {Type: "text/css; charset=utf-8", Body: []byte("plain"), Gzip: []byte("packed")},
		"/static/h1/b.svg":  {Type: "image/svg+xml", Body: []byte("icon")},
		"/static/h1/x/y.js": {Type: "text/javascript; charset=utf-8", Body: []byte("deep")},
	}
	st := start(t, func(o *Options, _ *site) {
		o.Assets = Assets{Icon: "/static/h1/b.svg", Find: func(path string) (static.File, bool) { a, ok := files[path]; return a, ok }}
	})
	for _, tc := range []struct{ path, accept, body, encoding, caching string }{
		{"/static/h1/a.css", "", "plain", "", "public, max-age=31536000, immutable"},
		{"/static/h1/a.css", "br, gzip;q=0.5", "packed", "gzip", "public, max-age=31536000, immutable"},
		{"/static/h1/a.css", "gzip;q=0", "plain", "", "public, max-age=31536000, immutable"},
		{"/static/h1/a.css", "gzip; q=0.0", "plain", "", "public, max-age=31536000, immutable"},
		{"/static/h1/x/y.js", "gzip", "deep", "", "public, max-age=31536000, immutable"},
		{"/favicon.ico", "gzip", "icon", "", "public, max-age=86400"},
	} {
		res, body := st.do(call{path: tc.path, session: down, head: map[string]string{"Accept-Encoding": tc.accept}})
		if res.StatusCode != 200 || body != tc.body || res.Header.Get("Content-Encoding") != tc.encoding || res.Header.Get("Cache-Control") != tc.caching {
			t.Errorf("%+v: %d %q %v", tc, res.StatusCode, body, res.Header)
		}
		if res.Header.Get("ETag") != "" || len(res.Cookies) != 0 {
			t.Errorf("%s: %v", tc.path, res.Header)
		}
	}
	for _, path := range []string{"/static/h2/a.css", "/static/h1/c.css", "/static/", "/static/h1/../h1/a.css", "/static/h1/%61.css"} {
		if res, _ := st.do(call{path: path}); res.StatusCode != 404 || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %s", path, res.StatusCode, res.Header.Get("Cache-Control"))
		}
	}
	if _, body := st.do(call{path: "/robots.txt"}); !strings.Contains(body, "Disallow: /\n") {
		t.Errorf("robots: %q", body)
	}
	if _, body := st.do(call{path: "/.well-known/security.txt"}); !strings.Contains(body, "Contact: mailto:post@example.de\nExpires: 2027-05-22T00:00:00Z\n") {
		t.Errorf("security.txt: %q", body)
	}
}

func TestThePreviewShowsEachCreditorsLetters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "praxis")
		press, err := letters.NewPress()
		if err != nil {
			t.Fatal(err)
		}
		desk := letters.Desk{Store: s, Now: storetest.Clock, Letterhead: letters.Letterhead{Press: press}}
		st := start(t, func(o *Options, _ *site) { o.Store, o.Pages.Letters = s, desk })
		texts := map[string]string{}
		for _, b := range look(t, desk, c).Blocks {
			if len(b.Required) == 0 && !strings.Contains(b.Default, "{") {
				texts[b.Name] = "Das sind unsere eigenen Worte."
				break
			}
		}
		if problems, err := desk.SaveTexts(context.Background(), c.ID, letters.Wording{Kind: dl.FirstNotice, Texts: texts, By: debt.Actor{Kind: "operator"}, Seen: letters.Newest}); err != nil || len(problems) > 0 || len(texts) == 0 {
			t.Fatal(problems, err, texts)
		}
		for path, want := range map[string]string{
			"/operator.css": "color-scheme", "/letters": "kind=paid_in_full", "/letters/preview?creditor=praxis&kind=first_notice": "unsere eigenen Worte",
			"/letters/preview.pdf?creditor=praxis&kind=plan_missed": "%PDF-",
		} {
			if code, what := st.ask(path); code != 200 || !strings.Contains(what, want) {
				t.Errorf("%s: %d %.200s", path, code, what)
			}
		}
		for _, path := range []string{"/letters/preview?creditor=nobody&kind=first_notice", "/letters/preview?creditor=praxis&kind=x", "/letters/preview.pdf"} {
			if code, _ := st.ask(path); code != 404 {
				t.Errorf("%s: %d", path, code)
			}
		}
	})
}

func look(t *testing.T, d letters.Desk, c debt.Creditor) letters.Preview {
	t.Helper()
	p, err := d.Look(context.Background(), dl.FirstNotice, c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
