package portal

import (
	"context"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/portal/page"
	"quitt/store/cache"
)

// How many failures an address has. Behind one IPv4 address may be a thousand phones of a
// mobile network, behind a /64 one household. Alone, each process counts more strictly.
const failurePeriod = 10 * time.Minute

var (
	rulesIPv4 = cache.Rules{Shared: cache.Rule{Most: 30, Per: failurePeriod}, Local: cache.Rule{Most: 15, Per: failurePeriod}}
	rulesIPv6 = cache.Rules{Shared: cache.Rule{Most: 10, Per: failurePeriod}, Local: cache.Rule{Most: 5, Per: failurePeriod}}
)

// maxFlights is how many attempts of one address are answered at once. It bounds what
// slips through between looking at the limit and counting.
const maxFlights = 4

// grid is the step in which attempts are answered: what a visitor could learn from the
// time a check takes is rounded away.
const grid = 250 * time.Millisecond

// attempt limits and delays the requests that try a secret. It stands outside of sessions
// and pages: nothing is held while an answer waits for its moment.
func (s *Server) attempt(c *fiber.Ctx) error {
	f := factsOf(c)
	if f.route == nil || !f.route.attempt {
		return c.Next()
	}
	key, rules := addressKey(s.o.AddressKey, f.address), rulesIPv4
	if f.address.Is6() {
		rules = rulesIPv6
	}
	left, most := s.o.Limits.Look(c.UserContext(), key, rules)
	if left.Left == 0 {
		s.metrics.limited.WithLabelValues("failures").Inc()
		return tooMany(left.Retry)
	}
	if !s.flights.begin(key) {
		s.metrics.limited.WithLabelValues("parallel").Inc()
		return tooMany(time.Second)
	}
	defer s.flights.end(key)
	err := c.Next()
	if f.reached && (f.route.counts || failed(c, err)) {
		s.metrics.failed.WithLabelValues(f.route.template()).Inc()
		if s.alarm.failed(f.began) {
			s.o.Log.Warn("many wrong codes or checks within a minute: somebody may be guessing", "more_than", guessing)
		}
		// Also when the visitor's time is up: a failure that takes long still counts.
		s.o.Limits.Fail(context.WithoutCancel(c.UserContext()), key, rules)
	}
	if err != nil {
		s.fail(c, err)
	}
	s.release(f.began, left.Left*3 <= most)
	return nil
}

// failed reports a wrong secret: an error of the two kinds, a handler that says so, or a
// page with the status of one.
func failed(c *fiber.Ctx, err error) bool {
	if err != nil {
		kind := debt.KindOf(err)
		return kind == debt.Forbidden || kind == debt.NotFound
	}
	switch c.Response().StatusCode() {
	case fiber.StatusForbidden, fiber.StatusNotFound:
		return true
	}
	return page.HasFailed(c)
}

// release waits for the next step of the grid, and four more when the address is near its
// limit. A server that stops does not wait.
func (s *Server) release(began time.Time, near bool) {
	wait := grid - s.o.Now().Sub(began)%grid
	if near {
		wait += 4 * grid
	}
	s.sleep(s.stopping, wait)
}

// flights counts attempts being answered, per address.
type flights struct {
	mu sync.Mutex
	n  map[string]int
}

func (f *flights) begin(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n[key] >= maxFlights {
		return false
	}
	if f.n == nil {
		f.n = map[string]int{}
	}
	f.n[key]++
	return true
}

func (f *flights) end(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n[key]--; f.n[key] == 0 {
		delete(f.n, key)
	}
}

// limiterLeft says that the shared limiter did not answer.
func (s *Server) limiterLeft(err error) {
	s.metrics.fallback.Inc()
	s.o.Log.Warn("address limits: counting alone, more strictly", "error", err.Error())
}

// shed refuses work beyond what the process can do at once, so that what it accepted gets
// done. Answers that only wait for their moment do not count.
func (s *Server) shed(c *fiber.Ctx) error {
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
		return c.Next()
	default:
		s.metrics.shed.Inc()
		return fiber.ErrServiceUnavailable
	}
}
