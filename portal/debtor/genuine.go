package debtor

import (
	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/portal/page"
)

// GenuinePage says how to tell whether a letter is real, before anything is typed. It has
// no input.
type GenuinePage struct {
	page.Base

	Payees []cases.Payee
}

var genuineHTML = page.New[GenuinePage](files, "genuine.html")

// Genuine says how to tell whether a letter is real.
func (p *Pages) Genuine(c *fiber.Ctx) error {
	payees, err := p.Cases.Payees(c.UserContext())
	if err != nil {
		return err
	}
	return genuineHTML.Write(c, fiber.StatusOK, GenuinePage{p.Kit.Base(c).Whole(), payees})
}
