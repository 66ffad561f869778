package portal

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/payments"
)

const (
	noticePrefix = "/webhooks/stripe/"
	noticeRoute  = noticePrefix + ":name"
	// signatureHeader is part of what is signed over the body; nobody else's is read.
	signatureHeader = "Stripe-Signature"
)

// noticeName is the random name of an address; anything else is asked of no database.
var noticeName = regexp.MustCompile(`^[0-9a-f]{32}$`)

func isNoticeAddress(path string) bool {
	name, ok := strings.CutPrefix(path, noticePrefix)
	return ok && name != "" && !strings.Contains(name, "/")
}

// noticeRoutes are where payment providers tell that something happened.
func (s *Server) noticeRoutes() []route {
	return []route{{Route: Route{Method: fiber.MethodPost, Path: noticeRoute, Who: Provider}, handler: s.notice}}
}

// noticeAnswers is the table from what became of a notice to status and figure. What is
// neither is tried again by its sender: 503.
var noticeAnswers = []struct {
	err    error
	status int
	result string
}{
	{debt.E(debt.NotFound, "endpoint_unknown", nil), fiber.StatusNotFound, "unknown_address"},
	{payments.ErrForged, fiber.StatusBadRequest, "forged"},
}

// notice takes one as it came: its signature is over the very bytes, so nothing reads them
// before. They are copied, for the server uses its buffers again, and are written nowhere.
func (s *Server) notice(c *fiber.Ctx) error {
	rail, name := s.o.Pages.Rail, c.Params("name")
	if rail == nil || !noticeName.MatchString(name) {
		return s.noticed(c, fiber.StatusNotFound, "unknown_address")
	}
	ctx := c.UserContext()
	err := rail.Accept(ctx, name, slices.Clone(c.Request().Body()), c.Get(signatureHeader))
	if err == nil {
		return s.noticed(c, fiber.StatusOK, "accepted")
	}
	for _, a := range noticeAnswers {
		if errors.Is(err, a.err) {
			return s.noticed(c, a.status, a.result)
		}
	}
	s.o.Log.ErrorContext(ctx, "a notice could not be taken", "error", err.Error())
	return s.noticed(c, fiber.StatusServiceUnavailable, "refused")
}

func (s *Server) noticed(c *fiber.Ctx, status int, result string) error {
	s.metrics.notices.WithLabelValues(result).Inc()
	return c.SendStatus(status)
}
