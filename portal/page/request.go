// Package page is what all pages share: who asks, in which language, the layout, and the
// one place where a template becomes a response.
package page

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin"
	"quitt/cases/signin/staffing"
	"quitt/portal/text"
)

// Request is what the middleware found out before a handler runs.
type Request struct {
	ID     string // reference number, also in the log
	Words  *text.Catalogue
	Now    time.Time
	Page   string          // address of the page, "/" for what is none
	Secure bool            // visitors come over https: cookies are marked so
	Cookie string          // the session's secret, "" without one
	Visit  *signin.Visit   // nil without a session
	Staff  *staffing.Visit // nil on pages of debtors, and without a sign-in
	CSRF   string          // form token bound to the session, "" without one
	Again  *Again          // a page is shown once more; nil for the first time
}

type requestKey struct{}

// Of gives the request's findings; the middleware has put them there.
func Of(c *fiber.Ctx) *Request {
	r, ok := c.Locals(requestKey{}).(*Request)
	if !ok {
		panic("page: no middleware has looked at this request")
	}
	return r
}

// Put is for the middleware.
func Put(c *fiber.Ctx, r *Request) { c.Locals(requestKey{}, r) }
