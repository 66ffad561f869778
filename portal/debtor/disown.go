package debtor

import (
	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/portal/page"
)

// DisownPage takes the code of somebody who is not the person. Done is the one answer to
// every code, real or not.
type DisownPage struct {
	page.Base

	Done bool
}

var disownHTML = page.New[DisownPage](files, "disown.html")

// DisownForm asks for the code of somebody who is not the person.
func (p *Pages) DisownForm(c *fiber.Ctx) error {
	return disownHTML.Write(c, fiber.StatusOK, DisownPage{Base: p.Kit.Base(c).Whole()})
}

// Disown answers it. What a wrong code says must not differ from what a real one says.
func (p *Pages) Disown(c *fiber.Ctx) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	err = p.Signin.Disown(c.UserContext(), signin.Attempt{Token: f.text("token"), Code: f.text("code")})
	if debt.KindOf(err) == debt.Forbidden || debt.KindOf(err) == debt.NotFound || debt.KindOf(err) == debt.Invalid {
		page.Failed(c)
		err = nil
	}
	if err != nil {
		return err
	}
	return disownHTML.Write(c, fiber.StatusOK, DisownPage{Base: p.Kit.Base(c).Whole(), Done: true})
}
