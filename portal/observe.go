package portal

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"golang.org/x/text/language"

	"quitt/portal/page"
	"quitt/portal/text"
)

// facts is what the middleware knows of a request beyond page.Request.
type facts struct {
	began   time.Time
	route   *route // nil: no such route
	address netip.Addr
	ended   bool // a session cookie came, but no session belongs to it
	reached bool // the route's handler was called
}

type factsKey struct{}

func factsOf(c *fiber.Ctx) *facts {
	f, ok := c.Locals(factsKey{}).(*facts)
	if !ok {
		panic("portal: no middleware has looked at this request")
	}
	return f
}

// outermost stands around Fiber: it answers methods Fiber would answer by itself without
// any middleware, and is the last thing between a panic and the end of the process.
func (s *Server) outermost(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(fctx *fasthttp.RequestCtx) {
		defer func() {
			if v := recover(); v != nil {
				s.logPanic("", v)
				fctx.Error("500", fiber.StatusInternalServerError)
			}
		}()
		switch string(fctx.Method()) {
		case fiber.MethodGet, fiber.MethodHead, fiber.MethodPost:
			next(fctx)
		default:
			s.without(fctx, fiber.ErrMethodNotAllowed)
		}
	}
}

// without answers a request that never reaches Fiber's chain.
func (s *Server) without(fctx *fasthttp.RequestCtx, err *fiber.Error) {
	c := s.app.AcquireCtx(fctx)
	defer s.app.ReleaseCtx(c)
	s.begin(c)
	s.setHeaders(c)
	if err.Code == fiber.StatusMethodNotAllowed {
		c.Set(fiber.HeaderAllow, s.allowed(c.Path()))
	}
	s.fail(c, err)
	s.record(c)
}

// unreadable answers what could not be read as a request: too long, too slow, broken.
func (s *Server) unreadable(fctx *fasthttp.RequestCtx, err error) {
	s.without(fctx, unreadable(err))
}

// observe gives every request a number, and afterwards a log line and its figures. It
// comes first, so that whatever goes wrong further in has both.
func (s *Server) observe(c *fiber.Ctx) error {
	s.begin(c)
	work, cancel := context.WithTimeout(s.base, s.o.Times.Work)
	defer cancel()
	c.SetUserContext(work) // a visitor who goes away does not end it, so time must
	if err := c.Next(); err != nil {
		s.fail(c, err)
	}
	if s.draining.Load() {
		c.Context().SetConnectionClose() // the next request goes to the next process
	}
	s.record(c)
	return nil
}

// begin puts down what is known before anything is decided. The number is ours: one sent
// by a client could be anything, also somebody else's.
func (s *Server) begin(c *fiber.Ctx) {
	now := s.o.Now()
	c.Locals(factsKey{}, &facts{began: now, route: s.match(c.Method(), c.Path())})
	page.Put(c, &page.Request{ID: rand.Text()[:12], Now: now, Words: text.For(languageOf(c)),
		Page: s.pageOf(c.Path()), Secure: s.o.PublicURL.Scheme == "https"})
}

var spoken = sync.OnceValue(func() language.Matcher {
	var tags []language.Tag
	for _, l := range text.Languages() {
		tags = append(tags, language.Make(string(l)))
	}
	return language.NewMatcher(tags)
})

// languageOf is the visitor's choice, else the best the browser asks for, else German,
// which is the binding text.
func languageOf(c *fiber.Ctx) text.Language {
	speaks := text.Languages()
	if chosen := text.Language(c.Cookies(page.LanguageCookie)); slices.Contains(speaks, chosen) {
		return chosen
	}
	header := c.Get(fiber.HeaderAcceptLanguage)
	wanted, _, err := language.ParseAcceptLanguage(header[:min(len(header), 256)])
	if err != nil {
		return text.German
	}
	_, best, _ := spoken().Match(wanted...)
	return speaks[best]
}

// pageOf gives the address of a page that can be asked for again, of a form that is no page
// itself that of the page above it, else the start page. A path somebody typed is nothing to
// show, it may hold a code.
func (s *Server) pageOf(path string) string {
	if s.isPage(path) {
		return path
	}
	if above := path[:max(0, strings.LastIndexByte(path, '/'))]; s.match(fiber.MethodPost, path) != nil && above != "" && s.isPage(above) {
		return above
	}
	return "/"
}

func (s *Server) isPage(path string) bool {
	r := s.match(fiber.MethodGet, path)
	return r != nil && !r.bare && !r.programs() && r.Who != Provider
}

// record writes the one line and the figures of a request. The line has the route's
// template and never the path: codes and names that somebody types into the address bar
// end up there.
func (s *Server) record(c *fiber.Ctx) {
	f, r := factsOf(c), page.Of(c)
	status, took := c.Response().StatusCode(), s.o.Now().Sub(f.began)
	method, template := knownMethod(c.Method()), f.route.template()
	s.metrics.request(method, template, status, took)
	level := slog.LevelInfo
	if status >= fiber.StatusInternalServerError {
		level = slog.LevelError
	}
	s.o.Log.LogAttrs(c.UserContext(), level, "request",
		slog.String("id", r.ID), slog.String("method", method), slog.String("route", template),
		slog.Int("status", status), slog.Int("bytes", sizeOf(c)),
		slog.Duration("took", took), slog.String("lang", string(r.Words.Language())))
}

// sizeOf is how long an answer is; of one that is still being written nobody knows, and
// looking would wait for its end.
func sizeOf(c *fiber.Ctx) int {
	if c.Response().IsBodyStream() {
		return 0
	}
	return len(c.Response().Body())
}

// knownMethod keeps invented methods out of logs and labels.
func knownMethod(m string) string {
	if strings.Contains(" GET HEAD POST PUT PATCH DELETE OPTIONS ", " "+m+" ") {
		return m
	}
	return "other"
}

// rescue turns a panic of a handler into an internal error: one broken page must not take
// the process and everybody else's requests along.
func (s *Server) rescue(c *fiber.Ctx) (err error) {
	defer func() {
		if v := recover(); v != nil {
			s.logPanic(page.Of(c).ID, v)
			err = fiber.ErrInternalServerError
		}
	}()
	return c.Next()
}

// logPanic leaves out the text of a panic that is not the runtime's own: it may carry a
// value somebody typed. The stack says where it was.
func (s *Server) logPanic(id string, v any) {
	what := fmt.Sprintf("%T", v)
	if err, ok := v.(interface{ RuntimeError() }); ok {
		what = fmt.Sprint(err)
	}
	s.o.Log.Error("panic", "id", id, "what", what, "stack", string(debug.Stack()))
}
