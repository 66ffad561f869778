package page

import "github.com/gofiber/fiber/v2"

type failedKey struct{}

// Failed counts this request against its address, for a handler that answers a wrong
// secret with a page instead of returning the error: Forbidden and NotFound errors that
// are returned count by themselves.
func Failed(c *fiber.Ctx) { c.Locals(failedKey{}, true) }

// HasFailed is for the middleware that counts.
func HasFailed(c *fiber.Ctx) bool {
	failed, _ := c.Locals(failedKey{}).(bool)
	return failed
}
