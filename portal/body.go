package portal

import (
	"context"
	"io"

	"github.com/gofiber/fiber/v2"

	"quitt/portal/page"
)

// bound reads a form into memory, as much as a form may have. Bodies are streamed, so that a
// form with files never is in memory as a whole, and its reading begins only once it is known
// who sends it: what is no such form is bounded here, in the one place all pass through.
func (s *Server) bound(c *fiber.Ctx) error {
	r := c.Request()
	if takesFiles(c) || takesLarge(c) || !r.IsBodyStream() {
		return c.Next()
	}
	if r.Header.ContentLength() > maxBody {
		return fiber.ErrRequestEntityTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.BodyStream(), maxBody+1))
	switch {
	case err != nil:
		return unreadable(err)
	case len(body) > maxBody:
		return fiber.ErrRequestEntityTooLarge
	}
	r.SetBodyRaw(body)
	return c.Next()
}

// takesFiles reports whether a form with files comes to where such forms are sent.
func takesFiles(c *fiber.Ctx) bool {
	r := factsOf(c).route
	return r != nil && r.files && page.HasFiles(c)
}

// takesLarge reports whether a program may send more here: it is read once its key is known.
func takesLarge(c *fiber.Ctx) bool {
	r := factsOf(c).route
	return r != nil && r.large > 0
}

// mostLarge bounds the memory of all large bodies together, at some eighty megabytes each.
const mostLarge = 4

// withLarge reads what only some routes take and goes on with time of its own: that of the request
// began with its first byte.
func (s *Server) withLarge(c *fiber.Ctx, r *route, do fiber.Handler) error {
	select {
	case s.large <- struct{}{}:
		defer func() { <-s.large }()
	default:
		return fiber.ErrServiceUnavailable
	}
	body, err := page.Whole(c, r.large)
	if err != nil {
		return err
	}
	c.Request().SetBodyRaw(body)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), s.o.Times.Write)
	defer cancel()
	c.SetUserContext(ctx)
	return do(c)
}
