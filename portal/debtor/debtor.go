// Package debtor has the pages a debtor sees, each in one file beside its template. What a
// visit may see is decided here and nowhere in a template: a page below the full view gets
// a struct that has no field for what it must not show.
package debtor

import (
	"embed"
	"maps"

	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/debt/access"
	"quitt/notifications"
	"quitt/notifications/letter"
	"quitt/payments"
	"quitt/payments/directdebit"
	"quitt/portal/debtor/acting"
	"quitt/portal/debtor/contact"
	"quitt/portal/debtor/instalments"
	"quitt/portal/debtor/mandate"
	"quitt/portal/debtor/method"
	"quitt/portal/debtor/object"
	"quitt/portal/debtor/paperwork"
	"quitt/portal/debtor/room"
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
	// Debits collects by mandates given to creditors themselves.
	Debits *directdebit.Desk
	// Paperwork takes documents and gives them back.
	Paperwork *paperwork.Pages
	// Instalments are the pages of instalment plans.
	Instalments *instalments.Pages
	// Contact has messages, requests, contact data and the copy of all data.
	Contact *contact.Pages
	// Outside is what the server knows and pages lead to; it fills it in.
	Outside room.Outside
	// SetSession and EndSession write and delete the session cookie.
	SetSession func(c *fiber.Ctx, o signin.Opened)
	EndSession func(c *fiber.Ctx)

	streams streams
}

// Ready parses every template; a server calls it before it listens.
func Ready() {
	for _, parsed := range []interface{ Ready() }{entryPage, claimHTML, letterHTML, statementHTML, payHTML,
		objectionHTML, raiseHTML, disownHTML, genuineHTML, imprintHTML, privacyHTML, accessibilityHTML,
		helpHTML, leftHTML, papersHTML, paperHTML, optOutHTML, chooseHTML, checkoutHTML, paymentHTML} {
		parsed.Ready()
	}
	object.Ready()
	instalments.Ready()
	method.Ready()
	mandate.Ready()
}

// scene is what the pages of a case are made from.
type scene room.Scene

// within answers only inside a visit of at least a tier.
func (p *Pages) within(c *fiber.Ctx, least access.Tier, show func(scene) error) error {
	return p.door().Within(c, least, func(s room.Scene) error { return show(scene(s)) })
}

func (p *Pages) door() room.Door { return room.Door{Kit: p.Kit, Cases: p.Cases} }

func (p *Pages) object() object.Pages { return object.New(p.door()) }

// Acting are the pages about who acts for a debtor.
func (p *Pages) Acting() acting.Pages {
	return acting.New(p.door(), p.Signin, acting.Cookies{Set: func(c *fiber.Ctx, o signin.Opened) { p.SetSession(c, o) }}, p.Paperwork.Receive)
}

// Full lists the routes of the rooms of this one that need the full view.
func (p *Pages) Full() map[string]fiber.Handler {
	list := p.object().Handlers()
	maps.Copy(list, method.Handlers(p.method))
	maps.Copy(list, mandate.Handlers(p.mandate))
	return list
}

func (p *Pages) method() method.Pages {
	return method.Pages{Door: p.door(), Desk: p.Instalments.Desk, Rail: p.Rail, Outside: p.Outside, Debits: p.Debits}
}

func (p *Pages) mandate() mandate.Pages {
	m := mandate.Pages{Door: p.door(), Desk: p.Debits, Print: p.Letters.PrintAny}
	if p.Instalments != nil {
		m.Plans = p.Instalments.Desk
	}
	return m
}
