package portal

import (
	"errors"
	"math"
	"net"
	"regexp"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"quitt/debt"
	"quitt/portal/api/wire"
	"quitt/portal/page"
)

// answer is how a refusal is said.
type answer struct {
	status int
	page.Problem
}

// byKind is the one table from a use case's refusal to a page.
var byKind = map[debt.Kind]answer{
	debt.Invalid:     {422, page.Problem{Kind: page.BadRequest}},
	debt.NotFound:    {404, page.Problem{Kind: page.NotFound}},
	debt.Conflict:    {409, page.Problem{Kind: page.Busy}},
	debt.Forbidden:   {403, page.Problem{Kind: page.Locked}},
	debt.Expired:     {410, page.Problem{Kind: page.Expired}},
	debt.Unavailable: {503, page.Problem{Kind: page.Busy, RetryAfter: 10 * time.Second}},
}

// byStatus is the same for what the server itself refuses.
var byStatus = map[int]answer{
	400: {400, page.Problem{Kind: page.BadRequest}},
	401: {401, page.Problem{Kind: page.BadRequest}},
	403: {403, page.Problem{Kind: page.Foreign}},
	404: {404, page.Problem{Kind: page.NotFound}},
	405: {405, page.Problem{Kind: page.BadRequest}},
	408: {408, page.Problem{Kind: page.BadRequest}},
	413: {413, page.Problem{Kind: page.TooLarge}},
	415: {415, page.Problem{Kind: page.BadRequest}},
	421: {421, page.Problem{Kind: page.BadRequest}},
	431: {431, page.Problem{Kind: page.TooLarge}},
	503: {503, page.Problem{Kind: page.Busy, RetryAfter: 5 * time.Second}},
}

// refusal is an answer that the middleware has already chosen.
type refusal struct{ answer }

func (r refusal) Error() string { return "refused: " + string(r.Kind) }

var (
	sessionEnded = refusal{answer{403, page.Problem{Kind: page.SessionEnded}}}
	outOfScope   = refusal{answer{403, page.Problem{Kind: page.OutOfScope}}}
	incomplete   = refusal{answer{400, page.Problem{Kind: page.Incomplete}}}
)

func tooMany(wait time.Duration) refusal {
	return refusal{answer{429, page.Problem{Kind: page.TooMany, RetryAfter: wait}}}
}

// fail writes the page for an error. An internal one is logged under the request's number,
// and the number is all the visitor gets to see.
func (s *Server) fail(c *fiber.Ctx, err error) {
	a, known := answerTo(err)
	if !known {
		s.o.Log.ErrorContext(c.UserContext(), "internal error", "id", page.Of(c).ID, "error", err.Error())
	}
	if a.status == fiber.StatusNotFound && looksLikeSecret(c.Path()) {
		a.Kind = page.Incomplete
	}
	if a.RetryAfter > 0 {
		seconds := int(math.Ceil(a.RetryAfter.Seconds()))
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(seconds))
	}
	switch a.status {
	case fiber.StatusRequestEntityTooLarge, fiber.StatusForbidden, fiber.StatusUnauthorized, fiber.StatusUnsupportedMediaType:
		page.Drain(c)
	}
	if forPrograms(c) {
		s.apiProblem(c, a.status, err)
		return
	}
	s.problem(c, a.Problem)
	c.Status(a.status)
}

func answerTo(err error) (a answer, known bool) {
	var chosen refusal
	var own *fiber.Error
	var faults *wire.Refusal
	switch {
	case errors.As(err, &chosen):
		return chosen.answer, true
	case errors.As(err, &faults):
		return answer{faults.Status, page.Problem{Kind: page.BadRequest}}, true
	case errors.Is(err, debt.E(debt.NotFound, "session_ended", nil)):
		return sessionEnded.answer, true
	case errors.As(err, &own):
		if a, known = byStatus[own.Code]; known {
			return a, true
		}
	default:
		if a, known = byKind[debt.KindOf(err)]; known {
			return a, true
		}
	}
	return answer{500, page.Problem{Kind: page.ServerError}}, errors.Is(err, fiber.ErrInternalServerError)
}

// problem writes the page, or a line of text if the page itself is what is broken.
func (s *Server) problem(c *fiber.Ctx, p page.Problem) {
	defer func() {
		if v := recover(); v != nil {
			s.logPanic(page.Of(c).ID, v)
			s.plain(c)
		}
	}()
	if err := s.o.Pages.Kit.Problem(c, p); err != nil {
		s.o.Log.ErrorContext(c.UserContext(), "problem page", "id", page.Of(c).ID, "error", err.Error())
		s.plain(c)
	}
}

func (s *Server) plain(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	c.Context().SetBodyString(page.Of(c).ID)
}

// looksLikeSecret finds a letter's token or code in the path: somebody's reader dropped
// the "#", or wrote it as %23. It is asked only where there is no page, so a false alarm
// costs a kinder answer and no more.
func looksLikeSecret(path string) bool { return secretPath.MatchString(path) }

var secretPath = regexp.MustCompile(`^/(?:%23)?(?:[0-9A-Za-z]{12,64}|[0-9A-Za-z]{4}(?:[-+_.]|%20)[0-9A-Za-z%+_.-]{4,60})/?$`)

// unreadable gives the status for a request that ended before it could be understood.
func unreadable(err error) *fiber.Error {
	var small *fasthttp.ErrSmallBuffer
	var network net.Error
	switch {
	case errors.As(err, &small):
		return fiber.ErrRequestHeaderFieldsTooLarge
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return fiber.ErrRequestEntityTooLarge
	case errors.As(err, &network) && network.Timeout():
		return fiber.ErrRequestTimeout
	}
	return fiber.ErrBadRequest
}
