package portal

import (
	"github.com/gofiber/fiber/v2"

	"quitt/portal/page"
)

// again shows a page once more with what its form brought. It asks who may come like every
// request for that page; an address that is none of ours leads on as it would without a form.
func (s *Server) again(c *fiber.Ctx, path string, with page.Again) error {
	r := s.byPath[fiber.MethodGet+" "+path]
	if r == nil || r.Who != Anyone && r.Who != LetterView && r.Who != FullView {
		return c.Redirect(page.Local(path), fiber.StatusSeeOther)
	}
	q := page.Of(c)
	q.Page, q.Again = path, &with
	if err := s.admit(r)(c); err != nil {
		return err
	}
	if with.Refused() && c.Response().StatusCode() == fiber.StatusOK {
		c.Status(fiber.StatusUnprocessableEntity)
	}
	return nil
}
