package portal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/portal/page"
)

// A mark that must appear in no log line and no answer, put wherever a visitor can write.
const canary = "KANARIENVOGEL7Q"

func TestNothingAVisitorWritesIsLoggedOrShownAgain(t *testing.T) {
	st := start(t, behindProxy,
		on("GET /hilfe", func(c *fiber.Ctx) error { panic("value " + canary) }),
		on("GET /echt", func(c *fiber.Ctx) error {
			return debt.E(debt.Invalid, "date_invalid", debt.Args{"value": debt.Personal(canary)})
		}),
		on("POST /sprache", func(c *fiber.Ctx) error {
			form, err := page.Form(c)
			return errors.Join(err, c.SendString(form.Get("seen")[:0]))
		}))
	head := map[string]string{"User-Agent": canary, "X-Request-Id": canary, "X-Forwarded-For": canary, "Referer": "http://x/" + canary,
		"Accept-Language": canary, "Origin": "http://" + canary, "Authorization": canary}
	for _, c := range []call{
		{path: "/" + canary}, {path: "/?code=" + canary}, {path: "/%23" + canary}, {path: "/akte/" + canary}, {path: "/static/" + canary + "/x"},
		{path: "/" + canary[:4] + "-" + canary[4:8] + "-" + canary[8:12]}, {path: "/hilfe"}, {path: "/echt"}, {path: "/akte", session: canary},
		{method: "POST", path: "/", form: url.Values{"code": {canary}}}, {method: "POST", path: "/", form: url.Values{canary: {"\x00"}}},
		{method: "POST", path: "/sprache", form: url.Values{"seen": {canary}}}, {method: "POST", path: "/" + canary}, {method: "POST", path: "/sprache?" + canary},
		{method: canary, path: "/"}, {method: "PUT", path: "/" + canary}, {path: "/", head: map[string]string{"Host": canary + ".example"}},
	} {
		merged := map[string]string{}
		for name, value := range head {
			merged[name] = value
		}
		for name, value := range c.head {
			merged[name] = value
		}
		c.head = merged
		res, body := st.do(c)
		if seen := fmt.Sprint(res.Header) + body; strings.Contains(strings.ToUpper(seen), canary) {
			t.Errorf("%s %s: shown again: %s", c.method, c.path, seen)
		}
	}
	for _, request := range []string{
		"GET /" + canary + " HTTP/9\r\n\r\n", "GET / HTTP/1.1\r\n" + canary + "\r\n\r\n", canary + "\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + canary + strings.Repeat("x", 10<<10) + "\r\n\r\n",
	} {
		if got := st.raw(request); strings.Contains(got, canary) {
			t.Errorf("%q: shown again: %s", request, got)
		}
	}
	if log := st.log.String(); strings.Contains(strings.ToUpper(log), canary) || strings.Contains(log, "127.0.0.1") {
		t.Errorf("logged: %s", log)
	}
}

func TestALostOrMisplacedSecretHasAPageOfItsOwn(t *testing.T) {
	for path, want := range map[string]bool{
		"/ABCD-EFGH-JKMN-PQRS": true, "/ABCDEFGHJKMNPQRS": true, "/%2301ARZ3NDEKTSV4RRFFQ69G5FAV": true, "/abcd%20efgh%20jkmn%20pqrs": true,
		"/wp-login.php": false, "/.env": false, "/akte/xyz": false, "/index.html": false, "/": false,
	} {
		if looksLikeSecret(path) != want {
			t.Errorf("%s: %t", path, !want)
		}
	}
	st := start(t)
	if got := st.status(call{path: "/?x"}); got != 400 {
		t.Errorf("a query: %d", got)
	}
	if got := st.status(call{path: "/ABCDEFGHJKMNPQRS"}); got != 404 {
		t.Errorf("a code as path: %d", got)
	}
}

func TestOneLinePerRequest(t *testing.T) {
	st := start(t)
	st.do(call{path: "/akte/bezahlen", session: letter, head: map[string]string{"Accept-Language": "en"}})
	var line map[string]any
	if err := json.Unmarshal([]byte(st.log.String()), &line); err != nil {
		t.Fatalf("%v: %s", err, st.log)
	}
	id, _ := line["id"].(string)
	delete(line, "id")
	delete(line, "time")
	want := map[string]any{"level": "INFO", "msg": "request", "method": "GET", "route": "/akte/bezahlen", "status": 200.0, "bytes": 19.0, "took": 0.0, "lang": "en"}
	if len(id) != 12 || fmt.Sprint(line) != fmt.Sprint(want) {
		t.Errorf("id %q, %v", id, line)
	}
}

