package portal

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	st := start(t, func(o *Options, _ *site) { o.FormTargets = []string{"https://checkout.example.com"} },
		on("GET /hilfe", func(*fiber.Ctx) error { panic("broken") }))
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
			"connect-src 'self'; form-action 'self' https://checkout.example.com; base-uri 'none'; object-src 'none'; " +
			"frame-ancestors 'none'; require-trusted-types-for 'script'",
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Referrer-Policy":              "same-origin",
		"Cache-Control":                "no-store",
		"X-Robots-Tag":                 "noindex, nofollow",
		"Server":                       "",
		"Strict-Transport-Security":    "", // never over http
	}
	for name, c := range map[string]call{
		"a page": {path: "/"}, "no page": {path: "/nichts"}, "a panic": {path: "/hilfe"}, "an unknown method": {method: "FOO", path: "/"},
		"a foreign host": {path: "/", head: map[string]string{"Host": "evil.example"}}, "a foreign form": {method: "POST", path: "/", head: map[string]string{"Sec-Fetch-Site": "cross-site"}},
		"an ended session": {path: "/akte", session: dead}, "no static file": {path: "/static/x/y.css"},
	} {
		res, _ := st.do(c)
		for header, value := range want {
			if got := res.Header.Get(header); got != value {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
		if p := res.Header.Get("Permissions-Policy"); !strings.Contains(p, "camera=()") || strings.Contains(p, "*") || strings.Contains(p, "self") {
			t.Errorf("%s: Permissions-Policy %q", name, p)
		}
	}
}

func TestOverHTTPSTheBrowserIsToldToStayThere(t *testing.T) {
	st := start(t, func(o *Options, _ *site) { o.PublicURL = &url.URL{Scheme: "https", Host: "portal.example.de"} })
	res, _ := st.do(call{path: "/"})
	if got := res.Header.Get("Strict-Transport-Security"); got != "max-age=63072000; includeSubDomains" {
		t.Errorf("%q", got)
	}
}

func TestMethods(t *testing.T) {
	st := start(t)
	for _, tc := range []struct {
		method, path, allow string
		status              int
	}{
		{"PUT", "/", "GET, HEAD, POST", 405}, {"DELETE", "/akte", "GET, HEAD", 405}, {"FOO", "/sprache", "POST", 405},
		{"OPTIONS", "/", "GET, HEAD, POST", 405}, {"TRACE", "/nichts", "", 405}, {"POST", "/impressum", "GET, HEAD", 405},
		{"GET", "/sprache", "POST", 405}, {"GET", "/", "", 200}, {"HEAD", "/", "", 200}, {"POST", "/", "", 200},
		{"HEAD", "/nichts", "", 404}, {"POST", "/nichts", "", 404}, {"GET", "/IMPRESSUM", "", 404}, {"GET", "/impressum/", "", 404},
	} {
		res, body := st.do(call{method: tc.method, path: tc.path})
		if res.StatusCode != tc.status || res.Header.Get("Allow") != tc.allow {
			t.Errorf("%s %s: %d, Allow %q", tc.method, tc.path, res.StatusCode, res.Header.Get("Allow"))
		}
		if tc.method == "HEAD" && body != "" {
			t.Errorf("HEAD %s has a body", tc.path)
		}
	}
}

func TestHosts(t *testing.T) {
	local := start(t)
	public := start(t, func(o *Options, _ *site) {
		o.PublicURL, o.Loopback = &url.URL{Scheme: "https", Host: "portal.example.de"}, false
	})
	for _, tc := range []struct {
		st     *site
		host   string
		status string
	}{
		{local, "localhost", "200"}, {local, "localhost:99", "200"}, {local, "127.0.0.1", "200"}, {local, "[::1]:80", "200"},
		{local, "portal.example.de", "421"}, {local, "localhost.example.de", "421"}, {local, "127.0.0.1.nip.io", "421"},
		{public, "portal.example.de", "200"}, {public, "PORTAL.example.de", "200"}, {public, "portal.example.de:8443", "421"},
		{public, "localhost", "421"}, {public, "portal.example.de.evil.example", "421"}, {public, "evil@portal.example.de", "4"},
		{public, "", "400"},
	} {
		got := tc.st.raw("GET /hilfe HTTP/1.1\r\nHost: " + tc.host + "\r\nConnection: close\r\n\r\n")
		if !strings.HasPrefix(got, "HTTP/1.1 "+tc.status) {
			t.Errorf("%q: %.40q, want %s", tc.host, got, tc.status)
		}
	}
	if got := public.raw("GET http://evil.example/hilfe HTTP/1.1\r\nHost: portal.example.de\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 421") {
		t.Errorf("an absolute target past the header: %.40q", got)
	}
	if got := local.raw("GET /hilfe HTTP/1.1\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 400") {
		t.Errorf("no host: %.40q", got)
	}
}

func TestPublicURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://portal.example.de": "", "https://portal.example.de/": "", "http://localhost:8080": "", "http://127.0.0.1:1": "", "http://[::1]:1": "",
		"http://portal.example.de": "public_url_insecure", "http://localhost.example.de": "public_url_insecure",
		"portal.example.de": "public_url_invalid", "https://a.de/pfad": "public_url_invalid", "https://u@a.de": "public_url_invalid",
		"ftp://a.de": "public_url_invalid", "": "public_url_invalid", "https://a.de/?x": "public_url_invalid",
	} {
		_, err := ParsePublicURL(raw)
		if got := fmt.Sprint(err); err == nil && want != "" || err != nil && got != "invalid: "+want {
			t.Errorf("%q: %v, want %q", raw, err, want)
		}
	}
}

