package instalments

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	kept "quitt/store/plans"
)

// NoticePage tells the costs of a plan before it is agreed (RDG § 13a III) and lets it be agreed
// by a click of its own.
type NoticePage struct {
	page.Base

	Creditor string
	Draft    kept.Kept
	Paper    debt.ID // the cost notice in the inbox
	Answers  []answer
	Terms    terms
	Changed  bool // the offer is another than the one confirmed
	Payable  debt.Cents
	Counter  bool // it is the creditor's
}

var noticeHTML = page.New[NoticePage](files, "notice.html", "plan.html")

func (s scene) notice(v plans.View, changed bool) NoticePage {
	d := *offered(v)
	t := s.termsOf(d.Schedule, d.Deal, v.Open)
	out := NoticePage{Base: s.Base, Creditor: s.View.Creditor.Name, Draft: d, Answers: s.answers(d.Wish, t), Terms: t, Changed: changed,
		Payable: v.Open, Counter: d.State == debt.PlanOpen}
	for _, paper := range v.Papers {
		if paper.PlanID == d.ID && paper.Kind == kept.CostNotice {
			out.Paper = paper.ID // the newest
		}
	}
	return out
}

// Confirm agrees. Where account or rules have changed since the offer was laid out, the new one
// is shown and nobody is bound.
func (p *Pages) Confirm(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.within(c, func(s scene, v plans.View) error {
		if running(v) { // pressed twice, or in two windows
			return c.Redirect(donePath, fiber.StatusSeeOther)
		}
		_, err := p.Desk.Confirm(c.UserContext(), s.who(), debt.ID(sent.Text("plan")))
		switch {
		case err == nil:
			return c.Redirect(donePath, fiber.StatusSeeOther)
		case errors.Is(err, debt.E(debt.Conflict, "plan_offer_changed", nil)):
			return p.changedOffer(c, s, v, err)
		}
		return p.refused(c, s, err)
	})
}

// changedOffer lays the offer out anew and shows it; if that is not possible any more, it says so.
func (p *Pages) changedOffer(c *fiber.Ctx, s scene, v plans.View, because error) error {
	old := offered(v)
	if old == nil {
		return p.refused(c, s, because)
	}
	var err error
	if old.State == debt.PlanOpen {
		_, err = p.Desk.TakeCounter(c.UserContext(), s.who(), old.ID)
	} else {
		_, err = p.Desk.Prepare(c.UserContext(), s.who(), old.Wish)
	}
	if err != nil {
		return p.refused(c, s, err)
	}
	now, err := p.Desk.ViewAs(c.UserContext(), s.who())
	if err != nil {
		return err
	}
	if offered(now) == nil {
		return p.refused(c, s, because)
	}
	return noticeHTML.Write(c, fiber.StatusConflict, s.notice(now, true))
}

const donePath = home + "/fertig"

// Done says what holds now.
func (p *Pages) Done(c *fiber.Ctx) error {
	return p.running(c, func(s scene, v plans.View) error {
		return saidHTML.Write(c, fiber.StatusOK, s.at(donePath).done(v))
	})
}