func TestAPanicIsOneBrokenPageAndNoMore(t *testing.T) {
	st := start(t, on("GET /hilfe", func(*fiber.Ctx) error { panic("broken") }), on("GET /echt", func(c *fiber.Ctx) error {
		var none []string
		return c.SendString(none[len(c.Path())])
	}), on("POST /", func(*fiber.Ctx) error { panic(http.ErrAbortHandler) }))
	for _, c := range []call{{path: "/hilfe"}, {path: "/echt"}, {method: "POST", path: "/"}, {path: "/hilfe", head: map[string]string{"Content-Encoding": "x"}}} {
		want := 500
		if c.head != nil {
			want = 415
		}
		if got := st.status(c); got != want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	if got := st.status(call{path: "/"}); got != 200 {
		t.Errorf("afterwards: %d", got)
	}
	log := st.log.String()
	if strings.Contains(log, "broken") || !strings.Contains(log, "index out of range") || strings.Count(log, `"msg":"panic"`) != 3 {
		t.Error(log)
	}
	if len(st.flights.n) != 0 || len(st.busy) != 0 {
		t.Error("a panic has kept its place")
	}
}

func TestEveryErrorHasAStatus(t *testing.T) {
	for _, kind := range debt.Kinds() {
		if _, ok := byKind[kind]; !ok {
			t.Errorf("%s has none", kind)
		}
	}
	var give error
	st := start(t, on("GET /hilfe", func(*fiber.Ctx) error { return give }))
	for _, tc := range []struct {
		err    error
		status int
		retry  bool
	}{
		{debt.E(debt.Invalid, "date_invalid", nil), 422, false}, {debt.E(debt.NotFound, "case_unknown", nil), 404, false},
		{debt.E(debt.Conflict, "payment_exists", nil), 409, false}, {debt.E(debt.Forbidden, "x", nil), 403, false},
		{debt.E(debt.Expired, "x", nil), 410, false}, {debt.E(debt.Unavailable, "database_busy", nil), 503, true},
		{debt.E(debt.NotFound, "session_ended", nil), 403, false}, {fmt.Errorf("wrapped: %w", debt.E(debt.Conflict, "x", nil)), 409, false},
		{fiber.ErrRequestEntityTooLarge, 413, false}, {fiber.ErrTeapot, 500, false}, {io.ErrUnexpectedEOF, 500, false}, {context.DeadlineExceeded, 500, false},
		{debt.E("new kind", "x", nil), 500, false},
	} {
		give = tc.err
		res, body := st.do(call{path: "/hilfe"})
		if res.StatusCode != tc.status || (res.Header.Get("Retry-After") != "") != tc.retry {
			t.Errorf("%v: %d, Retry-After %q", tc.err, res.StatusCode, res.Header.Get("Retry-After"))
		}
		if tc.status == 500 && (strings.Contains(body, tc.err.Error()) || !strings.Contains(st.log.String(), tc.err.Error())) {
			t.Errorf("%v: an internal error belongs into the log and nowhere else: %s", tc.err, body)
		}
	}
}

func TestHandlersHaveADeadlineAndAnswersOfTheirOwn(t *testing.T) {
	var kept []string
	st := start(t, on("POST /sprache", func(c *fiber.Ctx) error {
		if deadline, ok := c.UserContext().Deadline(); !ok || time.Until(deadline) > 21*time.Second {
			t.Error("no deadline")
		}
		form, err := page.Form(c)
		kept = append(kept, form.Get("n"), c.Get("X-N"), c.Path())
		return err
	}))
	for i := range 50 {
		n := fmt.Sprintf("%08d", i)
		st.do(call{method: "POST", path: "/sprache", form: url.Values{"n": {n}}, head: map[string]string{"X-N": n}})
	}
	for i := range 50 {
		if n := fmt.Sprintf("%08d", i); kept[3*i] != n || kept[3*i+1] != n || kept[3*i+2] != "/sprache" {
			t.Fatalf("what a handler kept has changed: %q", kept[3*i:3*i+3])
		}
	}
}

func TestStoppingLeavesNothingBehind(t *testing.T) {
	for range 10 {
		st := start(t)
		for range 3 {
			st.status(call{path: "/"})
			st.raw("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		}
		if len(serving()) == 0 {
			t.Fatal("a running server cannot be seen: the test looks for the wrong thing")
		}
		if err := st.stop(); err != nil {
			t.Error(err)
		}
	}
	left := serving()
	for range 1000 { // a goroutine that is ending is still counted for a moment
		if len(left) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
		left = serving()
	}
	t.Errorf("%d goroutines are left\n%s", len(left), strings.Join(left, "\n\n"))
}

// serving gives the stacks that belong to a server. The one goroutine per server in which
// fasthttp sleeps up to ten seconds before it tidies up is none of ours.
func serving() (found []string) {
	b := make([]byte, 1<<20)
	for stack := range strings.SplitSeq(string(b[:runtime.Stack(b, true)]), "\n\n") {
		if strings.Contains(stack, "serveConn") || strings.Contains(stack, "portal.(*Server)") {
			found = append(found, stack)
		}
	}
	return found
}

func TestARequestThatHasBegunIsAnsweredBeforeTheEnd(t *testing.T) {
	entered, leave := make(chan bool), make(chan bool)
	st := start(t, on("GET /hilfe", func(c *fiber.Ctx) error { entered <- true; <-leave; return c.SendString("whole") }))
	type result struct {
		res  reply
		body string
	}
	answer := make(chan result, 1)
	go func() {
		res, body := st.do(call{path: "/hilfe"})
		answer <- result{res, body}
	}()
	<-entered
	ended := make(chan error, 1)
	go func() { ended <- st.stop() }()
	for !st.draining.Load() {
		time.Sleep(time.Millisecond)
	}
	close(leave)
	if got := <-answer; got.body != "whole" || !got.res.Close {
		t.Errorf("%q, closing %t", got.body, got.res.Close)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestAnAnswerThatWaitsForItsMomentDoesNotHoldUpTheEnd(t *testing.T) {
	st := start(t)
	waiting := make(chan bool)
	st.sleep = func(ctx context.Context, _ time.Duration) { waiting <- true; <-ctx.Done() }
	answer := make(chan int, 1)
	go func() { answer <- st.status(call{method: "POST", path: "/"}) }()
	<-waiting
	if err := st.stop(); err != nil {
		t.Error(err)
	}
	if got := <-answer; got != 200 {
		t.Errorf("%d", got)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		sleep(ctx, time.Second)
		if time.Since(began) != time.Second {
			t.Errorf("slept %v", time.Since(began))
		}
		cancel()
		sleep(ctx, time.Hour)
		if time.Since(began) != time.Second {
			t.Error("slept although it should hurry")
		}
	})
}
