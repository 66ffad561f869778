package debtor

import (
	"bytes"
	"errors"

	"github.com/gofiber/fiber/v2"

	"quitt/notifications"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// OptOutPage declines mails. It looks the same for every token, right or wrong, used or
// not: it must not tell whether there is a case.
type OptOutPage struct {
	page.Base

	Token string
	Done  bool
}

var optOutHTML = page.New[OptOutPage](files, "optout.html")

// OptOutForm asks before anything happens: link scanners open every address in a mail.
func (p *Pages) OptOutForm(c *fiber.Ctx) error {
	return optOutHTML.Write(c, fiber.StatusOK, OptOutPage{Base: p.Kit.Base(c).Whole(), Token: c.Query("t")})
}

// OptOut takes the button's form, and the POST of a mail program, whose token stands in the
// address and whose body is a fixed one (RFC 8058, 3.1), in either of two encodings.
func (p *Pages) OptOut(c *fiber.Ctx) error {
	token := c.Query("t")
	if token == "" {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		token = f.Text("t")
	} else if body := c.Request().Body(); !bytes.Contains(body, []byte("List-Unsubscribe")) || !bytes.Contains(body, []byte("One-Click")) {
		return fiber.ErrBadRequest
	}
	if err := p.Notices.OptOut(c.UserContext(), token); err != nil {
		return err
	}
	return optOutHTML.Write(c, fiber.StatusOK, OptOutPage{Base: p.Kit.Base(c).Whole(), Done: true})
}

// TextReport takes what the gateway says became of a text message. Its signature is all
// that proves it.
func (p *Pages) TextReport(c *fiber.Ctx) error {
	err := p.Notices.TextReport(c.UserContext(), c.Request().Body(), c.Get("X-Signature"))
	switch {
	case errors.Is(err, notifications.ErrSignature):
		return fiber.ErrForbidden
	case errors.Is(err, notifications.ErrReport):
		return fiber.ErrBadRequest
	case err != nil:
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}
