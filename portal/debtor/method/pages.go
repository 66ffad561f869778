// Package method is the pages of how the instalments of a plan are paid: by transfer, or from a
// card or mandate that the debtor leaves on the provider's page and may revoke at any time.
package method

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/payments"
	"quitt/payments/collecting"
	"quitt/payments/directdebit"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
	"quitt/portal/text"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door room.Door
	Desk plans.Desk
	// Rail keeps cards and mandates; nil: there is no provider, transfers are left.
	Rail    *payments.Rail
	Outside room.Outside
	// Debits collects by mandates given to the creditor himself; nil: nobody does.
	Debits *directdebit.Desk
}

const (
	home       = "/akte/raten"
	methodPath = home + "/zahlweise"
	startPath  = methodPath + "/start"
	backPath   = methodPath + "/zurueck"
	revokePath = methodPath + "/widerrufen"
)

// Handlers lists the routes. All of them need the full view.
func Handlers(of func() Pages) map[string]fiber.Handler {
	to := func(h func(Pages, *fiber.Ctx) error) fiber.Handler {
		return func(c *fiber.Ctx) error { return h(of(), c) }
	}
	get, post := fiber.MethodGet+" ", fiber.MethodPost+" "
	return map[string]fiber.Handler{
		get + methodPath: to(Pages.Form), post + methodPath: to(Pages.Choose), post + startPath: to(Pages.Start),
		get + backPath: to(Pages.Back), post + revokePath: to(Pages.Revoke),
	}
}

// Ready parses every template.
func Ready() {
	for _, parsed := range []interface{ Ready() }{methodHTML, setupHTML, backHTML, revokeHTML} {
		parsed.Ready()
	}
}

// scene is a case whose plan runs.
type scene struct {
	room.Scene

	plan plans.View
}

func (s scene) words() *text.Catalogue { return s.Base.Words }

// who acts: the debtor.
func (s scene) who() plans.Who {
	return plans.Who{Creditor: s.Visit.CreditorID, Case: s.Visit.CaseID, By: debt.Actor{Kind: "debtor"}}
}

// within answers where a plan runs; elsewhere the overview of plans is the answer.
func (p Pages) within(c *fiber.Ctx, show func(scene) error) error {
	return p.Door.Within(c, access.FullView, func(rs room.Scene) error {
		if !told.Of(rs.View).Shows() {
			return c.Redirect("/akte", fiber.StatusSeeOther)
		}
		v, err := p.Desk.View(c.UserContext(), rs.Visit.CreditorID, rs.Visit.CaseID)
		switch {
		case err != nil:
			return err
		case v.Plan == nil || !v.Plan.Running():
			return c.Redirect(home, fiber.StatusSeeOther)
		}
		rs.Base = rs.Base.Whole()
		rs.Base.Path = methodPath
		return show(scene{rs, v})
	})
}

func (p Pages) saved() *collecting.Desk { return collecting.New(p.Rail) }

// statusOf gives the status of a page that tells a refusal; 0 for an error of ours.
func statusOf(err error) int {
	return map[debt.Kind]int{debt.Invalid: fiber.StatusUnprocessableEntity, debt.Conflict: fiber.StatusConflict, debt.Forbidden: fiber.StatusForbidden,
		debt.Expired: fiber.StatusGone, debt.NotFound: fiber.StatusNotFound, debt.Unavailable: fiber.StatusServiceUnavailable}[debt.KindOf(err)]
}

// refuse shows the choice again with why something did not happen.
func (p Pages) refuse(c *fiber.Ctx, s scene, err error) error {
	status := statusOf(err)
	if status == 0 {
		return err
	}
	o, otherwise := p.offer(c, s)
	if otherwise != nil {
		return otherwise
	}
	view := s.choice(o)
	view.Failed, view.Mistake = true, s.words().Error(err)
	return methodHTML.Write(c, status, view)
}

// MethodPage asks how the instalments are to be paid.
type MethodPage struct {
	page.Base

	Ways    []way
	None    bool // no provider: nothing can be saved
	Large   debt.Cents
	Saved   []saved
	Mistake string
}
