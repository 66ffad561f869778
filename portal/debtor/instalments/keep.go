package instalments

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/notifications/calendar"
	"quitt/plans"
	kept "quitt/store/plans"
)

// Calendar is the file of the dates that are still to come.
func (p *Pages) Calendar(c *fiber.Ctx) error {
	return p.running(c, func(s scene, v plans.View) error {
		c.Attachment("raten.ics")
		c.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
		return c.Send(calendar.File(s.calendar(v, p.Portal)))
	})
}

// OrderSheet words what a standing order needs of a plan that runs.
type OrderSheet func(language string, f kept.Facts, g plan.Progress) (letter.Document, error)

// StandingOrder is the sheet of a case's plan in a language; NotFound "plan_unknown" without one
// that runs.
func (p *Pages) StandingOrder(ctx context.Context, creditor, caseID debt.ID, language string) (letter.Document, error) {
	v, err := p.Desk.View(ctx, creditor, caseID)
	if err != nil {
		return letter.Document{}, err
	}
	if !running(v) {
		return letter.Document{}, debt.E(debt.NotFound, "plan_unknown", nil)
	}
	known, err := p.Cases.View(ctx, creditor, caseID)
	if err != nil {
		return letter.Document{}, err
	}
	return p.Order(language, kept.Facts{On: v.Today, Creditor: known.Creditor, Case: v.Case, Debtor: known.Debtor, Statement: known.Statement,
		Plan: v.Plan.Plan, Method: v.Plan.Method}, v.Progress)
}

// calendar are the facts of the file. It names nobody: calendars are seen by others.
func (s scene) calendar(v plans.View, portal string) calendar.Facts {
	return calendar.Facts{Plan: v.Plan.Plan, Progress: v.Progress, Language: string(s.words().Language()), Portal: portal, At: v.Plan.MadeAt}
}
