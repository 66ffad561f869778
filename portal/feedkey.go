package portal

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/portal/api"
	"quitt/portal/page"
	"quitt/store/cache"
)

// apiPrefix is where programs ask: without session and form token, and answered in JSON.
const apiPrefix = "/api/"

func feedRoutes(o Options) []route {
	d := api.Desk{Store: o.Store, Now: o.Now}
	return open(FeedKey, map[string]fiber.Handler{
		fiber.MethodGet + " /api/v1/events":                  d.Events,
		fiber.MethodPost + " /api/v1/events/acknowledgement": d.Acknowledge,
	})
}

// How often a key may ask. A reader of a large feed takes 500 events at a time.
var rulesKey = cache.Rules{Shared: cache.Rule{Most: 1200, Per: time.Minute}, Local: cache.Rule{Most: 600, Per: time.Minute}}

// keyed lets a request through that carries a good key. A key has 256 random bits: limiting
// wrong ones is a courtesy to the machine, and no answer waits for the grid. They are counted
// apart from wrong codes: people behind a program's address are to read their letters.
func (s *Server) keyed(r *route) fiber.Handler {
	d := api.Desk{Store: s.o.Store, Now: s.o.Now}
	return func(c *fiber.Ctx) error {
		ctx, header := c.UserContext(), c.Get(fiber.HeaderAuthorization)
		address, rules := addressKey(s.o.AddressKey, factsOf(c).address)+":feed", rulesIPv4
		if factsOf(c).address.Is6() {
			rules = rulesIPv6
		}
		if left, _ := s.o.Limits.Look(ctx, address, rules); left.Left == 0 {
			s.metrics.limited.WithLabelValues("failures").Inc()
			return tooMany(left.Retry)
		}
		k, good, err := d.Recognise(ctx, header)
		switch {
		case err != nil:
			return err
		case !good:
			if header != "" {
				s.metrics.failed.WithLabelValues(r.template()).Inc()
				s.o.Limits.Fail(context.WithoutCancel(ctx), address, rules)
			}
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="quitt"`)
			return fiber.ErrUnauthorized
		}
		own := "quitt:key:" + string(k.ID)
		if left, _ := s.o.Limits.Look(ctx, own, rulesKey); left.Left == 0 {
			s.metrics.limited.WithLabelValues("key").Inc()
			return tooMany(left.Retry)
		}
		s.o.Limits.Fail(ctx, own, rulesKey)
		api.Put(c, k)
		return reached(r.handler)(c)
	}
}

// forPrograms reports that an answer is to be JSON.
func forPrograms(c *fiber.Ctx) bool { return strings.HasPrefix(c.Path(), apiPrefix) }

// apiProblem says a refusal to a program.
func (s *Server) apiProblem(c *fiber.Ctx, status int, err error) {
	p := api.NewProblem(page.Of(c).Words.Whole(), status, err)
	p.Request = page.Of(c).ID
	if err := p.Write(c); err != nil {
		s.plain(c)
	}
}
