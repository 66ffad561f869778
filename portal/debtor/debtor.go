// Package debtor has the pages a debtor sees, each in one file beside its template. What a
// visit may see is decided here and nowhere in a template: a page below the full view gets
// a struct that has no field for what it must not show.
package debtor

import (
	"context"
	"embed"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/notifications"
	"quitt/notifications/letter"
	"quitt/payments"
	"quitt/portal/debtor/paperwork"
	"quitt/portal/page"
)

//go:embed *.html
var files embed.FS

// Pages are the debtor's pages.
type Pages struct {
	Kit    *page.Kit
	Signin signin.Desk
	Cases  cases.Desk
	// Letters shows the letters of a case; it needs a press for copies.
	Letters letter.Desk
	// Notices takes wishes about mails and the reports of text messages.
	Notices notifications.Desk
	// Rail takes payments through providers; nil: there is none, the bank's way is left.
	Rail *payments.Rail
	// Paperwork takes documents and gives them back.
	Paperwork *paperwork.Pages
	// Outside is what the server knows and pages lead to; it fills it in.
	Outside Outside
	// SetSession and EndSession write and delete the session cookie.
	SetSession func(c *fiber.Ctx, o signin.Opened)
	EndSession func(c *fiber.Ctx)

	streams streams
}

// Outside is where the portal stands and which pages of others it leads to.
type Outside struct {
	Origin   string   // of the portal: "https://portal.example.de"
	Checkout []string // origins a payment may lead to; no other is ever led to
	Demo     bool     // no money moves there
	Stopping context.Context
}

// Ready parses every template; a server calls it before it listens.
func Ready() {
	for _, parsed := range []interface{ Ready() }{entryPage, claimHTML, letterHTML, statementHTML, payHTML,
		instalmentsHTML, objectionHTML, raiseHTML, disownHTML, genuineHTML, imprintHTML, privacyHTML, accessibilityHTML,
		helpHTML, leftHTML, papersHTML, paperHTML, optOutHTML, chooseHTML, checkoutHTML, paymentHTML} {
		parsed.Ready()
	}
}

// scene is what the pages of a case are made from.
type scene struct {
	base  page.Base
	view  cases.View
	visit signin.Visit
	today debt.Date
}

// within answers only inside a visit of at least a tier; below it, the page that raises
// the tier is the answer.
func (p *Pages) within(c *fiber.Ctx, least access.Tier, show func(scene) error) error {
	r := page.Of(c)
	switch {
	case r.Visit == nil:
		return p.Kit.Problem(c, page.Problem{Kind: page.SessionEnded})
	case r.Visit.Tier < least:
		return c.Redirect("/akte/mehr", fiber.StatusSeeOther)
	}
	view, err := p.Cases.View(c.UserContext(), r.Visit.CreditorID, r.Visit.CaseID)
	if err != nil {
		return err
	}
	return show(scene{p.Kit.Base(c), view, *r.Visit, debt.DateIn(r.Now, debt.Berlin)})
}

// form reads a form; its fields come without the blanks around them.
func form(c *fiber.Ctx) (fields, error) {
	v, err := page.Form(c)
	return fields{v}, err
}

type fields struct{ page.Values }

func (f fields) text(name string) string { return strings.TrimSpace(f.Get(name)) }
