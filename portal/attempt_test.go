package portal

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/portal/page"
	"quitt/store/cache"
	"quitt/store/storetest"
)

func TestTheClientIsTheRightmostHopThatIsNotOurProxy(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, tc := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"no proxy":                        {"203.0.113.9", nil, "203.0.113.9"},
		"forged, no proxy":                {"203.0.113.9", []string{"198.51.100.1"}, "203.0.113.9"},
		"one proxy":                       {"10.0.0.1", []string{"203.0.113.9"}, "203.0.113.9"},
		"forged behind a proxy":           {"10.0.0.1", []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		"forged as one of our proxies":    {"10.0.0.1", []string{"10.9.9.9, 203.0.113.9"}, "203.0.113.9"},
		"two proxies":                     {"10.0.0.1", []string{"198.51.100.1, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		"forged in a line of its own":     {"10.0.0.1", []string{"198.51.100.1", "203.0.113.9"}, "203.0.113.9"},
		"the proxy wrote nothing":         {"10.0.0.1", nil, "10.0.0.1"},
		"nonsense":                        {"10.0.0.1", []string{"203.0.113.9, unknown"}, "10.0.0.1"},
		"only proxies":                    {"10.0.0.1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"IPv6":                            {"fd00::1", []string{"2001:db8::1"}, "2001:db8::1"},
		"IPv6 in brackets":                {"fd00::1", []string{"[2001:db8::1]"}, "2001:db8::1"},
		"IPv4 written as IPv6":            {"::ffff:10.0.0.1", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		"IPv4 written as IPv6, untrusted": {"::ffff:203.0.113.9", []string{"198.51.100.1"}, "203.0.113.9"},
	} {
		peer := &net.TCPAddr{IP: net.ParseIP(tc.peer)}
		if got := clientAddress(peer, tc.forwarded, trusted); got.String() != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestAnAddressKeyHidesTheAddressAndJoinsANetwork(t *testing.T) {
	key := func(secret, a string) string { return addressKey([]byte(secret), netip.MustParseAddr(a)) }
	if key("a", "2001:db8::1") != key("a", "2001:db8:0:0:ffff::1") || key("a", "2001:db8::1") == key("a", "2001:db8:0:1::1") {
		t.Error("a /64 of IPv6 must be one key")
	}
	if key("a", "203.0.113.9") == key("a", "203.0.113.10") || key("a", "203.0.113.9") == key("b", "203.0.113.9") {
		t.Error("addresses and secrets must make a difference")
	}
	for _, r := range []cache.Rules{rulesIPv4, rulesIPv6} {
		if r.Local.Most >= r.Shared.Most || r.Local.Per < r.Shared.Per {
			t.Errorf("alone the limit is not stricter: %+v", r)
		}
	}
}

// wrong answers every attempt as a wrong secret.
func wrong(_ *Options, st *site) {
	for _, path := range attempts {
		st.pages["POST "+path] = func(*fiber.Ctx) error { return debt.E(debt.Forbidden, "access_refused", nil) }
	}
}

func from(address string) map[string]string { return map[string]string{"X-Forwarded-For": address} }

func TestFailuresOfAnAddressAreLimited(t *testing.T) {
	st := start(t, wrong, behindProxy)
	for _, tc := range []struct {
		address string
		most    int
	}{{"203.0.113.9", rulesIPv4.Local.Most}, {"2001:db8::1", rulesIPv6.Local.Most}} {
		for i := range tc.most {
			// What stands to the left is the client's invention.
			if got := st.status(call{method: "POST", path: "/", head: from("198.51.100." + strconv.Itoa(i) + ", " + tc.address)}); got != 403 {
				t.Fatalf("%s, attempt %d: %d", tc.address, i, got)
			}
		}
		for _, path := range attempts {
			res, _ := st.do(call{method: "POST", path: path, session: letter, head: from(tc.address)})
			if seconds, _ := strconv.Atoi(res.Header.Get("Retry-After")); res.StatusCode != 429 || seconds < 1 || seconds > 600 {
				t.Errorf("%s: %s: %d, Retry-After %q", tc.address, path, res.StatusCode, res.Header.Get("Retry-After"))
			}
		}
		if got := st.status(call{path: "/akte", session: letter, head: from(tc.address)}); got != 200 {
			t.Errorf("a page that tries no secret: %d", got)
		}
	}
	if got := st.status(call{method: "POST", path: "/", head: from("203.0.113.10")}); got != 403 {
		t.Errorf("another address: %d", got)
	}
}

func TestWhatCountsAsAFailure(t *testing.T) {
	const most = 3
	for name, tc := range map[string]struct {
		path   string
		answer fiber.Handler
		head   map[string]string
		counts bool
	}{
		"success":             {"/", func(c *fiber.Ctx) error { return c.Redirect("/akte", 303) }, nil, false},
		"refused":             {"/", func(*fiber.Ctx) error { return debt.E(debt.Forbidden, "access_refused", nil) }, nil, true},
		"unknown":             {"/", func(*fiber.Ctx) error { return debt.E(debt.NotFound, "access_refused", nil) }, nil, true},
		"expired":             {"/", func(*fiber.Ctx) error { return debt.E(debt.Expired, "access_expired", nil) }, nil, false},
		"database gone":       {"/", func(*fiber.Ctx) error { return debt.E(debt.Unavailable, "database_busy", nil) }, nil, false},
		"a form shown again":  {"/", func(c *fiber.Ctx) error { page.Failed(c); return c.SendStatus(422) }, nil, true},
		"a mistyped code":     {"/", func(c *fiber.Ctx) error { return c.SendStatus(422) }, nil, false},
		"said by the handler": {"/", func(c *fiber.Ctx) error { page.Failed(c); return c.SendString("no") }, nil, true},
		"does not tell":       {"/nicht-ich", func(c *fiber.Ctx) error { return c.SendString("thanks") }, nil, true},
		"sent by another site": {"/", func(*fiber.Ctx) error { return debt.E(debt.Forbidden, "access_refused", nil) },
			map[string]string{"Sec-Fetch-Site": "cross-site"}, false},
	} {
		st := start(t, on("POST "+tc.path, tc.answer))
		key := addressKey(st.o.AddressKey, netip.MustParseAddr("127.0.0.1"))
		for range most {
			st.status(call{method: "POST", path: tc.path, head: tc.head})
		}
		state, of := st.o.Limits.Look(context.Background(), key, rulesIPv4)
		if counted := of - state.Left; counted != most && tc.counts || counted != 0 && !tc.counts {
			t.Errorf("%s: %d of %d counted", name, counted, most)
		}
	}
}

func TestAttemptsAreAnsweredOnTheGrid(t *testing.T) {
	began := storetest.Now
	for name, tc := range map[string]struct {
		path    string
		session string
		answer  fiber.Handler
		want    []time.Duration
	}{
		"success":       {"/", "", func(c *fiber.Ctx) error { return c.Redirect("/akte", 303) }, []time.Duration{grid}},
		"failure":       {"/", "", func(*fiber.Ctx) error { return debt.E(debt.Forbidden, "access_refused", nil) }, []time.Duration{grid}},
		"disown":        {"/nicht-ich", "", func(c *fiber.Ctx) error { return c.SendString("") }, []time.Duration{grid}},
		"raise":         {"/akte/mehr", letter, func(c *fiber.Ctx) error { return c.SendString("") }, []time.Duration{grid}},
		"confirm":       {"/akte/code/pruefen", letter, func(c *fiber.Ctx) error { return c.SendString("") }, []time.Duration{grid}},
		"no session":    {"/akte/mehr", "", nil, []time.Duration{grid}},
		"internal":      {"/", "", func(*fiber.Ctx) error { return net.ErrClosed }, []time.Duration{grid}},
		"not a trial":   {"/sprache", "", nil, nil},
		"not one again": {"/abmelden", "", nil, nil},
	} {
		st := start(t, on("POST "+tc.path, tc.answer))
		st.status(call{method: "POST", path: tc.path, session: tc.session})
		if !slices.Equal(st.waits, tc.want) {
			t.Errorf("%s: waited %v, want %v", name, st.waits, tc.want)
		}
	}
	st := start(t)
	for took, want := range map[time.Duration]time.Duration{
		0: grid, time.Millisecond: grid - time.Millisecond, grid - 1: 1, grid: grid, grid + 3: grid - 3, 10*grid + 7: grid - 7,
	} {
		st.o.Now = func() time.Time { return began.Add(took) }
		st.waits = nil
		st.release(began, false)
		st.release(began, true)
		if !slices.Equal(st.waits, []time.Duration{want, want + 4*grid}) {
			t.Errorf("after %v: %v, want %v and a second more near the limit", took, st.waits, want)
		}
	}
}

func TestNearTheLimitAnswersAreDelayed(t *testing.T) {
	st := start(t, wrong)
	for range rulesIPv4.Local.Most {
		st.status(call{method: "POST", path: "/"})
	}
	if first, last := st.waits[0], st.waits[len(st.waits)-1]; first != grid || last != 5*grid {
		t.Errorf("waited %v", st.waits)
	}
}

func TestOneAddressHasFewAttemptsInFlight(t *testing.T) {
	entered, leave := make(chan bool), make(chan bool)
	st := start(t, behindProxy, on("POST /", func(c *fiber.Ctx) error { entered <- true; <-leave; return c.SendString("") }))
	done := make(chan int, maxFlights)
	for range maxFlights {
		go func() { done <- st.status(call{method: "POST", path: "/", head: from("203.0.113.9")}) }()
		<-entered
	}
	if got := st.status(call{method: "POST", path: "/", head: from("203.0.113.9")}); got != 429 {
		t.Errorf("one more: %d", got)
	}
	other := make(chan int, 1)
	go func() { other <- st.status(call{method: "POST", path: "/", head: from("203.0.113.10")}) }()
	<-entered
	close(leave)
	for range maxFlights {
		if got := <-done; got != 200 {
			t.Errorf("in flight: %d", got)
		}
	}
	if got := <-other; got != 200 {
		t.Errorf("another address: %d", got)
	}
	if len(st.flights.n) != 0 {
		t.Errorf("%d addresses are still counted", len(st.flights.n))
	}
}

func TestWorkBeyondTheMostIsShed(t *testing.T) {
	st := start(t)
	for range maxPages {
		st.busy <- struct{}{}
	}
	if res, _ := st.do(call{path: "/"}); res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
	<-st.busy
	if got := st.status(call{path: "/"}); got != 200 {
		t.Errorf("with room again: %d", got)
	}
	if len(st.busy) != maxPages-1 {
		t.Errorf("%d tokens", len(st.busy))
	}
}

// Redis dies in the middle: pages keep working, and the limit that follows is stricter and
// remembers.
func TestWithRedisKilledPagesWorkAndLimitsAreStricter(t *testing.T) {
	address, kill := storetest.OwnRedis(t)
	shared, err := cache.NewRedis(address, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shared.Close(); err != nil {
			t.Error(err)
		}
	})
	st := start(t, wrong, func(o *Options, _ *site) { o.Limits.Shared = shared })
	failures := 0
	fail := func() int {
		failures++
		return st.status(call{method: "POST", path: "/"})
	}
	for range rulesIPv4.Local.Most - 2 {
		if got := fail(); got != http.StatusForbidden {
			t.Fatalf("with Redis: %d", got)
		}
	}
	kill()
	for fail() == http.StatusForbidden && failures < 100 {
		if got := st.status(call{path: "/"}); got != 200 {
			t.Fatalf("a page without Redis: %d", got)
		}
	}
	if failures != rulesIPv4.Local.Most+1 {
		t.Errorf("refused at failure %d, want %d", failures, rulesIPv4.Local.Most+1)
	}
	if got := st.status(call{path: "/"}); got != 200 {
		t.Errorf("a page at the limit: %d", got)
	}
}