func TestOversizedAndCompressedRequestsAreRefused(t *testing.T) {
	st := start(t)
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	_, _ = w.Write(make([]byte, 16<<20))
	_ = w.Close()
	packed := bomb.String()
	many := strings.Repeat("a&", 100_000)
	million := strings.Repeat("a&", 1_000_000)
	for name, tc := range map[string]struct{ request, status string }{
		"gzip":             {fmt.Sprintf("%sContent-Encoding: gzip\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", post("/"), len(packed), packed), "415"},
		"a long header":    {"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", "431"},
		"a long target":    {"GET /" + strings.Repeat("x", 1<<20) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "431"},
		"a long body":      {fmt.Sprintf("%sContent-Length: %d\r\n\r\na=%s", post("/"), 300<<10, strings.Repeat("x", 300<<10)), "413"},
		"a chunked one":    {fmt.Sprintf("%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", post("/"), 300<<10, strings.Repeat("x", 300<<10)), "413"},
		"a million keys":   {fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", post("/"), len(million), million), "413"},
		"100,000 keys":     {fmt.Sprintf("%sContent-Length: %d\r\nConnection: close\r\n\r\n%s", post("/"), len(many), many), "413"},
		"another type":     {strings.Replace(post("/"), fiber.MIMEApplicationForm, "application/json", 1) + "Content-Length: 2\r\nConnection: close\r\n\r\n{}", "415"},
		"multipart":        {strings.Replace(post("/"), fiber.MIMEApplicationForm, "multipart/form-data; boundary=b", 1) + "Content-Length: 4\r\nConnection: close\r\n\r\n--b-", "415"},
		"no HTTP":          {"\x16\x03\x01\x02\x00\x01\r\n\r\n", "400"},
		"a query in POST":  {post("/akte/mehr?code=x") + "Content-Length: 0\r\nConnection: close\r\n\r\n", "400"},
		"two lengths":      {post("/") + "Content-Length: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab", "400"},
		"length and chunk": {post("/") + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", ""},
	} {
		got := st.raw(tc.request)
		if !strings.HasPrefix(got, "HTTP/1.1 "+tc.status) {
			t.Errorf("%s: %.60q, want %s", name, got, tc.status)
		}
		if tc.status != "" && !strings.Contains(got, "Content-Security-Policy") {
			t.Errorf("%s: refused without headers", name)
		}
	}
	if st.status(call{path: "/"}) != http.StatusOK {
		t.Error("the server has not survived")
	}
}

// Whoever is still sending when he is refused reads why: a connection closed on him would be reset.
func TestWhoIsStillSendingReadsWhyHeIsRefused(t *testing.T) {
	st := start(t)
	const piece, pieces = 512 << 10, 12
	conn, err := net.Dial("tcp", strings.TrimPrefix(st.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "%sContent-Length: %d\r\n\r\n", post("/"), piece*pieces)
	for range pieces {
		time.Sleep(30 * time.Millisecond) // long enough for an answer to overtake
		if _, err := io.WriteString(conn, strings.Repeat("x", piece)); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(100 * time.Millisecond)
	if got, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 413") {
		t.Errorf("%.60q, %v", got, err)
	}
}

func TestASlowRequestIsCutOff(t *testing.T) {
	st := start(t, func(o *Options, _ *site) { o.Times.Read = 100 * time.Millisecond })
	for name, request := range map[string]string{
		"in the head": "GET / HTTP/1.1\r\nHost: loc",
		"in the body": post("/") + "Content-Length: 100\r\n\r\na=",
		"silent":      "",
	} {
		// raw ends only when the server closes, so coming back is the test.
		if got := st.raw(request); name != "silent" && !strings.HasPrefix(got, "HTTP/1.1 408") {
			t.Errorf("%s: %.60q", name, got)
		}
	}
}

func TestCrossSiteRequests(t *testing.T) {
	st := start(t)
	own := st.url
	for _, tc := range []struct {
		site, origin, session, token string
		status                       int
	}{
		{"same-origin", "", "", "", 200}, {"none", "", "", "", 200}, {"same-origin", "null", "", "", 200},
		{"cross-site", "", "", "", 403}, {"same-site", "", "", "", 403}, {"cross-site", own, "", "", 403}, {"nonsense", own, "", "", 403},
		{"", own, "", "", 200}, {"", "", "", "", 403}, {"", "null", "", "", 403}, {"", "https://evil.example", "", "", 403},
		{"", strings.Replace(own, "http:", "https:", 1), "", "", 403}, {"", own + "0", "", "", 403}, {"", "%", "", "", 403},
		{"same-origin", "", letter, formToken(letter), 200}, {"same-origin", "", letter, "", 403}, {"same-origin", "", letter, "wrong", 403},
		{"same-origin", "", letter, formToken(full), 403}, {"cross-site", "", letter, formToken(letter), 403}, {"", "", letter, formToken(letter), 403},
	} {
		c := call{method: "POST", path: "/sprache", session: tc.session, form: url.Values{"csrf": {tc.token}},
			head: map[string]string{"Sec-Fetch-Site": tc.site, "Origin": tc.origin}}
		if got := st.status(c); got != tc.status {
			t.Errorf("%+v: %d", tc, got)
		}
	}
	for _, path := range []string{"/akte", "/"} {
		if got := st.status(call{path: path, session: letter, head: map[string]string{"Sec-Fetch-Site": "cross-site"}}); got != 200 {
			t.Errorf("a link from elsewhere to %s: %d", path, got)
		}
	}
}
