package page

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/portal/text"
)

// reply is a response that has been read.
type reply struct {
	code   int
	header http.Header
}

func answer(t *testing.T, p Problem) (reply, string) {
	t.Helper()
	app := fiber.New()
	kit := &Kit{Operator: SampleOperator()}
	app.Get("/", func(c *fiber.Ctx) error {
		Put(c, &Request{ID: "K7Q2", Words: text.For(text.German)})
		return kit.Problem(c, p)
	})
	return ask(t, app)
}

func ask(t *testing.T, app *fiber.App) (reply, string) {
	t.Helper()
	res, err := app.Test(httptest.NewRequest(http.MethodGet, "/", nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header}, string(body)
}

func TestEveryProblemHasItsStatusAndSaysHowToReachAPerson(t *testing.T) {
	want := map[ProblemKind]int{NotFound: 404, Incomplete: 400, Expired: 410, Replaced: 410, Locked: 403, SessionEnded: 403, OutOfScope: 403,
		TooMany: 429, Busy: 503, TooLarge: 413, Foreign: 403, BadRequest: 400, ServerError: 500}
	titles := map[string]ProblemKind{}
	for _, kind := range ProblemKinds() {
		res, body := answer(t, Problem{Kind: kind})
		if res.code != want[kind] {
			t.Errorf("%s answers %d, want %d", kind, res.code, want[kind])
		}
		for _, part := range []string{"030 5550 1234", "Mo–Fr 8–18 Uhr", "K7Q2", "<title>Fehler:"} {
			if !strings.Contains(body, part) {
				t.Errorf("%s lacks %q", kind, part)
			}
		}
		title := body[strings.Index(body, "<h1>"):strings.Index(body, "</h1>")]
		if twin, twice := titles[title]; twice {
			t.Errorf("%s and %s say the same: %s", kind, twin, title)
		}
		titles[title] = kind
	}
	if len(want) != len(ProblemKinds()) {
		t.Errorf("%d kinds, %d looked at", len(ProblemKinds()), len(want))
	}
}

func TestRetryAfterIsSaidInBothPlaces(t *testing.T) {
	for wait, want := range map[time.Duration]struct{ header, words string }{
		0:                       {"", "in ein paar Minuten"},
		30 * time.Second:        {"30", "in einer Minute"},
		1500 * time.Millisecond: {"2", "in einer Minute"},
		10 * time.Minute:        {"600", "in 10 Minuten"},
	} {
		res, body := answer(t, Problem{Kind: TooMany, RetryAfter: wait})
		if got := res.header.Get("Retry-After"); got != want.header || !strings.Contains(body, want.words) {
			t.Errorf("%v: Retry-After %q, want %q and %q", wait, got, want.header, want.words)
		}
	}
}

func TestAnUnknownProblemIsOurs(t *testing.T) {
	res, body := answer(t, Problem{Kind: "moon"})
	if res.code != 500 || !strings.Contains(body, "Der Fehler liegt bei uns") {
		t.Errorf("%d", res.code)
	}
}

func TestTRefusesPairsThatDoNotFit(t *testing.T) {
	b := SampleBase(text.For(text.German), "/")
	for name, pairs := range map[string][]any{"odd": {"day"}, "no name": {1, 2}} {
		if _, err := b.T("claim_open", pairs...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if said, err := b.T("act_pay"); err != nil || said != "Jetzt bezahlen" {
		t.Errorf("%q, %v", said, err)
	}
}

func TestAPageThatFailsWritesNothing(t *testing.T) {
	broken := New[struct{ Base }](shared, "problem.html") // the layout fits, the page asks for more
	app := fiber.New(fiber.Config{ErrorHandler: func(c *fiber.Ctx, _ error) error { return c.Status(500).SendString("failed") }})
	app.Get("/", func(c *fiber.Ctx) error {
		return broken.Write(c, 200, struct{ Base }{SampleBase(text.For(text.German), "/")})
	})
	if res, body := ask(t, app); res.code != 500 || body != "failed" {
		t.Errorf("%d %s", res.code, body)
	}
}

func TestTelKeepsWhatATelephoneDials(t *testing.T) {
	b := SampleBase(text.For(text.German), "/")
	b.Operator.Phone = "+49 (0)30 / 5550-1234"
	if got := b.Tel(); got != "+4903055501234" {
		t.Errorf("%s", got)
	}
}

func FuzzLocal(f *testing.F) {
	for _, seed := range []string{"/akte", "//x", "/\\x", "http://x", "", "/a#b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := Local(path)
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n?#") {
			t.Errorf("%q leads to %q", path, got)
		}
	})
}
