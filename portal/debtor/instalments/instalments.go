// Package instalments is the debtor's pages of instalment plans: choosing one, its costs before
// it is agreed, the talk with the creditor, how it runs, is changed and ends. What is allowed is
// decided in debt/plan and done in plans; here it is asked and said.
package instalments

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/plans/revocation"
	"quitt/portal/debtor/room"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
	kept "quitt/store/plans"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of instalment plans.
type Pages struct {
	Kit   *page.Kit
	Cases cases.Desk
	Desk  plans.Desk
	// Revocations takes what is declared without signing in.
	Revocations revocation.Desk
	// Order words the sheet for a standing order.
	Order OrderSheet
	// Portal is the address that files name, "https://portal.example.de".
	Portal string
}

// Ready parses every template.
func Ready() {
	for _, parsed := range []interface{ Ready() }{chooseHTML, checkHTML, noticeHTML, meansHTML, waitingHTML, runningHTML,
		changeHTML, saidHTML, sureHTML, withdrawHTML} {
		parsed.Ready()
	}
}

// within answers inside a visit that may see everything, with what is known of the case's plans.
// Of a case about which nothing is told online, nothing is told here either.
func (p *Pages) within(c *fiber.Ctx, show func(scene, plans.View) error) error {
	return room.Door{Kit: p.Kit, Cases: p.Cases}.Within(c, access.FullView, func(rs room.Scene) error {
		if !told.Of(rs.View).Shows() {
			return c.Redirect("/akte", fiber.StatusSeeOther)
		}
		s := scene{rs}
		v, err := p.Desk.ViewAs(c.UserContext(), s.who())
		if err != nil {
			return err
		}
		return show(s.at(home), v)
	})
}

// open answers where a plan may be chosen, and else says why not.
func (p *Pages) open(c *fiber.Ctx, show func(scene, plans.View) error) error {
	return p.within(c, func(s scene, v plans.View) error {
		switch {
		case running(v):
			return c.Redirect(home, fiber.StatusSeeOther)
		case len(v.Position.Against) > 0:
			return saidHTML.Write(c, fiber.StatusOK, s.barred(v))
		}
		return show(s, v)
	})
}

// running answers where a plan runs; elsewhere the overview is the answer.
func (p *Pages) running(c *fiber.Ctx, show func(scene, plans.View) error) error {
	return p.within(c, func(s scene, v plans.View) error {
		if !running(v) {
			return c.Redirect(home, fiber.StatusSeeOther)
		}
		return show(s, v)
	})
}

func running(v plans.View) bool { return v.Plan != nil && v.Plan.Running() }

// who acts: the debtor, or somebody for him.
func (s scene) who() plans.Who {
	return plans.Who{Creditor: s.Visit.CreditorID, Case: s.Visit.CaseID, By: s.Visit.Acting.Actor()}
}

// Show is the overview: what is under way, or else the choice.
func (p *Pages) Show(c *fiber.Ctx) error {
	return p.within(c, func(s scene, v plans.View) error {
		state := debt.PlanState("")
		if v.Plan != nil {
			state = v.Plan.State
		}
		switch {
		case running(v):
			return runningHTML.Write(c, fiber.StatusOK, s.running(v))
		case offered(v) != nil && len(v.Position.Against) == 0:
			return noticeHTML.Write(c, fiber.StatusOK, s.notice(v, false))
		case state == debt.PlanOpen:
			return waitingHTML.Write(c, fiber.StatusOK, s.waiting(v))
		case state == debt.PlanLapsed && v.Open > 0:
			return runningHTML.Write(c, fiber.StatusOK, s.running(v))
		case over(v):
			return saidHTML.Write(c, fiber.StatusOK, s.over(v))
		case len(v.Position.Against) > 0:
			return saidHTML.Write(c, fiber.StatusOK, s.barred(v))
		}
		return s.begin(c, v)
	})
}

// offered is the plan whose costs were told and which waits for its confirmation: a draft, or a
// counter of the creditor that was taken. nil without.
func offered(v plans.View) *kept.Kept {
	if v.Draft != nil {
		return v.Draft
	}
	if v.Plan == nil || v.Plan.State != debt.PlanOpen || v.Waits != plan.Debtor {
		return nil
	}
	for _, paper := range v.Papers {
		if paper.PlanID == v.Plan.ID && paper.Kind == kept.CostNotice && !paper.MadeAt.Before(v.Round.At) {
			return v.Plan
		}
	}
	return nil
}
