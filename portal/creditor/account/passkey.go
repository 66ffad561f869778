package account

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
)

// PasskeyPage lets the browser make a passkey.
type PasskeyPage struct {
	room.Frame

	Passkey staffing.Ceremony
	Mistake string
}

var passkeyHTML = room.New[PasskeyPage](files, "passkey.html")

// PasskeyForm asks the browser to make one, right after the second factor was shown.
func (p Pages) PasskeyForm(c *fiber.Ctx) error { return p.passkey(c, "") }

func (p Pages) passkey(c *fiber.Ctx, mistake string) error {
	v := page.Of(c).Staff
	switch {
	case !p.Desk.Passkeys():
		return c.Redirect(home, fiber.StatusSeeOther)
	case !v.Fresh(page.Of(c).Now):
		return p.Door.Prove(c, making, "")
	}
	view := PasskeyPage{Frame: p.Door.Outside(c, making), Mistake: mistake}
	var err error
	if view.Passkey, err = p.Desk.BeginPasskey(c.UserContext(), v.Who); err != nil {
		return err
	}
	status := fiber.StatusOK
	if mistake != "" {
		view.Frame, status = view.Fails(), fiber.StatusUnprocessableEntity
	}
	return passkeyHTML.Write(c, status, view)
}

// AddPasskey stores what the browser has made.
func (p Pages) AddPasskey(c *fiber.Ctx) error {
	v := page.Of(c).Staff
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	if !p.Desk.Passkeys() || !v.Fresh(page.Of(c).Now) {
		return p.passkey(c, "")
	}
	err = p.Desk.AddPasskey(c.UserContext(), v.Who, staffing.Answer{Said: f.Get("answer"), Sealed: f.Get("sealed"), Device: room.Device(c)})
	if debt.KindOf(err) == debt.Forbidden {
		return p.passkey(c, page.Of(c).Words.Whole().Error(err))
	}
	if err != nil {
		return err
	}
	return c.Redirect(home, fiber.StatusSeeOther)
}

// EndPasskey ends one.
func (p Pages) EndPasskey(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	if err := p.Desk.EndPasskey(c.UserContext(), page.Of(c).Staff.Member, debt.ID(strings.TrimSpace(f.Get("passkey")))); err != nil {
		return err
	}
	return c.Redirect(home, fiber.StatusSeeOther)
}
