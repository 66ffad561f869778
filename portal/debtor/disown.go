package debtor

import (
	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// DisownPage takes the code of somebody who is not the person. Done is the one answer to
// every code, real or not.
type DisownPage struct {
	page.Base

	Done    bool
	Mistake string // what is wrong with how the code was typed
	Code    string
}

var disownHTML = page.New[DisownPage](files, "disown.html")

// DisownForm asks for the code of somebody who is not the person.
func (p *Pages) DisownForm(c *fiber.Ctx) error {
	return disownHTML.Write(c, fiber.StatusOK, DisownPage{Base: p.Kit.Base(c).Whole()})
}

// Disown answers it. What a wrong code says must not differ from what a real one says.
func (p *Pages) Disown(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	err = p.Signin.Disown(c.UserContext(), signin.Attempt{Token: f.Text("token"), Code: f.Text("code")})
	switch debt.KindOf(err) {
	case debt.Invalid: // said, or somebody believes to have told us who has not
		view := DisownPage{Base: p.Kit.Base(c).Whole(), Code: f.Text("code")}
		view.Failed, view.Mistake = true, mistake(view.Words, err)
		return disownHTML.Write(c, fiber.StatusUnprocessableEntity, view)
	case debt.Forbidden, debt.NotFound:
		err = nil
	}
	if err != nil {
		return err
	}
	return disownHTML.Write(c, fiber.StatusOK, DisownPage{Base: p.Kit.Base(c).Whole(), Done: true})
}
