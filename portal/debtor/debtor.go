// Package debtor has the pages a debtor sees, each in one file beside its template.
package debtor

import (
	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/portal/page"
)

// Pages are the debtor's pages.
type Pages struct {
	Kit    *page.Kit
	Signin signin.Desk
	Cases  cases.Desk
	// SetSession and EndSession write and delete the session cookie.
	SetSession func(c *fiber.Ctx, o signin.Opened)
	EndSession func(c *fiber.Ctx)
}

// Entry is the start page with the code form.
func (p *Pages) Entry(c *fiber.Ctx) error { return p.todo(c) }

// Enter answers the code form.
func (p *Pages) Enter(c *fiber.Ctx) error { return p.todo(c) }

// Language changes the language and shows the page again.
func (p *Pages) Language(c *fiber.Ctx) error { return p.todo(c) }

// DisownForm asks for the code of somebody who is not the person.
func (p *Pages) DisownForm(c *fiber.Ctx) error { return p.todo(c) }

// Disown answers it.
func (p *Pages) Disown(c *fiber.Ctx) error { return p.todo(c) }

// Genuine says how to tell whether a letter is real.
func (p *Pages) Genuine(c *fiber.Ctx) error { return p.todo(c) }

// Imprint, Privacy, Accessibility and Help need no sign-in.
func (p *Pages) Imprint(c *fiber.Ctx) error { return p.todo(c) }

// Privacy is the privacy notice.
func (p *Pages) Privacy(c *fiber.Ctx) error { return p.todo(c) }

// Accessibility is the accessibility statement.
func (p *Pages) Accessibility(c *fiber.Ctx) error { return p.todo(c) }

// Help is help and debt advice.
func (p *Pages) Help(c *fiber.Ctx) error { return p.todo(c) }

// Claim is the claim page.
func (p *Pages) Claim(c *fiber.Ctx) error { return p.todo(c) }

// Statement is the Forderungsaufstellung for print.
func (p *Pages) Statement(c *fiber.Ctx) error { return p.todo(c) }

// Pay shows how to pay.
func (p *Pages) Pay(c *fiber.Ctx) error { return p.todo(c) }

// Instalments says how to get a plan.
func (p *Pages) Instalments(c *fiber.Ctx) error { return p.todo(c) }

// Objection says how to object.
func (p *Pages) Objection(c *fiber.Ctx) error { return p.todo(c) }

// RaiseForm asks for the datum that opens everything.
func (p *Pages) RaiseForm(c *fiber.Ctx) error { return p.todo(c) }

// Raise answers it.
func (p *Pages) Raise(c *fiber.Ctx) error { return p.todo(c) }

// SendCode sends a one-time code.
func (p *Pages) SendCode(c *fiber.Ctx) error { return p.todo(c) }

// ConfirmCode checks it.
func (p *Pages) ConfirmCode(c *fiber.Ctx) error { return p.todo(c) }

// Leave ends the visit.
func (p *Pages) Leave(c *fiber.Ctx) error { return p.todo(c) }

func (p *Pages) todo(c *fiber.Ctx) error { return p.Kit.Problem(c, page.Problem{Kind: page.NotFound}) }
