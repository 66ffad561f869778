package signin

import (
	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/staffing/sso"
	"quitt/debt"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
)

// ProviderBack is where an identity provider sends people back: it is registered there.
const ProviderBack = "/verwaltung/anmelden/sso/zurueck"

const byProvider = "/verwaltung/anmelden/sso"

// Travel keeps in the browser what belongs to a way to the identity provider. The server fills
// it in.
type Travel struct {
	Keep func(c *fiber.Ctx, sealed string)
	Take func(c *fiber.Ctx) string // and forgets it
}

// ToProvider leads to the identity provider. It is a link and no form: where a form leads the
// browser must be told beforehand (CSP, form-action), and the provider may not have been asked yet.
func (p Pages) ToProvider(c *fiber.Ctx) error { return p.Leave(c, sso.Wish{}) }

// Leave leads to the identity provider with a wish.
func (p Pages) Leave(c *fiber.Ctx, w sso.Wish) error {
	if p.SSO == nil {
		return c.Redirect(room.Entry, fiber.StatusSeeOther)
	}
	j, err := p.SSO.Begin(c.UserContext(), w)
	if err != nil {
		return p.notIn(c, w, err)
	}
	p.Travel().Keep(c, j.Sealed)
	return c.Redirect(j.Address, fiber.StatusSeeOther)
}

// FromProvider takes the provider's answer, which opens a sign-in or shows within one who is there.
func (p Pages) FromProvider(c *fiber.Ctx) error {
	if p.SSO == nil {
		return c.Redirect(room.Entry, fiber.StatusSeeOther)
	}
	done, err := p.SSO.Finish(c.UserContext(), sso.Answer{State: c.Query("state"), Code: c.Query("code"), Fault: c.Query("error"), Issuer: c.Query("iss"),
		Sealed: p.Travel().Take(c), Cookie: page.Of(c).Cookie, Device: room.Device(c)})
	if err != nil {
		return p.notIn(c, done.Wish, err)
	}
	p.Set(c, done.Opened)
	if done.Wish.Again {
		return c.Redirect(done.Wish.Back, fiber.StatusSeeOther)
	}
	return c.Redirect(room.Home, fiber.StatusSeeOther)
}

// notIn says why somebody is not in, where he came from.
func (p Pages) notIn(c *fiber.Ctx, w sso.Wish, err error) error {
	kind := debt.KindOf(err)
	switch {
	case kind == debt.NotFound && w.Again: // the sign-in has ended meanwhile
		return c.Redirect(room.Entry, fiber.StatusSeeOther)
	case kind != debt.Forbidden && kind != debt.Unavailable:
		return err
	case kind == debt.Forbidden:
		page.Failed(c)
	}
	if w.Again && page.Of(c).Staff != nil {
		return p.Door.Prove(c, w.Back, p.said(c, err))
	}
	return p.signIn(c, SignInPage{Mistake: p.said(c, err), down: kind == debt.Unavailable})
}
