package debtor

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
)

// WayPage says how something is done that cannot be done online yet. It names nothing but
// the file reference, so that the letter view may see it.
type WayPage struct {
	page.Base

	Creditor  string
	Reference string
	// Subject of the e-mail has no word about debts: others may see it.
	Subject string
}

var objectionHTML = page.New[WayPage](files, "objection.html")

// Objection says how to object, which is possible at any time. Here it takes the full view:
// whoever only has the letter writes.
func (p *Pages) Objection(c *fiber.Ctx) error {
	return p.within(c, access.LetterView, func(s scene) error {
		if s.Visit.Tier >= access.FullView && told.Of(s.View).Object() && s.View.Case.Stage != debt.StageClosed {
			return p.object().Start(c)
		}
		return objectionHTML.Write(c, fiber.StatusOK, s.way())
	})
}

func (s scene) way() WayPage {
	s.Base = s.Base.Whole()
	w := WayPage{Base: s.Base, Creditor: s.View.Creditor.Name, Reference: s.View.Case.FileReference}
	w.Subject = s.Base.Words.Text("mail_subject", map[string]any{"reference": w.Reference})
	return w
}
