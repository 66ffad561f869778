package page

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt/operator"
)

// Kit makes pages.
type Kit struct {
	Operator operator.Profile
}

// ProblemKind names a page that says what went wrong and what to do.
type ProblemKind string

// The problems with a page of their own.
const (
	NotFound     ProblemKind = "not_found"
	Incomplete   ProblemKind = "incomplete"    // a link that lost its end, or a secret in path or query
	Expired      ProblemKind = "expired"       // an old code, both secrets were right
	Replaced     ProblemKind = "replaced"      // there is a newer letter
	Locked       ProblemKind = "locked"        // revoked, or tries used up in a visit
	SessionEnded ProblemKind = "session_ended" // idle, too old, or of another installation
	TooMany      ProblemKind = "too_many"      // address limit
	Busy         ProblemKind = "busy"          // shed, try again
	TooLarge     ProblemKind = "too_large"
	Foreign      ProblemKind = "foreign"      // a form sent from another site
	BadRequest   ProblemKind = "bad_request"  // what no browser sends
	ServerError  ProblemKind = "server_error" // shows the reference number only
)

// Problem is what a problem page needs beyond the request.
type Problem struct {
	Kind       ProblemKind
	RetryAfter time.Duration // of TooMany and Busy
}

// Problem writes a problem page with the status that belongs to its kind.
func (k *Kit) Problem(c *fiber.Ctx, p Problem) error {
	return c.Status(fiber.StatusInternalServerError).SendString(string(p.Kind))
}
