package debtor

import (
	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/authority"
	"quitt/portal/page"
)

// InfoPage needs no sign-in and knows nothing of a case: it has nothing but the layout's
// own.
type InfoPage struct{ page.Base }

var (
	imprintHTML       = page.New[InfoPage](files, "imprint.html")
	privacyHTML       = page.New[InfoPage](files, "privacy.html")
	accessibilityHTML = page.New[InfoPage](files, "accessibility.html")
	helpHTML          = page.New[InfoPage](files, "help.html")
	leftHTML          = page.New[InfoPage](files, "left.html")
)

// Imprint names the provider (DDG § 5).
func (p *Pages) Imprint(c *fiber.Ctx) error { return p.info(c, imprintHTML) }

// Privacy is the privacy notice (GDPR Art. 13 and 14).
func (p *Pages) Privacy(c *fiber.Ctx) error { return p.info(c, privacyHTML) }

// Accessibility is the accessibility statement (BFSG § 14, annex 3).
func (p *Pages) Accessibility(c *fiber.Ctx) error { return p.info(c, accessibilityHTML) }

// Help is help and debt advice.
func (p *Pages) Help(c *fiber.Ctx) error { return p.info(c, helpHTML) }

func (p *Pages) info(c *fiber.Ctx, t page.Template[InfoPage]) error {
	return t.Write(c, fiber.StatusOK, InfoPage{p.Kit.Base(c).Whole()})
}

// Leave ends the visit and says so. A page to come back to would show a closed door: the
// answer is the page itself, and a reload of it ends what has ended.
func (p *Pages) Leave(c *fiber.Ctx) error {
	leave, cookie := p.Signin.Leave, page.Of(c).Cookie
	if authority.IsCookie(cookie) {
		leave = authority.New(p.Signin).Leave
	}
	if err := leave(c.UserContext(), cookie); err != nil {
		return err
	}
	p.EndSession(c)
	base := p.Kit.Base(c).Whole()
	base.SignedIn, base.CSRF, base.Path, base.Acting = false, "", "/", page.Base{}.Acting
	return leftHTML.Write(c, fiber.StatusOK, InfoPage{base})
}
