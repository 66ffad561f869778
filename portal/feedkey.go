package portal

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/portal/api"
	"quitt/portal/api/reading"
	"quitt/portal/api/wire"
	"quitt/portal/page"
	"quitt/store/cache"
	"quitt/store/feed"
)

// apiPrefix is where programs ask: without session and form token, and answered in JSON.
const apiPrefix = "/api/"

func apiRoutes(o Options) []route {
	d := api.Desk{Store: o.Store, Now: o.Now}
	list := open(FeedKey, map[string]fiber.Handler{
		fiber.MethodGet + " /api/v1/events":                  d.Events,
		fiber.MethodPost + " /api/v1/events/acknowledgement": d.Acknowledge,
	})
	for i := range list {
		list[i].scope = feed.ScopeEvents
	}
	service := api.NewService(o.Store, o.Now, o.API)
	list = append(list, route{Route: Route{Method: fiber.MethodPost, Path: "/api/v1/token", Who: Client}, handler: d.Token},
		route{Route: Route{Method: fiber.MethodGet, Path: "/api/openapi.json", Who: Anyone}, handler: api.ServeSpec(service), bare: true},
		route{Route: Route{Method: fiber.MethodGet, Path: "/api/docs", Who: Anyone}, handler: reading.Handler(o.Pages.Kit, service)})
	for _, op := range service.Operations() {
		list = append(list, route{Route: Route{Method: op.Method, Path: op.Path(), Who: APIKey}, handler: api.Serve(op), scope: op.Scope, large: op.Large})
	}
	return list
}

// programs reports that no browser comes this way: a key is shown, and sessions are not looked at.
func (r *route) programs() bool {
	return r != nil && (r.Who == FeedKey || r.Who == APIKey || r.Who == Client)
}

// How often a key may ask. A reader of a large feed takes 500 events at a time.
var rulesKey = cache.Rules{Shared: cache.Rule{Most: 1200, Per: time.Minute}, Local: cache.Rule{Most: 600, Per: time.Minute}}

// keyed lets a request through that carries a good key. A key has 256 random bits: limiting
// wrong ones is a courtesy to the machine, and no answer waits for the grid. They are counted
// apart from wrong codes: people behind a program's address are to read their letters.
func (s *Server) keyed(r *route) fiber.Handler {
	d := api.Desk{Store: s.o.Store, Now: s.o.Now}
	if r.Who == Client {
		shown := s.shown(r, d.RecogniseClient)
		return func(c *fiber.Ctx) error {
			if err := shown(c); err != nil {
				return api.TokenError(c, err)
			}
			return nil
		}
	}
	return s.shown(r, func(ctx context.Context, c *fiber.Ctx) (api.Known, bool, error) {
		return d.Recognise(ctx, c.Get(fiber.HeaderAuthorization))
	})
}

// shown is keyed for a key that is shown in one way or another.
func (s *Server) shown(r *route, recognise func(context.Context, *fiber.Ctx) (api.Known, bool, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, tried := c.UserContext(), r.Who == Client || c.Get(fiber.HeaderAuthorization) != ""
		address, rules := addressKey(s.o.AddressKey, factsOf(c).address)+":feed", rulesIPv4
		if factsOf(c).address.Is6() {
			rules = rulesIPv6
		}
		if left, _ := s.o.Limits.Look(ctx, address, rules); left.Left == 0 {
			s.metrics.limited.WithLabelValues("failures").Inc()
			return tooMany(left.Retry)
		}
		k, good, err := recognise(ctx, c)
		switch {
		case err != nil:
			return err
		case !good:
			if tried {
				s.metrics.failed.WithLabelValues(r.template()).Inc()
				s.o.Limits.Fail(context.WithoutCancel(ctx), address, rules)
			}
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="quitt"`)
			return fiber.ErrUnauthorized
		}
		own := "quitt:key:" + string(k.ID)
		left, most := s.o.Limits.Look(ctx, own, rulesKey)
		limitHeaders(c, left, most)
		if left.Left == 0 {
			s.metrics.limited.WithLabelValues("key").Inc()
			return tooMany(left.Retry)
		}
		s.o.Limits.Fail(ctx, own, rulesKey)
		if r.Who != Client && !k.May(r.scope) {
			return debt.E(debt.Forbidden, "api_scope_missing", debt.Args{"scope": string(r.scope)})
		}
		api.Put(c, k)
		if r.large > 0 {
			return s.withLarge(c, r, reached(r.handler))
		}
		return reached(r.handler)(c)
	}
}

// limitHeaders tell a program how much it may still ask, this request included in what is used,
// and in how many seconds it may ask as much as ever.
func limitHeaders(c *fiber.Ctx, left cache.State, most int) {
	after := max(left.Left-1, 0)
	full := time.Duration(most-after) * rulesKey.Shared.Per / time.Duration(most)
	for name, n := range map[string]int{"RateLimit-Limit": most, "RateLimit-Remaining": after, "RateLimit-Reset": int(math.Ceil(full.Seconds()))} {
		c.Set(name, strconv.Itoa(n))
	}
}

// forPrograms reports that an answer is to be JSON.
func forPrograms(c *fiber.Ctx) bool { return strings.HasPrefix(c.Path(), apiPrefix) }

// apiProblem says a refusal to a program.
func (s *Server) apiProblem(c *fiber.Ctx, status int, err error) {
	p := wire.NewProblem(page.Of(c).Words.Whole(), status, err)
	p.Request = page.Of(c).ID
	if err := p.Write(c); err != nil {
		s.plain(c)
	}
}
